/* Classes, cards and children who sign in, as teachers and children meet them. */
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/card.h"
#include "house/account/cover.h"
#include "house/account/lesson.h"
#include "house/account/password.h"
#include "house/account/whereabouts.h"
#include "house/page/qr.h"
#include "house/store/audit.h"
#include "house/store/entry.h"
#include "house/web/web_test.h"
#include "io/frame.h"
#include "io/sock.h"

/* A key stage 1 class with its teacher and two children. */
struct school { struct web_school w; int64_t beech, tansy, bram; };

static int64_t child(struct web_school *w, int64_t class_id, const char *name, const char *username)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct person_in in = { .kind = KIND_LEARNER, .name = str_z(name), .username = str_z(username), .year = 1, .class_id = class_id };
	int64_t id = 0;
	CHECK_OK(person_add(w->db, &(struct act){ w->school, 0, "test" }, &in, &d, &id));
	return id;
}

static struct school school(void)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct school s = { .w = web_school() };
	struct act act = { s.w.school, 0, "test" };
	CHECK_OK(class_add(s.w.db, &act, STR("Beech"), 1, STR("ks1"), &d, &s.beech));
	CHECK_OK(class_staff_set(s.w.db, &act, s.beech, s.w.person[ROLE_TEACHER], true));
	s.tansy = child(&s.w, s.beech, "Tansy Testerley", "tansy.otter");
	s.bram = child(&s.w, s.beech, "Bramble Pupilsson", "bramble.wren");
	return s;
}
static void school_done(struct school *s) { web_school_done(&s->w); }

static const char *at(struct school *s, const char *what) { return arena_fmt(s->w.arena, "/class/%lld/%s", (long long)s->beech, what).p; }
static const char *door(struct school *s, int64_t kid) { return arena_fmt(s->w.arena, "/sign-in/class/%lld/%lld", (long long)s->beech, (long long)kid).p; }

static int64_t open_lesson(struct school *s, int minutes, bool alone)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct store st = { s->w.db, s->w.web->keys, s->w.web->registers };
	struct act act = { s->w.school, s->w.person[ROLE_TEACHER], "test" };
	struct entry_field f[] = {
		{ STR("class"), arena_fmt(s->w.arena, "%lld", (long long)s->beech) }, { STR("teacher"), arena_fmt(s->w.arena, "%lld", (long long)act.person) },
		{ STR("level"), STR("direct") }, { STR("until"), time_iso(s->w.arena, clock_utc() + minutes * 60) }, { STR("opened"), time_iso(s->w.arena, clock_utc()) },
		{ STR("outcome"), STR("We find out about castles.") }, { STR("hosts"), STR("castles.example\nkites.example") },
		{ STR("second"), alone ? STR("end") : STR("tell") },
	};
	struct entry_in in = { .reg = "class-session", .state = "open", .fields = f, .n_fields = ARRAY_N(f) };
	int64_t id = 0;
	CHECK_OK(entry_create(&st, &act, &in, &d, &id));
	return id;
}

static void close_lesson(struct school *s, int64_t id)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct store st = { s->w.db, s->w.web->keys, s->w.web->registers };
	struct act act = { s->w.school, s->w.person[ROLE_TEACHER], "test" };
	struct entry_may may = { .school = s->w.school, .person = act.person, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_in in = { .reg = "class-session", .state = "closed" };
	CHECK_OK(entry_update(&st, &act, &may, id, 1, &in, &d));
}

static struct card card_of(struct school *s, int64_t kid, char code[CARD_CODE_TEXT])
{
	struct card c = { 0 };
	struct act act = { s->w.school, s->w.person[ROLE_TEACHER], "test" };
	CHECK_OK(card_print(s->w.db, s->w.web->keys, &act, kid, s->beech, false, code, &c));
	return c;
}

static const char *words(struct school *s, const struct card *c)
{
	struct str t = phrase_text(s->w.arena, &c->phrase);
	return arena_fmt(s->w.arena, "words=%.*s", STRF(t)).p;
}

/* ---- the keeper's stand-in: says yes `n` times ---- */

