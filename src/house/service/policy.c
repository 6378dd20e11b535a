/* The register as the filter hears of it, its days, and its beginning. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/service/channel.h"
#include "house/service/inner.h"
#include "house/task/task.h"
#include "policy/read/tables.h"

enum { NAMES_BYTES = 64 * 1024 };

static void names(struct buf *b, const char *key, struct str hosts)
{
	struct str host;
	buf_fmt(b, "%s =", key);
	while (service_host(&hosts, &host))
		buf_fmt(b, " %.*s", STRF(host));
	buf_z(b, "\n");
}

static void until(struct arena *a, struct buf *b, int64_t at)
{
	if (at)
		buf_fmt(b, "until = %.*s\n", STRF(time_iso(a, at)));
}

/* A search tool that the gate knows by name is held by that name alone: its other services are no business of it. */
static void hold(struct buf *b, const struct entry *e, struct str also)
{
	if (entry_value(e, "tool").n || (!entry_value(e, "hosts").n && !also.n))
		return;
	buf_fmt(b, "\n[service service-%lld]\n", (long long)e->number);
	if (entry_value(e, "hosts").n)
		names(b, "hold", entry_value(e, "hosts"));
	if (also.n)
		names(b, "hold", also);
	buf_z(b, "reason = It waits for its risk assessment; see the register of services.\n");
	if (str_is(entry_value(e, "setting-devices"), "yes"))
		names(b, "device", entry_value(e, "hosts"));
}

static void release(struct arena *a, struct buf *b, const struct entry *e, const struct service_now *s, const char *scope, struct str of)
{
	struct str hosts = entry_value(s->assessment.id ? &s->assessment : e, "hosts");
	if (!hosts.n)
		return;
	buf_fmt(b, "\n[service service-%lld-%.*s]\n", (long long)e->number, STRF(of));
	names(b, entry_value(e, "tool").n ? "in-use" : "open", hosts);
	buf_fmt(b, "scope = %s %.*s\nreason = Its risk assessment is signed.\n", scope, STRF(of));
	until(a, b, s->closes_utc);
}

/* 7.9.2-02: learners call nobody before a member of staff opens it for their class, for a while: closed by a rule, which only that opens. */
static void calls(struct buf *b, const struct entry *e, struct str hosts, struct str group)
{
	if (!str_is(entry_value(e, "kind"), "videoconference") || !hosts.n || !(str_starts(group, STR("ks")) || str_is(group, "early-years")))
		return;
	buf_fmt(b, "\n[rule service-%lld-calls-%.*s]\n", (long long)e->number, STRF(group));
	names(b, "block", hosts);
	buf_fmt(b, "scope = group %.*s\nreason = A member of staff opens it for each call.\n", STRF(group));
}

static void released(struct arena *a, struct buf *b, const struct entry *e, const struct service_now *s)
{
	struct str groups = entry_value(&s->assessment, "groups"), learner = entry_value(&s->assessment, "learner"), group;
	if (str_is(e->state, "in-use")) {
		if (!entry_value(e, "hosts").n)
			return;
		buf_fmt(b, "\n[service service-%lld-in-use]\n", (long long)e->number);
		names(b, "in-use", entry_value(e, "hosts"));
		buf_z(b, "reason = It was in use when the register began, and is to be assessed.\n");
		until(a, b, s->closes_utc);
		return;
	}
	if (learner.n)
		release(a, b, e, s, "person", learner);
	while (!learner.n && str_next(&groups, ' ', &group))
		if (group.n) {
			release(a, b, e, s, "group", group);
			calls(b, e, entry_value(&s->assessment, "hosts"), group);
		}
}

static enum err one(struct store *st, struct arena *a, int64_t school, const struct entry *e, int64_t now, struct buf *out)
{
	struct service_now s;
	if (!service_counts(e) || str_is(e->state, "not-used"))
		return OK;
	TRY(service_now(st, a, school, e, now, &s));
	hold(out, e, s.changed ? entry_value(&s.assessment, "hosts") : STR_NONE);
	if (s.gate.open)
		released(a, out, e, &s);
	return OK;
}

