#include "house/agreement/agreement.h"

#include <stdio.h>

#include "base/test.h"
#include "base/time.h"

static int64_t at(const char *when)
{
	int64_t t = 0;
	CHECK_OK(time_read_iso(str_z(when), &t));
	return t;
}

static const char *write_file(const char *text)
{
	static char path[4096];
	snprintf(path, sizeof path, "%s/a.conf", test_dir());
	FILE *f = fopen(path, "w");
	CHECK(f != NULL);
	fputs(text, f);
	fclose(f);
	return path;
}

#define HEAD "[agreement ks2]\nlanguage = en\ntitle = T\nnotice = N\noffline = O\nmandatory = kindness\n"

static struct profile profile_of(struct arena *a, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct profile p;
	CHECK_OK(profile_load(a, test_source("data/parameters.conf"), arena_fmt(a, "%s/profiles/%s.conf", test_source("data"), name).p, &d, &p));
	return p;
}

static struct agreement_data data_of(struct arena *a, const char *profile)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct profile p = profile_of(a, profile);
	struct agreement_data data;
	CHECK_OK(agreement_data_load(a, test_source("data"), &p, &d, &data));
	return data;
}

static bool says(const struct agreement *g, const char *tag, const char *words)
{
	for (size_t i = 0; i < g->n; i++)
		if (agreement_has_tag(&g->rules[i], str_z(tag)) && str_find(g->rules[i].text, str_z(words)) >= 0)
			return true;
	return false;
}

TEST(clause, c6_09_every_audience_says_what_the_policy_asks_in_both_profiles)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t k = 0; k < ARRAY_N(profiles); k++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct agreement_data data = data_of(&a, profiles[k]);
		for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++) {
			const struct agreement *g = agreement_find(&data.texts, str_z(agreement_audiences[i].word), STR("en"));
			CHECK(g && g->mandatory.n > 20 && !agreement_missing(g).n);
			struct agreement less = *g;
			for (less.n = 0; !agreement_missing(&less).n && less.n < g->n; less.n++) {}
			less.n = 0;
			CHECK(agreement_missing(&less).n > 0);
		}
	}
}

TEST(clause, c6_08_every_agreement_forbids_what_harms_distresses_or_offends)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct agreement_data data = data_of(&a, "junior");
	CHECK_INT(data.texts.n, AGREEMENT_AUDIENCES);
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK(says(&data.texts.v[i], "harm", ""));
}

TEST(clause, c9_3_02_a_learner_reads_the_schools_own_phone_rule_and_what_follows)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct agreement_data junior = data_of(&a, "junior"), primary = data_of(&a, "primary");
	for (size_t i = 0; i < 3; i++) {
		const struct agreement *j = agreement_find(&junior.texts, str_z(agreement_audiences[i].word), STR("en"));
		const struct agreement *p = agreement_find(&primary.texts, str_z(agreement_audiences[i].word), STR("en"));
		CHECK(says(j, "phone", "off") && !says(j, "phone", "office"));
		CHECK(says(p, "phone", "office"));
		CHECK(says(j, "phone", "If I") && says(p, "phone", "If I"));             /* and the consequence */
	}
	CHECK(says(agreement_find(&primary.texts, STR("ks2"), STR("en")), "phone", "staff may take it and lock it away"));
	CHECK(says(agreement_find(&junior.texts, STR("ks2"), STR("en")), "phone", "talk to me and to my family"));
}

TEST(clause, c9_3_11_the_warning_stands_where_the_exam_rule_is_on)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct agreement_data junior = data_of(&a, "junior"), primary = data_of(&a, "primary");
	CHECK(says(agreement_find(&primary.texts, STR("ks2"), STR("en")), "exam", "withdrawn from that test or from all of them"));
	CHECK(!says(agreement_find(&junior.texts, STR("ks2"), STR("en")), "exam", ""));
}

TEST(agreement, conditions_are_read_from_the_profile)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct profile p = profile_of(&a, "primary");
	CHECK(agreement_when(&p, STR_NONE) && agreement_when(NULL, STR_NONE));
	CHECK(agreement_when(&p, STR("phone.exam_rule is yes")) && !agreement_when(&p, STR("phone.exam_rule is no")));
	CHECK(agreement_when(&p, STR("phone.exam_rule is yes and phone.confiscation is yes")));
	CHECK(!agreement_when(&p, STR("phone.exam_rule is yes and phone.confiscation is no")));
	CHECK(!agreement_when(&p, STR("no.such is yes")) && !agreement_when(&p, STR("nonsense")) && !agreement_when(NULL, STR("phone.exam_rule is yes")));
}

