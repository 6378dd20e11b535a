/* What a roll would change, list by list; what its columns mean. */
#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/roll.h"
#include "house/page/routes.h"
#include "house/roll/sync.h"
#include "house/web/table.h"

enum { PER_PAGE = 50, SAMPLES = 3, OFFERED_CONTACTS = 3 };

/* ---- what would change ---- */

/* One line of either list. */
static struct view_roll_plan_rows row_of_step(struct arena *a, const struct roll_step *s)
{
	return (struct view_roll_plan_rows){ s->now.name, s->text, s->row && s->row->line ? arena_fmt(a, "%ld", s->row->line) : STR("") };
}

static struct view_roll_plan_rows row_of_finding(struct arena *a, const struct diag_item *x, bool several)
{
	struct str line = !x->line ? STR("") : several && x->file.n ? arena_fmt(a, "%.*s %ld", STRF(x->file), x->line) : arena_fmt(a, "%ld", x->line);
	return (struct view_roll_plan_rows){ STR(""), x->text, line };
}

struct showing { bool refused; enum roll_what what; };

static struct showing asked_for(struct page_ctx *c, const struct roll_page *p)
{
	static const enum roll_what order[] = { ROLL_LEAVES, ROLL_MOVES, ROLL_JOINS, ROLL_RETURNS, ROLL_CHANGES };
	struct str show = page_query(c, "show");
	if (str_is(show, "refused"))
		return (struct showing){ .refused = true };
	for (int w = 0; w < ROLL_WHATS && show.n; w++)
		if (str_is(show, roll_what_word((enum roll_what)w)))
			return (struct showing){ .what = (enum roll_what)w };
	if (p->plan.refused)
		return (struct showing){ .refused = true };
	for (size_t i = 0; i < ARRAY_N(order); i++)
		if (p->plan.counts[order[i]])
			return (struct showing){ .what = order[i] };
	return (struct showing){ .what = ROLL_SAME };
}

static size_t rows_of(struct page_ctx *c, const struct roll_page *p, struct showing s, struct view_roll_plan_rows **out)
{
	size_t n = 0;
	struct view_roll_plan_rows *rows = arena_array(c->arena, struct view_roll_plan_rows, (s.refused ? p->found.n : p->plan.n) + 1);
	for (size_t i = 0; s.refused && i < p->found.n; i++)
		if (p->found.items[i].level == DIAG_ERROR && !str_is(p->found.items[i].file, "typed"))
			rows[n++] = row_of_finding(c->arena, &p->found.items[i], p->upload.n > 1 || p->source.oneroster);
	for (size_t i = 0; !s.refused && i < p->plan.n; i++)
		if (p->plan.steps[i].what == s.what)
			rows[n++] = row_of_step(c->arena, &p->plan.steps[i]);
	*out = rows;
	return n;
}

static void counts(struct page_ctx *c, const struct roll_page *p, struct showing s, struct view_roll_plan *v)
{
	static const enum roll_what order[] = { ROLL_JOINS, ROLL_RETURNS, ROLL_MOVES, ROLL_CHANGES, ROLL_LEAVES, ROLL_SAME };
	struct view_roll_plan_counts *list = arena_array(c->arena, struct view_roll_plan_counts, ROLL_WHATS + 1);
	for (size_t i = 0; i < ARRAY_N(order); i++)
		list[v->n_counts++] = (struct view_roll_plan_counts){ arena_fmt(c->arena, "/roll/%lld?show=%s", (long long)p->upload.id, roll_what_word(order[i])),
			str_z(roll_what_title(order[i])), p->plan.counts[order[i]], !s.refused && s.what == order[i] };
	list[v->n_counts++] = (struct view_roll_plan_counts){ arena_fmt(c->arena, "/roll/%lld?show=refused", (long long)p->upload.id), page_text(TEXT_roll_refused),
		(int64_t)p->plan.refused, s.refused };
	v->counts = list;
}

static void notes(struct page_ctx *c, const struct roll_page *p, struct view_roll_plan *v)
{
	struct str *list = arena_array(c->arena, struct str, p->found.n + 1);
	for (size_t i = 0; i < p->found.n; i++)
		if (p->found.items[i].level == DIAG_WARNING)
			list[v->n_notes++] = p->found.items[i].text;
	v->notes = list;
}

