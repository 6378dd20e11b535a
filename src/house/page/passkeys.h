/* passkeys.h - the passkey forms of the pages, and what they send. */
#pragma once
#include "gen_ui.h"
#include "house/account/passkey.h"
#include "house/web/web.h"

/* Whether passkeys can be used at the portal's address; fills what every question needs. */
bool passkeys_ask(struct page_ctx *c, enum passkey_purpose purpose, struct passkey_ask *out);
/* A button that asks for a passkey: of the person signed in, or with PASSKEY_IN anybody's.  Nothing is shown (action absent)
 * when there is none to ask for. */
struct part_passkey passkeys_button(struct page_ctx *c, enum passkey_purpose purpose, const char *action, struct str label);
/* The form that makes a new one. */
struct part_passkey passkeys_form(struct page_ctx *c, const char *action, struct str label);
struct passkey_answer passkeys_answer(struct page_ctx *c);
/* Judges the answer of the form: OK with *who, or with a finding on `field`. */
enum err passkeys_check(struct page_ctx *c, enum passkey_purpose purpose, int64_t person, const char *field, int64_t *who);
/* Registers what the form made: OK, or with a finding on "name". */
enum err passkeys_add(struct page_ctx *c);
/* ?next= of this request. */
struct str passkeys_next(struct page_ctx *c);
