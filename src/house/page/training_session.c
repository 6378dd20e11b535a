/* Training sessions: planned, closed with who came, corrected; their documents; the code at the door. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/attachment.h"
#include "house/page/casefile.h"
#include "house/page/curriculum.h"
#include "house/page/fact.h"
#include "house/page/form.h"
#include "house/page/qr.h"
#include "house/page/training.h"
#include "house/procedure/library.h"
#include "house/web/table.h"
#include "io/settings.h"

enum { PER_PAGE = 25, SHORT_MAX = 200, DAY = 86400, DOOR_REFRESH_S = 45 };

static bool is_in(const int64_t *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == id)
			return true;
	return false;
}

static struct str leader_of(struct page_ctx *c, const struct workshop *s)
{
	return s->leader ? person_name(c->db, c->arena, c->school, s->leader) : s->external;
}

/* ---- the list ---- */

static enum err due_rows(struct page_ctx *c, const struct training *t, struct view_training_sessions *v)
{
	struct session_due due[2];
	TRY(training_sessions_due(t, clock_utc(), due, &v->n_due));
	struct view_training_sessions_due *rows = arena_array(c->arena, struct view_training_sessions_due, v->n_due + 1);
	for (size_t i = 0; i < v->n_due; i++)
		rows[i] = (struct view_training_sessions_due){ page_text(str_is(due[i].audience, "parents") ? TEXT_training_for_parents : TEXT_training_for_learners),
			training_date(c, due[i].last_utc), training_date(c, due[i].due_utc), due[i].due_utc <= clock_utc() };
	v->due = rows;
	return OK;
}

enum err training_sessions_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop *list;
	struct table table = table_read(c, PER_PAGE);
	struct view_training_sessions v = { .writes = training_writes(c), .over = str_is(page_query(c, "which"), "held") };
	TRY(page_training(c, &st, &t));
	TRY(workshop_list(&t, v.over, table.offset, table.limit, &list, &v.n_rows, &table.total));
	struct view_training_sessions_rows *rows = arena_array(c->arena, struct view_training_sessions_rows, v.n_rows + 1);
	for (size_t i = 0; i < v.n_rows; i++)
		rows[i] = (struct view_training_sessions_rows){ list[i].id, list[i].title, training_date(c, list[i].on_utc), list[i].place, leader_of(c, &list[i]),
			!v.over && list[i].on_utc + DAY <= clock_utc() };
	v.rows = rows;
	TRY(due_rows(c, &t, &v));
	v.pages = table_pages(c, &table);
	page_begin(c, "Training sessions");
	view_training_sessions_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- the form ---- */

static struct str typed(struct page_ctx *c, const char *field, struct str known) { return c->req->method == METHOD_POST ? page_field(c, field) : known; }

static struct part_input input(struct page_ctx *c, const char *name, enum text_key label, struct str hint, struct str known, const char *width)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .hint = hint, .value = typed(c, name, known), .error = page_wrong_text(c, name), .width = str_z(width) };
}

/* What is done every year with everybody is ticked at first: one INSET morning. */
static bool usual(const struct module *m) { return m->staff && m->every && m->every <= 12 && !m->reads.n; }

static struct part_checkboxes modules_of(struct page_ctx *c, const struct training *t, const struct workshop *s)
{
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, t->modules.n + 1);
	struct str chosen = c->req->method == METHOD_POST ? page_ticks(c, "modules") : s->modules;
	bool fresh = !s->id && c->req->method != METHOD_POST && !chosen.n;
	size_t n = 0;
	for (size_t i = 0; i < t->modules.n; i++) {
		const struct module *m = &t->modules.v[i];
		if (m->reads.n)
			continue;
		items[n] = (struct part_checkboxes_items){ .value = m->id, .label = m->title, .hint = training_every(c, t->intervals[i].months),
			.checked = fresh ? usual(m) : words_have(chosen, m->id), .id = n ? STR_NONE : STR("modules") };
		n++;
	}
	return (struct part_checkboxes){ .name = STR("modules"), .legend = page_text(TEXT_training_modules), .hint = page_text(TEXT_training_modules_hint),
		.error = page_wrong_text(c, "modules"), .items = items, .n_items = n };
}

