/* record.h - an event as bytes and back; both directions follow the tables of
 * event.h.  Body: u64 at_ms, u64 school, then fields {u8 id, u16 bytes, bytes}
 * in rising order of id, absent when zero or empty; numbers little-endian.  The
 * kind and its version stand in the frame (base/frame_rec.h).  A field or a
 * kind of a later version is passed over or kept as a number, not refused. */
#pragma once
#include "base/frame_rec.h"
#include "event/event.h"

enum { EVENT_VERSION = 1, EVENT_BYTES_MAX = 8192 };     /* a whole record with its head */

/* Appends the framed record.  ERR_LIMIT: a text of the REFUSE sort is too long, or
 * no room (w->bad); ERR_INVALID: a text is not UTF-8 where words are expected. */
enum err event_put(struct wr *w, const struct event *e);
/* The texts of `out` are views into r->body. */
enum err event_get(const struct rec *r, struct event *out);
bool event_same(const struct event *a, const struct event *b);      /* by all fields the kind carries */
