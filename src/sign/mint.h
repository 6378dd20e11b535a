/* mint.h - makes certificates: the school's CA and the leaves it signs, devices' own (RFC 5280, ECDSA P-256 with SHA-256).
 * The only file of the signer that includes OpenSSL.  Certificates are DER; a CA's key is PKCS #8 DER. */
#pragma once
#include "base/buf.h"
#include "wire/csr.h"

enum { MINT_LEAF_DAYS = 7, MINT_KEY_MAX = 512 };

struct mint_key;                        /* a CA that can sign */

/* A new CA, named by its school and what it is for.  spared: host names parted by spaces for which, with all below them, no certificate of this CA is valid. */
enum err mint_ca(struct str school, struct str what, struct str spared, unsigned years, int64_t now_utc, struct buf *der, struct buf *key, int64_t *until_utc);
/* ERR_CRYPTO when the two do not fit each other. */
enum err mint_open(struct str der, struct str key, struct mint_key **out);
void mint_free(struct mint_key **k);    /* wipes the key */
/* A certificate of this one host name for this P-256 key; no CA, for servers only, MINT_LEAF_DAYS long. */
enum err mint_leaf(struct mint_key *k, struct str host, struct str point, int64_t now_utc, struct buf *der, int64_t *until_utc);

/* Whether the key in the request signed it. */
bool mint_signed(const struct csr *c);
/* A certificate of this name for this P-256 key: no CA, for clients only, and never longer than the CA's own. */
enum err mint_device(struct mint_key *k, struct str name, struct str point, int64_t now_utc, unsigned days, struct buf *der, int64_t *until_utc);
/* The same for a key made here, which leaves only in `pack`, with the certificate, locked with the password: PKCS #12
 * (RFC 7292) with PBE-SHA1-3DES and HMAC-SHA-1, the one way that every system's installer reads; the password alone keeps it. */
enum err mint_pack(struct mint_key *k, struct str name, struct str password, int64_t now_utc, unsigned days, struct buf *der, struct buf *pack, int64_t *until_utc);
