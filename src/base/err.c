#include "base/err.h"

#include <string.h>

struct row { enum err e; int status; const char *text; };

static const struct row rows[] = {
#define ROW_(name, status, text) { name, status, text },
	ERR_TABLE(ROW_)
#undef ROW_
};

static const struct row *find(enum err e)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].e == e)
			return &rows[i];
	return NULL;
}

enum err err_sys(void)
{
	return errno ? (enum err)-errno : ERR_STATE;
}

const char *err_text(enum err e)
{
	if (e == OK)
		return "All is well.";
	const struct row *r = find(e);
	return r ? r->text : strerror(-(int)e);
}

int err_status(enum err e)
{
	if (e == OK)
		return 200;
	const struct row *r = find(e);
	if (r)
		return r->status;
	return (int)e == -ENOENT ? 404 : (int)e == -ENOSPC ? 507 : 500;
}
