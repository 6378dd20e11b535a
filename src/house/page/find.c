/* A child by a few letters, for those who work here. */
#include "base/mem.h"
#include "gen_ui.h"
#include "house/account/find.h"
#include "house/page/routes.h"

/* Staff only: a supply teacher has today's classes, a governor and a volunteer no child by name. */
static bool works_here(const struct page_ctx *c) { return c->person->kind == KIND_STAFF; }

static struct str place_of(struct page_ctx *c, const struct found *f)
{
	if (f->kind != KIND_LEARNER)
		return str_z(kind_title(f->kind));
	return f->class_name.n ? arena_fmt(c->arena, "%s, %.*s", year_title(f->year), STRF(f->class_name)) : str_z(year_title(f->year));
}

enum err find_show(struct page_ctx *c)
{
	struct str q = page_query(c, "q");
	struct found *found = NULL;
	size_t n = 0;
	bool near = false;
	if (!works_here(c))
		return ERR_FORBIDDEN;
	TRY(find_people(c->db, c->arena, c->school, q, KIND_LEARNER, &found, &n, &near));
	struct view_find_rows *rows = arena_array(c->arena, struct view_find_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_find_rows){ found[i].name, place_of(c, &found[i]),
			page_may(c, CAP_ACCOUNTS, ACCESS_READ) ? arena_fmt(c->arena, "/people/%lld", (long long)found[i].id) : STR("") };
	return page_show(c, find, "Find a child", .q = q, .asked = q.n > 0, .near = near && n > 0, .many = n == FIND_MOST, .rows = rows, .n_rows = n);
}
