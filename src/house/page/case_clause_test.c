/* Clauses of sections 7.10, 8.3 and 11.2 through the pages. */
#include "house/procedure/library.h"
#include "house/record/record.h"
#include "house/service/clausekit.h"
#include "house/task/task.h"

static int64_t newest(struct web_school *w)
{
	struct store st = ck_store(w);
	struct entry_may may = record_may(w->school, w->person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
	struct case_page page;
	int64_t best = 0;
	CHECK_OK(record_cases(&(struct desk){ &st, w->web->library }, w->arena, &may, &(struct case_query){ 0 }, &page));
	for (size_t i = 0; i < page.n; i++)
		best = page.lines[i].id > best ? page.lines[i].id : best;
	return best;
}

static struct web_visit step(struct web_school *w, int64_t id, const char *name, const char *form)
{
	clock_step(60000);
	return web_post(w, ROLE_DSL, arena_fmt(w->arena, "/case/%lld/step/%s", (long long)id, name).p, form);
}

static enum role platform_admin(void)
{
	enum role r = N_ROLES;
	CHECK_OK(role_read(STR("platform-admin"), &r));
	return r;
}

static int64_t platform_case(struct web_school *w)
{
	CHECK_INT(web_post(w, ROLE_TEACHER, "/report", "about=child&topic=platform&whom=Pip+Pebbleton&words=a+rude+comment").status, 303);
	int64_t id = newest(w);
	CHECK_INT(step(w, id, "safeguarding", "").status, 303);
	CHECK_INT(step(w, id, "item", "f-item=a+comment+under+the+otters%2C+Pip%2C+today").status, 303);
	CHECK_INT(step(w, id, "may-be-illegal", "answer=no").status, 303);
	return id;
}

static struct task *tasks_of(struct web_school *w, int64_t person, role_set roles, size_t *n)
{
	struct store st = ck_store(w);
	struct task_query q = { .which = TASK_OPEN, .person = person, .roles = roles, .kind = "case-change" };
	struct task *list;
	int64_t total;
	CHECK_OK(task_list(&st, w->arena, w->school, &q, &list, n, &total));
	return list;
}

TEST(clause, c7_10_10_not_removed_is_a_task_of_the_platforms_administrator)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		size_t n;
		ck_child(&w, "Pip Pebbleton");
		int64_t admin = web_person(&w, platform_admin(), "Mx Fable Switchboard"), id = platform_case(&w);
		(void)tasks_of(&w, admin, ROLE_BIT(platform_admin()), &n);
		CHECK_INT(n, 0);
		CHECK_INT(step(&w, id, "ask-user", "answer=not-removed&f-asked=10:00").status, 422);       /* what, and where? */
		CHECK_INT(step(&w, id, "ask-user", "answer=not-removed&f-asked=10:00&f-where=the+second+comment+under+Otters").status, 303);
		struct task *t = tasks_of(&w, admin, ROLE_BIT(platform_admin()), &n);
		CHECK_INT(n, 1);
		CHECK(str_find(t[0].title, STR("Remove material")) >= 0 && str_find(t[0].details, STR("second comment under Otters")) >= 0 && t[0].private);
		(void)tasks_of(&w, w.person[ROLE_TEACHER], ROLE_BIT(ROLE_TEACHER), &n);
		CHECK_INT(n, 0);
		struct web_visit v = web_get_as(&w, admin, arena_fmt(w.arena, "/tasks/%lld", (long long)t[0].id).p);
		CHECK(v.status == 200 && web_says(&v, "second comment under Otters") && !web_says(&v, "Pip"));
		CHECK_INT(web_get_as(&w, admin, arena_fmt(w.arena, "/case/%lld", (long long)id).p).status, 404);
		CHECK_INT(web_post_as(&w, admin, arena_fmt(w.arena, "/tasks/%lld/done", (long long)t[0].id).p, "outcome=taken+down+at+ten").status, 303);
		v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/case/%lld", (long long)id).p);
		CHECK(web_says(&v, "taken down at ten") && web_says(&v, "Mx Fable Switchboard"));
		CHECK_INT(step(&w, id, "administrator", "f-removed=10:00").status, 303);
	}
	clock_fake(0);
}

