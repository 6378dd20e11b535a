#include "house/agreement/agreement_store.h"

#include "base/time.h"
#include "house/store/fixture.h"

struct scene {
	struct arena a;
	struct registers *registers;
	struct store st;
	struct profile profile;
	struct agreement_data data;
	struct agreement_set set;
	struct act act;
};

static struct scene scene_of(struct fixture *fx)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct scene s = { .a = arena_init(), .act = { fx->school, 0, "test" } };
	CHECK_OK(registers_load(test_source("data/registers"), &d, &s.registers));
	CHECK_OK(profile_load(&s.a, test_source("data/parameters.conf"), test_source("data/profiles/primary.conf"), &d, &s.profile));
	CHECK_OK(agreement_data_load(&s.a, test_source("data"), &s.profile, &d, &s.data));
	s.set = s.data.texts;
	s.st = (struct store){ fx->db, fx->keys, s.registers };
	return s;
}

static void scene_end(struct scene *s)
{
	registers_free(&s->registers);
	arena_done(&s->a);
}

static int64_t person(struct scene *s, const char *name, enum person_kind kind, int year, struct person *out)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	int64_t id;
	struct person_in in = { .kind = kind, .name = str_z(name), .year = year, .until_utc = kind == KIND_VISITOR ? clock_utc() + 86400 : 0 };
	CHECK_OK(person_add(s->st.db, &s->act, &in, &d, &id));
	CHECK_OK(person_get(s->st.db, &s->a, s->act.school, id, out));
	return id;
}

static enum standing standing(struct scene *s, const struct person *p, int64_t now)
{
	struct agreement_state state;
	CHECK_OK(agreement_state_of(&s->st, &s->a, p, now, &state));
	return state.standing;
}

static const struct agreement *put_in_force(struct scene *s, const char *audience)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	const struct agreement *g = agreement_find(&s->set, str_z(audience), STR("en"));
	CHECK(g != NULL);
	CHECK_OK(agreement_activate(&s->st, &s->a, &s->act, g, &d));
	return g;
}

TEST(agreement_store, a_text_in_force_is_read_back_whole)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		const struct agreement *g = put_in_force(&s, "ks2");
		struct agreement_active got;
		CHECK_OK(agreement_in_force(&s.st, &s.a, fx.school, STR("ks2"), &got));
		CHECK_INT(got.text.n, g->n);
		CHECK(hash_same(got.text.digest, g->digest, SHA256_BYTES));
		CHECK(str_eq(got.text.rules[2].text, g->rules[2].text) && str_eq(got.text.notice, g->notice));
		CHECK_ERR(agreement_activate(&s.st, &s.a, &s.act, g, &d), ERR_EXISTS);
		CHECK_ERR(agreement_in_force(&s.st, &s.a, fx.school, STR("ks1"), &got), ERR_ABSENT);
	}
}

TEST(clause, c7_2_01_a_signature_keeps_who_when_version_and_witness)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person child, teacher;
		person(&s, "Fern Samplewick", KIND_LEARNER, 4, &child);
		person(&s, "Ms Larkspur Pretendry", KIND_STAFF, YEAR_NONE, &teacher);
		const struct agreement *g = put_in_force(&s, "ks2");
		struct sign_in in = { .person = child.id, .how = SIGN_HELPED, .witness = teacher.id, .digest = g->digest };
		CHECK_OK(agreement_sign(&s.st, &s.a, &s.act, &in));
		struct entry_may may = { .school = fx.school, .classes = ENTRY_BIT(ENTRY_PERSONAL) };
		struct entry_query q = { .reg = "signature" };
		struct entry_page page;
		CHECK_OK(entry_list(&s.st, &s.a, &may, &q, &page));
		CHECK_INT(page.total, 1);
		CHECK_STR(entry_value(&page.entries[0], "how"), "helped");
		CHECK_STR(entry_value(&page.entries[0], "version"), "2");
		CHECK(entry_value(&page.entries[0], "witness").n && entry_value(&page.entries[0], "signed").n &&
		      entry_value(&page.entries[0], "digest").n == 2 * SHA256_BYTES);
	}
}

