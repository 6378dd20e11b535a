#include "house/training/inside.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"

enum { TITLE_MAX = 200, EVALUATION_MAX = 4000, PEOPLE_PAGE = 5000 };

#define LEADS (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY))

static struct workshop workshop_of(const struct entry *e)
{
	return (struct workshop){ .id = e->id, .version = e->version, .state = e->state, .title = entry_value(e, "title"), .on_utc = entry_utc(e, "on"), .at = entry_value(e, "at"),
		.place = entry_value(e, "place"), .modules = entry_value(e, "modules"), .leader = entry_i64(e, "leader"), .external = entry_value(e, "external"),
		.covered = entry_value(e, "covered"), .evaluation = entry_value(e, "evaluation"), .follows = entry_i64(e, "follows"),
		.invited = str_is(entry_value(e, "invited"), "yes") };
}

/* The place of each module named, in the file's order; what is unknown is left out. */
static size_t places(const struct training *t, struct str words, size_t out[MODULES_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < t->modules.n && n < MODULES_MAX; i++)
		if (words_have(words, t->modules.v[i].id) && !t->modules.v[i].reads.n)
			out[n++] = i;
	return n;
}

/* ---- planning ---- */

static enum err check(const struct training *t, const struct workshop *in, struct diag *d)
{
	size_t before = d->errors, at[MODULES_MAX];
	if (!str_trim(in->title).n || in->title.n > TITLE_MAX)
		diag_add(d, DIAG_ERROR, STR("title"), 0, "Say in a few words what it is.");
	if (!in->on_utc)
		diag_add(d, DIAG_ERROR, STR("on"), 0, "Say on which day.");
	if (!places(t, in->modules, at))
		diag_add(d, DIAG_ERROR, STR("modules"), 0, "Tick at least one thing that it covers.");
	if (!in->leader && !str_trim(in->external).n)
		diag_add(d, DIAG_ERROR, STR("leader"), 0, "Say who leads it: somebody who works here, or a trainer from outside.");
	return d->errors > before ? ERR_INVALID : OK;
}

static enum err invite(const struct training *t, const struct act *act, int64_t session, const int64_t *people, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(notify_add(t->store->db, act, NOTICE_TRAINING_OFFER, people[i], "/training/me", session, 0));
	return OK;
}

enum err workshop_save(const struct training *t, const struct act *act, const struct workshop *in, const int64_t *people, size_t n, struct diag *d, int64_t *id)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(check(t, in, d));
	const struct entry_field f[] = { { STR("title"), in->title }, { STR("on"), time_iso_date(t->a, in->on_utc) }, { STR("at"), training_text(in->at) },
		{ STR("place"), training_text(in->place) }, { STR("modules"), in->modules }, { STR("leader"), arena_id(t->a, in->leader) },
		{ STR("external"), training_text(in->external) }, { STR("follows"), arena_id(t->a, in->follows) }, { STR("invited"), in->invited || n ? STR("yes") : STR("no") } };
	struct entry_person *who = arena_array(t->a, struct entry_person, n + 1);
	for (size_t i = 0; i < n; i++)
		who[i] = (struct entry_person){ people[i], ENTRY_INVOLVED };
	struct entry_in e = { .reg = "training-session", .fields = f, .n_fields = ARRAY_N(f), .people = who, .n_people = n };
	*id = in->id;
	TRY(db_tx_begin(t->store->db, &tx));
	if (in->id)
		TRY(training_change(t, act, in->id, in->version, NULL, f, ARRAY_N(f), d));
	else
		TRY(entry_create(t->store, act, &e, d, id));
	TRY(invite(t, act, *id, people, n));
	return db_tx_commit(&tx);
}

enum err workshop_get(const struct training *t, int64_t id, struct workshop *out)
{
	struct entry e;
	TRY(training_entry(t, "training-session", id, &e));
	*out = workshop_of(&e);
	return OK;
}

enum err workshop_list(const struct training *t, bool over, int64_t offset, int64_t limit, struct workshop **out, size_t *n, int64_t *total)
{
	struct entry_may may = training_may(t->school);
	struct entry_query q = { .reg = "training-session", .states = { over ? "held" : "planned" }, .order_by = "on", .ascending = !over, .offset = offset, .limit = limit };
	struct entry_page page;
	TRY(entry_list(t->store, t->a, &may, &q, &page));
	*out = arena_array(t->a, struct workshop, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = workshop_of(&page.entries[i]);
	*n = page.n;
	if (total)
		*total = page.total;
	return OK;
}

/* ---- who ---- */

static bool among(const int64_t *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == id)
			return true;
	return false;
}

