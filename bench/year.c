/* year - fills the database of a stopped school with a year, for measuring pages: browsing events of its learners on
 * school days, and cases opened through the same door as real ones, on days of that year.
 * usage: year PREFIX EVENTS CASES      (GATEHOUSE_DATA names data/)
 * Everything in it is invented.  Also writes the month tables back far enough that every page reads across them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "event/event.h"
#include "house/account/people.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "house/record/record.h"
#include "house/store/activity.h"

enum { DAY = 86400, DAYS = 365, HOSTS = 20000, LEARNERS_MAX = 1000, FIRST_SEGMENT = 1000000 };

static struct { int64_t id, class_id; } learners[LEARNERS_MAX];
static size_t learners_n;
static uint64_t state = 20261121;

static unsigned below(unsigned n)                /* xorshift64* */
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * 0x2545f4914f6cdd1du >> 32) * n >> 32);
}

static void stop(struct db *db, const char *doing, enum err e)
{
	fprintf(stderr, "%s: %s (%s)\n", doing, err_text(e), db ? db_says(db) : "");
	exit(1);
}

static void find_learners(struct house *h, int64_t school)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person *p;
	size_t n;
	int64_t total;
	struct person_query q = { .kind = KIND_LEARNER, .limit = LEARNERS_MAX };
	enum err e = person_list(h->db, &a, school, &q, &p, &n, &total);
	if (e != OK || n == 0)
		stop(h->db, "reading the learners", e);
	for (size_t i = 0; i < n; i++) {
		learners[i].id = p[i].id;
		learners[i].class_id = p[i].class_id;
	}
	learners_n = n;
}

/* A moment between nine and four of the day. */
static int64_t moment(int64_t day_utc)
{
	return (day_utc + 9 * 3600 + below(7 * 3600)) * 1000 + below(1000);
}

static struct activity_item visit(struct arena *a, int64_t school, int64_t record, int64_t day_utc)
{
	static const struct { const char *reason, *category; } refused[] = {
		{ "category", "gaming" }, { "category", "social-media" }, { "category", "pornography" }, { "rule", "" } };
	size_t who = below((unsigned)learners_n), kind = below(50);
	unsigned rank = below(1 + below(HOSTS));           /* few hosts often, many seldom */
	struct activity_item it = { .segment = FIRST_SEGMENT, .record = record };
	it.e = (struct activity_event){ .at_ms = moment(day_utc), .school = school, .person = learners[who].id,
		.class_id = learners[who].class_id, .kind = kind ? EVENT_VISIT : EVENT_REFUSED, .how = 2, .sure = 90, .count = 1,
		.host = arena_fmt(a, "www.place%u.example", rank), .path = STR("/a/page"), .group = STR("ks2") };
	if (!kind) {
		size_t why = below(ARRAY_N(refused));
		it.e.reason = str_z(refused[why].reason);
		it.e.category = str_z(refused[why].category);
	}
	return it;
}

static void fill_activity(struct db *db, int64_t school, int64_t events)
{
	static struct activity_item items[ACTIVITY_BATCH_MAX];
	int64_t first = clock_utc() / DAY * DAY - DAYS * (int64_t)DAY, done = 0;
	while (done < events) {
		AUTO(arena_done) struct arena a = arena_init();
		size_t n = events - done < ACTIVITY_BATCH_MAX ? (size_t)(events - done) : ACTIVITY_BATCH_MAX;
		for (size_t i = 0; i < n; i++, done++)
			items[i] = visit(&a, school, done, first + done * DAYS / events * DAY);
		struct activity_cursor upto = { STR("bench"), 1, FIRST_SEGMENT, done - 1 };
		enum err e = activity_ingest(db, &upto, items, n, NULL);
		if (e != OK)
			stop(db, "keeping events", e);
	}
}

static void one_case(struct desk *k, int64_t school)
{
	static const char *const words[] = { "A game in which somebody asked where they live", "A picture that should have been refused",
		"Unkind words in a chat, three days running", "Says that a stranger writes to them at night" };
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { school, 0, "measuring pages" };
	struct received got;
	struct report r = { .about = ABOUT_CHILD, .origin = below(3) ? ORIGIN_TELL : ORIGIN_STAFF, .subject = learners[below((unsigned)learners_n)].id,
		.words = str_z(words[below(ARRAY_N(words))]) };
	r.author = r.origin == ORIGIN_TELL ? r.subject : 0;
	enum err e = record_report(k, &act, &r, &d, &got);
	if (e != OK) {
		house_say(&d);
		stop(k->store->db, "opening a case", e);
	}
}

static void fill_cases(struct house *h, int64_t school, int64_t cases)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct library *library = NULL;
	int64_t now = clock_utc();
	if (library_load(cli_data(), h->settings.profile, &d, &library) != OK) {
		house_say(&d);
		exit(1);
	}
	struct desk k = { &h->store, library };
	for (int64_t i = 0; i < cases; i++) {
		clock_fake((now / DAY * DAY - (cases - i) * DAYS / cases * DAY) * 1000 + moment(0));
		one_case(&k, school);
	}
	clock_fake(0);
	library_free(&library);
}

/* All but the newest in fifty have been dealt with; going through each step of each would measure nothing more. */
static void close_old(struct db *db)
{
	enum err e = db_script(db,
		"UPDATE entry SET state = 'closed' WHERE register = 'case' AND parent IS NULL AND number * 50 <"
		" (SELECT max(number) FROM entry WHERE register = 'case') * 49");
	if (e != OK)
		stop(db, "closing cases", e);
}

int main(int argc, char **argv)
{
	struct house h;
	AUTO(db_free) struct db *activity = NULL;
	if (argc != 4 || !house_open(argv[1], &h))
		return 2;
	int64_t school = 1;
	char where[1000];
	enum err e = db_activity_where(h.settings.database, where, sizeof where);
	if (e == OK)
		e = db_open(where, &activity);
	if (e == OK)
		e = db_migrate(activity, DB_ACTIVITY);
	if (e != OK)
		stop(activity, "opening the activity part", e);
	find_learners(&h, school);
	int64_t at = clock_mono_ms();
	fill_activity(activity, school, strtoll(argv[2], NULL, 10));
	printf("%s events in %.1f s\n", argv[2], (double)(clock_mono_ms() - at) / 1000);
	at = clock_mono_ms();
	fill_cases(&h, school, strtoll(argv[3], NULL, 10));
	close_old(h.db);
	printf("%s cases in %.1f s\n", argv[3], (double)(clock_mono_ms() - at) / 1000);
	house_done(&h);
	return 0;
}
