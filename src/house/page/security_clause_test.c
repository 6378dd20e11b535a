/* The security of systems, as the policies have it.  Each name holds the clause. */
#include <sodium.h>

#include "gen_queries.h"
#include "house/page/security_kit.h"
#include "house/page/duty_web.h"

/* As an import of long ago may have left it: no password rule is asked. */
/* Which agreement and clause a measure cites: asked for by the primary profile (4.4-05), passed over by the other. */
static const char *sources(struct web_school *w)
{
	struct web_visit v = web_post(w, ROLE_DSL, "/registers/linked-policy/new", "kind=aup&title=Acceptable+use&version=3&review=2099-09-01");
	CHECK_INT(v.status, 303);
	v = web_get(w, ROLE_DSL, arena_z(w->arena, v.location));
	struct str number = jar_between(&v, "<span class=\"govuk-caption-l\">Policies that belong together ", "</span>");
	return arena_fmt(w->arena, "&policy=%.*s&clause=7.5-02", STRF(number)).p;
}

static void default_password(struct web_school *w, int64_t person)
{
	char hash[crypto_pwhash_STRBYTES];
	CHECK(crypto_pwhash_str(hash, "changeme", 8, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN) == 0);
	CHECK_OK(q_account_password_do(w->db, &(struct q_account_password_args){ .school = w->school, .person = person, .password = str_z(hash), .at = clock_utc() }, NULL));
}

TEST(clause, c4_4_03_open_ports_default_passwords_and_old_programs_are_told_and_become_tasks)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct security_kit k;
		kit_well(&w, &k);
		struct check_run *r = kit_run(&w, &k);
		CHECK(kit_is(r, CHECK_PORTS, STATUS_GREEN, "2 ports are open") && kit_is(r, CHECK_UPDATES, STATUS_GREEN, "3 days ago") && kit_is(r, CHECK_PASSWORDS, STATUS_GREEN, "None of the"));
		CHECK_INT(sk_tasks(&w, ROLE_TECHNICIAN, "Security check: Open ports"), 0);

		const char *net = arena_fmt(w.arena, "%s/root/proc/net", strrchr(k.prefix, '/') + 1).p;
		kit_file(&w, net, "tcp", KIT_PORTS "   4: 00000000:0D3D 00000000:0000 0A\n", 0600);
		const char *dpkg = arena_fmt(w.arena, "%s/root/var/lib/dpkg", strrchr(k.prefix, '/') + 1).p;
		kit_age(&w, dpkg, "status", clock_utc() - 100 * 86400);
		default_password(&w, w.person[ROLE_TECHNICIAN]);
		clock_step(86400 * 1000LL);
		r = kit_run(&w, &k);
		CHECK(kit_is(r, CHECK_PORTS, STATUS_RED, "3389") && kit_is(r, CHECK_UPDATES, STATUS_RED, "101 days ago") && kit_is(r, CHECK_PASSWORDS, STATUS_RED, "1 of"));
		CHECK_INT(sk_tasks(&w, ROLE_TECHNICIAN, "Security check: Open ports"), 1);
		CHECK_INT(sk_tasks(&w, ROLE_TECHNICIAN, "Security check: Default passwords"), 1);
		CHECK_INT(sk_tasks(&w, ROLE_TECHNICIAN, "Security check: Updates of this computer"), 1);
		clock_step(86400 * 1000LL);
		(void)kit_run(&w, &k);
		CHECK_INT(sk_tasks(&w, ROLE_TECHNICIAN, "Security check: Open ports"), 1);
		struct web_visit v = web_get(&w, ROLE_HEAD, "/security?run=1");       /* over time: the run before, and what was new in it */
		CHECK(web_says(&v, "3389") && web_says(&v, "was green") && web_says(&v, "Back to the newest"));
		kit_done(&k);
	}
	clock_fake(0);
}

