/* gatehouse-proxy P - the gate's proxy and its pages.  One parent, N workers,
 * each with one loop, sandboxed; nothing of the house is linked. */
#include <signal.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gate/meters.h"
#include "gate/certificate.h"
#include "gate/proxy/tls_keep.h"
#include "gate/proxy/config.h"
#include "gate/scan/reader.h"
#include "gate/start.h"
#include "gate/told.h"
#include "io/file.h"
#include "io/settings.h"
#include "io/ticket_ask.h"
#include "io/worker.h"

enum { SPOOL_TICK_MS = 250, CONNECTIONS = 4096, SPARE_FILES = 320 /* of the program itself, and of connections kept to hosts */ };

struct program {
	struct settings settings;
	struct proxy_conf conf;
	const char *roots;                  /* PEM of roots besides the system's; NULL: none */
	uint8_t sealed_key[32], token_key[32], spool_key[SPOOL_KEY];
	bool has_sealed, has_token;
	struct kept *kept;                  /* certificate and key of the door with TLS; NULL: there is none */
	struct kept *device_ca;             /* authority of devices' certificates; NULL: nobody is asked */
	struct ticket_options tickets;      /* without a realm nobody is asked for one */
};

struct worker {
	struct program *program;
	struct loop *loop;
	struct spool *spool;
	struct policy_watch *watch;
	struct proxy *proxy;
	struct tls_server *tls;
	unsigned tls_number;                /* of what it was made of */
	unsigned asks_number;               /* of whom devices' certificates are signed by; 0: nobody yet */
	struct tls_asks asks;
	struct tls_remote *remote;
	struct timer *policy_timer, *spool_timer;
	struct meter_page *meters;
};

static void on_policy(void *owner)
{
	struct worker *w = owner;
	tls_keep(w->tls, w->program->kept, &w->tls_number);
	tls_keep_asks(w->tls, w->program->device_ca, &w->asks_number, &w->asks);
	if (policy_watch_tick(w->watch, clock_utc()))
		proxy_policy_changed(w->proxy);
	timer_start(w->policy_timer, policy_watch_wait_ms(w->watch));
}

static void show(struct worker *w)
{
	struct proxy_counts n = proxy_counts(w->proxy);
	meter_set(w->meters, METER_web_requests, n.requests);
	meter_set(w->meters, METER_web_refused, n.refused);
	meter_set(w->meters, METER_web_signs, n.signs);
	meter_set(w->meters, METER_web_tunnels, n.tunnels);
	meter_set(w->meters, METER_web_bytes_down, n.bytes_down);
	meter_set(w->meters, METER_web_tickets, n.tickets);
	meter_set(w->meters, METER_web_tickets_refused, n.tickets_refused);
	meter_set(w->meters, METER_web_connections, proxy_clients(w->proxy));
	meters_tick(w->meters, w->spool, w->watch, clock_ms());
}

static void on_spool(void *owner)
{
	struct worker *w = owner;
	enum err e = spool_tick(w->spool, clock_ms());
	if (e != OK)
		log_line(LOG_FAIL, "spool: %s", err_text(e));
	show(w);
	timer_start(w->spool_timer, SPOOL_TICK_MS);
}

static void on_stop(void *owner, int signo)
{
	loop_stop(((struct worker *)owner)->loop);
}

/* For rules with tproxy.  Needs CAP_NET_ADMIN; rules with redirect do without, so a refusal stops nothing. */
static void make_transparent(int fd, bool six)
{
	int on = 1;
	(void)setsockopt(fd, SOL_IP, IP_TRANSPARENT, &on, sizeof on);
	if (six)
		(void)setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &on, sizeof on);
}

static enum err listen_all(struct worker *w, const struct sock_addr *a, size_t n, enum door door, struct tls_server *tls)
{
	for (size_t i = 0; i < n; i++) {
		int fd;
		char text[SOCK_TEXT];
		sock_addr_text(&a[i], text);
		enum err e = sock_listen_tcp(&a[i], SOCK_SHARE, &fd);
		if (e != OK) {
			log_line(LOG_FAIL, "cannot listen at %s: %s", text, err_text(e));
			return e;
		}
		if (door == DOOR_IN_HTTP || door == DOOR_IN_TLS)
			make_transparent(fd, a[i].any.sa_family == AF_INET6);
		proxy_listen(w->proxy, fd, door, tls);
	}
	return OK;
}

static enum err open_doors(struct worker *w)
{
	struct settings *s = &w->program->settings;
	TRY(listen_all(w, s->proxy_listen, s->proxy_listens, DOOR_PROXY, NULL));
	TRY(listen_all(w, s->page_listen, s->page_listens, DOOR_PAGE, NULL));
	TRY(listen_all(w, s->intercept_http_listen, s->intercept_http_listens, DOOR_IN_HTTP, NULL));
	TRY(listen_all(w, s->intercept_tls_listen, s->intercept_tls_listens, DOOR_IN_TLS, NULL));
	TRY(listen_all(w, s->away_listen, s->away_listens, DOOR_AWAY, NULL));
	TRY(listen_all(w, s->away_tls_listen, s->away_tls_listens, DOOR_AWAY_TLS, NULL));
	if (!s->tls_proxy_listens)
		return OK;
	if (!s->tls_cert || !s->tls_key)
		return ERR_INVALID;
	w->tls_number = kept_number(w->program->kept);
	TRY(tls_server_new(s->tls_cert, s->tls_key, &w->tls));
	w->asks = certificate_asks(w->watch);
	tls_keep_asks(w->tls, w->program->device_ca, &w->asks_number, &w->asks);
	return listen_all(w, s->tls_proxy_listen, s->tls_proxy_listens, DOOR_TLS, w->tls);
}

