/* Devices' own certificates, with a signer that says what the real one says (sign/device_test.c; test/check.d/44-device-certificate has the real one). */
#include "base/hash.h"
#include "house/away/awaykit.h"
#include "house/devcert/devcert.h"
#include "house/page/signer_kit.h"
#include "house/register/tick.h"
#include "house/service/clausekit.h"
#include "house/store/audit.h"
#include "house/web/jar.h"
#include "policy/read/tokens.h"

static const uint8_t key[32] = { 2, 7, 1 };
enum { YEAR_S = 365 * 86400 };

/* Each certificate is the name it is for, which is enough to tell them apart. */
static void reply(struct desk *d, const struct ca_question *q, struct buf *out)
{
	struct ca_device v = { .until_utc = d->until, .der = q->device, .pack = q->op == CA_PACK ? STR("0\x82 a pack: one hundred bytes and some more, so that it can be told from what is no pack at all, says the page.......") : STR_NONE };
	if (d->says == CA_OK && (q->op == CA_DEVICE || q->op == CA_PACK))
		ca_device_put(&v, out);
	else
		buf_byte(out, d->says == CA_OK ? CA_SYNTAX : (char)d->says);
}

static void desk_open(struct desk *d, bool runs)
{
	ck_monday();
	desk_open_with(d, runs ? reply : NULL);
	d->until = clock_utc() + YEAR_S;
}

static void desk_close(struct desk *d)
{
	desk_shut(d);
	clock_fake(0);
}

static int64_t tablet(struct desk *d)
{
	return ck_put(&d->w, NULL, "device", NULL, "label", "TAB-014", "kind", "tablet", "profile", "ks2", "users", "both", "place", "Beech", "antivirus", "built-in",
		"lock", "yes", "encrypted", "yes", NULL);
}

static const char *at(struct desk *d, int64_t device, const char *what) { return arena_fmt(d->w.arena, "/device-certificates/%lld%s", (long long)device, what).p; }

static struct web_visit make(struct desk *d, int64_t device) { return web_post(&d->w, ROLE_TECHNICIAN, at(d, device, "/pack"), ""); }

static struct devcert newest(struct desk *d, int64_t device)
{
	struct store st = ck_store(&d->w);
	struct devcert *all;
	size_t n;
	CHECK_OK(devcert_list(&st, d->w.arena, d->w.school, device, &all, &n));
	CHECK(n > 0);
	return all[0];
}

static struct web_visit take_back(struct desk *d, int64_t device, int64_t id, int role)
{
	return web_post(&d->w, role, at(d, device, arena_fmt(d->w.arena, "/withdraw/%lld", (long long)id).p), "why=given+up");
}

static struct str policy(struct desk *d)
{
	struct store st = ck_store(&d->w);
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	CHECK_OK(devcert_policy(&st, d->w.arena, d->w.school, key, clock_utc(), &b));
	return arena_str(d->w.arena, buf_str(&b));
}

/* What the gate does with a device that shows this one: "refused": it is nobody's. */
static const char *gate(struct desk *d, const struct devcert *x)
{
	uint8_t digest[32];
	token_digest(key, LIVE_HOW_CERT, x->print, digest);
	return awaykit_ask(arena_z(d->w.arena, policy(d)), digest, "open.test");
}

