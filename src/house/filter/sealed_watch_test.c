/* The proof that the protected lists are applied: what the pages say of it, gaps with their dates, whom they are told, and how they end. */
#include "house/filter/sealed_watch.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/filter/matrix_task.h"
#include "house/task/task.h"
#include "house/web/web_test.h"
#include "io/settings.h"
#include "policy/compile/policy_world.h"

enum { HOUR_MS = 3600 * 1000, ROW_MAX = 2000 };

struct bed { struct web_school *w; struct world world; struct settings s; struct store st; struct act act; };

/* Before the school is made: nobody has a role before then. */
static void noon(void) { clock_fake(WORLD_NOON * 1000); }

/* A school whose policy is in use since noon, with both lists, inspected or not. */
static void bed_open(struct bed *b, struct web_school *w, const char *conf)
{
	*b = (struct bed){ .w = w, .st = { w->db, w->web->keys, w->web->registers }, .act = { w->school, 0, "test" } };
	world_init(&b->world, conf);
	b->s = (struct settings){ .prefix = b->world.dir };
	w->web->settings = &b->s;
}

static void bed_close(struct bed *b)
{
	b->w->web->settings = NULL;
	world_done(&b->world);
	noon();
}

static void kept(struct bed *b, enum sealed_whom whom, size_t refused, size_t open)
{
	struct sealed_sum sum = { 4, refused, open, open ? STR("http://test.example/: let through\n") : STR_NONE };
	CHECK_OK(sealed_keep(&b->st, &b->act, whom, &sum, clock_utc()));
}

static struct sealed_facts facts(struct bed *b)
{
	struct sealed_facts f = sealed_facts_of(b->world.p);
	CHECK_OK(sealed_evidence(&b->st, b->w->arena, b->w->school, &f));
	return f;
}

static void look(struct bed *b)
{
	struct sealed_facts f = facts(b);
	CHECK_OK(sealed_look(&b->st, &b->act, &f, clock_utc()));
}

/* The row of a summary list, from its name to its end. */
static bool row_says(const struct web_visit *v, const char *name, const char *what)
{
	AUTO(arena_done) struct arena a = arena_init();
	ptrdiff_t at = str_find(v->body, arena_fmt(&a, ">%s</dt>", name));
	CHECK(at >= 0);
	struct str row = str_from(v->body, (size_t)at);
	return str_find(str_upto(row, (size_t)str_find(row, STR("</dd>"))), str_z(what)) >= 0;
}

static size_t open_tasks(struct bed *b, enum role r, const char *kind)
{
	struct task *v;
	size_t n;
	int64_t total;
	CHECK_OK(task_list(&b->st, b->w->arena, b->w->school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(r), .person = b->w->person[r], .kind = kind }, &v, &n, &total));
	return n;
}

static size_t gaps(struct bed *b, struct sealed_gap **v)
{
	size_t n;
	CHECK_OK(sealed_gaps(&b->st, b->w->arena, b->w->school, 0, v, &n));
	return n;
}

static const char INSPECTED[] = "[group ks2]\ninspect = yes\n";

