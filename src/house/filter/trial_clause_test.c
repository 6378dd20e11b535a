/* The filter tries itself: what a run keeps, and what makes it fail.  The gate itself is asked in test/e2e. */
#include "base/clock.h"
#include "base/time.h"
#include "event/event.h"
#include "house/evidence/monitoring.h"
#include "house/filter/cell.h"
#include "house/filter/trial.h"
#include "house/filter/trial_ask.h"
#include "house/filter/trial_web.h"
#include "house/keeper/keeper.h"
#include "house/record/record.h"
#include "house/service/gatekit.h"
#include "house/task/task.h"
#include "house/web/web_test.h"
#include "wire/dns_msg.h"

/* A gate that does as it is told. */
struct fake {
	struct web_school *w;
	struct keeper k;
	struct gatekit *g;
	struct policy *p;
	struct trial t;
	const char *opens, *silent;    /* names of categories */
	enum trial_way only;           /* where `opens_there` lets everything through */
	bool opens_there;
	const char *net_opens;         /* a category that is open from the networks */
	unsigned net_asked;            /* how many questions came as from a network */
	unsigned tried;
	bool logs, alerts;
	int64_t segment;
	int left;                      /* waits */
};

static void happened(struct fake *f, enum trial_way way, const uint8_t from[16], struct str host)
{
	int64_t kind = way == WAY_DNS ? EVENT_DNS_REFUSED : EVENT_REFUSED;
	size_t group = (size_t)from[15] - 1;
	struct str category = str_upto(host, (size_t)str_chr(host, '.'));
	struct activity_item item = { ++f->segment, 1, { .at_ms = clock_ms(), .school = f->w->school, .kind = kind, .unnamed = true, .group = str_z(TRIAL_GROUPS[group]),
		.host = host, .category = category, .reason = STR("category"), .count = 1 } };
	struct activity_cursor upto = { STR("trial"), 0, f->segment, 1 };
	struct event e = { .kind = EVENT_DNS_REFUSED, .at_ms = clock_ms(), .school = f->w->school, .group = item.e.group, .host = host, .category = category };
	memcpy(e.addr, from, 16);
	if (f->alerts)
		CHECK_OK(keeper_concern(&f->k, &e, STR("g/w/1/1")));
	if (f->logs)
		CHECK_OK(activity_ingest(f->w->activity, &upto, &item, 1, NULL));
}

static enum trial_got ask(void *ctx, enum trial_way way, const uint8_t from[16], struct str host)
{
	struct fake *f = ctx;
	CHECK(trial_is_addr(from));
	if (from[14] & 1) {
		f->net_asked++;
		return f->net_opens && str_starts(host, str_z(f->net_opens)) ? TRIAL_OPEN : TRIAL_REFUSED;
	}
	f->tried |= 1u << way;
	if (way == f->only && f->opens_there)
		return TRIAL_OPEN;
	if (f->opens && str_starts(host, str_z(f->opens)))
		return TRIAL_OPEN;
	if (f->silent && str_starts(host, str_z(f->silent)))
		return TRIAL_SILENT;
	happened(f, way, from, host);
	return TRIAL_REFUSED;
}

static bool wait_more(void *ctx) { return ((struct fake *)ctx)->left-- > 0; }

static void fake_open(struct fake *f, struct web_school *w)
{
	*f = (struct fake){ .w = w, .logs = true, .alerts = true };
	f->k = (struct keeper){ .db = w->db, .school = w->school, .library = (struct library *)(uintptr_t)w->web->library,
		.store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers } };
	f->k.desk = (struct desk){ &f->k.store, f->k.library };
	f->g = gatekit_new("", "");
	CHECK_OK(policy_open(gatekit_current(f->g), STR_NONE, &f->p));
	f->t = (struct trial){ .st = &f->k.store, .activity = w->activity, .act = { w->school, 0, "test" }, .policy = f->p, .ask = ask, .wait = wait_more, .ctx = f };
	CHECK_OK(trial_names(&f->k.store, w->arena, w->school, test_source("data/categories.conf"), &f->t.names));
}

static void fake_close(struct fake *f)
{
	policy_free(&f->p);
	gatekit_free(&f->g);
}

static size_t run(struct fake *f)
{
	size_t failed = 0;
	int64_t again;
	f->left = 2;
	clock_step(1000);
	CHECK_OK(trial_begin(&f->k.store, &f->t.act, clock_utc(), &f->t.run));
	CHECK_ERR(trial_begin(&f->k.store, &f->t.act, clock_utc(), &again), ERR_BUSY);
	CHECK_OK(trial_run(&f->t, &failed));
	return failed;
}

