/* The keeper on a house of its own: directives, ingest, standing. */
#include "house/keeper/home.h"

TEST(keeper, a_sign_in_is_bound_audited_and_known_after_a_restart)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r;
	json_t *answer;
	CHECK(ask(&h, h.child, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), &answer));
	CHECK_INT(json_integer_value(json_object_get(answer, "standing")), STANDING_UNSIGNED);
	json_decref(answer);
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 1);
	CHECK(r.person == h.child && r.class_id == h.class_id && str_is(r.group, "ks2") && r.school == 1 && r.until_utc > clock_utc());
	CHECK_INT(audits(&h, "address.bound"), 1);
	CHECK_INT(h.k->bindings.n, 1);
	keeper_again(&h);
	CHECK_INT(h.k->bindings.n, 1);
	CHECK(h.k->bindings.v[0].person == h.child);
}

TEST(keeper, nobody_signs_in_as_somebody_else)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r;
	CHECK(!ask(&h, h.teacher, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
	CHECK(!ask(&h, h.head, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
	CHECK(!ask(&h, 0, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
	CHECK(!ask(&h, 999999, "bind", bind_of(&h, 999999, "192.0.2.7", 3600), NULL));
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 0);
	CHECK_INT(audits(&h, "address.bound"), 0);
}

TEST(keeper, every_end_is_absolute_ahead_and_not_far)
{
	AUTO(home_end) struct home h = home_of();
	static const int64_t wrong[] = { 0, -5, 13 * 3600, INT64_C(1) << 40 };
	for (size_t i = 0; i < ARRAY_N(wrong); i++) {
		CHECK(!ask(&h, h.child, "bind", bind_of(&h, h.child, "192.0.2.7", wrong[i]), NULL));
		CHECK(!ask(&h, h.teacher, "allow", site_of(&h, h.class_id, "otters.example", wrong[i]), NULL));
		CHECK(!ask(&h, h.teacher, "session-open", until(&h, wrong[i], arena_fmt(&h.a, "\"class\":%lld", (long long)h.class_id).p), NULL));
	}
	CHECK(!ask(&h, h.child, "bind", arena_fmt(&h.a, "\"person\":%lld,\"addr\":\"192.0.2.7\"", (long long)h.child).p, NULL));
	CHECK_INT(live_log_bytes(h.k->live), 0);
}

TEST(keeper, what_is_not_well_said_is_refused_in_words)
{
	AUTO(home_end) struct home h = home_of();
	static const char *const texts[] = { "{}", "[]", "7", "null", "{\"directive\":\"bind\"}", "{\"directive\":\"no-such\",\"school\":1,\"by\":1}",
		"{\"directive\":7,\"school\":1,\"by\":1}", "{\"directive\":\"bind\",\"school\":2,\"by\":1}", "{\"directive\":\"bind\",\"school\":1,\"by\":-1}",
		"{\"directive\":\"bind\",\"school\":1,\"by\":\"1\"}", "{\"directive\":\"signed\",\"school\":1,\"by\":1,\"people\":{}}" };
	for (size_t i = 0; i < ARRAY_N(texts); i++) {
		json_t *in = json_loads(texts[i], JSON_DECODE_ANY, NULL), *out = keeper_directive(h.k, in);
		CHECK(json_is_false(json_object_get(out, "ok")) && json_string_length(json_object_get(out, "why")) > 0);
		json_decref(in);
		json_decref(out);
	}
	json_t *out = keeper_directive(h.k, NULL);
	CHECK(json_is_false(json_object_get(out, "ok")));
	json_decref(out);
	CHECK(!ask(&h, h.child, "bind", bind_of(&h, h.child, "not an address", 60), NULL));
	CHECK_INT(live_log_bytes(h.k->live), 0);
}

TEST(keeper, only_ones_own_binding_is_given_back)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r;
	CHECK(ask(&h, h.child, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
	CHECK(ask(&h, h.other_child, "unbind", "\"addr\":\"192.0.2.7\"", NULL));
	CHECK_INT(in_log(&h, LIVE_UNBIND, &r), 0);
	CHECK(ask(&h, h.child, "unbind", "\"addr\":\"192.0.2.7\"", NULL));
	CHECK_INT(in_log(&h, LIVE_UNBIND, &r), 1);
	CHECK_INT(h.k->bindings.n, 0);
	CHECK_INT(audits(&h, "address.unbound"), 1);
}

TEST(keeper, sites_and_sessions_are_for_whoever_teaches_the_class)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r;
	const char *open = until(&h, 1800, arena_fmt(&h.a, "\"class\":%lld,\"walled\":true,\"hosts\":[\"otters.example/river\"]", (long long)h.class_id).p);
	const char *close = arena_fmt(&h.a, "\"class\":%lld", (long long)h.class_id).p;
	const int64_t not_theirs[] = { h.child, h.other_teacher, h.tech };
	for (size_t i = 0; i < ARRAY_N(not_theirs); i++) {
		CHECK(!ask(&h, not_theirs[i], "session-open", open, NULL));
		CHECK(!ask(&h, not_theirs[i], "session-close", close, NULL));
		CHECK(!ask(&h, not_theirs[i], "allow", site_of(&h, h.class_id, "otters.example", 1800), NULL));
		CHECK(!ask(&h, not_theirs[i], "block", site_of(&h, h.class_id, "otters.example", 1800), NULL));
	}
	CHECK_INT(live_log_bytes(h.k->live), 0);
	CHECK(ask(&h, h.teacher, "session-open", open, NULL));
	CHECK(in_log(&h, LIVE_SESSION, &r) == 1 && r.walled && r.n_hosts == 1 && str_is(r.hosts[0], "otters.example/river"));
	CHECK(ask(&h, h.teacher, "block", site_of(&h, h.class_id, "Stoats.Example.", 1800), NULL));
	CHECK(in_log(&h, LIVE_BLOCK, &r) == 1 && str_is(r.host, "stoats.example") && r.class_id == h.class_id && r.id);
	CHECK(ask(&h, h.teacher, "session-close", close, NULL));
	CHECK_INT(in_log(&h, LIVE_SESSION_END, &r), 1);
	CHECK(audits(&h, "session.opened") == 1 && audits(&h, "site.blocked") == 1 && audits(&h, "session.closed") == 1);
	CHECK(!ask(&h, h.teacher, "allow", site_of(&h, h.class_id, "co.uk", 1800), NULL));
	CHECK(!ask(&h, h.teacher, "session-open", until(&h, 60, arena_fmt(&h.a, "\"class\":%lld,\"hosts\":[7]", (long long)h.class_id).p), NULL));
}

TEST(keeper, nobody_acts_for_another_class_without_taking_it_first)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct live_record r;
	const int64_t all[] = { h.dsl, h.head, somebody(&h, "Ms Larch Coverley", KIND_STAFF, ROLE_SUPPLY, 0), somebody(&h, "Mr Birch Invently", KIND_STAFF, ROLE_SENCO, 0) };
	const char *open = until(&h, 1800, arena_fmt(&h.a, "\"class\":%lld", (long long)h.class_id).p);
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct act act = { 1, all[i], "test" };
		CHECK(!ask(&h, all[i], "session-open", open, NULL));
		CHECK(!ask(&h, all[i], "block", site_of(&h, h.class_id, "stoats.example", 1800), NULL));
		CHECK_OK(cover_take(&h.k->store, &act, h.class_id, STR("illness"), &d));
		CHECK(ask(&h, all[i], "session-open", open, NULL));
		CHECK(!ask(&h, all[i], "block", site_of(&h, h.other_class, "stoats.example", 1800), NULL));      /* that class and no other */
	}
	CHECK_INT(in_log(&h, LIVE_SESSION, &r), ARRAY_N(all));
	CHECK_INT(in_log(&h, LIVE_BLOCK, &r), 0);
}

TEST(keeper, children_are_signed_out_by_whoever_teaches_or_covers_their_class)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct live_record r;
	const char *out = arena_fmt(&h.a, "\"class\":%lld,\"people\":[%lld]", (long long)h.class_id, (long long)h.child).p;
	const char *other = arena_fmt(&h.a, "\"class\":%lld,\"people\":[%lld]", (long long)h.other_class, (long long)h.child).p;
	CHECK(ask(&h, h.child, "bind", until(&h, 1800, arena_fmt(&h.a, "\"addr\":\"192.0.2.7\",\"person\":%lld", (long long)h.child).p), NULL));
	CHECK(ask(&h, h.child, "bind", until(&h, 1800, arena_fmt(&h.a, "\"addr\":\"192.0.2.8\",\"person\":%lld", (long long)h.child).p), NULL));
	CHECK(!ask(&h, h.other_teacher, "unbind-learners", out, NULL) && !ask(&h, h.child, "unbind-learners", out, NULL));
	CHECK(ask(&h, h.other_teacher, "unbind-learners", other, NULL));          /* of their own class: the child is not in it */
	CHECK_INT(h.k->bindings.n, 2);
	CHECK(ask(&h, h.teacher, "unbind-learners", arena_fmt(&h.a, "%s,\"addr\":\"192.0.2.8\"", out).p, NULL));
	CHECK(h.k->bindings.n == 1 && in_log(&h, LIVE_UNBIND, &r) == 1);
	struct act act = { 1, h.other_teacher, "test" };
	CHECK_OK(cover_take(&h.k->store, &act, h.class_id, STR("illness"), &d));
	CHECK(ask(&h, h.other_teacher, "unbind-learners", out, NULL));
	CHECK_INT(h.k->bindings.n, 0);
	CHECK(ask(&h, h.other_teacher, "session-close", arena_fmt(&h.a, "\"class\":%lld", (long long)h.class_id).p, NULL));
	CHECK(!ask(&h, h.teacher, "unbind-learners", arena_fmt(&h.a, "%s,\"addr\":\"nowhere\"", out).p, NULL));
	CHECK(ask(&h, h.teacher, "unbind-learners", arena_fmt(&h.a, "\"class\":%lld,\"people\":[\"x\",{},null]", (long long)h.class_id).p, NULL));
}

TEST(keeper, a_rule_is_taken_back_only_by_whoever_teaches_its_class)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r;
	uint32_t first;
	CHECK(ask(&h, h.teacher, "block", site_of(&h, h.class_id, "stoats.example", 1800), NULL));
	CHECK_INT(in_log(&h, LIVE_BLOCK, &r), 1);
	first = r.id;
	CHECK(ask(&h, h.teacher, "allow", site_of(&h, h.class_id, "otters.example", 1800), NULL));
	CHECK(in_log(&h, LIVE_ALLOW, &r) == 1 && r.id != first);             /* however quickly they follow one another */
	/* Naming a class of one's own does not open another's rule. */
	const char *cancel = arena_fmt(&h.a, "\"id\":%u,\"class\":%lld", first, (long long)h.other_class).p;
	CHECK(!ask(&h, h.other_teacher, "cancel", cancel, NULL));
	CHECK_INT(in_log(&h, LIVE_CANCEL, &r), 0);
	keeper_again(&h);
	CHECK(ask(&h, h.teacher, "cancel", arena_fmt(&h.a, "\"id\":%u", first).p, NULL));
	CHECK(in_log(&h, LIVE_CANCEL, &r) == 1 && r.id == first);
	CHECK(!ask(&h, h.teacher, "cancel", arena_fmt(&h.a, "\"id\":%u", first).p, NULL));
}

