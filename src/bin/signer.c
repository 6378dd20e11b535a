/* gatehouse-signer [--prefix P] - holds the key of the audit's checkpoints, alone.
 * One unix socket, one small file of what it signed last, no network, no other file. */
#include <pwd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"
#include "io/sandbox.h"
#include "io/settings.h"
#include "io/worker.h"
#include "sign/serve.h"

static enum err load(const char *prefix, struct settings *s)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(buf_done) struct buf b = buf_init(65536);
	enum err e = settings_load(prefix, &d, s);
	diag_print(&d, &b);
	if (b.n)
		fprintf(stderr, "%.*s", STRF(buf_str(&b)));
	return e;
}

/* The house's user may ask, when it is another than ours. */
static void guests(const struct settings *s, struct serve_plan *p)
{
	struct passwd *u = s->house_user ? getpwnam(s->house_user) : NULL;
	if (u)
		p->may[p->may_n++] = u->pw_uid;
}

static enum err folders(struct settings *s)
{
	TRY(dir_make(settings_path(s, "run"), 0755));
	TRY(dir_make(settings_path(s, "keys"), 0711));
	return dir_make(settings_path(s, "signer"), 0700);
}

static enum err serve(struct settings *s)
{
	AUTO(signer_free) struct signer *signer = NULL;
	AUTO(serve_free) struct serve *v = NULL;
	struct serve_plan p = { .socket_path = settings_path(s, "run/signer.sock") };
	struct sandbox box = { .rights = SANDBOX_CLIENTS | SANDBOX_OWN_STATE, .mode = s->sandbox,
	                       .state = settings_path(s, "signer") };
	TRY(folders(s));
	TRY(worker_pid_file(settings_path(s, "run"), "signer"));
	TRY(signer_open(settings_path(s, "keys/signer.key"), settings_path(s, "keys/signer.pub"),
	                settings_path(s, "signer/last"), &signer));
	guests(s, &p);
	TRY(serve_open(&p, signer, &v));
	worker_ready();                          /* it listens: who asks now is answered */
	TRY(sandbox_enter(&box, NULL));
	serve_run(v);
	return OK;
}

int main(int argc, char **argv)
{
	AUTO(settings_done) struct settings s = { 0 };
	log_name("signer");
	enum err e = load(settings_prefix(argc, argv), &s);
	if (e == OK)
		e = serve(&s);
	if (e != OK)
		log_line(LOG_FAIL, "cannot run: %s", e == ERR_BUSY ? "it runs already" : err_text(e));
	return e == OK ? 0 : 1;
}
