/* inner.h - what the readers of house/roll share: growing lists, refusing a row. */
#pragma once
#include "base/map.h"
#include "base/vec.h"
#include "house/roll/roll.h"

struct roll_making {
	struct arena *a;
	struct diag *d;
	struct roll *out;
	VEC(struct roll_person) people;
	VEC(struct roll_refused) refused;
	struct map *refs;              /* reference -> index + 1 of the person */
};
void roll_making_done(struct roll_making *m);
/* Refuses the row: the finding names it, and whoever it is about is remembered. */
void roll_refuse(struct roll_making *m, const struct roll_person *p, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Checks what every person needs and adds them; a second row of one reference with the same name joins its contacts to the first. */
void roll_take(struct roll_making *m, struct roll_person *p);
/* A relationship as offices write it, as a word of family.h; "" when it is not said, "other" when it is not known. */
struct str roll_relation(struct str s);
/* Moves the lists into the result. */
void roll_made(struct roll_making *m);