TEST(clause, c7_5_01_every_measure_of_the_section_stands_with_its_state_and_day)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct security_kit k;
		kit_well(&w, &k);
		(void)kit_run(&w, &k);
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/security");
		size_t red = 0;
		const struct reg *reg = registers_find(w.web->registers, STR("security-measure"));
		const struct field *f = reg_field(reg, STR("measure"));
		CHECK(v.status == 200 && f->n_choices == 17);
		for (size_t i = 0; i < f->n_choices; i++) {
			struct str part = jar_between(&v, arena_fmt(w.arena, "<dt class=\"govuk-summary-list__key\">%.*s</dt>", STRF(f->choices[i].label)).p, "</dd>");
			bool told = str_find(part, STR("23 November 2026")) >= 0, none = str_find(part, STR("Nobody has looked at it yet")) >= 0;
			CHECK(part.n && told != none && str_find(part, STR("govuk-tag")) >= 0);
			red += none;
		}
		CHECK_INT(red, 13);
		const char *form = arena_fmt(w.arena, "measure=virus&standing=yes&how=Updates+itself+each+hour&checked=20%%2F11%%2F2026&by=Test+Technician%s", sources(&w)).p;
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/security-measure/new", form).status, 303);
		v = web_get(&w, ROLE_HEAD, "/security");
		struct str part = jar_between(&v, "Virus protection is on every device", "</dd>");
		CHECK(str_find(part, STR("20 November 2026")) >= 0 && str_find(part, STR("Updates itself each hour")) >= 0 && str_find(part, STR("govuk-tag--green")) >= 0);
		clock_step(200 * 86400 * 1000LL);
		web_fresh(&w);
		v = web_get(&w, ROLE_HEAD, "/security");
		part = jar_between(&v, "Virus protection is on every device", "</dd>");
		CHECK(str_find(part, STR("govuk-tag--yellow")) >= 0);
		kit_done(&k);
		ck_monday();
	}
	clock_fake(0);
}

TEST(clause, c7_5_05_the_way_in_from_elsewhere_is_red_until_it_is_named_with_the_day_of_the_last_check)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/security");
		struct str part = jar_between(&v, "Working from elsewhere goes through a safe way in", "</dd>");
		CHECK(str_find(part, STR("govuk-tag--red")) >= 0 && str_find(part, STR("Nobody has looked at it yet")) >= 0);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/security-measure/new", "measure=remote&standing=yes&checked=20%2F11%2F2026&by=Test+Technician&how=").status, 422);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/security-measure/new", "measure=remote&standing=yes&checked=&by=Test+Technician&how=WireGuard").status, 422);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/security-measure/new", arena_fmt(w.arena, "measure=remote&standing=yes&checked=20%%2F11%%2F2026&by=Test+Technician&how=WireGuard%%2C+for+the+office%s", sources(&w)).p).status, 303);
		v = web_get(&w, ROLE_TECHNICIAN, "/security");
		part = jar_between(&v, "Working from elsewhere goes through a safe way in", "</dd>");
		CHECK(str_find(part, STR("WireGuard, for the office")) >= 0 && str_find(part, STR("20 November 2026")) >= 0 && str_find(part, STR("govuk-tag--green")) >= 0);
	}
	clock_fake(0);
}

TEST(clause, c7_5_10_the_look_recurs_and_a_planted_program_is_in_the_next_report)
{
	for (size_t turn = 0; turn < 2; turn++) {
		clock_fake(web_now(2026, 9, 1, 8) * 1000);
		AUTO(web_school_done) struct web_school w = web_school_of(turn ? "primary" : "junior");
		web_duties_at(&w, web_now(2026, 10, 8, 10));
		web_duties_at(&w, web_now(2026, 10, 30, 10));
		struct duty_turn t = web_turn(&w, "file-check", 0);
		CHECK(t.id && str_is(t.state, "open"));
		const char *share = "share/year-6";
		kit_file(&w, share, "tables.ods", "PK\003\004", 0600);
		struct store st = ck_store(&w);
		struct act act = { w.school, 0, "test" };
		struct files_sum *sum = arena_new(w.arena, struct files_sum);
		const char *folder = arena_fmt(w.arena, "%s/share", kit_root()).p;
		CHECK_OK(file_remove(arena_fmt(w.arena, "%s/%s/holiday.jpg", kit_root(), share).p));
		int64_t id;
		CHECK_OK(files_look(folder, w.arena, sum));
		CHECK(sum->looked == 1 && sum->found == 0);
		kit_file(&w, share, "holiday.jpg", "MZ\220\003", 0600);                       /* planted: a program that is called a picture */
		*sum = (struct files_sum){ 0 };
		CHECK_OK(files_look(folder, w.arena, sum));
		CHECK_OK(files_report(&st, &act, str_z(folder), sum, &id));
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "/registers/file-check/%lld", (long long)id).p);
		CHECK(web_says(&v, "year-6/holiday.jpg: a program that pretends to be something else"));
		CHECK_INT(sk_tasks(&w, ROLE_TECHNICIAN, "Files on the network: 1 should not be there"), 1);
		web_duties_at(&w, web_now(2026, 10, 30, 11));
		CHECK(str_is(web_turn(&w, "file-check", 0).state, "done"));
		web_duties_at(&w, web_now(2027, 1, 2, 10));                                   /* the next half of a term */
		CHECK(str_is(web_turn(&w, "file-check", 0).state, "open"));
	}
	clock_fake(0);
}

