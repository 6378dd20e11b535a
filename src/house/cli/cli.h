/* cli.h - the commands of `gatehouse`: one line each in the table of cli.c.
 * A command gets its own name as argv[0], prints results to stdout and
 * complaints to stderr, and gives an exit code: 0 done, 1 failed, 2 asked wrongly. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

struct cli_command { const char *name, *help; int (*run)(int argc, char **argv); };

int cli_main(int argc, char **argv);

/* Options of a command.  value: takes the next argument (or --name=value); otherwise flag is set. */
struct cli_option { const char *name, *help; const char **value; bool *flag; };

/* Fills the options (table ended by a NULL name) and moves what is left to the front of argv[1..];
 * *rest counts it.  False after printing what was wrong, or the help for --help (then *asked is true). */
bool cli_options(int argc, char **argv, const char *usage, const struct cli_option *o, int *rest, bool *asked);
/* The same for a command that takes exactly so many words (usage without "gatehouse"): -1 when it may go on,
 * else the exit code, everything said. */
int cli_words(int argc, char **argv, const char *usage, const struct cli_option *o, int words);
/* P of the runtime layout: --prefix is each command's own option; this is the default
 * ($GATEHOUSE_PREFIX, else /var/lib/gatehouse). */
const char *cli_prefix(void);
/* data/ of the installation: $GATEHOUSE_DATA, else the source tree or /usr/share/gatehouse. */
const char *cli_data(void);
