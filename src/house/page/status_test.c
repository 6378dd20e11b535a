#include "base/clock.h"
#include "event/event.h"
#include "house/evidence/monitoring.h"
#include "house/keeper/house_texts.h"
#include "house/page/policy.h"
#include "house/record/record.h"
#include "house/store/activity.h"
#include "house/store/audit.h"
#include "house/web/web_test.h"

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

/* A row of the page: from its name to the end of its list item. */
static struct str row_of(const struct web_visit *v, const char *name)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str key = arena_fmt(&a, "<dt class=\"govuk-summary-list__key\">%s</dt>", name);
	ptrdiff_t i = str_find(v->body, key);
	CHECK(i >= 0);
	struct str rest = str_from(v->body, (size_t)i);
	ptrdiff_t end = str_find(rest, STR("</dd>"));
	return str_upto(rest, (size_t)end);
}

static bool row_says(const struct web_visit *v, const char *name, const char *what)
{
	return str_find(row_of(v, name), str_z(what)) >= 0;
}

static void vacate(struct web_school *w, enum role r)
{
	struct act act = { w->school, 0, "test" };
	CHECK_OK(role_end(w->db, &act, w->person[r], r, 0));
}

TEST(clause, c0_05_a_vacant_headteacher_is_red_on_the_readiness_page)
{
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, ROLE_DSL, "/status");
		CHECK(row_says(&v, "Headteacher", "govuk-tag--green"));
		vacate(&w, ROLE_HEAD);
		v = web_get(&w, ROLE_DSL, "/status");
		CHECK(row_says(&v, "Headteacher", "govuk-tag--red") && row_says(&v, "Headteacher", "Nobody holds the role of headteacher."));
	}
}

/* ---- monitoring ---- */

static const char recorded[] = "assessed=2026-09-01&assessed-by=The+data+protection+officer&retention=90"
	"&notice=The+school+sees+which+sites+are+opened.&notice-on=2026-09-02";

static bool named(struct web_school *w)
{
	struct store st = store_of(w);
	return monitoring_named(&st, w->school);
}

TEST(clause, c7_3_4_07_named_logging_waits_for_assessment_and_retention)
{
	clock_fake(1795435200LL * 1000);        /* 23 November 2026 */
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const partly[] = {
		"assessed=2026-09-01&assessed-by=&retention=90&notice=N&notice-on=2026-09-02",
		"assessed=&assessed-by=Someone&retention=90&notice=N&notice-on=2026-09-02",
		"assessed=2026-09-01&assessed-by=Someone&retention=&notice=N&notice-on=2026-09-02",
		"assessed=2026-09-01&assessed-by=Someone&retention=90&notice=&notice-on=2026-09-02",
		"assessed=2026-09-01&assessed-by=Someone&retention=90&notice=N&notice-on=",
	};
	CHECK_INT(web_post(&w, ROLE_HEAD, "/status/monitoring/switch", "on=yes").status, 422);
	for (size_t i = 0; i < ARRAY_N(partly); i++) {
		CHECK_INT(web_post(&w, ROLE_HEAD, "/status/monitoring", partly[i]).status, 303);
		CHECK_INT(web_post(&w, ROLE_HEAD, "/status/monitoring/switch", "on=yes").status, 422);
		CHECK(!named(&w));
	}
	CHECK_INT(web_post(&w, ROLE_HEAD, "/status/monitoring", recorded).status, 303);
	CHECK(!named(&w));                      /* on record, and not switched on */
	CHECK_INT(web_post(&w, ROLE_HEAD, "/status/monitoring/switch", "on=yes").status, 303);
	CHECK(named(&w));
	CHECK_INT(web_post(&w, ROLE_HEAD, "/status/monitoring", partly[2]).status, 303);
	CHECK(!named(&w));                      /* what is taken back ends it */
	clock_fake(0);
}

TEST(monitoring, only_leaders_record_and_switch)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const enum role others[] = { ROLE_TECHNICIAN, ROLE_DSL, ROLE_ADMIN, ROLE_GOVERNOR };
	for (size_t i = 0; i < ARRAY_N(others); i++) {
		CHECK_INT(web_get(&w, (int)others[i], "/status/monitoring").status, 200);
		CHECK_INT(web_post(&w, (int)others[i], "/status/monitoring", recorded).status, 403);
		CHECK_INT(web_post(&w, (int)others[i], "/status/monitoring/switch", "on=yes").status, 403);
	}
	CHECK_INT(web_post(&w, ROLE_LEADERSHIP, "/status/monitoring", recorded).status, 303);
}

TEST(monitoring, bad_days_and_numbers_are_refused)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const bad[] = { "assessed=soon&retention=90", "assessed=2126-01-01", "retention=0", "retention=-3", "retention=401",
		"retention=99999999999999999999", "notice-on=2126-01-01" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_INT(web_post(&w, ROLE_HEAD, "/status/monitoring", bad[i]).status, 422);
}

