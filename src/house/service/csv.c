/* What a school already uses, from a spreadsheet; and what the register lacks. */
#include "base/mem.h"
#include "house/procedure/profile.h"
#include "house/roll/table.h"
#include "house/roll/text.h"
#include "house/service/inner.h"

static const struct { const char *heading, *field; } columns[] = {
	{ "name", "name" }, { "service", "name" }, { "app", "name" }, { "addresses", "hosts" }, { "address", "hosts" }, { "website", "hosts" }, { "domains", "hosts" },
	{ "url", "hosts" }, { "kind", "kind" }, { "purpose", "purpose" }, { "what for", "purpose" }, { "supplier", "supplier" }, { "maker", "supplier" },
	{ "ages", "ages" }, { "cost", "cost" }, { "audience", "audience" }, { "who", "audience" }, { "contract end", "contract-end" }, { "note", "note" }, { "notes", "note" },
};
enum { COLUMNS_MAX = 32 };

static const char *field_of(struct str heading)
{
	for (size_t i = 0; i < ARRAY_N(columns); i++)
		if (str_ieq(str_trim(heading), str_z(columns[i].heading)))
			return columns[i].field;
	return NULL;
}

struct reading { struct store *st; struct arena *a; const struct act *act; struct str day; struct diag *d; const char *column[COLUMNS_MAX]; size_t n; };

static struct str kind_of(struct reading *r, struct str typed)
{
	const struct reg *reg = registers_find(r->st->registers, STR("service"));
	const struct field *f = reg ? reg_field(reg, STR("kind")) : NULL;
	for (size_t i = 0; f && i < f->n_choices; i++)
		if (str_ieq(typed, f->choices[i].value) || str_ieq(typed, f->choices[i].label))
			return f->choices[i].value;
	return STR("other");
}

static enum err known(struct reading *r, struct str name, bool *out)
{
	struct entry_may may = service_may(r->act->school);
	struct entry_query q = { .reg = "service", .limit = 1, .bare = true, .n_where = 1, .where = { { .key = "name", .op = ENTRY_IS, .s = name } } };
	int64_t n;
	TRY(entry_count(r->st, &may, &q, &n));
	*out = n > 0;
	return OK;
}

static enum err add_row(struct reading *r, const struct roll_cells *row, struct service_import *out)
{
	AUTO(diag_done) struct diag own = diag_init(20);
	struct entry_field f[COLUMNS_MAX + 3];
	struct str name = STR_NONE, purpose = STR_NONE;
	size_t n = 0;
	bool have = false, kind = false;
	int64_t id;
	for (size_t i = 0; i < r->n; i++) {
		struct str cell = roll_cell(row, i);
		if (!r->column[i] || !cell.n)
			continue;
		kind |= strcmp(r->column[i], "kind") == 0;
		name = strcmp(r->column[i], "name") == 0 ? cell : name;
		purpose = strcmp(r->column[i], "purpose") == 0 ? cell : purpose;
		f[n++] = (struct entry_field){ str_z(r->column[i]), strcmp(r->column[i], "kind") == 0 ? kind_of(r, cell) : cell };
	}
	if (name.n)
		TRY(known(r, name, &have));
	if (have) {
		out->known++;
		return OK;
	}
	if (!kind)
		f[n++] = (struct entry_field){ STR("kind"), STR("other") };
	if (!purpose.n)
		f[n++] = (struct entry_field){ STR("purpose"), STR("In use when the register began. Write here what it is for.") };
	f[n++] = (struct entry_field){ STR("assess-by"), r->day };
	enum err e = service_add(r->st, r->act, "in-use", &(struct service_in){ f, n, true }, &own, &id);
	for (size_t i = 0; i < own.n; i++)
		diag_add(r->d, DIAG_ERROR, STR("file"), row->line, "Row %ld: %.*s", row->line, STRF(own.items[i].text));
	out->added += e == OK;
	return e == ERR_INVALID ? OK : e;
}

static enum err read_heading(struct reading *r, const struct roll_cells *row)
{
	bool named = false;
	for (r->n = 0; r->n < row->n && r->n < COLUMNS_MAX; r->n++) {
		r->column[r->n] = field_of(row->cells[r->n]);
		named |= r->column[r->n] && strcmp(r->column[r->n], "name") == 0;
	}
	return named ? OK : diag_fail(r->d, STR("file"), row->line, "The first row names the columns; one of them is \"name\".");
}

enum err service_csv(struct store *st, const struct act *act, struct str csv, struct str day, bool dry, struct diag *d, struct service_import *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct reading r = { st, &a, act, day, d, { 0 }, 0 };
	struct roll_table t;
	size_t before = d->errors;
	*out = (struct service_import){ 0 };
	TRY(roll_table(&a, STR("file"), csv, d, &t));
	if (!t.n)
		return diag_fail(d, STR("file"), 0, "There is nothing in it.");
	if (t.n > SERVICE_CSV_MAX)
		return diag_fail(d, STR("file"), 0, "At most %d rows.", SERVICE_CSV_MAX);
	TRY(read_heading(&r, &t.rows[0]));
	TRY(db_tx_begin(st->db, &tx));
	for (size_t i = 1; i < t.n; i++)
		TRY(add_row(&r, &t.rows[i], out));
	if (d->errors > before)
		return ERR_INVALID;
	return dry ? OK : db_tx_commit(&tx);
}

