/* http1.h - HTTP/1 messages, strictly (RFC 9112).  Over llhttp in strict mode,
 * with what it leaves open refused here: folded header lines, an empty header
 * name, other than exactly one Host in HTTP/1.1, a Host that contradicts the
 * target, transfer codings other than "chunked", versions other than 1.0 and
 * 1.1.  Pure: bytes in, values out; stops and resumes at any byte.
 *
 *   http1_begin(h, HTTP1_REQUEST);
 *   do http1_next(h, &in, &step, &piece) while (in.n || step == HTTP1_HEAD || step == HTTP1_BODY)
 *      HTTP1_MORE  all of `in` was used; come back with more
 *      HTTP1_HEAD  http1_head(h) is complete (views good until http1_begin)
 *      HTTP1_BODY  `piece` is a view of body bytes inside `in`
 *      HTTP1_DONE  the message ended; `in` holds what follows it
 * The end shows at the step after the last byte, also when `in` is used up.
 * After an error only http1_begin may follow. */
#pragma once
#include "base/str.h"

enum {
	HTTP1_HEAD_MAX = 32 * 1024,     /* bytes of target, names and values together */
	HTTP1_FIELDS_MAX = 100,
	HTTP1_TARGET_MAX = 8 * 1024,
	HTTP1_TRAILER_MAX = 8 * 1024,   /* bytes of trailer fields; they count to HTTP1_FIELDS_MAX too */
};

enum http1_kind { HTTP1_REQUEST, HTTP1_RESPONSE };
enum http1_step { HTTP1_MORE, HTTP1_HEAD, HTTP1_BODY, HTTP1_DONE };
/* The form of a request target (RFC 9112 3.2). */
enum http1_form { HTTP1_ORIGIN, HTTP1_ABSOLUTE, HTTP1_AUTHORITY, HTTP1_ASTERISK };

struct http1_field { struct str name, value; };

struct http1_head {
	enum http1_kind kind;
	struct str method;              /* request: upper case, one of a fixed set */
	struct str target;              /* request: as sent */
	enum http1_form form;           /* request */
	struct str host;                /* request: value of Host; absent in HTTP/1.0 without one */
	int status;                     /* response */
	struct str reason;              /* response */
	int minor;                      /* of HTTP/1.x: 0 or 1 */
	bool keep_alive;                /* as the sender asks */
	bool chunked;
	bool has_body;                  /* request: chunked or Content-Length > 0 */
	bool expect_continue;           /* request: Expect: 100-continue */
	bool until_close;               /* response: the body ends with the connection */
	int64_t length;                 /* Content-Length, or -1 */
	const struct http1_field *fields;
	size_t n_fields;
	uint64_t lengths;               /* a bit for each length that a name here has (63: that or more); 0: not looked at */
	bool own_hops;                  /* Connection names no field but those that travel one hop anyway; false: perhaps */
};

struct http1;
struct http1 *http1_new(void);
void http1_free(struct http1 **h);                 /* *h may be NULL */
/* Before every message. */
void http1_begin(struct http1 *h, enum http1_kind kind);
/* A response to HEAD has no body whatever it says: call after http1_begin. */
void http1_no_body(struct http1 *h);
/* ERR_SYNTAX (also ERR_LIMIT for a head too large): answer 400 and close. */
enum err http1_next(struct http1 *h, struct str *in, enum http1_step *step, struct str *piece);
/* The connection ended.  OK when that ends a message properly (or none had begun). */
enum err http1_eof(struct http1 *h);
const struct http1_head *http1_head(const struct http1 *h);
/* Fields that came after a chunked body: there at HTTP1_DONE, views good until http1_begin.  Which of them may travel
 * is the caller's to know (RFC 9110 6.5.1). */
size_t http1_trailers(const struct http1 *h, const struct http1_field **out);
/* Why the last http1_next failed, for the log: static text. */
const char *http1_why(const struct http1 *h);

/* The first field of this name (case folded), or STR_NONE. */
struct str http1_named(const struct http1_head *head, struct str name);
static inline struct str http1_field(const struct http1_head *head, const char *name)
{
	return http1_named(head, (struct str){ name, strlen(name) });
}
/* Whether a comma-separated field names this token (case folded), in any of its lines. */
bool http1_token(const struct http1_head *head, const char *name, const char *token);
/* Whether this field travels one hop only, for this message (RFC 9110 7.6.1). */
bool http1_hop(const struct http1_head *head, struct str name);
