/* Scenes: askers, a policy made for the purpose, resolvers that answer as told, simulated time. */
#include "base/clock.h"
#include "base/test.h"
#include "gate/dns/resolver.h"
#include "gate/told.h"

static struct stage {
	struct resolver *r;
	struct { uint32_t flight; unsigned server; bool tcp; struct dns_msg q; } sent[64];
	size_t sends, replies;
	struct dns_msg reply;                   /* the last late one */
	unsigned dead;                          /* servers that cannot be reached, as bits */
} st;
static struct dns_msg heard;

static bool send_query(void *arg, uint32_t flight, unsigned server, bool tcp, struct str bytes)
{
	(void)arg;
	if (st.dead >> server & 1)
		return false;
	size_t i = st.sends++ % ARRAY_N(st.sent);
	st.sent[i].flight = flight;
	st.sent[i].server = server;
	st.sent[i].tcp = tcp;
	CHECK_OK(dns_msg_read(bytes, &st.sent[i].q));
	return true;
}

static void close_line(void *arg, uint32_t flight) { (void)arg, (void)flight; }

static void late(void *arg, const struct dns_from *to, struct str bytes)
{
	(void)arg, (void)to;
	st.replies++;
	CHECK_OK(dns_msg_read(bytes, &st.reply));
}

static void who(void *arg, struct addr from, struct str token, int64_t now_utc, struct who *out)
{
	(void)arg, (void)now_utc;
	*out = (struct who){ .school = 1, .standing = from.b[15] == 66 ? STANDING_UNSIGNED : STANDING_CURRENT };
}

/* listed.test and tracker.test are on lists; sealed.test is sealed; search.test is made safe; address 66 has not signed. */
static bool device(void *arg, struct str token, struct token_hit *out)
{
	(void)arg;
	*out = (struct token_hit){ .school = 1, .device = 17 };
	return str_is(token, "17:abcdefghij0123456789");
}

static void decides(void *arg, const struct facts *f, struct decision *out)
{
	(void)arg;
	*out = (struct decision){ .row = ROW_REST };
	if (str_ends(f->host, STR("sealed.test")))
		*out = (struct decision){ .verdict = VERDICT_BLOCK, .reason = REASON_SEALED, .row = ROW_SEALED, .sealed = true, .sensitive = true };
	else if (f->standing == STANDING_UNSIGNED)
		*out = (struct decision){ .verdict = VERDICT_SIGN, .reason = REASON_SIGN_UNSIGNED, .row = ROW_STANDING };
	else if (str_ends(f->host, STR("listed.test")) || str_ends(f->host, STR("tracker.test")))
		*out = (struct decision){ .verdict = VERDICT_BLOCK, .reason = REASON_CATEGORY, .row = ROW_CATEGORIES };
	else if (str_is(f->host, "opened.test"))
		out->row = ROW_RULES;
	else if (str_is(f->host, "search.test"))
		out->safe_host = STR("safe.search.test");
}

static const struct policy *no_policy(void *arg) { (void)arg; return NULL; }

static void stage_free(int *x)
{
	(void)x;
	resolver_free(&st.r);
	clock_fake(0);
}

static struct resolver_options usual(void)
{
	struct resolver_options o = { .has_block4 = true, .has_block6 = true, .block_ttl_s = 5, .gate_name = STR("gatehouse.home.arpa"),
		.servers = 2, .server = { STR("one"), STR("two") }, .letter_case = true, .cache_bytes = 1 << 20 };
	CHECK_OK(addr_read(STR("10.1.1.1"), &o.block4));
	CHECK_OK(addr_read(STR("fd00::1"), &o.block6));
	return o;
}

static void stage(const struct resolver_options *o)
{
	struct resolver_io io = { NULL, send_query, close_line, late };
	struct resolver_policy p = { NULL, who, device, decides, no_policy };
	memset(&st, 0, sizeof st);
	clock_fake(1000000000);
	st.r = resolver_new(o, &io, &p, NULL);
}

#define STAGE(o) __attribute__((cleanup(stage_free))) int on_stage = 0; (void)on_stage; stage(o)

