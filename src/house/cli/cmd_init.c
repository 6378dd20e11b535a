#include "house/cli/cmd_init.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "event/read/spool_read.h"
#include "gen_queries.h"
#include "house/cli/cli.h"
#include "house/store/seal.h"
#include "io/file.h"
#include "io/settings.h"
#include "io/signer_ask.h"

static const char usage[] = "init [--prefix FOLDER]";

static const struct { const char *name; unsigned mode; } folders[] = {
	{ "house", 0770 }, { "keys", 0710 }, { "policy", 0750 }, { "policy.d", 0750 }, { "spool", 0770 }, { "lists", 0750 }, { "run", 0771 }, { "log", 0750 },
};

static enum err make_folders(struct settings *s)
{
	TRY(dir_make(s->prefix, 0755));
	for (size_t i = 0; i < ARRAY_N(folders); i++)
		TRY(dir_make(settings_path(s, folders[i].name), folders[i].mode));
	return OK;
}

static enum err key_file(struct settings *s, const char *name, const void *bytes, size_t n)
{
	enum err e = file_create(settings_path(s, name), (struct str){ bytes, n }, 0600);
	return e == ERR_EXISTS ? OK : e;
}

/* A pair is made together or not at all: half of one would fit nothing. */
static enum err key_pair(struct settings *s, const char *pub_name, const char *key_name,
                         void (*make)(uint8_t *pub, uint8_t *key), size_t key_bytes)
{
	uint8_t pub[32], key[64];
	if (file_exists(settings_path(s, key_name)))
		return OK;
	make(pub, key);
	enum err e = key_file(s, pub_name, pub, sizeof pub);
	if (e == OK)
		e = key_file(s, key_name, key, key_bytes);
	mem_wipe(key, sizeof key);
	return e;
}

static enum err random_key(struct settings *s, const char *name)
{
	uint8_t key[32];
	rnd_bytes(key, sizeof key);
	enum err e = key_file(s, name, key, sizeof key);
	mem_wipe(key, sizeof key);
	return e;
}

static void make_signer(uint8_t *pub, uint8_t *key) { checkpoint_key_make(pub, key); }
static void make_spool(uint8_t *pub, uint8_t *key) { spool_key_make(pub, key); }

static enum err make_keys(struct settings *s)
{
	TRY(keys_make(settings_path(s, "keys")));
	TRY(random_key(s, "keys/token.key"));
	TRY(random_key(s, "keys/sealed.key"));
	TRY(key_pair(s, "keys/spool.pub", "keys/spool.key", make_spool, 32));
	return key_pair(s, "keys/signer.pub", "keys/signer.key", make_signer, 64);
}

static enum err make_school(struct db *db, const struct settings *s)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_school_all_row *rows;
	struct q_school_add_row added;
	size_t n;
	TRY(q_school_all(db, &a, &rows, &n));
	if (n)
		return OK;
	struct q_school_add_args add = { .name = str_z(s->school_name ? s->school_name : "The school"), .profile = str_z(s->profile ? s->profile : ""), .at = clock_utc() };
	return q_school_add_one(db, &a, &add, &added);
}

static enum err make_databases(struct settings *s)
{
	char where[4096];
	AUTO(db_free) struct db *house = NULL;
	AUTO(db_free) struct db *activity = NULL;
	TRY(db_activity_where(s->database, where, sizeof where));
	TRY(db_open(s->database, &house));
	TRY(db_migrate(house, DB_HOUSE));
	TRY(make_school(house, s));
	TRY(db_open(where, &activity));
	return db_migrate(activity, DB_ACTIVITY);
}

static enum err run(const char *prefix, struct diag *d, const char **what)
{
	AUTO(settings_done) struct settings s = { 0 };
	*what = "the settings";
	TRY(settings_load(prefix, d, &s));
	*what = "the folders";
	TRY(make_folders(&s));
	*what = "the keys";
	TRY(make_keys(&s));
	*what = "the databases";
	return make_databases(&s);
}

int cmd_init(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *what = "";
	const struct cli_option options[] = { { "--prefix", "the school's folder", &prefix, NULL }, { 0 } };
	int rest = 0;
	bool asked = false;
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(buf_done) struct buf out = buf_init(1024 * 1024);
	enum err e = run(prefix, &d, &what);
	diag_print(&d, &out);
	fwrite(buf_str(&out).p, 1, out.n, stderr);
	if (e != OK) {
		fprintf(stderr, "gatehouse init: %s in %s could not be made: %s\n", what, prefix, err_text(e));
		return CLI_FAILED;
	}
	printf("%s is ready: folders, keys and databases are there.  What was there before was left as it was.\n", prefix);
	return CLI_DONE;
}
