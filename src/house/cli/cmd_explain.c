#include "house/cli/cmd_explain.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "house/filter/asked.h"
#include "io/file.h"
#include "policy/decide/explain.h"
#include "policy/read/sealed.h"

enum { PATH_BYTES = 4096 };

/* Whether the question was counted and kept.  ERR_BUSY: asked too often. */
static enum err counted(const char *prefix, bool *kept)
{
	AUTO(arena_done) struct arena a = arena_init();
	char path[PATH_BYTES];
	struct house h;
	struct act act = { 1, 0, "asked on the command line what the filter decides" };
	*kept = false;
	TRY(path_join(path, sizeof path, prefix, "keys/school.key"));
	if (!file_exists(path) || !house_open(prefix, &h))
		return OK;
	act.school = h.settings.school;
	enum err e = filter_asked(h.db, &a, &act);
	*kept = e == OK;
	house_done(&h);
	return e;
}

/* Without the key the sealed lists are not asked; the answer says so.  It is used only for a question that was kept. */
static enum err open_policy(const char *prefix, bool kept, struct policy **out)
{
	char path[PATH_BYTES];
	uint8_t key[SEALED_KEY_BYTES];
	TRY(path_join(path, sizeof path, prefix, "keys/sealed.key"));
	bool has_key = kept && file_read_exact(path, key, sizeof key) == OK;
	TRY(path_join(path, sizeof path, prefix, "policy/current"));
	enum err e = policy_open(path, has_key ? (struct str){ (char *)key, sizeof key } : STR_NONE, out);
	mem_wipe(key, sizeof key);
	return e;
}

static int complain(const char *what, enum err e)
{
	fprintf(stderr, "gatehouse explain: %s: %s\n", what, err_text(e));
	return CLI_FAILED;
}

static int print(const struct policy *p, const char *url, const char *who, int64_t at_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf out = buf_init(65536);
	struct explained x;
	enum err e = explain(&a, p, str_z(url), str_z(who), at_utc, &x);
	if (e == ERR_ABSENT)
		return complain("there is no such group", e);
	if (e != OK)
		return complain("write an address, and --as a group such as ks2 or ks1:session", e);
	explain_print(&x, at_utc, &out);
	fwrite(out.p, 1, out.n, stdout);
	return CLI_DONE;
}

int cmd_explain(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *who = NULL, *at = NULL;
	const struct cli_option options[] = {
		{ "--prefix", "the school's folder", &prefix, NULL },
		{ "--as", "who asks: ks2, staff, plan-7, ks1:session, ks2:class=4:unsigned", &who, NULL },
		{ "--at", "when: 2026-11-23T10:00 (UK time); now if not given", &at, NULL },
		{ 0 },
	};
	int rest = 0;
	bool asked = false;
	if (!cli_options(argc, argv, "explain ADDRESS --as WHO [--at TIME]", options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	int64_t at_utc = clock_utc();
	if (rest != 1 || !who || (at && time_read_iso(str_z(at), &at_utc) != OK)) {
		fprintf(stderr, "gatehouse explain ADDRESS --as WHO [--at 2026-11-23T10:00]\n");
		return CLI_USAGE;
	}
	AUTO(policy_free) struct policy *p = NULL;
	bool kept;
	enum err e = counted(prefix, &kept);
	if (e != OK)
		return complain("this question could not be kept, so it is not answered", e);
	e = open_policy(prefix, kept, &p);
	return e == OK ? print(p, argv[1], who, at_utc) : complain("the policy that runs cannot be opened", e);
}
