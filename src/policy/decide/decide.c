#include "policy/decide/ask.h"

#include <assert.h>

#include "wire/host.h"

/* ---- answers */

static bool answer(struct ask *a, enum verdict v, enum reason r)
{
	a->out->verdict = v;
	a->out->reason = r;
	unsigned flags = reason_info(r)->flags;
	a->out->sensitive |= flags & REASON_SENSITIVE;
	a->out->unlogged |= flags & REASON_UNLOGGED;
	return true;
}

static void name_rule(struct ask *a, const struct rule *r)
{
	a->out->rule = r->id;
	a->out->matched = (uint8_t)r->host.n;
	if (r->until_utc)
		a->out->until_utc = r->until_utc;
}

static bool answer_rule(struct ask *a, const struct rule *r, enum verdict v, enum reason why)
{
	name_rule(a, r);
	return answer(a, v, why);
}

static struct category category_of(const struct ask *a, const struct hit *h)
{
	return catalog_category(&a->p->catalog, h->category);
}

static bool answer_hit(struct ask *a, const struct hit *h, enum reason why)
{
	a->out->category = h->category;
	a->out->list = h->list;
	a->out->matched = h->length <= a->f->host.n ? (uint8_t)h->length : 0;
	a->out->sensitive |= category_of(a, h).flags & CATEGORY_SENSITIVE;
	return answer(a, VERDICT_BLOCK, why);
}

static const struct hit *hit_with(const struct ask *a, unsigned flag)
{
	for (size_t i = 0; i < a->hits.n; i++)
		if (category_of(a, &a->hits.v[i]).flags & flag)
			return &a->hits.v[i];
	return NULL;
}

/* ---- the rows; true = it has answered */

static bool row_sealed(struct ask *a)
{
	struct sealed_hit hit;
	if (!a->p->sealed.open || !sealed_find(&a->p->sealed, a->f->host, a->f->path, &hit))
		return false;
	a->out->sealed = true;
	a->out->list = hit.list;
	a->out->ref = hit.ref;
	return answer(a, VERDICT_BLOCK, REASON_SEALED);
}

static bool row_help(struct ask *a)
{
	if (a->help)
		return answer_rule(a, a->help, VERDICT_ALLOW, REASON_HELP);
	return hit_with(a, CATEGORY_HELP) && answer(a, VERDICT_ALLOW, REASON_HELP);
}

static bool row_own(struct ask *a)
{
	return a->own && answer_rule(a, a->own, VERDICT_ALLOW, REASON_OWN_PAGE);
}

static bool row_standing(struct ask *a)
{
	static const enum reason why[N_STANDING] = {
		[STANDING_UNKNOWN] = REASON_SIGN_UNKNOWN,
		[STANDING_UNSIGNED] = REASON_SIGN_UNSIGNED,
		[STANDING_DECLINED] = REASON_SIGN_DECLINED,
	};
	enum standing s = (unsigned)a->f->standing < N_STANDING ? a->f->standing : STANDING_UNKNOWN;
	if (s == STANDING_GRACE || s == STANDING_CURRENT)
		return false;
	return answer(a, VERDICT_SIGN, why[s]);
}

static bool row_illegal(struct ask *a)
{
	const struct hit *hit = hit_with(a, CATEGORY_ILLEGAL);
	return hit && answer_hit(a, hit, REASON_ILLEGAL);
}

/* A span past midnight belongs to the day on which it began, also where that day alone is in term. */
static bool timetable_open(const struct ask *a, const struct group *g)
{
	bool term_only = g->flags & GROUP_TERM_ONLY;
	for (size_t i = 0; i < g->n_hours; i++)
		if (calendar_span_open(&a->p->calendar, g->hours[i], term_only, a->f->now_utc, a->minute))
			return true;
	return !g->n_hours && (!term_only || calendar_in_term(&a->p->calendar, a->f->now_utc));
}

static bool row_opening(struct ask *a)
{
	if (a->g->flags & GROUP_SESSION && !a->session)
		return answer(a, VERDICT_BLOCK, REASON_SESSION_NEEDED);
	bool open = timetable_open(a, a->g) && (!a->network || timetable_open(a, a->network));
	return !open && answer(a, VERDICT_BLOCK, REASON_TIMETABLE);
}

/* A search tool counts as a service for whoever has chosen tools, once the register has begun (7.1-08). */
static bool tool_unassessed(const struct ask *a)
{
	if (!a->p->tools_assessed || !a->search || a->g->any_tool || a->search->who >= (int64_t)a->p->tools.n)
		return false;
	return a->p->tools.v[a->search->who].flags & TOOL_SEARCH && a->g->tools >> a->search->who & 1;
}

static bool row_service(struct ask *a)
{
	if (a->device && !a->f->device)
		return answer_rule(a, a->device, VERDICT_BLOCK, REASON_SERVICE_DEVICE);
	if (a->service || a->in_use)
		return false;
	if (a->held)
		return answer_rule(a, a->held, VERDICT_BLOCK, REASON_SERVICE_HELD);
	return tool_unassessed(a) && answer_rule(a, a->search, VERDICT_BLOCK, REASON_SERVICE_HELD);
}