struct keeper_stub { int fd, n; struct buf asked; pthread_t thread; };

static void *answer(void *p)
{
	struct keeper_stub *l = p;
	for (int i = 0; i < l->n; i++) {
		struct pollfd ready = { .fd = l->fd, .events = POLLIN };
		int fd = poll(&ready, 1, 60000) == 1 ? accept(l->fd, NULL, NULL) : -1;
		struct buf b = buf_init(65536);
		if (fd >= 0 && frame_recv(fd, &b, 60000) == OK && frame_send(fd, STR("{\"ok\":true,\"id\":77}"), 60000) == OK)
			buf_add(&l->asked, buf_str(&b));
		buf_done(&b);
		if (fd >= 0)
			close(fd);
	}
	return NULL;
}

static void stub_start(struct school *s, struct keeper_stub *l, int n)
{
	*l = (struct keeper_stub){ .asked = buf_init(65536), .n = n };
	s->w.web->directive_sock = arena_fmt(s->w.arena, "%s/young%d.sock", test_dir(), n).p;
	CHECK_OK(sock_listen_unix(s->w.web->directive_sock, 0600, &l->fd));
	CHECK_INT(pthread_create(&l->thread, NULL, answer, l), 0);
}

static struct str stub_end(struct school *s, struct keeper_stub *l)
{
	pthread_join(l->thread, NULL);
	struct str asked = arena_str(s->w.arena, buf_str(&l->asked));
	close(l->fd);
	buf_done(&l->asked);
	s->w.web->directive_sock = NULL;
	return asked;
}

/* ---- lessons ---- */

TEST(clause, c7_1_14_opening_a_session_needs_a_member_of_staff_and_how_it_is_supervised)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	CHECK_INT(web_post(w, NOBODY, at(&s, "session"), "level=direct&minutes=30").status, 303);
	CHECK_INT(web_post(w, ROLE_LEARNER, at(&s, "session"), "level=direct&minutes=30").status, 403);
	CHECK_INT(web_post(w, ROLE_PARENT, at(&s, "session"), "level=direct&minutes=30").status, 403);
	struct web_visit v = web_post(w, ROLE_TEACHER, at(&s, "session"), "minutes=30");
	CHECK(v.status == 422 && web_says(&v, "Say how the class is supervised."));
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "session"), "level=none&minutes=30").status, 422);
	v = web_post(w, ROLE_TEACHER, at(&s, "session"), "level=direct&minutes=30");
	CHECK(v.status == 422 && web_says(&v, "The session is not open."));          /* the filter was not told */
	struct store st = { w->db, w->web->keys, w->web->registers };
	struct lesson l;
	CHECK_ERR(lesson_of(&st, w->arena, w->school, s.beech, &l), ERR_ABSENT);
	struct keeper_stub k;
	stub_start(&s, &k, 1);
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "session"), "level=direct&minutes=30&outcome=castles").status, 303);
	CHECK(str_find(stub_end(&s, &k), STR("session-open")) > 0);
	CHECK_OK(lesson_of(&st, w->arena, w->school, s.beech, &l));
	CHECK(l.teacher == w->person[ROLE_TEACHER] && !l.alone);
}

TEST(clause, c7_3_1_11_closing_a_session_asks_whether_it_was_supervised_and_keeps_the_answer)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	open_lesson(&s, 30, false);
	struct web_visit v = web_post(w, ROLE_TEACHER, at(&s, "session/close"), "x=1");
	CHECK(v.status == 422 && web_says(&v, "Say whether the class was supervised all the time."));
	struct keeper_stub k;
	stub_start(&s, &k, 1);
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "session/close"), "supervised=partly").status, 303);
	CHECK(str_find(stub_end(&s, &k), STR("session-close")) > 0);
	v = web_get(w, ROLE_TEACHER, at(&s, "session"));
	CHECK(web_says(&v, "Partly"));
}

