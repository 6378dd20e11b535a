/* event.h - what the gate tells the house.  One table says everything about a
 * kind: its code in files (never used again for another), how important it is
 * when room is short, which fields it may carry, and the sentence for people.
 * A field that the table does not name for a kind is never written: a sealed
 * hit cannot carry a host, whatever the caller fills in.
 *
 * struct event is a plain value; its texts are views owned by the caller (or by
 * the bytes it was decoded from).  The codec is event/record.h. */
#pragma once
#include "base/str.h"

/* How important, when room is short (event/write/spool.h). */
enum event_weight {
	EVENT_DROPPABLE,       /* goes first */
	EVENT_KEEP,            /* goes when the quota or the disk is full */
	EVENT_RESERVE,         /* concerns: written into room that was set aside for them */
};

/* EVENT_FIELD_TABLE: id in files, name, type, limit in bytes of text, what to do with longer text.
 * REFUSE: the caller is told (a child's words are never cut); CUT: cut at a whole character. */
#define EVENT_FIELD_TABLE(X) \
	X(1,  PERSON,   person,   I64, 8,    REFUSE) /* with how and sure */ \
	X(2,  HOW,      how,      HOW, 1,    REFUSE) \
	X(3,  SURE,     sure,     U8,  1,    REFUSE) \
	X(4,  DEVICE,   device,   I64, 8,    REFUSE) \
	X(5,  CLASS,    class_id, I64, 8,    REFUSE) \
	X(6,  ADDR,     addr,     ADDR, 16,  REFUSE) \
	X(7,  GROUP,    group,    STR, 64,   CUT) \
	X(8,  HOST,     host,     STR, 253,  CUT) \
	X(9,  PATH,     path,     STR, 1000, CUT) \
	X(10, REASON,   reason,   STR, 64,   CUT) \
	X(11, RULE,     rule,     STR, 64,   CUT) \
	X(12, CATEGORY, category, STR, 64,   CUT) \
	X(13, LIST,     list,     STR, 64,   CUT) \
	X(14, TEXT,     text,     STR, 4000, REFUSE) \
	X(15, EXTRA,    extra,    STR, 1000, REFUSE) \
	X(16, COUNT,    count,    U64, 8,    REFUSE) \
	X(17, REF,      ref,      STR, 64,   REFUSE)

enum event_field {
#define EVENT_FIELD_(id, NAME, name, type, limit, longer) EVENT_HAS_##NAME = 1 << (id),
	EVENT_FIELD_TABLE(EVENT_FIELD_)
#undef EVENT_FIELD_
};

/* Groups of fields, so that the table reads well. */
#define EVENT_HAS_WHO   (EVENT_HAS_PERSON | EVENT_HAS_HOW | EVENT_HAS_SURE | EVENT_HAS_DEVICE | EVENT_HAS_CLASS | EVENT_HAS_ADDR | EVENT_HAS_GROUP)
#define EVENT_HAS_WHERE (EVENT_HAS_HOST | EVENT_HAS_PATH)
#define EVENT_HAS_WHY   (EVENT_HAS_REASON | EVENT_HAS_RULE | EVENT_HAS_CATEGORY | EVENT_HAS_LIST)

