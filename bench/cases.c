/* cases - fills an empty database with 25 years of concerns of a large school, through the store's own doors, and
 * measures what people wait for.  usage: cases WHERE DATA REGISTERS CASES ENTRIES THINGS ROUNDS
 *   WHERE      sqlite:PATH or postgres:CONNINFO; filled only when there is nothing in it
 *   CASES      concerns; ENTRIES: notes under them, one case having 500; THINGS: entries of one big register
 * Prints `result case NAME p50_ms=.. p95_ms=..` lines.  All names and words are invented. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/record/record.h"

enum { YEARS = 25, YEAR_S = 31557600, DAY = 86400, LEARNERS = 6000, STAFF = 200, LONG_CASE = 500, BATCH = 2000, FEW_THINGS = 1000, ROUNDS_MAX = 1000 };

static const char MANY[] = "bench-thing", FEW[] = "bench-few";
static struct arena arena;
static struct store st;
static struct library *library;
static struct desk desk;
static struct diag found;
static int64_t school, first_utc, learner[LEARNERS], staff[STAFF], dsl, long_case;
static uint64_t state = 20261122;

static unsigned below(unsigned n)                /* xorshift64* */
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * 0x2545f4914f6cdd1du >> 32) * n >> 32);
}

static void must(const char *doing, enum err e)
{
	if (e == OK)
		return;
	AUTO(buf_done) struct buf b = buf_init(65536);
	diag_print(&found, &b);
	fprintf(stderr, "%s: %s (%s)\n%.*s", doing, err_text(e), st.db ? db_says(st.db) : "", STRF(buf_str(&b)));
	exit(1);
}

/* ---- words: the first of these are in every tenth text, the last in few ---- */

static const char *const WORDS[] = { "phone", "picture", "friend", "said", "game", "chat", "unkind", "message", "stranger", "night", "video", "lesson",
	"money", "secret", "group", "account", "password", "mother", "brother", "corridor", "playground", "library", "laptop", "tablet", "upset" };

static struct str sentence(struct arena *a, unsigned words, unsigned serial)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	for (unsigned i = 0; i < words; i++) {
		unsigned skew = below(1 + below(ARRAY_N(WORDS)));
		buf_fmt(&b, "%s ", below(4) ? WORDS[skew] : arena_fmt(a, "word%u", below(1 + below(20000))).p);
	}
	buf_fmt(&b, "marked%u", serial);
	return arena_str(a, buf_str(&b));
}

/* ---- people ---- */

static enum err one_id(void *ctx, const struct db_val *cols, size_t n)
{
	*(int64_t *)ctx = cols[0].i;
	return n ? OK : ERR_DB;
}

static int64_t person(const char *kind, const char *name, int i, const char *role)
{
	static const char put[] = "INSERT INTO person (school, kind, name, mail, active_from) VALUES ($1, $2, $3, $4, $5) RETURNING id";
	static const char give[] = "INSERT INTO person_role (school, person, role, from_utc) VALUES ($1, $2, $3, $4) RETURNING id";
	AUTO(arena_done) struct arena a = arena_init();
	int64_t id = 0, unused;
	struct db_val v[] = { DB_I(school), DB_T(str_z(kind)), DB_T(arena_fmt(&a, "%s Testerley %d", name, i)), DB_T(arena_fmt(&a, "%s%d@school.example", kind, i)), DB_I(1) };
	must("a person", db_run(st.db, &(struct db_stmt){ "person", "", put, 0, false }, v, ARRAY_N(v), one_id, &id, NULL));
	struct db_val r[] = { DB_I(school), DB_I(id), DB_T(str_z(role)), DB_I(1) };
	must("a role", db_run(st.db, &(struct db_stmt){ "role", "", give, 0, false }, r, ARRAY_N(r), one_id, &unused, NULL));
	return id;
}

