/* A visitor's own device, on the guest network: the code of the pass lets it on until the visit ends. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/throttle.h"
#include "house/page/routes.h"
#include "house/visitor/visitor.h"
#include "house/web/directive.h"

static enum err guest_page(struct page_ctx *c, struct str until)
{
	return page_show(c, guest, "Guest network", .errors = page_errors(c), .code = page_field(c, "code"), .code_error = page_wrong_text(c, "code"), .until = until);
}

enum err guest_show(struct page_ctx *c) { return guest_page(c, STR_NONE); }

/* Codes are few signs: nobody tries many of them from one device. */
static enum err take_turn(struct page_ctx *c, struct turn *out, int *wait_s)
{
	char address[ADDR_TEXT_MAX];
	size_t n = addr_text(c->req->peer, address);
	return throttle_take(c->db, c->arena, c->web->account, c->school, "guest ", arena_str(c->arena, (struct str){ address, n }),
	                     &(struct place){ .peer = c->req->peer }, out, wait_s);
}

static enum err use(struct page_ctx *c, struct str code, int64_t *person, int64_t *until)
{
	struct turn turn;
	int wait_s = 0;
	TRY(take_turn(c, &turn, &wait_s));
	TRY(visit_code_use(c->db, c->school, code, person, until));
	return throttle_right(c->db, &turn);
}

enum { BIND_MOST_S = 12 * 3600 - 60 };          /* the keeper binds for half a day at most; a longer visit types its code again */

/* The keeper hears of it from the visitor: a code is theirs as a password is. */
static enum err bind(const struct page_ctx *c, int64_t person, int64_t until)
{
	struct session theirs = { .person = person };
	struct page_ctx as = *c;
	int64_t most = clock_utc() + BIND_MOST_S;
	as.session = &theirs;
	return directive_bind(&as, &(struct directive_bind){ .addr = c->req->peer, .person = person, .group = "guests",
		.standing = page_standing(c, person), .until_utc = until < most ? until : most });
}

enum err guest_do(struct page_ctx *c)
{
	int64_t person = 0, until = 0;
	struct str code = page_need(c, "code", 40, "Type the code from your pass.");
	if (page_is_wrong(c))
		return guest_page(c, STR_NONE);
	enum err e = use(c, code, &person, &until);
	if (e == ERR_BUSY)
		page_wrong(c, "code", "Too many codes were tried from here. Wait five minutes, or ask at the office.");
	else if (e == ERR_SIGNIN)
		page_wrong(c, "code", "This code does not open the network. Look again, or ask at the office for a new one.");
	if (page_is_wrong(c))
		return guest_page(c, STR_NONE);
	TRY(e);
	e = bind(c, person, until);
	if (e != OK) {
		log_line(LOG_WARN, "portal: the gate was not told of a guest: %s", err_text(e));
		page_wrong(c, "code", "Your code is right, but the network does not answer just now. Try again in a minute.");
		return guest_page(c, STR_NONE);
	}
	return guest_page(c, time_clock_words(c->arena, until));
}
