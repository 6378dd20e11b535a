/* What `gatehouse verify` must find, done to real rows behind the program's back. */
#include <sodium.h>

#include "house/store/audit.h"
#include "house/store/fixture.h"

static const char registers_text[] =
	"[register case]\ntitle = Cases\nclass = child\nstates = open closed\n"
	"[field title]\nlabel = Title\ntype = text\nrequired = yes\nindex = yes\n"
	"[field words]\nlabel = Words\ntype = longtext\nsealed = yes\n";

struct signer { uint8_t pub[32], key[64]; };

static enum err sign(void *ctx, struct checkpoint *c, uint8_t out[AUDIT_SIGNATURE])
{
	uint8_t bytes[CHECKPOINT_BYTES];
	checkpoint_bytes(c, bytes);
	crypto_sign_detached(out, NULL, bytes, sizeof bytes, ((struct signer *)ctx)->key);
	return OK;
}

/* A school with three cases of two versions, a checkpoint in the middle, one destroyed key. */
static struct str furnish(struct fixture *f, struct arena *a, struct signer *s)
{
	struct diag d = diag_init(5);
	struct registers *r = NULL;
	CHECK_OK(registers_read(STR("t"), str_z(registers_text), &d, &r));
	diag_done(&d);
	crypto_sign_keypair(s->pub, s->key);
	struct store st = { f->db, f->keys, r };
	struct act act = { f->school, 0, "test" };
	struct entry_may may = { .school = f->school, .classes = ENTRY_BIT(ENTRY_CHILD) };
	struct str line = STR_NONE;
	for (int i = 0; i < 3; i++) {
		struct entry_field fields[] = { { STR("title"), STR("a case") }, { STR("words"), STR("what was said") } };
		struct entry_in in = { .reg = "case", .fields = fields, .n_fields = 2 };
		int64_t id;
		CHECK_OK(entry_create(&st, &act, &in, NULL, &id));
		in.state = "closed";
		CHECK_OK(entry_update(&st, &act, &may, id, 1, &in, NULL));
		if (i == 1)
			CHECK_OK(audit_checkpoint(f->db, f->school, sign, s, a, &line));
		if (i == 2) {
			struct entry e;
			CHECK_OK(entry_get(&st, a, &may, id, 0, &e));
			CHECK_OK(seal_destroy(f->db, &act, e.key));
		}
	}
	registers_free(&r);
	return line;
}

static size_t errors_of(struct fixture *f, const struct signer *s, const struct audit_outside *o, size_t n)
{
	struct diag d = diag_init(50);
	struct audit_verify how = { .public_key = s->pub, .outside = o, .n_outside = n };
	struct audit_verified sum;
	CHECK_OK(audit_verify(f->db, f->school, &how, &d, &sum));
	size_t errors = d.errors;
	diag_done(&d);
	return errors;
}

/* As somebody with the database's own tools would: triggers put aside. */
static void tamper(struct fixture *f, const char *sql)
{
	static const char *const guarded[] = { "audit", "entry_version", "entry_text", "audit_checkpoint", "tombstone" };
	char off[200];
	for (size_t i = 0; i < ARRAY_N(guarded); i++) {
		if (f->turn == 2)
			snprintf(off, sizeof off, "ALTER TABLE %s DISABLE TRIGGER %s_append_only", guarded[i], guarded[i]);
		else
			snprintf(off, sizeof off, "DROP TRIGGER IF EXISTS %s_no_update; DROP TRIGGER IF EXISTS %s_no_delete", guarded[i], guarded[i]);
		CHECK_OK(db_script(f->db, off));
	}
	if (f->turn == 1)
		CHECK_OK(db_script(f->db, "PRAGMA foreign_keys = OFF"));
	else
		CHECK_OK(db_script(f->db, "SELECT set_config('gatehouse.school', '0', false)"));
	enum err e = db_script(f->db, sql);
	if (e != OK)
		print_error("%s: %s\n", sql, db_says(f->db));
	CHECK_OK(e);
}

TEST(verify, an_honest_house_has_no_findings_and_tombstones_are_accepted)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		struct signer s;
		struct str line = furnish(&fx, &a, &s);
		struct audit_outside *o;
		size_t n;
		CHECK_OK(audit_outside_read(&a, STR("copy"), line, s.pub, &d, &o, &n));
		CHECK(n == 1 && d.errors == 0);
		struct audit_verify how = { .public_key = s.pub, .outside = o, .n_outside = n };
		struct audit_verified sum;
		CHECK_OK(audit_verify(fx.db, fx.school, &how, &d, &sum));
		for (size_t i = 0; i < d.n; i++)
			print_error("%.*s\n", STRF(d.items[i].text));
		CHECK_INT(d.errors, 0);
		CHECK(sum.records == 7 && sum.versions == 6 && sum.texts == 6 && sum.checkpoints == 1 && sum.tombstones == 1);
	}
}

