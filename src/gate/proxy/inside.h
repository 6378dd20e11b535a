/* inside.h - what the files of the proxy share; nobody else includes it.
 *
 * A client's life is a state machine (enum phase).  Whoever is done with a client
 * calls client_drop(); its memory goes when the turn of the loop is over
 * (proxy_reap), so that nothing on the stack is pulled away. */
#pragma once
#include "gate/identity/ticket.h"
#include "gate/proxy/dial.h"
#include "gate/proxy/head.h"
#include "gate/proxy/hosts.h"
#include "gate/proxy/leaf.h"
#include "gate/proxy/load.h"
#include "gate/proxy/pool.h"
#include "gate/proxy/proxy.h"
#include "wire/http1.h"

enum {
	SCRATCH = 64 * 1024,
	EARLY_MAX = 256 * 1024,         /* read before its turn */
	HEAD_MS = 10000,                /* for a whole head, from its first byte (slow clients) */
	KEEP_MS = 60000,                /* between two requests */
	WAIT_MS = 120000,               /* for the next bytes of an exchange, either side, unless conf.wait_ms says otherwise */
	FORM_MS = 20000,                /* for a whole form of our own pages */
	TUNNEL_MS = 600000,             /* for the next bytes of a tunnel */
	LINGER_MS = 2000,
	SWEEP_MS = 1000,
};

enum phase {
	PHASE_HEAD,                     /* reading a request's head */
	PHASE_FORM,                     /* reading a form for our own pages */
	PHASE_DIAL,                     /* waiting for the origin's connection */
	PHASE_EXCHANGE,                 /* request out, response in */
	PHASE_HELLO,                    /* open to the client, its ClientHello awaited */
	PHASE_LEAF,                     /* waiting for a certificate for the host */
	PHASE_PROOF,                    /* waiting to hear whose ticket was shown */
	PHASE_H2,                       /* frames (h2.h) */
	PHASE_SHAKE,                    /* TLS being begun with the client */
	PHASE_TUNNEL,
	PHASE_LINGER,                   /* answered; what still comes is thrown away */
	PHASE_GONE,
};

struct h2;

struct client {
	struct client *next, **link;    /* of proxy->clients, or ->dead */
	struct proxy *p;
	enum door door;
	enum phase phase;
	struct stream *s, *up;          /* owned; up may be NULL */
	struct http1 *in, *resp;        /* owned; resp is made when first needed */
	struct dial *dial;              /* owned while dialling */
	uint64_t leaf;                  /* the wait for a certificate */
	uint64_t wait;                  /* the wait for what another client's dial comes to (hosts.h) */
	struct h2 *h2;                  /* owned; of a connection that speaks HTTP/2 */
	bool child;                     /* a stream of one */
	struct load *load;              /* owned; what comes down is watched (load.h) */
	struct talk *talk;              /* owned; of an upgrade that is read (talk.c) */
	void *tap[2];                   /* owned by who reads along: [0] of the response, [1] of the request's body */
	struct tap_said *said;          /* owned; what the request said (tap.h) */
	struct buf kept;                /* of the response, held back by who reads along */
	struct buf kept_up;             /* of a request, in the same way */
	struct buf safe;                /* the path as it is asked for with the safe mode of a search tool in it */
	struct str normal_of;           /* a path of this request; */
	struct buf normal;              /* its normal form, empty where it has none */
	struct url base;                /* of an inspected connection: its host and port; every request is of them */
	struct addr from;
	struct who who;
	struct url url;                 /* of the request being served; views into in's head */
	struct decision d;
	struct buf early;               /* bytes read before their turn */
	struct buf form;
	struct buf head;                /* request head as sent on, for a second try */
	struct buf key;                 /* of up: host, port and where it is dialled */
	char token[IDENTITY_TOKEN_MAX + 1];     /* of a TLS door, empty otherwise */
	struct shown shown;             /* certificates, then the ticket */
	int64_t certificate_until_utc;  /* 0: no certificate */
	bool certified;                 /* its handshake was looked at */
	int64_t ticket_until_utc;       /* 0: no ticket that counts */
	uint64_t proof;                 /* the wait for whose it is */
	bool proof_failed;              /* of this request: it does not count, and is not asked for again */
	int64_t deadline_ms, since_ms;  /* since: when it was set, which is when something came */
	bool request_done, chunk_up, chunk_down, close_down, reused, answered, no_body, up_done, down_done;
	bool inner;                     /* TLS of this client is read: requests are those inside */
	bool document, upgrade;         /* of the request: a page; an upgrade to WebSocket */
	bool framed;                    /* refused inside a frame: a poster */
	bool travelled;                 /* some of what was held back is gone */
	bool page_open;                 /* a page is read as it goes, in chunks and not packed: it can end with a notice */
	bool heading;                   /* a head has begun to come */
	bool said_all;                  /* half closed: what was asked is still answered (RFC 9112 9.6) */
	bool leads;                     /* others wait for what this dial comes to */
	bool piped;                    /* up is a pipe to a host that speaks HTTP/2 */
	bool repeated;                  /* the request was sent twice already */
};

