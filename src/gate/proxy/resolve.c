#include "gate/proxy/resolve.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rnd.h"

struct waiter { struct waiter *next; uint64_t ticket; resolve_fn *fn; void *owner; };

struct job {                               /* one name being asked for */
	struct job *next, **link;
	struct resolve *r;
	char host[HOST_MAX + 1];
	size_t host_n;
	int fd;
	struct watch *watch;
	struct timer *timer;
	uint8_t query[2][ANSWER_QUERY_MAX];    /* A, AAAA */
	size_t query_n;
	bool done[2], absent;
	int tries;
	struct answer answer;
	struct waiter *waiters;
};

struct kept { struct answer a; enum err e; int64_t until_ms; };

struct resolve {
	struct loop *loop;
	struct sock_addr servers[8];
	size_t n_servers, n_jobs;
	struct map *cache;                     /* host -> index + 1 of kept */
	struct kept kept[RESOLVE_CACHE];
	char names[RESOLVE_CACHE][HOST_MAX + 1];
	size_t next_kept;
	struct job *jobs;
	uint64_t tickets;
};

struct resolve *resolve_new(struct loop *l, const struct sock_addr *servers, size_t n)
{
	struct resolve *r = mem_new(struct resolve);
	r->loop = l;
	r->n_servers = n < ARRAY_N(r->servers) ? n : ARRAY_N(r->servers);
	memcpy(r->servers, servers, r->n_servers * sizeof *servers);
	r->cache = map_new();
	return r;
}

static void close_socket(struct job *j)
{
	watch_free(&j->watch);
	if (j->fd >= 0)
		(void)close(j->fd);                    /* a datagram socket */
	j->fd = -1;
}

static void job_free(struct job *j)
{
	close_socket(j);
	timer_free(&j->timer);
	*j->link = j->next;
	if (j->next)
		j->next->link = j->link;
	j->r->n_jobs--;
	while (j->waiters) {
		struct waiter *w = j->waiters;
		j->waiters = w->next;
		mem_free(&w);
	}
	mem_free(&j);
}

void resolve_free(struct resolve **r)
{
	if (!*r)
		return;
	while ((*r)->jobs)
		job_free((*r)->jobs);
	map_free(&(*r)->cache);
	mem_free(r);
}

static void keep(struct resolve *r, struct str host, enum err e, const struct answer *a)
{
	size_t at = r->next_kept++ % RESOLVE_CACHE;
	if (r->names[at][0])
		(void)map_del(r->cache, str_z(r->names[at]));  /* a newer entry of the name may have replaced it */
	memcpy(r->names[at], host.p, host.n);
	r->names[at][host.n] = 0;
	uint32_t ttl = e == OK ? a->ttl : RESOLVE_TTL_MIN_S;
	ttl = ttl < RESOLVE_TTL_MIN_S ? RESOLVE_TTL_MIN_S : ttl > RESOLVE_TTL_MAX_S ? RESOLVE_TTL_MAX_S : ttl;
	r->kept[at] = (struct kept){ *a, e, loop_ms(r->loop) + ttl * 1000 };
	map_set(r->cache, host, at + 1);
}

static void finish(struct job *j, enum err e)
{
	struct answer a = j->answer;
	struct waiter *w = TAKE(j->waiters);
	if (e == OK || e == ERR_ABSENT)
		keep(j->r, (struct str){ j->host, j->host_n }, e, &a);
	job_free(j);
	while (w) {
		struct waiter *next = w->next;
		if (w->fn)
			w->fn(w->owner, e, &a);
		mem_free(&w);
		w = next;
	}
}

static void conclude(struct job *j)
{
	finish(j, j->answer.n ? OK : j->absent ? ERR_ABSENT : ERR_NET);
}

static void on_answer(void *owner, int fd, unsigned what)
{
	struct job *j = owner;
	uint8_t room[ANSWER_MAX];
	ssize_t got;
	while ((got = recv(fd, room, sizeof room, 0)) > 0)
		for (int i = 0; i < 2; i++) {
			struct str query = { (const char *)j->query[i], j->query_n };
			enum err e = j->done[i] ? ERR_SYNTAX : answer_read((struct str){ (const char *)room, (size_t)got }, query, &j->answer);
			if (e == ERR_SYNTAX)
				continue;
			j->done[i] = true;
			j->absent = j->absent || e == ERR_ABSENT || e == OK;
		}
	if (j->done[0] && j->done[1])
		conclude(j);
	else if (j->done[0] || j->done[1])
		timer_start(j->timer, j->answer.n ? 50 : RESOLVE_TRY_MS);      /* RFC 8305 3: a little patience for the other family */
}

static void on_timer(void *owner);

static void send_questions(struct job *j)
{
	close_socket(j);
	timer_start(j->timer, RESOLVE_TRY_MS);
	const struct sock_addr *to = &j->r->servers[(size_t)j->tries % j->r->n_servers];
	j->tries++;
	if (sock_connect(to, SOCK_DGRAM, &j->fd) != OK) {
		j->fd = -1;
		timer_start(j->timer, 10);
		return;
	}
	j->watch = watch_new(j->r->loop, j->fd, LOOP_READ, on_answer, j);
	for (int i = 0; i < 2; i++) {
		j->done[i] = false;
		j->query_n = answer_query((struct str){ j->host, j->host_n }, i, (uint16_t)rnd_below(65536), j->query[i]);
		(void)send(j->fd, j->query[i], j->query_n, MSG_NOSIGNAL);      /* a lost datagram: the timer asks again */
	}
}

static void on_timer(void *owner)
{
	struct job *j = owner;
	if (j->answer.n || j->absent)
		conclude(j);
	else if (j->tries < RESOLVE_TRIES && j->r->n_servers)
		send_questions(j);
	else
		finish(j, ERR_TIMEOUT);
}

static struct job *job_of(struct resolve *r, struct str host)
{
	for (struct job *j = r->jobs; j; j = j->next)
		if (str_eq((struct str){ j->host, j->host_n }, host))
			return j;
	if (r->n_jobs == RESOLVE_WAITING)
		return NULL;
	struct job *j = mem_new(struct job);
	j->r = r;
	j->fd = -1;
	memcpy(j->host, host.p, host.n);
	j->host_n = host.n;
	j->next = r->jobs;
	j->link = &r->jobs;
	if (j->next)
		j->next->link = &j->next;
	r->jobs = j;
	r->n_jobs++;
	j->timer = timer_new(r->loop, on_timer, j);
	if (r->n_servers)
		send_questions(j);
	else
		timer_start(j->timer, 0);
	return j;
}

void resolve_ask(struct resolve *r, struct str host, resolve_fn *fn, void *owner, uint64_t *ticket)
{
	assert(r && fn && ticket && host.n <= HOST_MAX);
	uint64_t at;
	*ticket = 0;
	if (map_get(r->cache, host, &at) && r->kept[at - 1].until_ms > loop_ms(r->loop)) {
		struct kept k = r->kept[at - 1];
		fn(owner, k.e, &k.a);
		return;
	}
	struct job *j = job_of(r, host);
	if (!j) {
		fn(owner, ERR_BUSY, &(struct answer){ 0 });
		return;
	}
	struct waiter *w = mem_new(struct waiter);
	*w = (struct waiter){ j->waiters, ++r->tickets, fn, owner };
	j->waiters = w;
	*ticket = w->ticket;
}

void resolve_forget(struct resolve *r, uint64_t ticket)
{
	for (struct job *j = ticket ? r->jobs : NULL; j; j = j->next)
		for (struct waiter *w = j->waiters; w; w = w->next)
			if (w->ticket == ticket)
				w->fn = NULL;
}