static bool row_live(struct ask *a)
{
	if (a->live_block)
		return answer_rule(a, a->live_block, VERDICT_BLOCK, REASON_LIVE_BLOCKED);
	return a->live_allow && answer_rule(a, a->live_allow, VERDICT_ALLOW, REASON_LIVE_ALLOWED);
}

static bool walled(const struct ask *a)
{
	return a->session_walled || a->g->flags & GROUP_WALLED;
}

/* A rule for everyone says "the lists are wrong about this one", not "put it on
 * every wall": behind a wall it lifts the categories and no more. */
static bool row_rules(struct ask *a)
{
	if (!a->rule)
		return false;
	if (a->rule->kind == RULE_BLOCK)
		return answer_rule(a, a->rule, VERDICT_BLOCK, REASON_RULE_BLOCKED);
	if (a->session_walled || (walled(a) && a->rule->scope == SCOPE_EVERYONE)) {
		a->lifted = true;
		return false;
	}
	return answer_rule(a, a->rule, VERDICT_ALLOW, REASON_RULE_ALLOWED);
}

static bool open_now(const struct ask *a, uint16_t category)
{
	for (size_t i = 0; i < a->g->n_timed; i++)
		if (a->g->timed[i].category == category && span_has(a->g->timed[i].span, a->minute))
			return true;
	return false;
}

/* Whether this category is closed for the group at this moment. */
static bool closed(const struct ask *a, const struct hit *h)
{
	if (category_of(a, h).flags & (CATEGORY_ALLOW | CATEGORY_HELP))
		return false;
	if (group_bit(a->g->timed_set, h->category))
		return !open_now(a, h->category);
	return group_bit(a->g->blocked, h->category);
}

/* The closed category to name: a sensitive one before others, so that no page says too much. */
static const struct hit *closed_hit(const struct ask *a, bool with_gaming)
{
	const struct hit *first = NULL;
	for (size_t i = 0; i < a->hits.n; i++) {
		const struct hit *h = &a->hits.v[i];
		if ((h->category == a->p->gaming && !with_gaming) || !closed(a, h))
			continue;
		if (a->service && category_of(a, h).flags & CATEGORY_SERVICE)
			continue;
		if (category_of(a, h).flags & CATEGORY_SENSITIVE)
			return h;
		if (!first)
			first = h;
	}
	return first;
}

static bool tool_closed(const struct ask *a)
{
	if (!a->search || a->g->any_tool || a->search->who >= (int64_t)a->p->tools.n)
		return false;
	return a->p->tools.v[a->search->who].flags & TOOL_SEARCH && !(a->g->tools >> a->search->who & 1);
}

/* Answers only where `gaming` is all that stands against it; else the rows below speak. */
static bool row_teaching(struct ask *a)
{
	if (!a->teaching || walled(a) || tool_closed(a))
		return false;
	if (!closed_hit(a, true) || closed_hit(a, false))
		return false;
	return answer_rule(a, a->teaching, VERDICT_ALLOW, REASON_TEACHING);
}

static bool row_categories(struct ask *a)
{
	const struct hit *h = a->lifted ? NULL : closed_hit(a, !a->teaching);
	if (h)
		return answer_hit(a, h, group_bit(a->g->timed_set, h->category) ? REASON_TIMED : REASON_CATEGORY);
	if (!tool_closed(a))
		return false;
	if (a->g->home_tool < a->p->tools.n)
		a->out->redirect = a->p->tools.v[a->g->home_tool].start;
	name_rule(a, a->search);
	return answer(a, VERDICT_BLOCK, REASON_SEARCH_TOOL);
}

static bool session_lists(const struct ask *a)
{
	return a->p->live && live_session_has(a->p->live, a->f->class_id, a->f->host, a->f->path, a->f->now_utc);
}

static bool row_wall(struct ask *a)
{
	if (!walled(a))
		return false;
	if (session_lists(a))
		return answer(a, VERDICT_ALLOW, REASON_SESSION_LISTED);
	if (a->session_walled)
		return answer(a, VERDICT_BLOCK, REASON_SESSION_WALLED);
	if (a->service && a->service->scope != SCOPE_EVERYONE)
		return answer_rule(a, a->service, VERDICT_ALLOW, REASON_SERVICE);
	if (a->wall)
		return answer_rule(a, a->wall, VERDICT_ALLOW, REASON_LISTED);
	return answer(a, VERDICT_BLOCK, REASON_WALLED);
}

static bool row_rest(struct ask *a)
{
	if (a->service)
		return answer_rule(a, a->service, VERDICT_ALLOW, REASON_SERVICE);
	return answer(a, VERDICT_ALLOW, REASON_ALLOWED);
}

