/* seat.h - what the files of secure.c share; nobody else includes it. */
#pragma once
#include "base/buf.h"
#include "gate/dns/secure.h"
#include "gate/proxy/stream.h"
#include "wire/dns_ask.h"

struct http_one;
struct http_two;

/* One connection. */
struct seat {
	struct secure *s;
	struct stream *stream;                  /* owned; NULL: the seat is free */
	bool https, begun, leaving;             /* begun: TLS stands; leaving: goes when all is written */
	uint32_t serial;                        /* of its place, so that a late answer finds nobody else */
	struct addr addr;
	char token[DNS_TOKEN_MAX + 1];          /* by its certificate, or the name in the hello */
	int64_t until_utc;                      /* of its certificate; 0: none */
	int64_t last_ms;                        /* of the last question or answer */
	bool asked;
	size_t owed;                            /* answers that are still awaited */
	struct buf in;                          /* DNS over TLS, HTTP/1.1: not yet taken */
	struct http_one *one;                   /* owned, as the next; NULL: not spoken here */
	struct http_two *two;
};

/* Asks: the answer's bytes (good until the next call), or none: later.  token: of the path, or empty. */
struct str seat_ask(struct seat *c, const char *token, uint32_t request, struct str query);

struct http_one *http_one_new(void);
void http_one_free(struct http_one **h);
void http_one_take(struct seat *c);                      /* c->in */
void http_one_reply(struct seat *c, struct str answer);

struct http_two *http_two_new(struct seat *c);
void http_two_free(struct http_two **h);
bool http_two_take(struct seat *c, struct str bytes);    /* false: hang up */
void http_two_reply(struct seat *c, uint32_t request, struct str answer);
const char *http_status_words(int status);