static struct str query(const char *host, uint16_t type, bool edns)
{
	static uint8_t room[600];
	static struct dns_msg q;
	struct dns_name n;
	size_t bytes;
	CHECK_OK(dns_name_of(str_z(host), &n));
	n.b[1] = (uint8_t)(n.b[1] >= 'a' && n.b[1] <= 'z' ? n.b[1] - 32 : n.b[1]);      /* askers may write as they like */
	dns_msg_begin(&q, 0x4242, DNS_RD, &n, type);
	q.edns = edns;
	q.udp_bytes = 1400;
	CHECK_OK(dns_msg_print(&q, room, sizeof room, &bytes));
	return (struct str){ (char *)room, bytes };
}

/* Asks; true when there was an answer at once: it stands in `heard`. */
static bool ask_from(const char *addr, struct str bytes)
{
	static uint8_t out[DNS_UDP_MAX];
	struct dns_from from = { .tcp = false };
	CHECK_OK(addr_read(str_z(addr), &from.addr));
	resolver_now(st.r);
	size_t n = resolver_ask(st.r, &from, bytes, out, sizeof out);
	if (n)
		CHECK_OK(dns_msg_read((struct str){ (char *)out, n }, &heard));
	return n;
}

static bool ask(const char *host, uint16_t type) { return ask_from("10.0.0.5", query(host, type, true)); }

static int ede(const struct dns_msg *m)
{
	struct rd r = rd_over(m->options);
	return m->options.n && rd_u16(&r) == DNS_OPTION_EDE && rd_u16(&r) == 2 ? rd_u16(&r) : -1;
}

struct rr { const char *host; uint16_t type; uint32_t ttl; struct str data; };

/* The resolver that was asked last answers. */
static void say(unsigned flags, const struct rr *rr, size_t n)
{
	static uint8_t room[4000];
	static struct dns_msg m;
	size_t bytes, last = (st.sends - 1) % ARRAY_N(st.sent);
	const struct dns_msg *q = &st.sent[last].q;
	dns_msg_begin(&m, q->id, (uint16_t)(DNS_QR | DNS_RA | flags), &q->name, q->type);
	for (size_t i = 0; i < n; i++) {
		struct dns_name name;
		CHECK_OK(dns_name_of(str_z(rr[i].host), &name));
		CHECK_OK(dns_msg_add(&m, DNS_ANSWER, &name, rr[i].type, rr[i].ttl, rr[i].data));
	}
	CHECK_OK(dns_msg_print(&m, room, sizeof room, &bytes));
	resolver_heard(st.r, st.sent[last].flight, (struct str){ (char *)room, bytes });
}

static void pass(int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 50) {
		clock_step(50);
		resolver_tick(st.r);
	}
}

#define A1 HEX("08 08 08 08")
#define SAY(flags, ...) say((flags), (struct rr[]){ __VA_ARGS__ }, sizeof((struct rr[]){ __VA_ARGS__ }) / sizeof(struct rr))

TEST(dns_scene, asks_once_then_answers_from_the_cache_with_short_ttls)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(!ask("www.school.test", DNS_A) && !ask("www.school.test", DNS_A));
	CHECK_INT(st.sends, 1);                                     /* two askers, one flight */
	SAY(0, { "www.school.test", DNS_A, 3600, A1 });
	CHECK_INT(st.replies, 2);
	CHECK_INT(st.reply.rr[0].ttl, 60);
	CHECK_INT(st.reply.id, 0x4242);
	CHECK_INT(st.reply.name.b[1], 'W');                         /* the asker's own letters */
	clock_step(3000 * 1000);
	CHECK(ask("www.school.test", DNS_A));
	CHECK_INT(heard.rr[0].ttl, 60);
	clock_step(580 * 1000);
	CHECK(ask("www.school.test", DNS_A));
	CHECK_INT(heard.rr[0].ttl, 20);
	CHECK(str_eq(heard.rr[0].data, A1) && heard.flags & DNS_RA && !(heard.flags & DNS_AD));
	clock_step(20 * 1000);
	CHECK(!ask("www.school.test", DNS_A));                      /* its time is over */
	CHECK_INT(st.sends, 2);
}

