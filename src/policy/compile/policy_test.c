#include "policy/compile/policy_world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/compile/policy_src.h"

static bool said(const struct diag *d, const char *words)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_find(d->items[i].text, str_z(words)) >= 0)
			return true;
	return false;
}

/* Each of these sources is refused, with a sentence that holds these words. */
TEST(policy, mistakes_are_found_and_named)
{
	static const struct { const char *conf, *words; } cases[] = {
		{ "[gruop ks2]\ntitle = x\n", "no blocks of the kind [gruop]" },
		{ "[group new]\ntitle = x\n", "needs \"age\"" },
		{ "[group ks2]\nmode = open\n", "\"walled\" or \"filtered\"" },
		{ "[group ks2]\nblock = porn\n", "no category \"porn\"" },
		{ "[group ks2]\nopen = iwf\n", "cannot be opened" },
		{ "[group ks2]\ntimed = illegal daily 10:00-11:00\n", "cannot be opened" },
		{ "[group ks2]\nhours = mon-fri 8-16\n", "Hours are written" },
		{ "[group ks2]\nhours = mon-fri 08:00-25:00\n", "Hours are written" },
		{ "[group ks2]\nsearch = finder bong\n", "no search tool \"bong\"" },
		{ "[group ks2]\ncolour = red\n", "no setting \"colour\"" },
		{ "[group ks2]\nterm = only\n", "no [term] is given" },
		{ "[rule 1]\nallow = a.test\n", "needs a reason" },
		{ "[rule 1]\nalow = a.test\nreason = r\n", "no setting \"alow\"" },
		{ "[rule 1]\nreason = r\n", "neither allows nor blocks" },
		{ "[rule 1]\nscope = group ks9\nallow = a.test\nreason = r\n", "no group \"ks9\"" },
		{ "[rule 1]\nscope = class x\nallow = a.test\nreason = r\n", "scope is" },
		{ "[rule 1]\nabove = pornography\nallow = a.test\nreason = r\n", "nothing else" },
		{ "[rule 1]\nallow = com\nreason = r\n", "every site that ends so" },
		{ "[rule 1]\nallow = a..test\nreason = r\n", "is not an address" },
		{ "[rule 1]\nallow = a.test\nuntil = soon\nreason = r\n", "The end is a date" },
		{ "[range a]\nprefix = 10.0.0.1/8\ngroup = guests\n", "is not a range" },
		{ "[range a]\nprefix = 10.0.0.0/8\ngroup = gusts\n", "no group \"gusts\"" },
		{ "[device 3]\ngroup = ks2\ntoken = abc\n", "64 hexadecimal" },
		{ "[term t]\nfrom = 2026-12-01\nto = 2026-11-01\n", "ends before" },
		{ "[upstream-filter]\nsupplier = Example\ntested = 2031-01-01\n", "last tested" },
		{ "[expect]\nexpect = maybe a.test as ks2\n", "Write: expect" },
		{ "[expect]\nexpect = block a.test as ks2 reason because\n", "Write: expect" },
		{ "[expect]\nexpect = block a.test as ks9\n", "cannot be asked" },
		{ "[expect]\nexpect = block a.test as ks2\n", "expected block, got allow because allowed" },
		{ "[rule 12]\nallow = gaming.listed.test\nreason = r\nexpect = block gaming.listed.test as ks2 reason category:gaming\n",
		  "expected block because category:gaming, got allow because rule-allowed:12" },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct world w;
		enum err e = world_try(&w, cases[i].conf);
		if (e != ERR_INVALID || !said(&w.diag, cases[i].words))
			fprintf(stderr, "%s: %s\n", cases[i].conf, w.diag.n ? w.diag.items[0].text.p : "nothing said");
		CHECK_ERR(e, ERR_INVALID);
		CHECK(said(&w.diag, cases[i].words));
		CHECK(!w.p);
		world_done(&w);
	}
}

TEST(policy, every_finding_is_collected_with_its_line)
{
	struct world w;
	CHECK_ERR(world_try(&w, "[group ks2]\nmode = open\nhours = x\n\n[rule 1]\nallow = a.test\n"), ERR_INVALID);
	CHECK_INT(w.diag.errors, 3);
	CHECK_INT(w.diag.items[0].line, 2);
	CHECK_INT(w.diag.items[1].line, 3);
	CHECK_INT(w.diag.items[2].line, 5);
	world_done(&w);
}

