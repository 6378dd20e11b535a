/* transfer_inner.h - shared by the files of the transfer only. */
#pragma once
#include "house/account/people.h"
#include "house/casefile/transfer.h"

static inline struct entry_may transfer_program(int64_t school) { return (struct entry_may){ .school = school, .classes = ~0u & ~1u }; }
static inline struct str transfer_number(struct arena *a, int64_t n) { return arena_fmt(a, "%lld", (long long)n); }
static inline int64_t transfer_int(const struct entry *e, const char *field)
{
	int64_t v;
	return str_i64(entry_value(e, field), &v) == OK ? v : 0;
}
/* The school's name. */
struct str transfer_school(const struct desk *k, struct arena *a, int64_t school);