TEST(clause, c7_2_03_a_learner_without_a_signature_is_unsigned_and_stays_so_when_declining)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person child;
		person(&s, "Otter Mockford", KIND_LEARNER, 5, &child);
		int64_t now = clock_utc();
		CHECK_INT(standing(&s, &child, now), STANDING_UNSIGNED);        /* nothing in force: nobody is let on (4.1-05) */
		const struct agreement *g = put_in_force(&s, "ks2");
		CHECK_INT(standing(&s, &child, now), STANDING_UNSIGNED);
		struct sign_in no = { .person = child.id, .declined = true, .digest = g->digest };
		CHECK_OK(agreement_sign(&s.st, &s.a, &s.act, &no));
		CHECK_INT(standing(&s, &child, now + 1), STANDING_DECLINED);
		clock_fake((now + 60) * 1000);
		struct sign_in yes = { .person = child.id, .digest = g->digest };
		CHECK_OK(agreement_sign(&s.st, &s.a, &s.act, &yes));
		CHECK_INT(standing(&s, &child, now + 61), STANDING_CURRENT);
		clock_fake(0);
	}
}

TEST(clause, c4_1_05_no_audience_is_let_on_without_an_agreement_in_force)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person visitor;
		person(&s, "Mx Driftwood Madeupton", KIND_VISITOR, YEAR_NONE, &visitor);
		uint8_t digest[SHA256_BYTES] = { 1 };
		struct sign_in in = { .person = visitor.id, .digest = digest };
		CHECK_ERR(agreement_sign(&s.st, &s.a, &s.act, &in), ERR_ABSENT);
		CHECK_INT(standing(&s, &visitor, clock_utc()), STANDING_UNSIGNED);
	}
}

TEST(clause, c7_2_04_a_visitors_signature_ends_with_the_visit)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person visitor;
		person(&s, "Mx Gravel Inventley", KIND_VISITOR, YEAR_NONE, &visitor);
		const struct agreement *g = put_in_force(&s, "visitor");
		int64_t now = clock_utc();
		struct sign_in in = { .person = visitor.id, .digest = g->digest, .until_utc = now + 3600 };
		CHECK_OK(agreement_sign(&s.st, &s.a, &s.act, &in));
		CHECK_INT(standing(&s, &visitor, now + 10), STANDING_CURRENT);
		CHECK_INT(standing(&s, &visitor, now + 3600), STANDING_UNSIGNED);
	}
}

TEST(agreement_store, what_was_shown_is_what_is_signed)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person child;
		person(&s, "Quill Dummerby", KIND_LEARNER, 3, &child);
		put_in_force(&s, "ks2");
		uint8_t other[SHA256_BYTES] = { 9 };
		struct sign_in in = { .person = child.id, .digest = other };
		CHECK_ERR(agreement_sign(&s.st, &s.a, &s.act, &in), ERR_STALE);
	}
}

TEST(agreement_store, a_class_signs_together_or_not_at_all)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person teacher, kid[3];
		int64_t ids[4];
		person(&s, "Mr Quillfeather Mockford", KIND_STAFF, YEAR_NONE, &teacher);
		for (int i = 0; i < 3; i++)
			ids[i] = person(&s, "Bramble Placeholt", KIND_LEARNER, 1, &kid[i]);
		const struct agreement *g = put_in_force(&s, "ks1");
		ids[3] = 999999;                                    /* nobody */
		CHECK_ERR(agreement_sign_class(&s.st, &s.a, &s.act, ids, 4, teacher.id, g->digest), ERR_ABSENT);
		CHECK_INT(standing(&s, &kid[0], clock_utc()), STANDING_UNSIGNED);
		CHECK_OK(agreement_sign_class(&s.st, &s.a, &s.act, ids, 3, teacher.id, g->digest));
		for (int i = 0; i < 3; i++)
			CHECK_INT(standing(&s, &kid[i], clock_utc()), STANDING_CURRENT);
		CHECK_ERR(agreement_sign_class(&s.st, &s.a, &s.act, ids, 3, 0, g->digest), ERR_INVALID);
	}
}

TEST(agreement_store, a_new_version_keeps_yesterdays_signers_in_grace)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct person child;
		int64_t now = clock_utc();
		person(&s, "Lark Fictworth", KIND_LEARNER, 6, &child);
		const struct agreement *g = put_in_force(&s, "ks2");
		struct sign_in in = { .person = child.id, .digest = g->digest };
		CHECK_OK(agreement_sign(&s.st, &s.a, &s.act, &in));
		struct agreement next = *g;
		next.version = 2;
		next.digest[0] ^= 1;
		CHECK_OK(agreement_activate(&s.st, &s.a, &s.act, &next, &d));
		CHECK_INT(standing(&s, &child, now + 60), STANDING_GRACE);
		CHECK_INT(standing(&s, &child, now + 20 * 86400), STANDING_UNSIGNED);
	}
}