TEST(keeper, lists_of_another_version_are_compiled_again)
{
	AUTO(home_end) struct home h = home_of();
	static const char old[128] = "GHSNAP1\n\1";
	CHECK_OK(file_replace(in_home(&h, "lists/lists.snap"), (struct str){ old, sizeof old }, 0600));
	CHECK_ERR(keeper_job(h.prefix, test_source("data"), "publish"), ERR_VERSION);
	CHECK(!file_exists(in_home(&h, "policy/current")));
	CHECK_OK(file_replace(in_home(&h, "gatehouse.conf"), STR("[school]\nname = Nettlebed Test School\nprofile = primary\n"
	                      "[list far]\nurl = https://127.0.0.1:1/nothing\ncategory = gaming\n"), 0600));
	CHECK_OK(keeper_job(h.prefix, test_source("data"), "publish"));
	CHECK(file_exists(in_home(&h, "policy/current")));
}

TEST(keeper, a_policy_is_published_for_those_who_answer_for_it)
{
	AUTO(home_end) struct home h = home_of();
	CHECK(!ask(&h, h.child, "publish", "", NULL));
	CHECK(!ask(&h, h.teacher, "publish", "", NULL));
	CHECK(ask(&h, h.tech, "publish", "", NULL));
	CHECK(ask(&h, h.dsl, "publish", "", NULL));
	CHECK_INT(audits(&h, "policy.asked"), 2);
	CHECK(ask(&h, h.teacher, "status", "", NULL));
}

