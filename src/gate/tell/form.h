/* form.h - what a child writes on the gate's forms: fields read strictly, and
 * the token that ties a form to the address that it was shown to. */
#pragma once
#include "base/arena.h"
#include "wire/addr.h"

enum { FORM_TOKEN = 33, FORM_REF = 25, FORM_TOKEN_LIFE_S = 6 * 3600 };

/* A field of an application/x-www-form-urlencoded body, decoded into the arena:
 * UTF-8 without control bytes (line ends become LF); absent: "".  ERR_SYNTAX:
 * not well formed. */
enum err form_field(struct arena *a, struct str body, const char *name, struct str *out);
size_t form_characters(struct str utf8);

/* NUL-terminated hex.  Good for this address and press, for up to two lives. */
void form_token(const uint8_t key[32], struct addr to, struct str ref, int64_t now_utc, char out[FORM_TOKEN]);
bool form_token_fits(const uint8_t key[32], struct addr to, struct str ref, struct str token, int64_t now_utc);
void form_ref(char out[FORM_REF]);                 /* a new name of one press */
bool form_ref_good(struct str ref);
