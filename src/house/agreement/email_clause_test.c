/* 7.8: what staff and pupils promise about school email, and that the promise is kept with its date. */
#include "base/clock.h"
#include "base/time.h"
#include "house/agreement/agreement_store.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

struct mail_school { struct web_school *w; struct store st; struct agreement_data data; };

static struct mail_school open_mail(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct mail_school m = { .w = w, .st = { w->db, w->web->keys, w->web->registers } };
	CHECK_OK(agreement_data_load(w->arena, test_source("data"), &w->web->library->profile, &d, &m.data));
	return m;
}

static bool says(const struct agreement *g, const char *tag, const char *words)
{
	for (size_t i = 0; g && i < g->n; i++)
		if (agreement_has_tag(&g->rules[i], str_z(tag)) && str_find(g->rules[i].text, str_z(words)) >= 0)
			return true;
	return false;
}

static const struct agreement *text(struct mail_school *m, const char *audience)
{
	return agreement_find(&m->data.texts, str_z(audience), STR("en"));
}

/* Put in force and signed: what is kept names the version that was read, by its digest, and the day. */
static void signed_with_date(struct mail_school *m, const char *audience, int64_t person)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { m->w->school, person, "test" };
	const struct agreement *g = text(m, audience);
	CHECK_OK(agreement_activate(&m->st, m->w->arena, &act, g, &d));
	struct sign_in in = { .person = person, .digest = g->digest };
	CHECK_OK(agreement_sign(&m->st, m->w->arena, &act, &in));
	struct entry_may may = { .school = m->w->school, .classes = ENTRY_BIT(ENTRY_PERSONAL) };
	struct entry_query q = { .reg = "signature", .about = person };
	struct entry_page page;
	CHECK_OK(entry_list(&m->st, m->w->arena, &may, &q, &page));
	CHECK_INT(page.total, 1);
	char hex[2 * SHA256_BYTES + 1];
	hex_put(g->digest, SHA256_BYTES, hex);
	CHECK(str_is(entry_value(&page.entries[0], "digest"), hex) && entry_value(&page.entries[0], "signed").n);
}

TEST(clause, c7_8_01_staff_sign_that_they_keep_to_data_protection_law_in_email)
{
	ON_EACH_PROFILE(w) {
		struct mail_school m = open_mail(&w);
		CHECK(says(text(&m, "staff"), "email", "data protection law"));
		signed_with_date(&m, "staff", w.person[ROLE_TEACHER]);
	}
}

TEST(clause, c7_8_03_staff_and_learners_promise_not_to_pass_on_chain_messages)
{
	ON_EACH_PROFILE(w) {
		struct mail_school m = open_mail(&w);
		CHECK(says(text(&m, "staff"), "chain-messages", "chain messages") && says(text(&m, "ks2"), "chain-messages", "chain messages"));
	}
}

TEST(clause, c7_8_07_staff_sign_that_school_email_is_not_for_private_social_media)
{
	ON_EACH_PROFILE(w) {
		struct mail_school m = open_mail(&w);
		CHECK(says(text(&m, "staff"), "work-address", "personal social media"));
		signed_with_date(&m, "staff", w.person[ROLE_TEACHER]);
	}
}

TEST(clause, c7_8_2_01_learners_sign_that_school_email_is_for_school_work)
{
	ON_EACH_PROFILE(w) {
		struct mail_school m = open_mail(&w);
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { w.school, 0, "test" };
		struct person_in in = { .kind = KIND_LEARNER, .name = STR("Fern Samplewick"), .year = 4 };
		int64_t child;
		CHECK_OK(person_add(w.db, &act, &in, &d, &child));
		CHECK(says(text(&m, "ks2"), "email", "for school work only"));
		signed_with_date(&m, "ks2", child);
	}
}
