#include "house/web/web_test.h"

/* How many links the menu of this page has. */
static size_t links(const struct web_visit *v)
{
	struct str rest = v->body;
	size_t n = 0;
	for (ptrdiff_t at; (at = str_find(rest, STR("gh-nav__item"))) >= 0; rest = str_from(rest, (size_t)at + 12))
		n += rest.p[at + 12] == '"' || rest.p[at + 12] == ' ';
	return n;
}

static bool in_menu(struct str href)
{
	for (size_t i = 0; i < N_NAV; i++)
		if (str_is(href, NAV[i].href))
			return true;
	return false;
}

TEST(nav, areas_name_only_what_the_menu_has_and_nothing_twice)
{
	AUTO(arena_done) struct arena names = arena_init();
	for (size_t a = 0; a < N_NAV_AREAS; a++) {
		struct str rest = str_z(NAV_AREAS[a].hrefs), one;
		while (str_next(&rest, ' ', &one)) {
			CHECK(in_menu(one));
			struct nav_item n = { .href = arena_z(&names, one) };
			CHECK_INT(nav_area_of(&n), a);
		}
	}
	CHECK_INT(nav_area_of(&(struct nav_item){ .href = "/nothing-names-this" }), N_NAV_AREAS - 1);
}

TEST(nav, a_busy_person_has_a_short_menu_and_everything_on_the_home_page)
{
	ON_EACH_PROFILE(w) {
		struct web_visit home = web_get(&w, ROLE_DSL, "/home"), roles = web_get(&w, ROLE_DSL, "/roles");
		CHECK(links(&home) >= 6 && links(&home) <= 9);
		CHECK(web_says(&home, "Every day") && web_says(&home, "The policy and its records") && web_says(&home, "href=\"/roles\""));
		CHECK(web_says(&roles, "<a href=\"/roles\" aria-current=\"page\">") && links(&roles) == links(&home) + 1);
		CHECK(!web_says(&home, "href=\"/welcome\""));
	}
}

/* The first link after home. */
static bool first_is(const struct web_visit *v, const char *href)
{
	struct str s = v->body;
	for (int i = 0; i < 2; i++) {
		ptrdiff_t at = str_find(s, STR("<li class=\"gh-nav__item"));
		if (at < 0)
			return false;
		s = str_from(s, (size_t)at + 1);
	}
	ptrdiff_t at = str_find(s, STR("href=\""));
	return at >= 0 && str_starts(str_from(s, (size_t)at + 6), str_z(href));
}

TEST(nav, each_role_finds_first_what_it_does_most)
{
	static const struct { enum role role; const char *href; } want[] = { { ROLE_DSL, "/today\"" }, { ROLE_TECHNICIAN, "/status\"" }, { ROLE_TEACHER, "/classes\"" },
		{ ROLE_OFFICE, "/visitors\"" }, { ROLE_GOVERNOR, "/governors\"" }, { ROLE_ADMIN, "/people\"" } };
	ON_EACH_PROFILE(w)
		for (size_t i = 0; i < ARRAY_N(want); i++) {
			struct web_visit v = web_get(&w, want[i].role, "/home");
			CHECK(first_is(&v, want[i].href));
		}
	for (size_t i = 0; i < N_NAV_FIRST; i++) {
		struct str rest = str_z(NAV_FIRST[i].hrefs), one;
		while (str_next(&rest, ' ', &one))
			CHECK(in_menu(one));
	}
}

TEST(nav, a_pupil_has_the_pupils_menu_and_a_stranger_none)
{
	ON_EACH_PROFILE(w) {
		struct web_visit pupil = web_get(&w, ROLE_LEARNER, "/welcome"), nobody = web_get(&w, NOBODY, "/");
		CHECK(links(&pupil) >= 3 && !web_says(&pupil, "href=\"/home\"") && !web_says(&pupil, "href=\"/registers\""));
		CHECK_INT(links(&nobody), 0);
	}
}
