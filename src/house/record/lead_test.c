/* Leading a case: each adult told by themselves, own steps, whom we asked, corrections, a newer version of the procedure. */
#include "house/record/town.h"
#include "house/task/task.h"

static int64_t adult(struct town *t, const char *name, bool responsible)
{
	struct db_val p[] = { DB_I(t->fx->school), DB_T(STR("parent")), DB_T(str_z(name)), DB_I(1) };
	int64_t id = insert(t, "INSERT INTO person (school, kind, name, active_from) VALUES ($1, $2, $3, $4) RETURNING id", p, 4);
	struct contact_in in = { .adult = id, .child = t->person[LEARNER], .relation = RELATION_PARENT, .responsible = responsible };
	CHECK_OK(family_put(t->fx->db, &t->act, &in, &t->d));
	return id;
}

static enum err tell(struct town *t, int64_t id, int64_t about, const char *answer, const struct entry_field *v, size_t n)
{
	struct act act = as(t, DSL);
	struct entry_may m = may(t, DSL);
	struct step_input in = { .step = STR("parents"), .about = about, .answer = str_z(answer), .values = v, .n_values = n };
	AUTO(diag_done) struct diag d = diag_init(20);
	return record_step(&t->k, &act, &m, id, &in, &d);
}

static const struct entry_field TOLD[] = { F("told_when", "10:30"), F("how", "telephone"), F("said", "what happened"), F("language", "English"),
	F("interpreter", "none"), F("by", "Ms Quillfeather") };
static const struct entry_field EXCUSED[] = { F("reason", "risk"), F("detail", "the advice line asked us to wait") };

TEST(record, each_adult_is_told_or_excused_by_themselves)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t p = 0; p < ARRAY_N(profiles); p++)
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[p]);
			int64_t mother = adult(&t, "Mrs Gorsewick", true), father = adult(&t, "Mr Gorsewick", true), aunt = adult(&t, "Ms Gorsewick", false);
			int64_t id = open_case(&t, "sexting");
			CHECK_ERR(tell(&t, id, mother, "told", TOLD, ARRAY_N(TOLD)), ERR_STATE);      /* the question comes first */
			STEP(&t, id, "telling-harm", "no", F("reason", "nothing speaks against it"));
			CHECK_ERR(tell(&t, id, 0, "told", TOLD, ARRAY_N(TOLD)), ERR_INVALID);
			CHECK_ERR(tell(&t, id, aunt, "told", TOLD, ARRAY_N(TOLD)), ERR_ABSENT);
			CHECK_OK(tell(&t, id, mother, "told", TOLD, ARRAY_N(TOLD)));
			struct case_view v = view_as(&t, DSL, id);
			CHECK_INT(step_of(&v, "parents")->status.state, STATE_OPEN);
			CHECK_INT(step_of(&v, "parents")->status.n_wait, 1);
			CHECK_ERR(tell(&t, id, father, "not-told", NULL, 0), ERR_INVALID);
			CHECK_OK(tell(&t, id, father, "not-told", EXCUSED, ARRAY_N(EXCUSED)));
			v = view_as(&t, DSL, id);
			CHECK_INT(step_of(&v, "parents")->status.state, STATE_DONE);
			close_town(&t);
		}
}

TEST(record, yes_or_unsure_holds_the_word_to_each_adult)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t mother = adult(&t, "Mrs Gorsewick", true);
		int64_t id = open_case(&t, "hate");
		STEP(&t, id, "who", "target", F("against", "a religion"));
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		const struct entry_field no_advice[] = { F("reason", "he shouts") };
		struct step_input in = { .step = STR("telling-harm"), .answer = STR("unsure"), .values = no_advice, .n_values = 1 };
		AUTO(diag_done) struct diag d = diag_init(10);
		CHECK_ERR(record_step(&t.k, &act, &m, id, &in, &d), ERR_INVALID);             /* whose advice was asked? */
		STEP(&t, id, "telling-harm", "unsure", F("reason", "he shouts"), F("advice", "the advice line, at ten: wait"));
		CHECK_ERR(tell(&t, id, mother, "told", TOLD, ARRAY_N(TOLD)), ERR_STATE);
		struct case_view v = view_as(&t, DSL, id);
		CHECK_INT(step_of(&v, "parents-held")->status.state, STATE_OPEN);
		/* it was said all the same: the truth is taken */
		struct step_input truth = { .step = STR("parents"), .about = mother, .answer = STR("told"), .values = TOLD, .n_values = ARRAY_N(TOLD),
			.already_happened = true };
		CHECK_OK(record_step(&t.k, &act, &m, id, &truth, &d));
		close_town(&t);
	}
}

