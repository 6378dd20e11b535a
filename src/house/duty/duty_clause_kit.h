/* duty_clause_kit.h - for tests of what duties keep: a day of the school year, answers, tasks that were opened. */
#pragma once
#include "base/clock.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/page/duty_web.h"
#include "house/store/entry.h"
#include "house/task/task.h"

#define KIT_DUTY static __attribute__((unused))

KIT_DUTY int64_t today(int month, int day) { return web_now(month >= 9 ? 2026 : 2027, month, day, 10); }

KIT_DUTY struct web_visit answer(struct web_school *w, const char *duty, int64_t person, const struct duty_turn *t, const char *rest)
{
	return web_post_as(w, person, web_turn_path(w, t), web_duty_form(w, duty, person, rest));
}

KIT_DUTY struct str form_without(struct web_school *w, const char *form, const char *name)
{
	struct str piece, rest = str_z(form), out = STR("x=1");
	while (str_next(&rest, '&', &piece))
		if (!str_starts(piece, str_z(name)))
			out = arena_fmt(w->arena, "%.*s&%.*s", STRF(out), STRF(piece));
	return out;
}

KIT_DUTY bool role_has_task(struct web_school *w, enum role r, const char *kind, const char *title)
{
	struct store st;
	struct task *v;
	size_t n;
	int64_t total;
	(void)web_duties(w, &st);
	CHECK_OK(task_list(&st, w->arena, w->school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(r), .person = w->person[r], .kind = kind, .limit = 500 }, &v, &n, &total));
	for (size_t i = 0; i < n; i++)
		if (str_find(v[i].title, str_z(title)) >= 0)
			return true;
	return false;
}

KIT_DUTY struct duty_turn termly(struct web_school *w, const char *duty)
{
	web_duties_at(w, web_now(2027, 1, 2, 10));
	struct duty_turn t = web_turn(w, duty, 0);
	CHECK(t.id);
	return t;
}
