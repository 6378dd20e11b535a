#include "house/family/data_request.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"

enum { OWN_MAX = 5 };

static const role_set LEADS = ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY);
/* Who keeps the list of those about children; the chair of governors meets the headteacher's only. */
static const role_set LISTS = ROLE_BIT(ROLE_OFFICE) | ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP);

static struct entry_may seen_by(int64_t school, role_set roles)
{
	uint32_t bits = (roles & LISTS ? ENTRY_BIT(ENTRY_CHILD) : 0) | (roles & ROLE_BIT(ROLE_HEAD) ? ENTRY_BIT(ENTRY_STAFF) : 0) | (roles & ROLE_BIT(ROLE_CHAIR) ? ENTRY_BIT(ENTRY_CHAIR) : 0);
	return (struct entry_may){ .school = school, .classes = bits, .subject_reads = bits & ENTRY_BIT(ENTRY_CHILD) };
}

/* Who decides about requests of a class. */
static role_set deciders(enum entry_class class) { return class == ENTRY_STAFF ? ROLE_BIT(ROLE_HEAD) : class == ENTRY_CHAIR ? ROLE_BIT(ROLE_CHAIR) : LEADS; }

bool data_request_reads(role_set roles, enum entry_class class)
{
	return roles & (deciders(class) | (class == ENTRY_CHILD ? ROLE_BIT(ROLE_HEAD) : 0));
}

int64_t data_request_due(int64_t now_utc)
{
	struct civil t = time_uk(now_utc);
	t.month = t.month == 12 ? 1 : t.month + 1;
	t.year += t.month == 1;
	t.hour = t.minute = t.second = 0;
	while (!time_valid(t))
		t.day--;
	return time_from_uk(t);
}

static enum err may_ask(struct store *st, struct arena *a, const struct act *act, const struct data_request_in *in)
{
	struct person p;
	TRY(person_get(st->db, a, act->school, in->child, &p));
	if (str_is(str_z(in->how), "adult"))
		return p.kind != KIND_LEARNER && in->asked_by == in->child ? OK : ERR_FORBIDDEN;
	if (p.kind != KIND_LEARNER)
		return ERR_ABSENT;
	if (str_is(str_z(in->how), "office"))
		return OK;
	if (str_is(str_z(in->how), "learner"))
		return in->asked_by == in->child ? OK : ERR_FORBIDDEN;
	return family_sees_child(st->db, act->school, in->asked_by, in->child) ? OK : ERR_FORBIDDEN;
}

/* The class of a request, from who asks for whom. */
static enum err class_of(struct store *st, const struct act *act, const struct data_request_in *in, enum entry_class *out)
{
	role_set roles = 0;
	*out = ENTRY_CHILD;
	if (!str_is(str_z(in->how), "adult"))
		return OK;
	TRY(role_held(st->db, act->school, in->child, clock_utc(), &roles));
	*out = roles & ROLE_BIT(ROLE_HEAD) ? ENTRY_CHAIR : ENTRY_STAFF;
	return OK;
}

static enum err open_task(struct store *st, const struct act *act, enum entry_class class, int64_t id, int64_t due, struct diag *d)
{
	char key[60], link[60];
	int64_t task;
	snprintf(key, sizeof key, "data-request:%lld", (long long)id);
	snprintf(link, sizeof link, "/data-requests/%lld", (long long)id);
	struct task_in in = { .kind = "data-request", .title = class == ENTRY_CHILD ? STR("A request for a child's data waits for your decision") : STR("An adult asks for what is kept about them: it waits for your decision"),
		.link = link, .for_role = class == ENTRY_CHILD ? "dsl" : class == ENTRY_STAFF ? "head" : "chair",
		.due_utc = due, .key = key, .private = true };
	return task_open_once(st, act, &in, d, &task, NULL);
}

enum err data_request_ask(struct store *st, const struct act *act, const struct data_request_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t now = clock_utc(), due = data_request_due(now);
	enum entry_class class;
	TRY(db_tx_begin(st->db, &tx));
	TRY(may_ask(st, &a, act, in));
	TRY(class_of(st, act, in, &class));
	struct entry_field f[] = {
		{ STR("child"), arena_id(&a, in->child) }, { STR("asked_by"), arena_id(&a, in->asked_by) }, { STR("who"), in->who.p ? in->who : STR("") },
		{ STR("how"), str_z(in->how) }, { STR("words"), in->words.p ? in->words : STR("") }, { STR("received"), time_iso(&a, now) },
		{ STR("due"), time_iso_date(&a, due) },
	};
	struct entry_in e = { .reg = "data-request", .class = class, .state = "asked", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_create(st, act, &e, d, id));
	TRY(open_task(st, act, class, *id, due, d));
	return db_tx_commit(&tx);
}

/* ---- reading ---- */

static struct data_request read_one(const struct entry *e, role_set roles)
{
	struct data_request r = { .class = e->class, .id = e->id, .number = e->number, .version = e->version, .child = entry_i64(e, "child"), .asked_by = entry_i64(e, "asked_by"),
		.received_utc = entry_utc(e, "received"), .due_utc = entry_utc(e, "due"), .decided_utc = entry_utc(e, "decided"),
		.decided_by = entry_i64(e, "decided_by"), .handed_utc = entry_utc(e, "handed"), .handed_by = entry_i64(e, "handed_by"),
		.state = e->state, .who = entry_value(e, "who"), .how = entry_value(e, "how") };
	if (data_request_reads(roles, e->class)) {
		r.words = entry_value(e, "words");
		r.third = entry_value(e, "third");
		r.reason = entry_value(e, "reason");
	}
	return r;
}

