/* The policy, clause by clause, with what shows that it is lived. */
#include "house/page/needs.h"
#include "house/page/role_lines.h"
#include "house/page/policy.h"
#include "house/page/site.h"

#include "base/mem.h"
#include "house/web/table.h"

enum { PER_PAGE = 40, FEATURES_MAX = 128, CHOICES_MAX = 128 };

/* Evidence of a feature is asked once a page. */
struct asked { struct str feature; struct evidence e; };
struct look {
	struct page_ctx *c;
	struct store store;
	struct evidence_ask ask;
	struct asked *v;
	size_t n;
	bool shown;                    /* whoever asks may see evidence */
};

static enum err look_init(struct page_ctx *c, struct look *l)
{
	*l = (struct look){ .c = c, .v = arena_array(c->arena, struct asked, FEATURES_MAX),
		.shown = page_may(c, CAP_EVIDENCE_PACK, ACCESS_READ) || page_may(c, CAP_SCHOOL, ACCESS_READ) };
	return page_evidence(c, &l->store, &l->ask);
}

static enum err look_at(struct look *l, struct str feature, struct evidence *out)
{
	feature = evidence_source(feature);
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].feature, feature)) {
			*out = l->v[i].e;
			return OK;
		}
	TRY(evidence_of(&l->ask, l->c->arena, feature, out));
	if (l->n < FEATURES_MAX)
		l->v[l->n++] = (struct asked){ feature, *out };
	return OK;
}

static const char *state_of(const struct clause *x, const struct evidence *e)
{
	static const char *const by[] = { "nothing", "red", "amber", "green" };
	return e->served ? by[e->status] : x->n_tests ? "built-in" : "not-served";
}

static struct part_tag tag_of(const struct clause *x, const struct evidence *e)
{
	if (e->served)
		return page_status_tag(e);
	return x->n_tests ? (struct part_tag){ STR("Built in"), STR("blue") } : (struct part_tag){ STR("Not yet"), STR("grey") };
}

static struct str says_of(const struct clause *x, const struct evidence *e)
{
	if (e->served)
		return e->text;
	return x->n_tests ? STR("The program does this by itself; tests prove it. Nothing is measured at this school.")
	                  : STR("Not yet served by the program.");
}

struct wanted { struct str section, feature, kind, state, q; };

static bool has(struct str text, struct str words)
{
	for (size_t i = 0; i + words.n <= text.n; i++)
		if (str_ieq((struct str){ text.p + i, words.n }, words))
			return true;
	return words.n == 0;
}

static bool wants(const struct wanted *w, const struct clause *x, const char *state)
{
	return (!w->section.n || str_eq(w->section, x->section)) && (!w->feature.n || str_eq(w->feature, x->feature)) &&
	       (!w->kind.n || str_eq(w->kind, x->kind)) && (!w->state.n || str_is(w->state, state)) &&
	       (has(x->id, w->q) || has(x->duty, w->q) || has(x->who, w->q));
}

/* ---- the choices ---- */

static void choice(struct part_select *s, struct part_select_items *items, struct str value, struct str label, struct str now)
{
	for (size_t i = 0; i < s->n_items; i++)
		if (str_eq(items[i].value, value))
			return;
	if (s->n_items < CHOICES_MAX)
		items[s->n_items++] = (struct part_select_items){ .value = value, .label = label, .checked = str_eq(value, now) };
}

static int by_label(const void *a, const void *b)
{
	return str_cmp(((const struct part_select_items *)a)->label, ((const struct part_select_items *)b)->label);
}

static struct part_select choices(struct page_ctx *c, const char *name, enum text_key label, size_t at, struct str now)
{
	const struct library *l = c->web->library;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, CHOICES_MAX);
	struct part_select s = { .name = str_z(name), .label = page_text(label), .items = items };
	choice(&s, items, STR(""), page_text(TEXT_policy_all), now);
	for (size_t i = 0; i < l->clauses.n; i++) {
		const struct clause *x = &l->clauses.v[i];
		struct str v = *(const struct str *)(const void *)((const char *)x + at);
		if (clause_holds(x, l->profile.name) && v.n)
			choice(&s, items, v, v, now);
	}
	if (at != offsetof(struct clause, section))
		qsort(items + 1, s.n_items - 1, sizeof *items, by_label);
	return s;
}

