/* The computer: files and their rights, certificates, ports, updates, disk, clock. */
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/time.h"
#include "house/security/certificate.h"
#include "house/security/check.h"
#include "house/security/ports.h"
#include "io/file.h"
#include "policy/read/catalog.h"

enum { DAY_S = 86400, WORST = 8, PORTS_MAX = 64, PROC_MAX = 1 << 20 };

/* ---- keys and stores ---- */

struct loose { struct arena *a; const char *dir; struct buf names; size_t n; };

static enum err look_key(void *owner, const char *name)
{
	struct loose *l = owner;
	char path[4096];
	struct stat s;
	struct str n = str_z(name);
	if (path_join(path, sizeof path, l->dir, name) != OK || stat(path, &s) != 0)
		return OK;
	mode_t open = str_ends(n, STR(".pub")) || str_ends(n, STR(".crt")) || str_is(n, "device-ca.pem") ? 0022 : 0077;      /* certificates are no secret keys */
	if (s.st_mode & open && l->n++ < WORST)
		buf_fmt(&l->names, "%s%s", l->names.n ? ", " : "", name);
	return OK;
}

static enum err keys(struct check_place *p, struct check_list *l)
{
	struct loose k = { l->a, settings_path(p->settings, "keys"), buf_init(2000), 0 };
	struct stat s;
	if (stat(k.dir, &s) != 0) {
		check_add(l, CHECK_KEYS, STATUS_RED, STR("The folder of keys is not there."), "Without its keys the words of every case stay shut. Put back the copy from the safe: P/keys.");
		return OK;
	}
	enum err e = dir_each(k.dir, look_key, &k);
	if (e == OK && (k.n || s.st_mode & 0007))
		check_add(l, CHECK_KEYS, STATUS_RED, arena_fmt(l->a, "Others than their owner can read: %.*s.", STRF(k.n ? buf_str(&k.names) : STR("the folder itself"))),
			"chmod 600 each of them, and 710 the folder P/keys. Then make new keys if somebody may have copied them.");
	else if (e == OK)
		check_add(l, CHECK_KEYS, STATUS_GREEN, STR("Only their owner can read them."), NULL);
	buf_done(&k.names);
	return e;
}

static enum err look_file(void *owner, const char *name)
{
	struct loose *l = owner;
	char path[4096];
	struct stat s;
	if (path_join(path, sizeof path, l->dir, name) == OK && stat(path, &s) == 0 && s.st_mode & 0007 && l->n++ < WORST)
		buf_fmt(&l->names, "%s%s", l->names.n ? ", " : "", name);
	return OK;
}

static enum err stores(struct check_place *p, struct check_list *l)
{
	struct loose k = { l->a, settings_path(p->settings, "house"), buf_init(2000), 0 };
	struct stat s;
	bool here = stat(k.dir, &s) == 0, open = here && s.st_mode & 0007;
	enum err e = here ? dir_each(k.dir, look_file, &k) : OK;
	if (e == OK && open && k.n)
		check_add(l, CHECK_STORE, STATUS_RED, arena_fmt(l->a, "Everybody who can sign in to this computer can open: %.*s.", STRF(buf_str(&k.names))), "chmod 770 the folder P/house, and o-rwx what is in it.");
	else if (e == OK)
		check_add(l, CHECK_STORE, open ? STATUS_AMBER : STATUS_GREEN, open ? STR("Everybody who can sign in to this computer can look into the folder, not into its files.") : STR("Nobody else can open the records."),
			"chmod 770 the folder P/house.");
	buf_done(&k.names);
	return e;
}

