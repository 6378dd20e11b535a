#include "house/cli/verify_run.h"

#include <stdio.h>
#include <unistd.h>

#include "gen_queries.h"
#include "house/store/audit.h"
#include "house/store/pagesum.h"
#include "io/file.h"

enum { COPY_MAX = 16 * 1024 * 1024 };

static const char *file_of(const char *where)
{
	return str_starts(str_z(where), STR("sqlite:")) ? where + strlen("sqlite:") : NULL;
}

static enum err check_pages(const char *where, struct diag *d)
{
	const char *path = file_of(where);
	int64_t pages = 0;
	if (!path)
		return OK;
	enum err e = pagesum_walk(path, d, &pages);
	if (e == ERR_CORRUPT) {
		diag_add(d, DIAG_ERROR, str_z(path), 0, "This is not a database of Gatehouse, or its first page is damaged.");
		return OK;
	}
	TRY(e);
	printf("%s: %lld pages read\n", path, (long long)pages);
	return OK;
}

static enum err said(void *ctx, const struct db_val *v, size_t n)
{
	if (n && !str_is(v[0].s, "ok"))
		diag_add(ctx, DIAG_ERROR, STR("database"), 0, "%.*s", (int)(v[0].s.n < 300 ? v[0].s.n : 300), v[0].s.p);
	return OK;
}

/* SQLite's own walk of its trees; PostgreSQL checks its pages as it reads them. */
static enum err check_engine(struct db *db, struct diag *d)
{
	static const struct db_stmt st = { "integrity", "", "PRAGMA integrity_check(20)", -1, true };
	return db_engine(db) == DB_SQLITE ? db_run(db, &st, NULL, 0, said, d, NULL) : OK;
}

static enum err check_activity(const char *house, struct diag *d)
{
	char where[4096];
	AUTO(db_free) struct db *db = NULL;
	TRY(db_activity_where(house, where, sizeof where));
	if (!file_of(where))
		return OK;
	if (!file_exists(file_of(where))) {
		diag_add(d, DIAG_WARNING, str_z(where), 0, "There is no activity database yet.");
		return OK;
	}
	TRY(check_pages(where, d));
	TRY(db_open_read(where, &db));
	return check_engine(db, d);
}

struct outside { struct audit_outside *v; size_t n; };

static enum err add_copy(struct arena *a, const char *path, const uint8_t *pub, struct diag *d, struct outside *all)
{
	AUTO(buf_done) struct buf text = buf_init(COPY_MAX);
	struct audit_outside *more;
	size_t n;
	TRY(file_read(path, &text));
	TRY(audit_outside_read(a, str_z(path), buf_str(&text), pub, d, &more, &n));
	struct audit_outside *both = arena_array(a, struct audit_outside, all->n + n + 1);
	if (all->n)
		memcpy(both, all->v, all->n * sizeof *both);
	if (n)
		memcpy(both + all->n, more, n * sizeof *both);
	*all = (struct outside){ both, all->n + n };
	return OK;
}

static void show(void *ctx, const char *part, int64_t done, int64_t total)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%s: %lld of %lld ", part, (long long)done, (long long)total);
}

static enum err check_school(struct db *db, int64_t school, struct str name, const struct audit_verify *how, struct diag *d)
{
	struct audit_verified sum;
	TRY(audit_verify(db, school, how, d, &sum));
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%60s\r", "");
	printf("school %lld (%.*s): %lld audit records, %lld versions, %lld sealed texts, %lld checkpoints, %lld tombstones, %lld erased\n", (long long)school,
	       STRF(name), (long long)sum.records, (long long)sum.versions, (long long)sum.texts, (long long)sum.checkpoints, (long long)sum.tombstones, (long long)sum.erased);
	return OK;
}

static enum err check_schools(struct db *db, const struct audit_verify *how, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_school_all_row *schools;
	size_t n;
	TRY(q_school_all(db, &a, &schools, &n));
	for (size_t i = 0; i < n; i++)
		TRY(check_school(db, schools[i].id, schools[i].name, how, d));
	if (!n)
		diag_add(d, DIAG_WARNING, STR("database"), 0, "There is no school in it.");
	return OK;
}

static enum err check_house(const struct verify_opts *o, const struct audit_verify *how, struct diag *d)
{
	AUTO(db_free) struct db *db = NULL;
	TRY(check_pages(o->database, d));
	TRY(db_open_read(o->database, &db));
	TRY(check_engine(db, d));
	TRY(db_migrated(db, DB_HOUSE));
	return check_schools(db, how, d);
}

enum err verify_run(const struct verify_opts *o, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct audit_verify how = { .progress = show };
	struct outside copies = { 0 };
	uint8_t pub[CHECKPOINT_KEY];
	if (file_read_exact(o->public_key, pub, sizeof pub) == OK)
		how.public_key = pub;
	else
		diag_add(d, DIAG_WARNING, str_z(o->public_key), 0, "The signer's public key is not here: signatures were not checked.");
	for (size_t i = 0; i < o->n_copies; i++)
		TRY(add_copy(&a, o->copies[i], how.public_key, d, &copies));
	how.outside = copies.v;
	how.n_outside = copies.n;
	printf("%zu checkpoints from copies kept outside the database\n", copies.n);
	TRY(check_house(o, &how, d));
	return check_activity(o->database, d);
}
