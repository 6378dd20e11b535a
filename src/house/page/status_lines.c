#include "house/page/status_lines.h"

#include <jansson.h>

#include "base/mem.h"
#include "base/time.h"
#include "event/event.h"
#include "gen_queries.h"
#include "house/account/appointment.h"
#include "house/filter/overblock.h"
#include "house/filter/sealed_watch.h"
#include "house/page/needs.h"
#include "house/account/people.h"
#include "house/page/policy_here.h"
#include "house/record/record.h"
#include "house/store/activity.h"
#include "house/web/directive.h"
#include "house/training/training.h"
#include "policy/decide/sealed_state.h"

enum { HOUR_S = 3600, DAY_S = 86400, YEAR_S = 365 * DAY_S, SMALL = 5, GATE_QUIET_S = 2 * DAY_S, INGEST_LATE_S = 60, GAPS_TOLD = 6 };

static struct evidence *line(struct status_lines *l, const char *name)
{
	assert(l->n < STATUS_LINES_MAX);
	l->v[l->n] = (struct status_line){ .name = str_z(name), .e = { .served = true, .measured = true } };
	return &l->v[l->n++].e;
}

void status_where(struct status_lines *l, const char *href, enum cap cap)
{
	assert(l->n > 0);
	l->v[l->n - 1].href = href;
	l->v[l->n - 1].cap = cap;
}

static enum err feature(const struct evidence_ask *q, struct arena *a, struct status_lines *l, const char *name, const char *feature)
{
	struct evidence *e = line(l, name);
	return evidence_of(q, a, str_z(feature), e);
}

/* ---- the gate ---- */

static enum err gate(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	int64_t started, loaded, n;
	struct evidence *e = line(l, "The gate");
	TRY(evidence_gate(q, a, EVENT_STARTED, &started, &n));
	TRY(evidence_gate(q, a, EVENT_SNAPSHOT_LOADED, &loaded, &n));
	int64_t seen_ms = 0;
	if (q->activity)
		TRY(activity_newest_ms(q->activity, q->school, &seen_ms));
	e->at_utc = seen_ms / 1000;
	e->stale = e->at_utc && q->now_utc - e->at_utc > GATE_QUIET_S;       /* a gate that ended tells nothing */
	e->status = !started && !loaded ? STATUS_RED : e->stale ? STATUS_AMBER : STATUS_GREEN;
	e->text = !started && !loaded ? STR("No worker of the gate has been heard of.")
	          : e->stale ? STR("The gate has told nothing for days: see whether it runs.") : STR("The gate has started and taken a policy into use.");
	return OK;
}

static enum err refused_policy(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	int64_t refused, loaded, n;
	TRY(evidence_gate(q, a, EVENT_SNAPSHOT_REFUSED, &refused, &n));
	TRY(evidence_gate(q, a, EVENT_SNAPSHOT_LOADED, &loaded, &n));
	if (refused <= loaded)
		return OK;
	struct evidence *e = line(l, "A policy was refused");
	e->at_utc = refused;
	e->status = STATUS_RED;
	e->text = STR("The gate refused the newest policy file; the last good one stays in use.");
	return OK;
}

static enum err lost(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	int64_t at, n;
	struct q_evidence_gate_sum_row sum = { 0 };
	struct evidence *e = line(l, "Events lost for want of room");
	TRY(evidence_gate(q, a, EVENT_LOST, &at, &n));
	if (q->activity)
		TRY(q_evidence_gate_sum_one(q->activity, a, &(struct q_evidence_gate_sum_args){ .school = q->school, .kind = EVENT_LOST,
			.from_day = q->now_utc / DAY_S - 30 }, &sum));
	e->at_utc = at;
	e->status = sum.n ? STATUS_RED : at || !q->activity ? STATUS_AMBER : STATUS_NONE;
	e->text = sum.n ? arena_fmt(a, "%lld events were lost in the last 30 days: look at the gate's disk.", (long long)sum.n)
	                : STR("No loss was reported in the last 30 days.");
	return OK;
}

