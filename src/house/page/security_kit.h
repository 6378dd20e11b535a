/* security_kit.h - for tests: an installation to look at: a folder with keys and settings, a computer with open ports and updates. */
#pragma once
#include <sys/stat.h>
#include <utime.h>

#include "house/page/site_kit.h"
#include "house/security/check.h"
#include "house/security/files.h"
#include "io/file.h"

struct security_kit { struct settings s; struct account_rules rules; struct check_place p; struct store st; const char *prefix; };

/* One folder for all of a file's tests; test_dir() makes a new one each time. */
static inline const char *kit_root(void)
{
	static const char *root;
	return root = root ? root : test_dir();
}

static inline void kit_file(struct web_school *w, const char *folder, const char *name, const char *text, unsigned mode)
{
	const char *dir = arena_fmt(w->arena, "%s/%s", kit_root(), folder).p, *path = arena_fmt(w->arena, "%s/%s", dir, name).p;
	CHECK_OK(dir_make(dir, 0770));
	CHECK_OK(file_remove(path));
	CHECK_OK(file_create(path, str_z(text), mode));
	CHECK(chmod(path, mode) == 0);
}

/* As many days ago as the kit's clock says. */
static inline void kit_age(struct web_school *w, const char *folder, const char *name, int64_t at)
{
	struct utimbuf t = { at, at };
	CHECK(utime(arena_fmt(w->arena, "%s/%s/%s", kit_root(), folder, name).p, &t) == 0);
}

#define KIT_PORTS_HEAD "  sl  local_address rem_address   st\n"
/* 22 and 53 for everybody, 5432 for this computer alone. */
#define KIT_PORTS KIT_PORTS_HEAD "   0: 00000000:0016 00000000:0000 0A\n   1: 00000000:0035 00000000:0000 0A\n   2: 0100007F:1538 00000000:0000 0A\n   3: 0202A8C0:C350 0102A8C0:01BB 01\n"

/* Everything well. */
static inline void kit_well(struct web_school *w, struct security_kit *k)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	static const char *const keys[] = { "school.key", "staff.key", "index.key", "spool.key", "signer.key" };
	static int turn;
	const char *name = arena_fmt(w->arena, "security%d", turn++).p;
	*k = (struct security_kit){ .prefix = arena_fmt(w->arena, "%s/%s", kit_root(), name).p };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		kit_file(w, arena_fmt(w->arena, "%s/keys", name).p, keys[i], "key", 0600);
	CHECK(chmod(arena_fmt(w->arena, "%s/keys", k->prefix).p, 0710) == 0);
	kit_file(w, arena_fmt(w->arena, "%s/log", name).p, "verified", arena_fmt(w->arena, "%.*s nothing was found\n", STRF(time_iso(w->arena, clock_utc()))).p, 0640);
	kit_file(w, arena_fmt(w->arena, "%s/log", name).p, "backups", arena_fmt(w->arena, "%.*s /safe/one\n", STRF(time_iso(w->arena, clock_utc() - 3600))).p, 0640);
	kit_file(w, arena_fmt(w->arena, "%s/root/proc/net", name).p, "tcp", KIT_PORTS, 0600);
	kit_file(w, arena_fmt(w->arena, "%s/root/var/lib/dpkg", name).p, "status", "x", 0600);
	kit_age(w, arena_fmt(w->arena, "%s/root/var/lib/dpkg", name).p, "status", clock_utc() - 3 * 86400);
	CHECK_OK(settings_parse(k->prefix, STR("gatehouse.conf"), STR("[gate]\nsandbox = required\n[house]\npublic_url = https://portal.test\n[check]\nports = 22 53\n"), &d, &k->s));
	k->rules = account_rules_default();
	k->st = ck_store(w);
	k->p = (struct check_place){ .settings = &k->s, .rules = &k->rules, .rights = w->web->rights, .library = w->web->library, .store = &k->st,
		.root = arena_fmt(w->arena, "%s/root", k->prefix).p, .school = w->school, .now_utc = clock_utc() };
}

static inline void kit_done(struct security_kit *k) { settings_done(&k->s); }

static inline struct check_run *kit_run(struct web_school *w, struct security_kit *k)
{
	struct act act = { w->school, 0, "test" };
	struct check_run *r = arena_new(w->arena, struct check_run);
	k->p.now_utc = clock_utc();
	CHECK_OK(check_now(&k->p, &act, w->arena, r));
	return r;
}

static inline const struct check_item *kit_item(const struct check_run *r, enum check_id id)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].id == id)
			return &r->v[i];
	CHECK(!"the item is there");
	return NULL;
}

static inline bool kit_is(const struct check_run *r, enum check_id id, enum status s, const char *words)
{
	const struct check_item *x = kit_item(r, id);
	bool is = x->status == s && str_find(x->says, str_z(words)) >= 0 && (s == STATUS_GREEN || x->mend.n > 5);
	if (!is)
		fprintf(stderr, "%s: %d %.*s\n", check_word(id), (int)x->status, STRF(x->says));
	return is;
}
