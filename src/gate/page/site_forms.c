/* What people write to the gate: shown, read back, kept in the spool before they are thanked. */
#include "base/log.h"
#include "gate/page/site_inner.h"
#include "gate/tell/form.h"
#include "gate/tell/tell.h"
#include "gen_block.h"
#include "wire/url.h"

/* Kept words, when a form is shown again. */
struct again { const char *problem; struct tell t; struct str site; int status; };

static void val_hours(struct making *m)
{
	bool open = tell_read_today(m->a->now_utc);
	making_val(m, "open", open ? STR("yes") : STR_NONE);
	making_val(m, "closed", open ? STR_NONE : STR("yes"));
	making_val(m, "hours", making_text(m, "tell.hours", "between half past eight and four o\xe2\x80\x99" "clock"));
}

static void show_tell(struct site *s, const struct site_ask *a, const struct again *g, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "Tell someone");
	making_val(&m, "readers", making_text(&m, "tell.readers", "The adults whose job is to keep children safe at school"));
	val_hours(&m);
	making_val(&m, "signed", a->who->person ? STR("yes") : STR_NONE);
	making_val(&m, "problem", g ? str_z(g->problem) : STR_NONE);
	making_val(&m, "words", g ? g->t.words : STR_NONE);
	making_val(&m, "name", g ? g->t.name : STR_NONE);
	making_val(&m, "not", g ? g->t.not_to : STR_NONE);
	making_token(&m);
	making_finish(&m, g ? g->status : 200, block_tell);
}

static void show_ask(struct site *s, const struct site_ask *a, const struct again *g, struct str site, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "Ask for a site");
	making_val(&m, "problem", g ? str_z(g->problem) : STR_NONE);
	making_val(&m, "words", g ? g->t.words : STR_NONE);
	making_val(&m, "site", site);
	making_token(&m);
	making_finish(&m, g ? g->status : 200, block_ask);
}

static void show_told(struct site *s, const struct site_ask *a, const char *heading, const char *next, struct site_reply *r)
{
	struct making m = making_init(s, a, r, heading);
	making_val(&m, "heading", str_z(heading));
	making_val(&m, "what_next", str_z(next));
	val_hours(&m);
	making_finish(&m, 200, block_told);
}

/* Not kept: said plainly, with the words, so that they can be shown to somebody. */
static void show_full(struct site *s, const struct site_ask *a, const struct tell *t, enum err why, struct site_reply *r)
{
	log_line(LOG_FAIL, "what somebody told could not be kept: %s", err_text(why));
	struct making m = making_init(s, a, r, "It was not sent");
	making_val(&m, "words", t->words);
	making_finish(&m, 503, block_full);
}

/* A form of ours, posted from a page of ours (Origin, Sec-Fetch-Site), shown to this address (token). */
static bool same_origin(const struct site_ask *a)
{
	if (a->fetch_site.n && !str_is(a->fetch_site, "same-origin"))
		return false;
	if (!a->origin.n)
		return true;
	struct str o = a->origin;
	if (!str_starts(o, STR("http://")) && !str_starts(o, STR("https://")))
		return false;
	o = str_from(o, str_starts(o, STR("http://")) ? 7 : 8);
	ptrdiff_t colon = str_rchr(o, ':');
	return str_ieq(o, a->host) || (colon > 0 && str_ieq(str_upto(o, (size_t)colon), a->host));
}

static enum err read_tell(struct arena *ar, const struct site_ask *a, struct tell *t, struct str *token)
{
	TRY(form_field(ar, a->body, "words", &t->words));
	TRY(form_field(ar, a->body, "feel", &t->feel));
	TRY(form_field(ar, a->body, "name", &t->name));
	TRY(form_field(ar, a->body, "not", &t->not_to));
	TRY(form_field(ar, a->body, "ref", &t->ref));
	return form_field(ar, a->body, "token", token);
}

#define STALE "This form had been open for a long time. Nothing was sent yet: please press the button again."
#define TOO_LONG "That is a little too long to keep. Please make it shorter and press the button again."

static bool token_fits(struct site *s, const struct site_ask *a, const struct tell *t, struct str token)
{
	return form_token_fits(s->conf.key, a->from, t->ref, token, a->now_utc);
}

