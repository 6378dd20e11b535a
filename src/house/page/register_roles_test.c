/* Every register with pages, every role: each is let do what its file says, and nothing else.  What CSV out writes, CSV in takes
 * as it is already.  Nothing here names a register: a file that is dropped into data/registers is tested by being there. */
#include "base/clock.h"
#include "base/time.h"
#include "house/register/may.h"
#include "house/register/names.h"
#include "house/web/web_test.h"

static role_set held(struct web_school *w, int role)
{
	role_set roles = 0;
	CHECK_OK(role_held(w->db, w->school, w->person[role], clock_utc(), &roles));
	return roles;
}

static void expect(const struct reg *reg, int role, const char *what, bool may, int status)
{
	bool let = status == 200 || status == 303 || status == 422;
	if (let == may && status < 500)
		return;
	fprintf(stderr, "%.*s, %s as %s: %d, the file says %s\n", STRF(reg->id), what, role_word((enum role)role), status, may ? "yes" : "no");
	CHECK(false);
}

static void walk(struct web_school *w, const struct reg *reg, int role)
{
	role_set roles = held(w, role);
	bool door = rights_may(w->web->rights, roles, CAP_REGISTERS, ACCESS_READ) && registers_only(w->web->registers, reg->only_key, reg->only_value);
	struct reg_may may = reg_may_of(w->web->rights, roles, reg);
	const char *at = arena_fmt(w->arena, "/registers/%.*s", STRF(reg->id)).p;
	expect(reg, role, "list", door && (may.see_own || may.add), web_get(w, role, at).status);
	expect(reg, role, "new", door && may.add, web_get(w, role, arena_fmt(w->arena, "%s/new", at).p).status);
	expect(reg, role, "add", door && may.add, web_post(w, role, arena_fmt(w->arena, "%s/new", at).p, "x=1").status);
	expect(reg, role, "import", door && may.add, web_get(w, role, arena_fmt(w->arena, "%s/import", at).p).status);
}

TEST(register_roles, every_role_gets_of_every_register_what_its_file_says)
{
	AUTO(web_school_done) struct web_school w = web_school();
	for (size_t i = 0; registers_at(w.web->registers, i); i++)
		for (int role = 0; registers_at(w.web->registers, i)->page && role < role_count(); role++)
			walk(&w, registers_at(w.web->registers, i), role);
}

/* ---- an entry of each, made by the program ---- */

static struct str some(struct web_school *w, const struct field *f, int64_t pointed)
{
	const char *day = time_iso_date(w->arena, clock_utc() + 86400 * 20).p;
	switch (f->type) {
	case FIELD_DATE: return str_z(day);
	case FIELD_TIME: return time_iso(w->arena, clock_utc());
	case FIELD_INT: return STR("3");
	case FIELD_MONEY: return STR("12.50");
	case FIELD_BOOL: return STR("no");
	case FIELD_CHOICE: return f->choices[0].value;
	case FIELD_CHOICES: return f->n_choices > 1 ? arena_fmt(w->arena, "%.*s %.*s", STRF(f->choices[0].value), STRF(f->choices[1].value)) : f->choices[0].value;
	case FIELD_URL: return STR("https://frogs.example.org/");
	case FIELD_EMAIL: return STR("office@school.example");
	case FIELD_PERSON:
	case FIELD_PERSONS: return arena_fmt(w->arena, "%lld", (long long)w->person[str_is(f->who, "learner") ? ROLE_LEARNER : str_is(f->who, "parent") ? ROLE_PARENT : ROLE_TEACHER]);
	case FIELD_ENTRY: return arena_fmt(w->arena, "%lld", (long long)pointed);
	case FIELD_CLASS: return STR("1");
	case FIELD_LONGTEXT: return STR("= first line\n\"second\", line; third");
	case FIELD_TEXT: return str_upto(STR("=1+1; \"x\", y"), f->max_bytes);
	}
	return STR("");
}

static int64_t make(struct web_school *w, const struct reg *reg, int depth);

