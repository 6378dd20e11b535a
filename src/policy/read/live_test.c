#include "policy/read/live.h"

#include "base/test.h"

static const struct live_record bind_tansy = {
	.kind = LIVE_BIND, .at_utc = 1000, .until_utc = 2000, .school = 1, .person = 12, .class_id = 4, .device = 3,
	.addr = { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = 7 }, .mac = { 2, 0, 0, 0, 0, 1 },
	.group = { "ks2", 3 }, .standing = STANDING_CURRENT, .how = LIVE_HOW_PORTAL, .sure = 90,
};

static struct live_record bind_at(uint8_t last, int64_t person)
{
	struct live_record r = bind_tansy;
	r.addr[15] = last;
	r.mac[5] = last;
	r.person = person;
	return r;
}

TEST(live, what_is_written_is_read)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	struct live_record out, r = { .kind = LIVE_SESSION, .at_utc = 5, .until_utc = 9, .school = 1, .class_id = 4, .person = 2,
		.walled = true, .hosts = { STR("a.test"), STR("b.test/c") }, .n_hosts = 2 };
	size_t used;
	CHECK_OK(live_encode(&bind_tansy, &b));
	size_t first = b.n;
	CHECK_OK(live_encode(&r, &b));
	CHECK_OK(live_decode(buf_str(&b), &out, &used));
	CHECK(used == first && out.person == 12 && out.standing == STANDING_CURRENT && out.sure == 90);
	CHECK_STR(out.group, "ks2");
	CHECK_OK(live_decode(str_from(buf_str(&b), used), &out, &used));
	CHECK(out.walled && out.n_hosts == 2);
	CHECK_STR(out.hosts[1], "b.test/c");
	CHECK_ERR(live_decode(str_from(buf_str(&b), b.n), &out, &used), ERR_END);
}

TEST(live, what_was_withdrawn_is_so_until_its_end_and_survives_what_else_comes)
{
	struct live *l = live_new();
	struct live_record r = { .kind = LIVE_WITHDRAW, .at_utc = 1000, .until_utc = 2000, .addr = { 7, 7, [15] = 9 } };
	uint8_t digest[32] = { 7, 7, [15] = 9, [16] = 200 }, other[32] = { 7, 7 };
	CHECK(!live_withdrawn(l, digest));
	CHECK_OK(live_apply(l, &r, 1000));
	CHECK_OK(live_apply(l, &bind_tansy, 1000));
	CHECK(live_withdrawn(l, digest) && !live_withdrawn(l, other) && live_count(l, LIVE_WITHDRAW) == 1);
	r.until_utc = 5000;
	r.addr[0] = 8;
	CHECK_OK(live_apply(l, &r, 3000));
	CHECK(!live_withdrawn(l, digest) && live_count(l, LIVE_WITHDRAW) == 1);
	CHECK_OK(live_apply(l, &r, 3000));
	CHECK_INT(live_count(l, LIVE_WITHDRAW), 1);              /* said twice, kept once */
	r.addr[3] = 1;
	for (unsigned i = 1; i < LIVE_WITHDRAWN_MAX; i++) {
		r.addr[1] = (uint8_t)i;
		r.addr[2] = (uint8_t)(i >> 8);
		CHECK_OK(live_apply(l, &r, 3000));
	}
	r.addr[3] = 2;
	CHECK_ERR(live_apply(l, &r, 3000), ERR_LIMIT);
	live_clear(l);
	CHECK_INT(live_count(l, LIVE_WITHDRAW), 0);
	live_free(&l);
}

TEST(live, every_cut_is_a_torn_tail_and_every_flip_is_seen)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	struct live_record out;
	size_t used;
	CHECK_OK(live_encode(&bind_tansy, &b));
	for (size_t n = 0; n < b.n; n++)
		CHECK_ERR(live_decode(str_upto(buf_str(&b), n), &out, &used), ERR_END);
	for (size_t i = 0; i < b.n; i++) {
		b.p[i] ^= 0x20;
		CHECK(live_decode(buf_str(&b), &out, &used) != OK);
		b.p[i] ^= 0x20;
	}
}

TEST(live, records_that_say_nothing_sensible_are_refused)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	struct live_record cases[] = {
		{ .kind = LIVE_BIND, .at_utc = 5, .until_utc = 5, .addr = { 1 }, .group = STR("ks2") },        /* no end */
		{ .kind = LIVE_BIND, .at_utc = 5, .until_utc = 9, .group = STR("ks2") },                       /* nowhere */
		{ .kind = LIVE_BIND, .at_utc = 5, .until_utc = 9, .addr = { 1 } },                             /* no group */
		{ .kind = LIVE_ALLOW, .at_utc = 5, .until_utc = 9, .host = STR("a.test") },                    /* no number */
		{ .kind = LIVE_ALLOW, .at_utc = 5, .until_utc = 9, .id = 1 },                                  /* no host */
		{ .kind = LIVE_ALLOW, .at_utc = 5, .until_utc = 9, .id = 1, .host = STR("a.test"), .scope = SCOPE_CLASS },
		{ .kind = LIVE_ALLOW, .at_utc = 5, .until_utc = 9, .id = 1, .host = STR("a.test"), .path = STR("x") },
		{ .kind = LIVE_BLOCK, .at_utc = 5, .until_utc = 9, .id = 1, .host = STR("a.test"), .reason = STR("\xff") },
		{ .kind = LIVE_SESSION, .at_utc = 5, .until_utc = 9 },
		{ .kind = LIVE_CANCEL, .at_utc = 5 },
		{ .kind = LIVE_UNBIND, .at_utc = 5 },
		{ .kind = (enum live_kind)99, .at_utc = 5 },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++)
		CHECK_ERR(live_encode(&cases[i], &b), ERR_SYNTAX);
	CHECK_INT(b.n, 0);
}

