/* Versions of the policy: written, approved, signed, put in force. */
#include "base/mem.h"
#include "house/account/people.h"
#include "house/page/page_store.h"
#include "house/page/policy.h"
#include "house/page/voices.h"

enum err policy_versions(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct document *v;
	size_t n;
	TRY(document_list(&st, c->arena, c->school, &v, &n));
	struct view_policy_versions_rows *rows = arena_array(c->arena, struct view_policy_versions_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_policy_versions_rows){ .id = v[i].e.id, .label = entry_value(&v[i].e, "label"), .state = v[i].e.state,
			.authors = entry_value(&v[i].e, "authors"), .approved = v[i].approved ? entry_value(&v[i].e, "approved") : STR_NONE };
	return page_show(c, policy_versions, "Versions of the policy", .write = page_may(c, CAP_POLICY_TEXT, ACCESS_WRITE), .rows = rows, .n_rows = n);
}

/* ---- writing ---- */

static struct part_input input(struct page_ctx *c, const char *name, enum text_key label, struct str value)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .value = value, .error = page_wrong_text(c, name) };
}

static enum err show_write(struct page_ctx *c, const char *heading, struct str action, int64_t seen, const struct document_in *in)
{
	struct part_input fields[] = {
		input(c, "title", TEXT_version_write_title, in->title), input(c, "label", TEXT_version_write_label, in->label),
		input(c, "adviser", TEXT_version_adviser, in->adviser), input(c, "adviser-on", TEXT_version_adviser_on, in->adviser_on),
		input(c, "adviser-permission", TEXT_version_adviser_permission, in->adviser_permission),
	};
	struct part_input months = input(c, "months", TEXT_version_write_months, in->months);
	months.width = STR("3");
	months.mode = STR("numeric");
	fields[1].hint = page_text(TEXT_version_write_label_hint);
	return page_show(c, policy_write, heading, .errors = page_errors(c), .heading = str_z(heading), .action = action, .seen = seen,
		.fields = fields, .n_fields = ARRAY_N(fields), .months = months,
		.authors = { .name = STR("authors"), .label = page_text(TEXT_version_authors), .hint = page_text(TEXT_version_write_authors_hint),
			.value = in->authors, .error = page_wrong_text(c, "authors"), .rows = 3 },
		.text = { .name = STR("text"), .label = page_text(TEXT_version_write_text), .value = in->text, .error = page_wrong_text(c, "text"), .rows = 10 });
}

static struct document_in typed(struct page_ctx *c)
{
	struct person *dsl;
	size_t n;
	struct document_in in = { .title = page_field(c, "title"), .label = page_field(c, "label"), .authors = page_field(c, "authors"),
		.adviser = page_field(c, "adviser"), .adviser_on = page_field(c, "adviser-on"), .adviser_permission = page_field(c, "adviser-permission"),
		.months = page_field(c, "months"), .text = page_field(c, "text") };
	if (person_of_role(c->db, c->arena, c->school, ROLE_DSL, &dsl, &n) == OK && n)
		in.owner = dsl[0].id;           /* the lead looks after the review */
	return in;
}

enum err policy_new_show(struct page_ctx *c)
{
	struct document none = { 0 };
	struct document_in in = { .title = page_policy_title(c, &none), .months = STR("12") };
	return show_write(c, "Write a new version", STR("/policy/versions/new"), 0, &in);
}

enum err policy_new_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "wrote a version of the policy");
	struct document_in in = typed(c);
	int64_t id;
	enum err e = document_create(&st, &act, &in, &c->errors, &id);
	if (e == ERR_INVALID)
		return show_write(c, "Write a new version", STR("/policy/versions/new"), 0, &in);
	TRY(e);
	page_flash(c, FLASH_DONE, "The version is saved as a draft.");
	return page_redirect(c, "/policy/version/%lld", (long long)id);
}

static enum err the_document(struct page_ctx *c, struct store *st, struct document *doc)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	*st = page_store(c);
	return document_get(st, c->arena, c->school, id, doc);
}

static struct str edit_path(struct page_ctx *c, const struct document *d)
{
	return arena_fmt(c->arena, "/policy/version/%lld/edit", (long long)d->e.id);
}

enum err policy_edit_show(struct page_ctx *c)
{
	struct store st;
	struct document d;
	TRY(the_document(c, &st, &d));
	if (!str_is(d.e.state, "draft"))
		return ERR_STATE;
	struct document_in in = { .title = entry_value(&d.e, "title"), .label = entry_value(&d.e, "label"), .authors = entry_value(&d.e, "authors"),
		.adviser = entry_value(&d.e, "adviser"), .adviser_on = entry_value(&d.e, "adviser-on"),
		.adviser_permission = entry_value(&d.e, "adviser-permission"), .months = entry_value(&d.e, "months"), .text = entry_value(&d.e, "text") };
	return show_write(c, "Edit this version", edit_path(c, &d), d.e.version, &in);
}

enum err policy_edit_do(struct page_ctx *c)
{
	struct store st;
	struct document d;
	int64_t seen = 0;
	struct act act = page_act(c, "edited a version of the policy");
	TRY(the_document(c, &st, &d));
	if (str_i64(page_field(c, "seen"), &seen) != OK)
		return ERR_INVALID;
	struct document_in in = typed(c);
	enum err e = document_edit(&st, &act, d.e.id, seen, &in, &c->errors);
	if (e == ERR_INVALID)
		return show_write(c, "Edit this version", edit_path(c, &d), seen, &in);
	TRY(e);
	page_flash(c, FLASH_DONE, d.by_governor || d.by_head ? "Saved. The text has changed: it has to be signed again." : "Saved.");
	return page_redirect(c, "/policy/version/%lld", (long long)d.e.id);
}

