#include "house/condition/condition.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/condition/ask.h"
#include "house/procedure/profile.h"

/* ---- sentences ---- */

static struct str hole(struct gate_ask *q, const struct entry *e, struct str name)
{
	int64_t id = 0;
	if (str_is(name, "id"))
		return arena_fmt(q->a, "%lld", (long long)e->id);
	if (str_is(name, "parent"))
		return arena_fmt(q->a, "%lld", (long long)e->parent);
	if (str_is(name, "who"))
		return q->who ? person_name(q->st->db, q->a, q->school, q->who) : STR("somebody");
	if (str_is(name, "what"))
		return q->what;
	struct str value = entry_value(e, arena_z(q->a, name));
	const struct field *f = reg_field(q->reg, name);
	if (f && f->type == FIELD_PERSON && str_i64(value, &id) == OK)
		return person_name(q->st->db, q->a, q->school, id);
	return value;
}

static struct str fill(struct gate_ask *q, const struct entry *e, struct str text)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	for (size_t i = 0; i < text.n; i++) {
		struct str rest = str_from(text, i + 1);
		ptrdiff_t end = text.p[i] == '{' ? str_chr(rest, '}') : -1;
		if (end < 0) {
			buf_byte(&b, text.p[i]);
			continue;
		}
		buf_add(&b, hole(q, e, str_upto(rest, (size_t)end)));
		i += (size_t)end + 1;
	}
	return arena_str(q->a, buf_str(&b));
}

/* ---- a gate ---- */

static bool counts(struct gate_ask *q, const struct gate_def *g, const struct entry *e)
{
	const struct profile *p = registers_profile(q->st->registers);
	if (g->only_key.n)
		return p && profile_has(p, g->only_key, g->only_value);
	return !g->only_field.n || str_eq(entry_value(e, arena_z(q->a, g->only_field)), g->only_value);
}

static bool applies(struct gate_ask *q, const struct need *n, const struct entry *e)
{
	if (!n->if_field.n)
		return true;
	struct str v = str_is(n->if_field, "state") ? e->state : entry_value(e, arena_z(q->a, n->if_field));
	return str_eq(v.n ? v : STR("no"), n->if_value) != n->if_not;
}

static enum err ask_all(struct gate_ask *q, const struct gate_def *g, const struct entry *e, struct gate_answer *out)
{
	*out = (struct gate_answer){ .open = true, .missing = arena_array(q->a, struct missing, g->n_needs + 1) };
	if (!counts(q, g, e))
		return OK;
	for (size_t i = 0; i < g->n_needs; i++) {
		const struct need *n = &g->needs[i];
		bool holds = true;
		q->who = 0;
		q->what = STR_NONE;
		if (applies(q, n, e))
			TRY(need_holds(q, n->test, n->arg, n->n, e, &holds));
		if (holds)
			continue;
		out->missing[out->n++] = (struct missing){ fill(q, e, n->says), n->link.n ? fill(q, e, n->link) : STR_NONE };
		out->open = false;
	}
	out->until_utc = out->open ? q->until_utc : 0;
	return OK;
}

static struct gate_ask ask_of(struct store *st, struct arena *a, int64_t school, const struct entry *e, int64_t now)
{
	return (struct gate_ask){ .st = st, .a = a, .school = school, .now = now, .reg = registers_find(st->registers, e->reg) };
}

enum err gate_open(struct store *st, struct arena *a, int64_t school, const char *gate, const struct entry *e, int64_t now_utc,
                   struct gate_answer *out)
{
	struct gate_ask q = ask_of(st, a, school, e, now_utc);
	for (size_t i = 0; q.reg && i < q.reg->n_gates; i++)
		if (str_is(q.reg->gates[i].name, gate))
			return ask_all(&q, &q.reg->gates[i], e, out);
	return ERR_ABSENT;
}

static bool stands_before(const struct gate_def *g, struct str state)
{
	for (size_t i = 0; i < g->n_at; i++)
		if (str_eq(g->at[i], state))
			return true;
	return false;
}

enum err gate_pass(struct store *st, struct arena *a, int64_t school, struct str before, const struct entry *e, int64_t now_utc, struct diag *d)
{
	struct gate_ask q = ask_of(st, a, school, e, now_utc);
	struct gate_answer answer;
	bool shut = false;
	for (size_t i = 0; q.reg && i < q.reg->n_gates; i++) {
		if (str_eq(before, e->state) || !stands_before(&q.reg->gates[i], e->state))
			continue;
		TRY(ask_all(&q, &q.reg->gates[i], e, &answer));
		for (size_t k = 0; k < answer.n; k++)
			diag_add(d, DIAG_ERROR, answer.missing[k].link.n ? answer.missing[k].link : STR("gate"), 0, "%.*s", STRF(answer.missing[k].says));
		shut |= !answer.open;
	}
	return shut ? ERR_STATE : OK;
}
