/* Searches of held devices: by leadership, with a second adult, the parents told, signed off by the headteacher (9.3-16 to -19). */
#include "base/clock.h"
#include "base/mem.h"
#include "house/custody/custody.h"
#include "house/task/task.h"

enum { FIELDS = 10, DAY = 86400 };
#define LEADERSHIP (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP))
#define READERS (LEADERSHIP | ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY))

static struct entry_may program(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_CHILD) };
}

static struct str task_key(struct arena *a, int64_t search) { return arena_fmt(a, "device-search/%lld", (long long)search); }

static enum err check_search(const struct desk *k, const struct act *act, const struct custody_line *l, const struct search_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	if (str_trim(in->deleted).n && (l->hold || !profile_yes(&k->library->profile, "phone.content_deletion"))) {
		diag_add(d, DIAG_ERROR, STR("deleted"), 0, l->hold ? "Nothing is deleted while the device is on hold."
		                                                  : "The school's policy does not let anything be deleted.");
		return ERR_STATE;
	}
	if (str_ieq(str_trim(in->witness), person_name(k->store->db, &a, act->school, act->person))) {
		diag_add(d, DIAG_ERROR, STR("witness"), 0, "The second adult is somebody else than you. Nobody searches alone.");
		return ERR_INVALID;
	}
	return OK;
}

static enum err open_task(const struct desk *k, const struct act *act, role_set roles, int64_t device, int64_t search, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct task_in t = { .kind = "device-search", .for_role = roles & ROLE_BIT(ROLE_HEAD) ? "leadership" : "head", .title = STR("Sign off the search of a held device"),
		.link = arena_fmt(&a, "/held/%lld", (long long)device).p, .due_utc = clock_utc() + 3 * DAY, .key = task_key(&a, search).p, .private = true };
	int64_t task;
	return task_open_once(k->store, act, &t, d, &task, NULL);
}

enum err custody_search(const struct desk *k, const struct act *act, role_set roles, int64_t id, const struct search_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct custody_line l;
	int64_t search;
	if (!(roles & LEADERSHIP))
		return ERR_FORBIDDEN;
	if (!profile_has(&k->library->profile, STR("phone.search"), STR("leadership-with-consent")))
		return ERR_UNSUPPORTED;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(custody_held(k, &a, act->school, id, &l, d));
	TRY(check_search(k, act, &l, in, d));
	struct entry_field f[FIELDS] = { { STR("edition"), str_trim(in->edition) }, { STR("policy"), str_trim(in->policy) },
		{ STR("basis"), in->basis }, { STR("basis_text"), str_trim(in->basis_text) }, { STR("witness"), str_trim(in->witness) },
		{ STR("found"), str_trim(in->found) }, { STR("parents"), in->parents }, { STR("parents_text"), str_trim(in->parents_text) },
		{ STR("deleted"), str_trim(in->deleted) } };
	struct entry_person about = { l.owner, ENTRY_SUBJECT };
	struct entry_in e = { .reg = "device-search", .parent = id, .fields = f, .n_fields = f[8].value.n ? 9 : 8, .people = &about,
		.n_people = l.owner ? 1 : 0 };
	TRY(entry_create(k->store, act, &e, d, &search));
	TRY(open_task(k, act, roles, id, search, d));
	return db_tx_commit(&tx);
}

static struct search_line line_of(const struct entry *e)
{
	struct search_line l = { .id = e->id, .version = e->version, .at_utc = e->made_utc, .by = e->made_by, .edition = entry_value(e, "edition"),
		.policy = entry_value(e, "policy"), .basis = entry_value(e, "basis_text"), .witness = entry_value(e, "witness"), .found = entry_value(e, "found"),
		.deleted = entry_value(e, "deleted"), .parents = entry_value(e, "parents"), .parents_text = entry_value(e, "parents_text"), .note = entry_value(e, "signed_note"),
		.signed_off = str_is(e->state, "signed") };
	l.signed_by = l.signed_off ? e->changed_by : 0;
	l.signed_utc = l.signed_off ? e->changed_utc : 0;
	return l;
}

enum err custody_searches(const struct desk *k, struct arena *a, int64_t school, role_set roles, int64_t id, struct search_line **out, size_t *n)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = "device-search", .parent = id, .ascending = true, .limit = ENTRY_PAGE_MAX };
	struct entry_page page = { 0 };
	if (roles & READERS)
		TRY(entry_list(k->store, a, &may, &q, &page));
	*out = arena_array(a, struct search_line, page.n + 1);
	for (*n = 0; *n < page.n; (*n)++)
		(*out)[*n] = line_of(&page.entries[*n]);
	return OK;
}

static bool may_sign(const struct desk *k, const struct act *act, role_set roles, int64_t by)
{
	role_set theirs = 0;
	if (by == act->person || role_held(k->store->db, act->school, by, clock_utc(), &theirs) != OK)
		return false;
	return (roles & ROLE_BIT(ROLE_HEAD)) || (theirs & ROLE_BIT(ROLE_HEAD) && roles & ROLE_BIT(ROLE_LEADERSHIP));
}

static enum err end_task(const struct desk *k, struct arena *a, const struct act *act, int64_t search, struct diag *d)
{
	struct task t;
	enum err e = task_by_key(k->store, a, act->school, task_key(a, search).p, &t);
	if (e == ERR_ABSENT || (e == OK && !str_is(t.state, "open")))
		return OK;
	TRY(e);
	return task_done(k->store, act, t.id, STR("Signed off"), d);
}

enum err custody_sign(const struct desk *k, const struct act *act, role_set roles, int64_t id, int64_t search, struct str parents, struct str note, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = program(act->school);
	struct entry e;
	struct entry_field f[3];
	size_t n = 0;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(entry_get(k->store, &a, &may, search, 0, &e));
	if (!str_is(e.reg, "device-search") || e.parent != id)
		return ERR_ABSENT;
	if (!may_sign(k, act, roles, e.made_by))
		return ERR_FORBIDDEN;
	if (!str_is(e.state, "recorded"))
		return ERR_STATE;
	if (str_is(entry_value(&e, "parents"), "later")) {
		if (!str_trim(parents).n) {
			diag_add(d, DIAG_ERROR, STR("parents_now"), 0, "The parents were still to be told. Write who told whom, how and when, or why nobody is told.");
			return ERR_INVALID;
		}
		f[n++] = (struct entry_field){ STR("parents"), STR("told") };
		f[n++] = (struct entry_field){ STR("parents_text"), arena_fmt(&a, "%.*s\n%.*s", STRF(entry_value(&e, "parents_text")), STRF(str_trim(parents))) };
	}
	if (str_trim(note).n)
		f[n++] = (struct entry_field){ STR("signed_note"), str_trim(note) };
	TRY(entry_update(k->store, act, &may, e.id, e.version, &(struct entry_in){ .reg = "device-search", .state = "signed", .fields = f, .n_fields = n }, d));
	TRY(end_task(k, &a, act, search, d));
	return db_tx_commit(&tx);
}
