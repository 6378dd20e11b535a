/* A form that creates something, sent more than once. */
#include <pthread.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/test.h"
#include "house/store/fixture.h"
#include "house/web/once.h"

enum { SENDERS = 6 };

/* Creates a row each time it is run, slowly enough for another to come in between. */
static enum err create(struct page_ctx *c)
{
	struct q_message_put_args args = { .school = c->school, .person = c->person->id, .kind = STR("learner"), .message = STR("m"), .session = 1, .now = 1 };
	struct q_message_put_row row;
	TRY(q_message_put_one(c->db, c->arena, &args, &row));
	usleep(20000);
	return page_redirect(c, "/made/%lld", (long long)row.id);
}

static enum err refuse(struct page_ctx *c)
{
	struct q_message_put_args args = { .school = c->school, .person = c->person->id, .kind = STR("learner"), .message = STR("m"), .session = 1, .now = 1 };
	struct q_message_put_row row;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	TRY(q_message_put_one(c->db, c->arena, &args, &row));
	return ERR_INVALID;
}

struct sender { struct fixture *fx; int64_t person; const char *form; page_fn *fn; char location[64]; enum err e; };

static void send_with(struct sender *s, struct db *db)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p = { .id = s->person };
	struct route route = { .method = METHOD_POST, .fn = s->fn, .flags = ROUTE_ONCE };
	struct request req = { .method = METHOD_POST, .path = STR("/make") };
	struct page_ctx c = { .db = db, .arena = &a, .req = &req, .route = &route, .school = s->fx->school, .person = &p };
	CHECK_OK(form_read(&a, str_z(s->form), &req.form));
	s->e = once_run(&c);
	snprintf(s->location, sizeof s->location, "%.*s", STRF(c.reply.location));
	page_ctx_done(&c);
}

static void *run(void *arg)
{
	struct sender *s = arg;
	struct db *db = NULL;
	CHECK_OK(db_open(s->fx->where, &db));
	send_with(s, db);
	db_free(&db);
	return NULL;
}

static int64_t somebody(struct fixture *fx)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_person_put_row row;
	struct q_person_put_args args = { .school = fx->school, .kind = STR("staff"), .name = STR("Tansy Testerley"), .sort_name = STR("tansy"), .group = STR(""), .from = 1 };
	CHECK_OK(q_person_put_one(fx->db, &a, &args, &row));
	return row.id;
}

static size_t made(struct fixture *fx)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_message_log_row *rows;
	size_t n;
	CHECK_OK(q_message_log(fx->db, &a, &(struct q_message_log_args){ .school = fx->school, .kind = STR("learner"), .from = 0, .limit = 100 }, &rows, &n));
	return n;
}

#define NUMBER "once=abcdefghijklmnopqrst"

TEST(once, the_same_form_again_does_nothing_and_has_the_same_answer)
{
	ON_EACH_ENGINE(fx) {
		struct sender s = { .fx = &fx, .person = somebody(&fx), .form = NUMBER "&token=one&words=a+b", .fn = create }, again = s;
		send_with(&s, fx.db);
		again.form = NUMBER "&token=another&words=a+b";      /* the session was renewed between */
		send_with(&again, fx.db);
		CHECK_INT(made(&fx), 1);
		CHECK(s.location[0] && strcmp(s.location, again.location) == 0);
	}
}

TEST(once, other_words_another_person_or_a_fresh_page_are_another_form)
{
	ON_EACH_ENGINE(fx) {
		struct sender s = { .fx = &fx, .person = somebody(&fx), .form = NUMBER "&words=a", .fn = create };
		send_with(&s, fx.db);
		s.form = NUMBER "&words=ab";
		send_with(&s, fx.db);
		s.form = "once=bbcdefghijklmnopqrst&words=a";
		send_with(&s, fx.db);
		s.form = NUMBER "&words=a";
		s.person = somebody(&fx);
		send_with(&s, fx.db);
		CHECK_INT(made(&fx), 4);
		s.form = NUMBER "&wordsa=";              /* names and values do not run together */
		send_with(&s, fx.db);
		CHECK_INT(made(&fx), 5);
	}
}

TEST(once, sent_at_the_same_moment_it_is_made_once)
{
	ON_EACH_ENGINE(fx) {
		struct sender s[SENDERS];
		pthread_t t[SENDERS];
		int64_t person = somebody(&fx);
		for (size_t i = 0; i < SENDERS; i++) {
			s[i] = (struct sender){ .fx = &fx, .person = person, .form = NUMBER "&words=a", .fn = create };
			CHECK_INT(pthread_create(&t[i], NULL, run, &s[i]), 0);
		}
		for (size_t i = 0; i < SENDERS; i++)
			CHECK_INT(pthread_join(t[i], NULL), 0);
		CHECK_INT(made(&fx), 1);
		for (size_t i = 0; i < SENDERS; i++)
			CHECK(s[i].e == OK && strcmp(s[i].location, s[0].location) == 0);
	}
}

TEST(once, what_was_refused_may_be_sent_again)
{
	ON_EACH_ENGINE(fx) {
		struct sender s = { .fx = &fx, .person = somebody(&fx), .form = NUMBER "&words=a", .fn = refuse };
		send_with(&s, fx.db);
		CHECK_INT(s.e, ERR_INVALID);
		CHECK_INT(made(&fx), 0);
		s.fn = create;
		send_with(&s, fx.db);
		CHECK_INT(made(&fx), 1);
		CHECK_OK(once_sweep(fx.db, fx.school, clock_utc() + ONCE_KEEP_S + 10));
		send_with(&s, fx.db);
		CHECK_INT(made(&fx), 2);
	}
}
