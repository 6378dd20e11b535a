/* Where the filter was tried: network by group by device; its history; and a device as witness. */
#include "house/filter/matrix.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/filter/witness.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/policy_here.h"
#include "house/page/qr.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "house/web/table.h"
#include "io/settings.h"

static int64_t period(const struct page_ctx *c) { return c->web->library ? profile_number(&c->web->library->profile, "filter.witness_days", CELL_STALE_DAYS) : CELL_STALE_DAYS; }

static struct str place_title(size_t k) { return k ? str_z(CELL_KINDS[k - 1].many) : STR("The filter itself"); }
static struct str device_title(struct str word)
{
	const struct cell_kind *k = cell_kind(word);
	return k ? str_z(k->many) : STR("The filter itself");
}

static struct part_tag tag_of(enum matrix_state s, size_t k)
{
	static const struct part_tag tags[] = { [MATRIX_NONE] = { { "None here", 9 }, { "grey", 4 } }, [MATRIX_PASSED] = { { "Holds", 5 }, { "green", 5 } }, [MATRIX_FAILED] = { { "Does not hold", 13 }, { "red", 3 } },
		[MATRIX_STALE] = { { "Too old", 7 }, { "red", 3 } }, [MATRIX_WANTED] = { { "Nobody has looked", 17 }, { "red", 3 } } };
	return !k && s == MATRIX_WANTED ? (struct part_tag){ STR("Not tried yet"), STR("red") } : tags[s];
}

static struct view_matrix_rows_cells place(struct page_ctx *c, const struct matrix_row *r, size_t k)
{
	const struct matrix_place *p = &r->at[k];
	struct view_matrix_rows_cells v = { .title = place_title(k), .tag = tag_of(p->state, k), .none = p->state == MATRIX_NONE };
	if (p->cell) {
		v.when = time_date_words(c->arena, p->cell->tried_utc);
		v.history = p->cell->id;
	}
	if (k && p->state >= MATRIX_FAILED)
		v.look = arena_fmt(c->arena, "/status/filter-matrix/look?device=%s&network=%.*s", matrix_place_word(k), STRF(r->network));
	return v;
}

static enum err as_csv(struct page_ctx *c, const struct matrix *m)
{
	static const char *const heads[] = { "Network", "Group", "Asked by", "Result", "When", "Names asked for", "Refused", "How it was asked", "What came of it" };
	csv_begin(c, "where-the-filter-was-tried.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < MATRIX_PLACES; k++) {
			const struct matrix_place *p = &m->v[i].at[k];
			if (p->state == MATRIX_NONE)
				continue;
			csv_cell(c, m->v[i].network);
			csv_cell(c, filter_group_title(m->v[i].group));
			csv_cell(c, place_title(k));
			csv_cell(c, tag_of(p->state, k).label);
			csv_cell(c, p->cell ? time_iso(c->arena, p->cell->tried_utc) : STR_NONE);
			csv_int(c, p->cell ? p->cell->asked : 0);
			csv_int(c, p->cell ? p->cell->refused : 0);
			csv_cell(c, p->cell ? p->cell->how : STR_NONE);
			csv_cell(c, p->cell ? p->cell->says : STR_NONE);
			csv_row(c);
		}
	return csv_end(c);
}

enum err matrix_show(struct page_ctx *c)
{
	AUTO(policy_free) struct policy *p = NULL;
	struct store st = page_store(c);
	struct matrix m;
	enum err e = page_policy(c, &p);
	if (e != OK && e != ERR_ABSENT)
		return e;
	TRY(matrix_read(&st, c->arena, c->school, p, clock_utc(), period(c), &m));
	if (page_query_int(c, "csv", 0, 0, 1))
		return as_csv(c, &m);
	struct view_matrix_rows *rows = arena_array(c->arena, struct view_matrix_rows, m.n + 1);
	struct view_matrix_heads *heads = arena_array(c->arena, struct view_matrix_heads, MATRIX_PLACES);
	for (size_t k = 0; k < MATRIX_PLACES; k++)
		heads[k].title = place_title(k);
	for (size_t i = 0; i < m.n; i++) {
		struct view_matrix_rows_cells *cells = arena_array(c->arena, struct view_matrix_rows_cells, MATRIX_PLACES);
		for (size_t k = 0; k < MATRIX_PLACES; k++)
			cells[k] = place(c, &m.v[i], k);
		rows[i] = (struct view_matrix_rows){ .network = m.v[i].network, .group = filter_group_title(m.v[i].group), .cells = cells, .n_cells = MATRIX_PLACES };
	}
	return page_show(c, matrix, "Where the filter was tried", .rows = rows, .n_rows = m.n, .heads = heads, .n_heads = MATRIX_PLACES, .red = (int64_t)m.red, .places = (int64_t)m.places,
		.days = period(c), .may = filter_may_try(c), .csv = table_csv_href(c));
}

