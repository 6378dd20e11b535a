#include "house/account/username.h"
#include "house/roll/apply.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/username.h"
#include "house/roll/apply_inner.h"
#include "house/roll/values.h"
#include "house/store/audit.h"
#include "house/task/task.h"

void roll_applying_done(struct roll_work *w)
{
	roll_matching_done(&w->m);
	map_free(&w->fresh);
	map_free(&w->fresh_classes);
}

enum err roll_failed(struct roll_work *w, const struct roll_step *s, enum err e, const struct diag *found)
{
	for (size_t i = 0; e != OK && i < found->n; i++)
		diag_add(w->m.d, DIAG_ERROR, s->row ? s->row->file : STR_NONE, s->row ? s->row->line : 0, "%.*s: %.*s", STRF(s->now.name), STRF(found->items[i].text));
	return e;
}

/* ---- classes ---- */

static enum err put_class(struct roll_work *w, struct roll_class *c)
{
	AUTO(diag_done) struct diag found = diag_init(4);
	if (c->id == 0) {
		enum err e = class_add(w->m.db, w->act, c->name, c->year, c->group, &found, &c->id);
		if (e != OK && found.n)
			diag_add(w->m.d, DIAG_ERROR, c->name, 0, "%.*s", STRF(found.items[0].text));
		return e;
	}
	TRY(q_roll_class_set_do(w->m.db, &(struct q_roll_class_set_args){ .school = w->act->school, .id = c->id, .year = c->year, .has_year = c->year != YEAR_NONE,
		.group = c->group, .upto = c->ends ? w->m.now : 0 }, NULL));
	return audit_add(w->m.db, w->act, c->ends ? "class.ended" : "class.changed", (struct audit_about){ "class", c->id }, NULL);
}

static enum err put_classes(struct roll_work *w, struct roll_plan *p)
{
	for (size_t i = 0; i < p->n_classes; i++)
		if (p->classes[i].changed && !p->classes[i].ends)
			TRY(put_class(w, &p->classes[i]));
	for (size_t i = 0; i < p->n_classes; i++)
		map_set(w->fresh_classes, roll_folded(w->m.a, p->classes[i].name), (uint64_t)p->classes[i].id);
	return OK;
}

static int64_t class_id(struct roll_work *w, struct str name)
{
	uint64_t id = 0;
	if (name.n)
		(void)map_get(w->fresh_classes, roll_folded(w->m.a, name), &id);
	return (int64_t)id;
}

/* ---- people ---- */

static enum err know(struct roll_work *w, const struct roll_step *s, int64_t id)
{
	struct db *db = w->m.db;
	int64_t school = w->act->school;
	if (s->row->key.n)
		TRY(q_roll_link_put_do(db, &(struct q_roll_link_put_args){ .school = school, .source = w->m.r->source, .key = s->row->key, .person = id, .at = w->m.now }, NULL));
	TRY(q_roll_known_as_do(db, &(struct q_roll_known_as_args){ .school = school, .id = id, .ref = s->ref.n ? s->ref : STR_NONE, .born = s->born.p ? s->born : STR("") }, NULL));
	if (s->row->language.n)
		TRY(q_roll_language_do(db, &(struct q_roll_language_args){ .school = school, .id = id, .language = s->row->language }, NULL));
	if (s->row->care >= 0)
		TRY(q_roll_care_do(db, &(struct q_roll_care_args){ .school = school, .id = id, .care = s->row->care }, NULL));
	return s->leaves_utc > w->m.now ? person_leave(db, w->act, id, s->leaves_utc) : OK;
}

static enum err join(struct roll_work *w, struct roll_step *s)
{
	AUTO(diag_done) struct diag found = diag_init(4);
	struct person_in in = s->now;
	in.class_id = class_id(w, s->class);
	if (in.username.n == 0)
		TRY(username_suggest(w->m.db, w->m.a, w->act->school, in.kind, in.name, &in.username));
	TRY(roll_failed(w, s, person_add(w->m.db, w->act, &in, &found, &s->person), &found));
	return know(w, s, s->person);
}

static enum err change(struct roll_work *w, struct roll_step *s)
{
	AUTO(diag_done) struct diag found = diag_init(4);
	struct person_in in = s->now;
	in.class_id = class_id(w, s->class);
	if (s->what == ROLL_RETURNS)
		TRY(person_return(w->m.db, w->act, s->person));
	TRY(roll_failed(w, s, person_change(w->m.db, w->act, s->person, &in, &found), &found));
	return know(w, s, s->person);
}

static void moved(struct roll_work *w, int64_t person)
{
	w->out->moved[w->out->n_moved++] = person;
}

static enum err one_step(struct roll_work *w, struct roll_step *s)
{
	switch (s->what) {
	case ROLL_JOINS:   TRY(join(w, s)); break;
	case ROLL_RETURNS:
	case ROLL_MOVES:
	case ROLL_CHANGES: TRY(change(w, s)); break;
	case ROLL_LEAVES:  TRY(person_leave(w->m.db, w->act, s->person, 0)); break;
	default:           return OK;
	}
	if (s->what == ROLL_MOVES || s->what == ROLL_LEAVES)
		moved(w, s->person);
	if (s->what == ROLL_LEAVES)
		return OK;
	TRY(roll_put_teaching(w, s));
	return s->contacts ? roll_put_contacts(w, s) : OK;
}

/* PostgreSQL planned its statements for empty tables and would walk them whole; what it learns of them here makes it plan anew.
 * SQLite plans by its indexes alone. */
