#include "house/family/link.h"

#include "house/notify/notify.h"
#include "house/store/fixture.h"

/* Two children.  Fern has a mother and a father who live apart, and a grandmother without responsibility; Oak is in care. */
struct town {
	struct arena a;
	struct registers *registers;
	struct store st;
	struct act act, lead, office;
	struct diag d;
	int64_t fern, oak, mother, father, gran, council, dsl;
};

static int64_t person(struct town *t, enum person_kind kind, const char *name, const char *mail)
{
	int64_t id;
	struct person_in in = { .kind = kind, .name = str_z(name), .email = mail ? str_z(mail) : STR_NONE, .year = kind == KIND_LEARNER ? 4 : YEAR_NONE };
	CHECK_OK(person_add(t->st.db, &t->act, &in, &t->d, &id));
	return id;
}

static void contact(struct town *t, int64_t adult, int64_t child, enum relation r)
{
	struct contact_in in = { .adult = adult, .child = child, .relation = r, .responsible = relation_responsible(r) };
	CHECK_OK(family_put(t->st.db, &t->office, &in, &t->d));
}

static struct town town_of(struct fixture *fx)
{
	struct town t = { .a = arena_init(), .act = { fx->school, 0, "test" }, .d = diag_init(20) };
	CHECK_OK(registers_load(test_source("data/registers"), &t.d, &t.registers));
	t.st = (struct store){ fx->db, fx->keys, t.registers };
	t.fern = person(&t, KIND_LEARNER, "Fern Testerley", NULL);
	t.oak = person(&t, KIND_LEARNER, "Oakley Inventley", NULL);
	t.mother = person(&t, KIND_PARENT, "Marigold Testerley", "marigold@families.example");
	t.father = person(&t, KIND_PARENT, "Bramwell Testerley", "bramwell@families.example");
	t.gran = person(&t, KIND_PARENT, "Olive Testerley", "olive@families.example");
	t.council = person(&t, KIND_PARENT, "Duty social worker", "care@exampleshire.example");
	t.dsl = person(&t, KIND_STAFF, "Dot Safely", NULL);
	CHECK_OK(role_give(fx->db, &t.act, t.dsl, ROLE_DSL, 0, 0, &t.d));
	t.lead = (struct act){ fx->school, t.dsl, "test" };
	t.office = (struct act){ fx->school, person(&t, KIND_STAFF, "Ossie Officeley", NULL), "test" };
	contact(&t, t.mother, t.fern, RELATION_MOTHER);
	contact(&t, t.father, t.fern, RELATION_FATHER);
	contact(&t, t.gran, t.fern, RELATION_GRANDPARENT);
	return t;
}

static void town_end(struct town *t)
{
	registers_free(&t->registers);
	diag_done(&t->d);
	arena_done(&t->a);
}

static size_t told(struct town *t, int64_t child, bool *whole)
{
	struct family_contact *c;
	size_t n;
	const char *missing;
	CHECK_OK(family_told(t->st.db, &t->a, t->act.school, child, &c, &n, &missing));
	*whole = missing == NULL;
	return n;
}

static size_t sees(struct town *t, int64_t adult)
{
	struct person *p;
	size_t n;
	CHECK_OK(family_sees(t->st.db, &t->a, t->act.school, adult, &p, &n));
	return n;
}

TEST(family, each_adult_with_parental_responsibility_is_told_and_nobody_else)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		bool whole;
		CHECK_INT(told(&t, t.fern, &whole), 2);
		CHECK(whole);
		CHECK(sees(&t, t.mother) == 1 && sees(&t, t.father) == 1 && sees(&t, t.gran) == 0);
		CHECK(family_may_tell(fx.db, fx.school, t.gran, t.fern) && !family_may_tell(fx.db, fx.school, t.gran, t.oak));
		CHECK(!family_sees_child(fx.db, fx.school, t.mother, t.oak) && !family_sees_child(fx.db, fx.school, 0, t.fern));
		CHECK_OK(person_leave(fx.db, &t.act, t.father, 0));
		CHECK_INT(told(&t, t.fern, &whole), 1);
		CHECK_INT(told(&t, t.oak, &whole), 0);
		CHECK(!whole);
	}
}

