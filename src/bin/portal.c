/* gatehouse-portal: the pages, behind nginx.  gatehouse-portal [--prefix P] */
#include <signal.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/account/password.h"
#include "house/agreement/agreement_store.h"
#include "house/duty/duty.h"
#include "house/duty/year.h"
#include "house/procedure/library.h"
#include "house/register/may.h"
#include "house/store/seal.h"
#include "house/web/server.h"
#include "io/file.h"
#include "io/settings.h"
#include "io/worker.h"

#ifndef GH_DATA
#define GH_DATA "data"
#endif

struct portal {
	struct settings settings;
	struct rights *rights;
	struct registers *registers;
	struct keys *keys;
	struct library *library;
	struct flash_store *flash;
	struct account_rules rules;
	struct web web;
};

static void portal_done(struct portal *p)
{
	rights_free(&p->rights);
	registers_free(&p->registers);
	library_free(&p->library);
	keys_free(&p->keys);
	flash_free(&p->flash);
	settings_done(&p->settings);
}

static const char *data(struct arena *a, const char *relative)
{
	const char *dir = getenv("GATEHOUSE_DATA");
	return arena_fmt(a, "%s/%s", dir ? dir : GH_DATA, relative).p;
}

/* The schema may be older than this program: whoever starts first brings it up. */
static enum err migrate(const char *where, enum db_part part)
{
	AUTO(db_free) struct db *db = NULL;
	TRY(db_open(where, &db));
	return db_migrate(db, part);
}

/* Where somebody's agreement stands, in the words of the gate. */
static const char *standing_of(const struct page_ctx *c, int64_t person)
{
	static const char *const words[N_STANDING] = { "unknown", "unsigned", "declined", "grace", "current" };
	struct store st = { c->db, c->web->keys, c->web->registers };
	struct agreement_state s;
	struct person p;
	if (person_get(c->db, c->arena, c->school, person, &p) != OK ||
	    agreement_state_of(&st, c->arena, &p, clock_utc(), &s) != OK)
		return words[STANDING_UNKNOWN];
	if (s.in_force && agreement_let_on(&s) != s.standing)
		return "untaught";
	return words[s.in_force ? s.standing : STANDING_UNKNOWN];      /* nothing to sign yet: nobody is sent to sign it */
}

/* What the shipped files name must be there, or the portal does not start.  In a file of the school's own a role or clause that
 * is not there is said in the log and grants nothing: the school's portal starts all the same. */
static enum err check_registers(struct portal *p, struct arena *a, struct diag *d)
{
	AUTO(registers_free) struct registers *shipped = NULL;
	AUTO(diag_done) struct diag own = diag_init(20);
	AUTO(buf_done) struct buf said = buf_init(10000);
	struct clauses clauses;
	TRY(clauses_load(a, data(a, "clauses"), d, &clauses));
	TRY(registers_load(data(a, "registers"), d, &shipped));
	TRY(registers_check(shipped, p->rights, &clauses, d));
	if (registers_check(p->registers, p->rights, &clauses, &own) != OK) {
		diag_print(&own, &said);
		log_line(LOG_FAIL, "portal: a register of the school names what is not there, and nobody gets a right by it: %.*s", STRF(buf_str(&said)));
	}
	return OK;
}

/* Files dropped into a folder of registers are taken up while the portal runs. */
static void look_again(struct portal *p)
{
	AUTO(arena_done) struct arena a = arena_init();
	bool changed = false;
	enum err e = registers_refresh(p->registers, &changed);
	if (e != OK)
		log_line(LOG_FAIL, "portal: reading the registers again: %s", err_text(e));
	struct str wrong = changed ? registers_wrong(p->registers, &a) : STR_NONE;
	if (wrong.n)
		log_line(LOG_FAIL, "portal: a register file is refused, the last good one stays: %.*s", STRF(wrong));
	else if (changed)
		log_line(LOG_NOTE, "portal: registers read again");
}

static enum err prepare(struct portal *p, const char *prefix, struct diag *d)
{
	TRY(settings_load(prefix, d, &p->settings));
	struct arena *a = &p->settings.arena;
	TRY(rights_load(data(a, "roles.conf"), d, &p->rights));
	TRY(registers_load_own(data(a, "registers"), settings_path(&p->settings, "registers"), d, &p->registers));
	TRY(check_registers(p, a, d));
	TRY(library_load(data(a, ""), p->settings.profile, d, &p->library));
	registers_set_profile(p->registers, &p->library->profile);
	TRY(keys_load(settings_path(&p->settings, "keys"), &p->keys));
	p->flash = flash_new();
	TRY(account_rules_load(&p->settings, &p->library->profile, d, &p->rules));
	p->rules.library = p->library;
	duties_own(p->library->duties, settings_path(&p->settings, "duties"));
	p->web = (struct web){ .rights = p->rights, .account = &p->rules, .flash = p->flash, .keys = p->keys, .registers = p->registers,
		.library = p->library, .standing = standing_of,
		.settings = &p->settings, .public_url = p->settings.public_url, .school_name = p->settings.school_name, .school = p->settings.school,
		.directive_sock = settings_path(&p->settings, "run/directive.sock"), .static_version = "1" };
	return OK;
}

/* Terms and holidays, before the first page asks for a deadline; pages that change them load them again. */
static enum err school_year(struct portal *p)
{
	AUTO(db_free) struct db *db = NULL;
	TRY(db_open(p->settings.database, &db));
	struct store st = { db, p->keys, p->registers };
	return year_load(&st, p->settings.school, p->library);
}

static enum err serve(struct portal *p, const sigset_t *ends)
{
	AUTO(server_stop) struct server *s = NULL;
	char activity[4096];
	const char *run_dir = settings_path(&p->settings, "run");
	TRY(dir_make(run_dir, 0755));
	TRY(worker_pid_file(run_dir, "portal"));                       /* a second one would take its socket away */
	TRY(db_activity_where(p->settings.database, activity, sizeof activity));
	struct server_plan plan = { .web = &p->web, .socket = p->settings.portal_socket, .house = p->settings.database,
		.activity = activity, .threads = p->settings.portal_threads };
	TRY(migrate(plan.house, DB_HOUSE));
	TRY(migrate(plan.activity, DB_ACTIVITY));
	TRY(school_year(p));
	TRY(server_start(&plan, &s));
	log_line(LOG_NOTE, "portal: serving at %s with %u threads", plan.socket, plan.threads);
	worker_ready();
	const struct timespec pause = { .tv_sec = 1 };
	while (sigtimedwait(ends, NULL, &pause) < 0)
		look_again(p);
	return OK;
}

static int run(void *prefix, unsigned index)
{
	(void)index;
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(portal_done) struct portal p = { 0 };
	enum err e = prepare(&p, prefix, &d);
	AUTO(buf_done) struct buf told = buf_init(64 * 1024);
	diag_print(&d, &told);
	fprintf(stderr, "%.*s", STRF(buf_str(&told)));
	if (e == OK)
		e = serve(&p, &ends);
	if (e != OK)
		log_line(LOG_FAIL, "portal: cannot serve: %s", e == ERR_BUSY ? "it runs already, or its database is busy" : err_text(e));
	return e == OK ? 0 : 1;
}

/* The parent holds nothing: it starts the one that serves, and again when that one dies. */
int main(int argc, char **argv)
{
	log_name("portal");
	return workers_run(&(struct worker_plan){ .name = "portal", .count = 1, .whole = true, .run = run, .owner = (char *)(uintptr_t)settings_prefix(argc, argv) });
}
