/* csr.h - a certificate request that a device made (PKCS #10, RFC 2986): the key that
 * it has, and the signature that shows that it has it.  Pure.  Nothing else of it is
 * taken over: what the certificate says is the school's to say.  Only P-256 keys
 * (RFC 5480) with ECDSA (RFC 5758 3.2); DER alone, definite lengths. */
#pragma once
#include "base/buf.h"

enum { CSR_MAX = 1500 /* bytes of DER */, CSR_PEM_MAX = 4096, CSR_POINT = 65, CSR_ATTRIBUTES_MAX = 16 };

enum csr_hash { CSR_SHA256, CSR_SHA384, CSR_SHA512 };

/* Views of the bytes. */
struct csr {
	struct str body;               /* what is signed */
	struct str point;              /* CSR_POINT bytes, uncompressed (SEC 1 2.3.3) */
	struct str signature;          /* of `body` with that key: DER of r and s; not looked into */
	enum csr_hash hash;
};

/* ERR_LIMIT; ERR_SYNTAX; ERR_UNSUPPORTED: another kind of key or signature. */
enum err csr_read(struct str der, struct csr *out);
/* As people paste it: PEM with what may stand around it, or DER in a file.  der is cleared first.  ERR_SYNTAX, ERR_LIMIT. */
enum err csr_der(struct str given, struct buf *der);