TEST(sealed_watch, a_fresh_feed_todays_refusal_and_inspection_are_green_for_those_who_answer_and_for_governors)
{
	noon();
	ON_EACH_PROFILE(w) {
		struct bed b;
		bed_open(&b, &w, INSPECTED);
		struct web_visit v = web_get(&w, ROLE_DSL, "/status");
		CHECK(row_says(&v, "Protected lists", "govuk-tag--yellow") && row_says(&v, "Protected lists", "not been refused today yet") && row_says(&v, "Protected lists", "/status/sealed"));
		kept(&b, ASKED_OWN, 4, 0);
		v = web_get(&w, ROLE_DSL, "/status");
		CHECK(row_says(&v, "Protected lists", "govuk-tag--green") && row_says(&v, "Protected lists", "within the last hour, are applied"));
		v = web_get(&w, ROLE_GOVERNOR, "/governors");
		CHECK(row_says(&v, "Protected lists", "their test names were refused") && row_says(&v, "Times in the last year when the protected lists were not shown to be applied", "None is known."));
		v = web_get(&w, ROLE_GOVERNOR, "/status/sealed");
		CHECK(v.status == 200 && web_says(&v, "Applied") && web_says(&v, "Fresh") && web_says(&v, "0 hours old") && web_says(&v, "the filter itself") && !web_says(&v, "Ask now"));
		v = web_get(&w, ROLE_TECHNICIAN, "/status/sealed");
		CHECK(v.status == 200 && web_says(&v, "Ask now") && !web_says(&v, "sealed.listed.test"));
		CHECK_INT(web_get(&w, ROLE_TEACHER, "/status/sealed").status, 403);
		CHECK_INT(web_post(&w, ROLE_GOVERNOR, "/status/sealed", "").status, 403);
		bed_close(&b);
	}
}

TEST(sealed_watch, without_inspection_it_is_not_green)
{
	noon();
	AUTO(web_school_done) struct web_school w = web_school();
	struct bed b;
	bed_open(&b, &w, "");
	kept(&b, ASKED_OWN, 4, 0);
	struct web_visit v = web_get(&w, ROLE_DSL, "/status");
	CHECK(row_says(&v, "Protected lists", "govuk-tag--yellow") && row_says(&v, "Protected lists", "without inspection"));
	bed_close(&b);
}

TEST(sealed_watch, a_feed_older_than_a_day_is_red_and_the_gap_is_told_with_its_dates_until_it_ends)
{
	noon();
	ON_EACH_PROFILE(w) {
		struct bed b;
		struct sealed_gap *v_gap;
		bed_open(&b, &w, INSPECTED);
		kept(&b, ASKED_OWN, 4, 0);
		look(&b);
		CHECK_INT(gaps(&b, &v_gap), 0);
		clock_step(30 * (int64_t)HOUR_MS);
		kept(&b, ASKED_OWN, 4, 0);
		look(&b);
		look(&b);                              /* each hour: still one gap, one task */
		CHECK_INT(gaps(&b, &v_gap), 1);
		CHECK(v_gap[0].cause == SEALED_STALE && v_gap[0].begin_utc == WORLD_NOON + 86400 && !v_gap[0].end_utc);
		CHECK(open_tasks(&b, ROLE_TECHNICIAN, "sealed-gap") == 1 && open_tasks(&b, ROLE_DSL, "sealed-gap") == 1);
		struct web_visit v = web_get(&w, ROLE_DSL, "/status");
		CHECK(row_says(&v, "Protected lists", "govuk-tag--red") && row_says(&v, "Protected lists", "feed has stopped"));
		v = web_get(&w, ROLE_TECHNICIAN, "/status/sealed");
		CHECK(web_says(&v, "Too old") && web_says(&v, "Goes on"));
		v = web_get(&w, ROLE_GOVERNOR, "/governors");
		struct str begin = time_words(w.arena, WORLD_NOON + 86400);
		CHECK(row_says(&v, "Times in the last year when the protected lists were not shown to be applied", arena_fmt(w.arena, "Since %.*s, and not ended", STRF(begin)).p));
		struct sealed_facts f = facts(&b);
		f.feed_utc = clock_utc() - 600;        /* the feed is read again */
		CHECK_OK(sealed_look(&b.st, &b.act, &f, clock_utc()));
		CHECK_INT(gaps(&b, &v_gap), 1);
		CHECK_INT(v_gap[0].end_utc, clock_utc() - 600);
		CHECK(!open_tasks(&b, ROLE_TECHNICIAN, "sealed-gap") && !open_tasks(&b, ROLE_DSL, "sealed-gap"));
		v = web_get(&w, ROLE_GOVERNOR, "/governors");
		struct str end = time_words(w.arena, clock_utc() - 600);
		CHECK(row_says(&v, "Times in the last year when the protected lists were not shown to be applied", arena_fmt(w.arena, "From %.*s to %.*s", STRF(begin), STRF(end)).p));
		CHECK(web_says(&v, "The feed was read again."));
		bed_close(&b);
	}
}

