/* "Why was this blocked?", and a teacher's half hour, with a policy and a keeper that answers. */
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "house/filter/list_seen.h"
#include "house/web/web_test.h"
#include "io/frame.h"
#include "io/settings.h"
#include "io/sock.h"
#include "policy/compile/policy_world.h"

static void school_of(struct web_school *w, struct world *world, struct settings *s, bool with_key)
{
	enum err made = world_try(world, "[rule 5]\nblock = bad.test\nscope = group ks2\nreason = a chat with strangers\n");
	for (size_t i = 0; i < world->diag.n; i++)
		fprintf(stderr, "WORLD %.*s\n", STRF(world->diag.items[i].text));
	CHECK_OK(made);
	policy_free(&world->p);
	*s = (struct settings){ .prefix = world->dir };
	w->web->settings = s;
	if (!with_key)
		return;
	CHECK_OK(dir_make(arena_fmt(w->arena, "%s/keys", world->dir).p, 0700));
	CHECK_OK(file_replace(arena_fmt(w->arena, "%s/keys/sealed.key", world->dir).p, (struct str){ (const char *)world_key, 32 }, 0600));
}

static void done(struct world *world)
{
	diag_done(&world->diag);
	live_free(&world->live);
	clock_fake(0);
}

TEST(why_page, verdict_rule_and_what_each_reads)
{
	struct world world;
	struct settings s;
	clock_fake(WORLD_NOON * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	school_of(&w, &world, &s, false);
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/why?url=https%3A%2F%2Fbad.test%2Fa&as=ks2");
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "Refused") && web_says(&v, "a chat with strangers") && web_says(&v, "Key stage 2"));
	CHECK(web_says(&v, "What a young child reads") && web_says(&v, "/requests/new?url=bad.test"));
	CHECK(web_says(&v, "The protected lists are not asked on this page."));
	v = web_get(&w, ROLE_TEACHER, "/why?url=gaming.listed.test&as=ks2");
	CHECK(web_says(&v, "gaming") && web_says(&v, "test/gaming") && web_says(&v, "2026-11-20"));
	CHECK(!web_says(&v, "at that time"));
	v = web_get(&w, ROLE_TEACHER, "/why?url=gaming.listed.test&as=ks2&at=23%2F11%2F2026+11%3A00");
	CHECK(web_says(&v, "List and version at that time") && web_says(&v, "nothing was kept of it yet"));
	CHECK_OK(policy_open(arena_fmt(w.arena, "%s/policy/current", world.dir).p, STR_NONE, &world.p));
	CHECK_OK(list_seen(w.db, w.school, world.p, WORLD_NOON - 7200, NULL));
	policy_free(&world.p);
	v = web_get(&w, ROLE_TEACHER, "/why?url=gaming.listed.test&as=ks2&at=23%2F11%2F2026+11%3A00&list=test%2Fgambling");
	CHECK(web_says(&v, "test/gambling, 2026-11-20"));
	v = web_get(&w, ROLE_TEACHER, "/why?url=gaming.listed.test&as=ks2&at=23%2F11%2F2026+11%3A00&list=no%2Fsuch");
	CHECK(v.status == 200 && !web_says(&v, "no/such, ") && !web_says(&v, "at that time"));
	v = web_get(&w, ROLE_TEACHER, "/why?url=fine.test&as=staff");
	CHECK(web_says(&v, "Let through") && !web_says(&v, "/requests/new?"));
	v = web_get(&w, ROLE_TEACHER, "/why?url=bad.test&as=ks2&at=when+it+rained");
	CHECK(v.status == 422 && web_says(&v, "Write the time like"));
	v = web_get(&w, ROLE_TEACHER, "/why?url=bad.test&as=");
	CHECK(v.status == 422 && web_says(&v, "Say for whom."));
	v = web_get(&w, ROLE_TEACHER, "/why?url=http%3A%2F%2F%2F&as=ks2");
	CHECK_INT(v.status, 422);
	v = web_get(&w, ROLE_TEACHER, "/why?url=bad.test&as=nobody");
	CHECK(v.status == 422 && web_says(&v, "There is no such group."));
	done(&world);
}

