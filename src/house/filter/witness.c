#include "house/filter/witness.h"

#include "base/mem.h"
#include "base/rnd.h"
#include "base/time.h"
#include "policy/read/tables.h"

enum { NUMBER = 16, NAMES = 4, HOST_ROOM = 254, CODE_ROOM = 25, KIND_ROOM = 24, EXTRA_MS = 5000 /* clocks of two workers, and the spool */ };

static const char REG[] = "filter-witness";

/* Events of several workers come in any order: who asked is compared when all are here. */
struct name { char host[HOST_ROOM]; bool asked, came, proxied; uint8_t asked_by[16], came_to[16]; };
struct showing {
	char number[NUMBER + 1], code[CODE_ROOM], group[WITNESS_ROOM], runs[KIND_ROOM];
	uint8_t addr[16];
	int64_t opened_ms, first_ms;
	int64_t tried;                 /* names on the page */
	struct name names[NAMES];
	size_t n;
	bool opened, inside;
};
struct witness_watch { struct showing v[WITNESS_MAX]; size_t n; };

struct witness_watch *witness_watch_new(void) { return mem_new(struct witness_watch); }
void witness_watch_free(struct witness_watch **w) { mem_free(w); }

/* ---- events ---- */

static void copy(char *to, size_t room, struct str s) { snprintf(to, room, "%.*s", STRF(str_upto(s, room - 1))); }

static struct showing *showing_of(struct witness_watch *w, struct str number, int64_t at_ms)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_is(number, w->v[i].number))
			return &w->v[i];
	if (w->n == WITNESS_MAX || number.n != NUMBER)
		return NULL;
	struct showing *s = &w->v[w->n++];
	*s = (struct showing){ .first_ms = at_ms };
	copy(s->number, sizeof s->number, number);
	return s;
}

static struct name *name_of(struct showing *s, struct str host)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_is(host, s->names[i].host))
			return &s->names[i];
	if (s->n == NAMES || host.n >= HOST_ROOM)
		return NULL;
	struct name *n = &s->names[s->n++];
	*n = (struct name){ 0 };
	copy(n->host, sizeof n->host, host);
	return n;
}

static struct str word_of(struct str extra, const char *key)
{
	struct str w;
	while (str_next(&extra, ' ', &w))
		if (str_starts(w, str_z(key)))
			return str_from(w, strlen(key));
	return STR_NONE;
}

static void opened(struct showing *s, const struct event *e, const char *runs)
{
	if (s->opened)
		return;
	s->opened = true;
	s->opened_ms = e->at_ms;
	memcpy(s->addr, e->addr, 16);
	copy(s->group, sizeof s->group, e->group);
	copy(s->code, sizeof s->code, word_of(e->extra, "code="));
	if (runs)
		copy(s->runs, sizeof s->runs, str_z(runs));
	if (str_i64(word_of(e->extra, "tried="), &s->tried) != OK)
		s->tried = 0;
}

/* A name refused by the name server: ours when it begins with a number. */
static void asked(struct witness_watch *w, const struct event *e)
{
	static const uint8_t none[16];
	if (e->host.n < NUMBER + 3 || e->host.p[0] != 'w' || e->host.p[NUMBER + 1] != '.' || !str_ends(e->host, STR(".filter-check.test")) || !memcmp(e->addr, none, 16))
		return;
	struct showing *s = showing_of(w, str_upto(str_from(e->host, 1), NUMBER), e->at_ms);
	struct name *n = s ? name_of(s, e->host) : NULL;
	if (!n)
		return;
	n->asked = true;
	memcpy(n->asked_by, e->addr, 16);
}

void witness_watch_event(struct witness_watch *w, const struct event *e, const char *runs)
{
	if (e->kind == EVENT_DNS_REFUSED) {
		asked(w, e);
		return;
	}
	struct showing *s = e->kind == EVENT_SAFE ? showing_of(w, e->ref, e->at_ms) : NULL;
	if (!s)
		return;
	if (str_is(e->reason, "opened"))
		opened(s, e, runs);
	s->inside |= str_is(e->reason, "inside");
	struct name *n = str_is(e->reason, "refused") ? name_of(s, e->host) : NULL;
	if (n) {
		n->came = true;
		n->proxied |= str_is(e->extra, "proxy");
		memcpy(n->came_to, e->addr, 16);
	}
}

/* ---- keeping ---- */

static bool name_held(const struct showing *s, const struct name *n)
{
	bool here = n->came && !memcmp(n->came_to, s->addr, 16);
	return here && (n->proxied || (n->asked && !memcmp(n->asked_by, s->addr, 16)));
}

static int64_t held(const struct showing *s)
{
	int64_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += name_held(s, &s->names[i]);
	return n;
}

static bool over(const struct showing *s, int64_t now_utc) { return now_utc * 1000 - s->first_ms > WITNESS_S * 1000 + EXTRA_MS; }
static bool whole(const struct showing *s) { return s->opened && s->tried && held(s) == s->tried; }

bool witness_watch_ready(struct witness_watch *w, int64_t now_utc)
{
	bool ready = false;
	for (size_t i = 0; i < w->n;) {
		struct showing *s = &w->v[i];
		bool vouched = s->opened && s->tried && (s->code[0] || s->runs[0]);
		if (!vouched && over(s, now_utc)) {
			*s = w->v[--w->n];
			continue;
		}
		ready |= vouched && (whole(s) || over(s, now_utc));
		i++;
	}
	return ready;
}

