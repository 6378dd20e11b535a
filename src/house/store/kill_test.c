/* A writer that is killed in the middle, again and again; a disk that is full. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rnd.h"
#include "house/store/activity.h"
#include "house/store/audit.h"
#include "house/store/fixture.h"
#include "house/store/pagesum.h"

static const char registers_text[] =
	"[register case]\ntitle = Cases\nclass = child\n"
	"[field title]\nlabel = Title\ntype = text\nrequired = yes\nindex = yes\n"
	"[field words]\nlabel = Words\ntype = longtext\nsealed = yes\n";

static struct registers *regs(void)
{
	struct diag d = diag_init(5);
	struct registers *r = NULL;
	CHECK_OK(registers_read(STR("t"), str_z(registers_text), &d, &r));
	diag_done(&d);
	return r;
}

static enum err new_case(struct store *st, int64_t school, int64_t *id)
{
	struct act act = { school, 0, "test" };
	struct entry_field f[] = { { STR("title"), STR("a title") }, { STR("words"), STR("words that take some room, one after the other") } };
	struct entry_in in = { .reg = "case", .fields = f, .n_fields = 2 };
	return entry_create(st, &act, &in, NULL, id);
}

static enum err new_event(struct db *db, int64_t school, int64_t record)
{
	struct activity_item item = { 1, record, { .at_ms = clock_ms(), .school = school, .person = 5, .kind = 2, .host = STR("one.example") } };
	struct activity_cursor upto = { STR("g"), 0, 1, record };
	return activity_ingest(db, &upto, &item, 1, NULL);
}

/* What the parent hears: done with this case, done with this event. */
struct ack { int64_t entry, event; };

/* The same database, by a name that PostgreSQL shows for the connection. */
static enum err open_named(const struct fixture *fx, const char *where, struct db **out)
{
	char named[800];
	snprintf(named, sizeof named, "%s%s%s", where, fx->turn == 2 ? " application_name=writer_" : "", fx->schema);
	return db_open(named, out);
}

/* Never returns: killed, or an error ends it. */
static void write_until_killed(const struct fixture *fx, struct registers *r, int pipe, int64_t event)
{
	struct db *db = NULL, *activity = NULL;
	if (open_named(fx, fx->where, &db) != OK || open_named(fx, fx->activity_where, &activity) != OK)
		_exit(3);
	struct store st = { db, fx->keys, r };
	for (;;) {
		struct ack ack = { .event = ++event };
		if (new_case(&st, fx->school, &ack.entry) != OK || new_event(activity, fx->school, event) != OK)
			_exit(4);
		if (write(pipe, &ack, sizeof ack) != sizeof ack)
			_exit(5);
	}
}

static int64_t number_of(struct db *db, const char *sql, int64_t school, int64_t b)
{
	static const struct db_col col[] = { { DB_INT, 0 } };
	static const struct db_shape shape = { sizeof(int64_t), 1, col };
	AUTO(arena_done) struct arena a = arena_init();
	struct db_stmt st = { "t", "", sql, 0, true };
	struct db_val v[] = { DB_I(school), DB_I(b) };
	int64_t n = -1;
	CHECK_OK(db_fetch_one(db, &a, &st, &shape, v, 2, &n));
	return n;
}

struct heard { struct ack *v; size_t n, cap; };

static void hear(struct heard *h, int from)
{
	struct ack ack;
	CHECK(h->n < h->cap);
	if (read(from, &ack, sizeof ack) == sizeof ack)
		h->v[h->n++] = ack;
}

/* PostgreSQL may still be at the last thing that a killed client asked of it. */
static void until_it_is_gone(struct fixture *fx)
{
	char sql[160];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'writer_%s' AND $1 > 0 AND $2 = 0", fx->schema);
	while (fx->turn == 2 && number_of(fx->db, sql, fx->school, 0) > 0)
		usleep(2000);
}

/* Every fourth is killed while it begins, the others at work: after the first thing that they acknowledge. */
static void one_life(struct fixture *fx, struct registers *r, struct heard *h, int life)
{
	int ends[2];
	CHECK(pipe(ends) == 0);
	int64_t last = 0;
	struct activity_cursor at;
	AUTO(arena_done) struct arena a = arena_init();
	CHECK_OK(activity_cursor_get(fx->activity, &a, STR("g"), 0, &at));
	last = at.record;
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		write_until_killed(fx, r, ends[1], last);
	}
	close(ends[1]);
	if (life % 4)
		hear(h, ends[0]);
	usleep(rnd_below(60000));
	CHECK(kill(child, SIGKILL) == 0);
	for (size_t before = h->n + 1; before != h->n;) {
		before = h->n;
		hear(h, ends[0]);
	}
	close(ends[0]);
	int status;
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
	until_it_is_gone(fx);
}