static int64_t on_the_platform(struct web_school *w, int64_t child)
{
	static const char *const rules[] = { "platform-conduct", "platform-copyright", "platform-upload" };
	for (size_t i = 0; i < ARRAY_N(rules); i++)
		CHECK(ck_consent(w, child, rules[i], "online"));
	return ck_put(w, NULL, "entitlement", "active", "person", ck_id(w, child), "kind", "platform", "audience", "learner", NULL);
}

static struct entry access_of(struct web_school *w, int64_t id)
{
	struct store st = ck_store(w);
	struct entry_may may = { .school = w->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry e;
	CHECK_OK(entry_get(&st, w->arena, &may, id, 0, &e));
	return e;
}

TEST(clause, c7_10_11_a_suspension_in_a_case_stands_on_the_list_of_access)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		size_t n;
		int64_t child = ck_child(&w, "Pip Pebbleton"), other = ck_child(&w, "Oriel Larkmoor"), access = on_the_platform(&w, child), theirs = on_the_platform(&w, other);
		int64_t admin = web_person(&w, platform_admin(), "Mx Fable Switchboard"), id = platform_case(&w);
		CHECK_INT(step(&w, id, "ask-user", "answer=removed&f-asked=10:00").status, 303);
		CHECK_INT(step(&w, id, "suspend", "answer=yes&f-why=again+and+again&f-since=10:00&f-account=pip.p").status, 303);
		CHECK_STR(access_of(&w, access).state, "suspended");
		struct entry e = access_of(&w, access);
		CHECK_STR(entry_value(&e, "suspended-on"), "2026-11-23");
		CHECK_STR(access_of(&w, theirs).state, "active");
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/registers/entitlement");
		CHECK(v.status == 200 && web_says(&v, "Suspended") && web_says(&v, "23 November 2026") && !web_says(&v, "again and again"));
		struct task *t = tasks_of(&w, admin, ROLE_BIT(platform_admin()), &n);
		CHECK(n == 1 && str_find(t[0].details, STR("pip.p")) >= 0);
		CHECK_INT(step(&w, id, "reinstate", "f-since=11:00").status, 422);                 /* nobody has talked with them */
		CHECK_STR(access_of(&w, access).state, "suspended");
		CHECK_INT(step(&w, id, "talk", "f-talked=10:00&f-agreed=kind+words").status, 303);
		CHECK_INT(step(&w, id, "reinstate", "f-since=10:00").status, 303);
		CHECK_STR(access_of(&w, access).state, "active");
	}
	clock_fake(0);
}

TEST(case_page, whoever_stops_access_chooses_whose_among_the_people_of_the_case)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t child = ck_child(&w, "Pip Pebbleton"), other = ck_child(&w, "Oriel Larkmoor"), stranger = ck_child(&w, "Wren Nobodyson");
		int64_t access = on_the_platform(&w, child), theirs = on_the_platform(&w, other), apart = on_the_platform(&w, stranger), id = platform_case(&w);
		const char *involve = arena_fmt(w.arena, "/case/%lld/involve", (long long)id).p;
		CHECK_INT(web_post(&w, ROLE_DSL, involve, "child=Oriel+Larkmoor&part=wrote+it").status, 303);
		CHECK_INT(step(&w, id, "ask-user", "answer=removed&f-asked=10:00").status, 303);
		struct web_visit v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/case/%lld/step/suspend", (long long)id).p);
		CHECK(web_says(&v, "Whose access?") && web_says(&v, "Pip Pebbleton") && web_says(&v, "Oriel Larkmoor") && !web_says(&v, "Wren Nobodyson"));
		v = step(&w, id, "suspend", "answer=yes&f-why=again&f-since=10:00&f-account=oriel.l");
		CHECK(v.status == 422 && web_says(&v, "Choose whose access this is"));
		CHECK_INT(step(&w, id, "suspend", arena_fmt(w.arena, "answer=yes&f-why=again&f-since=10:00&f-account=x&whom=%lld", (long long)stranger).p).status, 404);
		CHECK_STR(access_of(&w, theirs).state, "active");
		CHECK_INT(step(&w, id, "suspend", arena_fmt(w.arena, "answer=yes&f-why=again&f-since=10:00&f-account=oriel.l&whom=%lld", (long long)other).p).status, 303);
		CHECK_STR(access_of(&w, theirs).state, "suspended");
		CHECK_STR(access_of(&w, access).state, "active");
		CHECK_STR(access_of(&w, apart).state, "active");
		v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/case/%lld", (long long)id).p);
		CHECK(web_says(&v, "On the list of access, of Oriel Larkmoor: 1 marked as suspended"));
	}
	clock_fake(0);
}

