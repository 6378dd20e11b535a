/* graph.h - pages of Microsoft Graph (users, groups, members), and the token of OAuth 2.0 client credentials (RFC 6749 4.4).
 * Foreign bytes; pure. */
#pragma once
#include "base/buf.h"
#include "house/outside/people.h"

enum { GRAPH_PAGE_BYTES = 2 * 1024 * 1024, GRAPH_PAGE_ITEMS = 1000, GRAPH_URL_MAX = 4000, GRAPH_TOKEN_MAX = 8000 };

struct graph_user { struct str id, name, mail, login, ref, username, sort; bool off, guest; };
struct graph_page { struct graph_user *users; size_t n; struct str next; /* absent: the last page */ };
struct graph_groups { struct { struct str id, name; } *groups; size_t n; struct str next; };

/* `base`: https://graph.microsoft.com; a next page elsewhere is ERR_FORBIDDEN.  The attributes are of `r`. */
enum err graph_users_read(struct arena *a, struct str bytes, struct str base, const struct people_rules *r, struct graph_page *out);
enum err graph_groups_read(struct arena *a, struct str bytes, struct str base, struct graph_groups *out);
/* Letters of an id: hex digits and hyphens; it goes into an address. */
bool graph_id_good(struct str id);
/* OK, or ERR_SYNTAX.  Only letters that a header may have; added to `token`, a buffer that is wiped. */
enum err graph_token_read(struct str bytes, struct buf *token);
