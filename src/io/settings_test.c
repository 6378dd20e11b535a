#include "io/settings.h"

#include "base/test.h"
#include "io/file.h"

static enum err parse(const char *text, struct diag *d, struct settings *s)
{
	return settings_parse("/p", STR("gatehouse.conf"), str_z(text), d, s);
}

TEST(settings, an_absent_file_gives_the_defaults)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	AUTO(settings_done) struct settings s = { 0 };
	CHECK_OK(settings_load(test_dir(), &d, &s));
	CHECK_INT(d.n, 0);
	CHECK_STR(str_z(s.gate_name), "gatehouse.home.arpa");
	CHECK(s.dns_listens == 1 && sock_addr_port(&s.dns_listen[0]) == 53);
	CHECK(s.block_ttl == 5 && s.keep_visits_days == 90 && s.school == 1 && s.spool_quota_bytes == 256u << 20);
	CHECK(s.sandbox == SANDBOX_REQUIRED && !s.has_block4 && !s.mail_server && s.tls_proxy_listens == 0);
	CHECK_STR(str_z(s.profile), "junior");
	CHECK(str_starts(str_z(s.database), STR("sqlite:/")) && str_ends(str_z(s.database), STR("/house/house.db")));
}

TEST(settings, what_the_file_says_wins)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	AUTO(settings_done) struct settings s = { 0 };
	CHECK_OK(parse("[gate]\ndns_listen = 127.0.0.1:5301 [::1]:5302\ndns_listen = 127.0.0.2\nblock_address4 = 192.0.2.9\n"
	               "sandbox = best\nspool_quota_bytes = 2G\nupstream = 127.0.0.1:5353\ndns_workers = 2\n"
	               "[house]\ndatabase = postgres:dbname=x\nportal_socket = /run/p.sock\n"
	               "[school]\nname = Sandcastle Junior\nprofile = primary\nanything = kept for others\n[list ut1]\nurl = x\n", &d, &s));
	CHECK(s.dns_listens == 3 && sock_addr_port(&s.dns_listen[0]) == 5301 && sock_addr_port(&s.dns_listen[2]) == 53);
	CHECK(s.has_block4 && s.block_address4[12] == 192 && s.sandbox == SANDBOX_BEST && s.spool_quota_bytes == 2ull << 30);
	CHECK_STR(str_z(s.database), "postgres:dbname=x");
	CHECK_STR(str_z(s.portal_socket), "/run/p.sock");
	CHECK_STR(str_z(s.school_name), "Sandcastle Junior");
	CHECK_STR(str_z(settings_path(&s, "run/signer.sock")), "/p/run/signer.sock");
	CHECK(conf_find(&s.conf, "list", STR("ut1")) != NULL);
}

static const char *const bad[] = {
	"[gate]\nblock_ttl = 6\n", "[gate]\nblock_ttl = many\n", "[gate]\ndns_listen = nowhere\n", "[gate]\ndns_listen = /a/socket\n",
	"[gate]\nblock_address4 = ::1\n", "[gate]\nblock_address6 = 1.2.3.4\n", "[gate]\nblock_address4 = 1.2.3.4:5\n",
	"[gate]\nsandbox = maybe\n", "[gate]\nspool_quota_bytes = 5\n", "[gate]\nspool_quota_bytes = 99999999999G\n",
	"[gate]\nspool_quota_bytes = \n", "[gate]\nno_such_key = 1\n", "[gate]\ngate_name = a\ngate_name = b\n", "[gate]\nupstream = \n",
	"[gate]\ntls_proxy_listen = 127.0.0.1:1\n", "[house]\ndatabase = mysql:x\n", "[house]\nmail_server = smtp://x\n",
	"[school]\nprofile = other\n", "[gate\n",
	"[gate]\ndns_listen = 1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4 1.1.1.5 1.1.1.6 1.1.1.7 1.1.1.8 1.1.1.9\n",
};

TEST(settings, each_mistake_is_found_with_its_line)
{
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(diag_done) struct diag d = diag_init(20);
		struct settings s;
		CHECK(parse(bad[i], &d, &s) != OK);
		CHECK(d.errors >= 1 && d.n >= 1);
	}
	AUTO(diag_done) struct diag d = diag_init(20);
	struct settings s;
	CHECK_ERR(parse("[gate]\n\nblock_ttl = 60\nsandbox = x\n", &d, &s), ERR_INVALID);
	CHECK(d.errors == 2 && d.items[0].line + d.items[1].line == 7);
}

TEST(settings, the_manual_says_what_the_table_says)
{
	AUTO(buf_done) struct buf made = buf_init(1 << 16), doc = buf_init(1 << 16);
	settings_manual(&made);
	CHECK_OK(file_read(test_source("docs/settings.md"), &doc));
	if (str_find(buf_str(&doc), buf_str(&made)) < 0)
		print_error("docs/settings.md should hold:\n%.*s\n", STRF(buf_str(&made)));
	CHECK(str_find(buf_str(&doc), buf_str(&made)) >= 0);
}
