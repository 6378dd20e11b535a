#include "house/roll/oneroster.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/roll/inner.h"
#include "house/roll/text.h"
#include "house/roll/values.h"

enum { TEACHES_MAX = 60 };

/* One of its files: the table, and which column has which name. */
struct one { struct roll_table t; struct map *columns; bool there; };

struct taught { struct str class; size_t next; };         /* next: 1 + the one before of the same user */

struct roster {
	struct arena *a;
	struct diag *d;
	struct roll_making m;
	struct one manifest, orgs, users, roles, classes, enrollments, demographics;
	struct map *role_of, *class_at, *born_at, *adult_at, *home_of;     /* sourcedId -> 1 + row; home_of: user -> 1 + row of the class */
	VEC(struct taught) teaching;
	struct map *teaching_of;       /* user -> 1 + their last one */
	bool version_2;
};

static const struct { const char *name; size_t at; bool needed; } FILES[] = {
	{ "manifest.csv", offsetof(struct roster, manifest), false }, { "orgs.csv", offsetof(struct roster, orgs), false }, { "users.csv", offsetof(struct roster, users), true },
	{ "roles.csv", offsetof(struct roster, roles), false }, { "classes.csv", offsetof(struct roster, classes), false },
	{ "enrollments.csv", offsetof(struct roster, enrollments), false }, { "demographics.csv", offsetof(struct roster, demographics), false },
};

static struct one *file_at(struct roster *r, size_t i) { return (struct one *)(void *)((char *)r + FILES[i].at); }

static void roster_done(struct roster *r)
{
	for (size_t i = 0; i < ARRAY_N(FILES); i++)
		map_free(&file_at(r, i)->columns);
	map_free(&r->role_of);
	map_free(&r->class_at);
	map_free(&r->born_at);
	map_free(&r->adult_at);
	map_free(&r->home_of);
	map_free(&r->teaching_of);
	vec_done(&r->teaching);
	roll_making_done(&r->m);
}

/* ---- cells by name ---- */

static struct str get(const struct one *o, size_t row, const char *column)
{
	uint64_t at;
	return o->there && map_get(o->columns, str_z(column), &at) ? roll_cell(&o->t.rows[row], (size_t)at) : STR_NONE;
}

static bool has(const struct one *o, const char *column) { return o->there && map_get(o->columns, str_z(column), NULL); }

/* Rows that are in force: not deleted, begun, not over. */
static bool deleted(const struct one *o, size_t row) { return str_ieq(get(o, row, "status"), STR("tobedeleted")); }

static bool in_time(const struct one *o, size_t row)
{
	int64_t from = 0, until = 0, now = clock_utc();
	struct str begins = get(o, row, "beginDate"), ends = get(o, row, "endDate");
	if (begins.n && roll_day(begins, &from) == OK && from > now)
		return false;
	return !(ends.n && roll_day(ends, &until) == OK && until + 86400 <= now);
}

/* ---- files ---- */

static struct str lower(struct arena *a, struct str s)
{
	struct str out = arena_str(a, s);
	char *p = arena_alloc(a, out.n + 1);
	for (size_t i = 0; i < out.n; i++)
		p[i] = ascii_lower(out.p[i]);
	return (struct str){ p, out.n };
}

static enum err open_one(struct roster *r, const struct roll_file *f, struct one *o)
{
	struct str text;
	enum roll_encoding how;
	if (o->columns)
		return diag_fail(r->d, f->name, 0, "The export holds this file twice. Choose the files of one export.");
	TRY(roll_text(r->a, f->name, f->bytes, r->d, &text, &how));
	TRY(roll_table(r->a, f->name, text, r->d, &o->t));
	o->columns = map_new();
	o->there = o->t.n > 0;
	for (size_t i = 0; o->there && i < o->t.rows[0].n; i++)
		if (!map_get(o->columns, o->t.rows[0].cells[i], NULL))
			map_set(o->columns, o->t.rows[0].cells[i], i);
	return OK;
}

static enum err open_all(struct roster *r, const struct roll_file *files, size_t n)
{
	for (size_t i = 0; i < ARRAY_N(FILES); i++)
		for (size_t k = 0; k < n; k++)
			if (str_ieq(files[k].name, str_z(FILES[i].name)))
				TRY(open_one(r, &files[k], file_at(r, i)));
	return OK;
}

static enum err need(struct roster *r, const struct one *o, const char *file, const char *const *columns)
{
	for (; *columns; columns++)
		if (!has(o, *columns))
			return diag_fail(r->d, str_z(file), 1, "The column %s is missing. Export again as OneRoster 1.1 or 1.2.", *columns);
	return OK;
}

