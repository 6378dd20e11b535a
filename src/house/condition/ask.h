/* ask.h - inside: one question to a gate on its way. */
#pragma once
#include "house/condition/condition.h"

struct gate_ask {
	struct store *st;
	struct arena *a;
	int64_t school, now;
	const struct reg *reg;         /* the register of the entry at hand */
	int64_t who;                   /* the person at issue, for the sentence; 0 nobody */
	struct str what;               /* what was found, for the sentence; absent: nothing */
	int64_t until_utc;             /* the nearest day on which what holds now will not; 0 none */
};
enum err need_holds(struct gate_ask *q, enum need_test test, const struct str *arg, size_t n, const struct entry *e, bool *out);
