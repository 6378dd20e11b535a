/* A child's file on its way to another school. */
#include "house/casefile/transfer.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/casefile/attachment.h"
#include "house/casefile/chronology.h"
#include "house/casefile/transfer_inner.h"
#include "house/task/task.h"

enum { BACK_S = 400 * 86400, FIELDS = 8 };

/* ---- reading ---- */

static struct transfer read_one(const struct entry *e)
{
	struct transfer t = { .id = e->id, .version = e->version, .learner = transfer_int(e, "learner"), .left_utc = transfer_int(e, "left"),
		.due_utc = transfer_int(e, "due"), .sent_utc = transfer_int(e, "sent"), .received_utc = transfer_int(e, "received"), .document = transfer_int(e, "document"),
		.state = e->state, .to = entry_value(e, "to"), .contact = entry_value(e, "contact"), .cases = entry_value(e, "cases"), .phrase = entry_value(e, "phrase"),
		.digest = entry_value(e, "digest"), .how = entry_value(e, "how"), .received_by = entry_value(e, "received_by"), .why = entry_value(e, "why") };
	t.overdue = (str_is(t.state, "waiting") || str_is(t.state, "ready")) && t.due_utc < clock_utc();
	return t;
}

enum err transfer_list(const struct desk *k, struct arena *a, const struct entry_may *may, bool open, int64_t offset, struct transfer **out, size_t *n, int64_t *total)
{
	struct entry_query q = { .reg = "transfer", .states = { "received", "dropped" }, .offset = offset, .limit = TRANSFER_PAGE };
	struct entry_query now = { .reg = "transfer", .states = { "waiting", "ready", "sent" }, .offset = offset, .limit = TRANSFER_PAGE, .order_by = "due", .ascending = true };
	struct entry_page page;
	TRY(entry_list(k->store, a, may, open ? &now : &q, &page));
	struct transfer *list = arena_array(a, struct transfer, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = read_one(&page.entries[i]);
	*out = list;
	*n = page.n;
	*total = page.total;
	return OK;
}

static enum err get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *e, struct transfer *t)
{
	TRY(entry_get(k->store, a, may, id, 0, e));
	if (!str_is(e->reg, "transfer"))
		return ERR_ABSENT;
	*t = read_one(e);
	return OK;
}

enum err transfer_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct transfer *out)
{
	struct entry e;
	return get(k, a, may, id, &e, out);
}

static enum err put(const struct desk *k, const struct act *act, const struct transfer *t, const char *state, const struct entry_field *f, size_t n, struct diag *d)
{
	struct entry_may all = transfer_program(act->school);
	struct entry_in in = { .reg = "transfer", .state = state, .fields = f, .n_fields = n };
	return entry_update(k->store, act, &all, t->id, t->version, &in, d);
}

/* ---- opening ---- */

static enum err task(const struct desk *k, const struct act *act, const char *what, int64_t id, const char *title, int64_t due, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t made;
	struct task_in in = { .kind = "transfer", .title = str_z(title), .link = arena_fmt(&a, "/transfers/%lld", (long long)id).p, .for_role = "dsl", .due_utc = due,
		.key = arena_fmt(&a, "%s:%lld", what, (long long)id).p, .private = true };
	return task_open_once(k->store, act, &in, d, &made, NULL);
}

static enum err task_end(const struct desk *k, const struct act *act, const char *what, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct task t;
	enum err e = task_by_key(k->store, &a, act->school, arena_fmt(&a, "%s:%lld", what, (long long)id).p, &t);
	if (e == ERR_ABSENT || (e == OK && !str_is(t.state, "open") && !str_is(t.state, "ready")))
		return OK;
	TRY(e);
	return task_done(k->store, act, t.id, STR("done with the file"), NULL);
}

