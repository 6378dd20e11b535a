/* kit.h - for tests: a school with the people who sign, and services on their way. */
#pragma once
#include "base/time.h"
#include "house/account/people.h"
#include "house/service/service.h"
#include "house/store/fixture.h"

struct service_kit { struct arena a; struct diag d; struct registers *r; struct store st; struct act act; int64_t teacher, technician, head; };

static inline int64_t kit_person(struct service_kit *k, const char *name, enum role r)
{
	int64_t id;
	CHECK_OK(person_add(k->st.db, &k->act, &(struct person_in){ .kind = KIND_STAFF, .name = str_z(name), .year = YEAR_NONE }, &k->d, &id));
	CHECK_OK(role_give(k->st.db, &k->act, id, r, 0, 0, &k->d));
	return id;
}

/* Monday 23 November 2026, ten o'clock. */
static inline struct service_kit service_kit(struct fixture *fx)
{
	struct service_kit k = { .a = arena_init(), .d = diag_init(200) };
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 10 }) * 1000);
	enum err loaded = registers_load(test_source("data/registers"), &k.d, &k.r);
	for (size_t i = 0; i < k.d.n; i++)
		fprintf(stderr, "%.*s:%ld: %.*s\n", STRF(k.d.items[i].file), k.d.items[i].line, STRF(k.d.items[i].text));
	CHECK_OK(loaded);
	k.st = (struct store){ fx->db, fx->keys, k.r };
	k.act = (struct act){ fx->school, 0, "test" };
	k.teacher = kit_person(&k, "Tansy Testerley", ROLE_TEACHER);
	k.technician = kit_person(&k, "Cato Cabling", ROLE_TECHNICIAN);
	k.head = kit_person(&k, "Hesper Headley", ROLE_HEAD);
	return k;
}

static inline void service_kit_done(struct service_kit *k)
{
	clock_fake(0);
	registers_free(&k->r);
	diag_done(&k->d);
	arena_done(&k->a);
}

static inline int64_t kit_wanted(struct service_kit *k, const char *name, const char *kind, const char *hosts)
{
	int64_t id = 0;
	struct entry_field f[] = { { STR("name"), str_z(name) }, { STR("kind"), str_z(kind) }, { STR("purpose"), STR("practice") }, { STR("hosts"), str_z(hosts) }, { STR("benefit"), STR("more practice") } };
	CHECK_OK(service_add(&k->st, &k->act, "wanted", &(struct service_in){ f, 5, false }, &k->d, &id));
	return id;
}

static inline enum err kit_assess(struct service_kit *k, const struct entry *e, const char *groups, const char *review, int64_t *draft)
{
	static const char *const answers[] = { "benefit", "content", "contact", "conduct", "commerce", "data", "accounts", "ai-age", "ai-data", "ai-output", "ai-work",
		"ai-filter", "search-need", "video", "local-needs" };
	struct entry_field f[30];
	size_t n = 0;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		f[n++] = (struct entry_field){ str_z(answers[i]), STR("looked at, and this is done about it") };
	f[n++] = (struct entry_field){ STR("likelihood"), STR("1") };
	f[n++] = (struct entry_field){ STR("impact"), STR("2") };
	f[n++] = (struct entry_field){ STR("groups"), str_z(groups) };
	f[n++] = (struct entry_field){ STR("review"), str_z(review) };
	return assess_save(&k->st, &k->act, e, f, n, &k->d, draft);
}

static inline enum err kit_sign(struct service_kit *k, int64_t service, int64_t person, enum assess_side side, bool *opened)
{
	struct entry e;
	struct act act = { k->act.school, person, "signed" };
	TRY(service_get(&k->st, &k->a, k->act.school, service, &e));
	return assess_sign(&k->st, &act, &e, side, &k->d, opened);
}

/* All the way: answers and three signatures. */
static inline enum err kit_signed(struct service_kit *k, int64_t service, const char *groups, const char *review, bool *opened)
{
	struct entry e;
	int64_t draft;
	TRY(service_get(&k->st, &k->a, k->act.school, service, &e));
	TRY(kit_assess(k, &e, groups, review, &draft));
	TRY(kit_sign(k, service, k->teacher, SIDE_EDUCATOR, opened));
	TRY(kit_sign(k, service, k->technician, SIDE_TECHNICIAN, opened));
	return *opened ? OK : kit_sign(k, service, k->head, SIDE_LEADER, opened);
}

static inline struct str kit_policy(struct service_kit *k)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	CHECK_OK(service_policy(&k->st, &k->a, k->act.school, clock_utc(), &b));
	return arena_str(&k->a, buf_str(&b));
}
