/* What a review sets going: somebody has to change the procedure, the policy or the teaching. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/task/task.h"

/* About an adult who works here nobody but the head hears of it, about the head nobody but the chair. */
static struct task_in task_of(const struct desk *k, const struct entry *e, const struct proc_task *t, struct str words, const char *key,
                              const char *role)
{
	return (struct task_in){ .kind = "case-change", .title = t->title, .details = words, .for_role = role, .key = key,
		.due_utc = calendar_days_on(library_calendar(k->library), clock_utc(), t->days), .private = e->class != ENTRY_CHILD };
}

static enum err open_one(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s,
                         const struct proc_task *t, struct str words)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id;
	const char *key = arena_fmt(&a, "case-change/%lld/%.*s/%.*s", (long long)e->id, STRF(s->id), STRF(t->value)).p;
	const char *role = e->class == ENTRY_CHAIR ? "chair" : arena_z(&a, t->role);
	struct task_in in = task_of(k, e, t, str_upto(words, words.n > 500 ? 0 : words.n), key, role);
	return task_open_once(k->store, act, &in, &d, &id, NULL);
}

enum err case_step_tasks(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s,
                         const struct step_input *in)
{
	for (size_t i = 0; i < s->n_tasks; i++)
		if (str_eq(case_step_value(in, s->tasks[i].field), s->tasks[i].value))
			TRY(open_one(k, act, e, s, &s->tasks[i], case_step_value(in, STR("change_what"))));
	return OK;
}
