/* Apps by device: what is kept of events, what the registers say of it, and who sees how much. */
#include "house/filter/app_seen.h"

#include "house/procedure/library.h"
#include "house/service/clausekit.h"
#include "house/task/task.h"
#include "house/web/jar.h"
#include "io/file.h"

static void met(struct app_watch *a, enum event_kind kind, const char *host, const char *path, int64_t device)
{
	struct event e = { .kind = kind, .at_ms = clock_ms(), .group = STR("ks2"), .host = str_z(host), .path = str_z(path), .count = 2 };
	app_watch_event(a, &e, device, "10.1.0.0/16", true);
}

static void keep(struct web_school *w, struct app_watch *a)
{
	struct store st = ck_store(w);
	struct act act = { w->school, 0, "test" };
	CHECK_OK(app_watch_flush(a, &st, &act, clock_utc()));
}

static const struct app_line *line(struct web_school *w, const char *title, const char *where)
{
	struct store st = ck_store(w);
	struct app_line *v;
	struct app_query q = { .sight = SIGHT_ALL, .staff = true, .standing = -1 };
	size_t n;
	CHECK_OK(app_lines(&st, w->arena, w->school, &w->web->library->apps, &q, clock_utc(), &v, &n));
	for (size_t i = 0; i < n; i++)
		if (str_is(v[i].title, title) && str_is(v[i].where, where))
			return &v[i];
	return NULL;
}

static int64_t tablet(struct web_school *w, const char *label, const char *users)
{
	return ck_put(w, NULL, "device", NULL, "label", label, "kind", "tablet", "profile", "ks2", "users", users, "place", "Trolley", "antivirus", "built-in", "lock", "yes", "encrypted", "yes", NULL);
}

TEST(apps, the_longest_name_counts_and_shared_names_say_perhaps)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const struct apps *l = &w.web->library->apps;
	static const struct { const char *host, *id; bool shared; } table[] = {
		{ "i.ytimg.com", "youtube", false }, { "youtubei.googleapis.com", "youtube", false }, { "fonts.googleapis.com", "google-system", true }, { "play.googleapis.com", "google-play", false },
		{ "education.minecraft.net", "minecraft-education", false }, { "sessionserver.mojang.com", "minecraft", false }, { "notyoutube.com", NULL, false }, { "com", NULL, false }, { "", NULL, false },
	};
	for (size_t i = 0; i < ARRAY_N(table); i++) {
		bool shared = false;
		const struct app *a = apps_of_host(l, str_z(table[i].host), &shared);
		if (!table[i].id != !a || (a && (!str_is(a->id, table[i].id) || shared != table[i].shared)))
			fail_msg("%s is %.*s", table[i].host, a ? (int)a->id.n : 4, a ? a->id.p : "none");
	}
	CHECK(str_is(apps_of_agent(l, STR("roblox"))->id, "roblox") && !apps_of_agent(l, STR("Robloxx")));
	CHECK(!apps_of_host(l, STR("www.childline.org.uk"), &(bool){ false }));
}

TEST(apps, a_file_that_names_something_twice_is_refused)
{
	static const char *const bad[] = { "[app a]\ntitle = A\nkind = games\nhost = x.test\n[app b]\ntitle = B\nkind = games\nhost = x.test\n", "[app a]\ntitle = A\nkind = gmes\n",
		"[app a]\nkind = games\n", "[app a]\ntitle = A\nkind = games\nhost = Upper.test\n", "[app a]\ntitle = A\nkind = games\nhosts = x.test\n" };
	char path[512];
	snprintf(path, sizeof path, "%s/apps.conf", test_dir());
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(5);
		struct apps l;
		CHECK_OK(file_replace(path, str_z(bad[i]), 0600));
		CHECK(apps_load(&a, path, &d, &l) != OK && d.errors);
	}
}