static enum err invited(const struct training *t, const struct workshop *s, int64_t **out, size_t *n)
{
	struct entry e;
	TRY(training_entry(t, "training-session", s->id, &e));
	*out = arena_array(t->a, int64_t, e.n_people + 1);
	*n = 0;
	for (size_t i = 0; i < e.n_people; i++)
		if (e.people[i].as == ENTRY_INVOLVED)
			(*out)[(*n)++] = e.people[i].person;
	return OK;
}

static bool any_for(const struct training *t, const size_t *at, size_t n, const struct training_person *p)
{
	for (size_t i = 0; i < n; i++)
		if (training_for(t, at[i], p))
			return true;
	return false;
}

enum err workshop_expected(const struct training *t, const struct workshop *s, struct training_person **out, size_t *n)
{
	size_t at[MODULES_MAX], n_at = places(t, s->modules, at), all, kept = 0, n_asked = 0;
	int64_t *asked = NULL;
	if (s->invited)
		TRY(invited(t, s, &asked, &n_asked));
	TRY(training_people(t, out, &all));
	for (size_t i = 0; i < all; i++)
		if (s->invited ? among(asked, n_asked, (*out)[i].id) : any_for(t, at, n_at, &(*out)[i]))
			(*out)[kept++] = (*out)[i];
	*n = kept;
	return OK;
}

static enum err scanned(const struct training *t, int64_t session, int64_t **out, size_t *n)
{
	struct q_training_here_rows_row *rows;
	TRY(q_training_here_rows(t->store->db, t->a, &(struct q_training_here_rows_args){ .school = t->school, .session = session }, &rows, n));
	*out = arena_array(t->a, int64_t, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = rows[i].person;
	return OK;
}

enum err workshop_there(const struct training *t, const struct workshop *s, int64_t **out, size_t *n)
{
	struct q_training_from_row *rows;
	size_t found;
	if (!str_is(s->state, "held"))
		return scanned(t, s->id, out, n);
	TRY(q_training_from(t->store->db, t->a, &(struct q_training_from_args){ .school = t->school, .source = s->id }, &rows, &found));
	*out = arena_array(t->a, int64_t, found + 1);
	*n = 0;
	for (size_t i = 0; i < found; i++)
		if (!among(*out, *n, rows[i].person))
			(*out)[(*n)++] = rows[i].person;
	return OK;
}

/* ---- what was covered ---- */

enum err workshop_items(const struct training *t, const struct workshop *s, struct str covered, struct workshop_item **out, size_t *n)
{
	size_t at[MODULES_MAX], n_at = places(t, s->modules, at);
	*out = arena_array(t->a, struct workshop_item, n_at * MODULE_ITEMS_MAX + 1);
	*n = 0;
	for (size_t i = 0; i < n_at; i++)
		for (size_t k = 0; k < t->modules.v[at[i]].n_items; k++) {
			const struct module *m = &t->modules.v[at[i]];
			struct str key = arena_fmt(t->a, "%.*s.%.*s", STRF(m->id), STRF(m->items[k].id));
			(*out)[(*n)++] = (struct workshop_item){ m, &m->items[k], key, words_have(covered, key) };
		}
	return OK;
}

static enum err all_covered(const struct training *t, const struct workshop *s, struct str covered, struct diag *d)
{
	struct workshop_item *items;
	size_t n, before = d->errors;
	TRY(workshop_items(t, s, covered, &items, &n));
	for (size_t i = 0; i < n; i++)
		if (items[i].item->required && !items[i].ticked)
			diag_add(d, DIAG_ERROR, STR("covered"), 0, "Not ticked: \"%.*s\". %.*s is not complete without it: cover it, or take this part out of the session.",
			         STRF(items[i].item->label), STRF(items[i].module->title));
	return d->errors > before ? ERR_INVALID : OK;
}

bool workshop_led_by(const struct training *t, const struct workshop *s, role_set led, int64_t now_utc)
{
	role_set held = 0;
	return s->leader && role_held(t->store->db, t->school, s->leader, now_utc, &held) == OK && held & led;
}

static enum err rightly_led(const struct training *t, const struct workshop *s, struct diag *d)
{
	size_t at[MODULES_MAX], n = places(t, s->modules, at), before = d->errors;
	for (size_t i = 0; i < n; i++) {
		const struct module *m = &t->modules.v[at[i]];
		if (m->led.n && !workshop_led_by(t, s, module_roles(m->led), clock_utc()))
			diag_add(d, DIAG_ERROR, STR("leader"), 0, "%.*s is given by the safeguarding lead or a deputy. Change who leads it, or take this part out.", STRF(m->title));
	}
	return d->errors > before ? ERR_INVALID : OK;
}

/* ---- closing ---- */

struct closing {
	const struct training *t;
	const struct act *act;
	const struct workshop *s;
	const int64_t *people, *by_code;
	size_t n, n_code;
	struct q_training_from_row *was;
	size_t n_was;
};

static bool had_it(const struct closing *c, int64_t person, struct str module)
{
	for (size_t i = 0; i < c->n_was; i++)
		if (c->was[i].person == person && str_eq(c->was[i].module, module) && c->was[i].on_utc == c->s->on_utc)
			return true;
	return false;
}

/* What no longer holds: an unticked person, a part that was taken out, another day. */
static enum err take_back(const struct closing *c)
{
	for (size_t i = 0; i < c->n_was; i++) {
		const struct q_training_from_row *r = &c->was[i];
		if (among(c->people, c->n, r->person) && words_have(c->s->modules, r->module) && r->on_utc == c->s->on_utc)
			continue;
		TRY(q_training_end_do(c->t->store->db, &(struct q_training_end_args){ .school = c->t->school, .id = r->id, .now = clock_utc(), .by = c->act->person }, NULL));
		TRY(audit_add(c->t->store->db, c->act, "training.taken-back", (struct audit_about){ "person", r->person }, NULL));
	}
	return OK;
}

static enum err give(const struct closing *c)
{
	size_t at[MODULES_MAX], n_at = places(c->t, c->s->modules, at);
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < n_at; k++) {
			struct str module = c->t->modules.v[at[k]].id;
			if (!had_it(c, c->people[i], module))
				TRY(training_had(c->t, c->act, c->people[i], module, c->s->on_utc, c->s->id, among(c->by_code, c->n_code, c->people[i]) ? "scanned" : "listed"));
		}
	return OK;
}

