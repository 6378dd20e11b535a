/* needs.h - the statement of the community's needs, for the policy and the status page (5.2-01). */
#pragma once
#include "house/web/web.h"

/* The newest statement; both absent when there is none. */
enum err page_needs(struct page_ctx *c, struct str *found, struct str *done);
