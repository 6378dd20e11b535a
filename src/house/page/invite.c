/* A way back in: a child's new password on paper, a grown-up's one-time code. */
#include "house/account/invite.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/notify/notify.h"
#include "house/page/people.h"
#include "house/page/routes.h"
#include "io/settings.h"

/* ---- made by those who look after accounts ---- */

static enum err child_password(struct page_ctx *c, const struct act *act, int64_t id)
{
	struct str issued = password_suggest(c->arena);
	TRY(password_set(c->db, act, id, issued, true, &c->errors));
	return people_page(c, id, issued, STR_NONE);     /* not redirected: it is shown once and kept nowhere */
}

/* Whoever is signed in as that person is told at once. */
static enum err tell_now(struct page_ctx *c, const struct person *p)
{
	struct session *all;
	size_t n;
	struct page_ctx as = *c;
	TRY(session_list(c->db, c->arena, c->web->account, c->school, p->id, &all, &n));
	for (size_t i = 0; i < n; i++) {
		as.session = &all[i];
		page_flash(&as, FLASH_WARNING, "%.*s made a one-time code for your account. If you did not ask for it, tell the technician.", STRF(c->person->name));
	}
	return OK;
}

static bool mails(const struct page_ctx *c) { return c->web->settings && c->web->settings->mail_server; }

static enum err code_for(struct page_ctx *c, const struct act *act, const struct person *p)
{
	char code[INVITE_TEXT];
	bool by_mail = p->email.n && mails(c);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	TRY(invite_make(c->db, c->web->keys, act, p->id, code));
	if (by_mail)
		TRY(notify_add(c->db, act, NOTICE_CODE, p->id, arena_fmt(c->arena, "/sign-in/new-password?code=%s", code).p, 0, 0));
	if (rights_second_factor(c->web->rights, p->roles))
		TRY(people_tell_of_access(c, act, p->id));
	TRY(db_tx_commit(&tx));
	TRY(tell_now(c, p));
	struct str shown = by_mail ? STR_NONE : arena_str(c->arena, str_z(code));
	mem_wipe(code, sizeof code);
	if (by_mail) {
		page_flash(c, FLASH_DONE, "A code is on its way by mail. With it they set a password of their own. It serves once, for two days.");
		return page_redirect(c, "/people/%lld", (long long)p->id);
	}
	return people_page(c, p->id, STR_NONE, shown);
}

enum err person_password_do(struct page_ctx *c)
{
	int64_t id;
	struct person p;
	struct act act = page_act(c, "a new password was asked for");
	TRY(page_id(c, "id", &id));
	TRY(people_may_reset(c, id));
	TRY(people_other_half(c, id, "second-factor.cleared"));
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	return p.kind == KIND_LEARNER ? child_password(c, &act, id) : code_for(c, &act, &p);
}

/* ---- used by the person ---- */

static enum err code_page(struct page_ctx *c, bool done)
{
	return page_show(c, new_password, "Set your password", .errors = page_errors(c), .done = done,
		.username = page_field(c, "username"), .username_error = page_wrong_text(c, "username"),
		.code = c->req->method == METHOD_GET ? page_query(c, "code") : page_field(c, "code"), .code_error = page_wrong_text(c, "code"),
		.password_error = page_wrong_text(c, "password"));
}

enum err new_password_show(struct page_ctx *c) { return code_page(c, false); }

enum err new_password_do(struct page_ctx *c)
{
	struct str username = page_need(c, "username", USERNAME_MAX, "Enter your sign-in name."), code = page_need(c, "code", 40, "Enter the code."),
		password = page_secret(c, "password");
	if (password.n == 0)
		page_wrong(c, "password", "Enter a new password.");
	if (page_is_wrong(c))
		return code_page(c, false);
	struct place from = page_place(c);
	enum err e = invite_use(c->db, c->web->keys, c->web->account, c->school, username, code, password, &from, &c->errors);
	if (e == ERR_SIGNIN)
		page_wrong(c, "code", "%.*s", STRF(page_text(TEXT_new_password_bad)));
	else if (e == ERR_BUSY)
		page_wrong(c, "code", "%.*s", STRF(page_text(TEXT_sign_in_wait)));
	else if (!page_is_wrong(c))
		TRY(e);
	return code_page(c, !page_is_wrong(c));
}
