#include "gate/proxy/away.h"

#include "base/clock.h"
#include "gate/proxy/intercept.h"
#include "gate/proxy/reap.h"
#include "gate/told.h"
#include "wire/tls_hello.h"

/* Closed by a list or a rule for whoever is known least: nobody gets a certificate here for a site that is merely on no allow-list. */
static bool refused(const struct client *c)
{
	const struct policy *p = policy_watch_policy(c->p->watch);
	struct facts f = { .school = c->p->conf.site.school, .group = GROUP_NONE, .standing = STANDING_CURRENT, .session_open = true,
		.now_utc = clock_utc(), .host = url_host(&c->url) };
	struct decision d;
	decide(p, &f, &d);
	return p && d.verdict == VERDICT_BLOCK && d.row != ROW_WALL && d.row != ROW_OPENING;
}

static bool may_ask(struct proxy *p)
{
	int64_t now_s = loop_ms(p->loop) / 1000;
	if (p->away_s != now_s)
		p->away_leaves = 0;
	p->away_s = now_s;
	return p->away_leaves++ < AWAY_LEAVES_S;
}

static void on_leaf(void *owner, enum err e, struct tls_leaf *leaf)
{
	struct client *c = owner;
	struct proxy *p = c->p;
	c->leaf = 0;
	if (e == OK)
		secure_front(c, leaf);
	else
		intercept_end(c, ALERT_ACCESS_DENIED);
	proxy_reap(p);
}

void away_hello(struct client *c)
{
	struct tls_hello h;
	enum err e = tls_hello_read(buf_str(&c->early), &h);
	if (e == ERR_END)
		return;
	if (e != OK) {
		intercept_end(c, ALERT_HANDSHAKE);
		return;
	}
	int64_t now = clock_utc();
	bool named = h.name_n && url_read_authority((struct str){ h.name, h.name_n }, &c->url) == OK && !c->url.is_addr;
	bool told = named && c->p->conf.told && told_heard(c->p->conf.told, c->from, url_host(&c->url), now);
	if (!named || !c->p->front || !(told || refused(c)) || !may_ask(c->p)) {
		intercept_end(c, named ? ALERT_ACCESS_DENIED : ALERT_NAME);
		return;
	}
	c->url.port = 443;
	c->phase = PHASE_LEAF;
	stream_want(c->s, false);
	client_deadline(c, HEAD_MS);
	leaves_ask(c->p->leaves, url_host(&c->url), on_leaf, c, &c->leaf);
}

void away_serve(struct client *c)
{
	static const struct who nobody;
	const struct http1_head *m = http1_head(c->in);
	struct site_ask a = { .method = m->method, .path = STR("/"), .host = c->inner ? url_host(&c->base) : STR_NONE, .who = &nobody, .from = c->from,
		.policy = policy_watch_policy(c->p->watch), .now_utc = clock_utc() };
	struct site_reply r = site_reply_init();
	site_away(c->p->site, &a, &r);
	c->document = false;
	client_reply(c, &r);
	site_reply_done(&r);
}
