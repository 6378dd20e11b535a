/* One case: reading it, its steps, notes, hand-over, end. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/appointment.h"
#include "house/record/inside.h"

/* ---- small helpers ---- */

void fields_text(struct fields *f, const char *name, struct str value)
{
	assert(f->n < FIELDS_MAX);
	if (value.n)
		f->v[f->n++] = (struct entry_field){ str_z(name), value };
}

void fields_int(struct arena *a, struct fields *f, const char *name, int64_t value)
{
	fields_text(f, name, arena_fmt(a, "%lld", (long long)value));
}

int64_t entry_int(const struct entry *e, const char *field)
{
	int64_t v;
	return str_i64(entry_value(e, field), &v) == OK ? v : 0;
}

bool is_case_register(struct str reg)
{
	return str_is(reg, "case") || str_is(reg, "allegation") || str_is(reg, "allegation-head");
}

bool stands_as(const struct entry *e, int64_t person, enum entry_as as)
{
	for (size_t i = 0; i < e->n_people; i++)
		if (e->people[i].person == person && e->people[i].as == as)
			return true;
	return false;
}

enum err case_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *out,
                  bool *limited)
{
	struct entry e;
	TRY(entry_get(k->store, a, may, id, 0, &e));
	if (!is_case_register(e.reg))
		return ERR_ABSENT;
	*limited = !(may->classes & ENTRY_BIT(e.class)) && !stands_as(&e, may->person, ENTRY_ASSIGNED);
	*out = e;
	return OK;
}

enum err case_for_work(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *out)
{
	bool limited;
	struct entry e;
	TRY(case_get(k, a, may, id, &e, &limited));
	if (limited)
		return ERR_ABSENT;
	*out = e;
	return OK;
}

enum err case_put(const struct desk *k, const struct act *act, struct entry *e, const char *state, const struct fields *f)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct entry_may program = record_program(act->school);
	struct entry_in in = { .reg = NULL, .state = state, .fields = f->v, .n_fields = f->n };
	char reg[40];
	snprintf(reg, sizeof reg, "%.*s", STRF(e->reg));
	in.reg = reg;
	TRY(entry_update(k->store, act, &program, e->id, e->version, &in, &d));
	e->version++;
	return OK;
}

const char *const CASE_UNDER[5] = { "case-step", "case-note", "case-action", "referral", "case-block" };

/* What follows a case into its steps and notes: whoever must not see it, and whoever works on it. */
size_t case_heirs(const struct entry *e, struct entry_person *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < e->n_people && n < max; i++)
		if (e->people[i].as != ENTRY_AUTHOR)
			out[n++] = e->people[i];
	return n;
}

enum err case_child(const struct desk *k, const struct act *act, const struct entry *e, const char *reg,
                    const struct fields *f, struct diag *d)
{
	struct entry_person people[64];
	int64_t id;
	struct entry_in in = { .reg = reg, .class = e->class, .parent = e->id, .fields = f->v, .n_fields = f->n, .people = people };
	in.n_people = case_heirs(e, people, ARRAY_N(people));
	return entry_create(k->store, act, &in, d, &id);
}

enum err case_note_of(const struct desk *k, const struct act *act, const struct entry *e, const char *kind, struct str text,
                      int64_t happened_utc, struct str event_key)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct fields f = { 0 };
	fields_text(&f, "kind", str_z(kind));
	fields_text(&f, "text", text);
	fields_int(&a, &f, "happened", happened_utc ? happened_utc : clock_utc());
	fields_text(&f, "event_key", event_key);
	return case_child(k, act, e, "case-note", &f, &d);
}

enum err case_note(const struct desk *k, const struct act *act, const struct entry *e, const char *kind, struct str text,
                   int64_t happened_utc)
{
	return case_note_of(k, act, e, kind, text, happened_utc, STR_NONE);
}

/* ---- the procedure of a case ---- */

