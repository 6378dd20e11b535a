#include "event/event.h"

#include "base/test.h"
#include "event/record.h"
#include "event/segment.h"

static struct event full(enum event_kind kind)
{
	return (struct event){
		.kind = kind, .at_ms = 1764000000123, .school = 1, .person = 42, .device = 7, .class_id = 9,
		.how = KNOWN_PORTAL, .sure = 80, .addr = { [10] = 255, 255, 10, 0, 0, 9 },
		.group = STR("ks1"), .host = STR("games.example"), .path = STR("/play?x=1"), .reason = STR("category"),
		.rule = STR("r12"), .category = STR("games"), .list = STR("ut1-games"),
		.text = STR("I saw something \xe2\x98\xb9"), .extra = STR("not Mr Quillfeather"), .ref = STR("abc123"), .count = 3,
	};
}

static struct rec written(const struct event *e, uint8_t *room, size_t cap)
{
	struct wr w = wr_over(room, cap);
	struct rec r = { 0 };
	size_t at = 0;
	CHECK_OK(event_put(&w, e));
	CHECK_OK(rec_next((struct str){ (char *)room, wr_len(&w) }, &at, &r));
	CHECK_INT(at, wr_len(&w));
	return r;
}

TEST(event, every_kind_comes_back_with_its_own_fields_only)
{
	for (int k = 1; k < EVENT_CODES; k++) {
		uint8_t room[EVENT_BYTES_MAX];
		struct event e = full((enum event_kind)k), got = { 0 };
		struct rec r = written(&e, room, sizeof room);
		CHECK_OK(event_get(&r, &got));
		CHECK(event_same(&e, &got));
		CHECK_INT(got.kind, k);
		uint32_t f = event_fields(e.kind);
		CHECK((got.host.n != 0) == !!(f & EVENT_HAS_HOST) && (got.text.n != 0) == !!(f & EVENT_HAS_TEXT));
		CHECK((got.person != 0) == !!(f & EVENT_HAS_PERSON) && (got.count != 0) == !!(f & EVENT_HAS_COUNT));
	}
}

TEST(event, a_sealed_hit_never_carries_a_host_or_an_address_of_a_page)
{
	uint8_t room[EVENT_BYTES_MAX];
	struct event e = full(EVENT_SEALED_HIT);
	struct rec r = written(&e, room, sizeof room);
	CHECK(str_find(r.body, STR("games.example")) < 0 && str_find(r.body, STR("play")) < 0);
	CHECK(str_find(r.body, STR("ut1-games")) >= 0 && str_find(r.body, STR("abc123")) >= 0);
	CHECK(!(event_fields(EVENT_SEALED_HIT) & (EVENT_HAS_WHERE | EVENT_HAS_CATEGORY | EVENT_HAS_RULE | EVENT_HAS_REASON | EVENT_HAS_TEXT | EVENT_HAS_EXTRA)));
}

TEST(event, a_childs_words_are_refused_whole_rather_than_cut)
{
	static char words[EVENT_TEXT_MAX + 1];
	static uint8_t room[EVENT_BYTES_MAX * 2];
	memset(words, 'a', sizeof words);
	struct event e = full(EVENT_TELL);
	struct wr w = wr_over(room, sizeof room);
	e.text = (struct str){ words, EVENT_TEXT_MAX };
	CHECK_OK(event_put(&w, &e));
	CHECK(wr_len(&w) < EVENT_BYTES_MAX);
	e.text.n++;
	size_t before = wr_len(&w);
	CHECK_ERR(event_put(&w, &e), ERR_LIMIT);
	CHECK(wr_len(&w) == before && !w.bad);
	e.text = STR("bad \xff bytes");
	CHECK_ERR(event_put(&w, &e), ERR_INVALID);
}

TEST(event, a_long_path_is_cut_at_a_whole_character)
{
	static char path[1200];
	uint8_t room[EVENT_BYTES_MAX];
	memset(path, 'p', sizeof path);
	memcpy(path + 999, "\xc3\xa9", 2);
	struct event e = full(EVENT_VISIT), got;
	e.path = (struct str){ path, sizeof path };
	struct rec r = written(&e, room, sizeof room);
	CHECK_OK(event_get(&r, &got));
	CHECK_INT(got.path.n, 999);
}

