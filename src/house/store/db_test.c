#include "house/store/db.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "house/store/audit.h"
#include "house/store/fixture.h"
#include "house/store/pagesum.h"

static const struct db_stmt make = { "t_make", "", "INSERT INTO setting (school, name, value, changed_by, changed_utc) VALUES ($1, $2, $3, 0, 0)", 0, false };
static const struct db_stmt count = { "t_count", "", "SELECT count(*) FROM setting WHERE school = $1", 0, true };

static enum err put(struct db *db, int64_t school, const char *name, struct str value)
{
	struct db_val v[] = { DB_I(school), DB_T(str_z(name)), DB_T(value) };
	return db_run(db, &make, v, 3, NULL, NULL, NULL);
}

static enum err to_int(void *ctx, const struct db_val *cols, size_t n)
{
	*(int64_t *)ctx = cols[0].i;
	return OK;
}

static int64_t counted(struct db *db, int64_t school)
{
	int64_t n = -1;
	struct db_val v[] = { DB_I(school) };
	CHECK_OK(db_run(db, &count, v, 1, to_int, &n, NULL));
	return n;
}

TEST(db, every_named_query_prepares)
{
	ON_EACH_ENGINE(fx) {
		for (size_t i = 0; i < db_queries_n; i++) {
			const struct db_query *q = &db_queries[i];
			struct db_val v[DB_ARGS_MAX] = { 0 };
			for (size_t k = 0; k < q->n_args; k++)
				v[k] = (struct db_val){ .type = q->args[k], .null = true };
			struct db *db = q->part == DB_HOUSE ? fx.db : fx.activity;
			enum err e = db_check(db, q->st, v, q->n_args, q->n_cols);
			if (e != OK)
				print_error("%s: %s\n", q->st->name, db_says(db));
			CHECK(e == OK);
		}
	}
}

TEST(db, migrating_again_changes_nothing_and_newer_is_refused)
{
	ON_EACH_ENGINE(fx) {
		CHECK_OK(db_migrate(fx.db, DB_HOUSE));
		CHECK_OK(db_migrated(fx.db, DB_HOUSE));
		CHECK_OK(db_script(fx.db, "INSERT INTO schema_version (name, part, digest, applied_utc) VALUES ('9999_later', 0, '', 0)"));
		CHECK_ERR(db_migrate(fx.db, DB_HOUSE), ERR_VERSION);
		CHECK_ERR(db_migrated(fx.db, DB_HOUSE), ERR_VERSION);
	}
}

TEST(db, transactions_nest_and_roll_back_by_themselves)
{
	ON_EACH_ENGINE(fx) {
		CHECK_OK(db_begin(fx.db));
		CHECK_OK(put(fx.db, fx.school, "kept", STR("1")));
		CHECK_OK(db_begin(fx.db));
		CHECK_OK(put(fx.db, fx.school, "lost", STR("1")));
		db_rollback(fx.db);
		CHECK_OK(db_commit(fx.db));
		CHECK_INT(counted(fx.db, fx.school), 1);
		{
			AUTO(db_tx_done) struct db_tx tx = { 0 };
			CHECK_OK(db_tx_begin(fx.db, &tx));
			CHECK_OK(put(fx.db, fx.school, "lost too", STR("1")));
		}
		CHECK_INT(counted(fx.db, fx.school), 1);
		CHECK(!db_in_transaction(fx.db));
	}
}

TEST(db, a_failed_statement_stops_its_transaction_on_both_engines)
{
	ON_EACH_ENGINE(fx) {
		CHECK_OK(put(fx.db, fx.school, "one", STR("1")));
		CHECK_OK(db_begin(fx.db));
		CHECK_OK(put(fx.db, fx.school, "two", STR("2")));
		CHECK_OK(db_begin(fx.db));
		CHECK_ERR(put(fx.db, fx.school, "one", STR("again")), ERR_EXISTS);
		CHECK_ERR(put(fx.db, fx.school, "three", STR("3")), ERR_STATE);
		CHECK_ERR(db_commit(fx.db), ERR_STATE);
		CHECK_OK(put(fx.db, fx.school, "four", STR("4")));
		CHECK_OK(db_commit(fx.db));
		CHECK_INT(counted(fx.db, fx.school), 3);
	}
}

TEST(db, errors_have_types)
{
	ON_EACH_ENGINE(fx) {
		CHECK_ERR(put(fx.db, fx.school, "bad text", (struct str){ "\xff\xfe", 2 }), ERR_INVALID);
		CHECK_ERR(put(fx.db, fx.school, "nul", (struct str){ "a\0b", 3 }), ERR_INVALID);
		CHECK_ERR(put(fx.db, fx.school + 99, "no such school", STR("1")), ERR_STATE);
		static const struct db_stmt nonsense = { "t", "", "SELECT nothing FROM nowhere", -1, true };
		CHECK_ERR(db_run(fx.db, &nonsense, NULL, 0, NULL, NULL, NULL), ERR_DB);
		CHECK(db_says(fx.db)[0]);
		CHECK_INT(counted(fx.db, fx.school), 0);
	}
}

