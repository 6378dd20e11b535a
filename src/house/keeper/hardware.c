#include "house/keeper/hardware.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "house/account/people.h"
#include "house/agreement/agreement_store.h"
#include "house/keeper/keeper.h"
#include "house/keeper/neighbours.h"
#include "house/store/audit.h"
#include "io/file.h"
#include "wire/lease.h"

enum { RELOAD_MS = 30000, NEIGHBOUR_S = 900 };

struct lease_file { enum lease_kind kind; const char *path; struct stat seen; bool bad; };
struct at { struct lease l; enum live_how how; };                        /* who has an address */
struct mine { uint8_t mac[6]; int64_t number, entry, person; char group[32]; };     /* a device of the register */

struct hardware {
	struct lease_file file[HARDWARE_FILES];
	size_t files;
	bool neighbours, people;
	VEC(struct at) leases;                  /* of all files, as read last */
	VEC(struct at) near;
	VEC(struct mine) mine;
	struct map *by_mac;                     /* -> place in mine */
	struct hardware_counts counts, told;
	int64_t looked_ms, loaded_ms;
};

/* ---- settings ---- */

static void take_file(struct settings *s, const struct conf_pair *p, struct diag *d, struct hardware *h)
{
	ptrdiff_t gap = str_chr(p->value, ' ');
	struct str kind = str_upto(p->value, gap < 0 ? p->value.n : (size_t)gap), path = str_trim(str_from(p->value, kind.n));
	struct lease_file f = { .path = arena_z(&s->arena, path) };
	if (h->files == HARDWARE_FILES)
		diag_add(d, DIAG_ERROR, s->conf.file, p->line, "There are more than %d files of leases.", HARDWARE_FILES);
	else if (lease_kind_read(kind, &f.kind) != OK || !path.n || path.p[0] != '/')
		diag_add(d, DIAG_ERROR, s->conf.file, p->line, "leases: say whose file it is and where: isc, kea or dnsmasq, and a whole path, such as \"kea /var/lib/kea/kea-leases4.csv\".");
	else
		h->file[h->files++] = f;
}

enum err hardware_new(struct settings *s, struct diag *d, struct hardware **out)
{
	static const char *const keys[] = { "leases", "neighbours", "people", NULL };
	const struct conf_block *b = conf_find(&s->conf, "hardware", STR(""));
	size_t at = 0, before = d->errors;
	*out = NULL;
	if (!b)
		return OK;
	AUTO(hardware_free) struct hardware *h = mem_new(struct hardware);
	h->by_mac = map_new();
	TRY(conf_only(&s->conf, "hardware", keys, d));
	TRY(conf_bool(&s->conf, b, "neighbours", false, d, &h->neighbours));
	TRY(conf_bool(&s->conf, b, "people", false, d, &h->people));
	for (const struct conf_pair *p; (p = conf_each(b, "leases", &at));)
		take_file(s, p, d, h);
	if (!h->files && !h->neighbours)
		diag_add(d, DIAG_ERROR, s->conf.file, b->line, "[hardware] needs \"leases\" with a DHCP server's file, or \"neighbours = yes\".");
	if (d->errors > before)
		return ERR_INVALID;
	*out = TAKE(h);
	return OK;
}

void hardware_free(struct hardware **h)
{
	if (*h) {
		vec_done(&(*h)->leases);
		vec_done(&(*h)->near);
		vec_done(&(*h)->mine);
		map_free(&(*h)->by_mac);
	}
	mem_free(h);
}

/* ---- what is seen ---- */

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Whether one grew, was replaced, came or went. */
static bool files_changed(struct hardware *h)
{
	bool changed = false;
	for (size_t i = 0; i < h->files; i++) {
		struct stat now = { 0 };
		if (stat(h->file[i].path, &now) < 0)
			now = (struct stat){ 0 };
		changed |= !same_file(&now, &h->file[i].seen);
		h->file[i].seen = now;
	}
	return changed;
}

static void read_file(struct hardware *h, struct lease_file *f)
{
	AUTO(buf_done) struct buf b = buf_init(HARDWARE_FILE_MAX);
	struct lease l;
	enum err e = file_read(f->path, &b);
	if (e != OK && !f->bad)
		log_line(LOG_WARN, "the leases in %s cannot be read: %s", f->path, err_text(e));
	f->bad = e != OK;
	struct lease_reader r = lease_reader_of(f->kind, buf_str(&b));
	while (e == OK && h->leases.n < HARDWARE_ADDRESSES_MAX * 4 && lease_next(&r, &l))
		*vec_push(&h->leases) = (struct at){ l, LIVE_HOW_LEASE };
}

