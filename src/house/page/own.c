/* What is one's own: home, sessions, password. */
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/glass.h"
#include "house/account/password.h"
#include "house/page/messages.h"
#include "house/page/notices.h"
#include "house/page/routes.h"
#include "house/page/tasks.h"

/* The links come in the order of their areas. */
static const struct view_home_areas *areas(struct page_ctx *c, size_t *n)
{
	const struct nav_item **list;
	size_t shown = nav_list(c, false, &list);
	struct view_home_areas *v = arena_array(c->arena, struct view_home_areas, N_NAV_AREAS + 1);
	struct view_home_areas_links *links = arena_array(c->arena, struct view_home_areas_links, shown + 1);
	*n = 0;
	for (size_t i = 0; i < shown; i++) {
		links[i] = (struct view_home_areas_links){ str_z(list[i]->href), str_z(list[i]->label), str_z(list[i]->hint) };
		if (i == 0 || nav_area_for(c->roles, list[i]) != nav_area_for(c->roles, list[i - 1]))
			v[(*n)++] = (struct view_home_areas){ .title = str_z(NAV_AREAS[nav_area_for(c->roles, list[i])].title), .links = &links[i] };
		v[*n - 1].n_links++;
	}
	return v;
}

enum err home_show(struct page_ctx *c)
{
	if (c->person->kind == KIND_LEARNER)
		return page_redirect(c, "/welcome");
	size_t n;
	const struct view_home_areas *all = areas(c, &n);
	struct part_duties duties;
	struct part_notice_text mine;
	TRY(page_duties(c, &duties, &mine));
	int64_t open, overdue;
	struct str reminder;
	TRY(page_message(c, &reminder));
	TRY(page_tasks_waiting(c, &open, &overdue));
	return page_show(c, home, "Home", .duties = duties, .has_mine = mine.title.n > 0, .mine = mine, .has_tasks = open >= 0, .tasks = open, .late = overdue > 0 ? overdue : 0, .reminder = reminder, .staff = c->person->kind != KIND_PARENT && c->person->kind != KIND_VISITOR, .name = c->person->name, .roles = role_titles(c->arena, c->roles),
		.envelopes = glass_keeps(c->roles, GLASS_FIRST) || glass_keeps(c->roles, GLASS_SECOND), .areas = all, .n_areas = n);
}

/* "Chrome on Windows": what a browser calls itself, in words that people use; the first that fits. */
static struct str agent_words(struct arena *a, struct str agent)
{
	static const struct { const char *says, *name; } browsers[] = { { "Edg/", "Edge" }, { "OPR/", "Opera" }, { "SamsungBrowser/", "Samsung Internet" },
		{ "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" }, { "CriOS/", "Chrome" }, { "Chrome/", "Chrome" }, { "Safari/", "Safari" } },
		systems[] = { { "CrOS", "a Chromebook" }, { "Windows", "Windows" }, { "iPhone", "an iPhone" }, { "iPad", "an iPad" }, { "Android", "Android" },
		{ "Mac OS", "a Mac" }, { "Linux", "Linux" } };
	const char *browser = "A browser", *on = NULL;
	for (size_t i = ARRAY_N(browsers); i-- > 0;)
		if (str_find(agent, str_z(browsers[i].says)) >= 0)
			browser = browsers[i].name;
	for (size_t i = ARRAY_N(systems); i-- > 0;)
		if (str_find(agent, str_z(systems[i].says)) >= 0)
			on = systems[i].name;
	return on ? arena_fmt(a, "%s on %s", browser, on) : str_z(browser);
}

static struct str where_words(struct arena *a, struct addr peer)
{
	char where[ADDR_TEXT_MAX];
	size_t n = addr_text(peer, where);
	return arena_fmt(a, "%s (%.*s)", throttle_own_network(peer) ? "In the school's network" : "Outside the school", (int)n, where);
}

enum err my_sessions_show(struct page_ctx *c)
{
	struct session *s;
	size_t n;
	TRY(session_list(c->db, c->arena, c->web->account, c->school, c->session->person, &s, &n));
	struct view_my_sessions_rows *rows = arena_array(c->arena, struct view_my_sessions_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct view_my_sessions_rows){ .id = s[i].id, .agent = agent_words(c->arena, s[i].agent), .whole = s[i].agent,
			.where = where_words(c->arena, s[i].peer), .how = str_z(session_how_title(s[i].how)), .began = time_words(c->arena, s[i].began_utc),
			.seen = time_words(c->arena, s[i].seen_utc), .current = s[i].id == c->session->id };
	}
	return page_show(c, my_sessions, "Where you are signed in", .rows = rows, .n_rows = n);
}

enum err my_sessions_end(struct page_ctx *c)
{
	int64_t id;
	TRY(str_i64(page_field(c, "id"), &id));
	TRY(session_end(c->db, c->school, c->session->person, id));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_sessions_ended)));
	return page_redirect(c, "/me/sessions");
}

enum err my_sessions_end_all(struct page_ctx *c)
{
	TRY(session_end_all(c->db, c->school, c->session->person, c->session->id));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_sessions_all_ended)));
	return page_redirect(c, "/me/sessions");
}

static enum err password_page(struct page_ctx *c)
{
	return page_show(c, my_password, "Change your password", .errors = page_errors(c), .old_error = page_wrong_text(c, "old"),
		.new_error = page_wrong_text(c, "password"), .forced = c->session->must_change);
}

/* A session that waits for its second step, or is locked, may not change the password. */
static bool whole(const struct page_ctx *c) { return !c->session->half && !c->session->locked; }

enum err my_password_show(struct page_ctx *c) { return whole(c) ? password_page(c) : page_redirect(c, "/home"); }

static enum err check_old(struct page_ctx *c, struct str old)
{
	struct guess g;
	struct place from = page_place(c);
	enum err e = password_guess_from(c->db, c->web->account, c->school, c->person->username, old, &from, &g);
	if (e == ERR_SIGNIN || e == ERR_BUSY) {
		page_wrong(c, "old", "%.*s", STRF(page_text(e == ERR_BUSY ? TEXT_sign_in_wait : TEXT_password_old_bad)));
		return OK;
	}
	return e;
}

enum err my_password_do(struct page_ctx *c)
{
	struct str old = page_secret(c, "old"), fresh = page_secret(c, "password");
	struct act act = page_act(c, "own password");
	char token[SESSION_TOKEN_TEXT];
	struct session s;
	bool second = c->session->second;
	if (!whole(c))
		return ERR_FORBIDDEN;
	TRY(check_old(c, old));
	if (!page_is_wrong(c) && str_eq(old, fresh))
		page_wrong(c, "password", "%.*s", STRF(page_text(TEXT_password_same)));
	enum err e = page_is_wrong(c) ? OK : password_renew(c->db, c->web->account, &act, c->session->person, old, fresh, &c->errors);
	if (page_is_wrong(c))
		return password_page(c);
	TRY(e);
	TRY(session_begin_known(c->db, c->web->account, c->person, HOW_PASSWORD, second, c->req->peer, c->req->agent, token, &s));      /* all others have ended */
	c->session = arena_new(c->arena, struct session);
	*c->session = s;
	page_cookie(c, arena_str(c->arena, str_z(token)).p);
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_password_done)));
	return page_redirect(c, "/home");
}
