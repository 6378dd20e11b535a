/* Real devices as witnesses: what the gate heard within a minute turns a place green, and nothing else does. */
#include "house/filter/witness.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/filter/matrix.h"
#include "house/service/gatekit.h"
#include "house/task/task.h"
#include "house/web/web_test.h"
#include "io/settings.h"
#include "policy/read/tables.h"

#define NUMBER "0123456789abcdef"
#define FIRST "w" NUMBER ".gaming.filter-check.test"
#define SECOND "w" NUMBER ".shopping.filter-check.test"

struct bed {
	struct web_school *w;
	struct store st;
	struct act act;
	struct gatekit *g;
	struct policy *p;
	struct witness_watch *watch;
	int64_t now;
};

static void morning(void) { clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 10 }) * 1000); }

static void open_bed(struct bed *b, struct web_school *w)
{
	*b = (struct bed){ .w = w, .st = { w->db, w->web->keys, w->web->registers }, .act = { w->school, 0, "test" }, .now = clock_utc() };
	b->g = gatekit_new("[range pupils]\nprefix = 10.2.0.0/16\ngroup = ks2\n", "");
	CHECK_OK(policy_open(gatekit_current(b->g), STR_NONE, &b->p));
	b->watch = witness_watch_new();
}

static void close_bed(struct bed *b)
{
	witness_watch_free(&b->watch);
	policy_free(&b->p);
	gatekit_free(&b->g);
	clock_fake(0);
}

static struct event heard(struct bed *b, enum event_kind kind, const char *from)
{
	struct event e = { .kind = kind, .at_ms = b->now * 1000, .school = b->w->school, .group = STR("ks2"), .ref = kind == EVENT_SAFE ? STR(NUMBER) : STR_NONE };
	struct addr a;
	CHECK_OK(addr_read(str_z(from), &a));
	memcpy(e.addr, a.b, 16);
	return e;
}

static void page_opened(struct bed *b, const char *from, const char *code, const char *runs)
{
	struct event e = heard(b, EVENT_SAFE, from);
	char extra[64];
	snprintf(extra, sizeof extra, "tried=2 code=%s", code);
	e.reason = STR("opened");
	e.extra = str_z(extra);
	witness_watch_event(b->watch, &e, runs);
}

static void page_came(struct bed *b, const char *from, const char *host, const char *by)
{
	struct event e = heard(b, EVENT_SAFE, from);
	e.reason = STR("refused");
	e.host = str_z(host);
	e.extra = str_z(by);
	witness_watch_event(b->watch, &e, NULL);
}

static void name_asked(struct bed *b, const char *from, const char *host)
{
	struct event e = heard(b, EVENT_DNS_REFUSED, from);
	e.host = str_z(host);
	witness_watch_event(b->watch, &e, NULL);
}

