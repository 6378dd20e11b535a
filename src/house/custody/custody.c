#include "house/custody/custody.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/family/family.h"
#include "house/task/task.h"

enum { FIELDS = 10, DAY = 86400 };
#define LEADS (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD))
#define KEEPERS (LEADS | ROLE_BIT(ROLE_LEADERSHIP) | ROLE_BIT(ROLE_OFFICE) | ROLE_BIT(ROLE_TEACHER) | ROLE_BIT(ROLE_STAFF))

static const struct { const char *word, *topic; } reasons[N_CUSTODY_REASONS] = {
#define REASON_(name, word, topic) [name] = { word, topic },
	CUSTODY_REASON_TABLE(REASON_)
#undef REASON_
};

enum err custody_reason_read(struct str word, enum custody_reason *out)
{
	for (int i = 0; i < N_CUSTODY_REASONS; i++)
		if (str_is(word, reasons[i].word)) {
			*out = (enum custody_reason)i;
			return OK;
		}
	return ERR_INVALID;
}

static struct entry_may program(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

/* The first of these that the person holds, as a word: what a movement says of whoever made it. */
static struct str role_said(role_set roles)
{
	static const enum role order[] = { ROLE_DSL, ROLE_DEPUTY, ROLE_HEAD, ROLE_LEADERSHIP, ROLE_OFFICE, ROLE_TEACHER, ROLE_STAFF };
	for (size_t i = 0; i < ARRAY_N(order); i++)
		if (roles & ROLE_BIT(order[i]))
			return str_z(role_title(order[i]));
	return STR("Nobody");
}

static void line_of(const struct entry *e, struct custody_line *l)
{
	int64_t owner;
	*l = (struct custody_line){ .id = e->id, .number = e->number, .serial = entry_value(e, "serial"), .seal = entry_value(e, "seal"), .version = e->version, .taken_utc = e->made_utc, .taken_by = e->made_by, .state = e->state,
		.device = entry_value(e, "device"), .place = entry_value(e, "place"), .reason = entry_value(e, "reason"),
		.edition = entry_value(e, "edition"), .hold = str_is(entry_value(e, "hold"), "yes") };
	l->owner = str_i64(entry_value(e, "owner"), &owner) == OK ? owner : 0;
}

enum err custody_get(const struct desk *k, struct arena *a, int64_t school, int64_t id, struct custody_line *out)
{
	struct entry_may may = program(school);
	struct entry e;
	TRY(entry_get(k->store, a, &may, id, 0, &e));
	if (!str_is(e.reg, "custody"))
		return ERR_ABSENT;
	line_of(&e, out);
	return OK;
}

enum err custody_list(const struct desk *k, struct arena *a, int64_t school, const char *state, int64_t offset,
                      struct custody_line **out, size_t *n, int64_t *total)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = "custody", .states = { state }, .offset = offset, .limit = CUSTODY_PAGE };
	struct entry_page page;
	TRY(entry_list(k->store, a, &may, &q, &page));
	*out = arena_array(a, struct custody_line, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		line_of(&page.entries[i], &(*out)[i]);
	*n = page.n;
	*total = page.total;
	return OK;
}

enum err custody_moves(const struct desk *k, struct arena *a, int64_t school, int64_t id, struct custody_move_line **out, size_t *n)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = "custody-move", .parent = id, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(entry_list(k->store, a, &may, &q, &page));
	*out = arena_array(a, struct custody_move_line, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		(*out)[i] = (struct custody_move_line){ e->made_utc, e->made_by, entry_value(e, "from"), entry_value(e, "to"),
			entry_value(e, "role"), entry_value(e, "note"), entry_value(e, "copied") };
	}
	*n = page.n;
	return OK;
}

/* ---- writing ---- */

static enum err moved(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str from, struct str to,
                      struct str note, struct str copied, struct diag *d)
{
	struct entry_field f[5] = { { STR("from"), str_trim(from) }, { STR("to"), str_trim(to) }, { STR("role"), role_said(roles) } };
	size_t n = 3;
	if (str_trim(note).n)
		f[n++] = (struct entry_field){ STR("note"), str_trim(note) };
	if (copied.n)
		f[n++] = (struct entry_field){ STR("copied"), copied };
	struct entry_in in = { .reg = "custody-move", .parent = id, .fields = f, .n_fields = n };
	int64_t move;
	return entry_create(k->store, act, &in, d, &move);
}

