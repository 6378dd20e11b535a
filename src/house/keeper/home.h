/* home.h - for tests: a keeper on a house of its own, with a few people and two classes; what is asked of it and what it wrote. */
#pragma once
#include <sodium.h>
#include "base/hash.h"
#include "base/rnd.h"
#include "base/time.h"
#include "event/record.h"
#include "event/segment.h"
#include "house/account/cover.h"
#include "house/keeper/ingest.h"
#include "house/keeper/keeper.h"
#include "house/store/audit.h"
#include "house/store/fixture.h"
#include "io/file.h"
#include "policy/compile/live_write.h"

#define HOME __attribute__((unused))

struct home {
	struct arena a;
	const char *prefix;
	struct keeper *k;
	int64_t class_id, other_class, teacher, other_teacher, dsl, head, tech, child, other_child;
	uint8_t pub[32], key[32];
};

HOME static const char *in_home(struct home *h, const char *name)
{
	return arena_fmt(&h->a, "%s/%s", h->prefix, name).p;
}

HOME static void make_folders(struct home *h, const char *profile)
{
	static const char *const folders[] = { "house", "keys", "policy", "spool", "spool/proxy-1", "run", "lists" };
	for (size_t i = 0; i < ARRAY_N(folders); i++)
		CHECK_OK(dir_make(in_home(h, folders[i]), 0700));
	CHECK_OK(keys_make(in_home(h, "keys")));
	CHECK(sodium_init() >= 0 && crypto_box_keypair(h->pub, h->key) == 0);
	CHECK_OK(file_create(in_home(h, "keys/spool.pub"), (struct str){ (char *)h->pub, 32 }, 0600));
	CHECK_OK(file_create(in_home(h, "keys/spool.key"), (struct str){ (char *)h->key, 32 }, 0600));
	CHECK_OK(file_create(in_home(h, "gatehouse.conf"), arena_fmt(&h->a, "[school]\nname = Nettlebed Test School\nprofile = %s\n", profile), 0600));
}

HOME static void make_databases(struct home *h, const char *profile)
{
	static const struct { const char *name; enum db_part part; } parts[] = { { "house", DB_HOUSE }, { "activity", DB_ACTIVITY } };
	for (size_t i = 0; i < ARRAY_N(parts); i++) {
		AUTO(db_free) struct db *db = NULL;
		struct q_school_add_row row;
		CHECK_OK(db_open(arena_fmt(&h->a, "sqlite:%s/house/%s.db", h->prefix, parts[i].name).p, &db));
		CHECK_OK(db_migrate(db, parts[i].part));
		if (parts[i].part == DB_HOUSE)
			CHECK_OK(q_school_add_one(db, &h->a, &(struct q_school_add_args){ .name = STR("Nettlebed Test School"), .profile = str_z(profile), .at = clock_utc() }, &row));
	}
}

HOME static int64_t somebody(struct home *h, const char *name, enum person_kind kind, enum role role, int64_t class_id)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, 0, "test" };
	int64_t id;
	struct person_in in = { .kind = kind, .name = str_z(name), .year = kind == KIND_LEARNER ? 4 : YEAR_NONE, .class_id = class_id };
	CHECK_OK(person_add(h->k->db, &act, &in, &d, &id));
	CHECK_OK(role_give(h->k->db, &act, id, role, 1, 0, &d));
	return id;
}

HOME static void make_people(struct home *h)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct act act = { 1, 0, "test" };
	CHECK_OK(class_add(h->k->db, &act, STR("Teasel"), 4, STR("ks2"), &d, &h->class_id));
	CHECK_OK(class_add(h->k->db, &act, STR("Thistle"), 4, STR("ks2"), &d, &h->other_class));
	h->teacher = somebody(h, "Mr Bramble Quillfeather", KIND_STAFF, ROLE_TEACHER, 0);
	h->other_teacher = somebody(h, "Ms Sorrel Madeupton", KIND_STAFF, ROLE_TEACHER, 0);
	h->dsl = somebody(h, "Mrs Juniper Leadwell", KIND_STAFF, ROLE_DSL, 0);
	h->head = somebody(h, "Dr Rowan Headley", KIND_STAFF, ROLE_HEAD, 0);
	h->tech = somebody(h, "Mr Cobalt Dummerby", KIND_STAFF, ROLE_TECHNICIAN, 0);
	h->child = somebody(h, "Tansy Testerley", KIND_LEARNER, ROLE_LEARNER, h->class_id);
	h->other_child = somebody(h, "Otter Mockford", KIND_LEARNER, ROLE_LEARNER, h->other_class);
	CHECK_OK(class_staff_set(h->k->db, &act, h->class_id, h->teacher, true));
	CHECK_OK(class_staff_set(h->k->db, &act, h->other_class, h->other_teacher, true));
}

