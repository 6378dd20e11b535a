/* The public page, as the policies have it.  Each name holds the clause. */
#include "house/page/site_kit.h"

struct site_answer { const char *body, *why; };

static enum err answer(void *ctx, const char *url, struct arena *a, struct str *body, char why[200])
{
	const struct site_answer *x = ctx;
	if (x->why)
		(void)snprintf(why, 200, "%s", x->why);
	else
		*body = str_z(x->body);
	return x->why ? ERR_NET : OK;
}

static void tried(struct web_school *w, const char *body, const char *why)
{
	struct store st = ck_store(w);
	struct act act = { w->school, 0, "test" };
	struct site_answer x = { body, why };
	CHECK_OK(site_try(&st, &act, &w->web->library->profile, &w->web->library->contacts, answer, &x));
}

TEST(clause, c0_09_the_policy_links_to_the_configured_page_and_a_dead_one_is_flagged)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct str page = profile_text(&w.web->library->profile, "website.page");
		struct str link = arena_fmt(w.arena, "href=\"%.*s\"", STRF(page));
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/policy");
		CHECK(page.n && str_find(v.body, link) >= 0);
		v = web_get(&w, NOBODY, "/our-policy");
		CHECK(v.status == 200 && str_find(v.body, link) >= 0);
		tried(&w, "<a href='https://www.CEOP.police.uk/'>", NULL);
		CHECK_INT(sk_tasks(&w, ROLE_HEAD, "does not open"), 0);
		v = web_get(&w, ROLE_HEAD, "/website");
		CHECK(web_says(&v, "It opened, and the CEOP button is there.") && web_says(&v, "23 November 2026"));
		tried(&w, NULL, "the server answered with status 404.");
		CHECK_INT(sk_tasks(&w, ROLE_HEAD, "does not open"), 1);
		v = web_get(&w, ROLE_HEAD, "/website");
		CHECK(web_says(&v, "To mend") && web_says(&v, "the server answered with status 404."));
		tried(&w, NULL, "again");
		CHECK_INT(sk_tasks(&w, ROLE_HEAD, "does not open"), 1);
	}
	clock_fake(0);
}

TEST(clause, c11_3_07_the_check_finds_the_ceop_address_or_opens_a_task)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	tried(&w, "<h1>Staying safe</h1><a href=\"https://www.ceop.police.uk/Safety-Centre/\">CEOP</a>", NULL);
	CHECK_INT(sk_tasks(&w, ROLE_HEAD, "CEOP button"), 0);
	tried(&w, "<h1>Staying safe</h1><p>Ask us.</p>", NULL);
	CHECK_INT(sk_tasks(&w, ROLE_HEAD, "CEOP button"), 1);
	struct web_visit v = web_get(&w, ROLE_HEAD, "/website");
	CHECK(web_says(&v, "nothing on it leads to ceop.police.uk"));
	v = web_get(&w, NOBODY, "/online-safety");          /* our own page has it in any case */
	CHECK(web_says(&v, "class=\"gh-ceop\" href=\"https://www.ceop.police.uk/Safety-Centre/\""));
	clock_fake(0);
}

/* A version by the safeguarding lead, approved and in force. */
static void policy_in_force(struct web_school *w, const char *label, const char *text)
{
	struct web_visit v = web_post(w, ROLE_DSL, "/policy/versions/new", arena_fmt(w->arena, "title=Our+policy&label=%s&authors=The+lead&months=12&text=%s", label, text).p);
	CHECK_INT(v.status, 303);
	const char *at = arena_z(w->arena, v.location);
	v = web_get(w, ROLE_HEAD, at);
	struct str digest = jar_between(&v, "name=\"digest\" value=\"", "\"");
	if (profile_yes(&w->web->library->profile, "policy.impact_assessment"))
		CHECK_INT(web_post(w, ROLE_HEAD, arena_fmt(w->arena, "%s/sign", at).p, arena_fmt(w->arena, "as=impact&digest=%.*s", STRF(digest)).p).status, 303);
	CHECK_INT(web_post(w, ROLE_CHAIR, arena_fmt(w->arena, "%s/approve", at).p, "approved=September+2026&body=Governing+body&minute=12").status, 303);
	CHECK_INT(web_post(w, ROLE_TEACHER, arena_fmt(w->arena, "%s/comment", at).p, "said=Use+fewer+words.").status, 303);      /* somebody was heard (4.2-20) */
	CHECK_INT(web_post(w, ROLE_CHAIR, arena_fmt(w->arena, "%s/activate", at).p, "x=1").status, 303);
}

