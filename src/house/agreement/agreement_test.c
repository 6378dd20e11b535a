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