enum { PROXY_REFUSED = 64, REFUSED_EVERY_MS = 60000 };
struct refused { struct addr from; int64_t told_ms; uint64_t count; };

/* Programs that were told of lately; a place for each who, what and where. */
enum { PROXY_PROGRAMS = 2048, PROGRAM_EVERY_MS = 3600000 };
struct program { uint64_t what; int64_t until_ms, count; };

struct proxy {
	struct loop *loop;
	struct proxy_conf conf;
	struct policy_watch *watch;
	struct spool *spool;
	struct site *site;
	struct resolve *resolve;
	struct pool *pool;
	struct hosts *hosts;
	struct h2_up *ups;              /* connections of HTTP/2 with hosts, also those that only await their readers */
	struct tls_front *front;        /* owned; NULL: HTTPS is never read */
	struct leaves *leaves;          /* owned, with front */
	struct tickets *tickets;        /* owned; NULL: nobody is asked for one */
	struct client *clients, *dead;
	size_t n_away;                  /* of n_conns, those at the doors for devices at home */
	int64_t away_s;                 /* the second in which away_leaves were asked for (away.h) */
	unsigned away_leaves;
	size_t n_clients, n_conns;      /* with the streams of HTTP/2; connections alone */
	struct proxy_counts counts;
	struct map *per_client;         /* address bytes -> connections */
	struct timer *sweep;
	struct refused refused[PROXY_REFUSED];          /* whose certificates did not count lately; by address */
	struct program programs[PROXY_PROGRAMS];
	uint8_t program_key[16];        /* so that nobody can make one hide another */
	struct listener *listeners;
	struct buf head;                /* a response's, while it is made */
	char scratch[SCRATCH];
};

/* client.c */
void client_new(struct proxy *p, int fd, struct addr from, enum door door, struct tls_server *tls);
void client_child(struct client *of, struct stream *s);          /* takes s: requests of a stream of an inspected connection */
void client_drop(struct client *c);
void client_end(struct client *c);                      /* what was written goes out, then the end */
void client_free(struct client *c);
void client_pump(struct client *c);                     /* goes on with what was read early */
void client_next(struct client *c);                     /* the request is served: the next one, or the end */
void client_deadline(struct client *c, int64_t ms);
bool client_busy(const struct client *c);               /* input must wait */
void client_expired(struct client *c);                  /* its time is over */
bool client_rests(const struct client *c);              /* nothing is under way that somebody would miss */
int64_t client_wait_ms(const struct client *c);         /* for the next bytes of an exchange */

/* request.c */
void request_serve(struct client *c);                   /* its head is in c->in */
void request_proved(struct client *c);                  /* c->url is what is asked for; whoever asks has proved what they can */

/* reply.c */
void client_reply(struct client *c, const struct site_reply *r);
void client_text(struct client *c, int status, const char *text);
void client_unproved(struct client *c);                 /* a ticket is asked for, and the page to sign in shown */
void client_site(struct client *c);                     /* what our own pages answer */
bool client_probe(struct client *c);                    /* it was a device asking whether it has the internet, and is answered */
void client_refused(struct client *c);                  /* the page (or, for CONNECT, the sentence) of c->d */
void client_untrusted(struct client *c, const char *why);       /* the host is not believed: a page that says why */
void client_trouble(struct client *c, enum err why);
void client_cut(struct client *c);                      /* what was begun ends here, seen to be incomplete */

/* exchange.c */
void exchange_begin(struct client *c);
void exchange_body(struct client *c, struct str piece);
void exchange_request_done(struct client *c);
void exchange_drained(struct client *c);
void exchange_send(struct client *c, struct stream *up);        /* c->head goes out on it */
void exchange_up(void *owner, struct stream *s, unsigned what);        /* something happened on the host's side of c = owner */

