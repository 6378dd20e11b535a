/* server.h - the portal behind nginx: threads, each with its own loop and its own
 * database handles, on one unix listener.  Handlers block their thread only.
 * nginx has taken TLS, slow clients, HTTP/2, sizes and static files off us; of its
 * headers only X-Peer is believed, because the socket is its alone (mode 0660). */
#pragma once
#include "house/web/web.h"

enum { SERVER_THREADS_MAX = 64, SERVER_HEADERS_MAX = 16 * 1024 };

struct server_plan {
	const struct web *web;
	const char *socket;            /* path; made anew */
	const char *house, *activity;  /* db_open() places; activity may be NULL */
	unsigned threads;              /* 1 to SERVER_THREADS_MAX */
};
struct server;
/* Opens everything and starts the threads. */
enum err server_start(const struct server_plan *plan, struct server **out);
/* Lets each thread finish its page, then ends it.  *s may be NULL. */
void server_stop(struct server **s);
