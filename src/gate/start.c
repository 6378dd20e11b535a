#include "gate/start.h"

#include <sys/statvfs.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "io/file.h"
#include "policy/read/policy.h"
#include "policy/read/tables.h"

static enum err try_door(const struct start_door *door, const struct sock_addr *at, struct diag *d)
{
	AUTO(fd_close) int fd = -1;
	char text[SOCK_TEXT];
	enum err e = door->udp ? sock_listen_udp(at, SOCK_SHARE, &fd) : sock_listen_tcp(at, SOCK_SHARE, &fd);
	if (e == OK)
		return OK;
	sock_addr_text(at, text);
	if (e == (enum err)-EADDRINUSE)
		return diag_fail(d, STR("gatehouse.conf"), 0, "%s: another program has %s already.  `ss -lpn` shows which; stop it, or choose another address.", door->setting, text);
	if (e == (enum err)-EACCES)
		return diag_fail(d, STR("gatehouse.conf"), 0, "%s: this user may not listen at %s.  Ports below 1024 need root, or CAP_NET_BIND_SERVICE.", door->setting, text);
	if (e == (enum err)-EADDRNOTAVAIL)
		return diag_fail(d, STR("gatehouse.conf"), 0, "%s: this machine has no address %s.", door->setting, text);
	return diag_fail(d, STR("gatehouse.conf"), 0, "%s: cannot listen at %s: %s", door->setting, text, err_text(e));
}

enum err start_doors(const struct start_door *doors, size_t n, struct diag *d)
{
	enum err e = OK;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < doors[i].n; k++) {
			enum err one = try_door(&doors[i], &doors[i].at[k], d);
			e = e == OK ? one : e;
		}
	return e;
}

/* Timetables, agreements and allowances all go by the clock. */
static enum err clock_right(struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t now = clock_utc();
	if (now >= START_NOT_BEFORE_UTC)
		return OK;
	return diag_fail(d, STR("clock"), 0, "This machine says that it is %.*s, which is before this program was made.  Set its clock (timedatectl set-ntp true), then start again.",
		STRF(time_words(&a, now)));
}

static void room(const char *spool, struct diag *d)
{
	struct statvfs v;
	if (statvfs(spool, &v) != 0)
		return;                         /* the workers say what is wrong with the folder */
	unsigned long long mb = (unsigned long long)v.f_bavail * v.f_frsize >> 20;
	if (mb < START_ROOM_MB)
		diag_add(d, DIAG_WARNING, STR("spool"), 0, "Only %llu MB are free for events.  Make room: when none is left the least important are dropped.", mb);
}

enum err start_lists(int64_t read_utc, unsigned tell_days, unsigned stop_days, struct diag *d)
{
	int64_t days = (clock_utc() - read_utc) / 86400;
	const char *mend = "`gatehouse lists fetch` gets new ones, and says what stands in the way.";
	if (stop_days && days > stop_days)
		return diag_fail(d, STR("lists"), 0, "The oldest list was read %lld days ago, and stop_days is %u.  %s", (long long)days, stop_days, mend);
	if (tell_days && days > tell_days)
		diag_add(d, DIAG_WARNING, STR("lists"), 0, "The oldest list was read %lld days ago: what is new on the internet since then is not known.  %s", (long long)days, mend);
	return OK;
}

/* Without a policy, or one without lists, the workers say so. */
static enum err lists(const char *policy, const struct settings *s, struct diag *d)
{
	AUTO(policy_free) struct policy *p = NULL;
	int64_t oldest = 0;
	if (policy_open(policy, STR_NONE, &p) != OK)
		return OK;
	for (uint16_t i = 0; i < p->catalog.lists_n; i++) {
		int64_t at = catalog_list(&p->catalog, i).read_utc;
		oldest = at && (!oldest || at < oldest) ? at : oldest;
	}
	return oldest ? start_lists(oldest, s->stale_days, s->stop_days, d) : OK;
}

enum err start_machine(struct settings *s, struct diag *d)
{
	TRY(clock_right(d));
	TRY(dir_make(settings_path(s, "spool"), 0750));
	room(settings_path(s, "spool"), d);
	return s->stale_days || s->stop_days ? lists(settings_path(s, "policy/current"), s, d) : OK;
}
