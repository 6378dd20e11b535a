/* The registers: all of them by group, and one as a list. */
#include "house/page/register.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/page/page_store.h"
#include "house/register/reindex.h"
#include "house/register/tick.h"
#include "house/web/table.h"

enum { GROUPS_MAX = 40, FILTERS_MAX = 5, NARROW_MAX = ENTRY_WHERE_MAX - 1 };

static const struct { const char *word, *title; } GROUPS[] = {
	{ "devices", "Devices" }, { "services", "Services, apps and channels" }, { "learning", "Teaching and learning" }, { "people", "People" },
	{ "families", "Families" }, { "security", "Security and data protection" }, { "policy", "Policies and reviews" },
};

enum err reg_page_open(struct page_ctx *c, struct reg_page *p)
{
	*p = (struct reg_page){ .reg = registers_find(c->web->registers, page_param(c, "reg")), .store = page_store(c) };
	if (!p->reg || !p->reg->page || !registers_only(c->web->registers, p->reg->only_key, p->reg->only_value))
		return ERR_ABSENT;
	p->may = reg_may_of(c->web->rights, c->roles, p->reg);
	p->view = reg_entry_may(p->reg, &p->may, c->school, c->session->person);
	return p->may.see_own || p->may.add ? OK : ERR_FORBIDDEN;
}

enum err reg_page_entry(struct page_ctx *c, const struct reg_page *p, struct entry *out)
{
	int64_t id;
	struct store st = p->store;
	TRY(page_id(c, "id", &id));
	TRY(entry_get(&st, c->arena, &p->view, id, 0, out));
	return str_eq(out->reg, p->reg->id) ? OK : ERR_ABSENT;
}

struct str reg_show(struct page_ctx *c, const struct reg_page *p, const struct field *f, struct str value)
{
	struct store st = p->store;
	return names_show(&st, c->arena, c->school, f, value);
}

struct str reg_title_of(struct page_ctx *c, const struct reg_page *p, const struct entry *e)
{
	struct store st = p->store;
	return names_title(&st, c->arena, c->school, p->reg, e);
}

struct str reg_one(const struct reg *r) { return r->one.n ? r->one : STR("an entry"); }

/* ---- all of them ---- */

static struct str group_title(struct str word)
{
	for (size_t i = 0; i < ARRAY_N(GROUPS); i++)
		if (str_is(word, GROUPS[i].word))
			return str_z(GROUPS[i].title);
	return word.n ? word : STR("Other");
}

static int64_t count_of(struct page_ctx *c, const struct reg *reg, const struct reg_may *may)
{
	struct store st = page_store(c);
	struct entry_may view = reg_entry_may(reg, may, c->school, c->session->person);
	struct entry_tally *tally;
	size_t n;
	int64_t all = 0;
	if (entry_tally_states(&st, c->arena, &view, &(struct entry_query){ .reg = reg->id.p }, &tally, &n) != OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		all += str_is(tally[i].word, REG_UNDONE) ? 0 : tally[i].n;
	return all;
}

struct listing { struct view_registers_groups *groups; size_t n; size_t room; };

static struct view_registers_groups *group_of(struct page_ctx *c, struct listing *l, struct str title, size_t room)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->groups[i].title, title))
			return &l->groups[i];
	if (l->n == GROUPS_MAX)
		return &l->groups[GROUPS_MAX - 1];
	struct view_registers_groups *g = &l->groups[l->n++];
	*g = (struct view_registers_groups){ .title = title, .rows = arena_array(c->arena, struct view_registers_groups_rows, room) };
	return g;
}

static void list_one(struct page_ctx *c, struct listing *l, const struct reg *reg, size_t room)
{
	struct reg_may may = reg_may_of(c->web->rights, c->roles, reg);
	if (!reg->page || !registers_only(c->web->registers, reg->only_key, reg->only_value) || !(may.see_own || may.add))
		return;
	struct view_registers_groups *g = group_of(c, l, group_title(reg->group), room);
	struct view_registers_groups_rows *row = (struct view_registers_groups_rows *)arena_array(c->arena, struct view_registers_groups_rows, g->n_rows + 1);
	if (g->n_rows)
		memcpy(row, g->rows, g->n_rows * sizeof *row);
	row[g->n_rows++] = (struct view_registers_groups_rows){ .reg = reg->id, .title = reg->title, .hint = reg->hint,
		.count = count_of(c, reg, &may), .add = may.add, .one = reg_one(reg), .own = reg->own };
	g->rows = row;
}