static struct policy_opts opts_of(struct arena *a, const struct world *w)
{
	return (struct policy_opts){ .data = arena_fmt(a, "%s/data", w->dir).p, .profile = "junior", .now_utc = w->now_utc,
		.lists = arena_fmt(a, "%s/lists.snap", w->dir).p, .dir = arena_fmt(a, "%s/policy", w->dir).p,
		.sealed_key = { (const char *)world_key, 32 } };
}

TEST(policy, a_failing_expect_keeps_the_old_policy)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct policy_built built;
	struct world w;
	uint64_t before, after;
	world_init(&w, "");
	struct policy_opts o = opts_of(&a, &w);
	CHECK_OK(snapshot_current(o.dir, &before));
	o.extra = STR("[expect]\nexpect = block www.example.test as ks2\n");
	CHECK_ERR(policy_publish(&o, &d, &built), ERR_INVALID);
	CHECK_OK(snapshot_current(o.dir, &after));
	CHECK_INT(after, before);
	CHECK(!file_exists(arena_fmt(&a, "%s/%08llu.snap", o.dir, (unsigned long long)before + 1).p));
	CHECK_STR(d.items[0].file, "house");
	AUTO(diag_done) struct diag d2 = diag_init(20);
	o.extra = STR("[rule 5]\nblock = www.example.test\nreason = r\nexpect = block www.example.test as ks2 reason rule-blocked:5\n");
	CHECK_OK(policy_check(&o, &d2, &built));
	CHECK_OK(snapshot_current(o.dir, &after));
	CHECK_INT(after, before);
	CHECK_OK(policy_publish(&o, &d2, &built));
	CHECK_OK(snapshot_current(o.dir, &after));
	CHECK(after > before && built.generation == after);
	world_done(&w);
}

TEST(policy, lists_of_another_version_are_refused_in_words)
{
	struct world w;
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	AUTO(diag_done) struct diag d = diag_init(10);
	struct policy_built built;
	world_init(&w, "");
	const char *lists = arena_fmt(&a, "%s/lists.snap", w.dir).p;
	CHECK_OK(file_read(lists, &b));
	b.p[8] = SNAPSHOT_FORMAT - 1;
	CHECK_OK(file_replace(lists, buf_str(&b), 0600));
	struct policy_opts o = { .data = arena_fmt(&a, "%s/data", w.dir).p, .profile = "junior", .lists = lists, .now_utc = w.now_utc,
		.dir = arena_fmt(&a, "%s/policy", w.dir).p, .sealed_key = { (const char *)world_key, 32 } };
	CHECK_ERR(policy_publish(&o, &d, &built), ERR_VERSION);
	CHECK(d.n == 1 && str_find(d.items[0].text, STR("another version")) >= 0 && str_find(d.items[0].text, STR("lists compile")) >= 0);
	world_done(&w);
}

TEST(policy, ranges_tokens_texts_and_the_supplier_come_through)
{
	struct world w;
	struct range_hit r;
	struct token_hit t;
	uint8_t addr[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 9, 1 }, digest[32];
	world_init(&w, "[range all]\nprefix = 10.0.0.0/8 2001:db8::/32\ngroup = ks2\n[range guests]\nprefix = 10.0.8.0/22\ngroup = guests\n"
		"[device 12]\ntoken = 0101010101010101010101010101010101010101010101010101010101010101\nperson = 4\ngroup = staff\n"
		"[text school]\nname = Example School\n[upstream-filter]\nsupplier = Example Broadband\ntested = 2026-11-02\n");
	CHECK(policy_range(w.p, addr, &r) && r.group == policy_group(w.p, STR("guests")));
	addr[14] = 200;
	CHECK(policy_range(w.p, addr, &r) && r.group == policy_group(w.p, STR("ks2")));
	addr[12] = 11;
	CHECK(!policy_range(w.p, addr, &r));
	memset(digest, 1, sizeof digest);
	CHECK(policy_token(w.p, digest, &t) && t.device == 12 && t.person == 4);
	digest[31] = 2;
	CHECK(!policy_token(w.p, digest, &t));
	CHECK_STR(policy_text(w.p, "school.name"), "Example School");
	CHECK_STR(policy_text(w.p, "upstream-filter.supplier"), "Example Broadband");
	CHECK_STR(policy_text(w.p, "policy.profile"), "junior");
	CHECK_INT(policy_text(w.p, "policy.digest").n, 64);
	CHECK(!policy_text(w.p, "nothing").p);
	world_done(&w);
}