static void people(void)
{
	static const char *const first[] = { "Fern", "Oak", "Alder", "Tansy", "Bryony", "Sorrel", "Hazel", "Rowan" };
	must("begin", db_begin(st.db));
	struct q_school_add_row row;
	must("a school", q_school_add_one(st.db, &arena, &(struct q_school_add_args){ .name = STR("Nettlebed Bench School"), .profile = STR("junior"), .at = 1 }, &row));
	school = row.id;
	dsl = person("staff", "Dot", 0, "dsl");
	person("staff", "Deb", 0, "deputy");
	person("staff", "Hew", 0, "head");
	for (int i = 0; i < STAFF; i++)
		staff[i] = person("staff", "Teach", i, "teacher");
	for (int i = 0; i < LEARNERS; i++)
		learner[i] = person("learner", first[i % ARRAY_N(first)], i, "learner");
	must("commit", db_commit(st.db));
}

/* PostgreSQL chooses by its statistics: by itself it would have them before long, in one big fill it has none. */
static void statistics(void)
{
	if (db_engine(st.db) == DB_POSTGRES)
		must("statistics", db_script(st.db, "ANALYZE"));
}

/* ---- cases ---- */

static struct entry_field field(const char *name, struct str v) { return (struct entry_field){ str_z(name), v }; }
static struct str number(struct arena *a, int64_t v) { return arena_fmt(a, "%lld", (long long)v); }

/* A concern as the form makes it: its fields are what a later one is made of. */
static int64_t told(struct str words, int64_t subject, int64_t author)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { school, author, "measuring" };
	struct received got;
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = subject, .author = author, .words = words };
	must("telling", record_report(&desk, &act, &r, &d, &got));
	return got.id;
}

static int64_t one_case(struct arena *a, unsigned i, unsigned cases, int64_t procedure)
{
	static const char *const areas[] = { "content", "contact", "conduct", "commerce" }, *const origins[] = { "tell", "page", "staff", "learner", "parent" };
	int64_t now = clock_utc(), child = learner[below(LEARNERS)], id = 0;
	bool closed = i + cases / 100 < cases, taken = closed || below(4);
	struct entry_field f[] = { field("title", sentence(a, 4, i)), field("words", sentence(a, 30, i)), field("subject", number(a, child)), field("kind", STR("concern")),
		field("origin", str_z(origins[below(5)])), field("risk_area", str_z(areas[below(4)])), field("reference", arena_fmt(a, "B%05uX", i)),
		field("danger", below(50) ? STR("no") : STR("yes")), field("happened", number(a, now)), field("procedure_text", number(a, procedure)),
		field("ack_due", number(a, now + 7200)), field("ack_level", STR("0")), field("ack", taken ? number(a, now + 600) : STR("0")),
		field("owner", taken ? number(a, dsl) : STR("0")), field("due", closed ? STR("0") : number(a, now + (int64_t)below(20) * DAY)), field("next", STR("Talk with the child")) };
	struct entry_person who[] = { { child, ENTRY_INVOLVED }, { staff[below(STAFF)], ENTRY_AUTHOR }, { staff[below(STAFF)], ENTRY_BARRED }, { dsl, ENTRY_SUBJECT } };
	size_t n = i % 500 == 7 ? 4 : i % 50 == 3 ? 3 : 2;       /* a few are kept from somebody, some from the lead herself */
	struct entry_in in = { .reg = "case", .state = closed ? "closed" : "open", .fields = f, .n_fields = ARRAY_N(f), .people = who, .n_people = n };
	must("a case", entry_create(&st, &(struct act){ school, staff[below(STAFF)], "measuring" }, &in, &found, &id));
	return id;
}

static void note(struct arena *a, int64_t parent, unsigned i)
{
	int64_t id;
	struct entry_field f[] = { field("kind", STR("note")), field("text", sentence(a, 12, i)), field("happened", number(a, clock_utc())) };
	struct entry_in in = { .reg = "case-note", .parent = parent, .fields = f, .n_fields = ARRAY_N(f) };
	must("a note", entry_create(&st, &(struct act){ school, dsl, "measuring" }, &in, &found, &id));
}