HOME static void keeper_again(struct home *h)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	keeper_free(&h->k);
	CHECK_OK(keeper_open(h->prefix, test_source("data"), &d, &h->k));
}

HOME static struct home home_of_profile(const char *profile)
{
	struct home h = { .a = arena_init(), .prefix = test_dir() };
	h.prefix = arena_z(&h.a, str_z(h.prefix));
	make_folders(&h, profile);
	make_databases(&h, profile);
	keeper_again(&h);
	make_people(&h);
	return h;
}

HOME static struct home home_of(void) { return home_of_profile("primary"); }

HOME static void home_end(struct home *h)
{
	keeper_free(&h->k);
	arena_done(&h->a);
	clock_fake(0);
}

/* ---- asking ---- */

/* The members after school and by, "name": value; whether it was granted. */
HOME static bool ask(struct home *h, int64_t by, const char *directive, const char *more, json_t **answer)
{
	struct str text = arena_fmt(&h->a, "{\"directive\":\"%s\",\"school\":1,\"by\":%lld%s%s}", directive, (long long)by, *more ? "," : "", more);
	json_t *in = json_loadb(text.p, text.n, 0, NULL);
	CHECK(in != NULL);
	json_t *out = keeper_directive(h->k, in);
	bool ok = json_is_true(json_object_get(out, "ok"));
	CHECK(ok || json_string_length(json_object_get(out, "why")) > 0);
	json_decref(in);
	if (answer)
		*answer = out;
	else
		json_decref(out);
	return ok;
}

HOME static const char *until(struct home *h, int64_t seconds, const char *more)
{
	return arena_fmt(&h->a, "%s%s\"until\":%lld", more, *more ? "," : "", (long long)(clock_utc() + seconds)).p;
}

HOME static const char *bind_of(struct home *h, int64_t person, const char *addr, int64_t seconds)
{
	return until(h, seconds, arena_fmt(&h->a, "\"person\":%lld,\"addr\":\"%s\"", (long long)person, addr).p);
}

HOME static const char *site_of(struct home *h, int64_t class_id, const char *host, int64_t seconds)
{
	return until(h, seconds, arena_fmt(&h->a, "\"class\":%lld,\"host\":\"%s\"", (long long)class_id, host).p);
}

/* Records of this kind in live.log, the last one in *out. */
HOME static size_t in_log(struct home *h, enum live_kind kind, struct live_record *out)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	struct live_record r;
	size_t used, n = 0;
	CHECK_OK(file_read(in_home(h, "policy/live.log"), &b));
	for (struct str rest = arena_str(&h->a, buf_str(&b)); rest.n; rest = str_from(rest, used)) {
		CHECK_OK(live_decode(rest, &r, &used));
		if (r.kind == kind) {
			n++;
			*out = r;
		}
	}
	return n;
}

HOME static size_t audits(struct home *h, const char *what)
{
	struct audit_record *v;
	size_t n, found = 0;
	CHECK_OK(audit_list(h->k->db, &h->a, 1, INT64_MAX, 500, &v, &n));
	for (size_t i = 0; i < n; i++)
		found += str_is(v[i].what, what);
	return found;
}

/* ---- what the gate tells ---- */

HOME static int64_t entries(struct home *h, const char *reg)
{
	struct entry_may may = { .school = 1, .classes = ~0u };
	struct entry_query q = { .reg = reg, .bare = true };
	int64_t n = 0;
	CHECK_OK(entry_count(&h->k->store, &may, &q, &n));
	return n;
}

HOME static struct case_page cases_of(struct home *h, int64_t who, enum role role)
{
	struct entry_may may = record_may(1, who, ROLE_BIT(role));
	struct case_query q = { .limit = 50 };
	struct case_page page = { 0 };
	CHECK_OK(record_cases(&h->k->desk, &h->a, &may, &q, &page));
	return page;
}

HOME static struct event press(struct home *h, const char *words, const char *not_to)
{
	return (struct event){ .kind = EVENT_TELL, .at_ms = clock_ms(), .school = 1, .person = h->child, .class_id = h->class_id,
		.reason = STR("worry"), .text = str_z(words), .extra = str_z(not_to), .ref = STR("r1") };
}