enum err procedure_keep(const struct desk *k, const struct act *act, const struct procedure *p, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct entry_may program = record_program(act->school);
	struct entry_query q = { .reg = "procedure-text", .where = { { "digest", ENTRY_IS, 0, p->digest } }, .n_where = 1,
		.bare = true };
	struct entry_page page;
	TRY(entry_list(k->store, &a, &program, &q, &page));
	if (page.n) {
		*id = page.entries[0].id;
		return OK;
	}
	struct fields f = { 0 };
	fields_text(&f, "procedure", p->id);
	fields_int(&a, &f, "version", p->version);
	fields_text(&f, "digest", p->digest);
	fields_text(&f, "source", p->source);
	struct entry_in in = { .reg = "procedure-text", .fields = f.v, .n_fields = f.n };
	return entry_create(k->store, act, &in, &d, id);
}

enum err case_text(const struct desk *k, struct arena *a, int64_t school, int64_t text, struct procedure *out)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct entry_may program = record_program(school);
	struct entry e;
	TRY(entry_get(k->store, a, &program, text, 0, &e));
	return procedure_read(a, STR("kept"), entry_value(&e, "source"), &d, out);
}

enum err case_procedure(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct procedure *out)
{
	return case_text(k, a, school, entry_int(e, "procedure_text"), out);
}

static int by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

/* All entries of one register under a case, oldest first. */
enum err case_under(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, const char *reg,
                      struct entry **out, size_t *n)
{
	struct entry_may program = record_program(school);
	struct entry *all = NULL;
	size_t have = 0;
	for (int64_t total = 1; (int64_t)have < total && have < PROC_ENTRIES_MAX;) {
		struct entry_query q = { .reg = reg, .parent = e->id, .offset = (int64_t)have, .limit = ENTRY_PAGE_MAX };
		struct entry_page page;
		TRY(entry_list(k->store, a, &program, &q, &page));
		struct entry *more = arena_array(a, struct entry, have + page.n + 1);
		if (have)
			memcpy(more, all, sizeof *all * have);
		if (page.n)
			memcpy(more + have, page.entries, sizeof *all * page.n);
		all = more;
		have += page.n;
		total = page.n ? page.total : 0;
	}
	if (have)
		qsort(all, have, sizeof *all, by_id);
	*out = all;
	*n = have;
	return OK;
}

static enum proc_what what_of(struct str word)
{
	return str_is(word, "undone") ? PROC_UNDONE : str_is(word, "skipped") ? PROC_SKIPPED : PROC_DONE;
}

enum err case_entries(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct proc_entry **out,
                      struct entry **entries, size_t *n)
{
	TRY(case_under(k, a, school, e, "case-step", entries, n));
	struct proc_entry *list = arena_array(a, struct proc_entry, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const struct entry *x = &(*entries)[i];
		list[i] = (struct proc_entry){ .step = entry_value(x, "step"), .what = what_of(entry_value(x, "what")),
			.answer = entry_value(x, "answer"), .about = entry_int(x, "about"), .happened_utc = entry_int(x, "happened"), .recorded_utc = x->made_utc };
	}
	*out = list;
	return OK;
}

/* ---- the state of a case ---- */

size_t case_learners(const struct entry *e, int64_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < e->n_people; i++)
		if ((e->people[i].as == ENTRY_SUBJECT && e->class == ENTRY_CHILD) || e->people[i].as == ENTRY_INVOLVED)
			out[n++] = e->people[i].person;
	return n;
}

enum err case_run(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct run *out)
{
	TRY(case_procedure(k, a, school, e, &out->p));
	TRY(case_entries(k, a, school, e, &out->facts, &out->entries, &out->n));
	out->learners = arena_array(a, int64_t, e->n_people + 1);
	out->n_learners = case_learners(e, out->learners);
	out->status = arena_array(a, struct step_status, out->p.n + 1);
	TRY(case_adults(k, a, school, e, out->learners, out->n_learners, &out->adults, &out->n_adults));
	int64_t *told = arena_array(a, int64_t, out->n_adults + 1);
	size_t n_told = 0;
	for (size_t i = 0; i < out->n_adults; i++)
		if (!out->adults[i].kept_from)
			told[n_told++] = out->adults[i].person;
	out->given = (struct proc_facts){ .profile = &k->library->profile, .calendar = library_calendar(k->library), .entries = out->facts,
		.n = out->n, .learners = out->learners, .n_learners = out->n_learners, .adults = told, .n_adults = n_told,
		.opened_utc = e->made_utc, .now_utc = clock_utc() };
	procedure_run(&out->p, &out->given, out->status);
	return OK;
}

