#include "house/filter/matrix.h"

#include "house/filter/coverage_seen.h"
#include "policy/read/tables.h"

enum { DEVICES_MAX = 5000 };

const char *matrix_place_word(size_t i) { return i ? CELL_KINDS[i - 1].word : "filter"; }

static struct matrix_row *row_of(struct matrix *m, struct str network, struct str group)
{
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->v[i].network, network) && str_eq(m->v[i].group, group))
			return &m->v[i];
	if (m->n == MATRIX_ROWS_MAX)
		return NULL;
	struct matrix_row *r = &m->v[m->n++];
	*r = (struct matrix_row){ .network = network, .group = group };
	return r;
}

static void of_policy(struct arena *a, const struct policy *p, struct matrix *m)
{
	for (size_t i = 0; p && i < p->ranges.n; i++) {
		char text[PREFIX_TEXT_MAX];
		uint32_t g = p->ranges.v[i].hit.group;
		(void)prefix_text(p->ranges.v[i].prefix, text);
		struct matrix_row *r = g == GROUP_NONE || g == policy_strictest(p) ? NULL : row_of(m, arena_fmt(a, "%s", text), arena_str(a, policy_group_name(p, g)));
		if (r)
			r->of_policy = true;
	}
}

static bool network_here(const struct matrix *m, struct str network)
{
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->v[i].network, network))
			return true;
	return false;
}

/* Other groups that were met lately in a network of the school: somebody signed in there. */
static enum err of_traffic(struct store *st, struct arena *a, int64_t school, int64_t now_utc, const struct policy *p, struct matrix *m)
{
	struct coverage_line *v;
	size_t n;
	if (!registers_find(st->registers, STR("coverage-cell")))
		return OK;
	TRY(coverage_lines(st, a, school, now_utc, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (!v[i].old && network_here(m, v[i].network) && policy_group(p, v[i].group) != policy_strictest(p))
			(void)row_of(m, v[i].network, v[i].group);
	return OK;
}

static enum err kinds_in_use(struct store *st, struct arena *a, int64_t school, struct matrix *m)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "device", .states = { "protected", "unprotected" }, .limit = ENTRY_PAGE_MAX };
	if (!registers_find(st->registers, STR("device")))
		return OK;
	for (; q.offset < DEVICES_MAX; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(st, a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			for (size_t k = 1; k < MATRIX_PLACES; k++)
				for (size_t r = 0; str_is(entry_value(&page.entries[i], "system"), matrix_place_word(k)) && r < m->n; r++)
					if (str_eq(m->v[r].group, entry_value(&page.entries[i], "profile")))
						m->v[r].at[k].state = MATRIX_WANTED;
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	return OK;
}

static void place(struct matrix *m, const struct cell *c)
{
	struct matrix_row *r = row_of(m, c->network, c->group);
	for (size_t k = 0; r && k < MATRIX_PLACES; k++)
		if (str_is(c->device, matrix_place_word(k)))
			r->at[k] = (struct matrix_place){ !c->passed ? MATRIX_FAILED : c->stale ? MATRIX_STALE : MATRIX_PASSED, c };
}

/* The filter asks everywhere; each network of the policy is seen by a real device of some kind, whatever the register says. */
static void want(struct matrix *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct matrix_row *r = &m->v[i];
		bool any = false;
		for (size_t k = 1; k < MATRIX_PLACES; k++)
			any |= r->at[k].state != MATRIX_NONE;
		if (r->at[0].state == MATRIX_NONE && network_here(m, r->network) && r->of_policy)
			r->at[0].state = MATRIX_WANTED;
		if (!any && r->of_policy)
			r->at[MATRIX_PLACES - 1].state = MATRIX_WANTED;
		for (size_t k = 0; k < MATRIX_PLACES; k++) {
			r->red += r->at[k].state >= MATRIX_FAILED;
			m->places += r->at[k].state != MATRIX_NONE;
		}
		m->red += r->red;
	}
}

static int by_need(const void *p, const void *q)
{
	const struct matrix_row *a = p, *b = q;
	if ((a->red > 0) != (b->red > 0))
		return a->red ? -1 : 1;
	int network = str_cmp(a->network, b->network);
	return network ? network : str_cmp(a->group, b->group);
}

enum err matrix_read(struct store *st, struct arena *a, int64_t school, const struct policy *p, int64_t now_utc, int64_t period_days, struct matrix *out)
{
	struct cell *cells;
	size_t n;
	*out = (struct matrix){ .v = arena_array(a, struct matrix_row, MATRIX_ROWS_MAX) };
	of_policy(a, p, out);
	if (p)
		TRY(of_traffic(st, a, school, now_utc, p, out));
	TRY(kinds_in_use(st, a, school, out));
	TRY(cell_list(st, a, school, now_utc, period_days, &cells, &n));
	for (size_t i = 0; i < n; i++)
		place(out, &cells[i]);
	want(out);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_need);
	return OK;
}
