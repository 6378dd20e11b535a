/* h2_head.h - heads between HTTP/2 and HTTP/1.1 (RFC 9113 8).  Pure. */
#pragma once
#include "base/buf.h"
#include "wire/http1.h"

/* The fields of a request or an answer as they come; names in lower case, pseudo-fields with their colon. */
struct h2_head { struct buf method, path, authority, scheme, status, fields, cookie; size_t n, bytes; int64_t length; bool answer, bad, trailers; };
struct h2_head h2_head_init(bool answer);
void h2_head_done(struct h2_head *h);
void h2_head_add(struct h2_head *h, struct str name, struct str value);
/* The HTTP/1.1 request; *chunk: its body is to be sent in chunks.  ERR_SYNTAX: not one that may be sent on. */
enum err h2_head_request(const struct h2_head *h, bool body, struct buf *out, bool *chunk);
/* The head of an HTTP/1.1 response.  head: HEAD was asked; last: no body follows.  *chunk as above, also for one that says it is followed by trailers, which HTTP/1.1
 * has no place for behind a length (its length was checked frame by frame); *status: 1xx: another answer
 * follows.  ERR_SYNTAX: not one that may be passed on. */
enum err h2_head_answer(const struct h2_head *h, bool head, bool last, struct buf *out, bool *chunk, int *status);
/* Whether name and value can stand in a line of HTTP/1.1 as one field; upper case, which HTTP/2 does not have, is not. */
bool h2_head_clean(struct str name, struct str value);
/* Whether a field of an HTTP/1.1 response has no place in HTTP/2. */
bool h2_head_dropped(const struct http1_head *m, struct str name);