TEST(clause, c8_3_14_a_post_of_a_learner_activity_shows_when_parents_were_told)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	struct str said;
	const char *tool = ck_id(&w, ck_service(&w, "Chirrup", "platform", "chirrup.example", "staff", "2027-11-01"));
	const char *channel = ck_id(&w, ck_put(&w, NULL, "official-channel", "wanted", "name", "Otters at school", "tool", tool, NULL));
	CHECK(!ck_put(&w, &said, "channel-post", NULL, "channel", channel, "on", "2026-11-20", "words", "Our pond day", "elsewhere", "newsletter 12",
	              "activity", "Pond dipping of year 4", NULL));
	CHECK(ck_has(said, "Parents were told of it on"));
	CHECK(ck_put(&w, NULL, "channel-post", NULL, "channel", channel, "on", "2026-11-20", "words", "Our pond day", "elsewhere", "newsletter 12",
	             "activity", "Pond dipping of year 4", "parents-told", "2026-11-02", NULL));
	struct web_visit v = web_get(&w, ROLE_HEAD, "/registers/channel-post");
	CHECK(v.status == 200 && web_says(&v, "Pond dipping of year 4") && web_says(&v, "2 November 2026"));
	CHECK(ck_put(&w, NULL, "channel-post", NULL, "channel", channel, "on", "2026-11-20", "words", "The roof is mended", "elsewhere", "newsletter 12", NULL));
	clock_fake(0);
}

TEST(clause, c11_2_11_the_form_says_what_nobody_may_ask_for_and_has_it_confirmed)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/report?about=child");
		CHECK(web_says(&v, "ask a child to send, share, save or copy it") && web_says(&v, "I confirm that nobody was asked"));
		v = web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=sexting&words=a+picture+goes+round");
		CHECK(v.status == 422 && web_says(&v, "Please confirm: has anybody been asked"));
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=sexting&asked=none&words=a+picture+goes+round").status, 422);
		CHECK_INT(newest(&w), 0);
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=sexting&asked=nobody&words=a+picture+goes+round").status, 303);
		v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/case/%lld", (long long)newest(&w)).p);
		CHECK(web_says(&v, "The reporter confirms: nobody was asked to send, share, save or copy it."));
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&words=mean+words").status, 303);
		CHECK_INT(web_post(&w, ROLE_LEARNER, "/report", "about=child&topic=sexting&words=a+picture").status, 303);      /* a child is asked nothing more */
	}
	clock_fake(0);
}

