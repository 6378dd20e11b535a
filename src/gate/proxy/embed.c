/* A refused request that proves to come from an approved page's player (policy/decide/embed.h). */
#include "base/clock.h"
#include "gate/proxy/inside.h"
#include "policy/decide/embed.h"

enum { LOCATION_MAX = 512 };

/* The page that asks, out of Referer: host and, where all of it was said, path. */
static bool asker(const struct http1_head *m, char host_room[HOST_MAX + 1], char *path_room, struct embed *e)
{
	struct url u;
	size_t n;
	struct str said = http1_field(m, "referer");
	if (!said.n || url_read(said, &u) != OK || u.is_addr)
		return false;
	struct str host = url_host(&u);
	memcpy(host_room, host.p, host.n);
	e->host = (struct str){ host_room, host.n };
	if (u.path.n > 1 && url_path_norm(u.path, path_room, URL_PATH_MAX, &n) == OK)
		e->path = (struct str){ path_room, n };
	return true;
}

static void judge_refused(struct client *c, const struct policy *p, const struct http1_head *m)
{
	char path[URL_PATH_MAX] __attribute__((uninitialized)), host[HOST_MAX + 1] __attribute__((uninitialized));
	struct embed e = { .dest = http1_field(m, "sec-fetch-dest") };
	struct facts f = judge_facts(c, c->url.path, clock_utc());
	if (!asker(m, host, path, &e) || !embed_opens(p, &f, &e, &c->d))
		c->framed = (str_is(e.dest, "iframe") || str_is(e.dest, "embed") || str_is(e.dest, "object")) && embed_is_player(p, &f);
}

/* Most requests are not refused: they do not pay for the room above (locals are zeroed). */
void judge_embed(struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	const struct policy *p = policy_watch_policy(c->p->watch);
	c->framed = false;
	if (p && c->d.verdict == VERDICT_BLOCK && m->form != HTTP1_AUTHORITY && c->url.path.n)
		judge_refused(c, p, m);
}

static bool sent(struct client *c, const struct policy *p)
{
	struct facts f = judge_facts(c, c->url.path, clock_utc());
	struct site_reply r = site_reply_init();
	bool sends = embed_sends(p, &f, &r.location);
	if (sends) {
		r.status = 302;
		client_reply(c, &r);
	}
	site_reply_done(&r);
	return sends;
}

bool embed_sent(struct client *c)
{
	const struct policy *p = policy_watch_policy(c->p->watch);
	return p && c->d.verdict == VERDICT_BLOCK && c->document && str_is(http1_head(c->in)->method, "GET") && sent(c, p);
}
