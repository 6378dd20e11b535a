/* serve.h - gatehouse-kerberos' socket: questions of the gate's workers and answers (io/ticket_ask.h). */
#pragma once
#include <sys/types.h>

#include "ticket/accept.h"

struct ticket_serve;
/* may: the gate's user besides our own and root, -1: nobody else.  Listens: before the sandbox. */
enum err ticket_serve_open(const char *path, uid_t may, struct accept *a, struct ticket_serve **out);    /* a: borrowed */
void ticket_serve_free(struct ticket_serve **s);
void ticket_serve_run(struct ticket_serve *s);           /* until SIGTERM or SIGINT */
