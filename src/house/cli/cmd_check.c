#include "house/cli/cmd_check.h"

#include <stdio.h>

#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "house/procedure/library.h"
#include "house/security/run.h"

static const char usage[] = "check [--prefix FOLDER] [--quick]";

static void show(const struct check_run *r)
{
	static const char *const marks[] = { "--", "RED", "amber", "green" };
	size_t red = 0, amber = 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct check_item *x = &r->v[i];
		red += x->status == STATUS_RED && !x->accepted_until_utc;
		amber += x->status == STATUS_AMBER;
		printf("%-6s %s: %.*s%s\n", x->accepted_until_utc ? "(red)" : marks[x->status], check_title(x->id), STRF(x->says), x->accepted_until_utc ? " Accepted by leadership for now." : "");
		if (x->mend.n)
			printf("       %.*s\n", STRF(x->mend));
	}
	printf("\n%zu red, %zu amber, of %zu.%s\n", red, amber, r->n, red ? "  Each red one is a task of the technician." : "");
}

static enum err run(struct house *h, bool quick, struct diag *d, struct check_run *out, struct arena *a)
{
	AUTO(library_free) struct library *l = NULL;
	struct act act = { h->settings.school, 0, "the security check, at the command line" };
	TRY(library_load(cli_data(), h->settings.profile, d, &l));
	registers_set_profile(h->registers, &l->profile);
	struct security_ask ask = { &h->settings, &h->store, NULL, l, cli_data(), !quick };
	return security_run(&ask, &act, a, d, out);
}

int cmd_check(int argc, char **argv)
{
	const char *prefix = cli_prefix();
	bool quick = false, asked = false;
	const struct cli_option options[] = { { "--prefix", "the school's folder", &prefix, NULL },
		{ "--quick", "without walking the records (gatehouse verify does that)", NULL, &quick }, { 0 } };
	int rest = 0;
	struct house h;
	struct check_run r = { 0 };
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if (!house_open(prefix, &h))
		return CLI_FAILED;
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(50);
	enum err e = run(&h, quick, &d, &r, &a);
	house_say(&d);
	if (e == OK)
		show(&r);
	else
		fprintf(stderr, "gatehouse check: it could not be finished: %s\n", err_text(e));
	house_done(&h);
	bool red = false;
	for (size_t i = 0; i < r.n; i++)
		red |= r.v[i].status == STATUS_RED && !r.v[i].accepted_until_utc;
	return e == OK && !red ? CLI_DONE : CLI_FAILED;
}
