/* The self-audit: aspects with their levels, what shows them, what is planned; this year beside the year before. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/page/page_store.h"
#include "house/page/policy.h"
#include "house/procedure/calendar.h"
#include "house/register/may.h"

enum { ASPECTS_MAX = 60, AREAS_MAX = 12, LEVELS = 5, LINES_MAX = 6 };

struct audit_page {
	struct page_ctx *c;
	struct conf conf;
	struct entry_page now, before;         /* of this school year, and the one before */
	struct store store;
	struct evidence_ask ask;
	bool may_write;
	int year;
};

static enum err levels_of(struct audit_page *p, int year, struct entry_page *out)
{
	struct entry_may may = { .school = p->c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "audit-level", .where = { { "year", ENTRY_IS, year, STR_NONE } }, .n_where = 1, .limit = ENTRY_PAGE_MAX };
	return entry_list(&p->store, p->c->arena, &may, &q, out);
}

static const struct entry *of(const struct entry_page *page, struct str aspect)
{
	for (size_t i = 0; i < page->n; i++)
		if (!str_is(page->entries[i].state, REG_UNDONE) && str_eq(entry_value(&page->entries[i], "aspect"), aspect))
			return &page->entries[i];
	return NULL;
}

static const char *colour_of(struct str level)
{
	static const char *const colours[] = { "green", "green", "yellow", "orange", "red" };
	return level.n == 1 && level.p[0] >= '1' && level.p[0] <= '5' ? colours[level.p[0] - '1'] : "grey";
}

static enum err measured(struct audit_page *p, struct str features, struct view_self_audit_areas_aspects_lines **out, size_t *n)
{
	struct str one;
	*out = arena_array(p->c->arena, struct view_self_audit_areas_aspects_lines, LINES_MAX);
	*n = 0;
	while (str_next(&features, ' ', &one) && *n < LINES_MAX) {
		struct evidence e;
		TRY(evidence_of(&p->ask, p->c->arena, one, &e));
		if (e.served)
			(*out)[(*n)++] = (struct view_self_audit_areas_aspects_lines){ page_status_tag(&e), e.text };
	}
	return OK;
}

static void meanings(struct audit_page *p, const struct conf_block *b, struct view_self_audit_areas_aspects *v)
{
	struct view_self_audit_areas_aspects_levels *rows = arena_array(p->c->arena, struct view_self_audit_areas_aspects_levels, LEVELS);
	for (int i = 0; i < LEVELS; i++)
		rows[i] = (struct view_self_audit_areas_aspects_levels){ LEVELS - i, conf_get(b, arena_fmt(p->c->arena, "level-%d", LEVELS - i).p) };
	v->levels = rows;
	v->n_levels = LEVELS;
}

static void planned(struct audit_page *p, const struct entry *e, struct view_self_audit_areas_aspects *v)
{
	int64_t by = 0;
	v->evidence = entry_value(e, "evidence");
	v->target = entry_value(e, "target");
	v->action = entry_value(e, "action");
	if (time_read_date(entry_value(e, "by"), &by) == OK)
		v->by = time_date_words(p->c->arena, by);
}

static enum err aspect(struct audit_page *p, const struct conf_block *b, struct view_self_audit_areas_aspects *v)
{
	struct arena *a = p->c->arena;
	const struct entry *e = of(&p->now, b->id), *was = of(&p->before, b->id);
	struct str level = e ? entry_value(e, "level") : STR_NONE;
	struct view_self_audit_areas_aspects_lines *lines;
	*v = (struct view_self_audit_areas_aspects){ .title = conf_get(b, "title"), .has = e != NULL, .colour = str_z(colour_of(level)),
		.level = level.n ? arena_fmt(a, "Level %.*s", STRF(level)) : page_text(TEXT_audit_none),
		.means = level.n ? conf_get(b, arena_fmt(a, "level-%.*s", STRF(level)).p) : STR_NONE, .was = was ? entry_value(was, "level") : STR_NONE };
	TRY(measured(p, conf_get(b, "evidence"), &lines, &v->n_lines));
	v->lines = lines;
	meanings(p, b, v);
	if (e)
		planned(p, e, v);
	if (p->may_write)
		v->href = e ? arena_fmt(a, "/registers/audit-level/%lld/edit", (long long)e->id) : arena_fmt(a, "/registers/audit-level/new?aspect=%.*s&year=%d", STRF(b->id), p->year);
	return OK;
}

struct areas { struct view_self_audit_areas v[AREAS_MAX]; struct view_self_audit_areas_aspects *rows[AREAS_MAX]; size_t n; };

/* The area of this title, in the order of the file; what is too many stands in the last one. */
static size_t area_of(struct arena *a, struct areas *all, struct str title)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->v[i].title, title) || i + 1 == AREAS_MAX)
			return i;
	all->rows[all->n] = arena_array(a, struct view_self_audit_areas_aspects, ASPECTS_MAX);
	all->v[all->n] = (struct view_self_audit_areas){ .title = title, .aspects = all->rows[all->n] };
	return all->n++;
}

static enum err open_page(struct page_ctx *c, struct audit_page *p)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	const struct reg *reg = registers_find(c->web->registers, STR("audit-level"));
	*p = (struct audit_page){ .c = c, .year = (int)page_query_int(c, "year", calendar_school_year(clock_utc()), 2000, 2200) };
	TRY(page_evidence(c, &p->store, &p->ask));
	TRY(conf_load(c->arena, arena_fmt(c->arena, "%s/audit.conf", cli_data()).p, &d, &p->conf));
	p->may_write = reg && reg_may_of(c->web->rights, c->roles, reg).add;
	TRY(levels_of(p, p->year, &p->now));
	return levels_of(p, p->year - 1, &p->before);
}

enum err self_audit_show(struct page_ctx *c)
{
	struct audit_page p;
	TRY(open_page(c, &p));
	struct areas *all = arena_new(c->arena, struct areas);
	struct view_self_audit v = { .year = p.year, .next = p.year + 1, .areas = all->v, .before = arena_fmt(c->arena, "/self-audit?year=%d", p.year - 1) };
	for (size_t i = 0; i < p.conf.n && v.all < ASPECTS_MAX; i++) {
		const struct conf_block *b = &p.conf.blocks[i];
		if (!str_is(b->kind, "aspect"))
			continue;
		size_t at = area_of(c->arena, all, conf_get(b, "area"));
		struct view_self_audit_areas_aspects *row = &all->rows[at][all->v[at].n_aspects++];
		TRY(aspect(&p, b, row));
		v.n += row->has;
		v.all++;
	}
	v.n_areas = all->n;
	page_begin(c, "Self-audit of online safety");
	view_self_audit_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