TEST(keeper, who_moves_to_another_class_or_year_is_bound_anew_at_once)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r;
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { 1, 0, "test" };
	size_t changed = 0;
	struct live_record bound = { .kind = LIVE_BIND, .person = h.child, .class_id = h.class_id, .until_utc = clock_utc() + 600, .group = STR("ks2"), .standing = STANDING_CURRENT };
	bound.addr[15] = 9;
	CHECK_OK(keeper_live(h.k, &bound));
	CHECK_OK(keeper_refresh(h.k, h.child, &changed));
	changed = 0;
	CHECK_OK(keeper_refresh(h.k, h.child, &changed));
	CHECK_INT(changed, 0);
	CHECK_OK(person_change(h.k->db, &act, h.child, &(struct person_in){ .kind = KIND_LEARNER, .name = STR("Tansy Testerley"), .year = 5, .class_id = h.other_class }, &d));
	CHECK_OK(keeper_refresh(h.k, h.child, &changed));
	CHECK_INT(changed, 1);
	CHECK(in_log(&h, LIVE_BIND, &r) >= 1 && r.class_id == h.other_class);
}

TEST(keeper, who_left_loses_the_binding_and_one_who_was_erased_does_not_stop_the_rest)
{
	AUTO(home_end) struct home h = home_of();
	struct live_record r = { .kind = LIVE_BIND, .person = 777777, .until_utc = clock_utc() + 600, .group = STR("ks2"), .standing = STANDING_CURRENT };
	size_t changed = 0;
	r.addr[15] = 9;
	CHECK_OK(keeper_live(h.k, &r));
	CHECK(ask(&h, h.child, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
	CHECK(ask(&h, h.other_child, "bind", bind_of(&h, h.other_child, "192.0.2.8", 3600), NULL));
	CHECK_OK(person_leave(h.k->db, &(struct act){ 1, 0, "test" }, h.child, clock_utc() - 1));
	CHECK_OK(keeper_refresh(h.k, 0, &changed));
	CHECK_INT(changed, 2);
	CHECK(h.k->bindings.n == 1 && h.k->bindings.v[0].person == h.other_child);
	CHECK(!ask(&h, h.child, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
}

TEST(keeper, whoever_signs_is_let_on_at_once)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_set set;
	struct live_record r;
	struct act act = { 1, h.child, "test" };
	CHECK_OK(agreement_load(&h.a, test_source("data/agreements/en.conf"), &d, &set));
	const struct agreement *g = agreement_find(&set, STR("ks2"), STR("en"));
	CHECK_OK(agreement_activate(&h.k->store, &h.a, &act, g, &d));
	CHECK(ask(&h, h.child, "bind", bind_of(&h, h.child, "192.0.2.7", 3600), NULL));
	CHECK(in_log(&h, LIVE_BIND, &r) == 1 && r.standing == STANDING_UNSIGNED);
	struct sign_in in = { .person = h.child, .digest = g->digest };
	CHECK_OK(agreement_sign(&h.k->store, &h.a, &act, &in));
	CHECK(ask(&h, h.child, "signed", arena_fmt(&h.a, "\"people\":[%lld]", (long long)h.child).p, NULL));
	CHECK(in_log(&h, LIVE_BIND, &r) == 2 && r.standing == STANDING_CURRENT && r.person == h.child);
	CHECK(ask(&h, h.child, "signed", arena_fmt(&h.a, "\"people\":[%lld]", (long long)h.child).p, NULL));
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 2);
}

/* ---- what the gate tells ---- */

static int64_t entries(struct home *h, const char *reg)
{
	struct entry_may may = { .school = 1, .classes = ~0u };
	struct entry_query q = { .reg = reg, .bare = true };
	int64_t n = 0;
	CHECK_OK(entry_count(&h->k->store, &may, &q, &n));
	return n;
}

static struct case_page cases_of(struct home *h, int64_t who, enum role role)
{
	struct entry_may may = record_may(1, who, ROLE_BIT(role));
	struct case_query q = { .limit = 50 };
	struct case_page page = { 0 };
	CHECK_OK(record_cases(&h->k->desk, &h->a, &may, &q, &page));
	return page;
}

static struct event press(struct home *h, const char *words, const char *not_to)
{
	return (struct event){ .kind = EVENT_TELL, .at_ms = clock_ms(), .school = 1, .person = h->child, .class_id = h->class_id,
		.reason = STR("worry"), .text = str_z(words), .extra = str_z(not_to), .ref = STR("r1") };
}

TEST(keeper, a_press_sent_twice_is_one_concern_and_another_child_on_the_same_page_is_another)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "Somebody was unkind", "");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/1")));
	CHECK(entries(&h, "case") == 1 && entries(&h, "case-note") == 0);
	e.person = h.other_child;
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/2")));
	CHECK_INT(entries(&h, "case"), 2);
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 2);
}

