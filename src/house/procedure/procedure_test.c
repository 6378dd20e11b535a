#include "house/procedure/procedure.h"

#include "base/test.h"
#include "house/procedure/contacts.h"

struct world {
	struct arena a;
	struct diag d;
	struct profile profiles[2];
	struct procedure p;
	struct calendar cal;
	struct proc_entry entries[32];
	struct proc_facts f;
	struct step_status s[PROC_STEPS_MAX];
};

static int64_t uk(int month, int day, int hour, int minute)
{
	return time_from_uk((struct civil){ .year = 2026, .month = month, .day = day, .hour = hour, .minute = minute });
}

static void print_findings(const struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	diag_print(d, &b);
	if (b.n)
		fprintf(stderr, "%.*s", STRF(buf_str(&b)));
}

static void open_world(struct world *w, int profile)
{
	*w = (struct world){ .a = arena_init(), .d = diag_init(50), .cal = calendar_plain() };
	const char *params = arena_z(&w->a, str_z(test_source("data/parameters.conf")));
	CHECK_OK(profile_load(&w->a, params, arena_z(&w->a, str_z(test_source("data/profiles/junior.conf"))), &w->d,
	                      &w->profiles[0]));
	CHECK_OK(profile_load(&w->a, params, arena_z(&w->a, str_z(test_source("data/profiles/primary.conf"))), &w->d,
	                      &w->profiles[1]));
	enum err e = procedure_load(&w->a, arena_z(&w->a, str_z(test_source("data/procedures/filtering-breach.conf"))),
	                            w->profiles, 2, &w->d, &w->p);
	print_findings(&w->d);
	CHECK_OK(e);
	w->f = (struct proc_facts){ .profile = &w->profiles[profile], .calendar = &w->cal, .entries = w->entries,
		.opened_utc = uk(9, 14, 9, 0), .now_utc = uk(9, 14, 9, 0) };
}

static void close_world(struct world *w)
{
	diag_done(&w->d);
	arena_done(&w->a);
}

static const struct step_status *at(struct world *w, const char *step)
{
	procedure_run(&w->p, &w->f, w->s);
	ptrdiff_t i = procedure_find(&w->p, str_z(step));
	CHECK(i >= 0);
	return &w->s[i];
}

static void did_at(struct world *w, const char *step, const char *answer, int64_t when)
{
	w->entries[w->f.n++] = (struct proc_entry){ .step = str_z(step), .answer = str_z(answer), .happened_utc = when,
		.recorded_utc = w->f.now_utc };
}

static void did(struct world *w, const char *step, const char *answer) { did_at(w, step, answer, w->f.now_utc); }

static bool misses(struct world *w, const char *step)
{
	size_t out[PROC_STEPS_MAX];
	procedure_run(&w->p, &w->f, w->s);
	size_t n = procedure_missing(&w->p, w->s, out);
	for (size_t i = 0; i < n; i++)
		if (str_is(w->p.steps[out[i]].id, step))
			return true;
	return false;
}

TEST(clause, c7_3_2_10_screen_off_comes_first_where_the_profile_says_so)
{
	struct world w;
	open_world(&w, 0);
	CHECK_INT(at(&w, "screen-off")->state, STATE_OPEN);
	CHECK_INT(at(&w, "told-staff")->state, STATE_WAITING);
	did(&w, "screen-off", "");
	CHECK_INT(at(&w, "told-staff")->state, STATE_OPEN);
	w.f.profile = &w.profiles[1];
	w.f.n = 0;
	CHECK_INT(at(&w, "screen-off")->state, STATE_NOT_APPLICABLE);
	close_world(&w);
}

TEST(clause, c7_3_2_13_address_is_asked_for_where_the_profile_says_so)
{
	struct world w;
	open_world(&w, 1);
	did(&w, "told-staff", "");
	CHECK_INT(at(&w, "address")->state, STATE_OPEN);
	const struct proc_step *s = procedure_step(&w.p, STR("address"));
	CHECK(s->may_skip);                                       /* "where possible" */
	w.f.profile = &w.profiles[0];
	CHECK_INT(at(&w, "address")->state, STATE_NOT_APPLICABLE);
	close_world(&w);
}