TEST(why_page, of_a_protected_rule_it_says_that_and_nothing_more)
{
	struct world world;
	struct settings s;
	clock_fake(WORLD_NOON * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	school_of(&w, &world, &s, true);
	struct web_visit v = web_get(&w, ROLE_DSL, "/why?url=sealed.listed.test&as=staff");
	CHECK(v.status == 200 && web_says(&v, "Refused by a protected rule."));
	CHECK(!web_says(&v, "iwf") && !web_says(&v, "The part that matched") && !web_says(&v, "/requests/new?"));
	for (int i = 0; i < 29; i++)
		CHECK_INT(web_get(&w, ROLE_DSL, "/why?url=fine.test&as=staff").status, 200);
	v = web_get(&w, ROLE_DSL, "/why?url=sealed.listed.test&as=staff");
	CHECK(v.status == 422 && web_says(&v, "You have asked often."));
	CHECK_INT(web_get(&w, ROLE_TECHNICIAN, "/why?url=fine.test&as=staff").status, 200);      /* others are not held up */
	done(&world);
}

TEST(why_page, without_a_policy_it_says_so)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_DSL, "/why?url=a.test&as=staff");
	CHECK(v.status == 200 && web_says(&v, "No policy is in use yet"));
}

/* ---- a keeper that answers two questions ---- */

struct listener { int fd; struct buf asked; pthread_t thread; };

static void *answer(void *ctx)
{
	struct listener *l = ctx;
	for (int i = 0; i < 2; i++) {
		struct pollfd ready = { .fd = l->fd, .events = POLLIN };
		int fd = poll(&ready, 1, 60000) == 1 ? accept(l->fd, NULL, NULL) : -1;
		struct buf b = buf_init(65536);
		if (fd >= 0 && frame_recv(fd, &b, 60000) == OK && frame_send(fd, STR("{\"ok\":true,\"id\":77}"), 60000) == OK)
			buf_add(&l->asked, buf_str(&b));
		buf_done(&b);
		close(fd);
	}
	return NULL;
}

TEST(class_allow, half_an_hour_for_the_own_class_and_closed_before)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t mine = 0;
	CHECK_OK(class_add(w.db, &act, STR("Hedgehogs"), 4, STR("ks2"), &d, &mine));
	CHECK_OK(class_staff_set(w.db, &act, mine, w.person[ROLE_TEACHER], true));
	const char *path = arena_fmt(w.arena, "/class/%lld/allow", (long long)mine).p;
	struct web_visit v = web_post(&w, ROLE_TEACHER, path, "host=castles.test/knights&why=history");
	CHECK(v.status == 422 && web_says(&v, "Nothing was opened."));     /* no keeper: nothing is half done */
	v = web_get(&w, ROLE_TEACHER, path);
	CHECK(web_says(&v, "No site is open for this class now."));

	struct listener l = { .asked = buf_init(65536) };
	w.web->directive_sock = arena_fmt(w.arena, "%s/d.sock", test_dir()).p;
	CHECK_OK(sock_listen_unix(w.web->directive_sock, 0600, &l.fd));
	CHECK_INT(pthread_create(&l.thread, NULL, answer, &l), 0);
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, "host=castles.test/knights&why=").status, 422);
	CHECK(str_ends(web_post(&w, ROLE_STAFF, path, "host=castles.test&why=x").location, STR("/cover")));      /* not their class: they say why first */
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, "host=castles.test/knights&why=history").status, 303);
	v = web_get(&w, ROLE_TEACHER, path);
	CHECK(web_says(&v, "castles.test/knights until"));
	ptrdiff_t at = str_find(v.body, STR("/close\""));
	CHECK(at > 0);
	struct str before = str_upto(v.body, (size_t)at);
	struct str id = str_from(before, (size_t)str_rchr(before, '/') + 1);
	CHECK_INT(web_post(&w, ROLE_TEACHER, arena_fmt(w.arena, "%s/%.*s/close", path, STRF(id)).p, "").status, 303);
	pthread_join(l.thread, NULL);
	struct str asked = buf_str(&l.asked);
	CHECK(str_find(asked, STR("\"directive\":\"allow\"")) >= 0 && str_find(asked, STR("\"host\":\"castles.test\"")) > 0);
	CHECK(str_find(asked, STR("\"path\":\"/knights\"")) > 0 && str_find(asked, STR("\"directive\":\"cancel\"")) > 0 && str_find(asked, STR("\"id\":77")) > 0);
	v = web_get(&w, ROLE_TEACHER, path);
	CHECK(web_says(&v, "No site is open for this class now."));
	close(l.fd);
	buf_done(&l.asked);
}

