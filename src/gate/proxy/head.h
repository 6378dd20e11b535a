/* head.h - the heads that the proxy sends on: what travels one hop only stays
 * behind, lengths are said again in our own words (RFC 9110 7.6, RFC 9112 6). */
#pragma once
#include "base/buf.h"
#include "wire/coding.h"
#include "wire/http1.h"
#include "wire/url.h"

enum { HEAD_OUT_MAX = HTTP1_HEAD_MAX + 4096, HEAD_TRAILERS = 64, HEAD_ADDED = 10 /* fields of our own, at most */ };

/* What is said besides. */
struct head_extra {
	uint16_t usual;                 /* the port that goes without saying; 0: 80 */
	bool upgrade;                   /* the upgrade to WebSocket travels on */
	bool bare;                      /* without its extensions: it is read */
	bool gzip;                      /* of the codings accepted only gzip is handed on */
	bool plain;                     /* none of them is */
	struct head_field { const char *name; struct str value; } add[4];      /* ended by a NULL name; those of the client are left out */
};

/* A request in origin form; that trailers are welcome (TE) travels on.  u: the target taken apart; x may be NULL. */
void head_request(const struct http1_head *m, const struct url *u, const struct head_extra *x, struct buf *out);

/* A response to a client of HTTP/1.minor.  *chunk: body bytes must be sent as
 * chunks; *close: the body ends with the connection. */
void head_response(const struct http1_head *m, int minor, bool keep, bool no_body, struct buf *out, bool *chunk, bool *close);
/* What a body is packed in, from every Content-Encoding line; an error: it cannot be read. */
enum err head_codings(const struct http1_head *m, struct codings *out);
/* Whether a field may stand behind a body: not what frames, routes, changes or signs a message (RFC 9110 6.5.1), nor what the gate itself says. */
bool head_trailer(struct str name);
/* Those of a message that is done which may travel: none that its Connection names (RFC 9110 7.6.1), and no more than whoever reads it next takes.
 * Room for HEAD_TRAILERS. */
size_t head_trailers(const struct http1 *m, const struct http1_field **out);
/* The end of a chunked body, with them. */
void head_end(const struct http1 *m, struct buf *out);
/* "Connection: Upgrade" and what to, of a 101. */
void head_switching(const struct http1_head *m, struct buf *out);

void head_number(struct buf *out, uint64_t v);          /* decimal */
/* "host:port" of a target for the pool and for Host; port left out where it is 80 and `short_form`. */
void head_authority(const struct url *u, uint16_t otherwise, bool short_form, struct buf *out);
