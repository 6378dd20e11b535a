/* The pages of the roll, from a file to what was applied; what a leaving sets going. */
#include "base/clock.h"
#include "gen_queries.h"
#include "house/account/session.h"
#include "house/procedure/library.h"
#include "house/roll/upload.h"
#include "house/task/task.h"
#include "house/web/web_test.h"

#define HEAD "UPN,Name,DOB,Year,Class\n"
#define TWO HEAD "U1,Tansy Rollerley,09/03/2017,4,Oak\nU2,Otter Rollford,10/03/2017,4,Oak\n"

static struct web_visit upload(struct web_school *w, int role, const char *text) { return web_post_file(w, role, "/roll", "", "roll.csv", str_z(text)); }

/* What stands between two pieces of the page. */
static struct str between(struct web_school *w, const struct web_visit *v, const char *from, const char *upto)
{
	ptrdiff_t at = str_find(v->body, str_z(from));
	CHECK(at >= 0);
	struct str rest = str_from(v->body, (size_t)at + strlen(from));
	return arena_str(w->arena, str_upto(rest, (size_t)str_find(rest, str_z(upto))));
}

static struct web_visit agree(struct web_school *w, int role, struct str where, const char *more)
{
	struct web_visit v = web_get(w, role, where.p);
	struct str digest = between(w, &v, "name=\"digest\" value=\"", "\"");
	return web_post(w, role, where.p, arena_fmt(w->arena, "digest=%.*s%s", STRF(digest), more).p);
}

static struct person only(struct web_school *w, const char *name)
{
	struct person *list;
	size_t n;
	int64_t total;
	CHECK_OK(person_list(w->db, w->arena, w->school, &(struct person_query){ .words = str_z(name), .with_left = true }, &list, &n, &total));
	CHECK_INT(n, 1);
	return list[0];
}

/* Whom the school of the tests has as a pupil already leaves with the first file. */
#define ONE_LEAVES "&typed=1"

TEST(roll_page, office_uploads_looks_and_applies)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_get(&w, ROLE_OFFICE, "/roll").status, 200);
	struct web_visit v = upload(&w, ROLE_OFFICE, TWO);
	CHECK_INT(v.status, 303);
	struct str where = v.location;
	v = web_get(&w, ROLE_OFFICE, where.p);
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "New here: 2") && web_says(&v, "Leaves: 1") && web_says(&v, "Type how many leave"));
	v = agree(&w, ROLE_OFFICE, where, "&typed=7");
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "type the number 1"));
	v = agree(&w, ROLE_OFFICE, where, ONE_LEAVES);
	CHECK_INT(v.status, 303);
	CHECK_STR(v.location, "/roll");
	v = web_get(&w, ROLE_OFFICE, "/roll");
	CHECK(web_says(&v, "Applied: 2 new") && web_says(&v, "2 new, 1 left") && web_says(&v, "roll.csv"));
	CHECK_INT(only(&w, "tansy rollerley").year, 4);
	CHECK_INT(web_get(&w, ROLE_OFFICE, where.p).status, 404);       /* the file is gone */
}

TEST(roll_page, apply_pressed_twice_says_again_what_was_done)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct str where = upload(&w, ROLE_OFFICE, TWO).location;
	struct web_visit v = web_get(&w, ROLE_OFFICE, where.p);
	struct str digest = between(&w, &v, "name=\"digest\" value=\"", "\"");
	const char *form = arena_fmt(w.arena, "digest=%.*s" ONE_LEAVES, STRF(digest)).p;
	CHECK_INT(web_post(&w, ROLE_OFFICE, where.p, form).status, 303);
	v = web_post(&w, ROLE_OFFICE, where.p, form);
	CHECK_INT(v.status, 303);
	CHECK_STR(v.location, "/roll");
	v = web_get(&w, ROLE_OFFICE, "/roll");
	CHECK(web_says(&v, "Applied already, once: 2 new, 1 left"));
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, where.p, form).status, 404);          /* another person's */
	CHECK_INT(web_post(&w, ROLE_OFFICE, where.p, "digest=").status, 404);
	CHECK_INT(only(&w, "tansy rollerley").year, 4);
}

TEST(roll_page, unknown_columns_are_asked_once_and_remembered)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *file = "Kolumne,Zweite,Dritte\nU1,Tansy Rollerley,4\nU2,Otter Rollford,R\n";
	struct web_visit v = upload(&w, ROLE_OFFICE, file);
	v = web_get(&w, ROLE_OFFICE, v.location.p);
	CHECK_INT(v.status, 303);
	struct str columns = v.location;
	v = web_get(&w, ROLE_OFFICE, columns.p);
	CHECK(v.status == 200 && web_says(&v, "Kolumne") && web_says(&v, "For example: Tansy Rollerley, Otter Rollford"));
	v = web_post(&w, ROLE_OFFICE, columns.p, "who=learner&c0=reference&c1=name&c2=name");
	CHECK(v.status == 422 && web_says(&v, "Another column holds this already"));
	v = web_post(&w, ROLE_OFFICE, columns.p, "who=&c0=reference&c1=-&c2=dragon");
	CHECK(v.status == 422 && web_says(&v, "Say whom this file lists"));
	v = web_post(&w, ROLE_OFFICE, columns.p, "who=learner&c0=reference&c1=name&c2=year");
	CHECK_INT(v.status, 303);
	v = agree(&w, ROLE_OFFICE, v.location, ONE_LEAVES);
	CHECK_INT(v.status, 303);
	v = upload(&w, ROLE_OFFICE, file);
	v = web_get(&w, ROLE_OFFICE, v.location.p);
	CHECK(v.status == 200 && web_says(&v, "Unchanged: 2") && web_says(&v, "Nothing would change"));
}

