#include "house/cli/cmd_restore.h"

#include <stdio.h>

#include "base/mem.h"
#include "house/archive/archive.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "house/cli/verify_run.h"
#include "house/store/seal.h"
#include "io/file.h"
#include "io/settings.h"

static const char usage[] = "restore FILE [--prefix FOLDER]";

static enum err fill(struct settings *s, const char *file, struct archive_sum *sum)
{
	char where[4096];
	AUTO(db_free) struct db *house = NULL;
	AUTO(db_free) struct db *activity = NULL;
	TRY(archive_check(file, sum));
	TRY(dir_make(settings_path(s, "house"), 0770));
	TRY(db_activity_where(s->database, where, sizeof where));
	TRY(db_open(s->database, &house));
	TRY(db_open(where, &activity));
	return archive_restore(file, house, activity, sum);
}

static enum err run(const char *prefix, const char *file, struct diag *d, struct archive_sum *sum)
{
	AUTO(settings_done) struct settings s = { 0 };
	AUTO(keys_free) struct keys *keys = NULL;
	TRY(settings_load(prefix, d, &s));
	TRY(fill(&s, file, sum));
	if (keys_load(settings_path(&s, "keys"), &keys) != OK)
		diag_add(d, DIAG_WARNING, STR("keys"), 0, "The school's keys are not in %s: put them back there, or sealed words stay shut.", settings_path(&s, "keys"));
	const char *own = settings_path(&s, "log/checkpoints");
	struct verify_opts o = { .database = s.database, .public_key = settings_path(&s, "keys/signer.pub"), .copies = &own, .n_copies = file_exists(own) };
	TRY(verify_run(&o, d));
	return d->errors ? ERR_CORRUPT : OK;
}

static const char *why(enum err e)
{
	return e == ERR_EXISTS ? "there is something in this house already; restore into an empty one." :
	       e == ERR_CORRUPT ? "the backup is damaged; nothing of it was used." : err_text(e);
}

int cmd_restore(int argc, char **argv)
{
	const char *prefix = cli_prefix();
	const struct cli_option options[] = { { "--prefix", "the folder to restore into; its house must be empty", &prefix, NULL }, { 0 } };
	struct archive_sum sum;
	int asked = cli_words(argc, argv, usage, options, 1);
	if (asked >= 0)
		return asked;
	AUTO(diag_done) struct diag d = diag_init(50);
	enum err e = run(prefix, argv[1], &d, &sum);
	house_say(&d);
	if (e != OK) {
		fprintf(stderr, "gatehouse restore: %s: %s\n", argv[1], why(e));
		return CLI_FAILED;
	}
	printf("restored %lld rows of %lld tables and verified them.\n", (long long)sum.rows, (long long)sum.tables);
	printf("Keys destroyed since this backup was made are in it again: destroy them again (docs/store.md).\n");
	return CLI_DONE;
}