static void read_all(struct arena *a, const struct entry_page *page, role_set roles, struct data_request **out, size_t *n)
{
	struct data_request *list = arena_array(a, struct data_request, page->n + 1);
	for (size_t i = 0; i < page->n; i++)
		list[i] = read_one(&page->entries[i], roles);
	*out = list;
	*n = page->n;
}

enum err data_request_list(struct store *st, struct arena *a, int64_t school, role_set roles, int64_t offset, int64_t limit, struct data_request **out, size_t *n, int64_t *total)
{
	struct entry_may may = seen_by(school, roles);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "data-request", .offset = offset, .limit = limit }, &page));
	read_all(a, &page, roles, out, n);
	*total = page.total;
	return OK;
}

enum err data_request_own(struct store *st, struct arena *a, int64_t school, int64_t person, struct data_request **out, size_t *n)
{
	uint32_t all = ENTRY_BIT(ENTRY_CHILD) | ENTRY_BIT(ENTRY_STAFF) | ENTRY_BIT(ENTRY_CHAIR);
	struct entry_may may = { .school = school, .classes = all, .subject_reads = all };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "data-request", .where = { { "asked_by", ENTRY_IS, person, STR_NONE }, { "child", ENTRY_IS, person, STR_NONE } },
		.n_where = 2, .limit = OWN_MAX }, &page));
	read_all(a, &page, 0, out, n);                   /* nobody's roles: the words stay with whoever decides */
	return OK;
}

static enum err find(struct store *st, struct arena *a, int64_t school, role_set roles, int64_t id, struct entry *e)
{
	struct entry_may may = seen_by(school, roles);
	TRY(entry_get(st, a, &may, id, 0, e));
	return str_is(e->reg, "data-request") ? OK : ERR_ABSENT;
}

enum err data_request_get(struct store *st, struct arena *a, int64_t school, int64_t id, role_set roles, struct data_request *out)
{
	struct entry e;
	TRY(find(st, a, school, roles, id, &e));
	*out = read_one(&e, roles);
	return OK;
}

/* ---- deciding, handing over ---- */

static enum err roles_of(struct db *db, const struct act *act, role_set *out)
{
	*out = 0;
	return act->person > 0 ? role_held(db, act->school, act->person, clock_utc(), out) : ERR_FORBIDDEN;
}

static bool decides(const struct act *act, role_set roles, const struct entry *e)
{
	return (roles & deciders(e->class)) && entry_i64(e, "child") != act->person;
}

static enum err check(struct str decision, struct str third, struct str reason, struct diag *d)
{
	size_t before = d->errors;
	bool refused = str_is(decision, "refused");
	if (!refused && !str_is(decision, "given") && !str_is(decision, "part"))
		diag_add(d, DIAG_ERROR, STR("decision"), 0, "Choose what is decided.");
	if (!refused && !third.n)
		diag_add(d, DIAG_ERROR, STR("third"), 0, "Look whether somebody else could be known from it, and choose.");
	if ((refused || str_is(decision, "part")) && !reason.n)
		diag_add(d, DIAG_ERROR, STR("reason"), 0, "Say why not all of it is given: whoever asked is told the reason.");
	return d->errors > before ? ERR_INVALID : OK;
}

static enum err task_over(struct store *st, struct arena *a, const struct act *act, int64_t id, struct str outcome, struct diag *d)
{
	char key[60];
	struct task t;
	snprintf(key, sizeof key, "data-request:%lld", (long long)id);
	enum err e = task_by_key(st, a, act->school, key, &t);
	if (e == ERR_ABSENT || (e == OK && !str_is(t.state, "open")))
		return OK;
	TRY(e);
	return task_done(st, act, t.id, outcome, d);
}

enum err data_request_decide(struct store *st, const struct act *act, int64_t id, struct str decision, struct str third, struct str reason, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	role_set roles;
	TRY(db_tx_begin(st->db, &tx));
	TRY(roles_of(st->db, act, &roles));
	struct entry_may may = seen_by(act->school, roles);
	TRY(find(st, &a, act->school, roles, id, &e));
	if (!decides(act, roles, &e))
		return ERR_FORBIDDEN;
	if (str_is(e.state, "handed"))
		return ERR_STATE;
	TRY(check(decision, third, reason, d));
	struct entry_field f[] = {
		{ STR("third"), third.p ? third : STR("") }, { STR("reason"), reason.p ? reason : STR("") }, { STR("decided"), time_iso(&a, clock_utc()) },
		{ STR("decided_by"), arena_id(&a, act->person) },
	};
	struct entry_in in = { .reg = "data-request", .state = arena_z(&a, decision), .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_update(st, act, &may, id, e.version, &in, d));
	TRY(task_over(st, &a, act, id, decision, d));
	return db_tx_commit(&tx);
}

enum err data_request_hand(struct store *st, const struct act *act, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry e;
	role_set roles;
	TRY(roles_of(st->db, act, &roles));
	struct entry_may may = seen_by(act->school, roles);
	TRY(find(st, &a, act->school, roles, id, &e));
	if (e.class != ENTRY_CHILD && !decides(act, roles, &e))
		return ERR_FORBIDDEN;
	if (!str_is(e.state, "given") && !str_is(e.state, "part"))
		return ERR_STATE;
	struct entry_field f[] = { { STR("handed"), time_iso(&a, clock_utc()) }, { STR("handed_by"), arena_id(&a, act->person) } };
	struct entry_in in = { .reg = "data-request", .state = "handed", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_update(st, act, &may, id, e.version, &in, &d);
}
