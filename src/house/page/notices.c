/* What we expect of each other: rules, responsibilities, expectations, and who has read them. */
#include "house/page/notices.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/page/family_advice.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/reading.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"

struct board page_board(struct page_ctx *c)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct board b = { 0 };
	return c->web->library && board_load(c->arena, cli_data(), &c->web->library->profile, &d, &b) == OK ? b : (struct board){ 0 };
}

struct str page_audience(struct page_ctx *c)
{
	return c->person ? agreement_audience_of(c->db, c->arena, c->person) : STR("visitor");
}

static struct str hex_of(struct page_ctx *c, const struct board_notice *n) { return promises_hex(c, n->digest); }

struct part_notice_text page_notice_part(struct page_ctx *c, const struct board_notice *n)
{
	if (!n)
		return (struct part_notice_text){ 0 };
	return (struct part_notice_text){ .id = n->id, .title = n->title, .lead = n->lead, .lines = n->lines, .n_lines = n->n,
		.version = arena_str(c->arena, str_z(n->version)) };
}

/* ---- one's own ---- */

static enum err receipt_on(struct page_ctx *c, const struct board_notice *n, struct str *out)
{
	struct store st = page_store(c);
	struct receipt r;
	TRY(receipt_of(&st, c->arena, c->school, c->person->id, arena_z(c->arena, n->id), n->digest, &r));
	*out = r.at_utc ? time_words(c->arena, r.at_utc) : STR_NONE;
	return OK;
}

enum err rules_show(struct page_ctx *c)
{
	struct board b = page_board(c);
	struct str audience = page_audience(c);
	struct view_rules_notices *rows = arena_array(c->arena, struct view_rules_notices, b.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < b.n; i++) {
		if (!board_for(&b.v[i], audience, c->roles))
			continue;
		struct str read = STR_NONE;
		TRY(receipt_on(c, &b.v[i], &read));
		rows[n++] = (struct view_rules_notices){ .text = page_notice_part(c, &b.v[i]), .id = b.v[i].id, .digest = hex_of(c, &b.v[i]),
			.asks = b.v[i].receipt && !read.n, .read = read };
	}
	return page_show(c, rules, "What we expect of each other", .notices = rows, .n_notices = n);
}

enum err rules_do(struct page_ctx *c)
{
	struct board b = page_board(c);
	const struct board_notice *n = board_find(&b, page_field(c, "notice"));
	struct store st = page_store(c);
	struct act act = page_act(c, "read a notice");
	if (!n || !n->receipt || !board_for(n, page_audience(c), c->roles))
		return ERR_ABSENT;
	if (!str_eq(page_field(c, "digest"), hex_of(c, n))) {
		page_flash(c, FLASH_WARNING, "The words have changed since you opened the page. Please read the new ones.");
		return page_redirect(c, "/rules");
	}
	TRY(receipt_put(&st, c->arena, &act, arena_z(c->arena, n->id), n->digest, arena_fmt(c->arena, "%.*s, %s", STRF(n->title), n->version), STR_NONE));
	page_flash(c, FLASH_DONE, "Thank you. It is kept that you have read this.");
	return page_redirect(c, "%.*s", STRF(page_next(c, page_field(c, "next"), "/rules")));
}

/* ---- on the home page ---- */

/* Part of everybody's induction: how to speak up (10-09). */
static enum err whistle_waits(struct page_ctx *c, struct part_duties_waits *waits, size_t *n)
{
	struct board b = page_board(c);
	const struct board_notice *w = board_of(&b, "whistleblowing", page_audience(c), c->roles);
	struct str read = STR_NONE;
	if (!w)
		return OK;
	TRY(receipt_on(c, w, &read));
	if (!read.n)
		waits[(*n)++] = (struct part_duties_waits){ STR("/whistleblowing"), page_text(TEXT_voice_whistle_waits) };
	return OK;
}

/* One notice of a kind on a page of its own, to be read and pressed. */
static enum err voice_page(struct page_ctx *c, const char *kind, const char *title, const char *path)
{
	struct board b = page_board(c);
	const struct board_notice *n = board_of(&b, kind, page_audience(c), c->roles);
	struct str read = STR_NONE;
	if (!n)
		return ERR_ABSENT;
	if (c->person)
		TRY(receipt_on(c, n, &read));
	return page_show(c, voice, title, .title = str_z(title), .text = page_notice_part(c, n), .id = n->id, .digest = hex_of(c, n), .next = str_z(path),
		.asks = c->person && n->receipt && !read.n, .read = read);
}

