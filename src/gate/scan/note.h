/* note.h - the events of the reader. */
#pragma once
#include "gate/proxy/tap.h"
#include "policy/scan/scan.h"

/* Whom an event is about, as far as names are kept (7.3.4-06, -07). */
struct note_to { void (*take)(void *to, const struct event *e); void *to; };      /* in place of the spool, for tests */
struct note_of { int64_t school; const struct who *who; struct addr from; struct str group, host, path; struct spool *spool; const struct note_to *to; };

/* outcome: a reason's word, or "cut". */
void note_search(const struct note_of *n, struct str term, struct str outcome, const struct scan_found *f);
void note_typed(const struct note_of *n, struct str outcome, const struct scan_found *f);
/* tells: the safeguarding lead hears of it, and nothing else tells it. */
void note_cut(const struct note_of *n, const struct scan_found *f, bool tells);
/* Longer than is read. */
void note_part(const struct note_of *n);
void note_unread(const struct note_of *n);
