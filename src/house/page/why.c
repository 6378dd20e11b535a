/* "Why was this blocked?": what the filter decides, for whom, and by which rule. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "event/event.h"
#include "house/cli/cli.h"
#include "house/filter/asked.h"
#include "house/filter/category.h"
#include "house/filter/list_seen.h"
#include "house/page/fact.h"
#include "house/page/filter_form.h"
#include "house/page/policy_here.h"
#include "house/page/routes.h"
#include "house/record/alert.h"
#include "house/record/when.h"
#include "policy/decide/explain.h"
#include "policy/read/phrases.h"

enum { URL_TYPED_MAX = 2000, LIST_TYPED_MAX = 64 };

static struct part_summary summary(struct page_ctx *c, const struct explained *x)
{
	struct { struct str key, value; } all[] = {
		{ page_text(TEXT_why_as), filter_group_title(x->group) },
		{ page_text(TEXT_why_rule), str_z(x->row) },
		{ page_text(TEXT_why_reason), x->rule_reason.n ? x->rule_reason : str_z(x->adult) },
		{ STR("Rule"), x->rule },
		{ page_text(TEXT_why_category), x->category },
		{ page_text(TEXT_why_list), x->list },
		{ page_text(TEXT_why_version), x->list_version },
		{ page_text(TEXT_why_matched), x->matched },
		{ page_text(TEXT_why_adult), str_z(x->adult) },
		{ page_text(TEXT_why_ten), str_z(x->ten) },
		{ page_text(TEXT_why_six), str_z(x->six) },
	};
	struct part_summary s = { 0 };
	for (size_t i = 0; i < ARRAY_N(all); i++)
		page_fact(c, &s, all[i].key, all[i].value);
	return s;
}

/* Which phrases these are: "phrases/3fa9c2d1e0b4", in force now or not. */
static struct str phrases_of(struct page_ctx *c, const struct phrases *p, struct str list)
{
	struct str now = arena_fmt(c->arena, EVENT_PHRASES "/%s", p->version);
	if (!list.n)
		return now;
	return arena_fmt(c->arena, "%.*s (%.*s)", STRF(list), STRF(page_text(str_eq(list, now) ? TEXT_why_phrases_now : TEXT_why_phrases_then)));
}

/* An address says nothing of a page's words: whether pages are read for this group, and, asked of one that was closed so, by which phrases. */
static void words_of(struct page_ctx *c, const struct policy *p, const struct explained *x, struct view_why *v)
{
	struct str list = page_query(c, "list"), topic = page_query(c, "topic");
	const struct phrases *phrases = policy_phrases(p);
	bool then = str_starts(list, STR(EVENT_PHRASES)) && list.n <= LIST_TYPED_MAX;
	struct category_texts t;
	if (!phrases || x->d.verdict != VERDICT_ALLOW || !(then || phrases_read_for(p, policy_group(p, x->group))))
		return;
	page_fact(c, &v->summary, page_text(TEXT_why_words), page_text(then ? TEXT_why_words_closed : TEXT_why_words_read));
	page_fact(c, &v->summary, page_text(TEXT_why_phrases), phrases_of(c, phrases, then ? list : STR_NONE));
	if (then) {
		v->verdict = page_text(TEXT_why_words_verdict);
		v->colour = STR("red");
	}
	if (!then || !topic.n || topic.n > LIST_TYPED_MAX)
		return;
	page_fact(c, &v->summary, page_text(TEXT_why_words_topic), alert_title(c->arena, cli_data(), topic));
	if (category_texts(c->arena, arena_fmt(c->arena, "%s/categories.conf", cli_data()).p, &t) == OK && category_text(&t, topic))
		v->category = arena_fmt(c->arena, "/online-safety/filter/%.*s", STRF(topic));
}

/* Which list it was at that time, and of which version: the one that the activity names, or else the one that decides now. */
static enum err list_then(struct page_ctx *c, const struct explained *x, int64_t at, struct view_why *v)
{
	struct str said = page_query(c, "list"), version;
	struct str list = said.n && said.n <= LIST_TYPED_MAX && !str_starts(said, STR(EVENT_PHRASES)) ? said : x->list;
	if (x->d.sealed || !list.n || !page_query(c, "at").n)
		return OK;
	enum err e = list_version_at(c->db, c->arena, c->school, list, at, &version);
	if (e == OK)
		page_fact(c, &v->summary, page_text(TEXT_why_then), arena_fmt(c->arena, "%.*s, %.*s", STRF(list), STRF(version)));
	else if (e == ERR_ABSENT && str_eq(list, x->list))
		page_fact(c, &v->summary, page_text(TEXT_why_then), page_text(TEXT_why_then_unknown));
	return e == ERR_ABSENT ? OK : e;
}