/* Whether this user may read the file, by its mode alone. */
static bool reads(const struct passwd *u, const struct stat *s)
{
	gid_t groups[64];
	int n = ARRAY_N(groups);
	if (u->pw_uid == 0 || u->pw_uid == s->st_uid)
		return s->st_mode & 0400 || u->pw_uid == 0;
	n = getgrouplist(u->pw_name, u->pw_gid, groups, &n) < 0 ? (int)ARRAY_N(groups) : n;
	for (int i = 0; i < n && i < (int)ARRAY_N(groups); i++)
		if (groups[i] == s->st_gid)
			return s->st_mode & 0040;
	return s->st_mode & 0004;
}

/* However badly the gate breaks, it cannot read a record: its user cannot open the store or the keys. */
static void barrier(struct check_place *p, struct check_list *l)
{
	static const char *const shut[] = { "house/house.db", "house/activity.db", "keys/school.key", "keys/staff.key", "keys/index.key", "keys/spool.key", "keys/signer.key" };
	const char *user = p->settings->user;
	const struct passwd *u = user ? getpwnam(user) : NULL;
	struct stat s;
	if (!u) {
		check_add(l, CHECK_BARRIER, STATUS_RED, user ? STR("The user that the gate is to run as does not exist here.") : STR("The gate runs as the same user as the house."),
			"Make a user of its own for the gate, and name it in gatehouse.conf: [gate] user. Then the gate cannot open the records, however it breaks.");
		return;
	}
	for (size_t i = 0; i < ARRAY_N(shut); i++)
		if (stat(settings_path(p->settings, shut[i]), &s) == 0 && reads(u, &s)) {
			check_add(l, CHECK_BARRIER, STATUS_RED, arena_fmt(l->a, "The gate's user can read %s.", shut[i]), "Take the gate's user out of the house's group, and chmod o-rwx that file.");
			return;
		}
	check_add(l, CHECK_BARRIER, STATUS_GREEN, STR("The gate's user can open neither the records nor the keys."), NULL);
}

static void sandbox(struct check_place *p, struct check_list *l)
{
	static const struct { enum status s; const char *says; } by[] = {
		[SANDBOX_BEST] = { STATUS_AMBER, "The gate fences itself in as well as this computer's kernel can, and runs also when it cannot." },
		[SANDBOX_REQUIRED] = { STATUS_GREEN, "The gate does not run without its fence." },
		[SANDBOX_OFF] = { STATUS_RED, "The gate's fence is switched off." } };
	check_add(l, CHECK_SANDBOX, by[p->settings->sandbox].s, str_z(by[p->settings->sandbox].says), "Set [gate] sandbox = required in gatehouse.conf.");
}

/* ---- certificates ---- */

struct cert { struct str name; int64_t end; bool bad; };

static void worse(struct check_place *p, struct str path, struct arena *a, struct cert *worst)
{
	struct cert one = { .name = path };
	one.bad = !certificate_end(arena_z(a, path), &one.end);
	if (!worst->name.n || (one.bad && !worst->bad) || (!one.bad && !worst->bad && one.end < worst->end))
		*worst = one;
}

static void certificates(struct check_place *p, struct check_list *l)
{
	struct cert worst = { 0 };
	struct str list = check_setting(p, "certificate"), one;
	while (str_next(&list, ' ', &one))
		if (one.n)
			worse(p, one, l->a, &worst);
	if (p->settings->tls_cert)
		worse(p, str_z(p->settings->tls_cert), l->a, &worst);
	int64_t days = (worst.end - p->now_utc) / DAY_S;
	if (!worst.name.n)
		check_add(l, CHECK_CERTIFICATE, STATUS_AMBER, STR("The program was not told where the certificate of the portal lies, so it cannot say how old it is."),
			"Name its file in gatehouse.conf: [check] certificate = /path/to/fullchain.pem");
	else if (worst.bad)
		check_add(l, CHECK_CERTIFICATE, STATUS_RED, arena_fmt(l->a, "No certificate can be read from %.*s.", STRF(worst.name)), "Put the certificate there, as PEM, readable for the house's user.");
	else if (days < 0)
		check_add(l, CHECK_CERTIFICATE, STATUS_RED, arena_fmt(l->a, "%.*s ran out on %.*s: browsers warn everybody.", STRF(worst.name), STRF(time_date_words(l->a, worst.end))), "Renew it now.");
	else
		check_add(l, CHECK_CERTIFICATE, days < 7 ? STATUS_RED : days < 21 ? STATUS_AMBER : STATUS_GREEN, arena_fmt(l->a, "The one that ends first, %.*s, is good until %.*s.", STRF(worst.name), STRF(time_date_words(l->a, worst.end))),
			"Renew it, and see why it did not renew itself.");
}

