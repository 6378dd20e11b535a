#include "house/condition/condition.h"

#include "base/time.h"
#include "house/account/people.h"
#include "house/store/fixture.h"

static const char file[] =
	"[register trip]\ntitle = Trips\nclass = general\nstates = planned going over\n"
	"[field where]\nlabel = Where?\ntype = text\n[field lead]\nlabel = Who leads?\ntype = person\n[field paid]\nlabel = Paid?\ntype = bool\n"
	"[field told]\nlabel = Told on\ntype = date\n[field day]\nlabel = Day\ntype = date\n[field phone]\nlabel = Phone\ntype = text\n"
	"[gate go]\nat = going\nneed = filled where | Say where to. | /trips/{id}/edit\nneed = before told day | Tell them before the day.\n"
	"need = open day 2 | The day is past.\nneed = if paid is not yes: filled phone | Not paid: a phone number is needed.\n"
	"need = role lead teacher | {who} is no teacher.\nneed = some guest | Nobody comes along.\n"
	"need = each guest consent child photo | No consent for everyone.\n"
	"[register guest]\ntitle = Guests\nclass = general\nstates = listed\n[field child]\nlabel = Who?\ntype = person\n"
	"[gate add]\nat = listed\nneed = consent child photo | {who} has no consent.\n"
	"[register consent]\ntitle = C\nclass = personal\nstates = given withdrawn\n[field person]\nlabel = P\ntype = person\nindex = yes\n"
	"[field kind]\nlabel = K\ntype = text\nindex = yes\n[field given-on]\nlabel = G\ntype = date\n[field how]\nlabel = H\ntype = text\n";

struct scene { struct arena a; struct diag d; struct registers *r; struct store st; struct act act; int64_t child, teacher; };

static struct scene scene_of(struct fixture *fx)
{
	struct scene s = { .a = arena_init(), .d = diag_init(20) };
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 10 }) * 1000);
	CHECK_OK(registers_read(STR("test"), str_z(file), &s.d, &s.r));
	s.st = (struct store){ fx->db, fx->keys, s.r };
	s.act = (struct act){ fx->school, 0, "test" };
	CHECK_OK(person_add(fx->db, &s.act, &(struct person_in){ .kind = KIND_LEARNER, .name = STR("Pip Pebbleton"), .year = 4 }, &s.d, &s.child));
	CHECK_OK(person_add(fx->db, &s.act, &(struct person_in){ .kind = KIND_STAFF, .name = STR("Tansy Testerley"), .year = YEAR_NONE }, &s.d, &s.teacher));
	return s;
}

static void scene_end(struct scene *s)
{
	clock_fake(0);
	registers_free(&s->r);
	diag_done(&s->d);
	arena_done(&s->a);
}

static bool says(const struct diag *d, const char *words)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_find(d->items[i].text, str_z(words)) >= 0)
			return true;
	return false;
}

static enum err consent(struct scene *s, const char *state, const char *day)
{
	int64_t id;
	struct entry_field f[] = { { STR("person"), arena_fmt(&s->a, "%lld", (long long)s->child) }, { STR("kind"), STR("photo") }, { STR("given-on"), str_z(day) } };
	return entry_create(&s->st, &s->act, &(struct entry_in){ .reg = "consent", .state = state, .fields = f, .n_fields = 3 }, &s->d, &id);
}

static enum err guest(struct scene *s, int64_t trip, struct diag *d)
{
	int64_t id;
	struct entry_field f[] = { { STR("child"), arena_fmt(&s->a, "%lld", (long long)s->child) } };
	return entry_create(&s->st, &s->act, &(struct entry_in){ .reg = "guest", .parent = trip, .fields = f, .n_fields = 1 }, d, &id);
}