TEST(dns_scene, refused_names_get_the_block_page)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(ask("www.listed.test", DNS_A));
	CHECK(heard.n[0] == 1 && str_eq(heard.rr[0].data, HEX("0a 01 01 01")) && heard.rr[0].ttl <= 5);
	CHECK_INT(ede(&heard), DNS_EDE_BLOCKED);
	CHECK_INT(heard.options.n, 6);                              /* no words with it */
	CHECK(ask("www.listed.test", DNS_AAAA) && heard.n[0] == 1 && heard.rr[0].data.n == 16);
	CHECK(ask("www.listed.test", DNS_HTTPS) && heard.n[0] == 0 && !(heard.flags & DNS_RCODE));
	CHECK(ask_from("10.0.0.66", query("www.school.test", DNS_A, true)) && heard.n[0] == 1);
	CHECK_INT(ede(&heard), DNS_EDE_FILTERED);
	CHECK(ask_from("10.0.0.5", query("listed.test", DNS_A, false)) && heard.n[0] == 1 && !heard.edns);
	CHECK_INT(st.sends, 0);                                     /* and nobody outside hears of it */
}

TEST(dns_scene, names_hidden_behind_a_cname_are_refused)
{
	struct resolver_options o = usual();
	STAGE(&o);
	struct dns_name t;
	CHECK_OK(dns_name_of(STR("x.tracker.test"), &t));
	struct str to = { (char *)t.b, t.n };
	CHECK(!ask("metrics.school.test", DNS_A));
	SAY(0, { "metrics.school.test", DNS_CNAME, 60, to }, { "x.tracker.test", DNS_A, 60, A1 });
	CHECK(st.reply.n[0] == 1 && str_eq(st.reply.rr[0].data, HEX("0a 01 01 01")));
	CHECK_INT(ede(&st.reply), DNS_EDE_BLOCKED);
	CHECK(ask("metrics.school.test", DNS_A) && str_eq(heard.rr[0].data, HEX("0a 01 01 01")));      /* from the cache alike */
	CHECK(!ask("opened.test", DNS_A));
	SAY(0, { "opened.test", DNS_CNAME, 60, to }, { "x.tracker.test", DNS_A, 60, A1 });
	CHECK_INT(st.reply.n[0], 2);                                /* what the school opened by name stays open */
}

TEST(dns_scene, a_sealed_name_on_the_way_is_always_refused)
{
	struct resolver_options o = usual();
	STAGE(&o);
	struct dns_name t;
	CHECK_OK(dns_name_of(STR("sealed.test"), &t));
	CHECK(!ask("opened.test", DNS_A));
	SAY(0, { "opened.test", DNS_CNAME, 60, { (char *)t.b, t.n } }, { "sealed.test", DNS_A, 60, A1 });
	CHECK(st.reply.n[0] == 1 && str_eq(st.reply.rr[0].data, HEX("0a 01 01 01")));
}

TEST(dns_scene, safe_search_is_a_cname_with_its_address)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(!ask("search.test", DNS_A));
	SAY(0, { "safe.search.test", DNS_A, 300, A1 });
	CHECK_INT(st.reply.n[0], 2);
	CHECK(st.reply.rr[0].type == DNS_CNAME && str_eq(st.reply.rr[1].data, A1) && st.reply.rr[1].ttl == 60);
	CHECK(ask("search.test", DNS_A) && heard.n[0] == 2);
	CHECK(ask("search.test", DNS_HTTPS) && heard.n[0] == 1 && heard.rr[0].type == DNS_CNAME);      /* no hints past it */
}

TEST(clause, c7_1_10_learner_search_without_safe_mode_reaches_the_engine_safe)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(!ask("search.test", DNS_AAAA));
	SAY(0, { "safe.search.test", DNS_AAAA, 300, HEX("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 07") });
	CHECK(st.reply.n[0] == 2 && st.reply.rr[0].type == DNS_CNAME && st.reply.rr[1].type == DNS_AAAA);
}