static void address(struct check_place *p, struct check_list *l)
{
	bool safe = p->settings->public_url && str_starts(str_z(p->settings->public_url), STR("https://"));
	check_add(l, CHECK_ADDRESS, safe ? STATUS_GREEN : STATUS_RED, safe ? STR("The portal is reached by https only.") : STR("The portal's address does not begin with https: passwords could be read on the way."),
		"Put nginx with a certificate in front (pack/nginx), and set [house] public_url = https://...");
}

/* ---- ports ---- */

static void read_proc(struct check_place *p, struct arena *a, const char *name, bool udp, struct port_set *out)
{
	AUTO(buf_done) struct buf b = buf_init(PROC_MAX);
	if (file_read(arena_fmt(a, "%s/proc/net/%s", p->root, name).p, &b) == OK)
		ports_read(buf_str(&b), udp, out);
}

static void expect(struct port_set *e, const struct sock_addr *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ports_add(e, sock_addr_port(&v[i]), false);
}

/* What this program listens on, ssh and the web server, and what [check] ports says. */
static void expected(struct check_place *p, struct port_set *e)
{
	struct str list = check_setting(p, "ports"), one;
	uint64_t n;
	expect(e, p->settings->dns_listen, p->settings->dns_listens);
	expect(e, p->settings->proxy_listen, p->settings->proxy_listens);
	expect(e, p->settings->page_listen, p->settings->page_listens);
	expect(e, p->settings->tls_proxy_listen, p->settings->tls_proxy_listens);
	ports_add(e, 443, false);
	ports_add(e, 80, false);
	while (str_next(&list, ' ', &one))
		if (str_u64(one, &n) == OK && n < 65536)
			ports_add(e, (unsigned)n, false);
}

static void ports(struct check_place *p, struct check_list *l)
{
	struct port_set open = { 0 }, ours = { 0 };
	AUTO(buf_done) struct buf b = buf_init(2000);
	size_t n = 0;
	read_proc(p, l->a, "tcp", false, &open);
	read_proc(p, l->a, "tcp6", false, &open);
	read_proc(p, l->a, "udp", true, &open);
	read_proc(p, l->a, "udp6", true, &open);
	expected(p, &ours);
	for (size_t i = 0; i < open.n; i++)
		if (!ports_has(&ours, open.v[i].port) && n++ < 12)
			buf_fmt(&b, "%s%u%s", b.n ? ", " : "", open.v[i].port, open.v[i].udp ? " (udp)" : "");
	if (!open.seen)
		check_add(l, CHECK_PORTS, STATUS_AMBER, STR("This computer does not say which ports are open."), "Look with: ss -lntu");
	else
		check_add(l, CHECK_PORTS, n ? STATUS_RED : STATUS_GREEN, n ? arena_fmt(l->a, "Others can reach these ports, which nobody said are wanted: %.*s.", STRF(buf_str(&b)))
			: arena_fmt(l->a, "%zu ports are open, and all of them are wanted.", open.n),
			"End the program behind each (ss -lntup says which), or close it in the firewall. A port that is wanted is listed in gatehouse.conf: [check] ports = 22");
}

/* ---- updates, disk, clock ---- */

