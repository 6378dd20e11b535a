/* turn_inner.h - inside the duties: how entries are read and written. */
#pragma once
#include "base/time.h"
#include "house/duty/turn.h"

static inline struct entry_may duty_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

/* Whether somebody with these roles is of a group such as "dsl/deputy" or "staff". */
bool duty_group_has(struct str group, role_set roles, bool works_here);

static inline size_t duty_put(struct entry_field *f, size_t n, const char *name, struct str value)
{
	if (value.n)
		f[n++] = (struct entry_field){ str_z(name), value };
	return n;
}

/* Entries that show a duty as done: made meanwhile; or, with a state, of that school year with those yeses. */
static inline struct entry_query duty_needs_query(struct arena *a, const struct duty *d, const struct duty_turn *t)
{
	struct entry_query q = { .reg = arena_z(a, d->needs) };
	struct str rest = d->needs_yes, word;
	int year = calendar_school_year(t->due_utc);
	if (!d->needs_state.n) {
		q.from_utc = t->opened_utc;
		return q;
	}
	q.states[0] = arena_z(a, d->needs_state);
	q.where[q.n_where++] = (struct entry_where){ "on", ENTRY_FROM, calendar_day(year, 9, 1), STR_NONE };
	q.where[q.n_where++] = (struct entry_where){ "on", ENTRY_UPTO, calendar_day(year + 1, 9, 1) - 1, STR_NONE };
	while (q.n_where < ENTRY_WHERE_MAX && str_next(&rest, ' ', &word))
		if (word.n)
			q.where[q.n_where++] = (struct entry_where){ arena_z(a, word), ENTRY_IS, 1, STR_NONE };
	return q;
}

struct duty_turn duty_turn_read(const struct entry *e);
enum err duty_turn_end(const struct duty_desk *k, struct arena *a, const struct act *act, const struct duty_turn *t, const char *state, struct str evidence);
/* Everything that somebody may be asked: title, statement, lines of the file. */
struct str duty_words(struct arena *a, const struct duty *d);
