/* The security check: what is weak and how it is mended, every measure of the policy's section, what leaders directed, earlier runs. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/page/desk.h"
#include "house/page/page_store.h"
#include "house/page/policy.h"
#include "house/register/may.h"
#include "house/security/check.h"
#include "house/web/directive.h"

enum { RUNS_SHOWN = 30, DIRECTED_MAX = 50, REPORT_OLD_S = 183 * 86400 };

/* Weaknesses are for those who mend them or answer for them. */
static bool may_look(const struct page_ctx *c)
{
	static const enum role roles[] = { ROLE_ADMIN, ROLE_TECHNICIAN, ROLE_DSL, ROLE_DEPUTY, ROLE_HEAD, ROLE_LEADERSHIP, ROLE_BUSINESS };
	for (size_t i = 0; i < ARRAY_N(roles); i++)
		if (page_has_role(c, roles[i]))
			return true;
	return false;
}

static bool accepts(const struct page_ctx *c) { return page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP); }

static struct part_tag tag_of(enum status s)
{
	struct evidence e = { .status = s };
	return page_status_tag(&e);
}

/* ---- what was measured ---- */

static int rank(const struct check_item *x)
{
	static const int by[] = { [STATUS_RED] = 0, [STATUS_AMBER] = 2, [STATUS_GREEN] = 3, [STATUS_NONE] = 4 };
	return x->accepted_until_utc ? 1 : by[x->status];
}

static int by_rank(const void *a, const void *b)
{
	const struct check_item *x = a, *y = b;
	return rank(x) != rank(y) ? rank(x) - rank(y) : (int)x->id - (int)y->id;
}

/* The page of the portal that a sentence names, such as "enter it: /registers/file-check."; absent: none. */
static struct str page_named(struct str says)
{
	static const char *const ours[] = { "/registers/", "/website", "/break-glass/", "/status", "/roles", "/people" };
	struct str rest = says, word;
	while (str_next(&rest, ' ', &word))
		for (size_t i = 0; i < ARRAY_N(ours); i++)
			if (str_starts(word, str_z(ours[i]))) {
				while (word.n && strchr(",.:;", word.p[word.n - 1]))
					word.n--;
				return word;
			}
	return STR_NONE;
}

static struct view_security_items row(struct page_ctx *c, const struct check_item *x)
{
	bool open = x->status == STATUS_RED && !x->accepted_until_utc && accepts(c);
	return (struct view_security_items){ .title = str_z(check_title(x->id)), .tag = tag_of(x->status), .says = x->says, .mend = x->mend, .go = page_named(x->mend),
		.since = time_date_words(c->arena, x->since_utc), .accepted = x->accepted_until_utc ? time_date_words(c->arena, x->accepted_until_utc) : STR_NONE,
		.accept = open ? arena_fmt(c->arena, "/registers/security-risk/new?item=%s", check_word(x->id)) : STR_NONE };
}

static void measured(struct page_ctx *c, struct check_run *r, struct view_security *v)
{
	struct view_security_items *items = arena_array(c->arena, struct view_security_items, N_CHECKS);
	struct view_security_news *news = arena_array(c->arena, struct view_security_news, N_CHECKS);
	qsort(r->v, r->n, sizeof *r->v, by_rank);
	for (size_t i = 0; i < r->n; i++) {
		const struct check_item *x = &r->v[i];
		items[v->n_items++] = row(c, x);
		v->red += x->status == STATUS_RED;
		v->amber += x->status == STATUS_AMBER;
		v->green += x->status == STATUS_GREEN;
		if (r->before_utc && x->was != x->status)
			news[v->n_news++] = (struct view_security_news){ str_z(check_title(x->id)), tag_of(x->status), str_z(status_word(x->was)) };
	}
	v->items = items;
	v->news = news;
	v->compared = r->before_utc > 0;
	v->at = time_words(c->arena, r->at_utc);
}

/* ---- the section of the policy, measure by measure ---- */

/* What the program sees by itself has the item of the check; the rest is the newest report of people. */
static const struct { const char *clause, *measure; int item; } section[] = {
	{ "7.5-02", "virus", -1 }, { "7.5-03", "transit", CHECK_ADDRESS }, { "7.5-04", "off-site", -1 }, { "7.5-05", "remote", -1 }, { "7.5-06", "media", -1 },
	{ "7.5-07", "media-scan", -1 }, { "7.5-08", "software", -1 }, { "7.5-09", "attachments", -1 }, { "7.5-10", "files", CHECK_FILES }, { "7.5-11", "passwords", CHECK_PASSWORDS },
	{ "7.5-12", "own-login", -1 }, { "7.5-13", "locking", CHECK_SESSIONS }, { "7.5-14", "more", -1 }, { "", "firewall", -1 }, { "", "wifi", -1 }, { "", "restore", -1 }, { "", "rooms", -1 },
};

static struct str title_of(const struct reg *r, const char *measure)
{
	const struct field *f = reg_field(r, STR("measure"));
	for (size_t i = 0; f && i < f->n_choices; i++)
		if (str_is(f->choices[i].value, measure))
			return f->choices[i].label;
	return str_z(measure);
}