TEST(keeper, whom_the_child_names_does_not_see_it_and_the_lead_reads_the_wish)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "It is about my maths lesson", "not mr QUILLFEATHER please, or the headteacher");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	struct entry_may dsl = record_may(1, h.dsl, ROLE_BIT(ROLE_DSL));
	struct case_page seen = cases_of(&h, h.dsl, ROLE_DSL);
	struct case_view v;
	CHECK_INT(seen.total, 1);
	CHECK_OK(record_view(&h.k->desk, &h.a, &dsl, seen.lines[0].id, &v));
	CHECK(str_find(entry_value(&v.entry, "words"), STR("Must not see this: not mr QUILLFEATHER")) > 0);
	CHECK_INT(cases_of(&h, h.head, ROLE_HEAD).total, 0);
	struct entry_may barred = record_may(1, h.teacher, ROLE_BIT(ROLE_DSL));
	CHECK_ERR(record_view(&h.k->desk, &h.a, &barred, seen.lines[0].id, &v), ERR_ABSENT);
}

TEST(keeper, a_name_inside_another_word_bars_nobody)
{
	AUTO(home_end) struct home h = home_of();
	somebody(&h, "Ms Ash Art", KIND_STAFF, ROLE_DEPUTY, 0);
	struct event e = press(&h, "hello", "my party friends");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_INT(cases_of(&h, h.head, ROLE_HEAD).total, 1);
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 1);
}