TEST(family, a_barred_adult_sees_and_hears_nothing_of_that_child_until_a_lead_lifts_it)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		bool whole;
		CHECK_ERR(family_bar(&t.st, &t.office, t.father, t.fern, true, STR("order of the family court"), &t.d), ERR_FORBIDDEN);
		CHECK_ERR(family_bar(&t.st, &t.lead, t.father, t.fern, true, STR("  "), &t.d), ERR_INVALID);
		CHECK_ERR(family_bar(&t.st, &t.lead, t.father, t.oak, true, STR("order"), &t.d), ERR_ABSENT);
		CHECK_OK(family_bar(&t.st, &t.lead, t.father, t.fern, true, STR("order of the family court, 3 November 2026"), &t.d));
		CHECK(told(&t, t.fern, &whole) == 1 && sees(&t, t.father) == 0);
		CHECK(!family_may_tell(fx.db, fx.school, t.father, t.fern));
		CHECK_ERR(family_drop(fx.db, &t.office, t.father, t.fern), ERR_STATE);
		contact(&t, t.father, t.fern, RELATION_FATHER);          /* the office's correction leaves the bar alone */
		CHECK_INT(sees(&t, t.father), 0);
		struct family_contact *c;
		size_t n;
		CHECK_OK(family_of_adult(fx.db, &t.a, fx.school, t.father, &c, &n));
		CHECK(n == 1 && c->barred && c->barred_by == t.dsl && c->barred_utc > 0);
		CHECK_OK(family_bar(&t.st, &t.lead, t.father, t.fern, false, STR("order discharged"), &t.d));
		CHECK_INT(sees(&t, t.father), 1);
	}
}

TEST(family, the_reason_of_a_bar_is_sealed_and_never_shown_to_that_adult)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		CHECK_OK(family_bar(&t.st, &t.lead, t.father, t.fern, true, STR("zebra order"), &t.d));
		struct entry_may may = { .school = fx.school, .person = t.dsl, .classes = ENTRY_BIT(ENTRY_CHILD) };
		struct entry_query q = { .reg = "contact-bar" };
		struct entry_page page;
		CHECK_OK(entry_list(&t.st, &t.a, &may, &q, &page));
		CHECK(page.n == 1 && str_is(entry_value(&page.entries[0], "why"), "zebra order"));
		may.person = t.father;
		CHECK_OK(entry_list(&t.st, &t.a, &may, &q, &page));
		CHECK_INT(page.total, 0);
	}
}

TEST(family, a_child_in_care_has_the_local_authority_told_too_for_as_long_as_it_is_in_care)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		bool whole;
		CHECK_OK(family_in_care_set(fx.db, &t.office, t.oak, true));
		CHECK_ERR(family_in_care_set(fx.db, &t.office, t.mother, true), ERR_ABSENT);
		contact(&t, t.gran, t.oak, RELATION_FOSTER);
		CHECK_INT(told(&t, t.oak, &whole), 0);
		CHECK(!whole);
		contact(&t, t.council, t.oak, RELATION_AUTHORITY);
		CHECK_INT(told(&t, t.oak, &whole), 1);
		CHECK(whole && sees(&t, t.council) == 1);
		CHECK_OK(family_in_care_set(fx.db, &t.office, t.oak, false));
		CHECK(told(&t, t.oak, &whole) == 0 && sees(&t, t.council) == 0);
	}
}

