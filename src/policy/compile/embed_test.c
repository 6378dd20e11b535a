/* Players inside approved pages: the proof, what it lifts, and what it never lifts. */
#include "policy/compile/policy_world.h"
#include "policy/decide/embed.h"

#define PLAYERS \
	"[player films]\ntitle = Films\npage = play.video-sharing.listed.test/embed\npart = play.video-sharing.listed.test/s parts.video-sharing.listed.test\n" \
	"watch = video-sharing.listed.test/watch short.video-sharing.listed.test\nparameter = v\n"
#define SCHOOL PLAYERS \
	"[rule 1]\nscope = group ks2\nallow = lessons.test\nreason = r\n" \
	"[embed any]\nplayer = films\non = approved\nscope = group ks2\nreason = r\n" \
	"[embed museum]\nplayer = films\non = museum.test/galleries\nscope = group staff\nreason = r\n"

static const char film[] = "play.video-sharing.listed.test/embed/abcd1234", part[] = "parts.video-sharing.listed.test/x.js";

struct asked { struct decision d; bool opened; };

static struct asked ask_from(struct world *w, const char *url, const char *who, const char *dest, const char *from)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct explained x, page = { 0 };
	struct facts f;
	CHECK_OK(explain(&a, w->p, str_z(url), str_z(who), w->now_utc, &x));
	CHECK_OK(who_read(w->p, str_z(who), &f));
	f.host = x.host;
	f.path = x.path;
	f.now_utc = w->now_utc;
	struct embed e = { .dest = str_z(dest) };
	if (*from) {
		CHECK_OK(explain(&a, w->p, str_z(from), str_z(who), w->now_utc, &page));
		e.host = page.host;
		e.path = page.path;
	}
	struct asked out = { .d = x.d };
	out.opened = embed_opens(w->p, &f, &e, &out.d);
	CHECK(!out.opened || out.d.verdict == VERDICT_ALLOW);
	return out;
}

TEST(embed, a_player_opens_in_a_frame_of_a_page_that_was_chosen_and_nowhere_else)
{
	struct world w;
	world_init(&w, SCHOOL);
	static const struct { const char *url, *who, *dest, *from; bool opens; } table[] = {
		{ film, "ks2", "iframe", "lessons.test/week3", true }, { film, "ks2", "iframe", "lessons.test", true }, { film, "ks2", "object", "www.lessons.test/", true },
		{ film, "ks2", "document", "lessons.test/week3", false }, { film, "ks2", "", "lessons.test/week3", false }, { film, "ks2", "iframe", "", false },
		{ film, "ks2", "iframe", "other.test/page", false },           /* open, and chosen by nobody */
		{ film, "ks2", "iframe", "gambling.listed.test/x", false }, { film, "ks2", "iframe", "helpline.test/", false },
		{ film, "ks1:session", "iframe", "lessons.test/", false }, { film, "guests", "iframe", "lessons.test/", false },
		{ "play.video-sharing.listed.test/browse", "ks2", "iframe", "lessons.test/", false }, { "video-sharing.listed.test/", "ks2", "iframe", "lessons.test/", false },
		{ part, "ks2", "script", film, true }, { "play.video-sharing.listed.test/s/player.js", "ks2", "script", film, true }, { part, "ks2", "empty", "play.video-sharing.listed.test", true }, { part, "ks2", "document", film, false },
		{ part, "ks2", "iframe", film, false }, { part, "ks2", "script", "lessons.test/", false }, { part, "ks2", "script", "play.video-sharing.listed.test/browse", false },
		{ part, "guests", "script", film, false }, { "gambling.listed.test/x", "ks2", "iframe", "lessons.test/", false },
	};
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (ask_from(&w, table[i].url, table[i].who, table[i].dest, table[i].from).opened != table[i].opens)
			fail_msg("line %zu: %s as %s from %s", i, table[i].url, table[i].who, table[i].from);
	world_done(&w);
}

TEST(embed, named_pages_by_their_path_for_their_group)
{
	struct world w;
	world_init(&w, PLAYERS "[group staff]\nblock = video-sharing\n[embed museum]\nplayer = films\non = museum.test/galleries\nscope = group staff\nreason = r\n");
	CHECK(ask_from(&w, film, "staff", "iframe", "museum.test/galleries/2").opened);
	CHECK(!ask_from(&w, film, "staff", "iframe", "museum.test/shop").opened);
	CHECK(!ask_from(&w, film, "staff", "iframe", "museum.test").opened);             /* its origin alone proves no page */
	CHECK(!ask_from(&w, film, "ks2", "iframe", "museum.test/galleries/2").opened);
	world_done(&w);
}

