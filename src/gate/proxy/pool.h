/* pool.h - connections to origins kept open between requests of plain HTTP. */
#pragma once
#include "gate/proxy/stream.h"

enum { POOL_MAX = 256, POOL_PER_KEY = 8, POOL_IDLE_MS = 20000 };

struct pool;
struct pool *pool_new(struct loop *l);
void pool_free(struct pool **p);
/* key: "host:port".  NULL when there is none that is still open. */
struct stream *pool_take(struct pool *p, struct str key);
void pool_give(struct pool *p, struct str key, struct stream *s);      /* takes it; may close it at once */
void pool_sweep(struct pool *p);                                       /* closes what waited too long */
void pool_empty(struct pool *p);                        /* their files are needed */
