/* h2_head.h - heads between HTTP/2 and HTTP/1.1 (RFC 9113 8).  Pure. */
#pragma once
#include "base/buf.h"
#include "wire/http1.h"

/* A request's fields as they come; names in lower case, pseudo-fields with their colon. */
struct h2_head { struct buf method, path, authority, scheme, fields, cookie; size_t n, bytes; bool length, bad, trailers; };
struct h2_head h2_head_init(void);
void h2_head_done(struct h2_head *h);
void h2_head_add(struct h2_head *h, struct str name, struct str value);
/* The HTTP/1.1 request; *chunk: its body is to be sent in chunks.  ERR_SYNTAX: not one that may be sent on. */
enum err h2_head_request(const struct h2_head *h, bool body, struct buf *out, bool *chunk);
/* Whether a field of an HTTP/1.1 response has no place in HTTP/2. */
bool h2_head_dropped(const struct http1_head *m, struct str name);
