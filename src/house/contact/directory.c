#include "house/contact/directory.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"

static struct entry_may program(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

enum err contact_known_of(struct store *st, struct arena *a, int64_t school, struct str contact, struct contact_known *out)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = "contact-state", .where = { { "contact", ENTRY_IS, 0, contact } }, .n_where = 1, .limit = 1 };
	struct entry_page page;
	*out = (struct contact_known){ 0 };
	TRY(entry_list(st, a, &may, &q, &page));
	if (!page.n)
		return OK;
	const struct entry *e = &page.entries[0];
	*out = (struct contact_known){ .entry = e->id, .version = e->version, .verified_utc = entry_i64(e, "verified"),
		.verified_by = entry_i64(e, "verified_by"), .checked_utc = entry_i64(e, "checked"), .opens = str_is(entry_value(e, "opens"), "yes"),
		.found = entry_value(e, "found") };
	return OK;
}

static enum err put(struct store *st, const struct act *act, const struct contact_known *s, const struct entry_field *f, size_t n)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry_may may = program(act->school);
	struct entry_in in = { .reg = "contact-state", .fields = f, .n_fields = n };
	int64_t id;
	return s->entry ? entry_update(st, act, &may, s->entry, s->version, &in, &d) : entry_create(st, act, &in, &d, &id);
}

enum err contact_confirm(struct store *st, const struct act *act, struct str contact)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct contact_known s;
	TRY(contact_known_of(st, &a, act->school, contact, &s));
	struct entry_field f[] = { { STR("contact"), contact },
		{ STR("verified"), arena_fmt(&a, "%lld", (long long)clock_utc()) },
		{ STR("verified_by"), arena_fmt(&a, "%lld", (long long)act->person) } };
	return put(st, act, &s, f, ARRAY_N(f));
}

bool contact_stale(const struct contact_known *s, int64_t now_utc)
{
	return now_utc - s->verified_utc > (int64_t)CONTACT_STALE_DAYS * 86400;
}

static enum err open_task(struct store *st, const struct act *act, struct arena *a, const struct contact *x, struct str found)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id, now = clock_utc();
	struct task_in in = { .kind = "contact-link", .for_role = "dsl", .link = "/contacts", .due_utc = now + 14 * 86400,
		.title = arena_fmt(a, "A link of the contact directory does not open: %.*s", STRF(x->title)),
		.details = arena_fmt(a, "%.*s\n%.*s", STRF(x->web), STRF(found)),
		.key = arena_fmt(a, "contact-link/%.*s/%.*s", STRF(x->id), STRF(time_iso_date(a, now))).p };
	return task_open_once(st, act, &in, &d, &id, NULL);
}

enum err contact_tried(struct store *st, const struct act *act, const struct contact *x, bool opens, struct str found)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct contact_known s;
	TRY(db_tx_begin(st->db, &tx));
	TRY(contact_known_of(st, &a, act->school, x->id, &s));
	struct entry_field f[] = { { STR("contact"), x->id }, { STR("checked"), arena_fmt(&a, "%lld", (long long)clock_utc()) },
		{ STR("opens"), opens ? STR("yes") : STR("no") }, { STR("found"), str_upto(found, found.n > 300 ? 300 : found.n) } };
	bool was_well = !s.checked_utc || s.opens;
	TRY(put(st, act, &s, f, ARRAY_N(f)));
	if (!opens && was_well)
		TRY(open_task(st, act, &a, x, found));
	return db_tx_commit(&tx);
}

enum err contacts_try(struct store *st, const struct act *act, const struct contacts *all, int64_t days,
                      contact_get_fn *get, void *ctx, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	*n = 0;
	for (size_t i = 0; i < all->n; i++) {
		const struct contact *x = &all->v[i];
		struct contact_known s;
		char why[200] = "";
		if (!x->web.n || x->state != CONTACT_LIVE)
			continue;
		TRY(contact_known_of(st, &a, act->school, x->id, &s));
		if (s.checked_utc && clock_utc() - s.checked_utc < days * 86400)
			continue;
		bool opens = get(ctx, arena_z(&a, x->web), why) == OK;
		TRY(contact_tried(st, act, x, opens, opens ? STR("It opened.") : str_z(why)));
		(*n)++;
	}
	return OK;
}
