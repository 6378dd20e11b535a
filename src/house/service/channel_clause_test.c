/* The school's own social media channels (8.3), and accounts for children (8.2-02). */
#include "house/service/channel.h"
#include "house/service/clausekit.h"
#include "house/service/gatekit.h"
#include "house/task/task.h"

/* A channel with everything that activation asks for, but for one field. */
static int64_t channel_of(struct web_school *w, const char *without)
{
	int64_t tool = ck_service(w, "Chirpwall", "social", "chirpwall.test", strcmp(without, "tool") == 0 ? NULL : "staff", "1 June 2027");
	static const char *const fields[][2] = { { "aim", "News for families" }, { "outcome", "Families know the dates" }, { "address", "https://chirpwall.test/school-news" }, { "approved-on", "2026-11-02" },
		{ "email", "news@junior.example" }, { "archive", "the newsletter folder" }, { "dedicated", "yes" }, { "protection", "comments off, two steps" }, { "reviewed", "2026-11-02" } };
	const struct { const char *field; enum role r; } people[] = { { "approver", ROLE_HEAD }, { "holder-1", ROLE_HEAD }, { "holder-2", ROLE_LEADERSHIP }, { "manager", ROLE_TEACHER } };
	int64_t id = ck_put(w, NULL, "official-channel", NULL, "name", "School news", "tool", ck_id(w, tool), NULL);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strcmp(fields[i][0], without) != 0)
			CHECK_STR(ck_change(w, id, NULL, fields[i][0], fields[i][1], NULL), "");
	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		if (strcmp(people[i].field, without) != 0)
			CHECK_STR(ck_change(w, id, NULL, people[i].field, ck_id(w, w->person[people[i].r]), NULL), "");
	return id;
}

static void activation_asks(const char *without, const char *says, const char *mended)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t id = channel_of(&w, without);
	CHECK(ck_has(ck_change(&w, id, "active", NULL), says));
	if (mended)
		CHECK_STR(ck_change(&w, id, "active", without, mended, NULL), "");
	clock_fake(0);
}

TEST(clause, c8_3_01_channels_are_listed_where_there_are_any_and_the_section_is_hidden_elsewhere)
{
	ck_monday();
	for (int turn = 0; turn < 2; turn++) {
		AUTO(web_school_done) struct web_school w = web_school_of(turn ? "primary" : "junior");
		CHECK(channel_of(&w, ""));
		struct web_visit v = web_get(&w, ROLE_HEAD, "/registers/official-channel");
		CHECK(turn ? v.status == 404 : v.status == 200 && web_says(&v, "School news"));
		v = web_get(&w, ROLE_HEAD, "/registers");
		CHECK(v.status == 200 && web_says(&v, "own social media channels") == (turn == 0));
	}
	clock_fake(0);
}

TEST(clause, c8_3_02_a_channel_has_an_aim) { activation_asks("aim", "Say what it is for", "news"); }
TEST(clause, c8_3_02_a_channel_has_an_outcome) { activation_asks("outcome", "Say what should come of it", "families know"); }
TEST(clause, c8_3_03_a_channel_waits_for_the_signed_assessment_of_its_tool) { activation_asks("tool", "No signed risk assessment opens this tool", NULL); }
TEST(clause, c8_3_06_a_channel_serves_its_aim_alone) { activation_asks("dedicated", "It serves only this aim", "yes"); }
TEST(clause, c8_3_08_a_channel_says_how_it_is_protected) { activation_asks("protection", "privacy and its sign-in", "comments off"); }
TEST(clause, c8_3_10_a_channel_has_an_archive_of_its_posts) { activation_asks("archive", "every post can be looked at", "folder"); }

TEST(clause, c8_3_04_only_the_headteacher_or_business_manager_approves)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t id = channel_of(&w, "approver");
	for (int r = 0; r < N_ROLES; r++) {
		if (r == ROLE_HEAD || r == ROLE_BUSINESS)
			continue;
		CHECK(ck_has(ck_change(&w, id, "active", "approver", ck_id(&w, w.person[r]), NULL), "approves it"));
	}
	CHECK_STR(ck_change(&w, id, "active", "approver", ck_id(&w, w.person[ROLE_BUSINESS]), NULL), "");
	clock_fake(0);
}

static enum err count_row(void *ctx, const struct db_val *cols, size_t n)
{
	*(int64_t *)ctx += cols[0].i;
	return OK;
}

/* In how many versions, index words and audit lines this text stands in the clear. */
static int64_t plain_in_store(struct web_school *w, const char *text)
{
	static const char *const where[] = { "SELECT COUNT(*) FROM entry_version WHERE school = $1 AND body LIKE $2", "SELECT COUNT(*) FROM entry_index WHERE school = $1 AND word LIKE $2" };
	int64_t n = 0;
	for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
		struct db_stmt st = { .name = "plain", .may = "", .sql = where[i], .school = 0, .reads = true };
		struct db_val args[] = { DB_I(w->school), DB_T(arena_fmt(w->arena, "%%%s%%", text)) };
		CHECK_OK(db_run(w->db, &st, args, 2, count_row, &n, NULL));
	}
	return n;
}