TEST(devcert, a_technician_makes_one_and_it_is_the_devices_until_it_is_withdrawn)
{
	struct desk d;
	desk_open(&d, true);
	int64_t device = tablet(&d);
	struct web_visit v = web_get(&d.w, ROLE_TECHNICIAN, at(&d, device, ""));
	CHECK(v.status == 200 && web_says(&v, "no certificate yet"));
	CHECK(!policy(&d).n);                                       /* as long as there is none nobody is asked */
	v = make(&d, device);
	CHECK(v.status == 200 && web_says(&v, "shown once"));
	struct devcert x = newest(&d, device);
	CHECK(str_starts(x.name, STR("device-")) && x.name.n == 19 && str_is(x.how, "pack") && x.made_by == d.w.person[ROLE_TECHNICIAN]);
	CHECK(str_find(policy(&d), STR("certificates = yes")) > 0);
	CHECK_STR(str_z(gate(&d, &x)), "sign");                     /* known, and lent to nobody */
	v = web_get(&d.w, ROLE_HEAD, at(&d, device, ""));
	CHECK(v.status == 200 && web_says(&v, "Counts") && web_says(&v, "locked file") && !web_says(&v, "Make one"));
	CHECK_INT(take_back(&d, device, x.id, ROLE_HEAD).status, 403);
	CHECK_INT(take_back(&d, device, x.id, ROLE_TECHNICIAN).status, 303);
	CHECK_STR(str_z(gate(&d, &x)), "refused");
	v = web_get(&d.w, ROLE_TECHNICIAN, at(&d, device, ""));
	CHECK(web_says(&v, "Withdrawn") && web_says(&v, "given up"));
	desk_close(&d);
}

TEST(devcert, who_withdrew_it_and_why_stands_in_the_audit_and_no_secret_is_kept)
{
	struct desk d;
	struct audit_record *all;
	size_t n;
	desk_open(&d, true);
	int64_t device = tablet(&d);
	struct web_visit v = make(&d, device);
	struct str password = jar_between(&v, "gh-code\">", "<");
	CHECK_INT(password.n, DEVCERT_PASSWORD);
	struct devcert x = newest(&d, device);
	CHECK(!str_eq(x.pem, password) && str_find(x.pem, STR("one hundred bytes")) < 0);
	CHECK_INT(take_back(&d, device, x.id, ROLE_ADMIN).status, 303);
	CHECK_OK(audit_of(d.w.db, d.w.arena, d.w.school, (struct audit_about){ "entry", x.id }, &all, &n));
	CHECK(n == 2 && all[0].person == d.w.person[ROLE_TECHNICIAN] && all[1].person == d.w.person[ROLE_ADMIN]);
	CHECK_STR(all[1].why, "given up");
	desk_close(&d);
}

TEST(devcert, a_device_that_is_lost_or_out_of_use_loses_all_of_its_own)
{
	static const char *const states[] = { "lost", "retired", "undone" };
	for (size_t i = 0; i < ARRAY_N(states); i++) {
		struct desk d;
		desk_open(&d, true);
		struct store st = { 0 };
		size_t n;
		int64_t device = tablet(&d);
		CHECK_INT(make(&d, device).status, 200);
		CHECK_INT(make(&d, device).status, 200);
		struct devcert x = newest(&d, device);
		struct web_visit v = i == 2 ? web_post(&d.w, ROLE_TECHNICIAN, arena_fmt(d.w.arena, "/registers/device/%lld/undo", (long long)device).p, "seen=1&why=twice")
			: web_post(&d.w, ROLE_TECHNICIAN, arena_fmt(d.w.arena, "/registers/device/%lld/move", (long long)device).p, arena_fmt(d.w.arena, "to=%s&seen=1&why=gone", states[i]).p);
		if (v.status != 303) {                          /* it says first how it was wiped */
			CHECK_STR(ck_change(&d.w, device, states[i], "wiped", "by its maker's reset", NULL), "");
			st = ck_store(&d.w);
			CHECK_OK(devcert_gone(&st, d.w.school, 0, 0, &n));
			CHECK_INT(n, 2);
		}
		x = newest(&d, device);
		CHECK_STR(x.state, "withdrawn");
		CHECK_STR(str_z(gate(&d, &x)), "refused");
		v = make(&d, device);
		CHECK(web_says(&v, "lost or no longer used"));
		st = ck_store(&d.w);
		CHECK_OK(devcert_gone(&st, d.w.school, 0, 0, &n));
		CHECK_INT(n, 0);
		desk_close(&d);
	}
}

