#include "house/devcert/devcert.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "base/time.h"
#include "house/cli/cmd_device.h"
#include "io/ca_ask.h"

#define REG "device-certificate"
enum { DAY_S = 86400, NAME_RANDOM = 12 };

static struct entry_may general(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

static struct devcert of_entry(const struct entry *e)
{
	return (struct devcert){ .id = e->id, .made_utc = e->made_utc, .made_by = e->made_by, .until_utc = entry_utc(e, "until"), .changed_utc = e->changed_utc,
		.changed_by = e->changed_by, .name = entry_value(e, "name"), .how = entry_value(e, "how"), .state = e->state, .print = entry_value(e, "print"),
		.pem = entry_value(e, "certificate"), .why = e->why };
}

static enum err entries(struct store *st, struct arena *a, int64_t school, int64_t device, const char *state, struct entry_page *out)
{
	struct entry_may may = general(school);
	struct entry_query q = { .reg = REG, .states = { state }, .limit = DEVCERT_LIST_MAX, .n_where = 1, .where = { { .key = "device", .op = ENTRY_IS, .i = device } } };
	return entry_list(st, a, &may, &q, out);
}

enum err devcert_list(struct store *st, struct arena *a, int64_t school, int64_t device, struct devcert **out, size_t *n)
{
	struct entry_page page;
	TRY(entries(st, a, school, device, NULL, &page));
	*out = arena_array(a, struct devcert, page.n + 1);
	*n = page.n;
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = of_entry(&page.entries[i]);
	return OK;
}

static enum err one(struct store *st, struct arena *a, int64_t school, int64_t device, int64_t id, struct entry *out)
{
	struct entry_may may = general(school);
	TRY(entry_get(st, a, &may, id, 0, out));
	return str_is(out->reg, REG) && entry_i64(out, "device") == device ? OK : ERR_ABSENT;
}

enum err devcert_get(struct store *st, struct arena *a, int64_t school, int64_t device, int64_t id, struct devcert *out)
{
	struct entry e;
	TRY(one(st, a, school, device, id, &e));
	*out = of_entry(&e);
	return OK;
}

/* ---- making ---- */

static bool in_use(struct str state) { return str_is(state, "protected") || str_is(state, "unprotected"); }

static enum err may_have(struct store *st, struct arena *a, int64_t school, int64_t device, struct entry_page *now, struct diag *d)
{
	struct entry e;
	struct entry_may may = general(school);
	TRY(entry_get(st, a, &may, device, 0, &e));
	if (!str_is(e.reg, "device"))
		return ERR_ABSENT;
	TRY(entries(st, a, school, device, "active", now));
	if (!in_use(e.state))
		(void)diag_fail(d, STR("device"), 0, "This device is lost or no longer used. Say in the register of devices that it is there again; then it can have a certificate.");
	else if (now->n >= DEVCERT_MOST)
		(void)diag_fail(d, STR("device"), 0, "This device has %d certificates that count. Withdraw one that it does not use.", DEVCERT_MOST);
	else
		return OK;
	return ERR_STATE;
}

static enum err refused(enum err e, struct diag *d)
{
	if (e == ERR_NET || e == ERR_TIMEOUT)
		(void)diag_fail(d, STR("device"), 0, "The signer does not run, so no certificate can be made now. Ask whoever looks after the server, then try again.");
	else if (e == ERR_FORBIDDEN)
		(void)diag_fail(d, STR("request"), 0, "The request was not signed with its own key: it is damaged, or was put together by hand. Make a new one on the device.");
	else if (e == ERR_SYNTAX)
		(void)diag_fail(d, STR("request"), 0, "This is no request that can be used. Make it with a P-256 key, as the box below shows, and give the whole file.");
	return e;
}

static void random_name(char out[sizeof "device-" + NAME_RANDOM])
{
	char secret[DEVICE_SECRET + 1];
	device_secret(secret);
	snprintf(out, sizeof "device-" + NAME_RANDOM, "device-%.*s", (int)NAME_RANDOM, secret);
}

static struct str day(struct arena *a, int64_t utc)
{
	struct civil c = time_uk(utc);
	return arena_fmt(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static struct str pem(struct arena *a, struct str der)
{
	char text[CA_DER_MAX * 2];
	AUTO(buf_done) struct buf b = buf_init(CA_DER_MAX * 2);
	sodium_bin2base64(text, sizeof text, (const unsigned char *)der.p, der.n, sodium_base64_VARIANT_ORIGINAL);
	buf_z(&b, "-----BEGIN CERTIFICATE-----\n");
	for (struct str rest = str_z(text); rest.n; rest = str_from(rest, 64))
		buf_fmt(&b, "%.*s\n", STRF(str_upto(rest, 64)));
	buf_z(&b, "-----END CERTIFICATE-----\n");
	return arena_str(a, buf_str(&b));
}

/* The ones before need no renewal any more. */
static enum err renewed(struct store *st, const struct act *act, const struct entry_page *before, struct diag *d)
{
	struct entry_may may = general(act->school);
	struct entry_field f = { STR("renew"), STR("") };
	for (size_t i = 0; i < before->n; i++)
		if (entry_value(&before->entries[i], "renew").n)
			TRY(entry_update(st, act, &may, before->entries[i].id, before->entries[i].version, &(struct entry_in){ .reg = REG, .fields = &f, .n_fields = 1 }, d));
	return OK;
}

static enum err keep(struct store *st, struct arena *a, const struct act *act, int64_t device, struct str name, bool packed, const struct ca_device *c,
                     const struct entry_page *before, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	uint8_t digest[SHA256_BYTES];
	char print[2 * SHA256_BYTES + 1];
	int64_t id;
	hash_sha256(c->der, digest);
	hex_put(digest, sizeof digest, print);
	struct entry_field f[] = { { STR("name"), name }, { STR("device"), arena_fmt(a, "%lld", (long long)device) }, { STR("how"), packed ? STR("pack") : STR("request") },
		{ STR("until"), day(a, c->until_utc) }, { STR("renew"), day(a, c->until_utc - (int64_t)DEVCERT_RENEW_DAYS * DAY_S) }, { STR("print"), str_z(print) },
		{ STR("certificate"), pem(a, c->der) } };
	TRY(db_tx_begin(st->db, &tx));
	TRY(renewed(st, act, before, d));
	TRY(entry_create(st, act, &(struct entry_in){ .reg = REG, .fields = f, .n_fields = ARRAY_N(f) }, d, &id));
	return db_tx_commit(&tx);
}

/* What the signer made counts only once it stands here. */
static enum err make(struct store *st, const struct act *act, const char *socket, int64_t device, struct ca_question *q, struct buf *pack, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_wipe) struct buf room = buf_init(CA_ANSWER_MAX);
	char name[sizeof "device-" + NAME_RANDOM];
	struct entry_page before;
	struct ca_device c;
	TRY(may_have(st, &a, act->school, device, &before, d));
	random_name(name);
	q->device = str_z(name);
	enum err e = ca_ask_device(socket, q, &room, &c);
	if (e != OK)
		return refused(e, d);
	if (pack)
		buf_add(pack, c.pack);
	return keep(st, &a, act, device, str_z(name), pack, &c, &before, d);
}

enum err devcert_request(struct store *st, const struct act *act, const char *socket, int64_t device, struct str csr, struct diag *d)
{
	return make(st, act, socket, device, &(struct ca_question){ .op = CA_DEVICE, .csr = csr }, NULL, d);
}

enum err devcert_pack(struct store *st, const struct act *act, const char *socket, int64_t device, struct str password, struct buf *pack, struct diag *d)
{
	return make(st, act, socket, device, &(struct ca_question){ .op = CA_PACK, .password = password }, pack, d);
}

void devcert_password(char out[DEVCERT_PASSWORD + 1])
{
	char secret[DEVICE_SECRET + 1];
	device_secret(secret);
	snprintf(out, DEVCERT_PASSWORD + 1, "%.4s-%.4s-%.4s-%.4s", secret, secret + 4, secret + 8, secret + 12);
	mem_wipe(secret, sizeof secret);
}

/* ---- withdrawing ---- */

static enum err withdraw(struct store *st, const struct act *act, const struct entry *e, struct diag *d)
{
	struct entry_may may = general(act->school);
	if (!str_is(e->state, "active"))
		return ERR_STATE;
	return entry_update(st, act, &may, e->id, e->version, &(struct entry_in){ .reg = REG, .state = "withdrawn" }, d);
}

enum err devcert_withdraw(struct store *st, const struct act *act, int64_t device, int64_t id, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	TRY(one(st, &a, act->school, device, id, &e));
	return withdraw(st, act, &e, d);
}

static enum err of_gone(struct store *st, struct arena *a, int64_t school, int64_t by, const struct entry *e, size_t *n)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry device;
	struct entry_may may = general(school);
	enum err there = entry_get(st, a, &may, entry_i64(e, "device"), 0, &device);
	if (there != OK && there != ERR_ABSENT)
		return there;
	if (there == OK && in_use(device.state))
		return OK;
	struct act act = { school, by, there == OK && str_is(device.state, "lost") ? "the device is lost or stolen" : "the device is no longer used" };
	TRY(withdraw(st, &act, e, &d));
	(*n)++;
	return OK;
}

enum err devcert_gone(struct store *st, int64_t school, int64_t by, int64_t device, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = general(school);
	struct entry_query q = { .reg = REG, .states = { "active" }, .limit = ENTRY_PAGE_MAX, .n_where = device ? 1 : 0, .where = { { .key = "device", .op = ENTRY_IS, .i = device } } };
	struct entry_page page;
	*n = 0;
	do {
		TRY(entry_list(st, &a, &may, &q, &page));
		size_t before = *n;
		for (size_t i = 0; i < page.n; i++)
			TRY(of_gone(st, &a, school, by, &page.entries[i], n));
		q.offset += page.n - (*n - before);      /* those that went are not in the next page */
	} while (page.n == ENTRY_PAGE_MAX);
	return OK;
}