static void read_manifest(struct roster *r, struct roll *out)
{
	for (size_t i = 1; r->manifest.there && i < r->manifest.t.n; i++) {
		struct str name = get(&r->manifest, i, "propertyName"), value = get(&r->manifest, i, "value");
		if (str_is(name, "oneroster.version"))
			r->version_2 = str_starts(value, STR("1.2"));
		if (str_is(name, "file.users") && str_ieq(value, STR("delta")))
			out->delta = true;
	}
	if (!r->manifest.there)
		r->version_2 = !has(&r->users, "role") && r->roles.there;
	out->form = r->version_2 ? "OneRoster 1.2" : "OneRoster 1.1";
}

/* ---- who belongs where ---- */

static struct str first_of(struct str list)
{
	struct str one = list;
	(void)str_next(&list, ',', &one);
	return str_trim(one);
}

static void index_rows(const struct one *o, const char *key, struct map *into)
{
	for (size_t i = 1; o->there && i < o->t.n; i++)
		if (get(o, i, key).n && !deleted(o, i))
			map_set(into, get(o, i, key), i + 1);
}

/* 1.2: a user's role; the primary one counts. */
static void index_roles(struct roster *r)
{
	for (size_t i = 1; r->roles.there && i < r->roles.t.n; i++) {
		struct str user = get(&r->roles, i, "userSourcedId");
		bool primary = str_ieq(get(&r->roles, i, "roleType"), STR("primary"));
		if (user.n && !deleted(&r->roles, i) && in_time(&r->roles, i) && (primary || !map_get(r->role_of, user, NULL)))
			map_set(r->role_of, user, i + 1);
	}
}

static bool homeroom(const struct roster *r, uint64_t class_row) { return str_ieq(get(&r->classes, (size_t)class_row - 1, "classType"), STR("homeroom")); }

/* Where an export knows classes to be at home in, lessons of a subject are no classes of ours. */
static bool any_homeroom(const struct roster *r)
{
	for (size_t i = 1; r->classes.there && i < r->classes.t.n; i++)
		if (homeroom(r, i + 1))
			return true;
	return false;
}

static void index_enrollments(struct roster *r)
{
	const struct one *e = &r->enrollments;
	bool homes = any_homeroom(r);
	for (size_t i = 1; e->there && i < e->t.n; i++) {
		uint64_t class_row, had;
		struct str user = get(e, i, "userSourcedId"), class = get(e, i, "classSourcedId"), role = get(e, i, "role");
		if (!user.n || deleted(e, i) || !in_time(e, i) || !map_get(r->class_at, class, &class_row))
			continue;
		if (str_ieq(role, STR("student")) && (!map_get(r->home_of, user, &had) || (homeroom(r, class_row) && !homeroom(r, had))))
			map_set(r->home_of, user, class_row);
		else if ((str_ieq(role, STR("teacher")) || str_ieq(role, STR("aide"))) && (!homes || homeroom(r, class_row))) {
			uint64_t before = 0;
			(void)map_get(r->teaching_of, user, &before);
			*vec_push(&r->teaching) = (struct taught){ get(&r->classes, (size_t)class_row - 1, "title"), (size_t)before };
			map_set(r->teaching_of, user, r->teaching.n);
		}
	}
}

static bool in_list(struct str list, struct str one)
{
	struct str piece;
	while (str_next(&list, ',', &piece))
		if (str_eq(str_trim(piece), one))
			return true;
	return false;
}

/* Which school a user is of; a trust's export holds several. */
static struct str org_of(const struct roster *r, size_t row)
{
	uint64_t at;
	if (has(&r->users, "orgSourcedIds"))
		return first_of(get(&r->users, row, "orgSourcedIds"));
	return map_get(r->role_of, get(&r->users, row, "sourcedId"), &at) ? get(&r->roles, (size_t)at - 1, "orgSourcedId") : STR_NONE;
}

static bool is_school(const struct roster *r, struct str org)
{
	for (size_t i = 1; r->orgs.there && i < r->orgs.t.n; i++)
		if (str_eq(get(&r->orgs, i, "sourcedId"), org))
			return str_ieq(get(&r->orgs, i, "type"), STR("school"));
	return !r->orgs.there && org.n;
}

static enum err one_school(struct roster *r)
{
	struct str first = STR_NONE, org;
	for (size_t i = 1; i < r->users.t.n; i++) {
		org = org_of(r, i);
		if (!org.n || str_eq(org, first) || in_list(first, org) || !is_school(r, org))
			continue;
		if (first.n)
			return diag_fail(r->d, STR("users.csv"), r->users.t.rows[i].line, "This export holds several schools. Export this school alone.");
		first = org;
	}
	return OK;
}

