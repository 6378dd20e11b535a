#include "gate/proxy/leaf.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/ca_ask.h"
#include "io/frame.h"
#include "io/sock.h"
#include "wire/host.h"

struct kept { struct tls_leaf *leaf; char *host; int64_t until_utc; bool asked; };      /* asked: since the hand came by */
struct waiting { uint64_t ticket; char host[HOST_MAX + 1]; leaf_fn *fn; void *owner; };

struct leaves {
	struct loop *loop;
	struct tls_front *front;           /* borrowed */
	const char *path;                  /* borrowed; NULL: never */
	struct map *map;                   /* host -> place in kept */
	struct kept kept[LEAF_KEPT];
	size_t n_kept, hand;
	struct waiting waiting[LEAF_WAITING];      /* in the order asked; the first n */
	size_t n;
	uint64_t tickets;
	uint64_t issuer;                   /* of those kept */
	int fd;
	struct watch *watch;
	struct timer *timer;               /* of the oldest question */
	struct frame_in in;
	struct buf out;
};

struct leaves *leaves_new(struct loop *l, struct tls_front *front, const char *socket_path)
{
	struct leaves *it = mem_new(struct leaves);
	it->loop = l;
	it->front = front;
	it->path = socket_path;
	it->map = map_new();
	it->fd = -1;
	it->in = frame_in_init(CA_ANSWER_MAX);
	it->out = buf_init(LEAF_WAITING * CA_QUESTION_MAX);
	return it;
}

static void forget_all(struct leaves *l)
{
	for (size_t i = 0; i < l->n_kept; i++) {
		tls_leaf_free(&l->kept[i].leaf);
		mem_free(&l->kept[i].host);
	}
	l->n_kept = l->hand = 0;
	map_free(&l->map);
	l->map = map_new();
}

static void hang_up(struct leaves *l)
{
	if (l->watch)
		watch_free(&l->watch);
	if (l->fd >= 0)
		(void)close(l->fd);            /* a unix socket */
	l->fd = -1;
	frame_in_done(&l->in);
	l->in = frame_in_init(CA_ANSWER_MAX);
	buf_clear(&l->out);
	if (l->timer)
		timer_stop(l->timer);
}

void leaves_free(struct leaves **lp)
{
	struct leaves *l = *lp;
	if (!l)
		return;
	hang_up(l);
	forget_all(l);
	map_free(&l->map);
	if (l->timer)
		timer_free(&l->timer);
	frame_in_done(&l->in);
	buf_done(&l->out);
	mem_free(lp);
}

/* The oldest question is answered: it goes before its fn is called, which may ask again. */
static void answer_first(struct leaves *l, enum err e, struct tls_leaf *leaf)
{
	struct waiting w = l->waiting[0];
	l->n--;
	memmove(l->waiting, l->waiting + 1, l->n * sizeof *l->waiting);
	if (w.fn)
		w.fn(w.owner, e, leaf);
}

static void fail_all(struct leaves *l, enum err e)
{
	hang_up(l);
	for (size_t n = l->n; n && l->n; n--)
		answer_first(l, e, NULL);
}

/* Full: one goes that nobody asked for since the hand came by last (a clock). */
static size_t make_room(struct leaves *l)
{
	for (;; l->hand = (l->hand + 1) % LEAF_KEPT) {
		struct kept *k = &l->kept[l->hand];
		if (k->asked) {
			k->asked = false;
			continue;
		}
		size_t at = l->hand;
		(void)map_del(l->map, str_z(k->host));          /* it is there */
		tls_leaf_free(&k->leaf);
		mem_free(&k->host);
		l->hand = (at + 1) % LEAF_KEPT;
		return at;
	}
}

static struct tls_leaf *keep(struct leaves *l, struct str host, struct tls_leaf *leaf, int64_t until_utc)
{
	uint64_t at;
	if (map_get(l->map, host, &at)) {
		tls_leaf_free(&l->kept[at].leaf);
	} else {
		at = l->n_kept < LEAF_KEPT ? l->n_kept++ : make_room(l);
		map_set(l->map, host, at);
		l->kept[at].host = mem_zero(1, host.n + 1);
		memcpy(l->kept[at].host, host.p, host.n);
	}
	l->kept[at].leaf = leaf;
	l->kept[at].until_utc = until_utc;
	l->kept[at].asked = false;
	return leaf;
}

