/* Of every procedure as it ships, in both profiles and down every branch that random answers open: what has already happened can be
 * recorded, and what was not yet asked for is marked out of order; who helps a child at once is never locked. */
#include "house/procedure/play.h"

#include "base/arena.h"

enum { WALKS = 30, TURNS = 50 };

static uint64_t dice = 1;
static size_t thrown(size_t n)
{
	dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
	return n ? (size_t)(dice >> 33) % n : 0;
}

static bool early(enum step_state s) { return s == STATE_WAITING || s == STATE_LOCKED || s == STATE_NOT_APPLICABLE; }

static void enter(struct play *g, const struct proc_step *s, struct str answer)
{
	g->facts.now_utc += 60;
	g->entries[g->facts.n++] = (struct proc_entry){ .step = s->id, .answer = answer, .happened_utc = g->facts.now_utc, .recorded_utc = g->facts.now_utc };
}

/* Recorded now, whatever state it is in, it is done; before its time, that is written beside it. */
static void happens(struct play *g, const struct proc_step *s, size_t i)
{
	struct str answer = s->n_answers ? s->answers[thrown(s->n_answers)].id : STR_NONE;
	procedure_run(g->p, &g->facts, g->status);
	enum step_state before = g->status[i].state;
	enter(g, s, answer);
	procedure_run(g->p, &g->facts, g->status);
	CHECK_INT(g->status[i].state, STATE_DONE);
	CHECK(str_eq(g->status[i].answer, answer));
	CHECK_INT(g->status[i].done_utc, g->facts.now_utc);
	bool by_profile = true;              /* only the profile keeps it away: nothing was done too early */
	for (size_t k = 0; k < s->n_when; k++)
		by_profile = by_profile && s->when[k].is_param;
	bool marked = early(before) && !s->never_locked && !(by_profile && !s->n_needs && !s->n_locks);
	CHECK(!marked || g->status[i].out_of_order || before == STATE_NOT_APPLICABLE);
	CHECK(before != STATE_OPEN || !g->status[i].out_of_order);
}

static void nobody_waits_for_help(struct play *g)
{
	struct str why;
	procedure_run(g->p, &g->facts, g->status);
	for (size_t i = 0; i < g->p->n; i++)
		if (g->p->steps[i].never_locked) {
			CHECK(g->status[i].state != STATE_LOCKED);
			CHECK_OK(procedure_may(&g->status[i], &why));
		}
}

/* In half of the turns the procedure is followed, so that the walk gets deep; in the others anything happens. */
static size_t next_step(struct play *g)
{
	procedure_run(g->p, &g->facts, g->status);
	for (size_t tries = 0; thrown(2) && tries < 40; tries++) {
		size_t i = thrown(g->p->n);
		if (g->status[i].state == STATE_OPEN)
			return i;
	}
	return thrown(g->p->n);
}

static void walk(struct play *g)
{
	g->facts.n = 0;
	for (size_t turn = 0; turn < TURNS; turn++) {
		nobody_waits_for_help(g);
		size_t i = next_step(g);
		happens(g, &g->p->steps[i], i);
	}
}

TEST(procedure, whatever_has_happened_is_recorded_and_marked_in_every_procedure_and_branch)
{
	for (size_t which = 0; which < ARRAY_N(profiles); which++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(50);
		struct library *l = library_of(profiles[which], &d);
		CHECK(l->n >= 18);
		for (size_t k = 0; k < l->n; k++)
			for (size_t n = 0; n < WALKS; n++) {
				struct play g;
				play_open(&g, profiles[which], arena_z(&a, l->procedures[k].id));
				walk(&g);
				play_done(&g);
			}
	}
}

/* Each step alone as the very first thing that anybody records. */
TEST(procedure, every_step_may_be_the_first_that_is_recorded)
{
	for (size_t which = 0; which < ARRAY_N(profiles); which++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(50);
		struct library *l = library_of(profiles[which], &d);
		for (size_t k = 0; k < l->n; k++)
			for (size_t i = 0; i < l->procedures[k].n; i++) {
				struct play g;
				play_open(&g, profiles[which], arena_z(&a, l->procedures[k].id));
				happens(&g, &g.p->steps[i], i);
				play_done(&g);
			}
	}
}

TEST(procedure, what_calls_for_help_is_never_locked)
{
	static const char *const must[] = { "police-999", "lado", "iwf" };
	AUTO(diag_done) struct diag d = diag_init(50);
	struct library *l = library_of("primary", &d);
	size_t n = 0;
	for (size_t k = 0; k < l->n; k++)
		for (size_t i = 0; i < l->procedures[k].n; i++) {
			const struct proc_step *s = &l->procedures[k].steps[i];
			bool calls = s->kind == STEP_AGENCY && (str_find(s->id, STR("999")) >= 0 || str_find(s->id, STR("lado")) >= 0 || str_find(s->id, STR("iwf")) >= 0);
			for (size_t c = 0; c < s->n_contacts && s->kind == STEP_AGENCY; c++)
				for (size_t m = 0; m < ARRAY_N(must); m++)
					calls = calls || str_is(s->contacts[c], must[m]);
			if (calls && !s->never_locked)
				fprintf(stderr, "%.*s: %.*s\n", STRF(l->procedures[k].id), STRF(s->id));
			CHECK(!calls || s->never_locked);
			n += calls;
		}
	CHECK(n >= 3);
}