static struct part_select state_choices(struct page_ctx *c, struct str now)
{
	static const char *const v[][2] = { { "", "Any" }, { "red", "Red" }, { "amber", "Amber" }, { "green", "Green" },
		{ "nothing", "Nothing to judge yet" }, { "built-in", "Built in, not measured" }, { "not-served", "Not yet served by the program" } };
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, CHOICES_MAX);
	struct part_select s = { .name = STR("state"), .label = page_text(TEXT_policy_state), .items = items };
	for (size_t i = 0; i < ARRAY_N(v); i++)
		choice(&s, items, str_z(v[i][0]), str_z(v[i][1]), now);
	return s;
}

static size_t selects(struct page_ctx *c, const struct look *l, const struct wanted *w, struct part_select **out)
{
	struct part_select *s = arena_array(c->arena, struct part_select, 4);
	s[0] = choices(c, "section", TEXT_policy_section, offsetof(struct clause, section), w->section);
	s[1] = choices(c, "feature", TEXT_policy_feature, offsetof(struct clause, feature), w->feature);
	s[2] = choices(c, "kind", TEXT_policy_kind, offsetof(struct clause, kind), w->kind);
	*out = s;
	if (!l->shown)
		return 3;
	s[3] = state_choices(c, w->state);
	return 4;
}

/* ---- the list ---- */