TEST(clause, c7_3_2_11_a_refused_page_pressed_on_waits_for_the_teacher_of_the_class)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "", "");
	e.reason = STR("blocked-page");
	e.host = STR("stoats.example");
	e.path = STR("/x?y");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	struct entry_may teacher = record_may(1, h.teacher, ROLE_BIT(ROLE_TEACHER)), other = record_may(1, h.other_teacher, ROLE_BIT(ROLE_TEACHER));
	struct page_line *lines;
	size_t n;
	CHECK_OK(record_pages(&h.k->desk, &h.a, &teacher, &lines, &n));
	CHECK(n == 1 && lines[0].subject == h.child && str_is(lines[0].address, "stoats.example/x?y") && lines[0].happened_utc == e.at_ms / 1000);
	CHECK_OK(record_pages(&h.k->desk, &h.a, &other, &lines, &n));
	CHECK_INT(n, 0);
	CHECK_OK(record_pages(&h.k->desk, &h.a, &teacher, &lines, &n));
	AUTO(diag_done) struct diag d = diag_init(5);
	CHECK_OK(record_tap(&h.k->desk, &(struct act){ 1, h.teacher, "tap" }, &teacher, lines[0].id, false, STR_NONE, &d));
	struct case_page seen = cases_of(&h, h.dsl, ROLE_DSL);
	CHECK(seen.total == 1 && str_is(seen.lines[0].kind, "filtering-breach") && seen.lines[0].subject == h.child);
}

TEST(keeper, words_on_a_refused_page_go_to_the_lead_and_are_not_dropped)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "somebody sent me this", "");
	e.reason = STR("blocked-page");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 1);
}

