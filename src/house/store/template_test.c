#include "house/store/template.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "house/duty/duty.h"
#include "house/procedure/calendar_now.h"
#include "io/file.h"

enum { KEPT_MAX = 16, HOUR_S = 3600 };

static struct kept { char *name; int64_t made_utc; void *bytes; size_t n; } kept[KEPT_MAX];
static size_t n_kept;

static struct kept *find(const char *name)
{
	for (size_t i = 0; i < n_kept; i++)
		if (strcmp(kept[i].name, name) == 0 && clock_utc() >= kept[i].made_utc && clock_utc() - kept[i].made_utc < HOUR_S)
			return &kept[i];
	return NULL;
}

void template_keep(const char *name, const char *path)
{
	struct stat st;
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (n_kept == KEPT_MAX || fd < 0 || fstat(fd, &st) != 0)
		return;
	struct kept *k = &kept[n_kept];
	*k = (struct kept){ mem_strdup(name), clock_utc(), mem_zero(1, (size_t)st.st_size), (size_t)st.st_size };
	CHECK(read(fd, k->bytes, k->n) == (ssize_t)k->n);
	n_kept++;
}

bool template_take(const char *name, const char *path)
{
	const struct kept *k = find(name);
	if (!k)
		return false;
	AUTO(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	CHECK(fd >= 0 && write(fd, k->bytes, k->n) == (ssize_t)k->n);
	return true;
}

/* The schema is the same at any time of the (fake) clock: one copy for each part. */
static struct kept schema[2];

static enum err make_schema(enum db_part part)
{
	char where[300];
	struct db *db = NULL;
	snprintf(where, sizeof where, "sqlite:%s/schema.db", test_dir());
	TRY(db_open(where, &db));
	enum err e = db_migrate(db, part);
	db_free(&db);
	TRY(e);
	size_t before = n_kept;
	template_keep("schema", where + strlen("sqlite:"));
	CHECK(n_kept == before + 1);
	schema[part] = kept[--n_kept];
	return OK;
}

enum err template_db(const char *where, enum db_part part, struct db **out)
{
	const char *path = where + strlen("sqlite:");
	if (strncmp(where, "sqlite:", 7) == 0 && access(path, F_OK) != 0) {
		if (!schema[part].bytes)
			TRY(make_schema(part));
		AUTO(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
		CHECK(fd >= 0 && write(fd, schema[part].bytes, schema[part].n) == (ssize_t)schema[part].n);
	}
	TRY(db_open(where, out));
	return db_migrate(*out, part);
}

struct registers *template_registers(struct diag *d)
{
	static struct registers *all;
	if (!all)
		CHECK_OK(registers_load(test_source("data/registers"), d, &all));
	return all;
}

static const struct library *library_kept(const char *profile, struct diag *d)
{
	static struct { const char *profile; struct library *l; } all[4];
	size_t i = 0;
	while (i < ARRAY_N(all) - 1 && all[i].profile && strcmp(all[i].profile, profile) != 0)
		i++;
	if (!all[i].profile && library_load(test_source("data"), profile, d, &all[i].l) == OK)
		all[i].profile = mem_strdup(profile);
	return all[i].profile && strcmp(all[i].profile, profile) == 0 ? all[i].l : NULL;
}

enum err template_library(const char *profile, struct diag *d, struct library **out)
{
	const struct library *from = library_kept(profile, d);
	if (!from)
		return ERR_INVALID;
	struct library *l = mem_new(struct library);
	*l = *from;
	l->arena = arena_init();
	l->calendar = calendar_now_new(library_calendar(from));
	l->profile.params = arena_array(&l->arena, struct param, from->profile.n + 1);
	memcpy(l->profile.params, from->profile.params, from->profile.n * sizeof *l->profile.params);
	*out = l;
	l->duties = NULL;              /* its own: a test may put files beside the shipped ones */
	return duties_load(test_source("data/duties"), d, &l->duties);
}

TEST(template, a_copy_of_the_schema_is_this_programs_and_takes_rows)
{
	char where[300];
	for (int i = 0; i < 2; i++) {
		struct db *db = NULL;
		snprintf(where, sizeof where, "sqlite:%s/copy.db", test_dir());
		CHECK_OK(template_db(where, DB_HOUSE, &db));
		CHECK_OK(db_migrated(db, DB_HOUSE));
		CHECK_OK(db_script(db, "INSERT INTO school (id, name, made_utc) VALUES (1, 'x', 0)"));
		db_free(&db);
	}
}