static enum err as_csv(struct page_ctx *c, struct showing s, const struct view_roll_plan_rows *rows, size_t n)
{
	csv_begin(c, s.refused ? "roll-refused.csv" : "roll-changes.csv");
	csv_cell(c, STR("Line"));
	if (!s.refused)
		csv_cell(c, STR("Name"));
	csv_cell(c, s.refused ? STR("Why") : STR("What changes"));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		csv_cell(c, rows[i].line);
		if (!s.refused)
			csv_cell(c, rows[i].name);
		csv_cell(c, rows[i].text);
		csv_row(c);
	}
	return csv_end(c);
}

/* Whether the directory is applied by itself as it is set up now. */
static enum err is_agreed(struct page_ctx *c, const struct roll_page *p, bool *out)
{
	struct sync_state s = { 0 };
	if (p->upload.directory.n)
		TRY(sync_state_get(c->db, c->arena, c->school, p->upload.directory, &s));
	*out = s.agreed && str_eq(s.shape, p->shape);
	return OK;
}

static enum err show_plan(struct page_ctx *c, struct roll_page *p)
{
	bool agreed;
	struct table t = table_read(c, PER_PAGE);
	struct showing s = asked_for(c, p);
	struct view_roll_plan_rows *rows;
	size_t n = rows_of(c, p, s, &rows), from = (size_t)t.offset < n ? (size_t)t.offset : n;
	if (t.csv)
		return as_csv(c, s, rows, n);
	TRY(is_agreed(c, p, &agreed));
	t.total = (int64_t)n;
	struct view_roll_plan v = {
		.errors = page_errors(c), .id = p->upload.id, .file = p->upload.name, .form = str_z(p->source.oneroster ? p->source.roll.form : ""), .digest = str_z(p->plan.digest),
		.table = !p->source.oneroster, .part = p->upload.part, .showing = s.refused ? page_text(TEXT_roll_refused) : str_z(roll_what_title(s.what)), .refused = s.refused,
		.leaving = !s.refused && s.what == ROLL_LEAVES, .rows = rows + from, .n_rows = n - from < PER_PAGE ? n - from : PER_PAGE, .pages = table_pages(c, &t), .csv = table_csv_href(c),
		.directory = p->upload.directory.n > 0, .changes = p->plan.n > (size_t)p->plan.counts[ROLL_SAME] || (p->upload.directory.n && !agreed), .asks = p->plan.asks_again ? STR("yes") : STR(""), .typed = page_field(c, "typed"),
		.typed_error = page_wrong_text(c, "typed"),
	};
	counts(c, p, s, &v);
	notes(c, p, &v);
	page_begin(c, "What would change");
	view_roll_plan_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- columns ---- */

static struct part_select choice(struct page_ctx *c, const struct roll_page *p, size_t column)
{
	const struct roll_table *t = &p->source.table;
	const struct roll_columns *cols = &p->source.columns;
	struct str head = roll_cell(&t->rows[cols->header], column), name = arena_fmt(c->arena, "c%zu", column), asked = page_field(c, name.p);
	AUTO(buf_done) struct buf hint = buf_init(300);
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ROLL_FIELDS * (ROLL_CONTACTS_MAX + 1));
	size_t n = 0, shown = 0;
	for (size_t i = cols->header + 1; i < t->n && shown < SAMPLES; i++)
		if (roll_cell(&t->rows[i], column).n) {
			buf_z(&hint, shown++ ? ", " : "For example: ");
			buf_add(&hint, str_upto(roll_cell(&t->rows[i], column), 40));
		}
	for (int contact = 0; contact <= ROLL_CONTACTS_MAX; contact++)
		for (int f = contact ? ROLL_G_NAME : ROLL_NOTHING; f < (contact ? ROLL_FIELDS : ROLL_G_NAME); f++) {
			struct roll_column one = { (enum roll_field)f, contact };
			struct str word = roll_column_word(c->arena, one);
			bool here = asked.n ? str_eq(asked, word) : cols->v[column].field == one.field && cols->v[column].contact == contact;
			if (contact <= OFFERED_CONTACTS || here)
				items[n++] = (struct part_select_items){ word, roll_column_title(c->arena, one), here };
		}
	return (struct part_select){ .name = name, .label = head.n ? head : arena_fmt(c->arena, "Column %zu", column + 1), .hint = arena_str(c->arena, buf_str(&hint)),
		.error = page_wrong_text(c, name.p), .items = items, .n_items = n };
}