TEST(monitoring, the_policy_says_named_only_when_it_is_on)
{
	AUTO(buf_done) struct buf off = buf_init(4096), on = buf_init(4096);
	struct calendar cal = calendar_plain();
	house_texts(&off, &(struct house_texts){ .named = false, .school_name = STR("A\n[rule x]\nallow = y"), .portal_url = STR("https://p.test") });
	house_texts(&on, &(struct house_texts){ .named = true, .calendar = &cal });
	CHECK(str_find(buf_str(&off), STR("[text log]\nnamed = no\n")) >= 0);
	CHECK(str_find(buf_str(&off), STR("\n[rule")) < 0);
	CHECK(str_find(buf_str(&on), STR("[text log]\nnamed = yes\n")) >= 0);
	CHECK(str_find(buf_str(&on), STR("hours = between 8:30am and 4pm on school days\n")) >= 0);
	buf_done(&off);
	buf_done(&on);
}

/* ---- the filter that runs ---- */

static void loaded(struct web_school *w, int64_t generation)
{
	struct activity_cursor upto = { STR("gate/dns-1"), 0, 1, generation };
	struct activity_item it = { 1, generation, { .at_ms = clock_ms(), .school = w->school, .kind = EVENT_SNAPSHOT_LOADED, .count = (uint64_t)generation } };
	CHECK_OK(activity_ingest(w->activity, &upto, &it, 1, NULL));
}

static void published(struct web_school *w, int64_t generation, const char *digest)
{
	struct act act = { w->school, 0, digest };
	CHECK_OK(audit_add(w->db, &act, "policy.published", (struct audit_about){ "snapshot", generation }, NULL));
}

TEST(clause, c4_4_06_the_running_filter_reports_the_digest_that_was_published)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = store_of(&w);
	struct evidence_ask q = { .store = &st, .activity = w.activity, .library = w.web->library, .school = w.school, .now_utc = clock_utc() + 60 };
	struct running_policy r;
	published(&w, 7, "aa11");
	CHECK_OK(evidence_policy(&q, w.arena, &r));
	CHECK(!r.same && r.published == 7);
	loaded(&w, 7);
	CHECK_OK(evidence_policy(&q, w.arena, &r));
	CHECK(r.same);
	CHECK_STR(r.loaded_digest, "aa11");
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/status");
	CHECK(row_says(&v, "The filter&#39;s policy", "govuk-tag--green"));
	published(&w, 8, "bb22");
	CHECK_OK(evidence_policy(&q, w.arena, &r));
	CHECK(!r.same);
	v = web_get(&w, ROLE_TECHNICIAN, "/status");
	CHECK(row_says(&v, "The filter&#39;s policy", "govuk-tag--yellow"));
}

TEST(status, what_is_red_comes_first_with_the_way_to_mend_it)
{
	AUTO(web_school_done) struct web_school w = web_school();
	vacate(&w, ROLE_HEAD);
	struct web_visit v = web_get(&w, ROLE_DSL, "/status");
	ptrdiff_t red = str_find(v.body, STR("To mend now")), order = str_find(v.body, STR("In order")), head = str_find(v.body, row_of(&v, "Headteacher"));
	CHECK(red > 0 && order > red && head > red && head < order);
	CHECK(row_says(&v, "Headteacher", "href=\"/roles\""));
	CHECK(!row_says(&v, "Chair of governors", "href"));       /* filled: nothing to mend */
}

TEST(status, a_gate_that_went_quiet_is_not_green)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t now = clock_ms();
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/status");
	CHECK(row_says(&v, "The gate", "govuk-tag--red"));
	clock_fake(now - 3 * 86400000LL);
	loaded(&w, 7);
	clock_fake(0);
	v = web_get(&w, ROLE_TECHNICIAN, "/status");
	CHECK(row_says(&v, "The gate", "govuk-tag--yellow") && row_says(&v, "The gate", "gh-known--stale"));
	loaded(&w, 8);
	v = web_get(&w, ROLE_TECHNICIAN, "/status");
	CHECK(row_says(&v, "The gate", "govuk-tag--green"));
}

/* ---- governors ---- */

static void case_of(struct web_school *w, int64_t child, const char *topic, const char *words)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct store st = store_of(w);
	struct desk desk = { &st, w->web->library };
	struct act act = { w->school, w->person[ROLE_TEACHER], "test" };
	struct received got;
	struct report r = { .origin = ORIGIN_STAFF, .procedure = STR("concern"), .subject = child, .author = w->person[ROLE_TEACHER],
		.words = str_z(words), .topic_type = str_z(topic) };
	CHECK_OK(record_report(&desk, &act, &r, &d, &got));
}

static struct str main_of(const struct web_visit *v)
{
	ptrdiff_t from = str_find(v->body, STR("<main")), upto = str_find(v->body, STR("</main>"));
	CHECK(from > 0 && upto > from);
	return str_upto(str_from(v->body, (size_t)from), (size_t)(upto - from));
}