static enum err form(struct page_ctx *c, const struct training *t, const struct workshop *s)
{
	struct view_training_session_edit v = { .errors = page_errors(c), .heading = page_text(s->id ? TEXT_training_change : TEXT_training_plan),
		.action = s->id ? arena_fmt(c->arena, "/training/sessions/%lld/edit", (long long)s->id) : STR("/training/sessions/new"),
		.back = s->id ? arena_fmt(c->arena, "/training/sessions/%lld", (long long)s->id) : STR("/training/sessions"),
		.title = input(c, "title", TEXT_training_session_title, STR_NONE, s->title, ""), .on = input(c, "on", TEXT_training_day, page_text(TEXT_training_day_hint), training_date(c, s->on_utc), "20"),
		.at = input(c, "at", TEXT_training_at, STR_NONE, s->at, "10"), .place = input(c, "place", TEXT_training_place, STR_NONE, s->place, "20"),
		.external = input(c, "external", TEXT_training_external, page_text(TEXT_training_external_hint), s->external, ""), .modules = modules_of(c, t, s) };
	TRY(page_staff(c, "leader", TEXT_training_leader, s->leader, &v.leader));
	page_begin(c, arena_z(c->arena, v.heading));
	view_training_session_edit_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

static enum err writer(struct page_ctx *c, struct store *st, struct training *t)
{
	TRY(page_training(c, st, t));
	return training_writes(c) ? OK : ERR_FORBIDDEN;
}

static enum err one(struct page_ctx *c, const struct training *t, struct workshop *s)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return workshop_get(t, id, s);
}

enum err training_session_new_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	TRY(writer(c, &st, &t));
	return form(c, &t, &(struct workshop){ .title = page_text(TEXT_training_title_usual), .leader = c->person->id });
}

static enum err read_form(struct page_ctx *c, struct workshop *s)
{
	struct person p;
	s->title = page_need(c, "title", SHORT_MAX, "Say in a few words what it is.");
	s->on_utc = page_day(c, "on", "Say on which day.");
	s->at = str_upto(page_field(c, "at"), 40);
	s->place = str_upto(page_field(c, "place"), 120);
	s->external = str_upto(page_field(c, "external"), SHORT_MAX);
	s->modules = page_ticks(c, "modules");
	s->leader = 0;
	if (!page_field(c, "leader").n)
		return OK;
	TRY(str_i64(page_field(c, "leader"), &s->leader));
	TRY(person_get(c->db, c->arena, c->school, s->leader, &p));
	return p.kind == KIND_STAFF ? OK : ERR_ABSENT;
}

static enum err save(struct page_ctx *c, const struct training *t, struct workshop *s, const char *why)
{
	struct act act = page_act(c, why);
	int64_t id = 0;
	TRY(read_form(c, s));
	enum err e = page_is_wrong(c) ? OK : workshop_save(t, &act, s, NULL, 0, &c->errors, &id);
	if (page_is_wrong(c))
		return form(c, t, s);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved.");
	return page_redirect(c, "/training/sessions/%lld", (long long)id);
}

enum err training_session_new_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s = { 0 };
	TRY(writer(c, &st, &t));
	return save(c, &t, &s, "training session planned");
}

enum err training_session_edit_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	TRY(writer(c, &st, &t));
	TRY(one(c, &t, &s));
	return form(c, &t, &s);
}

enum err training_session_edit_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	TRY(writer(c, &st, &t));
	TRY(one(c, &t, &s));
	return save(c, &t, &s, "training session changed");
}

/* ---- one session ---- */

static struct part_summary facts(struct page_ctx *c, const struct training *t, const struct workshop *s)
{
	struct part_summary out = { 0 };
	page_fact(c, &out, page_text(TEXT_training_day), s->at.n ? arena_fmt(c->arena, "%.*s, %.*s", STRF(training_date(c, s->on_utc)), STRF(s->at)) : training_date(c, s->on_utc));
	page_fact(c, &out, page_text(TEXT_training_place), s->place);
	page_fact(c, &out, page_text(TEXT_training_leader), leader_of(c, s));
	if (s->leader)
		page_fact(c, &out, page_text(TEXT_training_external), s->external);
	for (size_t i = 0; i < t->modules.n; i++)
		if (words_have(s->modules, t->modules.v[i].id))
			page_fact(c, &out, page_text(TEXT_training_part), t->modules.v[i].title);
	return out;
}

