/* h2_leg.h - a stream of HTTP/2 at the one end, a pipe in which HTTP/1.1 is spoken at the other: what h2.c (clients) and
 * h2_up.c (hosts) have in common.  Bodies flow as fast as the slower side takes them: a stream's window opens when its bytes
 * have left the pipe, and the pipe is read while less than STREAM_HIGH waits for frames. */
#pragma once
#include <nghttp2/nghttp2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "gate/proxy/stream.h"
#include "wire/http1.h"

struct h2_leg {
	nghttp2_session *session;       /* borrowed; NULL: the stream is closed */
	int32_t id;                     /* 0: not begun */
	struct stream *pipe;            /* owned; NULL: not there yet, or let go */
	struct http1 *m;                /* owned: the message that comes out of the pipe */
	struct buf body;                /* of that message, not yet in frames */
	struct buf tail;                /* trailers of the stream's message, as lines */
	size_t n_tail;                  /* of them */
	size_t owed;                    /* bytes of the stream whose window is not open again */
	bool shared;                    /* the connection's window was opened for them at once: streams are of several people */
	bool chunk;                     /* the stream's message goes into the pipe in chunks */
	bool eof;                       /* the pipe's message is whole */
	bool said;                      /* the stream's message is whole */
};

void h2_leg_init(struct h2_leg *l, enum http1_kind kind);       /* kind: what comes out of the pipe */
void h2_leg_done(struct h2_leg *l);

/* From the pipe into frames. */
nghttp2_nv h2_leg_pair(struct arena *a, struct str name, struct str value);     /* the name in lower case */
nghttp2_data_provider h2_leg_provider(struct h2_leg *l);
void h2_leg_body(struct h2_leg *l, struct str piece);
void h2_leg_ended(struct h2_leg *l);                            /* with the trailers of m */

/* From frames into the pipe. */
void h2_leg_data(struct h2_leg *l, struct str bytes);
void h2_leg_trailer(struct h2_leg *l, size_t fields, struct str name, struct str value);       /* fields: of its head */
void h2_leg_said(struct h2_leg *l);
void h2_leg_drained(struct h2_leg *l);                          /* the pipe is empty */
void h2_leg_reset(struct h2_leg *l, uint32_t why);