TEST(embed, what_the_school_closed_what_waits_and_what_is_sealed_stay_closed)
{
	struct world w;
	CHECK_OK(world_house(&w, SCHOOL "[rule 9]\nblock = play.video-sharing.listed.test\nreason = r\n", ""));
	CHECK(!ask_from(&w, film, "ks2", "iframe", "lessons.test/").opened);
	world_done(&w);
	CHECK_OK(world_house(&w, SCHOOL, "[service service-1]\nhold = play.video-sharing.listed.test\nreason = r\n"));
	CHECK(!ask_from(&w, film, "ks2", "iframe", "lessons.test/").opened);
	world_done(&w);
	static const char *const never[] = { "pornography", "racial-hatred", "extremism", "illegal", "gaming", "gambling", "sealed" };
	for (size_t i = 0; i < ARRAY_N(never); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		world_init(&w, arena_fmt(&a, "[player bad]\npage = %s.listed.test/embed\n[rule 1]\nscope = group ks2\nallow = lessons.test\nreason = r\n"
			"[embed bad]\nplayer = bad\non = approved lessons.test\nscope = group ks2\nreason = r\n", never[i]).p);
		CHECK(!ask_from(&w, arena_fmt(&a, "%s.listed.test/embed/1234", never[i]).p, "ks2", "iframe", "lessons.test/").opened);
		world_done(&w);
	}
}

/* A15: a teacher's list of films is an allowance for each. */
static const char *sent_to(struct world *w, const char *url, const char *who)
{
	static char said[300];
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(300);
	struct explained x;
	struct facts f;
	CHECK_OK(explain(&a, w->p, str_z(url), str_z(who), w->now_utc, &x));
	CHECK_OK(who_read(w->p, str_z(who), &f));
	f.host = x.host;
	f.path = x.path;
	f.now_utc = w->now_utc;
	bool sends = embed_sends(w->p, &f, &b);
	snprintf(said, sizeof said, "%.*s", sends ? (int)b.n : 0, sends ? b.p : "");
	return said;
}

TEST(embed, a_film_of_a_lesson_is_its_player_alone_and_only_for_that_class)
{
	struct world w;
	world_init(&w, PLAYERS);
	world_live(&w, (struct live_record){ .kind = LIVE_ALLOW, .id = 5, .scope = SCOPE_CLASS, .class_id = 4, .host = STR("play.video-sharing.listed.test"), .path = STR("/embed/abcd1234") });
	CHECK(world_decide(&w, "https://play.video-sharing.listed.test/embed/abcd1234?rel=0", "ks2:class=4").reason == REASON_LIVE_ALLOWED);
	ASK(&w, "https://play.video-sharing.listed.test/embed/other999", "ks2:class=4", "block category:video-sharing");
	CHECK_STR(str_z(sent_to(&w, "https://video-sharing.listed.test/watch?list=1&v=abcd1234&t=3", "ks2:class=4")), "https://play.video-sharing.listed.test/embed/abcd1234?rel=0");
	CHECK_STR(str_z(sent_to(&w, "https://short.video-sharing.listed.test/abcd1234?si=x", "ks2:class=4")), "https://play.video-sharing.listed.test/embed/abcd1234?rel=0");
	CHECK_STR(str_z(sent_to(&w, "https://video-sharing.listed.test/watch?v=other999", "ks2:class=4")), "");
	CHECK_STR(str_z(sent_to(&w, "https://video-sharing.listed.test/watch?v=abcd1234", "ks2:class=5")), "");
	CHECK_STR(str_z(sent_to(&w, "https://video-sharing.listed.test/watch?v=../../x", "ks2:class=4")), "");
	CHECK_STR(str_z(sent_to(&w, "https://video-sharing.listed.test/watch", "ks2:class=4")), "");
	CHECK(ask_from(&w, part, "ks2:class=4", "script", film).opened);
	CHECK(ask_from(&w, part, "ks2:class=4", "empty", "play.video-sharing.listed.test").opened);
	CHECK(!ask_from(&w, part, "ks2:class=4", "script", "play.video-sharing.listed.test/embed/other999").opened);
	CHECK(!ask_from(&w, part, "ks2:class=5", "script", film).opened);
	CHECK(!ask_from(&w, "play.video-sharing.listed.test/youtubei/v1/next", "ks2:class=4", "empty", film).opened);      /* comments, suggestions */
	world_done(&w);
}