static enum err items_of(struct page_ctx *c, const struct training *t, const struct workshop *s, struct view_training_session *v)
{
	struct workshop_item *items;
	size_t n;
	struct str covered = c->req->method == METHOD_POST ? page_ticks(c, "covered") : s->covered;
	TRY(workshop_items(t, s, covered, &items, &n));
	struct view_training_session_groups *groups = arena_array(c->arena, struct view_training_session_groups, n + 1);
	struct view_training_session_groups_items *rows = arena_array(c->arena, struct view_training_session_groups_items, n + 1);
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct view_training_session_groups_items){ items[i].key, items[i].item->label, items[i].item->required, items[i].ticked };
		if (!i || items[i].module != items[i - 1].module)
			groups[v->n_groups++] = (struct view_training_session_groups){ .title = items[i].module->title, .items = &rows[i] };
		groups[v->n_groups - 1].n_items++;
	}
	v->groups = groups;
	return OK;
}

/* Ticked: those who count; of a planned one those who scanned, or everybody when nobody did. */
static enum err people_of(struct page_ctx *c, const struct training *t, const struct workshop *s, struct view_training_session *v)
{
	struct training_person *all;
	int64_t *there;
	size_t n, n_there;
	bool held = str_is(s->state, "held");
	TRY(workshop_expected(t, s, &all, &n));
	TRY(workshop_there(t, s, &there, &n_there));
	struct view_training_session_people *rows = arena_array(c->arena, struct view_training_session_people, n + 1);
	struct view_training_session_absent *absent = arena_array(c->arena, struct view_training_session_absent, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool in = is_in(there, n_there, all[i].id);
		rows[i] = (struct view_training_session_people){ all[i].id, all[i].name, in || (!held && !n_there), in && !held };
		if (held && !in)
			absent[v->n_absent++] = (struct view_training_session_absent){ all[i].id, all[i].name };
	}
	v->people = rows;
	v->absent = absent;
	v->n_people = n;
	v->expected = (int64_t)n;
	v->came = (int64_t)n_there;
	v->scanned = held ? 0 : (int64_t)n_there;
	return OK;
}

static enum err documents_of(struct page_ctx *c, struct store *st, const struct workshop *s, struct view_training_session *v)
{
	struct attachment *list;
	size_t n;
	TRY(attachment_list(st, c->arena, c->school, s->id, &list, &n));
	struct view_training_session_documents *rows = arena_array(c->arena, struct view_training_session_documents, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!list[i].withdrawn && !list[i].destroyed)
			rows[v->n_documents++] = (struct view_training_session_documents){ arena_fmt(c->arena, "/training/sessions/%lld/document/%lld", (long long)s->id, (long long)list[i].id),
				list[i].name, list[i].what.n ? list[i].what : STR("A document"), training_date(c, list[i].made_utc) };
	v->documents = rows;
	return OK;
}

static enum err show(struct page_ctx *c, struct store *st, const struct training *t, const struct workshop *s)
{
	bool held = str_is(s->state, "held"), planned = str_is(s->state, "planned");
	struct view_training_session v = { .errors = page_errors(c), .id = s->id, .title = s->title, .held = held, .planned = planned, .writes = training_writes(c) && (held || planned),
		.state = page_text(held ? TEXT_training_held_tag : planned ? TEXT_training_planned_tag : TEXT_training_cancelled), .colour = str_z(held ? "green" : planned ? "blue" : "grey"),
		.facts = facts(c, t, s), .door = arena_fmt(c->arena, "/training/sessions/%lld/door", (long long)s->id), .covered_error = page_wrong_text(c, "covered"),
		.evaluation = { .name = STR("evaluation"), .label = page_text(TEXT_training_evaluation), .value = typed(c, "evaluation", s->evaluation), .rows = 3,
			.error = page_wrong_text(c, "evaluation") }, .evaluated = s->evaluation,
		.again = input(c, "again", TEXT_training_again, page_text(TEXT_training_day_hint), STR(""), "20"), .again_place = input(c, "again-place", TEXT_training_place, STR_NONE, s->place, "20"),
		.what = input(c, "what", TEXT_training_file_what, STR_NONE, STR(""), ""), .file_error = page_wrong_text(c, "file") };
	TRY(items_of(c, t, s, &v));
	TRY(people_of(c, t, s, &v));
	TRY(documents_of(c, st, s, &v));
	page_begin(c, arena_z(c->arena, s->title));
	view_training_session_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err training_session_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	TRY(page_training(c, &st, &t));
	TRY(one(c, &t, &s));
	return show(c, &st, &t, &s);
}

