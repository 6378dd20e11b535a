/* gatehouse-signer [--prefix P] - holds the key of the audit's checkpoints, those of the school's certificate
 * authority and that of devices' own certificates, alone.  Two unix sockets, a folder with three small files of its own,
 * no network, no other file. */
#include <pwd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"
#include "io/sandbox.h"
#include "io/settings.h"
#include "io/worker.h"
#include "sign/serve.h"
#include "wire/host.h"

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

static void guest(const char *user, uid_t may[], size_t *n)
{
	struct passwd *u = user ? getpwnam(user) : NULL;
	if (u)
		may[(*n)++] = u->pw_uid;
}

/* The house's user may ask for checkpoints and about the CA, the gate's for certificates, when they are others than ours. */
static void guests(const struct settings *s, struct serve_plan *p)
{
	guest(s->house_user, p->may, &p->may_n);
	guest(s->user, p->may_leaf, &p->may_leaf_n);
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
	AUTO(ca_free) struct ca *ca = NULL;
	AUTO(device_ca_free) struct device_ca *devices = NULL;
	AUTO(serve_free) struct serve *v = NULL;
	struct serve_plan p = { .socket_path = settings_path(s, "run/signer.sock"), .leaf_path = settings_path(s, "run/leaf.sock") };
	struct sandbox box = { .rights = SANDBOX_CLIENTS | SANDBOX_OWN_STATE, .mode = s->sandbox,
	                       .state = settings_path(s, "signer") };
	TRY(folders(s));
	TRY(worker_pid_file(settings_path(s, "run"), "signer"));
	TRY(signer_open(settings_path(s, "keys/signer.key"), settings_path(s, "keys/signer.pub"),
	                settings_path(s, "signer/last"), &signer));
	TRY(ca_open(settings_path(s, "signer/ca"), &ca));
	TRY(device_ca_open(settings_path(s, "signer/device-ca"), settings_path(s, "keys/device-ca.pem"), &devices));
	ca_devices(ca, devices);
	host_suffixes_load();
	guests(s, &p);
	TRY(serve_open(&p, signer, ca, &v));
	worker_ready();                          /* it listens: who asks now is answered */
	TRY(sandbox_enter(&box, NULL));
	serve_run(v);
	return OK;
}

static int run(void *owner, unsigned index)
{
	AUTO(settings_done) struct settings s = { 0 };
	(void)index;
	enum err e = load(owner, &s);
	if (e == OK)
		e = serve(&s);
	if (e != OK)
		log_line(LOG_FAIL, "cannot run: %s", e == ERR_BUSY ? "it runs already" : err_text(e));
	return e == OK ? 0 : 1;
}

/* The parent holds nothing: it starts the one that holds the keys, and again when that one dies. */
int main(int argc, char **argv)
{
	log_name("signer");
	return workers_run(&(struct worker_plan){ .name = "signer", .count = 1, .whole = true, .run = run, .owner = (char *)(uintptr_t)settings_prefix(argc, argv) });
}
