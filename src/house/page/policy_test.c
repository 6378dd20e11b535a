#include "base/clock.h"
#include "base/time.h"
#include "house/document/document.h"
#include "house/page/policy.h"
#include "house/web/web_test.h"

static const char whole[] = "title=Our+policy&label=%s&authors=The+lead%%0AFrom+a+county+template&months=12&text=All+of+it"
	"&adviser=Exampleshire+Advisers&adviser-on=June+2026&adviser-permission=May+be+quoted";

static const char *form(struct web_school *w, const char *label)
{
	return arena_fmt(w->arena, whole, label).p;
}

/* Where a new draft stands. */
static const char *draft(struct web_school *w, const char *label)
{
	struct web_visit v = web_post(w, ROLE_DSL, "/policy/versions/new", form(w, label));
	CHECK_INT(v.status, 303);
	const char *path = arena_z(w->arena, v.location);
	CHECK_INT(web_post(w, ROLE_TEACHER, arena_fmt(w->arena, "%s/comment", path).p, "said=Use+fewer+words.").status, 303);
	return path;
}

static const char *at(struct web_school *w, const char *path, const char *tail)
{
	return arena_fmt(w->arena, "%s/%s", path, tail).p;
}

static const char *digest(struct web_school *w, const char *path)
{
	struct web_visit v = web_get(w, ROLE_HEAD, path);
	ptrdiff_t i = str_find(v.body, STR("Digest of the text "));
	CHECK(i > 0);
	return arena_z(w->arena, str_upto(str_from(v.body, (size_t)i + 19), 64));
}

static struct web_visit sign(struct web_school *w, int role, const char *path, const char *as)
{
	return web_post(w, role, at(w, path, "sign"), arena_fmt(w->arena, "as=%s&digest=%s", as, digest(w, path)).p);
}

static void assess(struct web_school *w, const char *path) { CHECK_INT(sign(w, ROLE_HEAD, path, "impact").status, 303); }

static struct web_visit approve(struct web_school *w, const char *path, const char *fields)
{
	return web_post(w, ROLE_CHAIR, at(w, path, "approve"), fields);
}

static const char approved[] = "approved=September+2026&body=Governing+body&minute=12";

/* A library of another profile, or with one parameter changed. */
static struct library *other(struct web_school *w, const char *profile, const char *key, const char *value)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct library *l = arena_new(w->arena, struct library);
	*l = *w->web->library;
	CHECK_OK(profile_load(w->arena, test_source("data/parameters.conf"), arena_fmt(w->arena, "%s/profiles/%s.conf", test_source("data"), profile).p, &d, &l->profile));
	for (size_t i = 0; key && i < l->profile.n; i++)
		if (str_is(l->profile.params[i].key, key)) {
			l->profile.params[i].values = arena_new(w->arena, struct str);
			l->profile.params[i].values[0] = str_z(value);
			l->profile.params[i].n_values = 1;
		}
	return l;
}

TEST(clause, c0_01_either_profile_shows_its_title_and_owner)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const struct { const char *profile, *title, *name; } v[] = {
		{ "junior", "Online safety policy", "Junior school" }, { "primary", "Online safety and acceptable use policy", "Primary school" } };
	for (size_t i = 0; i < ARRAY_N(v); i++) {
		w.web->library = other(&w, v[i].profile, NULL, NULL);
		w.web->school_name = i ? "Nettlebed Test School" : "Testerley Juniors";
		struct web_visit p = web_get(&w, ROLE_GOVERNOR, "/policy");
		CHECK(web_says(&p, arena_fmt(w.arena, "<h1 class=\"govuk-heading-l\">%s</h1>", v[i].title).p));
		CHECK(web_says(&p, w.web->school_name) && web_says(&p, v[i].name));
	}
}

TEST(clause, c0_02_a_version_without_an_author_is_refused_and_the_field_named)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post(&w, ROLE_DSL, "/policy/versions/new", "title=T&label=Otter+edition&authors=&months=12&text=x");
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "Authors: say who wrote this version"));
	CHECK(web_says(&v, "href=\"#authors\""));
	v = web_get(&w, ROLE_DSL, "/policy/versions");
	CHECK(!web_says(&v, "Otter edition"));
	web_get(&w, ROLE_DSL, draft(&w, "2026"));
}

