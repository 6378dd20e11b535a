#include "gate/dns/secure.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gate/certificate.h"
#include "gate/dns/seat.h"
#include "gate/share.h"

enum { ROOM = 16 * 1024, ACCEPTS = 32 };

struct secure_listener { struct secure *s; int fd; struct watch *watch; struct tls_server *tls; bool https; };

struct secure {
	struct loop *loop;
	struct resolver *resolver;              /* borrowed, like the loop and the zone */
	struct str zone;
	size_t listeners, count;
	struct secure_listener listener[SECURE_LISTENERS];
	struct seat seat[SECURE_CONNS];
};

static void hang_up(struct seat *c)
{
	stream_free(&c->stream);
	http_one_free(&c->one);
	http_two_free(&c->two);
	buf_done(&c->in);
	c->serial++;
	c->s->count--;
}

struct str seat_ask(struct seat *c, const char *token, uint32_t request, struct str query)
{
	static uint8_t out[DNS_MSG_MAX];
	struct dns_from from = { .addr = c->addr, .tcp = true, .secure = true, .conn = (uint32_t)(c - c->s->seat), .serial = c->serial, .request = request };
	snprintf(from.token, sizeof from.token, "%s", token[0] ? token : c->token);
	c->asked = true;
	c->last_ms = loop_ms(c->s->loop);
	struct str answer = { (char *)out, resolver_ask(c->s->resolver, &from, query, out, sizeof out) };
	c->owed += !answer.n;
	return answer;
}

/* ---- DNS over TLS ---- */

static void put(struct seat *c, struct str bytes)
{
	char length[2] = { (char)(bytes.n >> 8), (char)bytes.n };
	stream_hold(c->stream, (struct str){ length, 2 });
	stream_write(c->stream, bytes);
}

/* Whole questions at the front; false: nonsense. */
static bool take_framed(struct seat *c)
{
	size_t at = 0;
	while (c->in.n - at >= 2 && stream_pending(c->stream) < STREAM_HIGH) {
		const uint8_t *p = (const uint8_t *)c->in.p + at;
		size_t n = (size_t)p[0] << 8 | p[1];
		if (n < DNS_HEADER || n > DOH_QUERY_MAX)
			return false;
		if (c->in.n - at < 2 + n)
			break;
		struct str answer = seat_ask(c, "", 0, (struct str){ (const char *)p + 2, n });
		if (answer.n)
			put(c, answer);
		at += 2 + n;
	}
	buf_cut(&c->in, at);
	return true;
}

/* ---- one connection ---- */

/* A certificate says more than a name. */
static void certified(struct seat *c)
{
	char print[CERTIFICATE_NAME + 1];
	if (certificate_shown(stream_tls(c->stream), print, &c->until_utc) == TLS_SHOWN_GOOD)
		snprintf(c->token, sizeof c->token, DNS_BY_CERTIFICATE "%s", print);
}

/* The handshake came to nothing: said, if a certificate was why. */
static void refused(struct seat *c)
{
	char print[CERTIFICATE_NAME + 1];
	int64_t until;
	enum tls_shown s = c->begun ? TLS_SHOWN_NOTHING : certificate_shown(stream_tls(c->stream), print, &until);
	if (s != TLS_SHOWN_NOTHING && s != TLS_SHOWN_GOOD)
		resolver_stranger(c->s->resolver, c->addr, certificate_why(s));
}

/* The name in the hello: a device's, ours, or another that says nothing.  What stands below ours and is no device's is refused. */
static bool begin(struct seat *c)
{
	const struct tls *tls = stream_tls(c->stream);
	struct str name = tls_name(tls), zone = c->s->zone;
	char token[DOH_TOKEN_MAX + 1] = "";
	enum err e = doh_name(name, zone, token);
	c->begun = true;
	if (e == OK)
		snprintf(c->token, sizeof c->token, "%s", token);
	certified(c);
	if (e == ERR_SYNTAX && zone.n && name.n > zone.n && str_ieq(str_from(name, name.n - zone.n), zone))
		return false;
	if (!c->https)
		return true;
	if (str_is(tls_spoken(tls), "h2"))
		c->two = http_two_new(c);
	else
		c->one = http_one_new();
	return true;
}

static bool take(struct seat *c)
{
	if (!c->one)
		return take_framed(c);
	http_one_take(c);
	return true;
}

static bool hear(struct seat *c)
{
	static char room[ROOM];
	size_t got;
	enum err e = stream_read(c->stream, room, sizeof room, &got);
	if (e == (enum err)-EAGAIN)
		return true;
	if (e != OK && e != ERR_END)
		refused(c);
	if (c->until_utc && clock_utc() >= c->until_utc)
		return false;
	if (e != OK || (!c->begun && !begin(c)))
		return false;
	if (c->two)
		return http_two_take(c, (struct str){ room, got });
	buf_add(&c->in, (struct str){ room, got });
	return !c->in.over && take(c);
}

