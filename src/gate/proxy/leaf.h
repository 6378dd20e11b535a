/* leaf.h - certificates for the hosts whose TLS is read: asked of gatehouse-signer, which alone holds the CA's key,
 * and kept.  On the loop; questions wait in one connection and are answered in order. */
#pragma once
#include "gate/proxy/tls.h"
#include "io/loop.h"

enum { LEAF_KEPT = 4096, LEAF_WAITING = 1024, LEAF_WAIT_MS = 3000, LEAF_SPARE_S = 86400 /* asked anew when less life is left */ };

struct leaves;
/* ERR_ABSENT: there is no CA; ERR_FORBIDDEN: not for this name (spared, or none that could be given);
 * ERR_NET, ERR_BUSY, ERR_TIMEOUT: not now.  The leaf is good until fn returns. */
typedef void leaf_fn(void *owner, enum err e, struct tls_leaf *leaf);

/* socket_path: P/run/leaf.sock; NULL: there is never a CA.  front is borrowed. */
struct leaves *leaves_new(struct loop *l, struct tls_front *front, const char *socket_path);
void leaves_free(struct leaves **l);                     /* nobody may be waiting */
/* Calls fn once, perhaps before returning.  *ticket names the wait (0: fn was called already). */
void leaves_ask(struct leaves *l, struct str host, leaf_fn *fn, void *owner, uint64_t *ticket);
size_t leaves_kept(const struct leaves *l);              /* at most LEAF_KEPT: what nobody asks for goes first */
void leaves_forget(struct leaves *l, uint64_t ticket);   /* fn will not be called; 0 is nothing */
