/* tap.h - somebody reads along: the seam between the proxy and whoever looks at
 * bodies (gate/scan).  It works on every exchange that the gate can read: plain
 * HTTP, and HTTPS of groups whose traffic is inspected.
 *
 * An exchange with a request body asks open() with up = true when its head is there,
 * a response with up = false.  What open() returns is fed every piece of the body in
 * order, as it travels (chunks taken off, the content coding left on: head.coding says
 * which), and is closed exactly once, also when a connection breaks.
 *
 *   TAP_PASS     what was kept back so far and this piece travel on
 *   TAP_HOLD     this piece waits (nothing of the body has travelled yet, or travels before the next
 *                verdict); at most TAP_HOLD_MAX bytes wait, then they pass
 *   TAP_DONE     as PASS, and nothing more is fed: the rest travels unread at full speed
 *   TAP_REPLACE  the page is replaced by a block page when nothing of the response has travelled yet; otherwise
 *                as TAP_CUT.  Of a request: it is not sent
 *   TAP_UNREAD   the same, because it could not be read
 *   TAP_CUT      the body ends here, the connection closes
 *
 * Feeding never blocks; a piece is at most 64 KiB.  All strings are views that live until the call returns,
 * those of tap_head until close(). */
#pragma once
#include "gate/identity/identity.h"
#include "policy/decide/decide.h"
#include "wire/coding.h"

enum { TAP_HOLD_MAX = 64 * 1024 };
enum tap_verdict { TAP_PASS, TAP_HOLD, TAP_DONE, TAP_REPLACE, TAP_UNREAD, TAP_CUT };      /* from TAP_REPLACE on: the body ends */

/* What the request of an exchange said, left by its reader for the reader of the response; wiped with the exchange. */
enum { TAP_SAID = 400 };
struct tap_said { size_t n; char text[TAP_SAID]; };

struct tap_head {
	bool up;                        /* a request's body; else a response's */
	struct str method, host, path;  /* of the request; path with its query */
	int status;                     /* of the response; 0 of a request */
	struct str type;                /* Content-Type, as sent */
	struct codings coding;          /* Content-Encoding, all its lines */
	bool sealed;                    /* with one that cannot be read */
	int64_t length;                 /* Content-Length, or -1 */
	bool document;                  /* a page that a person opened, as far as the browser tells */
	bool unlogged;                  /* a help line: nothing may be kept against a name */
	const struct who *who;
	struct addr from;
	const struct policy *policy;    /* may be NULL */
	struct spool *spool;            /* for events; may be NULL in tests */
	int64_t school;
	struct tap_said **said;         /* its place, the proxy's own (mem_new); may be NULL in tests */
};

/* One table of functions; owner is handed back. */
struct tap_ops {
	/* Before a request is sent: will its response be read?  Then only codings that can be read are asked for (gzip). */
	bool (*wants)(void *owner, const struct tap_head *request);
	void *(*open)(void *owner, const struct tap_head *h);           /* NULL: this body is not read */
	/* A request that was not let through; reason: the word of its decision.  May be NULL. */
	void (*refused)(void *owner, const struct tap_head *request, struct str reason);
	/* last: no more follows (bytes may be empty).  *words: for TAP_REPLACE, one plain sentence or NULL. */
	enum tap_verdict (*feed)(void *tap, struct str bytes, bool last, const char **words);
	void (*close)(void *tap);
	/* A connection that may become WebSocket (head.up: what the client will say).  What it returns is fed the texts of messages, `last`
	 * with the last bytes of each, after which the next follows; TAP_DONE is not said; REPLACE and CUT end the connection on both
	 * sides.  NULL: that side is not read.  May be NULL. */
	void *(*talk)(void *owner, const struct tap_head *h);
};

struct tap_use { const struct tap_ops *ops; void *owner; };            /* ops NULL: nobody reads along */
