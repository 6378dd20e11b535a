/* Files of children that go to another school, and come from one. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/transfer.h"
#include "house/page/casefile.h"
#include "house/page/fact.h"
#include "house/page/form.h"
#include "house/web/table.h"

static const struct { const char *word; enum text_key label; } states[] = {
	{ "waiting", TEXT_transfer_state_waiting }, { "ready", TEXT_transfer_state_ready }, { "sent", TEXT_transfer_state_sent },
	{ "received", TEXT_transfer_state_received }, { "dropped", TEXT_transfer_state_dropped }, { "unread", TEXT_transfer_state_waiting },
	{ "taken", TEXT_transfer_taken }, { "refused", TEXT_transfer_refused },
};

static struct str state_words(struct str word)
{
	if (str_is(word, "unread"))
		return STR("Not read yet");
	for (size_t i = 0; i < ARRAY_N(states); i++)
		if (str_is(word, states[i].word))
			return page_text(states[i].label);
	return word;
}

/* Those who read children's files whole, and lead. */
static enum err leads(struct page_ctx *c, struct desk_view *k)
{
	if (!(c->roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD))))
		return ERR_FORBIDDEN;
	return page_desk(c, k);
}

/* ---- the list ---- */

static enum err out_rows(struct page_ctx *c, const struct desk_view *k, struct view_transfers *v)
{
	struct transfer *list;
	int64_t total;
	TRY(transfer_list(&k->desk, c->arena, &k->may, true, 0, &list, &v->n_out, &total));
	struct view_transfers_out *out = arena_array(c->arena, struct view_transfers_out, v->n_out + 1);
	for (size_t i = 0; i < v->n_out; i++)
		out[i] = (struct view_transfers_out){ .href = arena_fmt(c->arena, "/transfers/%lld", (long long)list[i].id), .name = page_who(c, list[i].learner),
			.state = state_words(list[i].state), .due = time_date_words(c->arena, list[i].due_utc), .late = list[i].overdue };
	TRY(transfer_list(&k->desk, c->arena, &k->may, false, 0, &list, &v->n_past, &total));
	struct view_transfers_past *past = arena_array(c->arena, struct view_transfers_past, v->n_past + 1);
	for (size_t i = 0; i < v->n_past; i++)
		past[i] = (struct view_transfers_past){ .href = arena_fmt(c->arena, "/transfers/%lld", (long long)list[i].id), .name = page_who(c, list[i].learner),
			.state = state_words(list[i].state) };
	v->out = out;
	v->past = past;
	return OK;
}

static enum err in_rows(struct page_ctx *c, const struct desk_view *k, struct view_transfers *v)
{
	struct transfer_in *list;
	int64_t total;
	TRY(transfer_in_list(&k->desk, c->arena, &k->may, 0, &list, &v->n_in, &total));
	struct view_transfers_in *rows = arena_array(c->arena, struct view_transfers_in, v->n_in + 1);
	for (size_t i = 0; i < v->n_in; i++)
		rows[i] = (struct view_transfers_in){ .href = arena_fmt(c->arena, "/transfers/in/%lld", (long long)list[i].id), .state = state_words(list[i].state),
			.name = arena_fmt(c->arena, "%.*s, from %.*s", STRF(list[i].name), STRF(list[i].school)), .fresh = str_is(list[i].state, "unread") };
	v->in = rows;
	return OK;
}

static enum err front(struct page_ctx *c, const struct desk_view *k)
{
	struct view_transfers v = { .errors = page_errors(c), .error = page_wrong_text(c, "file"),
		.phrase = page_input(c, "phrase", TEXT_transfer_phrase, page_text(TEXT_transfer_phrase_hint)) };
	v.phrase.autocomplete = STR("off");
	v.school = page_input(c, "school", TEXT_transfer_paper_school, STR_NONE);
	v.name = page_input(c, "name", TEXT_transfer_named, STR_NONE);
	v.born = page_input(c, "born", TEXT_transfer_paper_born, STR_NONE);
	v.what = page_input(c, "what", TEXT_transfer_paper_what, page_text(TEXT_transfer_paper_what_hint));
	v.paper_error = page_wrong_text(c, "paper");
	TRY(out_rows(c, k, &v));
	TRY(in_rows(c, k, &v));
	page_begin(c, "Files on their way");
	view_transfers_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err transfers_show(struct page_ctx *c)
{
	struct desk_view k;
	TRY(leads(c, &k));
	return front(c, &k);
}

/* ---- one that goes ---- */

/* Every case about the child that the asker may see; those it is about are ticked. */
static enum err cases_of(struct page_ctx *c, const struct desk_view *k, const struct transfer *t, struct part_checkboxes *out)
{
	struct entry_page page;
	struct entry_query q = { .reg = "case", .about = t->learner, .limit = TRANSFER_CASES_MAX };
	TRY(entry_list(k->desk.store, c->arena, &k->may, &q, &page));
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		int64_t subject = 0;
		struct str value = arena_fmt(c->arena, "%lld", (long long)e->id);
		bool about = str_i64(entry_value(e, "subject"), &subject) == OK && subject == t->learner;
		items[i] = (struct part_checkboxes_items){ .value = value, .id = i ? STR_NONE : STR("cases"), .checked = about,
			.label = arena_fmt(c->arena, "%.*s (%.*s), %.*s", STRF(entry_value(e, "title")), STRF(entry_value(e, "reference")), STRF(time_date_words(c->arena, e->made_utc))),
			.hint = about ? STR_NONE : STR("Another child is the subject of this case; this one is named in it.") };
	}
	*out = (struct part_checkboxes){ .name = STR("cases"), .legend = page_text(TEXT_transfer_what), .hint = page_text(TEXT_transfer_what_hint),
		.error = page_wrong_text(c, "cases"), .items = items, .n_items = page.n };
	return OK;
}