static enum err write_close(struct closing *c, struct str covered, struct str evaluation, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	AUTO(audit_batch_done) struct audit_batch batch = { 0 };
	bool led = workshop_led_by(c->t, c->s, LEADS, clock_utc());
	const struct entry_field f[] = { { STR("covered"), training_text(covered) }, { STR("evaluation"), training_text(evaluation) }, { STR("led"), led ? STR("yes") : STR("no") },
		{ STR("yearly"), words_have(c->s->modules, STR("yearly")) ? STR("yes") : STR("no") } };
	TRY(db_tx_begin(c->t->store->db, &tx));
	TRY(audit_batch_begin(c->t->store->db, c->t->school, &batch));
	TRY(take_back(c));
	TRY(give(c));
	TRY(training_change(c->t, c->act, c->s->id, c->s->version, "held", f, ARRAY_N(f), d));
	TRY(audit_batch_end(&batch));
	return db_tx_commit(&tx);
}

enum err workshop_close(const struct training *t, const struct act *act, const struct workshop *s, struct str covered, struct str evaluation,
                       const int64_t *people, size_t n, struct diag *d)
{
	struct closing c = { .t = t, .act = act, .s = s, .people = people, .n = n };
	int64_t *code;
	size_t before = d->errors;
	if (str_is(s->state, "cancelled"))
		return ERR_STATE;
	if (s->on_utc > clock_utc())
		diag_add(d, DIAG_ERROR, STR("covered"), 0, "It is planned for a day that has not come yet. Change the day if it was earlier.");
	if (evaluation.n > EVALUATION_MAX)
		diag_add(d, DIAG_ERROR, STR("evaluation"), 0, "Use fewer words: at most %d letters.", EVALUATION_MAX);
	if (covered.n > TRAINING_COVERED_MAX)
		return ERR_LIMIT;
	if (all_covered(t, s, covered, d) != OK || rightly_led(t, s, d) != OK || d->errors > before)
		return ERR_INVALID;
	TRY(scanned(t, s->id, &code, &c.n_code));
	c.by_code = code;
	TRY(q_training_from(t->store->db, t->a, &(struct q_training_from_args){ .school = t->school, .source = s->id }, &c.was, &c.n_was));
	return write_close(&c, covered, evaluation, d);
}

enum err workshop_cancel(const struct training *t, const struct act *act, const struct workshop *s, struct diag *d)
{
	return str_is(s->state, "planned") ? training_change(t, act, s->id, s->version, "cancelled", NULL, 0, d) : ERR_STATE;
}

enum err workshop_offer(const struct training *t, const struct act *act, const struct workshop *s, int64_t on_utc, struct str place, struct diag *d, int64_t *id)
{
	struct training_person *all;
	int64_t *there, *missed;
	size_t n, n_there, n_missed = 0;
	TRY(workshop_expected(t, s, &all, &n));
	TRY(workshop_there(t, s, &there, &n_there));
	missed = arena_array(t->a, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!among(there, n_there, all[i].id))
			missed[n_missed++] = all[i].id;
	if (!n_missed)
		return ERR_STATE;
	struct workshop next = { .title = s->title, .on_utc = on_utc, .place = place, .modules = s->modules, .leader = s->leader, .external = s->external, .follows = s->id, .invited = true };
	return workshop_save(t, act, &next, missed, n_missed, d, id);
}
