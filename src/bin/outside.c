/* gatehouse-outside [--prefix P] - speaks to the providers and directories that say who somebody is, and
 * holds their secrets.  One unix socket, the network, no database, no key of the house. */
#include <curl/curl.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "house/outside/door.h"
#include "io/file.h"
#include "io/frame.h"
#include "io/sandbox.h"
#include "io/settings.h"
#include "io/sock.h"
#include "io/worker.h"

struct outside { struct settings settings; struct arena arena; struct providers providers; struct people_sources people; struct door *door; int listener; uid_t portal; };

/* ---- one question ---- */

static bool welcome(const struct outside *o, int fd)
{
	uid_t uid;
	return sock_peer(fd, &uid, NULL) == OK && (uid == 0 || uid == geteuid() || uid == o->portal);
}

static void one(struct outside *o)
{
	AUTO(fd_close) int fd = accept4(o->listener, NULL, NULL, SOCK_CLOEXEC);
	AUTO(buf_wipe) struct buf question = buf_init(DOOR_QUESTION_MAX);
	AUTO(buf_wipe) struct buf answer = buf_init(PEOPLE_BYTES_MAX + DOOR_ANSWER_MAX);
	if (fd < 0 || !welcome(o, fd) || frame_recv(fd, &question, 1000) != OK)
		return;
	door_answer(o->door, buf_str(&question), &answer);
	if (frame_send(fd, buf_str(&answer), 5000) != OK)
		log_line(LOG_WARN, "whoever asked did not wait for the answer");
}

static void *run(void *owner)
{
	for (;;)
		one(owner);
	return NULL;
}

/* ---- starting ---- */

static enum err load(struct outside *o, const char *prefix, struct diag *d)
{
	TRY(settings_load(prefix, d, &o->settings));
	TRY(providers_read(&o->arena, &o->settings.conf, d, &o->providers));
	TRY(people_rules_read(&o->arena, &o->settings.conf, &o->providers, d, &o->people));
	TRY(door_open(&o->providers, prefix, d, &o->door));
	o->door->people = &o->people;
	return OK;
}

static enum err confine(struct outside *o)
{
	const struct conf_block *own = conf_find(&o->settings.conf, "outside", STR(""));
	struct str user = own ? conf_get(own, "user") : STR_NONE;
	struct sandbox box = { .rights = SANDBOX_CLIENTS | SANDBOX_UPSTREAM | SANDBOX_THREADS | SANDBOX_READ_MORE, .mode = o->settings.sandbox,
		.more = { "/etc", "/usr", "/run/systemd/resolve", "/run/resolvconf" }, .user = user.n ? arena_z(&o->arena, user) : NULL };
	size_t n = 4;
	for (size_t i = 0; i < o->providers.n && n < SANDBOX_MORE; i++) {
		const char *file = o->door->ways[i].ca_file;
		bool there = false;              /* several providers may share one */
		for (size_t k = 4; file && k < n; k++)
			there |= strcmp(box.more[k], file) == 0;
		if (file && !there)
			box.more[n++] = file;
	}
	return sandbox_enter(&box, NULL);
}

static enum err serve(struct outside *o, const sigset_t *ends)
{
	int got;
	TRY(dir_make(settings_path(&o->settings, "run"), 0755));
	TRY(worker_pid_file(settings_path(&o->settings, "run"), "outside"));
	TRY(sock_listen_unix(settings_path(&o->settings, "run/outside.sock"), 0660, &o->listener));
	TRY(sock_block(o->listener, true));
	struct passwd *portal = o->settings.house_user ? getpwnam(o->settings.house_user) : NULL;
	o->portal = portal ? portal->pw_uid : geteuid();
	TRY(confine(o));
	for (int i = 0; i < DOOR_THREADS; i++) {
		pthread_t id;
		if (pthread_create(&id, NULL, run, o) != 0)
			return ERR_BUSY;
		pthread_detach(id);
	}
	worker_ready();
	sigwait(ends, &got);
	return OK;
}

static int life(void *prefix, unsigned index)
{
	static struct outside o = { .listener = -1 };
	sigset_t ends;
	(void)index;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		return 1;
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(buf_done) struct buf told = buf_init(64 * 1024);
	enum err e = load(&o, prefix, &d);
	diag_print(&d, &told);
	fprintf(stderr, "%.*s", STRF(buf_str(&told)));
	if (e == OK)
		e = serve(&o, &ends);
	if (e != OK)
		log_line(LOG_FAIL, "cannot run: %s", e == ERR_BUSY ? "it runs already" : err_text(e));
	_exit(e == OK ? 0 : 1);                  /* threads may be at work: nothing is taken from under them */
}

/* The parent starts the one that asks providers, and again when that one dies. */
int main(int argc, char **argv)
{
	log_name("outside");
	return workers_run(&(struct worker_plan){ .name = "outside", .count = 1, .whole = true, .run = life, .owner = (char *)(uintptr_t)settings_prefix(argc, argv) });
}