TEST(family, what_a_letter_needs_is_kept_and_checked)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		struct contact_details in = { .phone = STR("01632 960 001"), .postal = STR("1 Invented Row\nExampleton"), .language = STR("pl"), .interpreter = true }, got;
		CHECK_OK(family_details_set(fx.db, &t.office, t.mother, &in, &t.d));
		CHECK_OK(family_details(fx.db, &t.a, fx.school, t.mother, &got));
		CHECK(str_is(got.language, "pl") && got.interpreter && str_is(got.postal, "1 Invented Row\nExampleton"));
		static const char *const bad[] = { "p", "-pl", "pl-", "1a", "pl--x", "polish language", "abcdefghi" };
		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
			in.language = str_z(bad[i]);
			CHECK_ERR(family_details_set(fx.db, &t.office, t.mother, &in, &t.d), ERR_INVALID);
		}
		in.language = STR("zh-Hant");
		CHECK_OK(family_details_set(fx.db, &t.office, t.mother, &in, &t.d));
		in.phone = STR("=cmd()");
		CHECK_ERR(family_details_set(fx.db, &t.office, t.mother, &in, &t.d), ERR_INVALID);
	}
}

/* ---- links ---- */

static enum link_state opened(struct town *t, const char *token, char cookie[LINK_TOKEN_TEXT], int64_t *adult)
{
	enum link_state s;
	*adult = 0;
	CHECK_OK(link_open(t->st.db, t->act.school, str_z(token), cookie, &s, adult));
	return s;
}

TEST(family_link, opens_once_for_one_adult_and_one_browser_for_some_hours)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		char token[LINK_TOKEN_TEXT], cookie[LINK_TOKEN_TEXT], other[LINK_TOKEN_TEXT];
		int64_t adult, until;
		clock_fake(1800000000000);
		CHECK_OK(link_make(fx.db, &t.office, t.mother, LINK_LETTER, token));
		CHECK_INT(opened(&t, "AAAAAAAAAAAAAAAAAAAAAAAAAAA", cookie, &adult), LINK_UNKNOWN);
		CHECK_INT(opened(&t, "", cookie, &adult), LINK_UNKNOWN);
		CHECK_INT(opened(&t, token, cookie, &adult), LINK_GOOD);
		CHECK_INT(adult, t.mother);
		CHECK_INT(opened(&t, token, other, &adult), LINK_USED);
		CHECK_OK(link_adult(fx.db, fx.school, str_z(cookie), &adult, &until));
		CHECK(adult == t.mother && until == 1800000000 + LINK_OPEN_S);
		CHECK_ERR(link_adult(fx.db, fx.school, str_z(token), &adult, &until), ERR_SIGNIN);      /* the link itself is no cookie */
		clock_step(LINK_OPEN_S * 1000LL);
		CHECK_ERR(link_adult(fx.db, fx.school, str_z(cookie), &adult, &until), ERR_SIGNIN);
		clock_fake(0);
	}
}

TEST(family_link, is_over_after_its_days_and_when_a_newer_one_is_made)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		char one[LINK_TOKEN_TEXT], two[LINK_TOKEN_TEXT], cookie[LINK_TOKEN_TEXT];
		int64_t adult;
		clock_fake(1800000000000);
		CHECK_OK(link_make(fx.db, &t.office, t.mother, LINK_MAIL, one));
		CHECK_OK(link_make(fx.db, &t.office, t.mother, LINK_MAIL, two));
		CHECK_INT(opened(&t, one, cookie, &adult), LINK_ENDED);
		clock_step(LINK_MAIL_S * 1000LL);
		CHECK_INT(opened(&t, two, cookie, &adult), LINK_OVER);
		clock_fake(0);
	}
}

