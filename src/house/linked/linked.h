/* linked.h - the policies that the online safety policy leans on: which there must
 * be, what each must say, where people are shown them (data/linked.conf), and what
 * the school has entered of each (register linked-policy).  2.2-01 to 2.2-11, 4.1-03.
 *
 * Read once at start into the library's arena; plain values. */
#pragma once
#include "house/procedure/profile.h"
#include "house/store/entry.h"

enum { LINKED_PLACE_MAX = 24 };        /* lines of one key in a place */

struct linked_say { struct str id, text; };
struct linked_words { struct str *v; size_t n; };
struct linked_policy {
	struct str kind, title, clauses;
	struct linked_say *say;
	size_t n_say;
	struct str only_key, only_value;       /* absent: in every school */
};
struct linked_place {
	struct linked_words at, show, guidance, contacts;
	struct str only_key, only_value;
	struct str param;              /* its words are the name of a document to look into */
	bool top, open;
};
struct linked {
	struct linked_policy *policies;
	size_t n;
	struct linked_place *places;
	size_t n_places;
};

/* Titles are the profile's own where it has one.  A kind that stands twice, a place that shows what is not there: findings. */
enum err linked_load(struct arena *a, const char *path, const struct profile *p, struct diag *d, struct linked *out);
enum err linked_read(struct arena *a, struct str file, struct str text, const struct profile *p, struct diag *d, struct linked *out);
const struct linked_policy *linked_find(const struct linked *l, struct str kind);        /* NULL: none */
/* Whether this profile asks for it. */
bool linked_asked(const struct linked_policy *x, const struct profile *p);
/* Whether a place is at one of these: a path ("/held/new"), or words ("procedure svsh"). */
bool linked_at(const struct linked_place *x, const struct profile *p, struct str where);

/* ---- what the school has ---- */

struct linked_now {
	const struct linked_policy *def;
	int64_t entry;                 /* the newest in force, else the one that is wanted; 0: none at all */
	bool in_force, overdue, technology;
	int64_t review_utc, adopted_utc, owner;
	struct str title, version, link, text, steps;
	struct str said;               /* ids of what somebody found in this very version */
	int64_t said_by, said_utc;
};
/* Of each policy that the profile asks for, in the file's order.  `at_utc`: as it stood then; 0 now. */
enum err linked_now(struct store *st, struct arena *a, int64_t school, const struct linked *l, const struct profile *p,
                    int64_t at_utc, struct linked_now **out, size_t *n);
const struct linked_now *linked_of(const struct linked_now *v, size_t n, struct str kind);   /* NULL: not asked for */
/* Enters what the profile asks for and nobody has entered yet, as "wanted", with a month to fill it in.  Each once. */
enum err linked_begin(struct store *st, int64_t school, const struct linked *l, const struct profile *p, int64_t now_utc, size_t *n);
/* "I found this in it": the ids of linked_policy.say, parted by spaces, for the version that is in force.  ERR_STATE: none is. */
enum err linked_say_put(struct store *st, const struct act *act, const struct linked_now *x, struct str ids);
/* 11.7-02: "adopted", "not-adopted" as the profile or the register says; absent: nobody has said. */
struct str linked_extremism(const struct profile *p, const struct linked_now *v, size_t n);
