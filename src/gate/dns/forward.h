/* forward.h - asks the resolvers, as a state machine without sockets or clock.
 * One flight is one question under way; a question that is under way already is
 * not asked twice.  A flight tries the healthy servers in order, each with a
 * growing wait, over UDP with a random id and random letter case (the 0x20 way;
 * the sockets give a random port), over TCP when truncated or when somebody
 * seems to guess.  A server that fails three times in a row rests for a while.
 * An answer counts only when id, question, its letter case and server fit. */
#pragma once
#include "wire/dns_msg.h"

enum {
	FORWARD_FLIGHTS = 2048, FORWARD_SERVERS = 8, FORWARD_TRIES = 5,
	FORWARD_WAIT_MS = 400,            /* the first try; half as much again for each later one */
	FORWARD_TCP_MS = 2000,
	FORWARD_REST_MS = 10000,          /* a failed server's rest; others are asked meanwhile */
	FORWARD_FAILS = 3,
	FORWARD_QUERY_MAX = 300,          /* bytes of a query */
};

struct forward;
struct forward_question { struct dns_name name; uint16_t type; uint8_t bits /* dns_key_bits */; };

struct forward_io {
	void *arg;
	/* Sends over a fresh socket of this flight; an earlier one is closed.  False: it could not. */
	bool (*send)(void *arg, uint32_t flight, unsigned server, bool tcp, struct str bytes);
	void (*close)(void *arg, uint32_t flight);
	/* The end of a flight: an answer with rcode 0 or 3, not truncated; or NULL, nobody would answer. */
	void (*done)(void *arg, uint32_t flight, const struct forward_question *q, const struct dns_msg *m);
	void (*health)(void *arg, unsigned server, bool up);
};

struct forward *forward_new(const struct forward_io *io, unsigned servers, bool letter_case);
void forward_free(struct forward **f);                  /* *f may be NULL; nothing is called */
/* Joins or starts a flight.  ERR_BUSY: all are taken.  done() may be called before this returns
 * only when nothing could be sent at all (then ERR_NET is given instead). */
enum err forward_ask(struct forward *f, const struct forward_question *q, int64_t now_ms, uint32_t *flight);
/* Nobody waits for it any more: it ends without an answer. */
void forward_drop(struct forward *f, uint32_t flight);
/* Bytes that came on a flight's socket.  What does not fit is ignored. */
void forward_heard(struct forward *f, uint32_t flight, struct str bytes, int64_t now_ms);
/* The socket of a flight broke (connection refused, closed). */
void forward_broke(struct forward *f, uint32_t flight, int64_t now_ms);
/* Looks for tries that have waited too long; call every 50 ms or so. */
void forward_tick(struct forward *f, int64_t now_ms);
bool forward_up(const struct forward *f, unsigned server, int64_t now_ms);
size_t forward_count(const struct forward *f);          /* flights under way */
