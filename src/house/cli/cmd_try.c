#include "house/cli/cmd_try.h"

#include <stdio.h>

#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/filter/trial_here.h"
#include "wire/addr.h"

static int complain(const char *what)
{
	fprintf(stderr, "gatehouse try: %s\n", what);
	return CLI_FAILED;
}

static int each_way(struct settings *s, const uint8_t from[16], struct str host)
{
	static const char *const got[] = { [TRIAL_UNTRIED] = "not tried", [TRIAL_SILENT] = "no answer", [TRIAL_OPEN] = "let through", [TRIAL_REFUSED] = "refused" };
	struct trial_here here;
	trial_here_of(s, &here);
	for (enum trial_way w = 0; w < WAY_N; w++)
		if (here.ways >> w & 1)
			printf("%s: %s\n", trial_way_words(w), got[trial_here_ask(&here, w, from, host)]);
	bool any = here.ways;
	trial_here_done(&here);
	return any ? CLI_DONE : complain("this gate answers no names and has no proxy: nothing can be tried");
}

int cmd_try(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *from = "127.0.0.1";
	const struct cli_option options[] = {
		{ "--prefix", "the school's folder", &prefix, NULL },
		{ "--from", "an address of this computer to ask from; 127.0.0.1 if not given", &from, NULL },
		{ 0 },
	};
	AUTO(settings_done) struct settings s = { 0 };
	AUTO(diag_done) struct diag d = diag_init(5);
	struct addr at;
	int rest = 0;
	bool asked = false;
	if (!cli_options(argc, argv, "try HOST[:PORT][/PAGE] [--from ADDRESS]", options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if (rest != 1 || addr_read(str_z(from), &at) != OK) {
		fprintf(stderr, "gatehouse try HOST[:PORT][/PAGE] [--from ADDRESS]\n");
		return CLI_USAGE;
	}
	if (settings_load(prefix, &d, &s) != OK)
		return complain("the settings of this folder cannot be read; see gatehouse check");
	return each_way(&s, at.b, str_z(argv[1]));
}