TEST(app_seen, what_nobody_knows_stands_first_and_the_registers_say_who_looked)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct app_watch *a = app_watch_new(&w.web->library->apps);
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/status/apps");
		CHECK(v.status == 200 && web_says(&v, "No app has been seen yet"));
		int64_t tab = tablet(&w, "TAB-1", "learners");
		ck_service(&w, "Sums for all", "curriculum", "sums.example", "ks2", "2027-05-01");
		ck_service(&w, "Minecraft", "games", "minecraft.net", NULL, NULL);
		met(a, EVENT_REFUSED, "api.tiktokv.com", "", tab);
		met(a, EVENT_VISIT, "a.cdn.newapp.example", "", tab);
		met(a, EVENT_VISIT, "play.sums.example", "/x", tab);
		met(a, EVENT_DNS_REFUSED, "api.minecraftservices.com", "", 0);
		met(a, EVENT_VISIT, "fonts.googleapis.com", "", 0);
		met(a, EVENT_VISIT, "192.0.2.77", "", 0);
		met(a, EVENT_STARTED, "started.example", "", 0);
		keep(&w, a);
		const struct app_line *x = line(&w, "TikTok", "TAB-1");
		CHECK(x && x->standing == APP_NOT_ENTERED && x->sure == APP_CERTAIN && x->limited && x->refused && !x->passed && x->device == tab && x->times == 2);
		x = line(&w, "newapp.example", "TAB-1");
		CHECK(x && x->standing == APP_UNKNOWN && x->limited && x->passed);
		x = line(&w, "sums.example", "TAB-1");
		CHECK(x && x->standing == APP_APPROVED && !x->limited && str_is(str_z(x->register_word), "service"));
		x = line(&w, "Minecraft", "10.1.0.0/16");
		CHECK(x && x->standing == APP_ASKED && x->sure == APP_LIKELY && str_is(x->group, "ks2"));
		x = line(&w, "Google's system services", "10.1.0.0/16");
		CHECK(x && x->sure == APP_PERHAPS);
		CHECK(line(&w, "192.0.2.77", "10.1.0.0/16") && !line(&w, "started.example", "10.1.0.0/16"));
		v = web_get(&w, ROLE_DSL, "/status/apps");
		CHECK(v.status == 200 && web_says(&v, "newapp.example") && web_says(&v, "limited view") && web_says(&v, "TAB-1"));
		CHECK(str_find(v.body, STR("newapp.example")) < str_find(v.body, STR("TikTok")) && str_find(v.body, STR("TikTok")) < str_find(v.body, STR("sums.example")));
		v = web_get(&w, ROLE_DSL, "/status/apps?q=tiktok&csv=1");
		CHECK(str_starts(v.type, STR("text/csv")) && web_says(&v, "TikTok") && !web_says(&v, "newapp.example"));
		v = web_get(&w, ROLE_DSL, "/status/apps?state=approved");
		CHECK(web_says(&v, "sums.example") && !web_says(&v, "TikTok"));
		app_watch_free(&a);
	}
	clock_fake(0);
}

static bool shows(struct web_school *w, int role, const char *words)
{
	struct web_visit v = web_get(w, role, "/status/apps");
	CHECK_INT(v.status, 200);
	return web_says(&v, words);
}

TEST(app_seen, what_one_person_does_is_not_shown_to_those_who_may_not_ask)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct app_watch *a = app_watch_new(&w.web->library->apps);
	int64_t shelf = tablet(&w, "TAB-SHELF", "learners"), lent = tablet(&w, "TAB-LENT", "both"), desk = tablet(&w, "TAB-STAFF", "staff");
	int64_t loan = ck_put(&w, NULL, "device-loan", "asked", "device", ck_id(&w, lent), "person", ck_id(&w, w.person[ROLE_LEARNER]), "from", "2026-11-20", "off-site", "no", "purpose", "homework", NULL);
	CHECK_OK(db_script(w.db, arena_fmt(w.arena, "UPDATE entry SET state = 'lent' WHERE id = %lld", (long long)loan).p));
	met(a, EVENT_VISIT, "roblox.com", "", shelf);
	met(a, EVENT_VISIT, "roblox.com", "", lent);
	met(a, EVENT_VISIT, "unlisted.example", "", shelf);
	met(a, EVENT_VISIT, "unlisted.example", "", lent);
	met(a, EVENT_VISIT, "office.example", "", desk);
	keep(&w, a);
	CHECK(shows(&w, ROLE_DSL, "TAB-SHELF") && shows(&w, ROLE_DSL, "TAB-LENT") && !shows(&w, ROLE_DSL, "TAB-STAFF") && shows(&w, ROLE_HEAD, "TAB-STAFF"));
	CHECK(shows(&w, ROLE_TECHNICIAN, "TAB-SHELF") && !shows(&w, ROLE_TECHNICIAN, "TAB-LENT") && shows(&w, ROLE_TECHNICIAN, "Tablets") && shows(&w, ROLE_TECHNICIAN, "unlisted.example"));
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "/status/apps?device=%lld", (long long)shelf).p);
	CHECK(web_says(&v, "Roblox") && !web_says(&v, "unlisted.example"));
	v = web_get(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "/status/apps?device=%lld", (long long)lent).p);
	CHECK(!web_says(&v, "Roblox"));
	v = web_get(&w, ROLE_TECHNICIAN, "/status/apps?q=TAB-LENT&csv=1");
	CHECK(!web_says(&v, "Roblox"));
	CHECK(!shows(&w, ROLE_GOVERNOR, "TAB-") && shows(&w, ROLE_GOVERNOR, "Roblox") && shows(&w, ROLE_GOVERNOR, "Tablets"));
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/status/apps").status, 403);
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/status/apps").status, 403);
	app_watch_free(&a);
	clock_fake(0);
}