TEST(roll_page, a_file_that_is_no_roll_is_refused_where_it_was_chosen)
{
	static const struct { const char *bytes; size_t n; const char *says; } bad[] = {
		{ "", 0, "nobody in this file" }, { "a,b\n", 4, "nobody in this file" }, { "PK\x03\x04zz", 6, "Export it again" }, { "%PDF-1.7", 8, "no CSV file" }, { "a\0b,c\n1,2\n", 10, "no text" },
		{ "UPN,Name\n1,\"x\n", 14, "quotation mark" },
	};
	AUTO(web_school_done) struct web_school w = web_school();
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct web_visit v = web_post_file(&w, ROLE_OFFICE, "/roll", "", "roll.csv", (struct str){ bad[i].bytes, bad[i].n });
		CHECK_INT(v.status, 422);
		CHECK(web_says(&v, bad[i].says));
	}
	struct web_visit v = web_post(&w, ROLE_OFFICE, "/roll", "");
	CHECK(v.status == 422 && web_says(&v, "Choose the file"));
}

TEST(roll_page, whoever_brought_a_file_goes_on_with_it_and_nobody_else)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = upload(&w, ROLE_OFFICE, TWO);
	struct str where = v.location;
	CHECK_INT(web_get(&w, ROLE_TECHNICIAN, where.p).status, 404);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "%s/drop", where.p).p, "").status, 404);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "%s/columns", where.p).p, "").status, 404);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, where.p, "").status, 404);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/roll").status, 403);
	CHECK_INT(web_get(&w, ROLE_DSL, "/roll").status, 403);
	v = web_post(&w, ROLE_OFFICE, where.p, "digest=00");
	CHECK_INT(v.status, 303);                /* not what was shown */
	v = web_get(&w, ROLE_OFFICE, where.p);
	CHECK(web_says(&v, "Nothing was applied"));
	CHECK_INT(web_post(&w, ROLE_OFFICE, arena_fmt(w.arena, "%s/drop", where.p).p, "").status, 303);
	CHECK_INT(web_get(&w, ROLE_OFFICE, where.p).status, 404);
}

TEST(roll_page, a_part_of_the_school_makes_nobody_leave_and_refused_rows_are_listed)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = upload(&w, ROLE_OFFICE, HEAD "U1,Tansy Rollerley,09/03/2017,4,Oak\nU2,=2+2,,4,Oak\nU3,<b>Otter</b> Rollford,31/02/2017,4,Oak\n");
	struct str where = v.location;
	v = web_get(&w, ROLE_OFFICE, where.p);
	CHECK(web_says(&v, "Refused rows: 2") && web_says(&v, "not a date of birth") && web_says(&v, "&lt;b&gt;Otter") && !web_says(&v, "<b>Otter"));
	CHECK_INT(web_post(&w, ROLE_OFFICE, arena_fmt(w.arena, "%s/part", where.p).p, "part=yes").status, 303);
	v = web_get(&w, ROLE_OFFICE, where.p);
	CHECK(web_says(&v, "Leaves: 0") && !web_says(&v, "Type how many"));
	v = web_get(&w, ROLE_OFFICE, arena_fmt(w.arena, "%s?show=refused&csv=1", where.p).p);
	CHECK(str_starts(v.type, STR("text/csv")) && web_says(&v, "\"'=2+2"));
}

TEST(roll_page, packed_files_come_out_as_they_went_in)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(1000);
	struct roll_file in[] = { { STR("a,b:1"), STR("x,\n") }, { STR("empty"), STR("") } }, *out;
	size_t n;
	CHECK_OK(roll_pack(in, 2, &b));
	CHECK_OK(roll_unpack(&a, buf_str(&b), &out, &n));
	CHECK_INT(n, 2);
	CHECK(str_eq(out[0].name, in[0].name) && str_eq(out[0].bytes, in[0].bytes) && out[1].bytes.n == 0);
	static const char *const bad[] = { "5:abc,1:x,", "x", "1:a", "1:a,", "99999999999:a,1:b,", "-1:a,1:b,", "1:ab,1:c," };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(roll_unpack(&a, str_z(bad[i]), &out, &n) != OK);
}

/* ---- clauses ---- */