TEST(sealed_watch, a_suppliers_filter_that_lets_through_is_told_once_and_mends_itself)
{
	noon();
	ON_EACH_PROFILE(w) {
		struct bed b;
		struct sealed_gap *v_gap;
		bed_open(&b, &w, INSPECTED);
		kept(&b, ASKED_OWN, 4, 0);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/upstream-test/new", "address=http%3A%2F%2Fblocked.supplier.example%2F&list=both&sign=Blocked+by+the+supplier").status, 303);
		look(&b);
		CHECK_INT(gaps(&b, &v_gap), 0);
		kept(&b, ASKED_UPSTREAM, 4, 0);
		look(&b);
		CHECK_INT(gaps(&b, &v_gap), 0);
		clock_step(HOUR_MS);
		kept(&b, ASKED_UPSTREAM, 3, 1);
		look(&b);
		int64_t began = clock_utc();
		clock_step(HOUR_MS);
		kept(&b, ASKED_UPSTREAM, 3, 1);
		look(&b);
		CHECK_INT(gaps(&b, &v_gap), 1);
		CHECK(v_gap[0].cause == SEALED_UPSTREAM && v_gap[0].begin_utc == began);
		CHECK(open_tasks(&b, ROLE_TECHNICIAN, "sealed-gap") == 1 && open_tasks(&b, ROLE_DSL, "sealed-gap") == 1);
		struct web_visit v = web_get(&w, ROLE_DSL, "/status");
		CHECK(row_says(&v, "Protected lists", "govuk-tag--red") && row_says(&v, "Protected lists", "Speak to them now"));
		web_fresh(&w);                         /* sessions end when nobody does anything */
		v = web_get(&w, ROLE_TECHNICIAN, "/status/sealed");
		CHECK(web_says(&v, "test.example/: let through") && web_says(&v, "3 of 4 refused"));
		clock_step(HOUR_MS);
		kept(&b, ASKED_UPSTREAM, 4, 0);
		look(&b);
		CHECK(gaps(&b, &v_gap) == 1 && v_gap[0].end_utc == clock_utc() && str_find(v_gap[0].ended, STR("refused its test names again")) >= 0);
		CHECK(!open_tasks(&b, ROLE_TECHNICIAN, "sealed-gap") && !open_tasks(&b, ROLE_DSL, "sealed-gap"));
		web_fresh(&w);
		v = web_get(&w, ROLE_DSL, "/status");
		CHECK(row_says(&v, "Protected lists", "govuk-tag--green") && row_says(&v, "Supplier&#39;s filter in front", "govuk-tag--green"));
		clock_step(1000);
		kept(&b, ASKED_UPSTREAM, 2, 2);          /* again: another gap, another task */
		look(&b);
		CHECK(gaps(&b, &v_gap) == 2 && open_tasks(&b, ROLE_TECHNICIAN, "sealed-gap") == 1);
		bed_close(&b);
	}
}