static enum err change(const struct desk *k, const struct act *act, const struct custody_line *l, const char *state,
                       const struct entry_field *f, size_t n, struct diag *d)
{
	struct entry_may may = program(act->school);
	struct entry_in in = { .reg = "custody", .state = state, .fields = f, .n_fields = n };
	return entry_update(k->store, act, &may, l->id, l->version, &in, d);
}

enum err custody_held(const struct desk *k, struct arena *a, int64_t school, int64_t id, struct custody_line *out, struct diag *d)
{
	TRY(custody_get(k, a, school, id, out));
	if (str_is(out->state, "held"))
		return OK;
	diag_add(d, DIAG_ERROR, STR("device"), 0, "The school does not hold this device any more.");
	return ERR_STATE;
}

/* What is suspected goes to the safeguarding lead, as a case; who reports is the one who took it. */
static enum err open_case(const struct desk *k, const struct act *act, const struct custody_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct received got;
	const char *said = in->reason == CUSTODY_IMAGERY ? "A device was taken because there may be a nude or nearly nude picture of a child on it."
	                                                 : "A device was taken because there may be something illegal, or evidence, on it.";
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .topic_type = str_z(reasons[in->reason].topic), .subject = in->owner,
		.author = act->person, .happened_utc = clock_utc(),
		.words = arena_fmt(&a, "%s It is locked away, on hold; nobody has looked at it.\nDevice: %.*s\n%.*s", said, STRF(in->device), STRF(in->words)) };
	return record_report(k, act, &r, d, &got);
}

static enum err open_task(const struct desk *k, const struct act *act, int64_t id, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct task_in t = { .kind = "police-handover", .for_role = "dsl", .title = STR("Hand a held device to the police"), .private = true,
		.link = arena_fmt(&a, "/held/%lld", (long long)id).p, .due_utc = clock_utc() + DAY, .key = arena_fmt(&a, "police-handover/%lld", (long long)id).p };
	int64_t task;
	return task_open_once(k->store, act, &t, d, &task, NULL);
}

static enum err check_owner(const struct desk *k, struct arena *a, const struct act *act, int64_t owner, struct diag *d)
{
	struct person p;
	if (!owner || (person_get(k->store->db, a, act->school, owner, &p) == OK && p.kind == KIND_LEARNER))
		return OK;
	diag_add(d, DIAG_ERROR, STR("owner"), 0, "There is no pupil of this name here.");
	return ERR_INVALID;
}

enum err custody_take(const struct desk *k, const struct act *act, role_set roles, const struct custody_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	bool lead = reasons[in->reason].topic[0] != '\0';
	if (!profile_yes(&k->library->profile, "phone.confiscation") && !(roles & LEADS))
		return ERR_UNSUPPORTED;
	if (!(roles & KEEPERS))
		return ERR_FORBIDDEN;
	TRY(check_owner(k, &a, act, in->owner, d));
	struct entry_field f[FIELDS] = { { STR("device"), str_trim(in->device) }, { STR("reason"), lead ? STR("lead") : str_z(reasons[in->reason].word) },
		{ STR("hold"), lead ? STR("yes") : STR("no") }, { STR("place"), str_trim(in->place).n ? str_trim(in->place) : STR("The school office, locked away") } };
	size_t n = 4;
	if (in->owner)
		f[n++] = (struct entry_field){ STR("owner"), arena_fmt(&a, "%lld", (long long)in->owner) };
	const struct entry_field more[] = { { STR("serial"), str_trim(in->serial) }, { STR("seal"), str_trim(in->seal) } };
	for (size_t i = 0; i < ARRAY_N(more); i++)
		if (more[i].value.n)
			f[n++] = more[i];
	if (str_trim(in->edition).n)
		f[n++] = (struct entry_field){ STR("edition"), str_trim(in->edition) };
	struct entry_in e = { .reg = "custody", .fields = f, .n_fields = n };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(entry_create(k->store, act, &e, d, id));
	struct str from = in->owner ? person_name(k->store->db, &a, act->school, in->owner) : STR("A pupil");
	TRY(moved(k, act, roles, *id, from, f[3].value, STR("Taken"), STR_NONE, d));
	if (lead)
		TRY(open_case(k, act, in, d));
	if (in->reason == CUSTODY_ILLEGAL)
		TRY(open_task(k, act, *id, d));
	return db_tx_commit(&tx);
}

enum err custody_move(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str from, struct str to,
                      struct str note, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct custody_line l;
	if (!(roles & KEEPERS))
		return ERR_FORBIDDEN;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(custody_held(k, &a, act->school, id, &l, d));
	TRY(moved(k, act, roles, id, from, to, note, STR_NONE, d));
	struct entry_field f[] = { { STR("place"), str_trim(to) } };
	TRY(change(k, act, &l, NULL, f, 1, d));
	return db_tx_commit(&tx);
}

