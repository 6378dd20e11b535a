/* note.h - what the DNS tells the spool: each happening once for the same asker
 * and name in NOTE_WINDOW_MS, so that a page which asks again and again is one
 * line.  Help lines are never written down, sealed hits never with their name. */
#pragma once
#include "gate/policy_watch.h"

enum { NOTE_SLOTS = 8192, NOTE_WINDOW_MS = 30000, NOTE_LONG_MS = 300000, NOTE_DAY_MS = 86400000 };

struct notes;
struct spool;

struct notes *notes_new(struct spool *spool);            /* spool may be NULL: nothing is written; borrowed */
void notes_free(struct notes **n);
/* A name refused, the signing page shown, or a sealed hit: as the decision says. */
void notes_refused(struct notes *n, const struct policy *p, struct addr from, const struct who *w, struct str host,
                   const struct decision *d, int64_t now_ms);
void notes_safe(struct notes *n, const struct policy *p, struct addr from, const struct who *w, struct str host, int64_t now_ms);
/* A device of ours asked by its own name: once a day and address. */
void notes_device(struct notes *n, int64_t school, int64_t device, enum known_how how, struct addr from, int64_t now_ms);
/* Somebody asked by a device's name that is not (or no longer) ours. */
void notes_stranger(struct notes *n, struct addr from, const char *why, int64_t now_ms);
/* Too many fresh long names below one domain. */
void notes_tunnel(struct notes *n, const struct policy *p, struct addr from, const struct who *w, struct str domain, int64_t now_ms);
void notes_limited(struct notes *n, struct addr from, int64_t now_ms);
void notes_upstream(struct notes *n, struct str server, bool up);
