/* Whoever a case is about, or must not see it, finds nothing of it: whatever roles they hold, wherever they look. */
#include "base/clock.h"
#include "gen_queries.h"
#include "house/page/desk.h"
#include "house/page/routes.h"
#include "house/web/once.h"
#include "house/web/web_test.h"

enum { CASES = 6, NO_CASE = 987654321, PLACES_MAX = 300 };

static const char *const PLACES[] = {
	"/today", "/cases", "/cases?state=all", "/cases?state=closed", "/cases?state=all&csv=1", "/pages", "/governors", "/status", "/tasks", "/tasks?all=1", "/home",
	"/activity", "/activity/staff", "/activity/new", "/activity/views", "/held", "/requests", "/review", "/me", "/me/data", "/me/sessions",
};

/* What one person can find out without knowing a case's number. */
struct seen { struct web_visit at[PLACES_MAX], search; struct str outbox, counts; };

struct secret {
	struct web_school *w;
	struct store store;            /* of k */
	struct desk k;
	int64_t person, id[CASES];
	struct str reference[CASES];
	const char *word, *who, *places[PLACES_MAX];
	size_t n_places;
};

/* New bytes at each visit: what a passkey signs, a secret to set up. */
static bool random_bytes(const char *path)
{
	return !strcmp(path, "/sign-in") || str_starts(str_z(path), STR("/me/factors/"));
}

/* Those above; for some people every page that has no number in its path. */
static void choose_places(struct secret *s, bool all)
{
	for (size_t i = 0; i < ARRAY_N(PLACES); i++)
		s->places[s->n_places++] = PLACES[i];
	for (size_t i = 0; i < N_ROUTES && all; i++)
		if (ROUTES[i].method == METHOD_GET && !strchr(ROUTES[i].path, ':') && !random_bytes(ROUTES[i].path) && s->n_places < PLACES_MAX)
			s->places[s->n_places++] = ROUTES[i].path;
}

static struct str counts_for(struct secret *s)
{
	static const char *const fields[] = { "risk_area", "origin" };
	struct str all = STR_NONE;
	for (size_t f = 0; f < ARRAY_N(fields); f++) {
		struct record_count *c;
		size_t n;
		CHECK_OK(record_counts(&s->k, s->w->arena, s->w->school, s->person, fields[f], 0, 0, &c, &n));
		for (size_t i = 0; i < n; i++)
			all = arena_fmt(s->w->arena, "%.*s %lld", STRF(all), (long long)c[i].n);
	}
	return all;
}

