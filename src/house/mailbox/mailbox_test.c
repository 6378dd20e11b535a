#include "base/buf.h"
#include "base/test.h"
#include "house/mailbox/bounce.h"
#include "house/mailbox/imap.h"
#include "house/mailbox/letter.h"
#include "house/mailbox/structure.h"
#include "house/mailbox/text.h"

#define IN_ARENA AUTO(arena_done) struct arena a = arena_init()

TEST(imap, a_response_is_whole_with_its_literals)
{
	size_t n;
	struct str two = STR("* 1 FETCH (BODY[1] {5}\r\na\r\nb\r)\r\nG1 OK done\r\n");
	size_t first = (size_t)str_find(two, STR("G1 OK"));
	for (size_t i = 0; i < first; i++) {
		CHECK_OK(imap_whole(str_upto(two, i), 1000, &n));
		CHECK_INT(n, 0);
	}
	CHECK_OK(imap_whole(two, 1000, &n));
	CHECK(str_is(str_from(two, n), "G1 OK done\r\n"));
	CHECK_ERR(imap_whole(STR("* X {999999}\r\n"), 1000, &n), ERR_LIMIT);
	CHECK_ERR(imap_whole(STR("aaaaaaaaaaaaaaaaaaaaa"), 10, &n), ERR_LIMIT);
}

TEST(imap, a_fetch_is_read_with_quotes_lists_and_literals)
{
	IN_ARENA;
	struct imap_reply r;
	int64_t uid;
	CHECK_OK(imap_read(&a, STR("* 7 FETCH (UID 12 FLAGS (\\Seen $X) X \"a\\\"b\" BODY[HEADER.FIELDS (FROM)]<0> {4}\r\nabcd)\r\n"), &r));
	CHECK(r.kind == IMAP_FETCH);
	CHECK_OK(imap_number(imap_item(&r, "UID"), &uid));
	CHECK_INT(uid, 12);
	CHECK(str_is(imap_item(&r, "X")->text, "a\"b") && str_is(imap_item(&r, "BODY[")->text, "abcd"));
	CHECK_OK(imap_read(&a, STR("* OK [UIDVALIDITY 5] fine\r\n"), &r));
	CHECK(r.kind == IMAP_OK && str_is(r.code, "UIDVALIDITY 5") && str_is(r.text, "fine"));
	CHECK_ERR(imap_read(&a, STR("* 7 FETCH (UID 12\r\n"), &r), ERR_SYNTAX);
	struct buf b = buf_init(1000);
	buf_z(&b, "* 1 FETCH ");
	for (int i = 0; i < 100; i++)
		buf_byte(&b, '(');
	buf_z(&b, "\r\n");
	CHECK_ERR(imap_read(&a, buf_str(&b), &r), ERR_LIMIT);
	buf_done(&b);
}

static size_t parts_of(struct arena *a, const char *structure, struct mail_part *parts)
{
	struct imap_reply r;
	size_t n = 0;
	CHECK_OK(imap_read(a, arena_fmt(a, "* 1 FETCH (BODYSTRUCTURE %s)\r\n", structure), &r));
	CHECK_OK(mail_structure(imap_item(&r, "BODYSTRUCTURE"), parts, &n));
	return n;
}

TEST(mailbox, of_a_letter_with_a_picture_only_the_words_are_chosen)
{
	IN_ARENA;
	struct mail_part p[MAIL_PARTS_MAX];
	size_t n = parts_of(&a, "(((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 120 4 NIL NIL NIL NIL)(\"text\" \"html\" (\"charset\" "
		"\"utf-8\") NIL NIL \"base64\" 300 4 NIL NIL NIL NIL) \"alternative\" NIL NIL NIL)(\"image\" \"jpeg\" (\"name\" \"a.jpg\") NIL NIL \"base64\" "
		"90000 NIL (\"attachment\" (\"filename\" \"a.jpg\")) NIL NIL) \"mixed\" NIL NIL NIL)", p);
	CHECK_INT(n, 3);
	const struct mail_part *w = mail_words_part(p, n);
	CHECK(w && strcmp(w->section, "1.1") == 0 && str_is(w->charset, "utf-8") && w->octets == 120);
	CHECK(p[2].attached && strcmp(p[2].section, "2") == 0);
	n = parts_of(&a, "(\"text\" \"plain\" (\"name\" \"diary.txt\") NIL NIL \"7bit\" 9 1 NIL (\"attachment\" NIL) NIL NIL)", p);
	CHECK(n == 1 && !mail_words_part(p, n));                 /* a text that is an attachment is one */
}

