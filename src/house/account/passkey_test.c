/* Passkeys: good ones open, and every kind of bad answer is refused for its own reason. */
#include "base/clock.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/account/authenticator.h"
#include "house/account/session.h"
#include "house/store/audit.h"
#include "house/web/web_test.h"

#define ORIGIN "https://portal.test"
#define RP "portal.test"
#define BROWSER "0123456789012345678901234567890123456789"

struct desk_of { struct web_school w; struct authenticator k; int64_t who; };

static void desk_done(struct desk_of *d)
{
	authenticator_done(&d->k);
	web_school_done(&d->w);
}

static struct passkey_ask ask_of(struct desk_of *d, enum passkey_purpose purpose)
{
	return (struct passkey_ask){ d->w.db, d->w.web->keys, { STR(RP), STR(ORIGIN) }, d->w.school, STR(BROWSER), purpose };
}

static const char *challenge(struct desk_of *d, enum passkey_purpose purpose)
{
	char text[CHALLENGE_TEXT];
	passkey_challenge(d->w.web->keys, purpose, STR(BROWSER), text);
	return arena_z(d->w.arena, str_z(text));
}

static enum webauthn_fault create(struct desk_of *d, struct authenticator *k, const struct authenticator_ask *q)
{
	enum webauthn_fault fault = FAULT_NONE;
	struct passkey_ask ask = ask_of(d, PASSKEY_ADD);
	struct passkey_answer answer = authenticator_create(d->w.arena, k, q);
	enum err e = passkey_add(&ask, d->who, STR("School laptop"), &answer, &fault);
	CHECK(e == (fault == FAULT_NONE ? OK : ERR_FORBIDDEN));
	return fault;
}

/* The DSL with one passkey. */
static struct desk_of desk_with(int alg)
{
	struct desk_of d = { web_school(), authenticator_new(alg), 0 };
	char handle[HANDLE_TEXT];
	d.who = d.w.person[ROLE_DSL];
	CHECK_INT(create(&d, &d.k, &(struct authenticator_ask){ challenge(&d, PASSKEY_ADD), ORIGIN, RP }), FAULT_NONE);
	passkey_handle(d.w.web->keys, d.w.school, d.who, handle);
	d.k.handle = arena_str(d.w.arena, str_z(handle));
	return d;
}

static enum webauthn_fault get(struct desk_of *d, enum passkey_purpose purpose, int64_t person, const struct authenticator_ask *q)
{
	enum webauthn_fault fault = FAULT_NONE;
	int64_t who = 0;
	struct passkey_ask ask = ask_of(d, purpose);
	struct passkey_answer answer = authenticator_get(d->w.arena, &d->k, q);
	enum err e = passkey_check(&ask, person, &answer, &who, &fault);
	CHECK(e == (fault == FAULT_NONE ? OK : ERR_FORBIDDEN));
	CHECK(who == (fault == FAULT_NONE ? d->who : 0));
	return fault;
}

static size_t audited(struct desk_of *d, const char *what, const char *why)
{
	struct audit_record *list;
	size_t n, hits = 0;
	CHECK_OK(audit_of(d->w.db, d->w.arena, d->w.school, (struct audit_about){ "person", d->who }, &list, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(list[i].what, what) && str_is(list[i].why, why);
	return hits;
}

static size_t told(struct desk_of *d, int role, const char *kind)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(d->w.db, d->w.arena, &(struct q_outbox_of_args){ .school = d->w.school, .person = d->w.person[role] }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, kind);
	return hits;
}

TEST(passkey, of_each_kind_opens_as_second_step_and_alone)
{
	static const int kinds[] = { COSE_ES256, COSE_EDDSA, COSE_RS256 };
	for (size_t i = 0; i < ARRAY_N(kinds); i++) {
		AUTO(desk_done) struct desk_of d = desk_with(kinds[i]);
		CHECK_INT(get(&d, PASSKEY_SECOND, d.who, &(struct authenticator_ask){ challenge(&d, PASSKEY_SECOND), ORIGIN, RP }), FAULT_NONE);
		CHECK_INT(get(&d, PASSKEY_SECOND, d.who, &(struct authenticator_ask){ challenge(&d, PASSKEY_SECOND), ORIGIN, RP, .flags = WEBAUTHN_PRESENT }), FAULT_NONE);
		CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ challenge(&d, PASSKEY_IN), ORIGIN, RP }), FAULT_NONE);
		CHECK_INT(told(&d, ROLE_DSL, "factor"), 1);
	}
}