TEST(dns_scene, a_silent_resolver_is_passed_over_and_rests)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(!ask("a.school.test", DNS_A));
	CHECK_INT(st.sent[0].server, 0);
	pass(FORWARD_WAIT_MS);
	CHECK_INT(st.sends, 2);
	CHECK_INT(st.sent[1].server, 1);
	SAY(0, { "a.school.test", DNS_A, 60, A1 });
	CHECK_INT(st.reply.n[0], 1);
	for (int i = 0; i < 2; i++) {
		char host[] = "b0.school.test";
		host[1] = (char)('0' + i);
		CHECK(!ask(host, DNS_A));
		pass(FORWARD_WAIT_MS);
		SAY(0, { host, DNS_A, 60, A1 });
	}
	size_t before = st.sends;
	CHECK(!ask("c.school.test", DNS_A));                        /* three silences: now the second is asked at once */
	CHECK_INT(st.sent[before].server, 1);
	SAY(0, { "c.school.test", DNS_A, 60, A1 });
	clock_step(FORWARD_REST_MS);
	before = st.sends;
	CHECK(!ask("d.school.test", DNS_A));
	CHECK_INT(st.sent[before].server, 0);                       /* it had its rest */
}

TEST(dns_scene, servfail_leads_to_the_next_and_all_failing_is_said)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(!ask("a.school.test", DNS_A));
	while (!st.replies)
		say(DNS_SERVFAIL, NULL, 0);
	CHECK_INT(st.sends, FORWARD_TRIES);
	CHECK_INT(st.reply.flags & DNS_RCODE, DNS_SERVFAIL);
	CHECK_INT(ede(&st.reply), DNS_EDE_NO_AUTHORITY);
	CHECK(ask("a.school.test", DNS_A));                         /* not asked again at once */
	CHECK_INT(st.sends, FORWARD_TRIES);
	st.dead = 3;
	CHECK(ask("b.school.test", DNS_A));                         /* nobody can be reached: told at once */
	CHECK_INT(heard.flags & DNS_RCODE, DNS_SERVFAIL);
}

TEST(dns_scene, old_answers_serve_when_nobody_answers)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(!ask("a.school.test", DNS_A));
	SAY(0, { "a.school.test", DNS_A, 60, A1 });
	clock_step(3600 * 1000);
	CHECK(!ask("a.school.test", DNS_A));
	pass(1900);                                                 /* RFC 8767: the asker waits no longer than this */
	CHECK_INT(st.replies, 2);
	CHECK(st.reply.n[0] == 1 && st.reply.rr[0].ttl == 30);
	CHECK_INT(ede(&st.reply), DNS_EDE_STALE);
	pass(4000);
	CHECK_INT(st.replies, 2);                                   /* once */
	CHECK(ask("a.school.test", DNS_A) && heard.n[0] == 1);      /* all have failed just now: no more waiting for a while */
	CHECK_INT(ede(&heard), DNS_EDE_STALE);
	pass(4000);
	CHECK(!ask("a.school.test", DNS_A));                        /* then they are asked again */
	SAY(0, { "a.school.test", DNS_A, 60, A1 });
	CHECK(ask("a.school.test", DNS_A) && ede(&heard) == -1);
}

TEST(dns_scene, truncated_comes_again_by_tcp)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(!ask("big.school.test", DNS_A));
	say(DNS_TC, NULL, 0);
	CHECK_INT(st.sends, 2);
	CHECK(st.sent[1].tcp && st.sent[1].server == 0);
	SAY(0, { "big.school.test", DNS_A, 60, A1 });
	CHECK_INT(st.reply.n[0], 1);
}

TEST(dns_scene, guesses_are_not_believed)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(!ask("abcdefghijklmnopqrstuvwxyz.school.test", DNS_A));
	struct dns_msg *q = &st.sent[0].q;
	q->id ^= 1;
	SAY(0, { "abcdefghijklmnopqrstuvwxyz.school.test", DNS_A, 60, A1 });
	CHECK(!st.replies && st.sends == 1);                        /* another id: ignored */
	q->id ^= 1;
	q->name.b[1] ^= 32;
	SAY(0, { "abcdefghijklmnopqrstuvwxyz.school.test", DNS_A, 60, A1 });
	CHECK(!st.replies && st.sends == 2 && st.sent[1].tcp);      /* other letters: asked again where nobody can guess */
}