static struct part_summary facts_of(struct page_ctx *c, const struct transfer *t)
{
	struct part_summary s = { 0 };
	page_fact(c, &s, page_text(TEXT_transfer_by), time_date_words(c->arena, t->due_utc));
	if (t->to.n)
		page_fact(c, &s, page_text(TEXT_transfer_facts_to), arena_fmt(c->arena, "%.*s: %.*s", STRF(t->to), STRF(t->contact)));
	if (t->sent_utc)
		page_fact(c, &s, page_text(TEXT_transfer_facts_sent), arena_fmt(c->arena, "%.*s: %.*s", STRF(page_when(c, t->sent_utc)), STRF(t->how)));
	if (t->received_utc)
		page_fact(c, &s, page_text(TEXT_transfer_facts_received), arena_fmt(c->arena, "%.*s: %.*s", STRF(time_date_words(c->arena, t->received_utc)), STRF(t->received_by)));
	page_fact(c, &s, page_text(TEXT_transfer_why), t->why);
	return s;
}

static enum err show_one(struct page_ctx *c, const struct desk_view *k, int64_t id)
{
	struct transfer t;
	struct part_checkboxes cases;
	TRY(transfer_get(&k->desk, c->arena, &k->may, id, &t));
	bool ready = str_is(t.state, "ready"), making = ready || str_is(t.state, "waiting");
	TRY(cases_of(c, k, &t, &cases));
	struct part_input to = page_input(c, "to", TEXT_transfer_to, STR_NONE), contact = page_input(c, "contact", TEXT_transfer_contact, STR_NONE);
	to.value = to.value.n ? to.value : t.to;
	contact.value = contact.value.n ? contact.value : t.contact;
	return page_show(c, transfer, "A file for another school", .id = id, .errors = page_errors(c), .title = page_who(c, t.learner), .state = state_words(t.state), .late = t.overdue,
		.facts = facts_of(c, &t), .making = making, .ready = ready, .sent = str_is(t.state, "sent"), .cases = cases, .to = to, .contact = contact, .phrase = t.phrase,
		.digest = t.digest, .how = page_input(c, "how", TEXT_transfer_how, STR_NONE), .who = page_input(c, "who", TEXT_transfer_who, STR_NONE),
		.on = page_input(c, "on", TEXT_transfer_on, STR_NONE), .why = page_input(c, "why", TEXT_transfer_why, STR_NONE));
}

static enum err open_one(struct page_ctx *c, struct desk_view *k, int64_t *id)
{
	TRY(leads(c, k));
	return page_id(c, "id", id);
}

enum err transfer_show(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	TRY(open_one(c, &k, &id));
	return show_one(c, &k, id);
}

static enum err answer(struct page_ctx *c, const struct desk_view *k, int64_t id, enum err e, const char *words)
{
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, e));
		return show_one(c, k, id);
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", words);
	return page_redirect(c, "/transfers/%lld", (long long)id);
}

/* Only cases that were offered. */
static size_t chosen(struct page_ctx *c, const struct part_checkboxes *offered, int64_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < c->req->form.n && n < TRANSFER_CASES_MAX; i++)
		for (size_t k = 0; str_is(c->req->form.fields[i].name, "cases") && k < offered->n_items; k++)
			if (str_eq(offered->items[k].value, c->req->form.fields[i].value) && str_i64(offered->items[k].value, &out[n]) == OK)
				n++;
	return n;
}