TEST(clause, c7_3_4_02_each_session_shows_who_supervised_it_and_when)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 10 }) * 1000);
	AUTO(school_done) struct school s = school();
	close_lesson(&s, open_lesson(&s, 45, false));
	struct web_visit v = web_get(&s.w, ROLE_TEACHER, at(&s, "session"));
	CHECK(web_says(&v, "23 November 2026") && web_says(&v, "10:00am to 10:45am") && web_says(&v, "Test Teacher") && web_says(&v, "I sit with the children"));
	clock_fake(0);
}

TEST(clause, c7_1_18_a_teachers_sites_and_outcome_stand_on_the_childrens_first_page)
{
	AUTO(school_done) struct school s = school();
	int64_t lesson = open_lesson(&s, 30, false);
	struct web_visit v = web_get_as(&s.w, s.tansy, "/welcome");
	CHECK(v.status == 200 && web_says(&v, "We find out about castles.") && web_says(&v, "https://castles.example") && web_says(&v, "https://kites.example"));
	CHECK(!web_says(&v, "Hello Tansy Testerley"));
	close_lesson(&s, lesson);
	v = web_get_as(&s.w, s.tansy, "/welcome");
	CHECK(!web_says(&v, "castles"));
}

TEST(class_cover, another_class_is_taken_for_a_reason_that_its_teachers_see)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	int64_t other = web_person(w, ROLE_TEACHER, "Mr Quillfeather");
	struct web_visit v = web_get_as(w, other, at(&s, "session"));
	CHECK(v.status == 303 && str_find(v.location, STR("/cover?next=")) > 0);
	CHECK(str_ends(web_post_as(w, other, at(&s, "sign"), "child=1").location, STR("/cover")));
	CHECK(str_ends(web_post_as(w, other, at(&s, "cards"), "child=1").location, STR("/cover")));
	CHECK_INT(web_post_as(w, other, at(&s, "cover"), "why=").status, 422);
	CHECK_INT(web_get(w, ROLE_PARENT, at(&s, "cover")).status, 403);
	v = web_post_as(w, other, at(&s, "cover"), arena_fmt(w->arena, "why=she+is+ill&next=%s", at(&s, "session")).p);
	CHECK_STR(v.location, at(&s, "session"));
	CHECK_INT(web_get_as(w, other, at(&s, "session")).status, 200);
	v = web_get(w, ROLE_TEACHER, "/classes");
	CHECK(web_says(&v, "Mr Quillfeather") && web_says(&v, "she is ill"));
	v = web_post_as(w, web_person(w, ROLE_SUPPLY, "Ms Supplyton"), at(&s, "cover"), "why=supply&next=https://evil.example/");
	CHECK_STR(v.location, "/classes");
	clock_fake((clock_utc() + 86400) * 1000);
	int64_t again = other;
	struct store st = { w->db, w->web->keys, w->web->registers };
	CHECK(!cover_holds(&st, w->school, s.beech, again));         /* the day is over */
	clock_fake(0);
}

/* ---- cards ---- */

TEST(cards, are_printed_by_those_who_teach_the_class_and_shown_once)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	struct web_visit v = web_get(w, ROLE_TEACHER, at(&s, "cards"));
	CHECK(v.status == 200 && web_says(&v, "Tansy Testerley") && web_says(&v, "No card") && !web_says(&v, "pic-"));
	CHECK_INT(web_get(w, ROLE_LEARNER, at(&s, "cards")).status, 403);
	CHECK_INT(web_get(w, ROLE_PARENT, at(&s, "cards")).status, 403);
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "cards"), "x=1").status, 422);
	v = web_post(w, ROLE_TEACHER, at(&s, "cards"), arena_fmt(w->arena, "child=%lld&child=%lld", (long long)s.tansy, (long long)s.bram).p);
	CHECK(v.status == 200 && web_says(&v, "Tansy") && web_says(&v, "<path d=\"M4 4h7v1h-7z") && web_says(&v, "pic-"));
	struct card c;
	CHECK_OK(card_get(w->db, w->web->keys, w->school, s.tansy, &c));
	v = web_get(w, ROLE_TEACHER, at(&s, "cards"));
	CHECK(web_says(&v, "Printed") && web_says(&v, "Test Teacher"));
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "cards"), arena_fmt(w->arena, "stop=%lld", (long long)s.tansy).p).status, 303);
	CHECK_OK(card_get(w->db, w->web->keys, w->school, s.tansy, &c));
	CHECK(!c.usable);
	int64_t elsewhere = child(w, 0, "Other Elsewhere", "other.lark");           /* not of this class: not printed */
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "cards"), arena_fmt(w->arena, "child=%lld", (long long)elsewhere).p).status, 422);
}