static struct str request_href(struct page_ctx *c, const struct explained *x)
{
	AUTO(buf_done) struct buf b = buf_init(FORM_MAX_BYTES);
	form_add(&b, STR("url"), arena_fmt(c->arena, "%.*s%.*s", STRF(x->host), STRF(x->path)));
	form_add(&b, STR("as"), x->group);
	return arena_fmt(c->arena, "/requests/new?%.*s", STRF(buf_str(&b)));
}

static void tell(struct page_ctx *c, const struct explained *x, struct view_why *v)
{
	v->sealed = x->d.sealed;
	v->asked = !x->d.sealed;
	v->sealed_unknown = x->sealed_unknown;
	v->verdict = x->d.verdict == VERDICT_ALLOW ? STR("Let through") : x->d.verdict == VERDICT_SIGN ? STR("Asked to sign first") : STR("Refused");
	v->colour = x->d.verdict == VERDICT_ALLOW ? STR("green") : STR("red");
	v->summary = summary(c, x);
	if (x->category.n && !x->d.sealed)
		v->category = arena_fmt(c->arena, "/online-safety/filter/%.*s", STRF(x->category));
	if (x->d.verdict == VERDICT_BLOCK && !x->d.sealed)
		v->request = request_href(c, x);
}

/* Counted and kept before it is answered. */
static enum err counted(struct page_ctx *c)
{
	struct act act = page_act(c, "asked what the filter decides");
	enum err e = filter_asked(c->db, c->arena, &act);
	if (e == ERR_BUSY)
		page_wrong(c, "url", "%.*s", STRF(page_text(TEXT_why_slow)));
	return e == ERR_BUSY ? OK : e;
}

static enum err ask(struct page_ctx *c, struct str url, struct view_why *v)
{
	AUTO(policy_free) struct policy *p = NULL;
	int64_t at = clock_utc();
	struct explained x;
	struct str as = page_query(c, "as"), when = page_query(c, "at");
	if (when.n && when_read(when, clock_utc(), &at) != OK && time_read_iso(when, &at) != OK)
		page_wrong(c, "at", "Write the time like 10:00, or 23/11/2026 10:00.");
	if (!as.n)
		page_wrong(c, "as", "Say for whom.");
	if (url.n > URL_TYPED_MAX)
		page_wrong(c, "url", "This address is too long.");
	if (!page_is_wrong(c))
		TRY(counted(c));
	if (page_is_wrong(c))
		return OK;
	enum err e = page_policy(c, &p);
	v->none = e == ERR_ABSENT;
	if (v->none)
		return OK;
	TRY(e);
	e = explain(c->arena, p, url, as, at, &x);
	if (e == ERR_SYNTAX || e == ERR_INVALID || e == ERR_LIMIT)
		page_wrong(c, "url", "Write an address like https://castles.example/knights.");
	else if (e == ERR_ABSENT)
		page_wrong(c, "as", "There is no such group.");
	else
		TRY(e);
	if (!page_is_wrong(c)) {
		tell(c, &x, v);
		TRY(list_then(c, &x, at, v));
		words_of(c, p, &x, v);
	}
	return OK;
}

enum err why_show(struct page_ctx *c)
{
	struct str url = page_query(c, "url");
	struct view_why v = { 0 };
	if (url.n && page_query(c, "as").p)
		TRY(ask(c, url, &v));
	v.errors = page_errors(c);
	v.url = (struct part_input){ .name = STR("url"), .label = page_text(TEXT_why_url), .hint = page_text(TEXT_why_url_hint), .value = url,
		.error = page_wrong_text(c, "url") };
	v.as = filter_groups(c, "as", TEXT_why_as, page_query(c, "as"), false);
	v.at = (struct part_input){ .name = STR("at"), .label = page_text(TEXT_why_at), .hint = page_text(TEXT_why_at_hint), .value = page_query(c, "at"),
		.error = page_wrong_text(c, "at"), .width = STR("20") };
	page_begin(c, "Why was this blocked?");
	view_why_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