static void csv_head(struct page_ctx *c)
{
	static const char *const heads[] = { "clause", "section", "duty", "who", "kind", "feature", "state", "says", "known", "age", "tests" };
	csv_begin(c, "policy.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
}

static void csv_line(struct page_ctx *c, const struct clause *x, const struct evidence *e, bool shown)
{
	struct part_known k = page_known(c, e);
	struct str v[] = { x->id, x->section, x->duty, x->who, x->kind, x->feature, shown ? str_z(state_of(x, e)) : STR(""),
		shown ? says_of(x, e) : STR(""), !shown || !e->served ? STR("") : k.measured ? STR("measured") : STR("reported"), shown ? k.age : STR("") };
	for (size_t i = 0; i < ARRAY_N(v); i++)
		csv_cell(c, v[i]);
	csv_int(c, (int64_t)x->n_tests);
	csv_row(c);
}

static struct view_policy_rows row_of(struct page_ctx *c, const struct clause *x, const struct evidence *e, bool shown)
{
	return (struct view_policy_rows){ .id = x->id, .section = x->section, .duty = x->duty, .who = x->who,
		.tag = tag_of(x, e), .says = shown ? says_of(x, e) : STR_NONE, .known = page_known(c, e), .judged = shown && e->served };
}

static enum err collect(struct look *l, const struct wanted *w, struct table *t, struct view_policy_rows *rows, size_t *n)
{
	const struct library *lib = l->c->web->library;
	for (size_t i = 0; i < lib->clauses.n; i++) {
		const struct clause *x = &lib->clauses.v[i];
		struct evidence e = { 0 };
		if (!clause_holds(x, lib->profile.name))
			continue;
		if (l->shown)
			TRY(look_at(l, x->feature, &e));
		if (!wants(w, x, state_of(x, &e)) || t->total++ < t->offset || t->total > t->offset + t->limit)
			continue;
		if (t->csv)
			csv_line(l->c, x, &e, l->shown);
		else
			rows[(*n)++] = row_of(l->c, x, &e, l->shown);
	}
	return OK;
}

static enum err in_force(struct page_ctx *c, struct store *st, struct document *doc)
{
	*doc = (struct document){ 0 };
	enum err e = document_active(st, c->arena, c->school, doc);
	return e == ERR_ABSENT ? OK : e;
}

static const struct param *sources(const struct page_ctx *c)
{
	static const struct param none = { 0 };
	const struct param *p = profile_param(&c->web->library->profile, STR("policy.template_source"));
	return p ? p : &none;
}

enum err policy_show(struct page_ctx *c)
{
	struct look l;
	struct document doc;
	struct table t = table_read(c, PER_PAGE);
	struct wanted w = { page_query(c, "section"), page_query(c, "feature"), page_query(c, "kind"), page_query(c, "state"), t.q };
	struct view_policy_rows *rows = arena_array(c->arena, struct view_policy_rows, PER_PAGE + 1);
	struct part_select *s;
	size_t n = 0;
	TRY(look_init(c, &l));
	if (t.csv)
		csv_head(c);
	TRY(collect(&l, &w, &t, rows, &n));
	if (t.csv)
		return csv_end(c);
	TRY(in_force(c, &l.store, &doc));
	size_t n_selects = selects(c, &l, &w, &s);
	struct part_summary roles;
	TRY(page_role_holders(c, &roles));
	struct str needs_found = STR_NONE, needs_done = STR_NONE;
	if (profile_yes(&c->web->library->profile, "vulnerable.needs_statement"))
		TRY(page_needs(c, &needs_found, &needs_done));
	const struct param *from = sources(c);
	struct view_policy_sources *links = arena_array(c->arena, struct view_policy_sources, from->n_values + 1);
	for (size_t i = 0; i < from->n_values; i++)
		links[i].href = from->values[i];
	return page_show(c, policy, "Policy", .title = page_policy_title(c, &doc), .overdue = page_review_owner(c, &doc), .in_force = doc.e.id > 0,
		.panel = page_document_panel(c, &doc, c->person->kind != KIND_LEARNER), .has_roles = c->person->kind != KIND_LEARNER && c->person->kind != KIND_PARENT && c->person->kind != KIND_VISITOR, .roles = roles, .website = page_website(c), .needs_found = needs_found, .needs_done = needs_done, .credit = profile_text(&c->web->library->profile, "policy.template_credit"),
		.sources = links, .n_sources = from->n_values, .evidence = l.shown, .q = t.q, .selects = s, .n_selects = n_selects,
		.rows = rows, .n_rows = n, .pages = table_pages(c, &t), .csv = table_csv_href(c));
}

enum err policy_clause(struct page_ctx *c)
{
	struct look l;
	struct evidence e = { 0 };
	TRY(look_init(c, &l));
	const struct clause *x = clause_find(&c->web->library->clauses, page_param(c, "id"));
	if (!x || !clause_holds(x, c->web->library->profile.name))
		return ERR_ABSENT;
	if (l.shown)
		TRY(look_at(&l, x->feature, &e));
	struct part_summary_rows rows[] = {
		{ .key = page_text(TEXT_policy_section), .value = x->section }, { .key = page_text(TEXT_policy_who), .value = x->who },
		{ .key = page_text(TEXT_policy_kind), .value = x->kind }, { .key = page_text(TEXT_policy_feature), .value = x->feature },
		{ .key = page_text(TEXT_policy_evidence), .value = x->evidence },
	};
	return page_show(c, clause, "Clause", .id = x->id, .duty = x->duty, .panel = { .rows = rows, .n_rows = ARRAY_N(rows) },
		.says = l.shown ? says_of(x, &e) : STR_NONE, .tag = tag_of(x, &e), .judged = l.shown && e.served, .known = page_known(c, &e),
		.accept = x->accept, .tests = x->tests, .n_tests = x->n_tests);
}

/* Without sign-in: the document and where to turn; nobody is named. */
enum err policy_public(struct page_ctx *c)
{
	struct store st;
	struct evidence_ask ask;
	struct document doc;
	TRY(page_evidence(c, &st, &ask));
	TRY(in_force(c, &st, &doc));
	struct part_prose words;
	bool held;
	TRY(page_policy_text(c, &doc, &words, &held));
	const struct param *from = sources(c);
	struct view_policy_public_sources *links = arena_array(c->arena, struct view_policy_public_sources, from->n_values + 1);
	for (size_t i = 0; i < from->n_values; i++)
		links[i].href = from->values[i];
	return page_show(c, policy_public, "Online safety policy", .title = page_policy_title(c, &doc), .school = str_z(c->web->school_name),
		.panel = page_document_panel(c, &doc, false), .in_force = doc.e.id > 0,
		.credit = profile_text(&c->web->library->profile, "policy.template_credit"), .sources = links, .n_sources = from->n_values,
		.website = page_website(c), .words = words, .held = held);
}
