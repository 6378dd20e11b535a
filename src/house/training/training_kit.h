/* training_kit.h - for tests: a school on 1 September, the keeper's minute, sessions through the pages. */
#pragma once
#include "base/clock.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/page/duty_web.h"
#include "house/task/task.h"
#include "house/training/workshop.h"

static inline struct web_school training_school(const char *profile)
{
	clock_fake(web_now(2026, 9, 1, 8) * 1000);
	return web_school_of(profile);
}

static inline void training_school_end(struct web_school *w)
{
	web_school_done(w);
	clock_fake(0);
}

#define ON_EACH_TRAINING(w) \
	for (size_t turn_ = 0; turn_ < 2; turn_++) \
		for (struct web_school w = training_school(turn_ ? "primary" : "junior"); w.inside; training_school_end(&w))

static inline struct store kit_store(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

/* Later: everybody signs in anew. */
static inline void kit_later(struct web_school *w, int64_t now)
{
	clock_fake(now * 1000);
	web_anew(w);
}

/* The keeper's minute. */
static inline void training_at(struct web_school *w, int64_t now)
{
	struct store st = kit_store(w);
	clock_fake(now * 1000);
	web_anew(w);
	CHECK_OK(training_tick(&st, w->web->library, w->school, now));
	CHECK_OK(task_remind(&st, w->school, now, &(size_t){ 0 }));
}

/* How it stands with one person and module; `st` and `t` are the caller's room. */
static inline struct stand kit_stand(struct web_school *w, int64_t person, const char *module)
{
	struct store st = kit_store(w);
	struct training t;
	struct matrix m;
	CHECK_OK(training_open(&st, w->web->library, w->arena, w->school, &t));
	CHECK_OK(matrix_load(&t, person, clock_utc(), &m));
	size_t at = training_module(&t, str_z(module));
	return m.n && at < t.modules.n ? matrix_at(&t, &m, 0, at) : (struct stand){ 0 };
}

static inline int64_t kit_number(struct web_school *w, struct str location)
{
	int64_t id = 0;
	ptrdiff_t at = str_rchr(location, '/');
	CHECK(at >= 0 && str_i64(str_from(location, (size_t)at + 1), &id) == OK);
	return id;
}

/* Planned by the safeguarding lead, who leads it, unless `rest` says otherwise. */
static inline int64_t kit_plan(struct web_school *w, const char *day, const char *modules, enum role leader)
{
	struct str form = arena_fmt(w->arena, "title=Morning&on=%s&leader=%lld", day, (long long)w->person[leader]), rest = str_z(modules), one;
	while (str_next(&rest, ' ', &one))
		form = arena_fmt(w->arena, "%.*s&modules=%.*s", STRF(form), STRF(one));
	struct web_visit v = web_post(w, ROLE_DSL, "/training/sessions/new", form.p);
	CHECK_INT(v.status, 303);
	return kit_number(w, v.location);
}

/* Closed with these people and every item but the one named in `without`. */
static inline struct web_visit kit_close(struct web_school *w, int64_t id, const int64_t *people, size_t n, const char *without)
{
	struct store st = kit_store(w);
	struct training t;
	struct workshop s;
	struct workshop_item *items;
	size_t n_items;
	struct str form = STR("evaluation=Good");
	CHECK_OK(training_open(&st, w->web->library, w->arena, w->school, &t));
	CHECK_OK(workshop_get(&t, id, &s));
	CHECK_OK(workshop_items(&t, &s, STR(""), &items, &n_items));
	for (size_t i = 0; i < n_items; i++)
		if (!without || !str_is(items[i].key, without))
			form = arena_fmt(w->arena, "%.*s&covered=%.*s", STRF(form), STRF(items[i].key));
	for (size_t i = 0; i < n; i++)
		form = arena_fmt(w->arena, "%.*s&person=%lld", STRF(form), (long long)people[i]);
	return web_post(w, ROLE_DSL, arena_fmt(w->arena, "/training/sessions/%lld/held", (long long)id).p, form.p);
}

/* Planned, held and closed. */
static inline void kit_hold(struct web_school *w, const char *day, const char *modules, enum role leader, const int64_t *people, size_t n)
{
	int64_t id = kit_plan(w, day, modules, leader);
	CHECK_INT(kit_close(w, id, people, n, NULL).status, 303);
}

static inline bool kit_task(struct web_school *w, int64_t person, role_set roles, const char *kind, struct task *out)
{
	struct store st = kit_store(w);
	struct task *v;
	size_t n;
	CHECK_OK(task_list(&st, w->arena, w->school, &(struct task_query){ .which = TASK_OPEN, .person = person, .roles = roles, .kind = kind, .limit = 100 }, &v, &n, &(int64_t){ 0 }));
	if (n && out)
		*out = v[0];
	return n > 0;
}

static inline int64_t kit_joins(struct web_school *w, enum person_kind kind, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, w->person[ROLE_OFFICE], "joined" };
	int64_t id;
	CHECK_OK(person_add(w->db, &act, &(struct person_in){ .kind = kind, .name = str_z(name), .username = STR("newcomer"), .year = YEAR_NONE }, &d, &id));
	return id;
}
