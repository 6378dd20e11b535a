/* Approved software is where programs come down from, and nothing else is; the gate's part: gate/proxy/load_test.c. */
#include "house/filter/software.h"

#include "base/clock.h"
#include "base/time.h"
#include "house/service/gatekit.h"
#include "house/store/entry.h"
#include "house/web/web_test.h"

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

static int64_t asked(struct web_school *w, const char *name, const char *source, const char *for_, const char *review)
{
	struct act act = { w->school, 0, "test" };
	int64_t id;
	struct entry_field f[] = { { STR("name"), str_z(name) }, { STR("source"), str_z(source) }, { STR("for"), str_z(for_) }, { STR("review"), str_z(review) },
		{ STR("purpose"), STR("lessons") }, { STR("licence"), STR("free") }, { STR("looked-at"), STR("safe") } };
	struct store st = store_of(w);
	AUTO(diag_done) struct diag d = diag_init(5);
	enum err e = entry_create(&st, &act, &(struct entry_in){ .reg = "software", .state = "asked", .fields = f, .n_fields = ARRAY_N(f) }, &d, &id);
	if (e != OK)
		fail_msg("%.*s", STRF(d.items[0].text));
	return id;
}

static void approve(struct web_school *w, int64_t id)
{
	struct entry_may may = { .school = w->school, .classes = ~0u };
	struct entry e;
	struct act act = { w->school, 0, "test" };
	struct store st = store_of(w);
	CHECK_OK(entry_get(&st, w->arena, &may, id, 0, &e));
	CHECK_OK(entry_update(&st, &act, &may, id, e.version, &(struct entry_in){ .reg = "software", .state = "approved" }, NULL));
}

static struct str policy(struct web_school *w)
{
	AUTO(buf_done) struct buf b = buf_init(100000);
	struct store st = store_of(w);
	CHECK_OK(software_policy(&st, w->arena, w->school, clock_utc(), &b));
	return arena_str(w->arena, buf_str(&b));
}

TEST(software, only_what_was_approved_is_a_source_for_whom_and_as_long_as_it_was)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 9 }) * 1000);
	ON_EACH_PROFILE(w) {
		int64_t id = asked(&w, "Music maker", "https://music.example/get/setup.exe?v=2", "staff", "2027-02-01");
		CHECK_STR(policy(&w), "");
		approve(&w, id);
		struct str said = policy(&w);
		CHECK(str_find(said, STR("host = music.example/get/setup.exe\nscope = group staff\nuntil = 2027-02-0")) > 0);
		CHECK(str_find(said, STR("ks2")) < 0);
		approve(&w, asked(&w, "Drawing", "https://draw.example/", "", "2027-02-01"));
		CHECK(str_find(policy(&w), STR("host = draw.example/\nuntil")) > 0);
		struct gatekit *g = gatekit_new("", arena_z(w.arena, policy(&w)));         /* it is policy that compiles */
		CHECK_STR(str_z(gatekit_ask(g, "gambling.listed.test", "ks2")), "block category:gambling");
		gatekit_free(&g);
	}
}
