#include "gate/tell/tell.h"

#include <sodium.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/test.h"
#include "base/time.h"
#include "gate/page/site.h"
#include "gate/scene.h"
#include "gate/tell/form.h"

TEST(form, fields_are_decoded_and_cleaned)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str v;
	struct str body = STR("words=a+b%0D%0Ac%00%07d%C3%A9&not=&feel=sad&words=later");
	CHECK_OK(form_field(&a, body, "words", &v));
	CHECK_STR(v, "a b\ncd\xc3\xa9");
	CHECK_OK(form_field(&a, body, "not", &v));
	CHECK_STR(v, "");
	CHECK_OK(form_field(&a, body, "absent", &v));
	CHECK_STR(v, "");
	CHECK_ERR(form_field(&a, STR("words=%zz"), "words", &v), ERR_SYNTAX);
	CHECK_ERR(form_field(&a, STR("words=%4"), "words", &v), ERR_SYNTAX);
	CHECK_ERR(form_field(&a, STR("words=%ff%fe"), "words", &v), ERR_SYNTAX);
	CHECK_INT(form_characters(STR("a\xc3\xa9")), 2);
}

TEST(form, a_token_fits_its_address_press_and_hours_only)
{
	uint8_t key[32] = { 1 }, other[32] = { 2 };
	char ref[FORM_REF], ref2[FORM_REF], token[FORM_TOKEN];
	struct addr me, you;
	CHECK_OK(addr_read(STR("127.0.0.1"), &me));
	CHECK_OK(addr_read(STR("127.0.0.2"), &you));
	form_ref(ref);
	form_ref(ref2);
	int64_t now = 1000 * FORM_TOKEN_LIFE_S;
	form_token(key, me, str_z(ref), now, token);
	CHECK(form_token_fits(key, me, str_z(ref), str_z(token), now));
	CHECK(form_token_fits(key, me, str_z(ref), str_z(token), now + FORM_TOKEN_LIFE_S));
	CHECK(!form_token_fits(key, me, str_z(ref), str_z(token), now + 2 * FORM_TOKEN_LIFE_S));
	CHECK(!form_token_fits(key, you, str_z(ref), str_z(token), now));
	CHECK(!form_token_fits(key, me, str_z(ref2), str_z(token), now));
	CHECK(!form_token_fits(other, me, str_z(ref), str_z(token), now));
	CHECK(!form_token_fits(key, me, STR(""), str_z(token), now));
	CHECK(!form_token_fits(key, me, str_z(ref), STR(""), now));
}

TEST(tell, is_read_today_on_school_days_only)
{
	CHECK(tell_read_today(time_of((struct civil){ 2026, 11, 20, 10, 0, 0, 0 })));     /* a Friday */
	CHECK(!tell_read_today(time_of((struct civil){ 2026, 11, 20, 17, 0, 0, 0 })));
	CHECK(!tell_read_today(time_of((struct civil){ 2026, 11, 21, 10, 0, 0, 0 })));    /* a Saturday */
	CHECK(tell_read_today(time_of((struct civil){ 2026, 6, 19, 7, 45, 0, 0 })));      /* 8:45 in summer time */
}

/* One site with a spool of its own, and a form posted to it. */
struct stage { struct spool *spool; struct site *site; uint8_t pub[32], secret[32]; struct who who; };

static struct stage stage_new(void)
{
	struct stage s = { .who = { .school = 1, .group = GROUP_NONE } };
	crypto_box_keypair(s.pub, s.secret);
	spool_fault(0, 0);
	CHECK_OK(spool_open_with(test_dir(), "proxy-1", s.pub, &(struct spool_options){ .reserve_bytes = 64 * 1024 }, &s.spool));
	site_new(&(struct site_conf){ .gate_name = "gatehouse.home.arpa", .school = 1, .spool = s.spool, .key = { 9 } }, &s.site);
	return s;
}

static void stage_done(struct stage *s)
{
	site_free(&s->site);
	spool_close(&s->spool);
}

static uint64_t kept(const struct stage *s)
{
	struct spool_state st = spool_state(s->spool);
	return st.segment << 32 | st.record;
}

/* Fills in a good token unless there is one; gives the status, and whether the page holds this text. */
static int post(struct stage *s, const char *path, const char *fields, const char *origin, bool token, const char *text)
{
	uint8_t key[32] = { 9 };
	char ref[FORM_REF], t[FORM_TOKEN];
	struct addr from;
	CHECK_OK(addr_read(STR("127.0.0.1"), &from));
	form_ref(ref);
	form_token(key, from, str_z(ref), clock_utc(), t);
	AUTO(buf_done) struct buf body = buf_init(32768);
	buf_fmt(&body, "%s&ref=%s&token=%s", fields, ref, token ? t : "00000000000000000000000000000000");
	struct site_ask a = { .method = STR("POST"), .path = str_z(path), .host = STR("gatehouse.home.arpa"), .origin = str_z(origin),
		.body = buf_str(&body), .from = from, .who = &s->who, .now_utc = clock_utc() };
	struct site_reply r = site_reply_init();
	site_answer(s->site, &a, &r);
	if (text && str_find(buf_str(&r.body), str_z(text)) < 0)
		fail_msg("no \"%s\" in: %.*s", text, STRF(buf_str(&r.body)));
	int status = r.status;
	site_reply_done(&r);
	return status;
}

