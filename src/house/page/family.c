/* What one adult of a family sees and answers: by their own link, or signed in.  Never another's child. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/family/answer.h"
#include "house/family/channels.h"
#include "house/family/link.h"
#include "house/page/family.h"
#include "house/page/family_advice.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"
#include "house/voice/survey.h"

#define FAMILY_COOKIE "__Host-family"

/* ---- who asks ---- */

enum err family_who(struct page_ctx *c, struct family_who *out)
{
	int64_t until = 0;
	struct str cookie = form_get(&c->req->cookies, FAMILY_COOKIE);
	enum err e = cookie.n ? link_adult(c->db, c->school, cookie, &out->adult, &until) : ERR_SIGNIN;
	out->by_link = e == OK;
	if (e == ERR_SIGNIN && c->person && c->person->kind != KIND_LEARNER) {
		out->adult = c->person->id;
		e = OK;
	}
	TRY(e);
	TRY(family_sees(c->db, c->arena, c->school, out->adult, &out->children, &out->n));
	return out->n ? OK : ERR_SIGNIN;
}

static enum err stand_outside(struct page_ctx *c, const char *state)
{
	c->reply.status = 403;
	return page_show(c, family_open, "Your link from school", .state = str_z(state), .action = STR("#"));
}

/* Answers for those who have no link open; true: answered, with *e. */
static bool outside(struct page_ctx *c, struct family_who *w, enum err *e)
{
	*e = family_who(c, w);
	if (*e == ERR_SIGNIN)
		*e = stand_outside(c, "none");
	else if (*e == OK)
		return false;
	return true;
}

static struct act act_of(const struct page_ctx *c, const struct family_who *w, const char *why)
{
	return (struct act){ c->school, w->adult, why };
}