static struct str outbox_for(struct secret *s)
{
	struct q_outbox_of_row *rows;
	size_t n;
	struct str all = STR_NONE;
	CHECK_OK(q_outbox_of(s->w->db, s->w->arena, &(struct q_outbox_of_args){ .school = s->w->school, .person = s->person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		all = arena_fmt(s->w->arena, "%.*s %.*s %.*s;", STRF(all), STRF(rows[i].kind), STRF(rows[i].link));
	return all;
}

static struct seen look_round(struct secret *s)
{
	struct seen x = { .outbox = outbox_for(s), .counts = counts_for(s) };
	for (size_t i = 0; i < s->n_places; i++)
		x.at[i] = web_get_as(s->w, s->person, s->places[i]);
	x.search = web_get_as(s->w, s->person, arena_fmt(s->w->arena, "/cases?state=all&q=%s", s->word).p);
	return x;
}

/* A page without the number of its forms, which is another each time. */
static struct str still(struct arena *a, struct str body)
{
	AUTO(buf_done) struct buf b = buf_init(WEB_REPLY_MAX);
	struct str mark = STR("name=\"once\" value=\"");
	for (ptrdiff_t at; (at = str_find(body, mark)) >= 0;) {
		buf_add(&b, str_upto(body, (size_t)at));
		body = str_from(body, (size_t)at + mark.n + 4 * ONCE_BYTES / 3);
	}
	buf_add(&b, body);
	return arena_str(a, buf_str(&b));
}

static void same(const struct secret *s, const char *where, const struct web_visit *a, const struct web_visit *b)
{
	if (a->status == b->status && str_eq(still(s->w->arena, a->body), still(s->w->arena, b->body)) && str_eq(a->location, b->location))
		return;
	fprintf(stderr, "%s finds a difference at %s: %d, %d\n", s->who, where, a->status, b->status);
	CHECK(false);
}

static void nothing_changed(const struct secret *s, const struct seen *a, const struct seen *b)
{
	for (size_t i = 0; i < s->n_places; i++) {
		same(s, s->places[i], &a->at[i], &b->at[i]);
		CHECK(!web_says(&b->at[i], s->word));
		for (size_t c = 0; c < CASES; c++)
			CHECK(!s->reference[c].n || str_find(b->at[i].body, s->reference[c]) < 0);
	}
	same(s, "a search", &a->search, &b->search);
	CHECK_STR(b->outbox, arena_z(s->w->arena, a->outbox));
	CHECK_STR(b->counts, arena_z(s->w->arena, a->counts));
}

/* ---- the cases ---- */

static void tell(struct secret *s, size_t i, enum record_about about, int64_t author, bool barred)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct act act = { s->w->school, author, "test" };
	struct received got;
	struct report r = { .about = about, .origin = ORIGIN_STAFF, .author = author, .subject = about == ABOUT_CHILD ? 0 : s->person,
		.words = arena_fmt(s->w->arena, "I saw %s", s->word), .barred = { s->person }, .n_barred = barred ? 1 : 0 };
	CHECK_OK(record_report(&s->k, &act, &r, &d, &got));
	s->id[i] = got.id;
	s->reference[i] = arena_str(s->w->arena, str_z(got.reference));
}

static void keep_from(struct secret *s, size_t i, enum entry_as as)
{
	int64_t deputy = s->w->person[ROLE_DEPUTY];
	struct act act = { s->w->school, deputy, "test" };
	struct entry_may may = record_may(s->w->school, deputy, ROLE_BIT(ROLE_DEPUTY));
	CHECK_OK(record_exclude(&s->k, &act, &may, s->id[i], s->person, as));
}

static void make_cases(struct secret *s)
{
	tell(s, 0, ABOUT_CHILD, 0, false);
	keep_from(s, 0, ENTRY_SUBJECT);
	tell(s, 1, ABOUT_CHILD, 0, false);
	keep_from(s, 1, ENTRY_BARRED);
	tell(s, 2, ABOUT_CHILD, 0, true);
	tell(s, 3, ABOUT_CHILD, s->person, false);              /* who raised it turns out to be its subject */
	keep_from(s, 3, ENTRY_SUBJECT);
	tell(s, 4, ABOUT_ADULT, 0, false);
	tell(s, 5, ABOUT_HEAD, 0, false);
}

/* ---- by its number ---- */

static struct str put_in(struct arena *a, struct str text, struct str from, struct str to)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	for (ptrdiff_t at; (at = str_find(text, from)) >= 0; text = str_from(text, (size_t)at + from.n)) {
		buf_add(&b, str_upto(text, (size_t)at));
		buf_add(&b, to);
	}
	buf_add(&b, text);
	return arena_str(a, buf_str(&b));
}

/* The answer with its number taken out. */
static struct web_visit ask(struct secret *s, const struct route *r, int64_t id)
{
	struct arena *a = s->w->arena;
	struct str number = arena_fmt(a, "case/%lld", (long long)id), coded = arena_fmt(a, "case%%2F%lld", (long long)id);
	struct str path = put_in(a, put_in(a, str_z(r->path), STR(":id"), str_from(number, 5)), STR(":step"), STR("danger"));
	struct web_visit v = r->method == METHOD_GET ? web_get_as(s->w, s->person, arena_z(a, path))
		: web_post_as(s->w, s->person, arena_z(a, path), "text=x&to=1&from=x&child=x&part=x&procedure=csae&change_why=x&reopen_why=x&answer=no");
	v.body = put_in(a, put_in(a, v.body, number, STR("case/N")), coded, STR("case%2FN"));
	v.location = put_in(a, put_in(a, v.location, number, STR("case/N")), coded, STR("case%2FN"));
	return v;
}

static void nothing_by_number(struct secret *s)
{
	size_t walked = 0;
	for (size_t i = 0; i < N_ROUTES; i++) {
		if (!str_starts(str_z(ROUTES[i].path), STR("/case/")))
			continue;
		struct web_visit none = ask(s, &ROUTES[i], NO_CASE);
		CHECK(none.status == 404 || none.status == 403);        /* no right to any case, or no such case */
		for (size_t c = 0; c < CASES; c++) {
			struct web_visit v = ask(s, &ROUTES[i], s->id[c]);
			same(s, ROUTES[i].path, &none, &v);
			CHECK(!web_says(&v, s->word));
		}
		walked++;
	}
	CHECK(walked >= 12);
}

/* ---- everybody ---- */

/* Days later, when what nobody took on has gone on to others. */
static void still_not_told(struct web_school *w, struct secret *all, size_t n)
{
	size_t gone_on;
	clock_step(9 * 86400 * INT64_C(1000));
	CHECK_OK(record_tick(&all[0].k, w->school, &gone_on));
	CHECK(gone_on > 0);
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < CASES; c++) {
			struct str link = arena_fmt(w->arena, "/case/%lld;", (long long)all[i].id[c]);
			CHECK(str_find(outbox_for(&all[i]), link) < 0);
		}
}