TEST(clause, c5_4_06_a_new_version_is_on_the_public_page_at_once_and_the_prospectus_is_looked_at)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		policy_in_force(&w, "Autumn-one", "We+look+after+each+other.");
		CHECK(sk_public(&w, "Version Autumn-one, approved 1 September 2026."));
		struct web_visit v = web_get(&w, NOBODY, "/our-policy");
		CHECK(web_says(&v, "We look after each other."));
		CHECK_INT(sk_tasks(&w, ROLE_HEAD, "Look at the prospectus and the website: policy Autumn-one is in force"), 1);
		policy_in_force(&w, "Autumn-two", "And+ask+Test+Teacher.");
		CHECK(sk_public(&w, "Version Autumn-two") && !sk_public(&w, "Autumn-one"));
		CHECK_INT(sk_tasks(&w, ROLE_HEAD, "prospectus"), 2);
		v = web_get(&w, NOBODY, "/our-policy");             /* it names somebody: its text waits, and the lead hears why */
		CHECK(v.status == 200 && !web_says(&v, "Test Teacher") && web_says(&v, "checking that it names nobody"));
		CHECK_INT(sk_tasks(&w, ROLE_DSL, "The policy names somebody"), 1);
	}
	clock_fake(0);
}

/* Refused when approval is asked for, and in the store whoever tries. */
static void refused(struct web_school *w, const char *text, const char *says)
{
	const char *at = sk_draft(w, "Games", text);
	struct web_visit v = sk_move(w, ROLE_OFFICE, at, "waiting");
	if (v.status == 303 || !web_says(&v, says))
		fprintf(stderr, "%s: %d\n%.*s\n", text, v.status, STRF(v.body));
	CHECK(v.status != 303 && web_says(&v, says) && web_says(&v, "line 2"));
	v = web_get(w, ROLE_OFFICE, arena_fmt(w->arena, "/website/preview/%s", strrchr(at, '/') + 1).p);
	CHECK(v.status == 200 && web_says(&v, "This must not go on the public page") && web_says(&v, says));
	int64_t id;
	CHECK_OK(str_i64(str_z(strrchr(at, '/') + 1), &id));
	CHECK(ck_has(ck_change(w, id, "published", NULL), "This must not go on the public website"));
	v = web_get(w, NOBODY, "/online-safety");
	CHECK(!web_says(&v, says));
}

TEST(clause, c7_6_05_a_text_that_names_somebody_is_refused_unless_a_leader_lists_it)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		refused(&w, "Ask+us.%0AAsk+Test+Teacher.", "Test Teacher");
		refused(&w, "Ask+us.%0AAsk+test.teacher%40home.example.", "test.teacher@home.example");
		refused(&w, "Ask+us.%0ARing+07700+900123.", "07700 900123");
		refused(&w, "Ask+us.%0ACome+to+12+Elm+Road.", "12 Elm Road");
		const char *at = sk_draft(&w, "Who+leads", "The+head+teacher+is+Test+Headteacher.");
		CHECK(sk_move(&w, ROLE_OFFICE, at, "waiting").status != 303);
		const char *form = "words=Test+Headteacher&law=The+school+information+regulations+ask+for+the+name+of+the+headteacher.";
		CHECK(web_post(&w, ROLE_OFFICE, "/registers/website-exception/new", form).status == 403);
		CHECK_INT(web_post(&w, ROLE_HEAD, "/registers/website-exception/new", form).status, 303);
		sk_publish(&w, at);
		CHECK(sk_public(&w, "The head teacher is Test Headteacher."));
		refused(&w, "Ask+us.%0AAsk+Test+Teacher.", "Test Teacher");
	}
	clock_fake(0);
}

