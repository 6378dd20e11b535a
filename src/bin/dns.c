/* gatehouse-dns - answers a school's names.  A parent and N workers; each worker
 * has its own sockets (shared ports), cache and spool, and nothing else in common
 * with the others but mapped policy bytes.  It is not linked with the database and
 * goes on without the house.
 *
 *   gatehouse-dns --prefix P [--worker N]
 *
 * --worker N runs that one worker in this process, without a parent. */
#include <getopt.h>
#include <signal.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "event/write/spool.h"
#include "gate/certificate.h"
#include "gate/dns/config.h"
#include "gate/dns/secure.h"
#include "gate/dns/tcp.h"
#include "gate/radius/radius.h"
#include "gate/meters.h"
#include "gate/start.h"
#include "gate/told.h"
#include "io/file.h"
#include "io/kept.h"
#include "io/sandbox.h"
#include "io/worker.h"

enum { KEY = 32, SPOOL_MS = 250, SPARE_FILES = 256 };

struct program { struct settings settings; struct dns_server_options options; struct radius_options radius; struct kept *kept; /* certificate and key; NULL: none */
	struct kept *device_ca; /* authority of devices' certificates; NULL: nobody is asked */ };

struct worker {
	struct program *p;
	char name[16], spool_dir[512], policy_dir[512];
	uint8_t sealed[KEY], token[KEY];
	struct str sealed_key, token_key;       /* absent: there is no such file */
	struct loop *loop;                      /* owned, as all below */
	struct spool *spool;
	struct policy_watch *watch;
	struct dns_server *server;
	struct tls_asks asks;
	struct radius *radius;                  /* NULL: not asked for */
	struct timer *policy_tick, *spool_tick;
	struct meter_page *meters;
};

static void on_policy_tick(void *owner)
{
	struct worker *w = owner;
	(void)policy_watch_tick(w->watch, clock_utc());        /* nothing here is kept of a decision */
	dns_server_keep(w->server, w->p->kept);
	dns_server_asks(w->server, w->p->device_ca, &w->asks);
	timer_start(w->policy_tick, policy_watch_wait_ms(w->watch));
}

static void show(struct worker *w)
{
	struct resolver_counts n = dns_server_counts(w->server);
	meter_set(w->meters, METER_dns_asked, n.asked);
	meter_set(w->meters, METER_dns_cached, n.hits);
	meter_set(w->meters, METER_dns_refused, n.refused);
	meter_set(w->meters, METER_dns_signs, n.signs);
	meter_set(w->meters, METER_dns_safe, n.safe);
	meter_set(w->meters, METER_dns_forwarded, n.forwarded);
	meter_set(w->meters, METER_dns_failed, n.failed);
	meter_set(w->meters, METER_dns_stale, n.stale);
	meter_set(w->meters, METER_dns_limited, n.limited);
	meters_tick(w->meters, w->spool, w->watch, clock_ms());
}

static void on_spool_tick(void *owner)
{
	struct worker *w = owner;
	enum err e = spool_tick(w->spool, clock_ms());
	if (e != OK)
		log_line(LOG_WARN, "writing the spool: %s", err_text(e));
	show(w);
	timer_start(w->spool_tick, SPOOL_MS);
}

static void on_signal(void *owner, int signo)
{
	struct worker *w = owner;
	(void)signo;
	loop_stop(w->loop);
}

static void say(struct worker *w, enum event_kind kind, const char *why)
{
	struct event e = { .kind = kind, .extra = str_z(w->name), .reason = str_z(why), .count = 1 };
	if (spool_add(w->spool, &e) != OK)
		log_line(LOG_WARN, "the spool does not take events");
}

/* A key that is not there is a feature that is off; one that cannot be read is a mistake. */
static enum err key_read(struct program *p, const char *relative, uint8_t room[KEY], struct str *out)
{
	enum err e = file_read_exact(settings_path(&p->settings, relative), room, KEY);
	*out = e == OK ? (struct str){ (char *)room, KEY } : STR_NONE;
	return e == -ENOENT || e == ERR_ABSENT ? OK : e;
}

static enum err open_spool(struct worker *w)
{
	uint8_t pub[SPOOL_KEY];
	struct spool_options o = { .quota_bytes = w->p->settings.spool_quota_bytes };
	TRY(file_read_exact(settings_path(&w->p->settings, "keys/spool.pub"), pub, sizeof pub));
	const char *dir = settings_path(&w->p->settings, "spool");
	TRY(path_join(w->spool_dir, sizeof w->spool_dir, dir, w->name));
	return spool_open_with(dir, w->name, pub, &o, &w->spool);
}

static enum err open_all(struct worker *w)
{
	struct program *p = w->p;
	TRY(key_read(p, "keys/sealed.key", w->sealed, &w->sealed_key));
	TRY(key_read(p, "keys/token.key", w->token, &w->token_key));
	TRY(open_spool(w));
	const char *dir = settings_path(&p->settings, "policy");
	snprintf(w->policy_dir, sizeof w->policy_dir, "%s", dir);
	TRY(policy_watch_new(w->policy_dir, w->sealed_key, w->token_key, w->spool, &w->watch));
	policy_watch_background(w->watch);
	w->meters = meter_open(settings_path(&p->settings, "run/meters"), w->name);
	w->loop = loop_new();
	w->policy_tick = timer_new(w->loop, on_policy_tick, w);
	policy_watch_files(w->watch, w->loop, on_policy_tick, w);
	struct resolver_policy policy = resolver_policy_of(w->watch);
	w->asks = certificate_asks(w->watch);
	TRY(dns_server_new(w->loop, &p->options, &policy, w->spool, &w->server));
	return p->radius.on ? radius_new(w->loop, &p->radius, w->spool, p->settings.school, &w->radius) : OK;
}

