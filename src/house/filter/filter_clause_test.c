/* The clauses about looking after the filter: its updates, its supplier, its rules files, the attempts report, the devices that it sees. */
#include "base/clock.h"
#include "base/time.h"
#include "event/event.h"
#include "house/filter/attempt.h"
#include "house/filter/device_seen.h"
#include "house/filter/rules_file.h"
#include "house/page/duty_web.h"
#include "house/store/activity.h"
#include "house/task/task.h"
#include "io/file.h"
#include "wire/addr.h"

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

static bool has_task(struct web_school *w, enum role r, const char *kind, const char *title)
{
	struct store st = store_of(w);
	struct task *v;
	size_t n;
	int64_t total;
	CHECK_OK(task_list(&st, w->arena, w->school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(r), .person = w->person[r], .kind = kind, .limit = 500 }, &v, &n, &total));
	for (size_t i = 0; i < n; i++)
		if (str_find(v[i].title, str_z(title)) >= 0)
			return true;
	return false;
}

/* ---- updates, the supplier ---- */

TEST(clause, c4_4_07_without_an_update_or_no_change_needed_the_task_is_overdue)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, web_now(2026, 9, 28, 10));
		struct duty_turn t = web_turn(&w, "filter-update", 0);
		CHECK(t.id && !t.late);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, web_turn_path(&w, &t), "field-update=").status, 422);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, web_turn_path(&w, &t), "field-update=no+change+needed").status, 303);
		CHECK(str_is(web_turn(&w, "filter-update", 0).state, "done"));
		web_duties_at(&w, web_now(2026, 10, 29, 10));
		struct duty_turn next = web_turn(&w, "filter-update", 0);
		CHECK(next.id != t.id);
		web_duties_at(&w, web_now(2026, 11, 4, 10));
		struct web_visit v = web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "/calendar/turn/%lld", (long long)next.id).p);
		CHECK(web_says(&v, "Overdue"));
		v = web_get(&w, ROLE_HEAD, "/calendar?which=all");
		CHECK(web_says(&v, "Bring the filter up to date") && web_says(&v, "Overdue"));
	}
}

TEST(clause, c7_3_2_09_the_review_with_the_supplier_recurs_and_keeps_contact_and_outcome)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, web_now(2027, 1, 2, 10));
		struct duty_turn t = web_turn(&w, "filter-supplier", 0);
		CHECK(t.id);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, web_turn_path(&w, &t), "field-contact=Hilltop+Filters").status, 422);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, web_turn_path(&w, &t), "field-outcome=nothing+changes").status, 422);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, web_turn_path(&w, &t), "field-contact=Hilltop+Filters,+30+December&field-outcome=Two+lists+are+added").status, 303);
		struct web_visit v = web_get(&w, ROLE_HEAD, web_turn_path(&w, &t));
		CHECK(web_says(&v, "Hilltop Filters, 30 December") && web_says(&v, "Two lists are added") && web_says(&v, "Test Technician"));
		web_duties_at(&w, web_now(2027, 4, 12, 10));
		CHECK(web_turn(&w, "filter-supplier", 0).id != t.id);
	}
}

/* ---- rules files ---- */

struct rules_kit { struct web_school *w; struct store st; struct act act; char dir[200], file[300]; };

static void rules_kit_open(struct rules_kit *k, struct web_school *w)
{
	*k = (struct rules_kit){ .w = w, .st = store_of(w), .act = { w->school, 0, "test" } };
	snprintf(k->dir, sizeof k->dir, "%s", test_dir());
	snprintf(k->file, sizeof k->file, "%s/50-rules.conf", k->dir);
	CHECK_OK(file_replace(k->file, STR("[rule one]\nallow = castles.test\n"), 0640));
}

static size_t look(struct rules_kit *k)
{
	size_t found;
	clock_step(60000);
	CHECK_OK(rules_files_look(&k->st, &k->act, (struct rules_place[]){ { k->dir, "policy.d" }, { "/no/such/folder", "nothing" } }, 2, &found));
	return found;
}