TEST(record, who_needs_an_interpreter_is_not_told_without_one_and_the_barred_are_left_out)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t mother = adult(&t, "Mrs Gorsewick", true), father = adult(&t, "Mr Gorsewick", true);
		struct contact_details needs = { .language = STR("Polish"), .interpreter = true };
		struct act act = as(&t, DSL);
		CHECK_OK(family_details_set(fx.db, &act, mother, &needs, &t.d));
		CHECK_OK(family_bar(&t.store, &act, father, t.person[LEARNER], true, STR("court order"), &t.d));
		int64_t id = open_case(&t, "sexting");
		STEP(&t, id, "telling-harm", "no", F("reason", "nothing speaks against it"));
		CHECK_ERR(tell(&t, id, mother, "told", TOLD, ARRAY_N(TOLD)), ERR_INVALID);
		CHECK_ERR(tell(&t, id, father, "told", TOLD, ARRAY_N(TOLD)), ERR_ABSENT);
		struct entry_field with[ARRAY_N(TOLD)];
		memcpy(with, TOLD, sizeof TOLD);
		with[4].value = STR("professional");
		CHECK_OK(tell(&t, id, mother, "told", with, ARRAY_N(with)));
		struct case_view v = view_as(&t, DSL, id);
		CHECK_INT(step_of(&v, "parents")->status.state, STATE_DONE);
		CHECK_INT(v.n_adults, 2);
		close_town(&t);
	}
}

TEST(record, a_step_of_our_own_is_added_and_holds_the_case_open)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = open_case(&t, "other"), action;
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL), teacher = may(&t, TEACHER);
		struct action_in in = { .title = STR("Walk the corridor at break"), .why = STR("It happened there"), .owner = t.person[DEPUTY],
			.owner_roles = ROLE_BIT(ROLE_DEPUTY), .due_utc = clock_utc() + 86400 };
		CHECK_ERR(record_action_add(&t.k, &act, &teacher, id, &in, &t.d, &action), ERR_ABSENT);
		CHECK_OK(record_action_add(&t.k, &act, &m, id, &in, &t.d, &action));
		CHECK_INT(waiting(&t, DEPUTY, "case-action"), 1);
		struct action_in bad = in;
		bad.owner = t.person[TEACHER];
		bad.owner_roles = ROLE_BIT(ROLE_TEACHER);
		AUTO(diag_done) struct diag d = diag_init(60);
		CHECK_ERR(record_action_add(&t.k, &act, &m, id, &bad, &d, &action), ERR_INVALID);
		struct case_view v = view_as(&t, DEPUTY, id);              /* looked at, and still to do */
		CHECK(v.n_actions == 1 && str_is(v.actions[0].state, "open"));
		CHECK_ERR(record_close(&t.k, &act, &m, id, &d), ERR_INVALID);
		int64_t first = v.actions[0].id;
		CHECK_ERR(record_action_end(&t.k, &act, &m, id, first, false, STR(" "), &d), ERR_INVALID);
		CHECK_OK(record_action_end(&t.k, &act, &m, id, first, true, STR("nothing seen for a week"), &d));
		CHECK_ERR(record_action_end(&t.k, &act, &m, id, first, true, STR("again"), &d), ERR_STATE);
		/* a mandatory step is not theirs to leave out */
		struct step_input skip = { .step = STR("dsl-decision"), .what = PROC_SKIPPED, .reason = STR("no time") };
		CHECK_ERR(record_step(&t.k, &act, &m, id, &skip, &d), ERR_INVALID);
		close_town(&t);
	}
}

TEST(record, a_referral_waits_for_its_answer_and_is_chased)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = open_case(&t, "other"), made;
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL), teacher = may(&t, TEACHER), governor = may(&t, GOVERNOR);
		STEP(&t, id, "dsl-decision", "protection", F("reason", "a child may be harmed"));
		STEP(&t, id, "threshold", "referral", F("reason", "level four"));
		STEP(&t, id, "referral", "", F("agency", "first-contact"), F("sent", "9:15"), F("reference", "CD-77"));
		struct case_referral *w;
		size_t n;
		CHECK_OK(record_waiting(&t.k, &t.a, &m, &w, &n));
		CHECK(n == 1 && w[0].case_id == id && str_is(w[0].reference, "CD-77") && w[0].chase_utc > clock_utc());
		CHECK_OK(record_waiting(&t.k, &t.a, &teacher, &w, &n));
		CHECK_INT(n, 0);
		CHECK_OK(record_waiting(&t.k, &t.a, &governor, &w, &n));
		CHECK_INT(n, 0);
		struct referral_in in = { .agency = STR("nobody"), .channel = STR("telephone"), .what = STR("what they know") };
		AUTO(diag_done) struct diag d = diag_init(60);
		CHECK_ERR(record_referral_add(&t.k, &act, &m, id, &in, &d, &made), ERR_INVALID);
		in.agency = STR("advice-line");
		CHECK_OK(record_referral_add(&t.k, &act, &m, id, &in, &d, &made));
		CHECK_ERR(record_referral_turn(&t.k, &act, &m, id, made, REFERRAL_CHASED, STR("rang"), clock_utc() - 5, &d), ERR_INVALID);
		CHECK_OK(record_referral_turn(&t.k, &act, &m, id, made, REFERRAL_CHASED, STR("rang"), clock_utc() + 86400, &d));
		CHECK_OK(record_referral_turn(&t.k, &act, &m, id, made, REFERRAL_ANSWERED, STR("nothing known"), 0, &d));
		AUTO(diag_done) struct diag closing = diag_init(60);
		CHECK_ERR(record_close(&t.k, &act, &m, id, &closing), ERR_INVALID);
		bool named = false;
		for (size_t i = 0; i < closing.n; i++)
			named = named || str_is(closing.items[i].file, "referrals");
		CHECK(named);                                             /* the first one still waits */
		close_town(&t);
	}
}

