/* A child's file that came from another school. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/casefile/attachment.h"
#include "house/casefile/transfer_inner.h"
#include "house/store/audit.h"

struct str transfer_school(const struct desk *k, struct arena *a, int64_t school)
{
	struct q_school_name_row row;
	return q_school_name_one(k->store->db, a, &(struct q_school_name_args){ .school = school }, &row) == OK ? row.name : STR("");
}

/* ---- reading ---- */

static struct transfer_in read_one(const struct entry *e)
{
	return (struct transfer_in){ .id = e->id, .version = e->version, .learner = transfer_int(e, "learner"), .made_utc = e->made_utc, .made_by = e->made_by,
		.entries = transfer_int(e, "entries"), .documents = transfer_int(e, "documents"), .bundle = transfer_int(e, "bundle"), .state = e->state, .school = entry_value(e, "school"),
		.name = entry_value(e, "name"), .born = entry_value(e, "born"), .reference = entry_value(e, "reference"), .digest = entry_value(e, "digest"), .why = entry_value(e, "why"),
		.paper = str_is(entry_value(e, "how"), "paper") };
}

enum err transfer_in_list(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t offset, struct transfer_in **out, size_t *n, int64_t *total)
{
	struct entry_page page;
	TRY(entry_list(k->store, a, may, &(struct entry_query){ .reg = "transfer-in", .offset = offset, .limit = TRANSFER_PAGE }, &page));
	struct transfer_in *list = arena_array(a, struct transfer_in, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = read_one(&page.entries[i]);
	*out = list;
	*n = page.n;
	*total = page.total;
	return OK;
}

static enum err get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *e, struct transfer_in *out)
{
	TRY(entry_get(k->store, a, may, id, 0, e));
	if (!str_is(e->reg, "transfer-in"))
		return ERR_ABSENT;
	*out = read_one(e);
	return OK;
}

enum err transfer_in_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct transfer_in *out)
{
	struct entry e;
	return get(k, a, may, id, &e, out);
}

enum err transfer_in_read(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct child_file *out)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct transfer_in t;
	struct str json;
	TRY(transfer_in_get(k, a, may, id, &t));
	TRY(attachment_bytes(k->store, a, may->school, t.bundle, &json));
	return childfile_read(a, json, &d, out);
}

/* ---- keeping it, unread ---- */

static bool came_before(const struct desk *k, struct arena *a, int64_t school, const char *digest)
{
	struct entry_may all = transfer_program(school);
	struct entry_page page;
	struct entry_query q = { .reg = "transfer-in", .states = { "unread", "taken" }, .where = { { "digest", ENTRY_IS, 0, str_z(digest) } }, .n_where = 1, .limit = 1, .bare = true };
	return entry_list(k->store, a, &all, &q, &page) == OK && page.n;
}

static enum err keep_documents(const struct desk *k, const struct act *act, const struct entry *e, const struct child_file *f, const struct bundle_file *files, size_t n, struct diag *d)
{
	for (size_t i = 0; i < f->n_documents; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		const struct child_document *x = &f->documents[i];
		const struct bundle_file *b = bundle_find(files, n, arena_z(&a, x->file));
		enum screen_why why;
		int64_t doc;
		if (!b)
			return diag_fail(d, STR("file"), 0, "The document \"%.*s\" is named in the file and is not in the bundle. Ask the school to send it again.", STRF(x->name));
		struct attachment_in in = { x->name.n ? x->name : x->file, x->what.n ? x->what : x->file, b->bytes };
		TRY(attachment_add(k->store, act, e, &in, d, &doc, &why));
	}
	return OK;
}

static enum err keep(const struct desk *k, const struct act *act, struct arena *a, const struct child_file *f, const struct bundle_file *files, size_t n, const char *digest,
                     const char *how, struct diag *d, int64_t *id)
{
	struct entry_may all = transfer_program(act->school);
	struct entry e;
	int64_t doc;
	struct entry_field v[] = { { STR("school"), f->school }, { STR("name"), f->name }, { STR("born"), f->born }, { STR("reference"), f->reference },
		{ STR("entries"), transfer_number(a, (int64_t)f->n) }, { STR("documents"), transfer_number(a, (int64_t)f->n_documents) }, { STR("digest"), str_z(digest) },
		{ STR("how"), str_z(how) } };
	struct entry_in in = { .reg = "transfer-in", .state = "unread", .fields = v, .n_fields = ARRAY_N(v) };
	TRY(entry_create(k->store, act, &in, d, id));
	TRY(entry_get(k->store, a, &all, *id, 0, &e));
	struct attachment_in data = { STR("data.json"), STR("The data, as it came"), bundle_find(files, n, "data.json")->bytes };
	TRY(attachment_keep(k->store, act, &e, &data, "json", d, &doc));
	TRY(keep_documents(k, act, &e, f, files, n, d));
	struct entry_field where[] = { { STR("bundle"), transfer_number(a, doc) } };
	struct entry_in more = { .reg = "transfer-in", .fields = where, .n_fields = 1 };
	return entry_update(k->store, act, &all, *id, e.version, &more, d);
}