enum err transfer_make_do(struct page_ctx *c)
{
	struct desk_view k;
	struct transfer t;
	struct part_checkboxes offered;
	int64_t id, cases[TRANSFER_CASES_MAX];
	struct act act = page_act(c, "made the bundle of a child's file");
	TRY(open_one(c, &k, &id));
	TRY(transfer_get(&k.desk, c->arena, &k.may, id, &t));
	TRY(cases_of(c, &k, &t, &offered));
	struct transfer_to to = { .to = page_field(c, "to"), .contact = page_field(c, "contact"), .cases = cases };
	to.n = chosen(c, &offered, cases);
	return answer(c, &k, id, transfer_make(&k.desk, &act, &k.may, id, &to, &c->errors), "The bundle is made.");
}

enum err transfer_bundle_do(struct page_ctx *c)
{
	struct desk_view k;
	struct str bytes;
	int64_t id;
	struct act act = page_act(c, "saved the bundle of a child's file");
	TRY(open_one(c, &k, &id));
	TRY(transfer_bundle(&k.desk, c->arena, &k.may, id, &bytes));
	TRY(record_looked_how(&k.desk, &act, id, LOOK_EXPORT));
	return casefile_send(c, bytes, "application/zip", arena_fmt(c->arena, "file-%lld.zip", (long long)id));
}

enum err transfer_sent_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "sent a child's file");
	TRY(open_one(c, &k, &id));
	return answer(c, &k, id, transfer_sent(&k.desk, &act, &k.may, id, page_field(c, "how"), &c->errors), "Kept. Ask for the receipt.");
}

enum err transfer_received_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "a child's file arrived");
	TRY(open_one(c, &k, &id));
	return answer(c, &k, id, transfer_received(&k.desk, &act, &k.may, id, page_field(c, "who"), page_field(c, "on"), &c->errors), "The receipt is kept.");
}

enum err transfer_drop_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "a child's file is not sent");
	TRY(open_one(c, &k, &id));
	return answer(c, &k, id, transfer_drop(&k.desk, &act, &k.may, id, page_field(c, "why"), &c->errors), "Closed.");
}

/* A child whose leaving is not on the roll yet. */
enum err transfer_open_do(struct page_ctx *c)
{
	struct desk_view k;
	struct person p;
	int64_t person, id;
	struct act act = page_act(c, "a child's file is to be sent");
	TRY(open_one(c, &k, &person));
	TRY(person_get(c->db, c->arena, c->school, person, &p));
	if (p.kind != KIND_LEARNER)
		return ERR_ABSENT;
	TRY(transfer_open(&k.desk, &act, person, clock_utc(), &c->errors, &id));
	return page_redirect(c, "/transfers/%lld", (long long)id);
}

/* ---- one that came ---- */

static const struct multipart_file *file_of(const struct page_ctx *c)
{
	for (size_t i = 0; i < c->req->n_files; i++)
		if (str_is(c->req->files[i].field, "file"))
			return &c->req->files[i];
	return NULL;
}

/* What came on paper or as a PDF, from a school with another system. */
enum err transfer_paper_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id = 0;
	const struct multipart_file *f = file_of(c);
	struct act act = page_act(c, "a document about a child came from another school");
	TRY(leads(c, &k));
	struct transfer_paper in = { .school = page_field(c, "school"), .name = page_field(c, "name"), .born = page_field(c, "born"), .what = page_field(c, "what") };
	if (f) {
		in.file = f->name;
		in.bytes = f->bytes;
	} else
		page_wrong(c, "paper", "Choose the document.");
	enum err e = f ? transfer_in_paper(&k.desk, &act, &in, &c->errors, &id) : OK;
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, e));
		return front(c, &k);
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "It is kept, sealed. Open it and read it now, then say whose it is.");
	return page_redirect(c, "/transfers/in/%lld", (long long)id);
}

enum err transfer_in_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id = 0;
	const struct multipart_file *f = file_of(c);
	struct act act = page_act(c, "a child's file came from another school");
	TRY(leads(c, &k));
	if (!f)
		page_wrong(c, "file", "Choose the bundle.");
	enum err e = f ? transfer_in_add(&k.desk, &act, f->bytes, arena_z(c->arena, str_trim(page_field(c, "phrase"))), &c->errors, &id) : OK;
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, e));
		return front(c, &k);
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "The bundle is whole. Read it, and say whose it is.");
	return page_redirect(c, "/transfers/in/%lld", (long long)id);
}

static enum err documents_of(struct page_ctx *c, const struct desk_view *k, int64_t id, const struct view_transfer_in_documents **out, size_t *n)
{
	struct attachment *list;
	size_t have;
	TRY(attachment_list(k->desk.store, c->arena, c->school, id, &list, &have));
	struct view_transfer_in_documents *rows = arena_array(c->arena, struct view_transfer_in_documents, have + 1);
	for (size_t i = *n = 0; i < have; i++)
		if (!str_is(list[i].kind, "json") && !list[i].withdrawn)
			rows[(*n)++] = (struct view_transfer_in_documents){ .what = list[i].what,
				.href = arena_fmt(c->arena, "/transfers/in/%lld/document/%lld", (long long)id, (long long)list[i].id) };
	*out = rows;
	return OK;
}

