/* What is kept of somebody, as a file of theirs: a zip with a page to read and the same as JSON (UK GDPR articles 15 and 20). */
#include <archive.h>
#include <archive_entry.h>
#include <jansson.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/me.h"
#include "house/page/training.h"
#include "house/page/routes.h"
#include "house/store/audit.h"

enum { ZIP_MAX = 4 * 1024 * 1024 };

static void json_done(json_t **j) { json_decref(*j); }
static json_t *text(struct str s) { return json_stringn(s.p ? s.p : "", s.n); }
static json_t *when(struct page_ctx *c, int64_t utc) { return utc ? text(time_iso(c->arena, utc)) : json_null(); }

static json_t *grants(struct page_ctx *c, const struct mine *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < m->n_grants; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "access_to", text(m->grants[i].what), "since", when(c, m->grants[i].from_utc),
			"until", when(c, m->grants[i].until_utc)));
	return list;
}

static json_t *signatures(struct page_ctx *c, const struct mine *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < m->n_signatures; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "agreement", text(me_signed_what(c, &m->signatures[i])), "answer", text(m->signatures[i].state),
			"how", text(entry_value(&m->signatures[i], "how")), "when", when(c, m->signatures[i].made_utc)));
	return list;
}

static json_t *sign_ins(struct page_ctx *c, const struct mine *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < m->n_sessions; i++) {
		char where[ADDR_TEXT_MAX];
		size_t n = addr_text(m->sessions[i].peer, where);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "since", when(c, m->sessions[i].began_utc), "from", json_stringn(where, n), "browser", text(m->sessions[i].agent)));
	}
	return list;
}

static json_t *links(struct page_ctx *c, const struct mine *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < m->n_links; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "provider", text(m->links[i].provider), "name_there", text(m->links[i].shown), "linked", when(c, m->links[i].made_utc)));
	return list;
}

static json_t *changes(struct page_ctx *c, const struct mine *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < m->n_changes; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "when", when(c, m->changes[i].at_utc), "what", text(m->changes[i].what), "by", text(m->changes[i].who)));
	return list;
}

/* What they were trained in, and what they wrote down of courses; nothing for whoever does not work here. */
static enum err training(struct page_ctx *c, json_t *all)
{
	struct store st;
	struct training t;
	struct training_row *had;
	struct course *courses;
	size_t n, n_courses;
	bool measured;
	enum err e = page_training(c, &st, &t);
	if (e != OK)
		return e == ERR_FORBIDDEN ? OK : e;
	TRY(training_of(&t, c->person->id, &had, &n));
	TRY(course_list(&t, c->person->id, NULL, 0, 200, &courses, &n_courses, NULL));
	json_t *list = json_array(), *taken = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:s}", "training", text(training_title(&t, had[i].module)), "on", when(c, had[i].on_utc), "how_we_know", training_how(had[i].how, &measured)));
	for (size_t i = 0; i < n_courses; i++)
		json_array_append_new(taken, json_pack("{s:o, s:o, s:o, s:o, s:o}", "course", text(courses[i].title), "by", text(courses[i].provider), "on", when(c, courses[i].on_utc),
			"state", text(courses[i].state), "learned", text(courses[i].learned)));
	json_object_set_new(all, "training", list);
	json_object_set_new(all, "courses", taken);
	return OK;
}

static json_t *whole(struct page_ctx *c, const struct mine *m)
{
	return json_pack("{s:s, s:o, s:{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}, s:o, s:o, s:o, s:o, s:o}", "school", c->web->school_name, "made", when(c, clock_utc()),
		"you", "name", text(m->person.name), "kind", kind_title(m->person.kind), "sign_in_name", text(m->person.username), "email", text(m->person.email),
		"telephone", text(m->details.phone), "postal_address", text(m->details.postal), "language", text(m->details.language),
		"since", when(c, m->person.joined_utc), "until", when(c, m->person.left_utc),
		"access", grants(c, m), "signed", signatures(c, m), "signed_in", sign_ins(c, m), "outside_accounts", links(c, m), "changes_to_your_account", changes(c, m));
}

/* ---- the page to read ---- */

static void cell(struct buf *b, const char *tag, struct str s)
{
	buf_fmt(b, "<%s>", tag);
	tpl_text(b, s);
	buf_fmt(b, "</%s>", tag);
}