static int64_t procedure_of(int64_t id)
{
	struct entry_may program = { .school = school, .classes = ENTRY_BIT(ENTRY_CHILD) };
	struct entry e;
	int64_t v = 0;
	must("reading a case", entry_get(&st, &arena, &program, id, 0, &e));
	must("its procedure", str_i64(entry_value(&e, "procedure_text"), &v));
	return v;
}

static void cases(unsigned n, unsigned entries)
{
	int64_t from = clock_utc() - (int64_t)YEARS * YEAR_S, step = (int64_t)YEARS * YEAR_S / (n + 1);
	clock_fake(from * 1000);
	long_case = told(STR("Some words of the long one"), learner[1], staff[1]);
	int64_t procedure = procedure_of(long_case);
	unsigned each = entries > LONG_CASE + n ? (entries - LONG_CASE) / n : 1, notes = 0;
	for (unsigned i = 0; i < n; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		if (i % BATCH == 0)
			must("begin", db_begin(st.db));
		clock_fake((from + i * step) * 1000);
		int64_t id = one_case(&a, i, n, procedure);
		for (unsigned k = 0; k < each; k++, notes++)
			note(&a, id, notes);
		for (unsigned k = 0; k < LONG_CASE && i == n - 1; k++, notes++)
			note(&a, long_case, notes);
		if (i % BATCH == BATCH - 1 || i == n - 1)
			must("commit", db_commit(st.db));
		if (i == BATCH - 1 || i == 8 * BATCH - 1)
			statistics();
	}
	clock_fake(0);
	printf("%u cases, %u notes\n", n + 1, notes);
}

static void things(const char *reg, unsigned n)
{
	static const char *const states[] = { "used", "used", "used", "stored", "gone" };
	for (unsigned i = 0; i < n; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		int64_t id;
		if (i % BATCH == 0)
			must("begin", db_begin(st.db));
		struct entry_field f[] = { field("name", arena_fmt(&a, "Thing %06u", below(1000000))), field("place", arena_fmt(&a, "Room %u", below(60))),
			field("bought", arena_fmt(&a, "%u-%02u-%02u", 2001 + below(25), 1 + below(12), 1 + below(28))), field("note", arena_fmt(&a, "cupboard%u", below(5000))) };
		struct entry_in in = { .reg = reg, .state = states[below(5)], .fields = f, .n_fields = ARRAY_N(f) };
		must("a thing", entry_create(&st, &(struct act){ school, dsl, "measuring" }, &in, &found, &id));
		if (i % BATCH == BATCH - 1 || i == n - 1)
			must("commit", db_commit(st.db));
	}
}

/* ---- measuring ---- */

static struct entry_may lead(void) { return record_may(school, dsl, ROLE_BIT(ROLE_DSL)); }

/* As the page asks: six lists, the first five of each and how many there are. */
static void do_today(struct arena *a)
{
	static const enum case_list lists[] = { CASES_NEW, CASES_OVERDUE, CASES_DUE, CASES_MINE, CASES_WAITING, CASES_PARENTS };
	struct entry_may may = lead();
	struct case_page page;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		must("today", record_cases(&desk, a, &may, &(struct case_query){ .list = lists[i], .limit = 5 }, &page));
}

static void do_chronology(struct arena *a)
{
	struct entry_may may = record_may(school, dsl, ROLE_BIT(ROLE_DSL));
	struct case_view v;
	must("a file", record_view(&desk, a, &may, long_case, &v));
	if (v.n_chronology < LONG_CASE)
		must("its chronology", ERR_ABSENT);
}

static void find_cases(struct arena *a, struct case_query q)
{
	struct entry_may may = lead();
	struct case_page page;
	must("cases", record_cases(&desk, a, &may, &q, &page));
}

