/* ingest.h - brings what the gate wrote into the house: browsing into the
 * activity part, a child's press of "tell someone" into a concern, a request
 * for a site onto the technician's desk.  Each event once: a concern is made
 * before the cursor moves, and knows the name of its press, so that a crash
 * between the two doubles nothing. */
#pragma once
#include "event/read/spool_read.h"
#include "house/store/activity.h"

struct ingest_worker;

struct ingest {
	struct db *activity;           /* borrowed */
	const char *spool_dir;         /* P/spool; borrowed */
	uint8_t pub[32], key[32];      /* the house's pair; wiped by ingest_done */
	bool named;                    /* named logging is on (7.3.4-06, -07); off: browsing is kept as counts only */
	/* Concerns and requests; OK also when this event is known already. */
	enum err (*concern)(void *ctx, const struct event *e, struct str name);
	void (*seen)(void *ctx, const struct event *e);        /* each event, before anything is kept; may be NULL, keeps nothing of a person */
	void *ctx;
	/* Readers that stay open from round to round, so that a quiet spool costs nothing and damage is
	 * reported once.  Ours; begin with zero. */
	struct ingest_worker *workers;
	size_t n_workers, cap_workers;
};

struct ingest_result {
	size_t events, kept, concerns;
	size_t findings;               /* damage met in the spool; each was logged */
};

/* Everything that waits in every worker's folder; removes segments that were read whole.  After an
 * error a worker's folder is read again from the cursor in the activity part. */
enum err ingest_run(struct ingest *in, struct ingest_result *out);
void ingest_done(struct ingest *in);