TEST(clause, c8_3_05_two_leaders_hold_it_sealed_and_every_opening_is_told)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	AUTO(diag_done) struct diag d = diag_init(20);
	struct store st = ck_store(&w);
	struct act manager = { w.school, w.person[ROLE_TEACHER], "test" }, leader = { w.school, w.person[ROLE_LEADERSHIP], "away" };
	struct str secret;
	struct task *t;
	size_t n;
	int64_t total, id = channel_of(&w, "holder-2");
	CHECK(ck_has(ck_change(&w, id, "active", NULL), "Two leaders can open it"));
	CHECK(ck_has(ck_change(&w, id, "active", "holder-2", ck_id(&w, w.person[ROLE_TEACHER]), NULL), "is not a leader"));
	CHECK_STR(ck_change(&w, id, "active", "holder-2", ck_id(&w, w.person[ROLE_LEADERSHIP]), NULL), "");
	CHECK_OK(channel_seal(&st, &manager, id, STR("news / correct-horse-battery"), &d));
	CHECK_ERR(channel_open(&st, w.arena, &manager, id, STR("why not"), &d, &secret), ERR_FORBIDDEN);
	CHECK(channel_open(&st, w.arena, &leader, id, STR(""), &d, &secret) != OK);
	CHECK_OK(channel_open(&st, w.arena, &leader, id, STR("The manager is ill"), &d, &secret));
	CHECK_STR(secret, "news / correct-horse-battery");
	for (int r = 0; r < 2; r++) {
		enum role who = r ? ROLE_HEAD : ROLE_TEACHER;
		struct task_query q = { .which = TASK_OPEN, .person = w.person[who], .roles = ROLE_BIT(who), .kind = "channel-opening" };
		CHECK_OK(task_list(&st, w.arena, w.school, &q, &t, &n, &total));
		CHECK(n > 0 && str_find(t[0].details, STR("The manager is ill")) >= 0);
	}
	/* the store holds no plain password, in no table */
	CHECK_INT(plain_in_store(&w, "correct-horse-battery"), 0);
	clock_fake(0);
}

TEST(clause, c8_3_07_a_channel_is_registered_with_an_address_of_the_school)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	static const char *const bad[] = { "head@elsewhere.example", "news@junior.example.evil.example", "junior.example", "@junior.example" };
	int64_t id = channel_of(&w, "email");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(ck_has(ck_change(&w, id, "active", "email", bad[i], NULL), "registered with an address of the school"));
	CHECK_STR(ck_change(&w, id, "active", "email", "news@Junior.example", NULL), "");
	clock_fake(0);
}

TEST(clause, c8_3_06_the_yearly_look_asks_again)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	struct store st = ck_store(&w);
	struct task t;
	struct str said;
	int64_t id = channel_of(&w, ""), reviewed;
	CHECK_STR(ck_change(&w, id, "active", NULL), "");
	clock_step(350 * 86400 * 1000LL);
	CHECK_OK(channel_tick(&st, w.school, clock_utc()));
	CHECK_OK(time_read_date(STR("2026-11-02"), &reviewed));
	CHECK_OK(task_by_key(&st, w.arena, w.school, arena_fmt(w.arena, "channel-1-review-%lld", (long long)reviewed).p, &t));
	CHECK(str_find(t.title, STR("serve only its aim")) >= 0);
	CHECK(!ck_put(&w, &said, "channel-review", NULL, "channel", ck_id(&w, id), "on", "2027-11-01", "privacy", "p", "login", "l", NULL));
	CHECK(ck_put(&w, NULL, "channel-review", NULL, "channel", ck_id(&w, id), "on", "2027-11-01", "dedicated", "yes", "privacy", "p", "login", "l", NULL));
	clock_fake(0);
}

TEST(clause, c8_3_08_the_yearly_look_records_privacy_and_sign_in)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t id = channel_of(&w, "");
	struct str said;
	CHECK(!ck_put(&w, &said, "channel-review", NULL, "channel", ck_id(&w, id), "on", "2027-11-01", "dedicated", "yes", NULL));
	CHECK(ck_has(said, "How its privacy is set") && ck_has(said, "How its sign-in is protected"));
	clock_fake(0);
}

TEST(clause, c8_3_11_an_active_channel_opens_the_notices_to_parents_and_learners)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	struct store st = ck_store(&w);
	struct task t;
	int64_t id = channel_of(&w, "");
	CHECK_OK(channel_tick(&st, w.school, clock_utc()));
	CHECK_ERR(task_by_key(&st, w.arena, w.school, "channel-1-parents", &t), ERR_ABSENT);
	CHECK_STR(ck_change(&w, id, "active", NULL), "");
	CHECK_OK(channel_tick(&st, w.school, clock_utc()));
	CHECK_OK(task_by_key(&st, w.arena, w.school, "channel-1-parents", &t));
	CHECK_OK(task_by_key(&st, w.arena, w.school, "channel-1-learners", &t));
	clock_fake(0);
}