TEST(agreement, translations_are_marked_and_fit_their_text)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct agreement_data data = data_of(&a, "primary");
	CHECK(data.translations.n >= 25 && data.n_languages >= 6);
	for (size_t i = 0; i < data.translations.n; i++) {
		const struct agreement *t = &data.translations.v[i], *g = agreement_find(&data.texts, t->audience, STR("en"));
		CHECK(g && t->version == g->version);
		for (size_t k = 0; k < t->n; k++)
			CHECK(agreement_rule_find(g, t->rules[k].id) != NULL);
		CHECK(agreement_words_of(data.languages, data.n_languages, t->language)->code.n == t->language.n);
	}
	CHECK(agreement_words_of(data.languages, data.n_languages, STR("ur"))->rtl && agreement_words_of(data.languages, data.n_languages, STR("ar"))->rtl);
	CHECK(!agreement_words_of(data.languages, data.n_languages, STR("pl"))->rtl);
	CHECK(str_is(agreement_words_of(data.languages, data.n_languages, STR("xx"))->code, "en"));
}

TEST(agreement, shipped_texts_load_for_every_audience)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_set set;
	CHECK_OK(agreement_load(&a, test_source("data/agreements/en.conf"), &d, &set));
	static const char *const audiences[] = { "early-years", "ks1", "ks2", "staff", "supply", "volunteer",
		"governor", "visitor", "parent" };
	for (size_t i = 0; i < ARRAY_N(audiences); i++)
		CHECK(agreement_find(&set, str_z(audiences[i]), STR("cy")) != NULL);
	CHECK_INT(set.n, ARRAY_N(audiences));
}

TEST(clause, c6_09_a_text_without_a_mandatory_rule_is_refused)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_set set;
	CHECK_ERR(agreement_load(&a, write_file(HEAD "version = 1\n[rule x]\ntag = privacy\ntext = Y\n"), &d, &set), ERR_SYNTAX);
	CHECK(d.errors == 1 && str_find(d.items[0].text, STR("kindness")) > 0);
	CHECK_OK(agreement_load(&a, write_file(HEAD "version = 1\n[rule x]\ntag = kindness\ntext = Y\n"), &d, &set));
}

TEST(clause, c4_5_01_each_key_stage_has_words_of_its_own)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_set set;
	CHECK_OK(agreement_load(&a, test_source("data/agreements/en.conf"), &d, &set));
	const struct agreement *ks1 = agreement_find(&set, agreement_audience(STR("learner"), STR("ks1")), STR("en"));
	const struct agreement *ks2 = agreement_find(&set, agreement_audience(STR("learner"), STR("ks2")), STR("en"));
	CHECK(ks1 && ks2 && ks1 != ks2 && ks1->aloud && !ks2->aloud && ks1->n < ks2->n);
	CHECK(!hash_same(ks1->digest, ks2->digest, SHA256_BYTES));
	for (size_t i = 0; i < ks1->n; i++)
		CHECK(ks1->rules[i].picture.n > 0);
}

static struct agreement version(int64_t v)
{
	struct agreement g = { .version = v, .grace_days = 14 };
	g.digest[0] = (uint8_t)v;
	return g;
}

TEST(agreement, a_signature_is_worth_what_its_version_is)
{
	struct agreement one = version(1), two = version(2);
	struct agreement_signature none = { 0 };
	struct agreement_signature s = { .at_utc = at("2026-09-07"), .version = 1, .digest = { 1 } };
	int64_t active = at("2026-11-02T10:00");
	CHECK_INT(agreement_standing(&one, 0, &none, active), STANDING_UNSIGNED);
	CHECK_INT(agreement_standing(NULL, 0, &s, active), STANDING_UNSIGNED);
	CHECK_INT(agreement_standing(&one, 0, &s, active), STANDING_CURRENT);
	CHECK_INT(agreement_standing(&two, active, &s, active + 1), STANDING_GRACE);
	CHECK_INT(agreement_standing(&two, active, &s, at("2026-11-16T11:00")), STANDING_GRACE);      /* not in the middle of a lesson */
	CHECK_INT(agreement_standing(&two, active, &s, at("2026-11-17T00:00")), STANDING_UNSIGNED);
	two.grace_days = 0;
	CHECK_INT(agreement_standing(&two, active, &s, at("2026-11-02T15:00")), STANDING_GRACE);      /* nor without any days of grace */
	CHECK_INT(agreement_standing(&two, active, &s, at("2026-11-03T00:00")), STANDING_UNSIGNED);
	s.undone = true;
	CHECK_INT(agreement_standing(&one, 0, &s, active), STANDING_UNSIGNED);
	s.undone = false;
	s.declined = true;
	CHECK_INT(agreement_standing(&one, 0, &s, active), STANDING_DECLINED);
}

TEST(agreement, a_visit_ends_its_signature)
{
	struct agreement one = version(1);
	struct agreement_signature s = { .at_utc = at("2026-11-02T09:00"), .version = 1, .digest = { 1 }, .until_utc = at("2026-11-02T17:00") };
	CHECK_INT(agreement_standing(&one, 0, &s, at("2026-11-02T16:59")), STANDING_CURRENT);
	CHECK_INT(agreement_standing(&one, 0, &s, at("2026-11-02T17:00")), STANDING_UNSIGNED);
}

TEST(agreement, audiences_follow_kind_and_group)
{
	CHECK_STR(agreement_audience(STR("learner"), STR("early-years")), "early-years");
	CHECK_STR(agreement_audience(STR("contractor"), STR_NONE), "visitor");
	CHECK_STR(agreement_audience(STR("something new"), STR_NONE), "visitor");
}