TEST(record, a_correction_keeps_both_and_a_record_is_taken_back_with_a_reason)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = open_case(&t, "other");
		STEP(&t, id, "dsl-decision", "not-safeguarding", F("reason", "a game"));
		struct case_view v = view_as(&t, DSL, id);
		int64_t seen = step_of(&v, "dsl-decision")->entry, other = 0;
		CHECK_STR(step_of(&v, "dsl-decision")->values, "reason=a%20game");
		struct act act = as(&t, DSL), second = as(&t, DEPUTY);
		struct entry_may m = may(&t, DSL), his = may(&t, DEPUTY);
		const struct entry_field harm[] = { F("reason", "he was hurt") }, small[] = { F("reason", "it was small") };
		struct step_input in = { .step = STR("dsl-decision"), .answer = STR("protection"), .values = harm, .n_values = 1, .corrects = true, .seen = seen };
		AUTO(diag_done) struct diag d = diag_init(20);
		CHECK_ERR(record_step(&t.k, &act, &m, id, &in, &d), ERR_INVALID);             /* why? */
		in.reason = STR("the mother rang");
		CHECK_OK(record_step_seen(&t.k, &act, &m, id, &in, &d, &other));
		CHECK_INT(other, 0);
		/* the deputy had the form open meanwhile: both are kept, and he is told so */
		struct step_input too = { .step = STR("dsl-decision"), .answer = STR("safeguarding"), .values = small, .n_values = 1, .corrects = true,
			.reason = STR("I spoke to him"), .seen = seen };
		CHECK_OK(record_step_seen(&t.k, &second, &his, id, &too, &d, &other));
		CHECK_INT(other, t.person[DSL]);
		v = view_as(&t, DSL, id);
		size_t kept = 0, replaced = 0;
		for (size_t i = 0; i < v.n_chronology; i++) {
			kept += str_starts(v.chronology[i].title, STR("Safeguarding decision"));
			replaced += v.chronology[i].replaced;
		}
		CHECK(kept == 3 && replaced == 2);
		struct step_input back = { .step = STR("dsl-decision"), .what = PROC_UNDONE };
		CHECK_ERR(record_step(&t.k, &act, &m, id, &back, &d), ERR_INVALID);
		back.reason = STR("another case was meant");
		CHECK_OK(record_step(&t.k, &act, &m, id, &back, &d));
		v = view_as(&t, DSL, id);
		CHECK_INT(step_of(&v, "dsl-decision")->status.state, STATE_OPEN);
		close_town(&t);
	}
}

TEST(clause, c11_2_08_only_the_lead_or_a_deputy_records_that_somebody_looked)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t p = 0; p < ARRAY_N(profiles); p++)
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[p]);
			int64_t id = open_case(&t, "sexting");
			const struct entry_field why[] = { F("by", "the head"), F("reason", "no other way"), F("seen", "10:30") };
			struct step_input in = { .step = STR("viewing"), .answer = STR("justified"), .values = why, .n_values = ARRAY_N(why) };
			struct act head = as(&t, HEAD), dsl = as(&t, DSL);
			struct entry_may hers = may(&t, HEAD), m = may(&t, DSL);
			AUTO(diag_done) struct diag d = diag_init(20);
			CHECK_ERR(record_step(&t.k, &head, &hers, id, &in, &d), ERR_FORBIDDEN);
			in.n_values = 1;                                          /* without the reason nobody does */
			CHECK_ERR(record_step(&t.k, &dsl, &m, id, &in, &d), ERR_INVALID);
			in.n_values = ARRAY_N(why);
			CHECK_OK(record_step(&t.k, &dsl, &m, id, &in, &d));
			close_town(&t);
		}
}

