#include "house/cli/cmd_agreement.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/agreement/agreement_store.h"
#include "house/agreement/taught.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"

static const char usage[] = "agreement activate [--from FILE] [--only AUDIENCE] --why TEXT\n       gatehouse agreement show\n"
	"       gatehouse agreement taught --by USERNAME [--on DATE] --why TEXT      every pupil who is here now had the lesson on safe use";

static enum err activate_one(struct house *h, const struct agreement_data *data, const struct agreement *g, const char *why)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, 0, why };
	enum err e = agreement_activate_shipped(&h->store, &a, &act, data, g, &d);
	house_say(&d);
	if (e == ERR_EXISTS)
		printf("%-12.*s version %lld is in force already\n", STRF(g->audience), (long long)g->version);
	else if (e == OK)
		printf("%-12.*s version %lld is in force now\n", STRF(g->audience), (long long)g->version);
	return e == ERR_EXISTS ? OK : e;
}

/* What the program brings, or another file beside what it brings. */
static enum err texts(struct house *h, struct arena *a, const char *from, struct diag *d, struct agreement_data *out)
{
	struct profile p;
	const char *profile = arena_fmt(a, "%s/profiles/%s.conf", cli_data(), h->settings.profile).p;
	TRY(profile_load(a, arena_fmt(a, "%s/parameters.conf", cli_data()).p, profile, d, &p));
	TRY(agreement_data_load(a, cli_data(), &p, d, out));
	if (!from)
		return OK;
	TRY(agreement_load_for(a, from, &p, d, &out->texts));
	for (size_t i = 0; i < out->texts.n; i++)
		out->texts.v[i].mandatory = agreement_mandatory(a, out->tags, out->n_tags, &p, out->texts.v[i].audience);
	return OK;
}

static enum err activate(struct house *h, const char *from, const char *only, const char *why)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(50);
	struct agreement_data data;
	enum err e = texts(h, &a, from, &d, &data);
	house_say(&d);
	TRY(e);
	for (size_t i = 0; i < data.texts.n; i++)
		if (!only || str_is(data.texts.v[i].audience, only))
			TRY(activate_one(h, &data, &data.texts.v[i], why));
	return OK;
}

static enum err show(struct house *h)
{
	for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++) {
		const char *audience = agreement_audiences[i].word;
		AUTO(arena_done) struct arena a = arena_init();
		struct agreement_active g;
		enum err e = agreement_in_force(&h->store, &a, 1, str_z(audience), &g);
		if (e != OK && e != ERR_ABSENT)
			return e;
		if (e == ERR_ABSENT)
			printf("%-12s none: nobody of this audience can be let on\n", audience);
		else
			printf("%-12s version %lld since %.*s: %.*s\n", audience, (long long)g.text.version,
			       STRF(time_date_words(&a, g.active_utc)), STRF(g.text.title));
	}
	return OK;
}

/* A school that taught its pupils before Gatehouse came says so once, instead of class by class. */
static enum err taught(struct house *h, const char *by, const char *on, const char *why)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person who, *kids;
	size_t n, made;
	int64_t at = clock_utc(), total, done = 0;
	struct act act = { 1, 0, why };
	TRY(person_by_username(h->db, &a, 1, str_z(by ? by : ""), &who));
	TRY(on ? time_read_date(str_z(on), &at) : OK);
	act.person = who.id;
	for (int64_t from = 0;; from += (int64_t)n) {
		struct person_query q = { .kind = KIND_LEARNER, .offset = from, .limit = 100 };
		TRY(person_list(h->db, &a, 1, &q, &kids, &n, &total));
		if (!n)
			break;
		int64_t *ids = arena_array(&a, int64_t, n);
		for (size_t i = 0; i < n; i++)
			ids[i] = kids[i].id;
		TRY(taught_record(&h->store, &a, &act, ids, n, who.id, at, &made));
		done += (int64_t)made;
	}
	printf("%lld pupils have had the lesson on safe use\n", (long long)done);
	return OK;
}

int cmd_agreement(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *from = NULL, *only = NULL, *by = NULL, *on = NULL, *why = "put in force by the technician";
	const struct cli_option options[] = {
		{ "--prefix", "folder of the installation", &prefix, NULL }, { "--from", "file of agreements", &from, NULL },
		{ "--only", "just this audience", &only, NULL }, { "--why", "kept with the change", &why, NULL },
		{ "--by", "sign-in name of who taught it", &by, NULL }, { "--on", "day of the lesson (today)", &on, NULL }, { 0 },
	};
	int rest;
	bool asked;
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	struct house h;
	bool put = rest == 1 && strcmp(argv[1], "activate") == 0;
	bool lesson = rest == 1 && by && strcmp(argv[1], "taught") == 0;
	if (!put && !lesson && !(rest == 1 && strcmp(argv[1], "show") == 0)) {
		fprintf(stderr, "usage: gatehouse %s\n", usage);
		return CLI_USAGE;
	}
	if (!house_open(prefix, &h))
		return CLI_FAILED;
	enum err e = lesson ? taught(&h, by, on, why) : put ? activate(&h, from, only, why) : show(&h);
	if (e != OK)
		fprintf(stderr, "gatehouse agreement: %s\n", err_text(e));
	house_done(&h);
	return e == OK ? CLI_DONE : CLI_FAILED;
}
