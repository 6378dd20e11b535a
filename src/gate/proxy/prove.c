/* What a client proves of itself on its connection: a device's certificate, shown in the handshake, and a Kerberos ticket
 * (RFC 4559), asked of gatehouse-kerberos.
 *
 * Nobody is asked for one who is known already, or who stands in a network whose devices have none ([kerberos] client).
 * Without one, or with one that does not count, everything is as if there were no Kerberos: the page to sign in, the address. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gate/certificate.h"
#include "gate/proxy/inside.h"
#include "gate/proxy/reap.h"
#include "wire/negotiate.h"

static void forget(struct client *c)
{
	while (c->shown.n && c->shown.v[c->shown.n - 1].how == LIVE_HOW_TICKET)
		c->shown.n--;
	c->ticket_until_utc = 0;
}

/* ---- a device's certificate (gate/certificate.h) */

void prove_certificate(struct client *c)
{
	char name[CERTIFICATE_NAME + 1];
	if (c->certified || c->inner || c->door != DOOR_TLS)
		return;
	c->certified = true;
	if (certificate_shown(stream_tls(c->s), name, &c->certificate_until_utc) == TLS_SHOWN_GOOD)
		identity_show(policy_watch_identity(c->p->watch), LIVE_HOW_CERT, str_z(name), &c->shown);
}

/* A device that was not told yet tries again and again: one event a minute and address, with their number. */
void prove_refused(struct client *c)
{
	char name[CERTIFICATE_NAME + 1];
	int64_t until, now = loop_ms(c->p->loop);
	enum tls_shown s = c->door == DOOR_TLS && !c->inner && !c->certified ? certificate_shown(stream_tls(c->s), name, &until) : TLS_SHOWN_NOTHING;
	if (s == TLS_SHOWN_NOTHING || s == TLS_SHOWN_GOOD)
		return;
	struct refused *r = &c->p->refused[(c->from.b[15] ^ c->from.b[14] * 7u) % PROXY_REFUSED];
	if (!addr_same(r->from, c->from))
		*r = (struct refused){ .from = c->from };
	r->count++;
	if (!c->p->spool || (r->told_ms && now - r->told_ms < REFUSED_EVERY_MS))
		return;
	struct event e = { .kind = EVENT_DEVICE_REFUSED, .school = c->p->conf.site.school, .reason = str_z(certificate_why(s)), .count = r->count };
	memcpy(e.addr, c->from.b, sizeof e.addr);
	if (spool_add(c->p->spool, &e) != OK)
		log_line(LOG_FAIL, "cannot spool %s", event_name(e.kind));
	r->told_ms = now;
	r->count = 0;
}

/* Its digest fits nothing from here on. */
static void lapse_certificate(struct client *c)
{
	for (size_t i = 0; i < c->shown.n; i++)
		if (c->shown.v[i].how == LIVE_HOW_CERT)
			mem_wipe(c->shown.v[i].digest, sizeof c->shown.v[i].digest);
	c->certificate_until_utc = 0;
}

void prove_lapse(struct client *c, int64_t now_utc)
{
	if (c->certificate_until_utc && now_utc >= c->certificate_until_utc)
		lapse_certificate(c);
	if (c->ticket_until_utc && now_utc >= c->ticket_until_utc)
		forget(c);
}

static void on_ticket(void *owner, enum err e, const struct ticket_answer *a)
{
	struct client *c = owner;
	struct proxy *p = c->p;
	bool waited = c->phase == PHASE_PROOF;
	c->proof = 0;
	c->proof_failed = e != OK || a->code != TICKET_OK;
	p->counts.tickets_refused += c->proof_failed;
	if (!c->proof_failed) {
		p->counts.tickets++;
		c->ticket_until_utc = a->until_utc;
		identity_show(policy_watch_identity(p->watch), LIVE_HOW_TICKET, a->login, &c->shown);
	}
	if (!waited)
		return;
	c->phase = PHASE_HEAD;
	request_proved(c);
	if (c->phase != PHASE_GONE)
		client_pump(c);
	proxy_reap(p);
}

bool prove_begin(struct client *c)
{
	AUTO(buf_wipe) struct buf token = buf_init(NEGOTIATE_TOKEN_MAX);
	c->proof_failed = false;
	if (!c->p->tickets || c->inner || (c->door != DOOR_PROXY && c->door != DOOR_TLS))
		return false;
	enum err e = negotiate_read(http1_field(http1_head(c->in), "proxy-authorization"), &token);
	if (e == ERR_ABSENT)
		return false;
	forget(c);
	if (e != OK) {
		c->proof_failed = true;
		c->p->counts.tickets_refused++;
		return false;
	}
	tickets_ask(c->p->tickets, buf_str(&token), on_ticket, c, &c->proof);
	if (!c->proof)
		return false;                   /* answered already: there is nobody to ask */
	c->phase = PHASE_PROOF;
	client_deadline(c, HEAD_MS);
	return true;
}

bool prove_known(struct client *c)
{
	struct token_hit hit;
	const struct policy *p = policy_watch_policy(c->p->watch);
	prove_lapse(c, clock_utc());
	return identity_shown(p, &c->shown, LIVE_HOW_CERT, &hit) || identity_shown(p, &c->shown, LIVE_HOW_TICKET, &hit);
}

/* 407 with the page to sign in as its body: a browser with a ticket comes again with it, any other shows the page. */
bool prove_wanted(const struct client *c)
{
	const struct proxy_conf *f = &c->p->conf;
	bool asked = c->p->tickets && !c->inner && !c->proof_failed && (c->door == DOOR_PROXY || c->door == DOOR_TLS) && !c->ticket_until_utc;
	bool here = !f->ticket_clients;
	for (size_t i = 0; asked && !here && i < f->ticket_clients; i++)
		here = prefix_has(f->ticket_client[i], c->from);
	return asked && here && c->d.verdict == VERDICT_SIGN && c->who.standing == STANDING_UNKNOWN;
}
