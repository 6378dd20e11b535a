#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "gate/proxy/inside.h"
#include "policy/read/engines.h"
#include "wire/agent.h"

/* Worked out once a request: most are asked about several times. */
static struct str normal_path(struct client *c, struct str path)
{
	size_t n;
	if (path.p == c->normal_of.p && path.n == c->normal_of.n)
		return c->normal.n ? buf_str(&c->normal) : STR_NONE;
	c->normal_of = path;
	buf_clear(&c->normal);
	buf_reserve(&c->normal, path.n < URL_PATH_MAX / 3 ? 3 * path.n + 1 : URL_PATH_MAX);    /* %25 for a bare %, and the first / */
	if (path.n && url_path_norm(path, c->normal.p, c->normal.cap - 1, &n) == OK)
		c->normal.n = n;
	return c->normal.n ? buf_str(&c->normal) : STR_NONE;
}

struct facts judge_facts(struct client *c, struct str path, int64_t now_utc)
{
	struct facts f = identity_facts(&c->who, now_utc);
	f.host = url_host(&c->url);
	f.path = normal_path(c, path);
	return f;
}

void judge(struct client *c, struct str path)
{
	const struct policy *p = policy_watch_policy(c->p->watch);
	int64_t now = clock_utc();
	prove_lapse(c, now);
	identity_who_shown(policy_watch_identity(c->p->watch), p, c->from, str_z(c->token), &c->shown, now, &c->who);
	c->normal_of = STR_NONE;                        /* another request's path may have stood at the same place */
	buf_clear(&c->normal);
	struct facts f = judge_facts(c, path, now);
	decide(p, &f, &c->d);
	if (site_is_check(c->p->site, f.host))          /* ours to answer, inside TLS, for whoever asks */
		c->d = (struct decision){ .verdict = VERDICT_ALLOW, .reason = REASON_OWN_PAGE, .category = CATEGORY_NONE, .list = LIST_NONE, .inspect = true };
}

static void add(struct client *c, const struct event *e)
{
	enum err bad = c->p->spool ? spool_add(c->p->spool, e) : OK;
	if (bad != OK)
		log_line(LOG_FAIL, "cannot spool %s: %s", event_name(e->kind), err_text(bad));
}

static struct event who_event(struct client *c, enum event_kind kind)
{
	struct event e = { .kind = kind, .school = c->who.school ? c->who.school : c->p->conf.site.school };
	const struct policy *p = policy_watch_policy(c->p->watch);
	if (p)
		e.group = policy_group_name(p, c->who.group);
	e.person = c->who.named ? c->who.person : 0;
	e.class_id = c->who.class_id;
	e.device = c->who.device;
	e.how = identity_known(c->who.how);
	e.sure = c->who.named ? c->who.sure : 0;
	if (c->who.named)
		memcpy(e.addr, c->from.b, sizeof e.addr);
	e.count = 1;
	return e;
}

/* A sealed hit keeps its person whatever named logging says: DESIGN, sealed lists. */
static void log_sealed(struct client *c)
{
	struct event e = who_event(c, EVENT_SEALED_HIT);
	const struct policy *p = policy_watch_policy(c->p->watch);
	char ref[17];
	e.person = c->who.person;
	e.sure = c->who.sure;
	memcpy(e.addr, c->from.b, sizeof e.addr);
	e.list = p ? policy_list_name(p, c->d.list) : STR_NONE;
	snprintf(ref, sizeof ref, "%016llx", (unsigned long long)c->d.ref);
	e.ref = str_z(ref);
	add(c, &e);
}

/* One event a page that a person opened, not one for each picture on it. */
void judge_log(struct client *c, struct str path, bool document)
{
	c->p->counts.requests++;
	c->p->counts.refused += c->d.verdict == VERDICT_BLOCK;
	c->p->counts.signs += c->d.verdict == VERDICT_SIGN;
	if (c->d.sealed) {
		log_sealed(c);
		return;
	}
	if (c->d.unlogged || c->d.reason == REASON_OWN_PAGE || !document)
		return;
	const struct policy *p = policy_watch_policy(c->p->watch);
	struct event e = who_event(c, c->d.verdict == VERDICT_SIGN ? EVENT_SIGN_SHOWN
		: c->d.verdict == VERDICT_BLOCK ? EVENT_REFUSED : EVENT_VISIT);
	char rule[16];
	e.host = url_host(&c->url);
	e.path = path;
	e.reason = str_z(reason_info(c->d.reason)->word);
	if (p && c->d.category != CATEGORY_NONE)
		e.category = policy_category_name(p, c->d.category);
	if (p && c->d.list != LIST_NONE)
		e.list = policy_list_name(p, c->d.list);
	if (c->d.rule) {
		snprintf(rule, sizeof rule, "%u", c->d.rule);
		e.rule = str_z(rule);
	}
	add(c, &e);
}