TEST(dns_scene, rebinding_is_refused_but_not_for_local_domains)
{
	struct resolver_options o = usual();
	o.local[o.locals++] = STR("school.lan");
	STAGE(&o);
	CHECK(!ask("evil.test", DNS_A));
	SAY(0, { "evil.test", DNS_A, 60, HEX("c0 a8 01 01") });
	CHECK_INT(st.reply.n[0], 0);
	CHECK_INT(ede(&st.reply), DNS_EDE_FILTERED);
	CHECK(!ask("nas.school.lan", DNS_A));
	SAY(0, { "nas.school.lan", DNS_A, 60, HEX("c0 a8 01 01") });
	CHECK_INT(st.reply.n[0], 1);
}

TEST(dns_scene, what_is_not_for_us_is_said_properly)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(ask("a.school.test", DNS_ANY) && heard.rr[0].type == DNS_HINFO);          /* RFC 8482 */
	CHECK(ask("a.school.test", DNS_AXFR));
	CHECK_INT(heard.flags & DNS_RCODE, DNS_REFUSED);
	CHECK(ask_from("8.8.4.4", query("a.school.test", DNS_A, true)));               /* not an open resolver */
	CHECK_INT(heard.flags & DNS_RCODE, DNS_REFUSED);
	CHECK_INT(ede(&heard), DNS_EDE_PROHIBITED);
	CHECK(ask("gatehouse.home.arpa", DNS_A) && str_eq(heard.rr[0].data, HEX("0a 01 01 01")) && ede(&heard) == -1);
	CHECK(ask("use-application-dns.net", DNS_A));
	CHECK_INT(heard.flags & DNS_RCODE, DNS_NXDOMAIN);
	CHECK(!ask_from("10.0.0.5", STR("nonsense")));
	CHECK_INT(st.sends, 0);
}

TEST(dns_scene, past_the_rate_askers_are_sent_to_tcp_never_dropped)
{
	struct resolver_options o = usual();
	o.rate_per_s = 10;
	o.rate_burst = 5;
	STAGE(&o);
	for (int i = 0; i < 5; i++)
		CHECK(ask("listed.test", DNS_A) && heard.n[0] == 1);
	CHECK(ask("listed.test", DNS_A));
	CHECK(heard.flags & DNS_TC && heard.n[0] == 0);
	CHECK(ask_from("10.0.0.6", query("listed.test", DNS_A, true)) && heard.n[0] == 1);
}

TEST(dns_scene, a_large_answer_is_cut_for_those_who_take_little)
{
	struct resolver_options o = usual();
	STAGE(&o);
	struct rr rr[40];
	char data[40][4];
	for (int i = 0; i < 40; i++) {
		memcpy(data[i], "\x08\x08\x08", 3);
		data[i][3] = (char)i;
		rr[i] = (struct rr){ "many.school.test", DNS_A, 60, { data[i], 4 } };
	}
	CHECK(!ask("many.school.test", DNS_A));
	say(0, rr, 40);
	CHECK_INT(st.reply.n[0], 40);                               /* 1232 bytes hold it */
	CHECK(ask_from("10.0.0.5", query("many.school.test", DNS_A, false)));
	CHECK(heard.flags & DNS_TC && heard.n[0] == 0);
}

TEST(dns_scene, names_that_nobody_answers_make_room_for_those_that_are)
{
	struct resolver_options o = usual();
	STAGE(&o);
	char host[40];
	size_t late = 0;
	for (int i = 0; i < FORWARD_FLIGHTS + 200; i++) {             /* one device asks for what no host answers */
		snprintf(host, sizeof host, "r%d.dead%d.test", i, i);
		late += !ask_from("10.0.0.9", query(host, DNS_A, true));
	}
	CHECK(late >= FORWARD_FLIGHTS);
	for (int i = 0; i < 100; i++) {
		snprintf(host, sizeof host, "k%d.kites.test", i);
		CHECK(!ask(host, DNS_A));                             /* somebody else: asked, not turned away */
		SAY(0, { host, DNS_A, 60, A1 });
		CHECK(st.reply.n[0] == 1 && dns_name_same(&st.reply.name, &st.sent[(st.sends - 1) % ARRAY_N(st.sent)].q.name));
	}
	pass(600);
	CHECK(!ask_from("10.0.0.9", query("www.kites.test", DNS_A, true)));    /* and who sits behind the same address */
	SAY(0, { "www.kites.test", DNS_A, 60, A1 });
	CHECK_INT(st.reply.n[0], 1);
	CHECK(resolver_counts(st.r).crowded > 0);
}