enum err transfer_in_add(const struct desk *k, const struct act *act, struct str bytes, const char *phrase, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct bundle_file *files;
	struct child_file f;
	uint8_t sum[SHA256_BYTES];
	char digest[2 * SHA256_BYTES + 1];
	size_t n;
	if (bundle_read(&a, bytes, phrase, d, &files, &n) != OK)
		return ERR_INVALID;
	const struct bundle_file *data = bundle_find(files, n, "data.json");
	if (!data)
		diag_add(d, DIAG_ERROR, STR("file"), 0, "There is no data.json in the bundle. Read its page, and enter what matters by hand.");
	if (!data || childfile_read(&a, data->bytes, d, &f) != OK)
		return ERR_INVALID;
	hash_sha256(bytes, sum);
	hex_put(sum, sizeof sum, digest);
	TRY(db_tx_begin(k->store->db, &tx));
	if (came_before(k, &a, act->school, digest)) {
		diag_add(d, DIAG_ERROR, STR("file"), 0, "This bundle is here already.");
		return ERR_INVALID;
	}
	enum err e = keep(k, act, &a, &f, files, n, digest, "bundle", d, id);
	TRY(e == ERR_SYNTAX || e == ERR_LIMIT ? ERR_INVALID : e);
	return db_tx_commit(&tx);
}

/* ---- a document, from a school that has no bundle ---- */

static enum err wrong(struct diag *d, const char *field, const char *says)
{
	diag_add(d, DIAG_ERROR, str_z(field), 0, "%s", says);
	return ERR_INVALID;
}

static void need(struct diag *d, const char *field, struct str value, const char *says)
{
	if (!str_trim(value).n)
		diag_add(d, DIAG_ERROR, str_z(field), 0, "%s", says);
	else if (value.n > CHILDFILE_LINE_MAX)
		diag_add(d, DIAG_ERROR, str_z(field), 0, "That is too long: at most %d letters.", CHILDFILE_LINE_MAX);
}

/* The file that a bundle would have held: one entry that says what came, and the document. */
static enum err as_file(struct arena *a, const struct transfer_paper *in, struct child_file *f, struct bundle_file *files)
{
	struct child_entry *e = arena_array(a, struct child_entry, 1);
	struct child_document *x = arena_array(a, struct child_document, 1);
	int64_t now = clock_utc();
	*e = (struct child_entry){ .at_utc = now, .recorded_utc = now, .by = in->school, .kind = STR("document"), .title = str_upto(arena_fmt(a, "Handed over: %.*s", STRF(in->what)), CHILDFILE_LINE_MAX),
		.text = STR("This came as a document, not as entries. What it says is in the document alone: open it.") };
	*x = (struct child_document){ .file = STR("documents/1"), .what = in->what, .name = in->file, .at_utc = now };
	*f = (struct child_file){ .title = STR("What another school handed over"), .school = in->school, .name = in->name, .born = in->born, .made_utc = now, .entries = e, .n = 1,
		.documents = x, .n_documents = 1 };
	files[0] = (struct bundle_file){ .name = STR("data.json") };
	files[1] = (struct bundle_file){ STR("documents/1"), in->bytes };
	return childfile_json(a, f, &files[0].bytes);
}

enum err transfer_in_paper(const struct desk *k, const struct act *act, const struct transfer_paper *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct bundle_file files[2];
	struct child_file f;
	uint8_t sum[SHA256_BYTES];
	char digest[2 * SHA256_BYTES + 1];
	need(d, "school", in->school, "Say which school, or who, handed it over.");
	need(d, "name", in->name, "Say whom it is about, as they wrote it.");
	need(d, "what", in->what, "Say what it is.");
	if (d->errors)
		return ERR_INVALID;
	hash_sha256(in->bytes, sum);
	hex_put(sum, sizeof sum, digest);
	TRY(as_file(&a, in, &f, files));
	TRY(db_tx_begin(k->store->db, &tx));
	if (came_before(k, &a, act->school, digest))
		return wrong(d, "file", "This document is here already.");
	enum err e = keep(k, act, &a, &f, files, 2, digest, "paper", d, id);
	TRY(e == ERR_SYNTAX || e == ERR_LIMIT ? ERR_INVALID : e);
	return db_tx_commit(&tx);
}

