#include "house/cli/cmd_backup.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/archive/archive.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "io/file.h"
#include "io/settings.h"

static const char usage[] = "backup FILE [--prefix FOLDER]";

/* For the security check: when the last one was made, read back and checked. */
static enum err note(struct settings *s, const char *file)
{
	AUTO(arena_done) struct arena a = arena_init();
	return file_append(settings_path(s, "log/backups"), arena_fmt(&a, "%.*s %s\n", STRF(time_iso(&a, clock_utc())), file), 0640);
}

static enum err run(const char *prefix, const char *file, struct diag *d, struct archive_sum *sum)
{
	char where[4096];
	AUTO(settings_done) struct settings s = { 0 };
	AUTO(db_free) struct db *house = NULL;
	AUTO(db_free) struct db *activity = NULL;
	TRY(settings_load(prefix, d, &s));
	TRY(db_activity_where(s.database, where, sizeof where));
	TRY(db_open_read(s.database, &house));
	TRY(db_migrated(house, DB_HOUSE));
	TRY(db_open(where, &activity));
	TRY(db_migrate(activity, DB_ACTIVITY));
	TRY(archive_write(house, activity, file, sum));
	TRY(archive_check(file, sum));
	return note(&s, file);
}

int cmd_backup(int argc, char **argv)
{
	const char *prefix = cli_prefix();
	const struct cli_option options[] = { { "--prefix", "the school's folder", &prefix, NULL }, { 0 } };
	struct archive_sum sum;
	int asked = cli_words(argc, argv, usage, options, 1);
	if (asked >= 0)
		return asked;
	AUTO(diag_done) struct diag d = diag_init(50);
	enum err e = run(prefix, argv[1], &d, &sum);
	house_say(&d);
	if (e != OK) {
		fprintf(stderr, "gatehouse backup: nothing was backed up to %s: %s\n", argv[1], err_text(e));
		return CLI_FAILED;
	}
	printf("%s: %lld tables, %lld rows, %lld bytes, read back and checked\n", argv[1], (long long)sum.tables, (long long)sum.rows, (long long)sum.bytes);
	printf("THE KEYS ARE NOT IN IT.  Without %s/keys/ the words of every case stay shut for ever:\n"
	       "keep a copy of that folder apart from this file, on paper or on a device in the school's safe.\n", prefix);
	return CLI_DONE;
}