/* The open step that is due first; -1 when none has a time. */
static ptrdiff_t first_due(const struct run *r)
{
	ptrdiff_t best = -1;
	for (size_t i = 0; i < r->p.n; i++) {
		const struct step_status *s = &r->status[i];
		if (s->state != STATE_OPEN || !s->due_utc)
			continue;
		if (best < 0 || s->due_utc < r->status[best].due_utc)
			best = (ptrdiff_t)i;
	}
	return best;
}

static void put_category(const struct run *r, struct fields *f)
{
	ptrdiff_t i = procedure_find(&r->p, STR("risk-area"));
	if (i >= 0 && r->status[i].state == STATE_DONE)
		fields_text(f, "risk_area", r->status[i].answer);
}

/* Parents who must still be told, in a procedure that asks for it now. */
static bool parents_owed(const struct run *r)
{
	for (size_t i = 0; i < r->p.n; i++) {
		struct str id = r->p.steps[i].id;
		bool open = r->status[i].state == STATE_OPEN || r->status[i].state == STATE_LOCKED;
		if (open && (str_starts(id, STR("parents")) || str_is(id, "telling-harm")))
			return true;
	}
	return false;
}

static bool by_the_desk(const struct proc_step *s, const struct profile *p)
{
	const struct str *who;
	size_t n = procedure_who(s, p, &who);
	for (size_t i = 0; i < n; i++)
		if (str_is(who[i], "dsl") || str_is(who[i], "deputy") || str_is(who[i], "head") || str_is(who[i], "chair") || str_is(who[i], "staff"))
			return true;
	return n == 0;
}

/* Something is to do that only others can do: a teacher, a technician. */
static bool waits_for_others(const struct run *r, const struct profile *p)
{
	for (size_t i = 0; i < r->p.n; i++)
		if (r->status[i].state == STATE_OPEN && !r->p.steps[i].optional && !by_the_desk(&r->p.steps[i], p))
			return true;
	return false;
}

/* What is due first of steps of one's own and of others' answers: their words stay sealed, so the case says which kind. */
static enum err sooner(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, int64_t *due, struct str *next,
                       bool *waits)
{
	struct case_action *actions;
	struct case_referral *asked;
	size_t n;
	TRY(case_actions(k, a, school, e, &actions, &n));
	if (n && str_is(actions[0].state, "open") && (!*due || actions[0].due_utc < *due)) {
		*due = actions[0].due_utc;
		*next = STR("A step of our own");
	}
	TRY(case_referrals(k, a, school, e, &asked, &n));
	*waits = n && str_is(asked[0].state, "waiting");
	if (*waits && (!*due || asked[0].chase_utc < *due)) {
		*due = asked[0].chase_utc;
		*next = STR("Ask again for an answer");
	}
	return OK;
}

enum err case_refresh(const struct desk *k, const struct act *act, struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct run r = { 0 };
	struct fields f = { 0 };
	TRY(case_run(k, &a, act->school, e, &r));
	ptrdiff_t i = first_due(&r);
	int64_t due = i < 0 ? 0 : r.status[i].due_utc;
	struct str next = i < 0 ? STR("-") : r.p.steps[i].title;
	bool waits;
	TRY(sooner(k, &a, act->school, e, &due, &next, &waits));
	fields_int(&a, &f, "due", due);
	fields_text(&f, "next", next);
	put_category(&r, &f);
	fields_text(&f, "parents", parents_owed(&r) ? STR("owed") : STR("settled"));
	fields_text(&f, "waits", waits || waits_for_others(&r, &k->library->profile) ? STR("yes") : STR("no"));
	return case_put(k, act, e, NULL, &f);
}

enum err case_step_auto(const struct desk *k, const struct act *act, const struct entry *e, const char *step,
                        const char *answer, struct str details, int64_t happened_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct fields f = { 0 };
	fields_text(&f, "step", str_z(step));
	fields_text(&f, "what", STR("done"));
	fields_text(&f, "answer", str_z(answer));
	fields_text(&f, "details", details);
	fields_int(&a, &f, "happened", happened_utc ? happened_utc : clock_utc());
	return case_child(k, act, e, "case-step", &f, &d);
}

/* ---- who looks after it ---- */