static void do_open(struct arena *a) { find_cases(a, (struct case_query){ .state = "open" }); }
static void do_all(struct arena *a) { find_cases(a, (struct case_query){ .offset = 0 }); }
static void do_deep(struct arena *a) { find_cases(a, (struct case_query){ .offset = 20000 }); }
static void do_about(struct arena *a) { find_cases(a, (struct case_query){ .about = learner[below(LEARNERS)] }); }
static void do_common(struct arena *a) { find_cases(a, (struct case_query){ .words = STR("phone") }); }
static void do_rare(struct arena *a) { find_cases(a, (struct case_query){ .words = arena_fmt(a, "marked%u", below(20)) }); }
static void do_two(struct arena *a) { find_cases(a, (struct case_query){ .words = STR("picture friend") }); }

static void do_everywhere(struct arena *a)
{
	struct entry_may may = lead();
	struct entry_query q = { .words = STR("picture secret"), .enough = ENTRY_ENOUGH_FOUND };
	struct entry_page page;
	must("a search", entry_list(&st, a, &may, &q, &page));
}

static void do_teacher(struct arena *a)
{
	struct entry_may may = record_may(school, staff[below(STAFF)], ROLE_BIT(ROLE_TEACHER));
	struct case_query q = { .words = STR("phone") };
	struct case_page page;
	must("a teacher's search", record_cases(&desk, a, &may, &q, &page));
}

static void do_save(struct arena *a) { told(sentence(a, 30, 7), learner[below(LEARNERS)], staff[below(STAFF)]); }