static int64_t results(struct fake *f, const char *state)
{
	struct entry_may may = { .school = f->w->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	int64_t n;
	CHECK_OK(entry_count(&f->k.store, &may, &(struct entry_query){ .reg = "filter-test-result", .states = { state }, .where = { { "run", ENTRY_IS, f->t.run, STR_NONE } }, .n_where = 1 }, &n));
	return n;
}

static struct entry run_entry(struct fake *f)
{
	struct entry_may may = { .school = f->w->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry e;
	CHECK_OK(entry_get(&f->k.store, f->w->arena, &may, f->t.run, 0, &e));
	return e;
}

static bool said(struct fake *f, const char *words)
{
	struct entry e = run_entry(f);
	return str_find(entry_value(&e, "says"), str_z(words)) >= 0;
}

static bool has_review(struct fake *f, enum role r)
{
	struct task *v;
	size_t n;
	int64_t total;
	CHECK_OK(task_list(&f->k.store, f->w->arena, f->w->school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(r), .person = f->w->person[r], .kind = "filter-test" }, &v, &n, &total));
	return n > 0;
}

static void morning(void) { clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 7 }) * 1000); }

TEST(clause, c7_3_1_08_each_week_each_test_name_is_asked_as_each_group_and_pass_or_fail_is_kept)
{
	morning();
	ON_EACH_PROFILE(w) {
		struct fake f;
		bool due;
		fake_open(&f, &w);
		CHECK_OK(trial_due(&f.k.store, w.arena, w.school, clock_utc(), &due));
		CHECK(due && f.t.names.n >= 15);
		CHECK_INT(run(&f), 0);
		struct entry e = run_entry(&f);
		int64_t asked = 0;
		CHECK_OK(str_i64(entry_value(&e, "asked"), &asked));
		CHECK(str_is(e.state, "passed") && asked > 30 && results(&f, "passed") == asked && !results(&f, "failed") && !has_review(&f, ROLE_LEADERSHIP));
		struct web_visit v = web_get(&w, ROLE_HEAD, "/status/filter-test");
		CHECK(v.status == 200 && web_says(&v, "pornography.filter-check.test") && web_says(&v, "14 September 2026") && web_says(&v, "Passed") && !web_says(&v, "Let through"));
		CHECK(web_says(&v, "anywhere else: unknown"));
		CHECK_OK(trial_due(&f.k.store, w.arena, w.school, clock_utc(), &due));
		CHECK(!due);
		clock_step(7 * 86400000LL);
		CHECK_OK(trial_due(&f.k.store, w.arena, w.school, clock_utc(), &due));
		CHECK(due);
		f.opens = "extremism";
		CHECK(run(&f) > 0);
		CHECK(str_is(run_entry(&f).state, "failed") && results(&f, "failed") > 0 && results(&f, "passed") > 0 && said(&f, "extremism as ks2: let through"));
		CHECK(has_review(&f, ROLE_LEADERSHIP) && has_review(&f, ROLE_TECHNICIAN));
		v = web_get(&w, ROLE_DSL, "/status/filter-test");
		CHECK(web_says(&v, "Let through"));
		f.opens = NULL;
		f.silent = "gambling";
		CHECK(run(&f) > 0 && said(&f, "the gate did not answer"));
		CHECK_INT(web_get(&w, ROLE_TEACHER, "/status/filter-test").status, 403);
		fake_close(&f);
		morning();
	}
	clock_fake(0);
}

TEST(clause, c7_3_1_09_the_test_event_must_stand_in_the_activity_log_and_among_the_alerts_or_it_fails)
{
	morning();
	ON_EACH_PROFILE(w) {
		struct fake f;
		int64_t cases = 0;
		fake_open(&f, &w);
		f.logs = false;
		CHECK(run(&f) > 0 && said(&f, "not in the activity log"));
		f.logs = true;
		f.alerts = false;
		CHECK_INT(run(&f), 1);
		CHECK(said(&f, "did not reach the alerts") && has_review(&f, ROLE_TECHNICIAN));
		f.alerts = true;
		CHECK_INT(run(&f), 0);
		struct web_visit v = web_get(&w, ROLE_DSL, "/alerts");
		CHECK(web_says(&v, "The filter&#39;s own test, not a pupil") && web_says(&v, "arrived here, as it should") && web_says(&v, "(0)"));
		struct entry_may may = { .school = w.school, .classes = ~1u };
		CHECK_OK(entry_count(&f.k.store, &may, &(struct entry_query){ .reg = "case" }, &cases));
		CHECK_INT(cases, 0);                         /* a test is nobody's case */
		fake_close(&f);
	}
	clock_fake(0);
}

