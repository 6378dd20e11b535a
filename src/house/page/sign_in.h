/* sign_in.h - what every way of signing in shares, whoever it is for. */
#pragma once
#include "gen_ui.h"
#include "house/account/session.h"
#include "house/web/web.h"

/* One guess at username and password of the form: OK with *p filled, or with a finding on the form. */
enum err sign_in_guess(struct page_ctx *c, struct person *p, enum text_key bad, enum text_key wait);
/* A new session with its cookie; the old one of this browser ends. */
enum err sign_in_begin(struct page_ctx *c, const struct person *p, struct session *s);
/* The same for whoever was proved in another way (session_begin_known). */
enum err sign_in_known(struct page_ctx *c, const struct person *p, enum session_how how, bool second, struct session *s);
/* The second step was given: a new token, and the browser is known from now on. */
enum err sign_in_whole(struct page_ctx *c);
/* The page that sets codes from a telephone up; what its form holds: OK, or with a finding on `code`. */
enum err factor_new_page(struct page_ctx *c, const char *secret, const char *action, struct part_passkey passkey);
enum err factor_new_read(struct page_ctx *c, const char **secret);
struct str factor_spaced(struct page_ctx *c, const char *secret);
/* The same person in a second place at once: both places are told. */
enum err sign_in_tell_of_others(struct page_ctx *c, const struct person *p, const struct session *mine);
/* The gate is told that this address is the person's.  ERR_ABSENT: the address is not known. */
enum err sign_in_bind(struct page_ctx *c, const struct person *p, int64_t until);