/* Whoever acts on a case has seen it: the clock stops and an owner is set. */
enum err case_acknowledge(const struct desk *k, const struct act *act, struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	if (entry_int(e, "ack"))
		return OK;
	fields_int(&a, &f, "ack", clock_utc());
	fields_int(&a, &f, "ack_due", 0);
	if (!entry_int(e, "owner"))
		fields_int(&a, &f, "owner", act->person);
	TRY(case_put(k, act, e, NULL, &f));
	return case_note(k, act, e, "seen", STR_NONE, 0);
}

enum err record_acknowledge(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	bool first = !entry_int(&e, "ack");
	TRY(case_acknowledge(k, act, &e));
	struct procedure p;
	TRY(case_procedure(k, &a, act->school, &e, &p));
	const char *step = procedure_step(&p, STR("safeguarding")) ? "safeguarding" : procedure_step(&p, STR("seen")) ? "seen" : NULL;
	if (first && step) {
		TRY(case_step_auto(k, act, &e, step, NULL, STR_NONE, 0));
		TRY(case_refresh(k, act, &e));
	}
	return db_tx_commit(&tx);
}

enum err record_note(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                     enum note_kind kind, struct str text, int64_t happened_utc, struct diag *d)
{
	static const char *const words[] = { [NOTE_PLAIN] = "note", [NOTE_AMENDMENT] = "amendment", [NOTE_CONTACT] = "contact" };
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_trim(text).n || text.n > RECORD_WORDS_MAX || !str_utf8(text)) {
		diag_add(d, DIAG_ERROR, STR("text"), 0, "Please write something, at most %d characters.", RECORD_WORDS_MAX);
		return ERR_INVALID;
	}
	return case_note(k, act, &e, words[kind], text, happened_utc);
}

enum err record_signpost(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str text)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	bool limited;
	TRY(case_get(k, &a, may, id, &e, &limited));
	return case_note(k, act, &e, "signpost", text, 0);
}

static bool excluded(const struct entry *e, int64_t person)
{
	return stands_as(e, person, ENTRY_SUBJECT) || stands_as(e, person, ENTRY_BARRED);
}

/* Adds a person to the case and to all that stands under it. */
enum err case_person_add(const struct desk *k, const struct act *act, struct entry *e, int64_t person, enum entry_as as)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct entry_may program = record_program(act->school);
	struct entry_person one = { person, as };
	char reg[40];
	snprintf(reg, sizeof reg, "%.*s", STRF(e->reg));
	struct entry_in in = { .reg = reg, .people = &one, .n_people = 1 };
	TRY(entry_update(k->store, act, &program, e->id, e->version, &in, &d));
	e->version++;
	for (size_t r = 0; r < ARRAY_N(CASE_UNDER); r++) {
		struct entry *list;
		size_t n;
		TRY(case_under(k, &a, act->school, e, CASE_UNDER[r], &list, &n));
		in.reg = CASE_UNDER[r];
		for (size_t i = 0; i < n; i++)
			TRY(entry_update(k->store, act, &program, list[i].id, list[i].version, &in, &d));
	}
	return OK;
}

/* Some cases are worked on by the lead and the deputies alone, whoever else may read them. */
static bool for_leads(const struct desk *k, const struct entry *e)
{
	const struct topic *t = topic_of_procedure(&k->library->topics, entry_value(e, "kind"));
	return t && t->leads;
}

/* The lead's work goes to nobody without current training; back to the lead always. */
static enum err trained_for(const struct desk *k, const struct entry *e, int64_t school, int64_t to, role_set roles, struct diag *d)
{
	if (e->class != ENTRY_CHILD || roles & ROLE_BIT(ROLE_DSL) || appointment_trained_now(k->store->db, school, to))
		return OK;
	diag_add(d, DIAG_ERROR, STR("to"), 0, "This is the safeguarding lead's work: it goes to somebody trained for it within two years. Record the training on their page first.");
	return ERR_INVALID;
}