TEST(clause, c7_3_1_07_a_rules_file_edited_by_hand_is_detected_and_reported_as_a_change_nobody_agreed_to)
{
	ON_EACH_SCHOOL(w) {
		struct rules_kit k;
		rules_kit_open(&k, &w);
		CHECK_INT(look(&k), 0);                        /* the first look takes it as it is */
		CHECK_INT(look(&k), 0);
		CHECK_OK(file_replace(k.file, STR("[rule one]\nallow = dragons.test\n"), 0640));
		CHECK_INT(look(&k), 1);
		CHECK(has_task(&w, ROLE_LEADERSHIP, "rules-file", "policy.d/50-rules.conf") && has_task(&w, ROLE_TECHNICIAN, "rules-file", "policy.d/50-rules.conf"));
		CHECK(web_says(&(struct web_visit){ .body = web_get(&w, ROLE_TECHNICIAN, "/changes").body }, "nobody agreed to it"));
		struct web_visit v = web_get(&w, ROLE_HEAD, "/changes/files");
		CHECK(v.status == 200 && web_says(&v, "- allow = castles.test") && web_says(&v, "+ allow = dragons.test") && web_says(&v, "Not agreed"));
		CHECK_INT(look(&k), 0);                        /* said once */
		/* put back: it is as agreed, and nobody has a task any more */
		CHECK_OK(file_replace(k.file, STR("[rule one]\nallow = castles.test\n"), 0640));
		CHECK_INT(look(&k), 1);
		CHECK(!has_task(&w, ROLE_LEADERSHIP, "rules-file", "policy.d") && !has_task(&w, ROLE_TECHNICIAN, "rules-file", "policy.d"));
		CHECK(!web_says(&(struct web_visit){ .body = web_get(&w, ROLE_TECHNICIAN, "/changes").body }, "nobody agreed to it"));
		CHECK_OK(file_remove(k.file));
	}
}

TEST(rules_file, new_files_and_lost_ones_count_and_leadership_alone_agrees_with_a_reason)
{
	AUTO(web_school_done) struct web_school w = school_of("primary");
	struct rules_kit k;
	struct rules_file *v;
	size_t n, bad;
	char more[300];
	rules_kit_open(&k, &w);
	CHECK_INT(look(&k), 0);
	snprintf(more, sizeof more, "%s/90-mine.conf", k.dir);
	CHECK_OK(file_replace(more, STR("[rule mine]\nallow = mine.test\n"), 0640));
	CHECK_INT(look(&k), 1);
	CHECK_OK(file_remove(k.file));
	CHECK_INT(look(&k), 1);
	CHECK_OK(rules_files_list(&k.st, w.arena, w.school, &v, &n, &bad));
	CHECK(n == 2 && bad == 2);
	const char *path = arena_fmt(w.arena, "/changes/files/%lld", (long long)v[0].id).p;
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, path, "why=it+is+mine").status, 403);
	CHECK_INT(web_post(&w, ROLE_HEAD, path, "why=").status, 422);
	CHECK_INT(web_post(&w, ROLE_HEAD, path, "why=change+12,+agreed+on+Monday").status, 303);
	CHECK_INT(look(&k), 0);
	CHECK_OK(rules_files_list(&k.st, w.arena, w.school, &v, &n, &bad));
	CHECK(bad == 1);
	CHECK_OK(file_remove(more));
	(void)look(&k);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/changes/files").status, 403);
	clock_fake(0);
}

/* ---- the attempts report ---- */

static int64_t segment;

static void refused(struct web_school *w, int64_t person, const char *category, int times)
{
	for (int i = 0; i < times; i++) {
		struct activity_item item = { ++segment, 1, { .at_ms = clock_ms() - 86400000, .school = w->school, .person = person, .kind = EVENT_REFUSED, .how = KNOWN_PORTAL, .sure = 90,
			.group = STR("ks2"), .host = STR("some.test"), .path = STR("/"), .category = str_z(category), .reason = STR("category"), .count = 1 } };
		struct activity_cursor upto = { STR("test"), 0, segment, 1 };
		CHECK_OK(activity_ingest(w->activity, &upto, &item, 1, NULL));
	}
}