static void nobody_is_named(struct web_school *w, struct str text)
{
	struct person *p;
	size_t n;
	int64_t total;
	CHECK_OK(person_list(w->db, w->arena, w->school, &(struct person_query){ .with_left = true, .limit = 500 }, &p, &n, &total));
	CHECK((int64_t)n == total && n > 20);
	for (size_t i = 0; i < n; i++) {
		CHECK(str_find(text, p[i].name) < 0);
		CHECK(!p[i].username.n || str_find(text, p[i].username) < 0);
	}
}

static struct web_visit governors_of_seeded(struct web_school *w)
{
	static const char *const children[] = { "Tansy Testerley", "Barnaby Nettlewick", "Oriel Larkmoor", "Fern Quillfeather", "Rowan Pebblewhite", "Ivo Thistledown" };
	for (size_t i = 0; i < ARRAY_N(children); i++)
		case_of(w, web_person(w, ROLE_LEARNER, children[i]), i ? "cyberbullying" : "sexting",
		        arena_fmt(w->arena, "%s showed me something on the bus", children[i]).p);
	return web_get(w, ROLE_GOVERNOR, "/governors");
}

TEST(clause, c3_09_the_governors_report_has_practice_counts_and_outcomes_and_no_learner)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = governors_of_seeded(&w);
	CHECK_INT(v.status, 200);
	CHECK(row_says(&v, "Cases of the last year, and their outcome", "Being worked on: 6"));
	CHECK(row_says(&v, "Agreements", "have signed"));
	CHECK(row_says(&v, "What they were about", "Bullying online: 5"));
	nobody_is_named(&w, main_of(&v));
	CHECK(!web_says(&v, "on the bus"));
}

TEST(clause, c4_2_18_the_governors_summary_names_neither_learners_nor_staff_and_hides_small_counts)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = governors_of_seeded(&w);
	nobody_is_named(&w, main_of(&v));
	CHECK(row_says(&v, "What they were about", "A nude or nearly nude picture of a child (sexting): fewer than 5"));
	CHECK(row_says(&v, "Cases of the last year, and their outcome", "Closed with an outcome and a review: none"));
}

TEST(governors, every_line_says_how_it_is_known)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_CHAIR, "/governors");
	size_t rows = 0, known = 0;
	for (struct str rest = v.body; str_find(rest, STR("summary-list__key")) >= 0; rows++)
		rest = str_from(rest, (size_t)str_find(rest, STR("summary-list__key")) + 5);
	for (struct str rest = v.body; str_find(rest, STR("class=\"gh-known")) >= 0; known++)
		rest = str_from(rest, (size_t)str_find(rest, STR("class=\"gh-known")) + 5);
	CHECK(rows >= 12);
	CHECK_INT(rows, known);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/governors").status, 403);
	CHECK_INT(web_get(&w, ROLE_PARENT, "/governors").status, 403);
}

/* ---- who is named where ---- */

TEST(clause, c4_2_01_another_dsl_changes_every_page_and_public_pages_show_the_role_only)
{
	ON_EACH_PROFILE(w) {
		static const char *const inside[] = { "/home", "/policy", "/me/sessions" }, *const outside[] = { "/", "/advice", "/our-policy", "/report", "/links" };
		AUTO(diag_done) struct diag d = diag_init(10);
		struct act act = { w.school, 0, "test" };
		int64_t next = web_person(&w, ROLE_STAFF, "Mr Quillfeather");
		vacate(&w, ROLE_DSL);
		CHECK_OK(role_give(w.db, &act, next, ROLE_DSL, 0, 0, &d));
		for (size_t i = 0; i < ARRAY_N(inside); i++) {
			struct web_visit v = web_get(&w, ROLE_TEACHER, inside[i]);
			CHECK(web_says(&v, "Speak to Mr Quillfeather, the safeguarding lead."));
		}
		for (size_t i = 0; i < ARRAY_N(outside); i++) {
			struct web_visit v = web_get(&w, NOBODY, outside[i]);
			CHECK_INT(v.status, 200);
			CHECK(!web_says(&v, "Quillfeather") && !web_says(&v, "Test Designated"));
		}
		struct web_visit v = web_get(&w, NOBODY, "/");
		CHECK(web_says(&v, "safeguarding lead"));
	}
}

TEST(clause, c4_1_12_the_public_page_lists_advice_contacts_and_policy_without_sign_in)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const to[] = { "/advice", "/links", "/our-policy", "/report" };
	struct web_visit v = web_get(&w, NOBODY, "/");
	CHECK_INT(v.status, 200);
	for (size_t i = 0; i < ARRAY_N(to); i++) {
		CHECK(web_says(&v, arena_fmt(w.arena, "href=\"%s\"", to[i]).p));
		CHECK_INT(web_get(&w, NOBODY, to[i]).status, 200);
	}
	CHECK(web_says(&v, "class=\"gh-ceop\""));
}
