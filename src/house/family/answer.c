#include "house/family/answer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"

static const struct { const char *word, *title; enum sign_how sign; } HOWS[ANSWER_HOW_N] = {
#define ANSWER_HOW_ROW_(name, word, title) [name] = { word, title },
	ANSWER_HOW_TABLE(ANSWER_HOW_ROW_)
#undef ANSWER_HOW_ROW_
};

const char *answer_how_title(enum answer_how how) { return HOWS[how].title; }

enum err answer_how_read(struct str word, enum answer_how *out)
{
	for (int h = 0; h < ANSWER_HOW_N; h++)
		if (str_is(word, HOWS[h].word)) {
			*out = (enum answer_how)h;
			return OK;
		}
	return ERR_ABSENT;
}

/* The program reads all answers; pages narrow what they show. */
static struct entry_may all(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_PERSONAL), .subject_reads = ENTRY_BIT(ENTRY_PERSONAL) };
}

/* ---- texts ---- */

static struct str either(struct str theirs, struct str english) { return theirs.n ? theirs : english; }

/* Every rule of the English, in the words of the translation where it has them. */
static struct agreement beside(struct arena *a, const struct agreement *g, const struct agreement *translation)
{
	struct agreement out = *translation;
	out.title = either(out.title, g->title);
	out.notice = either(out.notice, g->notice);
	out.offline = either(out.offline, g->offline);
	out.rules = arena_array(a, struct agreement_rule, g->n + 1);
	out.n = g->n;
	for (size_t i = 0; i < g->n; i++) {
		const struct agreement_rule *r = agreement_rule_find(translation, g->rules[i].id);
		out.rules[i] = g->rules[i];
		out.rules[i].text = r ? either(r->text, g->rules[i].text) : g->rules[i].text;
	}
	return out;
}

enum err answer_text(struct store *st, struct arena *a, int64_t school, int64_t person, struct str language, struct family_text *out)
{
	struct person p;
	struct agreement_shown s;
	TRY(person_get(st->db, a, school, person, &p));
	TRY(agreement_show_of(st, a, school, agreement_audience_of(st->db, a, &p), language, &s));
	*out = (struct family_text){ .text = s.in_force.text, .has_other = s.other.entry != 0,
		.unchecked = s.other.entry && !s.other.confirmed };
	if (out->has_other)
		out->other = beside(a, &s.in_force.text, &s.other.text);
	memcpy(out->digest, s.digest, sizeof out->digest);
	return OK;
}

/* ---- one child's answer ---- */

static struct answer read_answer(const struct entry *e)
{
	struct answer x = { .id = e->id, .adult = entry_i64(e, "adult"), .child = entry_i64(e, "child"), .version = entry_i64(e, "version"),
		.taken_by = entry_i64(e, "taken_by"), .agreed = str_is(e->state, "agreed"), .talked = str_is(entry_value(e, "talked"), "yes"),
		.told_by = entry_value(e, "told_by"), .note = entry_value(e, "note") };
	if (answer_how_read(entry_value(e, "how"), &x.how) != OK)
		x.how = ANSWER_PAPER;
	if (time_read_iso(entry_value(e, "answered"), &x.answered_utc) != OK)
		x.answered_utc = e->changed_utc;
	return x;
}

static enum err last(struct store *st, struct arena *a, int64_t school, int64_t adult, int64_t child, struct entry *out)
{
	struct entry_may may = all(school);
	struct entry_query q = { .reg = "family-answer", .n_where = 2,
		.where = { { "adult", ENTRY_IS, adult, STR_NONE }, { "child", ENTRY_IS, child, STR_NONE } } };
	return entry_first(st, a, &may, &q, out);
}

enum err answer_of(struct store *st, struct arena *a, int64_t school, int64_t adult, int64_t child, struct answer *out)
{
	struct entry e;
	struct family_text t;
	enum err found = last(st, a, school, adult, child, &e);
	*out = (struct answer){ 0 };
	if (found != OK)
		return found == ERR_ABSENT ? OK : found;
	*out = read_answer(&e);
	uint8_t digest[SHA256_BYTES];
	out->current = answer_text(st, a, school, child, STR_NONE, &t) == OK && hex_get(entry_value(&e, "digest"), digest, sizeof digest) == OK &&
	               hash_same(digest, t.text.digest, sizeof digest);
	return OK;
}