/* ---- one version ---- */

static bool governs(const struct page_ctx *c)
{
	return page_has_role(c, ROLE_GOVERNOR) || page_has_role(c, ROLE_CHAIR);
}

static bool approves(const struct page_ctx *c)
{
	return page_may(c, CAP_POLICY_TEXT, ACCESS_APPROVE);
}

static enum err show_version(struct page_ctx *c, const struct document *d, const struct document_approval *in)
{
	struct part_input fields[] = { input(c, "approved", TEXT_version_approved, in->on), input(c, "body", TEXT_version_body, in->body),
		input(c, "minute", TEXT_version_minute, in->minute) };
	const struct profile *p = &c->web->library->profile;
	bool open = !str_is(d->e.state, "retired"), draft = str_is(d->e.state, "draft");
	if (profile_yes(p, "policy.minute_required"))
		fields[2].hint = page_text(TEXT_version_minute_needed);
	struct part_voices voices;
	TRY(page_voices(c, &(struct voices_query){ "policy", d->e.id, 0 }, draft ? arena_fmt(c->arena, "/policy/version/%lld/comment", (long long)d->e.id) : STR_NONE, &voices));
	return page_show(c, policy_version, "A version of the policy", .voices = voices, .errors = page_errors(c), .id = d->e.id, .label = entry_value(&d->e, "label"),
		.again = d->was_signed, .panel = page_document_panel(c, d, true), .text = entry_value(&d->e, "text"), .digest = str_z(d->digest),
		.edit = draft && page_may(c, CAP_POLICY_TEXT, ACCESS_WRITE), .approve = open && approves(c),
		.fields = fields, .n_fields = ARRAY_N(fields), .activate = draft && approves(c),
		.sign_governor = open && governs(c) && !d->by_governor, .sign_head = open && page_has_role(c, ROLE_HEAD) && !d->by_head,
		.sign_impact = open && page_has_role(c, ROLE_HEAD) && !d->assessed && profile_yes(p, "policy.impact_assessment"));
}

enum err policy_version_show(struct page_ctx *c)
{
	struct store st;
	struct document d;
	TRY(the_document(c, &st, &d));
	return c->web->library ? show_version(c, &d, &(struct document_approval){ 0 }) : ERR_UNSUPPORTED;
}

enum err policy_approve(struct page_ctx *c)
{
	struct store st;
	struct document d;
	struct document_approval in = { page_field(c, "approved"), page_field(c, "body"), page_field(c, "minute") };
	struct act act = page_act(c, "recorded the approval of the policy");
	TRY(the_document(c, &st, &d));
	enum err e = document_approve(&st, &c->web->library->profile, &act, d.e.id, &in, &c->errors);
	if (e == ERR_INVALID)
		return show_version(c, &d, &in);
	TRY(e);
	page_flash(c, FLASH_DONE, "The approval is recorded.");
	return page_redirect(c, "/policy/version/%lld", (long long)d.e.id);
}

enum err policy_activate(struct page_ctx *c)
{
	struct store st;
	struct document d;
	struct act act = page_act(c, "put the policy in force");
	TRY(the_document(c, &st, &d));
	if (page_voices_heard(c, d.e.id) == ERR_INVALID)
		return show_version(c, &d, &(struct document_approval){ 0 });
	enum err e = document_activate(&st, &act, d.e.id, &c->errors);
	if (e == ERR_INVALID)
		return show_version(c, &d, &(struct document_approval){ 0 });
	TRY(e);
	page_flash(c, FLASH_DONE, "The policy is in force.");
	return page_redirect(c, "/policy/version/%lld", (long long)d.e.id);
}

/* A governor signs for the governors, the headteacher as headteacher: nobody for another. */
static enum err sign_as(const struct page_ctx *c, struct str as, enum document_sign *out)
{
	if (!str_is(as, "governor") && !str_is(as, "head") && !str_is(as, "impact"))
		return ERR_INVALID;
	*out = str_is(as, "governor") ? DOCUMENT_GOVERNOR : str_is(as, "head") ? DOCUMENT_HEAD : DOCUMENT_IMPACT;
	return (*out == DOCUMENT_GOVERNOR ? governs(c) : page_has_role(c, ROLE_HEAD)) ? OK : ERR_FORBIDDEN;
}

enum err policy_sign(struct page_ctx *c)
{
	struct store st;
	struct document d;
	enum document_sign as;
	struct act act = page_act(c, "signed the policy");
	TRY(the_document(c, &st, &d));
	TRY(sign_as(c, page_field(c, "as"), &as));
	enum err e = document_sign(&st, &act, d.e.id, as, page_field(c, "digest"));
	if (e == ERR_STALE)
		page_flash(c, FLASH_WARNING, "The text has changed since you opened it. Please read it again before you sign.");
	else
		TRY(e);
	if (e == OK)
		page_flash(c, FLASH_DONE, "Thank you. That is signed.");
	return page_redirect(c, "/policy/version/%lld", (long long)d.e.id);
}

/* On a draft only: a version in force is not commented on, the next one is. */
enum err policy_comment_do(struct page_ctx *c)
{
	struct store st;
	struct document d;
	TRY(c->person->kind == KIND_LEARNER ? ERR_FORBIDDEN : OK);
	TRY(the_document(c, &st, &d));
	if (!str_is(d.e.state, "draft"))
		return ERR_STATE;
	enum err e = page_voice_take(c, "policy", d.e.id);
	if (e == ERR_INVALID)
		return show_version(c, &d, &(struct document_approval){ 0 });
	TRY(e);
	return page_redirect(c, "/policy/version/%lld", (long long)d.e.id);
}
