/* The keeper on a house of its own: directives, standing. */
#include "house/agreement/taught.h"
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

TEST(keeper, a_policy_is_published_for_those_who_work_here_and_tried_for_those_who_answer_for_it)
{
	AUTO(home_end) struct home h = home_of();
	CHECK(!ask(&h, h.child, "publish", "", NULL));
	CHECK(ask(&h, h.teacher, "publish", "", NULL));              /* who entered a service that is to be closed */
	CHECK(ask(&h, h.tech, "publish", "", NULL));
	CHECK(ask(&h, h.dsl, "publish", "", NULL));
	CHECK_INT(audits(&h, "policy.asked"), 3);
	CHECK(!ask(&h, h.teacher, "overblock", "", NULL) && !ask(&h, h.teacher, "check", "", NULL));
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
	size_t taught;
	CHECK(ask(&h, h.child, "signed", arena_fmt(&h.a, "\"people\":[%lld]", (long long)h.child).p, NULL));
	CHECK(in_log(&h, LIVE_BIND, &r) == 1);                   /* signed, and not taught yet: nothing opens (5.1-02) */
	CHECK_OK(taught_record(&h.k->store, &h.a, &act, &h.child, 1, h.teacher, clock_utc(), &taught));
	CHECK(ask(&h, h.child, "signed", arena_fmt(&h.a, "\"people\":[%lld]", (long long)h.child).p, NULL));
	CHECK(in_log(&h, LIVE_BIND, &r) == 2 && r.standing == STANDING_CURRENT && r.person == h.child);
	CHECK(ask(&h, h.child, "signed", arena_fmt(&h.a, "\"people\":[%lld]", (long long)h.child).p, NULL));
	CHECK_INT(in_log(&h, LIVE_BIND, &r), 2);
}