/* origin.c: the way to the host */
void origin_name(struct client *c);                     /* c->key */
void origin_go(struct client *c, bool wait);            /* wait: for another client's dial, if there is one */
void origin_open(struct client *c);                     /* TLS with the host is begun: it is who it should be */
void origin_untrusted(struct client *c);                /* or came to nothing */
void origin_left(struct client *c);                     /* the client goes: nobody waits for its dial, and it for none */

/* tap.c: who reads along */
bool tap_wants(struct client *c);                       /* before the request is sent */
void tap_refused(struct client *c);                     /* the request was not let through */
void tap_open(struct client *c, bool up);               /* at the head of a body */
bool tap_reads(const struct client *c, bool up);
/* TAP_PASS: send `piece` on; TAP_HOLD: not now; TAP_REPLACE, TAP_CUT: the end. */
enum tap_verdict tap_feed(struct client *c, bool up, struct str piece, bool last, const char **words);
void tap_close(struct client *c);                       /* both */
void *tap_talk(struct client *c, bool up);              /* of an upgrade: NULL, or what the caller feeds and closes by conf.tap.ops */

/* talk.c: WebSocket, read */
void talk_begin(struct client *c);                      /* an upgrade is asked for: c->talk, when somebody wants to read it */
void talk_take(struct client *c, bool up, char *p, size_t n);   /* bytes of one side, unmasked in place; what may travel is sent on */
bool talk_over(const struct client *c);                 /* ended by us: what still comes is thrown away */
void talk_close(struct client *c);

/* tunnel.c */
void tunnel_begin(struct client *c);
void tunnel_hello(struct client *c);                    /* a hello was read and fits: dial, and send it on */
void tunnel_switch(struct client *c, struct str in);    /* an exchange became WebSocket; in: what the host said already, for c->talk */
void tunnel_up(struct client *c, unsigned what);        /* something happened on the host's side */
void tunnel_raw(struct client *c);                      /* both sides are connected: bytes go both ways from here on */
void tunnel_readable(struct client *c);
void tunnel_drained(struct client *c);
void tunnel_judge(struct client *c);                    /* again, after the policy changed */

/* secure.c: the same, read: */
void secure_readable(struct client *c);                 /* PHASE_HELLO */
void secure_front(struct client *c, struct tls_leaf *leaf);             /* TLS is begun with the client, for the host of c->url */
bool secure_read(struct client *c);                     /* c->early holds a judged hello: true when it is read from here on */
/* TLS connections whose hello has been (or will be) read into c->early.
 * secure_begin: c->url says host and port, judge() was called: by c->d the connection becomes a tunnel, a block
 * page inside TLS, an inspected connection, or is closed.  Answers nothing in plain text but CONNECT's 200.
 * Connections that a router turned to us come by intercept.h. */
void secure_begin(struct client *c);

/* embed.c */
void judge_embed(struct client *c);                     /* after judge(): opens what an approved page brings with it; c->framed */
bool embed_sent(struct client *c);                      /* a refused page of a film that is open as a player: answered */

/* prove.c */
bool prove_begin(struct client *c);                     /* true: it waits, and request_proved follows */
void prove_certificate(struct client *c);               /* what the handshake showed, once */
void prove_refused(struct client *c);                   /* the handshake came to nothing: an event, if a certificate was why */
bool prove_known(struct client *c);                     /* a device's certificate or somebody's ticket that the policy knows */
bool prove_wanted(const struct client *c);              /* a ticket would help */
void prove_lapse(struct client *c, int64_t now_utc);    /* a ticket or certificate that has run out counts no longer */

/* judge.c */
void judge(struct client *c, struct str path);          /* fills who and d */
/* Who asks for c->url and this path; the facts are good until a request after this one is judged. */
struct facts judge_facts(struct client *c, struct str path, int64_t now_utc);
void judge_load(struct client *c, struct str kind);     /* a download of this kind was refused */
void judge_log(struct client *c, struct str path, bool document);
void judge_program(struct client *c);                   /* a program that is no browser: what it calls itself, now and then */
void judge_restrict(struct client *c, struct head_extra *x);  /* what services are told to keep to */
void judge_safe_path(struct client *c);                 /* the safe mode of a search tool in the address that is asked for */
struct str judge_dial_name(const struct client *c);     /* whose addresses are connected to: a safe search's, or the host's */
void judge_mismatch(struct client *c, const char *name);
struct site_ask client_ask(struct client *c);
