/* What a case taught: a change of the policy or of what is taught is somebody's task, that cites the case by number only (3-03, 10-13). */
#include "base/clock.h"
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/record/lesson.h"
#include "house/task/task.h"

enum { DUE_S = 28 * 86400 };

static enum err open_one(const struct desk *k, const struct act *act, const struct entry *e, const char *what, const char *title, const char *link, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	bool child = str_is(e->reg, "case");
	int64_t id;
	struct task_in in = { .kind = "lesson", .title = arena_fmt(&a, "%s: a lesson of %s number %lld", title, child ? "case" : "an allegation,", (long long)e->number),
		.details = STR("The closing review says that a change is needed. The lesson stands in the case."), .for_role = child ? "dsl" : e->class == ENTRY_CHAIR ? "chair" : "head", .private = !child,
		.due_utc = clock_utc() + DUE_S, .link = link, .key = arena_fmt(&a, "lesson %lld %s", (long long)e->id, what).p };
	return task_open_once(k->store, act, &in, d, &id, NULL);
}

enum err lesson_follow(const struct desk *k, const struct act *act, const struct entry *e, const struct step_input *in, struct diag *d)
{
	for (size_t i = 0; in->what == PROC_DONE && i < in->n_values; i++) {
		if (!str_is(in->values[i].name, "change"))
			continue;
		if (str_is(in->values[i].value, "policy"))
			TRY(open_one(k, act, e, "policy", "Revise the policy", "/policy/versions", d));
		if (str_is(in->values[i].value, "teaching"))
			TRY(open_one(k, act, e, "teaching", "Change what is taught", NULL, d));
	}
	return OK;
}