TEST(mailbox, heads_are_read_with_encoded_words_and_folding)
{
	IN_ARENA;
	struct letter_head h;
	letter_head_read(&a, STR("From: =?utf-8?Q?Tansy_T=C3=A9sterley?= <tansy@school.example>\r\nSubject: =?iso-8859-1?B?Y2Fm6Q==?=\r\n"
		" =?utf-8?q?_and_more?=\r\nMessage-ID: <a@b>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\nFrom: not@this.one\r\n"), &h);
	CHECK_STR(h.from_name, "Tansy Tésterley");
	CHECK_STR(h.from_mail, "tansy@school.example");
	CHECK_STR(h.subject, "café and more");
	CHECK_STR(h.message_id, "<a@b>");
	CHECK(!h.automatic);
	letter_head_read(&a, STR("From: \"x\" <a@b>, <c@d\r\nSubject: =?utf-8?B?////?= =?bad?x?y?=\r\n"), &h);
	CHECK(str_is(h.from_mail, "c@d") || !h.from_mail.n);
	CHECK(str_utf8(h.subject));
}

TEST(mailbox, letters_of_programs_are_known_by_their_heads)
{
	static const struct { const char *head; bool automatic; } all[] = {
		{ "From: a@b.example\r\n", false }, { "From: a@b.example\r\nAuto-Submitted: no\r\n", false },
		{ "From: a@b.example\r\nAuto-Submitted: auto-replied\r\n", true }, { "From: a@b.example\r\nPrecedence: bulk\r\n", true },
		{ "From: a@b.example\r\nList-Id: <x>\r\n", true }, { "From: MAILER-DAEMON@b.example\r\n", true }, { "From: no-reply@b.example\r\n", true },
		{ "Return-Path: <>\r\nFrom: a@b.example\r\n", true }, { "From: owner-list@b.example\r\n", true },
		{ "From: a@b.example\r\nX-Auto-Response-Suppress: All\r\n", true },
	};
	IN_ARENA;
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct letter_head h;
		letter_head_read(&a, str_z(all[i].head), &h);
		CHECK_INT(h.automatic, all[i].automatic);
	}
}

static struct str part(struct arena *a, const char *bytes, const char *encoding, const char *charset, bool html)
{
	struct text_how how = { str_z(encoding), str_z(charset), html, 200 };
	return text_of_part(a, str_z(bytes), &how);
}

TEST(mailbox, words_come_out_readable_whatever_they_were_written_in)
{
	IN_ARENA;
	CHECK_STR(part(&a, "caf=E9 =\r\nand tea=20\r\n", "quoted-printable", "iso-8859-1", false), "café and tea");
	CHECK_STR(part(&a, "Y2Fmw6k=", "base64", "utf-8", false), "café");
	CHECK_STR(part(&a, "\xef\xf0\xe8\xe2\xe5\xf2", "8bit", "windows-1251", false), "привет");
	CHECK_STR(part(&a, "caf\xc3\xa9", "8bit", "us-ascii", false), "café");                       /* says ASCII, writes UTF-8 */
	CHECK_STR(part(&a, "caf\xe9!", "8bit", "utf-8", false), "caf\xef\xbf\xbd!");
	CHECK_STR(part(&a, "a\r\n\r\n\r\n\r\nb\x1b[31m\x07", "7bit", "no-such-set", false), "a\n\nb[31m");
	CHECK_STR(part(&a, "x \xe2\x80\xae evil \xe2\x80\xac y", "8bit", "utf-8", false), "x  evil  y");    /* no turning of the direction */
}

TEST(mailbox, html_becomes_words_without_scripts_styles_or_addresses_of_links)
{
	IN_ARENA;
	CHECK_STR(part(&a, "<html><head><title>t</title><style>p{}</style></head><body><p>Hello &amp; <b>help</b></p><script>alert('<p>')</script>"
		"<p>me <a href=\"http://bad.example/\">here</a>&#8217;s&nbsp;it</p><!-- hidden --></body>", "7bit", "utf-8", true), "Hello & help\n\nme here’s it");
	CHECK_STR(part(&a, "1 < 2 &unknown; &#0; <img src=x onerror='>'>end <unclosed", "7bit", "utf-8", true), "1 < 2 &unknown; &#0; end");
	CHECK_STR(part(&a, "<p>seen<script>never closed", "7bit", "utf-8", true), "seen");
}

TEST(mailbox, a_bounce_names_whose_address_failed_for_good)
{
	IN_ARENA;
	struct bounce b[BOUNCE_MAX];
	size_t n;
	CHECK_OK(bounce_read(&a, STR("Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; gone@school.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
		"Original-Recipient: rfc822;<full@school.example>\r\nFinal-Recipient: rfc822; x@elsewhere.example\r\nAction: delayed\r\nStatus: 4.2.2 (full)\r\n"), b, &n));
	CHECK(n == 2 && str_is(b[0].mail, "gone@school.example") && b[0].for_good);
	CHECK(str_is(b[1].mail, "full@school.example") && !b[1].for_good);
	CHECK_ERR(bounce_read(&a, STR("Reporting-MTA: dns; mail.example\r\n\r\n"), b, &n), ERR_SYNTAX);
	CHECK_ERR(bounce_read(&a, STR("Final-Recipient: rfc822; a b@c\r\nAction: failed\r\nStatus: 5.1.1\r\n"), b, &n), ERR_SYNTAX);
	CHECK_ERR(bounce_read(&a, STR("Final-Recipient: rfc822; a@c\r\nAction: failed\r\nStatus: broken\r\n"), b, &n), ERR_SYNTAX);
}