TEST(policy, spans_of_the_week)
{
	struct week_span s[16];
	size_t n = 0;
	CHECK_OK(src_spans(STR("sun 23:00-01:00"), s, 16, &n));
	CHECK(n == 1 && s[0].from == 6 * 1440 + 23 * 60 && s[0].to == 60);
	CHECK(span_has(s[0], 30) && span_has(s[0], 6 * 1440 + 1430) && !span_has(s[0], 60));
	CHECK_INT(span_change(s[0], 30), 1800);
	n = 0;
	CHECK_OK(src_spans(STR("daily 00:00-24:00"), s, 16, &n));
	CHECK(n == 7 && s[6].from == 6 * 1440 && s[6].to == WEEK_MINUTES);
	n = 0;
	CHECK_OK(src_spans(STR("sat-mon,wed 09:00-10:00"), s, 16, &n));
	CHECK_INT(n, 4);
	n = 0;
	CHECK_ERR(src_spans(STR("daily 09:00-10:00"), s, 5, &n), ERR_LIMIT);
	static const char *const bad[] = { "", "mon", "09:00-10:00", "mon 9:00-10:00", "mon 09:00-09:00", "mon 24:00-01:00", "moo 09:00-10:00", "mon 09:60-10:00" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR((n = 0, src_spans(str_z(bad[i]), s, 16, &n)), ERR_SYNTAX);
}

/* A byte flipped, or the end cut off, in any of our sections: refused or read
 * differently, never believed half and never a crash. */
static void damage_section(const struct policy *p, enum section id, enum err (*check)(const struct snapshot *, struct str))
{
	struct str bytes = snapshot_section(p->snapshot, id);
	CHECK(bytes.n > 0);
	char *copy = mem_copy(bytes.p, bytes.n);
	CHECK_OK(check(p->snapshot, (struct str){ copy, bytes.n }));
	for (size_t i = 0; i < bytes.n && i < 4096; i++) {
		copy[i] = (char)~copy[i];
		enum err e = check(p->snapshot, (struct str){ copy, bytes.n });
		CHECK(e == OK || e == ERR_CORRUPT);
		copy[i] = (char)~copy[i];
		if (i)
			CHECK_ERR(check(p->snapshot, (struct str){ copy, i }), ERR_CORRUPT);
	}
	mem_free(&copy);
}

TEST(policy, damaged_sections_are_refused)
{
	struct world w;
	world_init(&w, "[group ks2]\nhours = daily 06:00-22:00\ntimed = social-media daily 12:00-13:00\n[range a]\nprefix = 10.0.0.0/8\ngroup = ks2\n"
		"[device 12]\ntoken = 0101010101010101010101010101010101010101010101010101010101010101\ngroup = staff\n"
		"[term t]\nfrom = 2026-09-01\nto = 2026-12-18\n[text a]\nb = c\n");
	damage_section(w.p, SECTION_GROUPS, groups_check);
	damage_section(w.p, SECTION_RULES, rules_check);
	damage_section(w.p, SECTION_CALENDAR, calendar_check);
	damage_section(w.p, SECTION_SAFESEARCH, safesearch_check);
	damage_section(w.p, SECTION_RANGES, ranges_check);
	damage_section(w.p, SECTION_TOKENS, tokens_check);
	damage_section(w.p, SECTION_TEXTS, texts_check);
	damage_section(w.p, SECTION_META, texts_check);
	world_done(&w);
}

/* A source follows `current` and live.log; what does not check is refused and the old one stays. */
TEST(policy, a_source_follows_and_keeps_the_last_good_one)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(policy_source_free) struct policy_source *s = NULL;
	struct policy_built built;
	struct world w;
	world_init(&w, "");
	struct policy_opts o = opts_of(&a, &w);
	CHECK_OK(policy_source_open(o.dir, o.sealed_key, &s));
	CHECK(!policy_source_now(s));
	CHECK_INT(policy_source_poll(s, w.now_utc), POLICY_SNAPSHOT);
	uint32_t first = policy_generation(policy_source_now(s));
	CHECK_INT(policy_source_poll(s, w.now_utc), 0);
	CHECK_OK(policy_publish(&o, &w.diag, &built));
	CHECK_INT(policy_source_poll(s, w.now_utc), POLICY_SNAPSHOT);
	CHECK(policy_generation(policy_source_now(s)) > first);
	const char *bad = arena_fmt(&a, "%s/00000099.snap", o.dir).p, *link = arena_fmt(&a, "%s/current", o.dir).p;
	CHECK_OK(file_replace(bad, STR("this is no snapshot"), 0600));
	CHECK(unlink(link) == 0 && symlink("00000099.snap", link) == 0);
	CHECK_INT(policy_source_poll(s, w.now_utc), POLICY_REFUSED);
	CHECK(policy_source_error(s) != OK);
	CHECK_INT(policy_generation(policy_source_now(s)), built.generation);
	CHECK_INT(policy_source_poll(s, w.now_utc), 0);
	world_done(&w);
}

