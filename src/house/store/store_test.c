/* Audit, sealed text, word search. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "house/store/audit.h"
#include "house/store/fixture.h"
#include "house/store/words.h"

static struct act act_of(const struct fixture *f) { return (struct act){ f->school, 0, "because the test says so" }; }

TEST(audit, records_follow_each_other_and_the_head_moves)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct act act = act_of(&fx);
		struct audit_head h0, h1, h2;
		CHECK_OK(audit_head(fx.db, fx.school, &h0));
		CHECK_INT(h0.seq, 0);
		CHECK_OK(audit_add(fx.db, &act, "test.first", (struct audit_about){ "thing", 5 }, NULL));
		CHECK_OK(audit_head(fx.db, fx.school, &h1));
		CHECK_OK(audit_add(fx.db, &act, "test.second", (struct audit_about){ "thing", 6 }, h1.digest));
		CHECK_OK(audit_head(fx.db, fx.school, &h2));
		CHECK(h1.seq == 1 && h2.seq == 2 && memcmp(h1.digest, h2.digest, AUDIT_DIGEST) != 0);
		struct audit_record *r;
		size_t n;
		CHECK_OK(audit_list(fx.db, &a, fx.school, 0, 10, &r, &n));
		CHECK_INT(n, 2);
		CHECK_STR(r[0].what, "test.second");
		CHECK_STR(r[1].why, "because the test says so");
		CHECK_OK(audit_of(fx.db, &a, fx.school, (struct audit_about){ "thing", 5 }, &r, &n));
		CHECK(n == 1 && r[0].seq == 1);
	}
}

TEST(audit, a_write_that_is_rolled_back_leaves_no_record)
{
	ON_EACH_ENGINE(fx) {
		struct act act = act_of(&fx);
		struct audit_head h;
		CHECK_OK(db_begin(fx.db));
		CHECK_OK(audit_add(fx.db, &act, "test.undone", (struct audit_about){ "thing", 1 }, NULL));
		db_rollback(fx.db);
		CHECK_OK(audit_head(fx.db, fx.school, &h));
		CHECK_INT(h.seq, 0);
	}
}

TEST(audit, a_batch_is_one_chain_with_what_stands_before_and_after_it)
{
	ON_EACH_ENGINE(fx) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { fx.school, 0, "test" };
		struct audit_head head;
		struct audit_verified found;
		struct audit_batch none = { 0 };
		CHECK_ERR(audit_batch_begin(fx.db, fx.school, &none), ERR_STATE);      /* only inside a transaction */
		CHECK_OK(audit_add(fx.db, &act, "before", (struct audit_about){ "person", 1 }, NULL));
		CHECK_OK(db_begin(fx.db));
		AUTO(audit_batch_done) struct audit_batch b = { 0 };
		CHECK_OK(audit_batch_begin(fx.db, fx.school, &b));
		for (int i = 0; i < 3; i++)
			CHECK_OK(audit_add(fx.db, &act, "inside", (struct audit_about){ "person", i + 2 }, NULL));
		CHECK_OK(audit_batch_end(&b));
		CHECK_OK(db_commit(fx.db));
		CHECK_OK(audit_add(fx.db, &act, "after", (struct audit_about){ "person", 9 }, NULL));
		CHECK_OK(audit_head(fx.db, fx.school, &head));
		CHECK_INT(head.seq, 5);
		CHECK_OK(audit_verify(fx.db, fx.school, &(struct audit_verify){ 0 }, &d, &found));
		CHECK(d.errors == 0 && found.records == 5);
	}
}

TEST(audit, a_batch_that_lost_a_record_to_a_rollback_does_not_end)
{
	ON_EACH_ENGINE(fx) {
		struct act act = { fx.school, 0, "test" };
		struct audit_head head;
		CHECK_OK(db_begin(fx.db));
		AUTO(audit_batch_done) struct audit_batch b = { 0 };
		CHECK_OK(audit_batch_begin(fx.db, fx.school, &b));
		CHECK_OK(audit_add(fx.db, &act, "one", (struct audit_about){ "person", 1 }, NULL));
		CHECK_OK(db_begin(fx.db));
		CHECK_OK(audit_add(fx.db, &act, "two", (struct audit_about){ "person", 2 }, NULL));
		db_rollback(fx.db);
		CHECK_ERR(audit_batch_end(&b), ERR_STATE);
		db_rollback(fx.db);
		CHECK_OK(audit_head(fx.db, fx.school, &head));
		CHECK_INT(head.seq, 0);
	}
}

