/* What two people disposed of is gone, and `verify` tells it from what somebody took away. */
#include "house/store/audit.h"
#include "house/store/chain.h"
#include "house/store/fixture.h"

static const char registers_text[] =
	"[register visit]\ntitle = Visits\npage = yes\nclass = general\nsee = head\nadd = head\nchange = head\nstates = here gone\ncolumns = who\n"
	"[field who]\nlabel = Who\ntype = text\nrequired = yes\nunique = yes\nindex = yes\n"
	"[field note]\nlabel = Note\ntype = longtext\nsealed = yes\n"
	"[register disposal-entries]\ntitle = Disposals\nclass = general\nstates = proposed done refused\n"
	"[field entries]\nlabel = Entries\ntype = longtext\n";

struct scene { struct store st; struct registers *r; struct entry_may all; int64_t school; };

static struct scene scene_of(struct fixture *f)
{
	struct diag d = diag_init(5);
	struct scene s = { .school = f->school, .all = { .school = f->school, .classes = ~1u } };
	enum err e = registers_read(STR("t"), str_z(registers_text), &d, &s.r);
	for (size_t i = 0; i < d.n; i++)
		print_error("%.*s\n", STRF(d.items[i].text));
	CHECK_OK(e);
	diag_done(&d);
	s.st = (struct store){ f->db, f->keys, s.r };
	return s;
}

static int64_t visit(struct scene *s, const char *who)
{
	struct entry_field fields[] = { { STR("who"), str_z(who) }, { STR("note"), STR("zebra in the corridor") } };
	int64_t id;
	CHECK_OK(entry_create(&s->st, &(struct act){ s->school, 0, "came with Fern" }, &(struct entry_in){ .reg = "visit", .fields = fields, .n_fields = 2 }, NULL, &id));
	CHECK_OK(entry_update(&s->st, &(struct act){ s->school, 0, "went with Fern" }, &s->all, id, 1, &(struct entry_in){ .state = "gone" }, NULL));
	return id;
}

/* As a program before 0060 wrote it: the digest over the words themselves. */
static void make_old(struct scene *s, int64_t id)
{
	static const struct db_stmt put = { "old", "", "INSERT INTO entry_version (school, entry, version, class, state, body, by_person, at_utc, why, digest)"
		" VALUES ($1, $2, 3, 1, 'gone', $3, 0, 1000, 'written before', $4)", 0, false };
	static const struct db_stmt move = { "old_move", "", "UPDATE entry SET version = 3 WHERE school = $1 AND id = $2", 0, false };
	struct act act = { s->school, 0, "written before" };
	struct chain_version v = { .school = s->school, .entry = id, .version = 3, .class = ENTRY_GENERAL, .at_utc = 1000, .reg = STR("visit"), .state = STR("gone"),
		.body = STR("{\"who\":\"Oak Oldfield\"}"), .why = STR("written before") };
	uint8_t running[CHAIN_DIGEST] = { 0 }, digest[CHAIN_DIGEST];
	chain_version(&v, running, digest);
	struct db_val a[] = { DB_I(s->school), DB_I(id), DB_T(v.body), DB_B(((struct str){ (const char *)digest, CHAIN_DIGEST })) };
	CHECK_OK(db_run(s->st.db, &put, a, 4, NULL, NULL, NULL));
	CHECK_OK(db_run(s->st.db, &move, a, 2, NULL, NULL, NULL));
	CHECK_OK(audit_add(s->st.db, &act, "entry.changed", (struct audit_about){ "entry", id }, digest));
}

static int64_t certificate(struct scene *s, int64_t first, int64_t second, int64_t covers)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_field f[] = { { STR("entries"), arena_fmt(&a, "9999 %lld", (long long)covers) } };
	int64_t id;
	CHECK_OK(entry_create(&s->st, &(struct act){ s->school, first, "its time is over" }, &(struct entry_in){ .reg = "disposal-entries", .state = "proposed", .fields = f, .n_fields = 1 }, NULL, &id));
	CHECK_OK(entry_update(&s->st, &(struct act){ s->school, second, "agreed" }, &s->all, id, 1, &(struct entry_in){ .state = "done" }, NULL));
	return id;
}

static size_t findings(struct fixture *f, struct str about)
{
	struct diag d = diag_init(50);
	struct audit_verify how = { 0 };
	struct audit_verified sum;
	CHECK_OK(audit_verify(f->db, f->school, &how, &d, &sum));
	size_t n = 0;
	for (size_t i = 0; i < d.n; i++)
		n += !about.n || str_find(d.items[i].text, about) >= 0;
	diag_done(&d);
	return n;
}

static enum err one_text(void *ctx, const struct db_val *v, size_t n)
{
	*(int64_t *)ctx += (int64_t)v[0].s.n + (int64_t)v[1].s.n;
	return n ? OK : ERR_DB;
}