TEST(cards, a_child_without_an_account_gets_a_name_with_the_card)
{
	AUTO(school_done) struct school s = school();
	int64_t kid = child(&s.w, s.beech, "Sorrel Nameless", "");
	struct person p;
	CHECK_INT(web_post(&s.w, ROLE_TEACHER, at(&s, "cards"), arena_fmt(s.w.arena, "child=%lld", (long long)kid).p).status, 200);
	CHECK_OK(person_get(s.w.db, s.w.arena, s.w.school, kid, &p));
	CHECK(str_starts(p.username, STR("sorrel.")) && p.class_id == s.beech && p.year == 1);
}

TEST(qr, what_was_put_in_is_square_and_bounded)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct qr q;
	char big[QR_TEXT_MAX + 2] = { 0 };
	memset(big, 'a', sizeof big - 1);
	CHECK_OK(qr_make(&a, STR("https://portal.test/card/AAAAAAAAAAAAAAAAAAAAAA"), &q));
	CHECK(q.side == 33 + 8 && q.path.n > 500 && str_starts(q.path, STR("M4 4h7v1h-7z")));       /* version 4; the finder's upper edge */
	CHECK_ERR(qr_make(&a, STR(""), &q), ERR_LIMIT);
	CHECK_ERR(qr_make(&a, str_z(big), &q), ERR_LIMIT);
}

/* ---- children ---- */

/* FIELD B3: in the lesson and nowhere else. */
TEST(young, pictures_open_the_door_only_in_an_opened_lesson)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	char code[CARD_CODE_TEXT];
	struct card c = card_of(&s, s.tansy, code);
	struct web_visit v = web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c));
	CHECK(v.status == 403 && web_says(&v, "Your teacher opens the lesson first") && !v.cookie.n);
	CHECK_INT(web_get(w, NOBODY, door(&s, s.tansy)).status, 403);
	v = web_get(w, NOBODY, "/sign-in/pupil");
	CHECK(!web_says(&v, "Beech"));
	int64_t lesson = open_lesson(&s, 30, false);
	v = web_get(w, NOBODY, "/sign-in/pupil");
	CHECK(web_says(&v, "Beech"));
	v = web_get(w, NOBODY, arena_fmt(w->arena, "/sign-in/class/%lld", (long long)s.beech).p);
	CHECK(web_says(&v, "Tansy") && !web_says(&v, "Testerley<") && !web_says(&v, "Bramble"));       /* no card, no face */
	v = web_get(w, NOBODY, door(&s, s.tansy));
	CHECK(v.status == 200 && web_says(&v, "Hello Tansy!") && web_says(&v, "Touch your first picture"));
	v = web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c));
	CHECK(v.status == 303 && str_is(v.location, "/welcome") && str_starts(v.cookie, STR("__Host-gatehouse=")));
	close_lesson(&s, lesson);
	CHECK_INT(web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c)).status, 403);
	clock_fake((clock_utc() + 3600) * 1000);
	CHECK_INT(web_get(w, NOBODY, door(&s, s.tansy)).status, 403);
	clock_fake(0);
}

