/* My page. */
#include "house/page/me.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/store/audit.h"
#include "house/task/task.h"

/* What of the audit is told to whom it is about: their account and what they were given.  Everything else stays out, by not being here. */
static const struct { const char *what; const char *words; } TOLD[] = {
	{ "person.added", "Your account was made" }, { "person.changed", "Something kept of you was corrected" }, { "person.details", "How to reach you was changed" },
	{ "person.left", "Your leaving was entered" }, { "person.returned", "Your leaving was taken back" }, { "role.given", "You were given a role" },
	{ "role.ended", "A role of yours ended" }, { "role.trained", "Your training for a role was entered" }, { "role.covered", "Cover for a role was arranged" },
	{ "password.set", "Your password was set" }, { "second-factor.set", "Your second step was set up" }, { "second-factor.cleared", "Your second step was cleared" },
	{ "passkey.added", "A passkey was added" }, { "passkey.removed", "A passkey was removed" }, { "codes.made", "Codes on paper were made" },
	{ "sign-in.outside-linked", "An outside account was linked" }, { "sign-in.outside-unlinked", "An outside account was unlinked" },
	{ "session.all-ended", "You were signed out everywhere" }, { "card.made", "Your card was made" }, { "card.printed", "Your card was printed" },
};

static const char *told(struct str what)
{
	for (size_t i = 0; i < ARRAY_N(TOLD); i++)
		if (str_is(what, TOLD[i].what))
			return TOLD[i].words;
	return NULL;
}

static enum err changes(struct page_ctx *c, struct mine *m)
{
	struct audit_record *r;
	size_t n;
	TRY(audit_of(c->db, c->arena, c->school, (struct audit_about){ "person", c->person->id }, &r, &n));
	m->changes = arena_array(c->arena, struct my_change, ME_CHANGES_MAX);
	for (size_t i = n; i-- > 0 && m->n_changes < ME_CHANGES_MAX;)
		if (told(r[i].what))
			m->changes[m->n_changes++] = (struct my_change){ r[i].at_utc, str_z(told(r[i].what)),
				r[i].person == c->person->id ? STR("you") : person_name(c->db, c->arena, c->school, r[i].person) };
	return OK;
}

static enum err signatures(struct page_ctx *c, struct mine *m)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_PERSONAL) };
	struct entry_query q = { .reg = "signature", .where = { { "person", ENTRY_IS, c->person->id, STR_NONE } }, .n_where = 1, .limit = 200 };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	m->signatures = page.entries;
	m->n_signatures = page.n;
	return OK;
}

enum err me_gather(struct page_ctx *c, struct mine *out)
{
	struct mine m = { .person = *c->person };
	struct school_class class;
	if (m.person.class_id && class_get(c->db, c->arena, c->school, m.person.class_id, &class) == OK)
		m.class_name = class.name;
	TRY(family_details(c->db, c->arena, c->school, m.person.id, &m.details));
	TRY(grant_list(c->db, c->arena, c->school, m.person.id, &m.grants, &m.n_grants));
	TRY(signatures(c, &m));
	TRY(identity_list(c->db, c->arena, c->school, m.person.id, &m.links, &m.n_links));
	TRY(session_list(c->db, c->arena, c->web->account, c->school, m.person.id, &m.sessions, &m.n_sessions));
	TRY(changes(c, &m));
	*out = m;
	return OK;
}

struct str me_signed_what(struct page_ctx *c, const struct entry *e)
{
	struct str audience = entry_value(e, "audience"), version = entry_value(e, "version");
	return arena_fmt(c->arena, "%.*s, version %.*s", STRF(audience), STRF(version));
}

/* ---- the page ---- */

static struct str when(struct page_ctx *c, int64_t utc) { return utc ? time_date_words(c->arena, utc) : STR(""); }

static struct part_summary about(struct page_ctx *c, const struct mine *m)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 8);
	size_t n = 0;
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_people_kind), .value = str_z(kind_title(m->person.kind)) };
	if (m->person.username.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_people_username), .value = m->person.username };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_person_email), .value = m->person.email.n ? m->person.email : page_text(TEXT_me_none) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_me_since), .value = when(c, m->person.joined_utc) };
	if (m->person.left_utc)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_person_until), .value = when(c, m->person.left_utc) };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static enum err due(struct page_ctx *c, struct view_me *v)
{
	struct store st = page_store(c);
	struct task_query q = { .which = TASK_OPEN, .person = c->person->id, .roles = c->roles, .limit = 10 };
	struct task *list;
	size_t n;
	TRY(task_list(&st, c->arena, c->school, &q, &list, &n, NULL));
	struct view_me_due *rows = arena_array(c->arena, struct view_me_due, n + 1);
	for (size_t i = 0; i < n; i++)
		if (list[i].about != c->person->id)      /* work that others do about somebody is not told them here */
			rows[v->n_due++] = (struct view_me_due){ list[i].link, list[i].title, when(c, list[i].due_utc), list[i].late };
	v->due = rows;
	return me_must_sign(c, &v->must_sign);
}

static void lists(struct page_ctx *c, const struct mine *m, struct view_me *v)
{
	struct view_me_promises *signed_rows = arena_array(c->arena, struct view_me_promises, m->n_signatures + 1);
	struct view_me_grants *grants = arena_array(c->arena, struct view_me_grants, m->n_grants + 1);
	struct view_me_changes *changed = arena_array(c->arena, struct view_me_changes, m->n_changes + 1);
	for (size_t i = 0; i < m->n_signatures; i++)
		signed_rows[i] = (struct view_me_promises){ me_signed_what(c, &m->signatures[i]), when(c, m->signatures[i].made_utc), str_is(m->signatures[i].state, "declined") };
	for (size_t i = 0; i < m->n_grants; i++) {
		const struct grant *g = &m->grants[m->n_grants - 1 - i];
		grants[i] = (struct view_me_grants){ str_is(g->what, "account") ? STR("The account") : g->what, when(c, g->from_utc), when(c, g->until_utc), g->until_utc && g->until_utc <= clock_utc() };
	}
	for (size_t i = 0; i < m->n_changes; i++)
		changed[i] = (struct view_me_changes){ m->changes[i].what, m->changes[i].who, time_words(c->arena, m->changes[i].at_utc) };
	v->promises = signed_rows;
	v->n_promises = m->n_signatures;
	v->grants = grants;
	v->n_grants = m->n_grants;
	v->changes = changed;
	v->n_changes = m->n_changes;
}

enum err me_learner_show(struct page_ctx *c, int status)
{
	struct mine m;
	struct str *asks;
	size_t n_asks;
	bool must_sign;
	TRY(me_gather(c, &m));
	TRY(me_asks(c, &asks, &n_asks));
	TRY(me_must_sign(c, &must_sign));
	TRY(page_show(c, me_learner, "About you", .asks = asks, .n_asks = n_asks, .must_sign = must_sign, .name = m.person.name, .username = m.person.username, .class_name = m.class_name,
		.signed_on = m.n_signatures ? when(c, m.signatures[0].made_utc) : STR("")));
	c->reply.status = status;
	return OK;
}

enum err me_show(struct page_ctx *c)
{
	struct mine m;
	struct str *asks;
	struct view_me v = { .name = c->person->name };
	if (c->person->kind == KIND_LEARNER)
		return me_learner_show(c, 200);
	TRY(me_gather(c, &m));
	v.rows = about(c, &m);
	TRY(due(c, &v));
	lists(c, &m, &v);
	TRY(me_asks(c, &asks, &v.n_asks));
	v.asks = asks;
	page_begin(c, "My page");
	view_me_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
