/* The protected lists: how old they are, what was asked and came of it, every gap; and "ask now". */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/filter/sealed_watch.h"
#include "house/filter/upstream.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/policy_here.h"
#include "house/page/routes.h"
#include "house/web/directive.h"

enum { DAYS_SHOWN = 14, HOUR_S = 3600 };

static struct part_tag light_tag(enum light l)
{
	return l == LIGHT_GREEN ? (struct part_tag){ STR("Applied"), STR("green") } : l == LIGHT_AMBER ? (struct part_tag){ STR("Not all proved"), STR("yellow") } : (struct part_tag){ STR("To be mended"), STR("red") };
}

/* ---- the lists ---- */

static struct view_sealed_lists list_row(struct page_ctx *c, const struct sealed_feed *x)
{
	int64_t at = x->read_utc, now = clock_utc();
	struct view_sealed_lists row = { .title = arena_str(c->arena, x->title) };
	if (!at) {
		row.tag = (struct part_tag){ STR("Not loaded here"), STR("grey") };
		return row;
	}
	bool old = now - at > SEALED_FRESH_S;
	long long hours = (long long)((now - at) / HOUR_S);
	row.tag = (struct part_tag){ old ? STR("Too old") : STR("Fresh"), old ? STR("red") : STR("green") };
	row.read = arena_fmt(c->arena, "%lld hour%s old: read %.*s", hours, hours == 1 ? "" : "s", STRF(page_when(c, at)));
	return row;
}

static void lists(struct page_ctx *c, const struct policy *p, struct view_sealed *v)
{
	struct sealed_feed feeds[SEALED_FEEDS_MAX];
	struct view_sealed_lists *rows = arena_array(c->arena, struct view_sealed_lists, SEALED_FEEDS_MAX);
	v->n_lists = sealed_feeds(p, feeds);
	for (size_t i = 0; i < v->n_lists; i++)
		rows[i] = list_row(c, &feeds[i]);
	v->lists = rows;
}

/* ---- what was asked, and gaps ---- */

static struct part_tag day_tag(struct str state)
{
	return str_is(state, "held") ? (struct part_tag){ STR("Refused"), STR("green") } : str_is(state, "open") ? (struct part_tag){ STR("Let through"), STR("red") } : (struct part_tag){ STR("No answer"), STR("grey") };
}

static enum err days(struct page_ctx *c, struct store *st, struct view_sealed *v)
{
	struct sealed_day *x;
	size_t n;
	TRY(sealed_days(st, c->arena, c->school, DAYS_SHOWN, &x, &n));
	struct view_sealed_days *rows = arena_array(c->arena, struct view_sealed_days, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_sealed_days){ .at = page_when(c, x[i].tried_utc), .whom = x[i].whom == ASKED_OWN ? STR("the filter itself") : STR("the supplier's filter"), .tag = day_tag(x[i].state),
			.asked = x[i].asked, .refused = x[i].refused, .says = str_is(x[i].state, "held") ? STR_NONE : x[i].says };
	v->days = rows;
	v->n_days = n;
	return OK;
}

static enum err gaps(struct page_ctx *c, struct store *st, struct view_sealed *v)
{
	struct sealed_gap *x;
	size_t n;
	TRY(sealed_gaps(st, c->arena, c->school, 0, &x, &n));
	struct view_sealed_gaps *rows = arena_array(c->arena, struct view_sealed_gaps, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_sealed_gaps){ .words = sealed_gap_words(c->arena, &x[i]), .says = x[i].says,
			.tag = x[i].end_utc ? (struct part_tag){ STR("Ended"), STR("grey") } : (struct part_tag){ STR("Goes on"), STR("red") } };
	v->gaps = rows;
	v->n_gaps = n;
	return OK;
}

static enum err state(struct page_ctx *c, struct store *st, struct view_sealed *v)
{
	AUTO(policy_free) struct policy *p = NULL;
	v->tag = light_tag(LIGHT_RED);
	v->says = STR("No policy is in use here, so no protected list is applied.");
	if (page_policy(c, &p) != OK)
		return OK;
	struct sealed_facts f = sealed_facts_of(p);
	TRY(sealed_evidence(st, c->arena, c->school, &f));
	struct sealed_state s = sealed_state(c->arena, &f, clock_utc());
	v->tag = light_tag(s.light);
	v->says = s.sentence;
	if (f.supplier.n)
		v->supplier = arena_fmt(c->arena, "The filter of %.*s stands in front of this one.", STRF(f.supplier));
	lists(c, p, v);
	return OK;
}

enum err sealed_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct view_sealed v = { .may = filter_may_try(c) };
	struct upstream_name *names;
	size_t n;
	TRY(state(c, &st, &v));
	TRY(upstream_names(&st, c->arena, c->school, &names, &n));
	v.names = (int64_t)n;
	TRY(days(c, &st, &v));
	TRY(gaps(c, &st, &v));
	page_begin(c, "Protected lists");
	view_sealed_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err sealed_do(struct page_ctx *c)
{
	if (!filter_may_try(c))
		return ERR_FORBIDDEN;
	if (directive_ask(c, "sealed-test", "", NULL) == OK)
		page_flash(c, FLASH_DONE, "The test names are asked for now. Look again in a minute.");
	else
		page_flash(c, FLASH_NOTE, "The keeper does not answer, or no policy is in use yet, so nothing can be asked.");
	return page_redirect(c, "/status/sealed");
}
