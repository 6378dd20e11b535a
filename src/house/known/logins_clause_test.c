/* Whose Kerberos tickets count (5.3-14): the roll's login, while their agreement is in force. */
#include <stdlib.h>

#include "house/agreement/agreement_store.h"
#include "house/away/awaykit.h"
#include "house/known/logins.h"
#include "house/procedure/library.h"
#include "house/service/clausekit.h"
#include "policy/read/tokens.h"

static const uint8_t key[32] = { 2, 7, 1 };

static const char *ask(struct web_school *w, const char *login)
{
	struct store st = ck_store(w);
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	uint8_t digest[32];
	CHECK_OK(logins_policy(&st, w->arena, w->school, key, clock_utc(), &b));
	token_digest(key, LIVE_HOW_TICKET, str_z(login), digest);
	return awaykit_ask(arena_z(w->arena, buf_str(&b)), digest, "open.test");
}

static void activate(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_data data;
	struct store st = ck_store(w);
	struct act act = { w->school, 0, "test" };
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
	CHECK_OK(agreement_data_load(w->arena, test_source("data"), &w->web->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK_OK(agreement_activate(&st, w->arena, &act, &data.texts.v[i], &d));
}

TEST(known, a_ticket_counts_for_who_is_here_and_has_signed_and_for_nobody_else)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct store st = ck_store(&w);
		struct act act = { w.school, 0, "test" };
		struct agreement_shown shown;
		struct person p;
		activate(&w);
		CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_TEACHER], &p));
		const char *login = arena_z(w.arena, p.username);
		CHECK_STR(str_z(ask(&w, login)), "refused");                         /* not signed: no such login at the gate */
		CHECK_OK(agreement_show_of(&st, w.arena, w.school, agreement_audience_of(w.db, w.arena, &p), STR("en"), &shown));
		CHECK_OK(agreement_sign(&st, w.arena, &act, &(struct sign_in){ .person = p.id, .digest = shown.digest }));
		CHECK_STR(str_z(ask(&w, login)), "allow");
		CHECK_STR(str_z(ask(&w, "nobody.here")), "refused");
		CHECK_OK(person_leave(w.db, &act, p.id, 0));
		CHECK_STR(str_z(ask(&w, login)), "refused");
	}
	clock_fake(0);
}