static void list(struct arena *a, const char *reg, struct entry_query q)
{
	struct entry_may may = { .school = school, .person = dsl, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_page page;
	q.reg = reg;
	q.enough = q.words.n ? ENTRY_ENOUGH_FOUND : ENTRY_ENOUGH;
	must("a list", entry_list(&st, a, &may, &q, &page));
}

static void do_few(struct arena *a) { list(a, FEW, (struct entry_query){ .limit = 50 }); }
static void do_few_sorted(struct arena *a) { list(a, FEW, (struct entry_query){ .order_by = "name", .ascending = true, .limit = 50 }); }
static void do_list(struct arena *a) { list(a, MANY, (struct entry_query){ .limit = 50 }); }
static void do_list_state(struct arena *a) { list(a, MANY, (struct entry_query){ .states = { "stored" }, .limit = 50 }); }
static void do_list_sorted(struct arena *a) { list(a, MANY, (struct entry_query){ .order_by = "name", .ascending = true, .limit = 50 }); }
static void do_list_filter(struct arena *a)
{
	list(a, MANY, (struct entry_query){ .where = { { "place", ENTRY_IS, 0, arena_fmt(a, "Room %u", below(60)) } }, .n_where = 1, .order_by = "bought", .limit = 50 });
}
static void do_list_words(struct arena *a) { list(a, MANY, (struct entry_query){ .words = arena_fmt(a, "cupboard%u", below(5000)), .limit = 50 }); }

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double ms_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void measure(const char *name, void (*run)(struct arena *), int rounds)
{
	static double took[ROUNDS_MAX], worked[ROUNDS_MAX];
	for (int i = -2; i < rounds; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		double from = ms_of(CLOCK_MONOTONIC), busy = ms_of(CLOCK_PROCESS_CPUTIME_ID);
		run(&a);
		if (i >= 0) {
			took[i] = ms_of(CLOCK_MONOTONIC) - from;
			worked[i] = ms_of(CLOCK_PROCESS_CPUTIME_ID) - busy;
		}
	}
	qsort(took, (size_t)rounds, sizeof *took, by_value);
	qsort(worked, (size_t)rounds, sizeof *worked, by_value);
	printf("result case %s p50_ms=%.2f p95_ms=%.2f cpu_ms=%.2f\n", name, took[rounds / 2], took[rounds * 95 / 100], worked[rounds / 2]);
	fflush(stdout);
}

static void measure_all(int rounds, bool with_things)
{
	static const struct { const char *name; void (*run)(struct arena *); bool thing; } jobs[] = {
		{ "today", do_today, false }, { "chronology-of-500", do_chronology, false }, { "saving-a-concern", do_save, false },
		{ "cases-open", do_open, false }, { "cases-all", do_all, false }, { "cases-far-back", do_deep, false }, { "cases-of-a-child", do_about, false },
		{ "search-common-word", do_common, false }, { "search-rare-word", do_rare, false }, { "search-two-words", do_two, false },
		{ "search-everything", do_everywhere, false }, { "search-of-a-teacher", do_teacher, false },
		{ "few-list", do_few, true }, { "few-sorted", do_few_sorted, true }, { "register-list", do_list, true }, { "register-by-state", do_list_state, true }, { "register-sorted", do_list_sorted, true },
		{ "register-filtered-and-sorted", do_list_filter, true }, { "register-search", do_list_words, true } };
	const char *only = getenv("JOB");
	for (size_t i = 0; i < ARRAY_N(jobs); i++)
		if ((!jobs[i].thing || with_things) && (!only || strstr(jobs[i].name, only)))
			measure(jobs[i].name, jobs[i].run, rounds);
}

/* ---- the whole ---- */

static enum err see_id(void *ctx, const struct db_val *cols, size_t n)
{
	int64_t **at = ctx;
	*(*at)++ = cols[0].i;
	return n ? OK : ERR_DB;
}

static void known(const char *sql, int64_t *out)
{
	struct db_val one = DB_I(school);
	must("reading back", db_run(st.db, &(struct db_stmt){ "known", "", sql, 0, true }, &one, 1, see_id, &out, NULL));
}

static bool filled(void)
{
	int64_t n = 0;
	must("looking", db_run(st.db, &(struct db_stmt){ "schools", "", "SELECT coalesce(max(id), 0) FROM school", -1, true }, NULL, 0, one_id, &n, NULL));
	school = n;
	if (!n)
		return false;
	known("SELECT id FROM person WHERE school = $1 AND kind = 'staff' ORDER BY id LIMIT 1", &dsl);
	known("SELECT id FROM person WHERE school = $1 AND name LIKE 'Teach%' ORDER BY id LIMIT 200", staff);
	known("SELECT id FROM person WHERE school = $1 AND kind = 'learner' ORDER BY id LIMIT 6000", learner);
	known("SELECT min(id) FROM entry WHERE school = $1 AND register = 'case'", &long_case);
	return true;
}

static struct keys *keys;
static struct registers *registers;

static int number_of(const char *z) { return (int)strtol(z, NULL, 10); }

int main(int argc, char **argv)
{
	if (argc != 8)
		return 2;
	arena = arena_init();
	found = diag_init(50);
	keys = keys_fake(7);
	must("the registers", registers_load(argv[3], &found, &registers));
	must("the data files", library_load(argv[2], "junior", &found, &library));
	must("the database", db_open(argv[1], &st.db));
	must("its schema", db_migrate(st.db, DB_HOUSE));
	st.keys = keys;
	st.registers = registers;
	desk = (struct desk){ &st, library };
	int64_t at = clock_mono_ms();
	if (!filled()) {
		people();
		cases((unsigned)number_of(argv[4]), (unsigned)number_of(argv[5]));
		printf("concerns made in %.1f s\n", (double)(clock_mono_ms() - at) / 1000);
		at = clock_mono_ms();
		things(FEW, FEW_THINGS);
		things(MANY, (unsigned)number_of(argv[6]));
		printf("%s things made in %.1f s\n", argv[6], (double)(clock_mono_ms() - at) / 1000);
		statistics();
	}
	measure_all(number_of(argv[7]), number_of(argv[6]) > 0);
	return 0;
}
