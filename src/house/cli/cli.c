#include "house/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "house/cli/cmd_agreement.h"
#include "house/cli/cmd_archive.h"
#include "house/cli/cmd_backup.h"
#include "house/cli/cmd_ca.h"
#include "house/cli/cmd_check.h"
#include "house/cli/cmd_device.h"
#include "house/cli/cmd_glass.h"
#include "house/cli/cmd_explain.h"
#include "house/cli/cmd_import.h"
#include "house/cli/cmd_init.h"
#include "house/cli/cmd_lists.h"
#include "house/cli/cmd_people.h"
#include "house/cli/cmd_policy.h"
#include "house/cli/cmd_restore.h"
#include "house/cli/cmd_top.h"
#include "house/cli/cmd_try.h"
#include "house/cli/cmd_verify.h"
#include "house/cli/cmd_verify_print.h"

/* In the order of `gatehouse help`. */
static const struct cli_command commands[] = {
	{ "lists", "read category lists, fetch them, show what is there", cmd_lists },
	{ "policy", "check, publish or show the policy that runs", cmd_policy },
	{ "explain", "why an address is open or closed, for whom and when", cmd_explain },
	{ "try", "what the real gate does with a question from an address, in each way that a device has", cmd_try },
	{ "people", "load people and classes from a file, for a first start", cmd_people },
	{ "import", "the school's roll from a file, after a dry run", cmd_import },
	{ "device", "a token of its own for a school device at the proxy", cmd_device },
	{ "ca", "the certificate authority by which HTTPS can be inspected: make, show, switch, retire", cmd_ca },
	{ "break-glass", "make the two envelopes of the break-glass account, or say how it stands", cmd_glass },
	{ "init", "make the folders, keys and databases of a new school", cmd_init },
	{ "top", "what the gate does, live: names, requests, workers, what is wrong", cmd_top },
	{ "metrics", "the same numbers for Prometheus", cmd_metrics },
	{ "verify", "check that no record was changed, lost or damaged", cmd_verify },
	{ "check", "every weakness of this installation, with the mend", cmd_check },
	{ "verify-print", "whether a print for a court was made here, and the record still says the same", cmd_verify_print },
	{ "backup", "write everything but the keys into one file, while running", cmd_backup },
	{ "restore", "fill an empty house from a backup", cmd_restore },
	{ "archive", "records that must be read in 75 years, as pages that need no program", cmd_archive },
	{ "agreement", "put agreements in force, show which are", cmd_agreement },
	{ NULL, NULL, NULL },
};

static int help(void)
{
	printf("usage: gatehouse COMMAND [--help] ...\n\n");
	for (const struct cli_command *c = commands; c->name; c++)
		printf("  %-12s %s\n", c->name, c->help);
	printf("  %-12s %s\n", "help", "this page");
	return CLI_DONE;
}

int cli_main(int argc, char **argv)
{
	const char *asked = argc > 1 ? argv[1] : "";
	if (str_is(str_z(asked), "help") || str_is(str_z(asked), "--help") || str_is(str_z(asked), "-h"))
		return help();
	for (const struct cli_command *c = commands; c->name; c++)
		if (str_is(str_z(asked), c->name))
			return c->run(argc - 1, argv + 1);
	if (argc > 1)
		fprintf(stderr, "gatehouse: there is no command '%s'.  `gatehouse help` lists them.\n", asked);
	else
		(void)help();
	return CLI_USAGE;
}

static void print_usage(FILE *to, const char *usage, const struct cli_option *o)
{
	fprintf(to, "usage: gatehouse %s\n", usage);
	for (; o->name; o++)
		fprintf(to, "  %-22s %s\n", o->name, o->help);
}

/* How many arguments the option used (1 or 2), 0: it is not one, -1: it lacks its value. */
static int take_option(char **argv, const struct cli_option *o)
{
	size_t n = strlen(o->name);
	if (strncmp(argv[0], o->name, n) != 0)
		return 0;
	if (argv[0][n] == 0 && o->flag) {
		*o->flag = true;
		return 1;
	}
	if (argv[0][n] == '=' && o->value) {
		*o->value = argv[0] + n + 1;
		return 1;
	}
	if (argv[0][n] != 0 || !o->value)
		return 0;
	if (!argv[1])
		return -1;
	*o->value = argv[1];
	return 2;
}

static bool complain(const char *usage, const struct cli_option *o, const char *what, const char *arg)
{
	fprintf(stderr, "%s: %s\n", arg, what);
	print_usage(stderr, usage, o);
	return false;
}

bool cli_options(int argc, char **argv, const char *usage, const struct cli_option *o, int *rest, bool *asked)
{
	int kept = 1;
	*asked = false;
	for (int i = 1, used; i < argc; i += used) {
		used = 0;
		if (str_is(str_z(argv[i]), "--help") || str_is(str_z(argv[i]), "-h")) {
			print_usage(stdout, usage, o);
			*asked = true;
			return false;
		}
		for (const struct cli_option *p = o; p->name && used == 0; p++)
			used = take_option(argv + i, p);
		if (used < 0)
			return complain(usage, o, "this option needs a value.", argv[i]);
		if (used == 0 && argv[i][0] == '-' && argv[i][1] != 0)
			return complain(usage, o, "there is no such option.", argv[i]);
		if (used == 0)
			argv[kept++] = argv[i];
		used += used == 0;
	}
	*rest = kept - 1;
	return true;
}

int cli_words(int argc, char **argv, const char *usage, const struct cli_option *o, int words)
{
	int rest;
	bool asked;
	if (!cli_options(argc, argv, usage, o, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if (rest == words)
		return -1;
	fprintf(stderr, "usage: gatehouse %s\n", usage);
	return CLI_USAGE;
}

const char *cli_prefix(void)
{
	const char *p = getenv("GATEHOUSE_PREFIX");
	return p && *p ? p : "/var/lib/gatehouse";
}

const char *cli_data(void)
{
	const char *p = getenv("GATEHOUSE_DATA");
	if (p && *p)
		return p;
	return access("data/categories.conf", R_OK) == 0 ? "data" : "/usr/share/gatehouse/data";
}
