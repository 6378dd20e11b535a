/* clausekit.h - for tests: entries of any register in a school of pages, moved on and refused. */
#pragma once
#include <stdarg.h>

#include "base/clock.h"
#include "base/time.h"
#include "house/service/service.h"
#include "house/web/web_test.h"

/* Monday 23 November 2026, ten o'clock. */
static inline void ck_monday(void) { clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 10 }) * 1000); }
static inline struct store ck_store(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }
static inline const char *ck_id(struct web_school *w, int64_t id) { return arena_fmt(w->arena, "%lld", (long long)id).p; }

/* What was said, all findings one after the other. */
static inline struct str ck_said(struct web_school *w, struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(100000);
	for (size_t i = 0; i < d->n; i++)
		buf_fmt(&b, "%.*s\n", STRF(d->items[i].text));
	diag_done(d);
	return arena_str(w->arena, buf_str(&b));
}

static inline size_t ck_fields(struct web_school *w, struct entry_field f[40], va_list ap)
{
	size_t n = 0;
	for (const char *name; n < 40 && (name = va_arg(ap, const char *)); n++)
		f[n] = (struct entry_field){ arena_str(w->arena, str_z(name)), arena_str(w->arena, str_z(va_arg(ap, const char *))) };
	return n;
}

/* A new entry: pairs of field and value, then NULL.  0 when it is refused; `said` may be NULL. */
static inline int64_t ck_put(struct web_school *w, struct str *said, const char *reg, const char *state, ...)
{
	struct store st = ck_store(w);
	struct act act = { w->school, w->person[ROLE_HEAD], "test" };
	struct diag d = diag_init(100);
	struct entry_field f[40];
	int64_t id = 0;
	va_list ap;
	va_start(ap, state);
	size_t n = ck_fields(w, f, ap);
	va_end(ap);
	enum err e = entry_create(&st, &act, &(struct entry_in){ .reg = reg, .state = state, .fields = f, .n_fields = n }, &d, &id);
	struct str words = ck_said(w, &d);
	if (said)
		*said = words;
	else if (e != OK)
		fprintf(stderr, "%s: %.*s\n", reg, STRF(words));
	return e == OK ? id : 0;
}

/* Changes fields and, with a state, moves on.  What was said against it; "" when it is done. */
static inline struct str ck_change(struct web_school *w, int64_t id, const char *state, ...)
{
	struct store st = ck_store(w);
	struct act act = { w->school, w->person[ROLE_HEAD], "test" };
	struct entry_may may = { .school = w->school, .classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_PERSONAL) };
	struct diag d = diag_init(100);
	struct entry_field f[40];
	struct entry e;
	va_list ap;
	va_start(ap, state);
	size_t n = ck_fields(w, f, ap);
	va_end(ap);
	CHECK_OK(entry_get(&st, w->arena, &may, id, 0, &e));
	enum err done = entry_update(&st, &act, &may, id, e.version, &(struct entry_in){ .reg = arena_z(w->arena, e.reg), .state = state, .fields = f, .n_fields = n }, &d);
	struct str words = ck_said(w, &d);
	return done == OK ? STR("") : words.n ? words : STR("refused");
}

static inline bool ck_has(struct str said, const char *words) { return str_find(said, str_z(words)) >= 0; }

/* A service that is open for these groups: assessed and signed. */
static inline int64_t ck_service(struct web_school *w, const char *name, const char *kind, const char *hosts, const char *groups, const char *review)
{
	static const char *const answers[] = { "benefit", "content", "contact", "conduct", "commerce", "data", "accounts", "ai-age", "ai-data", "ai-output", "ai-work", "ai-filter",
		"search-need", "video", "local-needs" };
	struct store st = ck_store(w);
	struct diag d = diag_init(50);
	struct act teacher = { w->school, w->person[ROLE_TEACHER], "signed" }, technician = { w->school, w->person[ROLE_TECHNICIAN], "signed" },
		head = { w->school, w->person[ROLE_HEAD], "signed" };
	struct entry_field f[30] = { { STR("name"), str_z(name) }, { STR("kind"), str_z(kind) }, { STR("hosts"), str_z(hosts) }, { STR("purpose"), STR("p") }, { STR("benefit"), STR("b") } };
	struct entry e;
	int64_t id, draft;
	size_t n = 0;
	bool opened = false;
	CHECK_OK(service_add(&st, &teacher, "wanted", &(struct service_in){ f, 5, false }, &d, &id));
	if (!groups)
		return id;
	CHECK_OK(service_get(&st, w->arena, w->school, id, &e));
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		f[n++] = (struct entry_field){ str_z(answers[i]), STR("looked at") };
	f[n++] = (struct entry_field){ STR("likelihood"), STR("1") };
	f[n++] = (struct entry_field){ STR("impact"), STR("2") };
	f[n++] = (struct entry_field){ STR("groups"), str_z(groups) };
	f[n++] = (struct entry_field){ STR("review"), str_z(review) };
	CHECK_OK(assess_save(&st, &teacher, &e, f, n, &d, &draft));
	CHECK_OK(assess_sign(&st, &teacher, &e, SIDE_EDUCATOR, &d, &opened));
	CHECK_OK(assess_sign(&st, &technician, &e, SIDE_TECHNICIAN, &d, &opened));
	if (!opened)
		CHECK_OK(assess_sign(&st, &head, &e, SIDE_LEADER, &d, &opened));
	CHECK(opened);
	diag_done(&d);
	return id;
}

static inline struct str ck_policy(struct web_school *w)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	struct store st = ck_store(w);
	CHECK_OK(service_policy(&st, w->arena, w->school, clock_utc(), &b));
	return arena_str(w->arena, buf_str(&b));
}

/* The register's gaps, one sentence after the other. */
static inline struct str ck_gaps(struct web_school *w)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	struct store st = ck_store(w);
	struct missing *m;
	size_t n;
	CHECK_OK(service_gaps(&st, w->arena, w->school, clock_utc(), &m, &n));
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%.*s\n", STRF(m[i].says));
	return arena_str(w->arena, buf_str(&b));
}

static inline int64_t ck_child(struct web_school *w, const char *name)
{
	struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	int64_t id = 0;
	CHECK_OK(person_add(w->db, &act, &(struct person_in){ .kind = KIND_LEARNER, .name = str_z(name), .year = 4 }, &d, &id));
	diag_done(&d);
	return id;
}

static inline int64_t ck_consent(struct web_school *w, int64_t person, const char *kind, const char *how)
{
	clock_step(1000);
	return ck_put(w, NULL, "consent", "given", "person", ck_id(w, person), "kind", kind, "given-on", "2026-09-07", "how", how, NULL);
}