TEST(passkey, each_bad_answer_is_refused_for_its_reason_and_kept)
{
	static const struct { struct authenticator_ask q; enum webauthn_fault fault; } bad[] = {
		{ { .origin = "https://portal.test.evil.example", .rp_id = RP }, FAULT_ORIGIN },
		{ { .origin = "http://portal.test", .rp_id = RP }, FAULT_ORIGIN },
		{ { .origin = "https://portal.test:8443", .rp_id = RP }, FAULT_ORIGIN },
		{ { .origin = ORIGIN, .rp_id = RP, .more = ",\"topOrigin\":\"https://evil.example\"" }, FAULT_ORIGIN },
		{ { .origin = ORIGIN, .rp_id = "evil.example" }, FAULT_SITE },
		{ { .origin = ORIGIN, .rp_id = RP, .type = "webauthn.create" }, FAULT_TYPE },
		{ { .origin = ORIGIN, .rp_id = RP, .flags = WEBAUTHN_VERIFIED }, FAULT_PRESENCE },
		{ { .origin = ORIGIN, .rp_id = RP, .flags = WEBAUTHN_PRESENT }, FAULT_VERIFIED },
		{ { .origin = ORIGIN, .rp_id = RP, .spoil = true }, FAULT_SIGNATURE },
	};
	AUTO(desk_done) struct desk_of d = desk_with(COSE_ES256);
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct authenticator_ask q = bad[i].q;
		q.challenge = challenge(&d, PASSKEY_IN);
		CHECK_INT(get(&d, PASSKEY_IN, 0, &q), bad[i].fault);
		CHECK(audited(&d, "passkey.refused", webauthn_fault_word(bad[i].fault)) >= 1);
		CHECK(webauthn_fault_text(bad[i].fault)[0]);
	}
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ challenge(&d, PASSKEY_IN), ORIGIN, RP }), FAULT_NONE);
}

TEST(passkey, a_question_is_ours_for_one_purpose_one_browser_five_minutes_and_one_answer)
{
	AUTO(desk_done) struct desk_of d = desk_with(COSE_ES256);
	clock_fake(clock_ms());
	const char *q = challenge(&d, PASSKEY_IN);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ q, ORIGIN, RP }), FAULT_NONE);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ q, ORIGIN, RP }), FAULT_CHALLENGE);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ challenge(&d, PASSKEY_PROVE), ORIGIN, RP }), FAULT_CHALLENGE);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ORIGIN, RP }), FAULT_CHALLENGE);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ "c2hvcnQ", ORIGIN, RP }), FAULT_CHALLENGE);
	char other[CHALLENGE_TEXT];
	passkey_challenge(d.w.web->keys, PASSKEY_IN, STR("another browser's token"), other);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ other, ORIGIN, RP }), FAULT_CHALLENGE);
	q = challenge(&d, PASSKEY_IN);
	clock_step((CHALLENGE_S + 1) * 1000LL);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ q, ORIGIN, RP }), FAULT_CHALLENGE);
	q = challenge(&d, PASSKEY_IN);
	clock_step(CHALLENGE_S * 1000LL);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ q, ORIGIN, RP }), FAULT_NONE);
	clock_fake(0);
}

TEST(passkey, a_counter_that_stands_or_goes_back_is_refused_and_the_head_is_told)
{
	AUTO(desk_done) struct desk_of d = desk_with(COSE_ES256);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ challenge(&d, PASSKEY_IN), ORIGIN, RP }), FAULT_NONE);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ challenge(&d, PASSKEY_IN), ORIGIN, RP, .same_counter = true }), FAULT_COUNTER);
	d.k.counter = 0;
	CHECK_INT(get(&d, PASSKEY_SECOND, d.who, &(struct authenticator_ask){ challenge(&d, PASSKEY_SECOND), ORIGIN, RP, .same_counter = true }), FAULT_COUNTER);
	CHECK(told(&d, ROLE_HEAD, "passkey-odd") >= 1 && told(&d, ROLE_DSL, "passkey-odd") >= 1);
	CHECK_INT(audited(&d, "passkey.refused", "counter"), 2);
}

TEST(passkey, one_that_does_not_count_is_taken)
{
	AUTO(desk_done) struct desk_of d = { web_school(), authenticator_new(COSE_ES256), 0 };
	d.who = d.w.person[ROLE_DSL];
	CHECK_INT(create(&d, &d.k, &(struct authenticator_ask){ challenge(&d, PASSKEY_ADD), ORIGIN, RP, .same_counter = true }), FAULT_NONE);
	for (int i = 0; i < 2; i++)
		CHECK_INT(get(&d, PASSKEY_SECOND, d.who, &(struct authenticator_ask){ challenge(&d, PASSKEY_SECOND), ORIGIN, RP, .same_counter = true }), FAULT_NONE);
}

TEST(passkey, is_nobody_elses)
{
	AUTO(desk_done) struct desk_of d = desk_with(COSE_ES256);
	int64_t teacher = d.w.person[ROLE_TEACHER];
	CHECK_INT(get(&d, PASSKEY_SECOND, teacher, &(struct authenticator_ask){ challenge(&d, PASSKEY_SECOND), ORIGIN, RP }), FAULT_UNKNOWN);
	char handle[HANDLE_TEXT];
	passkey_handle(d.w.web->keys, d.w.school, teacher, handle);
	d.k.handle = str_z(handle);
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ challenge(&d, PASSKEY_IN), ORIGIN, RP }), FAULT_UNKNOWN);
	d.k.handle = STR_NONE;
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ challenge(&d, PASSKEY_IN), ORIGIN, RP }), FAULT_UNKNOWN);
	CHECK_INT(create(&d, &d.k, &(struct authenticator_ask){ challenge(&d, PASSKEY_ADD), ORIGIN, RP }), FAULT_KNOWN);
}