TEST(clause, c7_3_4_06_every_kind_of_person_acknowledges_the_notice_before_browsing)
{
	static const struct { enum person_kind kind; int year; const char *name; } v[] = {
		{ KIND_LEARNER, 0, "Pip Demowick" }, { KIND_LEARNER, 2, "Oat Testerley" }, { KIND_LEARNER, 5, "Rue Samplewick" },
		{ KIND_STAFF, YEAR_NONE, "Ms Plum Madeupton" }, { KIND_GOVERNOR, YEAR_NONE, "Mr Slate Inventley" },
		{ KIND_VOLUNTEER, YEAR_NONE, "Mrs Teasel Pretendry" }, { KIND_VISITOR, YEAR_NONE, "Mx Brook Demoworth" } };
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
			struct person p;
			struct agreement_state state;
			struct agreement_active g;
			person(&s, v[i].name, v[i].kind, v[i].year, &p);
			CHECK_OK(agreement_state_of(&s.st, &s.a, &p, clock_utc(), &state));
			put_in_force(&s, arena_z(&s.a, state.audience));
			CHECK_OK(agreement_in_force(&s.st, &s.a, fx.school, state.audience, &g));
			CHECK(g.text.notice.n > 20);
			CHECK_INT(standing(&s, &p, clock_utc()), STANDING_UNSIGNED);      /* the gate shows only the signing page */
			uint8_t other[SHA256_BYTES] = { 1 };
			struct sign_in in = { .person = p.id, .how = SIGN_SELF, .digest = other };
			CHECK_ERR(agreement_sign(&s.st, &s.a, &s.act, &in), ERR_STALE);       /* another text than the one with this notice */
			in.digest = g.text.digest;
			CHECK_OK(agreement_sign(&s.st, &s.a, &s.act, &in));
			CHECK_INT(standing(&s, &p, clock_utc()), STANDING_CURRENT);
		}
	}
}

static enum err sign_as(struct scene *s, int64_t person, struct str language, const uint8_t *digest)
{
	struct sign_in in = { .person = person, .language = language, .digest = digest };
	return agreement_sign(&s->st, &s->a, &s->act, &in);
}

TEST(agreement_store, what_is_signed_is_all_that_was_shown_in_both_languages)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct person child;
		struct agreement_shown en, ur;
		person(&s, "Zinnia Mockford", KIND_LEARNER, 5, &child);
		const struct agreement *g = agreement_find(&s.set, STR("ks2"), STR("en"));
		CHECK_OK(agreement_activate_shipped(&s.st, &s.a, &s.act, &s.data, g, &d));
		CHECK_OK(agreement_show_of(&s.st, &s.a, fx.school, STR("ks2"), STR("en"), &en));
		CHECK_OK(agreement_show_of(&s.st, &s.a, fx.school, STR("ks2"), STR("ur"), &ur));
		CHECK(!en.other.entry && ur.other.entry && !ur.other.confirmed && ur.other.text.n == en.in_force.text.n);
		CHECK(!hash_same(en.digest, ur.digest, SHA256_BYTES));
		CHECK_ERR(sign_as(&s, child.id, STR("ur"), en.digest), ERR_STALE);        /* the page showed English alone */
		CHECK_OK(sign_as(&s, child.id, STR("ur"), ur.digest));
		CHECK_INT(standing(&s, &child, clock_utc()), STANDING_CURRENT);
		CHECK_ERR(agreement_translation_confirm(&s.st, &s.a, &s.act, ur.other.entry, STR_NONE), ERR_INVALID);
		CHECK_OK(agreement_translation_confirm(&s.st, &s.a, &s.act, ur.other.entry, STR("Mrs Teasel Pretendry, speaks it at home")));
		CHECK_OK(agreement_show_of(&s.st, &s.a, fx.school, STR("ks2"), STR("ur"), &ur));
		CHECK(ur.other.confirmed && str_starts(ur.other.checked_by, STR("Mrs Teasel")));
		CHECK_OK(agreement_translation_withdraw(&s.st, &s.a, &s.act, ur.other.entry));
		CHECK_OK(agreement_show_of(&s.st, &s.a, fx.school, STR("ks2"), STR("ur"), &ur));
		CHECK(!ur.other.entry && hash_same(ur.digest, en.digest, SHA256_BYTES));
	}
}

TEST(agreement_store, a_mistaken_signature_is_taken_back_by_a_new_entry)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person child;
		int64_t n = 0;
		person(&s, "Wren Placeholt", KIND_LEARNER, 5, &child);
		const struct agreement *g = put_in_force(&s, "ks2");
		CHECK_ERR(agreement_undo(&s.st, &s.a, &s.act, child.id, STR("nothing there")), ERR_ABSENT);
		CHECK_OK(sign_as(&s, child.id, STR_NONE, g->digest));
		CHECK_OK(agreement_undo(&s.st, &s.a, &s.act, child.id, STR("it was another child")));
		CHECK_INT(standing(&s, &child, clock_utc()), STANDING_UNSIGNED);
		CHECK_ERR(agreement_undo(&s.st, &s.a, &s.act, child.id, STR("again")), ERR_ABSENT);
		struct entry_may may = { .school = fx.school, .classes = ENTRY_BIT(ENTRY_PERSONAL) };
		struct entry_query q = { .reg = "signature", .bare = true };
		CHECK_OK(entry_count(&s.st, &may, &q, &n));
		CHECK_INT(n, 2);                                                        /* nothing was removed */
		CHECK_OK(sign_as(&s, child.id, STR_NONE, g->digest));
		CHECK_INT(standing(&s, &child, clock_utc()), STANDING_CURRENT);
	}
}