TEST(app_seen, what_is_this_asks_technical_staff_once_and_entering_it_fills_the_form)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct app_watch *a = app_watch_new(&w.web->library->apps);
	met(a, EVENT_VISIT, "www.newapp.example", "", 0);
	keep(&w, a);
	CHECK_INT(web_post(&w, ROLE_GOVERNOR, "/status/apps/ask", "app=h:newapp.example").status, 403);
	CHECK_INT(web_post(&w, ROLE_DSL, "/status/apps/ask", "app=h:never.seen.example").status, 404);
	struct web_visit v = web_post(&w, ROLE_DSL, "/status/apps/ask", "app=h:newapp.example");
	CHECK_INT(v.status, 303);
	struct str first = v.location;
	CHECK(str_eq(web_post(&w, ROLE_HEAD, "/status/apps/ask", "app=h:newapp.example").location, first));
	v = web_get(&w, ROLE_TECHNICIAN, arena_z(w.arena, first));
	CHECK(v.status == 200 && web_says(&v, "What is this? newapp.example"));
	v = web_get(&w, ROLE_TECHNICIAN, "/status/apps");
	struct str href = jar_between(&v, "href=\"/services/new?", "\"");
	CHECK(ck_has(href, "name=newapp.example") && ck_has(href, "hosts=newapp.example"));
	v = web_get(&w, ROLE_TECHNICIAN, "/services/new?name=newapp.example&hosts=newapp.example");
	CHECK(v.status == 200 && web_says(&v, "value=\"newapp.example\""));
	ck_service(&w, "New app", "games", "newapp.example", NULL, NULL);
	const struct app_line *x = line(&w, "newapp.example", "10.1.0.0/16");
	CHECK(x && x->standing == APP_ASKED);
	app_watch_free(&a);
	clock_fake(0);
}

TEST(app_seen, help_lines_and_names_without_named_logging_leave_nothing)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct app_watch *a = app_watch_new(&w.web->library->apps);
	struct event e = { .kind = EVENT_VISIT, .at_ms = clock_ms(), .host = STR("help.example"), .reason = STR("help"), .group = STR("ks2") };
	app_watch_event(a, &e, 0, "n", true);
	e.reason = STR("allowed");
	e.host = STR("private.example");
	app_watch_event(a, &e, 0, "n", false);
	e.host = STR("listed.example");
	e.category = STR("news");
	app_watch_event(a, &e, 0, "n", true);
	keep(&w, a);
	CHECK(shows(&w, ROLE_DSL, "No app has been seen yet") && shows(&w, ROLE_DSL, "keeps no activity with names now"));
	app_watch_free(&a);
	clock_fake(0);
}

TEST(app_seen, a_program_is_known_by_what_it_calls_itself_and_an_unknown_one_shows)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct app_watch *a = app_watch_new(&w.web->library->apps);
	static const char *const said[][2] = { { "Roblox", "cdn.example" }, { "ChattyPets", "api.youtube.com" } };
	int64_t tab = tablet(&w, "TAB-1", "learners");
	for (size_t i = 0; i < ARRAY_N(said); i++) {
		struct event e = { .kind = EVENT_PROGRAM, .at_ms = clock_ms(), .group = STR("ks2"), .host = str_z(said[i][1]), .extra = str_z(said[i][0]), .reason = STR("passed"), .count = 1 };
		app_watch_event(a, &e, tab, "n", false);
	}
	keep(&w, a);
	const struct app_line *x = line(&w, "Roblox", "TAB-1");
	CHECK(x && x->sure == APP_CERTAIN && !x->limited && x->passed && x->standing == APP_NOT_ENTERED);
	x = line(&w, "ChattyPets", "TAB-1");
	CHECK(x && x->sure == APP_CERTAIN && x->standing == APP_UNKNOWN && !x->host.n);
	CHECK(line(&w, "YouTube", "TAB-1") && !line(&w, "cdn.example", "TAB-1"));
	app_watch_free(&a);
	clock_fake(0);
}

TEST(app_seen, lines_go_on_from_day_to_day_and_old_ones_go)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct app_watch *a = app_watch_new(&w.web->library->apps);
	met(a, EVENT_VISIT, "roblox.com", "", 0);
	keep(&w, a);
	int64_t first = clock_utc();
	met(a, EVENT_VISIT, "roblox.com", "/page", 0);
	keep(&w, a);                                            /* the same hour: it waits */
	CHECK_INT(line(&w, "Roblox", "10.1.0.0/16")->times, 2);
	clock_fake(clock_ms() + 2 * 86400000LL);
	keep(&w, a);
	const struct app_line *x = line(&w, "Roblox", "10.1.0.0/16");
	CHECK(x->times == 4 && !x->limited && x->first_utc == first && x->seen_utc == first);
	clock_fake(clock_ms() + (APP_KEPT_DAYS + 1) * 86400000LL);
	keep(&w, a);
	CHECK(!line(&w, "Roblox", "10.1.0.0/16"));
	app_watch_free(&a);
	clock_fake(0);
}