static void post_tell(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	AUTO(arena_done) struct arena ar = arena_init();
	struct again g = { .status = 422 };
	struct str token;
	if (!same_origin(a) || read_tell(&ar, a, &g.t, &token) != OK) {
		g = (struct again){ .problem = STALE, .status = 403 };
		show_tell(s, a, &g, r);
		return;
	}
	if (!token_fits(s, a, &g.t, token)) {
		g.problem = STALE;
		show_tell(s, a, &g, r);
		return;
	}
	enum err e = tell_someone(s->conf.spool, s->conf.school, site_group_name(a), a->who, a->from, &g.t);
	g.problem = TOO_LONG;
	if (e == OK)
		show_told(s, a, "Thank you for telling", "It was sent. An adult whose job is to keep you safe will read it. You did the right thing.", r);
	else if (e == ERR_LIMIT)
		show_tell(s, a, &g, r);
	else
		show_full(s, a, &g.t, e, r);
}

/* One tap on a refused page. */
static void post_teacher(struct site *s, const struct site_ask *a, const struct decision *d, struct site_reply *r)
{
	AUTO(arena_done) struct arena ar = arena_init();
	struct tell t = { .blocked_page = true };
	struct str token, page;
	if (!same_origin(a) || read_tell(&ar, a, &t, &token) != OK || !token_fits(s, a, &t, token)
	    || form_field(&ar, a->body, "page", &page) != OK) {
		struct again g = { .problem = STALE, .status = 403 };
		show_tell(s, a, &g, r);
		return;
	}
	if (d && !d->sealed) {
		t.host = a->host;
		t.path = str_starts(page, STR("/")) ? page : STR_NONE;
	}
	enum err e = tell_someone(s->conf.spool, s->conf.school, site_group_name(a), a->who, a->from, &t);
	if (e == OK)
		show_told(s, a, "Your teacher will know", "It was sent. You can also tell a grown-up near you now. You did the right thing.", r);
	else
		show_full(s, a, &t, e, r);
}

/* "https://host/path" or "host": what stands before the first '/', and the rest. */
static enum err read_site(struct str site, struct url *out)
{
	return site.n > ASK_SITE_MAX ? ERR_LIMIT : url_read(site, out);
}

static void fill_why(const struct site_ask *a, const struct decision *d, struct arena *ar, struct tell *t)
{
	if (!d || d->sealed || !str_eq(t->host, a->host))
		return;
	t->reason = str_z(reason_info(d->reason)->word);
	t->rule = d->rule ? arena_fmt(ar, "%u", d->rule) : STR_NONE;
	t->category = d->category != CATEGORY_NONE && a->policy ? policy_category_name(a->policy, d->category) : STR_NONE;
	t->list = d->list && a->policy ? policy_list_name(a->policy, d->list) : STR_NONE;
}

static void post_ask(struct site *s, const struct site_ask *a, const struct decision *d, struct site_reply *r)
{
	AUTO(arena_done) struct arena ar = arena_init();
	struct again g = { .status = 422 };
	struct str token, site = STR("");
	struct url u;
	if (!same_origin(a) || read_tell(&ar, a, &g.t, &token) != OK || form_field(&ar, a->body, "site", &site) != OK) {
		g = (struct again){ .problem = STALE, .status = 403 };
		show_ask(s, a, &g, STR_NONE, r);
		return;
	}
	if (!token_fits(s, a, &g.t, token))
		g.problem = STALE;
	else if (read_site(site, &u) != OK)
		g.problem = "Please write the address of the site, like www.example.org.";
	if (g.problem) {
		show_ask(s, a, &g, site, r);
		return;
	}
	g.t.host = url_host(&u);
	g.t.path = u.path;
	fill_why(a, d, &ar, &g.t);
	enum err e = tell_ask(s->conf.spool, s->conf.school, site_group_name(a), a->who, a->from, &g.t);
	g.problem = TOO_LONG;
	if (e == OK)
		show_told(s, a, "You asked for a site", "A member of staff will look at it. Your teacher tells you what they decide.", r);
	else if (e == ERR_LIMIT)
		show_ask(s, a, &g, site, r);
	else
		show_full(s, a, &g.t, e, r);
}

void site_show_ask(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	AUTO(arena_done) struct arena ar = arena_init();
	struct str site = STR_NONE;
	ptrdiff_t q = str_chr(a->path, '?');
	if (q >= 0 && form_field(&ar, str_from(a->path, (size_t)q + 1), "site", &site) != OK)
		site = STR_NONE;
	show_ask(s, a, NULL, str_upto(site, ASK_SITE_MAX), r);
}

void site_show_tell(struct site *s, const struct site_ask *a, struct site_reply *r) { show_tell(s, a, NULL, r); }

bool site_form_post(struct site *s, const struct site_ask *a, struct str route, struct site_reply *r)
{
	if (str_is(route, "/tell"))
		post_tell(s, a, r);
	else if (str_is(route, "/teacher"))
		post_teacher(s, a, a->refused, r);
	else if (str_is(route, "/ask"))
		post_ask(s, a, a->refused, r);
	else
		return false;
	return true;
}