TEST(audit, chains_of_two_schools_are_apart)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct q_school_add_row other;
		CHECK_OK(q_school_add_one(fx.db, &a, &(struct q_school_add_args){ STR("Quarrywood"), STR("primary"), 1 }, &other));
		struct act one = act_of(&fx), two = { other.id, 0, "" };
		CHECK_OK(audit_add(fx.db, &one, "test.one", (struct audit_about){ "thing", 1 }, NULL));
		CHECK_OK(audit_add(fx.db, &two, "test.two", (struct audit_about){ "thing", 1 }, NULL));
		struct audit_head h;
		CHECK_OK(audit_head(fx.db, other.id, &h));
		CHECK_INT(h.seq, 1);
	}
}

static enum err sign_fake(void *ctx, struct checkpoint *c, uint8_t out[AUDIT_SIGNATURE])
{
	++*(int *)ctx;
	memset(out, 0x5a, AUDIT_SIGNATURE);
	return OK;
}

TEST(audit, a_checkpoint_is_signed_once_for_each_head)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct act act = act_of(&fx);
		struct str line;
		int signs = 0;
		CHECK_OK(audit_checkpoint(fx.db, fx.school, sign_fake, &signs, &a, &line));
		CHECK(!line.p && signs == 0);
		CHECK_OK(audit_add(fx.db, &act, "test.first", (struct audit_about){ "thing", 5 }, NULL));
		CHECK_OK(audit_checkpoint(fx.db, fx.school, sign_fake, &signs, &a, &line));
		CHECK(str_starts(line, STR("gatehouse-checkpoint 1 ")) && signs == 1);
		CHECK_OK(audit_checkpoint(fx.db, fx.school, sign_fake, &signs, &a, &line));
		CHECK(!line.p && signs == 1);
	}
}

TEST(seal, text_opens_only_where_it_was_sealed)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct act act = act_of(&fx);
		int64_t key, other;
		CHECK_OK(seal_key_new(fx.db, fx.keys, &act, SEAL_CASE, &key));
		CHECK_OK(seal_key_new(fx.db, fx.keys, &act, SEAL_CASE, &other));
		struct seal_place at = { fx.school, key, 7, 1, "words" };
		struct str sealed, plain;
		CHECK_OK(seal_text(fx.db, fx.keys, &a, &at, STR("a worried child's words"), &sealed));
		CHECK(sealed.n == strlen("a worried child's words") + SEAL_EXTRA && str_find(sealed, STR("child")) < 0);
		CHECK_OK(seal_open(fx.db, fx.keys, &a, &at, sealed, &plain));
		CHECK_STR(plain, "a worried child's words");
		struct seal_place wrong[] = { at, at, at, at };
		wrong[0].entry = 8;
		wrong[1].version = 2;
		wrong[2].field = "title";
		wrong[3].key = other;
		for (size_t i = 0; i < ARRAY_N(wrong); i++)
			CHECK_ERR(seal_open(fx.db, fx.keys, &a, &wrong[i], sealed, &plain), ERR_CRYPTO);
		for (size_t i = 0; i < sealed.n; i++) {
			char *bent = arena_alloc(&a, sealed.n);
			memcpy(bent, sealed.p, sealed.n);
			bent[i] ^= 1;
			CHECK_ERR(seal_open(fx.db, fx.keys, &a, &at, (struct str){ bent, sealed.n }, &plain), ERR_CRYPTO);
		}
		struct keys *others = keys_fake(99);
		CHECK_ERR(seal_open(fx.db, others, &a, &at, sealed, &plain), ERR_CRYPTO);
		keys_free(&others);
	}
}

