#include "base/mem.h"
#include "gate/proxy/inside.h"

static struct tap_head head_of(struct client *c, bool up)
{
	const struct http1_head *asked = http1_head(c->in), *m = up || !c->resp ? asked : http1_head(c->resp);
	struct tap_head h = { .up = up, .method = asked->method, .host = url_host(&c->url), .path = c->url.path,
		.status = up ? 0 : m->status, .type = http1_field(m, "content-type"),
		.length = m->length, .document = c->document, .unlogged = c->d.unlogged, .who = &c->who, .from = c->from,
		.policy = policy_watch_policy(c->p->watch), .spool = c->p->spool,
		.school = c->who.school ? c->who.school : c->p->conf.site.school, .said = &c->said };
	h.sealed = head_codings(m, &h.coding) != OK;
	return h;
}

bool tap_wants(struct client *c)
{
	const struct tap_use *t = &c->p->conf.tap;
	if (!t->ops || !t->ops->wants)
		return false;
	struct tap_head h = head_of(c, true);
	return t->ops->wants(t->owner, &h);
}

void tap_refused(struct client *c)
{
	const struct tap_use *t = &c->p->conf.tap;
	if (!t->ops || !t->ops->refused)
		return;
	struct tap_head h = head_of(c, true);
	t->ops->refused(t->owner, &h, str_z(reason_info(c->d.reason)->word));
}

void tap_open(struct client *c, bool up)
{
	const struct tap_use *t = &c->p->conf.tap;
	if (!t->ops || c->tap[up])
		return;
	struct tap_head h = head_of(c, up);
	c->tap[up] = t->ops->open(t->owner, &h);
}

bool tap_reads(const struct client *c, bool up)
{
	return c->tap[up] != NULL;
}

static void close_one(struct client *c, bool up)
{
	if (c->tap[up])
		c->p->conf.tap.ops->close(c->tap[up]);
	c->tap[up] = NULL;
}

enum tap_verdict tap_feed(struct client *c, bool up, struct str piece, bool last, const char **words)
{
	*words = NULL;
	if (!c->tap[up])
		return TAP_PASS;
	enum tap_verdict v = c->p->conf.tap.ops->feed(c->tap[up], piece, last, words);
	if (last || v == TAP_DONE)
		close_one(c, up);
	return v == TAP_DONE || (last && v == TAP_HOLD) ? TAP_PASS : v;
}

void tap_close(struct client *c)
{
	close_one(c, false);
	close_one(c, true);
	if (c->said)
		mem_wipe(c->said, sizeof *c->said);
	mem_free(&c->said);
}

void *tap_talk(struct client *c, bool up)
{
	const struct tap_use *t = &c->p->conf.tap;
	if (!t->ops || !t->ops->talk)
		return NULL;
	struct tap_head h = head_of(c, true);
	h.up = up;
	return t->ops->talk(t->owner, &h);
}