static const char *code_for(struct bed *b, const char *device)
{
	struct entry_may may = { .school = b->w->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry e;
	int64_t id;
	CHECK_OK(witness_code(&b->st, &b->act, str_z(device), STR("10.2.0.0/16"), b->now, &id));
	CHECK_OK(entry_get(&b->st, b->w->arena, &may, id, 0, &e));
	return arena_z(b->w->arena, entry_value(&e, "code"));
}

/* Whatever is kept by then: state and words of the place of this kind. */
static bool place(struct bed *b, const char *device, enum matrix_state *state, struct str *says)
{
	struct matrix m;
	CHECK_OK(witness_watch_flush(b->watch, &b->st, &b->act, b->p, b->now));
	CHECK_OK(matrix_read(&b->st, b->w->arena, b->w->school, b->p, b->now, CELL_STALE_DAYS, &m));
	CHECK_INT(m.n, 1);
	for (size_t k = 0; k < MATRIX_PLACES; k++)
		if (!strcmp(matrix_place_word(k), device)) {
			*state = m.v[0].at[k].state;
			*says = m.v[0].at[k].cell ? m.v[0].at[k].cell->says : STR_NONE;
			CHECK_STR(m.v[0].network, "10.2.0.0/16");
			CHECK_STR(m.v[0].group, "ks2");
			return m.v[0].at[k].cell != NULL;
		}
	return false;
}

static void whole_showing(struct bed *b, const char *code)
{
	page_opened(b, "10.2.0.7", code, NULL);
	name_asked(b, "10.2.0.7", FIRST);
	page_came(b, "10.2.0.7", FIRST, "names");
	page_came(b, "10.2.0.7", SECOND, "names");
	name_asked(b, "10.2.0.7", SECOND);
}

TEST(witness, a_device_with_a_word_turns_its_place_green_by_what_the_gate_heard)
{
	struct bed b;
	enum matrix_state state;
	struct str says;
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	open_bed(&b, &w);
	CHECK(!place(&b, "ipad", &state, &says) && state == MATRIX_NONE);
	whole_showing(&b, code_for(&b, "ipad"));
	CHECK(witness_watch_ready(b.watch, b.now));
	CHECK(place(&b, "ipad", &state, &says) && state == MATRIX_PASSED && str_find(says, STR("gaming.filter-check.test: refused by name")) >= 0);
	b.now += (CELL_STALE_DAYS + 1) * 86400LL;
	CHECK(place(&b, "ipad", &state, &says) && state == MATRIX_STALE);
	close_bed(&b);
}

TEST(witness, nobody_without_a_word_or_an_entry_in_the_register_changes_anything_and_a_word_counts_once)
{
	struct bed b;
	enum matrix_state state;
	struct str says;
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	open_bed(&b, &w);
	whole_showing(&b, "");
	b.now += 120;
	CHECK(!witness_watch_ready(b.watch, b.now) && !place(&b, "ipad", &state, &says));
	whole_showing(&b, "guessedw");
	CHECK(!place(&b, "ipad", &state, &says));
	const char *code = code_for(&b, "ipad");
	b.now += WITNESS_CODE_S + 1;                        /* too late */
	whole_showing(&b, code);
	CHECK(!place(&b, "ipad", &state, &says));
	code = code_for(&b, "mac");
	whole_showing(&b, code);
	CHECK(place(&b, "mac", &state, &says) && state == MATRIX_PASSED);
	b.now += 86400;
	page_opened(&b, "10.2.0.7", code, NULL);            /* used up: it cannot even be turned red by whoever finds it */
	b.now += 120;
	CHECK(place(&b, "mac", &state, &says) && state == MATRIX_PASSED);
	close_bed(&b);
}

TEST(witness, a_page_fetched_by_hand_names_asked_by_another_machine_or_not_at_all_are_red_and_drift_opens_a_review)
{
	static const struct { const char *names_from, *page_from, *by, *says; enum matrix_state state; } all[] = {
		{ NULL, "10.2.0.7", "names", "its name was not asked of the filter", MATRIX_FAILED },       /* the page's address typed by hand, or sent by a program */
		{ "10.2.0.7", NULL, "", "no page came", MATRIX_FAILED },
		{ "10.2.0.1", "10.2.0.7", "names", "asked for by another machine", MATRIX_FAILED },
		{ "10.2.0.7", "10.2.0.8", "names", "asked of the filter", MATRIX_FAILED },
		{ NULL, NULL, "", "never came to the filter", MATRIX_FAILED },
		{ NULL, "10.2.0.7", "proxy", "refused by the proxy", MATRIX_PASSED },
	};
	struct bed b;
	enum matrix_state state;
	struct str says;
	struct task *tasks;
	size_t n;
	int64_t total;
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	open_bed(&b, &w);
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		static const char *const hosts[] = { FIRST, SECOND };
		whole_showing(&b, code_for(&b, "windows"));
		CHECK(place(&b, "windows", &state, &says) && state == MATRIX_PASSED);
		b.now += 86400;
		clock_fake(b.now * 1000);
		page_opened(&b, "10.2.0.7", code_for(&b, "windows"), NULL);
		for (size_t k = 0; k < 2; k++) {
			if (all[i].names_from)
				name_asked(&b, all[i].names_from, hosts[k]);
			if (all[i].page_from)
				page_came(&b, all[i].page_from, hosts[k], all[i].by);
		}
		b.now += 120;
		CHECK(place(&b, "windows", &state, &says));
		CHECK_INT(state, all[i].state);
		if (str_find(says, str_z(all[i].says)) < 0 && i != 3)
			CHECK_STR(says, all[i].says);
		CHECK_OK(task_list(&b.st, w.arena, w.school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(ROLE_LEADERSHIP), .person = w.person[ROLE_LEADERSHIP], .kind = "filter-test" }, &tasks, &n, &total));
		CHECK(n > 0);
	}
	close_bed(&b);
}

