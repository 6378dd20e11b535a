#include "house/procedure/expect.h"

#include "base/mem.h"

struct play {
	const struct procedure *p;
	const struct conf *c;
	struct diag *d;
	struct proc_facts facts;
	struct proc_entry entries[64];
	struct step_status status[PROC_STEPS_MAX];
};

static int64_t monday(void)
{
	return time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 });
}

static const struct profile *named(const struct profile *profiles, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}

static void split_two(struct str v, struct str *first, struct str *second)
{
	*second = v;
	(void)str_next(second, ' ', first);       /* a value is never empty here */
	*second = str_trim(*second);
}

static bool state_is(const struct step_status *s, struct str word)
{
	static const char *const words[] = { [STATE_WAITING] = "waiting", [STATE_OPEN] = "open", [STATE_LOCKED] = "locked",
		[STATE_DONE] = "done", [STATE_SKIPPED] = "skipped", [STATE_NOT_APPLICABLE] = "not-applicable" };
	return str_is(word, "overdue") ? s->overdue : str_is(word, words[s->state]);
}

static void given(struct play *g, const struct conf_pair *pair)
{
	struct str id, answer;
	uint64_t minutes;
	split_two(pair->value, &id, &answer);
	if (str_is(id, "minutes") && str_u64(answer, &minutes) == OK && minutes < 1000000) {
		g->facts.now_utc += (int64_t)minutes * 60;
		return;
	}
	if (procedure_find(g->p, id) < 0 || g->facts.n == ARRAY_N(g->entries)) {
		diag_add(g->d, DIAG_ERROR, g->c->file, pair->line, "There is no step called %.*s.", STRF(id));
		return;
	}
	g->entries[g->facts.n++] = (struct proc_entry){ .step = id, .what = PROC_DONE, .answer = answer,
		.happened_utc = g->facts.now_utc, .recorded_utc = g->facts.now_utc };
}

static void then(struct play *g, const struct conf_block *b, const struct conf_pair *pair)
{
	struct str id, word;
	split_two(pair->value, &id, &word);
	ptrdiff_t i = procedure_find(g->p, id);
	if (i < 0) {
		diag_add(g->d, DIAG_ERROR, g->c->file, pair->line, "There is no step called %.*s.", STRF(id));
		return;
	}
	procedure_run(g->p, &g->facts, g->status);
	if (!state_is(&g->status[i], word))
		diag_add(g->d, DIAG_ERROR, g->c->file, pair->line, "Expected %.*s: %.*s should be %.*s, and is: %s.", STRF(b->id),
		         STRF(id), STRF(word), step_state_words(g->status[i].state));
}

static void play_block(struct play *g, const struct conf_block *b, const struct profile *profiles, size_t n)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct conf_pair *pair = &b->pairs[i];
		if (str_is(pair->key, "profile"))
			g->facts.profile = named(profiles, n, pair->value);
		else if (str_is(pair->key, "given"))
			given(g, pair);
		else if (str_is(pair->key, "then"))
			then(g, b, pair);
		else
			diag_add(g->d, DIAG_ERROR, g->c->file, pair->line, "An expectation has profile, given and then, not %.*s.",
			         STRF(pair->key));
		if (!g->facts.profile)
			return;           /* that profile is not loaded here */
	}
}

enum err procedure_expect(struct arena *a, const struct procedure *p, const struct conf *c,
                          const struct profile *profiles, size_t n, struct diag *d)
{
	struct calendar plain = calendar_plain();
	size_t before = d->errors;
	for (size_t i = 0; n && i < c->n; i++) {
		if (!str_is(c->blocks[i].kind, "expect"))
			continue;
		struct play *g = arena_new(a, struct play);
		*g = (struct play){ .p = p, .c = c, .d = d };
		g->facts = (struct proc_facts){ .profile = &profiles[0], .calendar = &plain, .entries = g->entries,
			.opened_utc = monday(), .now_utc = monday() };
		play_block(g, &c->blocks[i], profiles, n);
	}
	return d->errors > before ? ERR_INVALID : OK;
}