/* ---- devices of ours at home (2-07) ---- */

static bool ask_as_device(const char *addr, const char *host, uint16_t type)
{
	static uint8_t out[DNS_UDP_MAX];
	struct dns_from from = { .tcp = true, .secure = true };
	CHECK_OK(addr_read(str_z(addr), &from.addr));
	snprintf(from.token, sizeof from.token, "17:abcdefghij0123456789");
	resolver_now(st.r);
	size_t n = resolver_ask(st.r, &from, query(host, type, true), out, sizeof out);
	if (n)
		CHECK_OK(dns_msg_read((struct str){ (char *)out, n }, &heard));
	return n;
}

static bool points_to(const char *want)
{
	struct addr a = { .b = { [10] = 255, [11] = 255 } }, w;
	if (heard.n[DNS_ANSWER] != 1)
		return !want && !heard.n[DNS_ANSWER];
	bool four = heard.rr[0].data.n == 4;
	memcpy(four ? a.b + 12 : a.b, heard.rr[0].data.p, heard.rr[0].data.n);
	CHECK_OK(addr_read(str_z(want), &w));
	return addr_same(a, w);
}

TEST(resolver, a_device_at_home_is_led_to_the_explanation_and_never_to_an_address_of_the_school)
{
	struct resolver_options o = usual();
	o.has_away4 = o.has_away6 = true;
	CHECK_OK(addr_read(STR("203.0.113.7"), &o.away4));
	CHECK_OK(addr_read(STR("2001:db8::7"), &o.away6));
	char path[512];
	snprintf(path, sizeof path, "%s/told", test_dir());
	CHECK_OK(told_open(path, &o.told));
	STAGE(&o);
	CHECK(ask_as_device("198.51.100.9", "listed.test", DNS_A) && points_to("203.0.113.7"));
	struct rd r = rd_over(heard.options);                   /* and says why in words (RFC 8914 2) */
	CHECK_INT(rd_u16(&r), DNS_OPTION_EDE);
	size_t n = rd_u16(&r);
	CHECK_INT(rd_u16(&r), 15);
	CHECK_STR(rd_bytes(&r, n - 2), "Closed by the school's filter on this device");
	CHECK(ask_as_device("2001:db8:5::9", "listed.test", DNS_AAAA) && points_to("2001:db8::7"));
	CHECK(ask_as_device("198.51.100.9", "gatehouse.home.arpa", DNS_A) && points_to("203.0.113.7"));
	CHECK(ask_as_device("10.0.0.5", "listed.test", DNS_A) && points_to("10.1.1.1"));        /* at school */
	CHECK_INT(ede(&heard), 15);
	struct addr home, school;
	CHECK(addr_read(STR("198.51.100.9"), &home) == OK && addr_read(STR("10.0.0.5"), &school) == OK);
	CHECK(told_heard(o.told, home, STR("listed.test"), clock_utc()) && !told_heard(o.told, school, STR("listed.test"), clock_utc()));
	CHECK(ask_as_device("198.51.100.9", "open.test", DNS_A) || true);               /* open: nothing is told */
	CHECK(!told_heard(o.told, home, STR("open.test"), clock_utc()));
	told_close(&o.told);
}

TEST(resolver, without_a_public_page_a_device_at_home_hears_that_there_is_no_address)
{
	struct resolver_options o = usual();
	STAGE(&o);
	CHECK(ask_as_device("198.51.100.9", "listed.test", DNS_A) && points_to(NULL));
	CHECK(ask_as_device("198.51.100.9", "gatehouse.home.arpa", DNS_A) && points_to(NULL));
}