/* The word that somebody took there; used up by it. */
static enum err by_code(struct store *st, struct arena *a, const struct act *act, const struct showing *s, int64_t now_utc, struct str *device)
{
	struct entry_may may = { .school = act->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = REG, .where = { { "code", ENTRY_IS, 0, str_z(s->code) } }, .n_where = 1, .limit = 1 };
	struct entry e;
	*device = STR_NONE;
	if (!s->code[0])
		return OK;
	enum err found = entry_first(st, a, &may, &q, &e);
	if (found == ERR_ABSENT)
		return OK;
	TRY(found);
	if (!str_is(e.state, "waiting") || entry_utc(&e, "until") < s->opened_ms / 1000 || !cell_kind(entry_value(&e, "device")))
		return OK;
	*device = entry_value(&e, "device");
	return entry_update(st, act, &may, e.id, e.version, &(struct entry_in){ .reg = REG, .state = "seen" }, NULL);
}

static struct str network_of(struct arena *a, const struct policy *p, const uint8_t addr[16])
{
	struct addr at;
	memcpy(at.b, addr, 16);
	for (size_t i = 0; i < p->ranges.n; i++) {
		char text[PREFIX_TEXT_MAX];
		if (!prefix_has(p->ranges.v[i].prefix, at))
			continue;
		(void)prefix_text(p->ranges.v[i].prefix, text);
		return arena_fmt(a, "%s", text);
	}
	return STR("outside the school's networks");
}

static struct str says_of(struct arena *a, const struct showing *s)
{
	struct str said = STR_NONE;
	for (size_t i = 0; i < s->n; i++) {
		const struct name *n = &s->names[i];
		const char *what = !name_held(s, n) ? (n->asked && memcmp(n->asked_by, s->addr, 16) ? "its name was asked for by another machine, so that the filter cannot tell devices apart there"
			: n->came ? "its page came, and its name was not asked of the filter" : "its name was refused, and no page came")
			: n->proxied ? "refused by the proxy" : "refused by name, and the page that says so came";
		said = arena_fmt(a, "%.*s%s: %s\n", STRF(said), s->names[i].host + NUMBER + 2, what);
	}
	if ((int64_t)s->n < s->tried)
		said = arena_fmt(a, "%.*s%lld of %lld test names never came to the filter: the device asks somebody else.\n", STRF(said), (long long)(s->tried - (int64_t)s->n), (long long)s->tried);
	return s->inside ? arena_fmt(a, "%.*sThe school's certificate is installed.\n", STRF(said)) : said;
}

static enum err keep(struct store *st, const struct act *act, const struct policy *p, const struct showing *s, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	char text[ADDR_TEXT_MAX];
	struct addr at;
	struct str device;
	bool drifted, listed = cell_kind(str_z(s->runs)) != NULL;
	if (!s->opened || !s->tried)              /* nobody opened it, or there was nothing to try */
		return OK;
	TRY(db_tx_begin(st->db, &tx));
	TRY(by_code(st, &a, act, s, now_utc, &device));
	if (listed)
		device = str_z(s->runs);
	if (!device.n)
		return OK;
	memcpy(at.b, s->addr, 16);
	(void)addr_text(at, text);
	struct cell_result r = { .network = network_of(&a, p, s->addr), .group = s->group[0] ? str_z(s->group) : STR("unknown"), .device = device, .asked = s->tried, .refused = held(s),
		.how = arena_fmt(&a, "A real device at %s opened the page; its kind is known %s.", text, listed ? "from the register of devices" : "by the word that was taken there"), .says = says_of(&a, s) };
	r.passed = r.refused == r.asked;
	TRY(cell_put(st, act, &r, now_utc, &drifted));
	if (drifted)
		TRY(cell_review(st, act, &r, now_utc));
	return db_tx_commit(&tx);
}

enum err witness_watch_flush(struct witness_watch *w, struct store *st, const struct act *act, const struct policy *p, int64_t now_utc)
{
	for (size_t i = 0; p && i < w->n;) {
		struct showing *s = &w->v[i];
		if (!whole(s) && !over(s, now_utc)) {
			i++;
			continue;
		}
		TRY(keep(st, act, p, s, now_utc));
		*s = w->v[--w->n];
	}
	return OK;
}

/* ---- the word ---- */

enum err witness_code(struct store *st, const struct act *act, struct str device, struct str network, int64_t now_utc, int64_t *id)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	AUTO(arena_done) struct arena a = arena_init();
	char code[WITNESS_CODE + 1] = "";
	for (size_t i = 0; i < WITNESS_CODE; i++)
		code[i] = letters[rnd_below(sizeof letters - 1)];
	struct entry_field f[] = { { STR("code"), str_z(code) }, { STR("device"), device }, { STR("network"), network }, { STR("until"), time_iso(&a, now_utc + WITNESS_CODE_S) } };
	if (!cell_kind(device))
		return ERR_INVALID;
	return entry_create(st, act, &(struct entry_in){ .reg = REG, .state = "waiting", .fields = f, .n_fields = ARRAY_N(f) }, NULL, id);
}