TEST(clause, c8_3_12_a_tool_that_is_not_approved_stays_blocked_for_the_managing_staff)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	ck_service(&w, "Chirpwall", "social", "social-media.listed.test", "staff", "1 June 2027");
	ck_service(&w, "Shoutbox", "social", "shoutbox.test", NULL, NULL);
	struct gatekit *g = gatekit_new("[group staff]\nblock = social-media\n[rule 1]\nallow = shoutbox.test\nreason = r\n", ck_policy(&w).p);
	CHECK_STR(str_z(gatekit_ask(g, "social-media.listed.test", "staff")), "allow service:service-1-staff");
	CHECK_STR(str_z(gatekit_ask(g, "social-media.listed.test", "ks2")), "block service-held:service-1");
	CHECK_STR(str_z(gatekit_ask(g, "shoutbox.test", "staff")), "block service-held:service-2");
	gatekit_free(&g);
	clock_fake(0);
}

TEST(clause, c8_3_13_a_channel_with_learners_has_a_moderator_and_an_interval)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t id = channel_of(&w, "");
	struct str said = ck_change(&w, id, "active", "learners", "yes", NULL);
	CHECK(ck_has(said, "name who moderates") && ck_has(said, "how often it is looked at"));
	CHECK_STR(ck_change(&w, id, "active", "learners", "yes", "moderator", ck_id(&w, w.person[ROLE_TEACHER]), "check-days", "7", NULL), "");
	clock_fake(0);
}

TEST(clause, c8_3_15_no_learner_in_a_channel_without_written_consent)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t id = channel_of(&w, ""), child = ck_child(&w, "Pip Pebbleton");
	struct str said;
	CHECK(ck_consent(&w, child, "official-social-media", "spoken"));
	CHECK(!ck_put(&w, &said, "channel-learner", NULL, "channel", ck_id(&w, id), "person", ck_id(&w, child), NULL));
	CHECK(ck_has(said, "Pip Pebbleton has no parent's written consent"));
	CHECK(ck_consent(&w, child, "official-social-media", "paper"));
	CHECK(ck_put(&w, NULL, "channel-learner", NULL, "channel", ck_id(&w, id), "person", ck_id(&w, child), NULL));
	clock_fake(0);
}

TEST(clause, c8_3_16_a_post_says_where_the_same_stands_for_others)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t id = channel_of(&w, "");
	struct str said;
	CHECK(!ck_put(&w, &said, "channel-post", NULL, "channel", ck_id(&w, id), "on", "2026-11-20", "words", "Fair on Friday", NULL));
	CHECK(ck_has(said, "without social media"));
	CHECK(ck_put(&w, NULL, "channel-post", NULL, "channel", ck_id(&w, id), "on", "2026-11-20", "words", "Fair on Friday", "elsewhere", "newsletter 12", NULL));
	clock_fake(0);
}

TEST(clause, c8_2_02_no_social_account_is_made_for_a_learner)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct str said;
		CHECK(!ck_put(&w, &said, "social-account", NULL, "person", ck_id(&w, ck_child(&w, "Pip Pebbleton")), "service", "Chirpwall", "purpose", "p", NULL));
		CHECK(ck_has(said, "Pip Pebbleton is a pupil"));
		CHECK(ck_put(&w, NULL, "social-account", NULL, "person", ck_id(&w, w.person[ROLE_TEACHER]), "service", "Chirpwall", "purpose", "school news", NULL));
	}
	clock_fake(0);
}

TEST(clause, c8_3_05_on_the_page_a_leader_opens_it_and_nobody_else)
{
	ck_monday();
	for (int turn = 0; turn < 2; turn++) {
		AUTO(web_school_done) struct web_school w = web_school_of(turn ? "primary" : "junior");
		int64_t id = channel_of(&w, "");
		const char *seal = arena_fmt(w.arena, "/channels/%lld/seal", (long long)id).p, *open = arena_fmt(w.arena, "/channels/%lld/open", (long long)id).p;
		struct web_visit v = web_get(&w, ROLE_HEAD, "/channels");
		CHECK_INT(v.status, turn ? 404 : 200);
		if (turn)
			continue;
		CHECK(web_says(&v, "Nothing is sealed yet."));
		CHECK_INT(web_post(&w, ROLE_TEACHER, seal, "secret=news+%2F+correct-horse-battery").status, 303);
		CHECK_INT(web_post(&w, ROLE_TEACHER, open, "why=holiday").status, 403);
		CHECK_INT(web_post(&w, ROLE_ADMIN, open, "why=holiday").status, 403);
		CHECK_INT(web_post(&w, ROLE_LEADERSHIP, open, "why=").status, 422);
		v = web_post(&w, ROLE_LEADERSHIP, open, "why=The+manager+is+ill");
		CHECK(v.status == 200 && web_says(&v, "correct-horse-battery"));
		v = web_get(&w, ROLE_LEADERSHIP, "/channels");
		CHECK(!web_says(&v, "correct-horse-battery"));
	}
	clock_fake(0);
}