TEST(clause, c4_5_08_a_learners_press_is_acknowledged_when_it_is_on_the_disk)
{
	struct stage s = stage_new();
	uint64_t before = kept(&s);
	CHECK_INT(post(&s, "/tell", "words=Somebody+wrote+to+me&feel=scared&not=Mr+X", "http://gatehouse.home.arpa", true, "Thank you for telling"), 200);
	CHECK(kept(&s) > before);
	stage_done(&s);
}

TEST(tell, a_full_disk_is_said_plainly_with_the_words_kept)
{
	struct stage s = stage_new();
	spool_fault(ENOSPC, 0);
	int status = 200;
	for (int i = 0; i < 2000 && status == 200; i++)        /* the reserve takes the first ones */
		status = post(&s, "/tell", "words=please+%3Chelp%3E", "", true, NULL);
	CHECK_INT(status, 503);
	CHECK_INT(post(&s, "/tell", "words=please+%3Chelp%3E", "", true, "Nobody has read it"), 503);
	CHECK_INT(post(&s, "/tell", "words=please+%3Chelp%3E", "", true, "please &lt;help&gt;"), 503);
	spool_fault(0, 0);
	CHECK_OK(spool_tick(s.spool, clock_ms() + 60000));
	CHECK_INT(post(&s, "/tell", "words=again", "", true, "Thank you for telling"), 200);
	stage_done(&s);
}

TEST(tell, other_pages_cannot_press_the_button)
{
	struct stage s = stage_new();
	uint64_t before = kept(&s);
	CHECK_INT(post(&s, "/tell", "words=x", "http://evil.test", true, NULL), 403);
	CHECK_INT(post(&s, "/tell", "words=x", "null", true, NULL), 403);
	CHECK_INT(post(&s, "/tell", "words=x", "http://gatehouse.home.arpa.evil.test", true, NULL), 403);
	CHECK_INT(post(&s, "/ask", "words=x&site=a.test", "https://evil.test", true, NULL), 403);
	CHECK_INT(post(&s, "/teacher", "", "http://evil.test", true, NULL), 403);
	CHECK(kept(&s) == before);
	stage_done(&s);
}

TEST(tell, an_old_form_keeps_its_words_and_asks_once_more)
{
	struct stage s = stage_new();
	uint64_t before = kept(&s);
	CHECK_INT(post(&s, "/tell", "words=my+%22own%22+words&not=her", "http://gatehouse.home.arpa", false, "my &quot;own&quot; words"), 422);
	CHECK(kept(&s) == before);
	stage_done(&s);
}

TEST(tell, too_many_words_are_never_cut)
{
	struct stage s = stage_new();
	AUTO(buf_done) struct buf b = buf_init(16384);
	buf_z(&b, "words=");
	for (int i = 0; i < TELL_WORDS_MAX; i++)
		buf_byte(&b, 'x');
	CHECK_INT(post(&s, "/tell", b.p, "", true, "Thank you"), 200);
	buf_byte(&b, 'x');
	CHECK_INT(post(&s, "/tell", b.p, "", true, "too long"), 422);
	stage_done(&s);
}

TEST(tell, the_form_says_who_reads_it_before_anything_is_written)
{
	struct stage s = stage_new();
	struct site_ask a = { .method = STR("GET"), .path = STR("/tell"), .host = STR("gatehouse.home.arpa"), .who = &s.who };
	struct site_reply r = site_reply_init();
	a.now_utc = time_of((struct civil){ 2026, 11, 21, 10, 0, 0, 0 });
	site_answer(s.site, &a, &r);
	ptrdiff_t who = str_find(buf_str(&r.body), STR("will read what you write")), field = str_find(buf_str(&r.body), STR("<textarea"));
	CHECK(who > 0 && field > who);
	CHECK(str_find(buf_str(&r.body), STR("School is closed now")) > 0 && str_find(buf_str(&r.body), STR("0800 1111")) > 0);
	CHECK(str_find(buf_str(&r.body), STR("must not see this")) > 0);
	site_reply_done(&r);
	stage_done(&s);
}

TEST(ask, a_site_is_asked_for_by_its_address)
{
	struct stage s = stage_new();
	uint64_t before = kept(&s);
	CHECK_INT(post(&s, "/ask", "words=for+maths&site=not+an+address", "", true, "Please write the address"), 422);
	CHECK(kept(&s) == before);
	CHECK_INT(post(&s, "/ask", "words=for+maths&site=https%3A%2F%2Fwww.maths.test%2Fx", "", true, "You asked for a site"), 200);
	CHECK(kept(&s) > before);
	stage_done(&s);
}
