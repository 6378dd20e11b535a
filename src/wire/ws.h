/* ws.h - the frames of WebSocket (RFC 6455 5), one direction of a connection on which no extension was agreed.  Pure: bytes
 * in, pieces of messages out; stops and resumes at any byte; keeps no more than one control frame.
 *
 *   w = ws_begin(true);                     // what a client sends, which is masked
 *   do ws_next(&w, &in, &n, &step, &piece) while (n || step != WS_MORE)
 *      WS_MORE     all was used; come back with more
 *      WS_DATA     a piece of a text or binary message; `ends` with its last (which may be empty)
 *      WS_CONTROL  a whole Close, Ping or Pong; after Close what follows is passed over
 *
 * Refused (ERR_SYNTAX, and nothing may follow): reserved bits and opcodes, a length not in its shortest form or above 2^63, a
 * mask where there should be none or none where there should be one, control frames that are long or in parts, a message
 * begun inside another or gone on with when none was begun, a Close with half a code.  That a text is UTF-8 is for its reader. */
#pragma once
#include "base/str.h"

enum { WS_CONTROL_MAX = 125, WS_HEAD_MAX = 14, WS_MASK = 4 };
enum ws_op { WS_GO_ON = 0, WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };
enum ws_step { WS_MORE, WS_DATA, WS_CONTROL };
/* Of a Close (RFC 6455 7.4.1). */
enum { WS_CODE_WRONG = 1002, WS_CODE_POLICY = 1008 };

struct ws_piece {
	enum ws_op op;                  /* of its message: WS_TEXT or WS_BINARY; or the control's */
	bool begins, ends;              /* its message */
	struct str bytes;               /* without the mask */
};

struct ws {
	bool masked;                    /* frames must be, or must not be */
	bool closed;                    /* a Close was read */
	enum ws_op message;             /* under way; WS_GO_ON: none */
	bool begun;                     /* a piece of it was given */
	bool in_frame, fin;
	enum ws_op op;                  /* of the frame at hand */
	uint64_t left;                  /* bytes of it still to come */
	uint8_t mask[WS_MASK], at;      /* at: which byte of the mask is next */
	uint8_t head[WS_HEAD_MAX], n_head;
	char control[WS_CONTROL_MAX];
	uint8_t n_control;
};

struct ws ws_begin(bool masked);
/* The n bytes at *in are unmasked where they stand. */
enum err ws_next(struct ws *w, char **in, size_t *n, enum ws_step *step, struct ws_piece *out);

/* The head of a frame; mask: NULL or WS_MASK bytes.  Gives how many bytes it is. */
size_t ws_head(enum ws_op op, bool fin, uint64_t n, const uint8_t *mask, char out[WS_HEAD_MAX]);
void ws_mask(char *p, size_t n, const uint8_t mask[WS_MASK], uint8_t *at);     /* masks or unmasks; *at goes on */
