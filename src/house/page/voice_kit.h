/* voice_kit.h - for tests: short words for the forms of registers, cases and policies. */
#pragma once
#include "base/clock.h"
#include "base/time.h"
#include "house/linked/linked.h"
#include "house/procedure/library.h"
#include "house/record/record.h"
#include "house/task/task.h"
#include "house/web/jar.h"
#include "house/web/web_test.h"

#define KIT static inline __attribute__((unused))

KIT struct store kit_store(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

KIT struct web_visit kit_add(struct web_school *w, int role, const char *reg, const char *form)
{
	return web_post(w, role, arena_fmt(w->arena, "/registers/%s/new", reg).p, form);
}

/* The address of the entry that was made. */
KIT const char *kit_added(struct web_school *w, int role, const char *reg, const char *form)
{
	struct web_visit v = kit_add(w, role, reg, form);
	if (v.status != 303)
		fprintf(stderr, "%s: %.*s\n", reg, STRF(v.body));
	CHECK_INT(v.status, 303);
	return arena_z(w->arena, v.location);
}

KIT int64_t kit_id(const char *at)
{
	int64_t id = 0;
	const char *slash = strrchr(at, '/');
	CHECK_OK(str_i64(str_z(slash ? slash + 1 : at), &id));
	return id;
}

KIT struct web_visit kit_move(struct web_school *w, int role, const char *at, const char *to)
{
	struct web_visit v = web_get(w, role, at);
	struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
	return web_post(w, role, arena_fmt(w->arena, "%s/move", at).p, arena_fmt(w->arena, "seen=%.*s&to=%s&why=test", STRF(seen), to).p);
}

KIT struct web_visit kit_edit(struct web_school *w, int role, const char *at, const char *form)
{
	struct web_visit v = web_get(w, role, arena_fmt(w->arena, "%s/edit", at).p);
	struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
	return web_post(w, role, arena_fmt(w->arena, "%s/edit", at).p, arena_fmt(w->arena, "seen=%.*s&why=test&%s", STRF(seen), form).p);
}

KIT bool kit_shows(struct web_school *w, int role, const char *at, const char *text)
{
	struct web_visit v = web_get(w, role, at);
	return v.status == 200 && web_says(&v, text);
}

/* A policy of that kind in force: version 3. */
KIT const char *kit_policy(struct web_school *w, const char *kind, const char *more)
{
	return kit_added(w, ROLE_DSL, "linked-policy", arena_fmt(w->arena, "kind=%s&title=Our+%s&version=3&review=2099-09-01&%s", kind, kind, more).p);
}

/* The newest case that the lead sees; 0 none. */
KIT int64_t kit_newest(struct web_school *w)
{
	struct store store = kit_store(w);
	struct desk k = { .store = &store, .library = w->web->library };
	struct entry_may may = record_may(w->school, w->person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
	struct case_page page;
	struct case_query q = { 0 };
	int64_t best = 0;
	CHECK_OK(record_cases(&k, w->arena, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		best = page.lines[i].id > best ? page.lines[i].id : best;
	return best;
}

/* A case of that topic, told by a teacher. */
KIT int64_t kit_case(struct web_school *w, const char *topic)
{
	CHECK_INT(web_post(w, ROLE_TEACHER, "/report", arena_fmt(w->arena, "about=child&topic=%s&asked=nobody&words=something+happened+%lld", topic, (long long)clock_utc()).p).status, 303);
	return kit_newest(w);
}

/* Whether a role has an open task whose title says so. */
KIT bool kit_task(struct web_school *w, enum role r, const char *title)
{
	struct store st = kit_store(w);
	struct task *v;
	size_t n;
	int64_t total;
	CHECK_OK(task_list(&st, w->arena, w->school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(r), .person = w->person[r], .limit = 500 }, &v, &n, &total));
	for (size_t i = 0; i < n; i++)
		if (str_find(v[i].title, str_z(title)) >= 0)
			return true;
	return false;
}

KIT const char *kit_case_path(struct web_school *w, int64_t id, const char *more) { return arena_fmt(w->arena, "/case/%lld%s", (long long)id, more).p; }

KIT void kit_at(int year, int month, int day, int hour)
{
	clock_fake(time_from_uk((struct civil){ .year = year, .month = month, .day = day, .hour = hour }) * 1000);
}

/* Another day of the same school. */
KIT void kit_later(struct web_school *w, int year, int month, int day, int hour)
{
	kit_at(year, month, day, hour);
	web_fresh(w);
}

/* A school of each profile, on Monday 14 September 2026 at nine. */
#define ON_EACH_MONDAY(w) \
	for (size_t turn_ = 0; turn_ < 2; turn_++) \
		for (struct web_school w = (kit_at(2026, 9, 14, 9), web_school_of(turn_ ? "primary" : "junior")); w.inside; web_school_done(&w), clock_fake(0))
#define IS_PRIMARY (turn_ == 1)
