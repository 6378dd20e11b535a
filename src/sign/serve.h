/* serve.h - the signer's one socket: a question, an answer, goodbye. */
#pragma once
#include <sys/types.h>

#include "sign/signer.h"

struct serve_plan {
	const char *socket_path;
	uid_t may[4];               /* users who may ask, as the kernel names them, besides the signer's own and root */
	size_t may_n;
};

struct serve;
/* Listens; to be done before the sandbox is entered. */
enum err serve_open(const struct serve_plan *p, struct signer *s, struct serve **out);
void serve_free(struct serve **s);
/* Until SIGTERM or SIGINT. */
void serve_run(struct serve *s);
