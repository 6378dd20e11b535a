#include "house/evidence/monitoring.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"

static const char REG[] = "data-protection";

static int64_t day_of(const struct entry *e, const char *field)
{
	int64_t utc;
	return time_read_date(entry_value(e, field), &utc) == OK ? utc : 0;
}

static struct entry_may everybody(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

enum err monitoring_get(struct store *st, struct arena *a, int64_t school, struct monitoring *out)
{
	struct entry_may may = everybody(school);
	struct entry_page page;
	*out = (struct monitoring){ 0 };
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = REG, .limit = 1 }, &page));
	if (!page.n)
		return OK;
	const struct entry *e = &page.entries[0];
	*out = (struct monitoring){ .entry = e->id, .version = e->version, .assessed_utc = day_of(e, "assessed"),
		.notice_utc = day_of(e, "notice-on"), .assessed_by = entry_value(e, "assessed-by"), .notice = entry_value(e, "notice"),
		.changed_utc = e->changed_utc, .changed_by = e->changed_by };
	if (str_i64(entry_value(e, "retention"), &out->retention_days) != OK)
		out->retention_days = 0;
	out->assessment = out->assessed_utc && out->assessed_by.n;
	out->retention = out->retention_days > 0;
	out->notice_given = out->notice.n && out->notice_utc;
	out->on = str_is(e->state, "on") && out->assessment && out->retention && out->notice_given;
	return OK;
}

static void check_day(struct diag *d, const char *field, struct str day)
{
	int64_t utc;
	if (day.n && (time_read_date(day, &utc) != OK || utc > clock_utc()))
		diag_add(d, DIAG_ERROR, str_z(field), 0, "Enter a day that is not in the future, such as 14 September 2026.");
}

static enum err check(const struct monitoring_in *in, struct diag *d)
{
	int64_t days = 0;
	size_t before = d->errors;
	check_day(d, "assessed", in->assessed);
	check_day(d, "notice-on", in->notice_on);
	if (in->retention.n && (str_i64(in->retention, &days) != OK || days < 1 || days > RETENTION_MAX_DAYS))
		diag_add(d, DIAG_ERROR, STR("retention"), 0, "Enter a number of days from 1 to %d.", RETENTION_MAX_DAYS);
	return d->errors > before ? ERR_INVALID : OK;
}

static struct str given(struct str s) { return s.p ? s : STR(""); }

static enum err write(struct store *st, const struct act *act, const struct monitoring *m, const struct entry_in *e, struct diag *d)
{
	int64_t id;
	struct entry_may may = everybody(act->school);
	return m->entry ? entry_update(st, act, &may, m->entry, m->version, e, d) : entry_create(st, act, e, d, &id);
}

enum err monitoring_record(struct store *st, const struct act *act, const struct monitoring_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct monitoring m;
	TRY(check(in, d));
	TRY(db_tx_begin(st->db, &tx));
	TRY(monitoring_get(st, &a, act->school, &m));
	struct entry_field f[] = { { STR("assessed"), given(in->assessed) }, { STR("assessed-by"), given(in->assessed_by) },
		{ STR("retention"), given(in->retention) }, { STR("notice"), given(in->notice) }, { STR("notice-on"), given(in->notice_on) } };
	bool whole = true;
	for (size_t i = 0; i < ARRAY_N(f); i++)
		whole = whole && str_trim(f[i].value).n;
	struct entry_in e = { .reg = REG, .state = m.on && whole ? "on" : "off", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(write(st, act, &m, &e, d));
	return db_tx_commit(&tx);
}

enum err monitoring_switch(struct store *st, const struct act *act, bool on, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct monitoring m;
	size_t before = d->errors;
	TRY(monitoring_get(st, &a, act->school, &m));
	if (on && !m.assessment)
		diag_add(d, DIAG_ERROR, STR("assessed"), 0, "Record the impact assessment first: its day, and who made it.");
	if (on && !m.retention)
		diag_add(d, DIAG_ERROR, STR("retention"), 0, "Record first how many days names are kept.");
	if (on && !m.notice_given)
		diag_add(d, DIAG_ERROR, STR("notice"), 0, "Record first the monitoring notice, and since when everybody is told it.");
	if (d->errors > before)
		return ERR_INVALID;
	struct entry_in e = { .reg = REG, .state = on ? "on" : "off" };
	return write(st, act, &m, &e, d);
}

bool monitoring_named(struct store *st, int64_t school)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct monitoring m;
	return monitoring_get(st, &a, school, &m) == OK && m.on;
}