static enum err enter(struct worker *w, const char *name)
{
	struct settings *s = &w->program->settings;
	char spool[512];
	TRY(path_join(spool, sizeof spool, settings_path(s, "spool"), name));
	struct sandbox box = { .rights = SANDBOX_CLIENTS | SANDBOX_UPSTREAM | SANDBOX_READ_POLICY | SANDBOX_OWN_SPOOL | SANDBOX_THREADS
		| SANDBOX_UNIX_ASK,
		.mode = s->sandbox, .policy = settings_path(s, "policy"), .spool = spool, .user = s->user };
	return sandbox_enter(&box, NULL);
}

static enum err start(struct worker *w, unsigned index)
{
	struct program *g = w->program;
	char name[32];
	snprintf(name, sizeof name, "proxy-%u", index);
	w->loop = loop_new();
	TRY(spool_open(settings_path(&g->settings, "spool"), name, g->spool_key, &w->spool));
	TRY(policy_watch_new(settings_path(&g->settings, "policy"), (struct str){ (char *)g->sealed_key, g->has_sealed ? 32 : 0 },
		(struct str){ (char *)g->token_key, g->has_token ? 32 : 0 }, w->spool, &w->watch));
	policy_watch_background(w->watch);
	TRY(tls_remote_new(g->roots, &w->remote));
	g->conf.remote = w->remote;
	w->proxy = proxy_new(w->loop, &g->conf, w->watch, w->spool);
	TRY(open_doors(w));
	w->meters = meter_open(settings_path(&g->settings, "run/meters"), name);
	w->policy_timer = timer_new(w->loop, on_policy, w);
	policy_watch_files(w->watch, w->loop, on_policy, w);
	TRY(enter(w, name));
	w->spool_timer = timer_new(w->loop, on_spool, w);
	loop_signal(w->loop, SIGTERM, on_stop, w);
	loop_signal(w->loop, SIGINT, on_stop, w);
	on_policy(w);
	on_spool(w);
	return spool_add(w->spool, &(struct event){ .kind = EVENT_STARTED, .extra = STR("program=proxy") });
}

static void stop(struct worker *w)
{
	proxy_free(&w->proxy);
	policy_watch_free(&w->watch);
	tls_server_free(&w->tls);
	tls_remote_free(&w->remote);
	if (w->policy_timer)
		timer_free(&w->policy_timer);
	if (w->spool_timer)
		timer_free(&w->spool_timer);
	spool_close(&w->spool);
	meter_close(&w->meters);
	loop_free(&w->loop);
}

static int run(void *owner, unsigned index)
{
	struct worker w = { .program = owner };
	(void)signal(SIGPIPE, SIG_IGN);        /* writes report it */
	enum err e = start(&w, index);
	if (e == OK) {
		worker_ready();
		loop_run(w.loop);
		e = spool_add(w.spool, &(struct event){ .kind = EVENT_STOPPED, .extra = STR("program=proxy") });
	}
	if (e != OK)
		log_line(LOG_FAIL, "worker %u: %s", index, err_text(e));
	stop(&w);
	return e == OK ? 0 : 1;
}

/* A key that is not there yet is no key; one that cannot be read ends the start. */
static enum err read_key(struct program *g, const char *name, uint8_t out[32], bool *has)
{
	char path[64];
	snprintf(path, sizeof path, "keys/%s", name);
	const char *whole = settings_path(&g->settings, path);
	*has = file_exists(whole);
	return *has ? file_read_exact(whole, out, 32) : OK;
}

static void fill_conf(struct program *g)
{
	struct settings *s = &g->settings;
	g->conf.ticket_socket = g->tickets.realm ? settings_path(s, "run/kerberos.sock") : NULL;
	g->conf.site = (struct site_conf){ .gate_name = s->gate_name, .portal_url = s->public_url,
		.school_name = s->school_name, .school = s->school };
	rnd_bytes(g->conf.site.key, sizeof g->conf.site.key);
	g->conf.tap = (struct tap_use){ &reader_ops, NULL };
	g->conf.leaf_socket = settings_path(s, "run/leaf.sock");
	if (s->proxy_listens)
		g->conf.site.proxy_port = sock_addr_port(&s->proxy_listen[0]);
	for (size_t i = 0; i < s->upstreams && i < PROXY_UPSTREAMS; i++)
		g->conf.upstream[g->conf.upstreams++] = s->upstream[i];
}

