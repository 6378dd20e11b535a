/* How one signs in: passkeys, codes from a telephone, codes on paper. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/password.h"
#include "house/account/recovery.h"
#include "house/page/passkeys.h"
#include "house/page/routes.h"
#include "house/page/sign_in.h"

/* Children have cards and words of their own, and the break-glass account has its envelopes. */
static enum err may_have(const struct page_ctx *c)
{
	return c->person->kind == KIND_LEARNER || c->session->how == HOW_GLASS ? ERR_FORBIDDEN : OK;
}

static enum err factors_page(struct page_ctx *c)
{
	struct factor_state s;
	struct passkey *list;
	struct passkey_ask q;
	size_t n;
	TRY(factor_state(c->db, c->school, c->session->person, &s));
	TRY(passkey_list(c->db, c->arena, c->school, c->session->person, &list, &n));
	struct view_factors_keys *keys = arena_array(c->arena, struct view_factors_keys, n + 1);
	for (size_t i = 0; i < n; i++)
		keys[i] = (struct view_factors_keys){ list[i].id, list[i].name, time_date_words(c->arena, list[i].made_utc),
			list[i].used_utc ? time_words(c->arena, list[i].used_utc) : page_text(TEXT_factors_never) };
	return page_show(c, factors, "How you sign in", .errors = page_errors(c), .keys = keys, .n_keys = n, .app = s.app, .left = s.codes,
		.host = passkeys_ask(c, PASSKEY_ADD, &q));
}

enum err factors_show(struct page_ctx *c)
{
	TRY(may_have(c));
	return factors_page(c);
}

/* A role that needs a second factor keeps its last one. */
static enum err may_lose(struct page_ctx *c, bool *may)
{
	struct factor_state s;
	TRY(factor_state(c->db, c->school, c->session->person, &s));
	*may = s.passkeys + s.app > 1 || !c->web->account->second_factor || !rights_second_factor(c->web->rights, c->roles);
	if (!*may)
		page_wrong(c, "app", "%.*s", STRF(page_text(TEXT_passkey_removed_last)));
	return OK;
}

/* ---- passkeys ---- */

static enum err add_page(struct page_ctx *c)
{
	return page_show(c, passkey_new, "Add a passkey", .errors = page_errors(c),
		.form = passkeys_form(c, "/me/factors/passkey", page_text(TEXT_passkey_add)));
}

enum err passkey_new_show(struct page_ctx *c)
{
	TRY(may_have(c));
	return add_page(c);
}

enum err passkey_new_do(struct page_ctx *c)
{
	TRY(may_have(c));
	TRY(passkeys_add(c));
	if (page_is_wrong(c))
		return add_page(c);
	if (!c->session->second)
		TRY(sign_in_whole(c));           /* the first second step: it was given just now */
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_passkey_done)));
	return page_redirect(c, "/me/factors");
}

enum err passkey_remove_do(struct page_ctx *c)
{
	struct act act = page_act(c, "own passkey");
	int64_t id;
	bool may;
	TRY(page_id(c, "id", &id));
	TRY(may_lose(c, &may));
	if (!may)
		return factors_page(c);
	TRY(passkey_remove(c->db, &act, c->session->person, id));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_passkey_gone)));
	return page_redirect(c, "/me/factors");
}

/* ---- codes from a telephone ---- */

static enum err has_app(struct page_ctx *c, bool *app)
{
	struct factor_state s;
	TRY(factor_state(c->db, c->school, c->session->person, &s));
	*app = s.app;
	return OK;
}

enum err app_new_show(struct page_ctx *c)
{
	char secret[FACTOR_SECRET_TEXT];
	bool app;
	TRY(may_have(c));
	TRY(has_app(c, &app));
	if (app)
		return page_redirect(c, "/me/factors");
	factor_new(secret);
	return factor_new_page(c, secret, "/me/factors/app", (struct part_passkey){ 0 });
}

enum err app_new_do(struct page_ctx *c)
{
	struct act act = page_act(c, "own second step");
	const char *secret;
	bool app;
	TRY(may_have(c));
	TRY(has_app(c, &app));
	if (app)
		return ERR_STATE;
	TRY(factor_new_read(c, &secret));
	if (page_is_wrong(c))
		return factor_new_page(c, secret, "/me/factors/app", (struct part_passkey){ 0 });
	TRY(factor_set(c->db, c->web->keys, &act, c->session->person, secret));
	if (!c->session->second)
		TRY(sign_in_whole(c));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_factor_new_done)));
	return page_redirect(c, "/me/factors");
}

enum err app_remove_do(struct page_ctx *c)
{
	struct act act = page_act(c, "own second step");
	bool may;
	TRY(may_lose(c, &may));
	if (!may)
		return factors_page(c);
	TRY(factor_remove(c->db, &act, c->session->person));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_factors_app_done)));
	return page_redirect(c, "/me/factors");
}

/* ---- codes on paper: shown once, and kept nowhere ---- */

enum err codes_make_do(struct page_ctx *c)
{
	struct act act = page_act(c, "own codes on paper");
	char codes[RECOVERY_CODES][RECOVERY_TEXT];
	struct str list[RECOVERY_CODES];
	if (!c->session->has_factor)
		return ERR_STATE;
	TRY(recovery_make(c->db, c->web->keys, &act, c->session->person, codes));
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		list[i] = str_z(codes[i]);
	enum err e = page_show(c, codes, "Your codes on paper", .name = c->person->name, .made = time_date_words(c->arena, clock_utc()),
		.codes = list, .n_codes = RECOVERY_CODES);
	mem_wipe(codes, sizeof codes);
	return e;
}