TEST(clause, c0_03_a_version_without_an_approval_date_cannot_be_put_in_force)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *p = draft(&w, "2026");
	assess(&w, p);
	struct web_visit v = web_post(&w, ROLE_CHAIR, at(&w, p, "activate"), "x=1");
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "no approval date"));
	CHECK_INT(approve(&w, p, "approved=&body=Governing+body&minute=12").status, 422);
	CHECK_INT(approve(&w, p, approved).status, 303);
	CHECK_INT(web_post(&w, ROLE_CHAIR, at(&w, p, "activate"), "x=1").status, 303);
	v = web_get(&w, ROLE_TEACHER, "/policy");
	CHECK(web_says(&v, "September 2026, Governing body, minute 12"));
}

TEST(clause, c0_10_where_minutes_are_named_approval_without_one_is_refused)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *p = draft(&w, "2026");
	assess(&w, p);
	struct web_visit v = approve(&w, p, "approved=2026-09&body=Governing+body&minute=");
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "number of the minute"));
	w.web->library = other(&w, "junior", NULL, NULL);
	CHECK_INT(approve(&w, p, "approved=2026-09&body=Governing+body&minute=").status, 303);
}

TEST(clause, c0_11_unsigned_until_a_governor_signs_this_very_text)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *p = draft(&w, "2026");
	struct web_visit v = web_get(&w, ROLE_DSL, p);
	CHECK(web_says(&v, "Unsigned"));
	CHECK_INT(sign(&w, ROLE_HEAD, p, "governor").status, 403);       /* not a governor */
	CHECK_INT(web_post(&w, ROLE_DSL, at(&w, p, "sign"), "as=governor").status, 403);
	const char *read = digest(&w, p);
	v = web_post(&w, ROLE_GOVERNOR, at(&w, p, "sign"), "as=governor&digest=00");
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_DSL, p);
	CHECK(!web_says(&v, "Test Governor, "));          /* another text than the one that stands there */
	CHECK_INT(web_post(&w, ROLE_GOVERNOR, at(&w, p, "sign"), arena_fmt(w.arena, "as=governor&digest=%s", read).p).status, 303);
	v = web_get(&w, ROLE_DSL, p);
	CHECK(web_says(&v, "Test Governor, "));
	CHECK_INT(web_post(&w, ROLE_DSL, at(&w, p, "edit"), arena_fmt(w.arena, "%s&seen=2", form(&w, "2026b")).p).status, 303);
	v = web_get(&w, ROLE_DSL, p);
	CHECK(!web_says(&v, "Test Governor, "));
}

TEST(clause, c0_12_editing_clears_the_signatures_and_asks_the_headteacher_again)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *p = draft(&w, "2026");
	CHECK_INT(sign(&w, ROLE_HEAD, p, "head").status, 303);
	struct web_visit v = web_get(&w, ROLE_HEAD, p);
	CHECK(web_says(&v, "Test Headteacher, ") && !web_says(&v, "Sign as headteacher"));
	CHECK_INT(web_post(&w, ROLE_DSL, at(&w, p, "edit"), arena_fmt(w.arena, "%s+more&seen=2", form(&w, "2026")).p).status, 303);
	v = web_get(&w, ROLE_HEAD, p);
	CHECK(web_says(&v, "Sign as headteacher") && web_says(&v, "The text has changed since it was signed"));
	CHECK(!web_says(&v, "Test Headteacher, "));
}

TEST(clause, c0_13_approval_waits_for_the_impact_assessment_where_the_profile_says_so)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *p = draft(&w, "2026");
	struct web_visit v = approve(&w, p, approved);
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "equality impact assessment"));
	CHECK_INT(sign(&w, ROLE_CHAIR, p, "impact").status, 403);
	assess(&w, p);
	CHECK_INT(approve(&w, p, approved).status, 303);
	p = draft(&w, "2027");
	w.web->library = other(&w, "junior", NULL, NULL);
	CHECK_INT(approve(&w, p, approved).status, 303);
}