static void take_neighbour(void *owner, const struct lease *l)
{
	struct hardware *h = owner;
	struct lease with_end = *l;
	with_end.until_utc = clock_utc() + NEIGHBOUR_S;
	if (h->near.n < HARDWARE_ADDRESSES_MAX)
		*vec_push(&h->near) = (struct at){ with_end, LIVE_HOW_NEIGHBOUR };
}

static bool look(struct hardware *h)
{
	bool changed = files_changed(h);
	if (changed) {
		h->leases.n = 0;
		for (size_t i = 0; i < h->files; i++)
			read_file(h, &h->file[i]);
	}
	h->near.n = 0;
	if (h->neighbours && neighbours_each(take_neighbour, h) != OK)
		h->near.n = 0;                          /* another time */
	return changed || h->near.n;
}

/* ---- the register ---- */

static void add_device(struct hardware *h, const struct entry *e)
{
	struct str words = entry_value(e, "hardware"), one, group = entry_value(e, "profile");
	struct mine m = { .number = e->number, .entry = e->id };
	if (str_is(group, "staff") || (!str_is(e->state, "protected") && !str_is(e->state, "unprotected")))
		return;
	snprintf(m.group, sizeof m.group, "%.*s", STRF(group));
	while (str_next(&words, ' ', &one))
		if (mac_read(str_trim(one), m.mac) == OK && !mac_made_up(m.mac)) {
			map_set(h->by_mac, (struct str){ (char *)m.mac, 6 }, h->mine.n);
			*vec_push(&h->mine) = m;
		}
}

static void lent(struct hardware *h, const struct entry *loan)
{
	int64_t device = 0, person = 0;
	if (str_i64(entry_value(loan, "device"), &device) != OK || str_i64(entry_value(loan, "person"), &person) != OK)
		return;
	for (size_t i = 0; i < h->mine.n; i++)
		if (h->mine.v[i].entry == device)
			h->mine.v[i].person = person;
}

static enum err each(struct keeper *k, const char *reg, const char *state, unsigned classes, void (*fn)(struct hardware *, const struct entry *), struct hardware *h)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = { .school = k->school, .classes = classes };
	struct entry_query q = { .reg = reg, .states = { state }, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	do {
		TRY(entry_list(&k->store, &a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			fn(h, &page.entries[i]);
		q.offset += ENTRY_PAGE_MAX;
	} while (page.n == ENTRY_PAGE_MAX);
	return OK;
}

/* Nobody else is known by a device's word. */
static enum err pupils_only(struct keeper *k, struct hardware *h)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	for (size_t i = 0; i < h->mine.n; i++) {
		enum err e = h->mine.v[i].person ? person_get(k->db, &a, k->school, h->mine.v[i].person, &p) : ERR_ABSENT;
		if (e != OK && e != ERR_ABSENT)
			return e;
		if (e == ERR_ABSENT || p.kind != KIND_LEARNER || (p.left_utc && p.left_utc <= clock_utc()))
			h->mine.v[i].person = 0;
	}
	return OK;
}

static enum err load_devices(struct keeper *k, struct hardware *h)
{
	map_free(&h->by_mac);
	h->by_mac = map_new();
	h->mine.n = 0;
	TRY(each(k, "device", NULL, ENTRY_BIT(ENTRY_GENERAL), add_device, h));
	if (!h->people)
		return OK;
	TRY(each(k, "device-loan", "lent", ~1u, lent, h));       /* a loan is about somebody; here it is only whom the device is with */
	return pupils_only(k, h);
}

/* ---- bindings ---- */

static const struct mine *whose(const struct hardware *h, const struct lease *l)
{
	uint64_t at;
	return map_get(h->by_mac, (struct str){ (const char *)l->mac, 6 }, &at) ? &h->mine.v[at] : NULL;
}

static struct binding *bound(struct keeper *k, const uint8_t addr[16])
{
	for (size_t i = 0; i < k->bindings.n; i++)
		if (memcmp(k->bindings.v[i].addr, addr, 16) == 0)
			return &k->bindings.v[i];
	return NULL;
}

/* The pupil in whose hands it is. */
static enum err holder(struct keeper *k, struct arena *a, const struct mine *m, struct live_record *r)
{
	struct agreement_state s;
	struct person p;
	if (!m->person)
		return OK;
	TRY(person_get(k->db, a, k->school, m->person, &p));
	TRY(agreement_state_of(&k->store, a, &p, clock_utc(), &s));
	struct act act = { k->school, 0, "a device lent to them, by its hardware address" };
	r->person = p.id;
	r->class_id = p.class_id;
	r->standing = s.standing;
	r->group = agreement_group(k->db, a, &p);
	return audit_add(k->db, &act, "address.bound", (struct audit_about){ "person", p.id }, NULL);
}

static enum err bind_device(struct keeper *k, const struct at *x, const struct mine *m, int64_t until)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct live_record r = { .kind = LIVE_BIND, .how = x->how, .sure = HARDWARE_SURE, .device = m->number, .group = str_z(m->group), .until_utc = until,
		.standing = STANDING_UNKNOWN };
	memcpy(r.addr, x->l.addr.b, 16);
	memcpy(r.mac, x->l.mac, 6);
	TRY(holder(k, &a, m, &r));
	return keeper_live(k, &r);
}

