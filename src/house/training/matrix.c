/* People, modules, and where they meet. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/agreement/board.h"
#include "house/training/inside.h"

enum { DAY = 86400, SETTINGS_MAX = 200 };

static const struct { const char *word, *title, *colour; } stands[] = {
#define STAND_ROW_(name, word, title, colour) { word, title, colour },
	STAND_TABLE(STAND_ROW_)
#undef STAND_ROW_
};
const char *stand_word(enum stand_state s) { return stands[s].word; }
const char *stand_title(enum stand_state s) { return stands[s].title; }
const char *stand_colour(enum stand_state s) { return stands[s].colour; }

struct entry_may training_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

/* ---- opening ---- */

static int chosen(const struct entry_page *all, struct str key)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(entry_value(&all->entries[i], "key"), key))
			return (int)entry_i64(&all->entries[i], "months");
	return 0;
}

/* The policy's, then the school's choice, held to what the policy allows. */
static struct interval interval_of(const struct training *t, const struct module *m, const struct entry_page *settings)
{
	struct interval out = { .months = m->every, .confirmed = true };
	int said = 0, choice = chosen(settings, m->setting);
	struct str own = m->parameter.n ? profile_text(&t->library->profile, arena_z(t->a, m->parameter)) : STR_NONE;
	const struct param *p = m->parameter.n ? profile_param(&t->library->profile, m->parameter) : NULL;
	if (own.n && months_read(own, &said) == OK)
		out.months = said;
	out.confirmed = choice || (p && p->confirmed) || (m->longest && !m->parameter.n);      /* what the policy leaves open is our default */
	if (choice && m->every)
		out.months = choice;
	out.held = m->longest && out.months > m->longest;
	if (out.held)
		out.months = m->longest;
	return out;
}

static enum err settings_of(const struct training *t, struct entry_page *out)
{
	struct entry_may may = training_may(t->school);
	struct entry_query q = { .reg = "training-setting", .limit = SETTINGS_MAX };
	return entry_list(t->store, t->a, &may, &q, out);
}

/* What the school added itself, as data/training.conf would say it. */
static struct module own_module(const struct training *t, const struct entry *e)
{
	struct str who = entry_value(e, "who"), every = entry_value(e, "every"), head = entry_value(e, "short");
	struct module m = { .id = arena_fmt(t->a, "own-%lld", (long long)e->number), .title = entry_value(e, "title"), .who = who, .within_days = 84 };
	m.head = head.n ? head : m.title;
	m.setting = m.id;
	m.staff = str_find(who, STR("staff")) >= 0;
	m.volunteers = str_find(who, STR("volunteers")) >= 0;
	m.governors = str_find(who, STR("governors")) >= 0;
	if (every.n && !str_is(every, "once"))
		(void)months_read(every, &m.every);      /* a choice of the register: it reads */
	return m;
}

static enum err own_modules(const struct training *t, struct entry_page *out)
{
	struct entry_may may = training_may(t->school);
	struct entry_query q = { .reg = "training-module", .states = { "used" }, .limit = MODULES_MAX, .order_by = "title", .ascending = true };
	*out = (struct entry_page){ 0 };
	return registers_find(t->store->registers, STR("training-module")) ? entry_list(t->store, t->a, &may, &q, out) : OK;
}

static enum err modules_of(struct training *t)
{
	const struct modules *all = &t->library->training;
	struct entry_page own;
	TRY(own_modules(t, &own));
	t->modules = (struct modules){ arena_array(t->a, struct module, all->n + own.n + 1), 0 };
	for (size_t i = 0; i < all->n; i++)
		if (module_applies(&all->v[i], &t->library->profile))
			t->modules.v[t->modules.n++] = all->v[i];
	for (size_t i = 0; i < own.n; i++)
		t->modules.v[t->modules.n++] = own_module(t, &own.entries[i]);
	return OK;
}

enum err training_open(struct store *st, const struct library *l, struct arena *a, int64_t school, struct training *out)
{
	struct training t = { .store = st, .library = l, .a = a, .school = school };
	struct entry_page settings;
	TRY(settings_of(&t, &settings));
	TRY(modules_of(&t));
	t.intervals = arena_array(a, struct interval, t.modules.n + 1);
	for (size_t i = 0; i < t.modules.n; i++)
		t.intervals[i] = interval_of(&t, &t.modules.v[i], &settings);
	for (size_t i = 0; i < settings.n; i++)
		if (str_is(entry_value(&settings.entries[i], "key"), "begun"))
			t.begun_utc = settings.entries[i].made_utc;
	*out = t;
	return OK;
}