TEST(clause, c0_14_the_policy_carries_the_templates_credit_and_two_addresses)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const paths[] = { "/policy", "/our-policy" };
	for (size_t i = 0; i < ARRAY_N(paths); i++) {
		struct web_visit v = web_get(&w, ROLE_TEACHER, paths[i]);
		CHECK(web_says(&v, "Made from a model policy of the Exampleshire Schools Partnership"));
		CHECK(web_says(&v, "href=\"https://model.exampleshire.example/online-safety-policy\""));
		CHECK(web_says(&v, "href=\"https://model.exampleshire.example/acceptable-use\""));
	}
}

TEST(clause, c1_03_another_template_parameter_shows_another_credit)
{
	AUTO(web_school_done) struct web_school w = web_school();
	w.web->library = other(&w, "primary", "policy.template_credit", "Made from the template of the Quillfeather Trust.");
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/policy");
	CHECK(web_says(&v, "Quillfeather Trust") && !web_says(&v, "Exampleshire Schools Partnership"));
	w.web->library = other(&w, "junior", NULL, NULL);
	v = web_get(&w, ROLE_TEACHER, "/policy");
	CHECK(!web_says(&v, "Made from"));
}

TEST(clause, c0_15_two_versions_cannot_share_a_label)
{
	AUTO(web_school_done) struct web_school w = web_school();
	draft(&w, "Autumn+2026");
	struct web_visit v = web_post(&w, ROLE_DSL, "/policy/versions/new", form(&w, "autumn+2026"));
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "Another version has this name already"));
	const char *p = draft(&w, "Spring+2027");
	v = web_post(&w, ROLE_DSL, at(&w, p, "edit"), arena_fmt(w.arena, "%s&seen=1", form(&w, "Autumn+2026")).p);
	CHECK_INT(v.status, 422);
}

TEST(clause, c1_02_a_version_shows_its_adviser_the_date_and_the_permission)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_STAFF, draft(&w, "2026"));
	CHECK(web_says(&v, "Exampleshire Advisers") && web_says(&v, "June 2026") && web_says(&v, "May be quoted"));
}

TEST(clause, c3_01_a_review_interval_above_twelve_months_is_refused)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const bad[] = { "13", "0", "-1", "twelve", "", "99999999999999999999" };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct web_visit v = web_post(&w, ROLE_DSL, "/policy/versions/new", arena_fmt(w.arena, "title=T&label=L&authors=A&months=%s&text=x", bad[i]).p);
		CHECK_INT(v.status, 422);
		CHECK(web_says(&v, "at least every 12 months"));
	}
}

TEST(clause, c0_04_past_the_review_date_the_policy_is_overdue_and_names_its_owner)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *p = draft(&w, "2026");
	assess(&w, p);
	CHECK_INT(approve(&w, p, arena_fmt(w.arena, "approved=%.*s&body=B&minute=1", STRF(time_iso_date(w.arena, clock_utc()))).p).status, 303);
	CHECK_INT(web_post(&w, ROLE_CHAIR, at(&w, p, "activate"), "x=1").status, 303);
	static const char overdue[] = "The review of the policy is overdue. It is looked after by Test Designated safeguarding lead.";
	struct web_visit v = web_get(&w, ROLE_HEAD, "/policy");
	CHECK(!web_says(&v, overdue));
	struct document d;
	struct store st = { w.db, w.web->keys, w.web->registers };
	CHECK_OK(document_active(&st, w.arena, w.school, &d));
	CHECK(!d.overdue && d.review_utc > clock_utc() + 360 * 86400);
	clock_fake((d.review_utc + 60) * 1000);
	CHECK_OK(document_active(&st, w.arena, w.school, &d));
	CHECK(d.overdue);
	int64_t head = web_person(&w, ROLE_HEAD, "Mr Quillfeather");     /* a session that began after the clock moved */
	v = web_get_as(&w, head, "/policy");
	clock_fake(0);
	CHECK(web_says(&v, overdue));
}

