/* Signatures: given, refused, taken back, and what they are worth. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/agreement/agreement_store.h"
#include "house/support/support.h"
#include "house/agreement/inside.h"
#include "house/agreement/taught.h"

static const char *const how_words[] = {
#define HOW_WORD_(name, word) word,
	SIGN_HOW_TABLE(HOW_WORD_)
#undef HOW_WORD_
};

static struct str age_group(struct db *db, struct arena *a, const struct person *p)
{
	struct school_class c;
	if (!p->group.n && p->kind == KIND_LEARNER && p->class_id && class_get(db, a, p->school, p->class_id, &c) == OK && c.group.n)
		return c.group;
	return arena_str(a, str_z(person_group(p)));
}

struct str agreement_group(struct db *db, struct arena *a, const struct person *p)
{
	struct str plan, form;
	if (p->kind == KIND_LEARNER && support_group(db, a, p->school, p->id, &plan, &form) == OK)
		return plan;
	return age_group(db, a, p);
}

/* A plan of one's own ("plan-7") changes what is open; which words are signed only when it says so. */
struct str agreement_audience_of(struct db *db, struct arena *a, const struct person *p)
{
	struct person q = *p;
	struct str plan, form = STR_NONE;
	if (p->kind == KIND_LEARNER && support_group(db, a, p->school, p->id, &plan, &form) == OK && form.n)
		return form;
	if (str_starts(q.group, STR("plan-")))
		q.group = STR_NONE;
	return agreement_audience(str_z(kind_word(p->kind)), age_group(db, a, &q));
}

static enum err write_signature(struct store *st, struct arena *a, const struct act *act, const struct agreement_shown *s, const struct sign_in *in)
{
	const struct agreement_active *g = &s->in_force;
	struct entry_field f[] = {
		agreement_field("person", arena_i64(a, in->person)), agreement_field("audience", g->text.audience),
		agreement_field("version", arena_i64(a, g->text.version)), agreement_field("digest", agreement_hex(a, g->text.digest)),
		agreement_field("how", str_z(how_words[in->how])), agreement_field("signed", time_iso(a, in->signed_utc ? in->signed_utc : clock_utc())),
		agreement_field("witness", in->witness ? arena_i64(a, in->witness) : STR_NONE),
		agreement_field("until", in->until_utc ? time_iso(a, in->until_utc) : STR_NONE), agreement_field("note", in->note),
		agreement_field("language", s->other.entry ? s->other.text.language : STR_NONE),
		agreement_field("shown", s->other.entry ? agreement_hex(a, s->digest) : STR_NONE),
		agreement_field("talked", in->talked ? STR("yes") : STR_NONE),
	};
	struct entry_person who[] = { { in->person, ENTRY_SUBJECT } };
	struct entry_in e = { .reg = "signature", .state = in->declined ? "declined" : "signed", .parent = g->entry,
		.fields = f, .n_fields = agreement_filled(f, ARRAY_N(f)), .people = who, .n_people = 1 };
	int64_t id;
	return entry_create(st, act, &e, NULL, &id);
}

/* Paper: not of tomorrow, and not of a day before the text was in force. */
static enum err check_day(const struct agreement_active *g, const struct sign_in *in)
{
	if (!in->signed_utc)
		return OK;
	return in->signed_utc > clock_utc() || in->signed_utc < time_uk_midnight(g->active_utc) ? ERR_STATE : OK;
}

enum err agreement_sign(struct store *st, struct arena *a, const struct act *act, const struct sign_in *in)
{
	struct person p;
	struct agreement_shown s;
	if ((in->how == SIGN_HELPED || in->how == SIGN_CLASS) && (!in->witness || in->witness == in->person))
		return ERR_INVALID;
	TRY(person_get(st->db, a, act->school, in->person, &p));
	TRY(agreement_show_of(st, a, act->school, agreement_audience_of(st->db, a, &p), in->language, &s));
	if (!in->digest || !hash_same(in->digest, s.digest, SHA256_BYTES))
		return ERR_STALE;
	if (p.kind == KIND_PARENT && !in->declined && !in->talked)
		return ERR_INVALID;
	TRY(check_day(&s.in_force, in));
	return write_signature(st, a, act, &s, in);
}