TEST(trial, each_way_of_a_device_is_tried_and_one_that_lets_through_is_told_by_its_name)
{
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	struct fake f;
	fake_open(&f, &w);
	f.t.ways = 1u << WAY_DNS | 1u << WAY_HTTP | 1u << WAY_HTTPS;
	CHECK_INT(run(&f), 0);
	CHECK_INT(f.tried, f.t.ways);
	struct web_visit v = web_get(&w, ROLE_HEAD, "/status/filter-test");
	CHECK(v.status == 200 && web_says(&v, "names: refused, pages: refused, https: refused") && !web_says(&v, "Let through"));
	f.only = WAY_HTTPS;
	f.opens_there = true;
	CHECK(run(&f) > 0 && said(&f, "let through (names: refused, pages: refused, https: let through)") && has_review(&f, ROLE_TECHNICIAN));
	f.opens_there = false;
	CHECK_INT(run(&f), 0);
	clock_step((TRIAL_STALE_DAYS + 1) * 86400000LL);         /* nobody tried since */
	v = web_get(&w, ROLE_DSL, "/status/filter-test");
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "Too old"));
	CHECK(web_says(&v, "more than a week ago"));
	CHECK(!web_says(&v, ">Refused<"));
	fake_close(&f);
	clock_fake(0);
}

TEST(clause, c6_05_each_network_and_group_is_tried_kept_as_evidence_and_a_drift_opens_a_review)
{
	morning();
	ON_EACH_PROFILE(w) {
		struct fake f;
		struct trial_net nets[TRIAL_NETS_MAX];
		struct cell *cells, *past;
		size_t n, n_past, red = 0;
		fake_open(&f, &w);
		policy_free(&f.p);
		gatekit_free(&f.g);
		f.g = gatekit_new("[range pupils]\nprefix = 10.2.0.0/16\ngroup = ks2\n[range visitors]\nprefix = 10.9.0.0/16\ngroup = guests\n[range nobody]\nprefix = 10.8.0.0/16\ngroup = unknown\n", "");
		CHECK_OK(policy_open(gatekit_current(f.g), STR_NONE, &f.p));
		f.t.policy = f.p;
		f.t.nets = nets;
		f.t.n_nets = trial_nets(f.p, nets);
		CHECK_INT(f.t.n_nets, 2);
		CHECK_INT(run(&f), 0);
		CHECK(f.net_asked > 100);
		CHECK_OK(cell_list(&f.k.store, w.arena, w.school, clock_utc(), CELL_STALE_DAYS, &cells, &n));
		CHECK(n >= 8 && n <= 2 * TRIAL_NET_CELLS);
		for (size_t i = 0; i < n; i++) {
			CHECK(cells[i].passed && !cells[i].stale && cells[i].asked > 10 && cells[i].refused == cells[i].asked);
			CHECK(str_find(cells[i].how, STR("by a means that only its own test has")) >= 0);
		}
		CHECK(!has_review(&f, ROLE_LEADERSHIP));
		f.net_opens = "gambling";
		CHECK(run(&f) > 0 && said(&f, "In the network 10.2.0.0/16 as ks2: gambling, names: let through") && has_review(&f, ROLE_LEADERSHIP) && has_review(&f, ROLE_TECHNICIAN));
		CHECK_OK(cell_list(&f.k.store, w.arena, w.school, clock_utc(), CELL_STALE_DAYS, &cells, &n));
		for (size_t i = 0; i < n; i++)
			red += !cells[i].passed;
		CHECK(red > 0);
		CHECK_OK(cell_history(&f.k.store, w.arena, w.school, cells[0].id, &past, &n_past));
		CHECK_INT(n_past, 2);                        /* what it was before stays */
		CHECK_OK(cell_list(&f.k.store, w.arena, w.school, clock_utc() + (CELL_OWN_DAYS + 1) * 86400LL, CELL_STALE_DAYS, &cells, &n));
		CHECK(cells[0].stale);
		fake_close(&f);
		morning();
	}
	clock_fake(0);
}

