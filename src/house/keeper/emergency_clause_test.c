/* 11.2-15: a picture on the school's systems is closed for everybody by the step itself, at the gate's own decision. */
#include "house/keeper/home.h"

#include "base/clock.h"
#include "house/keeper/gate_world.h"
#include "house/procedure/procedure.h"

static const char *const everybody[] = { "early-years:session:class=1", "ks1:session:class=1", "ks2", "staff", "governors", "guests", "ks2:network=own-devices" };

static bool closed_for_all(struct home *h, const char *url)
{
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_N(everybody); i++)
		n += strcmp(gate_world_says(&h->a, h->prefix, url, everybody[i], clock_utc()), "block live-blocked") == 0;
	CHECK(n == 0 || n == ARRAY_N(everybody));
	return n > 0;
}

static struct entry_may dsl_may(struct home *h) { return record_may(1, h->dsl, ROLE_BIT(ROLE_DSL)); }

static void done(struct home *h, int64_t id, const char *step, const char *answer, const char *place)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct entry_may may = dsl_may(h);
	struct act act = { 1, h->dsl, "a step" };
	struct entry_field v[] = { { STR("place"), str_z(place) }, { STR("blocked"), STR("the folder of year 4, for everybody; it lies untouched") } };
	struct step_input in = { .step = str_z(step), .answer = str_z(answer), .values = v, .n_values = place ? 2 : 0 };
	CHECK_OK(record_step(&h->k->desk, &act, &may, id, &in, &d));
	clock_step(1000);
}

static int64_t case_of(struct home *h)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, h->teacher, "a report" };
	struct received got;
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .procedure = STR("sexting"), .subject = h->child, .author = h->teacher, .words = STR("it goes round") };
	CHECK_OK(record_report(&h->k->desk, &act, &r, &d, &got));
	done(h, got.id, "safeguarding", NULL, NULL);
	done(h, got.id, "network", "yes", NULL);
	return got.id;
}

static enum err lift(struct home *h, int64_t id, int64_t who, enum role role)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct entry_may may = record_may(1, who, ROLE_BIT(role)), lead = dsl_may(h);
	struct act act = { 1, who, "lifted" };
	struct case_block *b;
	size_t n;
	CHECK_OK(record_blocks(&h->k->desk, &h->a, &lead, id, &b, &n));
	CHECK_INT(n, 1);
	return record_block_lift(&h->k->desk, &act, &may, id, b[0].id, STR("the police have it"), &d);
}

static void story(const char *profile)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 28, .hour = 12 }) * 1000);       /* a Saturday: own devices have a network */
	AUTO(home_end) struct home h = home_of_profile(profile);
	gate_world_publish(h.prefix, profile, STR_NONE);
	const char *site = "https://pictures.example/room/4?x=1", *other = "https://other.example/";
	CHECK(!closed_for_all(&h, site));
	int64_t id = case_of(&h);
	done(&h, id, "block", "web", "https://pictures.example/room/4?x=1");
	CHECK(ask(&h, h.dsl, "emergency", "", NULL));
	CHECK(closed_for_all(&h, site) && closed_for_all(&h, "http://www.pictures.example/") && !closed_for_all(&h, other));
	CHECK(ask(&h, h.teacher, "allow", site_of(&h, h.class_id, "pictures.example", 1800), NULL));
	CHECK(closed_for_all(&h, site));                       /* no teacher opens it */
	for (int week = 0; week < 15; week += 3) {                       /* nor does time, or the keeper's own end */
		clock_step(21LL * 86400 * 1000);
		keeper_again(&h);
		CHECK_OK(keeper_emergency(h.k));
	}
	CHECK(closed_for_all(&h, site));
	CHECK(file_replace(in_home(&h, "policy/live.log"), STR(""), 0600) == OK);
	keeper_again(&h);
	CHECK_OK(keeper_emergency(h.k));                                /* nor is a lost log a way out */
	CHECK(closed_for_all(&h, site));
	CHECK_ERR(lift(&h, id, h.tech, ROLE_TECHNICIAN), ERR_ABSENT);
	CHECK(!ask(&h, h.tech, "cancel", arena_fmt(&h.a, "\"id\":%u", h.k->bindings.rules[0].id).p, NULL));
	CHECK_OK(lift(&h, id, h.head, ROLE_HEAD));
	CHECK(ask(&h, h.head, "emergency", "", NULL));
	CHECK(!closed_for_all(&h, site));
	CHECK_ERR(lift(&h, id, h.dsl, ROLE_DSL), ERR_STATE);
	const struct procedure *p = library_procedure(h.k->library, STR("sexting"));
	CHECK(p->no_uploads && str_find(procedure_step(p, STR("block"))->text, STR("Nobody opens it")) >= 0);
}

