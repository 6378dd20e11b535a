/* serve.h - the signer's two sockets: questions and answers. */
#pragma once
#include <sys/types.h>

#include "sign/ca.h"
#include "sign/signer.h"

struct serve_plan {
	const char *socket_path;    /* for the house: one question a connection */
	const char *leaf_path;      /* for the gate: certificates, any number a connection; NULL: none are made */
	uid_t may[4];               /* users who may ask at socket_path, as the kernel names them, besides the signer's own and root */
	size_t may_n;
	uid_t may_leaf[4];          /* the same at leaf_path */
	size_t may_leaf_n;
};

struct serve;
/* Listens; to be done before the sandbox is entered. */
enum err serve_open(const struct serve_plan *p, struct signer *s, struct ca *ca, struct serve **out);      /* both borrowed; ca may be NULL without leaf_path */
void serve_free(struct serve **s);
/* Until SIGTERM or SIGINT. */
void serve_run(struct serve *s);