TEST(live, a_binding_holds_until_its_end_and_moves_with_the_machine)
{
	AUTO(live_free) struct live *l = live_new();
	struct live_binding who;
	uint8_t elsewhere[16] = { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = 99 };
	static const uint8_t other_mac[6] = { 2, 0, 0, 0, 0, 77 };
	CHECK_OK(live_apply(l, &bind_tansy, 1000));
	CHECK(live_who(l, bind_tansy.addr, NULL, 1999, &who) && who.person == 12);
	CHECK_STR(who.group, "ks2");
	CHECK(!live_who(l, bind_tansy.addr, NULL, 2000, &who));
	CHECK(live_who(l, elsewhere, bind_tansy.mac, 1500, &who));              /* the same machine, another address */
	CHECK(!live_who(l, bind_tansy.addr, other_mac, 1500, &who));            /* another machine took the address */
	CHECK(!live_who(l, elsewhere, NULL, 1500, &who));
	struct live_record next = bind_tansy;
	next.person = 13;
	CHECK_OK(live_apply(l, &next, 1500));
	CHECK(live_who(l, bind_tansy.addr, NULL, 1600, &who) && who.person == 13);
	CHECK_INT(live_count(l, LIVE_BIND), 1);
	struct live_record off = { .kind = LIVE_UNBIND, .at_utc = 1600 };
	memcpy(off.mac, bind_tansy.mac, 6);
	CHECK_OK(live_apply(l, &off, 1600));
	CHECK(!live_who(l, bind_tansy.addr, NULL, 1600, &who));
	CHECK_INT(live_count(l, LIVE_BIND), 0);
}

TEST(live, full_tables_refuse_and_make_room_from_what_is_over)
{
	AUTO(live_free) struct live *l = live_new();
	struct live_record r = bind_tansy;
	memset(r.mac, 0, 6);
	for (unsigned i = 0; i < LIVE_BIND_MAX; i++) {
		r.addr[14] = (uint8_t)i;
		r.addr[15] = (uint8_t)(i >> 8);
		CHECK_OK(live_apply(l, &r, 1000));
	}
	r.addr[0] = 1;
	CHECK_ERR(live_apply(l, &r, 1000), ERR_LIMIT);
	r.at_utc = 2000;
	r.until_utc = 3000;
	CHECK_OK(live_apply(l, &r, 2000));
	CHECK_INT(live_count(l, LIVE_BIND), 1);
}

TEST(live, rules_are_replaced_by_number_and_taken_back)
{
	AUTO(live_free) struct live *l = live_new();
	struct live_record r = { .kind = LIVE_ALLOW, .at_utc = 1, .until_utc = 9, .school = 1, .id = 5, .host = STR("a.test") };
	struct rule_walk w;
	CHECK_OK(live_apply(l, &r, 1));
	r.host = STR("b.test");
	CHECK_OK(live_apply(l, &r, 1));
	CHECK_INT(live_count(l, LIVE_ALLOW), 1);
	rule_walk_begin(&w, live_rules(l), STR("www.b.test"));
	CHECK(rule_walk_next(&w) && !rule_walk_next(&w));
	rule_walk_begin(&w, live_rules(l), STR("a.test"));
	CHECK(!rule_walk_next(&w));
	CHECK_OK(live_apply(l, &(struct live_record){ .kind = LIVE_CANCEL, .at_utc = 2, .school = 2, .id = 5 }, 2));
	CHECK_INT(live_count(l, LIVE_ALLOW), 1);        /* another school's number */
	CHECK_OK(live_apply(l, &(struct live_record){ .kind = LIVE_CANCEL, .at_utc = 2, .school = 1, .id = 5 }, 2));
	CHECK_INT(live_count(l, LIVE_ALLOW), 0);
}

TEST(live, a_walk_gives_the_longest_host_first_at_any_depth)
{
	struct rules r = { .v = mem_array(struct rule, 3), .n = 3 };
	struct rule_walk w;
	r.v[0].host = STR("test");
	r.v[1].host = STR("b.test");
	r.v[2].host = STR("a.b.test");
	rules_index(&r);
	rule_walk_begin(&w, &r, STR("x.a.b.test"));
	CHECK_STR(rule_walk_next(&w)->host, "a.b.test");
	CHECK_STR(rule_walk_next(&w)->host, "b.test");
	CHECK_STR(rule_walk_next(&w)->host, "test");
	CHECK(!rule_walk_next(&w));
	rule_walk_begin(&w, &r, STR("xb.test"));
	CHECK_STR(rule_walk_next(&w)->host, "test");
	CHECK(!rule_walk_next(&w));
	rule_walk_begin(&w, &r, STR(""));
	CHECK(!rule_walk_next(&w));
	rules_done(&r);
}

/* Random directives in and out: the counts always fit what can be looked up. */
TEST(live, bindings_stay_whole_under_churn)
{
	AUTO(live_free) struct live *l = live_new();
	uint32_t seed = 1;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		struct live_record r = bind_at((uint8_t)(seed >> 24), seed >> 8 & 0xff);
		r.mac[5] = (uint8_t)(seed >> 16);
		r.kind = seed >> 5 & 1 ? LIVE_BIND : LIVE_UNBIND;
		CHECK_OK(live_apply(l, &r, 1000));
	}
	size_t found = 0;
	for (int i = 0; i < 256; i++) {
		struct live_binding who;
		struct live_record r = bind_at((uint8_t)i, 1);
		found += live_who(l, r.addr, NULL, 1500, &who);
	}
	CHECK_INT(found, live_count(l, LIVE_BIND));
}
