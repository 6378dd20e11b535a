/* head.h - the heads that the proxy sends on: what travels one hop only stays
 * behind, lengths are said again in our own words (RFC 9110 7.6, RFC 9112 6). */
#pragma once
#include "base/buf.h"
#include "wire/http1.h"
#include "wire/url.h"

enum { HEAD_OUT_MAX = HTTP1_HEAD_MAX + 4096 };

/* A request in origin form.  u: the target taken apart. */
void head_request(const struct http1_head *m, const struct url *u, struct buf *out);

/* A response to a client of HTTP/1.minor.  *chunk: body bytes must be sent as
 * chunks; *close: the body ends with the connection. */
void head_response(const struct http1_head *m, int minor, bool keep, bool no_body, struct buf *out, bool *chunk, bool *close);

/* "host:port" of a target for the pool and for Host; port left out where it is 80 and `short_form`. */
void head_authority(const struct url *u, uint16_t otherwise, bool short_form, struct buf *out);
