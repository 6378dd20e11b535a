#include "base/test.h"
#include "house/page/desk.h"
#include "house/web/web_test.h"

static const struct contact *entry(struct web_school *w, const char *id)
{
	const struct contact *x = contact_find(&w->web->library->contacts, str_z(id));
	CHECK(x);
	return x;
}

/* The address as the page prints it stands on that page. */
static bool lists(struct web_school *w, int role, const char *path, const char *id)
{
	struct web_visit v = web_get(w, role, path);
	const struct contact *x = entry(w, id);
	CHECK_INT(v.status, 200);
	return str_find(v.body, x->title) >= 0 && (!x->phone.n || str_find(v.body, x->phone) >= 0);
}

TEST(clause, c12_3_01_parents_see_exactly_their_entries_without_sign_in)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, NOBODY, "/links");
	const struct contacts *all = &w.web->library->contacts;
	size_t shown = 0;
	CHECK_INT(v.status, 200);
	for (size_t i = 0; i < all->n; i++) {
		const struct contact *x = &all->v[i];
		bool there = false;
		struct str head = arena_fmt(w.arena, "<h3 class=\"govuk-heading-s\">%.*s</h3>", STRF(x->title));
		there = str_find(v.body, head) >= 0;
		bool wanted = x->state == CONTACT_LIVE && (x->audience & FOR_PARENTS);
		shown += there;
		CHECK(there == wanted);
	}
	CHECK(shown > 10);
}

TEST(clause, c12_2_12_helpline_for_professionals_is_on_no_page_for_parents)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK(!lists(&w, NOBODY, "/links", "professionals-helpline"));
	CHECK(lists(&w, ROLE_DSL, "/contacts", "professionals-helpline"));
	CHECK(lists(&w, ROLE_TEACHER, "/contacts", "professionals-helpline"));
}

TEST(clause, c12_1_03_101_is_marked_as_not_urgent_and_named_by_configuration)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const struct contact *x = entry(&w, "police-101");
	CHECK(x->local && str_starts(x->use, STR("Not urgent")));
	CHECK(lists(&w, ROLE_DSL, "/contacts", "police-101"));
}

TEST(clause, c12_1_02_every_report_page_shows_999_with_its_rule)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const paths[] = { "/report", "/report?about=child", "/report?about=adult", "/report?about=head" };
	for (size_t i = 0; i < ARRAY_N(paths); i++) {
		struct web_visit v = web_get(&w, NOBODY, paths[i]);
		CHECK(web_says(&v, "If a life is in danger, or somebody may be hurt now, ring 999."));
	}
}

static bool step_names(struct web_school *w, const char *procedure, const char *step, const char *contact)
{
	const struct procedure *p = library_procedure(w->web->library, str_z(procedure));
	const struct proc_step *s = p ? procedure_step(p, str_z(step)) : NULL;
	CHECK(s);
	for (size_t i = 0; i < s->n_contacts; i++)
		if (str_is(s->contacts[i], contact))
			return true;
	return false;
}

TEST(clause, c12_1_04_the_staff_allegation_step_shows_the_mailbox_and_sends_nothing)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK(step_names(&w, "allegation", "lado", "lado-mail"));
	CHECK(str_find(entry(&w, "lado-mail")->use, STR("Write nothing personal here unless the mail is encrypted.")) >= 0);
}

TEST(clause, c12_1_06_the_immediate_risk_step_shows_the_number)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK(step_names(&w, "concern", "referral", "first-contact"));
	CHECK_OK(contact_phone(entry(&w, "first-contact")->phone));
}

TEST(clause, c12_1_07_the_referral_step_opens_the_form)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK(step_names(&w, "concern", "referral", "support-form"));
	CHECK(str_starts(entry(&w, "support-form")->web, STR("https://")));
}

TEST(clause, c12_2_02_entry_is_on_both_lists_and_is_where_the_button_leads)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK(lists(&w, NOBODY, "/links", "ceop") && lists(&w, ROLE_DSL, "/contacts", "ceop"));
	struct web_visit v = web_get(&w, NOBODY, "/report/received");
	struct str button = arena_fmt(w.arena, "class=\"gh-ceop\" href=\"%.*s\"", STRF(entry(&w, "ceop")->web));
	CHECK(str_find(v.body, button) >= 0);
}

