/* turn_inner.h - inside the duties: how entries are read and written. */
#pragma once
#include "base/time.h"
#include "house/duty/turn.h"

static inline struct entry_may duty_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

static inline int64_t duty_int_of(const struct entry *e, const char *field)
{
	int64_t n = 0;
	struct str s = entry_value(e, field);
	return s.n && str_i64(s, &n) == OK ? n : 0;
}

static inline int64_t duty_time_of(const struct entry *e, const char *field)
{
	int64_t at = 0;
	struct str s = entry_value(e, field);
	return s.n && time_read_iso(s, &at) == OK ? at : 0;
}

static inline struct str duty_int(struct arena *a, int64_t n) { return n ? arena_fmt(a, "%lld", (long long)n) : STR_NONE; }

static inline size_t duty_put(struct entry_field *f, size_t n, const char *name, struct str value)
{
	if (value.n)
		f[n++] = (struct entry_field){ str_z(name), value };
	return n;
}

struct duty_turn duty_turn_read(const struct entry *e);
enum err duty_turn_end(const struct duty_desk *k, struct arena *a, const struct act *act, const struct duty_turn *t, const char *state, struct str evidence);
/* Everything that somebody may be asked: title, statement, lines of the file. */
struct str duty_words(struct arena *a, const struct duty *d);
