/* Children signing in, and the page that greets them. */
#include "base/log.h"
#include "base/mem.h"
#include "house/page/outside.h"
#include "house/page/notices.h"
#include "house/page/routes.h"
#include "house/page/sign_in.h"

static enum err learner_page(struct page_ctx *c)
{
	return page_show(c, learner_in, "Sign in", .errors = page_errors(c), .username = page_field(c, "username"),
		.username_error = page_wrong_text(c, "username"), .password_error = page_wrong_text(c, "password"),
		.outside = outside_buttons(c, STR_NONE));
}

enum err learner_in_show(struct page_ctx *c) { return learner_page(c); }

enum err learner_in_do(struct page_ctx *c)
{
	struct person p = { 0 };
	struct session s;
	TRY(sign_in_guess(c, &p, TEXT_learner_bad, TEXT_learner_wait));
	if (page_is_wrong(c))
		return learner_page(c);
	TRY(sign_in_begin(c, &p, &s));
	TRY(sign_in_tell_of_others(c, &p, &s));
	return page_redirect(c, p.kind == KIND_LEARNER ? "/welcome" : "/sign");
}

enum err welcome_show(struct page_ctx *c)
{
	if (c->person->kind != KIND_LEARNER)
		return page_redirect(c, "/home");
	enum err e = sign_in_bind(c, c->person, c->session->until_utc);
	if (e != OK)
		log_line(LOG_WARN, "portal: the gate was not told of a sign-in: %s", err_text(e));
	struct view_welcome_links *links = arena_array(c->arena, struct view_welcome_links, N_NAV);
	size_t n = 0;
	for (size_t i = 0; i < N_NAV; i++)
		if (NAV[i].learner && strcmp(NAV[i].href, "/welcome") != 0)
			links[n++] = (struct view_welcome_links){ str_z(NAV[i].href), str_z(NAV[i].label) };
	struct str standing = str_z(page_standing(c, c->person->id));
	bool may = str_is(standing, "current") || str_is(standing, "grace");
	struct part_duties duties;
	TRY(page_duties(c, &duties));
	return page_show(c, welcome, "Hello", .duties = duties, .name = c->person->name, .bound = e == OK && may, .sign = !may && !str_is(standing, "declined"),
		.declined = str_is(standing, "declined"), .links = links, .n_links = n);
}