/* Whether this has not been said within the hour; *count is how often it happened since. */
static bool program_news(struct client *c, struct str program, int64_t *count)
{
	uint8_t who[24];
	struct proxy *p = c->p;
	int64_t now = loop_ms(p->loop);
	memcpy(who, c->from.b, 16);
	memcpy(who + 16, &c->who.device, 8);
	uint64_t what = hash_sip(p->program_key, (struct str){ (char *)who, sizeof who });
	what = what * 31 + hash_sip(p->program_key, program);
	what = what * 31 + hash_sip(p->program_key, url_host(&c->url));
	struct program *g = &p->programs[what % PROXY_PROGRAMS];
	bool same = g->what == what, news = !same || now >= g->until_ms;
	*count = same && news ? g->count + 1 : 1;
	if (news)
		*g = (struct program){ .what = what, .until_ms = now + PROGRAM_EVERY_MS };
	else
		g->count++;
	return news;
}

void judge_program(struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	int64_t count;
	if (c->d.sealed || c->d.unlogged || c->d.verdict == VERDICT_SIGN || c->d.reason == REASON_OWN_PAGE || http1_field(m, "sec-fetch-mode").n)
		return;                                         /* the last: a browser of these days */
	struct str program = agent_program(http1_field(m, "user-agent"));
	if (!program.n || !program_news(c, program, &count))
		return;
	struct event e = who_event(c, EVENT_PROGRAM);
	e.host = url_host(&c->url);
	e.reason = c->d.verdict == VERDICT_ALLOW ? STR("passed") : STR("refused");
	e.extra = program;
	e.count = (uint64_t)count;
	add(c, &e);
}

/* Kept whoever asked and whatever it was part of: a download is no picture on a page. */
void judge_load(struct client *c, struct str kind)
{
	struct event e = who_event(c, EVENT_REFUSED);
	c->p->counts.refused++;
	e.host = url_host(&c->url);
	e.path = c->url.path;
	e.reason = str_z(reason_info(REASON_DOWNLOAD)->word);
	e.rule = kind;
	add(c, &e);
}

/* Names of services that keep to what the school tells them in a header. */
static bool within_any(struct str host, const char *const *zones)
{
	for (; *zones; zones++)
		if (host_within(host, str_z(*zones)))
			return true;
	return false;
}

static enum safe_level safe_of(const struct client *c, const struct policy *p)
{
	return p ? policy_group_safe(p, c->who.group) : SAFE_STRICT;
}

/* YouTube's restricted mode by group; Google and Microsoft accounts of the school's own domains only, when the
 * school names them ([text tenant.google], [text tenant.microsoft], [text tenant.microsoft-id]). */
void judge_restrict(struct client *c, struct head_extra *x)
{
	static const char *const youtube[] = { "youtube.com", "youtube-nocookie.com", "youtubei.googleapis.com", "youtube.googleapis.com", NULL };
	static const char *const google[] = { "google.com", "google.co.uk", "googleapis.com", "googleusercontent.com", "gstatic.com", NULL };
	static const char *const microsoft[] = { "login.microsoftonline.com", "login.microsoft.com", "login.windows.net", NULL };
	const struct policy *p = policy_watch_policy(c->p->watch);
	struct str host = url_host(&c->url);
	size_t n = 0;
	enum safe_level safe = safe_of(c, p);
	if (safe != SAFE_OFF && within_any(host, youtube))
		x->add[n++] = (struct head_field){ "YouTube-Restrict", safe == SAFE_STRICT ? STR("Strict") : STR("Moderate") };
	if (!p)
		return;
	struct str domains = within_any(host, google) ? policy_text(p, "tenant.google") : STR_NONE;
	if (domains.n)
		x->add[n++] = (struct head_field){ "X-GoogApps-Allowed-Domains", domains };
	if (!within_any(host, microsoft))
		return;
	struct str tenants = policy_text(p, "tenant.microsoft"), own = policy_text(p, "tenant.microsoft-id");
	if (tenants.n && own.n) {
		x->add[n++] = (struct head_field){ "Restrict-Access-To-Tenants", tenants };
		x->add[n++] = (struct head_field){ "Restrict-Access-Context", own };
	}
}

void judge_safe_path(struct client *c)
{
	const struct policy *p = policy_watch_policy(c->p->watch);
	buf_clear(&c->safe);
	if (p && policy_search_safe(p, c->who.group, url_host(&c->url), c->url.path, &c->safe))
		c->url.path = buf_str(&c->safe);
}

/* The connection goes to the safe mode's own servers; what is asked for there is the name as it was. */
struct str judge_dial_name(const struct client *c)
{
	return c->d.safe_host.n && c->d.verdict == VERDICT_ALLOW ? c->d.safe_host : url_host(&c->url);
}

/* Only the name asked for is kept: it was allowed; the other may be sealed. */
void judge_mismatch(struct client *c, const char *name)
{
	struct event e = who_event(c, EVENT_NAME_MISMATCH);
	e.host = url_host(&c->url);
	e.extra = str_z(name);
	add(c, &e);
}

struct site_ask client_ask(struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	return (struct site_ask){ .method = m->method, .path = c->url.path, .host = url_host(&c->url),
		.origin = http1_field(m, "origin"), .fetch_site = http1_field(m, "sec-fetch-site"),
		.body = buf_str(&c->form), .from = c->from, .who = &c->who,
		.policy = policy_watch_policy(c->p->watch), .now_utc = clock_utc(), .framed = c->framed, .proxied = c->door != DOOR_PAGE && c->door != DOOR_IN_HTTP,
		.refused = c->d.verdict == VERDICT_ALLOW ? NULL : &c->d };
}
