/* lost.h - how many events of each kind were dropped, in a small file that is
 * mapped, so that the count outlives a crash and needs no room on a full disk. */
#pragma once
#include "event/event.h"

struct lost;
struct lost *lost_open(const char *path);            /* never NULL; in memory alone when the file cannot be had */
void lost_close(struct lost **l);
void lost_note(struct lost *l, enum event_kind k, uint64_t n);
uint64_t lost_total(const struct lost *l);
/* "VISIT=12 REFUSED=3" */
void lost_words(const struct lost *l, char *out, size_t n);
void lost_clear(struct lost *l);
