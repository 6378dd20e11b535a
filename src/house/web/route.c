/* Which route a path is, and whether somebody may take it. */
#include "base/mem.h"
#include "house/web/web.h"

/* Compares a pattern with a path, segment by segment, keeping parameters. */
static bool matches(const char *pattern, struct str path, struct page_ctx *c)
{
	struct str p = str_z(pattern), want, got;
	c->n_params = 0;
	while (true) {
		bool more = str_next(&p, '/', &want), have = str_next(&path, '/', &got);
		if (!more || !have)
			return !more && !have;
		if (want.n && want.p[0] == ':' && got.n && c->n_params < WEB_PARAMS_MAX) {
			c->params[c->n_params].name = want.p + 1;
			c->params[c->n_params++].value = got;
		} else if (!str_eq(want, got)) {
			return false;
		}
	}
}

/* A fixed path goes before one with parameters, wherever they stand in the table. */
const struct route *web_find(const struct route *routes, size_t n, enum method m, struct str path, struct page_ctx *c)
{
	const struct route *found = NULL;
	for (size_t i = 0; i < n; i++) {
		if (routes[i].method != m || !matches(routes[i].path, path, c))
			continue;
		if (c->n_params == 0)
			return &routes[i];
		if (!found)
			found = &routes[i];
	}
	if (found)
		(void)matches(found->path, path, c);         /* its parameters again */
	return found;
}

enum err web_allowed(const struct rights *rights, const struct route *r, bool signed_in, role_set roles)
{
	if (r->may.who == MAY_ANYONE)
		return OK;
	enum err no = r->flags & ROUTE_HIDE ? ERR_ABSENT : ERR_FORBIDDEN;
	if (!signed_in)
		return r->flags & ROUTE_HIDE ? ERR_ABSENT : ERR_SIGNIN;
	if (r->may.who == MAY_SIGNED_IN)
		return OK;
	return r->may.who == MAY_CAP && rights_may(rights, roles, r->may.cap, r->may.access) ? OK : no;
}
