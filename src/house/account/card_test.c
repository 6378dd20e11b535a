/* Pictures and codes of the youngest, and where children are signed in. */
#include <unistd.h>

#include "base/clock.h"
#include "gen_queries.h"
#include "house/account/card.h"
#include "house/account/password.h"
#include "house/account/whereabouts.h"
#include "house/web/web_test.h"

static bool drawn(const char *word)
{
	char path[100];
	snprintf(path, sizeof path, "ui/static/pic-%s.svg", word);
	return access(test_source(path), R_OK) == 0;
}

TEST(phrase, every_picture_has_a_word_and_a_drawing)
{
	for (int i = 0; i < PHRASE_PICTURES; i++)
		CHECK(phrase_picture(str_z(phrase_word(i))) == i && drawn(phrase_word(i)));
	for (int i = 0; i < BADGES; i++)                     /* a badge is never a secret */
		CHECK(phrase_picture(str_z(badge_word(i))) == -1 && drawn(badge_word(i)) && badge_colour(i) >= 1 && badge_colour(i) <= BADGE_COLOURS);
	CHECK_STR(str_z(phrase_word(PHRASE_PICTURES)), "");
}

TEST(phrase, words_are_read_as_a_child_types_them)
{
	static const char *const good[] = { "sun boat key", "Sun Boat Key", "  sun, boat,key ", "SUN-boat.key!", "sun\nboat\nkey" };
	static const char *const bad[] = { "", "sun", "sun boat", "sun boat key cup", "sun boat boat", "sun boat cat", "sunboatkey", "sun b\xc3\xb6\x61t key" };
	struct phrase p;
	for (size_t i = 0; i < ARRAY_N(good); i++) {
		CHECK_OK(phrase_read(str_z(good[i]), &p));
		CHECK(p.pick[0] == 0 && p.pick[1] == 14 && p.pick[2] == 24);
	}
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR(phrase_read(str_z(bad[i]), &p), ERR_SYNTAX);
}

TEST(phrase, the_grid_is_the_same_each_time_and_holds_the_three)
{
	uint8_t key[32] = { 7 }, one[PHRASE_GRID], two[PHRASE_GRID];
	for (int64_t person = 1; person < 200; person++) {
		struct phrase p = phrase_new();
		bool seen[PHRASE_PICTURES] = { 0 };
		phrase_grid(key, person, &p, one);
		phrase_grid(key, person, &p, two);
		CHECK(memcmp(one, two, sizeof one) == 0);
		for (size_t i = 0; i < PHRASE_GRID; i++) {
			CHECK(one[i] < PHRASE_PICTURES && !seen[one[i]]);
			seen[one[i]] = true;
		}
		CHECK(seen[p.pick[0]] && seen[p.pick[1]] && seen[p.pick[2]]);
	}
}

static struct act teacher(struct web_school *w) { return (struct act){ w->school, w->person[ROLE_TEACHER], "cards" }; }

TEST(card, a_printed_card_is_kept_sealed_and_its_code_as_a_hash)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act act = teacher(&w);
	char code[CARD_CODE_TEXT], second[CARD_CODE_TEXT];
	struct card c, again;
	int64_t kid = w.person[ROLE_LEARNER], who = 0;
	CHECK_ERR(card_get(w.db, w.web->keys, w.school, kid, &c), ERR_ABSENT);
	CHECK_OK(card_print(w.db, w.web->keys, &act, kid, 0, false, code, &c));
	CHECK(strlen(code) >= 22);
	CHECK_OK(card_by_code(w.db, w.web->keys, w.school, str_z(code), &who));
	CHECK_INT(who, kid);
	struct q_card_row_row row;
	CHECK_OK(q_card_row_one(w.db, w.arena, &(struct q_card_row_args){ .school = w.school, .person = kid }, &row));
	CHECK(memmem(row.sealed.p, row.sealed.n, c.phrase.pick, PHRASE_LEN) == NULL);
	CHECK_OK(card_print(w.db, w.web->keys, &act, kid, 0, false, second, &again));      /* torn: the same pictures, another code */
	CHECK(phrase_same(&c.phrase, &again.phrase) && strcmp(code, second) != 0);
	CHECK_ERR(card_by_code(w.db, w.web->keys, w.school, str_z(code), &who), ERR_SIGNIN);
	CHECK_OK(card_by_code(w.db, w.web->keys, w.school, str_z(second), &who));
	CHECK_OK(card_end(w.db, &act, kid));
	CHECK_ERR(card_by_code(w.db, w.web->keys, w.school, str_z(second), &who), ERR_SIGNIN);
	CHECK_ERR(card_try(w.db, w.web->keys, w.school, kid, &c.phrase), ERR_SIGNIN);
	CHECK_OK(card_get(w.db, w.web->keys, w.school, kid, &again));
	CHECK(!again.usable && again.badge == c.badge);
	static const char *const bad[] = { "", "x", "AAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR(card_by_code(w.db, w.web->keys, w.school, str_z(bad[i]), &who), ERR_SIGNIN);
}

