#include "gate/proxy/dial.h"

#include <unistd.h>

#include "base/mem.h"

struct dial;
struct attempt { struct dial *d; int fd; struct watch *watch; };

struct dial {
	struct loop *loop;
	struct resolve *resolve;
	const struct reach *reach;
	uint64_t ticket;                   /* of the wait for addresses */
	uint16_t port;
	struct addr order[ANSWER_ADDRS];   /* those that may be reached, in order of trying */
	size_t n, next;                    /* next: to be tried */
	struct attempt tries[ANSWER_ADDRS];
	struct timer *timer;
	int64_t end_ms;
	enum err last;                     /* why the last attempt failed */
	dial_fn *fn;
	void *owner;
};

static void attempt_close(struct attempt *a)
{
	watch_free(&a->watch);
	if (a->fd >= 0)
		(void)close(a->fd);            /* never connected */
	a->fd = -1;
}

void dial_free(struct dial **dp)
{
	struct dial *d = *dp;
	if (!d)
		return;
	resolve_forget(d->resolve, d->ticket);
	for (size_t i = 0; i < ANSWER_ADDRS; i++)
		attempt_close(&d->tries[i]);
	timer_free(&d->timer);
	mem_free(dp);
}

static void finish(struct dial *d, enum err e, int fd)
{
	dial_fn *fn = d->fn;
	void *owner = d->owner;
	dial_free(&d);
	fn(owner, e, fd);
}

static bool any_open(const struct dial *d)
{
	for (size_t i = 0; i < d->next; i++)
		if (d->tries[i].fd >= 0)
			return true;
	return false;
}

static void try_next(struct dial *d);

static void on_connected(void *owner, int fd, unsigned what)
{
	struct attempt *a = owner;
	struct dial *d = a->d;
	if (sock_error(fd) == OK) {
		watch_free(&a->watch);
		a->fd = -1;
		finish(d, OK, fd);
		return;
	}
	attempt_close(a);
	d->last = ERR_NET;
	timer_start(d->timer, 0);                  /* the next one, or the end */
}

static void try_next(struct dial *d)
{
	while (d->next < d->n) {
		struct attempt *a = &d->tries[d->next];
		struct sock_addr to = sock_addr_of(d->order[d->next].b, d->port);
		d->next++;
		if (sock_connect(&to, SOCK_STREAM, &a->fd) != OK) {
			a->fd = -1;
			d->last = ERR_NET;
			continue;
		}
		a->watch = watch_new(d->loop, a->fd, LOOP_WRITE, on_connected, a);
		return;
	}
}

static void on_timer(void *owner)
{
	struct dial *d = owner;
	if (d->next < d->n)
		try_next(d);
	int64_t left = d->end_ms - loop_ms(d->loop);
	if (left <= 0)
		finish(d, ERR_TIMEOUT, -1);
	else if (!d->ticket && d->next == d->n && !any_open(d))
		finish(d, d->last, -1);
	else
		timer_start(d->timer, d->next < d->n && left > DIAL_NEXT_MS ? DIAL_NEXT_MS : left);
}

/* IPv6 and IPv4 by turns, IPv6 first. */
static void put_in_order(struct dial *d, const struct answer *a)
{
	size_t at[2] = { 0, 0 };
	for (size_t turn = 0; at[0] < a->n || at[1] < a->n; turn ^= 1) {
		while (at[turn] < a->n && addr_is4(a->a[at[turn]]) != (turn == 1))
			at[turn]++;
		if (at[turn] >= a->n)
			continue;
		if (reach_may(d->reach, a->a[at[turn]]))
			d->order[d->n++] = a->a[at[turn]];
		at[turn]++;
	}
}

static void on_resolved(void *owner, enum err e, const struct answer *a)
{
	struct dial *d = owner;
	d->ticket = 0;
	d->last = e;
	if (e == OK) {
		put_in_order(d, a);
		d->last = a->n == 0 ? ERR_ABSENT : d->n == 0 ? ERR_FORBIDDEN : ERR_NET;
		try_next(d);
	}
	timer_start(d->timer, d->n > 1 && any_open(d) ? DIAL_NEXT_MS : any_open(d) ? DIAL_MS : 0);
}

struct dial *dial_new(struct loop *l, struct resolve *r, const struct reach *reach, struct str host,
                      const struct addr *addr, uint16_t port, dial_fn *fn, void *owner)
{
	assert(l && r && fn);
	struct dial *d = mem_new(struct dial);
	*d = (struct dial){ .loop = l, .resolve = r, .reach = reach, .port = port, .fn = fn, .owner = owner,
		.end_ms = loop_ms(l) + DIAL_MS, .last = ERR_TIMEOUT };
	for (size_t i = 0; i < ANSWER_ADDRS; i++)
		d->tries[i] = (struct attempt){ d, -1, NULL };
	d->timer = timer_new(l, on_timer, d);
	timer_start(d->timer, DIAL_MS);
	uint64_t ticket = 0;
	if (addr)
		on_resolved(d, OK, &(struct answer){ .a = { *addr }, .n = 1 });
	else
		resolve_ask(r, host, on_resolved, d, &ticket);
	d->ticket = ticket;
	return d;
}