enum err agreement_sign_class(struct store *st, struct arena *a, const struct act *act, const int64_t *people, size_t n,
                              int64_t witness, const uint8_t *digest)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	for (size_t i = 0; i < n; i++) {
		struct sign_in in = { .person = people[i], .how = SIGN_CLASS, .witness = witness, .digest = digest };
		TRY(agreement_sign(st, a, act, &in));
	}
	return db_tx_commit(&tx);
}

static enum err last_entry(struct store *st, struct arena *a, int64_t school, int64_t person, struct str audience, struct entry *out)
{
	struct entry_may may = agreement_may(school);
	struct entry_query q = { .reg = "signature", .n_where = 2,      /* the newest entry, whatever day it is of */
		.where = { { "person", ENTRY_IS, person, STR_NONE }, { "audience", ENTRY_IS, 0, audience } } };
	return entry_first(st, a, &may, &q, out);
}

static enum err signature_read(const struct entry *e, struct agreement_signature *out)
{
	*out = (struct agreement_signature){ .at_utc = entry_utc(e, "signed"), .until_utc = entry_utc(e, "until"),
		.version = entry_i64(e, "version"), .declined = str_is(e->state, "declined"), .undone = str_is(e->state, "undone"),
		.entry = e->id, .by = e->made_by, .how = entry_value(e, "how") };
	return hex_get(entry_value(e, "digest"), out->digest, SHA256_BYTES);
}

static enum err last_signature(struct store *st, struct arena *a, int64_t school, int64_t person, struct str audience, struct agreement_signature *out)
{
	struct entry e;
	*out = (struct agreement_signature){ 0 };
	enum err found = last_entry(st, a, school, person, audience, &e);
	return found == OK ? signature_read(&e, out) : found == ERR_ABSENT ? OK : found;
}

enum err agreement_undo(struct store *st, struct arena *a, const struct act *act, int64_t person, struct str why)
{
	struct person p;
	struct entry e;
	TRY(person_get(st->db, a, act->school, person, &p));
	struct str audience = agreement_audience_of(st->db, a, &p);
	TRY(last_entry(st, a, act->school, person, audience, &e));
	if (str_is(e.state, "undone"))
		return ERR_ABSENT;
	struct entry_field f[] = {
		agreement_field("person", arena_i64(a, person)), agreement_field("audience", audience), agreement_field("version", entry_value(&e, "version")),
		agreement_field("digest", entry_value(&e, "digest")), agreement_field("how", entry_value(&e, "how")),
		agreement_field("signed", time_iso(a, clock_utc())), agreement_field("note", why),
	};
	struct entry_person who[] = { { person, ENTRY_SUBJECT } };
	struct entry_in in = { .reg = "signature", .state = "undone", .parent = e.parent, .fields = f, .n_fields = agreement_filled(f, ARRAY_N(f)), .people = who, .n_people = 1 };
	int64_t id;
	return entry_create(st, act, &in, NULL, &id);
}

enum err agreement_state_of(struct store *st, struct arena *a, const struct person *p, int64_t now_utc, struct agreement_state *out)
{
	struct agreement_state s = { .audience = agreement_audience_of(st->db, a, p) };
	struct agreement_active g = { 0 };
	enum err e = agreement_in_force(st, a, p->school, s.audience, &g);
	if (e != OK && e != ERR_ABSENT)
		return e;
	s.in_force = e == OK;
	TRY(last_signature(st, a, p->school, p->id, s.audience, &s.last));
	s.standing = agreement_standing(s.in_force ? &g.text : NULL, g.active_utc, &s.last, now_utc);
	if (s.standing == STANDING_GRACE)
		s.grace_until_utc = time_uk_midnight(g.active_utc + (g.text.grace_days + 1) * 86400);
	if (p->kind == KIND_LEARNER) {
		struct str had;
		TRY(taught_on(st, a, p->school, p->id, now_utc, &had));
		s.untaught = !had.n;
	}
	*out = s;
	return OK;
}

enum standing agreement_let_on(const struct agreement_state *s)
{
	bool signs = s->standing == STANDING_CURRENT || s->standing == STANDING_GRACE;
	return signs && s->untaught ? STANDING_UNSIGNED : s->standing;
}
