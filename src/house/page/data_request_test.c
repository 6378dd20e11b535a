/* Requests for a child's data, as those who ask, decide and hand over meet them. */
#include "base/clock.h"
#include "base/time.h"
#include "house/family/data_request.h"
#include "house/task/task.h"
#include "house/web/web_test.h"

TEST(data_request, is_due_on_the_same_day_of_the_next_month)
{
	static const struct { struct civil from; int month, day; } cases[] = {
		{ { .year = 2026, .month = 11, .day = 22, .hour = 9 }, 12, 22 }, { { .year = 2026, .month = 12, .day = 31, .hour = 9 }, 1, 31 },
		{ { .year = 2027, .month = 1, .day = 31, .hour = 9 }, 2, 28 }, { { .year = 2028, .month = 1, .day = 30, .hour = 23 }, 2, 29 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct civil t = time_uk(data_request_due(time_from_uk(cases[i].from)));
		CHECK(t.month == cases[i].month && t.day == cases[i].day);
	}
}

static const char *path_of(struct web_school *w, const char *more)
{
	struct store st = { w->db, w->web->keys, w->web->registers };
	struct data_request *r;
	size_t n;
	int64_t total;
	CHECK_OK(data_request_list(&st, w->arena, w->school, ROLE_BIT(ROLE_OFFICE), 0, 1, &r, &n, &total));
	CHECK_INT(n, 1);
	CHECK(!r->words.n);                              /* the office reads none */
	return arena_fmt(w->arena, "/data-requests/%lld%s", (long long)r->id, more).p;
}

TEST(data_request, goes_to_the_lead_first_and_nobody_hands_anything_out_before)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = { w.db, w.web->keys, w.web->registers };
	struct task *t;
	size_t n;
	int64_t total;
	int64_t child = w.person[ROLE_LEARNER];
	const char *form = arena_fmt(w.arena, "/families/child/%lld/data", (long long)child).p;
	CHECK_INT(web_get(&w, ROLE_OFFICE, form).status, 200);
	CHECK_INT(web_post(&w, ROLE_OFFICE, form, "who=").status, 422);
	CHECK_INT(web_post(&w, ROLE_TEACHER, form, "who=an+uncle&words=zebra").status, 403);
	CHECK_INT(web_post(&w, ROLE_OFFICE, form, "who=an+uncle&words=the+zebra+messages").status, 303);
	CHECK_OK(task_list(&st, w.arena, w.school, &(struct task_query){ .which = TASK_OPEN, .person = w.person[ROLE_DSL], .roles = ROLE_BIT(ROLE_DSL), .kind = "data-request" }, &t, &n, &total));
	CHECK(n == 1 && t->due_utc == data_request_due(clock_utc()));
	struct web_visit v = web_get(&w, ROLE_OFFICE, path_of(&w, ""));
	CHECK(v.status == 200 && web_says(&v, "Nothing may be handed out yet") && !web_says(&v, "zebra") && !web_says(&v, "It was handed over"));
	CHECK_INT(web_post(&w, ROLE_OFFICE, path_of(&w, "/handed"), "x=1").status, 409);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path_of(&w, "/decide"), "decision=given&third=none").status, 403);
	v = web_get(&w, ROLE_DSL, path_of(&w, ""));
	CHECK(web_says(&v, "the zebra messages"));
	v = web_post(&w, ROLE_DSL, path_of(&w, "/decide"), "decision=given");
	CHECK(v.status == 422 && web_says(&v, "Look whether somebody else could be known"));
	v = web_post(&w, ROLE_DSL, path_of(&w, "/decide"), "decision=part&third=removed");
	CHECK(v.status == 422 && web_says(&v, "Say why not all of it is given"));
	CHECK_INT(web_post(&w, ROLE_DSL, path_of(&w, "/decide"), "decision=part&third=removed&reason=names+a+friend").status, 303);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path_of(&w, "/handed"), "x=1").status, 303);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path_of(&w, "/handed"), "x=1").status, 409);
	CHECK_INT(web_post(&w, ROLE_DSL, path_of(&w, "/decide"), "decision=refused&reason=late").status, 409);
	v = web_get(&w, ROLE_OFFICE, "/data-requests");
	CHECK(web_says(&v, "an uncle") && web_says(&v, "Handed over"));
	CHECK_OK(task_list(&st, w.arena, w.school, &(struct task_query){ .which = TASK_OPEN, .person = w.person[ROLE_DSL], .roles = ROLE_BIT(ROLE_DSL), .kind = "data-request" }, &t, &n, &total));
	CHECK_INT(n, 0);
}

TEST(data_request, a_refused_one_is_never_handed_over)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *form = arena_fmt(w.arena, "/families/child/%lld/data", (long long)w.person[ROLE_LEARNER]).p;
	CHECK_INT(web_post(&w, ROLE_OFFICE, form, "who=an+uncle&words=all").status, 303);
	CHECK_INT(web_post(&w, ROLE_DEPUTY, path_of(&w, "/decide"), "decision=refused&reason=no+responsibility").status, 303);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path_of(&w, "/handed"), "x=1").status, 409);
	struct web_visit v = web_get(&w, ROLE_OFFICE, path_of(&w, ""));
	CHECK(web_says(&v, "this was refused"));
}

TEST(data_request, a_child_asks_for_their_own_and_a_parent_for_their_childs_only)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act act = { w.school, w.person[ROLE_OFFICE], "test" };
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t child = w.person[ROLE_LEARNER], other = web_person(&w, ROLE_LEARNER, "Oakley Inventley");
	CHECK_OK(family_put(w.db, &act, &(struct contact_in){ .adult = w.person[ROLE_PARENT], .child = child, .relation = RELATION_MOTHER, .responsible = true }, &d));
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/my-data").status, 200);
	CHECK_INT(web_post(&w, ROLE_LEARNER, "/my-data", "words=what+you+saw").status, 303);
	CHECK_INT(web_post(&w, ROLE_LEARNER, "/my-data", "words=").status, 422);
	CHECK_INT(web_get(&w, ROLE_PARENT, "/family/data").status, 200);
	CHECK_INT(web_post(&w, ROLE_PARENT, "/family/data", arena_fmt(w.arena, "child=%lld&words=all", (long long)child).p).status, 303);
	CHECK_INT(web_post(&w, ROLE_PARENT, "/family/data", arena_fmt(w.arena, "child=%lld&words=all", (long long)other).p).status, 403);
	CHECK_INT(web_get(&w, NOBODY, "/family/data").status, 403);
}