/* ---- what is missing ---- */

struct gaps { struct store *st; struct arena *a; int64_t school, now; struct missing *v; size_t n, max; };

static void gap(struct gaps *g, struct str says, struct str link)
{
	if (g->n < g->max)
		g->v[g->n++] = (struct missing){ says, link };
}

/* 7.1-01: an entry for each kind of technology, if only to say that it is not used. */
static const struct { const char *kind, *says; } kinds[] = {
	{ "computers", "The register does not say which computers, laptops and tablets there are." },
	{ "internet", "The register does not state who provides the internet connection." },
	{ "filter", "The register does not state which filter is used." },
	{ "platform", "The register does not name the learning platform." },
	{ "email", "The register does not say which email there is." },
	{ "games", "The register does not say whether games technology is used." },
	{ "cameras", "The register does not say whether cameras and webcams are used." },
};

static enum err kind_gaps(struct gaps *g)
{
	struct entry_may may = service_may(g->school);
	for (size_t i = 0; i < ARRAY_N(kinds); i++) {
		struct entry_query q = { .reg = "service", .states = { "wanted", "in-use", "assessed", "not-used" }, .limit = 50, .n_where = 1,
			.where = { { .key = "kind", .op = ENTRY_IS, .s = str_z(kinds[i].kind) } } };
		struct entry_page page;
		TRY(entry_list(g->st, g->a, &may, &q, &page));
		if (!page.n)
			gap(g, str_z(kinds[i].says), arena_fmt(g->a, "/services/new?kind=%s", kinds[i].kind));
		for (size_t k = 0; k < page.n; k++)
			if (strcmp(kinds[i].kind, "internet") == 0 && !str_is(page.entries[k].state, "not-used") && !entry_value(&page.entries[k], "iwf").n)
				gap(g, arena_fmt(g->a, "%.*s: nothing shows that it takes the list of the Internet Watch Foundation.", STRF(entry_value(&page.entries[k], "name"))),
				    arena_fmt(g->a, "/services/%lld/edit", (long long)page.entries[k].id));
	}
	return OK;
}

/* 4.1-16: whatever is in use without a current assessment. */
static enum err assessment_gaps(struct gaps *g)
{
	struct entry_may may = service_may(g->school);
	struct entry_query q = { .reg = "service", .states = { "in-use", "assessed" }, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(entry_list(g->st, g->a, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		struct service_now s;
		TRY(service_now(g->st, g->a, g->school, e, g->now, &s));
		struct str link = arena_fmt(g->a, "/services/%lld", (long long)e->id), name = entry_value(e, "name");
		if (str_is(e->state, "in-use"))
			gap(g, arena_fmt(g->a, "%.*s is in use without a risk assessment.", STRF(name)), link);
		else if (s.light == LIGHT_RED || s.light == LIGHT_CLOSED)
			gap(g, arena_fmt(g->a, "%.*s: its risk assessment ran out.", STRF(name)), link);
		else if (s.changed)
			gap(g, arena_fmt(g->a, "%.*s has changed since it was assessed.", STRF(name)), link);
	}
	return OK;
}

static void profile_gaps(struct gaps *g)
{
	static const struct { const char *key, *says; } params[] = {
		{ "net.provider", "The profile does not state the internet provider." }, { "filter.supplier", "The profile does not state the filter's supplier." },
		{ "platform.name", "The profile does not name the learning platform." },
	};
	const struct profile *p = registers_profile(g->st->registers);
	for (size_t i = 0; p && i < ARRAY_N(params); i++)
		if (!profile_text(p, params[i].key).n)
			gap(g, str_z(params[i].says), STR("/policy"));
}

/* 7.9-05, 7.9-11: conference equipment that is not set up whole, or that nobody has looked at. */
static enum err equipment_gaps(struct gaps *g)
{
	static const char *const gates[] = { "approve", "checked" };
	struct entry_may may = service_may(g->school);
	struct entry_query q = { .reg = "video-equipment", .states = { "new", "approved" }, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(entry_list(g->st, g->a, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		for (size_t k = 0; k < ARRAY_N(gates); k++) {
			const struct entry *e = &page.entries[i];
			struct gate_answer answer;
			if (k == 1 && str_is(e->state, "new"))
				continue;
			TRY(gate_open(g->st, g->a, g->school, gates[k], e, g->now, &answer));
			for (size_t m = 0; m < answer.n; m++)
				gap(g, arena_fmt(g->a, "%.*s: %.*s", STRF(entry_value(e, "name")), STRF(answer.missing[m].says)), arena_fmt(g->a, "/registers/video-equipment/%lld", (long long)e->id));
		}
	return OK;
}

enum err service_gaps(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct missing **out, size_t *n)
{
	struct gaps g = { st, a, school, now_utc, arena_array(a, struct missing, 1200), 0, 1200 };
	TRY(kind_gaps(&g));
	TRY(assessment_gaps(&g));
	TRY(equipment_gaps(&g));
	profile_gaps(&g);
	*out = g.v;
	*n = g.n;
	return OK;
}
