/* The tests of needs, one function each. */
#include "house/condition/ask.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/procedure/profile.h"
#include "house/site/site.h"

typedef enum err test_fn(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out);

static struct str value(struct gate_ask *q, const struct entry *e, struct str field) { return entry_value(e, arena_z(q->a, field)); }

static struct entry_may program(const struct gate_ask *q)
{
	return (struct entry_may){ .school = q->school, .classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_PERSONAL) | ENTRY_BIT(ENTRY_CHILD) };
}

/* A day counts as its first moment. */
static bool moment(struct str s, int64_t *out) { return s.n && (time_read_date(s, out) == OK || time_read_iso(s, out) == OK); }

static bool is_day(struct str s)
{
	int64_t t;
	return s.n && time_read_date(s, &t) == OK;
}

/* The first moment after a day and so many more; a moment with an hour counts to that moment. */
static int64_t end_of(struct str s, int64_t days)
{
	int64_t at = 0;
	if (!moment(s, &at))
		return 0;
	return is_day(s) ? time_uk_midnight(at + 12 * 3600 + (days + 1) * 86400) : at + days * 86400;
}

static bool not_past(struct gate_ask *q, struct str day, struct str days)
{
	int64_t more = 0;
	if (days.n && str_i64(days, &more) != OK)
		return false;
	int64_t end = end_of(day, more);
	if (end <= q->now)
		return false;
	if (!q->until_utc || end < q->until_utc)
		q->until_utc = end;
	return true;
}

static enum err t_filled(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	*out = str_trim(value(q, e, arg[0])).n > 0;
	return OK;
}

static enum err t_yes(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	*out = str_is(value(q, e, arg[0]), "yes");
	return OK;
}

static enum err t_is(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct str v = str_is(arg[0], "state") ? e->state : value(q, e, arg[0]);
	*out = false;
	for (size_t i = 1; i < n; i++)
		*out |= str_eq(v, arg[i]);
	return OK;
}

static enum err t_differ(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	*out = true;
	for (size_t i = 0; i < n; i++) {
		*out &= value(q, e, arg[i]).n > 0;
		for (size_t k = 0; k < i; k++)
			*out &= !str_eq(value(q, e, arg[i]), value(q, e, arg[k]));
	}
	return OK;
}

static enum err t_before(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct str first = value(q, e, arg[0]), then = value(q, e, arg[1]);
	int64_t a, b;
	*out = moment(first, &a) && moment(then, &b) && (is_day(first) ? time_uk_midnight(a + 12 * 3600) < time_uk_midnight(b + (is_day(then) ? 12 * 3600 : 0)) : a < b);
	return OK;
}

static enum err t_ahead(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	*out = end_of(value(q, e, arg[0]), 0) > q->now;
	return OK;
}

static enum err t_open(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	*out = not_past(q, value(q, e, arg[0]), n > 1 ? arg[1] : STR_NONE);
	return OK;
}

static enum err t_domain(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	const struct profile *p = registers_profile(q->st->registers);
	struct str domain = p ? profile_text(p, "school.mail_domain") : STR_NONE, v = value(q, e, arg[0]);
	ptrdiff_t at = str_chr(v, '@');
	*out = domain.n && at > 0 && str_ieq(str_from(v, (size_t)at + 1), domain);
	return OK;
}

static enum err t_e164(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct str v = value(q, e, arg[0]);
	*out = v.n >= 8 && v.n <= 16 && v.p[0] == '+' && v.p[1] != '0';
	for (size_t i = 1; i < v.n; i++)
		*out &= ascii_digit(v.p[i]);
	return OK;
}

static bool person_of(struct gate_ask *q, const struct entry *e, struct str field, int64_t *out)
{
	*out = 0;
	if (str_i64(value(q, e, field), out) != OK || *out <= 0)
		return false;
	q->who = *out;
	return true;
}

static role_set roles_of_param(struct gate_ask *q, struct str key)
{
	const struct profile *pr = registers_profile(q->st->registers);
	const struct param *p = pr ? profile_param(pr, key) : NULL;
	role_set set = 0;
	enum role r;
	for (size_t i = 0; p && i < p->n_values; i++)
		if (role_read(p->values[i], &r) == OK)
			set |= ROLE_BIT(r);
	return set;
}

static enum err t_role(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	int64_t person;
	role_set held = 0, want = 0;
	enum role r;
	*out = false;
	if (!person_of(q, e, arg[0], &person))
		return OK;
	TRY(role_held(q->st->db, q->school, person, q->now, &held));
	for (size_t i = 1; i < n; i++)
		if (arg[i].p[0] == '@')
			want |= roles_of_param(q, str_from(arg[i], 1));
		else if (role_read(arg[i], &r) == OK)
			want |= ROLE_BIT(r);
	*out = (held & want) != 0;
	return OK;
}