TEST(card, five_wrong_guesses_wait_for_the_teacher)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act act = teacher(&w);
	char code[CARD_CODE_TEXT];
	struct card c;
	int64_t kid = w.person[ROLE_LEARNER];
	CHECK_OK(card_print(w.db, w.web->keys, &act, kid, 0, false, code, &c));
	struct phrase wrong = { { c.phrase.pick[1], c.phrase.pick[0], c.phrase.pick[2] } };        /* the order counts */
	for (int i = 0; i < CARD_WRONG_MAX - 1; i++)
		CHECK_ERR(card_try(w.db, w.web->keys, w.school, kid, &wrong), ERR_SIGNIN);
	CHECK_OK(card_try(w.db, w.web->keys, w.school, kid, &c.phrase));       /* the fifth is still a guess; right ones start anew */
	for (int i = 0; i < CARD_WRONG_MAX; i++)
		CHECK_ERR(card_try(w.db, w.web->keys, w.school, kid, &wrong), ERR_SIGNIN);
	CHECK_ERR(card_try(w.db, w.web->keys, w.school, kid, &c.phrase), ERR_BUSY);
	CHECK_OK(card_get(w.db, w.web->keys, w.school, kid, &c));
	CHECK(c.locked);
	CHECK_OK(card_unlock(w.db, &act, kid));
	CHECK_OK(card_try(w.db, w.web->keys, w.school, kid, &c.phrase));
	CHECK_ERR(card_try(w.db, w.web->keys, w.school, w.person[ROLE_TEACHER], &c.phrase), ERR_SIGNIN);       /* nobody's card */
}

TEST(card, thirty_children_of_a_class_have_thirty_badges)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = teacher(&w);
	int64_t class_id = 0;
	bool seen[BADGES] = { 0 };
	CHECK_OK(class_add(w.db, &act, STR("Beech"), 1, STR("ks1"), &d, &class_id));
	for (int i = 0; i < 30; i++) {
		char code[CARD_CODE_TEXT];
		struct card c;
		struct person_in in = { .kind = KIND_LEARNER, .name = arena_fmt(w.arena, "Kid Nr %d", i), .username = arena_fmt(w.arena, "kid.%d", i),
			.year = 1, .class_id = class_id };
		int64_t id = 0;
		CHECK_OK(person_add(w.db, &act, &in, &d, &id));
		CHECK_OK(card_print(w.db, w.web->keys, &act, id, class_id, false, code, &c));
		CHECK(!seen[c.badge]);
		seen[c.badge] = true;
	}
}

static struct session begin(struct web_school *w, const struct person *p, uint8_t last)
{
	struct session s = { 0 };
	char token[SESSION_TOKEN_TEXT];
	CHECK_OK(session_begin_known(w->db, w->web->account, p, HOW_CARD, false, addr_of4((const uint8_t[]){ 10, 0, 0, last }), STR("tablet"), token, &s));
	CHECK_OK(whereabouts_note(w->db, p, &s, 77, "pictures"));
	return s;
}

TEST(whereabouts, one_child_on_two_devices_is_seen_and_one_of_them_ended)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act act = teacher(&w);
	struct person p;
	struct whereabout *list, gone;
	size_t n;
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_LEARNER], &p));
	struct session one = begin(&w, &p, 1);
	CHECK_OK(whereabouts_of_class(w.db, w.arena, w.school, p.class_id, &list, &n));
	CHECK(n == 1 && !list[0].twice && list[0].lesson == 77);
	begin(&w, &p, 2);
	CHECK_OK(whereabouts_of_person(w.db, w.arena, w.school, p.id, &list, &n));
	CHECK(n == 2 && list[0].twice && list[1].twice);
	CHECK_ERR(whereabouts_end(w.db, w.arena, &act, 999999, list[0].id, &gone), ERR_ABSENT);        /* of another class */
	CHECK_OK(whereabouts_end(w.db, w.arena, &act, p.class_id, list[0].id, &gone));
	CHECK(addr_same(gone.peer, one.peer) && gone.person == p.id);
	CHECK_OK(whereabouts_of_person(w.db, w.arena, w.school, p.id, &list, &n));
	CHECK(n == 1 && !list[0].twice);
	int64_t *people;
	CHECK_OK(whereabouts_end_lesson(w.db, w.arena, &act, p.class_id, &people, &n));
	CHECK(n == 1 && people[0] == p.id);
	CHECK_OK(whereabouts_of_person(w.db, w.arena, w.school, p.id, &list, &n));
	CHECK_INT((long)n, 0);
}
