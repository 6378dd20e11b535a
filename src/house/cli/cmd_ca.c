#include "house/cli/cmd_ca.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/time.h"
#include "house/ca/school_ca.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"

static const char usage[] = "ca show|pem|make|switch|retire";

struct asked { const char *prefix, *years, *why; };

static void print(const struct ca_list *l)
{
	AUTO(arena_done) struct arena a = arena_init();
	char prints[SCHOOL_CA_PRINT + 1];
	if (!l->n)
		printf("There is no certificate authority.  `gatehouse ca make` makes one.\n");
	for (size_t i = 0; i < l->n; i++) {
		const struct ca_one *c = &l->v[i];
		school_ca_print(c, prints);
		printf("%s: made %.*s, lasts until %.*s\n  SHA-256 %s\n", school_ca_words(c->state), STRF(time_words(&a, c->made_utc)),
		       STRF(time_words(&a, c->until_utc)), prints);
	}
}

/* The certificate that devices need, for `gatehouse ca pem > school.crt`. */
static enum err print_pem(const struct ca_list *l)
{
	AUTO(buf_done) struct buf b = buf_init(CA_DER_MAX * 2);
	const struct ca_one *c = school_ca_newest(l);
	if (!c)
		return ERR_ABSENT;
	school_ca_pem(c, &b);
	printf("%.*s", STRF(buf_str(&b)));
	return OK;
}

static enum err change(struct house *h, struct str verb, const struct asked *q, struct school_ca *s)
{
	const char *socket = settings_path(&h->settings, "run/signer.sock");
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { h->settings.school, 0, q->why };
	uint64_t years = SCHOOL_CA_YEARS;
	if (q->years && (str_u64(str_z(q->years), &years) != OK || !years || years > CA_YEARS_MAX))
		return ERR_INVALID;
	if (str_is(verb, "make"))
		return school_ca_make(h->db, &act, socket, str_z(h->settings.school_name ? h->settings.school_name : "School"), (unsigned)years,
		                      arena_z(&a, arena_fmt(&a, "%s/policy/base/20-help.conf", cli_data())), s);
	return str_is(verb, "switch") ? school_ca_switch(h->db, &act, socket, s) : school_ca_retire(h->db, &act, socket, s);
}

static int complain(enum err e)
{
	fprintf(stderr, "gatehouse ca: %s\n", e == ERR_NET ? "The signer does not run: start gatehouse-signer first."
		: e == ERR_STATE ? "Not at this stage: `gatehouse ca show` says how it stands (make, then switch, then retire)." : err_text(e));
	return CLI_FAILED;
}

int cmd_ca(int argc, char **argv)
{
	struct asked q = { cli_prefix(), NULL, "at the command line" };
	const struct cli_option options[] = { { "--prefix", "folder of the installation", &q.prefix, NULL },
		{ "--years", "make: how long it lasts (default 5, at most 10)", &q.years, NULL },
		{ "--why", "kept in the audit, for instance who consented", &q.why, NULL }, { 0 } };
	int rest;
	bool asked;
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	struct str verb = rest == 1 ? str_z(argv[1]) : STR_NONE;
	bool reads = str_is(verb, "show") || str_is(verb, "pem");
	if (!reads && !str_is(verb, "make") && !str_is(verb, "switch") && !str_is(verb, "rotate") && !str_is(verb, "retire")) {
		fprintf(stderr, "usage: gatehouse %s\n", usage);
		return CLI_USAGE;
	}
	AUTO(house_done) struct house h = { 0 };
	AUTO(school_ca_done) struct school_ca s = school_ca_init();
	if (!house_open(q.prefix, &h))
		return CLI_FAILED;
	enum err e = reads ? school_ca_show(settings_path(&h.settings, "run/signer.sock"), &s)
		: change(&h, str_is(verb, "rotate") ? STR("make") : verb, &q, &s);
	if (e == OK && str_is(verb, "pem"))
		e = print_pem(&s.list);
	else if (e == OK)
		print(&s.list);
	return e == OK ? CLI_DONE : complain(e);
}
