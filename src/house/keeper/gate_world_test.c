#include "house/keeper/gate_world.h"

#include <fcntl.h>

#include "base/clock.h"
#include "policy/compile/policy_world.h"
#include "policy/read/live.h"

static struct str key(void) { return (struct str){ (const char *)world_key, sizeof world_key }; }

static const char *in(struct arena *a, const char *dir, const char *name) { return arena_fmt(a, "%s/%s", dir, name).p; }

void gate_world_publish(const char *dir, const char *profile, struct str extra)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(buf_done) struct buf said = buf_init(1 << 16);
	struct policy_built built;
	const char *lists = in(&a, dir, "test-lists.snap");
	struct policy_opts o = { .data = test_source("data"), .profile = profile, .lists = lists, .dir = in(&a, dir, "policy"), .now_utc = clock_utc(),
		.sealed_key = key(), .extra = extra };
	world_lists(lists);
	enum err e = policy_publish(&o, &d, &built);
	diag_print(&d, &said);
	if (e != OK)
		fprintf(stderr, "%.*s", STRF(buf_str(&said)));
	CHECK_OK(e);
}

const char *gate_world_says(struct arena *a, const char *dir, const char *url, const char *who, int64_t at_utc)
{
	AUTO(fd_close) int folder = open(in(a, dir, "policy"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct policy *p = NULL;
	struct explained x;
	size_t applied;
	CHECK_OK(policy_open(in(a, dir, "policy/current"), key(), &p));
	struct live *live = live_new();
	struct live_tail *tail = live_tail_new(folder);
	if (file_exists(in(a, dir, "policy/live.log")))
		CHECK_OK(live_tail_poll(tail, live, at_utc, &applied));
	policy_overlay(p, live);
	CHECK_OK(explain(a, p, str_z(url), str_z(who), at_utc, &x));
	const char *says = arena_fmt(a, "%s %s", x.verdict, x.word).p;
	live_tail_free(&tail);
	policy_free(&p);
	live_free(&live);
	return says;
}