/* In the order above; what a school named itself comes after. */
static void in_order(struct listing *l)
{
	size_t done = 0;
	for (size_t k = 0; k < ARRAY_N(GROUPS); k++)
		for (size_t i = done; i < l->n; i++)
			if (str_is(l->groups[i].title, GROUPS[k].title)) {
				struct view_registers_groups t = l->groups[done];
				l->groups[done++] = l->groups[i];
				l->groups[i] = t;
			}
}

enum err registers_show(struct page_ctx *c)
{
	struct listing l = { .groups = arena_array(c->arena, struct view_registers_groups, GROUPS_MAX) };
	size_t n = registers_count(c->web->registers);
	for (size_t i = 0; i < n && registers_at(c->web->registers, i); i++)
		list_one(c, &l, registers_at(c->web->registers, i), n);
	in_order(&l);
	bool keeps = page_may(c, CAP_SCHOOL, ACCESS_READ);
	return page_show(c, registers, "Registers", .groups = l.groups, .n_groups = l.n,
		.wrong = keeps ? registers_wrong(c->web->registers, c->arena) : STR_NONE);
}

/* ---- one of them ---- */

static bool filtered(const struct reg_page *p, const struct field *f)
{
	return f->index && reg_shows(p, f) && (f->type == FIELD_CHOICE || f->type == FIELD_BOOL || f->type == FIELD_CHOICES);
}

/* A choice that the list is narrowed to. */
static void narrow(struct page_ctx *c, const struct reg_page *p, struct entry_query *q)
{
	for (size_t i = 0; i < p->reg->n_fields && q->n_where < NARROW_MAX; i++) {
		const struct field *f = &p->reg->fields[i];
		struct str v = page_query(c, f->name.p);
		if (!v.n || !filtered(p, f))
			continue;
		struct entry_where w = { .key = f->name.p, .op = ENTRY_IS };
		if (f->type == FIELD_BOOL)
			w.i = str_is(v, "yes");
		else if (f->type == FIELD_CHOICES) {
			w.key = arena_fmt(c->arena, "%.*s=%.*s", STRF(f->name), STRF(v)).p;
			w.i = 1;
		} else
			w.s = v;
		q->where[q->n_where++] = w;
	}
}

/* Only those whose date is too long ago. */
static void overdue(struct page_ctx *c, const struct reg_page *p, struct entry_query *q)
{
	if (p->reg->due.field.n && page_query_int(c, "due", 0, 0, 1))
		q->where[q->n_where++] = (struct entry_where){ .key = p->reg->due.field.p, .op = ENTRY_UPTO, .i = clock_utc() - (p->reg->due.days + 1) * (int64_t)86400 };
}

bool reg_is_due(const struct reg *r, const struct entry *e) { return register_due(r, e, clock_utc()); }

static void which_states(struct page_ctx *c, const struct reg_page *p, struct entry_query *q)
{
	struct str asked = page_query(c, "state");
	size_t n = 0;
	if (asked.n && reg_has_state(p->reg, asked))
		q->states[n++] = arena_z(c->arena, asked);
	else if (p->reg->n_states <= ENTRY_STATES_MAX)
		for (size_t i = 0; i < p->reg->n_states; i++)
			if (!str_is(p->reg->states[i], REG_UNDONE))
				q->states[n++] = arena_z(c->arena, p->reg->states[i]);
}

enum err reg_list_query(struct page_ctx *c, const struct reg_page *p, struct str words, struct entry_query *q)
{
	const struct field *f = reg_field(p->reg, page_query(c, "sort"));
	*q = (struct entry_query){ .reg = p->reg->id.p, .words = words };
	which_states(c, p, q);
	narrow(c, p, q);
	overdue(c, p, q);
	if (f && f->index && f->type != FIELD_CHOICES && reg_shows(p, f)) {
		q->order_by = f->name.p;
		q->ascending = !page_query_int(c, "down", 0, 0, 1);
	}
	return OK;
}

