/* template.h - for tests: what is slow to make is made once in a test program and copied.
 * A copy is as good as the first: the same bytes of a closed database, the same data files. */
#pragma once
#include "house/procedure/library.h"
#include "house/register/register.h"
#include "house/store/db.h"

/* Opens a fresh database with the schema of that part. */
enum err template_db(const char *where, enum db_part part, struct db **out);

/* A whole SQLite file, kept by a name and the time it was made at: a later test of the same hour takes it over.
 * `path` must not be open anywhere. */
void template_keep(const char *name, const char *path);
/* Writes the kept file to `path`; false when there is none of this name and hour. */
bool template_take(const char *name, const char *path);

/* data/registers, of the whole program: not to be freed. */
struct registers *template_registers(struct diag *d);
/* data/ as a profile has it; the parameters, the calendar and the counts are the caller's own to change. */
enum err template_library(const char *profile, struct diag *d, struct library **out);