/* D10 of the field: what the pathway asks for in one place, and a number for governors that names nobody. */
TEST(case_page, the_way_into_channel_has_its_facts_a_sheet_an_outcome_and_a_count)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		for (int i = 0; i < 2; i++) {
			CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=radicalisation&words=he+repeats+what+a+man+online+says").status, 303);
			int64_t id = newest(&w);
			CHECK_INT(step(&w, id, "safeguarding", "").status, 303);
			CHECK_INT(step(&w, id, "who", "answer=child&f-signs=drawings+and+slogans").status, 303);
			CHECK_INT(step(&w, id, "prevent", "f-step=rang+the+team,+spoke+with+Ms+Fern").status, 303);
			CHECK_INT(step(&w, id, "channel", "answer=yes&f-reason=threshold&f-sent=10:00&f-reference=CH-77").status, 422);      /* who agreed? */
			CHECK_INT(step(&w, id, "channel", "answer=yes&f-reason=threshold&f-consent=yes&f-consent_facts=Mrs+Testerley,+by+the+lead,+today&f-sent=10:00&f-reference=CH-77").status, 303);
			const char *sheet = arena_fmt(w.arena, "/case/%lld/step/channel/sheet", (long long)id).p;
			struct web_visit v = web_get(&w, ROLE_DSL, sheet);
			CHECK(v.status == 200 && web_says(&v, "drawings and slogans") && web_says(&v, "Ms Fern") && web_says(&v, "Mrs Testerley, by the lead") && web_says(&v, "he repeats what a man"));
			CHECK(web_get(&w, ROLE_TEACHER, sheet).status != 200);
			v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/case/%lld", (long long)id).p);
			CHECK(web_says(&v, "who printed it"));
			CHECK_INT(step(&w, id, "channel-outcome", "answer=adopted&f-told=10:00&f-what=a+mentor").status, 303);
		}
		struct web_visit v = web_get(&w, ROLE_DSL, "/trends?csv=1");
		CHECK(web_says(&v, "\"Whom we turned to outside the school\",\"Exampleshire Prevent pathway, referral into Channel\",\"2\",\"0\""));
		v = web_get(&w, ROLE_CHAIR, "/governors/counts");
		CHECK_INT(v.status, 200);
		CHECK(web_says(&v, "Whom we turned to outside the school"));
		CHECK(!web_says(&v, "Mrs Testerley") && !web_says(&v, "drawings and slogans"));
	}
	clock_fake(0);
}

TEST(case_page, what_a_case_closed_for_everybody_is_shown_and_lifted_by_lead_or_head_alone)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=sexting&asked=nobody&words=a+picture+goes+round").status, 303);
		int64_t id = newest(&w);
		CHECK_INT(step(&w, id, "safeguarding", "").status, 303);
		CHECK_INT(step(&w, id, "network", "answer=yes").status, 303);
		CHECK_INT(step(&w, id, "block", "answer=web&f-place=a+folder+of+year+4&f-blocked=the+folder").status, 422);
		CHECK_INT(step(&w, id, "block", "answer=web&f-place=https%3A%2F%2Fpictures.example%2Froom%2F4&f-blocked=the+folder").status, 303);
		const char *page = arena_fmt(w.arena, "/case/%lld", (long long)id).p;
		struct web_visit v = web_get(&w, ROLE_DEPUTY, page);
		CHECK(web_says(&v, "Closed for everybody by this case") && web_says(&v, "pictures.example") && !web_says(&v, "Open it again") && !web_says(&v, "href=\"https://pictures"));
		v = web_get(&w, ROLE_DSL, page);
		ptrdiff_t at = str_find(v.body, STR("/block/"));
		CHECK(at > 0);
		const char *lift = arena_fmt(w.arena, "%s/block/%.*s/lift", page, (int)str_chr(str_from(v.body, (size_t)at + 7), '/'), v.body.p + at + 7).p;
		CHECK_INT(web_post(&w, ROLE_DEPUTY, lift, "lift_why=it+is+gone").status, 403);
		CHECK_INT(web_post(&w, ROLE_TEACHER, lift, "lift_why=it+is+gone").status, 404);
		CHECK_INT(web_post(&w, ROLE_DSL, lift, "lift_why=").status, 422);
		CHECK_INT(web_post(&w, ROLE_DSL, lift, "lift_why=the+police+have+it").status, 303);
		v = web_get(&w, ROLE_DSL, page);
		CHECK(!web_says(&v, "Closed for everybody by this case") && web_says(&v, "the police have it"));
	}
	clock_fake(0);
}