TEST(verify, finds_every_change_gap_and_cut)
{
	static const char *const deeds[] = {
		"UPDATE audit SET what = 'other' WHERE seq = 3",
		"UPDATE audit SET why = '' WHERE seq = 1",
		"UPDATE audit SET person = 9 WHERE seq = 2",
		"UPDATE audit SET at_utc = at_utc + 1 WHERE seq = 7",
		"UPDATE audit SET content = digest WHERE seq = 4",
		"UPDATE audit SET digest = content WHERE seq = 4",
		"DELETE FROM audit WHERE seq = 5",
		"DELETE FROM audit WHERE seq = 1",
		"DELETE FROM audit WHERE seq = 7",
		"UPDATE audit_head SET seq = 6",
		"UPDATE audit_head SET digest = (SELECT digest FROM audit WHERE seq = 1)",
		"DELETE FROM audit_head",
		"UPDATE entry_version SET body = '{\"title\":\"another\"}' WHERE version = 1 AND entry = 1",
		"UPDATE entry_version SET by_person = 3 WHERE version = 2 AND entry = 1",
		"UPDATE entry_version SET why = 'because' WHERE version = 2 AND entry = 2",
		"DELETE FROM entry_version WHERE version = 2 AND entry = 2",
		"DELETE FROM entry_text WHERE version = 1 AND entry = 1",
		"UPDATE entry_text SET sealed = (SELECT sealed FROM entry_text WHERE entry = 2 AND version = 1) WHERE entry = 1 AND version = 1",
		"UPDATE entry_text SET field = 'title' WHERE entry = 1 AND version = 1",
		"UPDATE entry SET class = 1 WHERE id = 1",
		"UPDATE entry SET state = 'open' WHERE id = 1",
		"UPDATE entry SET version = 1 WHERE id = 1",
		"UPDATE entry SET parent = 2 WHERE id = 1",
		"UPDATE entry SET register = 'other' WHERE id = 1",
		"UPDATE audit_checkpoint SET at_utc = at_utc + 1",
		"UPDATE audit_checkpoint SET digest = (SELECT digest FROM audit WHERE seq = 1)",
		"UPDATE case_key SET destroyed_utc = 5, wrapped = (SELECT wrapped FROM case_key WHERE id = 3) WHERE id = 1",
		"UPDATE case_key SET wrapped = (SELECT wrapped FROM case_key WHERE id = 3) WHERE id = 1",
		"DELETE FROM tombstone",
	};
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct signer s;
		furnish(&fx, &a, &s);
		tamper(&fx, "SELECT 1");
		for (size_t i = 0; i < ARRAY_N(deeds); i++) {
			CHECK_OK(db_begin(fx.db));
			tamper(&fx, deeds[i]);
			/* Inside the transaction that undoes it: the reader's own is nested. */
			size_t errors = errors_of(&fx, &s, NULL, 0);
			if (!errors)
				print_error("not found: %s\n", deeds[i]);
			CHECK(errors > 0);
			db_rollback(fx.db);
			CHECK_INT(errors_of(&fx, &s, NULL, 0), 0);
		}
	}
}

TEST(verify, a_chain_cut_and_sewn_up_is_found_by_the_copy_outside)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		struct signer s;
		struct act act = { fx.school, 0, "test" };
		struct str line;
		crypto_sign_keypair(s.pub, s.key);
		for (int i = 0; i < 5; i++)
			CHECK_OK(audit_add(fx.db, &act, "test.done", (struct audit_about){ "none", 0 }, NULL));
		CHECK_OK(audit_checkpoint(fx.db, fx.school, sign, &s, &a, &line));
		tamper(&fx, "DELETE FROM audit WHERE seq > 3; DELETE FROM audit_checkpoint; UPDATE audit_head SET seq = 3, digest = (SELECT digest FROM audit WHERE seq = 3)");
		struct audit_outside *o;
		size_t n;
		CHECK_OK(audit_outside_read(&a, STR("copy"), line, s.pub, &d, &o, &n));
		CHECK_INT(errors_of(&fx, &s, NULL, 0), 0);     /* from inside nothing is to be seen, which is why there are copies */
		CHECK_INT(errors_of(&fx, &s, o, n), 1);
		/* Written again to the same length it still differs. */
		CHECK_OK(audit_add(fx.db, &act, "test.forged", (struct audit_about){ "none", 0 }, NULL));
		CHECK_OK(audit_add(fx.db, &act, "test.forged", (struct audit_about){ "none", 0 }, NULL));
		CHECK_INT(errors_of(&fx, &s, o, n), 1);
	}
}

TEST(verify, a_forged_copy_is_not_believed)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct signer s, other;
	crypto_sign_keypair(s.pub, s.key);
	crypto_sign_keypair(other.pub, other.key);
	struct checkpoint c = { .school = 1, .sequence = 4, .at_utc = 5 };
	uint8_t sig[AUDIT_SIGNATURE];
	CHECK_OK(sign(&other, &c, sig));
	char head[65], hex[129];
	hex_put(c.head, 32, head);
	hex_put(sig, 64, hex);
	struct str text = arena_fmt(&a, "gatehouse-checkpoint 1 1 4 5 %s %s\nnonsense\ngatehouse-checkpoint 1 1 4 5 %s\n", head, hex, head);
	struct audit_outside *o;
	size_t n;
	CHECK_OK(audit_outside_read(&a, STR("copy"), text, s.pub, &d, &o, &n));
	CHECK(n == 0 && d.errors == 3);
	CHECK_OK(audit_outside_read(&a, STR("copy"), text, other.pub, &d, &o, &n));
	CHECK_INT(n, 1);
}

/* Entries are numbered in signed 64 bits. */
TEST(verify, a_copy_with_a_number_no_entry_can_have_is_no_checkpoint)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	char head[65] = { 0 }, hex[129] = { 0 };
	memset(head, 'a', 64);
	memset(hex, 'b', 128);
	struct str text = arena_fmt(&a, "gatehouse-checkpoint 1 1 9223372036854775808 5 %s %s\ngatehouse-checkpoint 1 1 9223372036854775807 5 %s %s\n", head, hex, head, hex);
	struct audit_outside *o;
	size_t n;
	CHECK_OK(audit_outside_read(&a, STR("copy"), text, NULL, &d, &o, &n));
	CHECK(n == 1 && o[0].seq == INT64_MAX && d.errors == 1 && d.items[0].line == 1);
}