enum err transfer_open(const struct desk *k, const struct act *act, int64_t learner, int64_t left_utc, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t due = calendar_days_on(library_calendar(k->library), left_utc, TRANSFER_DAYS);
	struct entry_person about = { learner, ENTRY_SUBJECT };
	struct entry_field f[] = { { STR("learner"), transfer_number(&a, learner) }, { STR("left"), transfer_number(&a, left_utc) }, { STR("due"), transfer_number(&a, due) } };
	struct entry_in in = { .reg = "transfer", .state = "waiting", .fields = f, .n_fields = ARRAY_N(f), .people = &about, .n_people = 1 };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(entry_create(k->store, act, &in, d, id));
	TRY(task(k, act, "transfer", *id, "A pupil left: their safeguarding file must go to the next school", due, d));
	return db_tx_commit(&tx);
}

enum err transfer_tick(const struct desk *k, int64_t school, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "a pupil with a file left" };
	struct q_learners_gone_row *rows;
	size_t have;
	int64_t id, now = clock_utc();
	*n = 0;
	TRY(q_learners_gone(k->store->db, &a, &(struct q_learners_gone_args){ .school = school, .since = now - BACK_S, .now = now }, &rows, &have));
	for (size_t i = 0; i < have; i++, ++*n)
		TRY(transfer_open(k, &act, rows[i].id, rows[i].upto_utc, NULL, &id));
	return OK;
}

/* ---- what goes ---- */

static bool chosen(const int64_t *cases, size_t n, const struct chron_entry *e)
{
	if (!n || !e->case_id)
		return true;
	for (size_t i = 0; i < n; i++)
		if (cases[i] == e->case_id)
			return true;
	return false;
}

static enum err add_document(const struct desk *k, struct arena *a, int64_t school, const struct chron_entry *e, struct child_file *f, struct bundle_file *files)
{
	struct attachment x;
	struct child_document *to = &f->documents[f->n_documents];
	TRY(attachment_get(k->store, a, school, e->id, &x));
	if (x.withdrawn || x.destroyed)
		return OK;
	*to = (struct child_document){ .file = arena_fmt(a, "documents/%zu.%.*s", f->n_documents + 1, STRF(x.kind)), .what = x.what, .name = x.name, .at_utc = x.made_utc };
	if (files) {
		files[f->n_documents].name = to->file;
		TRY(attachment_bytes(k->store, a, school, e->id, &files[f->n_documents].bytes));
	}
	f->n_documents++;
	return OK;
}

static void head_of(const struct desk *k, struct arena *a, int64_t school, int64_t learner, struct child_file *f)
{
	struct q_person_known_as_row row;
	f->title = STR("Safeguarding file");
	f->made_utc = clock_utc();
	f->name = person_name(k->store->db, a, school, learner);
	f->school = transfer_school(k, a, school);
	if (q_person_known_as_one(k->store->db, a, &(struct q_person_known_as_args){ .school = school, .id = learner }, &row) == OK) {
		f->born = row.born;
		f->reference = row.ref;
	}
}

enum err transfer_file(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t learner, const int64_t *cases, size_t n,
                       struct child_file *out, struct bundle_file **files, size_t *n_files)
{
	struct chronology c;
	struct chron_query q = { .learner = learner };
	struct child_file f = { 0 };
	TRY(chronology_read(k, a, may, &q, &c));
	if (c.cut)
		return ERR_LIMIT;
	head_of(k, a, may->school, learner, &f);
	f.entries = arena_array(a, struct child_entry, c.n + 1);
	f.documents = arena_array(a, struct child_document, CHILDFILE_DOCUMENTS_MAX + 1);
	struct bundle_file *bytes = files ? arena_array(a, struct bundle_file, CHILDFILE_DOCUMENTS_MAX + 4) : NULL;
	for (size_t i = 0; i < c.n; i++) {
		const struct chron_entry *e = &c.v[i];
		if (e->destroyed || !chosen(cases, n, e))
			continue;
		f.entries[f.n++] = (struct child_entry){ .at_utc = e->at_utc, .recorded_utc = e->recorded_utc, .by = e->by ? person_name(k->store->db, a, may->school, e->by) : STR("the program"),
			.kind = str_z(chron_word(e->type)), .reference = e->reference, .theme = e->theme, .title = str_upto(e->title, CHILDFILE_LINE_MAX), .text = e->text };
		if (e->type == CHRON_DOCUMENT) {
			if (f.n_documents == CHILDFILE_DOCUMENTS_MAX)
				return ERR_LIMIT;
			TRY(add_document(k, a, may->school, e, &f, bytes));
		}
	}
	*out = f;
	if (files) {
		*files = bytes;
		*n_files = f.n_documents;
	}
	return OK;
}