static enum err learn_sizes(struct roll_work *w, size_t done)
{
	if (db_engine(w->m.db) != DB_POSTGRES || (done != 100 && done != 1000))
		return OK;
	return db_script(w->m.db, "ANALYZE person; ANALYZE account; ANALYZE person_role; ANALYZE class_member; ANALYZE guardian; ANALYZE access_grant");
}

static enum err put_people(struct roll_work *w, struct roll_plan *p)
{
	size_t total = p->n - (size_t)p->counts[ROLL_SAME];
	w->out->moved = arena_array(w->m.a, int64_t, total + 1);
	for (size_t i = 0; i < p->n; i++) {
		TRY(one_step(w, &p->steps[i]));
		TRY(learn_sizes(w, i + 1));
		if (w->how->progress && i < total && (i % 100 == 99 || i + 1 == total))
			w->how->progress(w->how->ctx, i + 1, total);
	}
	return OK;
}

/* Whoever leaves has accounts elsewhere. */
static enum err open_tasks(struct roll_work *w, struct roll_plan *p)
{
	struct leaver *who = arena_array(w->m.a, struct leaver, (size_t)p->counts[ROLL_LEAVES] + 1);
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].what == ROLL_LEAVES)
			who[n++] = (struct leaver){ p->steps[i].person, p->steps[i].now.kind, p->steps[i].now.name };
	if (!w->how->platforms || n == 0)
		return OK;
	return leaver_tasks(w->st, w->act, w->how->platforms, who, n, 0, w->m.d, &w->out->tasks);
}

static enum err end_classes(struct roll_work *w, struct roll_plan *p)
{
	for (size_t i = 0; i < p->n_classes; i++)
		if (p->classes[i].ends)
			TRY(put_class(w, &p->classes[i]));
	return OK;
}

/* ---- the whole ---- */

static struct entry_field number(struct arena *a, const char *name, int64_t n)
{
	return (struct entry_field){ str_z(name), arena_fmt(a, "%lld", (long long)n) };
}

static enum err note(struct roll_work *w, const struct roll_plan *p)
{
	struct arena *a = w->m.a;
	char hex[65];
	hex_put(w->how->file_digest, 32, hex);
	const struct entry_field fields[] = {
		{ STR("file"), w->how->file }, { STR("form"), str_z(w->m.r->form) }, { STR("digest"), str_z(hex) }, { STR("plan"), str_z(w->how->digest) },
		number(a, "joins", p->counts[ROLL_JOINS]), number(a, "returns", p->counts[ROLL_RETURNS]), number(a, "moves", p->counts[ROLL_MOVES]),
		number(a, "changes", p->counts[ROLL_CHANGES]), number(a, "leaves", p->counts[ROLL_LEAVES]), number(a, "same", p->counts[ROLL_SAME]),
		number(a, "refused", (int64_t)p->refused), number(a, "adults", w->out->adults), number(a, "tasks", w->out->tasks),
	};
	struct entry_in in = { .reg = "roll-import", .fields = fields, .n_fields = ARRAY_N(fields) };
	TRY(entry_create(w->st, w->act, &in, w->m.d, &w->out->entry));
	return audit_add(w->m.db, w->act, "roll.applied", (struct audit_about){ "roll", w->out->entry }, w->how->file_digest);
}

static enum err confirmed(struct roll_work *w, const struct roll_plan *p)
{
	int64_t leave = p->counts[ROLL_LEAVES];
	if (!str_is(str_z(w->how->digest), p->digest))
		return ERR_STALE;
	if (!p->asks_again || w->how->typed == leave)
		return OK;
	diag_add(w->m.d, DIAG_ERROR, STR("typed"), 0, "%lld people would leave, more than a tenth of the school. If that is right, type the number %lld.", (long long)leave, (long long)leave);
	return ERR_INVALID;
}

/* Warns the lead of each bar that the file brought: the reason stands nowhere yet. */
static enum err tell_lead(struct roll_work *w)
{
	if (w->out->barred == 0)
		return OK;
	int64_t id;
	struct task_in in = { .kind = "contact-bar", .title = STR("The roll bars contacts from being told. Look at them, and write down why."), .for_role = "dsl", .link = "/roll",
		.details = arena_fmt(w->m.a, "%lld new: they stand in the contacts of their children.", (long long)w->out->barred),
		.due_utc = w->m.now + 7 * 86400, .key = arena_fmt(w->m.a, "roll-bar:%lld", (long long)w->m.now).p };
	return task_open_once(w->st, w->act, &in, w->m.d, &id, NULL);
}

static enum err work(struct roll_work *w, struct roll_plan *p)
{
	TRY(roll_plan_in(&w->m, p));
	TRY(confirmed(w, p));
	if (p->n == (size_t)p->counts[ROLL_SAME])
		return OK;
	TRY(put_classes(w, p));
	TRY(put_people(w, p));
	TRY(end_classes(w, p));
	TRY(roll_invite(w));
	TRY(open_tasks(w, p));
	TRY(tell_lead(w));
	return note(w, p);
}

enum err roll_apply(struct store *st, struct arena *a, const struct act *act, const struct roll *r, const struct roll_options *o,
                    const struct roll_applying *how, struct diag *d, struct roll_plan *plan, struct roll_done *out)
{
	*out = (struct roll_done){ 0 };
	AUTO(roll_applying_done) struct roll_work w = { .m = { .db = st->db, .a = a, .school = act->school, .r = r, .o = o, .d = d }, .st = st, .act = act, .how = how, .out = out,
		.fresh = map_new(), .fresh_classes = map_new() };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	AUTO(audit_batch_done) struct audit_batch batch = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(audit_batch_begin(st->db, act->school, &batch));
	TRY(work(&w, plan));
	TRY(audit_batch_end(&batch));
	return db_tx_commit(&tx);
}