TEST(clause, c7_3_2_15_breach_stays_open_until_a_decision)
{
	struct world w;
	open_world(&w, 1);
	CHECK(misses(&w, "decision"));
	const struct proc_step *s = procedure_step(&w.p, STR("decision"));
	static const char *const answers[] = { "none", "concern", "agency", "filter" };
	CHECK_INT(s->n_answers, ARRAY_N(answers));
	for (size_t i = 0; i < ARRAY_N(answers); i++)
		CHECK_STR(s->answers[i].id, answers[i]);
	did(&w, "told-staff", "");
	did(&w, "told-dsl", "told");
	did(&w, "record", "");
	did(&w, "decision", "filter");
	CHECK(!misses(&w, "decision"));
	CHECK(misses(&w, "filter-change"));
	CHECK(!misses(&w, "agency"));
	close_world(&w);
}

TEST(clause, c7_3_2_16_breach_of_a_learner_waits_for_parents_or_a_reason)
{
	struct world w;
	open_world(&w, 0);
	did(&w, "told-dsl", "told");
	did(&w, "learner", "yes");
	CHECK(misses(&w, "parents"));
	did(&w, "parents", "not-told");
	CHECK(!misses(&w, "parents"));
	const struct proc_step *s = procedure_step(&w.p, STR("parents"));
	bool reason = false;
	for (size_t i = 0; i < s->n_fields; i++)
		reason = reason || (str_is(s->fields[i].id, "reason") && s->fields[i].required &&
		                    proc_field_asked(&s->fields[i], STR("not-told")) && !proc_field_asked(&s->fields[i], STR("told")));
	CHECK(reason);
	CHECK(!s->may_skip);
	close_world(&w);
}

TEST(clause, c7_3_2_17_believed_illegal_starts_a_timer_and_offers_three_agencies)
{
	struct world w;
	open_world(&w, 1);
	did(&w, "safeguarding", "");
	did(&w, "illegal", "material");
	const struct step_status *s = at(&w, "report-illegal");
	CHECK_INT(s->state, STATE_OPEN);
	CHECK_INT(s->due_utc, w.f.now_utc);
	CHECK(!s->overdue);
	w.f.now_utc += 31 * 60;
	CHECK(at(&w, "report-illegal")->overdue);
	const struct proc_step *d = procedure_step(&w.p, STR("report-illegal"));
	CHECK_INT(d->n_contacts, 3);
	CHECK_STR(d->contacts[0], "iwf");
	CHECK_STR(d->contacts[1], "police-101");
	CHECK_STR(d->contacts[2], "ceop");
	CHECK(d->never_locked);
	close_world(&w);
}

TEST(clause, c10_18_outside_contact_is_locked_until_the_first_conversation)
{
	struct world w;
	struct str why;
	open_world(&w, 0);
	did(&w, "safeguarding", "");
	did(&w, "beyond", "yes");
	CHECK_INT(at(&w, "outside-contact")->state, STATE_LOCKED);
	CHECK_ERR(procedure_may(at(&w, "outside-contact"), &why), ERR_STATE);
	CHECK(why.n > 0);
	did(&w, "outside-contact", "");                           /* it has happened: the truth is taken */
	CHECK_INT(at(&w, "outside-contact")->state, STATE_DONE);
	CHECK(at(&w, "outside-contact")->out_of_order);
	w.f.n--;
	did_at(&w, "first-conversation", "", w.f.now_utc);
	CHECK_INT(at(&w, "outside-contact")->state, STATE_OPEN);
	did_at(&w, "outside-contact", "", w.f.now_utc + 60);
	CHECK(!at(&w, "outside-contact")->out_of_order);
	for (size_t i = 0; i < w.p.n; i++)
		CHECK(!w.p.steps[i].never_locked || w.p.steps[i].n_locks == 0);
	close_world(&w);
}