/* Whether this person has opened a document of it. */
static bool opened(const struct desk *k, struct arena *a, const struct act *act, int64_t id)
{
	struct audit_record *v;
	size_t n;
	if (audit_of(k->store->db, a, act->school, (struct audit_about){ "case-file", id }, &v, &n) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (v[i].person == act->person && str_is(v[i].what, "case.document"))
			return true;
	return false;
}

/* ---- whose it is ---- */

int64_t transfer_in_match(const struct desk *k, int64_t school, const struct transfer_in *t)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_learner_matching_row *rows;
	size_t n;
	struct q_learner_matching_args args = { .school = school, .ref = t->reference.n ? t->reference : STR("-"), .name = t->name, .born = t->born.n ? t->born : STR("-") };
	if (q_learner_matching(k->store->db, &a, &args, &rows, &n) != OK || n != 1)
		return 0;
	return rows[0].id;
}

static enum err take_entry(const struct desk *k, const struct act *act, int64_t parent, int64_t learner, const struct child_entry *e, struct str school, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_person about = { learner, ENTRY_SUBJECT };
	int64_t id;
	struct entry_field f[] = { { STR("happened"), transfer_number(&a, e->at_utc) }, { STR("by"), str_upto(arena_fmt(&a, "%.*s, %.*s", STRF(e->by), STRF(school)), CHILDFILE_LINE_MAX) },
		{ STR("title"), e->title.n ? e->title : STR("Entry") }, { STR("text"), e->text.p ? e->text : STR("") }, { STR("theme"), e->theme.p ? e->theme : STR("") } };
	struct entry_in in = { .reg = "earlier", .class = ENTRY_CHILD, .parent = parent, .fields = f, .n_fields = ARRAY_N(f), .people = &about, .n_people = 1 };
	return entry_create(k->store, act, &in, d, &id);
}

/* Its documents are from now on this child's too. */
static enum err take_documents(const struct desk *k, const struct act *act, int64_t id, int64_t learner, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may all = transfer_program(act->school);
	struct entry_person about = { learner, ENTRY_SUBJECT };
	struct entry_page page;
	TRY(entry_list(k->store, &a, &all, &(struct entry_query){ .reg = "document", .parent = id, .states = { "kept" }, .limit = ENTRY_PAGE_MAX, .bare = true }, &page));
	for (size_t i = 0; i < page.n; i++) {
		struct entry_in in = { .reg = "document", .people = &about, .n_people = 1 };
		TRY(entry_update(k->store, act, &all, page.entries[i].id, page.entries[i].version, &in, d));
	}
	return OK;
}

static enum err settle(const struct desk *k, const struct act *act, const struct transfer_in *t, const char *state, int64_t learner, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may all = transfer_program(act->school);
	struct entry_person about = { learner, ENTRY_SUBJECT };
	struct entry_field f[] = { { STR("why"), why }, { STR("learner"), learner ? transfer_number(&a, learner) : STR("") } };
	struct entry_in in = { .reg = "transfer-in", .state = state, .fields = f, .n_fields = 2, .people = &about, .n_people = learner ? 1 : 0 };
	return entry_update(k->store, act, &all, t->id, t->version, &in, d);
}

enum err transfer_in_take(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, int64_t learner, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct transfer_in t;
	struct child_file f;
	struct person p;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(transfer_in_get(k, &a, may, id, &t));
	if (!str_is(t.state, "unread"))
		return ERR_STATE;
	if (t.paper && !opened(k, &a, act, id))
		return wrong(d, "child", "Open the document and read it first: nothing of it was read by the program.");
	if (person_get(k->store->db, &a, act->school, learner, &p) != OK || p.kind != KIND_LEARNER) {
		diag_add(d, DIAG_ERROR, STR("child"), 0, "Say which of our pupils it is about.");
		return ERR_INVALID;
	}
	TRY(transfer_in_read(k, &a, may, id, &f));
	for (size_t i = 0; i < f.n; i++)
		TRY(take_entry(k, act, id, learner, &f.entries[i], f.school, d));
	TRY(take_documents(k, act, id, learner, d));
	TRY(settle(k, act, &t, "taken", learner, STR(""), d));
	return db_tx_commit(&tx);
}

enum err transfer_in_refuse(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct transfer_in t;
	TRY(transfer_in_get(k, &a, may, id, &t));
	if (!str_is(t.state, "unread"))
		return ERR_STATE;
	if (!str_trim(why).n) {
		diag_add(d, DIAG_ERROR, STR("why"), 0, "Say why it is not taken in, and what you told the school.");
		return ERR_INVALID;
	}
	return settle(k, act, &t, "refused", 0, str_upto(why, 1000), d);
}
