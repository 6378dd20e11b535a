#include "house/filter/attempt.h"

#include "base/conf.h"
#include "base/mem.h"
#include "event/event.h"
#include "gen_queries.h"
#include "house/account/people.h"

enum { SENSITIVE_MAX = 100, SEEN_MAX = 2000, DAY_S = 86400 };

static const char REG[] = "attempt", AUDIT[] = "activity-audit";

static struct entry_may attempt_may(int64_t school, int64_t person) { return (struct entry_may){ .school = school, .person = person, .classes = ENTRY_BIT(ENTRY_CHILD) }; }
static bool reads(role_set roles) { return (roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY))) != 0; }

struct collecting {
	const struct duty_desk *k;
	struct arena *a;
	const struct act *act;
	int64_t turn;
	struct { struct str id, title; bool sensitive; } category[SENSITIVE_MAX];
	size_t n_categories, added;
};

/* ---- which categories weigh by themselves ---- */

static enum err categories_read(struct collecting *x, const char *path)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct conf c;
	TRY(conf_load(x->a, path, &d, &c));
	for (size_t i = 0; i < c.n && x->n_categories < SENSITIVE_MAX; i++)
		if (str_is(c.blocks[i].kind, "category")) {
			x->category[x->n_categories].id = c.blocks[i].id;
			x->category[x->n_categories].title = conf_get(&c.blocks[i], "title");
			x->category[x->n_categories++].sensitive = str_is(conf_get(&c.blocks[i], "sensitive"), "yes");
		}
	return OK;
}

static bool sensitive(const struct collecting *x, struct str id)
{
	for (size_t i = 0; i < x->n_categories; i++)
		if (str_eq(x->category[i].id, id))
			return x->category[i].sensitive;
	return false;
}

static struct str title_of(const struct collecting *x, struct str id)
{
	for (size_t i = 0; i < x->n_categories; i++)
		if (str_eq(x->category[i].id, id) && x->category[i].title.n)
			return x->category[i].title;
	return id;
}

/* ---- one pupil ---- */

struct pupil { int64_t id, total, newest_ms; bool weighs; struct str seen; };

static void count_in(struct collecting *x, struct pupil *p, const struct q_attempt_rows_row *r)
{
	p->total += r->n;
	p->newest_ms = r->newest_ms > p->newest_ms ? r->newest_ms : p->newest_ms;
	p->weighs = p->weighs || sensitive(x, r->category);
	struct str category = title_of(x, r->category);
	struct str limited = r->limited ? arena_fmt(x->a, " (" LIMITED_VIEW ": %lld)", (long long)r->limited) : STR_NONE;
	p->seen = str_upto(arena_fmt(x->a, "%.*s%s%.*s: %lld%.*s", STRF(p->seen), p->seen.n ? "; " : "", STRF(category), (long long)r->n, STRF(limited)), SEEN_MAX);
}

static enum err there(struct collecting *x, int64_t person, struct entry *out)
{
	struct entry_may may = attempt_may(x->act->school, 0);
	struct entry_query q = { .reg = REG, .where = { { "turn", ENTRY_IS, x->turn, STR_NONE }, { "subject", ENTRY_IS, person, STR_NONE } }, .n_where = 2, .limit = 1 };
	struct entry_page page;
	TRY(entry_list(x->k->store, x->a, &may, &q, &page));
	*out = page.n ? page.entries[0] : (struct entry){ 0 };
	return OK;
}

static enum err put(struct collecting *x, const struct pupil *p)
{
	struct person who;
	struct entry e;
	int64_t id;
	if (!p->id || !(p->weighs || p->total >= ATTEMPT_LEAST) || person_get(x->k->store->db, x->a, x->act->school, p->id, &who) != OK || who.kind != KIND_LEARNER)
		return OK;
	struct entry_person about = { p->id, ENTRY_SUBJECT };
	struct entry_field f[] = { { STR("turn"), arena_fmt(x->a, "%lld", (long long)x->turn) }, { STR("subject"), arena_fmt(x->a, "%lld", (long long)p->id) },
		{ STR("seen"), p->seen }, { STR("newest"), arena_fmt(x->a, "%lld", (long long)(p->newest_ms / 1000)) } };
	struct entry_in in = { .reg = REG, .fields = f, .n_fields = ARRAY_N(f), .people = &about, .n_people = 1 };
	TRY(there(x, p->id, &e));
	if (!e.id) {
		x->added++;
		return entry_create(x->k->store, x->act, &in, NULL, &id);
	}
	if (!str_is(e.state, "open") || str_eq(entry_value(&e, "seen"), p->seen))
		return OK;
	in.n_people = 0;
	struct entry_may may = attempt_may(x->act->school, 0);
	return entry_update(x->k->store, x->act, &may, e.id, e.version, &in, NULL);
}