static void one_person(struct web_school *w, enum role r, role_set more, size_t turn, struct secret *out)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct act act = { w->school, 0, "test" };
	struct secret s = { .w = w };
	out->store = (struct store){ .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	s.k = (struct desk){ .store = &out->store, .library = w->web->library };
	s.word = arena_fmt(w->arena, "quagga%c%c", (int)('a' + turn / 26), (int)('a' + turn % 26)).p;
	s.who = arena_fmt(w->arena, "%s with %llx", role_word(r), (unsigned long long)more).p;
	s.person = web_person(w, r, arena_fmt(w->arena, "Wystan Underhill %c%c", (int)('A' + turn / 26), (int)('A' + turn % 26)).p);
	for (int x = 0; x < role_count(); x++)
		if (more & ROLE_BIT(x) && x != (int)r)
			CHECK_OK(role_give(w->db, &act, s.person, (enum role)x, 0, 0, &d));
	choose_places(&s, more & ROLE_BIT(ROLE_OFFICE) && (r == ROLE_STAFF || r == ROLE_ADMIN || r == ROLE_GOVERNOR));
	(void)web_get_as(w, s.person, "/home");                     /* the first visit's own sign-in stands in the second */
	struct seen before = look_round(&s);
	make_cases(&s);
	nothing_by_number(&s);
	struct seen after = look_round(&s);
	nothing_changed(&s, &before, &after);
	if ((more | ROLE_BIT(r)) & ROLE_BIT(ROLE_DSL))
		CHECK_OK(role_end(w->db, &act, s.person, ROLE_DSL, 0));      /* there is one lead: the next one's turn */
	s.store = out->store;
	*out = s;
}

static void every_role_with(role_set more)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_OK(role_end(w.db, &(struct act){ w.school, 0, "test" }, w.person[ROLE_DSL], ROLE_DSL, 0));
	struct secret *all = arena_array(w.arena, struct secret, ROLES_MAX);
	size_t n = 0;
	for (int r = 0; r < role_count(); r++)
		if (r != ROLE_LEARNER) {
			one_person(&w, (enum role)r, more, (size_t)r, &all[n]);
			n++;
		}
	still_not_told(&w, all, n);
	clock_fake(0);
}

TEST(subject, of_a_case_in_any_role_finds_nothing_of_it) { every_role_with(0); }
TEST(subject, who_is_a_safeguarding_lead_too_finds_nothing) { every_role_with(ROLE_BIT(ROLE_DSL)); }
TEST(subject, who_is_the_head_too_finds_nothing) { every_role_with(ROLE_BIT(ROLE_HEAD)); }
TEST(subject, who_is_the_chair_too_finds_nothing) { every_role_with(ROLE_BIT(ROLE_CHAIR)); }
TEST(subject, who_is_head_and_safeguarding_lead_and_office_finds_nothing) { every_role_with(ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_OFFICE)); }
