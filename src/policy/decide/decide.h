/* decide.h - the decision: (who, when, host, path) -> (verdict, rule, reason,
 * list).  Pure: no allocation, no input or output, no clock.  The order in which
 * the rows are asked is PRECEDENCE below, the same as docs/precedence.md (a test
 * compares the two); the first row that answers decides. */
#pragma once
#include "base/str.h"
#include "policy/decide/reason.h"
#include "policy/read/catalog.h"
#include "policy/read/policy.h"

/*        row               what it says, in the words of docs/precedence.md */
#define PRECEDENCE_TABLE(X) \
	X(SEALED,     "Sealed lists refuse. Nothing stands above them.") \
	X(HELP,       "Help lines and help pages are open, for everyone, and never kept against a name.") \
	X(OWN,        "Our own pages (portal, gate) are open.") \
	X(STANDING,   "Nobody known, not signed, or declined: only the signing and help pages.") \
	X(ILLEGAL,    "What is listed as illegal is refused. No rule or allowance opens it.") \
	X(OPENING,    "A group that needs an open class session has none, or its timetable, or that of the network it came by, is closed: refused.") \
	X(SERVICE,    "A service of the school's register that no signed assessment opens for this group is refused. Nothing that staff open opens it.") \
	X(LIVE,       "What staff opened or closed for a while: closed before open.") \
	X(RULES,      "The school's own rules: for a person, then a class, then a group, then everyone; there the longest address first, closed before open.") \
	X(TEACHING,   "Named teaching services stand above the games category, and above nothing else.") \
	X(CATEGORIES, "Categories closed for the group, and search tools not chosen for it, are refused.") \
	X(WALL,       "A walled group, or a walled class session, reaches only what is on its list.") \
	X(REST,       "Everything else is open.")

enum row {
	ROW_NONE,                       /* rows count from 1, as in the document */
#define ROW_ENUM_(name, text) ROW_##name,
	PRECEDENCE_TABLE(ROW_ENUM_)
#undef ROW_ENUM_
	N_ROW
};
const char *row_text(enum row row);

enum verdict {
	VERDICT_ALLOW,
	VERDICT_BLOCK,
	VERDICT_SIGN,                   /* only the signing and help pages: show where to sign (in) */
	N_VERDICT
};
const char *verdict_word(enum verdict v);       /* "allow", "block", "sign" */

/* What is known about one question.  Plain values; texts are views. */
struct facts {
	int64_t school, person, class_id, device;       /* 0 = not known */
	uint32_t group;                 /* index in the snapshot; GROUP_NONE or too large = the strictest */
	uint32_t network;               /* 1 + index of the group of the network that it came by; 0 = none */
	enum standing standing;
	bool session_open;              /* identity knows of an open class session (decide also asks the overlay by class_id) */
	int64_t now_utc;
	struct str host;                /* normal form (host_norm), or an address as text */
	struct str path;                /* begins with "/", with the query; absent when only the name is known (DNS, CONNECT) */
};

struct decision {
	enum verdict verdict;
	enum reason reason;
	enum row row;                   /* of PRECEDENCE_TABLE */
	uint32_t rule;                  /* number of the rule that decided; 0 = none */
	uint16_t category;              /* that decided; CATEGORY_NONE (policy/read/catalog.h) when none did */
	uint16_t list;                  /* that named it; LIST_NONE when none did.  Of a sealed list: its number only */
	uint64_t ref;                   /* sealed: opaque reference of the entry; else 0 */
	uint8_t matched;                /* bytes of the host's tail that matched; 0 = none */
	bool sealed;                    /* never log host or path */
	bool sensitive;                 /* no detail on any page */
	bool unlogged;                  /* help lines: nothing is kept against a name */
	bool partial;                   /* only some paths of this host are refused or opened: ask again with the path */
	bool inspect;                   /* HTTPS of this host is read for this group: nothing private, no help line, none of our own */
	struct str safe_host;           /* ALLOW: resolve this name instead (CNAME target of a safe search); absent = none */
	struct str redirect;            /* SEARCH_TOOL: "https://..." of the tool chosen for the group; absent = none */
	int64_t until_utc;              /* the answer may change then by itself; 0 = not before the policy does */
};

/* p may be NULL (no policy): refuses everything. */
void decide(const struct policy *p, const struct facts *f, struct decision *out);
