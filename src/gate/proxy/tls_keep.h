/* tls_keep.h - a door's certificate follows its file (io/kept.h), without a restart and without a connection lost. */
#pragma once
#include "gate/proxy/tls.h"
#include "io/kept.h"

/* From a timer of the worker; s and k may be NULL.  *number: of what s was made of. */
void tls_keep(struct tls_server *s, const struct kept *k, unsigned *number);
/* The same for the authorities of its clients' own certificates (P/keys/device-ca.pem), which may come later; a: whom to ask then. */
void tls_keep_asks(struct tls_server *s, const struct kept *k, unsigned *number, const struct tls_asks *a);