static void updates(struct check_place *p, struct check_list *l)
{
	struct stat s;
	bool known = stat(arena_fmt(l->a, "%s/var/lib/dpkg/status", p->root).p, &s) == 0;
	bool restart = file_exists(arena_fmt(l->a, "%s/var/run/reboot-required", p->root).p);
	int64_t days = known ? (p->now_utc - s.st_mtime) / DAY_S : 0;
	static const char mend[] = "apt-get update && apt-get upgrade, and have it done each night: apt-get install unattended-upgrades. Restart when it says so.";
	if (!known)
		check_add(l, CHECK_UPDATES, STATUS_AMBER, STR("This computer does not say when it was last updated."), mend);
	else
		check_add(l, CHECK_UPDATES, days > 60 ? STATUS_RED : days > 31 || restart ? STATUS_AMBER : STATUS_GREEN,
			arena_fmt(l->a, "Programs were last updated %lld days ago, on %.*s.%s", (long long)days, STRF(time_date_words(l->a, s.st_mtime)), restart ? " It waits to be restarted." : ""), mend);
}

static void disk(struct check_place *p, struct check_list *l)
{
	struct statvfs v;
	if (statvfs(p->settings->prefix, &v) != 0 || !v.f_blocks) {
		check_add(l, CHECK_DISK, STATUS_AMBER, STR("The disk does not say how full it is."), "Look with: df");
		return;
	}
	unsigned long long free_mb = (unsigned long long)v.f_bavail * v.f_frsize >> 20;
	unsigned percent = (unsigned)(100 * v.f_bavail / v.f_blocks);
	check_add(l, CHECK_DISK, percent < 5 || free_mb < 500 ? STATUS_RED : percent < 15 ? STATUS_AMBER : STATUS_GREEN, arena_fmt(l->a, "%u per cent of the disk is free, %llu MB.", percent, free_mb),
		"Make room, or put in a larger disk. When it is full, the gate filters on and loses what it would have recorded.");
}

static void clock_item(struct check_place *p, struct check_list *l)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);
	if (state < 0)
		check_add(l, CHECK_CLOCK, STATUS_NONE, STR("This computer does not say how its clock is set."), NULL);
	else
		check_add(l, CHECK_CLOCK, t.status & STA_UNSYNC ? STATUS_AMBER : STATUS_GREEN, t.status & STA_UNSYNC ? STR("The clock is set by nobody: times in the records may be wrong.") : STR("The clock is set from outside."),
			"apt-get install systemd-timesyncd, or set the clock from the school's own time server.");
}

static void lists(struct check_place *p, struct check_list *l)
{
	AUTO(snapshot_free) struct snapshot *s = NULL;
	struct catalog c;
	int64_t oldest = 0;
	if (snapshot_open(settings_path(p->settings, "lists/lists.snap"), &s) != OK) {
		check_add(l, CHECK_LISTS, STATUS_RED, STR("No lists have been compiled."), "gatehouse lists fetch");
		return;
	}
	catalog_open(s, &c);
	for (uint16_t i = 0; i < c.lists_n; i++) {
		int64_t at = catalog_list(&c, i).read_utc;
		oldest = at && (!oldest || at < oldest) ? at : oldest;
	}
	int64_t days = oldest ? (p->now_utc - oldest) / DAY_S : 9999;
	check_add(l, CHECK_LISTS, days > 30 ? STATUS_RED : days > 7 ? STATUS_AMBER : STATUS_GREEN, oldest ? arena_fmt(l->a, "The oldest list was read on %.*s.", STRF(time_date_words(l->a, oldest))) : STR("No list says when it was read."),
		"See /status and the keeper's log why they are not fetched; gatehouse lists fetch tries at once.");
}

enum err check_machine(struct check_place *p, struct check_list *l)
{
	TRY(keys(p, l));
	TRY(stores(p, l));
	barrier(p, l);
	sandbox(p, l);
	certificates(p, l);
	address(p, l);
	ports(p, l);
	updates(p, l);
	disk(p, l);
	clock_item(p, l);
	lists(p, l);
	return OK;
}