/* Those ticked, of those who were expected. */
static enum err ticked(struct page_ctx *c, const struct training *t, const struct workshop *s, int64_t **out, size_t *n)
{
	struct training_person *all;
	size_t n_all;
	struct str v;
	int64_t id;
	TRY(workshop_expected(t, s, &all, &n_all));
	*out = arena_array(c->arena, int64_t, n_all + 1);
	*n = 0;
	for (size_t at = 0; form_each(&c->req->form, "person", &at, &v);)
		for (size_t i = 0; i < n_all; i++)
			if (str_i64(v, &id) == OK && all[i].id == id && !is_in(*out, *n, id))
				(*out)[(*n)++] = id;
	return OK;
}

enum err training_session_held_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	int64_t *people;
	size_t n;
	struct act act = page_act(c, "training session held");
	TRY(writer(c, &st, &t));
	TRY(one(c, &t, &s));
	TRY(ticked(c, &t, &s, &people, &n));
	enum err e = workshop_close(&t, &act, &s, page_ticks(c, "covered"), page_field(c, "evaluation"), people, n, &c->errors);
	if (page_is_wrong(c))
		return show(c, &st, &t, &s);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved: %zu were there. The matrix counts it.", n);
	return page_redirect(c, "/training/sessions/%lld", (long long)s.id);
}

enum err training_session_cancel_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	struct act act = page_act(c, "training session does not take place");
	TRY(writer(c, &st, &t));
	TRY(one(c, &t, &s));
	TRY(workshop_cancel(&t, &act, &s, &c->errors));
	page_flash(c, FLASH_DONE, "It is kept as not taking place.");
	return page_redirect(c, "/training/sessions");
}

enum err training_session_again_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	int64_t id = 0;
	struct act act = page_act(c, "another session for those who missed it");
	TRY(writer(c, &st, &t));
	TRY(one(c, &t, &s));
	int64_t day = page_day(c, "again", "Say on which day.");
	enum err e = page_is_wrong(c) ? OK : workshop_offer(&t, &act, &s, day, str_upto(page_field(c, "again-place"), 120), &c->errors, &id);
	if (page_is_wrong(c))
		return show(c, &st, &t, &s);
	TRY(e);
	page_flash(c, FLASH_DONE, "Planned. Those who missed it are told.");
	return page_redirect(c, "/training/sessions/%lld", (long long)id);
}

/* ---- documents ---- */

enum err training_session_file_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	struct entry e;
	enum screen_why why;
	int64_t made;
	struct act act = page_act(c, "a document of a training session");
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	TRY(writer(c, &st, &t));
	TRY(one(c, &t, &s));
	TRY(entry_get(&st, c->arena, &may, s.id, 0, &e));
	if (!c->req->n_files || !c->req->files[0].bytes.n)
		page_wrong(c, "file", "Choose the document.");
	if (page_is_wrong(c))
		return show(c, &st, &t, &s);
	struct attachment_in in = { .name = c->req->files[0].name, .what = str_upto(page_field(c, "what"), ATTACHMENT_WHAT_MAX), .bytes = c->req->files[0].bytes };
	enum err done = attachment_add(&st, &act, &e, &in, &c->errors, &made, &why);
	if (page_is_wrong(c))
		return show(c, &st, &t, &s);
	TRY(done);
	page_flash(c, FLASH_DONE, "The document is kept with the session.");
	return page_redirect(c, "/training/sessions/%lld", (long long)s.id);
}

