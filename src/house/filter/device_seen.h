/* device_seen.h - which of the school's devices the filter sees, read from the gate's own events (7.3.4-01): by the device's token (its
 * number in the register of devices) or by its fixed address.  Of a device that the register knows, the last time, how it was known and whose
 * filtering it got; no person, no site.  What was not seen for the set time stands as unmonitored. */
#pragma once
#include "base/map.h"
#include "event/event.h"
#include "house/procedure/library.h"
#include "house/store/entry.h"

enum { DEVICE_QUIET_DAYS = 14, DEVICES_SEEN_MAX = 20000 };      /* the time, when the profile sets no monitoring.device_quiet_days */

/* In memory between two flushes; begin with zero. */
struct device_watch;
struct device_watch *device_watch_new(void);
void device_watch_free(struct device_watch **w);
/* One event of the gate; cheap. */
void device_watch_event(struct device_watch *w, const struct event *e);
/* What the register says the device is ("tablet"); NULL: none of those it knows, or nothing was flushed yet. */
const char *device_watch_kind(const struct device_watch *w, const struct event *e);
/* Its entry in the register; 0 likewise. */
int64_t device_watch_entry(const struct device_watch *w, const struct event *e);
/* What it runs, by the register ("ipad"); NULL likewise. */
const char *device_watch_system(const struct device_watch *w, const struct event *e);
/* Reads the register again, keeps what was seen, and (once a week a device) writes it into its entry: `filter-seen`. */
enum err device_watch_flush(struct device_watch *w, struct store *st, const struct act *act);

struct device_line { int64_t id, number, seen_utc, refused_utc; int how; struct str label, kind, place, group; bool unmonitored; };
/* Devices in use; those that are not monitored first, the longest unseen on top. */
enum err device_lines(struct store *st, struct arena *a, int64_t school, int64_t now_utc, int64_t quiet_days, struct device_line **out, size_t *n, size_t *unmonitored);
int64_t device_quiet_days(const struct library *l);
/* A task for technical staff, each week of term in which a device is unmonitored. */
enum err device_seen_tick(struct store *st, const struct library *l, int64_t school, int64_t now_utc, bool *told);
