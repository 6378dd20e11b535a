/* act.h - who writes, and why.  Every write to the store carries one, and the
 * audit keeps it. */
#pragma once
#include <stdint.h>

struct act {
	int64_t school;        /* > 0 */
	int64_t person;        /* who; 0 = the program itself (a job, an ingest) */
	const char *why;       /* a short plain reason, never case text; NULL is kept as "" */
};
