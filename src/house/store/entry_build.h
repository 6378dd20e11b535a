/* entry_build.h - inside the store: statements that read entries, put together from what is asked and
 * what may be seen.  Text in them comes from the store's own files and from numbers; everything foreign is
 * an argument.  Arguments are numbered in the order in which they are written. */
#pragma once
#include "base/buf.h"
#include "house/store/entry_inner.h"
#include "house/store/words.h"

struct build {
	struct store *st;
	struct arena *a;
	const struct entry_may *may;
	struct buf sql;
	struct db_val args[DB_ARGS_MAX];
	size_t n;
	bool full;
};

/* $1 = school, $2 = who asks; opens with the lists that build_permission needs. */
struct build build_start(struct store *st, struct arena *a, const struct entry_may *may);
void build_done(struct build *b);
void build_add(struct build *b, const char *text);
void build_arg(struct build *b, struct db_val v);
/* The statement as it stands; ERR_LIMIT when too much was asked. */
enum err build_ready(struct build *b, struct db_stmt *out);
/* A condition on `e`: see struct entry_may.  In every statement that finds, counts or reads. */
void build_permission(struct build *b);

/* What can be listed by an index: one of the conditions of a query. */
enum set_kind { SET_NONE, SET_WHERE, SET_WORD, SET_ABOUT, SET_AUTHOR, SET_ASSIGNED, SET_PARENT, SET_STATES };
struct set { enum set_kind kind; size_t at; };       /* at: which where, which word */

/* A query made ready: its words folded, its order looked up, the way through chosen. */
struct plan {
	const struct entry_query *q;
	struct str words[WORDS_QUERY_MAX];
	size_t n_words;
	bool nothing;              /* words were asked for and there are none in it */
	bool order_number;         /* the field of order_by is a number */
	bool erases;               /* entries of it may have been erased: nothing lists them unless asked for */
	bool by_order;             /* a page is found by walking its index in order */
	struct set set;            /* otherwise, and for counting, this is listed first and the rest tried on it; SET_NONE: the register, newest first */
};
/* For tests: from how many on a set is not small; below 0, as in service. */
void plan_small(int64_t n);
enum err plan_make(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q, struct plan *out);
/* SELECT ... AS id: every entry of the set, each once. */
void build_set(struct build *b, const struct plan *p, struct set s);
/* FROM and WHERE for counting and for listing, without order; more conditions may follow before the end. */
void build_from(struct build *b, const struct plan *p);
void build_from_end(struct build *b, const struct plan *p);
/* Every entry `e` that fits, for each row of what stands before; WHERE and conditions come between. */
void build_each(struct build *b);
void build_each_end(struct build *b);
/* All conditions but `but`, each with AND before it; ERR_LIMIT. */
void build_conditions(struct build *b, const struct plan *p, struct set but);
