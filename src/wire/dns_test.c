#include "base/test.h"
#include "wire/dns_ask.h"
#include "wire/dns_msg.h"
#include "wire/dns_svcb.h"

static struct dns_msg m, m2;
static uint8_t room[DNS_MSG_MAX];

static enum err read_at(struct str bytes, size_t at, struct dns_name *n) { return dns_name_read(bytes, &at, n); }

TEST(dns_name, pointer_must_go_backwards)             /* RFC 1035 4.1.4 */
{
	struct dns_name n;
	CHECK_ERR(read_at(HEX("c0 00"), 0, &n), ERR_SYNTAX);
	CHECK_ERR(read_at(HEX("01 61 c0 02"), 2, &n), ERR_SYNTAX);
	CHECK_ERR(read_at(HEX("01 61 c0 04 00"), 0, &n), ERR_SYNTAX);
	CHECK_ERR(read_at(HEX("c0 02 c0 00"), 2, &n), ERR_SYNTAX);      /* there and back */
	CHECK_OK(read_at(HEX("01 61 00 01 62 c0 00"), 3, &n));
	CHECK_INT(n.n, 5);
}

TEST(dns_name, folds_and_limits)
{
	struct dns_name n;
	char host[254];
	size_t len;
	CHECK_OK(read_at(HEX("03 57 57 57 02 45 78 00"), 0, &n));
	CHECK_OK(dns_name_host(&n, host, &len));
	CHECK_STR(((struct str){ host, len }), "www.ex");
	CHECK_ERR(read_at(HEX("40 61"), 0, &n), ERR_SYNTAX);            /* 01: reserved */
	CHECK_ERR(read_at(HEX("03 61 62"), 0, &n), ERR_SYNTAX);         /* cut */
	char text[300] = "";
	for (int i = 0; i < 127; i++)
		memcpy(text + 2 * i, "a.", 3);
	CHECK_OK(dns_name_of((struct str){ text, 253 }, &n));           /* 255 bytes, the most there is */
	CHECK_INT(n.n, 255);
	CHECK_ERR(dns_name_of(STR("a..b"), &n), ERR_SYNTAX);
	memcpy(text + 253, ".a", 3);
	CHECK_ERR(dns_name_of((struct str){ text, 255 }, &n), ERR_SYNTAX);
}

TEST(dns_name, dot_inside_a_label_is_no_host)
{
	struct dns_name n;
	char host[254];
	size_t len;
	CHECK_OK(read_at(HEX("05 61 2e 62 2e 63 00"), 0, &n));          /* one label "a.b.c" */
	CHECK_ERR(dns_name_host(&n, host, &len), ERR_SYNTAX);
}

TEST(dns_name, under_compares_whole_labels)
{
	struct dns_name zone, a, b;
	CHECK_OK(dns_name_of(STR("ple.test"), &zone));
	CHECK_OK(dns_name_of(STR("www.ple.test"), &a));
	CHECK_OK(dns_name_of(STR("exam.exple.test"), &b));
	CHECK(dns_name_under(&a, &zone) && dns_name_under(&zone, &zone) && !dns_name_under(&b, &zone));
}

#define QUESTION "03 77 77 77 07 65 78 61 6d 70 6c 65 04 74 65 73 74 00 00 01 00 01"

TEST(dns_ask, reads_edns_and_do)
{
	struct dns_ask a;
	CHECK_OK(dns_ask_read(HEX("12 34 01 00 00 01 00 00 00 00 00 01" QUESTION "00 00 29 10 00 00 00 80 00 00 04 00 0a 00 00"), &a));
	CHECK_INT(a.rcode, DNS_NOERROR);
	CHECK_STR(dns_ask_host(&a), "www.example.test");
	CHECK(a.edns && a.dnssec_ok && a.udp_bytes == 4096 && a.type == DNS_A && a.class_ == DNS_IN);
	CHECK_INT(a.question_end, 12 + 22);
}

TEST(dns_ask, says_what_is_wrong)
{
	static const struct { const char *hex; int want; } cases[] = {
		{ "12 34 29 00 00 01 00 00 00 00 00 00" QUESTION, DNS_NOTIMP },               /* UPDATE */
		{ "12 34 01 00 00 02 00 00 00 00 00 00" QUESTION QUESTION, DNS_FORMERR },     /* two questions */
		{ "12 34 01 00 00 00 00 00 00 00 00 00", DNS_FORMERR },
		{ "12 34 01 00 00 01 00 00 00 00 00 00 03 77", DNS_FORMERR },
		{ "12 34 01 00 00 01 00 00 00 00 00 01" QUESTION "00 00 29 10 00 00 01 00 00 00 00", DNS_BADVERS },
		{ "12 34 01 00 00 01 00 00 00 00 00 02" QUESTION "00 00 29 10 00 00 00 00 00 00 00 00 00 29 10 00 00 00 00 00 00 00", DNS_FORMERR },
		{ "12 34 01 00 00 01 00 00 00 00 00 01" QUESTION "01 61 00 00 29 10 00 00 00 00 00 00 00", DNS_FORMERR },
		{ "12 34 01 00 00 01 00 00 00 00 00 01" QUESTION "00 00 29 10 00 00 00 00 00 00 03 00 0a 00", DNS_FORMERR },
		{ "12 34 01 00 00 01 00 00 00 00 00 01" QUESTION, DNS_FORMERR },              /* promised, not there */
		{ "12 34 01 00 00 01 00 01 00 00 00 00" QUESTION, DNS_FORMERR },              /* a query with an answer in it */
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct dns_ask a;
		CHECK_OK(dns_ask_read(HEX(cases[i].hex), &a));
		CHECK_INT(a.rcode, cases[i].want);
	}
	struct dns_ask a;
	CHECK_ERR(dns_ask_read(HEX("12 34 81 80 00 01 00 00 00 00 00 00" QUESTION), &a), ERR_SYNTAX);   /* an answer */
	CHECK_ERR(dns_ask_read(HEX("12 34 01 00 00 01"), &a), ERR_SYNTAX);
}