TEST(clause, c7_6_06_the_contact_block_is_the_three_details_of_the_school_and_nothing_else)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, NOBODY, "/online-safety");
		const struct profile *p = &w.web->library->profile;
		static const char *const keys[] = { "school.address", "school.telephone", "school.email" };
		struct str block = jar_between(&v, "<address", "</address>");
		for (size_t i = 0; i < 3; i++)
			CHECK(profile_text(p, keys[i]).n && str_find(block, profile_text(p, keys[i])) >= 0);
		size_t links = 0, breaks = 0;
		for (size_t i = 0; i + 3 < block.n; i++) {
			links += str_starts(str_from(block, i), STR("<a "));
			breaks += str_starts(str_from(block, i), STR("<br"));
		}
		CHECK(links == 2 && breaks == 2);
		for (int r = 0; r < role_count(); r++) {
			struct person who;
			CHECK_OK(person_get(w.db, w.arena, w.school, w.person[r], &who));
			CHECK(str_find(v.body, who.name) < 0 && (!who.email.n || str_find(v.body, who.email) < 0));
		}
	}
	clock_fake(0);
}

TEST(clause, c7_6_08_the_public_page_has_contacts_ways_to_report_and_the_policy)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		sk_publish(&w, sk_draft(&w, "Games", "Play+together.%0A%0A-+Say+when+it+ends."));
		static const char *const words[] = { "safeguarding lead", "href=\"/report\"", "href=\"/complaints\"", "href=\"/our-policy\"", "class=\"gh-ceop\"", "0800 1111", "999",
			"Play together.", "Say when it ends.", "For: Parents and carers. Last checked on 20 November 2026.", "href=\"/links\"" };
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			CHECK(sk_public(&w, words[i]));
		struct web_visit v = web_get(&w, NOBODY, "/");
		CHECK(web_says(&v, "href=\"/online-safety\""));
	}
	clock_fake(0);
}

TEST(clause, c7_9_07_numbers_links_and_identities_of_conferences_are_refused)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		CHECK(ck_put(&w, NULL, "video-equipment", NULL, "name", "The hall", "place", "a cupboard with a lock", "networked", "yes", "number", "+441632960123", "identity", "larkmoor-hall", NULL));
		int64_t service = ck_service(&w, "Vidi", "videoconference", "vidi.test", "staff", "1 June 2027");
		CHECK(ck_put(&w, NULL, "video-session", NULL, "title", "A museum", "service", ck_id(&w, service), "starts", "2026-12-01T10:00:00Z", "partner", "educational", "link",
			"https://vidi.test/room/887766", "number", "887 766 554", NULL));
		refused(&w, "Join+us.%0AOn+01632+960123+or+%2B44+1632+960123.", "44 1632 960123");
		refused(&w, "Join+us.%0Alarkmoor-hall+is+open.", "larkmoor-hall");
		refused(&w, "Join+us.%0Ahttps%3A%2F%2Fvidi.test%2Froom%2F887766+at+nine.", "https://vidi.test/room/887766");
		refused(&w, "Join+us.%0AThe+meeting+is+887766554.", "887766554");
	}
	clock_fake(0);
}

TEST(clause, c8_3_09_active_channels_are_on_the_public_page_or_say_why_not)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t tool = ck_service(&w, "Chirpwall", "social", "chirpwall.test", "staff", "1 June 2027");
	const char *head = ck_id(&w, w.person[ROLE_HEAD]), *lead = ck_id(&w, w.person[ROLE_LEADERSHIP]);
	int64_t id = ck_put(&w, NULL, "official-channel", NULL, "name", "School news", "tool", ck_id(&w, tool), "aim", "News", "outcome", "Dates are known", "approver", head,
		"approved-on", "2026-11-02", "holder-1", head, "holder-2", lead, "email", "news@junior.example", "archive", "the folder", "dedicated", "yes", "protection", "comments off",
		"reviewed", "2026-11-02", NULL);
	CHECK(ck_has(ck_change(&w, id, "active", NULL), "the public page links to it"));
	CHECK(!sk_public(&w, "School news"));
	CHECK_STR(ck_change(&w, id, "active", "address", "https://chirpwall.test/junior", NULL), "");
	CHECK(sk_public(&w, "School news") && sk_public(&w, "href=\"https://chirpwall.test/junior\""));
	CHECK_STR(ck_change(&w, id, NULL, "not-linked", "For governors only, by invitation", NULL), "");
	CHECK(!sk_public(&w, "School news"));
	CHECK_STR(ck_change(&w, id, "closed", "not-linked", "", NULL), "");
	CHECK(!sk_public(&w, "School news"));
	clock_fake(0);
}