/*        kind             code weight     fields, and the sentence */
#define EVENT_TABLE(X) \
	X(VISIT,            1, DROPPABLE, EVENT_HAS_WHO | EVENT_HAS_WHERE | EVENT_HAS_WHY | EVENT_HAS_COUNT, "opened a page") \
	X(REFUSED,          2, KEEP,      EVENT_HAS_WHO | EVENT_HAS_WHERE | EVENT_HAS_WHY | EVENT_HAS_EXTRA | EVENT_HAS_COUNT, "page refused") \
	X(SEALED_HIT,       3, RESERVE,   EVENT_HAS_WHO | EVENT_HAS_LIST | EVENT_HAS_REF, "refused by a protected rule") \
	X(SIGN_SHOWN,       4, DROPPABLE, EVENT_HAS_WHO | EVENT_HAS_REASON | EVENT_HAS_COUNT, "shown where to sign") \
	X(DNS_REFUSED,      5, KEEP,      EVENT_HAS_WHO | EVENT_HAS_HOST | EVENT_HAS_WHY | EVENT_HAS_COUNT, "name refused") \
	X(TELL,             6, RESERVE,   EVENT_HAS_WHO | EVENT_HAS_WHERE | EVENT_HAS_REASON | EVENT_HAS_TEXT | EVENT_HAS_EXTRA | EVENT_HAS_REF, \
	                                  "pressed \"tell someone\"") \
	X(ASK,              7, RESERVE,   EVENT_HAS_WHO | EVENT_HAS_WHERE | EVENT_HAS_WHY | EVENT_HAS_TEXT | EVENT_HAS_REF, "asked for a site") \
	X(SAFE_SEARCH,      8, DROPPABLE, EVENT_HAS_WHO | EVENT_HAS_HOST | EVENT_HAS_COUNT, "search made safe") \
	X(LOST,             9, KEEP,      EVENT_HAS_COUNT | EVENT_HAS_EXTRA | EVENT_HAS_REASON, "events were lost for want of room") \
	X(SNAPSHOT_LOADED, 10, KEEP,      EVENT_HAS_COUNT | EVENT_HAS_EXTRA, "policy taken into use") \
	X(SNAPSHOT_REFUSED,11, KEEP,      EVENT_HAS_REASON | EVENT_HAS_EXTRA, "policy refused, the last good one stays") \
	X(STARTED,         12, KEEP,      EVENT_HAS_EXTRA | EVENT_HAS_COUNT, "gate started") \
	X(STOPPED,         13, KEEP,      EVENT_HAS_EXTRA | EVENT_HAS_REASON, "gate stopped") \
	X(UNKNOWN_COUNT,   14, KEEP,      EVENT_HAS_COUNT | EVENT_HAS_EXTRA | EVENT_HAS_REASON, "requests from somebody unknown") \
	X(SEARCHED,        15, DROPPABLE, EVENT_HAS_WHO | EVENT_HAS_HOST | EVENT_HAS_WHY | EVENT_HAS_TEXT | EVENT_HAS_EXTRA, "searched") \
	X(NAME_MISMATCH,   16, KEEP,      EVENT_HAS_WHO | EVENT_HAS_HOST | EVENT_HAS_EXTRA, "asked for one name and opened another") \
	X(UPSTREAM_DOWN,   17, KEEP,      EVENT_HAS_HOST | EVENT_HAS_REASON, "a server that the gate needs does not answer") \
	X(UPSTREAM_UP,     18, KEEP,      EVENT_HAS_HOST, "a server that the gate needs answers again") \
	X(LIMITED,         19, KEEP,      EVENT_HAS_DEVICE | EVENT_HAS_ADDR | EVENT_HAS_REASON | EVENT_HAS_COUNT, "too many requests, slowed down") \
	X(TYPED,           20, RESERVE,   EVENT_HAS_WHO | EVENT_HAS_HOST | EVENT_HAS_WHY | EVENT_HAS_TEXT | EVENT_HAS_EXTRA, \
	                                  "typed words of concern") \
	X(DEVICE_SEEN,     24, DROPPABLE, EVENT_HAS_DEVICE | EVENT_HAS_ADDR | EVENT_HAS_HOW | EVENT_HAS_COUNT, "a device of the school asked by its own name") \
	X(DEVICE_REFUSED,  25, KEEP,      EVENT_HAS_ADDR | EVENT_HAS_REASON | EVENT_HAS_COUNT, "refused: a device's name or certificate that is not known, or no longer") \
	X(TUNNEL,          26, KEEP,      EVENT_HAS_WHO | EVENT_HAS_HOST | EVENT_HAS_REASON | EVENT_HAS_COUNT, "names that carry something else, refused for a while") \
	X(SAFE,            28, DROPPABLE, EVENT_HAS_WHO | EVENT_HAS_HOST | EVENT_HAS_REASON | EVENT_HAS_REF | EVENT_HAS_EXTRA, "tried whether this device is safe") \
	X(READ_PART,       29, DROPPABLE, EVENT_HAS_WHO | EVENT_HAS_WHERE | EVENT_HAS_COUNT, "long text, read in part (limited view)") \
	X(PROGRAM,         30, DROPPABLE, EVENT_HAS_DEVICE | EVENT_HAS_ADDR | EVENT_HAS_GROUP | EVENT_HAS_HOST | EVENT_HAS_REASON | EVENT_HAS_EXTRA | EVENT_HAS_COUNT, \
	                                  "a program that is no browser asked, and said what it is called") \
	X(NETWORK,         27, DROPPABLE, EVENT_HAS_ADDR | EVENT_HAS_TEXT | EVENT_HAS_REASON | EVENT_HAS_EXTRA | EVENT_HAS_COUNT, "signed in to the school's network, or off it")

