/* Posters and signs: where they hang, which version, who looked; and the sheets to print. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/rules.h"
#include "house/agreement/signs.h"
#include "house/page/notices.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"
#include "house/web/table.h"

/* What can hang: title and the version that is current. */
struct sheet { struct str what, title, version; };

static struct str notice_version(struct page_ctx *c, const struct board_notice *n) { return arena_str(c->arena, str_z(n->version)); }

static enum err sheets(struct page_ctx *c, struct sheet **out, size_t *n)
{
	struct board b = page_board(c);
	struct store st = page_store(c);
	struct sheet *v = arena_array(c->arena, struct sheet, AGREEMENT_AUDIENCES + b.n + 1);
	*n = 0;
	for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++) {
		struct agreement_active g;
		enum err e = agreement_in_force(&st, c->arena, c->school, str_z(agreement_audiences[i].word), &g);
		if (e == ERR_ABSENT)
			continue;
		TRY(e);
		v[(*n)++] = (struct sheet){ g.text.audience, arena_fmt(c->arena, "%.*s (%s)", STRF(g.text.title), agreement_audiences[i].title),
			arena_fmt(c->arena, "version %lld", (long long)g.text.version) };
	}
	for (size_t i = 0; i < b.n; i++)
		if (str_is(b.v[i].kind, "devices") || str_is(b.v[i].kind, "monitoring") || str_is(b.v[i].kind, "exam"))
			v[(*n)++] = (struct sheet){ b.v[i].id, b.v[i].title, notice_version(c, &b.v[i]) };
	*out = v;
	return OK;
}

static const struct sheet *sheet_of(const struct sheet *v, size_t n, struct str what)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].what, what))
			return &v[i];
	return NULL;
}

static enum err csv(struct page_ctx *c, const struct view_signs_rows *rows, size_t n)
{
	static const char *const heads[] = { "Place", "What hangs there", "Version on the wall", "Looked at", "By", "Internet here", "Gap" };
	csv_begin(c, "posters-and-signs.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		struct str cells[] = { rows[i].place, rows[i].what, rows[i].version, rows[i].checked, rows[i].checker, rows[i].internet ? STR("yes") : STR("no"), rows[i].gap };
		for (size_t k = 0; k < ARRAY_N(cells); k++)
			csv_cell(c, cells[k]);
		csv_row(c);
	}
	return csv_end(c);
}

static enum err rows_of(struct page_ctx *c, const struct sheet *v, size_t n_sheets, struct view_signs *out)
{
	struct store st = page_store(c);
	struct sign_place *s;
	size_t n;
	struct account_rules terms = *c->web->account;
	terms.rotation = ROTATION_TERMLY;       /* terms begin also where passwords do not change with them */
	int64_t term = account_term_start(&terms, clock_utc());
	TRY(signs_list(&st, c->arena, c->school, &s, &n));
	struct view_signs_rows *rows = arena_array(c->arena, struct view_signs_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct sheet *sheet = sheet_of(v, n_sheets, s[i].what);
		const char *gap = signs_gap(&s[i], sheet ? sheet->version : STR_NONE, term);
		rows[i] = (struct view_signs_rows){ .id = s[i].id, .place = s[i].place, .what = sheet ? sheet->title : s[i].what, .word = s[i].what, .version = s[i].version,
			.checked = s[i].checked_utc ? time_date_words(c->arena, s[i].checked_utc) : STR_NONE,
			.checker = s[i].checker ? person_name(c->db, c->arena, c->school, s[i].checker) : STR_NONE,
			.gap = gap ? str_z(gap) : STR_NONE, .internet = s[i].internet };
		out->gaps += gap != NULL;
	}
	out->rows = rows;
	out->n_rows = n;
	return OK;
}

static enum err signs_page(struct page_ctx *c)
{
	struct sheet *v;
	size_t n;
	struct view_signs view = { .errors = page_errors(c), .csv = table_csv_href(c) };
	TRY(sheets(c, &v, &n));
	TRY(rows_of(c, v, n, &view));
	if (c->req->method == METHOD_GET && str_is(page_query(c, "csv"), "1"))
		return csv(c, view.rows, view.n_rows);
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n + 1);
	struct view_signs_sheets *list = arena_array(c->arena, struct view_signs_sheets, n + 1);
	for (size_t i = 0; i < n; i++) {
		items[i] = (struct part_select_items){ v[i].what, v[i].title, str_eq(page_field(c, "what"), v[i].what) };
		list[i] = (struct view_signs_sheets){ v[i].what, v[i].title, v[i].version };
	}
	view.sheets = list;
	view.n_sheets = n;
	view.what = (struct part_select){ .name = STR("what"), .label = page_text(TEXT_signs_what), .items = items, .n_items = n, .error = page_wrong_text(c, "what") };
	view.place = (struct part_input){ .name = STR("place"), .label = page_text(TEXT_signs_place), .hint = page_text(TEXT_signs_place_hint), .value = page_field(c, "place"), .error = page_wrong_text(c, "place"), .width = STR("20") };
	page_begin(c, "Posters and signs");
	view_signs_put(&c->reply.body, &c->env, &view);
	return page_end(c);
}

