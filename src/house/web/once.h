/* once.h - forms that create something (ROUTE_ONCE) do it once.
 *
 * Every form that posts carries a number (`{{csrf}}` writes it).  Of a route with
 * ROUTE_ONCE the handler runs inside a transaction that also keeps a digest of number,
 * sender, path and fields, with the address that the answer led to: the same form
 * again, one after the other, at the same moment, or after the program died, has the
 * same answer and does nothing.  The same page with other words is another form.
 * A form that was answered with findings or an error may be sent again. */
#pragma once
#include "house/web/web.h"

enum { ONCE_BYTES = 15, ONCE_KEEP_S = 14 * 86400 };
/* In place of the handler of a ROUTE_ONCE post. */
enum err once_run(struct page_ctx *c);
/* Forgets what is older than two weeks. */
enum err once_sweep(struct db *db, int64_t school, int64_t now_utc);