/* ---- the bundle ---- */

static const char readme[] =
	"This is the safeguarding file of one child, sent by a school.\r\n\r\n"
	"Open index.html in any browser: it holds everything, and can be printed.\r\n"
	"data.json holds the same for programs (Gatehouse reads it).\r\n"
	"manifest.sha256 holds the SHA-256 of each file: sha256sum -c manifest.sha256\r\n"
	"documents/ holds the documents, if there are any.\r\n\r\n"
	"Please send the receipt to the school at once, by the name and number that came with the passphrase.\r\n"
	"Keep this file with your child protection records, apart from the pupil's main file.\r\n";

static enum err build(const struct desk *k, struct arena *a, const struct entry_may *may, const struct transfer *t, const struct transfer_to *to, const char *phrase, struct str *out)
{
	AUTO(buf_done) struct buf html = buf_init(CHILDFILE_BYTES_MAX);
	struct child_file f;
	struct bundle_file *files;
	struct str json;
	size_t n;
	TRY(transfer_file(k, a, may, t->learner, to->cases, to->n, &f, &files, &n));
	f.note = arena_fmt(a, "Sent by %.*s to %.*s. Confidential: for the designated safeguarding lead only.", STRF(f.school), STRF(to->to));
	TRY(childfile_json(a, &f, &json));
	childfile_html(a, &f, true, &html);
	TRY(buf_ok(&html));
	files[n++] = (struct bundle_file){ STR("index.html"), buf_str(&html) };
	files[n++] = (struct bundle_file){ STR("data.json"), json };
	files[n++] = (struct bundle_file){ STR("README.txt"), str_z(readme) };
	return bundle_write(a, files, n, phrase, out);
}

static struct str cases_text(struct arena *a, const struct transfer_to *to)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	for (size_t i = 0; i < to->n; i++)
		buf_fmt(&b, "%s%lld", i ? " " : "", (long long)to->cases[i]);
	return arena_str(a, buf_str(&b));
}