/* The precedence: first to answer decides. */
static bool (*const rows[N_ROW])(struct ask *) = {
	[ROW_SEALED]     = row_sealed,
	[ROW_HELP]       = row_help,
	[ROW_OWN]        = row_own,
	[ROW_STANDING]   = row_standing,
	[ROW_ILLEGAL]    = row_illegal,
	[ROW_OPENING]    = row_opening,
	[ROW_SERVICE]    = row_service,
	[ROW_LIVE]       = row_live,
	[ROW_RULES]      = row_rules,
	[ROW_TEACHING]   = row_teaching,
	[ROW_CATEGORIES] = row_categories,
	[ROW_WALL]       = row_wall,
	[ROW_REST]       = row_rest,
};

static enum row first_answer(struct ask *a)
{
	for (int row = ROW_NONE + 1; row < N_ROW; row++)
		if (rows[row](a))
			return (enum row)row;
	assert(!"the last row always answers");
	return ROW_NONE;
}

/* ---- what goes with the answer */

static void add_safe_name(struct ask *a)
{
	if (a->out->verdict != VERDICT_ALLOW || a->out->row <= ROW_OWN || !a->search || a->g->safe == SAFE_OFF)
		return;
	const struct tool *t = &a->p->tools.v[a->search->who];
	struct str safe = a->g->safe == SAFE_STRICT || !t->moderate.n ? t->strict : t->moderate;
	if (safe.n && !str_eq(safe, a->f->host))
		a->out->safe_host = safe;
}

static void sooner(int64_t *until, int64_t at)
{
	if (at && (!*until || at < *until))
		*until = at;
}

static void timetable_until(const struct ask *a, const struct group *g, int64_t *until)
{
	int64_t now = a->f->now_utc;
	if (g->flags & GROUP_TERM_ONLY)
		sooner(until, calendar_term_change(&a->p->calendar, now));
	for (size_t i = 0; i < g->n_hours; i++)
		sooner(until, calendar_span_until(&a->p->calendar, g->hours[i], false, now, a->minute));
}

/* When the clock alone may change this answer.  Rows above OPENING know no time. */
static void add_until(struct ask *a)
{
	int64_t *until = &a->out->until_utc, now = a->f->now_utc;
	if (a->out->row <= ROW_ILLEGAL)
		return;
	sooner(until, a->g->until_utc);
	timetable_until(a, a->g, until);
	if (a->network)
		timetable_until(a, a->network, until);
	for (size_t i = 0; a->hits.n && i < a->g->n_timed; i++)
		sooner(until, calendar_span_until(&a->p->calendar, a->g->timed[i].span, false, now, a->minute));
	if (a->service)
		sooner(until, a->service->until_utc);
	if (a->in_use)
		sooner(until, a->in_use->until_utc);
	if (a->live_allow)
		sooner(until, a->live_allow->until_utc);
	if (a->live_block)
		sooner(until, a->live_block->until_utc);
	sooner(until, a->session_until);
	sooner(until, a->times_until);
}

/* Whatever the verdict: a refusal inside TLS is a page, outside it is the browser's own message. */
static bool reads_inside(const struct ask *a)
{
	if (!(a->g->flags & GROUP_INSPECT) || a->unread || a->help || a->own || hit_with(a, CATEGORY_HELP))
		return false;
	for (size_t i = 0; i < a->hits.n; i++)
		if (group_bit(a->g->unread, a->hits.v[i].category))
			return false;
	return true;
}

static void decide_with(const struct policy *p, const struct facts *f, const struct rule *opened, struct decision *out)
{
	struct ask a = { .p = p, .f = f, .out = out };
	*out = (struct decision){ .category = CATEGORY_NONE, .list = LIST_NONE };
	if (!p) {
		answer(&a, VERDICT_BLOCK, REASON_NO_POLICY);
		return;
	}
	if (!f->host.n || f->host.n > HOST_MAX) {
		answer(&a, VERDICT_BLOCK, REASON_BAD_NAME);
		return;
	}
	ask_gather(&a);
	if (opened && !a.held)
		a.service = opened;
	out->row = first_answer(&a);
	out->partial = a.partial && out->row >= ROW_LIVE;
	out->inspect = reads_inside(&a);
	add_safe_name(&a);
	add_until(&a);
}

void decide(const struct policy *p, const struct facts *f, struct decision *out)
{
	decide_with(p, f, NULL, out);
}

void decide_opened(const struct policy *p, const struct facts *f, const struct rule *opened, struct decision *out)
{
	decide_with(p, f, opened, out);
	if (out->verdict == VERDICT_ALLOW && out->reason == REASON_SERVICE)
		out->reason = REASON_RULE_ALLOWED;
}

const char *row_text(enum row row)
{
	static const char *const text[N_ROW] = {
#define ROW_TEXT_(name, words) [ROW_##name] = words,
		PRECEDENCE_TABLE(ROW_TEXT_)
#undef ROW_TEXT_
	};
	return (unsigned)row < N_ROW && text[row] ? text[row] : "";
}

const char *verdict_word(enum verdict v)
{
	static const char *const word[N_VERDICT] = { "allow", "block", "sign" };
	return (unsigned)v < N_VERDICT ? word[v] : "";
}