static size_t errors_of(struct db *db, int64_t school)
{
	struct diag d = diag_init(20);
	struct audit_verify how = { 0 };
	struct audit_verified sum;
	CHECK_OK(audit_verify(db, school, &how, &d, &sum));
	for (size_t i = 0; i < d.n; i++)
		print_error("%.*s\n", STRF(d.items[i].text));
	size_t n = d.errors;
	diag_done(&d);
	return n;
}

/* Everything acknowledged is there, once; at most what was in flight is there besides. */
static void check_all(struct fixture *fx, const struct heard *h, int lives)
{
	for (size_t i = 0; i < h->n; i++)
		CHECK_INT(number_of(fx->db, "SELECT count(*) FROM entry WHERE school = $1 AND id = $2 AND version = 1", fx->school, h->v[i].entry), 1);
	int64_t entries = number_of(fx->db, "SELECT count(*) FROM entry WHERE school = $1 AND $2 = 0", fx->school, 0);
	int64_t numbers = number_of(fx->db, "SELECT count(DISTINCT number) FROM entry WHERE school = $1 AND $2 = 0", fx->school, 0);
	CHECK(entries == numbers && entries >= (int64_t)h->n && entries <= (int64_t)h->n + lives);
	int64_t events = number_of(fx->activity, "SELECT count(*) FROM activity WHERE school = $1 AND $2 = 0", fx->school, 0);
	int64_t cursor = number_of(fx->activity, "SELECT record FROM ingest_cursor WHERE $1 > 0 AND $2 = 0", fx->school, 0);
	CHECK(events == cursor && events >= (int64_t)h->n && events <= entries);
	CHECK_INT(errors_of(fx->db, fx->school), 0);
}

TEST(kill, a_killed_writer_loses_and_doubles_nothing_that_it_acknowledged)
{
	struct registers *r = regs();
	int lives = getenv("GH_KILLS") ? (int)strtol(getenv("GH_KILLS"), NULL, 10) : 20;
	ON_EACH_ENGINE(fx) {
		struct heard h = { mem_array(struct ack, 1000000), 0, 1000000 };
		for (int i = 0; i < lives; i++)
			one_life(&fx, r, &h, i);
		CHECK(h.n >= (size_t)(lives * 3 / 4));
		check_all(&fx, &h, lives);
		print_message("%d killed writers, %zu records acknowledged\n", lives, h.n);
		mem_free(&h.v);
	}
	registers_free(&r);
}

TEST(disk, full_is_said_and_leaves_nothing_half_written)
{
	struct registers *r = regs();
	struct fixture fx = { 0 };
	CHECK(fixture_next(&fx));
	struct store st = { fx.db, fx.keys, r };
	int64_t id = 0, before = 0, n = 0;
	enum err e = OK;
	CHECK_OK(new_case(&st, fx.school, &id));
	char sql[60];
	snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld", (long long)number_of(fx.db, "SELECT page_count + 3 * ($1 / $1) + 0 * $2 FROM pragma_page_count", fx.school, 0));
	CHECK_OK(db_script(fx.db, sql));
	for (before = 1; before < 10000; before++)
		if ((e = new_case(&st, fx.school, &id)) != OK)
			break;
	CHECK_ERR(e, (enum err)-ENOSPC);
	CHECK(!db_in_transaction(fx.db));
	n = number_of(fx.db, "SELECT count(*) FROM entry WHERE school = $1 AND $2 = 0", fx.school, 0);
	CHECK_INT(n, before);
	CHECK_INT(errors_of(fx.db, fx.school), 0);
	CHECK_OK(db_script(fx.db, "PRAGMA max_page_count = 1000000"));
	CHECK_OK(new_case(&st, fx.school, &id));
	CHECK_INT(errors_of(fx.db, fx.school), 0);
	fixture_close(&fx);
	registers_free(&r);
}

TEST(disk, writes_that_the_system_refuses_leave_a_sound_file)
{
	struct registers *r = regs();
	struct fixture fx = { 0 };
	CHECK(fixture_next(&fx));
	pid_t child = fork();
	if (child == 0) {
		struct db *db = NULL;
		struct rlimit limit = { 700 * 1024, 700 * 1024 };
		(void)signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) || db_open(fx.where, &db) != OK)
			_exit(3);
		struct store st = { db, fx.keys, r };
		int64_t id;
		enum err e = OK;
		for (int i = 0; i < 5000 && e == OK; i++)
			e = new_case(&st, fx.school, &id);
		_exit(e == (enum err)-ENOSPC || e == (enum err)-EIO ? 0 : 4);
	}
	int status;
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	struct diag d = diag_init(5);
	struct store st = { fx.db, fx.keys, r };
	int64_t pages, id;
	CHECK_INT(errors_of(fx.db, fx.school), 0);
	CHECK_OK(new_case(&st, fx.school, &id));
	CHECK_OK(pagesum_walk(fx.where + strlen("sqlite:"), &d, &pages));
	CHECK_INT(d.errors, 0);
	diag_done(&d);
	fixture_close(&fx);
	registers_free(&r);
}