enum err record_hand_over(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                          int64_t to, role_set to_roles, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct fields f = { 0 };
	struct entry_may theirs = record_may(act->school, to, to_roles);
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	bool reads = (theirs.classes & ENTRY_BIT(e.class)) != 0;
	if (for_leads(k, &e) && !(to_roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY))))
		return ERR_FORBIDDEN;
	if (to <= 0 || excluded(&e, to) || !(reads || (theirs.own & ENTRY_BIT(e.class))))
		return ERR_FORBIDDEN;
	TRY(trained_for(k, &e, act->school, to, to_roles, d));
	if (!reads)
		TRY(case_person_add(k, act, &e, to, ENTRY_ASSIGNED));
	TRY(entry_get(k->store, &a, may, id, 0, &e));
	fields_int(&a, &f, "owner", to);
	TRY(case_put(k, act, &e, NULL, &f));
	TRY(case_note(k, act, &e, "handover", arena_fmt(&a, "%lld %.*s", (long long)to, STRF(why)), 0));
	char link[LINK_MAX];
	snprintf(link, sizeof link, "/case/%lld", (long long)id);
	TRY(notify_add(k->store->db, act, NOTICE_HANDED_OVER, to, link, id, 0));
	return db_tx_commit(&tx);
}

/* Whoever looked after it must not see it any more: it waits anew, and the clock asks the next one at its next turn. */
static enum err orphan(const struct desk *k, const struct act *act, struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	fields_int(&a, &f, "owner", 0);
	fields_int(&a, &f, "ack", 0);
	fields_int(&a, &f, "ack_due", clock_utc());
	return case_put(k, act, e, NULL, &f);
}

enum err record_exclude(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                        int64_t person, enum entry_as as)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (as != ENTRY_SUBJECT && as != ENTRY_BARRED)
		return ERR_INVALID;
	TRY(case_person_add(k, act, &e, person, as));
	TRY(q_outbox_withdraw_do(k->store->db, &(struct q_outbox_withdraw_args){ .school = act->school, .person = person, .entry = id }, NULL));
	if (entry_int(&e, "owner") == person)
		TRY(orphan(k, act, &e));
	return db_tx_commit(&tx);
}

/* ---- end and new beginning ---- */

/* Steps of one's own that are not done, and questions to others without an answer. */
static enum err still_open(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct diag *d, size_t *n)
{
	struct case_action *actions;
	struct case_referral *asked;
	size_t have;
	TRY(case_actions(k, a, school, e, &actions, &have));
	for (size_t i = 0; i < have; i++)
		if (str_is(actions[i].state, "open")) {
			diag_add(d, DIAG_ERROR, STR("actions"), 0, "Still to do: %.*s", STRF(actions[i].title));
			*n += 1;
		}
	TRY(case_referrals(k, a, school, e, &asked, &have));
	for (size_t i = 0; i < have; i++)
		if (str_is(asked[i].state, "waiting")) {
			diag_add(d, DIAG_ERROR, STR("referrals"), 0, "Waits for an answer: %.*s. Record it, or end the wait with the reason.", STRF(asked[i].agency));
			*n += 1;
		}
	return OK;
}

enum err record_close(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct run r = { 0 };
	struct fields f = { 0 };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "open"))
		return ERR_STATE;
	TRY(case_run(k, &a, act->school, &e, &r));
	size_t *missing = arena_array(&a, size_t, r.p.n + 1);
	size_t n = procedure_missing(&r.p, r.status, missing);
	for (size_t i = 0; i < n; i++)
		diag_add(d, DIAG_ERROR, r.p.steps[missing[i]].id, 0, "Still missing: %.*s", STRF(r.p.steps[missing[i]].title));
	TRY(still_open(k, &a, act->school, &e, d, &n));
	if (n)
		return ERR_INVALID;
	fields_int(&a, &f, "closed", clock_utc());
	fields_int(&a, &f, "due", 0);
	fields_int(&a, &f, "ack_due", 0);
	TRY(case_put(k, act, &e, "closed", &f));
	TRY(case_note(k, act, &e, "closed", STR_NONE, 0));
	return db_tx_commit(&tx);
}

enum err record_reopen(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct fields f = { 0 };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "closed"))
		return ERR_STATE;
	if (!str_trim(why).n)
		return ERR_INVALID;
	fields_int(&a, &f, "closed", 0);
	TRY(case_put(k, act, &e, "open", &f));
	TRY(case_note(k, act, &e, "reopened", why, 0));
	TRY(case_refresh(k, act, &e));
	return db_tx_commit(&tx);
}
