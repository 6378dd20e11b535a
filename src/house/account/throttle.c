#include "house/account/throttle.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "gen_queries.h"

enum { DAY_S = 86400 };
static const struct addr UNKNOWN;

/* RFC 1918, RFC 4193, RFC 4291 2.5.3 and 2.5.6: nobody outside a school's own network has such an address. */
bool throttle_own_network(struct addr x)
{
	static const char *const own[] = { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1" };
	struct prefix p;
	for (size_t i = 0; i < ARRAY_N(own); i++)
		if (prefix_read(str_z(own[i]), false, &p) == OK && prefix_has(p, x))
			return true;
	return false;
}

static struct str digest_of(struct arena *a, struct str browser)
{
	uint8_t *hash = arena_alloc(a, SHA256_BYTES);
	hash_sha256(browser, hash);
	return (struct str){ (const char *)hash, SHA256_BYTES };
}

static struct str addr_words(struct arena *a, struct addr x)
{
	char text[ADDR_TEXT_MAX];
	size_t n = addr_same(x, UNKNOWN) ? 0 : addr_text(x, text);
	return arena_str(a, (struct str){ text, n });
}

static struct str browser_bucket(struct arena *a, struct str digest)
{
	char hex[2 * 16 + 1];
	hex_put(digest.p, 16, hex);
	return arena_fmt(a, "browser %s", hex);
}

struct counting { struct db *db; struct arena *a; const struct account_rules *r; int64_t school; int *wait_s; };

static enum err count(const struct counting *c, struct str key, struct str bucket, int64_t most, bool slides)
{
	struct q_throttle_take_row row;
	int64_t now = clock_utc(), window = c->r->guess_window_s;
	TRY(q_throttle_take_one(c->db, c->a, &(struct q_throttle_take_args){ .school = c->school, .key = key, .place = bucket, .now = now,
		.stale = now - window, .slides = slides, .most = most }, &row));
	if (row.n <= most)
		return OK;
	int64_t wait = row.since + window - now;
	*c->wait_s = (int)(wait > 1 ? wait : 1);
	return ERR_BUSY;
}

/* ERR_BUSY before the account is counted: an address that must wait cannot shut accounts out any more. */
static enum err count_address(const struct counting *c, struct addr peer, struct str address, struct turn *t)
{
	struct q_browser_people_at_row known = { .n = THROTTLE_ADDRESS_MAX };
	if (!throttle_own_network(peer))
		TRY(q_browser_people_at_one(c->db, c->a, &(struct q_browser_people_at_args){ .school = c->school, .address = address,
			.since = clock_utc() - THROTTLE_PLACE_DAYS * DAY_S }, &known));
	int64_t most = c->r->guesses + known.n < THROTTLE_ADDRESS_MAX ? c->r->guesses + known.n : THROTTLE_ADDRESS_MAX;
	TRY(count(c, STR(""), address, most, false));
	t->address = address;
	return OK;
}

enum err throttle_take(struct db *db, struct arena *a, const struct account_rules *r, int64_t school, const char *what, struct str name,
                       const struct place *from, struct turn *out, int *wait_s)
{
	struct counting c = { db, a, r, school, wait_s };
	struct str digest = digest_of(a, from->browser), address = addr_words(a, from->peer);
	struct q_browser_of_name_row known;
	struct turn t = { .school = school, .key = arena_fmt(a, "%s%.*s", what, STRF(name)), .bucket = STR("") };
	TRY(q_browser_of_name_one(db, a, &(struct q_browser_of_name_args){ .school = school, .sign_in = name, .browser = digest,
		.address = address, .since = clock_utc() - BROWSER_KEEP_DAYS * DAY_S }, &known));
	if (known.browser && from->browser.n)
		t.bucket = browser_bucket(a, digest);
	else if (address.n && !known.place)
		TRY(count_address(&c, from->peer, address, &t));
	TRY(count(&c, t.key, t.bucket, r->guesses, true));
	*out = t;
	return OK;
}

enum err throttle_right(struct db *db, const struct turn *t)
{
	TRY(q_throttle_sweep_do(db, &(struct q_throttle_sweep_args){ .school = t->school, .stale = clock_utc() - DAY_S }, NULL));
	TRY(q_throttle_clear_do(db, &(struct q_throttle_clear_args){ .school = t->school, .key = t->key, .place = t->bucket }, NULL));
	if (t->address.n)
		TRY(q_throttle_give_back_do(db, &(struct q_throttle_give_back_args){ .school = t->school, .key = STR(""), .place = t->address }, NULL));
	return OK;
}

enum err browser_remember(struct db *db, int64_t school, int64_t person, const struct place *at, bool *first)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t now = clock_utc();
	struct str digest = digest_of(&a, at->browser);
	struct q_browser_row_row row;
	struct q_browser_total_row all;
	*first = false;
	if (at->browser.n == 0)
		return OK;
	TRY(q_browser_sweep_do(db, &(struct q_browser_sweep_args){ .school = school, .before = now - BROWSER_KEEP_DAYS * DAY_S }, NULL));
	TRY(q_browser_total_one(db, &a, &(struct q_browser_total_args){ .school = school, .person = person }, &all));
	enum err e = q_browser_row_one(db, &a, &(struct q_browser_row_args){ .school = school, .person = person, .browser = digest }, &row);
	if (e != OK && e != ERR_ABSENT)
		return e;
	*first = e == ERR_ABSENT && all.n > 0;
	return q_browser_put_do(db, &(struct q_browser_put_args){ .school = school, .person = person, .browser = digest,
		.address = addr_words(&a, at->peer), .now = now }, NULL);
}
