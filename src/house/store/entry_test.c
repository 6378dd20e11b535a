#include "house/store/entry.h"

#include "house/store/audit.h"
#include "house/store/fixture.h"

static const char test_registers[] =
	"[register case]\ntitle = Cases\nclass = child\nstates = open closed\n"
	"[field title]\nlabel = Title\ntype = text\nrequired = yes\nindex = yes\n"
	"[field words]\nlabel = What happened\ntype = longtext\nsealed = yes\n"
	"[field day]\nlabel = When\ntype = date\nindex = yes\n"
	"[register allegation]\ntitle = Allegations\nclass = staff\nstates = open closed\n"
	"[field words]\nlabel = What happened\ntype = longtext\nsealed = yes\nrequired = yes\n"
	"[register signature]\ntitle = Signatures\nclass = personal\n"
	"[field version]\nlabel = Version\ntype = int\nrequired = yes\nindex = yes\n";

struct scene { struct registers *r; struct store st; int64_t dsl, head, child, other; struct act act; };

static int64_t person(struct fixture *f, const char *name)
{
	static const struct db_stmt put = { "t", "", "INSERT INTO person (school, kind, name, active_from) VALUES ($1, 'staff', $2, 0)", 0, false };
	static const struct db_stmt last = { "t", "", "SELECT max(id) FROM person WHERE school = $1", 0, true };
	struct db_val v[] = { DB_I(f->school), DB_T(str_z(name)) };
	AUTO(arena_done) struct arena a = arena_init();
	CHECK_OK(db_run(f->db, &put, v, 2, NULL, NULL, NULL));
	static const struct db_col col[] = { { DB_INT, 0 } };
	static const struct db_shape shape = { sizeof(int64_t), 1, col };
	int64_t id = 0;
	CHECK_OK(db_fetch_one(f->db, &a, &last, &shape, v, 1, &id));
	return id;
}

static struct scene scene(struct fixture *f)
{
	struct diag d = diag_init(10);
	struct scene s = { 0 };
	CHECK_OK(registers_read(STR("test.conf"), str_z(test_registers), &d, &s.r));
	diag_done(&d);
	s.st = (struct store){ f->db, f->keys, s.r };
	s.dsl = person(f, "Tansy Testerley");
	s.head = person(f, "Mr Quillfeather");
	s.child = person(f, "Pip Pebbleworth");
	s.other = person(f, "Miss Thimblewick");
	s.act = (struct act){ f->school, s.dsl, "reported" };
	return s;
}

static struct entry_may may_of(const struct fixture *f, int64_t who, uint32_t classes)
{
	return (struct entry_may){ .school = f->school, .person = who, .classes = classes };
}

static const uint32_t child_bit = ENTRY_BIT(ENTRY_CHILD), all_bits = ENTRY_BIT(ENTRY_CHILD) | ENTRY_BIT(ENTRY_STAFF) | ENTRY_BIT(ENTRY_PERSONAL);

static int64_t new_case(struct scene *s, const char *title, const char *words, int64_t subject)
{
	struct entry_field f[] = { { STR("title"), str_z(title) }, { STR("words"), str_z(words) }, { STR("day"), STR("21 November 2026") } };
	struct entry_person p[] = { { subject, ENTRY_SUBJECT } };
	struct entry_in in = { .reg = "case", .fields = f, .n_fields = 3, .people = p, .n_people = subject ? 1 : 0 };
	int64_t id = 0;
	CHECK_OK(entry_create(&s->st, &s->act, &in, NULL, &id));
	return id;
}

TEST(entry, is_kept_and_read_back)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scene s = scene(&fx);
		int64_t id = new_case(&s, "A page at lunch", "It had a scary picture on it", 0);
		struct entry_may may = may_of(&fx, s.dsl, child_bit);
		struct entry e;
		CHECK_OK(entry_get(&s.st, &a, &may, id, 0, &e));
		CHECK(e.version == 1 && e.number == 1 && e.class == ENTRY_CHILD && e.made_by == s.dsl && !e.destroyed);
		CHECK_STR(e.state, "open");
		CHECK_STR(entry_value(&e, "words"), "It had a scary picture on it");
		CHECK_STR(entry_value(&e, "title"), "A page at lunch");
		CHECK(!entry_value(&e, "nothing").p);
		CHECK_ERR(entry_get(&s.st, &a, &may, id + 1, 0, &e), ERR_ABSENT);
		CHECK_ERR(entry_get(&s.st, &a, &may, id, 2, &e), ERR_ABSENT);
		registers_free(&s.r);
	}
}

