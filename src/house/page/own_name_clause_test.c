/* Every row of what was opened leads to one person (5.3-14): nobody known is let on by nobody, and a sign-in name of many is refused. */
#include "event/event.h"
#include "house/account/session.h"
#include "house/account/shared.h"
#include "house/page/voice_kit.h"
#include "house/service/gatekit.h"
#include "house/store/activity.h"

static int64_t somebody(struct web_school *w, const char *name, const char *username)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	int64_t id;
	CHECK_OK(person_add(w->db, &act, &(struct person_in){ .kind = KIND_STAFF, .name = str_z(name), .username = str_z(username), .year = YEAR_NONE }, &d, &id));
	return id;
}

/* Every way in ends here: password, passkey, card, the school's provider. */
static enum err arrives(struct web_school *w, int64_t person)
{
	char token[SESSION_TOKEN_TEXT];
	struct session s;
	struct person p;
	CHECK_OK(person_get(w->db, w->arena, w->school, person, &p));
	return session_begin_known(w->db, w->web->account, &p, HOW_OUTSIDE, true, (struct addr){ { 1 } }, STR("test"), token, &s);
}

TEST(clause, c5_3_14_shared_sign_ins_and_strangers_are_refused_and_every_row_has_its_person)
{
	ON_EACH_MONDAY(w) {
		static const char *const many[] = { "office", "class.3", "ipad.07", "supply1", "staffroom" };
		for (size_t i = 0; i < ARRAY_N(many); i++) {
			int64_t id = somebody(&w, arena_fmt(w.arena, "Somebody Nr%zu", i).p, many[i]);      /* there since before, or from a file */
			CHECK_ERR(arrives(&w, id), ERR_SHARED);
			CHECK(kit_shows(&w, ROLE_ADMIN, "/people/shared", "Nobody can sign in with it."));
		}
		CHECK_OK(arrives(&w, somebody(&w, "Tansy Hall", "tansy.hall")));
		struct web_visit v = web_post(&w, ROLE_ADMIN, "/people/new", "kind=staff&name=Front+Desk&username=reception&email=&year=&class=&until=");
		CHECK(v.status == 422 && web_says(&v, "no one person&#39;s name"));
		struct gatekit *g = gatekit_new("[rule 1]\nallow = open.test\nreason = r\n", "");
		CHECK(str_starts(str_z(gatekit_ask(g, "open.test", "ks2:unknown")), STR("sign")));        /* nobody known: the page to sign in, nothing else */
		CHECK(str_starts(str_z(gatekit_ask(g, "open.test", "staff")), STR("allow")));
		gatekit_free(&g);
	}
}

TEST(clause, c5_3_14_a_row_of_what_was_opened_has_person_device_time_and_address)
{
	ON_EACH_MONDAY(w) {
		int64_t who = w.person[ROLE_TEACHER];
		struct activity_item item = { 1, 1, { .at_ms = clock_ms() - 60000, .school = w.school, .person = who, .device = 7, .kind = EVENT_VISIT, .how = KNOWN_PORTAL,
			.sure = 90, .group = STR("staff"), .host = STR("kites.example"), .path = STR("/x"), .count = 1 } };
		struct activity_cursor upto = { STR("test"), 0, 1, 1 };
		CHECK_OK(activity_ingest(w.activity, &upto, &item, 1, NULL));
		struct act act = { w.school, w.person[ROLE_DSL], "a worry about what was opened" };
		struct activity_view view;
		struct activity_row *rows;
		size_t n;
		bool more;
		CHECK_OK(activity_open_view(w.db, &act, who, 0, clock_utc() - 3600, clock_utc() + 3600, &view));
		CHECK_OK(activity_search(w.activity, w.arena, &view, &(struct activity_query){ 0 }, &rows, &n, &more));
		CHECK(n == 1 && rows[0].person == who && rows[0].device == 7 && rows[0].at_ms == item.e.at_ms && str_is(rows[0].host, "kites.example"));
	}
}
