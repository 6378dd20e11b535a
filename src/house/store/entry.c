#include "house/store/entry.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/condition/condition.h"
#include "house/store/audit.h"
#include "house/store/chain.h"
#include "house/store/entry_inner.h"
#include "house/store/words.h"

/* One write in the making. */
struct write {
	struct store *st;
	const struct act *act;
	const struct reg *reg;
	struct arena arena;
	struct diag own, *d;           /* findings go to `own` when the caller wants none */
	struct entry_values values;
	const struct str *before;      /* of an update: the values that were there */
	enum entry_class class;
	int64_t id, version, parent, key, root, now;
	struct str state;
	uint8_t digest[CHAIN_DIGEST];
};

static void write_init(struct write *w, struct store *st, const struct act *act, struct diag *d)
{
	*w = (struct write){ .st = st, .act = act, .arena = arena_init(), .own = diag_init(50), .now = clock_utc() };
	w->d = d ? d : &w->own;
}

static void write_done(struct write *w)
{
	arena_done(&w->arena);
	diag_done(&w->own);
}

static enum err find_state(struct write *w, const char *asked, struct str before)
{
	w->state = asked ? str_z(asked) : before;
	if (!w->state.n)
		w->state = STR("");
	if (!asked || !*asked)
		return OK;
	for (size_t i = 0; i < w->reg->n_states; i++)
		if (str_is(w->reg->states[i], asked))
			return OK;
	return diag_fail(w->d, STR("state"), 0, "%.*s has no stage called %s.", STRF(w->reg->title), asked);
}

/* A gate of the register stands before some states: asked here, so that nothing gets round it. */
static enum err through_gates(struct write *w, struct str before)
{
	struct entry e = { .id = w->id, .parent = w->parent, .reg = w->reg->id, .state = w->state };
	if (!w->reg->n_gates || str_eq(before, w->state))
		return OK;
	values_list(&w->arena, &w->values, &e);
	return gate_pass(w->st, &w->arena, w->act->school, before, &e, w->now, w->d);
}

/* ---- the pieces of a version ---- */

static enum err put_text(struct write *w, const struct entry_field *f, uint8_t running[CHAIN_DIGEST])
{
	struct seal_place at = { w->act->school, w->key, w->id, w->version, arena_z(&w->arena, f->name) };
	struct q_entry_text_put_args put = { .school = at.school, .entry = w->id, .version = w->version, .field = f->name, .case_key = w->key };
	TRY(seal_text(w->st->db, w->st->keys, &w->arena, &at, f->value, &put.sealed));
	chain_text(running, f->name, w->key, put.sealed);
	return q_entry_text_put_do(w->st->db, &put, NULL);
}

static int by_name(const void *a, const void *b) { return str_cmp(((const struct entry_field *)a)->name, ((const struct entry_field *)b)->name); }

/* Digests take the texts in order of field name, as they are read back. */
static enum err put_texts(struct write *w, uint8_t running[CHAIN_DIGEST])
{
	const struct entry_values *v = &w->values;
	struct entry_field *texts = arena_array(&w->arena, struct entry_field, w->reg->n_fields + v->n_former + 1);
	size_t n = 0;
	for (size_t i = 0; i < w->reg->n_fields; i++)
		if (w->reg->fields[i].sealed && v->values[i].n)
			texts[n++] = (struct entry_field){ w->reg->fields[i].name, v->values[i] };
	for (size_t i = 0; i < v->n_former; i++)
		if (v->former[i].sealed && v->former[i].value.n)
			texts[n++] = (struct entry_field){ v->former[i].name, v->former[i].value };
	if (n > 1)
		qsort(texts, n, sizeof *texts, by_name);
	for (size_t i = 0; i < n; i++)
		TRY(put_text(w, &texts[i], running));
	return OK;
}

