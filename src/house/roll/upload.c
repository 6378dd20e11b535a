#include "house/roll/upload.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/store/audit.h"

enum { FILES_MAX = 40, PACKED_MAX = ROLL_BYTES_MAX + 64 * 1024 };

/* ---- several files as one ---- */

static void put_net(struct buf *out, struct str s)
{
	buf_fmt(out, "%zu:", s.n);
	buf_add(out, s);
	buf_byte(out, ',');
}

enum err roll_pack(const struct roll_file *files, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		put_net(out, files[i].name);
		put_net(out, files[i].bytes);
	}
	return buf_ok(out);
}

static enum err get_net(struct str *rest, struct str *out)
{
	uint64_t n;
	ptrdiff_t colon = str_chr(str_upto(*rest, 12), ':');
	if (colon <= 0 || str_u64(str_upto(*rest, (size_t)colon), &n) != OK || n > PACKED_MAX)
		return ERR_SYNTAX;
	*rest = str_from(*rest, (size_t)colon + 1);
	if (rest->n <= n || rest->p[n] != ',')
		return ERR_SYNTAX;
	*out = str_upto(*rest, (size_t)n);
	*rest = str_from(*rest, (size_t)n + 1);
	return OK;
}

enum err roll_unpack(struct arena *a, struct str bytes, struct roll_file **out, size_t *n)
{
	struct roll_file *files = arena_array(a, struct roll_file, FILES_MAX);
	size_t count = 0;
	while (bytes.n) {
		if (count == FILES_MAX)
			return ERR_LIMIT;
		TRY(get_net(&bytes, &files[count].name));
		TRY(get_net(&bytes, &files[count].bytes));
		count++;
	}
	*out = files;
	*n = count;
	return OK;
}

/* ---- in the store ---- */

static enum err sweep(struct db *db, const struct act *act)
{
	return q_roll_upload_sweep_do(db, &(struct q_roll_upload_sweep_args){ .school = act->school, .stale = clock_utc() - ROLL_UPLOAD_S }, NULL);
}

static enum err add(struct db *db, const struct act *act, const struct roll_file *files, size_t n, struct str directory, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(PACKED_MAX);
	struct q_roll_upload_put_row row;
	if (n == 0 || n > FILES_MAX)
		return ERR_LIMIT;
	TRY(roll_pack(files, n, &b));
	struct str name = n > 1 ? arena_fmt(&a, "%.*s and %zu more", STRF(files[0].name), n - 1) : files[0].name;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(sweep(db, act));
	TRY(q_roll_upload_put_one(db, &a, &(struct q_roll_upload_put_args){ .school = act->school, .by = act->person, .now = clock_utc(), .name = name, .bytes = buf_str(&b), .directory = directory }, &row));
	TRY(audit_add(db, act, "roll.uploaded", (struct audit_about){ "roll", row.id }, NULL));
	TRY(db_tx_commit(&tx));
	*id = row.id;
	return OK;
}

enum err roll_upload_add(struct db *db, const struct act *act, const struct roll_file *files, size_t n, int64_t *id)
{
	return add(db, act, files, n, STR(""), id);
}

enum err roll_upload_add_directory(struct db *db, const struct act *act, struct str directory, struct str bytes, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct roll_file one = { arena_fmt(&a, "The directory %.*s", STRF(directory)), bytes };
	return add(db, act, &one, 1, directory, id);
}

enum err roll_upload_get(struct db *db, struct arena *a, const struct act *act, int64_t id, struct roll_upload *out)
{
	struct q_roll_upload_row_row r;
	TRY(q_roll_upload_row_one(db, a, &(struct q_roll_upload_row_args){ .school = act->school, .id = id }, &r));
	if (r.by != act->person || r.made_utc < clock_utc() - ROLL_UPLOAD_S)
		return ERR_ABSENT;
	struct roll_upload u = { .id = r.id, .made_utc = r.made_utc, .name = r.name, .columns = r.columns.n ? r.columns : STR_NONE, .part = r.part,
		.directory = r.directory.n ? r.directory : STR_NONE };
	TRY(roll_unpack(a, r.bytes, &u.files, &u.n));
	hash_sha256(r.bytes, u.digest);
	*out = u;
	return OK;
}

enum err roll_upload_list(struct db *db, struct arena *a, const struct act *act, struct roll_upload **out, size_t *n)
{
	struct q_roll_upload_rows_row *rows;
	TRY(q_roll_upload_rows(db, a, &(struct q_roll_upload_rows_args){ .school = act->school, .by = act->person, .stale = clock_utc() - ROLL_UPLOAD_S }, &rows, n));
	*out = arena_array(a, struct roll_upload, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct roll_upload){ .id = rows[i].id, .made_utc = rows[i].made_utc, .name = rows[i].name };
	return OK;
}

enum err roll_upload_set(struct db *db, const struct act *act, int64_t id, struct str columns, bool part)
{
	return q_roll_upload_set_do(db, &(struct q_roll_upload_set_args){ .school = act->school, .id = id, .columns = columns.p ? columns : STR(""), .part = part }, NULL);
}

enum err roll_upload_drop(struct db *db, const struct act *act, int64_t id)
{
	TRY(sweep(db, act));
	return q_roll_upload_drop_do(db, &(struct q_roll_upload_drop_args){ .school = act->school, .id = id }, NULL);
}