static struct part_select filter_of(struct page_ctx *c, const struct field *f)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, f->n_choices + 3);
	struct str now = page_query(c, f->name.p);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), STR("Any"), !now.n };
	for (size_t i = 0; i < f->n_choices; i++)
		items[n++] = (struct part_select_items){ f->choices[i].value, f->choices[i].label, str_eq(now, f->choices[i].value) };
	if (f->type == FIELD_BOOL) {
		items[n++] = (struct part_select_items){ STR("yes"), STR("Yes"), str_is(now, "yes") };
		items[n++] = (struct part_select_items){ STR("no"), STR("No"), str_is(now, "no") };
	}
	return (struct part_select){ .name = f->name, .label = f->label, .items = items, .n_items = n };
}

static struct part_select state_filter(struct page_ctx *c, const struct reg *r)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, r->n_states + 1);
	struct str now = page_query(c, "state");
	items[0] = (struct part_select_items){ STR(""), STR("Any"), !now.n };
	for (size_t i = 0; i < r->n_states; i++)
		items[i + 1] = (struct part_select_items){ r->states[i], reg_state_of(r, r->states[i]).label, str_eq(now, r->states[i]) };
	return (struct part_select){ .name = STR("state"), .label = page_text(TEXT_register_state), .items = items, .n_items = r->n_states + 1 };
}

static bool is_column(const struct reg *r, const struct field *f)
{
	for (size_t i = 0; i < r->columns.n; i++)
		if (str_eq(r->columns.v[i], f->name))
			return true;
	return false;
}

/* The boxes are those of the columns; the address may narrow by any choice. */
static struct part_select *filters(struct page_ctx *c, const struct reg_page *p, size_t *n)
{
	struct part_select *v = arena_array(c->arena, struct part_select, FILTERS_MAX + 1);
	*n = 0;
	v[(*n)++] = state_filter(c, p->reg);
	for (size_t i = 0; i < p->reg->n_fields && *n <= FILTERS_MAX; i++) {
		const struct field *f = &p->reg->fields[i];
		if (filtered(p, f) && (!p->reg->columns.n || is_column(p->reg, f)))
			v[(*n)++] = filter_of(c, f);
	}
	return v;
}

/* Which fields the list shows: those of `columns`, else the first four. */
static size_t shown(const struct reg_page *p, const struct field **out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < p->reg->columns.n && n < max; i++) {
		const struct field *f = reg_field(p->reg, p->reg->columns.v[i]);
		if (f && reg_shows(p, f))
			out[n++] = f;
	}
	for (size_t i = 0; !p->reg->columns.n && i < p->reg->n_fields && n < 4; i++)
		if (reg_shows(p, &p->reg->fields[i]))
			out[n++] = &p->reg->fields[i];
	return n;
}

/* The address of the list in another order. */
static struct str sort_href(struct page_ctx *c, const struct reg_page *p, const struct field *f, bool down)
{
	AUTO(buf_done) struct buf b = buf_init(FORM_MAX_BYTES);
	for (size_t i = 0; i < c->req->query.n; i++) {
		const struct form_field *q = &c->req->query.fields[i];
		if (!str_is(q->name, "sort") && !str_is(q->name, "down") && !str_is(q->name, "page") && q->value.n)
			form_add(&b, q->name, q->value);
	}
	form_add(&b, STR("sort"), f->name);
	if (down)
		form_add(&b, STR("down"), STR("1"));
	return arena_fmt(c->arena, "/registers/%.*s?%.*s", STRF(p->reg->id), STRF(buf_str(&b)));
}

