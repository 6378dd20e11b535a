/* duty_kit.h - for tests: a school with people of the roles, the shipped duties or a text of one's own, and a clock. */
#pragma once
#include "base/clock.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/duty/turn.h"
#include "house/duty/year.h"
#include "house/store/fixture.h"
#include "house/task/task.h"

struct duty_kit {
	struct arena a;
	struct diag d;
	struct registers *registers;
	struct library *library;
	struct store st;
	struct act act;                /* of the program */
	struct duty_list own;
	struct duty_desk desk;
};

static inline int64_t kit_uk(int year, int month, int day, int hour)
{
	return time_from_uk((struct civil){ .year = year, .month = month, .day = day, .hour = hour });
}

/* `text` NULL: the shipped ones.  The clock stands at `now`. */
static inline void kit_open(struct duty_kit *k, struct fixture *fx, const char *profile, const char *text, int64_t now)
{
	*k = (struct duty_kit){ .d = diag_init(50), .act = { fx->school, 0, "test" } };
	clock_fake(now * 1000);
	CHECK_OK(registers_load(test_source("data/registers"), &k->d, &k->registers));
	CHECK_OK(library_load(test_source("data"), profile, &k->d, &k->library));
	k->st = (struct store){ fx->db, fx->keys, k->registers };
	k->desk = (struct duty_desk){ &k->st, k->library, duties_now(k->library->duties) };
	if (text) {
		struct duty *v;
		CHECK_OK(duties_read(&k->a, STR("t.conf"), str_z(text), &k->d, &v, &k->own.n));
		k->own.v = v;
		k->desk.duties = &k->own;
	}
}

static inline void kit_close(struct duty_kit *k)
{
	clock_fake(0);
	library_free(&k->library);
	registers_free(&k->registers);
	diag_done(&k->d);
	arena_done(&k->a);
}

static inline int64_t kit_person(struct duty_kit *k, const char *name, enum person_kind kind, enum role r)
{
	int64_t id;
	struct person_in in = { .kind = kind, .name = str_z(name), .year = YEAR_NONE };
	CHECK_OK(person_add(k->st.db, &k->act, &in, &k->d, &id));
	if (r != ROLE_STAFF && r != ROLE_GOVERNOR)
		CHECK_OK(role_give(k->st.db, &k->act, id, r, 0, 0, &k->d));
	return id;
}

static inline void kit_at(struct duty_kit *k, int64_t now)
{
	clock_fake(now * 1000);
	CHECK_OK(duty_run(&k->desk, &k->act, now, NULL));
}

/* The newest turn of a duty (of a person; 0 any). */
static inline struct duty_turn kit_turn(struct duty_kit *k, const char *duty, int64_t person, bool ended)
{
	struct duty_turn *v, none = { 0 };
	size_t n;
	struct duty_query q = { .which = ended ? DUTY_ENDED : DUTY_OPEN, .everyone = true, .duty = duty, .limit = 500 };
	CHECK_OK(duty_turns(&k->desk, &k->a, k->act.school, &q, &v, &n, NULL));
	for (size_t i = 0; i < n; i++)
		if (!person || v[i].person == person)
			return v[i];
	return none;
}

/* Signs with every line and field answered the same; `no` answers "no" to the statement, `note` beside it. */
static inline enum err kit_sign(struct duty_kit *k, const char *duty, int64_t turn, int64_t person, role_set roles, const char *answer, const char *note)
{
	struct str lines[DUTY_LINES_MAX], notes[DUTY_LINES_MAX], fields[DUTY_FIELDS_MAX];
	const struct duty *d = duty_find(k->desk.duties, str_z(duty));
	struct act act = { k->act.school, person, "test" };
	struct duty_lines l;
	int64_t id;
	CHECK_OK(duty_lines(&k->desk, &k->a, k->act.school, d, person, &l));
	for (size_t i = 0; i < DUTY_LINES_MAX; i++) {
		lines[i] = STR("yes");
		notes[i] = STR("");
	}
	for (size_t i = 0; i < DUTY_FIELDS_MAX; i++)
		fields[i] = STR("Looked, and found it as it should be.");
	struct duty_answer in = { str_z(answer), str_z(note), lines, notes, fields };
	diag_done(&k->d);
	k->d = diag_init(50);
	return duty_sign(&k->desk, &act, roles, true, d, turn, &l, &in, &k->d, &id);
}

static inline int64_t kit_tasks(struct duty_kit *k, const char *kind, int64_t person, role_set roles)
{
	int64_t n;
	struct task_query q = { .which = TASK_OPEN, .person = person, .roles = roles, .kind = kind };
	CHECK_OK(task_count(&k->st, k->act.school, &q, &n));
	return n;
}

static inline int64_t kit_notices(struct duty_kit *k, int64_t person, const char *kind)
{
	struct q_outbox_of_row *rows;
	size_t n;
	int64_t found = 0;
	CHECK_OK(q_outbox_of(k->st.db, &k->a, &(struct q_outbox_of_args){ .school = k->act.school, .person = person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		found += str_is(rows[i].kind, kind);
	return found;
}