static enum err show_in(struct page_ctx *c, const struct desk_view *k, int64_t id)
{
	struct transfer_in t;
	struct child_file f;
	const struct view_transfer_in_documents *docs;
	size_t n_docs;
	struct act act = page_act(c, "read a file from another school");
	TRY(transfer_in_get(&k->desk, c->arena, &k->may, id, &t));
	TRY(transfer_in_read(&k->desk, c->arena, &k->may, id, &f));
	TRY(documents_of(c, k, id, &docs, &n_docs));
	TRY(record_looked_how(&k->desk, &act, id, LOOK_CASE));
	struct view_transfer_in_entries *rows = arena_array(c->arena, struct view_transfer_in_entries, f.n + 1);
	for (size_t i = 0; i < f.n; i++)
		rows[i] = (struct view_transfer_in_entries){ .at = page_when(c, f.entries[i].at_utc), .title = f.entries[i].title, .text = f.entries[i].text, .by = f.entries[i].by };
	struct part_summary s = { 0 };
	page_fact(c, &s, page_text(TEXT_transfer_from), t.school);
	page_fact(c, &s, page_text(TEXT_transfer_named), arena_fmt(c->arena, "%.*s%s%.*s", STRF(t.name), t.born.n ? ", born " : "", STRF(t.born)));
	page_fact(c, &s, page_text(TEXT_transfer_taken), t.learner ? page_who(c, t.learner) : STR_NONE);
	page_fact(c, &s, page_text(TEXT_transfer_why), t.why);
	int64_t match = str_is(t.state, "unread") ? transfer_in_match(&k->desk, c->school, &t) : 0;
	struct part_input child = page_input(c, "child", TEXT_transfer_child, page_text(TEXT_transfer_child_hint));
	if (match && !child.value.n)
		child.value = page_who(c, match);
	return page_show(c, transfer_in, "A file from another school", .id = id, .errors = page_errors(c), .unread = str_is(t.state, "unread"), .state = state_words(t.state), .facts = s,
		.entries = rows, .n_entries = f.n, .documents = docs, .n_documents = n_docs, .matched = match != 0, .child = child,
		.why = page_input(c, "why", TEXT_transfer_why, STR_NONE));
}

enum err transfer_in_show(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	TRY(open_one(c, &k, &id));
	return show_in(c, &k, id);
}

static enum err answer_in(struct page_ctx *c, const struct desk_view *k, int64_t id, enum err e, const char *words)
{
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, e));
		return show_in(c, k, id);
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", words);
	return page_redirect(c, "/transfers/in/%lld", (long long)id);
}

enum err transfer_in_take_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "took in a file from another school");
	TRY(open_one(c, &k, &id));
	struct str name = page_need(c, "child", PERSON_NAME_MAX, "Say which of our pupils it is about.");
	int64_t learner = page_is_wrong(c) ? 0 : page_learner_named(c, "child", name);
	return answer_in(c, &k, id, page_is_wrong(c) ? ERR_INVALID : transfer_in_take(&k.desk, &act, &k.may, id, learner, &c->errors), "It stands in the chronology now.");
}

enum err transfer_in_refuse_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "did not take in a file from another school");
	TRY(open_one(c, &k, &id));
	return answer_in(c, &k, id, transfer_in_refuse(&k.desk, &act, &k.may, id, page_field(c, "why"), &c->errors), "It is not taken in.");
}

enum err transfer_in_document(struct page_ctx *c)
{
	struct desk_view k;
	struct transfer_in t;
	struct attachment d;
	struct str bytes;
	enum screen_kind kind;
	int64_t id, doc;
	struct act act = page_act(c, "opened a document of a file from another school");
	TRY(open_one(c, &k, &id));
	TRY(page_id(c, "doc", &doc));
	TRY(transfer_in_get(&k.desk, c->arena, &k.may, id, &t));
	TRY(attachment_get(&k.store, c->arena, c->school, doc, &d));
	if (d.parent != id || screen_kind_read(d.kind, &kind) != OK)
		return ERR_ABSENT;
	TRY(attachment_bytes(&k.store, c->arena, c->school, doc, &bytes));
	TRY(record_looked_how(&k.desk, &act, id, LOOK_DOCUMENT));
	return casefile_send(c, bytes, screen_media(kind), arena_fmt(c->arena, "earlier-%lld.%.*s", (long long)doc, STRF(d.kind)));
}