/* By the store itself, without what its rules ask of the world: they are tried elsewhere. */
static int64_t make(struct web_school *w, const struct reg *reg, int depth)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct store st = { w->db, w->web->keys, w->web->registers };
	struct act act = { w->school, w->person[ROLE_HEAD], "test" };
	struct entry_field *fields = arena_array(w->arena, struct entry_field, reg->n_fields + 1);
	struct entry_in in = { .reg = reg->id.p, .fields = fields };
	int64_t id = 0;
	for (size_t i = 0; i < reg->n_fields; i++) {
		const struct field *f = &reg->fields[i];
		const struct reg *there = f->type == FIELD_ENTRY ? registers_find(w->web->registers, f->of) : NULL;
		int64_t pointed = there && depth < 3 && there != reg ? make(w, there, depth + 1) : 0;
		if (!f->stamp.n && !(f->type == FIELD_ENTRY && !pointed))
			fields[in.n_fields++] = (struct entry_field){ f->name, some(w, f, pointed) };
	}
	return entry_create(&st, &act, &in, &d, &id) == OK ? id : 0;
}

TEST(register_roles, csv_out_and_in_again_changes_nothing_in_any_register)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t class_id;
	size_t tried = 0;
	CHECK_OK(class_add(w.db, &act, STR("Heron"), 4, STR_NONE, &d, &class_id));
	for (size_t i = 0; registers_at(w.web->registers, i); i++) {
		const struct reg *reg = registers_at(w.web->registers, i);
		const char *at = arena_fmt(w.arena, "/registers/%.*s", STRF(reg->id)).p;
		if (!reg->page || !registers_only(w.web->registers, reg->only_key, reg->only_value) || !reg_may_of(w.web->rights, held(&w, ROLE_HEAD), reg).add || !make(&w, reg, 0))
			continue;
		struct web_visit v = web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "%s?csv=1", at).p);
		CHECK_INT(v.status, 200);
		v = web_post_file(&w, ROLE_HEAD, arena_fmt(w.arena, "%s/import", at).p, "x=1", "x.csv", v.body);
		CHECK_INT(v.status, 303);
		v = web_get(&w, ROLE_HEAD, v.location.p);
		if (!web_says(&v, "There is nothing to write"))
			fprintf(stderr, "%s: %.*s\n", at, STRF(v.body));
		CHECK(web_says(&v, "There is nothing to write"));
		tried++;
	}
	CHECK(tried >= 8);
}

TEST(register_roles, what_the_files_name_is_there)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct clauses clauses;
	CHECK_OK(clauses_load(w.arena, test_source("data/clauses"), &d, &clauses));
	enum err e = registers_check(w.web->registers, w.web->rights, &clauses, &d);
	for (size_t i = 0; i < d.n; i++)
		fprintf(stderr, "%.*s: %.*s\n", STRF(d.items[i].file), STRF(d.items[i].text));
	CHECK_OK(e);
}

TEST(register_roles, what_is_personal_is_shown_to_those_who_may_and_to_nobody_else)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t class_id;
	CHECK_OK(class_add(w.db, &act, STR("Heron"), 4, STR_NONE, &d, &class_id));
	struct web_visit v = web_post(&w, ROLE_TEACHER, "/registers/reward/new", "class=Heron&learner=Test+Pupil&what=kind&reward=a+star&on=2026-11-20");
	CHECK_INT(v.status, 303);
	const char *at = arena_z(w.arena, v.location);
	v = web_get(&w, ROLE_TEACHER, at);
	CHECK(web_says(&v, "Test Pupil"));
	static const char *const pages[] = { NULL, "/registers/reward", "/registers/reward?csv=1", "/registers/reward/print" };
	for (size_t i = 0; i < ARRAY_N(pages); i++) {
		v = web_get(&w, ROLE_GOVERNOR, pages[i] ? pages[i] : at);
		CHECK(v.status == 200 && !web_says(&v, "Test Pupil"));
	}
}
