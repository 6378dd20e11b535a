#include "house/agreement/roll.h"
#include "house/support/support.h"

#include "base/mem.h"
#include "base/vec.h"
#include "house/account/glass.h"
#include "house/agreement/inside.h"

enum { PEOPLE_STEP = 500 };

struct texts { struct agreement_active of[AGREEMENT_AUDIENCES]; bool has[AGREEMENT_AUDIENCES]; };
struct names { struct school_class *v; size_t n; };

static enum err texts_read(struct store *st, struct arena *a, int64_t school, struct texts *t)
{
	for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++) {
		enum err e = agreement_in_force(st, a, school, str_z(agreement_audiences[i].word), &t->of[i]);
		if (e != OK && e != ERR_ABSENT)
			return e;
		t->has[i] = e == OK;
	}
	return OK;
}

static ptrdiff_t audience_index(struct str audience)
{
	for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++)
		if (str_is(audience, agreement_audiences[i].word))
			return (ptrdiff_t)i;
	return -1;
}

static enum err people_read(struct store *st, struct arena *a, int64_t school, struct roll_row **out, size_t *n)
{
	VEC(struct roll_row) rows = { 0 };
	int64_t total = 1;
	enum err e = OK;
	for (int64_t at = 0; e == OK && at < total && at < ROLL_MAX; at += PEOPLE_STEP) {
		struct person_query q = { .offset = at, .limit = PEOPLE_STEP };
		struct person *p;
		size_t m = 0;
		e = person_list(st->db, a, school, &q, &p, &m, &total);
		for (size_t i = 0; e == OK && i < m; i++)
			if (!str_is(p[i].username, GLASS_USERNAME))      /* an envelope, not a person: it has nothing to agree to */
				vec_push(&rows)->p = p[i];
	}
	*out = arena_array(a, struct roll_row, rows.n + 1);
	if (rows.n)
		memcpy(*out, rows.v, rows.n * sizeof **out);
	*n = rows.n;
	vec_done(&rows);
	return e;
}

/* A learner's group is their own, else their class's: as agreement_audience_of() has it, without asking once for each. */
static void audience_set(struct arena *a, const struct names *classes, struct roll_row *r)
{
	struct person q = r->p;
	const struct school_class *k = NULL;
	for (size_t i = 0; i < classes->n && q.class_id; i++)
		if (classes->v[i].id == q.class_id)
			k = &classes->v[i];
	if (str_starts(q.group, STR("plan-")))
		q.group = STR_NONE;
	if (!q.group.n && q.kind == KIND_LEARNER && k && k->group.n)
		q.group = k->group;
	r->class_name = k ? k->name : STR_NONE;
	r->audience = agreement_audience(str_z(kind_word(q.kind)), q.group.n ? q.group : arena_str(a, str_z(person_group(&q))));
}

static int by_id(const void *x, const void *y)
{
	int64_t a = (*(const struct roll_row *const *)x)->p.id, b = (*(const struct roll_row *const *)y)->p.id;
	return a < b ? -1 : a > b;
}

static struct roll_row *row_of(struct roll_row **sorted, size_t n, int64_t person)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (sorted[mid]->p.id < person)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && sorted[lo]->p.id == person ? sorted[lo] : NULL;
}

static void take_signature(struct roll_row **sorted, size_t n, const struct entry *e, size_t *waiting)
{
	struct roll_row *r = row_of(sorted, n, entry_i64(e, "person"));
	if (!r || r->last.entry || !str_eq(entry_value(e, "audience"), r->audience))
		return;
	r->last = (struct agreement_signature){ .at_utc = entry_utc(e, "signed"), .until_utc = entry_utc(e, "until"),
		.version = entry_i64(e, "version"), .declined = str_is(e->state, "declined"), .undone = str_is(e->state, "undone"),
		.entry = e->id, .by = e->made_by, .how = entry_value(e, "how") };
	(void)hex_get(entry_value(e, "digest"), r->last.digest, SHA256_BYTES);      /* an unreadable one fits no text: unsigned */
	--*waiting;
}

/* The newest entry of each person, newest first, until everybody has one or there is no more. */
static enum err signatures_read(struct store *st, struct arena *a, int64_t school, struct roll_row *rows, size_t n)
{
	struct roll_row **sorted = arena_array(a, struct roll_row *, n + 1);
	struct entry_may may = agreement_may(school);
	size_t waiting = n;
	int64_t total = 1;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &rows[i];
	qsort(sorted, n, sizeof *sorted, by_id);
	for (int64_t at = 0; waiting && at < total; at += ENTRY_PAGE_MAX) {
		struct entry_query q = { .reg = "signature", .offset = at, .limit = ENTRY_PAGE_MAX };
		struct entry_page page;
		TRY(entry_list(st, a, &may, &q, &page));
		total = page.total;
		for (size_t i = 0; i < page.n; i++)
			take_signature(sorted, n, &page.entries[i], &waiting);
	}
	return OK;
}

static void standing_set(const struct texts *t, int64_t now, struct roll_row *r)
{
	ptrdiff_t i = audience_index(r->audience);
	r->in_force = i >= 0 && t->has[i];
	const struct agreement_active *g = r->in_force ? &t->of[i] : NULL;
	r->standing = agreement_standing(g ? &g->text : NULL, g ? g->active_utc : 0, &r->last, now);
	if (r->standing == STANDING_GRACE)
		r->grace_until_utc = time_uk_midnight(g->active_utc + (g->text.grace_days + 1) * 86400);
}

/* A plan may say that another text fits a child: one question for all plans, which are few. */
static enum err forms_set(struct store *st, struct arena *a, int64_t school, struct roll_row *rows, size_t n)
{
	struct support *plans;
	size_t found = ENTRY_PAGE_MAX;
	for (int64_t from = 0; found == ENTRY_PAGE_MAX; from += ENTRY_PAGE_MAX) {
		TRY(support_list(st, a, school, 0, false, from, ENTRY_PAGE_MAX, &plans, &found, NULL));
		for (size_t i = 0; i < found; i++)
			for (size_t k = 0; plans[i].form.n && k < n; k++)
				if (rows[k].p.id == plans[i].child)
					rows[k].audience = plans[i].form;
	}
	return OK;
}

enum err agreement_roll(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct roll_row **out, size_t *n)
{
	struct texts *t = arena_new(a, struct texts);
	struct names classes;
	TRY(texts_read(st, a, school, t));
	TRY(class_list(st->db, a, school, &classes.v, &classes.n));
	TRY(people_read(st, a, school, out, n));
	for (size_t i = 0; i < *n; i++)
		audience_set(a, &classes, &(*out)[i]);
	TRY(forms_set(st, a, school, *out, *n));
	TRY(signatures_read(st, a, school, *out, *n));
	for (size_t i = 0; i < *n; i++)
		standing_set(t, now_utc, &(*out)[i]);
	return OK;
}
