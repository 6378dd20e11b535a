/* page_store.h - the store of the page at hand: this thread's database with the
 * keys and registers that all threads share. */
#pragma once
#include "house/store/entry.h"
#include "house/web/web.h"

static inline struct store page_store(const struct page_ctx *c)
{
	return (struct store){ c->db, c->web->keys, c->web->registers };
}