static size_t collect(struct web_school *w)
{
	struct store st;
	struct duty_desk k = web_duties(w, &st);
	struct act act = { w->school, 0, "test" };
	size_t added;
	CHECK_OK(attempt_collect(&k, w->activity, test_source("data/categories.conf"), &act, clock_utc(), &added));
	return added;
}

TEST(clause, c7_2_07_each_pupil_on_the_attempts_report_needs_a_response_before_the_audit_closes)
{
	ON_EACH_SCHOOL(w) {
		segment = 0;
		int64_t often = w.person[ROLE_LEARNER], once = web_person(&w, ROLE_LEARNER, "Tansy Testerley"), slip = web_person(&w, ROLE_LEARNER, "Oriel Larkmoor");
		CHECK_INT(collect(&w), 0);                     /* no audit is open */
		web_duties_at(&w, web_now(2026, 10, 8, 10));
		web_duties_at(&w, web_now(2026, 10, 30, 10));
		refused(&w, often, "gaming", 3);
		refused(&w, once, "pornography", 1);
		refused(&w, slip, "gaming", 1);
		refused(&w, w.person[ROLE_TEACHER], "gaming", 9);
		CHECK_INT(collect(&w), 2);
		CHECK_INT(collect(&w), 0);
		struct duty_turn t = web_turn(&w, "activity-audit", 0);
		const char *form = web_duty_form(&w, "activity-audit", 0, "");
		struct web_visit v = web_post(&w, ROLE_DSL, web_turn_path(&w, &t), form);
		CHECK(v.status == 422 && web_says(&v, "needs a response first. (2 left)"));
		for (int r = 0; r <= NOBODY; r = web_next(r)) {
			v = web_get(&w, r, "/activity/attempts");
			bool theirs = r == ROLE_DSL || r == ROLE_DEPUTY;
			CHECK((v.status == 200 && web_says(&v, "Tansy Testerley") && web_says(&v, "Pornography: 1")) == theirs);
			CHECK(theirs || !web_says(&v, "Tansy"));
		}
		v = web_get(&w, ROLE_DSL, "/activity/attempts");
		CHECK(!web_says(&v, "Oriel Larkmoor") && web_says(&v, "Games: 3"));
		struct store st = store_of(&w);
		struct attempt *a;
		size_t n;
		int64_t open;
		CHECK_OK(attempt_list(&st, w.arena, w.school, w.person[ROLE_DSL], ROLE_BIT(ROLE_DSL), &a, &n, &open));
		CHECK(n == 2 && open == 2);
		const char *one = arena_fmt(w.arena, "/activity/attempts/%lld", (long long)a[0].id).p, *two = arena_fmt(w.arena, "/activity/attempts/%lld", (long long)a[1].id).p;
		CHECK_INT(web_post(&w, ROLE_DSL, one, "response=&words=x").status, 422);
		CHECK_INT(web_post(&w, ROLE_DSL, one, "response=talked&words=").status, 422);
		CHECK_INT(web_post(&w, ROLE_DSL, one, "response=punished&words=x").status, 422);
		CHECK_INT(web_post(&w, ROLE_HEAD, one, "response=talked&words=x").status, 403);
		CHECK_INT(web_post(&w, ROLE_DSL, one, "response=advice&words=We+looked+at+games+and+time").status, 303);
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), form).status, 422);
		CHECK_INT(web_post(&w, ROLE_DEPUTY, two, "response=family&words=Rang+her+mother").status, 303);
		v = web_get(&w, ROLE_DSL, "/activity/attempts");
		CHECK(web_says(&v, "Talked with the family: Rang her mother"));
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), form).status, 303);
	}
}

/* ---- devices ---- */