/* Addresses of which nothing is known: they had the strictest rules, and are still somebody (field B5). */
static enum err nobodys(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	int64_t at, n;
	struct q_evidence_gate_sum_row sum = { 0 };
	struct evidence *e = line(l, "Traffic of nobody known");
	TRY(evidence_gate(q, a, EVENT_UNKNOWN_COUNT, &at, &n));
	if (q->activity)
		TRY(q_evidence_gate_sum_one(q->activity, a, &(struct q_evidence_gate_sum_args){ .school = q->school, .kind = EVENT_UNKNOWN_COUNT,
			.from_day = q->now_utc / DAY_S - 7 }, &sum));
	e->at_utc = at;
	e->status = sum.n ? STATUS_AMBER : at || q->activity ? STATUS_GREEN : STATUS_NONE;
	e->text = sum.n ? arena_fmt(a, "%lld requests in the last 7 days came from addresses of which nothing is known. The strictest rules held for them. See which devices the filter knows, and in which networks they stand.", (long long)sum.n)
	                : STR("No request in the last 7 days came from an address of which nothing is known.");
	return OK;
}

/* What the keeper answers of itself. */
static void keeper(struct page_ctx *c, const struct evidence_ask *q, struct status_lines *l)
{
	struct evidence *e = line(l, "Reading the gate's events");
	AUTO(buf_done) struct buf answer = buf_init(4096);
	e->status = STATUS_RED;
	e->text = STR("The keeper does not answer: the gate goes on filtering, and its events wait in the spool.");
	if (!c->web->directive_sock || directive_ask(c, "status", "", &answer) != OK)
		return;
	json_t *j = json_loadb(answer.p ? answer.p : "", answer.n, 0, NULL);
	e->at_utc = json_integer_value(json_object_get(j, "ingested_ms")) / 1000;
	json_decref(j);
	e->status = e->at_utc && q->now_utc - e->at_utc <= INGEST_LATE_S ? STATUS_GREEN : STATUS_AMBER;
	e->text = e->at_utc ? STR("The keeper reads the gate's spool.") : STR("The keeper runs; it has not read the gate's spool yet.");
}

/* ---- the filter ---- */

static enum status status_of(enum light l) { return l == LIGHT_GREEN ? STATUS_GREEN : l == LIGHT_AMBER ? STATUS_AMBER : STATUS_RED; }

/* Believed as far as it is asked each hour; else as somebody last tested it by hand. */
static void supplier(struct arena *a, const struct evidence_ask *q, const struct sealed_facts *f, struct status_lines *l)
{
	struct evidence *e = line(l, "Supplier's filter in front");
	bool open = f->upstream.open_utc > f->upstream.held_utc;
	e->measured = f->upstream.any;
	e->at_utc = e->measured ? f->upstream.held_utc : f->supplier_tested_utc;
	e->status = e->measured ? (open ? STATUS_RED : sealed_upstream_holds(f, q->now_utc) ? STATUS_GREEN : STATUS_AMBER) : e->at_utc ? STATUS_AMBER : STATUS_RED;
	e->stale = e->at_utc && q->now_utc - e->at_utc > (e->measured ? SEALED_ASKED_S : SEALED_SUPPLIER_S);
	e->text = f->supplier.n ? arena_fmt(a, "The filter of %.*s stands in front of this one.", STRF(f->supplier)) : STR("A supplier's filter stands in front of this one.");
}

static enum err sealed(struct page_ctx *c, const struct evidence_ask *q, struct status_lines *l)
{
	AUTO(policy_free) struct policy *p = NULL;
	struct evidence *e = line(l, "Protected lists");
	status_where(l, "/status/sealed", CAP_SCHOOL);
	e->at_utc = q->now_utc;
	e->status = STATUS_RED;
	e->text = STR("No policy is in use here, so no protected list is applied.");
	if (page_policy(c, &p) != OK)
		return OK;
	struct sealed_facts f = sealed_facts_of(p);
	TRY(sealed_evidence(q->store, c->arena, q->school, &f));
	struct sealed_state s = sealed_state(c->arena, &f, q->now_utc);
	e->status = status_of(s.light);
	e->text = s.sentence;
	e->at_utc = f.feed_utc ? f.feed_utc : f.upstream.any ? f.upstream.held_utc : f.supplier_tested_utc;
	if (f.supplier.n || f.upstream.any) {
		supplier(c->arena, q, &f, l);
		status_where(l, "/status/sealed", CAP_SCHOOL);
	}
	return OK;
}

