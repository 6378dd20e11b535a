/* start.h - what must be so before a gate program starts its workers.  Each refusal is a
 * sentence that names the setting and the mend; a warning does not stop the start. */
#pragma once
#include "base/diag.h"
#include "io/settings.h"

/* Before this the clock is certainly wrong: 1 November 2026. */
#define START_NOT_BEFORE_UTC INT64_C(1793491200)
enum { START_ROOM_MB = 64 };            /* of free disk for events; below it is warned */

struct start_door { const char *setting; const struct sock_addr *at; size_t n; bool udp; };
/* Tries every address as the workers will: one taken by another program is told by its setting. */
enum err start_doors(const struct start_door *doors, size_t n, struct diag *d);
/* Lists of which the oldest was read then: told past `tell_days`, refused past `stop_days` (0: never). */
enum err start_lists(int64_t read_utc, unsigned tell_days, unsigned stop_days, struct diag *d);
/* The clock, room for events, and the lists. */
enum err start_machine(struct settings *s, struct diag *d);
