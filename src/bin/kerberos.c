/* gatehouse-kerberos [--prefix P] - tells the gate whose Kerberos ticket a browser showed.  It alone reads the key of the
 * service (P/ticket/http.keytab): one unix socket, one folder of its own, no network. */
#include <pwd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"
#include "io/sandbox.h"
#include "io/worker.h"
#include "ticket/serve.h"

static enum err load(const char *prefix, struct settings *s, struct ticket_options *o)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(buf_done) struct buf b = buf_init(65536);
	enum err e = settings_load(prefix, &d, s);
	if (e == OK)
		e = ticket_settings(s, &d, o);
	if (e == OK && !o->realm)
		e = diag_fail(&d, STR("gatehouse.conf"), 0, "There is no [kerberos] block with the school's realm, so there is nothing to do here.");
	diag_print(&d, &b);
	if (b.n)
		fprintf(stderr, "%.*s", STRF(buf_str(&b)));
	return e;
}

static uid_t gate_user(const struct settings *s)
{
	const struct passwd *u = s->user ? getpwnam(s->user) : NULL;
	return u ? u->pw_uid : (uid_t)-1;
}

static enum err key(struct settings *s, const struct ticket_options *o, struct accept **out)
{
	enum err e = accept_open(settings_path(s, "ticket"), o, out);
	if (e == ERR_ABSENT)
		log_line(LOG_FAIL, "There is no key of the Kerberos service: export the one of HTTP/NAME-OF-THE-PROXY@%s into %s (docs/ways-in.md).", o->realm, settings_path(s, "ticket/http.keytab"));
	else if (e == ERR_CRYPTO)
		log_line(LOG_FAIL, "%s holds no key of a service HTTP/NAME@%s that can be used: export it again.", settings_path(s, "ticket/http.keytab"), o->realm);
	return e;
}

static enum err serve(struct settings *s, const struct ticket_options *o)
{
	AUTO(accept_free) struct accept *a = NULL;
	AUTO(ticket_serve_free) struct ticket_serve *v = NULL;
	struct sandbox box = { .rights = SANDBOX_CLIENTS | SANDBOX_OWN_STATE, .mode = s->sandbox, .state = settings_path(s, "ticket") };
	TRY(dir_make(settings_path(s, "run"), 0755));
	TRY(worker_pid_file(settings_path(s, "run"), "kerberos"));
	TRY(key(s, o, &a));
	TRY(ticket_serve_open(settings_path(s, "run/kerberos.sock"), gate_user(s), a, &v));
	worker_ready();
	TRY(sandbox_enter(&box, NULL));
	ticket_serve_run(v);
	return OK;
}

static int life(void *prefix, unsigned index)
{
	AUTO(settings_done) struct settings s = { 0 };
	struct ticket_options o;
	(void)index;
	enum err e = load(prefix, &s, &o);
	if (e == OK)
		e = serve(&s, &o);
	if (e != OK)
		log_line(LOG_FAIL, "cannot run: %s", e == ERR_BUSY ? "it runs already" : err_text(e));
	return e == OK ? 0 : 1;
}

/* The parent holds nothing: it starts the one that holds the key, and again when that one dies. */
int main(int argc, char **argv)
{
	log_name("kerberos");
	return workers_run(&(struct worker_plan){ .name = "kerberos", .count = 1, .whole = true, .run = life, .owner = (char *)(uintptr_t)settings_prefix(argc, argv) });
}