/* Every gap of the last year with its dates; the newest first. */
static enum err sealed_gap_line(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	struct sealed_gap *v;
	size_t n;
	AUTO(buf_done) struct buf b = buf_init(8000);
	TRY(sealed_gaps(q->store, a, q->school, q->now_utc - YEAR_S, &v, &n));
	for (size_t i = 0; i < n && i < GAPS_TOLD; i++)
		buf_fmt(&b, "%s%.*s", i ? " " : "", STRF(sealed_gap_words(a, &v[i])));
	if (n > GAPS_TOLD)
		buf_fmt(&b, " And %zu more: they stand on the page of the protected lists.", n - GAPS_TOLD);
	struct evidence *e = line(l, "Times in the last year when the protected lists were not shown to be applied");
	status_where(l, "/status/sealed", CAP_SCHOOL);
	e->at_utc = q->now_utc;
	e->status = n && !v[0].end_utc ? STATUS_RED : n ? STATUS_AMBER : STATUS_GREEN;
	e->text = n ? arena_str(a, buf_str(&b)) : STR("None is known.");
	return OK;
}

static enum err chain(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	struct q_evidence_checkpoint_row r;
	struct evidence *e = line(l, "Signed checkpoint of the records");
	TRY(q_evidence_checkpoint_one(q->store->db, a, &(struct q_evidence_checkpoint_args){ .school = q->school }, &r));
	e->at_utc = r.at_utc;
	e->stale = r.at_utc && q->now_utc - r.at_utc > 3 * HOUR_S;
	e->status = !r.at_utc ? STATUS_AMBER : e->stale ? STATUS_AMBER : STATUS_GREEN;
	e->text = r.at_utc ? STR("The records are sealed by a signed checkpoint.") : STR("No signed checkpoint has been made yet.");
	return OK;
}

/* ---- people and parameters ---- */

/* Every role that must be filled; a vacancy is red, with since when (0-05, 0-06, 0-07, 0-08). */
static enum err role_lines(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	const struct profile *p = q->library ? &q->library->profile : NULL;
	struct vacancy *v;
	size_t n;
	TRY(appointment_vacancies(q->store->db, a, q->school, p, &v, &n));
	for (int r = 0; r < role_count(); r++) {
		const struct role_facts *f = role_facts((enum role)r);
		if (strcmp(f->needed, "yes") != 0 && !(f->needed[0] && p && profile_yes(p, f->needed)))
			continue;
		struct evidence *e = line(l, f->title);
		status_where(l, "/roles", CAP_ROLES);
		e->at_utc = q->now_utc;
		e->status = STATUS_GREEN;
		e->text = STR("The role is filled.");
		for (size_t i = 0; i < n; i++)
			if (v[i].role == (enum role)r) {
				e->status = STATUS_RED;
				e->text = vacancy_words(a, &v[i]);
			}
	}
	return OK;
}

/* 5.2-01: where the profile has one, an empty statement is a gap. */
static enum err needs_line(struct page_ctx *c, const struct evidence_ask *q, struct status_lines *l)
{
	struct str found, done;
	if (!q->library || !profile_yes(&q->library->profile, "vulnerable.needs_statement"))
		return OK;
	TRY(page_needs(c, &found, &done));
	struct evidence *e = line(l, "Needs of our community");
	e->at_utc = q->now_utc;
	e->status = found.n ? STATUS_GREEN : STATUS_RED;
	e->text = found.n ? STR("The statement stands in the policy.") : STR("The policy does not say yet how the needs of the community were found and what was done.");
	return OK;
}

/* What the safeguarding lead and the deputies lack (4.2-06, 4.2-07), and how many people something. */
static enum err training(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	struct training t;
	struct matrix m;
	TRY(feature(q, a, l, "Training", "training-record"));
	if (!q->library)
		return OK;
	TRY(training_open(q->store, q->library, a, q->school, &t));
	TRY(matrix_load(&t, 0, q->now_utc, &m));
	for (size_t i = 0; i < m.n; i++)
		for (size_t k = 0; k < t.modules.n; k++)
			if (m.people[i].roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY)) && stand_red(matrix_at(&t, &m, i, k)))
				buf_fmt(&b, " %s: %.*s, %s.", m.people[i].roles & ROLE_BIT(ROLE_DSL) ? "The lead" : "A deputy", STRF(t.modules.v[k].title), stand_title(matrix_at(&t, &m, i, k).state));
	status_where(l, "/training", CAP_TRAINING);
	struct evidence *e = line(l, "Training of the safeguarding lead and the deputies");
	status_where(l, "/training", CAP_TRAINING);
	e->at_utc = q->now_utc;
	e->status = b.n ? STATUS_RED : STATUS_GREEN;
	e->text = b.n ? arena_str(a, str_trim(buf_str(&b))) : STR("Nothing of theirs is overdue.");
	return OK;
}

