#include "house/cli/cmd_lists.h"

#include <stdio.h>

#include "base/str.h"
#include "house/cli/cli.h"
#include "house/cli/lists_fetch_cmd.h"
#include "house/cli/lists_make.h"

static const struct cli_command verbs[] = {
	{ "compile", "read lists from files and folders and make lists.snap", lists_cmd_compile },
	{ "fetch", "fetch the lists of gatehouse.conf, compile, test, swap", lists_cmd_fetch },
	{ "show", "what a compiled lists.snap or snapshot holds", lists_cmd_show },
	{ "find", "which lists name this host or web address", lists_cmd_find },
	{ NULL, NULL, NULL },
};

static int usage(FILE *to, int code)
{
	fprintf(to, "usage: gatehouse lists VERB [--help] ...\n\n");
	for (const struct cli_command *v = verbs; v->name; v++)
		fprintf(to, "  %-10s %s\n", v->name, v->help);
	return code;
}

int cmd_lists(int argc, char **argv)
{
	struct str verb = str_z(argc > 1 ? argv[1] : "");
	if (str_is(verb, "--help") || str_is(verb, "-h") || str_is(verb, "help"))
		return usage(stdout, CLI_DONE);
	for (const struct cli_command *v = verbs; v->name; v++)
		if (str_is(verb, v->name))
			return v->run(argc - 1, argv + 1);
	return usage(stderr, CLI_USAGE);
}