TEST(class_allow, films_of_a_lesson_open_as_players_for_the_own_class)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t mine = 0;
	CHECK_OK(class_add(w.db, &act, STR("Hedgehogs"), 4, STR("ks2"), &d, &mine));
	CHECK_OK(class_staff_set(w.db, &act, mine, w.person[ROLE_TEACHER], true));
	const char *path = arena_fmt(w.arena, "/class/%lld/films", (long long)mine).p, *page = arena_fmt(w.arena, "/class/%lld/allow", (long long)mine).p;
	struct web_visit v = web_post(&w, ROLE_TEACHER, "/registers/playlist/new", "title=Volcanoes&lesson=Geography&films=https://youtu.be/lava1234&watched=yes");
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_TEACHER, page);
	CHECK(v.status == 200 && web_says(&v, "Volcanoes (Geography)"));
	v = web_post(&w, ROLE_TEACHER, path, "films=https://example.test/watch?v=abcd1234");
	CHECK(v.status == 422 && web_says(&v, "not the address of a film"));
	CHECK(web_post(&w, ROLE_TEACHER, path, "films=").status == 422 && web_post(&w, ROLE_TEACHER, path, "playlist=999").status == 422);
	struct listener l = { .asked = buf_init(65536) };
	w.web->directive_sock = arena_fmt(w.arena, "%s/e.sock", test_dir()).p;
	CHECK_OK(sock_listen_unix(w.web->directive_sock, 0600, &l.fd));
	CHECK_INT(pthread_create(&l.thread, NULL, answer, &l), 0);
	CHECK(str_ends(web_post(&w, ROLE_STAFF, path, "films=https://youtu.be/abcd1234").location, STR("/cover")));
	v = web_get(&w, ROLE_TEACHER, page);
	ptrdiff_t at = str_find(v.body, STR("\">Volcanoes"));
	CHECK(at > 0);
	struct str before = str_upto(v.body, (size_t)at), id = str_from(before, (size_t)str_rchr(before, '"') + 1);
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, arena_fmt(w.arena, "films=https://www.youtube.com/watch?v=abcd1234&playlist=%.*s", STRF(id)).p).status, 303);
	pthread_join(l.thread, NULL);
	CHECK(str_find(buf_str(&l.asked), STR("\"host\":\"www.youtube-nocookie.com\"")) > 0 && str_find(buf_str(&l.asked), STR("\"path\":\"\\/embed\\/")) < 0);
	CHECK(str_find(buf_str(&l.asked), STR("/embed/abcd1234")) > 0 && str_find(buf_str(&l.asked), STR("/embed/lava1234")) > 0);
	v = web_get(&w, ROLE_TEACHER, page);
	CHECK(web_says(&v, "www.youtube-nocookie.com/embed/lava1234"));
	close(l.fd);
	buf_done(&l.asked);
}

/* The same policy again, with a phrase that closes pages. */
static void with_phrases(struct web_school *w, struct world *world)
{
	const char *phrases = arena_fmt(w->arena, "%s/phrases.d", world->dir).p;
	struct policy_opts o = { .data = arena_fmt(w->arena, "%s/data", world->dir).p, .profile = "junior", .lists = arena_fmt(w->arena, "%s/lists.snap", world->dir).p,
		.now_utc = world->now_utc, .dir = arena_fmt(w->arena, "%s/policy", world->dir).p, .sealed_key = { (const char *)world_key, 32 }, .phrases = phrases };
	struct policy_built built;
	CHECK_OK(dir_make(phrases, 0700));
	CHECK_OK(file_replace(arena_fmt(w->arena, "%s/1.conf", phrases).p,
	                      STR("[topic self-harm]\ntitle = T\nalert = 50\nlimit = 100\n[phrases self-harm/a]\ntopic = self-harm\nweight = 100\nwords = the end\n"), 0600));
	CHECK_OK(policy_publish(&o, &world->diag, &built));
}

TEST(why_page, of_a_page_that_was_closed_for_its_words_it_says_by_which_phrases)
{
	struct world world;
	struct settings s;
	clock_fake(WORLD_NOON * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	school_of(&w, &world, &s, false);
	with_phrases(&w, &world);
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/why?url=fine.test&as=ks2");
	ptrdiff_t at = str_find(v.body, STR("phrases/"));
	CHECK(v.status == 200 && web_says(&v, "Let through") && web_says(&v, "Pages are read for this group") && at > 0);
	struct str now = str_upto(str_from(v.body, (size_t)at), 8 + 12);
	v = web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/why?url=fine.test/sad&as=ks2&list=%.*s&topic=self-harm", STRF(now)).p);
	CHECK(v.status == 200 && web_says(&v, "Closed for its words") && !web_says(&v, "Let through") && web_says(&v, "This page was closed for its words") && web_says(&v, "in force now") && web_says(&v, "Hurting oneself") && web_says(&v, "/online-safety/filter/self-harm"));
	v = web_get(&w, ROLE_TEACHER, "/why?url=fine.test/sad&as=ks2&list=phrases/000000000000&topic=grooming");
	CHECK(v.status == 200 && web_says(&v, "not those in force now") && web_says(&v, "Being drawn in") && !web_says(&v, "/online-safety/filter/grooming"));
	v = web_get(&w, ROLE_TEACHER, "/why?url=bad.test&as=ks2");
	CHECK(web_says(&v, "Refused") && !web_says(&v, "phrases/"));
	done(&world);
}