static void check_alert(const char *category)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = { .kind = EVENT_REFUSED, .at_ms = clock_ms(), .school = 1, .person = h.child, .class_id = h.class_id,
		.host = STR("stoats.example"), .path = STR("/"), .category = str_z(category) };
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	e.host = STR("weasels.example");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/1")));
	e.kind = EVENT_DNS_REFUSED;
	CHECK_OK(keeper_concern(h.k, &e, STR("g/dns-1/1/1")));
	struct case_page seen = cases_of(&h, h.dsl, ROLE_DSL);
	CHECK(seen.total == 1 && str_is(seen.lines[0].category, category) && seen.lines[0].subject == h.child);   /* one a day */
	e.person = h.teacher;
	CHECK_OK(keeper_concern(h.k, &e, STR("g/dns-1/1/2")));
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 2);
	e.person = h.other_child;
	e.category = STR("gambling");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/dns-1/1/3")));
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 2);
}

TEST(clause, c7_3_2_04_a_refused_extremist_page_alerts_the_safeguarding_lead)
{
	check_alert("extremism");
}

TEST(clause, c11_7_01_extremist_material_asked_for_by_learner_or_staff_alerts_the_safeguarding_lead)
{
	check_alert("extremism");
}

TEST(keeper, a_protected_rule_alerts_without_an_address)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = { .kind = EVENT_SEALED_HIT, .at_ms = clock_ms(), .school = 1, .person = h.child, .list = STR("iwf"), .ref = STR("a7f3") };
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	struct case_page seen = cases_of(&h, h.dsl, ROLE_DSL);
	CHECK_INT(seen.total, 1);
}

TEST(keeper, a_site_is_asked_for_once)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(buf_done) struct buf why = buf_init(4000);
	for (size_t i = 0; i < 700; i++)
		buf_z(&why, "\xc3\xa9");                      /* longer than the desk keeps, of two bytes each */
	struct event e = { .kind = EVENT_ASK, .at_ms = clock_ms(), .school = 1, .person = h.child, .host = STR("otters.example"),
		.path = STR("/river"), .group = STR("ks2"), .text = buf_str(&why), .ref = STR("r7") };
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/9")));
	CHECK_INT(entries(&h, "site-request"), 1);
}

TEST(keeper, bytes_that_cannot_be_read_and_people_who_are_gone_stop_nothing)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "ok \xff\xfe then", "\xff");
	e.person = 424242;
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 1);
	struct event ask_for = { .kind = EVENT_ASK, .at_ms = clock_ms(), .school = 1, .ref = STR("r9") };     /* without a site */
	CHECK_OK(keeper_concern(h.k, &ask_for, STR("g/proxy-1/1/1")));
}

/* ---- the spool ---- */

struct spooled { struct home *h; uint64_t gate, sequence; uint32_t record; struct buf b; uint8_t before[32]; };

static struct spooled spool_begin(struct home *h, uint64_t gate, uint64_t sequence, const uint8_t *before)
{
	struct spooled s = { .h = h, .gate = gate, .sequence = sequence, .b = buf_init(1 << 20) };
	struct seg_header head = { .gate = gate, .sequence = sequence, .made_ms = clock_ms(), .worker = "proxy-1" };
	uint8_t digest[32], bytes[SEG_HEADER];
	hash_sha256((struct str){ (char *)h->pub, 32 }, digest);
	memcpy(head.key_id, digest, sizeof head.key_id);
	if (before)
		memcpy(head.before, before, 32);
	seg_header_put(bytes, &head);
	buf_add(&s.b, (struct str){ (char *)bytes, sizeof bytes });
	return s;
}

static void spool_frame(struct spooled *s, enum seg_kind kind, struct str body)
{
	uint8_t head[REC_HEAD];
	rec_head(head, kind, 1, body);
	buf_add(&s->b, (struct str){ (char *)head, sizeof head });
	buf_add(&s->b, body);
}