TEST(trial, a_page_counts_as_refused_only_where_the_gate_refuses)
{
	CHECK_INT(trial_web_answer(WAY_HTTP, 403, 0), TRIAL_REFUSED);
	CHECK_INT(trial_web_answer(WAY_HTTP, 502, 0), TRIAL_OPEN);
	CHECK_INT(trial_web_answer(WAY_HTTP, 0, 0), TRIAL_SILENT);
	CHECK_INT(trial_web_answer(WAY_HTTPS, 0, 403), TRIAL_REFUSED);
	CHECK_INT(trial_web_answer(WAY_HTTPS, 0, 504), TRIAL_OPEN);
	CHECK_INT(trial_web_answer(WAY_INSIDE, 403, 200), TRIAL_REFUSED);
	CHECK_INT(trial_web_answer(WAY_INSIDE, 0, 200), TRIAL_OPEN);          /* no page came */
	CHECK_INT(trial_web_answer(WAY_INSIDE, 0, 0), TRIAL_SILENT);
}

TEST(trial, names_of_the_school_and_what_is_not_closed_any_more)
{
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	struct fake f;
	fake_open(&f, &w);
	size_t before = f.t.names.n;
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/filter-test-name/new", "host=Sealed.Example&category=protected+list&sealed=yes").status, 303);
	CHECK_OK(trial_names(&f.k.store, w.arena, w.school, test_source("data/categories.conf"), &f.t.names));
	CHECK_INT(f.t.names.n, before + 1);
	CHECK_STR(f.t.names.v[before].host, "sealed.example");
	CHECK_INT(run(&f), 0);
	f.t.names.n = before;                                /* the policy closes less than the week before */
	CHECK_INT(run(&f), 0);
	CHECK(said(&f, "Not closed any more by the policy: protected list for ks2") && has_review(&f, ROLE_LEADERSHIP));
	/* a run that never ended */
	int64_t there, again;
	CHECK_OK(trial_begin(&f.k.store, &f.t.act, clock_utc(), &f.t.run));
	clock_step(2 * 3600000LL);
	CHECK_OK(trial_running(&f.k.store, &f.t.act, clock_utc(), &there));
	CHECK(!there && said(&f, "never ended"));
	CHECK_OK(trial_begin(&f.k.store, &f.t.act, clock_utc(), &again));
	fake_close(&f);
	clock_fake(0);
}

TEST(trial, an_answer_counts_as_refused_only_when_it_says_so)
{
	static struct dns_msg m;
	struct dns_name name;
	uint8_t out[DNS_UDP_PLAIN];
	size_t n;
	static const struct { const char *options; size_t n; enum trial_got got; } all[] = {
		{ "\0\x0f\0\x02\0\x11", 6, TRIAL_REFUSED }, { "\0\x0f\0\x02\0\x0f", 6, TRIAL_REFUSED }, { "\0\x0f\0\x02\0\x16", 6, TRIAL_OPEN }, { "", 0, TRIAL_OPEN }, { "\0\x0f\0\x09\0", 5, TRIAL_SILENT },
	};
	CHECK_OK(dns_name_of(STR("pornography.filter-check.test"), &name));
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		dns_msg_begin(&m, 7, DNS_QR | DNS_RD, &name, DNS_A);
		m.edns = true;
		m.udp_bytes = DNS_UDP_MAX;
		m.options = (struct str){ all[i].options, all[i].n };
		CHECK_OK(dns_msg_print(&m, out, sizeof out, &n));
		CHECK_INT(trial_answer((struct str){ (char *)out, n }, 7), all[i].got);
	}
	CHECK_INT(trial_answer((struct str){ (char *)out, n }, 8), TRIAL_SILENT);
	CHECK_INT(trial_answer(STR("x"), 7), TRIAL_SILENT);
}

TEST(trial_page, a_result_is_red_when_the_next_run_did_not_come)
{
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	struct fake f;
	fake_open(&f, &w);
	CHECK_INT(run(&f), 0);
	struct web_visit v = web_get(&w, ROLE_HEAD, "/status/filter-test");
	CHECK(v.status == 200 && web_says(&v, "Refused") && !web_says(&v, "Too old"));
	clock_step(9 * 86400000LL);
	web_fresh(&w);
	v = web_get(&w, ROLE_HEAD, "/status/filter-test");
	CHECK(v.status == 200 && web_says(&v, "Too old"));
	fake_close(&f);
}
