/* The school's website, which is not ours: whether its online safety page opens, and whether the CEOP button is on it. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/procedure/library.h"
#include "house/site/site.h"
#include "house/task/task.h"

enum { DAY_S = 86400, MEND_DAYS = 14 };

enum err site_tried_last(struct store *st, struct arena *a, int64_t school, struct site_tried *out)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_page page;
	*out = (struct site_tried){ 0 };
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "website-tried", .limit = 1 }, &page));
	if (!page.n)
		return OK;
	const struct entry *e = &page.entries[0];
	*out = (struct site_tried){ true, str_is(entry_value(e, "opens"), "yes"), str_is(entry_value(e, "ceop"), "yes"), entry_i64(e, "at"),
		entry_value(e, "address"), entry_value(e, "found") };
	return OK;
}

static enum err task(struct store *st, const struct act *act, struct arena *a, const char *kind, struct str title, struct str details)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id, now = clock_utc();
	struct task_in in = { .kind = "website", .title = title, .details = details, .link = "/website", .for_role = "head", .due_utc = now + MEND_DAYS * DAY_S,
		.key = arena_fmt(a, "website/%s/%.*s", kind, STRF(str_upto(time_iso_date(a, now), 7))).p };
	return task_open_once(st, act, &in, &d, &id, NULL);
}

static enum err put(struct store *st, const struct act *act, struct arena *a, const struct site_tried *t)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id;
	struct entry_field f[] = { { STR("address"), t->address }, { STR("at"), arena_fmt(a, "%lld", (long long)t->at_utc) }, { STR("opens"), t->opens ? STR("yes") : STR("no") },
		{ STR("ceop"), t->ceop ? STR("yes") : STR("no") }, { STR("found"), str_upto(t->found, 300) } };
	struct entry_in in = { .reg = "website-tried", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_create(st, act, &in, &d, &id);
}

static char lower_at(struct str s, size_t i) { return ascii_lower(s.p[i]); }

static bool says(struct str body, struct str what)
{
	for (size_t i = 0; what.n && i + what.n <= body.n; i++) {
		size_t k = 0;
		while (k < what.n && lower_at(body, i + k) == lower_at(what, k))
			k++;
		if (k == what.n)
			return true;
	}
	return false;
}

/* "www.ceop.police.uk" of the directory's entry, without "www.". */
static struct str host_of(const struct contact *x)
{
	ptrdiff_t at = x ? str_find(x->web, STR("://")) : -1;
	struct str host = at < 0 ? STR_NONE : str_from(x->web, (size_t)at + 3);
	ptrdiff_t slash = str_chr(host, '/');
	host = slash < 0 ? host : str_upto(host, (size_t)slash);
	return str_starts(host, STR("www.")) ? str_from(host, 4) : host;
}

static enum err ask_for_address(struct store *st, const struct act *act, struct arena *a)
{
	TRY(task(st, act, a, "address", STR("Say which page of the school's website is about online safety"),
		STR("The policy links to it, and its links are tried. Set website.page in the school's profile.")));
	return ERR_STATE;
}

enum err site_try(struct store *st, const struct act *act, const struct profile *p, const struct contacts *contacts, site_get_fn *get, void *ctx)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct site_tried t = { .known = true, .address = profile_text(p, "website.page"), .at_utc = clock_utc(), .found = STR("It opened, and the CEOP button is there.") };
	struct str body = STR_NONE, ceop = host_of(contact_find(contacts, STR("ceop")));
	char why[200] = "";
	if (!t.address.n)
		return ask_for_address(st, act, &a);
	t.opens = get(ctx, arena_z(&a, t.address), &a, &body, why) == OK;
	t.ceop = t.opens && says(body, ceop);
	if (!t.opens)
		t.found = arena_fmt(&a, "It does not open: %s", why);
	else if (!t.ceop)
		t.found = arena_fmt(&a, "It opened, and nothing on it leads to %.*s.", STRF(ceop));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(put(st, act, &a, &t));
	if (!t.opens)
		TRY(task(st, act, &a, "opens", STR("The online safety page of the school's website does not open"), arena_fmt(&a, "%.*s\n%.*s", STRF(t.address), STRF(t.found))));
	else if (!t.ceop)
		TRY(task(st, act, &a, "ceop", STR("Put the CEOP button on the school's website"), arena_fmt(&a, "%.*s\n%.*s", STRF(t.address), STRF(t.found))));
	return db_tx_commit(&tx);
}

enum err site_policy_changed(struct store *st, const struct act *act, int64_t version, struct str label)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id;
	struct task_in in = { .kind = "prospectus", .title = arena_fmt(&a, "Look at the prospectus and the website: policy %.*s is in force", STRF(str_upto(label, 80))), .for_role = "head",
		.details = STR("The public page shows the new version already. Does the prospectus draw attention to the policy, and say what it expects? Is a printed copy out of date?"),
		.link = "/website", .due_utc = clock_utc() + 28 * DAY_S, .key = arena_fmt(&a, "prospectus/%lld", (long long)version).p };
	return task_open_once(st, act, &in, &d, &id, NULL);
}