TEST(dns_msg, expands_names_and_compresses_again)
{
	struct str bytes = HEX("12 34 81 80 00 01 00 02 00 01 00 00" QUESTION
		"c0 0c 00 05 00 01 00 00 00 3c 00 06 03 63 64 6e c0 10"             /* CNAME cdn.example.test */
		"c0 2e 00 01 00 01 00 00 00 3c 00 04 c0 00 02 01"
		"c0 10 00 06 00 01 00 00 00 3c 00 1d 02 6e 73 c0 10 01 68 c0 10 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 05");
	CHECK_OK(dns_msg_read(bytes, &m));
	CHECK_INT(m.n[0], 2);
	CHECK_INT(m.rr[0].data.n, 18);
	CHECK_INT(m.rr[2].data.n, 17 + 16 + 20);
	size_t n;
	CHECK_OK(dns_msg_print(&m, room, sizeof room, &n));
	CHECK_INT(n, bytes.n);
	CHECK(memcmp(room, bytes.p, n) == 0);
	CHECK_OK(dns_msg_read((struct str){ (char *)room, n }, &m2));
	CHECK(dns_msg_same(&m, &m2));
}

TEST(dns_msg, truncation_keeps_opt_and_sets_tc)
{
	struct dns_name name;
	CHECK_OK(dns_name_of(STR("many.test"), &name));
	dns_msg_begin(&m, 7, DNS_QR, &name, DNS_TXT);
	m.edns = true;
	m.udp_bytes = 1232;
	char text[200] = { (char)199 };
	for (int i = 0; i < 10; i++)
		CHECK_OK(dns_msg_add(&m, DNS_ANSWER, &name, DNS_TXT, 60, (struct str){ text, sizeof text }));
	size_t n;
	CHECK_OK(dns_msg_print(&m, room, 512, &n));
	CHECK(n <= 512);
	CHECK_OK(dns_msg_read((struct str){ (char *)room, n }, &m2));
	CHECK(m2.flags & DNS_TC && m2.edns && m2.n[0] == 2);
	CHECK_ERR(dns_msg_print(&m, room, 20, &n), ERR_LIMIT);
}

TEST(dns_msg, refuses_what_does_not_end)
{
	CHECK_ERR(dns_msg_read(HEX("12 34 81 80 00 01 00 01 00 00 00 00" QUESTION "c0 0c 00 01 00 01 00 00 00 3c 00 05 c0 00 02 01"), &m), ERR_SYNTAX);
	CHECK_ERR(dns_msg_read(HEX("12 34 81 80 00 01 00 00 00 00 00 00" QUESTION "00"), &m), ERR_SYNTAX);
	CHECK_ERR(dns_msg_read(HEX("12 34 81 80 00 01 00 01 00 00 00 00" QUESTION "c0 0c 00 05 00 01 00 00 00 3c 00 03 03 61 62"), &m), ERR_SYNTAX);
}

/* priority 1, target ".", mandatory=alpn,ech alpn=h2 ipv4hint=192.0.2.1 ech=0000 */
#define SERVICE "00 01 00 00 00 00 04 00 01 00 05 00 01 00 03 02 68 32 00 04 00 04 c0 00 02 01 00 05 00 02 00 00"

TEST(dns_svcb, ech_goes_also_out_of_mandatory)
{
	size_t n;
	bool cut;
	CHECK_OK(dns_svcb_scrub(HEX(SERVICE), DNS_SVCB_ECH, room, &n, &cut));
	CHECK(cut && str_eq((struct str){ (char *)room, n },
		HEX("00 01 00 00 00 00 02 00 01 00 01 00 03 02 68 32 00 04 00 04 c0 00 02 01")));
	CHECK_OK(dns_svcb_scrub(HEX("00 01 00 00 00 00 02 00 05 00 05 00 00"), DNS_SVCB_ECH, room, &n, &cut));
	CHECK(cut && str_eq((struct str){ (char *)room, n }, HEX("00 01 00")));
}

TEST(dns_svcb, hints_go_when_asked_and_order_is_checked)
{
	size_t n;
	bool cut;
	CHECK_OK(dns_svcb_scrub(HEX(SERVICE), DNS_SVCB_ECH | DNS_SVCB_HINTS, room, &n, &cut));
	CHECK(str_eq((struct str){ (char *)room, n }, HEX("00 01 00 00 00 00 02 00 01 00 01 00 03 02 68 32")));
	CHECK_ERR(dns_svcb_scrub(HEX("00 01 00 00 05 00 00 00 01 00 00"), 0, room, &n, &cut), ERR_SYNTAX);
	CHECK_ERR(dns_svcb_scrub(HEX("00 01 00 00 01 00 09 00"), 0, room, &n, &cut), ERR_SYNTAX);
	CHECK_ERR(dns_svcb_scrub(HEX("00"), 0, room, &n, &cut), ERR_SYNTAX);
}