/* ---- the report ---- */

static enum err since(const struct collecting *x, const struct duty_turn *open, int64_t *from)
{
	struct duty_turn *v;
	size_t n;
	int64_t total;
	TRY(duty_turns(x->k, x->a, x->act->school, &(struct duty_query){ .which = DUTY_ENDED, .everyone = true, .duty = AUDIT, .limit = 1 }, &v, &n, &total));
	*from = n && v[0].done_utc ? v[0].done_utc : open->opened_utc - (int64_t)ATTEMPT_DAYS * DAY_S;
	return OK;
}

static enum err report(struct collecting *x, struct db *activity, int64_t from_utc, int64_t now_utc)
{
	struct q_attempt_rows_row *rows;
	struct pupil p = { 0 };
	size_t n;
	struct q_attempt_rows_args args = { .school = x->act->school, .refused = EVENT_REFUSED, .dns = EVENT_DNS_REFUSED, .from_ms = from_utc * 1000, .upto_ms = now_utc * 1000 };
	TRY(q_attempt_rows(activity, x->a, &args, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (rows[i].person != p.id) {
			TRY(put(x, &p));
			p = (struct pupil){ .id = rows[i].person };
		}
		count_in(x, &p, &rows[i]);
	}
	return put(x, &p);
}

enum err attempt_collect(const struct duty_desk *k, struct db *activity, const char *categories, const struct act *act, int64_t now_utc, size_t *added)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct collecting x = { .k = k, .a = &a, .act = act };
	struct duty_turn *v;
	size_t n;
	int64_t total, from;
	if (added)
		*added = 0;
	TRY(duty_turns(k, &a, act->school, &(struct duty_query){ .which = DUTY_OPEN, .everyone = true, .duty = AUDIT, .limit = 1 }, &v, &n, &total));
	if (!n)
		return OK;
	x.turn = v[0].id;
	TRY(categories_read(&x, categories));
	TRY(since(&x, &v[0], &from));
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(report(&x, activity, from, now_utc));
	TRY(db_tx_commit(&tx));
	if (added)
		*added = x.added;
	return OK;
}

/* ---- looking and answering ---- */

static struct attempt attempt_of(const struct entry *e)
{
	bool open = str_is(e->state, "open");
	return (struct attempt){ .id = e->id, .subject = entry_i64(e, "subject"), .newest_utc = entry_i64(e, "newest"), .seen = entry_value(e, "seen"), .open = open,
		.response = entry_value(e, "response"), .words = entry_value(e, "words"), .answered_by = open ? 0 : e->changed_by, .answered_utc = open ? 0 : e->changed_utc };
}

enum err attempt_list(struct store *st, struct arena *a, int64_t school, int64_t person, role_set roles, struct attempt **out, size_t *n, int64_t *open)
{
	static const char *const states[] = { "open", "answered" };
	struct entry_may may = attempt_may(school, person);
	if (!reads(roles))
		return ERR_FORBIDDEN;
	*out = arena_array(a, struct attempt, 2 * ATTEMPTS_LISTED);
	*n = 0;
	for (size_t s = 0; s < ARRAY_N(states); s++) {
		struct entry_query q = { .reg = REG, .states = { states[s] }, .limit = ATTEMPTS_LISTED };
		struct entry_page page;
		TRY(entry_list(st, a, &may, &q, &page));
		if (s == 0)
			*open = page.total;
		for (size_t i = 0; i < page.n; i++)
			(*out)[(*n)++] = attempt_of(&page.entries[i]);
	}
	return OK;
}

enum err attempt_answer(struct store *st, const struct act *act, role_set roles, int64_t id, struct str response, struct str words, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = attempt_may(act->school, act->person);
	struct entry e;
	if (!reads(roles))
		return ERR_FORBIDDEN;
	TRY(entry_get(st, &a, &may, id, 0, &e));
	if (!str_is(e.reg, REG))
		return ERR_ABSENT;
	if (!str_is(e.state, "open"))
		return ERR_STATE;
	if (!response.n)
		return diag_fail(d, STR("response"), 0, "Choose what was done.");
	if (!str_trim(words).n || words.n > ATTEMPT_WORDS_MAX || !str_utf8(words))
		return diag_fail(d, STR("words"), 0, "Say in a sentence what was done, or why nothing is needed.");
	struct entry_field f[] = { { STR("response"), response }, { STR("words"), words } };
	return entry_update(st, act, &may, id, e.version, &(struct entry_in){ .reg = REG, .state = "answered", .fields = f, .n_fields = 2 }, d);
}