TEST(agreement_store, paper_carries_its_own_day)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person p;
		person(&s, "Mr Fennel Examplar", KIND_STAFF, YEAR_NONE, &p);
		const struct agreement *g = put_in_force(&s, "staff");
		struct sign_in in = { .person = p.id, .how = SIGN_PAPER, .digest = g->digest, .signed_utc = clock_utc() - 40 * 86400 };
		CHECK_ERR(agreement_sign(&s.st, &s.a, &s.act, &in), ERR_STATE);            /* that paper showed an older text */
		in.signed_utc = clock_utc() + 86400;
		CHECK_ERR(agreement_sign(&s.st, &s.a, &s.act, &in), ERR_STATE);
		in.signed_utc = time_uk_midnight(clock_utc());
		CHECK_OK(agreement_sign(&s.st, &s.a, &s.act, &in));
		CHECK_INT(standing(&s, &p, clock_utc()), STANDING_CURRENT);
	}
}

TEST(agreement_store, a_change_is_looked_at_by_somebody_else_and_keeps_what_is_translated)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct agreement_active now, draft;
		struct agreement_shown ur;
		struct person one, two;
		int64_t entry = 0;
		person(&s, "Mrs Primrose Samplewick", KIND_STAFF, YEAR_NONE, &one);
		person(&s, "Mr Alder Testerley", KIND_STAFF, YEAR_NONE, &two);
		struct act writes = { fx.school, one.id, "wording" }, looks = { fx.school, two.id, "second look" };
		CHECK_OK(agreement_activate_shipped(&s.st, &s.a, &s.act, &s.data, agreement_find(&s.set, STR("ks2"), STR("en")), &d));
		CHECK_OK(agreement_in_force(&s.st, &s.a, fx.school, STR("ks2"), &now));
		struct agreement next = now.text;
		next.rules[0].text = STR("I use the internet for my school work.");
		CHECK_OK(agreement_draft_put(&s.st, &s.a, &writes, &next, &d, &entry));
		CHECK_OK(agreement_draft(&s.st, &s.a, fx.school, STR("ks2"), &draft));
		CHECK_INT(draft.text.version, now.text.version + 1);
		CHECK_ERR(agreement_draft_activate(&s.st, &s.a, &writes, entry, draft.seen, &d), ERR_FORBIDDEN);
		CHECK_ERR(agreement_draft_activate(&s.st, &s.a, &looks, entry, draft.seen + 1, &d), ERR_STALE);
		CHECK_OK(agreement_draft_activate(&s.st, &s.a, &looks, entry, draft.seen, &d));
		CHECK_OK(agreement_show_of(&s.st, &s.a, fx.school, STR("ks2"), STR("ur"), &ur));
		CHECK_INT(ur.in_force.entry, entry);
		CHECK_INT(ur.in_force.second, two.id);
		CHECK(ur.other.entry && !ur.other.text.rules[0].text.n && ur.other.text.rules[1].text.n);     /* the changed line has none yet */
	}
}

TEST(agreement_store, how_somebody_reads_is_remembered)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person child;
		struct reading r;
		person(&s, "Iris Demowick", KIND_LEARNER, 4, &child);
		CHECK_OK(reading_get(s.st.db, &s.a, fx.school, child.id, &r));
		CHECK(str_is(r.language, "en") && !r.symbols && !r.aloud);
		struct reading want = { .language = STR("ur"), .symbols = true, .aloud = true };
		CHECK_OK(reading_set(s.st.db, &s.a, &s.act, child.id, &want));
		CHECK_OK(reading_get(s.st.db, &s.a, fx.school, child.id, &r));
		CHECK(str_is(r.language, "ur") && r.symbols && r.aloud);
		want = (struct reading){ .language = STR("en") };
		CHECK_OK(reading_set(s.st.db, &s.a, &s.act, child.id, &want));
		CHECK_OK(reading_get(s.st.db, &s.a, fx.school, child.id, &r));
		CHECK(!r.symbols && !r.aloud);
	}
}