TEST(event, longest_event_of_every_kind_fits_the_room_for_one)
{
	static char long_text[4000];
	memset(long_text, 'x', sizeof long_text);
	for (int k = 1; k < EVENT_CODES; k++) {
		uint8_t room[EVENT_BYTES_MAX];
		struct event e = full((enum event_kind)k);
		e.text = e.path = e.host = (struct str){ long_text, sizeof long_text };
		e.group = e.reason = e.rule = e.category = e.list = e.text;
		e.extra = (struct str){ long_text, EVENT_EXTRA_MAX };
		struct wr w = wr_over(room, sizeof room);
		CHECK_OK(event_put(&w, &e));
	}
}

TEST(event, a_later_field_is_passed_over_and_a_wrong_one_refused)
{
	uint8_t room[EVENT_BYTES_MAX];
	struct event e = full(EVENT_ASK), got;
	struct rec r = written(&e, room, sizeof room);
	char more[EVENT_BYTES_MAX];
	memcpy(more, r.body.p, r.body.n);
	memcpy(more + r.body.n, "\xc8\x02\x00zz", 5);
	struct rec later = { .kind = EVENT_ASK, .version = 9, .body = { more, r.body.n + 5 } };
	CHECK_OK(event_get(&later, &got));
	CHECK(event_same(&e, &got));
	later.body.n--;                                  /* ends inside the field */
	CHECK_ERR(event_get(&later, &got), ERR_SYNTAX);
	more[16] = 9;                                    /* the first field now comes after the second */
	later.body.n = r.body.n;
	CHECK_ERR(event_get(&later, &got), ERR_SYNTAX);
}

TEST(event, names_weights_and_words)
{
	CHECK_STR(str_z(event_name(EVENT_TELL)), "TELL");
	CHECK(event_by_name(STR("TELL")) == EVENT_TELL && event_by_name(STR("nothing")) == EVENT_NONE);
	CHECK(event_weight(EVENT_TELL) == EVENT_RESERVE && event_weight(EVENT_VISIT) == EVENT_DROPPABLE);
	CHECK(!event_known((enum event_kind)31) && event_weight((enum event_kind)31) == EVENT_KEEP);
	CHECK_STR(str_z(known_how_name(KNOWN_DEVICE_TOKEN)), "DEVICE_TOKEN");
}

static struct seg_header a_header(void)
{
	return (struct seg_header){ .gate = 77, .sequence = 5, .made_ms = 12345, .worker = "dns-1",
	                            .before = { 1, 2, 3 }, .key_id = { 4, 5 } };
}

TEST(segment, header_reads_back_and_every_flip_is_refused)
{
	uint8_t room[SEG_HEADER];
	struct seg_header h = a_header(), got;
	seg_header_put(room, &h);
	struct str s = { (char *)room, sizeof room };
	CHECK_OK(seg_header_get(s, &got));
	CHECK(memcmp(&h, &got, sizeof h) == 0);
	for (size_t bit = 0; bit < SEG_HEADER * 8; bit++) {
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_ERR(seg_header_get(s, &got), ERR_CORRUPT);
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < SEG_HEADER; n++)
		CHECK_ERR(seg_header_get(str_upto(s, n), &got), ERR_SYNTAX);
}

TEST(segment, names)
{
	uint64_t n;
	char name[32];
	seg_name(311, name);
	CHECK_STR(str_z(name), "0000000311.seg");
	CHECK_OK(seg_name_read(str_z(name), &n));
	CHECK_INT(n, 311);
	static const char *const bad[] = { "", ".seg", "311.seg", "00000000311.seg", "0000000000.seg", "0000000311.seg.x",
	                                   "000000031x.seg", "reserve" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(seg_name_read(str_z(bad[i]), &n) != OK);
	CHECK(seg_worker_ok(STR("dns-1")) && !seg_worker_ok(STR("../x")) && !seg_worker_ok(STR("")) && !seg_worker_ok(STR("-a")));
}