TEST(clause, c11_2_15_the_step_closes_the_place_for_everybody_until_the_lead_or_head_lifts_it)
{
	story("junior");
	story("primary");
}

/* One page of a site that the school needs, and a server known by its numbers only. */
TEST(keeper, a_case_closes_one_page_or_an_address_for_everybody)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 28, .hour = 12 }) * 1000);
	AUTO(home_end) struct home h = home_of_profile("primary");
	gate_world_publish(h.prefix, "primary", STR_NONE);
	int64_t page = case_of(&h), address = case_of(&h);
	done(&h, page, "block", "page", "https://pictures.example/Room/./4/?x=1");
	done(&h, address, "block", "web", "http://203.0.113.9:8080/share/a.jpg");
	CHECK(ask(&h, h.dsl, "emergency", "", NULL));
	CHECK(closed_for_all(&h, "http://pictures.example/Room/4/?x=1"));
	CHECK(!closed_for_all(&h, "http://pictures.example/Room/5") && !closed_for_all(&h, "http://pictures.example/"));
	CHECK(closed_for_all(&h, "http://203.0.113.9/other") && closed_for_all(&h, "https://203.0.113.9:8443/"));
	CHECK(!closed_for_all(&h, "http://203.0.113.90/"));
	struct entry_may may = dsl_may(&h);
	struct case_block *b;
	size_t n;
	CHECK_OK(record_blocks(&h.k->desk, &h.a, &may, page, &b, &n));
	CHECK_STR(b[0].path, "/Room/4/?x=1");
	CHECK_OK(record_blocks(&h.k->desk, &h.a, &may, address, &b, &n));
	CHECK_STR(b[0].host, "203.0.113.9");
	CHECK(!b[0].path.n);
	CHECK_OK(lift(&h, page, h.head, ROLE_HEAD));
	CHECK(ask(&h, h.head, "emergency", "", NULL));
	CHECK(!closed_for_all(&h, "http://pictures.example/Room/4/?x=1") && closed_for_all(&h, "http://203.0.113.9/other"));
}

/* What cannot be closed is said before anything is recorded. */
TEST(keeper, a_place_that_the_filter_cannot_close_is_refused_with_what_to_write)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 28, .hour = 12 }) * 1000);
	AUTO(home_end) struct home h = home_of_profile("primary");
	static const struct { const char *answer, *place; } bad[] = { { "web", "a folder of year 4" }, { "web", "co.uk" }, { "page", "pictures.example" }, { "page", "https://pictures.example/" } };
	int64_t id = case_of(&h);
	struct entry_may may = dsl_may(&h);
	struct act act = { 1, h.dsl, "a step" };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(diag_done) struct diag d = diag_init(20);
		struct entry_field v[] = { { STR("place"), str_z(bad[i].place) }, { STR("blocked"), STR("x") } };
		struct step_input in = { .step = STR("block"), .answer = str_z(bad[i].answer), .values = v, .n_values = 2 };
		CHECK_ERR(record_step(&h.k->desk, &act, &may, id, &in, &d), ERR_INVALID);
		CHECK(d.n == 1 && str_is(d.items[0].file, "place"));
	}
}
