#include "gate/radius/radius.h"

#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "gate/radius/radius_auth.h"
#include "io/file.h"

enum { BATCH = 64 };

struct radius {
	const struct radius_options *o;
	struct spool *spool;
	int64_t school;
	int fd;
	struct watch *watch;
	struct radius_counts counts;
};

struct event radius_event(const struct radius_acct *a, struct addr addr, int64_t school, char room[64])
{
	struct event e = { .kind = EVENT_NETWORK, .school = school, .text = a->user, .count = 1 };
	e.reason = a->status == RADIUS_STOP ? STR("stop") : STR("start");
	snprintf(room, 64, "mac=%02x:%02x:%02x:%02x:%02x:%02x", a->mac[0], a->mac[1], a->mac[2], a->mac[3], a->mac[4], a->mac[5]);
	e.extra = str_z(room);
	memcpy(e.addr, addr.b, 16);
	return e;
}

static bool is_client(const struct radius *r, const struct sock_addr *peer)
{
	struct addr from;
	sock_addr_bytes(peer, from.b);
	for (size_t i = 0; i < r->o->clients; i++)
		if (prefix_has(r->o->client[i], from))
			return true;
	return false;
}

static void tell(struct radius *r, const struct radius_acct *a)
{
	char room[64];
	bool about = a->status == RADIUS_START || a->status == RADIUS_STOP || a->status == RADIUS_INTERIM;
	for (size_t i = 0; about && a->user.n && str_utf8(a->user) && r->spool && i < a->n_addrs; i++) {
		struct event e = radius_event(a, a->addr[i], r->school, room);
		enum err bad = spool_add(r->spool, &e);
		if (bad != OK)
			log_line(LOG_WARN, "an event could not be kept: %s", err_text(bad));
	}
}

static void hear(struct radius *r, const struct sock_addr *peer, struct str packet)
{
	struct radius_acct a;
	uint8_t answer[RADIUS_HEADER];
	struct str secret = str_z(r->o->secret);
	if (!is_client(r, peer)) {
		r->counts.strangers++;
	} else if (radius_read(packet, &a) != OK) {
		r->counts.malformed++;
	} else if (!radius_auth(packet, &a, secret)) {
		if (!r->counts.forged++)
			log_line(LOG_WARN, "radius: a packet with another shared secret was dropped (later ones silently)");
	} else {
		r->counts.taken++;
		tell(r, &a);
		radius_answer(&a, secret, answer);
		(void)sendto(r->fd, answer, sizeof answer, MSG_DONTWAIT | MSG_NOSIGNAL, &peer->any, peer->n);      /* lost: they ask again */
	}
}

static void readable(void *owner, int fd, unsigned what)
{
	static uint8_t room[RADIUS_PACKET_MAX];
	(void)what;
	for (int i = 0; i < BATCH; i++) {
		struct sock_addr peer = { .n = sizeof peer.un };
		ssize_t n = recvfrom(fd, room, sizeof room, MSG_DONTWAIT, &peer.any, &peer.n);
		if (n < 0)
			return;
		hear(owner, &peer, (struct str){ (char *)room, (size_t)n });
	}
}

enum err radius_new(struct loop *l, const struct radius_options *o, struct spool *spool, int64_t school, struct radius **out)
{
	int fd;
	TRY(sock_listen_udp(&o->listen, SOCK_SHARE, &fd));
	struct radius *r = mem_new(struct radius);
	*r = (struct radius){ .o = o, .spool = spool, .school = school, .fd = fd };
	r->watch = watch_new(l, fd, LOOP_READ, readable, r);
	*out = r;
	return OK;
}

void radius_free(struct radius **r)
{
	if (*r) {
		watch_free(&(*r)->watch);
		(void)close((*r)->fd);
	}
	mem_free(r);
}

struct radius_counts radius_counts(const struct radius *r) { return r->counts; }

/* ---- settings ---- */

static void read_clients(const struct conf *c, const struct conf_block *b, struct diag *d, struct radius_options *o)
{
	size_t at = 0;
	for (const struct conf_pair *p; (p = conf_each(b, "client", &at));) {
		if (o->clients == RADIUS_CLIENTS)
			diag_add(d, DIAG_ERROR, c->file, p->line, "There are more than %d clients.", RADIUS_CLIENTS);
		else if (prefix_read(p->value, false, &o->client[o->clients]) == OK)
			o->clients++;
		else
			diag_add(d, DIAG_ERROR, c->file, p->line, "\"%.*s\" is not an address or network; write one like 10.0.0.0/24.", STRF(p->value));
	}
	if (!o->clients)
		diag_add(d, DIAG_ERROR, c->file, b->line, "[radius] needs \"client\": who may tell the gate of sign-ins.");
}

static void read_secret(struct settings *s, const struct conf_block *b, struct diag *d, struct radius_options *o)
{
	AUTO(buf_wipe) struct buf text = buf_init(4096);
	struct str file = conf_get(b, "secret_file");
	enum err e = file.n ? file_read(settings_path(s, arena_z(&s->arena, file)), &text) : ERR_ABSENT;
	struct str secret = str_trim(buf_str(&text));
	if (e != OK || secret.n < 8 || secret.n > RADIUS_SECRET_MAX) {
		diag_add(d, DIAG_ERROR, s->conf.file, b->line, "[radius] needs \"secret_file\" with a secret of 8 to %d letters.", RADIUS_SECRET_MAX);
		return;
	}
	memcpy(o->secret, secret.p, secret.n);
}

enum err radius_config(struct settings *s, struct diag *d, struct radius_options *out)
{
	static const char *const keys[] = { "listen", "client", "secret_file", NULL };
	const struct conf_block *b = conf_find(&s->conf, "radius", STR(""));
	struct radius_options o = { .on = b != NULL };
	size_t errors = d->errors;
	if (b) {
		struct str at = conf_get(b, "listen");
		TRY(conf_only(&s->conf, "radius", keys, d));
		if (sock_addr_read(at.n ? at : STR("[::]:1813"), 1813, &o.listen) != OK)
			diag_add(d, DIAG_ERROR, s->conf.file, b->line, "listen: this is not an address such as 10.0.0.2:1813.");
		read_clients(&s->conf, b, d, &o);
		read_secret(s, b, d, &o);
	}
	if (d->errors > errors)
		return ERR_INVALID;
	*out = o;
	mem_wipe(o.secret, sizeof o.secret);
	return OK;
}