TEST(clause, c4_2_12_altering_a_concern_adds_an_amendment_and_keeps_the_original)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scene s = scene(&fx);
		int64_t id = new_case(&s, "A page", "first words", 0);
		struct entry_may may = may_of(&fx, s.dsl, child_bit);
		struct entry_field f[] = { { STR("words"), STR("second words") } };
		struct entry_in in = { .reg = "case", .fields = f, .n_fields = 1 };
		struct act act = { fx.school, s.dsl, "she remembered more" };
		CHECK_OK(entry_update(&s.st, &act, &may, id, 1, &in, NULL));
		struct entry *h, old;
		size_t n;
		CHECK_OK(entry_history(&s.st, &a, &may, id, &h, &n));
		CHECK_INT(n, 2);
		CHECK_STR(entry_value(&h[0], "words"), "first words");
		CHECK_STR(entry_value(&h[1], "words"), "second words");
		CHECK_STR(entry_value(&h[1], "title"), "A page");
		CHECK_STR(h[1].why, "she remembered more");
		CHECK_OK(entry_get(&s.st, &a, &may, id, 1, &old));
		CHECK_STR(entry_value(&old, "words"), "first words");
		/* Nothing that speaks to the database can take the original away. */
		static const char *const attempts[] = {
			"UPDATE entry_version SET body = '{}'", "DELETE FROM entry_version", "DELETE FROM entry_text", "UPDATE entry_text SET version = 9" };
		for (size_t i = 0; i < ARRAY_N(attempts); i++) {
			struct db_stmt st = { "t", "", attempts[i], -1, false };
			CHECK_ERR(db_run(fx.db, &st, NULL, 0, NULL, NULL, NULL), ERR_FORBIDDEN);
		}
		struct audit_record *r;
		CHECK_OK(audit_of(fx.db, &a, fx.school, (struct audit_about){ "entry", id }, &r, &n));
		CHECK(n == 2 && r[1].person == s.dsl);
		registers_free(&s.r);
	}
}

TEST(entry, a_second_writer_is_told_that_somebody_was_faster)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene(&fx);
		int64_t id = new_case(&s, "A page", "words", 0);
		struct entry_may may = may_of(&fx, s.dsl, child_bit);
		struct entry_field f[] = { { STR("title"), STR("changed") } };
		struct entry_in in = { .reg = "case", .fields = f, .n_fields = 1, .state = "closed" };
		CHECK_OK(entry_update(&s.st, &s.act, &may, id, 1, &in, NULL));
		CHECK_ERR(entry_update(&s.st, &s.act, &may, id, 1, &in, NULL), ERR_STALE);
		registers_free(&s.r);
	}
}

TEST(entry, findings_name_the_field_and_nothing_is_kept)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene(&fx);
		struct diag d = diag_init(10);
		struct entry_field f[] = { { STR("day"), STR("the day after") }, { STR("colour"), STR("red") } };
		struct entry_in in = { .reg = "case", .fields = f, .n_fields = 2 };
		int64_t id = 0, n = -1;
		CHECK_ERR(entry_create(&s.st, &s.act, &in, &d, &id), ERR_INVALID);
		CHECK_INT(d.errors, 3);
		CHECK_STR(d.items[0].file, "day");
		CHECK_STR(d.items[2].file, "title");
		struct entry_may may = may_of(&fx, s.dsl, all_bits);
		CHECK_OK(entry_count(&s.st, &may, &(struct entry_query){ 0 }, &n));
		CHECK_INT(n, 0);
		diag_done(&d);
		registers_free(&s.r);
	}
}

TEST(entry, its_subject_learns_nothing_from_list_count_or_search)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scene s = scene(&fx);
		int64_t id = new_case(&s, "About the other one", "an unusual word: quince", s.other);
		new_case(&s, "About nobody", "also quince", 0);
		struct entry_field note[] = { { STR("title"), STR("a note under it") }, { STR("words"), STR("quince again") } };
		struct entry_in under = { .reg = "case", .parent = id, .fields = note, .n_fields = 2 };
		int64_t note_id;
		CHECK_OK(entry_create(&s.st, &s.act, &under, NULL, &note_id));
		struct entry_may dsl = may_of(&fx, s.dsl, child_bit), subject = may_of(&fx, s.other, child_bit);
		struct entry_query all = { 0 }, search = { .words = STR("QUINCE") };
		struct entry_page page;
		struct entry e;
		CHECK_OK(entry_list(&s.st, &a, &dsl, &search, &page));
		CHECK(page.total == 3 && page.n == 3);
		CHECK_OK(entry_list(&s.st, &a, &subject, &all, &page));
		CHECK(page.total == 1 && page.n == 1);
		CHECK_OK(entry_list(&s.st, &a, &subject, &search, &page));
		CHECK_INT(page.total, 1);
		CHECK_ERR(entry_get(&s.st, &a, &subject, id, 0, &e), ERR_ABSENT);
		CHECK_ERR(entry_get(&s.st, &a, &subject, note_id, 0, &e), ERR_ABSENT);
		struct entry_tally *t;
		size_t n;
		CHECK_OK(entry_tally_states(&s.st, &a, &subject, &all, &t, &n));
		CHECK(n == 1 && t[0].n == 1);
		CHECK_ERR(entry_release(&s.st, &s.act, &dsl, id, s.other, ENTRY_SUBJECT), ERR_FORBIDDEN);
		registers_free(&s.r);
	}
}