static enum err put_version(struct write *w)
{
	uint8_t running[CHAIN_DIGEST] = { 0 };
	struct str body, why = str_z(w->act->why ? w->act->why : "");
	if (why.n > AUDIT_TEXT_MAX)
		return ERR_LIMIT;
	TRY(values_json(&w->arena, &w->values, &body));
	TRY(put_texts(w, running));
	struct chain_version v = { .school = w->act->school, .entry = w->id, .version = w->version, .parent = w->parent,
		.class = w->class, .by_person = w->act->person, .at_utc = w->now, .reg = w->reg->id, .state = w->state, .body = body, .why = why };
	uint8_t salt[CHAIN_SALT], said[CHAIN_DIGEST];
	rnd_bytes(salt, sizeof salt);
	struct str salted = { (const char *)salt, sizeof salt };
	chain_said(salted, body, why, said);
	v.said = (struct str){ (const char *)said, sizeof said };
	chain_version(&v, running, w->digest);
	struct q_entry_version_put_args put = { .school = v.school, .entry = v.entry, .version = v.version, .class = v.class,
		.state = v.state, .body = body,
		.by_person = v.by_person, .at = v.at_utc, .why = why, .digest = { (const char *)w->digest, CHAIN_DIGEST },
		.salt = salted, .said = v.said };
	return q_entry_version_put_do(w->st->db, &put, NULL);
}

/* Words of earlier versions stay: what was written once can be found. */
static enum err put_words(struct write *w)
{
	for (size_t i = 0; i < w->reg->n_fields; i++)
		if (w->reg->fields[i].words && w->values.values[i].n)
			TRY(words_add(w->st->db, w->st->keys, w->act->school, w->class, w->id, w->values.values[i]));
	return OK;
}

static enum err put_person(struct write *w, const struct entry_person *p)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_entry_person_put_args put = { .school = w->act->school, .entry = w->id, .person = p->person, .stands_as = p->as, .at = w->now };
	struct q_person_known_row known;
	if (p->as < ENTRY_SUBJECT || p->as > ENTRY_INVOLVED)
		return ERR_INVALID;
	TRY(q_person_known_one(w->st->db, &a, &(struct q_person_known_args){ .school = put.school, .person = put.person }, &known));
	return known.n ? q_entry_person_put_do(w->st->db, &put, NULL) : ERR_INVALID;
}

static enum err put_people(struct write *w, const struct entry_in *in)
{
	for (size_t i = 0; i < in->n_people; i++)
		TRY(put_person(w, &in->people[i]));
	return OK;
}

static bool names(struct str several, int64_t person)
{
	int64_t id;
	for (struct str word; str_next(&several, ' ', &word);)
		if (str_i64(word, &id) == OK && id == person)
			return true;
	return false;
}

/* Whoever was given the entry by a field and no longer is loses what came with it; who it is about stays. */
static enum err drop_person(struct write *w, const struct field *f, struct str was, struct str is)
{
	int64_t id;
	if (f->stands != ENTRY_ASSIGNED)
		return OK;
	for (struct str word; str_next(&was, ' ', &word);)
		if (str_i64(word, &id) == OK && !names(is, id))
			TRY(q_entry_person_cut_do(w->st->db, &(struct q_entry_person_cut_args){ .school = w->act->school, .entry = w->id, .person = id, .stands_as = f->stands }, NULL));
	return OK;
}

static enum err put_named(struct write *w, const struct field *f, struct str several)
{
	struct entry_person p = { .as = (enum entry_as)f->stands };
	for (struct str word; str_next(&several, ' ', &word);)
		if (str_i64(word, &p.person) == OK && put_person(w, &p) != OK)
			return diag_fail(w->d, f->name, 0, "%.*s: there is nobody of that name at the school.", STRF(f->label));
	return OK;
}

/* People named in fields stand to the entry as their field says. */
static enum err put_field_people(struct write *w)
{
	for (size_t i = 0; i < w->reg->n_fields; i++) {
		const struct field *f = &w->reg->fields[i];
		if (!f->stands)
			continue;
		if (w->before)
			TRY(drop_person(w, f, w->before[i], w->values.values[i]));
		if (put_named(w, f, w->values.values[i]) != OK)
			return ERR_INVALID;
	}
	return OK;
}

static bool undone(const struct write *w) { return w->reg->page && str_is(w->state, REG_UNDONE); }

/* Whether an entry may stand only once by something of it: also in registers that only programs write. */
static bool stands_once(const struct reg *r)
{
	bool unique = r->page || r->key.n;
	for (size_t i = 0; !unique && i < r->n_fields; i++)
		unique = r->fields[i].unique;
	return unique;
}

static enum err put_all(struct write *w, const struct entry_in *in, const char *what)
{
	if (stands_once(w->reg))
		TRY(entry_unique(w->st, &w->arena, w->act->school, w->id, &w->values, undone(w), w->d));
	TRY(put_version(w));
	TRY(entry_index_put(w->st, &w->arena, w->act->school, w->id, &w->values));
	TRY(put_words(w));
	TRY(put_people(w, in));
	TRY(put_field_people(w));
	return audit_add(w->st->db, w->act, what, (struct audit_about){ "entry", w->id }, w->digest);
}

