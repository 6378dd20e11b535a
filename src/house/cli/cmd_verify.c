#include "house/cli/cmd_verify.h"

#include <stdio.h>

#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/cli/verify_run.h"
#include "io/file.h"
#include "io/settings.h"

enum { FINDINGS = 200, COPIES = 64 };

static const char usage[] = "verify [--prefix FOLDER] [--checkpoint FILE] [CHECKPOINT-FILE...]";

static const char finds[] =
	"This finds: a record or a version that was changed, taken out or put in; a sealed text that was exchanged; an audit\n"
	"that was cut before the last checkpoint of which a copy is kept outside; damage to the files.  It cannot find what\n"
	"was cut after that checkpoint, nor a change made by whoever holds the signer's key.  Keep copies of checkpoints elsewhere.\n";

static void print_findings(const struct diag *d)
{
	AUTO(buf_done) struct buf out = buf_init(1024 * 1024);
	diag_print(d, &out);
	fwrite(buf_str(&out).p, 1, out.n, stdout);
}

static enum err run(const char *prefix, const char **copies, size_t n, struct diag *d)
{
	AUTO(settings_done) struct settings s = { 0 };
	TRY(settings_load(prefix, d, &s));
	const char *own = settings_path(&s, "log/checkpoints");
	if (file_exists(own))
		copies[n++] = own;
	struct verify_opts o = { .database = s.database, .public_key = settings_path(&s, "keys/signer.pub"), .copies = copies, .n_copies = n };
	return verify_run(&o, d);
}

static int conclude(enum err e, const struct diag *d)
{
	print_findings(d);
	fputs(finds, stdout);
	if (e != OK)
		printf("NOT VERIFIED: it could not be read to the end: %s\n", err_text(e));
	else if (d->errors)
		printf("NOT VERIFIED: %zu findings.\n", d->errors);
	else
		printf("verified: nothing was found.\n");
	return e == OK && !d->errors ? CLI_DONE : CLI_FAILED;
}

int cmd_verify(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *checkpoint = NULL, *copies[COPIES + 2];
	const struct cli_option options[] = {
		{ "--prefix", "the school's folder", &prefix, NULL },
		{ "--checkpoint", "checkpoints kept elsewhere (more of them may follow as arguments)", &checkpoint, NULL },
		{ 0 },
	};
	int rest = 0;
	bool asked = false;
	size_t n = 0;
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if (checkpoint)
		copies[n++] = checkpoint;
	for (int i = 1; i <= rest && n < COPIES; i++)
		copies[n++] = argv[i];
	AUTO(diag_done) struct diag d = diag_init(FINDINGS);
	enum err e = run(prefix, copies, n, &d);
	return conclude(e, &d);
}