TEST(sealed_watch, what_was_asked_is_kept_a_day_each_with_its_history)
{
	noon();
	AUTO(web_school_done) struct web_school w = web_school();
	struct bed b;
	struct sealed_day *v;
	struct entry *past;
	size_t n, n_past;
	bed_open(&b, &w, INSPECTED);
	kept(&b, ASKED_OWN, 4, 0);
	struct sealed_facts f = facts(&b);
	CHECK(f.own.held_utc == clock_utc() && !sealed_own_due(&f, clock_utc()) && sealed_own_due(&f, clock_utc() + 86400));
	clock_step(HOUR_MS);
	kept(&b, ASKED_OWN, 2, 0);                   /* no answer for two */
	clock_step(HOUR_MS);
	kept(&b, ASKED_OWN, 2, 1);
	f = facts(&b);
	CHECK(f.own.open_utc == clock_utc() && f.own.held_utc == clock_utc() - 2 * 3600 && sealed_own_due(&f, clock_utc()));
	clock_step(24 * (int64_t)HOUR_MS);
	kept(&b, ASKED_OWN, 0, 0);                   /* another day begins with what was known */
	f = facts(&b);
	CHECK_INT(f.own.open_utc, clock_utc() - 86400);
	CHECK_OK(sealed_days(&b.st, w.arena, w.school, 10, &v, &n));
	CHECK(n == 2 && str_is(v[0].state, "silent") && str_is(v[1].state, "open"));
	struct entry_may may = { .school = w.school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	CHECK_OK(entry_history(&b.st, w.arena, &may, v[1].id, &past, &n_past));
	CHECK(n_past == 3 && str_is(past[0].state, "held") && str_is(past[1].state, "silent"));
	CHECK_OK(sealed_keep(&b.st, &b.act, ASKED_OWN, &(struct sealed_sum){ 0 }, clock_utc()));
	CHECK_OK(sealed_days(&b.st, w.arena, w.school, 10, &v, &n));
	CHECK_INT(n, 2);
	bed_close(&b);
}

/* ---- places of the matrix that grew old ---- */

static void places(struct bed *b, size_t want)
{
	struct matrix m;
	size_t stale;
	CHECK_OK(matrix_read(&b->st, b->w->arena, b->w->school, b->world.p, clock_utc(), CELL_STALE_DAYS, &m));
	CHECK_OK(matrix_task(&b->st, &b->act, &m, clock_utc(), &stale));
	CHECK_INT(stale, want);
}

static void tried(struct bed *b, const char *network)
{
	struct cell_result r = { .network = str_z(network), .group = STR("ks2"), .device = STR("filter"), .passed = true, .asked = 3, .refused = 3, .how = STR("by itself"), .says = STR("") };
	CHECK_OK(cell_put(&b->st, &b->act, &r, clock_utc(), NULL));
}

TEST(matrix_task, places_that_grew_old_are_one_task_that_closes_itself)
{
	noon();
	AUTO(web_school_done) struct web_school w = web_school();
	struct bed b;
	bed_open(&b, &w, "[range one]\nprefix = 10.2.0.0/16\ngroup = ks2\n[range two]\nprefix = 10.3.0.0/16\ngroup = ks2\n");
	tried(&b, "10.2.0.0/16");
	clock_step(60000);
	tried(&b, "10.3.0.0/16");
	places(&b, 0);
	CHECK(!open_tasks(&b, ROLE_TECHNICIAN, "filter-stale"));
	clock_step((CELL_OWN_DAYS + 1) * 24 * (int64_t)HOUR_MS);
	places(&b, 2);
	places(&b, 2);
	CHECK_INT(open_tasks(&b, ROLE_TECHNICIAN, "filter-stale"), 1);
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/tasks");
	CHECK(web_says(&v, "The filter was not tried everywhere in its time"));
	tried(&b, "10.2.0.0/16");
	places(&b, 1);
	CHECK_INT(open_tasks(&b, ROLE_TECHNICIAN, "filter-stale"), 1);
	tried(&b, "10.3.0.0/16");
	places(&b, 0);
	CHECK(!open_tasks(&b, ROLE_TECHNICIAN, "filter-stale"));
	clock_step((CELL_OWN_DAYS + 1) * 24 * (int64_t)HOUR_MS);
	places(&b, 2);                               /* another time: another task */
	CHECK_INT(open_tasks(&b, ROLE_TECHNICIAN, "filter-stale"), 1);
	bed_close(&b);
}