TEST(procedure, happened_before_its_lock_opened_stays_out_of_order)
{
	struct world w;
	open_world(&w, 0);
	did(&w, "safeguarding", "");
	did(&w, "beyond", "yes");
	did_at(&w, "outside-contact", "", w.f.now_utc + 60);
	did_at(&w, "first-conversation", "", w.f.now_utc + 120);
	CHECK(at(&w, "outside-contact")->out_of_order);
	close_world(&w);
}

TEST(clause, c10_16_suspected_crime_stays_red_until_police_or_their_advice)
{
	struct world w;
	open_world(&w, 0);
	did(&w, "safeguarding", "");
	did(&w, "illegal", "unsure");
	w.f.now_utc += 3600;
	CHECK(at(&w, "police")->overdue);
	CHECK(misses(&w, "police"));
	did(&w, "police", "");
	CHECK(!misses(&w, "police"));
	CHECK(at(&w, "police")->late);
	close_world(&w);
}

TEST(clause, c10_15_illegal_activity_adds_the_local_procedures)
{
	struct world w;
	open_world(&w, 0);
	did(&w, "safeguarding", "");
	CHECK_INT(at(&w, "local-procedures")->state, STATE_WAITING);
	did(&w, "illegal", "activity");
	CHECK_INT(at(&w, "local-procedures")->state, STATE_OPEN);
	w.f.n--;
	did(&w, "illegal", "no");
	CHECK_INT(at(&w, "local-procedures")->state, STATE_NOT_APPLICABLE);
	close_world(&w);
}

TEST(clause, c10_1_03_threshold_is_asked_and_a_high_level_opens_a_referral)
{
	struct world w;
	open_world(&w, 0);
	did(&w, "safeguarding", "");
	did(&w, "dsl-decision", "protection");
	CHECK_INT(at(&w, "threshold")->state, STATE_OPEN);
	CHECK_INT(at(&w, "referral")->state, STATE_WAITING);
	did(&w, "threshold", "referral");
	CHECK_INT(at(&w, "referral")->state, STATE_OPEN);
	CHECK(misses(&w, "referral"));
	close_world(&w);
}

TEST(clause, c10_11_no_case_ends_without_a_debrief)
{
	struct world w;
	open_world(&w, 0);
	CHECK(misses(&w, "outcome") && misses(&w, "debrief"));
	did(&w, "safeguarding", "");
	did(&w, "dsl-decision", "not-safeguarding");
	did(&w, "outcome", "resolved");
	CHECK(!misses(&w, "outcome") && misses(&w, "debrief"));
	close_world(&w);
}

TEST(clause, c10_12_debrief_asks_for_lessons_or_none_identified)
{
	struct world w;
	open_world(&w, 0);
	const struct proc_step *s = procedure_step(&w.p, STR("debrief"));
	CHECK_STR(s->fields[0].id, "lessons");
	CHECK(s->fields[0].required && !s->may_skip && !s->optional);
	CHECK(str_find(s->text, STR("none identified")) >= 0);
	close_world(&w);
}

TEST(clause, c1_12_procedure_loads_an_ordered_list_that_is_not_empty)
{
	struct world w;
	open_world(&w, 0);
	CHECK(w.p.n > 10 && w.p.version >= 1 && w.p.n_never > 3);
	CHECK_INT(w.p.digest.n, 64);
	CHECK_STR(w.p.steps[0].id, "danger");
	CHECK_STR(w.p.steps[w.p.n - 1].id, "debrief");
	struct procedure again;
	CHECK_OK(procedure_read(&w.a, STR("kept"), w.p.source, &w.d, &again));
	CHECK(str_eq(again.digest, w.p.digest) && again.n == w.p.n);
	close_world(&w);
}

TEST(procedure, a_taken_back_entry_opens_the_step_again)
{
	struct world w;
	open_world(&w, 1);
	did(&w, "told-staff", "");
	w.entries[w.f.n++] = (struct proc_entry){ .step = STR("told-staff"), .what = PROC_UNDONE };
	CHECK_INT(at(&w, "told-staff")->state, STATE_OPEN);
	w.entries[w.f.n++] = (struct proc_entry){ .step = STR("told-staff"), .what = PROC_SKIPPED, .happened_utc = w.f.now_utc };
	CHECK_INT(at(&w, "told-staff")->state, STATE_SKIPPED);
	close_world(&w);
}