static size_t tasks_of(struct town *t, role_set roles)
{
	struct task_query q = { .which = TASK_OPEN, .person = 0, .roles = roles, .kind = "case-change" };
	int64_t n;
	CHECK_OK(task_count(&t->store, t->fx->school, &q, &n));
	return (size_t)n;
}

static void review_says(struct town *t, int64_t id, const char *change)
{
	struct act act = as(t, DSL);
	struct entry_may m = may(t, DSL);
	const struct entry_field v[] = { F("lessons", "the guidance was out of date"), { STR("change"), str_z(change) }, F("change_what", "use the newest edition") };
	struct step_input in = { .step = STR("debrief"), .values = v, .n_values = ARRAY_N(v), .already_happened = true };
	CHECK_OK(record_step(&t->k, &act, &m, id, &in, &t->d));
}

static void change_opens_a_task(const char *topic)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t p = 0; p < ARRAY_N(profiles); p++)
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[p]);
			int64_t id = open_case(&t, topic);
			review_says(&t, id, "no");
			CHECK_INT(tasks_of(&t, ROLE_BIT(ROLE_HEAD)), 0);
			review_says(&t, id, "procedure");
			review_says(&t, id, "procedure");                         /* said twice: one task */
			CHECK_INT(tasks_of(&t, ROLE_BIT(ROLE_HEAD)), 1);
			CHECK_INT(waiting(&t, HEAD, "task-new"), 1);
			struct task_query q = { .which = TASK_OPEN, .roles = ROLE_BIT(ROLE_HEAD), .kind = "case-change" };
			struct task *list;
			size_t n;
			int64_t total;
			CHECK_OK(task_list(&t.store, &t.a, fx.school, &q, &list, &n, &total));
			CHECK(list[0].due_utc > clock_utc() && str_find(list[0].title, STR("zebra")) < 0);
			CHECK_STR(list[0].details, "use the newest edition");
			close_town(&t);
		}
}

TEST(clause, c11_2_26_a_review_that_changes_the_procedure_opens_a_task_for_leadership) { change_opens_a_task("sexting"); }
TEST(clause, c11_3_17_a_review_that_changes_the_procedure_opens_a_task_for_leadership) { change_opens_a_task("csae"); }
TEST(case_lead, a_lesson_opens_the_change_of_the_procedure) { change_opens_a_task("other"); }

/* As if the case had begun before the sentence stood in the procedure. */
static struct procedure older_text(struct town *t, const char *id)
{
	const struct procedure *now = library_procedure(t->library, str_z(id));
	struct procedure old;
	ptrdiff_t at = str_find(now->source, STR("[step voice]")), end = str_find(now->source, STR("[step support]"));
	struct str text = arena_fmt(&t->a, "%.*s%.*s", (int)at, now->source.p, (int)(now->source.n - (size_t)end), now->source.p + end);
	CHECK_OK(procedure_read(&t->a, STR("older"), text, &t->d, &old));
	return old;
}

TEST(record, a_running_case_is_offered_the_newer_procedure)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct procedure *now = (struct procedure *)(uintptr_t)library_procedure(t.library, STR("concern")), new = *now;
		*now = older_text(&t, "concern");
		int64_t id = open_case(&t, "other"), other = open_case(&t, "other");
		STEP(&t, id, "dsl-decision", "safeguarding", F("reason", "a worry"));
		struct entry_may m = may(&t, DSL);
		struct act act = as(&t, DSL);
		struct case_offer o;
		CHECK_OK(record_offer(&t.k, &t.a, &m, id, &o));
		CHECK(!o.any);
		AUTO(diag_done) struct diag d = diag_init(10);
		CHECK_ERR(record_offer_answer(&t.k, &act, &m, id, true, STR("newer"), &d), ERR_STATE);
		*now = new;
		CHECK_OK(record_offer(&t.k, &t.a, &m, id, &o));
		CHECK(o.any && o.n == 1 && o.v[0].what == PROC_ADDED && str_is(o.v[0].step, "voice"));
		CHECK_ERR(record_offer_answer(&t.k, &act, &m, id, true, STR(""), &d), ERR_INVALID);
		CHECK_OK(record_offer_answer(&t.k, &act, &m, id, true, STR("the child must be heard"), &d));
		struct case_view v = view_as(&t, DSL, id);
		CHECK_INT(step_of(&v, "voice")->status.state, STATE_OPEN);
		CHECK_INT(step_of(&v, "dsl-decision")->status.state, STATE_DONE);      /* done stays done */
		CHECK_OK(record_offer_answer(&t.k, &act, &m, other, false, STR("nearly at its end"), &d));
		CHECK_OK(record_offer(&t.k, &t.a, &m, other, &o));
		CHECK(!o.any);                                            /* asked once */
		close_town(&t);
	}
}
