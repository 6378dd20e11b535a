/* Devices by their hardware addresses, from the files of DHCP servers. */
#include "house/keeper/hardware.h"
#include "house/agreement/agreement_store.h"
#include "house/keeper/home.h"
#include "house/procedure/library.h"

static const char *leases(struct home *h, const char *text)
{
	const char *path = in_home(h, "leases.csv");
	CHECK_OK(file_replace(path, arena_fmt(&h->a, "address,hwaddr,expire,state\n%s", text), 0600));
	return path;
}

static struct home home_with(const char *more)
{
	clock_fake(INT64_C(1795340000) * 1000);                  /* a Sunday in November 2026 */
	struct home h = home_of();
	AUTO(buf_done) struct buf b = buf_init(4096);
	CHECK_OK(file_read(in_home(&h, "gatehouse.conf"), &b));
	buf_fmt(&b, "\n[hardware]\nleases = kea %s\n%s", leases(&h, ""), more);
	CHECK_OK(file_replace(in_home(&h, "gatehouse.conf"), buf_str(&b), 0600));
	keeper_again(&h);
	return h;
}

static int64_t device(struct home *h, const char *label, const char *mac, const char *profile)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, 0, "test" };
	int64_t id = 0;
	struct entry_field f[] = { { STR("label"), str_z(label) }, { STR("kind"), STR("tablet") }, { STR("profile"), str_z(profile) }, { STR("users"), STR("learners") },
		{ STR("place"), STR("Trolley") }, { STR("lock"), STR("yes") }, { STR("encrypted"), STR("yes") }, { STR("antivirus"), STR("built-in") }, { STR("hardware"), str_z(mac) } };
	CHECK_OK(entry_create(&h->k->store, &act, &(struct entry_in){ .reg = "device", .fields = f, .n_fields = ARRAY_N(f) }, &d, &id));
	return id;
}

static void look(struct home *h, const char *text, int64_t at_ms)
{
	(void)leases(h, text);
	keeper_hardware(h->k, at_ms);
}

TEST(hardware, a_lease_says_which_device_is_where_and_opens_nothing)
{
	AUTO(home_end) struct home h = home_with("");
	struct live_record r;
	(void)device(&h, "TAB-1", "3c:07:54:12:34:56", "ks2");
	look(&h, "192.0.2.7,3C-07-54-12-34-56,1795377600,0\n192.0.2.8,da:07:54:00:00:01,1795377600,0\n192.0.2.9,3c:07:54:99:99:99,1795377600,0\n2001:db8::7,3c:07:54:12:34:56,1795377600,0\n", 10000);
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 2);                 /* both families */
	CHECK(r.how == LIVE_HOW_LEASE && r.sure == HARDWARE_SURE && r.device == 1 && !r.person && r.standing == STANDING_UNKNOWN && str_is(r.group, "ks2"));
	struct hardware_counts n;
	CHECK_OK(hardware_counts_read(h.prefix, &n));
	CHECK(n.all == 4 && n.ours == 2 && n.made_up == 1 && n.strangers == 1);
	size_t changed = 0;
	CHECK_OK(keeper_refresh(h.k, 0, &changed));
	CHECK(changed == 0 && h.k->bindings.n == 2);
	look(&h, "192.0.2.7,3c:07:54:12:34:56,1795377600,0\n192.0.2.7,3c:07:54:12:34:56,1795377600,2\n", 20000);      /* given back */
	CHECK(in_log(&h, LIVE_UNBIND, &r) == 1 && r.addr[15] == 7);
}

