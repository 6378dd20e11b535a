/* town.h - a small school to test cases in: one person of each kind, the real data files, fake time. */
#pragma once
#include "house/record/record.h"

#include "base/clock.h"
#include "house/account/appointment.h"
#include "house/account/people.h"
#include "house/notify/notify.h"
#include "house/store/fixture.h"

#define TOWN __attribute__((unused))

enum who { DSL, DEPUTY, HEAD, CHAIR, TEACHER, TECH, GOVERNOR, LEARNER, OTHER_LEARNER, PARENT, N_WHO };
static const struct { const char *role, *kind, *name; } cast[N_WHO] = {
	[DSL] = { "dsl", "staff", "Ms Quillfeather" }, [DEPUTY] = { "deputy", "staff", "Mr Bramblewick" },
	[HEAD] = { "head", "staff", "Mrs Thistledown" }, [CHAIR] = { "chair", "governor", "Dr Marrowfat" },
	[TEACHER] = { "teacher", "staff", "Mr Puddlefoot" }, [TECH] = { "technician", "staff", "Ms Cogsworthy" },
	[GOVERNOR] = { "governor", "governor", "Mx Larkspur" }, [LEARNER] = { "learner", "learner", "Tansy Testerley" },
	[OTHER_LEARNER] = { "learner", "learner", "Alder Testerley" }, [PARENT] = { "parent", "parent", "Mrs Testerley" },
};

struct town {
	struct fixture *fx;
	struct store store;
	struct registers *registers;
	struct library *library;
	struct desk k;
	struct diag d;
	struct arena a;
	int64_t person[N_WHO];
	struct act act;
};

TOWN static void show(const struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	diag_print(d, &b);
	if (b.n)
		fprintf(stderr, "%.*s", STRF(buf_str(&b)));
}

TOWN static enum err first_int(void *ctx, const struct db_val *cols, size_t n)
{
	*(int64_t *)ctx = cols[0].i;
	return n ? OK : ERR_DB;
}

TOWN static int64_t insert(struct town *t, const char *sql, const struct db_val *v, size_t n)
{
	int64_t id = 0;
	struct db_stmt st = { sql, "", sql, 0, false };
	CHECK_OK(db_run(t->fx->db, &st, v, n, first_int, &id, NULL));
	return id;
}

TOWN static void add_person(struct town *t, enum who w)
{
	struct db_val p[] = { DB_I(t->fx->school), DB_T(str_z(cast[w].kind)), DB_T(str_z(cast[w].name)),
		DB_T(arena_fmt(&t->a, "p%d@school.example", (int)w)), DB_I(1) };
	t->person[w] = insert(t, "INSERT INTO person (school, kind, name, mail, active_from) VALUES ($1, $2, $3, $4, $5) RETURNING id", p, 5);
	struct db_val r[] = { DB_I(t->fx->school), DB_I(t->person[w]), DB_T(str_z(cast[w].role)), DB_I(1) };
	insert(t, "INSERT INTO person_role (school, person, role, from_utc) VALUES ($1, $2, $3, $4) RETURNING id", r, 4);
}

TOWN static void open_town(struct town *t, struct fixture *fx, const char *profile)
{
	memset(t, 0, sizeof *t);
	t->fx = fx;
	t->a = arena_init();
	t->d = diag_init(50);
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	enum err e = OK;
	t->registers = template_registers(&t->d);
	show(&t->d);
	CHECK_OK(e);
	e = template_library(profile, &t->d, &t->library);
	show(&t->d);
	CHECK_OK(e);
	t->store = (struct store){ .db = fx->db, .keys = fx->keys, .registers = t->registers };
	t->k = (struct desk){ .store = &t->store, .library = t->library };
	for (int w = 0; w < N_WHO; w++)
		add_person(t, (enum who)w);
	t->act = (struct act){ .school = fx->school, .person = 0, .why = "test" };
}

TOWN static void close_town(struct town *t)
{
	library_free(&t->library);
	diag_done(&t->d);
	arena_done(&t->a);
	clock_fake(0);
}

TOWN static struct entry_may may(struct town *t, enum who w)
{
	static const char *const words[] = {
#define ROLE_WORD_(name, word, title) [name] = word,
		ROLE_TABLE(ROLE_WORD_)
#undef ROLE_WORD_
	};
	size_t r = 0;
	while (strcmp(words[r], cast[w].role) != 0)
		r++;
	return record_may(t->fx->school, t->person[w], ROLE_BIT(r));
}