TEST(young, three_touches_one_after_the_other)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	char code[CARD_CODE_TEXT];
	struct card c = card_of(&s, s.tansy, code);
	const char *one = phrase_word(c.phrase.pick[0]), *two = phrase_word(c.phrase.pick[1]), *three = phrase_word(c.phrase.pick[2]);
	open_lesson(&s, 30, false);
	struct web_visit v = web_post(w, NOBODY, door(&s, s.tansy), arena_fmt(w->arena, "picked=&pick=%s", one).p);
	CHECK(v.status == 200 && web_says(&v, "second picture"));
	v = web_post(w, NOBODY, door(&s, s.tansy), arena_fmt(w->arena, "picked=%s&pick=%s", one, two).p);
	CHECK(v.status == 200 && web_says(&v, "last picture"));
	v = web_post(w, NOBODY, door(&s, s.tansy), arena_fmt(w->arena, "picked=%s+%s&pick=%s", one, two, two).p);
	CHECK(v.status == 422 && web_says(&v, "That was not it."));
	v = web_post(w, NOBODY, door(&s, s.tansy), arena_fmt(w->arena, "picked=%s+%s&pick=%s", one, two, three).p);
	CHECK(v.status == 303 && v.cookie.n);
	CHECK_INT(web_post(w, NOBODY, door(&s, w->person[ROLE_TEACHER]), "words=sun+boat+key").status, 404);      /* a grown-up has no card */
	v = web_post(w, NOBODY, door(&s, s.bram), "words=sun+boat+key");            /* no card: the same words as for wrong pictures */
	CHECK(v.status == 422 && web_says(&v, "That was not it."));
}

TEST(young, five_wrong_pictures_call_the_teacher_who_unlocks)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	char code[CARD_CODE_TEXT];
	struct card c = card_of(&s, s.tansy, code);
	open_lesson(&s, 30, false);
	struct phrase wrong = { { c.phrase.pick[2], c.phrase.pick[1], c.phrase.pick[0] } };
	struct card bad = { .phrase = wrong };
	for (int i = 0; i < CARD_WRONG_MAX; i++)
		CHECK(web_post(w, NOBODY, door(&s, s.tansy), words(&s, &bad)).status >= 422);
	struct web_visit v = web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c));
	CHECK(v.status == 429 && web_says(&v, "Ask your teacher") && !v.cookie.n);
	v = web_get(w, ROLE_TEACHER, at(&s, "session"));
	CHECK(web_says(&v, "These children need you") && web_says(&v, "Tansy Testerley"));
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "session/unlock"), arena_fmt(w->arena, "id=%lld", (long long)w->person[ROLE_LEARNER]).p).status, 404);
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "session/unlock"), arena_fmt(w->arena, "id=%lld", (long long)s.tansy).p).status, 303);
	CHECK_INT(web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c)).status, 303);
}

TEST(young, a_scanned_card_asks_first_and_works_only_in_the_lesson)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	char code[CARD_CODE_TEXT];
	card_of(&s, s.tansy, code);
	const char *path = arena_fmt(w->arena, "/card/%s", code).p;
	struct web_visit v = web_get(w, NOBODY, path);
	CHECK(v.status == 403 && web_says(&v, "Your teacher opens the lesson first") && !web_says(&v, "Tansy"));
	CHECK(web_post(w, NOBODY, path, "x=1").status == 403);
	int64_t lesson = open_lesson(&s, 30, false);
	v = web_get(w, NOBODY, path);
	CHECK(v.status == 200 && web_says(&v, "Hello Tansy!") && web_says(&v, "Is it you?") && !str_starts(v.cookie, STR("__Host-gatehouse")));
	v = web_post(w, NOBODY, path, "x=1");
	CHECK(v.status == 303 && str_starts(v.cookie, STR("__Host-gatehouse=")));
	struct web_visit dead = web_get(w, NOBODY, "/card/AAAAAAAAAAAAAAAAAAAAAA");
	CHECK(dead.status == 404 && web_says(&dead, "does not work any more"));
	struct act act = { w->school, w->person[ROLE_TEACHER], "lost" };
	CHECK_OK(card_end(w->db, &act, s.tansy));
	CHECK_INT(web_post(w, NOBODY, path, "x=1").status, 404);
	close_lesson(&s, lesson);
}

