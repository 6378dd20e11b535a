#include "house/casefile/attachment.h"

#include "base/hash.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/store/audit.h"

enum { LIST_MAX = 200 };

static struct entry_may all(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ~0u & ~1u };
}

static int64_t int_of(const struct entry *e, const char *field)
{
	int64_t v;
	return str_i64(entry_value(e, field), &v) == OK ? v : 0;
}

/* ---- keeping ---- */

static struct seal_place place(struct arena *a, int64_t school, int64_t key, int64_t id, size_t n)
{
	return (struct seal_place){ school, key, id, 1, arena_fmt(a, "part-%zu", n).p };
}

static enum err put_parts(struct store *st, int64_t school, int64_t key, int64_t id, struct str bytes)
{
	for (size_t n = 0; bytes.n; n++, bytes = str_from(bytes, ATTACHMENT_PART)) {
		AUTO(arena_done) struct arena a = arena_init();
		struct seal_place at = place(&a, school, key, id, n);
		struct q_document_part_put_args put = { .school = school, .entry = id, .n = (int64_t)n };
		TRY(seal_text(st->db, st->keys, &a, &at, str_upto(bytes, ATTACHMENT_PART), &put.sealed));
		TRY(q_document_part_put_do(st->db, &put, NULL));
	}
	return OK;
}

static struct str digest_of(struct arena *a, struct str bytes)
{
	uint8_t sum[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	hash_sha256(bytes, sum);
	hex_put(sum, sizeof sum, hex);
	return arena_str(a, str_z(hex));
}

static enum err key_of(struct store *st, struct arena *a, int64_t school, int64_t id, int64_t *key)
{
	struct q_entry_head_row row;
	TRY(q_entry_head_one(st->db, a, &(struct q_entry_head_args){ .school = school, .id = id }, &row));
	*key = row.case_key;
	return row.case_key ? OK : ERR_STATE;
}

static enum err keep(struct store *st, const struct act *act, const struct entry *parent, const struct attachment_in *in, const char *ending,
                     bool thinned, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t key;
	if (in->bytes.n > (size_t)ATTACHMENT_PARTS_MAX * ATTACHMENT_PART)
		return ERR_LIMIT;
	struct entry_field f[] = {
		{ STR("name"), str_upto(in->name, ATTACHMENT_NAME_MAX) }, { STR("what"), in->what }, { STR("kind"), str_z(ending) },
		{ STR("size"), arena_fmt(&a, "%zu", in->bytes.n) }, { STR("parts"), arena_fmt(&a, "%zu", (in->bytes.n + ATTACHMENT_PART - 1) / ATTACHMENT_PART) },
		{ STR("digest"), digest_of(&a, in->bytes) }, { STR("thinned"), thinned ? STR("yes") : STR("no") },
	};
	struct entry_in e = { .reg = "document", .class = parent->class, .parent = parent->id, .fields = f, .n_fields = ARRAY_N(f),
		.people = parent->people, .n_people = parent->n_people };
	TRY(db_tx_begin(st->db, &tx));
	TRY(entry_create(st, act, &e, d, id));
	TRY(key_of(st, &a, act->school, *id, &key));
	TRY(put_parts(st, act->school, key, *id, in->bytes));
	return db_tx_commit(&tx);
}

/* A refusal is kept too, without a byte of the file: somebody tried to put a picture there. */
static enum err refuse(struct store *st, const struct act *act, const struct entry *parent, enum screen_why why, struct diag *d)
{
	struct act kept = { act->school, act->person, screen_word(why) };
	diag_add(d, DIAG_ERROR, STR("file"), 0, "%s", screen_sentence(why));
	TRY(audit_add(st->db, &kept, "document.refused", (struct audit_about){ "case-file", parent->id }, NULL));
	return ERR_INVALID;
}

enum err attachment_add(struct store *st, const struct act *act, const struct entry *parent, const struct attachment_in *in,
                        struct diag *d, int64_t *id, enum screen_why *why)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct screened s = screen(&a, in->bytes);
	*why = s.why;
	if (s.why != SCREEN_FINE)
		return refuse(st, act, parent, s.why, d);
	if (!str_trim(in->what).n || in->what.n > ATTACHMENT_WHAT_MAX) {
		diag_add(d, DIAG_ERROR, STR("what"), 0, "Say in a few words what it is, so that a stranger finds it in ten years.");
		return ERR_INVALID;
	}
	struct attachment_in kept = { str_utf8(in->name) && in->name.n ? in->name : STR("document"), in->what, s.bytes };
	return keep(st, act, parent, &kept, screen_ending(s.kind), s.thinned, d, id);
}