size_t training_module(const struct training *t, struct str id)
{
	size_t i = 0;
	while (i < t->modules.n && !str_eq(t->modules.v[i].id, id))
		i++;
	return i;
}

struct str training_title(const struct training *t, struct str module)
{
	size_t i = training_module(t, module);
	const struct module *m = i < t->modules.n ? &t->modules.v[i] : module_find(&t->library->training, module);
	return m ? m->title : module;
}

/* ---- people ---- */

static struct training_person person_of(const struct q_training_people_row *r)
{
	enum person_kind k = KIND_STAFF;
	struct training_person p = { .id = r->id, .joined_utc = r->from_utc, .name = r->name, .sort_name = r->sort_name, .kind_word = r->kind };
	(void)kind_read(r->kind, &k);      /* a word of the table: it reads */
	p.kind = k == KIND_STAFF || k == KIND_SUPPLY ? TRAINING_STAFF : k == KIND_VOLUNTEER ? TRAINING_VOLUNTEER : k == KIND_GOVERNOR ? TRAINING_GOVERNOR : TRAINING_OTHER;
	return p;
}

static int by_id(const void *a, const void *b)
{
	const struct training_person *const *x = a, *const *y = b;
	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

/* Places by id, for the rows that follow. */
static struct training_person **sorted(struct arena *a, struct training_person *p, size_t n)
{
	struct training_person **v = arena_array(a, struct training_person *, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = &p[i];
	qsort(v, n, sizeof *v, by_id);
	return v;
}

static struct training_person *with_id(struct training_person **v, size_t n, int64_t id)
{
	struct training_person key = { .id = id }, *k = &key, **hit = n ? bsearch(&k, v, n, sizeof *v, by_id) : NULL;
	return hit ? *hit : NULL;
}

/* Rows come by person, so that each person's roles are one slice. */
static void put_roles(struct training_person **v, size_t n, const struct q_training_roles_row *rows, size_t n_rows, struct training_role *held)
{
	size_t at = 0;
	for (size_t i = 0; i < n_rows; i++) {
		struct training_person *p = with_id(v, n, rows[i].person);
		enum role role;
		if (!p || role_read(rows[i].role, &role) != OK)
			continue;
		held[at] = (struct training_role){ role, rows[i].from_utc };
		if (!p->n_held++)
			p->held = &held[at];
		p->roles |= ROLE_BIT(role);
		at++;
	}
}

bool training_for(const struct training *t, size_t module, const struct training_person *p)
{
	const struct module *m = &t->modules.v[module];
	bool kind = (m->staff && p->kind == TRAINING_STAFF) || (m->volunteers && p->kind == TRAINING_VOLUNTEER) ||
	            (m->governors && (p->kind == TRAINING_GOVERNOR || p->roles & (ROLE_BIT(ROLE_GOVERNOR) | ROLE_BIT(ROLE_CHAIR))));
	return (kind || module_roles(m->who) & p->roles) && (!m->newcomers || (t->begun_utc && p->joined_utc > t->begun_utc));
}

static bool for_any(const struct training *t, const struct training_person *p)
{
	for (size_t i = 0; i < t->modules.n; i++)
		if (training_for(t, i, p))
			return true;
	return false;
}

enum err training_people(const struct training *t, struct training_person **out, size_t *n)
{
	struct q_training_people_row *rows;
	struct q_training_roles_row *roles;
	size_t found, n_roles, kept = 0;
	int64_t now = clock_utc();
	TRY(q_training_people(t->store->db, t->a, &(struct q_training_people_args){ .school = t->school, .now = now }, &rows, &found));
	TRY(q_training_roles(t->store->db, t->a, &(struct q_training_roles_args){ .school = t->school, .now = now }, &roles, &n_roles));
	struct training_person *p = arena_array(t->a, struct training_person, found + 1);
	for (size_t i = 0; i < found; i++)
		p[i] = person_of(&rows[i]);
	put_roles(sorted(t->a, p, found), found, roles, n_roles, arena_array(t->a, struct training_role, n_roles + 1));
	for (size_t i = 0; i < found; i++)
		if (for_any(t, &p[i]))
			p[kept++] = p[i];
	*out = p;
	*n = kept;
	return OK;
}

/* ---- where they meet ---- */

/* Since when it is asked of them: their joining, or the role that brings it. */
static int64_t asked_since(const struct module *m, const struct training_person *p)
{
	bool kind = (m->staff && p->kind == TRAINING_STAFF) || (m->volunteers && p->kind == TRAINING_VOLUNTEER) || (m->governors && p->kind == TRAINING_GOVERNOR);
	role_set roles = module_roles(m->who);
	int64_t since = 0;
	for (size_t i = 0; !kind && i < p->n_held; i++)
		if (roles & ROLE_BIT(p->held[i].role) && (!since || p->held[i].from_utc < since))
			since = p->held[i].from_utc;
	return since ? since : p->joined_utc;
}

static struct stand stand_of(const struct training *t, size_t module, const struct training_person *p, int64_t last, int64_t now)
{
	const struct module *m = &t->modules.v[module];
	struct stand out = { .state = STAND_NONE, .last_utc = last };
	int months = t->intervals[module].months;
	if (!training_for(t, module, p))
		return out;
	if (!last)
		out.due_utc = time_uk_midnight(asked_since(m, p) + (int64_t)(m->within_days + 1) * DAY);
	else if (months)
		out.due_utc = months_on(last, months);
	if (!last)
		out.state = now >= out.due_utc ? STAND_GAP : STAND_NEW;
	else if (!months || now < out.due_utc - (int64_t)TRAINING_SOON_DAYS * DAY)
		out.state = STAND_DONE;
	else
		out.state = now >= out.due_utc ? STAND_EXPIRED : STAND_SOON;
	return out;
}

struct loading { const struct training *t; struct matrix *m; struct training_person **by_id; int64_t *last; int64_t now; };

static void had(struct loading *l, int64_t person, size_t module, int64_t on)
{
	const struct training_person *p = with_id(l->by_id, l->m->n, person);
	int64_t *last = p && module < l->t->modules.n ? &l->last[(size_t)(p - l->m->people) * l->t->modules.n + module] : NULL;
	if (last && on > *last)
		*last = on;
}

/* Receipts for the words as they are now. */
static enum err receipts(struct loading *l, int64_t person)
{
	uint8_t digest[SHA256_BYTES];
	for (size_t i = 0; i < l->t->modules.n; i++) {
		struct receipt_who *who = NULL;
		size_t n = 0;
		if (!l->t->modules.v[i].reads.n)
			continue;
		training_procedures(l->t->library, digest);
		TRY(receipt_people(l->t->store, l->t->a, l->t->school, arena_z(l->t->a, l->t->modules.v[i].reads), digest, 0, &who, &n));
		for (size_t k = 0; k < n; k++)
			if (!person || who[k].person == person)
				had(l, who[k].person, i, who[k].at_utc);
	}
	return OK;
}

static enum err fill(struct loading *l, int64_t person)
{
	const struct training *t = l->t;
	struct q_training_latest_row *rows;
	size_t n;
	TRY(q_training_latest(t->store->db, t->a, &(struct q_training_latest_args){ .school = t->school, .person = person, .upto = l->now }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		had(l, rows[i].person, training_module(t, rows[i].module), rows[i].on_utc);
	TRY(receipts(l, person));
	for (size_t i = 0; i < l->m->n; i++)
		for (size_t k = 0; k < t->modules.n; k++)
			l->m->cells[i * t->modules.n + k] = stand_of(t, k, &l->m->people[i], l->last[i * t->modules.n + k], l->now);
	return OK;
}

static void only(struct matrix *m, int64_t person)
{
	size_t kept = 0;
	for (size_t i = 0; i < m->n; i++)
		if (m->people[i].id == person)
			m->people[kept++] = m->people[i];
	m->n = kept;
}

enum err matrix_load(const struct training *t, int64_t person, int64_t now_utc, struct matrix *out)
{
	struct matrix m;
	TRY(training_people(t, &m.people, &m.n));
	if (person)
		only(&m, person);
	m.cells = arena_array(t->a, struct stand, m.n * t->modules.n + 1);
	struct loading l = { t, &m, sorted(t->a, m.people, m.n), arena_array(t->a, int64_t, m.n * t->modules.n + 1), now_utc };
	TRY(fill(&l, person));
	*out = m;
	return OK;
}

struct training_count matrix_count(const struct training *t, const struct matrix *m, size_t module)
{
	struct training_count c = { 0 };
	for (size_t i = 0; i < m->n; i++) {
		struct stand n = matrix_at(t, m, i, module);
		c.asked += n.state != STAND_NONE;
		c.done += n.state == STAND_DONE || n.state == STAND_SOON;
		c.soon += n.state == STAND_SOON;
		c.red += stand_red(n);
	}
	return c;
}
