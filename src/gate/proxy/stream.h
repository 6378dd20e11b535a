/* stream.h - one connection on the loop: TCP, plain or with TLS on it (either side), or one
 * end of a pipe inside this process.  Reading is asked for by callback; writing goes to the kernel at
 * once and what it does not take is queued.  The reader of the other side stops
 * while stream_pending() stands above STREAM_HIGH, and goes on at STREAM_DRAINED:
 * that is all the back-pressure there is.
 *
 * The callback may free the stream.  A write that fails is told by the next
 * callback with STREAM_FAILED, never inside stream_write. */
#pragma once
#include "gate/proxy/tls.h"
#include "io/loop.h"
#include "io/sock.h"

enum { STREAM_HIGH = 128 * 1024, STREAM_QUEUE_MAX = 4 * 1024 * 1024 };
enum stream_what { STREAM_READABLE = 1, STREAM_DRAINED = 2, STREAM_FAILED = 4, STREAM_OPEN = 8 /* TLS begun later: its handshake is done */ };

struct stream;
typedef void stream_fn(void *owner, struct stream *s, unsigned what);

/* Takes the fd; reads are wanted from the start.  tls may be NULL. */
struct stream *stream_new(struct loop *l, int fd, struct tls_server *tls, stream_fn *fn, void *owner);
/* The same, plain, and reads are not wanted yet. */
struct stream *stream_deaf(struct loop *l, int fd, stream_fn *fn, void *owner);
/* A pipe: what is written to the one is read from the other. */
void stream_pair(struct loop *l, struct stream *out[2]);
/* From now on TLS is spoken on it; STREAM_OPEN tells when, STREAM_FAILED that it came to nothing (stream_tls, tls_why).
 * Nothing may be queued.  front, leaf and remote outlive the stream; early: bytes of the client read already. */
void stream_front(struct stream *s, struct tls_front *f, struct tls_leaf *leaf, struct str early, bool h2);
void stream_remote(struct stream *s, struct tls_remote *r, struct str host, uint16_t port, bool h2);
struct tls *stream_tls(const struct stream *s);            /* NULL: plain */
void stream_free(struct stream **s);                       /* closes; *s may be NULL */
void stream_reset(struct stream *s);                       /* when it is freed the other side sees a reset, not an end */
void stream_owner(struct stream *s, stream_fn *fn, void *owner);

/* OK with *got > 0; -EAGAIN: nothing now; ERR_END: the other side is done; ERR_NET. */
enum err stream_read(struct stream *s, void *p, size_t n, size_t *got);
void stream_write(struct stream *s, struct str bytes);
/* To go out together with the next stream_write, or at stream_flush: a head and its body in one packet. */
void stream_hold(struct stream *s, struct str bytes);
void stream_flush(struct stream *s);
size_t stream_pending(const struct stream *s);             /* bytes queued */
void stream_want(struct stream *s, bool read);             /* whether STREAM_READABLE is wanted */
void stream_end(struct stream *s);                         /* no more writes: half-close once all is out */
/* Asks something of the socket: intercept_target. */
enum err stream_target(const struct stream *s, enum err (*ask)(int fd, struct sock_addr *out), struct sock_addr *out);
bool stream_idle_ok(struct stream *s);                     /* open, nothing unread: fit to be used again */
