/* coverage_seen.h - what the filter really saw, as a matrix (UKSIC "mobile and app content": no tablet silently unfiltered): for each kind of device, network and
 * group, by which way its traffic came, whether that is a limited view, and when last.  Read from the gate's own events; no person
 * and, of what is on a list, no site.
 *
 *   names    names asked for (DNS): a limited view
 *   hosts    connections by name, not looked into (CONNECT, or the name in the hello): a limited view
 *   pages    whole pages: plain HTTP, and HTTPS that is inspected
 *
 * Beside it the names that are on no list at all and were met most, as what nobody has looked at: apps talk to them too.  They are kept only
 * while named logging is on (7.3.4-06), and at most COVERAGE_HOSTS of a week. */
#pragma once
#include "event/event.h"
#include "house/store/entry.h"
#include "policy/read/policy.h"

enum { COVERAGE_CELLS_MAX = 2000, COVERAGE_HOSTS = 100, COVERAGE_HOSTS_WATCHED = 5000, COVERAGE_OLD_DAYS = 14 };
enum coverage_way { WAY_NAMES, WAY_HOSTS, WAY_PAGES, N_WAY };
const char *coverage_way_word(enum coverage_way w);     /* "names" */

struct coverage_watch;
struct coverage_watch *coverage_watch_new(void);
void coverage_watch_free(struct coverage_watch **w);
/* One event; kind: of the device, as the register says, or NULL: none of the school's.  Cheap. */
void coverage_watch_event(struct coverage_watch *w, const struct event *e, const char *kind, bool named);
/* Which address is of which network: from the policy in force. */
void coverage_watch_networks(struct coverage_watch *w, const struct policy *p);
/* The network of an address, as policy names it, or words for none. */
const char *coverage_watch_network(const struct coverage_watch *w, const uint8_t addr[16]);
bool coverage_watch_knows(const struct coverage_watch *w);       /* it has heard of networks */
/* Keeps what changed: each cell once a day.  The hosts once an hour. */
enum err coverage_watch_flush(struct coverage_watch *w, struct store *st, const struct act *act, int64_t now_utc);

struct coverage_line { struct str kind, network, group; int64_t seen_utc[N_WAY]; /* 0: never */ bool limited /* no whole page in COVERAGE_OLD_DAYS */, old; };
/* Those seen least lately first. */
enum err coverage_lines(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct coverage_line **out, size_t *n);
/* "name  count  kinds of devices" lines, the most met first; absent when nothing is kept. */
enum err coverage_hosts(struct store *st, struct arena *a, int64_t school, struct str *out);