static struct view_register_list_heads *heads(struct page_ctx *c, const struct reg_page *p, const struct field *const *f, size_t n)
{
	struct view_register_list_heads *v = arena_array(c->arena, struct view_register_list_heads, n + 1);
	struct str now = page_query(c, "sort");
	bool down = page_query_int(c, "down", 0, 0, 1);
	for (size_t i = 0; i < n; i++) {
		bool here = str_eq(now, f[i]->name);
		v[i] = (struct view_register_list_heads){ .label = f[i]->label, .href = f[i]->index ? sort_href(c, p, f[i], here && !down) : STR_NONE,
			.order = here ? (down ? STR("descending") : STR("ascending")) : STR_NONE };
	}
	return v;
}

static struct view_register_list_rows row_of(struct page_ctx *c, const struct reg_page *p, const struct entry *e, const struct field *const *f, size_t n)
{
	struct view_register_list_rows_cells *cells = arena_array(c->arena, struct view_register_list_rows_cells, n + 1);
	struct reg_state s = reg_state_of(p->reg, e->state);
	for (size_t i = 1; i < n; i++)
		cells[i - 1] = (struct view_register_list_rows_cells){ arena_fmt(c->arena, "%.*s%s", STRF(f[i]->label), str_ends(f[i]->label, STR("?")) ? " " : ": "), reg_show(c, p, f[i], entry_value(e, f[i]->name.p)) };
	struct str title = n ? reg_show(c, p, f[0], entry_value(e, f[0]->name.p)) : STR("");
	return (struct view_register_list_rows){ .href = arena_fmt(c->arena, "/registers/%.*s/%lld", STRF(p->reg->id), (long long)e->id), .number = e->number,
		.title = title.n ? title : arena_fmt(c->arena, "No. %lld", (long long)e->number), .cells = cells, .n_cells = n ? n - 1 : 0,
		.state = s.label, .colour = s.colour, .due = reg_is_due(p->reg, e) ? p->reg->due.says : STR_NONE };
}

static bool narrowed(const struct page_ctx *c)
{
	for (size_t i = 0; i < c->req->query.n; i++)
		if (c->req->query.fields[i].value.n && !str_is(c->req->query.fields[i].name, "sort") && !str_is(c->req->query.fields[i].name, "down"))
			return true;
	return false;
}

static enum err list(struct page_ctx *c, bool print)
{
	enum { COLUMNS_MAX = 8 };
	const struct field *f[COLUMNS_MAX];
	struct reg_page p;
	struct entry_query q;
	struct entry_page page;
	TRY(reg_page_open(c, &p));
	struct table t = table_read(c, print ? ENTRY_PAGE_MAX : REGISTER_PAGE);
	TRY(reg_list_query(c, &p, t.q, &q));
	if (t.csv)
		return reg_csv(c, &p, &q);
	q.limit = t.limit;
	q.offset = t.offset;
	q.enough = t.enough = ENTRY_ENOUGH_FOUND;
	TRY(entry_list(&p.store, c->arena, &p.view, &q, &page));
	t.total = page.total;
	size_t n = shown(&p, f, COLUMNS_MAX), n_filters;
	struct view_register_list_rows *rows = arena_array(c->arena, struct view_register_list_rows, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		rows[i] = row_of(c, &p, &page.entries[i], f, n);
	struct part_select *sel = filters(c, &p, &n_filters);
	struct reindex_state making;
	TRY(reindex_state_of(&p.store, c->arena, c->school, p.reg, &making));
	return page_show(c, register_list, p.reg->title.p, .reg = p.reg->id, .title = p.reg->title, .hint = p.reg->hint, .one = reg_one(p.reg),
		.add = p.may.add, .print = print, .narrowed = narrowed(c), .own_only = !p.may.see, .today = time_words(c->arena, clock_utc()), .q = t.q, .filters = sel, .n_filters = n_filters,
		.heads = heads(c, &p, f, n), .n_heads = n, .rows = rows, .n_rows = page.n, .pages = table_pages(c, &t), .csv = table_csv_href(c),
		.making = making.making, .made = making.done, .of = making.total, .map = p.reg->map.n > 0, .keeping = p.reg->retain_months && (p.may.propose || p.may.dispose), .due = p.reg->due.says, .due_now = page_query_int(c, "due", 0, 0, 1));
}

enum err register_list_show(struct page_ctx *c) { return list(c, false); }
enum err register_print_show(struct page_ctx *c) { return list(c, true); }
