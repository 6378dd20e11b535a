#include "wire/lease.h"

#include "base/test.h"

static size_t read_all(enum lease_kind kind, const char *text, struct lease out[8])
{
	struct lease_reader r = lease_reader_of(kind, str_z(text));
	size_t n = 0;
	while (n < 8 && lease_next(&r, &out[n]))
		n++;
	return n;
}

static const char *at(const struct lease *l)
{
	static char text[ADDR_TEXT_MAX + 1];
	text[addr_text(l->addr, text)] = 0;
	return text;
}

TEST(lease, iscs_blocks_say_who_until_when_and_what_was_given_back)
{
	struct lease l[8];
	size_t n = read_all(LEASE_ISC,
		"# The format of this file is documented in the dhcpd.leases(5) manual page.\n\nserver-duid \"\\000\\001\";\n\n"
		"lease 10.0.8.5 {\n  starts 0 2026/11/22 08:00:00;\n  ends 0 2026/11/22 20:00:00;\n  binding state active;\n  next binding state free;\n"
		"  hardware ethernet 3c:07:54:12:34:56;\n  uid \"\\001<\\007T\\0224V\";\n  client-hostname \"TAB-014\";\n}\n"
		"lease 10.0.8.6 {\n  ends never;\n  binding state active;\n  hardware ethernet 3C:07:54:12:34:57;\n}\n"
		"lease 10.0.8.5 {\n  ends epoch 1795000000; # Thu Nov 19\n  binding state free;\n  hardware ethernet 3c:07:54:12:34:56;\n}\n"
		"lease 10.0.8.7 {\n  ends 0 2026/11/22 20:00:00;\n  binding state active;\n}\nlease 10.0.8.8 {\n  binding state active;\n  hardware ethernet 3c:07", l);
	CHECK_INT(n, 3);
	CHECK(l[0].until_utc == 1795377600 && l[1].until_utc == INT64_MAX && l[2].until_utc == 0);
	CHECK_STR(str_z(at(&l[0])), "10.0.8.5");
	CHECK(l[0].mac[0] == 0x3c && l[1].mac[5] == 0x57);
}

TEST(lease, iscs_associations_of_ipv6_say_whose_they_are_by_their_duid)
{
	struct lease l[8];
	size_t n = read_all(LEASE_ISC,                    /* of real files: octal escapes, hexadecimal pairs, two addresses of one, a prefix, an owner without a hardware address */
		"authoring-byte-order little-endian;\nserver-duid \"\\000\\001\\000\\001-\\\\\\\"\\326RT\\000\\022\\064V\";\n\n"
		"ia-na \"\\001\\000\\000\\000\\000\\003\\000\\001<\\007T\\0224V\" {\n  cltt 0 2026/11/22 08:00:00;\n  iaaddr 2001:db8::100 {\n    binding state active;\n"
		"    preferred-life 375;\n    max-life 600;\n    ends 0 2026/11/22 20:00:00;\n  }\n  iaaddr 2001:db8::101 {\n    binding state expired;\n    ends 0 2026/11/22 20:00:00;\n  }\n}\n\n"
		"ia-na 01:00:00:00:00:01:00:01:2a:2b:2c:2d:3c:07:54:12:34:57 {\n  iaaddr 2001:db8::102 {\n    binding state active;\n    ends never;\n  }\n}\n"
		"ia-pd \"\\001\\000\\000\\000\\000\\003\\000\\001<\\007T\\0224V\" {\n  iaprefix 2001:db8:1::/56 {\n    binding state active;\n    ends never;\n  }\n}\n"
		"ia-na \"\\001\\000\\000\\000\\000\\004abcdefghijklmnop\" {\n  iaaddr 2001:db8::103 {\n    binding state active;\n    ends never;\n  }\n}\n"
		"ia-na \"torn\\00", l);
	CHECK_INT(n, 3);
	CHECK(l[0].until_utc == 1795377600 && l[1].until_utc == 0 && l[2].until_utc == INT64_MAX);
	CHECK(l[0].mac[0] == 0x3c && l[0].mac[5] == 0x56 && l[1].mac[5] == 0x56 && l[2].mac[5] == 0x57);
	CHECK_STR(str_z(at(&l[2])), "2001:db8::102");
}

TEST(lease, keas_columns_are_found_by_their_names)
{
	struct lease l[8];
	size_t n = read_all(LEASE_KEA, "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
		"10.0.8.5,3c:07:54:12:34:56,,43200,1795377600,1,0,0,tab-014,0,,0\n10.0.8.6,3c:07:54:12:34:57,,43200,1795377600,1,0,0,,2,,0\n10.0.8.7,,,1,1,1,0,0,,0,,0\ntorn,3c", l);
	CHECK(n == 2 && l[0].until_utc == 1795377600 && l[1].until_utc == 0);
	n = read_all(LEASE_KEA, "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state\n"
		"2001:db8::5,00:01:00:01:2a:2b:2c:2d:3c:07:54:12:34:56,43200,1795377600,1,21600,0,7,128,0,0,,,0\n", l);
	CHECK(n == 1 && l[0].mac[5] == 0x56 && !addr_is4(l[0].addr));
}

TEST(lease, dnsmasqs_lines_of_both_families)
{
	struct lease l[8];
	size_t n = read_all(LEASE_DNSMASQ, "1795377600 3c:07:54:12:34:56 10.0.8.5 tab-014 01:3c:07:54:12:34:56\n0 3c:07:54:12:34:57 10.0.8.6 * *\n"
		"duid 00:01:00:01:2a:2b:2c:2d:3c:07:54:00:00:01\n1795377600 5461043 2001:db8::5 tab-014 00:03:00:01:3c:07:54:12:34:56\n", l);
	CHECK(n == 3 && l[1].until_utc == INT64_MAX && l[2].mac[5] == 0x56);
	CHECK_STR(str_z(at(&l[2])), "2001:db8::5");
}

TEST(lease, a_hardware_address_is_one_devices_and_may_be_made_up)
{
	uint8_t m[6];
	CHECK_OK(mac_read(STR("3c-07-54-12-34-56"), m));
	CHECK(!mac_made_up(m));
	CHECK_OK(mac_read(STR("DA07541234aa"), m));
	CHECK(mac_made_up(m));
	static const char *const bad[] = { "", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "3c:07:54:12:34", "3c:07:54:12:34:5", "3c:07:54:12:34:56:78", "hello" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(mac_read(str_z(bad[i]), m) != OK);
}
