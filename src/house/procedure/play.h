/* play.h - a procedure of data/procedures played in both profiles: what was answered, and what state its steps are in. */
#pragma once
#include "base/test.h"
#include "house/procedure/combine.h"
#include "house/procedure/library.h"

static const char *const profiles[] = { "junior", "primary" };

#define PLAY __attribute__((unused))

struct play {
	struct library *l;
	const struct procedure *p;
	struct proc_entry entries[64];
	struct proc_facts facts;
	struct step_status status[PROC_STEPS_MAX];
	struct diag d;
};

PLAY static void show(const struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	diag_print(d, &b);
	if (b.n)
		fprintf(stderr, "%.*s", STRF(buf_str(&b)));
}

/* Read once a profile: nothing here changes it. */
PLAY static struct library *library_of(const char *profile, struct diag *d)
{
	static struct library *kept[ARRAY_N(profiles)];
	size_t i = strcmp(profile, profiles[1]) == 0;
	if (!kept[i]) {
		enum err e = library_load(test_source("data"), profile, d, &kept[i]);
		show(d);
		CHECK_OK(e);
	}
	return kept[i];
}

PLAY static void play_open(struct play *g, const char *profile, const char *procedure)
{
	memset(g, 0, sizeof *g);
	g->d = diag_init(50);
	g->l = library_of(profile, &g->d);
	g->p = library_procedure(g->l, str_z(procedure));
	CHECK(g->p != NULL);
	int64_t monday = time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 });
	g->facts = (struct proc_facts){ .profile = &g->l->profile, .calendar = library_calendar(g->l), .entries = g->entries,
		.opened_utc = monday, .now_utc = monday };
}

PLAY static void play_done(struct play *g)
{
	diag_done(&g->d);
}

PLAY static void given(struct play *g, const char *step, const char *answer)
{
	CHECK(procedure_step(g->p, str_z(step)) != NULL);
	g->entries[g->facts.n++] = (struct proc_entry){ .step = str_z(step), .answer = str_z(answer),
		.happened_utc = g->facts.now_utc, .recorded_utc = g->facts.now_utc };
}

static const struct step_status *at(struct play *g, const char *step)
{
	ptrdiff_t i = procedure_find(g->p, str_z(step));
	CHECK(i >= 0);
	procedure_run(g->p, &g->facts, g->status);
	return &g->status[i];
}

PLAY static enum step_state state(struct play *g, const char *step) { return at(g, step)->state; }

static const struct proc_field *field_of(const struct play *g, const char *step, const char *field)
{
	const struct proc_step *s = procedure_step(g->p, str_z(step));
	CHECK(s != NULL);
	for (size_t i = 0; s && i < s->n_fields; i++)
		if (str_is(s->fields[i].id, field))
			return &s->fields[i];
	return NULL;
}

PLAY static bool must_say(const struct play *g, const char *step, const char *field)
{
	const struct proc_field *f = field_of(g, step, field);
	return f && f->required;
}

PLAY static bool must_say_if(const struct play *g, const char *step, const char *field, const char *answer)
{
	const struct proc_field *f = field_of(g, step, field);
	return f && f->required && f->only_if.n && proc_field_asked(f, str_z(answer));
}

/* The step holds the case open until it is recorded, and cannot be left out. */
PLAY static bool mandatory(struct play *g, const char *step)
{
	size_t missing[PROC_STEPS_MAX];
	const struct proc_step *s = procedure_step(g->p, str_z(step));
	procedure_run(g->p, &g->facts, g->status);
	size_t n = procedure_missing(g->p, g->status, missing);
	for (size_t i = 0; i < n; i++)
		if (&g->p->steps[missing[i]] == s)
			return !s->may_skip;
	return false;
}

PLAY static bool only_leads_act(const struct play *g, const char *step)
{
	const struct proc_step *s = procedure_step(g->p, str_z(step));
	bool ok = s && s->n_who > 0;
	for (size_t i = 0; s && i < s->n_who; i++)
		ok = ok && (str_is(s->who[i], "dsl") || str_is(s->who[i], "deputy"));
	return ok;
}

PLAY static bool has_contact(const struct play *g, const char *step, const char *contact)
{
	const struct proc_step *s = procedure_step(g->p, str_z(step));
	for (size_t i = 0; s && i < s->n_contacts; i++)
		if (str_is(s->contacts[i], contact))
			return contact_find(&g->l->contacts, s->contacts[i]) != NULL;
	return false;
}

PLAY static bool overdue_after(struct play *g, const char *step, int minutes)
{
	int64_t now = g->facts.now_utc;
	g->facts.now_utc += minutes * 60;
	bool late = at(g, step)->overdue;
	g->facts.now_utc = now;
	return late;
}

#define EACH_PROFILE(g, procedure) \
	for (size_t i_ = 0; i_ < ARRAY_N(profiles); play_done(&(g)), i_++) \
		if (play_open(&(g), profiles[i_], procedure), true)

/* The same, and the lead has taken it on. */
#define EACH_PROFILE_TAKEN_ON(g, procedure) \
	for (size_t i_ = 0; i_ < ARRAY_N(profiles); play_done(&(g)), i_++) \
		if (play_open(&(g), profiles[i_], procedure), given(&(g), "safeguarding", NULL), true)

/* Support for one of two children is not support for both. */
PLAY static void each_child_is_supported(const char *procedure)
{
	struct play g;
	const int64_t children[] = { 7, 8 };
	EACH_PROFILE(g, procedure) {
		g.facts.learners = children;
		g.facts.n_learners = 2;
		given(&g, "safeguarding", NULL);
		given(&g, "support", NULL);
		g.entries[g.facts.n - 1].about = 7;
		CHECK(mandatory(&g, "support"));
	}
}

/* Where it happened, and with whose equipment, takes no step away. */
PLAY static void place_takes_nothing(const char *procedure, const char *first, const char *answer)
{
	struct play g;
	EACH_PROFILE(g, procedure) {
		size_t before[PROC_STEPS_MAX], after[PROC_STEPS_MAX];
		given(&g, "safeguarding", NULL);
		given(&g, first, answer);
		procedure_run(g.p, &g.facts, g.status);
		size_t n = procedure_missing(g.p, g.status, before);
		given(&g, "place", "off-site");
		procedure_run(g.p, &g.facts, g.status);
		CHECK_INT(procedure_missing(g.p, g.status, after), n - 1);     /* the question itself */
		CHECK(n > 10);
	}
}