static enum err confine(struct worker *w)
{
	struct sandbox s = {
		.rights = SANDBOX_CLIENTS | SANDBOX_UPSTREAM | SANDBOX_READ_POLICY | SANDBOX_OWN_SPOOL | SANDBOX_THREADS,
		.mode = w->p->settings.sandbox, .policy = w->policy_dir, .spool = w->spool_dir, .user = w->p->settings.user,
	};
	return sandbox_enter(&s, NULL);
}

static void serve(struct worker *w)
{
	loop_signal(w->loop, SIGTERM, on_signal, w);
	loop_signal(w->loop, SIGINT, on_signal, w);
	w->spool_tick = timer_new(w->loop, on_spool_tick, w);
	on_policy_tick(w);
	on_spool_tick(w);
	say(w, EVENT_STARTED, "");
	worker_ready();
	loop_run(w->loop);
	say(w, EVENT_STOPPED, "asked");
}

static void worker_done(struct worker *w)
{
	timer_free(&w->policy_tick);
	timer_free(&w->spool_tick);
	radius_free(&w->radius);
	dns_server_free(&w->server);
	policy_watch_free(&w->watch);
	meter_close(&w->meters);
	spool_close(&w->spool);
	loop_free(&w->loop);
	mem_wipe(w->sealed, sizeof w->sealed);
	mem_wipe(w->token, sizeof w->token);
}

static int run(void *owner, unsigned index)
{
	AUTO(worker_done) struct worker w = { .p = owner };
	(void)signal(SIGPIPE, SIG_IGN);        /* a TLS write to somebody who is gone reports it */
	snprintf(w.name, sizeof w.name, "dns-%u", index);
	enum err e = open_all(&w);
	if (e == OK)
		e = confine(&w);
	if (e != OK) {
		log_line(LOG_FAIL, "%s cannot start: %s", w.name, err_text(e));
		return 1;
	}
	serve(&w);
	return 0;
}

static enum err check(struct settings *s, bool alone, struct diag *d)
{
	const struct start_door doors[] = { { "dns_listen", s->dns_listen, s->dns_listens, true }, { "dns_listen", s->dns_listen, s->dns_listens, false },
		{ "dot_listen", s->dot_listen, s->dot_listens, false }, { "doh_listen", s->doh_listen, s->doh_listens, false } };
	TRY(start_machine(s, d));
	return alone ? OK : start_doors(doors, ARRAY_N(doors), d);
}

static enum err configure(struct program *p, const char *prefix, bool alone)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(buf_done) struct buf text = buf_init(1 << 16);
	enum err e = settings_load(prefix, &d, &p->settings);
	if (e == OK)
		e = dns_config(&p->settings, &d, &p->options);
	if (e == OK)
		e = radius_config(&p->settings, &d, &p->radius);
	const struct settings *s = &p->settings;
	if (e == OK && (s->dot_listens || s->doh_listens) && kept_new((const char *const[]){ s->tls_cert, s->tls_key }, 2, &p->kept) != OK)
		e = diag_fail(&d, STR("gatehouse.conf"), 0, "tls_cert or tls_key: %s or %s cannot be read, or is empty.", s->tls_cert, s->tls_key);
	bool asks = (s->dot_listens && settings_certificates(s, "dot")) || (s->doh_listens && settings_certificates(s, "doh"));
	if (e == OK && asks)
		e = kept_later(settings_path(&p->settings, "keys/device-ca.pem"), &p->device_ca);
	if (e == OK)
		e = check(&p->settings, alone, &d);
	if (e == OK && (s->has_away4 || s->has_away6) && told_open(settings_path(&p->settings, "run/told"), &p->options.resolver.told) != OK)
		diag_add(&d, DIAG_WARNING, STR("gatehouse.conf"), 0, "%s cannot be written: devices at home see the browser's own message for a page that is merely on no list.", settings_path(&p->settings, "run/told"));
	diag_print(&d, &text);
	if (text.n)
		log_line(e == OK ? LOG_WARN : LOG_FAIL, "settings:\n%.*s", STRF(buf_str(&text)));
	return e;
}

/* The parent can still read what its workers cannot. */
static void each_second(void *owner)
{
	struct program *p = owner;
	if (p->kept && kept_look(p->kept))
		log_line(LOG_NOTE, "the certificate was replaced");
	if (p->device_ca && kept_look(p->device_ca))
		log_line(LOG_NOTE, "the authority of devices' certificates was replaced");
}

static int start(struct program *p, uint64_t only)
{
	(void)worker_files(FORWARD_FLIGHTS + TCP_CONNS + SECURE_CONNS + SPARE_FILES);       /* with fewer it serves fewer at once */
	if (only)
		return run(p, (unsigned)only);
	const struct worker_plan plan = { .name = "dns", .count = p->settings.dns_workers, .run_dir = settings_path(&p->settings, "run"),
	                                  .run = run, .owner = p, .each_second = each_second };
	return workers_run(&plan);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "prefix", required_argument, NULL, 'p' }, { "worker", required_argument, NULL, 'w' }, { 0 } };
	static struct program p;
	const char *prefix = "/var/lib/gatehouse";
	uint64_t only = 0;
	log_name("dns");
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'p')
			prefix = optarg;
		else if (c != 'w' || str_u64(str_z(optarg), &only) != OK || !only || only > WORKERS_MAX)
			return 2;
	}
	if (configure(&p, prefix, only) != OK)
		return 1;
	int code = start(&p, only);
	kept_free(&p.kept);
	kept_free(&p.device_ca);
	told_close(&p.options.resolver.told);
	settings_done(&p.settings);
	return code;
}
