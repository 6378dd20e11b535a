/* What the filter closes and why, category by category: published for everybody; whoever works here also reads which lists feed it and how old they are. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/cli/cli.h"
#include "house/filter/category.h"
#include "house/page/fact.h"
#include "house/page/filter_form.h"
#include "house/page/policy_here.h"
#include "house/page/routes.h"
#include "policy/read/tables.h"

enum { LISTS_SHOWN = 200, OLD_DAYS = 14, GROUPS_TEXT = 2000 };

static enum err texts(struct page_ctx *c, struct category_texts *t)
{
	if (c->person && c->person->kind == KIND_LEARNER)
		return ERR_FORBIDDEN;
	return category_texts(c->arena, arena_fmt(c->arena, "%s/categories.conf", cli_data()).p, t);
}

static bool works_here(const struct page_ctx *c) { return c->person && page_may(c, CAP_RULE_PROPOSE, ACCESS_READ); }

static struct part_tag tag_of(const struct category_text *t)
{
	if (t->help)
		return (struct part_tag){ STR("Always open"), STR("green") };
	if (t->illegal)
		return (struct part_tag){ STR("Closed for everybody, always"), STR("red") };
	return t->allow ? (struct part_tag){ STR("Places to let through"), STR("green") } : (struct part_tag){ STR("Closed unless the school says otherwise"), STR("blue") };
}

/* Which part of the list it stands in: what is closed for ever, what the school closes, what stays open. */
static int part_of(const struct category_text *t) { return t->illegal ? 0 : t->help ? 3 : t->allow ? 2 : 1; }

enum err categories_show(struct page_ctx *c)
{
	struct category_texts t;
	TRY(texts(c, &t));
	struct view_categories_rows *rows = arena_array(c->arena, struct view_categories_rows, t.n + 1);
	size_t n = 0;
	for (int part = 0; part <= 3; part++)
		for (size_t i = 0, first = n; i < t.n; i++)
			if (part_of(&t.v[i]) == part) {
				rows[n] = (struct view_categories_rows){ .part = n == first ? tag_of(&t.v[i]).label : STR_NONE, .name = t.v[i].name, .title = t.v[i].title, .code = t.v[i].code, .holds = t.v[i].holds,
					.closed = part == 1 ? category_default_words(c->arena, &t.v[i]) : STR_NONE };
				n++;
			}
	return page_show(c, categories, "What the filter closes, and why", .rows = rows, .n_rows = n);
}

/* ---- one ---- */

static void name_to(struct buf *b, struct str group)
{
	struct str title = str_is(group, "unknown") ? STR("whoever is not known") : filter_group_title(group);
	buf_fmt(b, "%s%.*s", b->n ? ", " : "", STRF(title));
}

/* Whom this school closes it for today; groups that reach only their own list stand apart. */
static struct str closed_here(struct page_ctx *c, const struct policy *p, uint16_t category)
{
	AUTO(buf_done) struct buf closed = buf_init(GROUPS_TEXT), walled = buf_init(GROUPS_TEXT);
	for (uint32_t g = 0; g < p->groups.n; g++)
		if (p->groups.v[g].flags & GROUP_WALLED)
			name_to(&walled, policy_group_name(p, g));
		else if (group_bit(p->groups.v[g].blocked, category))
			name_to(&closed, policy_group_name(p, g));
	struct str all = closed.n ? arena_str(c->arena, buf_str(&closed)) : STR("Nobody");
	return walled.n ? arena_fmt(c->arena, "%.*s. And, like all that is not on their own list, for: %.*s", STRF(all), STRF(buf_str(&walled))) : all;
}

static size_t lists_of(struct page_ctx *c, const struct policy *p, const struct category_text *t, uint16_t category, struct view_category_lists *v)
{
	size_t n = 0;
	int64_t now = clock_utc();
	for (uint16_t i = 0; i < p->catalog.lists_n && n < LISTS_SHOWN; i++) {
		struct list l = catalog_list(&p->catalog, i);
		if (l.category != category)
			continue;
		bool old = now - l.read_utc > (t->sealed ? 1 : OLD_DAYS) * (int64_t)86400;
		v[n++] = (struct view_category_lists){ .name = arena_str(c->arena, l.name), .version = arena_str(c->arena, l.version), .entries = t->sealed ? STR("Not told") : arena_fmt(c->arena, "%u", l.entries),
			.read = time_words(c->arena, l.read_utc), .tag = { old ? STR("Old") : STR("Fresh"), old ? STR("red") : STR("green") } };
	}
	return n;
}

static void here(struct page_ctx *c, const struct category_text *t, struct view_category *v)
{
	AUTO(policy_free) struct policy *p = NULL;
	v->inside = true;
	if (page_policy(c, &p) != OK)
		return;
	uint16_t category = catalog_find(&p->catalog, t->name);
	if (category == CATEGORY_NONE)
		return;
	struct view_category_lists *lists = arena_array(c->arena, struct view_category_lists, LISTS_SHOWN);
	v->n_lists = lists_of(c, p, t, category, lists);
	v->lists = lists;
	if (!t->allow && !t->illegal)
		page_fact(c, &v->summary, page_text(TEXT_category_here), closed_here(c, p, category));
}

enum err category_show(struct page_ctx *c)
{
	struct category_texts all;
	TRY(texts(c, &all));
	const struct category_text *t = category_text(&all, page_param(c, "category"));
	if (!t)
		return ERR_ABSENT;
	struct view_category v = { .title = t->title, .tag = tag_of(t), .sensitive = t->sensitive, .sealed = t->sealed, .illegal = t->illegal, .may_ask = works_here(c) && page_may(c, CAP_RULE_PROPOSE, ACCESS_WRITE) };
	page_fact(c, &v.summary, page_text(TEXT_category_holds), t->holds);
	page_fact(c, &v.summary, page_text(TEXT_category_why), t->why);
	page_fact(c, &v.summary, page_text(TEXT_category_law), t->law);
	page_fact(c, &v.summary, page_text(TEXT_category_code), t->code);
	if (!t->allow)
		page_fact(c, &v.summary, page_text(TEXT_category_default), category_default_words(c->arena, t));
	if (works_here(c)) {
		here(c, t, &v);
		page_fact(c, &v.summary, page_text(TEXT_category_test), t->test);
	}
	page_begin(c, "A category of the filter");
	view_category_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
