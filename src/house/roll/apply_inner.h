/* apply_inner.h - one applying: what its parts share. */
#pragma once
#include "house/roll/apply.h"
#include "house/roll/plan_inner.h"

struct roll_newcomer { int64_t id; const struct roll_newcomer *before; };      /* an adult who is new, or back */

struct roll_work {
	struct roll_matching m;
	struct store *st;
	const struct act *act;
	const struct roll_applying *how;
	struct roll_done *out;
	struct map *fresh;             /* adults that this applying made: key -> id */
	const struct roll_newcomer *newcomers;     /* the last one; in the arena */
	struct map *fresh_classes;     /* folded name -> id */
};
void roll_applying_done(struct roll_work *w);
/* Names the row of findings about one person. */
enum err roll_failed(struct roll_work *w, const struct roll_step *s, enum err e, const struct diag *found);
/* Which classes a member of staff teaches. */
enum err roll_put_teaching(struct roll_work *w, const struct roll_step *s);
/* The adults of a child as the row has them. */
enum err roll_put_contacts(struct roll_work *w, const struct roll_step *s);
/* Asks the newcomers to read, once all children stand. */
enum err roll_invite(struct roll_work *w);