static enum err keep_bundle(const struct desk *k, const struct act *act, struct arena *a, const struct entry *e, const struct transfer *t, const struct transfer_to *to, struct str bytes,
                            const char *phrase, struct diag *d)
{
	uint8_t sum[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	int64_t doc;
	hash_sha256(bytes, sum);
	hex_put(sum, sizeof sum, hex);
	struct attachment_in keep = { STR("bundle.zip"), STR("The bundle for the next school"), bytes };
	if (t->document)
		TRY(attachment_withdraw(k->store, act, t->document, STR("made again"), d));
	TRY(attachment_keep(k->store, act, e, &keep, "zip", d, &doc));
	struct entry_field f[] = { { STR("to"), to->to }, { STR("contact"), to->contact }, { STR("cases"), cases_text(a, to) }, { STR("phrase"), str_z(phrase) },
		{ STR("digest"), str_z(hex) }, { STR("document"), transfer_number(a, doc) } };
	return put(k, act, t, "ready", f, ARRAY_N(f), d);
}

static enum err mark_exported(const struct desk *k, const struct act *act, const struct transfer_to *to)
{
	for (size_t i = 0; i < to->n; i++)
		TRY(record_looked_how(k, act, to->cases[i], LOOK_EXPORT));
	return OK;
}

enum err transfer_make(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, const struct transfer_to *to, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct transfer t;
	struct str bytes;
	char phrase[BUNDLE_PHRASE];
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(get(k, &a, may, id, &e, &t));
	if (!str_is(t.state, "waiting") && !str_is(t.state, "ready"))
		return ERR_STATE;
	if (!str_trim(to->to).n || to->to.n > TRANSFER_TEXT_MAX)
		diag_add(d, DIAG_ERROR, STR("to"), 0, "Name the next school.");
	if (!str_trim(to->contact).n || to->contact.n > TRANSFER_TEXT_MAX)
		diag_add(d, DIAG_ERROR, STR("contact"), 0, "Name the safeguarding lead there, and how you checked who they are.");
	if (!to->n)
		diag_add(d, DIAG_ERROR, STR("cases"), 0, "Choose what goes.");
	if (d->errors)
		return ERR_INVALID;
	bundle_phrase(phrase);
	enum err made = build(k, &a, may, &t, to, phrase, &bytes);
	if (made == ERR_LIMIT)
		diag_add(d, DIAG_ERROR, STR("cases"), 0, "This is more than one bundle can hold (32 MB). Send it in parts: choose fewer cases, and the others in a second one.");
	TRY(made == ERR_LIMIT ? ERR_INVALID : made);
	TRY(keep_bundle(k, act, &a, &e, &t, to, bytes, phrase, d));
	TRY(mark_exported(k, act, to));
	return db_tx_commit(&tx);
}

enum err transfer_bundle(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct str *out)
{
	struct transfer t;
	TRY(transfer_get(k, a, may, id, &t));
	return t.document ? attachment_bytes(k->store, a, may->school, t.document, out) : ERR_ABSENT;
}

/* ---- sent, received ---- */

static enum err need(struct str s, const char *field, const char *sentence, struct diag *d)
{
	if (str_trim(s).n && s.n <= TRANSFER_TEXT_MAX)
		return OK;
	diag_add(d, DIAG_ERROR, str_z(field), 0, "%s", sentence);
	return ERR_INVALID;
}

/* The transfer, in one of these states: ERR_STATE otherwise. */
static enum err get_in(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, const char *state, const char *or_state, struct transfer *t)
{
	TRY(transfer_get(k, a, may, id, t));
	return str_is(t->state, state) || (or_state && str_is(t->state, or_state)) ? OK : ERR_STATE;
}

enum err transfer_sent(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str how, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct transfer t;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(get_in(k, &a, may, id, "ready", NULL, &t));
	TRY(need(how, "how", "Say how it was sent: a secure mail, by hand, the local authority's system.", d));
	struct entry_field f[] = { { STR("how"), how }, { STR("sent"), transfer_number(&a, clock_utc()) } };
	TRY(put(k, act, &t, "sent", f, 2, d));
	TRY(task_end(k, act, "transfer", id));
	TRY(task(k, act, "transfer-receipt", id, "Ask the next school for the receipt of a file", calendar_days_on(library_calendar(k->library), clock_utc(), TRANSFER_DAYS), d));
	return db_tx_commit(&tx);
}

enum err transfer_received(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str who, struct str on, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct transfer t;
	int64_t day = 0;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(get_in(k, &a, may, id, "sent", NULL, &t));
	if (time_read_date(on, &day) != OK || day > clock_utc() || day < time_uk_midnight(t.sent_utc))
		diag_add(d, DIAG_ERROR, STR("on"), 0, "Write the day on which it arrived, such as 14 September 2026: not before it was sent, not later than today.");
	TRY(need(who, "who", "Write who said that it arrived, and how.", d));
	if (d->errors)
		return ERR_INVALID;
	struct entry_field f[] = { { STR("received_by"), who }, { STR("received"), transfer_number(&a, day) } };
	TRY(put(k, act, &t, "received", f, 2, d));
	TRY(attachment_withdraw(k->store, act, t.document, STR("it arrived"), d));
	TRY(task_end(k, act, "transfer-receipt", id));
	return db_tx_commit(&tx);
}

enum err transfer_drop(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct transfer t;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(get_in(k, &a, may, id, "waiting", "ready", &t));
	TRY(need(why, "why", "Say why it does not go to another school.", d));
	struct entry_field f[] = { { STR("why"), why } };
	TRY(put(k, act, &t, "dropped", f, 1, d));
	if (t.document)
		TRY(attachment_withdraw(k->store, act, t.document, STR("not needed"), d));
	TRY(task_end(k, act, "transfer", id));
	return db_tx_commit(&tx);
}