static size_t open_tasks(struct web_school *w, enum role r, const char *kind)
{
	struct store st = { w->db, w->web->keys, w->web->registers };
	struct task *list;
	size_t n;
	int64_t total;
	CHECK_OK(task_list(&st, w->arena, w->school, &(struct task_query){ .which = TASK_OPEN, .person = w->person[r], .roles = ROLE_BIT(r), .kind = kind }, &list, &n, &total));
	return n;
}

/* 7.10-04: both schools have the same platforms; each profile's library names them. */
TEST(clause, c7_10_04_a_leaving_date_ends_access_that_day_and_opens_platform_tasks)
{
	AUTO(web_school_done) struct web_school w = web_school();
	clock_fake(clock_ms());
	int64_t child = web_person(&w, ROLE_LEARNER, "Bramble Leaverton"), teacher = w.person[ROLE_TEACHER];
	CHECK_INT(web_get_as(&w, child, "/welcome").status, 200);
	CHECK_INT(web_post(&w, ROLE_OFFICE, arena_fmt(w.arena, "/people/%lld/leave", (long long)child).p, "").status, 303);
	CHECK_INT(web_get_as(&w, child, "/welcome").status, 303);           /* to the sign-in */
	CHECK_INT(open_tasks(&w, ROLE_TECHNICIAN, "leaver"), 2);         /* learning platform, mail */
	struct civil c = time_uk(clock_utc() + 3 * 86400);
	CHECK_INT(web_post(&w, ROLE_OFFICE, arena_fmt(w.arena, "/people/%lld/leave", (long long)teacher).p, arena_fmt(w.arena, "date=%02d%%2F%02d%%2F%04d", c.day, c.month, c.year).p).status, 303);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 200);       /* until that day */
	CHECK_INT(open_tasks(&w, ROLE_TECHNICIAN, "leaver"), 4);
	CHECK_INT(open_tasks(&w, ROLE_HEAD, "leaver"), 1);               /* the social media accounts */
	CHECK_INT(web_post(&w, ROLE_OFFICE, arena_fmt(w.arena, "/people/%lld/leave", (long long)teacher).p, arena_fmt(w.arena, "date=%02d%%2F%02d%%2F%04d", c.day, c.month, c.year).p).status, 303);
	CHECK_INT(open_tasks(&w, ROLE_TECHNICIAN, "leaver"), 4);         /* once each */
	clock_step(3LL * 86400 * 1000);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 303);
	struct session s;
	struct person p;
	char token[SESSION_TOKEN_TEXT];
	CHECK_OK(person_get(w.db, w.arena, w.school, teacher, &p));
	CHECK(p.roles == 0);
	CHECK_OK(session_begin(w.db, w.web->account, &p, (struct addr){ { 0 } }, STR("test"), token, &s));
	CHECK_ERR(session_find(w.db, w.arena, w.web->account, w.school, str_z(token), true, &s), ERR_SIGNIN);
	clock_fake(0);
}

TEST(clause, c7_10_04_a_roll_that_ends_many_opens_one_list_for_each_platform)
{
	AUTO(web_school_done) struct web_school w = web_school();
	for (int i = 0; i < 8; i++)
		(void)web_person(&w, ROLE_LEARNER, arena_fmt(w.arena, "Fern Yearsix%c", 'a' + i).p);
	struct web_visit v = upload(&w, ROLE_OFFICE, TWO);
	CHECK_INT(agree(&w, ROLE_OFFICE, v.location, "&typed=9").status, 303);
	CHECK_INT(open_tasks(&w, ROLE_TECHNICIAN, "leaver"), 2);
	CHECK(only(&w, "fern yearsixa").left_utc > 0);
}

TEST(clause, c2_04_the_register_counts_every_kind_and_contractors_and_volunteers_meet_the_same_gate)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t contractor = 0, volunteer = 0, none = 0;
	CHECK_OK(person_add(w.db, &act, &(struct person_in){ .kind = KIND_CONTRACTOR, .name = STR("Cobalt Wirely"), .username = STR("cobalt"), .year = YEAR_NONE, .until_utc = clock_utc() + 86400 }, &d, &contractor));
	CHECK_OK(person_add(w.db, &act, &(struct person_in){ .kind = KIND_VOLUNTEER, .name = STR("Wren Helpful"), .username = STR("wren"), .year = YEAR_NONE }, &d, &volunteer));
	CHECK_ERR(person_add(w.db, &act, &(struct person_in){ .name = STR("No Kind"), .year = YEAR_NONE }, &d, &none), ERR_INVALID);
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/people");
	CHECK(web_says(&v, "Contractor: 1") && web_says(&v, "Volunteer: 1") && web_says(&v, "Governor: 2") && web_says(&v, "Supply teacher: 1"));
	const int64_t both[] = { contractor, volunteer, w.person[ROLE_STAFF] };
	struct web_visit gate[3];
	for (size_t i = 0; i < ARRAY_N(both); i++)
		gate[i] = web_get_as(&w, both[i], "/agreement");
	CHECK(gate[0].status == gate[2].status && gate[1].status == gate[2].status);
}
