#include "house/store/where.h"

const char *store_activity_where(struct arena *a, const char *database)
{
	struct str where = str_z(database);
	if (!str_starts(where, STR("sqlite:")))
		return database;
	ptrdiff_t slash = str_rchr(where, '/');
	struct str folder = slash < 0 ? STR("sqlite:") : str_upto(where, (size_t)slash + 1);
	return arena_fmt(a, "%.*sactivity.db", STRF(folder)).p;
}
