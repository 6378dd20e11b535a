/* load_inner.h - shared by the files that read a procedure: load.c the whole, load_step.c one step,
 * load_link.c what steps say of each other, load_check.c what must hold. */
#pragma once
#include "house/procedure/procedure.h"

struct loading {
	struct arena *a;
	struct diag *d;
	const struct conf *c;             /* own text, a newline, the frame's text */
	struct procedure *p;
	struct str frame_file;
	long frame_line;                  /* first line of the frame in the whole; 0 = no frame */
	const struct conf_block **blocks; /* of the steps kept, as p->steps */
};

/* A finding in the file that holds the line; each "{}" of the sentence takes the next of x and y. */
void load_say(const struct loading *l, long line, const char *sentence, struct str x, struct str y);
/* "head : label" */
bool load_split(struct str v, struct str *head, struct str *label);
/* Takes the next word off the front; absent at the end. */
struct str load_word(struct str *rest);
size_t load_count(const struct conf_block *b, const char *key);
/* The index of a step; 0 with a finding when there is none. */
size_t load_step_named(struct loading *l, struct str id, long line);
bool load_has_answer(const struct proc_step *s, struct str id);
bool load_known_role(struct str role);

void load_step(struct loading *l, const struct conf_block *b, struct proc_step *s);
/* Once every step is there: needs, locks, conditions. */
void load_link(struct loading *l, const struct conf_block *b, struct proc_step *s);
void load_check(struct loading *l);
/* Walks the conditions: only when load_check found no circle. */
void load_check_reachable(struct loading *l);
