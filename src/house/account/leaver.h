/* leaver.h - what a leaving sets going outside: a task for each platform where they
 * have an account that the program cannot close (data/platforms.conf; 7.10-04).
 * Access here ends by person_leave (people.h). */
#pragma once
#include "house/account/people.h"
#include "house/store/entry.h"

enum { PLATFORMS_MAX = 30, LEAVERS_APART_MAX = 5 };    /* more leavers at once: one task for each platform, with their list */

struct platform { struct str id, title, role; uint32_t kinds; };      /* kinds: bits 1 << enum person_kind */
struct platforms { struct platform v[PLATFORMS_MAX]; size_t n; };

/* Findings to d; texts live in the arena. */
enum err platforms_load(struct arena *a, const char *path, struct diag *d, struct platforms *out);

struct leaver { int64_t person; enum person_kind kind; struct str name; };
/* Opens the tasks, each due when they leave (0 = today); once for each person, platform and day of leaving, however often it is
 * called.  In the transaction that is open.  `opened` counts those that are new. */
enum err leaver_tasks(struct store *st, const struct act *act, const struct platforms *p, const struct leaver *who, size_t n,
                      int64_t at_utc, struct diag *d, int64_t *opened);
