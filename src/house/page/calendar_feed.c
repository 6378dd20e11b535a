/* The calendar's secret address, and what it answers. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/throttle.h"
#include "house/duty/feed.h"
#include "house/page/duty.h"
#include "house/page/duty_desk.h"
#include "house/page/page_store.h"

static enum err subscribe_page(struct page_ctx *c, struct str address)
{
	struct store st = page_store(c);
	int64_t made = 0;
	TRY(feed_made(&st, c->school, c->session->person, &made));
	return page_show(c, calendar_feed, "Your own calendar", .address = address, .made = made ? time_date_words(c->arena, made) : STR_NONE);
}

enum err calendar_feed_show(struct page_ctx *c) { return duty_works_here(c) ? subscribe_page(c, STR_NONE) : ERR_FORBIDDEN; }

enum err calendar_feed_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "the address of the own calendar");
	char token[FEED_TOKEN_TEXT];
	if (!duty_works_here(c))
		return ERR_FORBIDDEN;
	if (page_ticked(c, "stop")) {
		TRY(feed_end(&st, &act, c->session->person));
		page_flash(c, FLASH_DONE, "Stopped. The address answers nobody any more.");
		return page_redirect(c, "/calendar/subscribe");
	}
	TRY(feed_make(&st, &act, c->session->person, token));
	struct str address = arena_fmt(c->arena, "%s/ical/%s.ics", c->web->public_url ? c->web->public_url : "", token);
	mem_wipe(token, sizeof token);
	return subscribe_page(c, address);
}

/* Whoever holds the address: a calendar program without a session. */
enum err ical_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct duty_desk k = duty_desk_of(c, &st);
	struct str token = page_param(c, "token");
	struct person p;
	char text[ADDR_TEXT_MAX];
	int64_t person;
	if (str_ends(token, STR(".ics")))
		token = str_upto(token, token.n - 4);
	struct str peer = { text, addr_text(c->req->peer, text) };
	TRY(feed_count(c->db, c->school, peer, throttle_own_network(c->req->peer)));
	TRY(feed_person(&st, c->school, token, &person));
	TRY(feed_count_of(c->db, c->school, person));
	TRY(person_get(c->db, c->arena, c->school, person, &p));
	bool works = p.kind == KIND_STAFF || p.kind == KIND_GOVERNOR || p.kind == KIND_VOLUNTEER || p.kind == KIND_SUPPLY || p.kind == KIND_CONTRACTOR;
	if (!works || (p.left_utc && p.left_utc <= clock_utc()))
		return ERR_ABSENT;
	c->reply.status = 200;
	c->reply.type = STR("text/calendar; charset=utf-8");
	return feed_write(&k, c->school, person, p.roles, str_z(c->web->public_url), clock_utc(), &c->reply.body);
}
