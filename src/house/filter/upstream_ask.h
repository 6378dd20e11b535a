/* upstream_ask.h - one agreed test name asked for past the gate, by the way that the gate itself goes out. */
#pragma once
#include "house/filter/upstream.h"
#include "io/sock.h"

/* The gate's resolvers.  Each is asked, for the gate turns to the second when the first is silent: one that lets through is enough. */
struct upstream_way { const struct sock_addr *resolvers; size_t n; };

/* A name waits at most two seconds for each resolver; a page ten.  A page's redirect is not followed: what shows it is in the first answer. */
enum trial_got upstream_ask(const struct upstream_way *w, const struct upstream_name *name);