/* Each connection may need one to its host.  With fewer files than that there are fewer connections. */
static void fit_connections(struct proxy_conf *c, struct diag *d)
{
	unsigned want = c->connections ? c->connections : CONNECTIONS;
	uint64_t have = worker_files(2 * want + SPARE_FILES), spare = have / 2 < SPARE_FILES ? have / 2 : SPARE_FILES;
	uint64_t fit = (have - spare) / 2;
	c->connections = fit < want ? (unsigned)fit : want;
	if (fit < want)
		diag_add(d, DIAG_WARNING, STR("gatehouse.conf"), 0, "connections: the system gives %llu open files a worker, enough for %u connections at once.  LimitNOFILE of the service raises it.", (unsigned long long)have, c->connections);
}

static enum err check(struct settings *s, struct diag *d)
{
	const struct start_door doors[] = { { "proxy_listen", s->proxy_listen, s->proxy_listens, false }, { "page_listen", s->page_listen, s->page_listens, false },
		{ "tls_proxy_listen", s->tls_proxy_listen, s->tls_proxy_listens, false }, { "intercept_http_listen", s->intercept_http_listen, s->intercept_http_listens, false },
		{ "intercept_tls_listen", s->intercept_tls_listen, s->intercept_tls_listens, false }, { "away_listen", s->away_listen, s->away_listens, false },
		{ "away_tls_listen", s->away_tls_listen, s->away_tls_listens, false } };
	TRY(start_machine(s, d));
	return start_doors(doors, ARRAY_N(doors), d);
}

static enum err prepare(struct program *g, const char *prefix, struct diag *d)
{
	bool has_spool;
	TRY(settings_load(prefix, d, &g->settings));
	TRY(proxy_config(&g->settings.conf, d, &g->conf));
	TRY(proxy_config_tickets(&g->settings.conf, d, &g->conf));
	TRY(ticket_settings(&g->settings, d, &g->tickets));
	g->roots = proxy_config_roots(&g->settings.arena, &g->settings.conf);
	TRY(read_key(g, "sealed.key", g->sealed_key, &g->has_sealed));
	TRY(read_key(g, "token.key", g->token_key, &g->has_token));
	TRY(read_key(g, "spool.pub", g->spool_key, &has_spool));
	if (!has_spool)
		return diag_fail(d, STR("keys/spool.pub"), 0, "There is no public key for events: start the house once.");
	fill_conf(g);
	fit_connections(&g->conf, d);
	if (g->settings.tls_proxy_listens && kept_new((const char *const[]){ g->settings.tls_cert, g->settings.tls_key }, 2, &g->kept) != OK)
		return diag_fail(d, STR("gatehouse.conf"), 0, "tls_cert or tls_key: %s or %s cannot be read, or is empty.", g->settings.tls_cert, g->settings.tls_key);
	if (g->settings.tls_proxy_listens && settings_certificates(&g->settings, "proxy"))
		TRY(kept_later(settings_path(&g->settings, "keys/device-ca.pem"), &g->device_ca));
	if (g->settings.away_tls_listens && told_open(settings_path(&g->settings, "run/told"), &g->conf.told) != OK)
		diag_add(d, DIAG_WARNING, STR("gatehouse.conf"), 0, "%s cannot be written: devices at home see the browser's own message for a page that is merely on no list.", settings_path(&g->settings, "run/told"));
	return check(&g->settings, d);
}

/* Two sockets for each client, and some. */
static void raise_limits(const struct proxy_conf *c)
{
	struct rlimit r;
	rlim_t want = 2 * (rlim_t)c->connections + 1024;
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < want) {
		r.rlim_cur = r.rlim_max < want ? r.rlim_max : want;
		(void)setrlimit(RLIMIT_NOFILE, &r);         /* with less it serves less at once */
	}
}

/* The parent can still read what its workers cannot. */
static void each_second(void *owner)
{
	struct program *g = owner;
	if (g->kept && kept_look(g->kept))
		log_line(LOG_NOTE, "the certificate was replaced");
	if (g->device_ca && kept_look(g->device_ca))
		log_line(LOG_NOTE, "the authority of devices' certificates was replaced");
}

int main(int argc, char **argv)
{
	static struct program g;
	log_name("proxy");
	AUTO(diag_done) struct diag d = diag_init(50);
	enum err e = prepare(&g, settings_prefix(argc, argv), &d);
	AUTO(buf_done) struct buf findings = buf_init(64 * 1024);
	diag_print(&d, &findings);
	if (findings.n)
		fprintf(stderr, "%s", findings.p);
	if (e != OK) {
		log_line(LOG_FAIL, "cannot start: %s", err_text(e));
		return 1;
	}
	raise_limits(&g.conf);
	struct worker_plan plan = { .each_second = each_second, .name = "proxy", .count = g.settings.proxy_workers, .run_dir = settings_path(&g.settings, "run"),
		.run = run, .owner = &g };
	int code = workers_run(&plan);
	kept_free(&g.kept);
	kept_free(&g.device_ca);
	told_close(&g.conf.told);
	settings_done(&g.settings);
	return code;
}
