/* imap.h - what an IMAP server says (RFC 9051, RFC 3501), read without sockets.
 * A response is a line, with whatever literals stand in it; nothing here
 * follows the server further than its limits. */
#pragma once
#include "base/arena.h"

enum { IMAP_DEPTH_MAX = 32, IMAP_NODES_MAX = 4000 };

/* How long the first whole response in `bytes` is; 0: more must come.  ERR_LIMIT: it will be longer than `max`. */
enum err imap_whole(struct str bytes, size_t max, size_t *n);

/* A value of a response: NIL, a text (atom, string or literal), or a list. */
struct imap_node {
	enum { IMAP_NIL, IMAP_TEXT, IMAP_LIST } kind;
	struct str text;
	struct imap_node *first, *next;      /* in a list; beside it */
};
enum imap_kind { IMAP_OTHER, IMAP_OK, IMAP_NO, IMAP_BAD, IMAP_BYE, IMAP_GO_ON, IMAP_SEARCH, IMAP_FETCH };
struct imap_reply {
	enum imap_kind kind;
	struct str tag;                      /* "*" when untagged */
	struct str code;                     /* what stood in [...] of an OK, NO, BAD, BYE */
	struct str text;                     /* and behind it */
	struct imap_node *values;            /* of SEARCH; the items of FETCH, name and value in turn; NULL: none */
};
/* One whole response, with its line end.  Texts point into it or the arena. */
enum err imap_read(struct arena *a, struct str response, struct imap_reply *out);
/* The value behind a name in a FETCH; names ending in "[" fit any that begin so.  NULL: it has none. */
const struct imap_node *imap_item(const struct imap_reply *r, const char *name);
enum err imap_number(const struct imap_node *n, int64_t *out);