TEST(db, append_only_tables_refuse_to_change)
{
	ON_EACH_ENGINE(fx) {
		struct act act = { fx.school, 0, "test" };
		CHECK_OK(audit_add(fx.db, &act, "test.done", (struct audit_about){ "none", 0 }, NULL));
		static const struct db_stmt edit = { "t1", "", "UPDATE audit SET what = 'other' WHERE school = $1", 0, false };
		static const struct db_stmt cut = { "t2", "", "DELETE FROM audit WHERE school = $1", 0, false };
		struct db_val v[] = { DB_I(fx.school) };
		CHECK_ERR(db_run(fx.db, &edit, v, 1, NULL, NULL, NULL), ERR_FORBIDDEN);
		CHECK_ERR(db_run(fx.db, &cut, v, 1, NULL, NULL, NULL), ERR_FORBIDDEN);
	}
}

TEST(db, postgres_shows_only_rows_of_the_school)
{
	ON_EACH_ENGINE(fx) {
		CHECK_OK(put(fx.db, fx.school, "mine", STR("1")));
		if (db_engine(fx.db) != DB_POSTGRES)
			continue;
		/* A statement that forgets its school: row-level security still keeps it in. */
		static const struct db_stmt careless = { "t", "", "SELECT count(*) FROM setting WHERE $1 > 0", 0, true };
		int64_t n = -1;
		struct db_val other[] = { DB_I(fx.school + 1) }, mine[] = { DB_I(fx.school) };
		CHECK_OK(db_run(fx.db, &careless, other, 1, to_int, &n, NULL));
		CHECK_INT(n, 0);
		CHECK_OK(db_run(fx.db, &careless, mine, 1, to_int, &n, NULL));
		CHECK_INT(n, 1);
	}
}

TEST(db, a_writer_waits_for_another_and_both_are_kept)
{
	ON_EACH_ENGINE(fx) {
		struct db *second = NULL;
		CHECK_OK(db_open(fx.where, &second));
		CHECK_OK(put(fx.db, fx.school, "a", STR("1")));
		CHECK_OK(put(second, fx.school, "b", STR("1")));
		CHECK_INT(counted(fx.db, fx.school), 2);
		db_free(&second);
	}
}

static enum err stop_at_once(void *ctx, const struct db_val *cols, size_t n)
{
	++*(int *)ctx;
	return ERR_END;
}

TEST(db, a_row_function_can_stop_and_the_handle_goes_on)
{
	ON_EACH_ENGINE(fx) {
		CHECK_OK(put(fx.db, fx.school, "a", STR("1")));
		CHECK_OK(put(fx.db, fx.school, "b", STR("1")));
		static const struct db_stmt names = { "t", "", "SELECT name FROM setting WHERE school = $1", 0, true };
		struct db_val v[] = { DB_I(fx.school) };
		int rows = 0;
		CHECK_ERR(db_run(fx.db, &names, v, 1, stop_at_once, &rows, NULL), ERR_END);
		CHECK_INT(rows, 1);
		CHECK_INT(counted(fx.db, fx.school), 2);
	}
}

TEST(db, nothing_unknown_is_opened)
{
	struct db *db = NULL;
	CHECK_ERR(db_open("mysql:x", &db), ERR_INVALID);
	CHECK_ERR(db_open_read("sqlite:/nonexistent/x.db", &db), (enum err)-ENOENT);
	CHECK(!db);
}

/* ---- SQLite files */

static size_t file_bytes(const char *path)
{
	struct stat st;
	CHECK(stat(path, &st) == 0);
	return (size_t)st.st_size;
}

static void flip(const char *path, size_t at, uint8_t with)
{
	int fd = open(path, O_RDWR);
	uint8_t c;
	CHECK(pread(fd, &c, 1, (off_t)at) == 1);
	c ^= with;
	CHECK(pwrite(fd, &c, 1, (off_t)at) == 1);
	close(fd);
}

static void full_house(char where[300])
{
	snprintf(where, 300, "sqlite:%s/h.db", test_dir());
	struct db *db = NULL;
	CHECK_OK(db_open(where, &db));
	CHECK_OK(db_migrate(db, DB_HOUSE));
	CHECK_OK(db_script(db, "INSERT INTO school (id, name, made_utc) VALUES (1, 'x', 0)"));
	for (int i = 0; i < 200; i++) {
		char name[20];
		snprintf(name, sizeof name, "name %d", i);
		CHECK_OK(put(db, 1, name, STR("a value that is long enough to fill a few pages of the file with something to read")));
	}
	CHECK_OK(db_script(db, "DELETE FROM setting WHERE changed_by = 0 AND name LIKE 'name 1%'"));
	db_free(&db);
}