static void take_answer(struct leaves *l, struct str bytes)
{
	struct str der;
	int64_t until = 0;
	struct tls_leaf *leaf = NULL;
	enum err e = ca_leaf_read(bytes, &until, &der);
	if (e == ERR_SYNTAX && bytes.n == 1)
		e = ERR_FORBIDDEN;             /* a name that the signer does not take */
	if (e == OK)
		e = tls_leaf_new(l->front, der, &leaf);
	if (e == OK && tls_leaf_issuer(leaf) != l->issuer) {
		forget_all(l);                 /* the school's next authority signs: all hosts move to it */
		l->issuer = tls_leaf_issuer(leaf);
	}
	if (e == OK)
		leaf = keep(l, str_z(l->waiting[0].host), leaf, until);
	timer_start(l->timer, LEAF_WAIT_MS);
	answer_first(l, e, leaf);
}

static void on_answer(void *owner, int fd, unsigned what)
{
	struct leaves *l = owner;
	char room[16384];
	struct str message;
	if (what & LOOP_WRITE && l->out.n) {
		ssize_t gone = write(fd, l->out.p, l->out.n);
		if (gone > 0)
			buf_cut(&l->out, (size_t)gone);
	}
	watch_want(l->watch, LOOP_READ | (l->out.n ? LOOP_WRITE : 0u));
	if (!(what & LOOP_READ))
		return;
	ssize_t n = read(fd, room, sizeof room);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || frame_in_feed(&l->in, (struct str){ room, (size_t)n }) != OK) {
		fail_all(l, ERR_NET);
		return;
	}
	while (l->n && l->fd >= 0 && frame_in_next(&l->in, &message)) {
		take_answer(l, message);
		if (l->fd >= 0)
			frame_in_drop(&l->in);
	}
	if (!l->n && l->timer)
		timer_stop(l->timer);
}

static void on_late(void *owner)
{
	fail_all(owner, ERR_TIMEOUT);
}

static enum err dial(struct leaves *l)
{
	struct sock_addr to;
	if (l->fd >= 0)
		return OK;
	TRY(sock_addr_unix(str_z(l->path), &to));
	if (sock_connect(&to, SOCK_STREAM, &l->fd) != OK) {
		l->fd = -1;
		return ERR_NET;
	}
	if (!l->timer)
		l->timer = timer_new(l->loop, on_late, l);
	l->watch = watch_new(l->loop, l->fd, LOOP_READ | LOOP_WRITE, on_answer, l);
	return OK;
}

static enum err put_question(struct leaves *l, struct str host)
{
	AUTO(buf_done) struct buf q = buf_init(CA_QUESTION_MAX);
	if (!l->path)
		return ERR_ABSENT;
	if (l->n == LEAF_WAITING)
		return ERR_BUSY;
	TRY(dial(l));
	ca_question_put(&(struct ca_question){ .op = CA_LEAF, .host = host, .point = { (const char *)tls_front_point(l->front), TLS_POINT } }, &q);
	frame_put(&l->out, buf_str(&q));
	watch_want(l->watch, LOOP_READ | LOOP_WRITE);
	if (!l->n)
		timer_start(l->timer, LEAF_WAIT_MS);
	return OK;
}

void leaves_ask(struct leaves *l, struct str host, leaf_fn *fn, void *owner, uint64_t *ticket)
{
	uint64_t at;
	*ticket = 0;
	if (map_get(l->map, host, &at) && l->kept[at].until_utc - clock_utc() > LEAF_SPARE_S) {
		l->kept[at].asked = true;
		fn(owner, OK, l->kept[at].leaf);
		return;
	}
	enum err e = put_question(l, host);
	if (e != OK) {
		fn(owner, e, NULL);
		return;
	}
	struct waiting *w = &l->waiting[l->n++];
	*w = (struct waiting){ .ticket = ++l->tickets, .fn = fn, .owner = owner };
	snprintf(w->host, sizeof w->host, "%.*s", STRF(host));
	*ticket = w->ticket;
}

size_t leaves_kept(const struct leaves *l)
{
	return l->n_kept;
}

void leaves_forget(struct leaves *l, uint64_t ticket)
{
	for (size_t i = 0; ticket && i < l->n; i++)
		if (l->waiting[i].ticket == ticket)
			l->waiting[i].fn = NULL;
}