TEST(young, a_sign_in_by_card_ends_with_the_lesson)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	char code[CARD_CODE_TEXT];
	struct card c = card_of(&s, s.tansy, code);
	open_lesson(&s, 30, false);
	CHECK_INT(web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c)).status, 303);
	struct whereabout *in;
	size_t n;
	CHECK_OK(whereabouts_of_class(w->db, w->arena, w->school, s.beech, &in, &n));
	CHECK(n == 1 && in[0].person == s.tansy);
	clock_fake((clock_utc() + 31 * 60) * 1000);
	CHECK_OK(whereabouts_of_class(w->db, w->arena, w->school, s.beech, &in, &n));
	CHECK_INT((long)n, 0);                                   /* at the end that was set */
	clock_fake(0);
	struct keeper_stub k;
	stub_start(&s, &k, 2);
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "session/close"), "supervised=yes").status, 303);
	struct str asked = stub_end(&s, &k);
	CHECK(str_find(asked, STR("unbind-learners")) > 0 && str_find(asked, STR("session-close")) > 0);
	CHECK_OK(whereabouts_of_class(w->db, w->arena, w->school, s.beech, &in, &n));
	CHECK_INT((long)n, 0);                                   /* and when the teacher closes it before */
}

TEST(young, only_the_devices_of_the_class_where_they_are_known)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	char code[CARD_CODE_TEXT];
	struct card c = card_of(&s, s.tansy, code);
	open_lesson(&s, 30, false);
	CHECK_OK(db_script(w->db, arena_fmt(w->arena, "INSERT INTO address_range (school, prefix, group_name, class) VALUES (%lld, '10.9.0.0/24', 'ks1', %lld)",
		(long long)w->school, (long long)s.beech).p));
	struct web_visit v = web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c));
	CHECK(v.status == 403 && web_says(&v, "Use one of the tablets of your class"));
	v = web_get(w, NOBODY, "/sign-in/pupil");
	CHECK(!web_says(&v, "Beech"));
	CHECK_OK(db_script(w->db, "UPDATE address_range SET prefix = '127.0.0.0/24'"));
	CHECK_INT(web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c)).status, 303);
}

/* ---- two devices ---- */

static struct web_visit from(struct school *s, uint8_t last, int64_t kid, const struct card *c)
{
	struct web_school *w = &s->w;
	const char *before = "beforebeforebeforebeforebeforebeforebeforeX";
	char csrf[CSRF_TEXT];
	struct request req = { .method = METHOD_POST, .path = str_z(door(s, kid)), .host = STR("portal.test"), .secure = true,
		.peer = addr_of4((const uint8_t[]){ 10, 0, 0, last }) };
	session_form_token(str_z(before), csrf);
	CHECK_OK(cookie_read(w->arena, arena_fmt(w->arena, "__Host-before=%s", before), &req.cookies));
	CHECK_OK(form_read(w->arena, arena_fmt(w->arena, "%s&token=%s", words(s, c), csrf), &req.form));
	return web_visit_raw(w, &req);
}

static size_t told(struct web_school *w, int64_t person, const char *kind)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(w->db, w->arena, &(struct q_outbox_of_args){ .school = w->school, .person = person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, kind);
	return hits;
}

TEST(clause, c7_5_1_12_a_pupil_on_two_devices_at_once_is_told_to_the_teacher)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	char code[CARD_CODE_TEXT];
	struct card c = card_of(&s, s.tansy, code);
	open_lesson(&s, 30, false);
	CHECK_INT(from(&s, 1, s.tansy, &c).status, 303);
	CHECK_INT((long)told(w, w->person[ROLE_TEACHER], "two-places"), 0);
	CHECK_INT(from(&s, 2, s.tansy, &c).status, 303);
	CHECK_INT((long)told(w, w->person[ROLE_TEACHER], "two-places"), 1);
	struct web_visit v = web_get(w, ROLE_TEACHER, "/classes");
	CHECK(web_says(&v, "signed in on two devices"));
	v = web_get(w, ROLE_TEACHER, at(&s, "session"));
	CHECK(web_says(&v, "2 devices") && web_says(&v, "10.0.0.1") && web_says(&v, "10.0.0.2"));
	struct whereabout *in;
	size_t n;
	CHECK_OK(whereabouts_of_class(w->db, w->arena, w->school, s.beech, &in, &n));
	CHECK(n == 2);
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "session/out"), arena_fmt(w->arena, "id=%lld", (long long)in[0].id).p).status, 303);
	v = web_get(w, ROLE_TEACHER, at(&s, "session"));
	CHECK(!web_says(&v, "2 devices") && !web_says(&v, "10.0.0.1<"));
	for (int r = 0; r < N_ROLES; r++)                /* and nobody acts as a pupil, whatever their role */
		CHECK_INT((long)rights_reach(w->web->rights, ROLE_BIT(r), CAP_IMPERSONATE, ACCESS_WRITE), 0);
}

