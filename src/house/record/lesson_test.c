#include "house/record/town.h"
#include "house/task/task.h"

/* A case whose closing review says what must change. */
static struct received reviewed(struct town *t, const char *change)
{
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = t->person[LEARNER], .author = t->person[TEACHER], .words = STR("mean messages in a game") };
	struct received got = send(t, &r);
	struct act act = as(t, DSL);
	struct entry_may m = may(t, DSL);
	AUTO(diag_done) struct diag d = diag_init(20);
	struct entry_field values[] = { { STR("lessons"), STR("Nobody knew whom to tell.") }, { STR("change"), str_z(change) } };
	struct step_input in = { .step = STR("debrief"), .what = PROC_DONE, .values = values, .n_values = 2, .already_happened = true, .reason = STR("Looked back together.") };
	CHECK_OK(record_step(&t->k, &act, &m, got.id, &in, &d));
	return got;
}

static size_t tasks(struct town *t, struct task **v)
{
	size_t n;
	int64_t total;
	CHECK_OK(task_list(t->k.store, &t->a, t->k.store ? as(t, DSL).school : 0, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(ROLE_DSL), .person = t->person[DSL], .kind = "lesson" }, v, &n, &total));
	return n;
}

static void lesson_opens(const char *profile, const char *change, const char *title)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct task *v;
		open_town(&t, &fx, profile);
		reviewed(&t, "no");
		CHECK_INT(tasks(&t, &v), 0);
		reviewed(&t, change);
		CHECK_INT(tasks(&t, &v), 1);
		CHECK(str_starts(v[0].title, str_z(title)) && str_find(v[0].title, STR("case number 2")) > 0 && str_find(v[0].details, STR("Nobody knew")) < 0);
		CHECK_INT(v[0].about, 0);                        /* the number only, no child */
		close_town(&t);
	}
}

TEST(clause, c3_03_a_concern_that_asks_for_a_change_of_policy_opens_a_revision)
{
	lesson_opens("junior", "policy", "Revise the policy");
	lesson_opens("primary", "policy", "Revise the policy");
}

TEST(clause, c10_13_a_lesson_that_needs_a_change_opens_a_task_for_policy_or_teaching)
{
	lesson_opens("junior", "teaching", "Change what is taught");
	lesson_opens("primary", "policy", "Revise the policy");
}
