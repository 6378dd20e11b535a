#include "house/cli/cmd_glass.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/time.h"
#include "house/account/glass.h"
#include "house/account/people.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"

static const char usage[] = "break-glass seal|status";

static void print_half(const struct house *h, int half, const char *code)
{
	printf("%sBreak-glass envelope %d of 2, for %s\n%s\n\n    %s\n\n"
	       "Close it in an envelope of its own and sign over the flap.  It is shown only now.\n",
	       half == GLASS_FIRST ? "" : "\f\n", half, glass_keepers(half), h->settings.school_name, code);
}

static enum err seal(struct house *h)
{
	struct act act = { h->settings.school, 0, "sealed at the command line" };
	char code[2][GLASS_TEXT];
	TRY(glass_make_both(h->db, h->keys, &act, code));
	print_half(h, GLASS_FIRST, code[0]);
	print_half(h, GLASS_SECOND, code[1]);
	mem_wipe(code, sizeof code);
	return OK;
}

static enum err status(struct house *h, bool *ready)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct glass_status s;
	TRY(glass_status(h->db, h->settings.school, &s));
	for (int i = 0; i < 2; i++)
		printf("envelope %d: %.*s%.*s\n", i + 1, STRF(s.half[i].made_utc ? time_words(&a, s.half[i].made_utc) : STR("none")),
		       STRF(s.half[i].person ? arena_fmt(&a, ", by %.*s", STRF(person_name(h->db, &a, h->settings.school, s.half[i].person))) : STR("")));
	printf("opened: %lld times%.*s\n%s\n", (long long)s.openings,
	       STRF(s.opened_utc ? arena_fmt(&a, ", last on %.*s", STRF(time_words(&a, s.opened_utc))) : STR("")),
	       s.sealed ? "ready" : "NOT READY: an envelope is missing");
	*ready = s.sealed;
	return OK;
}

int cmd_glass(int argc, char **argv)
{
	const char *prefix = cli_prefix();
	const struct cli_option options[] = { { "--prefix", "folder of the installation", &prefix, NULL }, { 0 } };
	int rest;
	bool asked, ready = true;
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	bool sealing = rest == 1 && str_is(str_z(argv[1]), "seal");
	if (!sealing && !(rest == 1 && str_is(str_z(argv[1]), "status"))) {
		fprintf(stderr, "usage: gatehouse %s\n", usage);
		return CLI_USAGE;
	}
	AUTO(house_done) struct house h = { 0 };
	if (!house_open(prefix, &h))
		return CLI_FAILED;
	enum err e = sealing ? seal(&h) : status(&h, &ready);
	if (e != OK)
		fprintf(stderr, "gatehouse break-glass: %s\n", err_text(e));
	return e == OK && ready ? CLI_DONE : CLI_FAILED;
}