TEST(entry, classes_barred_and_own_are_kept_apart)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scene s = scene(&fx);
		struct entry_field f[] = { { STR("words"), STR("plum") } };
		struct entry_person p[] = { { s.other, ENTRY_AUTHOR }, { s.dsl, ENTRY_BARRED } };
		struct entry_in in = { .reg = "allegation", .fields = f, .n_fields = 1, .people = p, .n_people = 2 };
		int64_t id, n = -1;
		CHECK_OK(entry_create(&s.st, &s.act, &in, NULL, &id));
		struct entry_query q = { .words = STR("plum") };
		struct entry_may may = may_of(&fx, s.head, all_bits);
		CHECK_OK(entry_count(&s.st, &may, &q, &n));
		CHECK_INT(n, 1);
		may = may_of(&fx, s.head, child_bit);
		CHECK_OK(entry_count(&s.st, &may, &q, &n));
		CHECK_INT(n, 0);
		may = may_of(&fx, s.dsl, all_bits);
		CHECK_OK(entry_count(&s.st, &may, &q, &n));
		CHECK_INT(n, 0);
		may = (struct entry_may){ .school = fx.school, .person = s.other, .own = ENTRY_BIT(ENTRY_STAFF) };
		CHECK_OK(entry_count(&s.st, &may, &q, &n));
		CHECK_INT(n, 1);
		may.school = fx.school + 1;
		struct entry e;
		CHECK_ERR(entry_get(&s.st, &a, &may, id, 0, &e), ERR_ABSENT);
		registers_free(&s.r);
	}
}

TEST(entry, a_person_reads_what_is_personal_to_them)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene(&fx);
		struct entry_field f[] = { { STR("version"), STR("3") } };
		struct entry_person p[] = { { s.child, ENTRY_SUBJECT } };
		struct entry_in in = { .reg = "signature", .fields = f, .n_fields = 1, .people = p, .n_people = 1 };
		int64_t id, n = -1;
		CHECK_OK(entry_create(&s.st, &s.act, &in, NULL, &id));
		struct entry_may may = { .school = fx.school, .person = s.child, .subject_reads = ENTRY_BIT(ENTRY_PERSONAL) };
		CHECK_OK(entry_count(&s.st, &may, &(struct entry_query){ 0 }, &n));
		CHECK_INT(n, 1);
		may.person = s.other;
		CHECK_OK(entry_count(&s.st, &may, &(struct entry_query){ 0 }, &n));
		CHECK_INT(n, 0);
		registers_free(&s.r);
	}
}

TEST(entry, is_found_by_index_state_people_and_words)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scene s = scene(&fx);
		for (int i = 0; i < 30; i++) {
			char title[40];
			snprintf(title, sizeof title, "%s page %02d", i % 2 ? "Odd" : "Even", i);
			new_case(&s, title, i % 3 ? "nothing" : "Zoë fell", i == 5 ? s.child : 0);
		}
		struct entry_may may = may_of(&fx, s.dsl, child_bit);
		const struct { struct entry_query q; int64_t want; } cases[] = {
			{ { .reg = "case" }, 30 },
			{ { .reg = "allegation" }, 0 },
			{ { .states = { "closed" } }, 0 },
			{ { .states = { "closed", "open" } }, 30 },
			{ { .where = { { "title", ENTRY_STARTS, 0, STR("odd") } }, .n_where = 1 }, 15 },
			{ { .where = { { "title", ENTRY_STARTS, 0, STR("%") } }, .n_where = 1 }, 0 },
			{ { .where = { { "title", ENTRY_IS, 0, STR("EVEN page 04") } }, .n_where = 1 }, 1 },
			{ { .where = { { "day", ENTRY_FROM, 1795219200, STR_NONE }, { "day", ENTRY_UPTO, 1795305600, STR_NONE } }, .n_where = 2 }, 30 },
			{ { .where = { { "day", ENTRY_UPTO, 1795219199, STR_NONE } }, .n_where = 1 }, 0 },
			{ { .about = s.child }, 1 },
			{ { .words = STR("ZOE") }, 10 },
			{ { .words = STR("zoë, fell") }, 10 },
			{ { .words = STR("zoe page 03") }, 1 },
			{ { .words = STR("zoe never") }, 0 },
			{ { .words = STR("?!") }, 0 },
			{ { .upto_utc = 1 }, 0 },
		};
		for (size_t i = 0; i < ARRAY_N(cases); i++) {
			int64_t n = -1;
			CHECK_OK(entry_count(&s.st, &may, &cases[i].q, &n));
			if (n != cases[i].want)
				print_error("case %zu\n", i);
			CHECK_INT(n, cases[i].want);
		}
		struct entry_query q = { .order_by = "title", .ascending = true, .limit = 4, .offset = 14 };
		struct entry_page page;
		CHECK_OK(entry_list(&s.st, &a, &may, &q, &page));
		CHECK(page.n == 4 && page.total == 30);
		CHECK_STR(entry_value(&page.entries[0], "title"), "Even page 28");
		CHECK_STR(entry_value(&page.entries[1], "title"), "Odd page 01");
		q.limit = ENTRY_PAGE_MAX + 1;
		CHECK_ERR(entry_list(&s.st, &a, &may, &q, &page), ERR_LIMIT);
		registers_free(&s.r);
	}
}

