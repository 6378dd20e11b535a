#include "house/page/routes.h"

#include "base/mem.h"

const struct route ROUTES[] = {
#define ROUTE_ROW_(method, path, fn, ...) { METHOD_##method, path, fn, __VA_ARGS__ },
	ROUTE_TABLE(ROUTE_ROW_)
#undef ROUTE_ROW_
};
const size_t N_ROUTES = ARRAY_N(ROUTES);

/* The menu.  Keep it short: what is not for everyday stands on a page of its area. */
const struct nav_item NAV[] = {
	{ "/home",    "Home",    "",                                           SIGNED_IN, false },
	{ "/welcome", "Home",    "",                                           SIGNED_IN, true },
	{ "/people",  "People",  "Accounts: who there is, new people, leavers", MAY(ACCOUNTS, READ), false },
	{ "/roles",   "Roles",   "Who holds which role, since when",            MAY(ROLES, READ), false },
};
const size_t N_NAV = ARRAY_N(NAV);