TEST(hardware, what_is_surer_stays_and_comes_before)
{
	AUTO(home_end) struct home h = home_with("");
	struct live_record r;
	(void)device(&h, "TAB-1", "3c:07:54:12:34:56", "ks2");
	CHECK(ask(&h, h.child, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
	look(&h, "192.0.2.7,3c:07:54:12:34:56,1795377600,0\n", 10000);
	CHECK(in_log(&h, LIVE_BIND, &r) == 1 && r.how == LIVE_HOW_PORTAL);
	look(&h, "192.0.2.8,3c:07:54:12:34:56,1795377600,0\n", 20000);
	CHECK(in_log(&h, LIVE_BIND, &r) == 2 && r.how == LIVE_HOW_LEASE);
	CHECK(ask(&h, h.other_child, "bind", bind_of(&h, h.other_child, "192.0.2.8", 3600), NULL));
	look(&h, "192.0.2.8,3c:07:54:12:34:56,1795377601,0\n", 30000);
	CHECK(in_log(&h, LIVE_BIND, &r) == 3 && r.person == h.other_child);
}

TEST(hardware, a_staff_device_and_a_made_up_address_are_nobodys)
{
	AUTO(home_end) struct home h = home_with("");
	struct live_record r;
	(void)device(&h, "LAP-1", "3c:07:54:12:34:56", "staff");
	(void)device(&h, "TAB-2", "da:07:54:12:34:57", "ks2");
	look(&h, "192.0.2.7,3c:07:54:12:34:56,1795377600,0\n192.0.2.8,da:07:54:12:34:57,1795377600,0\n", 10000);
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 0);
}

/* An agreement for pupils, signed by this one: nothing is lent without. */
static void sign(struct home *h, int64_t person)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, person, "test" };
	struct agreement_data data;
	struct agreement_shown shown;
	struct person p;
	CHECK_OK(agreement_data_load(&h->a, test_source("data"), &h->k->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK_OK(agreement_activate(&h->k->store, &h->a, &act, &data.texts.v[i], &d));
	CHECK_OK(person_get(h->k->db, &h->a, 1, person, &p));
	CHECK_OK(agreement_show_of(&h->k->store, &h->a, 1, agreement_audience_of(h->k->db, &h->a, &p), STR("en"), &shown));
	CHECK_OK(agreement_sign(&h->k->store, &h->a, &act, &(struct sign_in){ .person = person, .digest = shown.digest }));
}

static void lend(struct home *h, int64_t id, int64_t person)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, 0, "test" };
	int64_t loan;
	struct entry_field f[] = { { STR("device"), arena_fmt(&h->a, "%lld", (long long)id) }, { STR("person"), arena_fmt(&h->a, "%lld", (long long)person) },
		{ STR("from"), STR("2026-11-20") }, { STR("off-site"), STR("no") }, { STR("purpose"), STR("homework") } };
	enum err e = entry_create(&h->k->store, &act, &(struct entry_in){ .reg = "device-loan", .state = "lent", .fields = f, .n_fields = ARRAY_N(f) }, &d, &loan);
	if (e != OK)
		fail_msg("%s: %.*s", err_text(e), (int)(d.n ? d.items[0].text.n : 0), d.n ? d.items[0].text.p : "");
}

TEST(hardware, where_the_school_says_so_a_lent_device_counts_as_its_pupil)
{
	AUTO(home_end) struct home h = home_with("people = yes\n");
	struct live_record r;
	int64_t id = device(&h, "TAB-1", "3c:07:54:12:34:56", "ks2");
	sign(&h, h.child);
	lend(&h, id, h.child);
	look(&h, "192.0.2.7,3c:07:54:12:34:56,1795377600,0\n", 10000);
	CHECK(in_log(&h, LIVE_BIND, &r) == 1 && r.person == h.child && r.sure == HARDWARE_SURE && r.standing == STANDING_CURRENT);
	CHECK_INT(audits(&h, "address.bound"), 1);
	look(&h, "192.0.2.7,3c:07:54:12:34:56,1795377600,0\n\n", 20000);
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 1);                 /* nothing new */
}

TEST(hardware, settings_that_do_not_fit_are_said)
{
	static const struct { const char *block, *says; } table[] = {
		{ "[hardware]\n", "needs \"leases\"" }, { "[hardware]\nleases = windows /x\n", "isc, kea or dnsmasq" }, { "[hardware]\nleases = kea leases.csv\n", "a whole path" },
	};
	for (size_t i = 0; i < ARRAY_N(table); i++) {
		AUTO(diag_done) struct diag d = diag_init(20);
		AUTO(buf_done) struct buf text = buf_init(4096);
		AUTO(settings_done) struct settings s = { 0 };
		struct hardware *out;
		CHECK_OK(settings_parse("/nowhere", STR("gatehouse.conf"), str_z(table[i].block), &d, &s));
		CHECK_ERR(hardware_new(&s, &d, &out), ERR_INVALID);
		diag_print(&d, &text);
		CHECK(str_find(buf_str(&text), str_z(table[i].says)) > 0);
	}
}
