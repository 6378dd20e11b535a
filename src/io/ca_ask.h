/* ca_ask.h - the words that are spoken with gatehouse-signer about the school's certificate authority (CA), whose key
 * it alone holds.  One question, one answer, framed (io/frame.h):
 *
 *   P/run/signer.sock  the house: make, show, switch, retire
 *   P/run/leaf.sock    the gate: a certificate for one host name.  Any number of questions a connection
 *
 * The house may also ask for a device's own certificate, which another key signs: DEVICE for the key of a request that the
 * device made, PACK with a key made here, locked with a password together with it (PKCS #12, RFC 7292).
 *
 * Pure codecs, and the house's blocking question.  Certificates are DER. */
#pragma once
#include "base/buf.h"

enum {
	CA_MAX = 3,                     /* at once: retiring, in use, next */
	CA_NAME_MAX = 48,               /* bytes of the school's name in it */
	CA_SPARED_MAX = 1500,           /* bytes of names that it may never speak for, parted by spaces */
	CA_DER_MAX = 4096,
	CA_POINT = 65,                  /* a P-256 public key, uncompressed (SEC 1 2.3.3) */
	CA_QUESTION_MAX = 2048, CA_ANSWER_MAX = CA_MAX * (CA_DER_MAX + 64) + 16,
	CA_YEARS_MAX = 10,
	CA_DEVICE_NAME_MAX = 40,        /* "device-k3vq..." */
	CA_CSR_BYTES = 1500, CA_PASSWORD_MIN = 12, CA_PASSWORD_MAX = 40, CA_PACK_MAX = 4096,
};

enum ca_op { CA_MAKE = 'M', CA_SHOW = 'S', CA_SWITCH = 'W', CA_RETIRE = 'R', CA_LEAF = 'L', CA_DEVICE = 'D', CA_PACK = 'P' };
/* The first byte of an answer. */
enum ca_code { CA_OK, CA_NONE /* there is none yet */, CA_BUSY, CA_SYNTAX, CA_FAILED, CA_STATE /* not at this stage */, CA_REFUSED /* not for this name */ };
/* NEXT: made, waits until devices have it.  USED: signs.  OLD: signs no more, devices still hold it. */
enum ca_state { CA_NEXT, CA_USED, CA_OLD };

struct ca_question {
	enum ca_op op;
	unsigned years;                 /* MAKE: how long it lasts */
	struct str name;                /* MAKE: of the school.  UTF-8 */
	struct str spared;              /* MAKE: names, with all below them, that it may never speak for (RFC 5280 4.2.1.10) */
	struct str host;                /* LEAF */
	struct str point;               /* LEAF: CA_POINT bytes */
	struct str device;              /* DEVICE, PACK: its name in the certificate: small letters, digits, "-" */
	struct str csr;                 /* DEVICE: the request, DER (wire/csr.h) */
	struct str password;            /* PACK */
};
/* A device's certificate; pack: with its key, locked, absent for a request. */
struct ca_device { int64_t until_utc; struct str der, pack; };
struct ca_one { enum ca_state state; int64_t made_utc, from_utc, until_utc; struct str der; };
struct ca_list { struct ca_one v[CA_MAX]; size_t n; };

void ca_question_put(const struct ca_question *q, struct buf *out);
enum err ca_question_read(struct str bytes, struct ca_question *out);     /* views into bytes */
void ca_list_put(const struct ca_list *l, struct buf *out);              /* with its code */
/* ERR_ABSENT: there is none yet.  ERR_BUSY, ERR_STATE, ERR_FORBIDDEN (not for this name), ERR_SYNTAX. */
enum err ca_list_read(struct str answer, struct ca_list *out);
enum err ca_leaf_read(struct str answer, int64_t *until_utc, struct str *der);
void ca_device_put(const struct ca_device *d, struct buf *out);          /* with its code */
enum err ca_device_read(struct str answer, struct ca_device *out);

/* Asks for a device's certificate; as ca_ask.  Wipe the room. */
enum err ca_ask_device(const char *socket_path, const struct ca_question *q, struct buf *room, struct ca_device *out);
/* Asks and reads the list that follows from it; `room` holds the bytes.  ERR_NET: the signer does not run. */
enum err ca_ask(const char *socket_path, const struct ca_question *q, struct buf *room, struct ca_list *out);
