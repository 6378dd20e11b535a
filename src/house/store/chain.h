/* chain.h - inside the store: the bytes that digests are taken over.  Every field
 * enters with its length, so that no two different rows give the same bytes. */
#pragma once
#include "base/str.h"

enum { CHAIN_DIGEST = 32, CHAIN_FIELDS_MAX = 16 };

struct chain_record {
	int64_t school, seq, at_utc, person, about;
	struct str what, why, about_kind, content;
};
/* The digest of an audit record, over it and the digest before it. */
void chain_digest(const struct chain_record *r, const uint8_t before[CHAIN_DIGEST], uint8_t out[CHAIN_DIGEST]);

struct chain_version {
	int64_t school, entry, version, parent, class, by_person, at_utc;
	struct str reg, state, body, why;
	struct str said;               /* chain_said of body and why, which may be gone; absent: a version from before 0060, over both themselves */
};
/* The digest of a version of an entry; `texts` is chain_text over each sealed text in order of field name. */
void chain_version(const struct chain_version *v, const uint8_t texts[CHAIN_DIGEST], uint8_t out[CHAIN_DIGEST]);
/* What was said in the open and why, so that both can go and their digest stay: nobody tries words against it without the salt. */
enum { CHAIN_SALT = 16 };
void chain_said(struct str salt, struct str body, struct str why, uint8_t out[CHAIN_DIGEST]);
/* Takes one sealed text into the running digest (zeroes at first). */
void chain_text(uint8_t running[CHAIN_DIGEST], struct str field, int64_t key, struct str sealed);