static void parameters(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	const struct profile *p = &q->library->profile;
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		if (!p->params[i].confirmed && p->params[i].n_values && n++ < 3)
			buf_fmt(&b, " %.*s: %.*s.", STRF(p->params[i].title), STRF(p->params[i].values[0]));
	struct evidence *e = line(l, "Parameters of the policy");
	e->measured = false;
	e->status = n ? STATUS_AMBER : STATUS_GREEN;
	e->text = n ? arena_fmt(a, "%zu are defaults that the school has not confirmed, such as:%.*s", n, STRF(buf_str(&b))) : STR("The school has confirmed all of them.");
}

static enum err review(struct page_ctx *c, const struct evidence_ask *q, struct status_lines *l)
{
	struct document d = { 0 };
	TRY(feature(q, c->arena, l, "The policy document", "policy-document"));
	enum err e = document_active(q->store, c->arena, q->school, &d);
	if (e == ERR_ABSENT || (e == OK && !d.overdue))
		return OK;
	TRY(e);
	struct evidence *x = &l->v[l->n - 1].e;
	x->text = arena_fmt(c->arena, "The review of the policy is overdue. It is looked after by %.*s.", STRF(page_review_owner(c, &d)));
	return OK;
}

enum err status_lines(struct page_ctx *c, const struct evidence_ask *q, struct status_lines *out)
{
	struct arena *a = c->arena;
	*out = (struct status_lines){ .v = arena_array(a, struct status_line, STATUS_LINES_MAX) };
	TRY(gate(q, a, out));
	TRY(feature(q, a, out, "The filter's policy", "web-filter"));
	status_where(out, "/changes", CAP_RULE_PROPOSE);
	TRY(refused_policy(q, a, out));
	keeper(c, q, out);
	TRY(feature(q, a, out, "Events in the house", "activity-log"));
	TRY(lost(q, a, out));
	TRY(nobodys(q, a, out));
	TRY(sealed(c, q, out));
	TRY(chain(q, a, out));
	TRY(feature(q, a, out, "Named logging", "data-protection"));
	status_where(out, "/status/monitoring", CAP_SCHOOL);
	TRY(review(c, q, out));
	status_where(out, "/policy/versions", CAP_POLICY_TEXT);
	TRY(feature(q, a, out, "Agreements", "aup-signing"));
	status_where(out, "/agreements/unsigned", CAP_ACCOUNTS);
	TRY(role_lines(q, a, out));
	TRY(training(q, a, out));
	TRY(needs_line(c, q, out));
	TRY(status_linked(c, q->now_utc, out));
	TRY(status_sign_in(c, q->now_utc, out));
	parameters(q, a, out);
	TRY(feature(q, a, out, "Contacts", "contact-directory"));
	status_where(out, "/contacts", CAP_CONTACTS);
	return OK;
}

/* ---- governors ---- */

static struct str small(struct arena *a, int64_t n)
{
	return n == 0 ? STR("none") : n < SMALL ? STR("fewer than 5") : arena_fmt(a, "%lld", (long long)n);
}

static enum err counts(const struct evidence_ask *q, struct arena *a, struct status_lines *l, const char *name, const char *field)
{
	struct desk desk = { q->store, q->library };
	struct record_count *v;
	size_t n;
	AUTO(buf_done) struct buf b = buf_init(4000);
	TRY(record_counts(&desk, a, q->school, q->viewer, field, q->now_utc - YEAR_S, q->now_utc + 1, &v, &n));
	for (size_t i = 0; i < n; i++)            /* twenty kinds of which there was none hide the one that there was */
		if (v[i].n)
			buf_fmt(&b, "%s%.*s: %.*s", b.n ? "; " : "", STRF(v[i].word), STRF(small(a, v[i].n)));
	struct evidence *e = line(l, name);
	e->at_utc = q->now_utc;
	e->text = b.n ? arena_fmt(a, "%.*s. No others.", STRF(buf_str(&b))) : STR("None.");
	return OK;
}

/* How many are open, and how many were closed: closing needs an outcome and a review. */
static enum err outcomes(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	struct entry_may may = { .school = q->school, .person = q->viewer, .classes = ENTRY_BIT(ENTRY_CHILD) };
	struct entry_query open = { .reg = "case", .states = { "open" }, .from_utc = q->now_utc - YEAR_S };
	struct entry_query closed = { .reg = "case", .states = { "closed" }, .from_utc = q->now_utc - YEAR_S };
	int64_t n_open, n_closed;
	TRY(entry_count(q->store, &may, &open, &n_open));
	TRY(entry_count(q->store, &may, &closed, &n_closed));
	struct evidence *e = line(l, "Cases of the last year, and their outcome");
	e->at_utc = q->now_utc;
	e->text = arena_fmt(a, "Being worked on: %.*s. Closed with an outcome and a review: %.*s.", STRF(small(a, n_open)), STRF(small(a, n_closed)));
	return OK;
}