TEST(witness, a_device_of_the_register_needs_no_word_and_other_peoples_numbers_fill_nothing_for_long)
{
	struct bed b;
	enum matrix_state state;
	struct str says;
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	open_bed(&b, &w);
	for (int i = 0; i < 2 * WITNESS_MAX; i++) {
		char host[80];
		snprintf(host, sizeof host, "w%016x.gaming.filter-check.test", i + 1);
		name_asked(&b, "10.2.0.9", host);
	}
	b.now += 120;
	CHECK(!witness_watch_ready(b.watch, b.now));
	page_opened(&b, "10.2.0.7", "", "chromebook");
	page_came(&b, "10.2.0.7", FIRST, "proxy");
	page_came(&b, "10.2.0.7", SECOND, "proxy");
	CHECK(place(&b, "chromebook", &state, &says) && state == MATRIX_PASSED);
	close_bed(&b);
}

TEST(matrix_page, red_places_stand_first_with_what_to_do_and_every_result_of_a_place_is_kept)
{
	struct bed b;
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	open_bed(&b, &w);
	char dir[512];
	snprintf(dir, sizeof dir, "%s", gatekit_current(b.g));
	*strstr(dir, "/policy/") = 0;
	struct settings s = { .prefix = dir };
	w.web->settings = &s;
	struct web_visit v = web_get(&w, ROLE_HEAD, "/status/filter-matrix");
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "10.2.0.0/16") && web_says(&v, "Nobody has looked") && web_says(&v, "Places that need somebody") && web_says(&v, "/status/filter-matrix/look?device=other"));
	whole_showing(&b, code_for(&b, "ipad"));
	CHECK_OK(witness_watch_flush(b.watch, &b.st, &b.act, b.p, b.now));
	CHECK_OK(cell_put(&b.st, &b.act, &(struct cell_result){ .network = STR("10.2.0.0/16"), .group = STR("ks2"), .device = STR("filter"), .passed = true, .asked = 40, .refused = 40, .how = STR("itself") }, b.now, NULL));
	v = web_get(&w, ROLE_HEAD, "/status/filter-matrix");
	CHECK(web_says(&v, "Every place was tried lately") && web_says(&v, "Holds"));
	v = web_get(&w, ROLE_HEAD, "/status/filter-matrix?csv=1");
	CHECK(v.status == 200 && web_says(&v, "10.2.0.0/16") && web_says(&v, "iPads"));
	struct cell *cells;
	size_t n;
	CHECK_OK(cell_list(&b.st, w.arena, w.school, b.now, CELL_STALE_DAYS, &cells, &n));
	CHECK_INT(n, 2);
	for (size_t i = 0; i < n; i++) {
		v = web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "/status/filter-matrix/%lld", (long long)cells[i].id).p);
		CHECK(v.status == 200 && web_says(&v, "10.2.0.0/16"));
	}
	v = web_get(&w, ROLE_TECHNICIAN, "/status/filter-matrix/look?device=mac&network=10.2.0.0/16");
	CHECK(v.status == 200 && web_says(&v, "a Mac"));
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/status/filter-matrix/look", "device=").status, 422);
	v = web_post(&w, ROLE_TECHNICIAN, "/status/filter-matrix/look", "device=mac&network=10.2.0.0/16");
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_TECHNICIAN, arena_z(w.arena, v.location));
	CHECK(v.status == 200 && web_says(&v, "/safe?w=") && web_says(&v, "Open this page on a Mac"));
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/status/filter-matrix").status, 403);
	CHECK(web_post(&w, ROLE_GOVERNOR, "/status/filter-matrix/look", "device=mac").status == 403);
	close_bed(&b);
}