TEST(family_link, dies_the_moment_its_adult_is_barred_leaves_or_loses_responsibility)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		char token[LINK_TOKEN_TEXT], cookie[LINK_TOKEN_TEXT];
		int64_t adult, until;
		CHECK_OK(link_make(fx.db, &t.office, t.father, LINK_MAIL, token));
		CHECK_OK(family_bar(&t.st, &t.lead, t.father, t.fern, true, STR("risk"), &t.d));
		CHECK_INT(opened(&t, token, cookie, &adult), LINK_ENDED);
		CHECK_ERR(link_make(fx.db, &t.office, t.father, LINK_LETTER, token), ERR_FORBIDDEN);
		CHECK_ERR(link_invite(fx.db, &t.office, t.father), ERR_FORBIDDEN);
		CHECK_ERR(link_make(fx.db, &t.office, t.gran, LINK_LETTER, token), ERR_FORBIDDEN);
		CHECK_OK(link_make(fx.db, &t.office, t.mother, LINK_MAIL, token));
		CHECK_INT(opened(&t, token, cookie, &adult), LINK_GOOD);
		CHECK_OK(family_bar(&t.st, &t.lead, t.mother, t.fern, true, STR("risk"), &t.d));      /* a browser that is open goes too */
		CHECK_ERR(link_adult(fx.db, fx.school, str_z(cookie), &adult, &until), ERR_SIGNIN);
		CHECK_OK(family_bar(&t.st, &t.lead, t.mother, t.fern, false, STR("over"), &t.d));
		CHECK_OK(link_make(fx.db, &t.office, t.mother, LINK_MAIL, token));
		CHECK_OK(person_leave(fx.db, &t.act, t.mother, 0));
		CHECK_INT(opened(&t, token, cookie, &adult), LINK_ENDED);
	}
}

static int64_t waiting(struct town *t, int64_t person)
{
	struct q_outbox_of_row *rows;
	size_t n;
	int64_t hits = 0;
	CHECK_OK(q_outbox_of(t->st.db, &t->a, &(struct q_outbox_of_args){ .school = t->act.school, .person = person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, "family");
	return hits;
}

TEST(family_link, asked_for_goes_to_the_address_on_file_only_and_seldom)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		CHECK_OK(link_ask(fx.db, fx.school, STR("stranger@elsewhere.example")));
		CHECK_OK(link_ask(fx.db, fx.school, STR("olive@families.example")));         /* on file, without responsibility */
		CHECK_OK(link_ask(fx.db, fx.school, STR(" Marigold@Families.example ")));
		CHECK(waiting(&t, t.mother) == 1 && waiting(&t, t.gran) == 0);
		for (int i = 0; i < 6; i++) {
			CHECK_OK(db_script(fx.db, "UPDATE outbox SET sent_utc = made_utc"));
			CHECK_OK(link_ask(fx.db, fx.school, STR("marigold@families.example")));
		}
		CHECK_INT(waiting(&t, t.mother), LINK_ASK_DAY_MAX);
		CHECK_OK(link_ask(fx.db, fx.school, STR("bramwell@families.example")));
		CHECK_OK(family_bar(&t.st, &t.lead, t.father, t.fern, true, STR("risk"), &t.d));
		CHECK_INT(waiting(&t, t.father), 0);                     /* what waited to go does not go */
	}
}

TEST(family_link, no_token_is_kept_anywhere)
{
	ON_EACH_ENGINE(fx) {
		AUTO(town_end) struct town t = town_of(&fx);
		char path[100];
		CHECK_OK(link_invite(fx.db, &t.office, t.mother));
		CHECK_OK(link_mail_path(fx.db, fx.school, t.mother, path, sizeof path));
		struct str token = str_from(str_z(path), strlen("/family/open/"));
		CHECK(str_starts(str_z(path), STR("/family/open/")) && token.n == LINK_TOKEN_TEXT - 1);
		struct q_outbox_of_row *rows;
		size_t n;
		CHECK_OK(q_outbox_of(fx.db, &t.a, &(struct q_outbox_of_args){ .school = fx.school, .person = t.mother }, &rows, &n));
		CHECK(n == 1 && str_is(rows[0].link, "/family/open"));
		struct q_link_row_row row;
		CHECK_ERR(q_link_row_one(fx.db, &t.a, &(struct q_link_row_args){ .school = fx.school, .token = token }, &row), ERR_ABSENT);
		enum link_state s;
		CHECK_OK(link_look(fx.db, fx.school, token, &s));
		CHECK_INT(s, LINK_GOOD);
	}
}
