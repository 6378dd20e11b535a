#include "house/curriculum/map.h"

#include "house/account/people.h"
#include "house/procedure/profile.h"

static void count(struct covered *c, const struct lesson *l)
{
	if (l->taught_utc) {
		c->cover = COVER_TAUGHT;
		c->taught_utc = l->taught_utc > c->taught_utc ? l->taught_utc : c->taught_utc;
	} else if (!c->planned_utc || l->on_utc < c->planned_utc) {
		c->planned_utc = l->on_utc;
		c->cover = c->cover == COVER_GAP ? COVER_PLANNED : c->cover;
	}
}

struct covered map_outcome(const struct teaching *t, const struct outcome *o, int year)
{
	struct covered c = { 0 };
	for (size_t i = 0; i < t->n_lessons; i++)
		if (t->lessons[i].year == year && words_have(t->lessons[i].outcomes, o->id))
			count(&c, &t->lessons[i]);
	return c;
}

static void merge(struct covered *to, const struct covered *from)
{
	to->cover = from->cover > to->cover ? from->cover : to->cover;
	to->taught_utc = from->taught_utc > to->taught_utc ? from->taught_utc : to->taught_utc;
	if (from->planned_utc && (!to->planned_utc || from->planned_utc < to->planned_utc))
		to->planned_utc = from->planned_utc;
}

struct covered map_strand(const struct teaching *t, size_t strand, int year)
{
	struct covered c = { 0 };
	for (size_t i = 0; i < t->c->n_outcomes; i++)
		if (t->c->outcomes[i].strand == strand) {
			struct covered one = map_outcome(t, &t->c->outcomes[i], year);
			merge(&c, &one);
		}
	return c;
}

struct covered map_subject(const struct teaching *t, enum subject s, int year)
{
	struct covered c = { 0 };
	for (size_t i = 0; i < t->n_lessons; i++)
		if (t->lessons[i].year == year && t->lessons[i].subject == s)
			count(&c, &t->lessons[i]);
	return c;
}

static bool is_for(const struct lesson *l, const struct school_class *k)
{
	return l->class_id ? l->class_id == k->id : l->year == k->year;
}

struct covered map_class(const struct teaching *t, const struct outcome *o, const struct school_class *k)
{
	struct covered c = { 0 };
	for (size_t i = 0; i < t->n_lessons; i++)
		if (is_for(&t->lessons[i], k) && words_have(t->lessons[i].outcomes, o->id))
			count(&c, &t->lessons[i]);
	return c;
}

struct covered map_span(const struct teaching *t, const struct school_class *k, int64_t from, int64_t to)
{
	struct covered c = { 0 };
	for (size_t i = 0; i < t->n_lessons; i++) {
		int64_t day = t->lessons[i].taught_utc ? t->lessons[i].taught_utc : t->lessons[i].on_utc;
		if (is_for(&t->lessons[i], k) && day >= from && day < to)
			count(&c, &t->lessons[i]);
	}
	return c;
}

struct covered map_audience(const struct teaching *t, const struct outcome *o, enum audience a)
{
	struct covered c = { 0 };
	for (size_t i = 0; a == AUDIENCE_LEARNERS && i < t->n_lessons; i++)
		if (words_have(t->lessons[i].outcomes, o->id))
			count(&c, &t->lessons[i]);
	for (size_t i = 0; i < t->n_occasions; i++) {
		const struct occasion *e = &t->occasions[i];
		if (!(e->audiences & AUDIENCE_BIT(a)) || !words_have(e->outcomes, o->id))
			continue;
		struct lesson as = { .on_utc = e->on_utc, .taught_utc = str_is(e->state, "held") ? e->on_utc : 0 };
		count(&c, &as);
	}
	return c;
}

uint32_t map_years(const struct profile *p)
{
	uint32_t years = 0;
	if (profile_has(p, STR("school.key_stages"), STR("early-years")))
		years |= YEAR_BIT(0);
	if (profile_has(p, STR("school.key_stages"), STR("ks1")))
		years |= YEAR_BIT(1) | YEAR_BIT(2);
	if (profile_has(p, STR("school.key_stages"), STR("ks2")))
		years |= YEAR_BIT(3) | YEAR_BIT(4) | YEAR_BIT(5) | YEAR_BIT(6);
	return years;
}

bool map_last_of_stage(int year) { return year == 0 || year == 2 || year == 6; }