static int64_t device(struct web_school *w, const char *label, const char *address)
{
	struct store st = store_of(w);
	struct act act = { w->school, w->person[ROLE_TECHNICIAN], "test" };
	struct diag d = diag_init(10);
	struct entry_field f[] = { { STR("label"), str_z(label) }, { STR("kind"), STR("tablet") }, { STR("profile"), STR("ks2") }, { STR("users"), STR("learners") },
		{ STR("place"), STR("Trolley A") }, { STR("lock"), STR("yes") }, { STR("encrypted"), STR("yes") }, { STR("antivirus"), STR("built-in") }, { STR("address"), str_z(address) } };
	int64_t id = 0;
	CHECK_OK(entry_create(&st, &act, &(struct entry_in){ .reg = "device", .fields = f, .n_fields = ARRAY_N(f) - !*address }, &d, &id));
	diag_done(&d);
	return id;
}

static struct entry entry_of(struct web_school *w, int64_t id)
{
	struct store st = store_of(w);
	struct entry_may may = { .school = w->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry e;
	CHECK_OK(entry_get(&st, w->arena, &may, id, 0, &e));
	return e;
}

TEST(clause, c7_3_4_01_a_device_without_events_for_the_set_time_is_listed_as_unmonitored)
{
	ON_EACH_SCHOOL(w) {
		struct store st = store_of(&w);
		struct act act = { w.school, 0, "the filter saw it" };
		struct device_watch *watch = device_watch_new();
		struct addr from;
		bool told;
		int64_t by_address = device(&w, "TAB-001", "10.1.2.3"), by_token = device(&w, "TAB-002", ""), never = device(&w, "TAB-003", "");
		CHECK_OK(device_watch_flush(watch, &st, &act));
		struct event e = { .kind = EVENT_VISIT, .at_ms = clock_ms(), .school = w.school, .group = STR("ks2") };
		CHECK_OK(addr_read(STR("10.1.2.3"), &from));
		memcpy(e.addr, from.b, 16);
		device_watch_event(watch, &e);
		e = (struct event){ .kind = EVENT_DNS_REFUSED, .at_ms = clock_ms(), .school = w.school, .group = STR("ks2"), .device = entry_of(&w, by_token).number };
		device_watch_event(watch, &e);
		e.device = 999;
		device_watch_event(watch, &e);                 /* nobody's */
		CHECK_OK(device_watch_flush(watch, &st, &act));
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/status/devices");
		CHECK(v.status == 200 && web_says(&v, "1 not seen for 14 days") && web_says(&v, "TAB-003") && web_says(&v, "never"));
		CHECK(web_says(&v, "own token") && web_says(&v, "address in the register"));
		CHECK(str_find(v.body, STR("TAB-003")) < str_find(v.body, STR("TAB-001")));            /* what is not monitored stands on top */
		struct entry seen = entry_of(&w, by_address);
		CHECK_STR(entry_value(&seen, "filter-seen"), "2026-09-01");
		CHECK(str_is(entry_of(&w, by_token).state, "protected") && str_is(entry_of(&w, never).state, "unprotected"));
		clock_step(15 * 86400000LL);
		e.device = entry_of(&w, by_token).number;
		e.at_ms = clock_ms();
		device_watch_event(watch, &e);
		CHECK_OK(device_watch_flush(watch, &st, &act));
		v = web_get(&w, ROLE_ADMIN, "/status/devices");
		CHECK(web_says(&v, "2 not seen for 14 days"));
		clock_fake(web_now(2026, 9, 16, 10) * 1000);
		CHECK_OK(device_seen_tick(&st, w.web->library, w.school, clock_utc(), &told));
		CHECK(told && has_task(&w, ROLE_TECHNICIAN, "device-unmonitored", "2 devices were not seen"));
		CHECK_OK(device_seen_tick(&st, w.web->library, w.school, clock_utc(), &told));
		CHECK(!told);
		CHECK_INT(web_get(&w, ROLE_TEACHER, "/status/devices").status, 403);
		device_watch_free(&watch);
	}
}