static size_t findings(const char *path)
{
	struct diag d = diag_init(10);
	int64_t pages = 0;
	enum err e = pagesum_walk(path, &d, &pages);
	size_t n = e == OK ? d.errors : 1;
	diag_done(&d);
	return n;
}

TEST(pagesum, every_flipped_byte_is_reported)
{
	char where[300];
	full_house(where);
	const char *path = where + strlen("sqlite:");
	size_t n = file_bytes(path);
	CHECK(n >= 20 * PAGESUM_PAGE);
	CHECK_INT(findings(path), 0);
	for (size_t at = 0; at < 110; at++) {            /* the head of the file, byte by byte */
		flip(path, at, (uint8_t)(1u << (at % 8)));
		CHECK_INT(findings(path), 1);
		flip(path, at, (uint8_t)(1u << (at % 8)));
	}
	for (size_t first = 5; first < PAGESUM_PAGE; first += 500) {           /* one byte of every other page, of each elsewhere */
		size_t tried = 0;
		for (size_t at = PAGESUM_PAGE + first; at < n; at += PAGESUM_PAGE + 3, tried++)
			flip(path, at, (uint8_t)(1u << (at % 8)));
		CHECK(tried >= 19);
		CHECK_INT(findings(path), tried);
		for (size_t at = PAGESUM_PAGE + first; at < n; at += PAGESUM_PAGE + 3)
			flip(path, at, (uint8_t)(1u << (at % 8)));
	}
	CHECK_INT(findings(path), 0);
}

TEST(pagesum, cut_and_swapped_pages_are_reported)
{
	char where[300];
	full_house(where);
	const char *path = where + strlen("sqlite:");
	size_t n = file_bytes(path);
	uint8_t a[PAGESUM_PAGE], b[PAGESUM_PAGE];
	int fd = open(path, O_RDWR);
	CHECK(pread(fd, a, sizeof a, 3 * PAGESUM_PAGE) == PAGESUM_PAGE && pread(fd, b, sizeof b, 4 * PAGESUM_PAGE) == PAGESUM_PAGE);
	CHECK(pwrite(fd, b, sizeof b, 3 * PAGESUM_PAGE) == PAGESUM_PAGE && pwrite(fd, a, sizeof a, 4 * PAGESUM_PAGE) == PAGESUM_PAGE);
	CHECK_INT(findings(path), 2);
	CHECK(pwrite(fd, a, sizeof a, 3 * PAGESUM_PAGE) == PAGESUM_PAGE && pwrite(fd, b, sizeof b, 4 * PAGESUM_PAGE) == PAGESUM_PAGE);
	CHECK_INT(findings(path), 0);
	CHECK(ftruncate(fd, (off_t)(n - 10)) == 0);
	CHECK_INT(findings(path), 1);
	close(fd);
}

TEST(pagesum, a_damaged_page_is_never_read_as_if_it_were_good)
{
	char where[300];
	full_house(where);
	const char *path = where + strlen("sqlite:");
	size_t n = file_bytes(path), refused = 0;
	for (size_t page = 0; page < n / PAGESUM_PAGE; page++) {
		flip(path, page * PAGESUM_PAGE + 1000, 4);
		struct db *db = NULL;
		enum err e = db_open_read(where, &db);
		if (e == OK) {
			int64_t rows = -1;
			struct db_val v[] = { DB_I(1) };
			static const struct db_stmt deep = { "t", "", "SELECT count(*) FROM setting WHERE school = $1 AND length(value) > 20", 0, true };
			e = db_run(db, &deep, v, 1, to_int, &rows, NULL);
			CHECK(e != OK || rows == 89);
		}
		refused += e == ERR_CORRUPT;
		CHECK(e == OK || e == ERR_CORRUPT);
		db_free(&db);
		flip(path, page * PAGESUM_PAGE + 1000, 4);
	}
	CHECK(refused >= 2);
}

TEST(pagesum, a_file_without_sums_is_not_ours)
{
	char path[300], where[320];
	snprintf(path, sizeof path, "%s/x.db", test_dir());
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	CHECK(write(fd, "SQLite format 3", 16) == 16 && ftruncate(fd, 8192) == 0);
	close(fd);
	snprintf(where, sizeof where, "sqlite:%s", path);
	struct db *db = NULL;
	CHECK_ERR(db_open(where, &db), ERR_CORRUPT);
}