TEST(document, days_and_months_are_read)
{
	int64_t day, month;
	CHECK_OK(document_day(STR("2026-09-01"), &day));
	static const char *const v[] = { "2026-09", "09/2026", "September 2026", " Sep 2026 " };
	for (size_t i = 0; i < ARRAY_N(v); i++) {
		CHECK_OK(document_day(str_z(v[i]), &month));
		CHECK_INT(month, day);
	}
	static const char *const bad[] = { "", "soon", "2026", "13/2026", "2026-13", "September" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(document_day(str_z(bad[i]), &month) != OK);
}

TEST(document, a_version_in_force_is_not_edited_and_the_next_retires_it)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *p = draft(&w, "2026"), *q = draft(&w, "2027");
	const char *both[] = { p, q };
	for (size_t i = 0; i < 2; i++) {
		assess(&w, both[i]);
		CHECK_INT(approve(&w, both[i], approved).status, 303);
		CHECK_INT(web_post(&w, ROLE_CHAIR, at(&w, both[i], "activate"), "x=1").status, 303);
	}
	CHECK(web_post(&w, ROLE_DSL, at(&w, q, "edit"), arena_fmt(w.arena, "%s&seen=5", form(&w, "x")).p).status >= 400);
	CHECK(approve(&w, p, approved).status >= 400);
	struct web_visit v = web_get(&w, ROLE_DSL, "/policy/versions");
	CHECK(web_says(&v, "2027</a> (active)") && web_says(&v, "2026</a> (retired)"));
}

TEST(policy_page, evidence_is_for_those_who_answer_for_it)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_GOVERNOR, "/policy?feature=web-filter");
	CHECK(web_says(&v, "No filter policy has been published."));
	v = web_get(&w, ROLE_PARENT, "/policy?feature=web-filter");
	CHECK_INT(v.status, 200);
	CHECK(!web_says(&v, "No filter policy has been published."));
	CHECK_INT(web_get(&w, NOBODY, "/policy").status, 303);
}

TEST(policy_page, an_empty_school_shows_no_green_where_nothing_was_done)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const features[] = { "aup-signing", "policy-document", "contact-directory", "concern-record", "filter-change-log",
		"activity-log", "web-filter", "data-protection", "class-session" };
	for (size_t i = 0; i < ARRAY_N(features); i++) {
		struct web_visit v = web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "/policy?state=green&feature=%s", features[i]).p);
		CHECK(web_says(&v, "No duty matches."));
	}
}

TEST(policy_page, finds_pages_and_gives_a_spreadsheet)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_DSL, "/policy?q=0-15");
	CHECK(web_says(&v, "/policy/clause/0-15") && !web_says(&v, "/policy/clause/0-01\""));
	v = web_get(&w, ROLE_DSL, "/policy?page=2");
	CHECK(web_says(&v, "41 to 80 of "));
	v = web_get(&w, ROLE_DSL, "/policy?csv=1");
	CHECK(str_starts(v.type, STR("text/csv")) && web_says(&v, "\"0-01\""));
	v = web_get(&w, ROLE_DSL, "/policy/clause/0-01");
	CHECK_INT(v.status, 200);
	CHECK_INT(web_get(&w, ROLE_DSL, "/policy/clause/99-99").status, 404);
	CHECK_INT(web_get(&w, ROLE_DSL, "/policy?page=99&state=%27%22%3Cscript%3E&feature=zz").status, 200);
}

TEST(clauses, each_profile_has_its_own)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const struct clauses *c = &w.web->library->clauses;
	size_t junior = 0, primary = 0;
	for (size_t i = 0; i < c->n; i++) {
		junior += clause_holds(&c->v[i], STR("junior"));
		primary += clause_holds(&c->v[i], STR("primary"));
	}
	CHECK_INT(c->n, 618);
	CHECK_INT(junior, 569);
	CHECK_INT(primary, 580);
}