enum err training_session_document(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	struct attachment d;
	struct str bytes;
	enum screen_kind kind;
	int64_t doc;
	TRY(writer(c, &st, &t));
	TRY(one(c, &t, &s));
	TRY(page_id(c, "doc", &doc));
	TRY(attachment_get(&st, c->arena, c->school, doc, &d));
	if (d.parent != s.id)
		return ERR_ABSENT;
	TRY(attachment_bytes(&st, c->arena, c->school, d.id, &bytes));
	const char *media = screen_kind_read(d.kind, &kind) == OK ? screen_media(kind) : "application/octet-stream";
	return casefile_send(c, bytes, media, arena_fmt(c->arena, "training-%lld-%lld.%.*s", (long long)s.id, (long long)d.id, STRF(d.kind)));
}

/* ---- the door ---- */

/* The screen needs no account: nobody's session stays open on the computer in the hall. */
enum err training_door_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s;
	char token[DOOR_TOKEN_TEXT];
	TRY(writer(c, &st, &t));
	TRY(one(c, &t, &s));
	if (time_uk_midnight(s.on_utc) != time_uk_midnight(clock_utc()) || !str_is(s.state, "planned")) {
		page_flash(c, FLASH_NOTE, "The code is shown on the day of the session.");
		return page_redirect(c, "/training/sessions/%lld", (long long)s.id);
	}
	door_screen(&t, s.id, token);
	return page_redirect(c, "/training/screen/%s", token);
}

enum err training_screen_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct training t;
	struct workshop s;
	struct training_person *all;
	struct qr qr;
	int64_t *there;
	size_t n, n_there;
	char token[DOOR_TOKEN_TEXT];
	if (!c->web->library)
		return ERR_ABSENT;
	TRY(training_open(&st, c->web->library, c->arena, c->school, &t));
	TRY(door_screen_read(&t, page_param(c, "token"), clock_utc(), &s) == OK ? OK : ERR_ABSENT);
	door_token(&t, s.id, clock_utc(), token);
	TRY(qr_make(c->arena, arena_fmt(c->arena, "%s/training/here/%s", c->web->settings ? c->web->settings->public_url : "https://portal.test", token), &qr));
	TRY(workshop_expected(&t, &s, &all, &n));
	TRY(workshop_there(&t, &s, &there, &n_there));
	struct str link = arena_fmt(c->arena, "/training/screen/%.*s", STRF(page_param(c, "token")));
	c->reply.refresh = link;
	c->reply.refresh_s = DOOR_REFRESH_S;
	return page_show(c, training_door, "The code at the door", .title = s.title, .path = qr.path, .side = qr.side, .here = (int64_t)n_there, .expected = (int64_t)n, .link = link,
		.back = arena_fmt(c->arena, "/training/sessions/%lld", (long long)s.id));
}

static enum err at_door(struct page_ctx *c, struct store *st, struct training *t, struct workshop *s, bool *late)
{
	TRY(page_training(c, st, t));
	enum err e = door_read(t, page_param(c, "token"), clock_utc(), s);
	*late = e == ERR_STATE;
	return *late ? OK : e;
}

static enum err here_page(struct page_ctx *c, const struct workshop *s, bool late)
{
	return page_show(c, training_here, "I am here", .late = late, .title = s->title, .on = training_date(c, s->on_utc), .place = s->place, .name = c->person->name,
		.token = page_param(c, "token"));
}

enum err training_here_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s = { 0 };
	bool late;
	TRY(at_door(c, &st, &t, &s, &late));
	return here_page(c, &s, late);
}

enum err training_here_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct workshop s = { 0 };
	bool late;
	struct act act = page_act(c, "signed in at the door of a training session");
	TRY(at_door(c, &st, &t, &s, &late));
	if (late)
		return here_page(c, &s, true);
	TRY(door_sign(&t, &act, &s));
	page_flash(c, FLASH_DONE, "You are on the list of %.*s.", STRF(s.title));
	return page_redirect(c, "/training/me");
}
