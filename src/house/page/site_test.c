#include "house/page/site_kit.h"

TEST(site, whoever_wrote_does_not_approve_and_what_is_out_stays_until_the_next_is_approved)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_post(&w, ROLE_DSL, "/website/start", "text=games");
		CHECK_INT(v.status, 303);
		const char *at = arena_z(w.arena, v.location);
		CHECK_INT(sk_move(&w, ROLE_DSL, at, "waiting").status, 303);
		CHECK_INT(sk_move(&w, ROLE_DSL, at, "published").status, 403);
		CHECK(!sk_public(&w, "Look at the age on the box"));
		CHECK_INT(sk_move(&w, ROLE_TEACHER, at, "published").status, 403);
		CHECK_INT(sk_move(&w, ROLE_HEAD, at, "published").status, 303);
		CHECK(sk_public(&w, "Look at the age on the box"));
		v = web_get(&w, ROLE_OFFICE, "/website");
		CHECK(web_says(&v, "On the public page") && !web_says(&v, "value=\"games\""));

		const char *edit = arena_fmt(w.arena, "%s/edit", at).p;
		const char *form = "title=Games&topic=games&audience=parents&language=en&checked=2026-11-23&text=All+new.&link=&why=new";
		v = web_get(&w, ROLE_OFFICE, edit);
		struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
		v = web_post(&w, ROLE_OFFICE, edit, arena_fmt(w.arena, "%s&seen=%.*s", form, STRF(seen)).p);
		CHECK(v.status == 422 && web_says(&v, "Nothing changes while it is"));       /* what was approved is what stands */
		CHECK_INT(sk_move(&w, ROLE_OFFICE, at, "draft").status, 303);
		v = web_get(&w, ROLE_OFFICE, edit);
		seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
		CHECK_INT(web_post(&w, ROLE_OFFICE, edit, arena_fmt(w.arena, "%s&seen=%.*s", form, STRF(seen)).p).status, 303);
		CHECK(sk_public(&w, "Look at the age on the box") && !sk_public(&w, "All new."));
		CHECK_INT(sk_move(&w, ROLE_OFFICE, at, "waiting").status, 303);
		CHECK_INT(sk_move(&w, ROLE_HEAD, at, "published").status, 303);
		CHECK(!sk_public(&w, "Look at the age on the box") && sk_public(&w, "All new."));
	}
	clock_fake(0);
}

static struct web_visit down(struct web_school *w, int role, const char *at)
{
	struct web_visit v = web_get(w, role, at);
	struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
	return web_post(w, role, arena_fmt(w->arena, "/website/%s/down", strrchr(at, '/') + 1).p, arena_fmt(w->arena, "seen=%.*s", STRF(seen)).p);
}

TEST(site, one_press_takes_it_down_and_its_history_stays)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	const char *at = sk_draft(&w, "Games", "Play+together.");
	sk_publish(&w, at);
	CHECK(sk_public(&w, "Play together."));
	CHECK_INT(down(&w, ROLE_TEACHER, at).status, 403);
	CHECK_INT(down(&w, ROLE_OFFICE, at).status, 303);
	CHECK(!sk_public(&w, "Play together."));
	struct web_visit v = web_get(&w, ROLE_DSL, at);
	CHECK(web_says(&v, "Taken down") && web_says(&v, "taken down from the public page") && web_says(&v, "On the public page"));
	clock_fake(0);
}

TEST(site, is_there_for_everybody_kept_for_a_minute_and_names_nobody)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		for (int r = 0; r <= NOBODY; r = web_next(r))
			CHECK_INT(web_get(&w, r, "/online-safety").status, 200);
		CHECK_INT(web_get(&w, NOBODY, "/online-safety?lang=xx").status, 200);
		CHECK_INT(web_get(&w, NOBODY, "/online-safety/agreement/staff").status, 404);
		CHECK_INT(web_get(&w, NOBODY, "/online-safety/agreement/nonsense").status, 404);
		CHECK_INT(web_get(&w, NOBODY, "/online-safety/agreement/parent").status, 200);
		CHECK_INT(web_get(&w, ROLE_LEARNER, "/website").status, 403);
		CHECK_INT(web_get(&w, ROLE_PARENT, "/website").status, 403);
		CHECK_INT(web_post(&w, ROLE_GOVERNOR, "/website/start", "text=games").status, 403);
		CHECK_INT(web_post(&w, ROLE_OFFICE, "/website/start", "text=nothing").status, 404);
	}
	clock_fake(0);
}

TEST(site, a_text_in_another_language_stands_first_and_english_fills_what_is_missing)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	sk_publish(&w, sk_draft(&w, "Games", "Play+together."));
	struct web_visit v = web_post(&w, ROLE_OFFICE, "/registers/website-page/new", "title=Zdj%C4%99cia&topic=pictures&audience=parents&language=pl&checked=20%2F11%2F2026&text=Zapytaj+dziecko.");
	CHECK_INT(v.status, 303);
	sk_publish(&w, arena_z(w.arena, v.location));
	v = web_get(&w, NOBODY, "/online-safety");
	CHECK(web_says(&v, "?lang=pl") && web_says(&v, "Play together.") && !web_says(&v, "Zapytaj dziecko."));
	v = web_get(&w, NOBODY, "/online-safety?lang=pl");
	ptrdiff_t polish = str_find(v.body, STR("Zapytaj dziecko.")), english = str_find(v.body, STR("Play together."));
	CHECK(polish > 0 && english > polish && web_says(&v, "lang=\"pl\""));
	clock_fake(0);
}

TEST(site, no_address_configured_is_a_task)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = ck_store(&w);
	struct act act = { w.school, 0, "test" };
	struct profile none = { 0 };
	CHECK_ERR(site_try(&st, &act, &none, &w.web->library->contacts, NULL, NULL), ERR_STATE);
	CHECK_INT(sk_tasks(&w, ROLE_HEAD, "Say which page of the school"), 1);
	clock_fake(0);
}
