#include "gate/page/safe.h"

#include "base/mem.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/time.h"
#include "gate/page/page.h"
#include "gen_block.h"
#include "policy/read/tables.h"

enum { VALUES = 24, TRIES = 2 };
static const char ZONE[] = "filter-check.test";         /* names that exist nowhere; each stands on a starter list */

bool safe_is_names(const char *gate_name, struct str host)
{
	return str_starts(host, STR("names.")) && str_is(str_from(host, 6), gate_name);
}

static struct event safe_event(const struct site_conf *c, const struct site_ask *a, const char *what, struct str number)
{
	struct event e = { .kind = EVENT_SAFE, .school = a->who->school ? a->who->school : c->school, .device = a->who->device, .class_id = a->who->class_id, .reason = str_z(what), .ref = number,
		.group = a->policy ? policy_group_name(a->policy, a->who->group) : STR_NONE, .host = a->host };
	memcpy(e.addr, a->from.b, sizeof e.addr);
	return e;
}

static void note(const struct site_conf *c, const struct event *e)
{
	enum err bad = c->spool ? spool_add(c->spool, e) : OK;
	if (bad != OK)
		log_line(LOG_WARN, "what a device tried could not be kept: %s", err_text(bad));
}

/* "w", sixteen hex digits, ".", and a test name; absent when it is nothing of the kind. */
static struct str number_of(struct str host)
{
	struct str n = str_upto(str_from(host, 1), SAFE_NUMBER);
	bool ours = host.n > SAFE_NUMBER + 2 && host.p[0] == 'w' && host.p[SAFE_NUMBER + 1] == '.' && str_ends(host, str_z(ZONE));
	for (size_t i = 0; ours && i < n.n; i++)
		ours = (n.p[i] >= '0' && n.p[i] <= '9') || (n.p[i] >= 'a' && n.p[i] <= 'f');
	return ours ? n : STR_NONE;
}

/* ?w=CODE: small letters and digits, or nothing. */
static struct str code_of(struct str path)
{
	ptrdiff_t at = str_find(path, STR("?w="));
	struct str code = at < 0 ? STR_NONE : str_from(path, (size_t)at + 3);
	bool good = code.n <= SAFE_CODE_MAX;
	for (size_t i = 0; good && i < code.n; i++)
		good = (code.p[i] >= '0' && code.p[i] <= '9') || (code.p[i] >= 'a' && code.p[i] <= 'z');
	return good ? code : STR_NONE;
}

struct making { struct page_value v[VALUES]; size_t n; };

static void val(struct making *m, const char *name, struct str v)
{
	assert(m->n < VALUES);
	m->v[m->n++] = (struct page_value){ name, v };
}

static bool is_known(const struct site_ask *a) { return a->policy && a->who->how != LIVE_HOW_NONE; }

static const char *known_words(const struct who *w)
{
	static const char *const words[N_LIVE_HOW] = { [LIVE_HOW_RANGE] = "by the network that it is on", [LIVE_HOW_PORTAL] = "somebody signed in on it", [LIVE_HOW_TOKEN] = "by its own name",
		[LIVE_HOW_CLASS] = "a teacher signed the class in", [LIVE_HOW_VISIT] = "a visitor signed in on it", [LIVE_HOW_NETWORK] = "by the school\xe2\x80\x99s wireless" };
	return w->how < N_LIVE_HOW && words[w->how] ? words[w->how] : "";
}

static const char *standing_words(enum standing s)
{
	return s == STANDING_CURRENT || s == STANDING_GRACE ? "signed" : "not signed: only the pages for signing and for help open";
}

/* Test names that the policy closes for whoever asks; none of those that may not be told. */
static size_t tries(struct arena *ar, const struct site_ask *a, struct str out[TRIES])
{
	size_t n = 0;
	for (uint16_t i = 0; a->policy && n < TRIES && i < a->policy->catalog.categories_n; i++) {
		struct category c = catalog_category(&a->policy->catalog, i);
		struct facts f = identity_facts(a->who, a->now_utc);
		struct decision d;
		if (c.flags & (CATEGORY_ALLOW | CATEGORY_HELP | CATEGORY_SEALED | CATEGORY_ILLEGAL | CATEGORY_SENSITIVE))
			continue;
		f.host = arena_fmt(ar, "%.*s.%s", STRF(c.name), ZONE);
		decide(a->policy, &f, &d);
		if (d.verdict == VERDICT_BLOCK && !d.sealed)
			out[n++] = f.host;
	}
	return n;
}