/* ---- the last version of what is erased ---- */

/* It says nothing, is found by nothing, and holds no name that another entry could not have. */
static enum err put_last(struct write *w, const struct entry_row *row)
{
	w->values = values_new(&w->arena, w->reg);
	w->state = STR(REG_ERASED);
	TRY(q_entry_move_do(w->st->db, &(struct q_entry_move_args){ .school = w->act->school, .id = w->id, .seen = row->version, .state = w->state,
		.class = w->class, .at = w->now }, NULL));
	TRY(put_version(w));
	TRY(entry_index_put(w->st, &w->arena, w->act->school, w->id, &w->values));
	TRY(entry_unique(w->st, &w->arena, w->act->school, w->id, &w->values, true, w->d));
	return audit_add(w->st->db, w->act, "entry.erased", (struct audit_about){ "entry", w->id }, w->digest);
}

enum err entry_put_last(struct store *st, const struct act *act, const struct reg *reg, const struct entry_row *row)
{
	AUTO(write_done) struct write w;
	write_init(&w, st, act, NULL);
	w.reg = reg;
	w.id = row->id;
	w.class = (enum entry_class)row->class;
	w.parent = row->parent;
	w.version = row->version + 1;
	return put_last(&w, row);
}

/* ---- create ---- */

static enum err head_of(struct write *w, int64_t id, struct q_entry_head_row *out)
{
	return q_entry_head_one(w->st->db, &w->arena, &(struct q_entry_head_args){ .school = w->act->school, .id = id }, out);
}

/* An entry under another shares the data key of the one at the top, when both are sealed alike. */
static enum err find_key(struct write *w, int64_t parent)
{
	struct q_entry_head_row top;
	if (parent) {
		TRY(head_of(w, parent, &top));
		w->root = top.root ? top.root : parent;
		if (top.case_key && seal_class_of((enum entry_class)top.class) == seal_class_of(w->class))
			w->key = top.case_key;
	}
	if (w->key || !reg_seals(w->reg))
		return OK;
	return seal_key_new(w->st->db, w->st->keys, w->act, seal_class_of(w->class), &w->key);
}

static enum err put_entry(struct write *w, const struct entry_in *in)
{
	struct q_entry_number_next_row number;
	struct q_entry_put_row row;
	int64_t school = w->act->school;
	TRY(q_entry_number_next_one(w->st->db, &w->arena, &(struct q_entry_number_next_args){ .school = school, .register_ = w->reg->id }, &number));
	struct q_entry_put_args put = { .school = school, .register_ = w->reg->id, .number = number.last, .class = w->class, .state = w->state,
		.parent = in->parent, .root = w->root, .case_key = w->key, .made_by = w->act->person, .at = w->now };
	TRY(q_entry_put_one(w->st->db, &w->arena, &put, &row));
	w->id = row.id;
	w->parent = in->parent;
	w->version = 1;
	return OK;
}

static enum err create(struct write *w, const struct entry_in *in, int64_t *id)
{
	w->reg = registers_find(w->st->registers, str_z(in->reg));
	if (!w->reg)
		return diag_fail(w->d, str_z(in->reg), 0, "There is no register called %s.", in->reg);
	w->class = in->class ? in->class : (enum entry_class)w->reg->class;
	w->values = values_new(&w->arena, w->reg);
	TRY(entry_check(w->st->registers, in, w->d));
	TRY(values_take(&w->values, in->fields, in->n_fields, w->d));
	TRY(find_state(w, in->state, w->reg->n_states ? w->reg->states[0] : STR("")));
	TRY(entry_rules(&(struct entry_ruling){ w->st, &w->arena, w->act, 0, STR("") }, &w->values, &w->state, w->d));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(w->st->db, &tx));
	w->parent = in->parent;
	TRY(through_gates(w, STR("")));
	TRY(find_key(w, in->parent));
	TRY(put_entry(w, in));
	TRY(put_all(w, in, "entry.made"));
	TRY(db_tx_commit(&tx));
	*id = w->id;
	return OK;
}

enum err entry_create(struct store *st, const struct act *act, const struct entry_in *in, struct diag *d, int64_t *id)
{
	AUTO(write_done) struct write w;
	write_init(&w, st, act, d);
	return create(&w, in, id);
}