static void check(const struct answer_in *in, struct diag *d)
{
	if (in->agreed && !in->talked)
		diag_add(d, DIAG_ERROR, STR("talked"), 0, "Talk it over with your child first, then tick that you did.");
	if (in->told_by.n > 200)
		diag_add(d, DIAG_ERROR, STR("told_by"), 0, "Write at most 200 letters.");
	if (in->note.n > 500)
		diag_add(d, DIAG_ERROR, STR("note"), 0, "Write at most 500 letters.");
}

static enum err put(struct store *st, struct arena *a, const struct act *act, const struct answer_in *in, const struct family_text *t, struct diag *d)
{
	char digest[2 * SHA256_BYTES + 1];
	hex_put(t->text.digest, SHA256_BYTES, digest);
	struct entry_field f[] = {
		{ STR("adult"), arena_fmt(a, "%lld", (long long)in->adult) }, { STR("child"), arena_fmt(a, "%lld", (long long)in->child) },
		{ STR("talked"), in->talked ? STR("yes") : STR("no") }, { STR("version"), arena_fmt(a, "%lld", (long long)t->text.version) },
		{ STR("digest"), str_z(digest) }, { STR("how"), str_z(HOWS[in->how].word) }, { STR("answered"), time_iso(a, clock_utc()) },
		{ STR("taken_by"), in->taken_by ? arena_fmt(a, "%lld", (long long)in->taken_by) : STR("") },
		{ STR("told_by"), in->told_by.p ? in->told_by : STR("") }, { STR("note"), in->note.p ? in->note : STR("") },
	};
	struct entry_person who[] = { { in->adult, ENTRY_SUBJECT }, { in->child, ENTRY_INVOLVED } };
	struct entry_in e = { .reg = "family-answer", .state = in->agreed ? "agreed" : "declined", .fields = f, .n_fields = ARRAY_N(f) };
	struct entry was;
	struct entry_may may = all(act->school);
	int64_t id;
	enum err found = last(st, a, act->school, in->adult, in->child, &was);
	if (found == OK)
		return entry_update(st, act, &may, was.id, was.version, &e, d);
	if (found != ERR_ABSENT)
		return found;
	e.people = who;
	e.n_people = ARRAY_N(who);
	return entry_create(st, act, &e, d, &id);
}

/* That somebody declined, to the headteacher: never a name (4.6-05). */
static enum err tell_head(struct db *db, struct arena *a, const struct act *act)
{
	int64_t *heads;
	size_t n;
	TRY(notify_holders(db, a, act->school, STR("head"), &heads, &n));
	for (size_t i = 0; i < n; i++)
		TRY(notify_add(db, act, NOTICE_FAMILY_NO, heads[i], "/families?show=declined", 0, 0));
	return OK;
}

enum err answer_give(struct store *st, const struct act *act, const struct answer_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct family_text t;
	size_t before = d->errors;
	TRY(db_tx_begin(st->db, &tx));
	if (!family_sees_child(st->db, act->school, in->adult, in->child))
		return ERR_FORBIDDEN;
	TRY(answer_text(st, &a, act->school, in->child, in->language, &t));
	if (!in->digest || !hash_same(in->digest, t.digest, SHA256_BYTES))
		return ERR_STALE;
	check(in, d);
	if (d->errors > before)
		return ERR_INVALID;
	TRY(put(st, &a, act, in, &t, d));
	if (!in->agreed)
		TRY(tell_head(st->db, &a, act));
	return db_tx_commit(&tx);
}

/* ---- the adult's own ---- */

static enum sign_how sign_of(enum answer_how how)
{
	return how == ANSWER_PAPER ? SIGN_PAPER : how == ANSWER_TELEPHONE ? SIGN_TELEPHONE : SIGN_SELF;
}

enum err answer_own(struct store *st, const struct act *act, const struct answer_own *in)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct sign_in sign = { .person = in->adult, .how = sign_of(in->how), .declined = in->declined, .digest = in->digest, .language = in->language, .note = in->told_by, .talked = in->talked };
	TRY(db_tx_begin(st->db, &tx));
	if (!in->declined && !in->talked)
		return ERR_INVALID;
	TRY(agreement_sign(st, &a, act, &sign));
	if (in->declined)
		TRY(tell_head(st->db, &a, act));
	return db_tx_commit(&tx);
}
