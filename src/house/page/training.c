/* The matrix of training: people by modules, with dates and gaps; counts for governors; one person's record. */
#include "house/page/training.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/page/duty.h"
#include "house/page/form.h"
#include "house/procedure/library.h"
#include "house/web/table.h"

enum { PER_PAGE = 50 };

/* ---- shared ---- */

enum err page_training(struct page_ctx *c, struct store *st, struct training *t)
{
	*st = page_store(c);
	if (!c->web->library || !duty_works_here(c))
		return ERR_FORBIDDEN;
	return training_open(st, c->web->library, c->arena, c->school, t);
}

bool training_reads(const struct page_ctx *c) { return (page_reach(c, CAP_TRAINING, ACCESS_READ) & REACH_ALL) != 0; }
bool training_writes(const struct page_ctx *c) { return (page_reach(c, CAP_TRAINING, ACCESS_WRITE) & REACH_ALL) != 0; }

struct str training_date(struct page_ctx *c, int64_t utc) { return utc ? time_date_words(c->arena, utc) : STR(""); }

struct str training_short(struct page_ctx *c, int64_t utc)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil u = time_uk(utc);
	return utc ? arena_fmt(c->arena, "%d %.3s %d", u.day, months + 3 * (u.month - 1), u.year) : STR("");
}

struct str training_every(struct page_ctx *c, int months)
{
	if (!months)
		return page_text(TEXT_training_once);
	return months == 1 ? page_text(TEXT_training_monthly) : arena_fmt(c->arena, "every %d months", months);
}

struct part_training_needs training_needs(struct page_ctx *c, const struct training *t, const struct matrix *m)
{
	struct part_training_needs_rows *rows = arena_array(c->arena, struct part_training_needs_rows, t->modules.n + 1);
	size_t n = 0;
	for (size_t i = 0; m->n && i < t->modules.n; i++) {
		struct stand s = matrix_at(t, m, 0, i);
		if (s.state != STAND_NONE)
			rows[n++] = (struct part_training_needs_rows){ .title = t->modules.v[i].title, .state = str_z(stand_title(s.state)), .colour = str_z(stand_colour(s.state)),
				.last = training_date(c, s.last_utc), .due = training_date(c, s.due_utc), .every = training_every(c, t->intervals[i].months) };
	}
	return (struct part_training_needs){ .rows = rows, .n_rows = n };
}

enum err training_record(struct page_ctx *c, const struct training *t, int64_t person, struct part_training_record *out)
{
	struct training_row *v;
	size_t n;
	TRY(training_of(t, person, &v, &n));
	struct part_training_record_rows *rows = arena_array(c->arena, struct part_training_record_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool measured;
		const char *how = training_how(v[i].how, &measured);
		rows[i] = (struct part_training_record_rows){ .title = training_title(t, v[i].module), .on = training_date(c, v[i].on_utc), .how = str_z(how), .measured = measured,
			.by = v[i].made_by == person ? STR("") : person_name(c->db, c->arena, c->school, v[i].made_by),
			.certificate = v[i].id ? arena_fmt(c->arena, "/training/certificate/%lld", (long long)v[i].id) : STR_NONE };
	}
	*out = (struct part_training_record){ .rows = rows, .n_rows = n };
	return OK;
}

/* ---- what was asked for ---- */

struct asked { struct str q, role, module, state, sort; size_t at; };      /* at: the module's place, or modules.n */

static struct asked asked_for(struct page_ctx *c, const struct training *t)
{
	struct asked a = { page_query(c, "q"), page_query(c, "role"), page_query(c, "module"), page_query(c, "state"), page_query(c, "sort"), 0 };
	a.at = training_module(t, a.module);
	return a;
}

static bool of_role(const struct training_person *p, struct str role)
{
	enum role r;
	if (!role.n || str_eq(p->kind_word, role))
		return true;
	return role_read(role, &r) == OK && p->roles & ROLE_BIT(r);
}

static bool in_state(struct stand s, struct str state)
{
	if (str_is(state, "red"))
		return stand_red(s);
	return s.state != STAND_NONE && (!state.n || str_is(state, stand_word(s.state)));
}

static bool any_cell(const struct training *t, const struct matrix *m, size_t person, const struct asked *a)
{
	for (size_t i = 0; i < t->modules.n; i++)
		if ((a->at == t->modules.n || a->at == i) && in_state(matrix_at(t, m, person, i), a->state))
			return true;
	return false;
}

