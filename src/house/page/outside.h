/* outside.h - the ways to sign in with an outside account, for the pages that offer them. */
#pragma once
#include "gen_ui.h"
#include "house/outside/identity.h"
#include "house/web/web.h"

/* Those of gatehouse.conf; none when it has findings (they are then in `d`, which may be NULL). */
void outside_providers(struct page_ctx *c, struct diag *d, struct providers *out);
struct part_outside outside_buttons(struct page_ctx *c, struct str next);
/* P/run/outside.sock */
const char *outside_sock(struct page_ctx *c);
/* Sends the browser to a provider.  `person`: who links their own account; 0: somebody signs in. */
enum err outside_go(struct page_ctx *c, const struct provider *p, int64_t person, struct str next);
/* One page with one sentence; the status says what it is. */
enum err outside_trouble(struct page_ctx *c, int status, struct str why);
