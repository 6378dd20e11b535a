/* promises.h - the rules of an agreement as a part of a page: with symbols, and
 * with another language beside the English. */
#pragma once
#include "gen_ui.h"
#include "house/agreement/agreement_store.h"
#include "house/web/web.h"

/* `other` NULL or without an entry: English alone.  from, n: which rules (n 0: all from there). */
struct part_promises promises_part(struct page_ctx *c, const struct agreement *g, const struct agreement_translation *other, size_t from, size_t n);
struct str promises_picture(struct page_ctx *c, struct str name);
/* The words of a language, from data/agreements/languages.conf; never NULL fields: English when the file cannot be read. */
struct agreement_words promises_words(struct page_ctx *c, struct str language);
/* Whether a language is written in that file. */
bool promises_language(struct page_ctx *c, struct str code);
struct str promises_hex(struct page_ctx *c, const uint8_t digest[SHA256_BYTES]);
/* The gate learns of a signature at once; if the keeper is away it learns within a minute of its return. */
enum err promises_tell_gate(struct page_ctx *c, const int64_t *people, size_t n);