TEST(young, the_first_device_is_signed_out_where_the_teacher_chose_so)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	char code[CARD_CODE_TEXT];
	struct card c = card_of(&s, s.tansy, code);
	struct whereabout *in;
	size_t n;
	open_lesson(&s, 30, true);
	CHECK_INT(from(&s, 1, s.tansy, &c).status, 303);
	CHECK_INT(from(&s, 2, s.tansy, &c).status, 303);
	CHECK_OK(whereabouts_of_class(w->db, w->arena, w->school, s.beech, &in, &n));
	CHECK(n == 1 && addr_same(in[0].peer, addr_of4((const uint8_t[]){ 10, 0, 0, 2 })));
	CHECK_INT((long)told(w, w->person[ROLE_TEACHER], "two-places"), 0);
}

/* A page that a tablet kept open must not go on as the child after the lesson: it leads to the children's door. */
TEST(young, without_a_session_the_childrens_pages_lead_to_the_childrens_door)
{
	AUTO(school_done) struct school s = school();
	CHECK_STR(web_get(&s.w, NOBODY, "/welcome").location, "/sign-in/pupil");
	CHECK_STR(web_get(&s.w, NOBODY, "/home").location, "/sign-in");
}

TEST(clause, c7_5_1_10_a_card_of_last_term_serves_two_weeks_and_is_shown_to_the_teacher)
{
	AUTO(school_done) struct school s = school();
	struct web_school *w = &s.w;
	struct account_rules *r = (struct account_rules *)(uintptr_t)w->web->account;
	char code[CARD_CODE_TEXT];
	struct card c = card_of(&s, s.tansy, code);
	r->rotation = ROTATION_TERMLY;
	r->term_start_utc = clock_utc() + 86400;
	clock_fake((clock_utc() + 2 * 86400) * 1000);
	open_lesson(&s, 30, false);
	struct web_visit v = web_get(w, ROLE_TEACHER, at(&s, "cards"));
	CHECK(web_says(&v, "From last term: print a new one"));
	CHECK_INT(web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c)).status, 303);
	clock_fake((clock_utc() + CARD_GRACE_S + 86400) * 1000);
	open_lesson(&s, 30, false);
	v = web_post(w, NOBODY, door(&s, s.tansy), words(&s, &c));
	CHECK(v.status == 403 && web_says(&v, "This card is from last term"));
	v = web_get(w, NOBODY, arena_fmt(w->arena, "/card/%s", code).p);
	CHECK(v.status == 403 && web_says(&v, "This card is from last term"));
	clock_fake(0);
}

TEST(cards, a_teacher_makes_a_new_password_for_an_older_child_who_forgot)
{
	AUTO(school_done) struct school s = school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct web_school *w = &s.w;
	struct person_in in = { .kind = KIND_LEARNER, .name = STR("Fern Olderson"), .username = STR("fern.robin"), .year = 5, .class_id = s.beech };
	int64_t fern = 0;
	CHECK_OK(person_add(w->db, &(struct act){ w->school, 0, "test" }, &in, &d, &fern));
	struct web_visit v = web_post(w, ROLE_TEACHER, at(&s, "cards"), arena_fmt(w->arena, "child=%lld", (long long)fern).p);
	CHECK_INT(v.status, 422);                                /* above the last year of cards */
	v = web_post(w, ROLE_TEACHER, at(&s, "cards"), arena_fmt(w->arena, "password=%lld", (long long)fern).p);
	CHECK(v.status == 200 && web_says(&v, "fern.robin can sign in with this password"));
	CHECK_INT(web_post(w, ROLE_TEACHER, at(&s, "cards"), arena_fmt(w->arena, "password=%lld", (long long)w->person[ROLE_HEAD]).p).status, 422);
}
