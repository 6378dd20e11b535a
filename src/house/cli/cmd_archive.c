#include "house/cli/cmd_archive.h"

#include <stdio.h>

#include "base/mem.h"
#include "house/casefile/longkeep.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "house/procedure/library.h"

static const char usage[] = "archive FOLDER --why TEXT [--prefix FOLDER]";

static enum err write(struct house *h, const char *folder, const char *why, struct longkeep_sum *out)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	AUTO(library_free) struct library *l = NULL;
	struct act act = { h->settings.school, 0, why };
	enum err e = library_load(cli_data(), h->settings.profile, &d, &l);
	house_say(&d);
	TRY(e);
	struct desk k = { .store = &h->store, .library = l };
	return longkeep_write(&k, &act, folder, out);
}

static int say(const char *folder, enum err e, const struct longkeep_sum *s)
{
	if (e == ERR_ABSENT)
		printf("Nothing here is kept for %d years or longer: the rule of a case says how long (on the case's file, and in data/retention.conf).\n", LONGKEEP_YEARS);
	else if (e == ERR_EXISTS)
		fprintf(stderr, "gatehouse archive: %s, or %s.part, is there already. Name a folder that is not there yet.\n", folder, folder);
	else if (e != OK)
		fprintf(stderr, "gatehouse archive: %s: %s\n", folder, err_text(e));
	if (e != OK)
		return e == ERR_ABSENT ? CLI_DONE : CLI_FAILED;
	printf("%lld cases of %lld people, %lld files. Look at %s/index.html; `sha256sum -c manifest.sha256` there shows whether anything was changed.\n",
	       (long long)s->cases, (long long)s->people, (long long)s->files, folder);
	printf("Digest of the list, also in the audit: %s\nThe words in it are open: lock it away, or put it on a disk that is encrypted.\n", s->digest);
	return CLI_DONE;
}

int cmd_archive(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *why = "";
	const struct cli_option options[] = { { "--prefix", "the school's folder", &prefix, NULL }, { "--why", "who asked for it, and for what: stands in the audit", &why, NULL }, { 0 } };
	int rest = 0;
	bool asked = false;
	struct house h;
	struct longkeep_sum sum = { 0 };
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if (rest != 1 || !*why) {
		fprintf(stderr, "usage: gatehouse %s\n", usage);
		return CLI_USAGE;
	}
	if (!house_open(prefix, &h))
		return CLI_FAILED;
	enum err e = write(&h, argv[1], why, &sum);
	house_done(&h);
	return say(argv[1], e, &sum);
}
