#include "house/evidence/evidence.h"

#include "base/mem.h"
#include "base/time.h"
#include "event/event.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/document/document.h"
#include "house/evidence/monitoring.h"
#include "house/security/check.h"
#include "house/record/record.h"
#include "house/store/activity.h"
#include "house/training/training.h"

enum { DAY_S = 86400, YEAR_S = 365 * DAY_S };

const char *status_word(enum status s)
{
	static const char *const words[] = { "no judgement", "red", "amber", "green" };
	return words[s];
}

struct str evidence_age(struct arena *a, int64_t at, int64_t now)
{
	int64_t s = now - at;
	if (!at)
		return STR_NONE;
	if (s < 120)
		return STR("just now");
	if (s < 2 * 3600)
		return arena_fmt(a, "%lld minutes ago", (long long)(s / 60));
	if (s < 2 * DAY_S)
		return arena_fmt(a, "%lld hours ago", (long long)(s / 3600));
	return arena_fmt(a, "on %.*s", STRF(time_date_words(a, at)));
}

typedef enum err provider(const struct evidence_ask *q, struct arena *a, struct evidence *out);

static enum err signatures(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	struct q_evidence_people_row people;
	struct q_evidence_signed_row s;
	TRY(q_evidence_people_one(q->store->db, a, &(struct q_evidence_people_args){ .school = q->school, .now = q->now_utc }, &people));
	TRY(q_evidence_signed_one(q->store->db, a, &(struct q_evidence_signed_args){ .school = q->school, .now = q->now_utc }, &s));
	out->measured = true;
	out->at_utc = s.newest;
	out->status = s.n == 0 ? STATUS_RED : s.n < people.n ? STATUS_AMBER : STATUS_GREEN;
	out->text = arena_fmt(a, "%lld of %lld people here have signed the agreement that is in force for them.", (long long)s.n, (long long)people.n);
	return OK;
}

static enum err document(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	struct document d;
	enum err e = document_active(q->store, a, q->school, &d);
	if (e == ERR_ABSENT) {
		out->status = STATUS_RED;
		out->text = STR("No version of the policy is in force.");
		return OK;
	}
	TRY(e);
	out->at_utc = d.e.changed_utc;
	out->stale = d.overdue;
	out->status = d.overdue ? STATUS_RED : d.by_governor && d.by_head ? STATUS_GREEN : STATUS_AMBER;
	out->text = arena_fmt(a, "Version %.*s is in force, %s by a governor and %s by the headteacher; review due %.*s.",
		STRF(entry_value(&d.e, "label")), d.by_governor ? "signed" : "not signed", d.by_head ? "signed" : "not signed",
		STRF(time_date_words(a, d.review_utc)));
	return OK;
}

static enum err roles(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	static const enum role needed[] = { ROLE_HEAD, ROLE_DSL, ROLE_GOVERNOR, ROLE_TECHNICIAN };
	AUTO(buf_done) struct buf b = buf_init(2000);
	struct person *p;
	size_t n, filled = 0;
	for (size_t i = 0; i < ARRAY_N(needed); i++) {
		TRY(person_of_role(q->store->db, a, q->school, needed[i], &p, &n));
		filled += n > 0;
		if (!n)
			buf_fmt(&b, " Nobody is %s.", role_title(needed[i]));
	}
	out->measured = true;
	out->at_utc = q->now_utc;
	out->status = filled == ARRAY_N(needed) ? STATUS_GREEN : STATUS_RED;
	out->text = arena_fmt(a, "%zu of %zu roles that must be filled are filled.%.*s", filled, ARRAY_N(needed), STRF(buf_str(&b)));
	return OK;
}

static enum err contacts(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	const struct contacts *c = &q->library->contacts;
	size_t n = 0, verified = 0;
	int64_t oldest = 0;
	for (size_t i = 0; i < c->n; i++) {
		int64_t at = c->v[i].verified_utc;
		n += c->v[i].state == CONTACT_LIVE;
		verified += c->v[i].state == CONTACT_LIVE && at;
		oldest = at && (!oldest || at < oldest) ? at : oldest;
	}
	out->at_utc = oldest;
	out->stale = oldest && q->now_utc - oldest > YEAR_S;
	out->status = n && verified == n && !out->stale ? STATUS_GREEN : STATUS_AMBER;
	out->text = arena_fmt(a, "%zu entries; somebody at the school has checked %zu of them.", n, verified);
	return OK;
}

static enum err cases(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	struct desk desk = { q->store, q->library };
	struct record_count *v;
	size_t n;
	int64_t all = 0;
	TRY(record_counts(&desk, a, q->school, q->viewer, "origin", q->now_utc - YEAR_S, q->now_utc + 1, &v, &n));
	for (size_t i = 0; i < n; i++)
		all += v[i].n;
	out->measured = true;
	out->at_utc = q->now_utc;
	out->status = all ? STATUS_GREEN : STATUS_NONE;
	out->text = !all ? STR("Nothing was reported in the last year.") : all < 5 ? STR("Fewer than 5 cases in the last year.")
	            : arena_fmt(a, "%lld cases in the last year.", (long long)all);
	return OK;
}