static enum err t_kind(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	int64_t id;
	struct person p;
	*out = false;
	if (!person_of(q, e, arg[0], &id))
		return OK;
	TRY(person_get(q->st->db, q->a, q->school, id, &p));
	for (size_t i = 1; i < n; i++)
		*out |= str_is(arg[i], kind_word(p.kind));
	return OK;
}

/* ---- other entries ---- */

/* "REG": those that belong to this one; "REG.LINK": whose field LINK names it; "REG.LINK=F": whose LINK names what F names here. */
static enum err children(struct gate_ask *q, struct str what, const struct entry *e, struct entry_page *out)
{
	struct entry_may may = program(q);
	struct str reg, link, rest = what;
	int64_t of = e->id;
	(void)str_next(&rest, '.', &reg);
	(void)str_next(&rest, '=', &link);
	*out = (struct entry_page){ 0 };
	if (rest.n && str_i64(value(q, e, rest), &of) != OK)
		return OK;
	struct entry_query query = { .reg = arena_z(q->a, reg), .limit = ENTRY_PAGE_MAX };
	if (link.n)
		query.where[query.n_where++] = (struct entry_where){ .key = arena_z(q->a, link), .op = ENTRY_IS, .i = of };
	else
		query.parent = of;
	return of ? entry_list(q->st, q->a, &may, &query, out) : OK;
}

static bool taken_back(const struct entry *e) { return str_is(e->state, "undone") || str_is(e->state, "removed"); }

static enum err t_some(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct entry_page page;
	TRY(children(q, arg[0], e, &page));
	*out = false;
	for (size_t i = 0; i < page.n; i++)
		*out |= !taken_back(&page.entries[i]);
	return OK;
}

static enum err t_each(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	static const char *const words[N_NEED] = {
#define NEED_NAME_(name, word, least, most) [NEED_##name] = word,
		NEED_TABLE(NEED_NAME_)
#undef NEED_NAME_
	};
	struct entry_page page;
	enum need_test inner = NEED_FILLED;
	TRY(children(q, arg[0], e, &page));
	for (int t = 0; t < N_NEED; t++)
		if (str_is(arg[1], words[t]))
			inner = (enum need_test)t;
	*out = true;
	for (size_t i = 0; i < page.n && *out; i++)
		if (!taken_back(&page.entries[i]))
			TRY(need_holds(q, inner, arg + 2, n - 2, &page.entries[i], out));
	return OK;
}

static bool in_states(struct str list, struct str state)
{
	struct str word;
	while (str_next(&list, ',', &word))
		if (str_eq(word, state))
			return true;
	return false;
}

static bool holds_now(struct gate_ask *q, const struct entry *e, struct str states, struct str date, struct str days)
{
	return in_states(states, e->state) && (str_is(date, "-") || not_past(q, value(q, e, date), days));
}

static enum err t_current(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct entry_may may = program(q);
	struct entry_page page;
	struct entry_query query = { .reg = arena_z(q->a, arg[0]), .limit = ENTRY_PAGE_MAX, .n_where = 1,
		.where = { { .key = arena_z(q->a, arg[1]), .op = ENTRY_IS, .i = e->id } } };
	*out = false;
	if (!e->id)
		return OK;
	TRY(entry_list(q->st, q->a, &may, &query, &page));
	for (size_t i = 0; i < page.n && !*out; i++)
		*out = holds_now(q, &page.entries[i], arg[2], arg[3], n > 4 ? arg[4] : STR_NONE);
	return OK;
}

static enum err t_linked(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct entry_may may = program(q);
	struct entry other;
	int64_t id;
	*out = false;
	if (str_i64(value(q, e, arg[0]), &id) != OK || id <= 0)
		return OK;
	enum err got = entry_get(q->st, q->a, &may, id, 0, &other);
	if (got == ERR_ABSENT)
		return OK;
	TRY(got);
	*out = str_eq(other.reg, arg[1]) && holds_now(q, &other, arg[2], arg[3], n > 4 ? arg[4] : STR_NONE);
	return OK;
}

enum err consent_now(struct store *st, struct arena *a, int64_t school, int64_t person, const char *kind, bool written, int64_t now_utc, struct entry *out)
{
	struct gate_ask q = { .st = st, .a = a, .school = school, .now = now_utc };
	struct entry_may may = program(&q);
	struct entry_page page;
	struct entry_query query = { .reg = "consent", .limit = 1, .n_where = 2,
		.where = { { .key = "person", .op = ENTRY_IS, .i = person }, { .key = "kind", .op = ENTRY_IS, .s = str_z(kind) } } };
	TRY(entry_list(st, a, &may, &query, &page));
	if (!page.n || !str_is(page.entries[0].state, "given"))
		return ERR_ABSENT;
	struct str from = entry_value(&page.entries[0], "given-on"), until = entry_value(&page.entries[0], "until");
	int64_t at;
	if (!moment(from, &at) || at > now_utc || (until.n && end_of(until, 0) <= now_utc))
		return ERR_ABSENT;
	if (written && !str_is(entry_value(&page.entries[0], "how"), "paper") && !str_is(entry_value(&page.entries[0], "how"), "online"))
		return ERR_ABSENT;
	*out = page.entries[0];
	return OK;
}

