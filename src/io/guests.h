/* guests.h - a unix socket where other programs of the school ask a small helper (signer, Kerberos): each message is
 * one question (io/frame.h) and gets one answer.  Who may come is asked of the kernel, by user.  Open it before the
 * sandbox.
 *
 * A guest who sends nonsense, or does not take an answer at once, is sent away; so is one too many. */
#pragma once
#include <sys/types.h>

#include "base/buf.h"
#include "io/loop.h"

enum { GUESTS_MAY = 4 };

struct guests_plan {
	const char *path;
	mode_t mode;
	uid_t may[GUESTS_MAY];         /* besides our own user and root */
	size_t may_n;
	size_t places;                 /* at once */
	size_t question_max, answer_max;       /* bytes */
	int64_t wait_ms;               /* nobody stays longer; 0: as long as they like */
	bool once;                     /* one question a connection */
	void (*answer)(void *owner, struct str question, struct buf *out);
	void *owner;
};

struct guests;
enum err guests_open(struct loop *l, const struct guests_plan *p, struct guests **out);
void guests_free(struct guests **g);   /* *g may be NULL; before the loop */
