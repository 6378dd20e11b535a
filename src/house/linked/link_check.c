#include "house/linked/link_check.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"

enum { DAY_S = 86400, TASK_DAYS = 14, FOUND_MAX = 300, ENTRIES_MAX = 300 };

static struct entry_may program(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

enum err link_known_of(struct store *st, struct arena *a, int64_t school, struct str address, struct link_known *out)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = "link-check", .where = { { "address", ENTRY_IS, 0, address } }, .n_where = 1, .limit = 1 };
	struct entry_page page;
	*out = (struct link_known){ 0 };
	TRY(entry_list(st, a, &may, &q, &page));
	if (page.n)
		*out = (struct link_known){ page.entries[0].id, page.entries[0].version, page.entries[0].changed_utc,
			str_is(entry_value(&page.entries[0], "opens"), "yes"), entry_value(&page.entries[0], "found") };
	return OK;
}

static enum err open_task(struct store *st, const struct act *act, struct arena *a, struct str address, struct str what, const char *page, struct str found)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id, now = clock_utc();
	struct task_in in = { .kind = "link", .for_role = "dsl", .link = page, .due_utc = now + TASK_DAYS * (int64_t)DAY_S,
		.title = str_upto(arena_fmt(a, "A link does not open: %.*s", STRF(what)), 200),
		.details = arena_fmt(a, "%.*s\n%.*s", STRF(address), STRF(found)),
		.key = arena_fmt(a, "link %.*s %.*s", STRF(time_iso_date(a, now)), STRF(str_upto(what, 60))).p };
	return task_open_once(st, act, &in, &d, &id, NULL);
}

enum err link_tried(struct store *st, const struct act *act, struct str address, struct str what, const char *page, bool opens, struct str found)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = program(act->school);
	struct link_known k;
	int64_t id;
	TRY(db_tx_begin(st->db, &tx));
	TRY(link_known_of(st, &a, act->school, address, &k));
	struct entry_field f[] = { { STR("address"), address }, { STR("opens"), opens ? STR("yes") : STR("no") }, { STR("found"), str_upto(found, FOUND_MAX) } };
	struct entry_in in = { .reg = "link-check", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(k.entry ? entry_update(st, act, &may, k.entry, k.version, &in, &d) : entry_create(st, act, &in, &d, &id));
	if (!opens && (!k.entry || k.opens))
		TRY(open_task(st, act, &a, address, what, page, found));
	return db_tx_commit(&tx);
}

struct trying { struct store *st; const struct act *act; int64_t days; contact_get_fn *get; void *ctx; size_t *n; };

static enum err try_one(struct trying *t, struct arena *a, const struct entry *e, const char *name)
{
	struct str address = entry_value(e, "link");
	struct link_known k;
	char why[200] = "";
	if (!address.n)
		return OK;
	TRY(link_known_of(t->st, a, t->act->school, address, &k));
	if (k.checked_utc && clock_utc() - k.checked_utc < t->days * DAY_S)
		return OK;
	bool opens = t->get(t->ctx, arena_z(a, address), why) == OK;
	struct str page = arena_fmt(a, "/registers/%.*s/%lld", STRF(e->reg), (long long)e->id);
	TRY(link_tried(t->st, t->act, address, entry_value(e, name), page.p, opens, opens ? STR("It opened.") : str_z(why)));
	(*t->n)++;
	return OK;
}

enum err links_try(struct store *st, const struct act *act, int64_t days, contact_get_fn *get, void *ctx, size_t *n)
{
	static const struct { const char *reg, *name; } all[] = { { "guidance", "edition" }, { "linked-policy", "title" } };
	struct trying t = { st, act, days, get, ctx, n };
	struct entry_may may = program(act->school);
	*n = 0;
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct entry_query q = { .reg = all[i].reg, .states = { "current", i ? "overdue" : NULL }, .limit = ENTRIES_MAX };
		struct entry_page page;
		TRY(entry_list(st, &a, &may, &q, &page));
		for (size_t k = 0; k < page.n; k++)
			TRY(try_one(&t, &a, &page.entries[k], all[i].name));
	}
	return OK;
}

/* ---- whose address it is ---- */

static struct str host_of(struct str address)
{
	ptrdiff_t at = str_find(address, STR("://"));
	struct str h = at >= 0 ? str_from(address, (size_t)at + 3) : address, host = h;
	for (size_t i = 0; i < h.n; i++)
		if (h.p[i] == '/' || h.p[i] == ':' || h.p[i] == '?') {
			host = str_upto(h, i);
			break;
		}
	return host;
}

/* "partnership.exampleshire.example": exampleshire.example, what belongs to one body.  Public endings of two labels keep three. */
static struct str domain_of(struct str host)
{
	static const char *const two[] = { ".gov.uk", ".org.uk", ".co.uk", ".nhs.uk", ".police.uk", ".sch.uk", ".ac.uk" };
	size_t keep = 2, dots = 0;
	for (size_t i = 0; i < ARRAY_N(two); i++)
		keep = str_ends(host, str_z(two[i])) ? 3 : keep;
	for (size_t i = host.n; i-- > 0;)
		if (host.p[i] == '.' && ++dots == keep)
			return str_from(host, i + 1);
	return host;
}

bool link_local(const struct contacts *all, struct str address)
{
	struct str domain = domain_of(host_of(address));
	for (size_t i = 0; domain.n && i < all->n; i++)
		if (all->v[i].local && all->v[i].web.n && str_ieq(domain_of(host_of(all->v[i].web)), domain))
			return true;
	return false;
}