TEST(seal, a_destroyed_key_opens_nothing_ever_again)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct act act = act_of(&fx);
		int64_t key;
		CHECK_OK(seal_key_new(fx.db, fx.keys, &act, SEAL_STAFF, &key));
		struct seal_place at = { fx.school, key, 7, 1, "words" };
		struct str sealed, plain;
		CHECK_OK(seal_text(fx.db, fx.keys, &a, &at, STR("x"), &sealed));
		CHECK_OK(seal_destroy(fx.db, &act, key));
		CHECK_ERR(seal_open(fx.db, fx.keys, &a, &at, sealed, &plain), ERR_ABSENT);
		CHECK_ERR(seal_text(fx.db, fx.keys, &a, &at, STR("y"), &sealed), ERR_ABSENT);
		CHECK_ERR(seal_destroy(fx.db, &act, key), ERR_ABSENT);
		struct audit_head h;
		CHECK_OK(audit_head(fx.db, fx.school, &h));
		CHECK_INT(h.seq, 1);
	}
}

TEST(seal, keys_are_made_once_and_refused_when_others_can_read_them)
{
	const char *dir = test_dir();
	char path[400];
	struct keys *k = NULL;
	CHECK_ERR(keys_load(dir, &k), ERR_ABSENT);
	CHECK_OK(keys_make(dir));
	snprintf(path, sizeof path, "%s/school.key", dir);
	struct stat st;
	CHECK(stat(path, &st) == 0 && st.st_size == SEAL_KEY && (st.st_mode & 0777) == 0600);
	uint8_t before[SEAL_KEY], after[SEAL_KEY];
	int fd = open(path, O_RDONLY);
	CHECK(read(fd, before, SEAL_KEY) == SEAL_KEY);
	close(fd);
	CHECK_OK(keys_make(dir));
	fd = open(path, O_RDONLY);
	CHECK(read(fd, after, SEAL_KEY) == SEAL_KEY && memcmp(before, after, SEAL_KEY) == 0);
	close(fd);
	CHECK_OK(keys_load(dir, &k));
	keys_free(&k);
	CHECK(chmod(path, 0644) == 0);
	CHECK_ERR(keys_load(dir, &k), ERR_CRYPTO);
	CHECK(chmod(path, 0600) == 0 && truncate(path, 31) == 0);
	CHECK_ERR(keys_load(dir, &k), ERR_CRYPTO);
	CHECK(!k);
}

TEST(words, fold_case_accents_and_apostrophes)
{
	AUTO(arena_done) struct arena a = arena_init();
	static const struct { const char *text; const char *words[4]; } cases[] = {
		{ "Hello, WORLD", { "hello", "world" } },
		{ "Zoë's café", { "zoes", "cafe" } },
		{ "Straße 12b", { "strasse", "12b" } },
		{ "don\xe2\x80\x99t", { "dont" } },
		{ "!!! --- ...", { NULL } },
		{ "", { NULL } },
		{ "\xff\xfe", { NULL } },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct str out[8];
		size_t n = words_fold(&a, str_z(cases[i].text), out, 8), want = 0;
		for (; cases[i].words[want]; want++)
			CHECK(want < n && str_is(out[want], cases[i].words[want]));
		CHECK_INT(n, want);
	}
}

TEST(words, tokens_differ_by_school_class_and_key)
{
	struct keys *a = keys_fake(1), *b = keys_fake(2);
	uint8_t t[5][WORD_TOKEN];
	words_token(a, 1, 3, STR("bruise"), t[0]);
	words_token(a, 1, 3, STR("bruise"), t[1]);
	words_token(a, 2, 3, STR("bruise"), t[2]);
	words_token(a, 1, 4, STR("bruise"), t[3]);
	words_token(b, 1, 3, STR("bruise"), t[4]);
	CHECK(memcmp(t[0], t[1], WORD_TOKEN) == 0);
	for (int i = 2; i < 5; i++)
		CHECK(memcmp(t[0], t[i], WORD_TOKEN) != 0);
	keys_free(&a);
	keys_free(&b);
}
