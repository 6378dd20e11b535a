#include "gate/proxy/proxy.h"

#include <unistd.h>

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gate/proxy/away.h"
#include "gate/proxy/h2_up.h"
#include "gate/proxy/inside.h"
#include "gate/proxy/load.h"
#include "gate/proxy/reap.h"
#include "gate/share.h"

enum { CONNECTIONS = 4096, ACCEPTS = 64 /* a turn */ };

struct listener {
	struct listener *next;
	struct proxy *p;
	int fd;
	struct watch *watch;
	bool paused;                    /* until the next sweep */
	enum door door;
	struct tls_server *tls;
};

static struct str addr_key(const struct addr *a)
{
	return (struct str){ (const char *)a->b, sizeof a->b };
}

static void count_client(struct proxy *p, const struct addr *from, int64_t by)
{
	uint64_t n = 0;
	(void)map_get(p->per_client, addr_key(from), &n);      /* absent is 0 */
	n += (uint64_t)by;
	p->n_conns += (uint64_t)by;
	if (n)
		map_set(p->per_client, addr_key(from), n);
	else
		(void)map_del(p->per_client, addr_key(from));
}

void proxy_reap(struct proxy *p)
{
	while (p->dead) {
		struct client *c = p->dead;
		p->dead = c->next;
		if (!c->child) {
			count_client(p, &c->from, -1);
			p->n_away -= door_away(c->door);
		}
		client_free(c);
	}
}

static void on_sweep(void *owner)
{
	struct proxy *p = owner;
	int64_t now = loop_ms(p->loop);
	for (struct client *c = p->clients, *next; c; c = next) {
		next = c->next;
		if (now > c->deadline_ms)
			client_expired(c);
	}
	for (struct listener *l = p->listeners; l; l = l->next) {
		if (l->paused)
			watch_want(l->watch, LOOP_READ);
		l->paused = false;
	}
	pool_sweep(p->pool);
	hosts_sweep(p->hosts);
	proxy_reap(p);
	timer_start(p->sweep, SWEEP_MS);
}

struct proxy *proxy_new(struct loop *l, const struct proxy_conf *c, struct policy_watch *watch, struct spool *spool)
{
	assert(l && c && watch);
	struct proxy *p = mem_new(struct proxy);
	p->loop = l;
	p->conf = *c;
	p->watch = watch;
	p->spool = spool;
	p->resolve = resolve_new(l, c->upstream, c->upstreams);
	p->pool = pool_new(l);
	p->hosts = hosts_new(p);
	if (c->remote) {
		p->front = tls_front_new();
		p->leaves = leaves_new(l, p->front, c->leaf_socket);
	}
	if (c->ticket_socket)
		p->tickets = tickets_new(l, c->ticket_socket);
	p->per_client = map_new();
	rnd_bytes(p->program_key, sizeof p->program_key);
	p->head = buf_init(HEAD_OUT_MAX);
	p->conf.site.spool = spool;
	site_new(&p->conf.site, &p->site);
	p->sweep = timer_new(l, on_sweep, p);
	timer_start(p->sweep, SWEEP_MS);
	return p;
}

void proxy_free(struct proxy **pp)
{
	struct proxy *p = *pp;
	if (!p)
		return;
	while (p->listeners) {
		struct listener *l = p->listeners;
		p->listeners = l->next;
		watch_free(&l->watch);
		(void)close(l->fd);            /* a listener */
		mem_free(&l);
	}
	while (p->clients)
		client_drop(p->clients);
	proxy_reap(p);
	timer_free(&p->sweep);
	h2_up_end(p);
	hosts_free(&p->hosts);
	pool_free(&p->pool);
	leaves_free(&p->leaves);
	tickets_free(&p->tickets);
	tls_front_free(&p->front);
	resolve_free(&p->resolve);
	site_free(&p->site);
	map_free(&p->per_client);
	buf_done(&p->head);
	mem_free(pp);
}

/* Somebody makes room for one from this address; false: nobody can. */
static bool make_room(struct proxy *p, const struct addr *from)
{
	struct share s;
	share_begin(&s, *from);
	for (struct client *c = p->clients; c; c = c->next)
		if (!c->child)
			share_count(&s, c->from);
	for (struct client *c = p->clients; c; c = c->next)
		if (!c->child)
			share_offer(&s, c->from, client_rests(c), loop_ms(p->loop) - c->since_ms, c);
	struct client *c = share_victim(&s);
	if (c)
		client_drop(c);
	proxy_reap(p);
	return c;
}

/* Too many: closed at once, which costs least. */
static bool admit(struct proxy *p, const struct addr *from)
{
	uint64_t n = 0;
	unsigned all = p->conf.connections ? p->conf.connections : CONNECTIONS, each = p->conf.per_client;
	(void)map_get(p->per_client, addr_key(from), &n);      /* absent is 0 */
	return (!each || n < each) && (p->n_conns < all || make_room(p, from));
}

/* No file is left for another connection: what can be spared is closed, and the rest waits in the kernel for a moment. */
static void no_files(struct listener *l)
{
	static const struct addr nobody = { { 0 } };
	pool_empty(l->p->pool);
	hosts_spare(l->p->hosts);
	if (make_room(l->p, &nobody))
		return;
	l->paused = true;
	watch_want(l->watch, 0);
}

static void on_accept(void *owner, int fd, unsigned what)
{
	struct listener *l = owner;
	for (int i = 0; i < ACCEPTS; i++) {
		int got;
		struct sock_addr from;
		struct addr a;
		enum err e = sock_accept(fd, &got, &from);
		if (e == (enum err)-EAGAIN)
			return;
		if (e == (enum err)-EMFILE || e == (enum err)-ENFILE) {
			no_files(l);
			return;
		}
		if (e != OK) {
			log_line(LOG_WARN, "accept: %s", err_text(e));
			return;
		}
		sock_addr_bytes(&from, a.b);
		if ((door_away(l->door) && l->p->n_away >= AWAY_CONNS) || !admit(l->p, &a)) {
			(void)close(got);      /* the client sees it */
			continue;
		}
		count_client(l->p, &a, 1);
		client_new(l->p, got, a, l->door, l->tls);
	}
}

void proxy_listen(struct proxy *p, int fd, enum door door, struct tls_server *tls)
{
	assert(p && fd >= 0 && (door != DOOR_TLS) == !tls);
	struct listener *l = mem_new(struct listener);
	*l = (struct listener){ .next = p->listeners, .p = p, .fd = fd, .door = door, .tls = tls };
	l->watch = watch_new(p->loop, fd, LOOP_READ, on_accept, l);
	p->listeners = l;
}

void proxy_policy_changed(struct proxy *p)
{
	for (struct client *c = p->clients, *next; c; c = next) {
		next = c->next;
		load_again(c);
		tunnel_judge(c);
	}
	proxy_reap(p);
}

size_t proxy_clients(const struct proxy *p)
{
	return p->n_clients;
}

struct proxy_counts proxy_counts(const struct proxy *p)
{
	return p->counts;
}
