/* hosts.h - what is known of the hosts whose TLS is read: which speak HTTP/2, the connections of that kind that are open,
 * and who waits while the first of several dials.  A key names a host, its port and where it was dialled. */
#pragma once
#include "gate/proxy/stream.h"

enum { HOSTS_MAX = 4096 /* remembered; connections and waits are not counted here */ };

/* What to do for a request: it has a pipe; it waits (fn will be called once, then it asks again with wait = false); it dials
 * and says what came of it (hosts_settle or hosts_join); it dials, or takes a kept connection, and owes nothing. */
enum hosts_say { HOSTS_STREAM, HOSTS_WAIT, HOSTS_LEAD, HOSTS_DIAL };
typedef void hosts_fn(void *owner);

struct proxy;
struct hosts;
struct hosts *hosts_new(struct proxy *p);
void hosts_free(struct hosts **h);                       /* nobody may be waiting */
enum hosts_say hosts_ask(struct hosts *h, struct str key, bool wait, hosts_fn *fn, void *owner, uint64_t *ticket, struct stream **up);
void hosts_forget(struct hosts *h, uint64_t ticket);     /* fn will not be called; 0 is nothing */
/* A dial is over: the host speaks HTTP/1.1, or (plain = false) could not be reached.  Whoever waited is called. */
void hosts_settle(struct hosts *h, struct str key, bool plain);
/* It speaks HTTP/2: takes s, whose handshake is done.  The pipe of whoever dialled; whoever waited is called. */
struct stream *hosts_join(struct hosts *h, struct str key, struct stream *s);
bool hosts_may_h2(struct hosts *h, struct str key);      /* HTTP/2 is worth offering: it never failed there */
void hosts_sweep(struct hosts *h);
void hosts_spare(struct hosts *h);                       /* closes connections that serve nobody now */
