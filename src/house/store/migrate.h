/* migrate.h - the migrations of sql/schema, as the build embeds them; in order. */
#pragma once
#include "house/store/db.h"

struct migration {
	const char *name;              /* 0001_people */
	enum db_part part;
	const char *sql[2];            /* by enum db_engine */
	const char *digest;            /* of the file, hex: an applied migration that changed afterwards is refused */
};
extern const struct migration migrations[];
extern const size_t migrations_n;