/* ---- update ---- */

static enum err reclass(struct write *w, enum entry_class before, enum entry_class asked)
{
	w->class = asked ? asked : before;
	if (w->class == before)
		return OK;
	if (seal_class_of(w->class) != seal_class_of(before))
		return ERR_STATE;              /* sealed under another class of keys: a new entry is opened instead */
	return q_words_cut_do(w->st->db, &(struct q_words_cut_args){ .school = w->act->school, .entry = w->id }, NULL);
}

static enum err load_newest(struct write *w, const struct entry_may *may, int64_t id, int64_t seen, struct entry_row *row)
{
	struct entry_row *rows;
	size_t n;
	bool destroyed = false;
	if (id <= 0)
		return ERR_ABSENT;
	TRY(entry_rows(w->st, &w->arena, may, id, 0, &rows, &n));
	if (!n)
		return ERR_ABSENT;
	if (rows[0].version != seen)
		return ERR_STALE;
	TRY(entry_open(w->st, &w->arena, may, &rows[0], &w->values, &destroyed));
	w->reg = w->values.reg;
	w->id = id;
	w->key = rows[0].key;
	w->parent = rows[0].parent;
	w->version = seen + 1;
	*row = rows[0];
	return destroyed ? ERR_STATE : OK;
}

static enum err move_on(struct write *w, int64_t seen)
{
	int64_t moved = 0;
	struct q_entry_move_args move = { .school = w->act->school, .id = w->id, .seen = seen, .state = w->state, .class = w->class, .at = w->now };
	TRY(q_entry_move_do(w->st->db, &move, &moved));
	return moved == 1 ? OK : ERR_STALE;
}

static enum err update(struct write *w, const struct entry_may *may, int64_t id, int64_t seen, const struct entry_in *in)
{
	struct entry_row row;
	assert(may->school == w->act->school);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(w->st->db, &tx));
	TRY(load_newest(w, may, id, seen, &row));
	struct str *before = arena_array(&w->arena, struct str, w->reg->n_fields + 1);
	memcpy(before, w->values.values, w->reg->n_fields * sizeof *before);
	w->before = before;
	TRY(find_state(w, in->state, row.state));
	enum err fits = values_take(&w->values, in->fields, in->n_fields, w->d);
	enum err full = undone(w) ? OK : values_required(&w->values, w->st->registers, w->d);
	TRY(fits == OK ? full : fits);
	TRY(entry_frozen(&w->values, before, row.state, w->d));
	if (!undone(w))
		TRY(entry_rules(&(struct entry_ruling){ w->st, &w->arena, w->act, w->id, row.state }, &w->values, &w->state, w->d));
	TRY(through_gates(w, row.state));
	TRY(reclass(w, (enum entry_class)row.class, in->class));
	TRY(move_on(w, seen));
	if (!w->key && reg_seals(w->reg))
		return ERR_STATE;
	TRY(put_all(w, in, "entry.changed"));
	return db_tx_commit(&tx);
}

enum err entry_update(struct store *st, const struct act *act, const struct entry_may *may, int64_t id, int64_t seen,
                      const struct entry_in *in, struct diag *d)
{
	AUTO(write_done) struct write w;
	write_init(&w, st, act, d);
	return update(&w, may, id, seen, in);
}

static enum err release(struct write *w, const struct entry_may *may, int64_t id, int64_t person, enum entry_as as)
{
	struct entry_row *rows;
	size_t n;
	int64_t cut = 0;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(w->st->db, &tx));
	TRY(entry_rows(w->st, &w->arena, may, id, 0, &rows, &n));
	if (!n)
		return ERR_ABSENT;
	TRY(q_entry_person_cut_do(w->st->db, &(struct q_entry_person_cut_args){ .school = w->act->school, .entry = id, .person = person, .stands_as = as }, &cut));
	if (!cut)
		return ERR_ABSENT;
	TRY(audit_add(w->st->db, w->act, "entry.released", (struct audit_about){ "entry", id }, NULL));
	return db_tx_commit(&tx);
}

enum err entry_release(struct store *st, const struct act *act, const struct entry_may *may, int64_t id,
                       int64_t person, enum entry_as as)
{
	if (as == ENTRY_SUBJECT || as == ENTRY_BARRED)
		return ERR_FORBIDDEN;
	AUTO(write_done) struct write w;
	write_init(&w, st, act, NULL);
	return release(&w, may, id, person, as);
}