enum err attachment_keep(struct store *st, const struct act *act, const struct entry *parent, const struct attachment_in *in,
                         const char *ending, struct diag *d, int64_t *id)
{
	return keep(st, act, parent, in, ending, false, d, id);
}

/* ---- reading ---- */

static struct attachment read_one(const struct entry *e)
{
	return (struct attachment){ .id = e->id, .parent = e->parent, .size = int_of(e, "size"), .made_utc = e->made_utc, .made_by = e->made_by,
		.name = entry_value(e, "name"), .what = entry_value(e, "what"), .kind = entry_value(e, "kind"), .digest = entry_value(e, "digest"),
		.why = entry_value(e, "withdrawn_why"), .thinned = str_is(entry_value(e, "thinned"), "yes"), .withdrawn = str_is(e->state, "withdrawn"),
		.destroyed = e->destroyed };
}

enum err attachment_list(struct store *st, struct arena *a, int64_t school, int64_t parent, struct attachment **out, size_t *n)
{
	struct entry_may may = all(school);
	struct entry_page page;
	struct entry_query q = { .reg = "document", .parent = parent, .limit = LIST_MAX };
	if (parent <= 0)
		return ERR_ABSENT;
	TRY(entry_list(st, a, &may, &q, &page));
	struct attachment *list = arena_array(a, struct attachment, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = read_one(&page.entries[page.n - 1 - i]);
	*out = list;
	*n = page.n;
	return OK;
}

static enum err entry_of(struct store *st, struct arena *a, int64_t school, int64_t id, struct entry *out)
{
	struct entry_may may = all(school);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "document"))
		return ERR_ABSENT;
	*out = e;
	return OK;
}

enum err attachment_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct attachment *out)
{
	struct entry e;
	TRY(entry_of(st, a, school, id, &e));
	*out = read_one(&e);
	return OK;
}

static enum err join_parts(struct store *st, int64_t school, const struct entry *e, struct buf *out)
{
	int64_t parts = int_of(e, "parts");
	if (parts < 0 || parts > ATTACHMENT_PARTS_MAX)
		return ERR_CORRUPT;
	for (int64_t n = 0; n < parts; n++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct seal_place at = place(&a, school, e->key, e->id, (size_t)n);
		struct q_document_part_get_row row;
		struct str plain;
		enum err found = q_document_part_get_one(st->db, &a, &(struct q_document_part_get_args){ .school = school, .entry = e->id, .n = n }, &row);
		if (found != OK)
			return found == ERR_ABSENT ? ERR_CORRUPT : found;
		TRY(seal_open(st->db, st->keys, &a, &at, row.sealed, &plain));
		buf_add(out, plain);
	}
	return buf_ok(out);
}

enum err attachment_bytes(struct store *st, struct arena *a, int64_t school, int64_t id, struct str *out)
{
	AUTO(buf_done) struct buf b = buf_init((size_t)ATTACHMENT_PARTS_MAX * ATTACHMENT_PART);
	struct entry e;
	TRY(entry_of(st, a, school, id, &e));
	if (e.destroyed || str_is(e.state, "withdrawn"))
		return ERR_ABSENT;
	TRY(join_parts(st, school, &e, &b));
	if (!str_eq(digest_of(a, buf_str(&b)), entry_value(&e, "digest")))
		return ERR_CORRUPT;
	*out = arena_str(a, buf_str(&b));
	return OK;
}

enum err attachment_withdraw(struct store *st, const struct act *act, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = all(act->school);
	struct entry e;
	TRY(db_tx_begin(st->db, &tx));
	TRY(entry_of(st, &a, act->school, id, &e));
	if (!str_is(e.state, "kept"))
		return ERR_STATE;
	if (!str_trim(why).n) {
		diag_add(d, DIAG_ERROR, STR("why"), 0, "Say why it is taken away.");
		return ERR_INVALID;
	}
	struct entry_field f[] = { { STR("withdrawn_why"), why } };
	struct entry_in in = { .reg = "document", .state = "withdrawn", .fields = f, .n_fields = 1 };
	TRY(entry_update(st, act, &may, id, e.version, &in, d));
	TRY(q_document_part_cut_do(st->db, &(struct q_document_part_cut_args){ .school = act->school, .entry = id }, NULL));
	return db_tx_commit(&tx);
}