static enum err entries(const struct evidence_ask *q, struct arena *a, const char *reg, const char *what, struct evidence *out)
{
	struct q_evidence_entries_row r;
	TRY(q_evidence_entries_one(q->store->db, a, &(struct q_evidence_entries_args){ .school = q->school, .register_ = str_z(reg),
		.from = q->now_utc - YEAR_S }, &r));
	out->measured = true;
	out->at_utc = r.newest;
	out->status = r.n ? STATUS_GREEN : STATUS_NONE;
	out->text = r.n ? arena_fmt(a, "%lld %s in the last year.", (long long)r.n, what) : arena_fmt(a, "No %s in the last year.", what);
	return OK;
}

static enum err filter_changes(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	return entries(q, a, "filter-change", "filter changes", out);
}

static enum err sessions(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	return entries(q, a, "class-session", "class sessions", out);
}

static enum err activity(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	int64_t ms = 0;
	if (q->activity)
		TRY(activity_newest_ms(q->activity, q->school, &ms));
	out->measured = true;
	out->at_utc = ms / 1000;
	out->stale = ms && q->now_utc - out->at_utc > 3 * DAY_S;
	out->status = !ms ? STATUS_RED : out->stale ? STATUS_AMBER : STATUS_GREEN;
	out->text = ms ? STR("The gate's events reach the house.") : STR("No event of the gate has reached the house.");
	return OK;
}

enum err evidence_gate(const struct evidence_ask *q, struct arena *a, int kind, int64_t *at, int64_t *n)
{
	struct q_evidence_gate_newest_row r;
	struct q_evidence_gate_day_row last;
	*at = *n = 0;
	if (!q->activity)
		return OK;
	TRY(q_evidence_gate_day_one(q->activity, a, &(struct q_evidence_gate_day_args){ .school = q->school, .kind = kind }, &last));
	/* The counts by day say where to look: a UK day begins within two hours of a UTC one. */
	int64_t from_ms = (last.day * DAY_S - 2 * 3600) * 1000;
	if (!last.day)
		return OK;
	enum err e = q_evidence_gate_newest_one(q->activity, a, &(struct q_evidence_gate_newest_args){ .school = q->school, .kind = kind,
		.from_ms = from_ms, .upto_ms = from_ms + (DAY_S + 4 * 3600) * 1000LL }, &r);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	*at = r.at_ms / 1000;
	*n = r.n;
	return OK;
}

enum err evidence_policy(const struct evidence_ask *q, struct arena *a, struct running_policy *out)
{
	struct q_evidence_audit_newest_row p = { 0 };
	struct q_evidence_published_row l = { 0 };
	*out = (struct running_policy){ 0 };
	enum err e = q_evidence_audit_newest_one(q->store->db, a, &(struct q_evidence_audit_newest_args){ .school = q->school, .what = STR("policy.published") }, &p);
	if (e != OK && e != ERR_ABSENT)
		return e;
	TRY(evidence_gate(q, a, EVENT_SNAPSHOT_LOADED, &out->loaded_utc, &out->loaded));
	if (out->loaded) {
		e = q_evidence_published_one(q->store->db, a, &(struct q_evidence_published_args){ .school = q->school, .generation = out->loaded }, &l);
		if (e != OK && e != ERR_ABSENT)
			return e;
	}
	out->published = p.about;
	out->published_utc = p.at_utc;
	out->published_digest = p.why;
	out->loaded_digest = l.why;
	out->same = p.why.n && str_eq(p.why, l.why);
	return OK;
}

static enum err filter(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	struct running_policy r;
	TRY(evidence_policy(q, a, &r));
	out->measured = true;
	out->at_utc = r.loaded_utc ? r.loaded_utc : r.published_utc;
	out->status = r.same ? STATUS_GREEN : r.published ? STATUS_AMBER : STATUS_RED;
	if (!r.published)
		out->text = STR("No filter policy has been published.");
	else if (!r.loaded)
		out->text = arena_fmt(a, "Filter policy %lld was published; the gate has not said yet that it runs it.", (long long)r.published);
	else
		out->text = arena_fmt(a, "The gate runs filter policy %lld, %s that was published last (%lld).", (long long)r.loaded,
			r.same ? "the one" : "not the one", (long long)r.published);
	return OK;
}