TEST(clause, c4_1_08_the_review_closes_only_with_words_of_a_leader_and_of_technical_staff)
{
	for (size_t turn = 0; turn < 2; turn++) {
		clock_fake(web_now(2026, 9, 1, 8) * 1000);
		AUTO(web_school_done) struct web_school w = web_school_of(turn ? "primary" : "junior");
		web_duties_at(&w, web_now(2027, 1, 2, 10));
		struct duty_turn t = web_turn(&w, "security-review", 0);
		CHECK(t.id && str_is(t.state, "open"));
		int64_t leader = w.person[ROLE_HEAD], technician = w.person[ROLE_TECHNICIAN];
		CHECK(web_post_as(&w, w.person[ROLE_TEACHER], web_turn_path(&w, &t), web_duty_form(&w, "security-review", w.person[ROLE_TEACHER], "")).status != 303);
		CHECK_INT(web_post_as(&w, leader, web_turn_path(&w, &t), "field-looked=&field-follows=").status, 422);
		CHECK_INT(web_post_as(&w, leader, web_turn_path(&w, &t), web_duty_form(&w, "security-review", leader, "")).status, 303);
		CHECK(str_is(web_turn(&w, "security-review", 0).state, "open"));
		CHECK_INT(web_post_as(&w, technician, web_turn_path(&w, &t), web_duty_form(&w, "security-review", technician, "")).status, 303);
		CHECK(str_is(web_turn(&w, "security-review", 0).state, "done"));
	}
	clock_fake(0);
}

TEST(clause, c4_4_02_a_directed_measure_stays_open_until_technical_staff_say_what_they_did)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		const char *form = "what=Visitors+on+a+network+of+their+own&reason=Guests+bring+telephones&by=1%2F12%2F2026";
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/security-direction/new", form).status, 403);
		struct web_visit v = web_post(&w, ROLE_DSL, "/registers/security-direction/new", form);
		if (v.status != 303)
			fprintf(stderr, "%.*s", STRF(v.body));
		CHECK_INT(v.status, 303);
		const char *at = arena_z(w.arena, v.location);
		CHECK(sk_move(&w, ROLE_DSL, at, "implemented").status == 403);
		CHECK(sk_move(&w, ROLE_TECHNICIAN, at, "implemented").status == 422);          /* nothing is written yet */
		v = web_get(&w, ROLE_TECHNICIAN, "/security");
		CHECK(web_says(&v, "Visitors on a network of their own"));
		v = web_get(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "%s/edit", at).p);
		struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
		v = web_post(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "%s/edit", at).p, arena_fmt(w.arena, "%s&done=A+second+network%%2C+no+way+across&why=done&seen=%.*s", form, STRF(seen)).p);
		CHECK_INT(v.status, 303);
		CHECK_INT(sk_move(&w, ROLE_TECHNICIAN, at, "implemented").status, 303);
		v = web_get(&w, ROLE_HEAD, at);
		CHECK(web_says(&v, "Test Technician") && web_says(&v, "23 November 2026") && web_says(&v, "A second network, no way across"));
		v = web_get(&w, ROLE_TECHNICIAN, "/security");
		CHECK(!web_says(&v, "Visitors on a network of their own"));
	}
	clock_fake(0);
}
