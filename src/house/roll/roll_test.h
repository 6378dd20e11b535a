/* roll_test.h - for tests: a file against a school, from bytes to what was done. */
#pragma once
#include "base/hash.h"
#include "base/test.h"
#include "house/roll/apply.h"
#include "house/roll/source.h"
#include "house/store/fixture.h"

struct roll_try {
	struct arena a;
	struct diag d;
	struct roll_source source;
	struct roll_plan plan;
	struct roll_done done;
	struct registers *registers;
	struct store st;
	struct act act;
	enum err e;
};
static inline void roll_try_done(struct roll_try *t)
{
	registers_free(&t->registers);
	diag_done(&t->d);
	arena_done(&t->a);
}
/* Reads and plans; e is the first refusal. */
static inline struct roll_try roll_try_files(struct db *db, const struct keys *keys, int64_t school, const struct roll_file *files, size_t n, struct roll_options o)
{
	struct roll_try t = { .a = arena_init(), .d = diag_init(100), .act = { school, 0, "test" } };
	AUTO(diag_done) struct diag d = diag_init(10);
	CHECK_OK(registers_load(test_source("data/registers"), &d, &t.registers));
	t.st = (struct store){ db, keys, t.registers };
	t.e = roll_open(db, &t.a, school, files, n, STR_NONE, &t.d, &t.source);
	if (t.e == OK && !t.source.missing)
		t.e = roll_plan(db, &t.a, school, &t.source.roll, &o, &t.d, &t.plan);
	return t;
}
static inline struct roll_try roll_try_text(struct fixture *fx, const char *text, struct roll_options o)
{
	struct roll_file f = { STR("roll.csv"), str_z(text) };
	return roll_try_files(fx->db, fx->keys, fx->school, &f, 1, o);
}
/* Applies what was planned. */
static inline enum err roll_try_apply(struct roll_try *t, struct roll_options o, int64_t typed)
{
	uint8_t digest[32] = { 1 };
	char plan[65];
	AUTO(diag_done) struct diag d = diag_init(100);
	snprintf(plan, sizeof plan, "%s", t->plan.digest);
	struct roll_applying how = { .digest = plan, .typed = typed, .file = STR("roll.csv"), .file_digest = digest };
	return roll_apply(&t->st, &t->a, &t->act, &t->source.roll, &o, &how, &d, &t->plan, &t->done);
}
/* From text to done, agreeing to everything. */
static inline struct roll_try roll_do(struct fixture *fx, const char *text)
{
	struct roll_try t = roll_try_text(fx, text, (struct roll_options){ 0 });
	CHECK_OK(t.e);
	CHECK_OK(roll_try_apply(&t, (struct roll_options){ 0 }, t.plan.counts[ROLL_LEAVES]));
	return t;
}
static inline bool roll_says(const struct roll_try *t, const char *text)
{
	for (size_t i = 0; i < t->d.n; i++)
		if (str_find(t->d.items[i].text, str_z(text)) >= 0)
			return true;
	return false;
}
static inline const struct roll_step *roll_step_named(const struct roll_try *t, const char *name)
{
	for (size_t i = 0; i < t->plan.n; i++)
		if (str_is(t->plan.steps[i].now.name, name))
			return &t->plan.steps[i];
	return NULL;
}