static enum err traffic(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	struct activity_count *v = NULL;
	size_t n = 0;
	int64_t refused = 0, visits = 0, limited = 0, today = time_uk_midnight(q->now_utc) / DAY_S;
	if (q->activity)
		TRY(activity_counts(q->activity, a, q->school, today - 30, today + 1, &v, &n));
	for (size_t i = 0; i < n; i++) {
		refused += v[i].kind == EVENT_REFUSED || v[i].kind == EVENT_DNS_REFUSED ? v[i].n : 0;
		visits += v[i].kind == EVENT_VISIT ? v[i].n : 0;
		limited += v[i].kind == EVENT_REFUSED || v[i].kind == EVENT_DNS_REFUSED || v[i].kind == EVENT_VISIT ? v[i].limited : 0;
	}
	struct evidence *e = line(l, "Pages in the last 30 days");
	e->at_utc = q->now_utc;
	e->text = arena_fmt(a, "Opened: %lld. Refused: %lld. Of these %lld are a " LIMITED_VIEW ": only the name of the site was seen.", (long long)visits, (long long)refused, (long long)limited);
	return OK;
}

/* Sites that people asked for, decided or waiting: whether the filter refuses too much. */
static enum err overblocking(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	struct entry_may may = { .school = q->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_tally *v;
	size_t n;
	AUTO(buf_done) struct buf b = buf_init(2000);
	TRY(entry_tally_states(q->store, a, &may, &(struct entry_query){ .reg = "site-request", .from_utc = q->now_utc - YEAR_S }, &v, &n));
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%.*s: %lld", i ? "; " : "", STRF(v[i].word), (long long)v[i].n);
	struct evidence *e = line(l, "Sites that were asked for in the last year");
	e->at_utc = q->now_utc;
	e->text = b.n ? arena_str(a, buf_str(&b)) : STR("none");
	return OK;
}

/* 7.3.1-03: how much of what lessons need the filter closes, as the last night found. */
static enum err overblock_rate(const struct evidence_ask *q, struct arena *a, struct status_lines *l)
{
	struct overblock_night *v;
	size_t n;
	TRY(overblock_nights(q->store, a, q->school, 1, &v, &n));
	struct evidence *e = line(l, "Places that lessons need and the filter closes");
	if (!n || v->failed) {
		e->status = STATUS_AMBER;
		e->text = n ? v->says : STR("Not tried yet.");
		return OK;
	}
	e->at_utc = v->at_utc;
	e->status = v->closed ? STATUS_AMBER : STATUS_GREEN;
	e->text = arena_fmt(a, "%lld of %lld tried are closed: %lld.%lld%%.", (long long)v->closed, (long long)v->tried, (long long)(v->rate / 10), (long long)(v->rate % 10));
	return OK;
}

enum err governor_lines(struct page_ctx *c, const struct evidence_ask *q, struct status_lines *out)
{
	struct arena *a = c->arena;
	*out = (struct status_lines){ .v = arena_array(a, struct status_line, STATUS_LINES_MAX) };
	TRY(feature(q, a, out, "The policy document", "policy-document"));
	TRY(status_linked(c, q->now_utc, out));
	TRY(feature(q, a, out, "Duties and their proof", "clause-trace"));
	TRY(outcomes(q, a, out));
	TRY(counts(q, a, out, "How concerns came", "origin"));
	TRY(counts(q, a, out, "What they were about", "topic_type"));
	TRY(counts(q, a, out, "Kind of risk", "risk_area"));
	TRY(feature(q, a, out, "Agreements", "aup-signing"));
	TRY(feature(q, a, out, "The filter's policy", "web-filter"));
	TRY(sealed(c, q, out));
	TRY(sealed_gap_line(q, a, out));
	TRY(traffic(q, a, out));
	TRY(overblocking(q, a, out));
	TRY(overblock_rate(q, a, out));
	TRY(feature(q, a, out, "Filter changes", "filter-change-log"));
	TRY(feature(q, a, out, "Monitoring and data protection", "data-protection"));
	TRY(chain(q, a, out));
	return feature(q, a, out, "Contacts", "contact-directory");
}
