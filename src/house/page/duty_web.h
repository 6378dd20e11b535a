/* duty_web.h - for tests of pages: duties of a web_school. */
#pragma once
#include "base/clock.h"
#include "base/time.h"
#include "house/duty/turn.h"
#include "house/web/web_test.h"

static inline struct duty_desk web_duties(struct web_school *w, struct store *st)
{
	*st = (struct store){ w->db, w->web->keys, w->web->registers };
	return (struct duty_desk){ st, w->web->library, duties_now(w->web->library->duties) };
}

/* The keeper's minute, at this moment. */
static inline void web_duties_at(struct web_school *w, int64_t now)
{
	struct store st;
	struct duty_desk k = web_duties(w, &st);
	struct act act = { w->school, 0, "test" };
	clock_fake(now * 1000);
	CHECK_OK(duty_run(&k, &act, now, NULL));
}

/* The newest turn of a duty, open or ended; of a person, or (0) of anybody. */
static inline struct duty_turn web_turn(struct web_school *w, const char *duty, int64_t person)
{
	struct store st;
	struct duty_desk k = web_duties(w, &st);
	struct duty_turn *v, none = { 0 };
	size_t n;
	for (int which = DUTY_OPEN; which <= DUTY_ENDED; which += 2) {
		struct duty_query q = { .which = (enum duty_which)which, .everyone = true, .duty = duty, .limit = 400 };
		CHECK_OK(duty_turns(&k, w->arena, w->school, &q, &v, &n, NULL));
		for (size_t i = 0; i < n; i++)
			if (!person || v[i].person == person)
				return v[i];
	}
	return none;
}

static inline const char *web_turn_path(struct web_school *w, const struct duty_turn *t) { return arena_fmt(w->arena, "/calendar/turn/%lld", (long long)t->id).p; }

/* A form with every line "yes" and every field filled; `rest` in front: its values count. */
static inline const char *web_duty_form(struct web_school *w, const char *duty, int64_t person, const char *rest)
{
	struct store st;
	struct duty_desk k = web_duties(w, &st);
	const struct duty *d = duty_find(k.duties, str_z(duty));
	struct duty_lines l;
	struct str form = str_z(rest);
	CHECK_OK(duty_lines(&k, w->arena, w->school, d, person, &l));
	for (size_t i = 0; i < l.n; i++)
		form = arena_fmt(w->arena, "%.*s&line-%.*s=yes", STRF(form), STRF(l.v[i].id));
	for (size_t i = 0; i < d->n_fields; i++)
		form = arena_fmt(w->arena, "%.*s&field-%.*s=Looked+at+it+on+Monday", STRF(form), STRF(d->fields[i].id));
	return form.p;
}

static inline int64_t web_now(int year, int month, int day, int hour)
{
	return time_from_uk((struct civil){ .year = year, .month = month, .day = day, .hour = hour });
}

/* A school on 1 September with everybody there. */
static inline struct web_school school_of(const char *profile)
{
	clock_fake(web_now(2026, 9, 1, 8) * 1000);
	return web_school_of(profile);
}

static inline void school_end(struct web_school *w)
{
	web_school_done(w);
	clock_fake(0);
}

#define ON_EACH_SCHOOL(w) \
	for (size_t turn_ = 0; turn_ < 2; turn_++) \
		for (struct web_school w = school_of(turn_ ? "primary" : "junior"); w.inside; school_end(&w))