static int64_t said_in_the_open(struct scene *s, int64_t id)
{
	static const struct db_stmt st = { "left", "", "SELECT body, why FROM entry_version WHERE school = $1 AND entry = $2 AND state <> 'erased'", 0, true };
	struct db_val a[] = { DB_I(s->school), DB_I(id) };
	int64_t n = 0;
	CHECK_OK(db_run(s->st.db, &st, a, 2, one_text, &n, NULL));
	return n;
}

TEST(erase, leaves_the_number_and_the_days_and_nothing_that_was_said)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scene s = scene_of(&fx);
		int64_t gone = visit(&s, "Oak Oldfield"), stays = visit(&s, "Fern Foxley");
		make_old(&s, gone);
		CHECK_INT(findings(&fx, STR_NONE), 0);
		int64_t c = certificate(&s, 5, 6, gone);
		struct act act = { s.school, 6, "disposed of" };
		CHECK_OK(entry_erase(&s.st, &act, gone, c));
		CHECK_INT(said_in_the_open(&s, gone), 0);
		CHECK(said_in_the_open(&s, stays) > 0);
		struct entry e;
		CHECK_OK(entry_get(&s.st, &a, &s.all, gone, 0, &e));
		CHECK(str_is(e.state, REG_ERASED) && e.number == 1 && e.version == 4 && !entry_value(&e, "who").n);
		CHECK_OK(entry_get(&s.st, &a, &s.all, gone, 1, &e));
		CHECK(e.destroyed && !entry_value(&e, "who").n && !entry_value(&e, "note").n && !e.why.n);
		struct entry_page page;
		CHECK_OK(entry_list(&s.st, &a, &s.all, &(struct entry_query){ .reg = "visit" }, &page));
		CHECK(page.total == 1 && page.entries[0].id == stays);
		CHECK_OK(entry_list(&s.st, &a, &s.all, &(struct entry_query){ .words = STR("zebra") }, &page));
		CHECK_INT(page.total, 1);
		CHECK_INT(findings(&fx, STR_NONE), 0);             /* old and new versions alike */
		visit(&s, "Oak Oldfield");                         /* the name is free again */
		registers_free(&s.r);
	}
}

TEST(erase, without_a_certificate_that_is_done_is_refused)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scene s = scene_of(&fx);
		int64_t id = visit(&s, "Oak Oldfield"), other = visit(&s, "Fern Foxley"), open;
		struct act act = { s.school, 6, "disposed of" };
		CHECK_OK(entry_create(&s.st, &act, &(struct entry_in){ .reg = "disposal-entries", .state = "proposed" }, NULL, &open));
		CHECK(entry_erase(&s.st, &act, id, open) == ERR_FORBIDDEN);
		CHECK(entry_erase(&s.st, &act, id, other) == ERR_FORBIDDEN);
		CHECK(db_script(s.st.db, "UPDATE entry_version SET body = ''") != OK);
		CHECK(db_script(s.st.db, arena_fmt(&a, "UPDATE entry_version SET body = '', why = '', salt = NULL, disposal = %lld", (long long)other).p) != OK);
		CHECK(said_in_the_open(&s, id) > 0);
		registers_free(&s.r);
	}
}

/* The database's own tools are held against the certificate: signed by one person, for something else, or made up. */
TEST(erase, verify_accepts_no_erasing_that_two_people_did_not_sign)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		int64_t id = visit(&s, "Oak Oldfield"), other = visit(&s, "Fern Foxley"), third = visit(&s, "Alder Ashby");
		struct act act = { s.school, 6, "disposed of" };
		CHECK_OK(entry_erase(&s.st, &act, id, certificate(&s, 6, 6, id)));
		CHECK(findings(&fx, STR("not signed by two people")) == 1);
		CHECK_OK(entry_erase(&s.st, &act, other, certificate(&s, 5, 6, third)));
		CHECK(findings(&fx, STR("does not name it")) == 1);
		registers_free(&s.r);
	}
}

TEST(erase, verify_finds_an_erased_version_that_was_changed_afterwards)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		int64_t id = visit(&s, "Oak Oldfield");
		CHECK_OK(entry_erase(&s.st, &(struct act){ s.school, 6, "disposed of" }, id, certificate(&s, 5, 6, id)));
		if (fx.turn == 2)
			CHECK_OK(db_script(fx.db, "ALTER TABLE entry_version DISABLE TRIGGER entry_version_append_only; SELECT set_config('gatehouse.school', '0', false)"));
		else
			CHECK_OK(db_script(fx.db, "DROP TRIGGER entry_version_no_update"));
		CHECK_OK(db_script(fx.db, "UPDATE entry_version SET by_person = 9 WHERE disposal IS NOT NULL AND version = 1"));
		CHECK(findings(&fx, STR("without a record in the audit")) == 1);
		registers_free(&s.r);
	}
}