TOWN static struct act as(struct town *t, enum who w)
{
	return (struct act){ .school = t->fx->school, .person = t->person[w], .why = "test" };
}

/* Trained for the lead's work so many days ago. */
TOWN static void trained(struct town *t, enum who w, int days)
{
	enum role r;
	CHECK_OK(role_read(str_z(cast[w].role), &r));
	CHECK_OK(appointment_trained_set(t->fx->db, &t->act, t->person[w], r, clock_utc() - days * INT64_C(86400)));
}

TOWN static struct report worry(struct town *t)
{
	return (struct report){ .about = ABOUT_CHILD, .origin = ORIGIN_TELL, .subject = t->person[LEARNER],
		.words = STR("Somebody asked for my zebra picture"), .author = t->person[LEARNER] };
}

TOWN static struct received send(struct town *t, const struct report *r)
{
	struct received got = { 0 };
	enum err e = record_report(&t->k, &t->act, r, &t->d, &got);
	show(&t->d);
	if (e != OK)
		fprintf(stderr, "%s\n", db_says(t->fx->db));
	CHECK_OK(e);
	return got;
}

/* A teacher told of this topic, and the lead has taken it on. */
TOWN static int64_t open_case(struct town *t, const char *topic)
{
	struct report r = worry(t);
	r.origin = ORIGIN_STAFF;
	r.author = t->person[TEACHER];
	r.topic_type = str_z(topic);
	struct received got = send(t, &r);
	struct act act = as(t, DSL);
	struct entry_may m = may(t, DSL);
	CHECK_OK(record_acknowledge(&t->k, &act, &m, got.id));
	return got.id;
}

/* A child pressed "tell someone", and the lead has taken it on. */
struct taken { int64_t id; struct act act; struct entry_may m; };
TOWN static struct taken take_on(struct town *t)
{
	struct report r = worry(t);
	struct taken c = { .id = send(t, &r).id, .act = as(t, DSL), .m = may(t, DSL) };
	CHECK_OK(record_acknowledge(&t->k, &c.act, &c.m, c.id));
	return c;
}

/* How many cases this person sees; words: only those with them (NULL = all). */
TOWN static int64_t seen_by(struct town *t, enum who w, const char *words)
{
	struct case_page page;
	struct entry_may m = may(t, w);
	struct case_query q = { .words = str_z(words) };
	CHECK_OK(record_cases(&t->k, &t->a, &m, &q, &page));
	CHECK_INT((int64_t)page.n, page.total);
	return page.total;
}

TOWN static struct case_view view_as(struct town *t, enum who w, int64_t id)
{
	struct case_view v;
	struct entry_may m = may(t, w);
	CHECK_OK(record_view(&t->k, &t->a, &m, id, &v));
	return v;
}

TOWN static const struct case_step *step_of(const struct case_view *v, const char *id)
{
	for (size_t i = 0; i < v->n_steps; i++)
		if (str_is(v->steps[i].def->id, id))
			return &v->steps[i];
	return NULL;
}

/* Notices waiting for this person, of a kind (NULL = all). */
TOWN static size_t waiting(struct town *t, enum who w, const char *kind)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	struct q_outbox_of_args args = { .school = t->fx->school, .person = t->person[w] };
	CHECK_OK(q_outbox_of(t->fx->db, &t->a, &args, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += !kind || str_is(rows[i].kind, kind);
	return hits;
}

TOWN static void step(struct town *t, int64_t id, const char *name, const char *answer, const struct entry_field *v, size_t n)
{
	struct act act = as(t, DSL);
	struct entry_may m = may(t, DSL);
	struct step_input in = { .step = str_z(name), .answer = str_z(answer), .values = v, .n_values = n };
	enum err e = record_step(&t->k, &act, &m, id, &in, &t->d);
	show(&t->d);
	CHECK_OK(e);
	clock_step(60000);
}
#define F(name, value) { STR(name), STR(value) }
#define STEP(t, id, name, answer, ...) do { const struct entry_field v_[] = { F("none", "x"), __VA_ARGS__ }; \
	step((t), (id), (name), (answer), v_, ARRAY_N(v_)); } while (0)
