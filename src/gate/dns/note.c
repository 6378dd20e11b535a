#include "gate/dns/note.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "event/write/spool.h"

struct slot { uint64_t what; int64_t until_ms; uint64_t more; };

struct notes {
	struct spool *spool;
	uint8_t key[SIP_KEY_BYTES];             /* so that nobody can make one name hide another */
	struct slot slot[NOTE_SLOTS];
};

struct notes *notes_new(struct spool *spool)
{
	struct notes *n = mem_new(struct notes);
	n->spool = spool;
	rnd_bytes(n->key, sizeof n->key);
	return n;
}

void notes_free(struct notes **n) { mem_free(n); }

/* Whether this has not been said lately; *count is how often it happened, this time included. */
static bool fresh(struct notes *n, enum event_kind kind, struct addr from, int64_t person, struct str host, int64_t now_ms, int64_t window_ms, uint64_t *count)
{
	uint8_t who[25];
	memcpy(who, from.b, 16);
	memcpy(who + 16, &person, 8);
	who[24] = (uint8_t)kind;
	uint64_t what = hash_sip(n->key, (struct str){ (char *)who, sizeof who }) * 31 + hash_sip(n->key, host);
	struct slot *s = &n->slot[what % NOTE_SLOTS];
	if (s->what == what && now_ms < s->until_ms) {
		s->more++;
		return false;
	}
	*count = s->what == what ? s->more + 1 : 1;
	*s = (struct slot){ .what = what, .until_ms = now_ms + window_ms };
	return true;
}

static struct event about(enum event_kind kind, const struct policy *p, struct addr from, const struct who *w)
{
	struct event e = { .kind = kind, .school = w->school, .device = w->device, .class_id = w->class_id, .count = 1 };
	if (w->named) {
		e.person = w->person;
		e.how = identity_known(w->how);
		e.sure = w->sure;
	}
	memcpy(e.addr, from.b, 16);
	e.group = p ? policy_group_name(p, w->group) : STR_NONE;
	return e;
}

static void add(struct notes *n, const struct event *e)
{
	enum err err = spool_add(n->spool, e);
	if (err != OK)
		log_line(LOG_WARN, "an event could not be kept: %s", err_text(err));
}

static enum event_kind kind_of(const struct decision *d)
{
	if (d->sealed)
		return EVENT_SEALED_HIT;
	return d->verdict == VERDICT_SIGN ? EVENT_SIGN_SHOWN : EVENT_DNS_REFUSED;
}

/* A sealed hit keeps its person whatever named logging says, and an opaque reference in place of the entry. */
static void sealed(struct event *e, const struct who *w, const struct decision *d, char ref[17])
{
	e->person = w->person;
	e->how = identity_known(w->how);
	e->sure = w->sure;
	snprintf(ref, 17, "%016llx", (unsigned long long)d->ref);
	e->ref = str_z(ref);
}

void notes_refused(struct notes *n, const struct policy *p, struct addr from, const struct who *w, struct str host,
                   const struct decision *d, int64_t now_ms)
{
	enum event_kind kind = kind_of(d);
	struct event e = { .count = 0 };
	uint64_t count = 0;
	char rule[16], ref[17];
	if (!n->spool || d->unlogged)
		return;
	if (!fresh(n, kind, from, w->person, kind == EVENT_SIGN_SHOWN ? STR_NONE : host, now_ms, NOTE_WINDOW_MS, &count))
		return;
	e = about(kind, p, from, w);
	e.count = count;
	e.host = kind == EVENT_DNS_REFUSED ? host : STR_NONE;
	e.reason = str_z(reason_info(d->reason)->word);
	if (p && d->category != CATEGORY_NONE)
		e.category = policy_category_name(p, d->category);
	if (p && d->list != LIST_NONE)
		e.list = policy_list_name(p, d->list);
	if (kind == EVENT_SEALED_HIT)
		sealed(&e, w, d, ref);
	if (d->rule) {
		snprintf(rule, sizeof rule, "%u", d->rule);
		e.rule = str_z(rule);
	}
	add(n, &e);
}

void notes_safe(struct notes *n, const struct policy *p, struct addr from, const struct who *w, struct str host, int64_t now_ms)
{
	uint64_t count = 0;
	if (!n->spool || !fresh(n, EVENT_SAFE_SEARCH, from, w->person, host, now_ms, NOTE_LONG_MS, &count))
		return;
	struct event e = about(EVENT_SAFE_SEARCH, p, from, w);
	e.host = host;
	e.count = count;
	add(n, &e);
}

void notes_device(struct notes *n, int64_t school, int64_t device, enum known_how how, struct addr from, int64_t now_ms)
{
	uint64_t count = 0;
	if (!n->spool || !fresh(n, EVENT_DEVICE_SEEN, from, device, STR_NONE, now_ms, NOTE_DAY_MS, &count))
		return;
	struct event e = { .kind = EVENT_DEVICE_SEEN, .school = school, .device = device, .how = how, .count = count };
	memcpy(e.addr, from.b, 16);
	add(n, &e);
}

/* Nobody known: an address, and why it got nothing. */
static void unknown(struct notes *n, enum event_kind kind, struct addr from, const char *why, int64_t now_ms)
{
	uint64_t count = 0;
	if (!n->spool || !fresh(n, kind, from, 0, str_z(why), now_ms, NOTE_LONG_MS, &count))
		return;
	struct event e = { .kind = kind, .reason = str_z(why), .count = count };
	memcpy(e.addr, from.b, 16);
	add(n, &e);
}

void notes_stranger(struct notes *n, struct addr from, const char *why, int64_t now_ms) { unknown(n, EVENT_DEVICE_REFUSED, from, why, now_ms); }
void notes_limited(struct notes *n, struct addr from, int64_t now_ms) { unknown(n, EVENT_LIMITED, from, "dns", now_ms); }

void notes_tunnel(struct notes *n, const struct policy *p, struct addr from, const struct who *w, struct str domain, int64_t now_ms)
{
	uint64_t count = 0;
	if (!n->spool || !fresh(n, EVENT_TUNNEL, from, w->person, domain, now_ms, NOTE_LONG_MS, &count))
		return;
	struct event e = about(EVENT_TUNNEL, p, from, w);
	e.host = domain;
	e.reason = STR("many long names");
	e.count = count;
	add(n, &e);
}

void notes_upstream(struct notes *n, struct str server, bool up)
{
	struct event e = { .kind = up ? EVENT_UPSTREAM_UP : EVENT_UPSTREAM_DOWN, .host = server, .reason = up ? STR_NONE : STR("silent") };
	if (n->spool)
		add(n, &e);
}
