/* What a register's file says beside its fields: rules, and what may stand in one entry only. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/register/ask.h"
#include "house/register/rule.h"
#include "house/store/entry_inner.h"
#include "house/store/words.h"

enum { VALUE_MAX = 200 };

struct asking { struct store *st; struct arena *a; int64_t school, self; };

static enum err ask(void *ctx, const struct field *f, struct str value, const struct cond *c, bool *yes)
{
	struct asking *k = ctx;
	return ask_school(k->st, k->a, k->school, k->self, f, value, c, yes);
}

static enum err look(void *ctx, const struct field *f, struct str value, struct str name, const struct field **of, struct str *out)
{
	struct asking *k = ctx;
	return ask_entry(k->st, k->a, k->school, f, value, name, of, out);
}

/* Who brought it into a state, and when, is written by the program. */
static void stamp(const struct entry_ruling *r, struct entry_values *v, struct str state, bool ahead)
{
	for (size_t i = 0; i < v->reg->n_fields; i++) {
		const struct field *f = &v->reg->fields[i];
		if (!f->stamp.n || !str_eq(f->stamp, state) || str_eq(state, r->before) || (ahead && !f->stamp_days))
			continue;
		v->values[i] = f->type == FIELD_PERSON ? (r->act->person ? arena_fmt(r->a, "%lld", (long long)r->act->person) : STR_NONE)
			: f->type == FIELD_DATE ? time_iso_date(r->a, clock_utc() + f->stamp_days * (int64_t)86400) : time_iso(r->a, clock_utc());
	}
}

enum err entry_rules(const struct entry_ruling *r, struct entry_values *v, struct str *state, struct diag *d)
{
	struct asking k = { r->st, r->a, r->act->school, r->id };
	struct rule_view view = { .reg = v->reg, .values = v->values, .state = *state, .now_utc = clock_utc(), .ask = ask, .look = look, .ctx = &k };
	stamp(r, v, *state, true);               /* a new last day stands before it is asked whether the last day is past */
	TRY(reg_auto_state(&view, state));
	view.state = *state;
	stamp(r, v, *state, false);
	return reg_rules_check(&view, d);
}

static bool holds(const struct reg_words *w, struct str state)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->v[i], state))
			return true;
	return false;
}

enum err entry_frozen(const struct entry_values *v, const struct str *before, struct str state, struct diag *d)
{
	if (!v->reg->frozen.n || !(holds(&v->reg->frozen, state) || str_is(state, REG_UNDONE)))
		return OK;
	for (size_t i = 0; i < v->reg->n_fields; i++)
		if (!str_eq(before[i], v->values[i])) {
			diag_add(d, DIAG_ERROR, v->reg->fields[i].name, 0, "Nothing changes while it is \"%.*s\": move it on first, then write.", STRF(reg_state_of(v->reg, state).label));
			return ERR_STATE;
		}
	return OK;
}

/* Folded as it is compared; what is too long is known by its digest. */
static struct str folded(struct arena *a, struct str value)
{
	uint8_t digest[SHA256_BYTES];
	char *hex = arena_alloc(a, 2 * SHA256_BYTES + 1);
	if (value.n < VALUE_MAX)
		return words_key(a, value);
	hash_sha256(value, digest);
	hex_put(digest, sizeof digest, hex);
	return str_z(hex);
}

static enum err take(struct store *st, struct arena *a, const struct q_unique_take_args *put, const char *label, struct diag *d)
{
	struct q_unique_of_row other;
	int64_t took = 0;
	TRY(q_unique_take_do(st->db, put, &took));
	if (took)
		return OK;
	struct q_unique_of_args args = { .school = put->school, .register_ = put->register_, .field = put->field, .value = put->value };
	TRY(q_unique_of_one(st->db, a, &args, &other));
	diag_add(d, DIAG_ERROR, STR_NONE, 0, "%s is in entry %lld already. Open that one, or write another.", label, (long long)other.number);
	d->items[d->n - 1].file = arena_str(&d->arena, put->field);
	return ERR_EXISTS;
}

static struct str key_of(struct arena *a, const struct entry_values *v, struct str *first)
{
	AUTO(buf_done) struct buf b = buf_init(200000);
	for (size_t i = 0; i < v->reg->key.n; i++) {
		const struct field *f = reg_field(v->reg, v->reg->key.v[i]);
		struct str value = f ? v->values[f - v->reg->fields] : STR_NONE;
		if (!value.n)
			return STR_NONE;       /* not whole: nothing to compare */
		buf_fmt(&b, "%s%.*s", i ? "\n" : "", STRF(words_key(a, value)));
		*first = i ? *first : f->name;
	}
	return b.n ? folded(a, arena_str(a, buf_str(&b))) : STR_NONE;
}

enum err entry_unique(struct store *st, struct arena *a, int64_t school, int64_t id, const struct entry_values *v, bool undone, struct diag *d)
{
	struct q_unique_take_args put = { .school = school, .register_ = v->reg->id, .entry = id };
	struct str first = STR_NONE;
	TRY(q_unique_clear_do(st->db, &(struct q_unique_clear_args){ .school = school, .entry = id }, NULL));
	for (size_t i = 0; !undone && i < v->reg->n_fields; i++) {
		const struct field *f = &v->reg->fields[i];
		if (!f->unique || f->sealed || !v->values[i].n)
			continue;
		put.field = f->name;
		put.value = folded(a, v->values[i]);
		TRY(take(st, a, &put, arena_fmt(a, "%.*s \"%.*s\"", STRF(f->label), STRF(v->values[i])).p, d));
	}
	put.field = STR("key");
	put.value = undone ? STR_NONE : key_of(a, v, &first);
	return put.value.n ? take(st, a, &put, "The same thing", d) : OK;
}

static struct q_unique_of_args looked_for(struct arena *a, int64_t school, const struct entry_values *v)
{
	struct str first = STR_NONE;
	struct q_unique_of_args q = { .school = school, .register_ = v->reg->id, .field = STR("key"), .value = key_of(a, v, &first) };
	for (size_t i = 0; !q.value.n && i < v->reg->n_fields; i++)
		if (v->reg->fields[i].unique && !v->reg->fields[i].sealed && v->values[i].n) {
			q.field = v->reg->fields[i].name;
			q.value = folded(a, v->values[i]);
		}
	return q;
}

enum err entry_keyed(struct store *st, struct arena *a, int64_t school, const struct reg *reg, const struct entry_field *fields, size_t n, int64_t *id)
{
	struct entry_values v = values_new(a, reg);
	struct q_unique_of_row row;
	for (size_t i = 0; i < n; i++) {
		const struct field *f = reg_field(reg, fields[i].name);
		if (f)
			v.values[f - reg->fields] = fields[i].value;
	}
	struct q_unique_of_args q = looked_for(a, school, &v);
	if (!q.value.n)
		return ERR_ABSENT;
	TRY(q_unique_of_one(st->db, a, &q, &row));
	*id = row.entry;
	return OK;
}
