/* A certificate that was withdrawn: the gate hears of it at once, by the live log (house/devcert, policy/read/live.h). */
#include "house/devcert/devcert.h"
#include "house/keeper/home.h"
#include "policy/read/tokens.h"

static int64_t put(struct home *h, const char *reg, const struct entry_field *f, size_t n)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, h->tech, "test" };
	int64_t id = 0;
	CHECK_OK(entry_create(&h->k->store, &act, &(struct entry_in){ .reg = reg, .fields = f, .n_fields = n }, &d, &id));
	return id;
}

static int64_t device(struct home *h)
{
	const struct entry_field f[] = { { STR("label"), STR("TAB-014") }, { STR("kind"), STR("tablet") }, { STR("profile"), STR("ks2") }, { STR("users"), STR("both") },
		{ STR("place"), STR("Beech") }, { STR("antivirus"), STR("built-in") }, { STR("lock"), STR("yes") }, { STR("encrypted"), STR("yes") } };
	return put(h, "device", f, ARRAY_N(f));
}

static int64_t certificate(struct home *h, int64_t device, const char *print)
{
	const struct entry_field f[] = { { STR("name"), STR("device-k3vq7m") }, { STR("device"), arena_fmt(&h->a, "%lld", (long long)device) }, { STR("how"), STR("request") },
		{ STR("until"), STR("2099-01-01") }, { STR("print"), str_z(print) }, { STR("certificate"), STR("none") } };
	return put(h, "device-certificate", f, ARRAY_N(f));
}

TEST(withdrawn, the_gate_hears_of_it_at_once_and_only_of_what_was_withdrawn)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(diag_done) struct diag d = diag_init(5);
	static const uint8_t key[32] = { 5, 5 };
	struct live_record r;
	uint8_t digest[32];
	CHECK_OK(dir_make(in_home(&h, "keys"), 0700));
	CHECK_OK(file_replace(in_home(&h, "keys/token.key"), (struct str){ (const char *)key, 32 }, 0600));
	int64_t tab = device(&h), one = certificate(&h, tab, "aa01");
	(void)certificate(&h, tab, "aa02");
	struct act act = { 1, h.tech, "given up" };
	CHECK_OK(devcert_withdraw(&h.k->store, &act, tab, one, &d));
	CHECK_ERR(devcert_withdraw(&h.k->store, &act, tab, one, &d), ERR_STATE);
	CHECK(ask(&h, h.tech, "withdrawn", arena_fmt(&h.a, "\"device\":%lld", (long long)tab).p, NULL));
	CHECK_INT(in_log(&h, LIVE_WITHDRAW, &r), 1);
	token_digest(key, LIVE_HOW_CERT, STR("aa01"), digest);
	CHECK(memcmp(r.addr, digest, sizeof r.addr) == 0 && r.until_utc > r.at_utc);
	CHECK_INT(audits(&h, "certificate.told"), 1);
}