static struct str folded(struct page_ctx *c, struct str s)
{
	char *p = arena_array(c->arena, char, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
	return (struct str){ p, s.n };
}

/* The soonest day by which something of theirs is due; far off when nothing is. */
static int64_t soonest(const struct training *t, const struct matrix *m, size_t person, const struct asked *a)
{
	int64_t out = INT64_MAX;
	for (size_t i = 0; i < t->modules.n; i++) {
		struct stand s = matrix_at(t, m, person, i);
		if ((a->at == t->modules.n || a->at == i) && s.due_utc && s.due_utc < out)
			out = s.due_utc;
	}
	return out;
}

struct spot { size_t person; int64_t due; };

static int by_due(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;
	return x->due != y->due ? (x->due > y->due) - (x->due < y->due) : (x->person > y->person) - (x->person < y->person);
}

/* Those that fit what was asked, in its order. */
static struct spot *fitting(struct page_ctx *c, const struct training *t, const struct matrix *m, const struct asked *a, size_t *n)
{
	struct spot *v = arena_array(c->arena, struct spot, m->n + 1);
	struct str words = folded(c, a->q);
	*n = 0;
	for (size_t i = 0; i < m->n; i++)
		if ((!words.n || str_find(folded(c, m->people[i].name), words) >= 0) && of_role(&m->people[i], a->role) && any_cell(t, m, i, a))
			v[(*n)++] = (struct spot){ i, soonest(t, m, i, a) };
	if (str_is(a->sort, "due"))
		qsort(v, *n, sizeof *v, by_due);
	return v;
}

/* ---- the page ---- */

struct option { const char *value, *label; };

static struct part_select chooser(struct page_ctx *c, const char *name, enum text_key label, struct str chosen, const struct option *all, size_t n)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n + 1);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct part_select_items){ str_z(all[i].value), str_z(all[i].label), str_is(chosen, all[i].value) };
	return (struct part_select){ .name = str_z(name), .label = page_text(label), .items = items, .n_items = n };
}

static struct part_select roles_of(struct page_ctx *c, const struct matrix *m, struct str chosen)
{
	static const enum person_kind kinds[] = { KIND_STAFF, KIND_SUPPLY, KIND_VOLUNTEER, KIND_GOVERNOR };
	struct option *v = arena_array(c->arena, struct option, ROLES_MAX + ARRAY_N(kinds) + 1);
	role_set held = 0;
	size_t n = 0;
	v[n++] = (struct option){ "", "Everybody" };
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		v[n++] = (struct option){ kind_word(kinds[i]), arena_fmt(c->arena, "Each %s", kind_title(kinds[i])).p };
	for (size_t i = 0; i < m->n; i++)
		held |= m->people[i].roles;
	for (int r = 0; r < role_count(); r++)
		if (held & ROLE_BIT(r) && r != ROLE_STAFF && r != ROLE_GOVERNOR && r != ROLE_SUPPLY)
			v[n++] = (struct option){ role_word((enum role)r), role_title((enum role)r) };
	return chooser(c, "role", TEXT_training_role, chosen, v, n);
}

static struct part_select modules_of(struct page_ctx *c, const struct training *t, struct str chosen)
{
	struct option *v = arena_array(c->arena, struct option, t->modules.n + 2);
	size_t n = 0;
	v[n++] = (struct option){ "", "Everything" };
	for (size_t i = 0; i < t->modules.n; i++)
		v[n++] = (struct option){ arena_z(c->arena, t->modules.v[i].id), arena_z(c->arena, t->modules.v[i].head) };
	return chooser(c, "module", TEXT_training_module, chosen, v, n);
}

static void choices(struct page_ctx *c, const struct training *t, const struct matrix *m, const struct asked *a, struct view_training *v)
{
	static const struct option states[] = { { "", "Any" }, { "red", "Overdue: gaps and out of date" }, { "soon", "Soon due again" }, { "new", "To do" }, { "done", "Done" } };
	static const struct option sorts[] = { { "", "By name" }, { "due", "By what is due first" } };
	v->q = a->q;
	v->role = roles_of(c, m, a->role);
	v->module = modules_of(c, t, a->module);
	v->state_of = chooser(c, "state", TEXT_training_state, a->state, states, ARRAY_N(states));
	v->sort = chooser(c, "sort", TEXT_training_sort, a->sort, sorts, ARRAY_N(sorts));
}

static struct view_training_rows row_of(struct page_ctx *c, const struct training *t, const struct matrix *m, size_t person, const struct asked *a)
{
	struct view_training_rows_cells *cells = arena_array(c->arena, struct view_training_rows_cells, t->modules.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < t->modules.n; i++) {
		struct stand s = matrix_at(t, m, person, i);
		if (a->at != t->modules.n && a->at != i)
			continue;
		struct str day = s.last_utc ? training_short(c, s.last_utc) : s.due_utc ? arena_fmt(c->arena, "by %.*s", STRF(training_short(c, s.due_utc))) : STR("");
		cells[n++] = (struct view_training_rows_cells){ .words = day, .colour = str_z(stand_colour(s.state)), .asked = s.state != STAND_NONE,
			.state = s.state == STAND_DONE ? STR("") : str_z(stand_title(s.state)) };
	}
	return (struct view_training_rows){ .id = m->people[person].id, .name = m->people[person].name, .kind = m->people[person].kind_word, .cells = cells, .n_cells = n };
}