static struct str seen_at(struct arena *ar, const struct site_conf *c, struct str host)
{
	if (c->page_port && c->page_port != 80)
		return arena_fmt(ar, "http://%.*s:%u" SAFE_SEEN, STRF(host), c->page_port);
	return arena_fmt(ar, "http://%.*s" SAFE_SEEN, STRF(host));
}

static void val_known(struct making *m, struct arena *ar, const struct site_ask *a, const struct str *tried, size_t n)
{
	const struct who *w = a->who;
	if (!is_known(a))
		return;
	val(m, "known", str_z(known_words(w)));
	val(m, "group", policy_group_name(a->policy, w->group));
	val(m, "network", w->network ? policy_group_name(a->policy, w->network - 1) : STR_NONE);
	val(m, "how", w->sure ? arena_fmt(ar, "%s; sure to %u in 100", known_words(w), w->sure) : str_z(known_words(w)));
	val(m, "standing", str_z(standing_words(w->standing)));
	val(m, "tried", n > 1 ? arena_fmt(ar, "%.*s, %.*s", STRF(tried[0]), STRF(tried[1])) : n ? tried[0] : STR("none: no list is in use"));
}

void safe_show(const struct site_conf *c, const struct site_ask *a, struct site_reply *r)
{
	static const char *const places[TRIES] = { "first_url", "second_url" };
	AUTO(arena_done) struct arena ar = arena_init();
	struct making m = { .n = 0 };
	char number[SAFE_NUMBER + 1];
	struct str tried[TRIES], code = code_of(a->path), school = a->policy ? policy_text(a->policy, "school.name") : STR_NONE;
	size_t n = tries(&ar, a, tried);
	snprintf(number, sizeof number, "%016llx", (unsigned long long)rnd_u64());
	val(&m, "title", STR("Is this device safe?"));
	val(&m, "school", school.n ? school : str_z(c->school_name ? c->school_name : "Your school"));
	val(&m, "start_url", STR("/"));
	val(&m, "again_url", code.n ? arena_fmt(&ar, "/safe?w=%.*s", STRF(code)) : STR("/safe"));
	val(&m, "names_url", seen_at(&ar, c, arena_fmt(&ar, "names.%s", c->gate_name)));
	val(&m, "check_url", arena_fmt(&ar, "https://check.%s" SAFE_SEEN "?w=%s", c->gate_name, number));
	val(&m, "proxied", a->proxied ? STR("yes") : STR_NONE);
	val(&m, "at", time_words(&ar, a->now_utc));
	for (size_t i = 0; i < n; i++)
		val(&m, places[i], seen_at(&ar, c, arena_fmt(&ar, "w%s.%.*s", number, STRF(tried[i]))));
	val(&m, "counts", code.n && n ? STR("yes") : STR_NONE);
	val_known(&m, &ar, a, tried, n);
	struct event e = safe_event(c, a, "opened", str_z(number));
	e.host = STR_NONE;
	e.extra = arena_fmt(&ar, "tried=%zu code=%.*s", n, STRF(code));
	note(c, &e);
	r->probes = true;
	r->status = 200;
	page_fill(block_safe, m.v, m.n, &r->body);
}

/* Whether a refused name, our own, or one inside TLS: that it came is the answer. */
void safe_seen(const struct site_conf *c, const struct site_ask *a, struct site_reply *r)
{
	struct str number = a->refused ? number_of(a->host) : STR_NONE;
	if (number.n) {
		struct event e = safe_event(c, a, "refused", number);
		e.extra = a->proxied ? STR("proxy") : STR("names");
		note(c, &e);
	}
	ptrdiff_t at = str_find(a->path, STR("?w="));
	if (at >= 0 && !a->refused && str_starts(a->host, STR("check.")) && str_from(a->path, (size_t)at + 3).n == SAFE_NUMBER) {
		struct event e = safe_event(c, a, "inside", str_from(a->path, (size_t)at + 3));
		note(c, &e);
	}
	bool names = safe_is_names(c->gate_name, a->host), own = str_is(a->host, c->gate_name);
	const char *words = names ? (a->proxied ? "Yes, the proxy asks for it" : "Yes") : a->refused ? "Yes" : own ? "Yes" : "Yes, it is installed";
	r->status = 200;
	r->type = "image/svg+xml";
	r->framed = true;
	buf_fmt(&r->body, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"220\" height=\"28\" viewBox=\"0 0 220 28\" role=\"img\" aria-label=\"%s\"><title>%s</title>"
		"<path d=\"M4 15l6 7L21 5\" fill=\"none\" stroke=\"#0b6b3a\" stroke-width=\"4\"/><text x=\"30\" y=\"20\" font-family=\"sans-serif\" font-size=\"16\" fill=\"#12232e\">%s</text></svg>", words, words, words);
}