TEST(devcert, requests_are_looked_at_before_the_signer_is_asked)
{
	static const struct { const char *typed, *says; } wrong[] = {
		{ "request=", "Choose the file" }, { "request=hello", "This is no request" },
		{ "request=-----BEGIN+CERTIFICATE+REQUEST-----%0AMIHo%0A-----END+CERTIFICATE+REQUEST-----", "This is no request" },
	};
	struct desk d;
	desk_open(&d, true);
	int64_t device = tablet(&d);
	for (size_t i = 0; i < ARRAY_N(wrong); i++) {
		struct web_visit v = web_post(&d.w, ROLE_TECHNICIAN, at(&d, device, "/request"), wrong[i].typed);
		CHECK(web_says(&v, wrong[i].says));
	}
	struct web_visit v = web_post(&d.w, ROLE_TECHNICIAN, at(&d, device, "/file"), "pack=aGVsbG8%3D&as=pack");
	CHECK(v.status >= 400);
	desk_close(&d);
}

TEST(devcert, what_the_signer_refuses_is_said_and_nothing_is_kept)
{
	static const struct { enum ca_code says; const char *words; } all[] = { { CA_NONE, NULL }, { CA_REFUSED, "not signed with its own key" }, { CA_SYNTAX, "no request that can be used" } };
	struct desk d;
	desk_open(&d, false);
	int64_t device = tablet(&d);
	struct web_visit v = make(&d, device);
	CHECK(web_says(&v, "signer does not run"));
	desk_close(&d);
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		desk_open(&d, true);
		d.says = all[i].says;
		device = tablet(&d);
		v = make(&d, device);
		CHECK(!all[i].words || web_says(&v, all[i].words));
		CHECK(!policy(&d).n);
		desk_close(&d);
	}
}

TEST(devcert, renewal_is_a_task_a_month_before_the_end_and_a_new_one_closes_it)
{
	struct desk d;
	desk_open(&d, true);
	struct store st = ck_store(&d.w);
	int64_t device = tablet(&d);
	CHECK_INT(make(&d, device).status, 200);
	struct devcert x = newest(&d, device);
	struct entry_may may = { .school = d.w.school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry e;
	const struct reg *r = registers_find(d.w.web->registers, STR("device-certificate"));
	CHECK_OK(entry_get(&st, d.w.arena, &may, x.id, 0, &e));
	CHECK(!register_due(r, &e, clock_utc() + YEAR_S - 32 * 86400));
	CHECK(register_due(r, &e, clock_utc() + YEAR_S - 28 * 86400));
	CHECK_INT(make(&d, device).status, 200);
	CHECK_OK(entry_get(&st, d.w.arena, &may, x.id, 0, &e));
	CHECK(!register_due(r, &e, clock_utc() + YEAR_S - 28 * 86400));
	CHECK_STR(str_z(gate(&d, &x)), "sign");                     /* the old one counts on until its end */
	desk_close(&d);
}

TEST(devcert, a_device_has_no_heap_of_them_and_only_its_own)
{
	struct desk d;
	desk_open(&d, true);
	int64_t device = tablet(&d);
	int64_t other = ck_put(&d.w, NULL, "device", NULL, "label", "TAB-015", "kind", "tablet", "profile", "ks2", "users", "both", "place", "Beech", "antivirus", "built-in",
		"lock", "yes", "encrypted", "yes", NULL);
	for (int i = 0; i < DEVCERT_MOST; i++)
		CHECK_INT(make(&d, device).status, 200);
	struct web_visit v = make(&d, device);
	CHECK(web_says(&v, "Withdraw one that it does not use"));
	struct devcert x = newest(&d, device);
	CHECK_INT(take_back(&d, other, x.id, ROLE_TECHNICIAN).status, 404);
	CHECK_INT(web_get(&d.w, ROLE_TECHNICIAN, at(&d, other, arena_fmt(d.w.arena, "/file/%lld", (long long)x.id).p)).status, 404);
	v = web_get(&d.w, ROLE_TECHNICIAN, at(&d, device, arena_fmt(d.w.arena, "/file/%lld", (long long)x.id).p));
	CHECK(v.status == 200 && web_says(&v, "-----BEGIN CERTIFICATE-----"));
	desk_close(&d);
}
