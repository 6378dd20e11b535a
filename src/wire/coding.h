/* coding.h - content codings (RFC 9110 8.4) taken off a body while it goes by: gzip (RFC 1952), deflate (RFC 1950, and
 * raw as some servers send it), br (RFC 7932), zstd (RFC 8878), also several in a row.  Pure; for reading only: what is fed
 * stays the caller's, and what follows a body's end is passed over, as browsers do.
 *
 * Memory: 16 KB a coding and its window: 32 KB, 8 MB for zstd (RFC 9659), 16 MB at most for br.  More than CODING_BURST_MAX
 * out of one portion is a bomb. */
#pragma once
#include "base/str.h"

enum { CODING_LAYERS = 3, CODING_BURST_MAX = 4 * 1024 * 1024 };
enum coding_kind { CODING_GZIP, CODING_DEFLATE, CODING_BR, CODING_ZSTD };

/* As sent: the one that was put on first stands first. */
struct codings { uint8_t n; enum coding_kind v[CODING_LAYERS]; };
/* Adds what one Content-Encoding line names.  Names that change nothing (identity, none, and the character sets that some servers
 * say there, which browsers pass over) are left out.  ERR_UNSUPPORTED: one that is not known; ERR_LIMIT: too many. */
enum err codings_add(struct codings *c, struct str field);

struct coding;
struct coding *coding_new(const struct codings *c);        /* n of them, perhaps none */
void coding_free(struct coding **c);                       /* *c may be NULL */
/* Takes a part of the plain body; false: it has enough. */
typedef bool coding_fn(void *to, struct str plain);
/* ERR_SYNTAX: not of that coding; ERR_LIMIT: a bomb; ERR_END: fn had enough.  After any of them nothing may follow. */
enum err coding_feed(struct coding *c, struct str packed, coding_fn *fn, void *to);