enum err service_policy(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct buf *out)
{
	struct entry_may may = service_may(school);
	struct entry_query q = { .reg = "service", .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	bool search = false;
	for (;; q.offset += ENTRY_PAGE_MAX) {
		TRY(entry_list(st, a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++) {
			TRY(one(st, a, school, &page.entries[i], now_utc, out));
			search |= service_counts(&page.entries[i]) && str_is(entry_value(&page.entries[i], "kind"), "search");
		}
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	if (search)
		buf_z(out, "\n[text service]\nsearch = assessed\n");
	return OK;
}

/* ---- days ---- */

static enum err tell(struct store *st, const struct act *act, struct arena *a, const struct entry *e, const struct service_now *s, const char *what,
                     const char *role, struct str title, bool *opened)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id;
	struct task_in in = { .kind = "service", .title = title, .for_role = role, .due_utc = s->day_utc > act->school ? s->day_utc : clock_utc(),
		.details = STR("Assess it again and sign, or say that it is no longer used. It closes by itself when its days of grace are over; only the signatures open it."),
		.link = arena_fmt(a, "/services/%lld", (long long)e->id).p,
		.key = arena_fmt(a, "service-%lld-%lld-%s", (long long)e->number, (long long)s->day_utc, what).p };
	return task_open_once(st, act, &in, &d, &id, opened);
}

static enum err look(struct store *st, struct arena *a, const struct act *act, const struct entry *e, int64_t now, size_t *closed)
{
	struct service_now s;
	struct str name = entry_value(e, "name");
	bool opened = false;
	TRY(service_now(st, a, act->school, e, now, &s));
	if (!s.day_utc || !(str_is(e->state, "in-use") || str_is(e->state, "assessed")))
		return OK;
	if (s.light == LIGHT_AMBER)
		return tell(st, act, a, e, &s, "soon", "technician", arena_fmt(a, "%.*s: its risk assessment is due by %.*s", STRF(name), STRF(time_date_words(a, s.day_utc))), &opened);
	if (s.light == LIGHT_RED)
		return tell(st, act, a, e, &s, "red", "leadership", arena_fmt(a, "%.*s is past its risk assessment, and closes on %.*s", STRF(name), STRF(time_date_words(a, s.closes_utc))), &opened);
	if (s.light != LIGHT_CLOSED)
		return OK;
	TRY(tell(st, act, a, e, &s, "closed", "leadership", arena_fmt(a, "%.*s is closed: its risk assessment ran out", STRF(name)), &opened));
	*closed += opened;
	return OK;
}

/* 6-02: once a year leadership looks at how online risks are found, weighed and made smaller, and writes down what changes. */
static enum err method(struct store *st, struct arena *a, const struct act *act, int64_t now)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct civil day = time_uk(now);
	int64_t id;
	struct task_in in = { .kind = "risk-method", .title = STR("How are online risks found, weighed and made smaller here? Look at the method, and write what changes"),
		.for_role = "leadership", .due_utc = time_from_uk((struct civil){ .year = day.year, .month = 12, .day = 1 }), .link = "/services",
		.details = STR("Are the questions of the risk assessments still the right ones? Did something happen that they did not ask about?"),
		.key = arena_fmt(a, "risk-method-%d", day.year).p };
	return task_open_once(st, act, &in, &d, &id, NULL);
}

enum err service_tick(struct store *st, int64_t school, int64_t now_utc, size_t *closed)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "the days of services" };
	struct entry_may may = service_may(school);
	struct entry_query q = { .reg = "service", .states = { "in-use", "assessed" }, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(method(st, &a, &act, now_utc));
	TRY(channel_tick(st, school, now_utc));
	for (*closed = 0;; q.offset += ENTRY_PAGE_MAX) {
		TRY(entry_list(st, &a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			TRY(look(st, &a, &act, &page.entries[i], now_utc, closed));
		if (page.n < ENTRY_PAGE_MAX)
			return OK;
	}
}

/* ---- the beginning ---- */

static enum err bring(struct store *st, struct arena *a, int64_t school, const char *kind, struct str tool, struct str name, struct str hosts, int64_t now)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct act act = { school, 0, "in use when the register began" };
	int64_t id;
	struct entry_field f[] = {
		{ STR("name"), name }, { STR("kind"), str_z(kind) }, { STR("hosts"), hosts }, { STR("tool"), tool },
		{ STR("purpose"), STR("The filter lets it through by name. Write here what it is for.") },
		{ STR("assess-by"), time_date_words(a, now + SERVICE_ASSESS_DAYS * 86400) },
	};
	struct service_in in = { f, ARRAY_N(f), true };
	enum err e = service_add(st, &act, "in-use", &in, &d, &id);
	for (size_t i = 0; i < d.n; i++)
		log_line(LOG_WARN, "bringing %.*s into the register of services: %.*s", STRF(name), STRF(d.items[i].text));
	return e == ERR_INVALID ? OK : e;
}

static bool chosen_for_learners(const struct policy *p, int64_t tool)
{
	static const char *const groups[] = { "early-years", "ks1", "ks2" };
	for (size_t i = 0; i < ARRAY_N(groups); i++) {
		uint32_t g = policy_group(p, str_z(groups[i]));
		if (g != GROUP_NONE && !p->groups.v[g].any_tool && p->groups.v[g].tools >> tool & 1)
			return p->tools.v[tool].flags & TOOL_SEARCH;
	}
	return false;
}

static struct str names_of(struct arena *a, const struct policy *p, enum rule_kind kind, struct str name, int64_t tool)
{
	AUTO(buf_done) struct buf b = buf_init(NAMES_BYTES);
	for (size_t i = 0; i < p->rules.n; i++) {
		const struct rule *r = &p->rules.v[i];
		if (r->kind == kind && (kind == RULE_SEARCH ? r->who == tool : str_eq(r->name, name)))
			buf_fmt(&b, "%.*s\n", STRF(r->host));
	}
	return arena_str(a, buf_str(&b));
}

static bool first_of(const struct policy *p, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (p->rules.v[i].kind == RULE_TEACHING && str_eq(p->rules.v[i].name, p->rules.v[at].name))
			return false;
	return true;
}

static enum err bring_all(struct store *st, struct arena *a, int64_t school, const struct policy *p, int64_t now, size_t *n)
{
	TRY(bring(st, a, school, "filter", STR_NONE, STR("Filtering and monitoring"), STR(""), now));
	(*n)++;
	for (size_t i = 0; i < p->tools.n; i++)
		if (chosen_for_learners(p, (int64_t)i)) {
			TRY(bring(st, a, school, "search", p->tools.v[i].name, p->tools.v[i].title, names_of(a, p, RULE_SEARCH, STR_NONE, (int64_t)i), now));
			(*n)++;
		}
	for (size_t i = 0; i < p->rules.n; i++) {
		const struct rule *r = &p->rules.v[i];
		if (r->kind != RULE_TEACHING || !first_of(p, i))
			continue;
		TRY(bring(st, a, school, "curriculum", STR_NONE, r->host, names_of(a, p, RULE_TEACHING, r->name, 0), now));
		(*n)++;
	}
	return OK;
}

enum err service_begin(struct store *st, int64_t school, const char *snapshot, int64_t now_utc, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(policy_free) struct policy *p = NULL;
	struct entry_may may = service_may(school);
	struct entry_query q = { .reg = "service", .limit = 1, .bare = true };
	int64_t there;
	*n = 0;
	TRY(entry_count(st, &may, &q, &there));
	if (there)
		return OK;
	TRY(policy_open(snapshot, STR_NONE, &p));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(bring_all(st, &a, school, p, now_utc, n));
	return db_tx_commit(&tx);
}