TEST(entry, with_its_key_destroyed_shows_a_tombstone_and_is_not_found_by_words)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scene s = scene(&fx);
		int64_t id = new_case(&s, "Old", "pomegranate", 0), n = -1;
		struct entry_may may = may_of(&fx, s.dsl, child_bit);
		struct entry e;
		CHECK_OK(entry_get(&s.st, &a, &may, id, 0, &e));
		CHECK_OK(seal_destroy(fx.db, &s.act, e.key));
		CHECK_OK(entry_get(&s.st, &a, &may, id, 0, &e));
		CHECK(e.destroyed && !entry_value(&e, "words").p);
		CHECK_STR(entry_value(&e, "title"), "Old");
		CHECK_OK(entry_count(&s.st, &may, &(struct entry_query){ .words = STR("pomegranate") }, &n));
		CHECK_INT(n, 0);
		struct entry_in in = { .reg = "case" };
		CHECK_ERR(entry_update(&s.st, &s.act, &may, id, 1, &in, NULL), ERR_STATE);
		registers_free(&s.r);
	}
}

TEST(entry, people_of_another_school_are_refused)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene(&fx);
		struct entry_field f[] = { { STR("title"), STR("x") } };
		struct entry_person p[] = { { 99999, ENTRY_SUBJECT } };
		struct entry_in in = { .reg = "case", .fields = f, .n_fields = 1, .people = p, .n_people = 1 };
		int64_t id = 0, n = -1;
		CHECK_ERR(entry_create(&s.st, &s.act, &in, NULL, &id), ERR_INVALID);
		struct entry_may may = may_of(&fx, s.dsl, all_bits);
		CHECK_OK(entry_count(&s.st, &may, &(struct entry_query){ 0 }, &n));
		CHECK_INT(n, 0);
		registers_free(&s.r);
	}
}

TEST(registers, those_of_the_project_load)
{
	struct diag d = diag_init(20);
	struct registers *r = NULL;
	enum err e = registers_load(test_source("data/registers"), &d, &r);
	for (size_t i = 0; i < d.n; i++)
		print_error("%.*s:%ld: %.*s\n", STRF(d.items[i].file), d.items[i].line, STRF(d.items[i].text));
	CHECK_OK(e);
	CHECK(registers_count(r) >= 4 && registers_find(r, STR("filter-change")));
	for (size_t i = 1; i < registers_count(r); i++)
		CHECK(str_cmp(registers_at(r, i - 1)->id, registers_at(r, i)->id) < 0);
	registers_free(&r);
	diag_done(&d);
}

TEST(registers, mistakes_are_all_found_with_their_lines)
{
	struct diag d = diag_init(20);
	struct registers *r = NULL;
	static const char text[] =
		"[register a]\ntitle = A\nclass = secret\n[field x]\nlabel = X\n[field y]\nlabel = Y\ntype = text\nsealed = yes\nindex = yes\n"
		"[field z]\nlabel = Z\ntype = choice\n[register a]\ntitle = B\n[thing]\nq = 1\n";
	CHECK(registers_read(STR("t"), str_z(text), &d, &r) != OK);
	CHECK_INT(d.errors, 6);
	CHECK_INT(d.items[0].line, 3);
	CHECK(!r);
	diag_done(&d);
}