enum err signs_show(struct page_ctx *c) { return signs_page(c); }

enum err signs_do(struct page_ctx *c)
{
	struct sheet *v;
	size_t n;
	int64_t id;
	struct store st = page_store(c);
	struct act act = page_act(c, "a place for a poster");
	struct str place = page_need(c, "place", 120, "Say where it hangs, such as Library or Room 4.");
	TRY(sheets(c, &v, &n));
	if (!sheet_of(v, n, page_field(c, "what")))
		page_wrong(c, "what", "Choose what hangs there.");
	if (page_is_wrong(c))
		return signs_page(c);
	TRY(signs_add(&st, c->arena, &act, place, page_field(c, "what"), page_ticked(c, "internet"), &c->errors, &id));
	page_flash(c, FLASH_DONE, "%.*s is on the list. Print the sheet, hang it up, then say that it hangs there.", STRF(place));
	return page_redirect(c, "/signs");
}

static enum err place_by(struct page_ctx *c, int64_t id, struct sign_place *out)
{
	struct store st = page_store(c);
	struct sign_place *s;
	size_t n;
	TRY(signs_list(&st, c->arena, c->school, &s, &n));
	for (size_t i = 0; i < n; i++)
		if (s[i].id == id) {
			*out = s[i];
			return OK;
		}
	return ERR_ABSENT;
}

enum err sign_check_do(struct page_ctx *c)
{
	struct sheet *v;
	struct sign_place s = { 0 };
	size_t n;
	int64_t id;
	struct store st = page_store(c);
	struct act act = page_act(c, "looked at a poster");
	const char *found = arena_z(c->arena, page_field(c, "found"));
	TRY(page_id(c, "id", &id));
	TRY(place_by(c, id, &s));
	TRY(sheets(c, &v, &n));
	const struct sheet *sheet = sheet_of(v, n, s.what);
	/* "It hangs there" speaks of the version that was hung up; only putting up the new one makes it current. */
	struct str version = strcmp(found, "right") == 0 && s.version.n ? s.version : sheet ? sheet->version : STR_NONE;
	TRY(strcmp(found, "down") == 0 ? signs_down(&st, c->arena, &act, id) : signs_check(&st, c->arena, &act, id, found, version, STR_NONE));
	page_flash(c, FLASH_DONE, strcmp(found, "missing") == 0 ? "Kept. Print a new one and hang it up." : "Kept.");
	return page_redirect(c, "/signs");
}

/* ---- sheets ---- */

static enum err agreement_sheet(struct page_ctx *c, struct str what, bool big)
{
	struct store st = page_store(c);
	struct agreement_active g;
	TRY(agreement_in_force(&st, c->arena, c->school, what, &g));
	struct part_promises promises = promises_part(c, &g.text, NULL, 0, 0);
	promises.read = STR_NONE;
	promises.child = true;
	return page_show(c, sign_sheet, "Poster", .title = g.text.title, .what = what, .big = big, .many = g.text.n > 10, .promises = promises, .notice = g.text.notice,
		.version = arena_fmt(c->arena, "version %lld", (long long)g.text.version), .since = time_date_words(c->arena, g.active_utc));
}

enum err sign_sheet_show(struct page_ctx *c)
{
	struct str what = page_param(c, "what");
	struct board b = page_board(c);
	const struct board_notice *n = board_find(&b, what);
	bool big = str_is(page_query(c, "size"), "a3");
	if (!n)
		return agreement_sheet(c, what, big);
	struct part_promises_rules *rules = arena_array(c->arena, struct part_promises_rules, n->n + 1);
	for (size_t i = 0; i < n->n; i++)
		rules[i] = (struct part_promises_rules){ .n = (int64_t)i + 1, .text = n->lines[i] };
	return page_show(c, sign_sheet, "Sign", .title = n->title, .what = what, .big = big, .lead = n->lead, .version = notice_version(c, n),
		.promises = { .rules = rules, .n_rules = n->n, .child = true });
}