static enum err unbind(struct keeper *k, const struct binding *b)
{
	struct live_record r = { .kind = LIVE_UNBIND };
	memcpy(r.addr, b->addr, 16);
	return keeper_live(k, &r);
}

static enum err settle(struct keeper *k, const struct at *x, const struct mine *m)
{
	int64_t now = clock_utc(), until = x->l.until_utc < now + HARDWARE_BIND_S ? x->l.until_utc : now + HARDWARE_BIND_S;
	const struct binding *b = bound(k, x->l.addr.b);
	bool held = b && b->until_utc > now, ours = held && hardware_how(b->how);
	if (held && !ours)
		return OK;                              /* what is surer stays */
	if (!m || x->l.until_utc <= now)
		return ours ? unbind(k, b) : OK;
	bool same = ours && b->device == m->number && b->person == m->person && (m->person || hash_crc32c(0, str_z(m->group)) == b->group);
	if ((same && b->until_utc - now > (until - now) / 2) || (!b && k->bindings.n >= BINDINGS_MAX))
		return OK;
	return bind_device(k, x, m, until);
}

static void count(struct hardware *h, const struct at *x, const struct mine *m)
{
	if (x->l.until_utc <= clock_utc())
		return;
	h->counts.all++;
	*(m ? &h->counts.ours : mac_made_up(x->l.mac) ? &h->counts.made_up : &h->counts.strangers) += 1;
}

/* Of each address the last word; neighbours after leases, because they are there now. */
static enum err settle_all(struct keeper *k, struct hardware *h)
{
	struct map *last = map_new();
	enum err e = OK;
	h->counts = (struct hardware_counts){ 0 };
	for (size_t i = 0; i < h->leases.n + h->near.n; i++) {
		const struct at *x = i < h->leases.n ? &h->leases.v[i] : &h->near.v[i - h->leases.n];
		map_set(last, (struct str){ (const char *)x->l.addr.b, 16 }, i);
	}
	struct str key;
	uint64_t i;
	for (size_t at = 0; e == OK && map_each(last, &at, &key, &i);) {
		const struct at *x = i < h->leases.n ? &h->leases.v[i] : &h->near.v[i - h->leases.n];
		const struct mine *m = whose(h, &x->l);
		count(h, x, m);
		e = settle(k, x, m);
	}
	map_free(&last);
	return e;
}

static void tell(struct keeper *k, struct hardware *h)
{
	AUTO(buf_done) struct buf b = buf_init(200);
	if (memcmp(&h->counts, &h->told, sizeof h->told) == 0 && file_exists(settings_path(&k->settings, "run/hardware")))
		return;
	h->told = h->counts;
	buf_fmt(&b, "%llu %llu %llu %llu\n", (unsigned long long)h->counts.all, (unsigned long long)h->counts.ours, (unsigned long long)h->counts.made_up, (unsigned long long)h->counts.strangers);
	if (file_replace(settings_path(&k->settings, "run/hardware"), buf_str(&b), 0640) != OK)
		log_line(LOG_WARN, "what is known of hardware addresses could not be written for the page");
}

void keeper_hardware(struct keeper *k, int64_t now_ms)
{
	struct hardware *h = k->hardware;
	if (!h || (h->looked_ms && now_ms - h->looked_ms < HARDWARE_MS))
		return;
	h->looked_ms = now_ms;
	bool changed = look(h), again = !h->loaded_ms || now_ms - h->loaded_ms >= RELOAD_MS;
	enum err e = OK;
	if (again || changed) {
		h->loaded_ms = now_ms;
		e = load_devices(k, h);
		if (e == OK)
			e = settle_all(k, h);
	}
	if (e != OK)
		log_line(LOG_FAIL, "finding devices by their hardware addresses: %s", err_text(e));
	tell(k, h);
}

enum err hardware_counts_read(const char *prefix, struct hardware_counts *out)
{
	char path[1024];
	AUTO(buf_done) struct buf b = buf_init(200);
	uint64_t v[4];
	struct str rest, one;
	if (path_join(path, sizeof path, prefix, "run/hardware") != OK || file_read(path, &b) != OK)
		return ERR_ABSENT;
	rest = str_trim(buf_str(&b));
	for (size_t i = 0; i < 4; i++)
		if (!str_next(&rest, ' ', &one) || str_u64(one, &v[i]) != OK)
			return ERR_ABSENT;
	*out = (struct hardware_counts){ v[0], v[1], v[2], v[3] };
	return OK;
}
