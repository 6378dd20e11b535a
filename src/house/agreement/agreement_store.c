#include "house/agreement/agreement_store.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/vec.h"

static const char *const how_words[] = {
#define HOW_WORD_(name, word) word,
	SIGN_HOW_TABLE(HOW_WORD_)
#undef HOW_WORD_
};

/* The program reads both registers whole; pages narrow what they show by their own rights. */
static struct entry_may all(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_PERSONAL) };
}

static struct str hex_of(struct arena *a, const uint8_t digest[SHA256_BYTES])
{
	char *p = arena_alloc(a, 2 * SHA256_BYTES + 1);
	hex_put(digest, SHA256_BYTES, p);
	return (struct str){ p, 2 * SHA256_BYTES };
}

static struct entry_field field(const char *name, struct str value)
{
	return (struct entry_field){ str_z(name), value };
}

static struct str number(struct arena *a, int64_t n)
{
	return arena_fmt(a, "%lld", (long long)n);
}

/* ---- texts in force ---- */

static struct str rules_text(struct arena *a, const struct agreement *g)
{
	struct buf b = buf_init(256 * 1024);
	for (size_t i = 0; i < g->n; i++)
		buf_fmt(&b, "%.*s\t%.*s\t%.*s\n", STRF(g->rules[i].tag), STRF(g->rules[i].picture), STRF(g->rules[i].text));
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

static void rules_lines(struct arena *a, struct str text, struct agreement *g)
{
	VEC(struct agreement_rule) rules = { 0 };
	struct str line;
	while (str_next(&text, '\n', &line)) {
		struct agreement_rule r = { 0 };
		if (line.n && str_next(&line, '\t', &r.tag) && str_next(&line, '\t', &r.picture) && line.p) {
			r.text = line;
			*vec_push(&rules) = r;
		}
	}
	g->n = rules.n;
	g->rules = arena_array(a, struct agreement_rule, rules.n + 1);
	if (rules.n)
		memcpy(g->rules, rules.v, rules.n * sizeof *g->rules);
	vec_done(&rules);
}

static int64_t int_of(const struct entry *e, const char *name)
{
	int64_t n = 0;
	return str_i64(entry_value(e, name), &n) == OK ? n : 0;
}

static int64_t time_of_field(const struct entry *e, const char *name)
{
	int64_t t = 0;
	return time_read_iso(entry_value(e, name), &t) == OK ? t : 0;
}

static enum err active_read(struct arena *a, const struct entry *e, struct agreement_active *out)
{
	struct agreement g = {
		.audience = entry_value(e, "audience"), .language = entry_value(e, "language"), .title = entry_value(e, "title"),
		.notice = entry_value(e, "notice"), .offline = entry_value(e, "offline"),
		.aloud = str_is(entry_value(e, "aloud"), "yes"), .version = int_of(e, "version"), .grace_days = int_of(e, "grace_days"),
	};
	TRY(hex_get(entry_value(e, "digest"), g.digest, SHA256_BYTES));
	rules_lines(a, entry_value(e, "rules"), &g);
	*out = (struct agreement_active){ g, e->id, time_of_field(e, "activated") };
	return OK;
}

enum err agreement_in_force(struct store *st, struct arena *a, int64_t school, struct str audience, struct agreement_active *out)
{
	struct entry_may may = all(school);
	struct entry_query q = { .reg = "agreement", .states = { "active" }, .limit = 1, .order_by = "activated",
		.where = { { "audience", ENTRY_IS, 0, audience } }, .n_where = 1 };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	return page.n ? active_read(a, &page.entries[0], out) : ERR_ABSENT;
}

static enum err retire(struct store *st, const struct act *act, int64_t entry, int64_t version)
{
	struct entry_may may = all(act->school);
	struct entry_in in = { .reg = "agreement", .state = "retired" };
	return entry_update(st, act, &may, entry, version, &in, NULL);
}

static enum err retire_before(struct store *st, struct arena *a, const struct act *act, const struct agreement *g)
{
	struct entry_may may = all(act->school);
	struct entry_query q = { .reg = "agreement", .states = { "active" }, .where = { { "audience", ENTRY_IS, 0, g->audience } }, .n_where = 1 };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	struct str digest = hex_of(a, g->digest);
	for (size_t i = 0; i < page.n; i++) {
		if (str_eq(entry_value(&page.entries[i], "digest"), digest))
			return ERR_EXISTS;
		TRY(retire(st, act, page.entries[i].id, page.entries[i].version));
	}
	return OK;
}

enum err agreement_activate(struct store *st, struct arena *a, const struct act *act, const struct agreement *g, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(retire_before(st, a, act, g));
	struct entry_field f[] = {
		field("audience", g->audience), field("language", g->language), field("version", number(a, g->version)),
		field("digest", hex_of(a, g->digest)), field("title", g->title), field("notice", g->notice),
		field("offline", g->offline), field("rules", rules_text(a, g)), field("aloud", g->aloud ? STR("yes") : STR("no")),
		field("grace_days", number(a, g->grace_days)), field("activated", time_iso(a, clock_utc())),
	};
	struct entry_in in = { .reg = "agreement", .state = "active", .fields = f, .n_fields = ARRAY_N(f) };
	int64_t id;
	TRY(entry_create(st, act, &in, d, &id));
	return db_tx_commit(&tx);
}

/* ---- signatures ---- */

struct str agreement_group(struct db *db, struct arena *a, const struct person *p)
{
	struct school_class c;
	if (!p->group.n && p->kind == KIND_LEARNER && p->class_id && class_get(db, a, p->school, p->class_id, &c) == OK && c.group.n)
		return c.group;
	return arena_str(a, str_z(person_group(p)));
}

/* A plan of one's own ("plan-7") changes what is open, not which words are signed. */
static struct str audience_of(struct db *db, struct arena *a, const struct person *p)
{
	struct person q = *p;
	if (str_starts(q.group, STR("plan-")))
		q.group = STR_NONE;
	struct str audience = agreement_audience(str_z(kind_word(p->kind)), agreement_group(db, a, &q));
	return audience;
}

static enum err write_signature(struct store *st, struct arena *a, const struct act *act, const struct agreement_active *g,
                                const struct sign_in *in)
{
	struct entry_field f[] = {
		field("person", number(a, in->person)), field("audience", g->text.audience), field("version", number(a, g->text.version)),
		field("digest", hex_of(a, g->text.digest)), field("how", str_z(how_words[in->how])),
		field("signed", time_iso(a, clock_utc())),
		field("witness", in->witness ? number(a, in->witness) : STR_NONE),
		field("until", in->until_utc ? time_iso(a, in->until_utc) : STR_NONE),
	};
	size_t n = ARRAY_N(f), kept = 0;
	for (size_t i = 0; i < n; i++)
		if (f[i].value.n)
			f[kept++] = f[i];
	struct entry_person who[] = { { in->person, ENTRY_SUBJECT } };
	struct entry_in e = { .reg = "signature", .state = in->declined ? "declined" : "signed", .parent = g->entry,
		.fields = f, .n_fields = kept, .people = who, .n_people = 1 };
	int64_t id;
	return entry_create(st, act, &e, NULL, &id);
}

enum err agreement_sign(struct store *st, struct arena *a, const struct act *act, const struct sign_in *in)
{
	struct person p;
	struct agreement_active g;
	if ((in->how == SIGN_HELPED || in->how == SIGN_CLASS) && (!in->witness || in->witness == in->person))
		return ERR_INVALID;
	TRY(person_get(st->db, a, act->school, in->person, &p));
	TRY(agreement_in_force(st, a, act->school, audience_of(st->db, a, &p), &g));
	if (!in->digest || !hash_same(in->digest, g.text.digest, SHA256_BYTES))
		return ERR_STALE;
	return write_signature(st, a, act, &g, in);
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

static enum err last_signature(struct store *st, struct arena *a, int64_t school, int64_t person, struct str audience,
                               struct agreement_signature *out)
{
	struct entry_may may = all(school);
	may.subject_reads = ENTRY_BIT(ENTRY_PERSONAL);
	struct entry_query q = { .reg = "signature", .limit = 1, .order_by = "signed", .n_where = 2,
		.where = { { "person", ENTRY_IS, person, STR_NONE }, { "audience", ENTRY_IS, 0, audience } } };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	*out = (struct agreement_signature){ 0 };
	if (!page.n)
		return OK;
	const struct entry *e = &page.entries[0];
	out->at_utc = time_of_field(e, "signed");
	out->until_utc = time_of_field(e, "until");
	out->version = int_of(e, "version");
	out->declined = str_is(e->state, "declined");
	return hex_get(entry_value(e, "digest"), out->digest, SHA256_BYTES);
}

enum err agreement_state_of(struct store *st, struct arena *a, const struct person *p, int64_t now_utc, struct agreement_state *out)
{
	struct agreement_state s = { .audience = audience_of(st->db, a, p) };
	struct agreement_active g = { 0 };
	enum err e = agreement_in_force(st, a, p->school, s.audience, &g);
	if (e != OK && e != ERR_ABSENT)
		return e;
	s.in_force = e == OK;
	TRY(last_signature(st, a, p->school, p->id, s.audience, &s.last));
	s.standing = agreement_standing(s.in_force ? &g.text : NULL, g.active_utc, &s.last, now_utc);
	*out = s;
	return OK;
}
