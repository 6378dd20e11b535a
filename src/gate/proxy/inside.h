/* inside.h - what the files of the proxy share; nobody else includes it.
 *
 * A client's life is a state machine (enum phase).  Whoever is done with a client
 * calls client_drop(); its memory goes when the turn of the loop is over
 * (proxy_reap), so that nothing on the stack is pulled away. */
#pragma once
#include "gate/proxy/dial.h"
#include "gate/proxy/head.h"
#include "gate/proxy/pool.h"
#include "gate/proxy/proxy.h"
#include "wire/http1.h"

enum {
	SCRATCH = 64 * 1024,
	EARLY_MAX = 256 * 1024,         /* read before its turn */
	HEAD_MS = 10000,                /* for a whole head, from its first byte (slow clients) */
	KEEP_MS = 60000,                /* between two requests */
	WAIT_MS = 120000,               /* for the next bytes of an exchange, either side */
	TUNNEL_MS = 600000,             /* for the next bytes of a tunnel */
	LINGER_MS = 2000,
	SWEEP_MS = 1000,
};

enum phase {
	PHASE_HEAD,                     /* reading a request's head */
	PHASE_FORM,                     /* reading a form for our own pages */
	PHASE_DIAL,                     /* waiting for the origin's connection */
	PHASE_EXCHANGE,                 /* request out, response in */
	PHASE_HELLO,                    /* tunnel open to the client, its ClientHello awaited */
	PHASE_TUNNEL,
	PHASE_LINGER,                   /* answered; what still comes is thrown away */
	PHASE_GONE,
};

struct client {
	struct client *next, **link;    /* of proxy->clients, or ->dead */
	struct proxy *p;
	enum door door;
	enum phase phase;
	struct stream *s, *up;          /* owned; up may be NULL */
	struct http1 *in, *resp;        /* owned; resp is made when first needed */
	struct dial *dial;              /* owned while dialling */
	struct addr from;
	struct who who;
	struct url url;                 /* of the request being served; views into in's head */
	struct decision d;
	struct buf early;               /* bytes read before their turn */
	struct buf form;
	struct buf head;                /* request head as sent on, for a second try */
	struct buf key;                 /* "host:port" of up */
	char token[IDENTITY_TOKEN_MAX + 1];     /* of a TLS door, empty otherwise */
	int64_t deadline_ms;
	bool request_done, chunk_up, chunk_down, close_down, reused, answered, no_body, up_done, down_done;
};

struct proxy {
	struct loop *loop;
	struct proxy_conf conf;
	struct policy_watch *watch;
	struct spool *spool;
	struct site *site;
	struct resolve *resolve;
	struct pool *pool;
	struct client *clients, *dead;
	size_t n_clients;
	struct proxy_counts counts;
	struct map *per_client;         /* address bytes -> connections */
	struct timer *sweep;
	struct listener *listeners;
	char scratch[SCRATCH];
};

/* client.c */
void client_new(struct proxy *p, int fd, struct addr from, enum door door, struct tls_server *tls);
void client_drop(struct client *c);
void client_end(struct client *c);                      /* what was written goes out, then the end */
void client_free(struct client *c);
void client_pump(struct client *c);                     /* goes on with what was read early */
void client_reply(struct client *c, const struct site_reply *r);
void client_next(struct client *c);                     /* the request is served: the next one, or the end */
void client_deadline(struct client *c, int64_t ms);
void client_trouble(struct client *c, enum err why);
bool client_busy(const struct client *c);               /* input must wait */

/* exchange.c */
void exchange_begin(struct client *c);
void exchange_body(struct client *c, struct str piece);
void exchange_request_done(struct client *c);
void exchange_drained(struct client *c);

/* tunnel.c */
void tunnel_begin(struct client *c);
void tunnel_readable(struct client *c);
void tunnel_drained(struct client *c);
void tunnel_judge(struct client *c);                    /* again, after the policy changed */

/* secure.c: TLS connections whose hello has been (or will be) read into c->early.
 * secure_begin: c->url says host and port, judge() was called: by c->d the connection becomes a tunnel, a block
 * page inside TLS, an inspected connection, or is closed.  Answers nothing in plain text but CONNECT's 200.
 * secure_intercepted: a connection that a router turned to us (TPROXY, redirect), nothing read yet: the name is the hello's,
 * the port the one it was sent to; a hello without a name is judged by the address `to`. */
void secure_begin(struct client *c);
void secure_intercepted(struct client *c, struct addr to, uint16_t port);

/* judge.c */
void judge(struct client *c, struct str path);          /* fills who and d */
void judge_log(struct client *c, struct str path, bool document);
void judge_mismatch(struct client *c, const char *name);
struct site_ask client_ask(struct client *c);
