#include "house/store/carried.h"

#include "base/mem.h"
#include "base/test.h"
#include "house/store/carried_kit.h"

enum { SCHOOL = 3, TANSY = 77, NOON = 1790000000 };

TEST(carried, is_opened_by_the_school_alone_and_says_who_had_the_page)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(keys_free) struct keys *ours = keys_fake(7), *theirs = keys_fake(9);
	struct carried_ticket t, other;
	struct carried l;
	carried_ticket_new(ours, SCHOOL, TANSY, NOON, &t);
	carried_ticket_new(ours, SCHOOL, TANSY, NOON, &other);
	CHECK(strcmp(t.text, other.text) && strcmp(t.key, other.key) && !strstr(t.text, t.key));
	struct str box = carried_seal(&a, &t, STR("words=a+zebra"));
	CHECK(str_find(box, STR("zebra")) < 0);
	CHECK_OK(carried_open(ours, &a, SCHOOL, NOON + 60, str_z(t.text), box, &l));
	CHECK_STR(l.form, "words=a+zebra");
	CHECK_INT(l.person, TANSY);
	CHECK_INT(l.opened_utc, NOON);
	CHECK_INT(carried_open(theirs, &a, SCHOOL, NOON, str_z(t.text), box, &l), ERR_CRYPTO);
	CHECK_INT(carried_open(ours, &a, SCHOOL + 1, NOON, str_z(t.text), box, &l), ERR_CRYPTO);
	CHECK_INT(carried_open(ours, &a, SCHOOL, NOON, str_z(other.text), box, &l), ERR_CRYPTO);      /* of another page */
	CHECK_INT(carried_open(ours, &a, SCHOOL, NOON + CARRIED_KEEP_S, str_z(t.text), box, &l), OK);
	CHECK_INT(carried_open(ours, &a, SCHOOL, NOON + CARRIED_KEEP_S + 1, str_z(t.text), box, &l), ERR_STALE);
}

/* The same with one letter changed. */
static struct str changed(struct arena *a, struct str s, size_t at)
{
	char *p = arena_alloc(a, s.n);
	memcpy(p, s.p, s.n);
	p[at] = p[at] == 'A' ? 'B' : 'A';
	return (struct str){ p, s.n };
}

TEST(carried, what_is_changed_anywhere_does_not_open)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(keys_free) struct keys *k = keys_fake(7);
	struct carried_ticket t;
	struct carried l;
	carried_ticket_new(k, SCHOOL, TANSY, NOON, &t);
	struct str box = carried_seal(&a, &t, STR("words=a+zebra"));
	for (size_t i = 0; i < box.n; i += 97)
		CHECK_INT(carried_open(k, &a, SCHOOL, NOON, str_z(t.text), changed(&a, box, i), &l), ERR_CRYPTO);
	for (size_t i = 0; i < CARRIED_TICKET_TEXT - 1; i++)
		CHECK_INT(carried_open(k, &a, SCHOOL, NOON, changed(&a, str_z(t.text), i), box, &l), ERR_CRYPTO);
	static const char *const none[] = { "", "A", "====", "not base64 at all" };
	for (size_t i = 0; i < ARRAY_N(none); i++) {
		CHECK_INT(carried_open(k, &a, SCHOOL, NOON, str_z(t.text), str_z(none[i]), &l), ERR_CRYPTO);
		CHECK_INT(carried_open(k, &a, SCHOOL, NOON, str_z(none[i]), box, &l), ERR_CRYPTO);
	}
}

TEST(carried, its_size_says_little)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(keys_free) struct keys *k = keys_fake(7);
	struct carried_ticket t;
	carried_ticket_new(k, SCHOOL, TANSY, NOON, &t);
	CHECK_INT(carried_seal(&a, &t, STR("words=a")).n, carried_seal(&a, &t, STR("words=a+zebra+came+to+the+gate+and+would+not+go")).n);
}