enum event_kind {
	EVENT_NONE = 0,
#define EVENT_KIND_(NAME, code, weight, fields, sentence) EVENT_##NAME = (code),
	EVENT_TABLE(EVENT_KIND_)
#undef EVENT_KIND_
};
enum { EVENT_CODES = 32 };      /* above every code of the table; for arrays by kind */

/* How somebody is known: code, and words for people ("known ..."). */
#define KNOWN_TABLE(X) \
	X(NONE,          0, "not known") \
	X(ADDRESS_RANGE, 1, "by the room's address range") \
	X(PORTAL,        2, "by signing in on the portal at this address") \
	X(DEVICE_TOKEN,  3, "by the device's own token") \
	X(CLASS_SESSION, 4, "by the class session open on this device") \
	X(DEVICE_ADDRESS,5, "by the device's address in the register") \
	X(ADULT,         6, "confirmed by an adult who was there") \
	X(NETWORK,       7, "by the account that signed in to the school's wireless") \
	X(TICKET,        8, "by the Kerberos ticket of the account signed in on the computer") \
	X(CERTIFICATE,   9, "by the device's own certificate") \
	X(LEASE,        10, "by the device's hardware address, from the list of leases") \
	X(NEIGHBOUR,    11, "by the device's hardware address, seen on this network")

enum known_how {
#define KNOWN_ENUM_(NAME, code, words) KNOWN_##NAME = (code),
	KNOWN_TABLE(KNOWN_ENUM_)
#undef KNOWN_ENUM_
};

enum { EVENT_TEXT_MAX = 4000, EVENT_EXTRA_MAX = 1000 };     /* bytes, UTF-8 */

struct event {
	enum event_kind kind;     /* may hold a code that this version does not know (event_known) */
	int64_t at_ms;            /* UTC; 0 when added: the spool fills in the clock */
	int64_t school;           /* 0: of no school (the gate itself) */
	int64_t person, device, class_id;   /* 0: not known */
	enum known_how how;
	uint8_t sure;             /* 0 to 100: how surely `person` is who acted */
	uint8_t addr[16];         /* the client's address, IPv4 mapped; all zero: none */
	struct str group;         /* name of the group that decided, "ks1" */
	struct str host, path;    /* normal form; path with its query.  Host without path: a limited view, only the name was seen */
	struct str reason, rule, category, list;    /* names, as in the snapshot.  What phrases decided: the topic, the score ("score 120, from 100 on: ..."),
	                                             * and EVENT_PHRASES with the version of the phrases ("phrases/3fa9c2d1e0b4"; older gates: without) */
	struct str text;          /* the person's own words, UTF-8, at most EVENT_TEXT_MAX */
	struct str extra;         /* TELL: who must not see it, in the child's words; SEARCHED, TYPED, and REFUSED for the words of a page: the phrases that
	                           * counted, when the safeguarding lead is to hear of it; else details "key=value ..." */
	struct str ref;           /* TELL, ASK: a random name of this press, so that sending it twice counts once;
	                           * SEALED_HIT: the opaque reference of the entry */
	uint64_t count;           /* how many happenings this stands for; LOST: how many events are gone */
};

bool event_known(enum event_kind k);
const char *event_name(enum event_kind k);            /* "VISIT"; "?" when unknown */
const char *event_sentence(enum event_kind k);        /* "something newer than this program" when unknown */
enum event_weight event_weight(enum event_kind k);    /* unknown: KEEP */
uint32_t event_fields(enum event_kind k);             /* bits of enum event_field; unknown: all */
enum event_kind event_by_name(struct str name);       /* EVENT_NONE when there is none */
/* A limited view: the name of a site was seen and nothing of the page (HTTPS that is not inspected, a question for a name).  Whatever shows or counts
 * such events says so, in these words. */
bool event_limited(enum event_kind k, bool has_host, bool has_path);
#define LIMITED_VIEW "limited view"
#define EVENT_PHRASES "phrases"
const char *known_how_words(enum known_how h);
const char *known_sure_words(unsigned sure);           /* 0 to 100, for people: "almost certain", "likely", "uncertain" */
const char *known_how_name(enum known_how h);         /* "PORTAL" */
