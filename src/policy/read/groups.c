#include "policy/read/groups.h"

#include "base/mem.h"
#include "policy/read/safesearch.h"
#include "policy/read/table.h"

uint32_t groups_find(const struct groups *g, struct str name)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->v[i].name, name))
			return (uint32_t)i;
	return GROUP_NONE;
}

uint32_t groups_now(const struct groups *g, uint32_t group, int64_t now_utc)
{
	for (int depth = 0; group < g->n && depth <= GROUP_DEPTH_MAX; depth++) {
		const struct group *it = &g->v[group];
		if (!it->until_utc || now_utc < it->until_utc)
			return group;
		group = it->parent;
	}
	return g->strictest;
}

int groups_distance(const struct groups *g, uint32_t group, uint32_t of)
{
	for (int depth = 0; group < g->n && depth <= GROUP_DEPTH_MAX; depth++) {
		if (group == of)
			return depth;
		group = g->v[group].parent;
	}
	return -1;
}

static struct week_span span_read(struct rd *r)
{
	struct week_span s;
	s.from = rd_u16le(r);
	s.to = rd_u16le(r);
	r->bad |= s.from >= WEEK_MINUTES || s.to > WEEK_MINUTES;
	return s;
}

static void spans_read(struct rd *r, struct group *g)
{
	g->n_hours = rd_count(r, 4, GROUP_HOURS_MAX);
	g->hours = g->n_hours ? mem_array(struct week_span, g->n_hours) : NULL;
	for (size_t i = 0; i < g->n_hours; i++)
		g->hours[i] = span_read(r);
	g->n_timed = rd_count(r, 6, GROUP_TIMED_MAX);
	g->timed = g->n_timed ? mem_array(struct timed, g->n_timed) : NULL;
	for (size_t i = 0; i < g->n_timed; i++) {
		g->timed[i].category = rd_u16le(r);
		g->timed[i].span = span_read(r);
	}
}

static void group_read(struct rd *r, struct group *g)
{
	g->name = rd_text(r);
	g->title = rd_text(r);
	g->parent = rd_u32le(r);
	g->until_utc = (int64_t)rd_u64le(r);
	g->flags = rd_u8(r);
	uint8_t safe = rd_u8(r);
	g->safe = safe <= SAFE_STRICT ? (enum safe_level)safe : SAFE_STRICT;
	for (size_t i = 0; i < ARRAY_N(g->blocked); i++)
		g->blocked[i] = rd_u64le(r);
	for (size_t i = 0; i < ARRAY_N(g->timed_set); i++)
		g->timed_set[i] = rd_u64le(r);
	for (size_t i = 0; i < ARRAY_N(g->unread); i++)
		g->unread[i] = rd_u64le(r);
	g->tools = rd_u64le(r);
	g->any_tool = rd_u8(r);
	g->home_tool = rd_u8(r);
	spans_read(r, g);
	r->bad |= safe > SAFE_STRICT || !g->name.n || (g->home_tool >= TOOLS_MAX && g->home_tool != TOOL_NONE);
}

/* Parents stand before their children, so there is no circle. */
static bool parents_fit(const struct groups *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].parent != GROUP_NONE && g->v[i].parent >= i)
			return false;
	return g->strictest < g->n;
}

enum err groups_read(struct str bytes, struct groups *out)
{
	struct rd r = rd_over(bytes);
	AUTO(groups_done) struct groups g = { 0 };
	size_t n = rd_count(&r, 40, GROUP_MAX);
	g.strictest = rd_u32le(&r);
	g.v = mem_array(struct group, n + 1);
	while (g.n < n && !r.bad)
		group_read(&r, &g.v[g.n++]);
	if (rd_end(&r) != OK || !parents_fit(&g))
		return ERR_CORRUPT;
	*out = g;
	g = (struct groups){ 0 };
	return OK;
}

static void group_write(const struct group *g, struct buf *b)
{
	tab_text(b, g->name);
	tab_text(b, g->title);
	tab_num(b, g->parent, 4);
	tab_num(b, (uint64_t)g->until_utc, 8);
	tab_num(b, g->flags, 1);
	tab_num(b, g->safe, 1);
	for (size_t i = 0; i < ARRAY_N(g->blocked); i++)
		tab_num(b, g->blocked[i], 8);
	for (size_t i = 0; i < ARRAY_N(g->timed_set); i++)
		tab_num(b, g->timed_set[i], 8);
	for (size_t i = 0; i < ARRAY_N(g->unread); i++)
		tab_num(b, g->unread[i], 8);
	tab_num(b, g->tools, 8);
	tab_num(b, g->any_tool, 1);
	tab_num(b, g->home_tool, 1);
	tab_num(b, g->n_hours, 4);
	for (size_t i = 0; i < g->n_hours; i++)
		tab_num(b, g->hours[i].from | (uint32_t)g->hours[i].to << 16, 4);
	tab_num(b, g->n_timed, 4);
	for (size_t i = 0; i < g->n_timed; i++) {
		tab_num(b, g->timed[i].category, 2);
		tab_num(b, g->timed[i].span.from | (uint32_t)g->timed[i].span.to << 16, 4);
	}
}

void groups_write(const struct groups *g, struct buf *out)
{
	tab_num(out, g->n, 4);
	tab_num(out, g->strictest, 4);
	for (size_t i = 0; i < g->n; i++)
		group_write(&g->v[i], out);
}

void groups_done(struct groups *g)
{
	for (size_t i = 0; i < g->n; i++) {
		mem_free(&g->v[i].hours);
		mem_free(&g->v[i].timed);
	}
	mem_free(&g->v);
	*g = (struct groups){ 0 };
}

enum err groups_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct groups g;
	TRY(groups_read(bytes, &g));
	groups_done(&g);
	return OK;
}
