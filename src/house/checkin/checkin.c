#include "house/checkin/checkin.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"

static struct entry_may general(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

bool checkin_by_office(const struct library *l)
{
	const struct param *p = profile_param(&l->profile, STR("phone.learner_rule"));
	return p && p->n_values && str_is(p->values[0], "office-hand-in");
}

bool checkin_exams(const struct library *l)
{
	const struct param *p = profile_param(&l->profile, STR("phone.exam_rule"));
	return p && p->n_values && str_is(p->values[0], "yes");
}

/* ---- kept, and given back ---- */

static struct str once_of(struct arena *a, int64_t child, int64_t day_utc)
{
	return arena_fmt(a, "%lld/%.*s", (long long)child, STRF(time_iso_date(a, day_utc)));
}

static enum err is_there(struct store *st, int64_t school, struct str once, bool *there)
{
	struct entry_may may = general(school);
	struct entry_query q = { .reg = "checkin", .where = { { "once", ENTRY_IS, 0, once } }, .n_where = 1, .bare = true };
	int64_t n = 0;
	TRY(entry_count(st, &may, &q, &n));
	*there = n > 0;
	return OK;
}

enum err checkin_in(struct store *st, const struct act *act, int64_t child, int64_t class_id, struct str place, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t now = clock_utc();
	bool there;
	struct str once = once_of(&a, child, now);
	struct entry_field f[] = { { STR("child"), arena_i64(&a, child) }, { STR("class"), arena_i64(&a, class_id) }, { STR("day"), time_iso_date(&a, now) },
		{ STR("once"), once }, { STR("off"), STR("yes") }, { STR("place"), place } };
	struct entry_in in = { .reg = "checkin", .state = "kept", .fields = f, .n_fields = place.n ? 6 : 5 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(is_there(st, act->school, once, &there));
	if (there)
		return ERR_EXISTS;
	TRY(entry_create(st, act, &in, d, id));
	return db_tx_commit(&tx);
}

static enum err get(struct store *st, struct arena *a, const struct act *act, int64_t id, struct entry *e)
{
	struct entry_may may = general(act->school);
	TRY(entry_get(st, a, &may, id, 0, e));
	return str_is(e->reg, "checkin") ? OK : ERR_ABSENT;
}

static enum err change(struct store *st, const struct act *act, const struct entry *e, const char *state, const struct entry_field *f, size_t n, struct diag *d)
{
	struct entry_may may = general(act->school);
	struct entry_in in = { .reg = "checkin", .state = state, .fields = f, .n_fields = n };
	return entry_update(st, act, &may, e->id, e->version, &in, d);
}

enum err checkin_out(struct store *st, const struct act *act, int64_t id, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	TRY(get(st, &a, act, id, &e));
	if (!str_is(e.state, "kept"))
		return ERR_STATE;
	struct entry_field f[] = { { STR("back"), time_iso(&a, clock_utc()) }, { STR("back-by"), arena_i64(&a, act->person) } };
	return change(st, act, &e, "back", f, act->person ? 2 : 1, d);
}

enum err checkin_undo(struct store *st, const struct act *act, int64_t id, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	TRY(get(st, &a, act, id, &e));
	if (str_is(e.state, "mistake"))
		return ERR_STATE;
	if (str_is(e.state, "back")) {
		struct entry_field f[] = { { STR("back"), STR("") }, { STR("back-by"), STR("") } };
		return change(st, act, &e, "kept", f, 2, d);
	}
	struct entry_field f[] = { { STR("once"), arena_fmt(&a, "mistake/%lld", (long long)id) } };
	return change(st, act, &e, "mistake", f, 1, d);
}

static struct checkin line_of(struct arena *a, const struct entry *e)
{
	return (struct checkin){ .id = e->id, .child = entry_i64(e, "child"), .class_id = entry_i64(e, "class"), .day_utc = entry_utc(e, "day"),
		.kept_utc = e->made_utc, .back_utc = entry_utc(e, "back"), .by = e->made_by, .back = str_is(e->state, "back"), .place = entry_value(e, "place") };
}

static enum err list(struct store *st, struct arena *a, int64_t school, const struct entry_query *q, struct checkin **out, size_t *n)
{
	struct entry_may may = general(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, q, &page));
	*out = arena_array(a, struct checkin, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = line_of(a, &page.entries[i]);
	*n = page.n;
	return OK;
}

enum err checkin_day(struct store *st, struct arena *a, int64_t school, int64_t class_id, int64_t day_utc, struct checkin **out, size_t *n)
{
	struct entry_query q = { .reg = "checkin", .states = { "kept", "back" }, .where = { { "day", ENTRY_IS, time_uk_midnight(day_utc), STR_NONE },
		{ "class", ENTRY_IS, class_id, STR_NONE } }, .n_where = class_id ? 2 : 1, .order_by = "child", .ascending = true, .limit = ENTRY_PAGE_MAX };
	return list(st, a, school, &q, out, n);
}

enum err checkin_kept(struct store *st, struct arena *a, int64_t school, struct checkin **out, size_t *n)
{
	struct entry_query q = { .reg = "checkin", .states = { "kept" }, .order_by = "day", .ascending = true, .limit = ENTRY_PAGE_MAX };
	return list(st, a, school, &q, out, n);
}

bool checkin_late(const struct library *l, int64_t day_utc, int64_t now_utc)
{
	int64_t midnight = time_uk_midnight(now_utc);
	return day_utc < midnight || now_utc >= midnight + library_calendar(l)->close_minute * INT64_C(60);
}

enum err checkin_day_end(struct store *st, const struct library *l, int64_t school, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { school, 0, "the school day is over" };
	struct checkin *kept;
	size_t n;
	int64_t id;
	if (!checkin_late(l, now_utc, now_utc))
		return OK;
	TRY(checkin_kept(st, &a, school, &kept, &n));
	if (!n)
		return OK;
	const char *key = arena_fmt(&a, "checkin/%.*s", STRF(time_iso_date(&a, now_utc))).p;
	struct task_in in = { .kind = "checkin", .title = STR("Devices of pupils were not fetched"), .link = "/check-in", .for_role = "office", .due_utc = now_utc + 3600,
		.key = key };
	return task_open_once(st, &act, &in, &d, &id, NULL);
}

/* ---- out of place, calls, examinations ---- */

static enum err open_exam_case(const struct desk *k, const struct act *act, const struct breach_in *in, struct diag *d, int64_t *opened)
{
	struct received got;
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .procedure = STR("exam-device"), .subject = in->child, .author = act->person,
		.words = in->what, .happened_utc = clock_utc() };
	TRY(record_report(k, act, &r, d, &got));
	*opened = got.id;
	return OK;
}

enum err checkin_breach(const struct desk *k, const struct act *act, const struct breach_in *in, struct diag *d, int64_t *opened)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t id;
	struct entry_field f[] = { { STR("child"), arena_i64(&a, in->child) }, { STR("where"), in->where }, { STR("what"), in->what },
		{ STR("day"), time_iso_date(&a, clock_utc()) } };
	struct entry_in e = { .reg = "device-breach", .fields = f, .n_fields = ARRAY_N(f) };
	*opened = 0;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(entry_create(k->store, act, &e, d, &id));
	if (str_is(in->where, "exam") && checkin_exams(k->library))
		TRY(open_exam_case(k, act, in, d, opened));
	return db_tx_commit(&tx);
}