static enum err reported(struct page_ctx *c, const char *measure, struct view_security_measures *out)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "security-measure", .order_by = "checked", .limit = 1, .where = { { "measure", ENTRY_IS, 0, str_z(measure) } }, .n_where = 1 };
	struct entry_page page;
	int64_t day = 0;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	out->tag = tag_of(STATUS_RED);
	out->says = page_text(TEXT_security_never);
	if (!page.n || str_is(page.entries[0].state, REG_UNDONE) || time_read_date(entry_value(&page.entries[0], "checked"), &day) != OK)
		return OK;
	struct str how = entry_value(&page.entries[0], "standing");
	bool old = clock_utc() - day > REPORT_OLD_S;
	out->tag = tag_of(str_is(how, "no") ? STATUS_RED : str_is(how, "partly") || old ? STATUS_AMBER : STATUS_GREEN);
	out->says = entry_value(&page.entries[0], "how");
	out->day = time_date_words(c->arena, day);
	return OK;
}

static enum err measures(struct page_ctx *c, const struct check_run *r, struct view_security *v)
{
	const struct reg *reg = registers_find(c->web->registers, STR("security-measure"));
	struct view_security_measures *rows = arena_array(c->arena, struct view_security_measures, ARRAY_N(section));
	bool may = reg && reg_may_of(c->web->rights, c->roles, reg).add;
	for (size_t i = 0; reg && i < ARRAY_N(section); i++) {
		struct view_security_measures *m = &rows[v->n_measures++];
		*m = (struct view_security_measures){ .clause = str_z(section[i].clause), .title = title_of(reg, section[i].measure) };
		const struct check_item *x = NULL;
		for (size_t k = 0; k < r->n; k++)
			x = (int)r->v[k].id == section[i].item ? &r->v[k] : x;
		if (x) {
			m->tag = tag_of(x->status);
			m->says = x->says;
			m->day = time_date_words(c->arena, r->at_utc);
			continue;
		}
		TRY(reported(c, section[i].measure, m));
		m->href = may ? arena_fmt(c->arena, "/registers/security-measure/new?measure=%s", section[i].measure) : STR_NONE;
	}
	v->measures = rows;
	return OK;
}

/* ---- directed, earlier ---- */

static enum err directed(struct page_ctx *c, struct view_security *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	const struct reg *reg = registers_find(c->web->registers, STR("security-direction"));
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &(struct entry_query){ .reg = "security-direction", .states = { "directed" }, .order_by = "by", .ascending = true, .limit = DIRECTED_MAX }, &page));
	struct view_security_directed *rows = arena_array(c->arena, struct view_security_directed, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		int64_t by = 0;
		(void)time_read_date(entry_value(&page.entries[i], "by"), &by);        /* checked when it was written */
		rows[i] = (struct view_security_directed){ arena_fmt(c->arena, "/registers/security-direction/%lld", (long long)page.entries[i].id), entry_value(&page.entries[i], "what"),
			arena_fmt(c->arena, "by %.*s", STRF(time_date_words(c->arena, by))) };
	}
	v->directed = rows;
	v->n_directed = page.n;
	v->may_direct = reg && reg_may_of(c->web->rights, c->roles, reg).add;
	return OK;
}

static int64_t count(const struct check_run *r, enum status s)
{
	int64_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		n += r->v[i].status == s;
	return n;
}

static enum err earlier(struct page_ctx *c, struct view_security *v)
{
	struct store st = page_store(c);
	struct check_run *all = arena_array(c->arena, struct check_run, RUNS_SHOWN);
	size_t n;
	TRY(check_runs(&st, c->arena, c->school, all, RUNS_SHOWN, &n));
	struct view_security_runs *rows = arena_array(c->arena, struct view_security_runs, n + 1);
	for (size_t i = 1; i < n; i++)
		rows[v->n_runs++] = (struct view_security_runs){ arena_fmt(c->arena, "/security?run=%zu", i), time_words(c->arena, all[i].at_utc), count(&all[i], STATUS_RED),
			count(&all[i], STATUS_AMBER), count(&all[i], STATUS_GREEN) };
	v->runs = rows;
	return OK;
}

enum err security_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct check_run r = { 0 };
	struct view_security v = { 0 };
	int64_t which = page_query_int(c, "run", 0, 0, RUNS_SHOWN - 1);
	if (!may_look(c))
		return ERR_FORBIDDEN;
	enum err e = check_kept(&st, c->arena, c->school, which, &r);
	if (e != OK && e != ERR_ABSENT)
		return e;
	if (e == OK)
		measured(c, &r, &v);
	v.old = which > 0;
	v.may_check = c->web->directive_sock && (page_has_role(c, ROLE_ADMIN) || page_has_role(c, ROLE_TECHNICIAN) || accepts(c));
	TRY(measures(c, &r, &v));
	TRY(directed(c, &v));
	TRY(earlier(c, &v));
	page_begin(c, "Security check");
	view_security_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err security_check_do(struct page_ctx *c)
{
	if (!may_look(c))
		return ERR_FORBIDDEN;
	if (!c->web->directive_sock || directive_ask(c, "check", "", NULL) != OK)
		page_flash(c, FLASH_WARNING, "The keeper does not answer, so nothing was looked at. See /status.");
	else
		page_flash(c, FLASH_DONE, "The keeper looks now. Come back in a minute or two.");
	return page_redirect(c, "/security");
}