/* A pipe that nobody writes to keeps whoever opens it waiting: the loop must not be the one. */
TEST(policy, a_later_snapshot_is_opened_beside_the_loop)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(policy_source_free) struct policy_source *s = NULL;
	struct world w;
	world_init(&w, "");
	struct policy_opts o = opts_of(&a, &w);
	CHECK_OK(policy_source_open(o.dir, o.sealed_key, &s));
	policy_source_background(s);
	CHECK_INT(policy_source_poll(s, w.now_utc), POLICY_SNAPSHOT);
	uint32_t first = policy_generation(policy_source_now(s));
	const char *slow = arena_fmt(&a, "%s/00000098.snap", o.dir).p, *link = arena_fmt(&a, "%s/current", o.dir).p;
	CHECK(mkfifo(slow, 0600) == 0 && unlink(link) == 0 && symlink("00000098.snap", link) == 0);
	for (int i = 0; i < 50; i++)
		CHECK_INT(policy_source_poll(s, w.now_utc), 0);
	CHECK_INT(policy_generation(policy_source_now(s)), first);
	int fd = open(slow, O_WRONLY | O_CLOEXEC);
	unsigned change = 0;
	for (int i = 0; i < 6000 && !change; i++) {
		change = policy_source_poll(s, w.now_utc);
		(void)usleep(change ? 0 : 10000);
	}
	close(fd);
	CHECK_INT(change, POLICY_REFUSED);
	CHECK_INT(policy_generation(policy_source_now(s)), first);
	world_done(&w);
}

TEST(policy, the_wrong_sealed_key_is_refused_and_none_is_said)
{
	AUTO(arena_done) struct arena a = arena_init();
	static const char wrong[32] = { 1 };
	struct world w;
	struct policy *p;
	world_init(&w, "");
	const char *path = arena_fmt(&a, "%s/policy/current", w.dir).p;
	CHECK_ERR(policy_open(path, (struct str){ wrong, 32 }, &p), ERR_CRYPTO);
	CHECK_OK(policy_open(path, STR_NONE, &p));
	CHECK(!policy_sealed_known(p) && policy_sealed_known(w.p));
	policy_free(&p);
	world_done(&w);
}

/* The shipped lists, as `gatehouse lists compile` reads them. */
static void starter_lists(const char *path)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct lists_opts o = { .categories = test_source("data/categories.conf") };
	struct lists *l;
	struct snapshot_out out = snapshot_out_init();
	CHECK_OK(lists_new(&o, &d, &l));
	CHECK_OK(lists_read_tree(l, test_source("data/lists/starter")));
	CHECK_OK(lists_build(l, &out));
	CHECK_OK(snapshot_out_file(&out, path, 0));
	lists_free(&l);
}

static void shipped(const char *profile)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(50);
	struct policy_built built;
	const char *dir = test_dir();
	const char *lists = arena_fmt(&a, "%s/lists.snap", dir).p;
	starter_lists(lists);
	struct policy_opts o = { .data = test_source("data"), .profile = profile, .lists = lists, .dir = dir, .now_utc = WORLD_NOON };
	enum err e = policy_publish(&o, &d, &built);
	for (size_t i = 0; i < d.n; i++)
		if (d.items[i].level == DIAG_ERROR)
			fprintf(stderr, "%.*s:%ld: %.*s\n", STRF(d.items[i].file), d.items[i].line, STRF(d.items[i].text));
	CHECK_OK(e);
	CHECK(built.expects >= 20 && built.groups >= 7);
	struct policy *p;                       /* nothing is sealed here: a gate with a key must not refuse it */
	CHECK_OK(policy_open(arena_fmt(&a, "%s/current", dir).p, (struct str){ (const char *)world_key, 32 }, &p));
	CHECK(policy_sealed_known(p));
	policy_free(&p);
}

TEST(policy, the_shipped_junior_policy_holds_its_expect_lines) { shipped("junior"); }
TEST(policy, the_shipped_primary_policy_holds_its_expect_lines) { shipped("primary"); }