static struct part_radios whom(struct page_ctx *c, const struct roll_page *p)
{
	static const struct { const char *value; enum text_key label; enum person_kind kind; } all[] = {
		{ "learner", TEXT_roll_pupils, KIND_LEARNER }, { "staff", TEXT_roll_staff, KIND_STAFF }, { "column", TEXT_roll_mixed, 0 } };
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, ARRAY_N(all));
	const struct roll_columns *cols = &p->source.columns;
	bool column = roll_column_of(cols, ROLL_KIND, 0) >= 0;
	struct str asked = page_field(c, "who");
	for (size_t i = 0; i < ARRAY_N(all); i++)
		items[i] = (struct part_radios_items){ .value = str_z(all[i].value), .label = page_text(all[i].label), .id = i == 0 ? STR("who") : STR(""),
			.checked = asked.n ? str_is(asked, all[i].value) : all[i].kind ? cols->kind == all[i].kind : column };
	return (struct part_radios){ .name = STR("who"), .legend = page_text(TEXT_roll_who), .error = page_wrong_text(c, "who"), .items = items, .n_items = ARRAY_N(all) };
}

static enum err show_columns(struct page_ctx *c, const struct roll_page *p)
{
	size_t n = p->source.columns.n;
	struct part_select *columns = arena_array(c->arena, struct part_select, n + 1);
	for (size_t i = 0; i < n; i++)
		columns[i] = choice(c, p, i);
	return page_show(c, roll_columns, "What is in each column?", .errors = page_errors(c), .id = p->upload.id, .file = p->upload.name, .who = whom(c, p), .columns = columns, .n_columns = n);
}

/* What was said of each column, as text; findings name the column. */
static struct str said(struct page_ctx *c, const struct roll_page *p, struct roll_columns *out)
{
	AUTO(buf_done) struct buf b = buf_init(ROLL_COLUMNS_TEXT + 100);
	struct str who = page_field(c, "who");
	*out = (struct roll_columns){ .header = p->source.columns.header };
	if (!str_is(who, "learner") && !str_is(who, "staff") && !str_is(who, "column"))
		page_wrong(c, "who", "Say whom this file lists.");
	buf_fmt(&b, "%.*s:", STRF(who));
	for (size_t i = 0; i < p->source.columns.n; i++) {
		struct str name = arena_fmt(c->arena, "c%zu", i), word = page_field(c, name.p);
		struct roll_column one;
		if (roll_column_read(word, &one) != OK)
			page_wrong(c, name.p, "Choose what this column holds.");
		else if (one.field != ROLL_NOTHING && roll_column_of(out, one.field, one.contact) >= 0)
			page_wrong(c, name.p, "Another column holds this already: \"%.*s\". Choose one of the two.", STRF(roll_column_title(c->arena, one)));
		else
			out->v[out->n++] = one;
		buf_fmt(&b, " %.*s", STRF(word));
	}
	return arena_str(c->arena, buf_str(&b));
}

enum err roll_columns_do(struct page_ctx *c)
{
	AUTO(roll_page_done) struct roll_page p = { 0 };
	struct roll_columns cols, again = { 0 };
	struct act act = page_act(c, "roll columns");
	TRY(roll_page_open(c, &p));
	if (p.source.oneroster || p.source.table.n == 0)
		return ERR_STATE;
	struct str text = said(c, &p, &cols);
	if (!page_is_wrong(c) && roll_columns_read(text, &again) == OK && roll_columns_missing(&again))
		page_wrong(c, "who", "%s", roll_columns_missing(&again));
	if (page_is_wrong(c))
		return show_columns(c, &p);
	TRY(roll_upload_set(c->db, &act, p.upload.id, text, p.upload.part));
	return page_redirect(c, "/roll/%lld", (long long)p.upload.id);
}

enum err roll_columns_show(struct page_ctx *c)
{
	AUTO(roll_page_done) struct roll_page p = { 0 };
	TRY(roll_page_open(c, &p));
	if (p.source.oneroster || p.source.table.n == 0)
		return ERR_STATE;
	return show_columns(c, &p);
}

enum err roll_plan_page(struct page_ctx *c)
{
	AUTO(roll_page_done) struct roll_page p = { 0 };
	struct roll_options o = { .by = c->session->person };
	TRY(roll_page_open(c, &p));
	TRY(p.e);
	if (p.source.missing)
		return page_redirect(c, "/roll/%lld/columns", (long long)p.upload.id);
	o.part = p.upload.part;
	TRY(roll_plan(c->db, c->arena, c->school, &p.source.roll, &o, &p.found, &p.plan));
	return show_plan(c, &p);
}

enum err roll_plan_show(struct page_ctx *c) { return roll_plan_page(c); }
