/* map.h - what of the curriculum is planned and taught in a school year, and what is missing.  Pure. */
#pragma once
#include "house/curriculum/lesson.h"
#include "house/procedure/calendar.h"

struct profile;

/* What the map is drawn from; borrowed. */
struct teaching {
	const struct curriculum *c;
	const struct lesson *lessons;
	size_t n_lessons;
	const struct occasion *occasions;
	size_t n_occasions;
	const struct school_class *classes;
	size_t n_classes;
	uint32_t years;                /* year groups that the school has, bits */
};

enum cover { COVER_GAP, COVER_PLANNED, COVER_TAUGHT };
struct covered { enum cover cover; int64_t planned_utc, taught_utc; };      /* the next planned day, the last taught one; 0 none */

/* Of a strand in a year: any of its outcomes. */
struct covered map_strand(const struct teaching *t, size_t strand, int year);
struct covered map_outcome(const struct teaching *t, const struct outcome *o, int year);
struct covered map_subject(const struct teaching *t, enum subject s, int year);
/* Of an outcome in one class: its own lessons and those of its whole year. */
struct covered map_class(const struct teaching *t, const struct outcome *o, const struct school_class *k);
/* Of a class in a part of the year: any lesson. */
struct covered map_span(const struct teaching *t, const struct school_class *k, int64_t from, int64_t to);
/* Of an outcome for an audience: a lesson for learners, an occasion for the others. */
struct covered map_audience(const struct teaching *t, const struct outcome *o, enum audience a);

/* Year groups of a profile's key stages (school.key_stages), bits. */
uint32_t map_years(const struct profile *p);
/* Whether children leave a key stage after this year: reception, 2, 6. */
bool map_last_of_stage(int year);

/* What the year's plan lacks.  `clause`: why it is asked for. */
/* `fine`: one strand or outcome in one year, which the map itself shows. */
struct plan_gap { const char *clause; struct str what; bool fine; };
enum { PLAN_GAPS_MAX = 400 };
/* `cal`: for the parts of the year that holds `now`; gaps in curriculum order, the widest first. */
size_t plan_gaps(struct arena *a, const struct teaching *t, const struct profile *p, const struct calendar *cal, int64_t now_utc, struct plan_gap out[PLAN_GAPS_MAX]);
