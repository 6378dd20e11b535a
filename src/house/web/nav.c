/* The menu: home, what one uses every day, and the page one is on.  All the rest is on the home page, part by part. */
#include "house/web/nav.h"

enum { MENU_ROOM = 8 };

static bool here(struct str path, const char *href)
{
	struct str h = str_z(href);
	return str_eq(path, h) || (h.n > 1 && str_starts(path, h) && path.p[h.n] == '/');
}

/* Where a link stands: its area, and its place there. */
static size_t rank(const struct nav_item *n)
{
	for (size_t i = 0; i < N_NAV_AREAS; i++) {
		struct str rest = str_z(NAV_AREAS[i].hrefs), one;
		for (size_t at = 0; str_next(&rest, ' ', &one); at++)
			if (str_is(one, n->href))
				return i << 16 | at;
	}
	return (N_NAV_AREAS - 1) << 16 | 0xffff;
}

size_t nav_area_of(const struct nav_item *n) { return rank(n) >> 16; }

static int by_rank(const void *a, const void *b)
{
	size_t x = rank(*(const struct nav_item *const *)a), y = rank(*(const struct nav_item *const *)b);
	return x < y ? -1 : x > y;
}

static bool is_home(const struct nav_item *n) { return strcmp(n->href, "/home") == 0 || strcmp(n->href, "/welcome") == 0; }

/* What the viewer's role does most; absent: nothing is said of it. */
static struct str most_of(role_set roles)
{
	for (size_t i = 0; i < N_NAV_FIRST; i++)
		if (NAV_FIRST[i].roles & roles)
			return str_z(NAV_FIRST[i].hrefs);
	return STR_NONE;
}

/* That stands first; the rest stays in its order. */
static void first_for(role_set roles, const struct nav_item **list, size_t n)
{
	struct str rest = most_of(roles), one;
	size_t at = 0;
	while (str_next(&rest, ' ', &one))
		for (size_t i = at; i < n; i++)
			if (str_is(one, list[i]->href)) {
				const struct nav_item *x = list[i];
				memmove(&list[at + 1], &list[at], (i - at) * sizeof *list);
				list[at++] = x;
			}
}

size_t nav_area_for(role_set roles, const struct nav_item *n)
{
	struct str rest = most_of(roles), one;
	while (str_next(&rest, ' ', &one))
		if (str_is(one, n->href))
			return 0;
	return nav_area_of(n);
}

size_t nav_list(struct page_ctx *c, bool learner, const struct nav_item ***out)
{
	const struct nav_item **list = arena_array(c->arena, const struct nav_item *, N_NAV + 1);
	size_t n = 0;
	for (size_t i = 0; i < N_NAV; i++) {
		struct route as = { .may = NAV[i].may };
		if (NAV[i].learner == learner && !is_home(&NAV[i]) && web_allowed(c->web->rights, &as, true, c->roles) == OK)
			list[n++] = &NAV[i];
	}
	if (!learner) {
		qsort(list, n, sizeof *list, by_rank);
		first_for(c->roles, list, n);
	}
	*out = list;
	return n;
}

static void put(struct page_ctx *c, struct part_layout *l, struct part_layout_nav *nav, const char *href, const char *label)
{
	nav[l->n_nav++] = (struct part_layout_nav){ str_z(href), str_z(label), here(c->req->path, href) };
}

void nav_menu(struct page_ctx *c, struct part_layout *l)
{
	if (!c->session)
		return;
	const struct nav_item **list;
	size_t n = nav_list(c, l->learner, &list);
	struct part_layout_nav *nav = arena_array(c->arena, struct part_layout_nav, n + 2);
	put(c, l, nav, l->learner ? "/welcome" : "/home", "Home");
	for (size_t i = 0; i < n; i++)
		if (l->learner || i < MENU_ROOM || here(c->req->path, list[i]->href))
			put(c, l, nav, list[i]->href, list[i]->label);
	l->nav = nav;
}