static enum err t_consent(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	int64_t person;
	struct entry found;
	*out = false;
	if (!person_of(q, e, arg[0], &person))
		return OK;
	bool learners = n > 2 && str_is(arg[2], "learners");
	struct person p;
	if (learners)
		TRY(person_get(q->st->db, q->a, q->school, person, &p));
	if (learners && p.kind != KIND_LEARNER) {
		*out = true;
		return OK;
	}
	enum err got = consent_now(q->st, q->a, q->school, person, arena_z(q->a, arg[1]), n > 2 && !learners, q->now, &found);
	*out = got == OK;
	return got == ERR_ABSENT ? OK : got;
}

static enum err t_among(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	const struct profile *p = registers_profile(q->st->registers);
	struct str v = value(q, e, arg[0]);
	*out = v.n && (!p || profile_has(p, arg[1], v));
	return OK;
}

static enum err t_through(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct entry_may may = program(q);
	struct gate_answer g;
	struct entry other;
	int64_t id;
	*out = false;
	if (str_i64(value(q, e, arg[0]), &id) != OK || id <= 0)
		return OK;
	enum err got = entry_get(q->st, q->a, &may, id, 0, &other);
	if (got == OK)
		got = gate_open(q->st, q->a, q->school, arena_z(q->a, arg[1]), &other, q->now, &g);
	*out = got == OK && g.open;
	return got == ERR_ABSENT ? OK : got;
}

static enum err t_record(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct entry_may may = program(q);
	int64_t person, found = 0;
	*out = false;
	if (!person_of(q, e, arg[0], &person))
		return OK;
	struct entry_query query = { .reg = arena_z(q->a, arg[1]), .limit = 1, .bare = true, .n_where = 2,
		.where = { { .key = arena_z(q->a, arg[2]), .op = ENTRY_IS, .i = person }, { .key = arena_z(q->a, arg[3]), .op = ENTRY_IS, .s = arg[4] } } };
	TRY(entry_count(q->st, &may, &query, &found));
	*out = found > 0;
	return OK;
}

static enum err t_found(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	struct entry_may may = program(q);
	struct entry_query any = { .reg = arena_z(q->a, arg[0]), .limit = 1, .bare = true }, query = { .reg = any.reg, .limit = 50, .n_where = 1,
		.where = { { .key = arena_z(q->a, arg[1]), .op = ENTRY_IS, .s = arg[2] } } };
	struct entry_page page;
	struct gate_answer g;
	int64_t there = 0;
	TRY(entry_count(q->st, &may, &any, &there));
	*out = !there;
	TRY(entry_list(q->st, q->a, &may, &query, &page));
	for (size_t i = 0; i < page.n && !*out; i++) {
		TRY(gate_open(q->st, q->a, q->school, arena_z(q->a, arg[3]), &page.entries[i], q->now, &g));
		*out = g.open;
	}
	return OK;
}

/* 7.6-05: the first things that must not go out, with their place and the mend. */
static enum err t_public(struct gate_ask *q, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	AUTO(buf_done) struct buf b = buf_init(3000);
	struct guard *g;
	TRY(site_guard(q->st, q->a, q->school, q->now, &g));
	for (size_t i = 0; i < n; i++) {
		const struct field *f = reg_field(q->reg, arg[i]);
		TRY(site_say(g, q->a, f ? f->label : arg[i], value(q, e, arg[i]), &b));
	}
	*out = b.n == 0;
	q->what = arena_str(q->a, buf_str(&b));
	return OK;
}

enum err need_holds(struct gate_ask *q, enum need_test test, const struct str *arg, size_t n, const struct entry *e, bool *out)
{
	static test_fn *const fns[N_NEED] = {
		[NEED_FILLED] = t_filled, [NEED_YES] = t_yes, [NEED_IS] = t_is, [NEED_DIFFER] = t_differ, [NEED_BEFORE] = t_before,
		[NEED_AHEAD] = t_ahead, [NEED_OPEN] = t_open, [NEED_DOMAIN] = t_domain, [NEED_E164] = t_e164, [NEED_ROLE] = t_role,
		[NEED_KIND] = t_kind, [NEED_SOME] = t_some, [NEED_EACH] = t_each, [NEED_CURRENT] = t_current, [NEED_LINKED] = t_linked,
		[NEED_CONSENT] = t_consent, [NEED_AMONG] = t_among, [NEED_THROUGH] = t_through, [NEED_RECORD] = t_record, [NEED_FOUND] = t_found,
		[NEED_PUBLIC] = t_public,
	};
	return fns[test](q, arg, n, e, out);
}