TEST(clause, c12_2_05_entry_is_on_both_lists_and_opens_from_the_illegal_content_step)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK(lists(&w, NOBODY, "/links", "iwf") && lists(&w, ROLE_DSL, "/contacts", "iwf"));
	CHECK(step_names(&w, "filtering-breach", "report-illegal", "iwf"));
}

TEST(clause, c12_2_08_entry_is_on_both_lists_and_pupils_see_its_number)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK(lists(&w, NOBODY, "/links", "childline") && lists(&w, ROLE_DSL, "/contacts", "childline"));
	struct web_visit v = web_get(&w, ROLE_LEARNER, "/report/received");
	CHECK(web_says(&v, "0800 1111"));
}

TEST(contacts_page, who_may_confirms_and_nobody_else)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/contacts");
	CHECK(v.status == 200 && !web_says(&v, "/confirm\""));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/contacts/nspcc/confirm", "").status, 403);
	CHECK_INT(web_post(&w, ROLE_DSL, "/contacts/no-such/confirm", "").status, 404);
	CHECK_INT(web_post(&w, ROLE_DSL, "/contacts/nspcc/confirm", "").status, 303);
	v = web_get(&w, ROLE_DSL, "/contacts");
	CHECK(web_says(&v, "/contacts/nspcc/confirm") && web_says(&v, "Confirmed on"));
}

TEST(clause, c4_1_14_the_report_page_lists_each_local_agency_with_telephone_and_link)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const local[] = { "police-101", "first-contact", "partnership", "community-safety" };
	for (size_t i = 0; i < ARRAY_N(local); i++) {
		CHECK(lists(&w, NOBODY, "/report", local[i]));
		CHECK(entry(&w, local[i])->local && (entry(&w, local[i])->phone.n || entry(&w, local[i])->web.n));
		struct web_visit v = web_get(&w, NOBODY, "/report");
		CHECK(web_says(&v, arena_fmt(w.arena, "href=\"%.*s\"", STRF(entry(&w, local[i])->web)).p));
	}
}

TEST(clause, c4_1_15_the_report_page_lists_national_helplines_and_flags_the_unconfirmed)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const national[] = { "childline", "nspcc", "ceop", "iwf", "internet-matters" };
	for (size_t i = 0; i < ARRAY_N(national); i++)
		CHECK(lists(&w, NOBODY, "/report", national[i]));
	struct web_visit v = web_get(&w, NOBODY, "/report");
	CHECK(web_says(&v, "Not confirmed by the school within the last year."));
	const struct contacts *all = &w.web->library->contacts;
	for (size_t i = 0; i < all->n; i++)
		web_post(&w, ROLE_DSL, arena_fmt(w.arena, "/contacts/%.*s/confirm", STRF(all->v[i].id)).p, "");
	v = web_get(&w, NOBODY, "/report");
	CHECK(!web_says(&v, "Not confirmed by the school"));
}

static void support_for(const char *topic, const char *const *ids, size_t n)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, NOBODY, "/report");
	const struct topic *t = topic_find(&w.web->library->topics, str_z(topic));
	CHECK(t && str_find(v.body, t->label) >= 0);
	for (size_t i = 0; i < n; i++) {
		CHECK(str_find(entry(&w, ids[i])->topics, str_z(topic)) >= 0);
		CHECK(str_find(v.body, entry(&w, ids[i])->title) >= 0);
	}
}

TEST(clause, c11_1_09_support_for_harassment_is_tagged_on_the_report_page)
{
	support_for("svsh", (const char *const[]){ "childline", "nspcc", "first-contact" }, 3);
}

TEST(clause, c11_2_05_support_for_pictures_is_tagged_on_the_report_page)
{
	support_for("sexting", (const char *const[]){ "childline", "iwf", "first-contact" }, 3);
}

TEST(clause, c11_3_05_support_for_exploitation_is_local_and_national_on_the_report_page)
{
	support_for("csae", (const char *const[]){ "first-contact", "marie-collins", "ceop" }, 3);
}

TEST(contact, a_pupil_reads_whom_to_turn_to_and_nothing_that_is_for_parents)
{
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, ROLE_LEARNER, "/links");
		CHECK(v.status == 200 && web_says(&v, "Childline") && web_says(&v, "href=\"/worry\""));
		CHECK(!web_says(&v, "Help for parents") && !web_says(&v, "Not confirmed") && !web_says(&v, "Internet Watch Foundation"));
	}
}
