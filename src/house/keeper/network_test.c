/* Sign-ins to the school's wireless, as the gate tells of them. */
#include "event/event.h"
#include "house/keeper/home.h"
#include "house/keeper/network.h"

static int64_t with_account(struct home *h)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, 0, "test" };
	int64_t id;
	struct person_in in = { .kind = KIND_STAFF, .name = STR("Ms Fern Fablewood"), .username = STR("fern.fablewood"), .year = YEAR_NONE };
	CHECK_OK(person_add(h->k->db, &act, &in, &d, &id));
	CHECK_OK(role_give(h->k->db, &act, id, ROLE_TEACHER, 1, 0, &d));
	return id;
}

static void hears(struct home *h, const char *user, const char *what, uint8_t last)
{
	struct event e = { .kind = EVENT_NETWORK, .school = 1, .at_ms = clock_ms(), .text = str_z(user), .reason = str_z(what), .addr = { [10] = 255, [11] = 255, 192, 0, 2, last } };
	CHECK_OK(keeper_concern(h->k, &e, STR("test/1/1")));
}

TEST(network, an_account_is_bound_to_its_address_and_says_how_surely)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r;
	int64_t person = with_account(&h);
	hears(&h, "SCHOOL\\Fern.Fablewood", "start", 7);
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 1);
	CHECK(r.person == person && r.how == LIVE_HOW_NETWORK && r.sure == NETWORK_SURE && r.addr[15] == 7 && str_is(r.group, "staff"));
	CHECK_INT(audits(&h, "address.bound"), 1);
	hears(&h, "fern.fablewood@school.example", "start", 7);          /* an interim says nothing new */
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 1);
	hears(&h, "fern.fablewood", "stop", 7);
	CHECK(in_log(&h, LIVE_UNBIND, &r) == 1 && h.k->bindings.n == 0);
}

TEST(network, an_unknown_account_is_nobody_and_what_is_surer_stays)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r;
	(void)with_account(&h);
	hears(&h, "nobody.here", "start", 7);
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 0);
	CHECK(ask(&h, h.child, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
	hears(&h, "fern.fablewood", "start", 7);
	hears(&h, "fern.fablewood", "stop", 7);
	CHECK(in_log(&h, LIVE_BIND, &r) == 1 && in_log(&h, LIVE_UNBIND, &r) == 0 && h.k->bindings.v[0].person == h.child);
}

TEST(network, somebody_elses_end_ends_nothing_and_how_it_is_known_lasts)
{
	AUTO(home_end) struct home h = home_of();
	size_t changed = 0;
	int64_t person = with_account(&h);
	hears(&h, "fern.fablewood", "start", 7);
	hears(&h, "tansy", "stop", 7);
	CHECK(h.k->bindings.n == 1 && h.k->bindings.v[0].person == person);
	h.k->bindings.v[0].standing = STANDING_CURRENT;                  /* as if it had changed */
	CHECK_OK(keeper_refresh(h.k, person, &changed));
	CHECK(changed == 1 && h.k->bindings.v[0].how == LIVE_HOW_NETWORK);
	keeper_again(&h);
	CHECK(h.k->bindings.n == 1 && h.k->bindings.v[0].how == LIVE_HOW_NETWORK);
}
