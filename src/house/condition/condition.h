/* condition.h - whether a gate of a register (need.h) is open for an entry, and if
 * not, what is missing and where it is mended.  The store asks it before each write
 * that moves an entry on: no page and no import gets round a gate. */
#pragma once
#include "house/condition/need.h"
#include "house/store/entry.h"

struct missing { struct str says, link; };         /* link: a path of the portal, or absent */
struct gate_answer {
	bool open;
	int64_t until_utc;             /* open by a day that will come: shut from then on; 0 = no such day */
	struct missing *missing;
	size_t n;
};
/* The gate of the entry's register by this name; ERR_ABSENT: it has none.  Everything into the arena. */
enum err gate_open(struct store *st, struct arena *a, int64_t school, const char *gate, const struct entry *e, int64_t now_utc,
                   struct gate_answer *out);
/* Every gate that stands before the entry's state, `before` being the state it comes from ("" for a new one): findings (file = the page
 * of the mend, or "gate") and ERR_STATE when one is shut.  A gate is asked when the state changes. */
enum err gate_pass(struct store *st, struct arena *a, int64_t school, struct str before, const struct entry *e, int64_t now_utc, struct diag *d);
/* The consent that counts now: the newest of this kind; ERR_ABSENT when there is none or it is not given. */
enum err consent_now(struct store *st, struct arena *a, int64_t school, int64_t person, const char *kind, bool written, int64_t now_utc, struct entry *out);
