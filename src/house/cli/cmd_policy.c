#include "house/cli/cmd_policy.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "house/keeper/house_rules.h"
#include "house/keeper/keeper.h"
#include "io/file.h"
#include "policy/compile/publish.h"
#include "policy/read/sealed.h"

enum { PATH_BYTES = 4096, FINDINGS_MAX = 200 };

struct paths { char local[PATH_BYTES], phrases[PATH_BYTES], lists[PATH_BYTES], dir[PATH_BYTES], key[PATH_BYTES]; };

static enum err paths_of(const char *prefix, struct paths *p)
{
	TRY(path_join(p->local, sizeof p->local, prefix, "policy.d"));
	TRY(path_join(p->phrases, sizeof p->phrases, prefix, "phrases.d"));
	TRY(path_join(p->lists, sizeof p->lists, prefix, "lists/lists.snap"));
	TRY(path_join(p->dir, sizeof p->dir, prefix, "policy"));
	TRY(path_join(p->key, sizeof p->key, prefix, "keys/sealed.key"));
	return dir_make(p->dir, 0750);
}

/* What the school decided on its pages; a prefix without a house has none.  Where there is one, nothing is published without
 * it: services that wait for their signatures would be open. */
static enum err house_extra(const char *prefix, struct arena *a, struct str *out)
{
	char key[PATH_BYTES];
	AUTO(diag_done) struct diag d = diag_init(FINDINGS_MAX);
	AUTO(keeper_free) struct keeper *k = NULL;
	enum err e = keeper_open_job(prefix, cli_data(), &d, &k);
	if (e == OK)
		e = house_rules(k, a, out);
	if (e == OK)
		return OK;
	TRY(path_join(key, sizeof key, prefix, "keys/school.key"));
	fprintf(stderr, "%s what was decided on the portal's pages (%s)\n", file_exists(key) ? "nothing is published without" : "note: without", err_text(e));
	return file_exists(key) ? e : OK;
}

static int run(bool publish, const char *prefix, const char *profile)
{
	AUTO(diag_done) struct diag d = diag_init(FINDINGS_MAX);
	struct paths at;
	struct policy_built built;
	uint8_t key[SEALED_KEY_BYTES];
	enum err e = paths_of(prefix, &at);
	struct policy_opts o = { .data = cli_data(), .profile = profile, .local = at.local, .phrases = at.phrases, .lists = at.lists, .dir = at.dir,
		.now_utc = clock_utc() };
	if (e == OK && file_read_exact(at.key, key, sizeof key) == OK)
		o.sealed_key = (struct str){ (char *)key, sizeof key };
	AUTO(arena_done) struct arena a = arena_init();
	if (e == OK)
		e = house_extra(prefix, &a, &o.extra);
	if (e == OK)
		e = publish ? policy_publish(&o, &d, &built) : policy_check(&o, &d, &built);
	mem_wipe(key, sizeof key);
	house_say(&d);
	if (e != OK) {
		fprintf(stderr, "gatehouse policy: nothing was published; %s\n", err_text(e));
		return CLI_FAILED;
	}
	printf("%s %llu: %zu groups, %zu rules, %zu expect lines hold, sources %.16s\n", publish ? "published" : "would be",
	       (unsigned long long)built.generation, built.groups, built.rules, built.expects, built.digest);
	return CLI_DONE;
}

static void line(const struct policy *p, const char *what, const char *key)
{
	struct str v = policy_text(p, key);
	if (v.n)
		printf("%-18s %.*s\n", what, STRF(v));
}

static int show(const char *prefix)
{
	char path[PATH_BYTES];
	AUTO(policy_free) struct policy *p = NULL;
	enum err e = path_join(path, sizeof path, prefix, "policy/current");
	if (e == OK)
		e = policy_open(path, STR_NONE, &p);
	if (e != OK) {
		fprintf(stderr, "gatehouse policy: the policy that runs cannot be opened: %s\n", err_text(e));
		return CLI_FAILED;
	}
	printf("%-18s %u\n", "generation", policy_generation(p));
	line(p, "profile", "policy.profile");
	line(p, "built", "policy.built");
	line(p, "sources", "policy.digest");
	line(p, "filter in front", "upstream-filter.supplier");
	line(p, "tested", "upstream-filter.tested");
	return CLI_DONE;
}

int cmd_policy(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *profile = "junior";
	const struct cli_option options[] = {
		{ "--prefix", "the school's folder", &prefix, NULL },
		{ "--profile", "junior or primary", &profile, NULL },
		{ 0 },
	};
	int rest = 0;
	bool asked = false;
	if (!cli_options(argc, argv, "policy check | publish | show", options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	bool profiles = !strcmp(profile, "junior") || !strcmp(profile, "primary");
	if (rest == 1 && !strcmp(argv[1], "show"))
		return show(prefix);
	if (rest == 1 && profiles && (!strcmp(argv[1], "publish") || !strcmp(argv[1], "check")))
		return run(!strcmp(argv[1], "publish"), prefix, profile);
	fprintf(stderr, "gatehouse policy check | publish | show [--profile junior|primary]\n");
	return CLI_USAGE;
}
