#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/wr.h"
#include "house/archive/archive_inner.h"
#include "io/file.h"

struct out {
	FILE *f;
	crypto_hash_sha256_state sha;
	struct buf block;
	struct archive_sum sum;
	int64_t rows;                  /* of this table */
};

static void out_done(struct out *o)
{
	if (o->f)
		fclose(o->f);
	buf_done(&o->block);
}

static enum err put(struct out *o, struct str bytes)
{
	crypto_hash_sha256_update(&o->sha, (const uint8_t *)bytes.p, bytes.n);
	o->sum.bytes += (int64_t)bytes.n;
	return fwrite(bytes.p, 1, bytes.n, o->f) == bytes.n ? OK : err_sys();
}

static void add_number(struct out *o, uint64_t v, size_t bytes)
{
	uint8_t room[8];
	struct wr w = wr_over(room, sizeof room);
	wr_be(&w, v, bytes);
	buf_add(&o->block, (struct str){ (const char *)room, bytes });
}

static void add_text(struct out *o, struct str s)
{
	add_number(o, s.n, 4);
	buf_add(&o->block, s);
}

/* What was gathered goes out as one block. */
static enum err flush(struct out *o, char kind)
{
	uint8_t head[5];
	struct wr w = wr_over(head, sizeof head);
	TRY(buf_ok(&o->block));
	wr_u8(&w, (uint8_t)kind);
	wr_u32(&w, (uint32_t)o->block.n);
	TRY(put(o, (struct str){ (const char *)head, sizeof head }));
	TRY(put(o, buf_str(&o->block)));
	buf_clear(&o->block);
	return OK;
}

static void add_value(struct out *o, const struct db_val *v)
{
	add_number(o, v->null ? 0 : v->type == DB_INT ? 1 : v->type == DB_TEXT ? 2 : 3, 1);
	if (v->null)
		return;
	if (v->type == DB_INT)
		add_number(o, (uint64_t)v->i, 8);
	else
		add_text(o, v->s);
}

static enum err put_row(void *ctx, const struct db_val *cols, size_t n)
{
	struct out *o = ctx;
	for (size_t i = 0; i < n; i++)
		add_value(o, &cols[i]);
	o->rows++;
	return flush(o, 'R');
}

/* Rows in the order of their first column: an entry under another was made after it. */
static enum err put_rows(struct out *o, struct db *db, const struct archive_table *t)
{
	AUTO(buf_done) struct buf sql = buf_init(8192);
	for (size_t i = 0; i < t->n; i++)
		buf_fmt(&sql, "%s%.*s", i ? ", " : "SELECT ", STRF(t->columns[i].name));
	buf_fmt(&sql, " FROM %.*s", STRF(t->name));
	if (!str_is(t->name, "activity"))
		buf_fmt(&sql, " ORDER BY %.*s", STRF(t->columns[0].name));
	TRY(buf_ok(&sql));
	struct db_stmt st = { "archive", "", sql.p, -1, true };
	return db_run(db, &st, NULL, 0, put_row, o, NULL);
}

static enum err put_table(struct out *o, struct db *db, const struct archive_table *t)
{
	o->rows = 0;
	add_number(o, t->part, 1);
	add_text(o, t->name);
	add_number(o, t->n, 2);
	for (size_t i = 0; i < t->n; i++) {
		add_text(o, t->columns[i].name);
		add_number(o, t->columns[i].type, 1);
	}
	TRY(flush(o, 'T'));
	TRY(put_rows(o, db, t));
	add_number(o, (uint64_t)o->rows, 8);
	o->sum.tables++;
	o->sum.rows += o->rows;
	return flush(o, 'E');
}

static enum err migration_row(void *ctx, const struct db_val *v, size_t n)
{
	struct out *o = ctx;
	add_number(o, (uint64_t)v[0].i, 1);
	add_text(o, v[1].s);
	add_text(o, v[2].s);
	return flush(o, 'S');
}

static enum err put_part(struct out *o, struct db *db, enum db_part part)
{
	static const struct db_stmt applied = { "archive", "", "SELECT part, name, digest FROM schema_version WHERE part = $1 ORDER BY name", -1, true };
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct archive_table *tables;
	struct db_val v[] = { DB_I(part) };
	size_t n;
	TRY(db_begin_read(db));
	tx.db = db;
	TRY(db_run(db, &applied, v, 1, migration_row, o, NULL));
	TRY(archive_tables(db, part, &a, &tables, &n));
	for (size_t i = 0; i < n; i++)
		TRY(put_table(o, db, &tables[i]));
	return db_tx_commit(&tx);
}

static enum err put_all(struct out *o, struct db *house, struct db *activity)
{
	uint8_t version[4], sha[crypto_hash_sha256_BYTES];
	struct wr w = wr_over(version, sizeof version);
	wr_u32(&w, ARCHIVE_VERSION);
	TRY(put(o, STR(ARCHIVE_MAGIC)));
	TRY(put(o, (struct str){ (const char *)version, sizeof version }));
	add_number(o, (uint64_t)o->sum.made_utc, 8);
	TRY(flush(o, 'M'));
	TRY(put_part(o, house, DB_HOUSE));
	TRY(put_part(o, activity, DB_ACTIVITY));
	TRY(flush(o, 'Z'));
	crypto_hash_sha256_final(&o->sha, sha);
	o->sum.bytes += (int64_t)sizeof sha;
	if (fwrite(sha, 1, sizeof sha, o->f) != sizeof sha || fflush(o->f) || fsync(fileno(o->f)))
		return err_sys();
	return OK;
}

static enum err write_beside(const char *path, struct db *house, struct db *activity, struct archive_sum *out)
{
	AUTO(out_done) struct out o = { .block = buf_init(ARCHIVE_BLOCK_MAX), .sum = { .made_utc = clock_utc() } };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || !(o.f = fdopen(fd, "w")))
		return err_sys();
	crypto_hash_sha256_init(&o.sha);
	TRY(put_all(&o, house, activity));
	*out = o.sum;
	return OK;
}

static enum err sync_folder(const char *path)
{
	char dir[4096];
	ptrdiff_t slash = str_rchr(str_z(path), '/');
	snprintf(dir, sizeof dir, "%.*s", slash > 0 ? (int)slash : 1, slash > 0 ? path : slash == 0 ? "/" : ".");
	return dir_sync(dir);
}

enum err archive_write(struct db *house, struct db *activity, const char *path, struct archive_sum *out)
{
	char beside[4096];
	struct archive_sum sum;
	int n = snprintf(beside, sizeof beside, "%s.part", path);
	if (n < 0 || (size_t)n >= sizeof beside)
		return ERR_LIMIT;
	if (file_exists(path))
		return ERR_EXISTS;
	enum err e = write_beside(beside, house, activity, &sum);
	if (e == OK && link(beside, path))
		e = errno == EEXIST ? ERR_EXISTS : err_sys();
	(void)unlink(beside);                  /* by that name it is no archive */
	TRY(e);
	*out = sum;
	return sync_folder(path);
}