/* ---- people ---- */

static struct str role_word_of(struct roster *r, size_t row)
{
	uint64_t at;
	struct str role = get(&r->users, row, "role");
	if (!role.n && map_get(r->role_of, get(&r->users, row, "sourcedId"), &at))
		role = get(&r->roles, (size_t)at - 1, "role");
	return lower(r->a, role);
}

static bool adult_role(struct str role) { return str_is(role, "parent") || str_is(role, "guardian") || str_is(role, "relative"); }

static bool staff_role(struct str role)
{
	static const char *const words[] = { "teacher", "administrator", "aide", "proctor", "districtadministrator", "siteadministrator", "systemadministrator", "principal", "counselor" };
	for (size_t i = 0; i < ARRAY_N(words); i++)
		if (str_is(role, words[i]))
			return true;
	return false;
}

static struct str name_of(struct roster *r, size_t row)
{
	struct str given = get(&r->users, row, "preferredFirstName"), family = get(&r->users, row, "preferredLastName");
	if (!given.n)
		given = get(&r->users, row, "givenName");
	if (!family.n)
		family = get(&r->users, row, "familyName");
	return str_trim(arena_fmt(r->a, "%.*s%s%.*s", STRF(given), given.n && family.n ? " " : "", STRF(family)));
}

static void index_adults(struct roster *r)
{
	for (size_t i = 1; i < r->users.t.n; i++)
		if (!deleted(&r->users, i) && adult_role(role_word_of(r, i)))
			map_set(r->adult_at, get(&r->users, i, "sourcedId"), i + 1);
}

static bool disabled(const struct roster *r, size_t row) { return str_ieq(get(&r->users, row, "enabledUser"), STR("false")) || str_is(get(&r->users, row, "enabledUser"), "0"); }

static void take_contacts(struct roster *r, size_t row, struct roll_person *p)
{
	struct str list = get(&r->users, row, "agentSourcedIds"), one;
	p->contacts = arena_array(r->a, struct roll_contact, ROLL_CONTACTS_MAX);
	while (str_next(&list, ',', &one) && p->n_contacts < ROLL_CONTACTS_MAX) {
		uint64_t at;
		one = str_trim(one);
		if (!map_get(r->adult_at, one, &at))
			continue;
		size_t k = (size_t)at - 1;
		struct str phone = get(&r->users, k, "phone");
		struct roll_contact c = { .ref = one, .name = name_of(r, k), .email = get(&r->users, k, "email"), .phone = phone.n ? phone : get(&r->users, k, "sms"),
			.relation = roll_relation(role_word_of(r, k)), .responsible = -1,
			.says_email = has(&r->users, "email"), .says_phone = has(&r->users, "phone") };
		if (c.name.n && c.name.n <= PERSON_NAME_MAX && !roll_formula(c.name) && !roll_formula(c.email))
			p->contacts[p->n_contacts++] = c;
	}
}

static void take_teaching(struct roster *r, struct roll_person *p)
{
	uint64_t last = 0;
	size_t n = 0;
	struct str *list = arena_array(r->a, struct str, TEACHES_MAX);
	(void)map_get(r->teaching_of, p->ref, &last);
	for (size_t i = (size_t)last; i && n < TEACHES_MAX; i = r->teaching.v[i - 1].next)
		list[n++] = r->teaching.v[i - 1].class;
	p->teaches = list;
	p->n_teaches = n;
}

static bool take_learner(struct roster *r, size_t row, struct roll_person *p)
{
	uint64_t at;
	struct str grade = first_of(get(&r->users, row, "grades")), born = STR_NONE;
	if (map_get(r->home_of, p->ref, &at)) {
		p->class = get(&r->classes, (size_t)at - 1, "title");
		if (!grade.n)
			grade = first_of(get(&r->classes, (size_t)at - 1, "grades"));
	}
	if (map_get(r->born_at, p->ref, &at))
		born = get(&r->demographics, (size_t)at - 1, "birthDate");
	if (born.n && roll_date(r->a, born, &p->born) != OK) {
		roll_refuse(&r->m, p, "\"%.*s\" is not a date of birth. It is written 2017-03-09 in demographics.csv.", STRF(str_upto(born, 40)));
		return false;
	}
	if (grade.n && roll_year(grade, &p->year) != OK)
		roll_refuse(&r->m, p, "\"%.*s\" is not a year group. Write R, or 1 to 6.", STRF(str_upto(grade, 40)));
	else if (p->year == ROLL_YEAR_BELOW || p->year == ROLL_YEAR_ABOVE)
		roll_refuse(&r->m, p, "The year %.*s is not kept here; pupils are in Reception to Year 6.", STRF(str_upto(grade, 40)));
	else {
		take_contacts(r, row, p);
		return true;
	}
	return false;
}

