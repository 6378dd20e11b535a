/* What the school has entered of each policy. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/linked/linked.h"

enum { ENTRIES_MAX = 200, MONTH_S = 28 * 86400 };

static struct entry_may program(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

static bool in_force(const struct entry *e) { return str_is(e->state, "current") || str_is(e->state, "overdue"); }

/* The version that stood at that moment; the oldest when it came later. */
static enum err as_of(struct store *st, struct arena *a, int64_t school, int64_t at_utc, struct entry *e)
{
	struct entry_may may = program(school);
	struct entry *v;
	size_t n;
	if (!at_utc || e->changed_utc <= at_utc)
		return OK;
	TRY(entry_history(st, a, &may, e->id, &v, &n));
	for (size_t i = n; i-- > 0;)
		if (v[i].changed_utc <= at_utc || i == 0) {
			*e = v[i];
			break;
		}
	return OK;
}

static void fill(struct linked_now *x, const struct entry *e, int64_t now_utc)
{
	x->entry = e->id;
	x->in_force = in_force(e);
	x->review_utc = entry_utc(e, "review");
	x->adopted_utc = entry_utc(e, "adopted");
	x->overdue = x->review_utc && x->review_utc < time_uk_midnight(now_utc);
	x->technology = str_is(entry_value(e, "technology"), "yes");
	x->owner = entry_i64(e, "owner");
	x->title = entry_value(e, "title").n ? entry_value(e, "title") : x->def->title;
	x->version = entry_value(e, "version");
	x->link = entry_value(e, "link");
	x->text = entry_value(e, "text");
	x->steps = entry_value(e, "steps");
}

/* Entries come newest first; one in force beats one that is wanted. */
static const struct entry *best(const struct entry_page *page, struct str kind)
{
	const struct entry *found = NULL;
	for (size_t i = 0; i < page->n; i++) {
		const struct entry *e = &page->entries[i];
		if (!str_eq(entry_value(e, "kind"), kind) || str_is(e->state, "withdrawn") || str_is(e->state, REG_UNDONE))
			continue;
		if (in_force(e))
			return e;
		found = found ? found : e;
	}
	return found;
}

static enum err said(struct store *st, struct arena *a, int64_t school, struct linked_now *x)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = "linked-policy-check", .where = { { "kind", ENTRY_IS, 0, x->def->kind } }, .n_where = 1, .limit = 1 };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	if (!page.n || !str_eq(entry_value(&page.entries[0], "version"), x->version))
		return OK;
	x->said = entry_value(&page.entries[0], "said");
	x->said_by = page.entries[0].changed_by;
	x->said_utc = page.entries[0].changed_utc;
	return OK;
}

enum err linked_now(struct store *st, struct arena *a, int64_t school, const struct linked *l, const struct profile *p, int64_t at_utc,
                    struct linked_now **out, size_t *n)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = "linked-policy", .limit = ENTRIES_MAX };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	struct linked_now *v = arena_array(a, struct linked_now, l->n + 1);
	size_t m = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (!linked_asked(&l->policies[i], p))
			continue;
		v[m] = (struct linked_now){ .def = &l->policies[i], .title = l->policies[i].title };
		const struct entry *e = best(&page, v[m].def->kind);
		if (e) {
			struct entry then = *e;
			TRY(as_of(st, a, school, at_utc, &then));
			fill(&v[m], &then, clock_utc());
			TRY(said(st, a, school, &v[m]));
		}
		m++;
	}
	*out = v;
	*n = m;
	return OK;
}

const struct linked_now *linked_of(const struct linked_now *v, size_t n, struct str kind)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].def->kind, kind))
			return &v[i];
	return NULL;
}

static enum err want(struct store *st, struct arena *a, int64_t school, const struct linked_now *x, int64_t now_utc)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { school, 0, "the online safety policy leans on it" };
	int64_t id;
	struct entry_field f[] = { { STR("kind"), x->def->kind }, { STR("title"), x->def->title }, { STR("review"), time_iso_date(a, now_utc + MONTH_S) } };
	struct entry_in in = { .reg = "linked-policy", .state = "wanted", .fields = f, .n_fields = ARRAY_N(f) };
	enum err e = entry_create(st, &act, &in, &d, &id);
	return e == ERR_EXISTS ? OK : e;         /* one of that name was taken out by hand */
}

enum err linked_begin(struct store *st, int64_t school, const struct linked *l, const struct profile *p, int64_t now_utc, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct linked_now *v;
	size_t m;
	*n = 0;
	TRY(linked_now(st, &a, school, l, p, 0, &v, &m));
	for (size_t i = 0; i < m; i++) {
		if (v[i].entry)
			continue;
		TRY(want(st, &a, school, &v[i], now_utc));
		(*n)++;
	}
	return OK;
}

enum err linked_say_put(struct store *st, const struct act *act, const struct linked_now *x, struct str ids)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry_may may = program(act->school);
	struct entry_query q = { .reg = "linked-policy-check", .where = { { "kind", ENTRY_IS, 0, x->def->kind } }, .n_where = 1, .limit = 1 };
	struct entry_page page;
	int64_t id;
	if (!x->in_force)
		return ERR_STATE;
	struct entry_field f[] = { { STR("kind"), x->def->kind }, { STR("version"), x->version }, { STR("said"), ids } };
	struct entry_in in = { .reg = "linked-policy-check", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_list(st, &a, &may, &q, &page));
	return page.n ? entry_update(st, act, &may, page.entries[0].id, page.entries[0].version, &in, &d) : entry_create(st, act, &in, &d, &id);
}

struct str linked_extremism(const struct profile *p, const struct linked_now *v, size_t n)
{
	const struct linked_now *x = linked_of(v, n, STR("radicalisation"));
	if (x && x->in_force)
		return STR("adopted");
	return profile_text(p, "linked.extremism_policy");
}