/* A whole breach: nothing is missing at the end, in either profile. */
TEST(procedure, breach_can_be_led_to_its_end_in_both_profiles)
{
	for (int profile = 0; profile < 2; profile++) {
		static const char *const acts[][2] = {
			{ "danger", "no" }, { "safeguarding", "" }, { "screen-off", "" }, { "told-staff", "" }, { "address", "" },
			{ "told-dsl", "told" }, { "record", "" }, { "decision", "concern" }, { "learner", "yes" }, { "telling-harm", "no" }, { "parents", "told" },
			{ "dsl-decision", "not-safeguarding" }, { "illegal", "no" }, { "beyond", "no" }, { "partners", "" },
			{ "risk-area", "content" }, { "outcome", "resolved" }, { "debrief", "" },
		};
		struct world w;
		size_t missing[PROC_STEPS_MAX];
		open_world(&w, profile);
		for (size_t i = 0; i < ARRAY_N(acts); i++) {
			enum step_state s = at(&w, acts[i][0])->state;
			CHECK(s == STATE_OPEN || s == STATE_NOT_APPLICABLE);
			if (s == STATE_OPEN)
				did(&w, acts[i][0], acts[i][1]);
		}
		procedure_run(&w.p, &w.f, w.s);
		CHECK_INT(procedure_missing(&w.p, w.s, missing), 0);
		close_world(&w);
	}
}

TEST(procedure, mistakes_in_a_file_are_named)
{
	static const char end[] =
		"[step o]\ntitle=O\nkind=act\nwho=dsl\ndue=none\nclause=1\noutcome=yes\n"
		"[step r]\ntitle=R\nkind=review\nwho=dsl\ndue=none\nclause=1\nreview=yes\n";
	static const struct { const char *step, *finding; } cases[] = {
		{ "[step x]\ntitle=X\nkind=act\nwho=dsl\ndue=none\nclause=1\nneeds=y\n", "no step called y" },
		{ "[step x]\ntitle=X\nkind=act\nwho=dsl\ndue=none\nclause=1\nneeds=x\n", "in a circle" },
		{ "[step x]\ntitle=X\nkind=act\nwho=dsl\ndue=none\n", "names no clause" },
		{ "[step x]\ntitle=X\nkind=act\nwho=wizard\ndue=none\nclause=1\n", "no role called wizard" },
		{ "[step x]\ntitle=X\nkind=act\nwho=dsl\ndue=soon\nclause=1\n", "not \"soon\"" },
		{ "[step x]\ntitle=X\nkind=agency\nwho=dsl\ndue=none\nclause=1\n", "names no contact" },
		{ "[step x]\ntitle=X\nkind=decision\nwho=dsl\ndue=none\nclause=1\nanswer=a : A\n", "at least two answers" },
		{ "[step x]\ntitle=X\nkind=act\nwho=dsl\ndue=none\nclause=1\nlock=o : why\nnever_locked=yes\n", "never locked, and yet" },
		{ "[step x]\ntitle=X\nkind=act\nwho=dsl\ndue=none\nclause=1\nfield=a number required : A\n", "A field is" },
		{ "[step o]\ntitle=O\nkind=act\nwho=dsl\ndue=none\nclause=1\n", "stands twice" },
		{ "[step d]\ntitle=D\nkind=decision\nwho=dsl\ndue=none\nclause=1\nanswer=a : A\nanswer=b : B\n"
		  "[step x]\ntitle=X\nkind=act\nwho=dsl\ndue=none\nclause=1\nwhen=answer d is a\nwhen=answer d is b\n", "never be reached" },
		{ "[step d]\ntitle=D\nkind=decision\nwho=dsl\ndue=none\nclause=1\nanswer=a : A\nanswer=b : B\n"
		  "[step x]\ntitle=X\nkind=act\nwho=dsl\ndue=none\nclause=1\nwhen=answer d is c\n", "has no answer \"c\"" },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		AUTO(buf_done) struct buf b = buf_init(65536);
		struct procedure p;
		struct str text = arena_fmt(&a, "[procedure t]\nversion=1\ntitle=T\n%s%s", cases[i].step, end);
		CHECK(procedure_read(&a, STR("t.conf"), text, &d, &p) != OK);
		diag_print(&d, &b);
		if (str_find(buf_str(&b), str_z(cases[i].finding)) < 0)
			fprintf(stderr, "wanted: %s\ngot: %.*s\n", cases[i].finding, STRF(buf_str(&b)));
		CHECK(str_find(buf_str(&b), str_z(cases[i].finding)) >= 0);
	}
}