static void spool_event(struct spooled *s, const struct event *e)
{
	uint8_t inner[8192], box[8400];
	struct wr w = wr_over(inner, sizeof inner), x = wr_over(box, sizeof box);
	wr_u64le(&w, s->gate);
	wr_u64le(&w, s->sequence);
	wr_u32le(&w, s->record);
	CHECK_OK(event_put(&w, e));
	wr_u32le(&x, s->record++);
	wr_u16le(&x, 1);
	CHECK(crypto_box_seal(box + SEG_BATCH_HEAD, inner, wr_len(&w), s->h->pub) == 0);
	spool_frame(s, SEG_BATCH, (struct str){ (char *)box, SEG_BATCH_HEAD + SEG_SEAL + wr_len(&w) });
}

static void spool_end(struct spooled *s, uint8_t whole[32])
{
	uint8_t body[36];
	struct wr w = wr_over(body, sizeof body);
	wr_u32le(&w, s->record);
	hash_sha256(buf_str(&s->b), wr_room(&w, 32));
	spool_frame(s, SEG_END, (struct str){ (char *)body, sizeof body });
	hash_sha256(buf_str(&s->b), whole);
}

static const char *segment_path(struct home *h, uint64_t sequence)
{
	char name[32];
	seg_name(sequence, name);
	return in_home(h, arena_fmt(&h->a, "spool/proxy-1/%s", name).p);
}

static void spool_put(struct spooled *s)
{
	CHECK_OK(file_replace(segment_path(s->h, s->sequence), buf_str(&s->b), 0600));
	buf_done(&s->b);
}

static struct ingest ingest_of(struct home *h)
{
	struct ingest in = { .activity = h->k->activity, .spool_dir = in_home(h, "spool"), .named = true, .concern = keeper_concern, .ctx = h->k };
	memcpy(in.pub, h->pub, 32);
	memcpy(in.key, h->key, 32);
	return in;
}

static struct event visit(struct home *h)
{
	return (struct event){ .kind = EVENT_VISIT, .at_ms = clock_ms(), .school = 1, .person = h->child, .host = STR("otters.example"), .reason = STR("allowed") };
}

/* Rows that stand in the activity part against this child. */
static size_t kept_of(struct home *h)
{
	struct activity_view v;
	struct activity_row *rows;
	size_t n;
	bool more;
	CHECK_OK(activity_open_view(h->k->db, &(struct act){ 1, h->dsl, "a test looks" }, h->child, 0, 0, clock_utc() + 100, &v));
	CHECK_OK(activity_search(h->k->activity, &h->a, &v, &(struct activity_query){ .limit = 100 }, &rows, &n, &more));
	return n;
}

TEST(ingest, an_empty_spool_is_nothing_and_no_trouble)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(ingest_done) struct ingest in = ingest_of(&h);
	struct ingest_result r;
	for (int i = 0; i < 3; i++) {
		CHECK_OK(ingest_run(&in, &r));
		CHECK(r.events == 0 && r.findings == 0);
	}
}

TEST(ingest, each_event_once_also_when_killed_between_the_concern_and_the_cursor)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "Somebody was unkind", ""), v = visit(&h);
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &v);
	spool_event(&s, &e);
	spool_put(&s);
	struct ingest_result r;
	for (int turn = 0; turn < 3; turn++) {                 /* the cursor cannot be kept: as if killed there */
		AUTO(ingest_done) struct ingest in = ingest_of(&h);
		AUTO(db_free) struct db *broken = NULL;
		CHECK_OK(db_open(arena_fmt(&h.a, "sqlite:%s/house/house.db", h.prefix).p, &broken));
		in.activity = broken;
		CHECK(ingest_run(&in, &r) != OK);
	}
	for (int turn = 0; turn < 3; turn++) {                 /* then from the start, and again */
		AUTO(ingest_done) struct ingest in = ingest_of(&h);
		CHECK_OK(ingest_run(&in, &r));
		CHECK_INT(r.events, turn ? 0 : 2);
		CHECK_INT(r.findings, 0);
	}
	CHECK(entries(&h, "case") == 1 && entries(&h, "case-note") == 0);
	CHECK_INT(kept_of(&h), 1);                             /* the visit; what was told stands in the case alone */
}

