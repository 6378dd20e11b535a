/* frame.h - messages on unix stream sockets: u32 length (little-endian), then
 * the bytes.  A message longer than the limit, or a connection that ends inside
 * one, is an error; nothing is read past it. */
#pragma once
#include "base/buf.h"

enum { FRAME_MAX = 1024 * 1024 };              /* bytes of one message, whatever the caller allows */

/* One message, on a blocking or non-blocking fd, waiting at most wait_ms in all.
 * ERR_TIMEOUT, ERR_LIMIT, ERR_END (closed between messages), ERR_NET (closed inside one). */
enum err frame_send(int fd, struct str message, int64_t wait_ms);
enum err frame_recv(int fd, struct buf *out, int64_t wait_ms);      /* cleared first; out->max is the limit */
/* Connects to a unix socket, asks once, closes.  ERR_NET when nobody listens. */
enum err frame_ask(const char *path, struct str question, struct buf *answer, int64_t wait_ms);

/* The same without waiting, for loops: feed what came, take whole messages out. */
struct frame_in { struct buf bytes; size_t max; };
struct frame_in frame_in_init(size_t max);
void frame_in_done(struct frame_in *f);
enum err frame_in_feed(struct frame_in *f, struct str came);         /* ERR_LIMIT: close the connection */
/* true: *out is the first whole message, valid until frame_in_drop. */
bool frame_in_next(const struct frame_in *f, struct str *out);
void frame_in_drop(struct frame_in *f);                              /* forgets that message */
bool frame_in_empty(const struct frame_in *f);                       /* nothing half-read */
void frame_put(struct buf *out, struct str message);                 /* for writing */