TEST(procedure, an_expectation_that_fails_refuses_the_file)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct world w;
	open_world(&w, 0);
	struct str path = arena_fmt(&a, "%s/t.conf", test_dir());
	FILE *f = fopen(path.p, "we");
	fputs("[procedure t]\nversion=1\ntitle=T\n[step o]\ntitle=O\nkind=act\nwho=dsl\ndue=none\nclause=1\noutcome=yes\n"
	      "[step r]\ntitle=R\nkind=review\nwho=dsl\ndue=none\nclause=1\nreview=yes\n"
	      "[expect E]\nprofile = junior\nthen = o done\n", f);
	fclose(f);
	struct procedure p;
	CHECK_ERR(procedure_load(&a, path.p, w.profiles, 2, &d, &p), ERR_INVALID);
	close_world(&w);
}

TEST(calendar, school_time_runs_only_in_school)
{
	struct day_range holiday = { uk(10, 26, 0, 0), uk(10, 31, 0, 0) };
	struct calendar c = calendar_plain();
	c.closed = &holiday;
	c.n_closed = 1;
	CHECK_INT(calendar_day_end(&c, uk(9, 14, 9, 0)), uk(9, 14, 16, 0));
	CHECK_INT(calendar_day_end(&c, uk(9, 14, 16, 0)), uk(9, 15, 16, 0));
	CHECK_INT(calendar_day_end(&c, uk(9, 18, 17, 0)), uk(9, 21, 16, 0));        /* Friday evening */
	CHECK_INT(calendar_day_end(&c, uk(10, 23, 17, 0)), uk(11, 2, 16, 0));       /* half term, clocks go back */
	CHECK_INT(calendar_minutes_on(&c, uk(9, 14, 15, 50), 15), uk(9, 15, 8, 35));
	CHECK_INT(calendar_minutes_on(&c, uk(9, 12, 12, 0), 15), uk(9, 14, 8, 45));
	CHECK_INT(calendar_days_on(&c, uk(9, 17, 10, 0), 3), uk(9, 22, 16, 0));
	CHECK(calendar_in_hours(&c, uk(9, 14, 8, 30)) && !calendar_in_hours(&c, uk(9, 14, 16, 0)));
}

static const struct contact *listed(const struct contacts *c, unsigned audience, const char *id)
{
	const struct contact *out[64];
	CHECK(c->n < ARRAY_N(out));
	size_t n = contacts_for(c, audience, out);
	for (size_t i = 0; i < n; i++)
		if (str_is(out[i]->id, id))
			return out[i];
	return NULL;
}

static void load_contacts(struct arena *a, struct contacts *out)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	enum err e = contacts_load(a, test_source("data/contacts.conf"), &d, out);
	print_findings(&d);
	CHECK_OK(e);
}

TEST(clause, c12_1_08_impossible_numbers_are_refused)
{
	static const char *const good[] = { "01629 535353", "0800 1111", "999", "101", "0344 381 4772", "0808 800 5000",
		"020 7946 0000", "0121 496 0000", "01632 960010", "116 123" };
	static const char *const bad[] = { "10629 535353", "01629 5353", "00629 535353", "01000 535353", "0999", "",
		"01629-535353", "01619 535353 12", "0210 535 3535", "+1 629 535353" };
	for (size_t i = 0; i < ARRAY_N(good); i++)
		CHECK_OK(contact_phone(str_z(good[i])));
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR(contact_phone(str_z(bad[i])), ERR_INVALID);
}

