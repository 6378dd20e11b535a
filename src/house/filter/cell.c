#include "house/filter/cell.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"

enum { DAY_S = 86400, TASK_DAYS = 7, SAYS_MAX = 1900, HOW_MAX = 290 };

static const char REG[] = "filter-cell";

const struct cell_kind CELL_KINDS[] = { { "ipad", "an iPad", "iPads" }, { "chromebook", "a Chromebook", "Chromebooks" }, { "windows", "a Windows computer", "Windows" }, { "mac", "a Mac", "Macs" },
	{ "android", "an Android device", "Android" }, { "other", "another device", "Others" } };
const size_t N_CELL_KINDS = ARRAY_N(CELL_KINDS);

const struct cell_kind *cell_kind(struct str word)
{
	for (size_t i = 0; i < N_CELL_KINDS; i++)
		if (str_is(word, CELL_KINDS[i].word))
			return &CELL_KINDS[i];
	return NULL;
}

static struct entry_may cell_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

enum err cell_put(struct store *st, const struct act *act, const struct cell_result *r, int64_t now_utc, bool *drifted)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = cell_may(act->school);
	struct entry_field f[] = { { STR("cell"), arena_fmt(&a, "%.*s|%.*s|%.*s", STRF(r->network), STRF(r->group), STRF(r->device)) }, { STR("network"), r->network }, { STR("group"), r->group },
		{ STR("device"), r->device }, { STR("tried"), time_iso(&a, now_utc) }, { STR("asked"), arena_fmt(&a, "%lld", (long long)r->asked) },
		{ STR("refused"), arena_fmt(&a, "%lld", (long long)r->refused) }, { STR("how"), str_upto(r->how, HOW_MAX) }, { STR("says"), str_upto(r->says, SAYS_MAX) } };
	struct entry_in in = { .reg = REG, .state = r->passed ? "passed" : "failed", .fields = f, .n_fields = ARRAY_N(f) };
	struct entry_query q = { .reg = REG, .where = { { "cell", ENTRY_IS, 0, f[0].value } }, .n_where = 1, .limit = 1 };
	struct entry e;
	int64_t id;
	enum err found = entry_first(st, &a, &may, &q, &e);
	if (drifted)
		*drifted = false;
	if (found == ERR_ABSENT)
		return entry_create(st, act, &in, NULL, &id);
	TRY(found);
	if (drifted)
		*drifted = !r->passed && str_is(e.state, "passed");
	return entry_update(st, act, &may, e.id, e.version, &in, NULL);
}

enum err cell_review(struct store *st, const struct act *act, const struct cell_result *r, int64_t now_utc)
{
	static const char *const roles[] = { "leadership", "technician" };
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		int64_t id;
		struct task_in in = { .kind = "filter-test", .for_role = roles[i], .due_utc = now_utc + TASK_DAYS * DAY_S, .link = "/status/filter-matrix",
			.title = arena_fmt(&a, "The filter did not hold in the network %.*s, and did before", STRF(r->network)), .details = str_upto(r->says, SAYS_MAX),
			.key = arena_fmt(&a, "filter-cell %.*s %.*s %.*s %lld %s", STRF(r->network), STRF(r->group), STRF(r->device), (long long)(now_utc / DAY_S), roles[i]).p };
		TRY(task_open_once(st, act, &in, NULL, &id, NULL));
	}
	return OK;
}

static struct cell cell_of(const struct entry *e)
{
	return (struct cell){ .id = e->id, .tried_utc = entry_utc(e, "tried"), .asked = entry_i64(e, "asked"), .refused = entry_i64(e, "refused"), .network = entry_value(e, "network"),
		.group = entry_value(e, "group"), .device = entry_value(e, "device"), .how = entry_value(e, "how"), .says = entry_value(e, "says"), .passed = str_is(e->state, "passed") };
}

enum err cell_list(struct store *st, struct arena *a, int64_t school, int64_t now_utc, int64_t period_days, struct cell **out, size_t *n)
{
	struct entry_may may = cell_may(school);
	struct entry_query q = { .reg = REG, .limit = ENTRY_PAGE_MAX };
	*out = arena_array(a, struct cell, CELLS_MAX + ENTRY_PAGE_MAX);
	*n = 0;
	if (!registers_find(st->registers, str_z(REG)))
		return OK;
	for (; *n < CELLS_MAX; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(st, a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++) {
			struct cell c = cell_of(&page.entries[i]);
			c.stale = now_utc - c.tried_utc > (str_is(c.device, "filter") ? CELL_OWN_DAYS : period_days) * (int64_t)DAY_S;
			(*out)[(*n)++] = c;
		}
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	return OK;
}

enum err cell_history(struct store *st, struct arena *a, int64_t school, int64_t id, struct cell **out, size_t *n)
{
	struct entry_may may = cell_may(school);
	struct entry *v;
	TRY(entry_history(st, a, &may, id, &v, n));
	if (*n && !str_is(v[0].reg, REG))
		return ERR_ABSENT;
	*out = arena_array(a, struct cell, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[*n - 1 - i] = cell_of(&v[i]);
	return OK;
}
