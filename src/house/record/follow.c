/* What an answer sets going: the administrator removes something; somebody has to change the procedure, the policy or the teaching. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/task/task.h"

/* About an adult who works here nobody but the head hears of it, about the head nobody but the chair. */
static struct task_in task_of(const struct desk *k, const struct entry *e, const struct proc_task *t, struct str words, const char *key,
                              const char *role)
{
	return (struct task_in){ .kind = "case-change", .title = t->title, .details = words, .for_role = role, .key = key,
		.due_utc = calendar_days_on(library_calendar(k->library), clock_utc(), t->days), .private = t->tell.n > 0 || e->class != ENTRY_CHILD };
}

/* Words of the case go to a role only when somebody holds it and nobody who does is kept from the case; else they
 * go to whoever leads it. */
static enum err somebody_clear(const struct desk *k, const struct act *act, struct arena *a, const struct entry *e, const char **role)
{
	struct person *p;
	size_t n = 0;
	enum role r;
	bool kept = false;
	if (role_read(str_z(*role), &r) == OK)
		TRY(person_of_role(k->store->db, a, act->school, r, &p, &n));
	for (size_t i = 0; i < n; i++)
		kept = kept || stands_as(e, p[i].id, ENTRY_SUBJECT) || stands_as(e, p[i].id, ENTRY_BARRED);
	if (kept || !n)
		*role = "dsl";
	return OK;
}

static enum err open_one(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s,
                         const struct proc_task *t, struct str words)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id;
	const char *key = arena_fmt(&a, "case-change/%lld/%.*s/%.*s", (long long)e->id, STRF(s->id), STRF(t->value)).p;
	const char *role = e->class == ENTRY_CHAIR ? "chair" : arena_z(&a, t->role);
	if (t->tell.n)
		TRY(somebody_clear(k, act, &a, e, &role));
	struct task_in in = task_of(k, e, t, str_upto(words, words.n > 500 ? 0 : words.n), key, role);
	return task_open_once(k->store, act, &in, &d, &id, NULL);
}

/* The key of a task says which case opened it. */
static int64_t case_of_key(struct str key)
{
	struct str part;
	int64_t id = 0;
	if (!str_next(&key, '/', &part) || !str_is(part, "case-change") || !str_next(&key, '/', &part) || str_i64(part, &id) != OK)
		return 0;
	return id;
}

enum err record_task_ended(const struct desk *k, const struct act *act, struct str key, struct str title, struct str outcome)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may program = record_program(act->school);
	struct entry e;
	int64_t id = case_of_key(key);
	if (!id)
		return OK;
	TRY(entry_get(k->store, &a, &program, id, 0, &e));
	if (!is_case_register(e.reg) || e.destroyed)
		return OK;
	return case_note(k, act, &e, "task", arena_fmt(&a, "%.*s: done. %.*s", STRF(title), STRF(outcome)), 0);
}

enum err case_step_tasks(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s,
                         const struct step_input *in)
{
	for (size_t i = 0; i < s->n_tasks; i++)
		if (str_eq(str_is(s->tasks[i].field, "answer") ? in->answer : case_step_value(in, s->tasks[i].field), s->tasks[i].value))
			TRY(open_one(k, act, e, s, &s->tasks[i], case_step_value(in, s->tasks[i].tell.n ? s->tasks[i].tell : STR("change_what"))));
	return OK;
}
