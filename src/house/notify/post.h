/* post.h - hands letters to the school's mail server over one connection, as long
 * as a round lasts (RFC 5321; libcurl).  TLS is demanded of every server that is
 * not on loopback, its certificate checked against the system's authorities or
 * `ca_file`; with a `ca_file` also on loopback. */
#pragma once
#include "base/buf.h"
#include "house/notify/notify.h"

enum post_how {
	POST_SENT,
	POST_LATER,        /* 4xx, or cut off in the middle: this letter later */
	POST_REFUSED,      /* 5xx to the recipient: the address does not work */
	POST_SERVER,       /* nothing can be sent just now: not reached, not trusted, not let in */
};

struct post;
/* `s` is borrowed and must be good (smtp_check). */
struct post *post_new(const struct smtp_settings *s);
void post_free(struct post **p);
/* An address that may stand in an envelope and a header. */
bool post_address(struct str mail);
/* from: the envelope's sender, empty = none (<>).  The letter is whole, with CRLF lines.  `why`: a plain sentence when not sent,
 * valid until the next letter. */
enum post_how post_send(struct post *p, struct str from, struct str to, struct str letter, const char **why);
/* Date and Message-ID, and what makes an automatic letter one (RFC 3834): the head of every letter of ours. */
void post_head(struct buf *b, const char *automatic);