static void cookie_set(struct page_ctx *c, const char *value, int seconds)
{
	if (c->reply.n_cookies < WEB_COOKIES_MAX)
		c->reply.set_cookie[c->reply.n_cookies++] =
			arena_fmt(c->arena, FAMILY_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d", value, seconds);
}

/* ---- the link ---- */

static const char *word_of(enum link_state s)
{
	static const char *const words[] = { [LINK_GOOD] = "good", [LINK_UNKNOWN] = "unknown", [LINK_USED] = "used", [LINK_OVER] = "over", [LINK_ENDED] = "ended" };
	return words[s];
}

static enum err open_page(struct page_ctx *c, enum link_state s)
{
	if (s != LINK_GOOD)
		return stand_outside(c, word_of(s));
	return page_show(c, family_open, "Your link from school", .state = STR("good"),
		.action = arena_fmt(c->arena, "/family/open/%.*s", STRF(page_param(c, "token"))));
}

enum err family_open_show(struct page_ctx *c)
{
	enum link_state s;
	TRY(link_look(c->db, c->school, page_param(c, "token"), &s));
	return open_page(c, s);
}

enum err family_open_do(struct page_ctx *c)
{
	enum link_state s;
	int64_t adult = 0;
	char cookie[LINK_TOKEN_TEXT];
	TRY(link_open(c->db, c->school, page_param(c, "token"), cookie, &s, &adult));
	if (s != LINK_GOOD)
		return open_page(c, s);
	cookie_set(c, cookie, LINK_OPEN_S);
	mem_wipe(cookie, sizeof cookie);
	return page_redirect(c, "/family");
}

enum err family_close_do(struct page_ctx *c)
{
	enum err e = link_close(c->db, c->school, form_get(&c->req->cookies, FAMILY_COOKIE));
	if (e != OK && e != ERR_SIGNIN)
		return e;
	cookie_set(c, "", 0);
	return page_show(c, family_open, "Thank you", .state = STR("finished"), .action = STR("#"));
}

static enum err ask_page(struct page_ctx *c, bool done)
{
	return page_show(c, family_ask, "Ask for a new link", .errors = page_errors(c), .mail = page_field(c, "mail"),
		.mail_error = page_wrong_text(c, "mail"), .done = done);
}

enum err family_ask_show(struct page_ctx *c) { return ask_page(c, false); }

/* The same words whoever asks: nobody learns from here who has a child at school. */
enum err family_ask_do(struct page_ctx *c)
{
	struct str mail = page_need(c, "mail", 200, "Enter your email address.");
	if (!page_is_wrong(c) && str_chr(mail, '@') < 1)
		page_wrong(c, "mail", "Enter an email address like name@example.org.");
	if (page_is_wrong(c))
		return ask_page(c, false);
	TRY(link_ask(c->db, c->school, mail));
	return ask_page(c, true);
}

/* ---- what waits ---- */

static struct str said_of(struct page_ctx *c)
{
	static const char *const known[] = { "agreed", "declined", "saved", "asked" };
	for (size_t i = 0; i < ARRAY_N(known); i++)
		if (str_is(page_query(c, "said"), known[i]))
			return str_z(known[i]);
	return STR_NONE;
}

static enum err child_card(struct page_ctx *c, const struct family_who *w, const struct person *p, struct view_family_children *out)
{
	struct store st = page_store(c);
	struct answer a;
	TRY(answer_of(&st, c->arena, c->school, w->adult, p->id, &a));
	*out = (struct view_family_children){ .href = arena_fmt(c->arena, "/family/child/%lld", (long long)p->id), .name = p->name,
		.date = a.id ? time_date_words(c->arena, a.answered_utc) : STR(""), .changed = a.id && !a.current,
		.state = !a.id ? STR("none") : a.agreed ? STR("agreed") : STR("declined") };
	return OK;
}

/* The agreement between home and school: for those who are here as parents only. */
static enum err own_state(struct page_ctx *c, const struct family_who *w, struct agreement_state *s, bool *has)
{
	struct store st = page_store(c);
	struct person p;
	*has = false;
	TRY(person_get(c->db, c->arena, c->school, w->adult, &p));
	TRY(agreement_state_of(&st, c->arena, &p, clock_utc(), s));
	*has = p.kind == KIND_PARENT && s->in_force;
	return OK;
}

static const char *own_word(const struct agreement_state *s)
{
	switch (s->standing) {
	case STANDING_CURRENT:  return "signed";
	case STANDING_DECLINED: return "declined";
	default:                return "unsigned";
	}
}

enum err family_show(struct page_ctx *c)
{
	struct family_who w = { 0 };
	struct agreement_state own;
	struct contact_details d;
	enum err e;
	bool has_own;
	if (outside(c, &w, &e))
		return e;
	TRY(own_state(c, &w, &own, &has_own));
	if (has_own && str_is(str_z(own_word(&own)), "unsigned") && !said_of(c).n)
		return page_redirect(c, "/family/agreement");         /* the rules of use come first, once a version (4.6-09) */
	TRY(family_details(c->db, c->arena, c->school, w.adult, &d));
	struct view_family_children *cards = arena_array(c->arena, struct view_family_children, w.n);
	for (size_t i = 0; i < w.n; i++)
		TRY(child_card(c, &w, &w.children[i], &cards[i]));
	struct survey *open;
	size_t n_open, n_surveys = 0;
	struct store st = page_store(c);
	TRY(survey_list(&st, c->arena, c->school, "open", &open, &n_open));
	struct view_family_surveys *surveys = arena_array(c->arena, struct view_family_surveys, n_open + 1);
	for (size_t i = 0; i < n_open; i++)
		if (survey_open(&open[i], SURVEY_PARENTS, clock_utc()) && !survey_took_part(&st, c->school, open[i].id, w.adult))
			surveys[n_surveys++] = (struct view_family_surveys){ arena_fmt(c->arena, "/family/voice/%lld", (long long)open[i].id), open[i].title };
	struct part_family_advice advice;
	TRY(page_family_advice(c, &advice));
	return page_show(c, family, "Your family", .surveys = surveys, .n_surveys = n_surveys, .advice = advice, .name = person_name(c->db, c->arena, c->school, w.adult), .said = said_of(c), .by_link = w.by_link,
		.children = cards, .n_children = w.n, .own = has_own ? str_z(own_word(&own)) : STR_NONE,
		.own_date = own.last.at_utc ? time_date_words(c->arena, own.last.at_utc) : STR(""),
		.language = family_language_name(d.language), .interpreter = d.interpreter);
}

/* ---- reading and answering ---- */

static void rules_of(struct page_ctx *c, const struct family_text *t, struct view_family_read *v)
{
	const struct agreement *g = t->has_other ? &t->other : &t->text;
	struct view_family_read_rules *rules = arena_array(c->arena, struct view_family_read_rules, g->n + 1);
	for (size_t i = 0; i < g->n; i++)
		rules[i] = (struct view_family_read_rules){ .text = g->rules[i].text, .untranslated = t->has_other && str_eq(g->rules[i].text, t->text.rules[i].text),
			.picture = g->rules[i].picture.n ? arena_fmt(c->arena, "/static/promise-%.*s.svg", STRF(g->rules[i].picture)) : STR_NONE };
	v->rules = rules;
	v->n_rules = g->n;
	v->title = g->title;
	v->notice = g->notice;
	v->offline = t->text.offline;
	v->unchecked = t->unchecked;
	v->lang = g->language;
	v->rtl = promises_words(c, g->language).rtl;
	char *digest = arena_alloc(c->arena, 2 * SHA256_BYTES + 1);
	hex_put(t->digest, SHA256_BYTES, digest);
	v->digest = str_z(digest);
	struct str *english = arena_array(c->arena, struct str, t->text.n + 1);
	for (size_t i = 0; t->has_other && i < t->text.n; i++)
		english[v->n_english++] = t->text.rules[i].text;
	v->english = english;
}

static enum err language_of(struct page_ctx *c, const struct family_who *w, struct str *out)
{
	struct contact_details d;
	TRY(family_details(c->db, c->arena, c->school, w->adult, &d));
	*out = d.language;
	return OK;
}

static enum err read_page(struct page_ctx *c, struct view_family_read *v, const char *title)
{
	v->errors = page_errors(c);
	v->talked = page_ticked(c, "talked");
	v->talked_error = page_wrong_text(c, "talked");
	page_begin(c, title);
	view_family_read_put(&c->reply.body, &c->env, v);
	return page_end(c);
}

static enum err nothing_yet(struct page_ctx *c)
{
	return page_show(c, agreement_none, "Nothing to read yet", .nothing = true);
}

static enum err child_page(struct page_ctx *c, const struct family_who *w, int64_t child)
{
	struct store st = page_store(c);
	struct family_text t;
	struct answer a;
	struct str language, name = person_name(c->db, c->arena, c->school, child);
	TRY(language_of(c, w, &language));
	enum err e = answer_text(&st, c->arena, c->school, child, language, &t);
	if (e == ERR_ABSENT)
		return nothing_yet(c);
	TRY(e);
	TRY(answer_of(&st, c->arena, c->school, w->adult, child, &a));
	struct view_family_read v = { .action = arena_fmt(c->arena, "/family/child/%lld", (long long)child), .heading = name, .child = name,
		.state = !a.id ? STR("none") : a.agreed ? STR("agreed") : STR("declined"), .date = a.id ? time_date_words(c->arena, a.answered_utc) : STR(""),
		.changed = a.id && !a.current };
	rules_of(c, &t, &v);
	return read_page(c, &v, "Read with your child");
}

/* ERR_ABSENT for every child that is not this adult's to see: as if there were none. */
static enum err child_of(struct page_ctx *c, const struct family_who *w, int64_t *out)
{
	TRY(page_id(c, "id", out));
	for (size_t i = 0; i < w->n; i++)
		if (w->children[i].id == *out)
			return OK;
	return ERR_ABSENT;
}

enum err family_child_show(struct page_ctx *c)
{
	struct family_who w = { 0 };
	int64_t child;
	enum err e;
	if (outside(c, &w, &e))
		return e;
	TRY(child_of(c, &w, &child));
	return child_page(c, &w, child);
}

static enum err answer_read(struct page_ctx *c, bool *agreed, uint8_t digest[SHA256_BYTES])
{
	struct str answer = page_field(c, "answer");
	*agreed = str_is(answer, "agree");
	if (!*agreed && !str_is(answer, "decline"))
		return ERR_SYNTAX;
	return hex_get(page_field(c, "digest"), digest, SHA256_BYTES);
}

enum err family_child_do(struct page_ctx *c)
{
	struct family_who w = { 0 };
	struct store st = page_store(c);
	struct answer_in in = { 0 };
	uint8_t digest[SHA256_BYTES];
	enum err e;
	if (outside(c, &w, &e))
		return e;
	TRY(child_of(c, &w, &in.child));
	TRY(answer_read(c, &in.agreed, digest));
	in.adult = w.adult;
	in.how = w.by_link ? ANSWER_LINK : ANSWER_ACCOUNT;
	in.talked = page_ticked(c, "talked");
	in.digest = digest;
	in.language = page_field(c, "lang");
	struct act act = act_of(c, &w, "answered for their child");
	e = answer_give(&st, &act, &in, &c->errors);
	if (page_is_wrong(c))
		return child_page(c, &w, in.child);
	TRY(e);
	return page_redirect(c, "/family?said=%s", in.agreed ? "agreed" : "declined");
}

static enum err own_page(struct page_ctx *c, const struct family_who *w)
{
	struct store st = page_store(c);
	struct agreement_state s;
	struct family_text t;
	struct str language;
	bool has;
	TRY(own_state(c, w, &s, &has));
	if (!has)
		return nothing_yet(c);
	TRY(language_of(c, w, &language));
	TRY(answer_text(&st, c->arena, c->school, w->adult, language, &t));
	struct view_family_read v = { .action = STR("/family/agreement"), .heading = page_text(TEXT_family_own), .own = true,
		.state = s.standing == STANDING_CURRENT ? STR("agreed") : s.standing == STANDING_DECLINED ? STR("declined") : STR("none"),
		.date = s.last.at_utc ? time_date_words(c->arena, s.last.at_utc) : STR("") };
	rules_of(c, &t, &v);
	struct str *channels;
	TRY(family_channels(c->db, c->arena, c->web->library, c->school, &channels, &v.n_channels));
	v.channels = channels;
	return read_page(c, &v, "Between home and school");
}

enum err family_own_show(struct page_ctx *c)
{
	struct family_who w = { 0 };
	enum err e;
	return outside(c, &w, &e) ? e : own_page(c, &w);
}

enum err family_own_do(struct page_ctx *c)
{
	struct family_who w = { 0 };
	struct store st = page_store(c);
	struct answer_own in = { .talked = page_ticked(c, "talked"), .language = page_field(c, "lang") };
	uint8_t digest[SHA256_BYTES];
	bool agreed, has;
	struct agreement_state s;
	enum err e;
	if (outside(c, &w, &e))
		return e;
	TRY(own_state(c, &w, &s, &has));
	if (!has)
		return ERR_ABSENT;
	TRY(answer_read(c, &agreed, digest));
	if (agreed && !in.talked) {
		page_wrong(c, "talked", "Talk it over with your children first, then tick that you did.");
		return own_page(c, &w);
	}
	in.adult = w.adult;
	in.how = w.by_link ? ANSWER_LINK : ANSWER_ACCOUNT;
	in.declined = !agreed;
	in.digest = digest;
	struct act act = act_of(c, &w, "answered for themselves");
	TRY(answer_own(&st, &act, &in));
	return page_redirect(c, "/family?said=%s", agreed ? "agreed" : "declined");
}

/* ---- how to reach them ---- */

static enum err details_page(struct page_ctx *c, const struct contact_details *d)
{
	return page_show(c, family_details, "How we reach you", .errors = page_errors(c), .language = family_language_choice(c, d->language),
		.interpreter = d->interpreter);
}

enum err family_details_show(struct page_ctx *c)
{
	struct family_who w = { 0 };
	struct contact_details d;
	enum err e;
	if (outside(c, &w, &e))
		return e;
	TRY(family_details(c->db, c->arena, c->school, w.adult, &d));
	return details_page(c, &d);
}

enum err family_details_do(struct page_ctx *c)
{
	struct family_who w = { 0 };
	struct contact_details d;
	enum err e;
	if (outside(c, &w, &e))
		return e;
	TRY(family_details(c->db, c->arena, c->school, w.adult, &d));
	d.language = page_field(c, "language");
	d.interpreter = page_ticked(c, "interpreter");
	struct act act = act_of(c, &w, "changed how to be reached");
	e = family_details_set(c->db, &act, w.adult, &d, &c->errors);
	if (page_is_wrong(c))
		return details_page(c, &d);
	TRY(e);
	return page_redirect(c, "/family?said=saved");
}