static bool done(const struct seat *c) { return c->leaving && !stream_pending(c->stream); }

static void on_seat(void *owner, struct stream *stream, unsigned what)
{
	struct seat *c = owner;
	bool good = !(what & STREAM_FAILED);
	(void)stream;
	resolver_now(c->s->resolver);
	if (good && what & STREAM_READABLE && !c->leaving)
		good = hear(c);
	if (good && what & STREAM_DRAINED && c->begun && !c->two && !c->leaving)
		good = take(c);                 /* what waited for room */
	if (!good || done(c)) {
		hang_up(c);
		return;
	}
	stream_want(c->stream, !c->leaving && stream_pending(c->stream) < STREAM_HIGH);
}

static struct seat *place_for(struct secure *s, struct addr from)
{
	for (size_t i = 0; s->count < SECURE_CONNS && i < SECURE_CONNS; i++)
		if (!s->seat[i].stream)
			return &s->seat[i];
	struct share h;
	share_begin(&h, from);
	for (size_t i = 0; i < SECURE_CONNS; i++)
		share_count(&h, s->seat[i].addr);
	for (size_t i = 0; i < SECURE_CONNS; i++)
		share_offer(&h, s->seat[i].addr, !s->seat[i].owed, loop_ms(s->loop) - s->seat[i].last_ms, &s->seat[i]);
	struct seat *c = share_victim(&h);
	if (c)
		hang_up(c);
	return c;
}

static void welcome(struct secure_listener *l, int fd, const struct sock_addr *peer)
{
	struct addr from;
	sock_addr_bytes(peer, from.b);
	struct seat *c = place_for(l->s, from);
	if (!c) {
		(void)close(fd);                /* clients come again */
		return;
	}
	uint32_t serial = c->serial;
	*c = (struct seat){ .s = l->s, .https = l->https, .addr = from, .serial = serial, .last_ms = loop_ms(l->s->loop), .in = buf_init(2 * ROOM) };
	l->s->count++;
	c->stream = stream_new(l->s->loop, fd, l->tls, on_seat, c);
}

static void knock(void *owner, int fd, unsigned what)
{
	struct sock_addr peer;
	int got;
	(void)what;
	for (int i = 0; i < ACCEPTS && sock_accept(fd, &got, &peer) == OK; i++)
		welcome(owner, got, &peer);
}

/* ---- the whole ---- */

struct secure *secure_new(struct loop *l, struct resolver *r, struct str zone)
{
	struct secure *s = mem_new(struct secure);
	s->loop = l;
	s->resolver = r;
	s->zone = zone;
	return s;
}

enum err secure_listen(struct secure *s, const struct sock_addr *at, struct tls_server *tls, bool https)
{
	int fd;
	if (s->listeners == SECURE_LISTENERS)
		return ERR_LIMIT;
	TRY(sock_listen_tcp(at, SOCK_SHARE, &fd));
	struct secure_listener *l = &s->listener[s->listeners++];
	*l = (struct secure_listener){ s, fd, NULL, tls, https };
	l->watch = watch_new(s->loop, fd, LOOP_READ, knock, l);
	return OK;
}

void secure_free(struct secure **s)
{
	for (size_t i = 0; *s && i < SECURE_CONNS; i++)
		if ((*s)->seat[i].stream)
			hang_up(&(*s)->seat[i]);
	for (size_t i = 0; *s && i < (*s)->listeners; i++) {
		watch_free(&(*s)->listener[i].watch);
		(void)close((*s)->listener[i].fd);
	}
	mem_free(s);
}

void secure_reply(struct secure *s, const struct dns_from *to, struct str bytes)
{
	struct seat *c = &s->seat[to->conn];
	if (!c->stream || c->serial != to->serial)
		return;
	c->last_ms = loop_ms(s->loop);
	c->owed -= c->owed > 0;
	if (c->two)
		http_two_reply(c, to->request, bytes);
	else if (c->one)
		http_one_reply(c, bytes);
	else
		put(c, bytes);
}

void secure_tick(struct secure *s)
{
	int64_t now = loop_ms(s->loop);
	for (size_t i = 0; s->count && i < SECURE_CONNS; i++) {
		struct seat *c = &s->seat[i];
		if (c->stream && now - c->last_ms >= (c->asked ? SECURE_IDLE_MS : SECURE_START_MS))
			hang_up(c);
	}
}

size_t secure_count(const struct secure *s) { return s->count; }
