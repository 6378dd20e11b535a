/* Devices of children with a plan: seen working before they are handed over. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/support/support_inner.h"

enum { DEVICES_MAX = 50 };

static struct support_device device_from(const struct entry *e, const struct support *p)
{
	struct support_device v = { .id = e->id, .version = e->version, .checked_by = entry_i64(e, "checked-by"), .checked_utc = entry_utc(e, "checked-on"),
		.handed_by = entry_i64(e, "handed-by"), .handed_utc = entry_utc(e, "handed-on"), .revision = entry_i64(e, "revision"),
		.device = entry_value(e, "device"), .tried = entry_value(e, "tried"), .state = e->state };
	v.fresh = v.checked_utc && v.revision == p->revision && str_is(p->state, "active");
	return v;
}

enum err support_devices(struct store *st, struct arena *a, int64_t school, int64_t viewer, const struct support *p, struct support_device **out, size_t *n)
{
	struct entry_may may = support_may(school, viewer);
	struct entry_query q = { .reg = "support-device", .parent = p->id, .limit = DEVICES_MAX };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	struct support_device *list = arena_array(a, struct support_device, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = device_from(&page.entries[i], p);
	*out = list;
	*n = page.n;
	return OK;
}

enum err support_device_add(struct store *st, const struct act *act, const struct support *p, struct str device, struct diag *d, int64_t *id)
{
	struct entry_field f[] = { { STR("device"), device } };
	struct entry_in in = { .reg = "support-device", .state = "waiting", .parent = p->id, .fields = f, .n_fields = 1 };
	if (str_is(p->state, "ended"))
		return ERR_STATE;
	return entry_create(st, act, &in, d, id);
}

/* One device of this plan. */
static enum err read(struct store *st, struct arena *a, const struct act *act, const struct support *p, int64_t id, struct support_device *out)
{
	struct entry_may may = support_may(act->school, act->person);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "support-device") || e.parent != p->id)
		return ERR_ABSENT;
	*out = device_from(&e, p);
	return OK;
}

static enum err move(struct store *st, const struct act *act, const struct support_device *v, const char *state, const struct entry_field *f, size_t n, struct diag *d)
{
	struct entry_may may = support_may(act->school, act->person);
	struct entry_in in = { .reg = "support-device", .state = state, .fields = f, .n_fields = n };
	return entry_update(st, act, &may, v->id, v->version, &in, d);
}

enum err support_device_check(struct store *st, const struct act *act, const struct support *p, int64_t device, bool refused_seen, bool opened_seen,
                              struct str tried, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct support_device v;
	size_t before = d->errors;
	TRY(read(st, &a, act, p, device, &v));
	if (!str_is(p->state, "active"))
		return ERR_STATE;
	if (!refused_seen)
		diag_add(d, DIAG_ERROR, STR("refused"), 0, "Open a page on the device that this plan closes, and see it refused.");
	if (!opened_seen)
		diag_add(d, DIAG_ERROR, STR("opened"), 0, "Open a page on the device that this plan lets through, and see it open.");
	if (!str_trim(tried).n)
		diag_add(d, DIAG_ERROR, STR("tried"), 0, "Write which pages you tried.");
	if (d->errors > before)
		return ERR_INVALID;
	struct entry_field f[] = {
		{ STR("checked-by"), arena_i64(&a, act->person) }, { STR("checked-on"), time_iso(&a, clock_utc()) }, { STR("tried"), tried }, { STR("revision"), arena_i64(&a, p->revision) },
	};
	return move(st, act, &v, str_is(v.state, "handed") ? "handed" : "checked", f, ARRAY_N(f), d);
}

enum err support_device_hand(struct store *st, const struct act *act, const struct support *p, int64_t device, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct support_device v;
	TRY(read(st, &a, act, p, device, &v));
	if (!v.fresh || !str_is(v.state, "checked")) {
		diag_add(d, DIAG_ERROR, STR("device"), 0, "It is not handed over yet: first somebody sees the filter working on it for this pupil's plan as it is now.");
		return ERR_STATE;
	}
	struct entry_field f[] = { { STR("handed-by"), arena_i64(&a, act->person) }, { STR("handed-on"), time_iso(&a, clock_utc()) } };
	return move(st, act, &v, "handed", f, ARRAY_N(f), d);
}

enum err support_device_back(struct store *st, const struct act *act, const struct support *p, int64_t device, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct support_device v;
	TRY(read(st, &a, act, p, device, &v));
	return str_is(v.state, "handed") ? move(st, act, &v, "returned", NULL, 0, d) : ERR_STATE;
}
