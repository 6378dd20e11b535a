#include "house/cli/cmd_agreement.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/time.h"
#include "house/agreement/agreement_store.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "io/file.h"

static const char usage[] = "gatehouse agreement activate [--from FILE] [--only AUDIENCE] --why TEXT\n       gatehouse agreement show";

static enum err activate_one(struct house *h, const struct agreement *g, const char *why)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, 0, why };
	enum err e = agreement_activate(&h->store, &a, &act, g, &d);
	house_say(&d);
	if (e == ERR_EXISTS)
		printf("%-12.*s version %lld is in force already\n", STRF(g->audience), (long long)g->version);
	else if (e == OK)
		printf("%-12.*s version %lld is in force now\n", STRF(g->audience), (long long)g->version);
	return e == ERR_EXISTS ? OK : e;
}

static enum err activate(struct house *h, const char *path, const char *only, const char *why)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(50);
	struct agreement_set set;
	enum err e = agreement_load(&a, path, &d, &set);
	house_say(&d);
	TRY(e);
	for (size_t i = 0; i < set.n; i++)
		if (!only || str_is(set.v[i].audience, only))
			TRY(activate_one(h, &set.v[i], why));
	return OK;
}

static enum err show(struct house *h)
{
	static const char *const audiences[] = { "early-years", "ks1", "ks2", "staff", "supply", "volunteer", "governor", "visitor", "parent" };
	for (size_t i = 0; i < ARRAY_N(audiences); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct agreement_active g;
		enum err e = agreement_in_force(&h->store, &a, 1, str_z(audiences[i]), &g);
		if (e != OK && e != ERR_ABSENT)
			return e;
		if (e == ERR_ABSENT)
			printf("%-12s none: nobody of this audience can be let on\n", audiences[i]);
		else
			printf("%-12s version %lld since %.*s: %.*s\n", audiences[i], (long long)g.text.version,
			       STRF(time_date_words(&a, g.active_utc)), STRF(g.text.title));
	}
	return OK;
}

int cmd_agreement(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *from = NULL, *only = NULL, *why = "put in force by the technician";
	const struct cli_option options[] = {
		{ "--prefix", "folder of the installation", &prefix, NULL }, { "--from", "file of agreements", &from, NULL },
		{ "--only", "just this audience", &only, NULL }, { "--why", "kept with the change", &why, NULL }, { 0 },
	};
	int rest;
	bool asked;
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	struct house h;
	char path[4096];
	bool put = rest == 1 && strcmp(argv[1], "activate") == 0;
	if (!put && !(rest == 1 && strcmp(argv[1], "show") == 0)) {
		fprintf(stderr, "%s\n", usage);
		return CLI_USAGE;
	}
	if (!house_open(prefix, &h))
		return CLI_FAILED;
	enum err e = path_join(path, sizeof path, cli_data(), "agreements/en.conf");
	if (e == OK)
		e = put ? activate(&h, from ? from : path, only, why) : show(&h);
	if (e != OK)
		fprintf(stderr, "gatehouse agreement: %s\n", err_text(e));
	house_done(&h);
	return e == OK ? CLI_DONE : CLI_FAILED;
}