static void table(struct buf *b, const char *title, const json_t *list)
{
	size_t i;
	const char *key;
	json_t *row, *value;
	cell(b, "h2", str_z(title));
	if (json_array_size(list) == 0) {
		buf_z(b, "<p>Nothing.</p>\n");
		return;
	}
	buf_z(b, "<table border=\"1\"><tr>");
	json_object_foreach(json_array_get(list, 0), key, value)
		cell(b, "th", str_z(key));
	buf_z(b, "</tr>\n");
	json_array_foreach(list, i, row) {
		buf_z(b, "<tr>");
		json_object_foreach(row, key, value)
			cell(b, "td", json_is_string(value) ? (struct str){ json_string_value(value), json_string_length(value) } : STR(""));
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</table>\n");
}

static void readable(struct buf *b, json_t *all, const struct mine *m)
{
	const char *key;
	json_t *value;
	buf_z(b, "<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>What Gatehouse keeps of you</title></head><body>\n");
	cell(b, "h1", m->person.name);
	buf_z(b, "<p>This is what the school's online safety program keeps about your account. The same is in data.json, for programs.</p>\n<ul>");
	json_object_foreach(json_object_get(all, "you"), key, value) {
		buf_z(b, "<li>");
		tpl_text(b, str_z(key));
		buf_z(b, ": ");
		tpl_text(b, json_string_length(value) ? str_z(json_string_value(value)) : STR("none"));
		buf_z(b, "</li>");
	}
	buf_z(b, "</ul>\n");
	table(b, "What you were given access to", json_object_get(all, "access"));
	table(b, "What you signed", json_object_get(all, "signed"));
	table(b, "Where you are signed in", json_object_get(all, "signed_in"));
	table(b, "Outside accounts", json_object_get(all, "outside_accounts"));
	table(b, "Your training", json_object_get(all, "training"));
	table(b, "Courses that you wrote down", json_object_get(all, "courses"));
	table(b, "Changes to your account", json_object_get(all, "changes_to_your_account"));
	buf_z(b, "</body></html>\n");
}

/* ---- the zip ---- */

static void entry_done(struct archive_entry **e) { archive_entry_free(*e); }
static void archive_done(struct archive **a)
{
	if (*a)
		(void)archive_write_free(*a);            /* what could go wrong was heard by close */
}

static bool member(struct archive *a, const char *name, struct str bytes)
{
	AUTO(entry_done) struct archive_entry *e = archive_entry_new();
	archive_entry_set_pathname(e, name);
	archive_entry_set_size(e, (int64_t)bytes.n);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, clock_utc(), 0);
	return archive_write_header(a, e) == ARCHIVE_OK && archive_write_data(a, bytes.p, bytes.n) == (la_ssize_t)bytes.n;
}

static enum err zip(struct page_ctx *c, struct str json, struct str html)
{
	AUTO(archive_done) struct archive *a = archive_write_new();
	size_t room = json.n + html.n + 64 * 1024, used = 0;
	char *bytes = arena_alloc(c->arena, room);
	if (room > ZIP_MAX || !a || archive_write_set_format_zip(a) != ARCHIVE_OK || archive_write_open_memory(a, bytes, room, &used) != ARCHIVE_OK ||
	    !member(a, "what-is-kept-of-you.html", html) || !member(a, "data.json", json) || archive_write_close(a) != ARCHIVE_OK)
		return ERR_LIMIT;
	buf_clear(&c->reply.body);
	buf_add(&c->reply.body, (struct str){ bytes, used });
	c->reply.type = STR("application/zip");
	c->reply.filename = STR("what-is-kept-of-you.zip");
	c->reply.status = 200;
	return buf_ok(&c->reply.body);
}

enum err me_data_show(struct page_ctx *c)
{
	struct mine m;
	AUTO(json_done) json_t *all = NULL;
	AUTO(buf_done) struct buf html = buf_init(ZIP_MAX);
	if (c->person->kind == KIND_LEARNER)
		return me_learner_show(c, 403);          /* a child's data goes to the safeguarding lead first: the page says how to ask */
	TRY(me_gather(c, &m));
	all = whole(c, &m);
	if (all)
		TRY(training(c, all));
	char *json = all ? json_dumps(all, JSON_INDENT(1)) : NULL;
	if (!json)
		return ERR_LIMIT;
	readable(&html, all, &m);
	struct act act = page_act(c, "own data as a file");
	enum err e = zip(c, str_z(json), buf_str(&html));
	free(json);
	TRY(e);
	return audit_add(c->db, &act, "person.own-data", (struct audit_about){ "person", c->person->id }, NULL);
}
