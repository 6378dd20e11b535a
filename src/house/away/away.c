#include "house/away/away.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/agreement/agreement_store.h"
#include "house/cli/cmd_device.h"

static struct entry_may general(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }
/* The program alone reads names: nobody's rights reach this register. */
static struct entry_may inside(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_CHAIR) }; }

/* All that the list is put together of, read once each. */
struct lookup { struct entry_page names, loans; struct q_device_seen_all_row *seen; size_t n_seen; };

static enum err look(struct store *st, struct arena *a, int64_t school, struct lookup *l)
{
	struct entry_may in = inside(school), all = general(school);
	struct entry_query names = { .reg = "device-name", .states = { "active" }, .limit = ENTRY_PAGE_MAX };
	struct entry_query loans = { .reg = "device-loan", .states = { "lent" }, .limit = ENTRY_PAGE_MAX };
	all.classes = ~1u;                              /* a loan is about somebody; here it is only whom the device is with */
	TRY(entry_list(st, a, &in, &names, &l->names));
	TRY(entry_list(st, a, &all, &loans, &l->loans));
	return q_device_seen_all(st->db, a, &(struct q_device_seen_all_args){ .school = school }, &l->seen, &l->n_seen);
}

static const struct entry *of_device(const struct entry_page *page, int64_t device)
{
	for (size_t i = 0; i < page->n; i++)
		if (entry_i64(&page->entries[i], "device") == device)
			return &page->entries[i];
	return NULL;
}

static struct away away_of(const struct entry *e, const struct lookup *l)
{
	const struct entry *name = of_device(&l->names, e->id), *loan = of_device(&l->loans, e->id);
	struct away x = { .device = e->id, .number = e->number, .label = entry_value(e, "label"), .kind = entry_value(e, "kind"), .group = entry_value(e, "profile"), .state = e->state };
	x.named_utc = name ? name->made_utc : 0;
	x.person = loan ? entry_i64(loan, "person") : 0;
	x.off_site = loan && str_is(entry_value(loan, "off-site"), "yes");
	for (size_t i = 0; i < l->n_seen; i++)
		if (l->seen[i].device == e->id) {
			x.seen_utc = l->seen[i].seen_utc;
			x.refused_utc = l->seen[i].refused_utc;
		}
	return x;
}

enum err away_list(struct store *st, struct arena *a, int64_t school, struct away **out, size_t *n)
{
	struct lookup l;
	struct entry_may may = general(school);
	struct entry_query q = { .reg = "device", .limit = AWAY_DEVICES_MAX, .order_by = "label", .ascending = true };
	struct entry_page page;
	TRY(look(st, a, school, &l));
	TRY(entry_list(st, a, &may, &q, &page));
	*out = arena_array(a, struct away, page.n + 1);
	*n = 0;
	for (size_t i = 0; i < page.n; i++) {
		struct away x = away_of(&page.entries[i], &l);
		bool over = str_is(x.state, "retired") || str_is(x.state, REG_UNDONE);
		if (!over || x.named_utc)
			(*out)[(*n)++] = x;
	}
	return OK;
}

enum err away_get(struct store *st, struct arena *a, int64_t school, int64_t device, struct away *out)
{
	struct lookup l;
	struct entry e;
	struct entry_may may = general(school);
	TRY(entry_get(st, a, &may, device, 0, &e));
	if (!str_is(e.reg, "device"))
		return ERR_ABSENT;
	TRY(look(st, a, school, &l));
	*out = away_of(&e, &l);
	return OK;
}

/* ---- names ---- */

static enum err newest(struct store *st, struct arena *a, int64_t school, int64_t device, struct entry *out)
{
	struct entry_may may = inside(school);
	struct entry_query q = { .reg = "device-name", .states = { "active" }, .n_where = 1,
		.where = { { .key = "device", .op = ENTRY_IS, .i = device } } };
	return entry_first(st, a, &may, &q, out);
}

static enum err end_name(struct store *st, const struct act *act, const struct entry *old, struct diag *d)
{
	struct entry_may may = inside(act->school);
	return entry_update(st, act, &may, old->id, old->version, &(struct entry_in){ .reg = "device-name", .state = "ended" }, d);
}

static enum err put_name(struct store *st, struct arena *a, const struct act *act, int64_t device, struct diag *d)
{
	char secret[DEVICE_SECRET + 1];
	int64_t id;
	device_secret(secret);
	struct entry_field f[] = { { STR("device"), arena_fmt(a, "%lld", (long long)device) }, { STR("secret"), arena_str(a, str_z(secret)) } };
	mem_wipe(secret, sizeof secret);
	return entry_create(st, act, &(struct entry_in){ .reg = "device-name", .fields = f, .n_fields = 2 }, d, &id);
}

enum err away_make(struct store *st, const struct act *act, int64_t device, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct away x;
	struct entry old;
	TRY(db_tx_begin(st->db, &tx));
	TRY(away_get(st, &a, act->school, device, &x));
	if (!str_is(x.state, "protected") && !str_is(x.state, "unprotected")) {
		(void)diag_fail(d, STR("device"), 0, "This device is lost or no longer used. Say in the register of devices that it is there again; then it can have a name.");
		return ERR_STATE;
	}
	enum err was = newest(st, &a, act->school, device, &old);
	if (was == OK)
		TRY(end_name(st, act, &old, d));
	else if (was != ERR_ABSENT)
		return was;
	TRY(put_name(st, &a, act, device, d));
	return db_tx_commit(&tx);
}

enum err away_end(struct store *st, const struct act *act, int64_t device, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry old;
	TRY(newest(st, &a, act->school, device, &old));
	return end_name(st, act, &old, d);
}

enum err away_label(struct store *st, struct arena *a, int64_t school, int64_t device, struct str *out)
{
	struct entry e;
	struct away x;
	TRY(newest(st, a, school, device, &e));
	TRY(away_get(st, a, school, device, &x));
	*out = arena_fmt(a, "%lld-%.*s", (long long)x.number, STRF(entry_value(&e, "secret")));
	return OK;
}

/* ---- the policy ---- */

enum err away_holder(struct store *st, struct arena *a, int64_t school, const struct away *x, int64_t now_utc, int64_t *person)
{
	struct agreement_state s;
	struct person p;
	*person = 0;
	enum err e = x->person ? person_get(st->db, a, school, x->person, &p) : ERR_ABSENT;
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	TRY(agreement_state_of(st, a, &p, now_utc, &s));
	enum standing now = agreement_let_on(&s);
	*person = now == STANDING_CURRENT || now == STANDING_GRACE ? x->person : 0;
	return OK;
}

static enum err block(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], const struct away *x, int64_t now_utc, struct buf *out)
{
	struct entry name;
	int64_t person;
	TRY(newest(st, a, school, x->device, &name));
	TRY(away_holder(st, a, school, x, now_utc, &person));
	struct device_token t = device_token_of(a, key, x->number, entry_value(&name, "secret"));
	buf_fmt(out, "\n[device %lld]\nschool = %lld\ngroup = %.*s\ntoken = %s\n", (long long)x->number, (long long)school, STRF(x->group), t.digest);
	if (person)
		buf_fmt(out, "person = %lld\n", (long long)person);
	return OK;
}

enum err away_policy(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], int64_t now_utc, struct buf *out)
{
	struct away *all;
	size_t n;
	TRY(away_list(st, a, school, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].named_utc && (str_is(all[i].state, "protected") || str_is(all[i].state, "unprotected")))
			TRY(block(st, a, school, key, &all[i], now_utc, out));
	return OK;
}