static void one_user(struct roster *r, size_t row)
{
	struct str role = role_word_of(r, row);
	struct roll_person p = { .file = STR("users.csv"), .line = r->users.t.rows[row].line, .ref = get(&r->users, row, "sourcedId"), .email = get(&r->users, row, "email"),
		.year = YEAR_NONE, .care = -1, .gone = deleted(&r->users, row) || disabled(r, row) };
	p.name = name_of(r, row);
	if (adult_role(role))
		return;                          /* they come with their children */
	if (!p.ref.n) {
		roll_refuse(&r->m, &p, "There is no sourcedId. Export again.");
		return;
	}
	if (!role.n && r->version_2) {
		p.gone = true;                   /* no role that is in force: here no longer; the kind is that of whoever it was */
		return;
	}
	p.kind = str_is(role, "student") ? KIND_LEARNER : KIND_STAFF;
	if (p.kind == KIND_STAFF && !staff_role(role)) {
		roll_refuse(&r->m, &p, "\"%.*s\" is no role that is known in OneRoster.", STRF(str_upto(role, 40)));
		return;
	}
	if (p.kind == KIND_STAFF)
		take_teaching(r, &p);
	else if (!p.gone && !take_learner(r, row, &p))
		return;
	roll_take(&r->m, &p);
}

static void says_of(const struct roster *r, struct roll *out)
{
	out->says = 1u << ROLL_REF | 1u << ROLL_GIVEN | 1u << ROLL_FAMILY | 1u << ROLL_EMAIL;
	if (has(&r->users, "grades"))
		out->says |= 1u << ROLL_YEAR;
	if (r->enrollments.there && r->classes.there)
		out->says |= 1u << ROLL_CLASS;
	if (r->demographics.there)
		out->says |= 1u << ROLL_BORN;
	out->says_contacts = has(&r->users, "agentSourcedIds");
	out->says_teaches = r->enrollments.there && r->classes.there && !out->delta;
}

static enum err check_columns(struct roster *r)
{
	static const char *const users[] = { "sourcedId", "givenName", "familyName", NULL }, *const classes[] = { "sourcedId", "title", NULL },
		*const enrollments[] = { "classSourcedId", "userSourcedId", "role", NULL }, *const roles[] = { "userSourcedId", "role", NULL };
	TRY(need(r, &r->users, "users.csv", users));
	if (r->classes.there)
		TRY(need(r, &r->classes, "classes.csv", classes));
	if (r->enrollments.there)
		TRY(need(r, &r->enrollments, "enrollments.csv", enrollments));
	if (r->roles.there)
		TRY(need(r, &r->roles, "roles.csv", roles));
	if (!has(&r->users, "role") && !r->roles.there)
		return diag_fail(r->d, STR("users.csv"), 1, "Nobody's role is said: there is no column role (OneRoster 1.1) and no roles.csv (1.2). Export again with all files.");
	return OK;
}

enum err oneroster_read(struct arena *a, const struct roll_file *files, size_t n, struct diag *d, struct roll *out)
{
	*out = (struct roll){ 0 };
	AUTO(roster_done) struct roster r = { .a = a, .d = d, .m = { .a = a, .d = d, .out = out, .refs = map_new() }, .role_of = map_new(), .class_at = map_new(),
		.born_at = map_new(), .adult_at = map_new(), .home_of = map_new(), .teaching_of = map_new() };
	TRY(open_all(&r, files, n));
	TRY(check_columns(&r));
	read_manifest(&r, out);
	index_roles(&r);
	index_rows(&r.classes, "sourcedId", r.class_at);
	index_rows(&r.demographics, "sourcedId", r.born_at);
	index_enrollments(&r);
	index_adults(&r);
	TRY(one_school(&r));
	says_of(&r, out);
	for (size_t i = 1; i < r.users.t.n; i++)
		one_user(&r, i);
	roll_made(&r.m);
	return out->n || out->n_refused ? OK : diag_fail(d, STR("users.csv"), 0, "There is nobody in this export.");
}

bool oneroster_is(const struct roll_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_ieq(files[i].name, STR("users.csv")))
			return n > 1 || str_find(str_upto(files[i].bytes, 2000), STR("sourcedId")) >= 0;
	return false;
}
