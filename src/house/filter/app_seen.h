/* app_seen.h - which apps were seen on which devices (UKSIC "mobile and app content", FIELD A27: an app that nobody knows shows).  Read from the
 * gate's own events; no person and no page, and nothing of help lines.  Kept are
 *
 *   apps of data/apps.conf, by the names that they talk to and by what they call themselves (wire/agent.h);
 *   names of the register of services;
 *   programs that call themselves something that data/apps.conf does not hold;
 *   and, only while named logging is on, other names that were open and are on no list and in no rule: shortened to what was registered.
 *
 * Where the device is not one of the register's, its network and group stand for it.  At most APP_CELLS_MAX lines, of them APP_UNKNOWN_MAX of
 * unknown names, are watched at once; a line not met for APP_KEPT_DAYS goes.
 *
 * Shown to whoever may ask what a named pupil did: everything.  To technical staff: devices by their label, but not one that is lent to a person,
 * and unknown names not by device; so too of staff's devices to whoever may not ask what staff did.  To others: kinds of devices. */
#pragma once
#include "event/event.h"
#include "house/filter/apps.h"
#include "house/store/entry.h"

enum { APP_CELLS_MAX = 20000, APP_UNKNOWN_MAX = 4000, APP_KEPT_DAYS = 180, APP_KEY_MAX = 300 };
/* How it was seen; bits of a line.  OWN: by a name or word that is this app's alone. */
enum app_way { APP_NAMES = 1, APP_HOSTS = 2, APP_PAGES = 4, APP_SAID = 8, APP_PASSED = 16, APP_REFUSED = 32, APP_OWN = 64 };

struct app_watch;
struct app_watch *app_watch_new(const struct apps *apps);       /* borrowed; NULL: none are known */
void app_watch_free(struct app_watch **w);
/* One event.  device: the entry of the register, 0 none; network: where it is when device is 0.  Cheap. */
void app_watch_event(struct app_watch *w, const struct event *e, int64_t device, const char *network, bool named);
/* Once an hour, and at once what is new: kept.  Reads the names of services again. */
enum err app_watch_flush(struct app_watch *w, struct store *st, const struct act *act, int64_t now_utc);

/* Whether anybody has looked at it, worst first. */
enum app_standing { APP_UNKNOWN /* nobody knows what it is */, APP_NOT_ENTERED /* known, in no register */, APP_ASKED, APP_NOT_HERE /* looked at, and not used */, APP_WAITS /* in use, to be assessed */,
	APP_APPROVED, N_APP_STANDING };
/* How surely it was this app. */
enum app_sure { APP_PERHAPS, APP_LIKELY, APP_CERTAIN };

enum app_sight { SIGHT_KINDS, SIGHT_DEVICES, SIGHT_ALL };
struct app_line {
	struct str key, title, kind;   /* kind: words for people; "" unknown */
	struct str host;               /* a name to enter it by; absent: it has none */
	struct str where, group;       /* "TAB-014", "Tablets", "10.1.0.0/16"; the filter's group */
	int64_t device;                /* 0: none, or not for this reader */
	int64_t first_utc, seen_utc, times;
	enum app_standing standing;
	enum app_sure sure;
	bool limited;                  /* by names only */
	bool refused, passed;
	const char *register_word;     /* "service", "software"; NULL */
	int64_t entry;                 /* in that register */
};
struct app_query { enum app_sight sight; bool staff /* may ask what staff did */; struct str words; int standing /* -1: all */; int64_t device /* 0: all */; };
/* Worst first, then the newest. */
enum err app_lines(struct store *st, struct arena *a, int64_t school, const struct apps *apps, const struct app_query *q, int64_t now_utc, struct app_line **out, size_t *n);
/* Whether a line of this key is kept at all. */
enum err app_seen_has(struct store *st, int64_t school, struct str key);
const char *app_standing_word(enum app_standing s);     /* "unknown", for addresses of pages */