enum err complaints_show(struct page_ctx *c) { return voice_page(c, "complaints", "How to complain", "/complaints"); }
enum err whistleblowing_show(struct page_ctx *c) { return voice_page(c, "whistleblowing", "Whistleblowing", "/whistleblowing"); }

/* An agreement to sign (children have a button of their own), and what staff have to read. */
static enum err waits_of(struct page_ctx *c, struct part_duties *out)
{
	struct part_duties_waits *waits = arena_array(c->arena, struct part_duties_waits, 6);
	struct store st = page_store(c);
	struct agreement_state s;
	TRY(agreement_state_of(&st, c->arena, c->person, clock_utc(), &s));
	if (!out->child && s.in_force && (s.standing == STANDING_UNSIGNED || s.standing == STANDING_GRACE))
		waits[out->n_waits++] = (struct part_duties_waits){ STR("/agreement"), page_text(TEXT_rules_agreement_waits) };
	TRY(page_reading_waits(c, waits, &out->n_waits));
	if (!out->child)
		TRY(whistle_waits(c, waits, &out->n_waits));
	out->waits = waits;
	return OK;
}

enum err page_duties(struct page_ctx *c, struct part_duties *out, struct part_notice_text *mine_out)
{
	struct board b = page_board(c);
	struct str audience = page_audience(c), read = STR_NONE;
	const struct board_notice *watch = board_of(&b, "monitoring", audience, c->roles), *mine = board_of(&b, "responsibilities", audience, c->roles);
	*out = (struct part_duties){ .child = c->person->kind == KIND_LEARNER };
	if (watch)
		TRY(receipt_on(c, watch, &read));
	if (watch && !read.n) {
		out->monitoring = page_notice_part(c, watch);
		out->digest = hex_of(c, watch);
		out->id = watch->id;
		out->next = out->child ? STR("/welcome") : STR("/home");
		out->asks = true;
	}
	TRY(waits_of(c, out));
	*mine_out = (struct part_notice_text){ 0 };
	if (mine && !mine->receipt)           /* staff have a page for theirs, and press that they read it */
		*mine_out = page_notice_part(c, mine);
	if (out->child)                       /* a number says nothing to a child */
		out->monitoring.version = mine_out->version = STR_NONE;
	return OK;
}

struct part_notice_text page_confidence(struct page_ctx *c)
{
	struct board b = page_board(c);
	return page_notice_part(c, board_of(&b, "confidentiality", page_audience(c), c->roles));
}

/* ---- for everybody to read and to print ---- */

enum err device_rules_show(struct page_ctx *c)
{
	static const char *const ids[] = { "devices-learner", "devices-staff", "devices-visitor" };
	struct board b = page_board(c);
	struct part_notice_text *rows = arena_array(c->arena, struct part_notice_text, ARRAY_N(ids));
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_N(ids); i++)
		if (board_find(&b, str_z(ids[i])))
			rows[n++] = page_notice_part(c, board_find(&b, str_z(ids[i])));
	return page_show(c, device_rules, "Phones and devices", .rules = rows, .n_rules = n);
}

/* What a family is given: the device rules, what we ask of families, the agreement. */
enum err parent_pack_show(struct page_ctx *c)
{
	struct board b = page_board(c);
	struct store st = page_store(c);
	struct agreement_active g = { 0 };
	struct part_notice_text *rows = arena_array(c->arena, struct part_notice_text, b.n + 1);
	size_t n = 0;
	enum err e = agreement_in_force(&st, c->arena, c->school, STR("parent"), &g);
	if (e != OK && e != ERR_ABSENT)
		return e;
	for (size_t i = 0; i < b.n; i++)
		if (board_for(&b.v[i], STR("parent"), 0) || str_is(b.v[i].id, "devices-learner"))
			rows[n++] = page_notice_part(c, &b.v[i]);
	struct part_promises promises = promises_part(c, &g.text, NULL, 0, 0);
	promises.read = STR_NONE;
	struct part_family_advice advice;
	TRY(page_family_advice(c, &advice));
	return page_show(c, parent_pack, "For families", .advice = advice, .notices = rows, .n_notices = n, .title = g.text.title, .promises = promises, .version = g.text.version);
}