enum err matrix_cell_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct cell *v;
	size_t n;
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(cell_history(&st, c->arena, c->school, id, &v, &n));
	if (!n)
		return ERR_ABSENT;
	struct view_matrix_cell_rows *rows = arena_array(c->arena, struct view_matrix_cell_rows, n);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_matrix_cell_rows){ .at = page_when(c, v[i].tried_utc), .tag = tag_of(v[i].passed ? MATRIX_PASSED : MATRIX_FAILED, 1),
			.asked = arena_fmt(c->arena, "%lld of %lld refused", (long long)v[i].refused, (long long)v[i].asked), .how = v[i].how, .says = v[i].says };
	return page_show(c, matrix_cell, "Where the filter was tried", .network = v[0].network, .group = filter_group_title(v[0].group), .device = device_title(v[0].device), .rows = rows, .n_rows = n);
}

/* ---- a device as witness ---- */

static struct part_select kinds(struct page_ctx *c)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, N_CELL_KINDS + 1);
	struct str typed = page_field(c, "device"), now = typed.n ? typed : page_query(c, "device");
	items[0] = (struct part_select_items){ STR(""), STR("Choose"), false };
	for (size_t i = 0; i < N_CELL_KINDS; i++)
		items[i + 1] = (struct part_select_items){ str_z(CELL_KINDS[i].word), str_z(CELL_KINDS[i].one), str_is(now, CELL_KINDS[i].word) };
	return (struct part_select){ .name = STR("device"), .label = page_text(TEXT_matrix_device), .error = page_wrong_text(c, "device"), .items = items, .n_items = N_CELL_KINDS + 1 };
}

static enum err look(struct page_ctx *c)
{
	return page_show(c, matrix_look, "Look with a real device", .errors = page_errors(c), .device = kinds(c), .network = page_query(c, "network"));
}

enum err matrix_look_show(struct page_ctx *c) { return filter_may_try(c) ? look(c) : ERR_FORBIDDEN; }

enum err matrix_look_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "takes a word to a device");
	int64_t id;
	if (!filter_may_try(c))
		return ERR_FORBIDDEN;
	if (!cell_kind(page_field(c, "device")))
		page_wrong(c, "device", "%.*s", STRF(page_text(TEXT_matrix_choose)));
	if (page_is_wrong(c))
		return look(c);
	TRY(witness_code(&st, &act, page_field(c, "device"), str_upto(page_field(c, "network"), 64), clock_utc(), &id));
	return page_redirect(c, "/status/filter-matrix/look/%lld", (long long)id);
}

enum err matrix_word_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct qr qr = { 0 };
	struct entry e;
	int64_t id;
	if (!filter_may_try(c))
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	TRY(entry_get(&st, c->arena, &may, id, 0, &e));
	if (!str_is(e.reg, "filter-witness"))
		return ERR_ABSENT;
	const char *gate = c->web->settings && c->web->settings->gate_name ? c->web->settings->gate_name : "gatehouse.home.arpa";
	struct str page = arena_fmt(c->arena, "http://%s/safe?w=%.*s", gate, STRF(entry_value(&e, "code")));
	const struct cell_kind *k = cell_kind(entry_value(&e, "device"));
	TRY(qr_make(c->arena, page, &qr));
	return page_show(c, matrix_word, "Look with a real device", .device = k ? str_z(k->one) : STR("a device"), .network = entry_value(&e, "network"), .page = page, .path = qr.path, .side = qr.side,
		.until = time_clock_words(c->arena, entry_utc(&e, "until")), .seen = str_is(e.state, "seen"), .over = entry_utc(&e, "until") < clock_utc());
}
