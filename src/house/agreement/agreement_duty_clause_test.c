/* What pupils and staff promise, and that it is kept with the signature. */
#include "base/time.h"
#include "house/agreement/agreement_store.h"
#include "house/store/fixture.h"
#include "io/file.h"

static const char *const PROFILES[] = { "junior", "primary" };

struct promise { struct registers *registers; struct store st; struct agreement_data data; struct arena a; struct diag d; struct act act; };

static void open_promise(struct promise *s, struct fixture *fx, const char *profile)
{
	struct profile p;
	*s = (struct promise){ .d = diag_init(20), .act = { fx->school, 0, "test" } };
	CHECK_OK(registers_load(test_source("data/registers"), &s->d, &s->registers));
	CHECK_OK(profile_load(&s->a, test_source("data/parameters.conf"), arena_fmt(&s->a, "%s/%s.conf", test_source("data/profiles"), profile).p, &s->d, &p));
	CHECK_OK(agreement_data_load(&s->a, test_source("data"), &p, &s->d, &s->data));
	s->st = (struct store){ fx->db, fx->keys, s->registers };
}

static void close_promise(struct promise *s)
{
	registers_free(&s->registers);
	diag_done(&s->d);
	arena_done(&s->a);
}

static bool has(const struct agreement *g, const char *tag)
{
	for (size_t i = 0; i < g->n; i++)
		if (agreement_has_tag(&g->rules[i], str_z(tag)) && g->rules[i].text.n)
			return true;
	return false;
}

/* The text of an audience holds the rule, and somebody's signature under exactly that text is kept with its day. */
static void signed_rule(struct promise *s, const char *audience, enum person_kind kind, int year, const char *tag)
{
	const struct agreement *g = agreement_find(&s->data.texts, str_z(audience), STR("en"));
	struct person_in who = { .kind = kind, .name = STR("Fern Samplewick"), .year = year };
	struct agreement_state state;
	struct person p;
	int64_t id;
	CHECK(g && has(g, tag));
	CHECK_OK(agreement_activate(&s->st, &s->a, &s->act, g, &s->d));
	CHECK_OK(person_add(s->st.db, &s->act, &who, &s->d, &id));
	struct sign_in in = { .person = id, .how = SIGN_SELF, .digest = g->digest };
	CHECK_OK(agreement_sign(&s->st, &s->a, &s->act, &in));
	CHECK_OK(person_get(s->st.db, &s->a, s->act.school, id, &p));
	CHECK_OK(agreement_state_of(&s->st, &s->a, &p, clock_utc(), &state));
	CHECK_INT(state.standing, STANDING_CURRENT);
}

#define ON_EACH_PROMISE(s) \
	for (size_t turn_ = 0; turn_ < 2; turn_++) \
		ON_EACH_ENGINE(fx_) \
			for (struct promise s, *once_ = (open_promise(&s, &fx_, PROFILES[turn_]), &s); once_; close_promise(&s), once_ = NULL)

TEST(clause, c4_5_06_pupils_promise_respect_and_the_signature_is_kept)
{
	ON_EACH_PROMISE(s)
		signed_rule(&s, "ks2", KIND_LEARNER, 4, "kindness");
}

TEST(clause, c7_1_12_copyright_stands_in_agreement_and_conduct_statement)
{
	ON_EACH_PROMISE(s)
		signed_rule(&s, "staff", KIND_STAFF, YEAR_NONE, "copyright");
	AUTO(buf_done) struct buf conduct = buf_init(100000);
	CHECK_OK(file_read(test_source("data/duties/conduct.conf"), &conduct));
	CHECK(str_find(buf_str(&conduct), STR("material from the internet within copyright law")) > 0);
}

TEST(clause, c7_5_1_11_every_audience_promises_to_share_no_password)
{
	for (size_t k = 0; k < 2; k++)
		ON_EACH_ENGINE(fx) {
			struct promise s;
			open_promise(&s, &fx, PROFILES[k]);
			for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++) {
				const struct agreement *g = agreement_find(&s.data.texts, str_z(agreement_audiences[i].word), STR("en"));
				if (g)
					CHECK(has(g, "passwords"));
			}
			close_promise(&s);
		}
}

TEST(clause, c11_4_01_every_agreement_says_what_follows_in_words_for_its_age_and_receipts_are_kept)
{
	static const struct { const char *audience; enum person_kind kind; int year; } signers[] = { { "early-years", KIND_LEARNER, 0 }, { "ks1", KIND_LEARNER, 1 },
		{ "ks2", KIND_LEARNER, 4 }, { "staff", KIND_STAFF, YEAR_NONE }, { "governor", KIND_GOVERNOR, YEAR_NONE } };
	ON_EACH_PROMISE(s) {
		for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++) {
			const struct agreement *g = agreement_find(&s.data.texts, str_z(agreement_audiences[i].word), STR("en"));
			CHECK(!g || (has(g, "consequences") && str_find(g->mandatory, STR("consequences")) >= 0));
		}
		for (size_t i = 0; i < sizeof signers / sizeof *signers; i++)
			if (agreement_find(&s.data.texts, str_z(signers[i].audience), STR("en")))
				signed_rule(&s, signers[i].audience, signers[i].kind, signers[i].year, "consequences");
	}
}