enum err custody_hold(const struct desk *k, const struct act *act, role_set roles, int64_t id, bool on, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct custody_line l;
	if (!(roles & LEADS))
		return ERR_FORBIDDEN;
	TRY(custody_held(k, &a, act->school, id, &l, d));
	if (!on && !str_trim(why).n) {
		diag_add(d, DIAG_ERROR, STR("why"), 0, "Say why it may go back, and who advised so.");
		return ERR_INVALID;
	}
	struct act said = *act;
	said.why = arena_z(&a, str_trim(why).n ? str_upto(str_trim(why), CUSTODY_TEXT_MAX) : STR("put on hold"));
	struct entry_field f[] = { { STR("hold"), on ? STR("yes") : STR("no") } };
	return change(k, &said, &l, NULL, f, 1, d);
}

static bool is_parent(const struct desk *k, struct arena *a, int64_t school, int64_t child, int64_t adult)
{
	struct family_contact *all;
	size_t n;
	if (!child || family_contacts(k->store->db, a, school, child, &all, &n) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (all[i].adult == adult && all[i].responsible && !all[i].barred && all[i].here)
			return true;
	return false;
}

/* Whoever lets it go says whether anything on it was copied, and if so, what. */
static enum err check_gone(struct custody_gone *gone, struct diag *d)
{
	gone->note = str_trim(gone->note);
	bool yes = str_is(gone->copied, "yes");
	if (!yes && !str_is(gone->copied, "no"))
		diag_add(d, DIAG_ERROR, STR("copied"), 0, "Say whether anything on it was copied, sent or printed while the school had it.");
	else if (yes && !gone->note.n)
		diag_add(d, DIAG_ERROR, STR("note"), 0, "Write what was copied, by whom, and where it is now. Tell the safeguarding lead.");
	else
		return OK;
	return ERR_INVALID;
}

enum err custody_return(const struct desk *k, const struct act *act, role_set roles, int64_t id, int64_t parent, struct custody_gone gone, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct custody_line l;
	if (!(roles & (LEADS | ROLE_BIT(ROLE_OFFICE))))
		return ERR_FORBIDDEN;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(custody_held(k, &a, act->school, id, &l, d));
	if (l.hold) {
		diag_add(d, DIAG_ERROR, STR("parent"), 0, "This device is on hold. Only the safeguarding lead, a deputy or the headteacher can lift it.");
		return ERR_STATE;
	}
	if (!is_parent(k, &a, act->school, l.owner, parent)) {
		diag_add(d, DIAG_ERROR, STR("parent"), 0, "It goes back to a parent or carer of its owner only.");
		return ERR_INVALID;
	}
	TRY(check_gone(&gone, d));
	struct str to = person_name(k->store->db, &a, act->school, parent);
	TRY(moved(k, act, roles, id, l.place, to, gone.note.n ? gone.note : STR("Given back"), gone.copied, d));
	struct entry_field f[] = { { STR("place"), to } };
	TRY(change(k, act, &l, "returned", f, 1, d));
	return db_tx_commit(&tx);
}

enum err custody_police(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str reference, struct custody_gone gone, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct custody_line l;
	struct task t;
	if (!(roles & LEADS))
		return ERR_FORBIDDEN;
	if (!str_trim(reference).n) {
		diag_add(d, DIAG_ERROR, STR("reference"), 0, "Write the reference of the police, and who took it.");
		return ERR_INVALID;
	}
	TRY(check_gone(&gone, d));
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(custody_held(k, &a, act->school, id, &l, d));
	TRY(moved(k, act, roles, id, l.place, STR("The police"), gone.note.n ? arena_fmt(&a, "%.*s. %.*s", STRF(str_trim(reference)), STRF(gone.note)) : reference, gone.copied, d));
	struct entry_field f[] = { { STR("place"), STR("The police") } };
	TRY(change(k, act, &l, "police", f, 1, d));
	enum err e = task_by_key(k->store, &a, act->school, arena_fmt(&a, "police-handover/%lld", (long long)id).p, &t);
	if (e == OK && str_is(t.state, "open"))
		TRY(task_done(k->store, act, t.id, STR("Handed over"), d));
	else if (e != OK && e != ERR_ABSENT)
		return e;
	return db_tx_commit(&tx);
}