enum err checkin_call(struct store *st, const struct act *act, int64_t child, struct str whom, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t id;
	struct entry_field f[] = { { STR("child"), arena_i64(&a, child) }, { STR("whom"), whom }, { STR("day"), time_iso_date(&a, clock_utc()) } };
	struct entry_in in = { .reg = "call-home", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_create(st, act, &in, d, &id);
}

enum err checkin_exam(const struct desk *k, const struct act *act, struct str exam, struct str room, bool confirmed, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t id;
	if (!checkin_exams(k->library))
		return ERR_UNSUPPORTED;
	if (!confirmed) {
		diag_add(d, DIAG_ERROR, STR("checked"), 0, "Ask everybody, look, and then confirm that no telephone or device is in the room.");
		return ERR_INVALID;
	}
	struct entry_field f[] = { { STR("exam"), exam }, { STR("room"), room }, { STR("day"), time_iso_date(&a, clock_utc()) }, { STR("checked"), STR("yes") } };
	struct entry_in in = { .reg = "exam-check", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_create(k->store, act, &in, d, &id);
}

enum err checkin_lines(struct store *st, struct arena *a, int64_t school, enum checkin_log which, size_t max, struct checkin_line **out, size_t *n)
{
	static const struct { const char *reg, *what, *where; } logs[] = { [CHECKIN_BREACHES] = { "device-breach", "what", "where" },
		[CHECKIN_CALLS] = { "call-home", "whom", "" }, [CHECKIN_EXAMS] = { "exam-check", "exam", "room" } };
	struct entry_may may = general(school);
	struct entry_query q = { .reg = logs[which].reg, .limit = (int64_t)max };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	*out = arena_array(a, struct checkin_line, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = (struct checkin_line){ .child = entry_i64(&page.entries[i], "child"), .at_utc = page.entries[i].made_utc, .by = page.entries[i].made_by,
			.what = entry_value(&page.entries[i], logs[which].what), .where = entry_value(&page.entries[i], logs[which].where) };
	*n = page.n;
	return OK;
}