static enum err trace(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	size_t n = 0, tested = 0;
	for (size_t i = 0; i < q->library->clauses.n; i++) {
		const struct clause *c = &q->library->clauses.v[i];
		n += clause_holds(c, q->library->profile.name);
		tested += clause_holds(c, q->library->profile.name) && c->n_tests;
	}
	out->measured = true;
	out->status = tested == n ? STATUS_GREEN : STATUS_AMBER;
	out->text = arena_fmt(a, "%zu of %zu duties of this policy name the tests that prove them.", tested, n);
	return OK;
}

static enum err people(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	struct q_evidence_people_row r;
	TRY(q_evidence_people_one(q->store->db, a, &(struct q_evidence_people_args){ .school = q->school, .now = q->now_utc }, &r));
	out->measured = true;
	out->at_utc = q->now_utc;
	out->status = r.n ? STATUS_GREEN : STATUS_RED;
	out->text = arena_fmt(a, "%lld people have an account of their own kind.", (long long)r.n);
	return OK;
}

static enum err protection(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	struct monitoring m;
	TRY(monitoring_get(q->store, a, q->school, &m));
	bool whole = m.assessment && m.retention && m.notice_given;
	out->at_utc = m.assessed_utc;
	out->stale = m.assessed_utc && q->now_utc - m.assessed_utc > 2 * (int64_t)YEAR_S;
	out->status = !whole ? STATUS_AMBER : out->stale ? STATUS_AMBER : STATUS_GREEN;
	out->text = arena_fmt(a, "Impact assessment %s, retention %s, notice %s; browsing is %s against names.", m.assessment ? "recorded" : "not recorded",
		m.retention ? "recorded" : "not recorded", m.notice_given ? "recorded" : "not recorded", m.on ? "kept" : "not kept");
	return OK;
}

/* Whose training is in order; who came to a session is what its leader said. */
static enum err trained(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	struct training t;
	struct matrix m;
	size_t red = 0, has;
	TRY(training_open(q->store, q->library, a, q->school, &t));
	TRY(matrix_load(&t, 0, q->now_utc, &m));
	for (size_t i = 0; i < m.n; i++) {
		has = 0;
		for (size_t k = 0; k < t.modules.n; k++)
			has += stand_red(matrix_at(&t, &m, i, k));
		red += has > 0;
	}
	out->at_utc = q->now_utc;
	out->status = !m.n ? STATUS_NONE : red ? STATUS_RED : STATUS_GREEN;
	out->text = arena_fmt(a, "%zu of %zu people have the training that is asked of them.", m.n - red, m.n);
	return OK;
}

static enum err security(const struct evidence_ask *q, struct arena *a, struct evidence *out)
{
	struct check_run *r = arena_new(a, struct check_run);
	size_t red = 0, amber = 0;
	enum err e = check_kept(q->store, a, q->school, 0, r);
	out->measured = true;
	out->status = STATUS_AMBER;
	out->text = STR("The security check has not run yet.");
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	for (size_t i = 0; i < r->n; i++) {
		red += r->v[i].status == STATUS_RED;
		amber += r->v[i].status == STATUS_AMBER;
	}
	out->at_utc = r->at_utc;
	out->stale = q->now_utc - r->at_utc > 2 * 86400;
	out->status = red ? STATUS_RED : amber || out->stale ? STATUS_AMBER : STATUS_GREEN;
	out->text = arena_fmt(a, "The security check of %zu things shows %zu red, %zu amber.", r->n, red, amber);
	return OK;
}

static const struct { const char *feature; provider *run; } table[] = {
	{ "aup-signing", signatures }, { "policy-document", document }, { "policy-review", document }, { "role-register", roles },
	{ "contact-directory", contacts }, { "concern-record", cases }, { "incident-procedure:", cases }, { "filter-breach", cases },
	{ "report-channel", cases }, { "filter-change-log", filter_changes }, { "class-session", sessions }, { "activity-log", activity },
	{ "web-filter", filter }, { "safe-search", filter }, { "clause-trace", trace }, { "user-register", people },
	{ "data-protection", protection }, { "monitoring-notice", protection }, { "training-record", trained }, { "security-check", security },
};

static size_t row_of(struct str feature)
{
	size_t i = 0;
	for (; i < ARRAY_N(table); i++) {
		struct str name = str_z(table[i].feature);
		if (str_eq(feature, name) || (str_ends(name, STR(":")) && str_starts(feature, name)))
			break;
	}
	return i;
}

struct str evidence_source(struct str feature)
{
	size_t i = row_of(feature), first = 0;
	if (i == ARRAY_N(table))
		return feature;
	while (table[first].run != table[i].run)
		first++;
	return str_z(table[first].feature);
}

enum err evidence_of(const struct evidence_ask *q, struct arena *a, struct str feature, struct evidence *out)
{
	size_t i = row_of(feature);
	*out = (struct evidence){ 0 };
	if (i < ARRAY_N(table)) {
		out->served = true;
		return table[i].run(q, a, out);
	}
	return OK;
}
