#include "house/casefile/court.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "house/account/people.h"
#include "house/casefile/attachment.h"
#include "house/casefile/transfer_inner.h"

enum { PRINTS_MAX = 100, WHOM_MAX = 200 };

static struct str who(const struct desk *k, struct arena *a, int64_t school, int64_t person)
{
	return person ? person_name(k->store->db, a, school, person) : STR("the program");
}

static enum err documents(const struct desk *k, struct arena *a, int64_t school, int64_t id, int64_t upto, struct child_file *f)
{
	struct attachment *list;
	size_t n;
	TRY(attachment_list(k->store, a, school, id, &list, &n));
	f->documents = arena_array(a, struct child_document, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!upto || list[i].made_utc <= upto)
			f->documents[f->n_documents++] = (struct child_document){ .file = STR(""), .what = list[i].what, .at_utc = list[i].made_utc,
				.name = arena_fmt(a, "%.*s, SHA-256 %.*s%s", STRF(list[i].name), STRF(list[i].digest), list[i].withdrawn ? ", taken away since" : "") };
	return OK;
}

enum err court_file(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, int64_t upto_utc, struct child_file *out)
{
	struct case_view v;
	TRY(record_view(k, a, may, id, &v));
	if (v.limited)
		return ERR_ABSENT;
	struct child_file f = { .title = arena_fmt(a, "Case %.*s", STRF(v.line.reference)), .school = transfer_school(k, a, may->school), .reference = v.line.reference, .made_utc = clock_utc(),
		.name = v.line.subject ? who(k, a, may->school, v.line.subject) : STR("nobody is named") };
	f.entries = arena_array(a, struct child_entry, v.n_chronology + 1);
	for (size_t i = 0; i < v.n_chronology; i++) {
		const struct case_event *e = &v.chronology[i];
		if (!upto_utc || e->recorded_utc <= upto_utc)
			f.entries[f.n++] = (struct child_entry){ .at_utc = e->at_utc, .recorded_utc = e->recorded_utc, .by = who(k, a, may->school, e->by), .reference = v.line.reference,
				.title = e->title, .text = e->text, .theme = e->out_of_order ? STR("Out of the procedure's order") : STR("") };
	}
	TRY(documents(k, a, may->school, id, upto_utc, &f));
	*out = f;
	return OK;
}

enum err court_print(const struct desk *k, struct arena *a, const struct act *act, const struct entry_may *may, int64_t id, struct str whom, struct diag *d, struct str *out)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	AUTO(buf_done) struct buf html = buf_init(CHILDFILE_BYTES_MAX);
	struct child_file f;
	struct entry e;
	char digest[65];
	int64_t made;
	if (!str_trim(whom).n || whom.n > WHOM_MAX) {
		diag_add(d, DIAG_ERROR, STR("whom"), 0, "Say for whom it is printed: which court, which inspector, which order.");
		return ERR_INVALID;
	}
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(record_file(k, a, may, id, &e));
	TRY(court_file(k, a, may, id, 0, &f));
	TRY(childfile_digest(a, &f, digest));
	f.note = arena_fmt(a, "Printed by %.*s for %.*s. The digest at the end can be checked in the school's program: Verify a print.", STRF(who(k, a, may->school, act->person)), STRF(whom));
	childfile_html(a, &f, false, &html);
	TRY(buf_ok(&html));
	struct entry_field v[] = { { STR("digest"), str_z(digest) }, { STR("entries"), transfer_number(a, (int64_t)f.n) }, { STR("whom"), whom } };
	struct entry_in in = { .reg = "case-print", .class = e.class, .parent = id, .fields = v, .n_fields = ARRAY_N(v) };
	TRY(entry_create(k->store, act, &in, d, &made));
	TRY(record_looked_how(k, act, id, LOOK_PRINT));
	*out = arena_str(a, buf_str(&html));
	return db_tx_commit(&tx);
}

/* ---- is it genuine? ---- */

static enum err judge(const struct desk *k, struct arena *a, const struct entry_may *may, const struct entry *p, struct court_made *out)
{
	struct child_file f;
	char now[65];
	TRY(court_file(k, a, may, p->parent, p->made_utc, &f));
	TRY(childfile_digest(a, &f, now));
	*out = (struct court_made){ .case_id = p->parent, .at_utc = p->made_utc, .by = p->made_by, .entries = transfer_int(p, "entries"), .whom = entry_value(p, "whom"),
		.digest = entry_value(p, "digest"), .same = str_is(entry_value(p, "digest"), now) };
	return OK;
}

enum err court_list(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct court_made **out, size_t *n)
{
	struct entry_may all = transfer_program(may->school);
	struct entry_page page;
	struct entry e;
	TRY(record_file(k, a, may, id, &e));
	TRY(entry_list(k->store, a, &all, &(struct entry_query){ .reg = "case-print", .parent = id, .limit = PRINTS_MAX }, &page));
	struct court_made *list = arena_array(a, struct court_made, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = (struct court_made){ .case_id = id, .at_utc = page.entries[i].made_utc, .by = page.entries[i].made_by, .entries = transfer_int(&page.entries[i], "entries"),
			.whom = entry_value(&page.entries[i], "whom"), .digest = entry_value(&page.entries[i], "digest") };
	*out = list;
	*n = page.n;
	return OK;
}

enum err court_verify(const struct desk *k, struct arena *a, const struct entry_may *may, struct str digest, struct court_made *out)
{
	struct entry_may all = transfer_program(may->school);
	struct entry_page page;
	struct entry e;
	struct entry_query q = { .reg = "case-print", .where = { { "digest", ENTRY_IS, 0, digest } }, .n_where = 1, .limit = 20 };
	if (digest.n != 64)
		return ERR_ABSENT;
	TRY(entry_list(k->store, a, &all, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		if (record_file(k, a, may, page.entries[i].parent, &e) == OK)
			return judge(k, a, may, &page.entries[i], out);
	return ERR_ABSENT;
}