TEST(clause, c12_2_12_professionals_helpline_is_for_staff_only)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct contacts c;
	load_contacts(&a, &c);
	CHECK(listed(&c, FOR_STAFF, "professionals-helpline"));
	CHECK(!listed(&c, FOR_SETTINGS | FOR_PARENTS | FOR_LEARNERS, "professionals-helpline"));
}

TEST(clause, c12_2_09_closed_entry_shows_its_successor_on_both_lists)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct contacts c;
	load_contacts(&a, &c);
	for (unsigned who = FOR_SETTINGS; who <= FOR_PARENTS; who <<= 1) {
		CHECK(!listed(&c, who, "net-aware"));
		CHECK(listed(&c, who, "nspcc-online"));
	}
}

TEST(clause, c12_3_02_successor_is_shown_to_parents_only)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct contacts c;
	load_contacts(&a, &c);
	CHECK(!listed(&c, FOR_PARENTS, "action-fraud") && listed(&c, FOR_PARENTS, "report-fraud"));
	CHECK(!listed(&c, FOR_SETTINGS | FOR_STAFF, "report-fraud"));
}

TEST(clause, c12_3_03_entry_is_on_the_parents_list_and_not_on_the_settings_list)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct contacts c;
	load_contacts(&a, &c);
	CHECK(listed(&c, FOR_PARENTS, "get-safe-online") && !listed(&c, FOR_SETTINGS, "get-safe-online"));
}

TEST(contacts, every_contact_that_a_step_names_is_in_the_directory)
{
	struct world w;
	struct contacts c;
	open_world(&w, 0);
	load_contacts(&w.a, &c);
	for (size_t i = 0; i < w.p.n; i++)
		for (size_t k = 0; k < w.p.steps[i].n_contacts; k++)
			CHECK(contact_find(&c, w.p.steps[i].contacts[k]));
	CHECK_STR(contact_find(&c, STR("childline"))->phone, "0800 1111");
	CHECK(contact_find(&c, STR("childline"))->audience & FOR_LEARNERS);
	close_world(&w);
}

TEST(contacts, one_without_a_short_name_is_refused_with_its_line)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct contacts c;
	struct str path = arena_fmt(&a, "%s/c.conf", test_dir());
	FILE *f = fopen(path.p, "we");
	fputs("[contact]\ntitle = Police\nuse = In danger\nphone = 999\nfor = staff\n", f);
	fclose(f);
	CHECK_ERR(contacts_load(&a, path.p, &d, &c), ERR_SYNTAX);
	CHECK_INT(d.errors, 1);
	CHECK_INT(d.items[0].line, 1);
}

TEST(profile, wrong_values_and_unknown_keys_are_named)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct profile p;
	struct str path = arena_fmt(&a, "%s/p.conf", test_dir());
	FILE *f = fopen(path.p, "we");
	fputs("[profile p]\ntitle=P\nbreach.screen_off = perhaps\nbreach.recipients = wizard\nno.such = 1\n", f);
	fclose(f);
	CHECK_ERR(profile_load(&a, test_source("data/parameters.conf"), path.p, &d, &p), ERR_SYNTAX);
	CHECK_INT(d.errors, 3);
}

TEST(profile, what_the_school_has_not_said_is_proposed_not_confirmed)
{
	struct world w;
	open_world(&w, 0);
	const struct param *p = profile_param(&w.profiles[0], STR("ack.danger_minutes"));
	CHECK(p && !p->confirmed && p->n_values == 1);
	CHECK(profile_param(&w.profiles[0], STR("breach.screen_off"))->confirmed);
	CHECK_INT(profile_param(&w.profiles[0], STR("net.provider"))->n_values, 0);
	close_world(&w);
}