TEST(passkey, of_somebody_who_left_opens_nothing)
{
	AUTO(desk_done) struct desk_of d = desk_with(COSE_ES256);
	CHECK_OK(person_leave(d.w.db, &(struct act){ d.w.school, d.w.person[ROLE_ADMIN], "left" }, d.who, 0));
	CHECK_INT(get(&d, PASSKEY_IN, 0, &(struct authenticator_ask){ challenge(&d, PASSKEY_IN), ORIGIN, RP }), FAULT_UNKNOWN);
}

TEST(passkey, registering_takes_no_bad_answer_and_no_more_than_twenty)
{
	AUTO(desk_done) struct desk_of d = desk_with(COSE_ES256);
	static const struct { struct authenticator_ask q; enum webauthn_fault fault; } bad[] = {
		{ { .origin = "https://evil.example", .rp_id = RP }, FAULT_ORIGIN },
		{ { .origin = ORIGIN, .rp_id = "evil.example" }, FAULT_SITE },
		{ { .origin = ORIGIN, .rp_id = RP, .type = "webauthn.get" }, FAULT_TYPE },
		{ { .origin = ORIGIN, .rp_id = RP, .type = "webauthn.other" }, FAULT_FORM },
		{ { .origin = ORIGIN, .rp_id = RP, .more = ",\"type\":\"webauthn.create\"" }, FAULT_FORM },
		{ { .origin = ORIGIN, .rp_id = RP, .flags = WEBAUTHN_VERIFIED }, FAULT_PRESENCE },
	};
	AUTO(authenticator_done) struct authenticator more = authenticator_new(COSE_EDDSA);
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct authenticator_ask q = bad[i].q;
		q.challenge = challenge(&d, PASSKEY_ADD);
		CHECK_INT(create(&d, &more, &q), bad[i].fault);
	}
	for (int i = 1; i < PASSKEY_MOST; i++) {
		rnd_bytes(more.id, sizeof more.id);
		CHECK_INT(create(&d, &more, &(struct authenticator_ask){ challenge(&d, PASSKEY_ADD), ORIGIN, RP }), FAULT_NONE);
	}
	rnd_bytes(more.id, sizeof more.id);
	CHECK_INT(create(&d, &more, &(struct authenticator_ask){ challenge(&d, PASSKEY_ADD), ORIGIN, RP }), FAULT_MANY);
}

TEST(passkey, a_site_has_a_name_and_https)
{
	static const char *const bad[] = { "http://portal.test", "https://127.0.0.1:10443", "https://[::1]:10443", "https://", "portal.test", "" };
	static const struct { const char *url, *rp, *origin; } good[] = {
		{ "https://portal.test", "portal.test", "https://portal.test" },
		{ "https://Portal.Test:443/", "portal.test", "https://portal.test" },
		{ "https://localhost:10443/", "localhost", "https://localhost:10443" },
	};
	AUTO(arena_done) struct arena a = arena_init();
	struct passkey_site s;
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR(passkey_site_of(&a, bad[i], &s), ERR_UNSUPPORTED);
	for (size_t i = 0; i < ARRAY_N(good); i++) {
		CHECK_OK(passkey_site_of(&a, good[i].url, &s));
		CHECK_STR(s.rp_id, good[i].rp);
		CHECK_STR(s.origin, good[i].origin);
	}
}

TEST(webauthn, keys_of_other_kinds_and_broken_data_are_refused)
{
	static const char *const keys[] = { "", "a0", "a5 01 02 03 26 20 01 21 41 00 22 41 00", "a3 01 04 03 05 20 41 00",
		"a5 01 02 03 26 20 02 21 58 20 00000000000000000000000000000000000000000000000000000000000000 22 58 20" };
	struct webauthn_key k;
	struct webauthn_auth auth;
	for (size_t i = 0; i < ARRAY_N(keys); i++)
		CHECK(webauthn_key_read(HEX(keys[i]), &k) != OK);
	char data[38] = { 0 };
	data[32] = WEBAUTHN_PRESENT;
	CHECK_OK(webauthn_auth_read((struct str){ data, 37 }, &auth));
	CHECK_ERR(webauthn_auth_read((struct str){ data, 38 }, &auth), ERR_SYNTAX);
	CHECK_ERR(webauthn_auth_read((struct str){ data, 36 }, &auth), ERR_SYNTAX);
	data[32] = WEBAUTHN_HAS_KEY;
	CHECK_ERR(webauthn_auth_read((struct str){ data, 37 }, &auth), ERR_SYNTAX);
	data[32] = WEBAUTHN_COPIED;
	CHECK_ERR(webauthn_auth_read((struct str){ data, 37 }, &auth), ERR_SYNTAX);
}