static enum err go(struct scene *s, int64_t id, int64_t version, struct diag *d)
{
	struct entry_may may = { .school = s->act.school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	return entry_update(&s->st, &s->act, &may, id, version, &(struct entry_in){ .reg = "trip", .state = "going" }, d);
}

TEST(condition, a_gate_names_everything_that_is_missing_and_no_write_gets_round_it)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		int64_t trip, id;
		CHECK_OK(entry_create(&s.st, &s.act, &(struct entry_in){ .reg = "trip" }, &s.d, &trip));
		CHECK_ERR(go(&s, trip, 1, &d), ERR_STATE);
		CHECK(says(&d, "Say where to.") && says(&d, "Tell them before") && says(&d, "The day is past") && says(&d, "Not paid") && says(&d, "Nobody comes along"));
		CHECK_ERR(entry_create(&s.st, &s.act, &(struct entry_in){ .reg = "trip", .state = "going" }, &d, &id), ERR_STATE);
		scene_end(&s);
	}
}

TEST(condition, consent_is_asked_at_the_moment_and_a_withdrawal_counts_at_once)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(40);
		int64_t trip;
		struct entry_field f[] = { { STR("where"), STR("The mill") }, { STR("told"), STR("20 November 2026") }, { STR("day"), STR("24 November 2026") },
			{ STR("paid"), STR("yes") }, { STR("lead"), arena_fmt(&s.a, "%lld", (long long)s.teacher) } };
		CHECK_OK(role_give(s.st.db, &s.act, s.teacher, ROLE_TEACHER, 0, 0, &s.d));
		CHECK_OK(entry_create(&s.st, &s.act, &(struct entry_in){ .reg = "trip", .fields = f, .n_fields = 5 }, &s.d, &trip));
		CHECK_ERR(guest(&s, trip, &d), ERR_STATE);
		CHECK(says(&d, "Pip Pebbleton has no consent."));
		CHECK_OK(consent(&s, "given", "1 September 2026"));
		CHECK_OK(guest(&s, trip, &s.d));
		clock_step(1000);
		CHECK_OK(consent(&s, "withdrawn", "2 September 2026"));
		CHECK_ERR(go(&s, trip, 1, &d), ERR_STATE);
		CHECK(says(&d, "No consent for everyone."));
		clock_step(1000);
		CHECK_OK(consent(&s, "given", "23 November 2026"));
		CHECK_OK(go(&s, trip, 1, &s.d));
		scene_end(&s);
	}
}

TEST(condition, a_day_of_grace_ends_at_midnight_and_the_answer_says_when)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		struct gate_answer g;
		struct entry_field f[] = { { STR("day"), STR("22 November 2026") } };
		struct entry e = { .reg = STR("trip"), .fields = f, .n_fields = 1 };
		CHECK_ERR(gate_open(&s.st, &s.a, fx.school, "nothing", &e, clock_utc(), &g), ERR_ABSENT);
		CHECK_OK(gate_open(&s.st, &s.a, fx.school, "go", &e, clock_utc(), &g));
		bool past = false;
		for (size_t i = 0; i < g.n; i++)
			past |= str_is(g.missing[i].says, "The day is past.");
		CHECK(!past && !g.open && !g.until_utc);
		CHECK_OK(gate_open(&s.st, &s.a, fx.school, "go", &e, time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 25 }), &g));
		for (size_t i = 0; i < g.n; i++)
			past |= str_is(g.missing[i].says, "The day is past.");
		CHECK(past);
		scene_end(&s);
	}
}

TEST(condition, a_gate_that_cannot_be_read_is_refused_with_its_line)
{
	static const char *const bad[] = {
		"need = filled a\n", "need = fills a | x\n", "need = filled | x\n", "need = if a: filled b | x\n", "needs = filled a | x\n", "at = one\n",
		"only = profile a\nneed = filled a | x\n", "need = each guest nothing child | x\n", "need = before a | x\n",
	};
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct registers *r = NULL;
		struct str text = arena_fmt(&a, "[register t]\ntitle = T\nstates = one\n[field a]\nlabel = A\ntype = text\n[gate g]\n%s", bad[i]);
		CHECK(registers_read(STR("f"), text, &d, &r) != OK && d.n && d.items[0].line >= 7);
		registers_free(&r);
	}
}