TEST(ingest, a_segment_goes_only_when_it_is_kept_and_its_going_is_no_gap)
{
	AUTO(home_end) struct home h = home_of();
	struct event v = visit(&h);
	struct ingest_result r;
	uint8_t whole[32];
	struct spooled one = spool_begin(&h, 7, 1, NULL);
	spool_event(&one, &v);
	spool_end(&one, whole);
	spool_put(&one);
	struct spooled two = spool_begin(&h, 7, 2, whole);
	spool_put(&two);
	{
		AUTO(ingest_done) struct ingest in = ingest_of(&h);
		CHECK_OK(ingest_run(&in, &r));
		CHECK(r.events == 1 && r.findings == 0 && !file_exists(segment_path(&h, 1)) && file_exists(segment_path(&h, 2)));
	}
	AUTO(ingest_done) struct ingest again = ingest_of(&h);
	CHECK_OK(ingest_run(&again, &r));
	CHECK(r.events == 0 && r.findings == 0);
	CHECK_INT(kept_of(&h), 1);
}

TEST(ingest, damage_is_reported_once_and_what_follows_is_kept)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(ingest_done) struct ingest in = ingest_of(&h);
	struct event v = visit(&h);
	struct ingest_result r;
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &v);
	size_t at = s.b.n;
	spool_event(&s, &v);
	s.b.p[at + REC_HEAD + 40] ^= 1;                         /* inside the second one */
	spool_event(&s, &v);
	uint8_t whole[32];
	spool_end(&s, whole);
	spool_put(&s);
	CHECK_OK(ingest_run(&in, &r));
	CHECK(r.findings >= 1 && r.events == 2);
	CHECK_OK(ingest_run(&in, &r));
	CHECK(r.findings == 0 && r.events == 0);
	ingest_done(&in);
	in = ingest_of(&h);
	CHECK_OK(ingest_run(&in, &r));
	CHECK_INT(r.events, 0);
	CHECK_INT(kept_of(&h), 2);
}

TEST(ingest, another_gate_in_the_same_folder_has_a_cursor_of_its_own)
{
	AUTO(home_end) struct home h = home_of();
	struct event v = visit(&h);
	struct ingest_result r;
	uint8_t whole[32];
	struct spooled one = spool_begin(&h, 7, 1, NULL);
	spool_event(&one, &v);
	spool_event(&one, &v);
	spool_end(&one, whole);
	spool_put(&one);
	struct spooled two = spool_begin(&h, 8, 2, whole);
	spool_event(&two, &v);
	spool_put(&two);
	for (int turn = 0; turn < 2; turn++) {
		AUTO(ingest_done) struct ingest in = ingest_of(&h);
		CHECK_OK(ingest_run(&in, &r));
		CHECK_INT(r.events, turn ? 0 : 3);
	}
	CHECK_INT(kept_of(&h), 3);
}

TEST(ingest, another_houses_key_is_told_and_nothing_is_lost)
{
	AUTO(home_end) struct home h = home_of();
	struct event v = visit(&h);
	struct ingest_result r;
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &v);
	spool_put(&s);
	AUTO(ingest_done) struct ingest wrong = ingest_of(&h);
	CHECK(crypto_box_keypair(wrong.pub, wrong.key) == 0);
	CHECK_ERR(ingest_run(&wrong, &r), ERR_CRYPTO);
	CHECK(file_exists(segment_path(&h, 1)));
	AUTO(ingest_done) struct ingest in = ingest_of(&h);
	CHECK_OK(ingest_run(&in, &r));
	CHECK_INT(r.events, 1);
}

TEST(ingest, help_is_never_kept_against_a_name_and_names_only_when_they_may_be)
{
	AUTO(home_end) struct home h = home_of();
	struct event v = visit(&h), help = visit(&h);
	struct ingest_result r;
	help.reason = STR("help");
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &help);
	spool_put(&s);
	AUTO(ingest_done) struct ingest in = ingest_of(&h);
	CHECK_OK(ingest_run(&in, &r));
	CHECK(r.events == 1 && r.kept == 0 && kept_of(&h) == 0);
	struct spooled two = spool_begin(&h, 9, 2, NULL);
	spool_event(&two, &v);
	spool_put(&two);
	in.named = false;
	CHECK_OK(ingest_run(&in, &r));
	CHECK(r.events == 1 && r.kept == 0 && kept_of(&h) == 0);
}
