/* What the gate is told of devices' certificates. */
#include "base/mem.h"
#include "house/away/away.h"
#include "house/devcert/devcert.h"
#include "policy/read/tokens.h"

struct devices { struct away *v; size_t n; };           /* read once; more than it holds are asked for one by one */

static enum err device_of(struct store *st, struct arena *a, int64_t school, const struct devices *all, int64_t id, struct away *out)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].device == id) {
			*out = all->v[i];
			return OK;
		}
	return away_get(st, a, school, id, out);
}

static enum err block(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], const struct devices *all, const struct entry *c, int64_t now_utc, struct buf *out)
{
	struct away x;
	int64_t person;
	uint8_t digest[32];
	char hex[65];
	enum err e = device_of(st, a, school, all, entry_i64(c, "device"), &x);
	if (e == ERR_ABSENT || (e == OK && !str_is(x.state, "protected") && !str_is(x.state, "unprotected")))
		return OK;
	TRY(e);
	TRY(away_holder(st, a, school, &x, now_utc, &person));
	token_digest(key, LIVE_HOW_CERT, entry_value(c, "print"), digest);
	hex_put(digest, sizeof digest, hex);
	buf_fmt(out, "\n[device %lld]\nschool = %lld\ngroup = %.*s\ntoken = %s\n", (long long)x.number, (long long)school, STRF(x.group), hex);
	if (person)
		buf_fmt(out, "person = %lld\n", (long long)person);
	return buf_ok(out);
}

enum err devcert_policy(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], int64_t now_utc, struct buf *out)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "device-certificate", .limit = 1 };
	struct entry_page page;
	struct devices all;
	TRY(entry_list(st, a, &may, &q, &page));
	if (!page.n)
		return OK;                       /* none was ever made: nobody is asked for one */
	buf_z(out, "\n[text device]\ncertificates = yes\n");
	TRY(away_list(st, a, school, &all.v, &all.n));
	q.states[0] = "active";
	q.limit = ENTRY_PAGE_MAX;
	do {
		TRY(entry_list(st, a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			TRY(block(st, a, school, key, &all, &page.entries[i], now_utc, out));
		q.offset += page.n;
	} while (page.n == ENTRY_PAGE_MAX);
	return buf_ok(out);
}

enum err devcert_withdrawn(struct store *st, struct arena *a, int64_t school, int64_t device, const uint8_t key[32], uint8_t (*out)[32], size_t max, size_t *n)
{
	struct devcert *all;
	size_t found;
	*n = 0;
	TRY(devcert_list(st, a, school, device, &all, &found));
	for (size_t i = 0; i < found && *n < max; i++)
		if (str_is(all[i].state, "withdrawn"))
			token_digest(key, LIVE_HOW_CERT, all[i].print, out[(*n)++]);
	return OK;
}