static enum err csv_out(struct page_ctx *c, const struct training *t, const struct matrix *m, const struct spot *v, size_t n, const struct asked *a)
{
	csv_begin(c, "training.csv");
	csv_cell(c, STR("Name"));
	csv_cell(c, STR("Kind"));
	for (size_t i = 0; i < t->modules.n; i++)
		if (a->at == t->modules.n || a->at == i) {
			csv_cell(c, t->modules.v[i].title);
			csv_cell(c, STR("How it stands"));
			csv_cell(c, STR("Due"));
		}
	csv_row(c);
	for (size_t k = 0; k < n; k++) {
		csv_cell(c, m->people[v[k].person].name);
		csv_cell(c, m->people[v[k].person].kind_word);
		for (size_t i = 0; i < t->modules.n; i++) {
			struct stand s = matrix_at(t, m, v[k].person, i);
			if (a->at != t->modules.n && a->at != i)
				continue;
			csv_cell(c, s.last_utc ? time_iso_date(c->arena, s.last_utc) : STR(""));
			csv_cell(c, str_z(stand_title(s.state)));
			csv_cell(c, s.due_utc ? time_iso_date(c->arena, s.due_utc) : STR(""));
		}
		csv_row(c);
	}
	return csv_end(c);
}

static void heads_of(struct page_ctx *c, const struct training *t, const struct asked *a, struct view_training *v)
{
	struct view_training_heads *heads = arena_array(c->arena, struct view_training_heads, t->modules.n + 1);
	for (size_t i = 0; i < t->modules.n; i++)
		if (a->at == t->modules.n || a->at == i)
			heads[v->n_heads++] = (struct view_training_heads){ t->modules.v[i].title, t->modules.v[i].head };
	v->heads = heads;
}

static void tally(const struct training *t, const struct matrix *m, struct view_training *v)
{
	struct asked red = { .state = STR("red"), .at = t->modules.n }, fresh = { .state = STR("new"), .at = t->modules.n };
	v->all = (int64_t)m->n;
	for (size_t i = 0; i < m->n; i++) {
		bool is_red = any_cell(t, m, i, &red);
		v->red += is_red;
		v->todo += !is_red && any_cell(t, m, i, &fresh);
	}
	v->right = v->all - v->red - v->todo;
}

static enum err waiting(const struct training *t, struct view_training *v)
{
	struct course *courses;
	struct induction *inductions;
	size_t n;
	TRY(course_list(t, 0, "said", 0, 1, &courses, &n, &v->courses));
	return induction_list(t, false, 0, 1, &inductions, &n, &v->inductions);
}

static enum err matrix_page(struct page_ctx *c, const struct training *t, const struct matrix *m)
{
	struct asked a = asked_for(c, t);
	struct table table = table_read(c, PER_PAGE);
	size_t n;
	struct spot *v = fitting(c, t, m, &a, &n);
	struct view_training view = { .writes = training_writes(c), .csv = table_csv_href(c) };
	if (table.csv)
		return csv_out(c, t, m, v, n, &a);
	table.total = (int64_t)n;
	struct view_training_rows *rows = arena_array(c->arena, struct view_training_rows, (size_t)table.limit + 1);
	for (size_t i = (size_t)table.offset; i < n && view.n_rows < (size_t)table.limit; i++)
		rows[view.n_rows++] = row_of(c, t, m, v[i].person, &a);
	view.rows = rows;
	tally(t, m, &view);
	choices(c, t, m, &a, &view);
	heads_of(c, t, &a, &view);
	TRY(waiting(t, &view));
	view.pages = table_pages(c, &table);
	page_begin(c, "Training");
	view_training_put(&c->reply.body, &c->env, &view);
	return page_end(c);
}

/* Numbers without names (3-09): governors. */
static enum err counts_page(struct page_ctx *c, const struct training *t, const struct matrix *m)
{
	struct view_training_counts_rows *rows = arena_array(c->arena, struct view_training_counts_rows, t->modules.n + 1);
	struct view_training sums = { 0 };
	tally(t, m, &sums);
	for (size_t i = 0; i < t->modules.n; i++) {
		struct training_count n = matrix_count(t, m, i);
		rows[i] = (struct view_training_counts_rows){ t->modules.v[i].title, training_every(c, t->intervals[i].months), n.asked, n.done, n.soon, n.red };
	}
	return page_show(c, training_counts, "Training in numbers", .people = sums.all, .right = sums.right, .red = sums.red, .rows = rows, .n_rows = t->modules.n);
}

enum err training_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct matrix m;
	TRY(page_training(c, &st, &t));
	if (!training_reads(c) && !page_may(c, CAP_GOVERNOR, ACCESS_READ))
		return page_redirect(c, "/training/me");
	TRY(matrix_load(&t, 0, clock_utc(), &m));
	return training_reads(c) ? matrix_page(c, &t, &m) : counts_page(c, &t, &m);
}

/* ---- one person ---- */

enum err training_person_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct matrix m;
	struct part_training_record record;
	int64_t id;
	TRY(page_training(c, &st, &t));
	TRY(page_id(c, "id", &id));
	if (!training_reads(c))
		return id == c->person->id ? page_redirect(c, "/training/me") : ERR_FORBIDDEN;
	TRY(matrix_load(&t, id, clock_utc(), &m));
	if (!m.n)
		return ERR_ABSENT;
	TRY(training_record(c, &t, id, &record));
	return page_show(c, training_person, "Training of one person", .name = m.people[0].name, .needs = training_needs(c, &t, &m), .record = record);
}
