/* What is kept of apps, as whoever asks may see it. */
#include "base/mem.h"
#include "gen_queries.h"
#include "house/filter/app_seen.h"
#include "house/service/service.h"
#include "wire/host.h"
#include "wire/url.h"

enum { DEVICES_MAX = 20000 };

struct device { int64_t id; struct str label, kind; bool lent, staff; };
/* An entry of the registers of services or software. */
struct known { const char *reg; int64_t id; struct str name, hosts; enum app_standing standing; };
struct look {
	struct arena *a;
	const struct apps *apps;
	const struct app_query *q;
	struct device *devices;        /* by id */
	struct known *known;
	size_t n_devices, n_known;
};

const char *app_standing_word(enum app_standing s)
{
	static const char *const words[N_APP_STANDING] = { "unknown", "not-entered", "asked", "not-here", "waits", "approved" };
	return words[s];
}

/* ---- the registers ---- */

static int by_id(const void *p, const void *q)
{
	const struct device *a = p, *b = q;
	return a->id < b->id ? -1 : a->id > b->id;
}

static struct device *device_of(const struct look *l, int64_t id)
{
	struct device key = { .id = id };
	return l->n_devices ? bsearch(&key, l->devices, l->n_devices, sizeof *l->devices, by_id) : NULL;
}

/* Every entry of a register, in turn, to `fn`. */
static enum err each(struct store *st, struct look *l, int64_t school, const char *reg, enum err fn(struct store *st, struct look *l, const struct entry *e, void *to), void *to)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = reg, .limit = ENTRY_PAGE_MAX };
	if (!registers_find(st->registers, str_z(reg)))
		return OK;
	for (;; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(st, l->a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			TRY(fn(st, l, &page.entries[i], to));
		if (page.n < ENTRY_PAGE_MAX)
			return OK;
	}
}

static enum err take_device(struct store *st, struct look *l, const struct entry *e, void *to)
{
	if (l->n_devices < DEVICES_MAX)
		l->devices[l->n_devices++] = (struct device){ e->id, entry_value(e, "label"), entry_value(e, "kind"), false, str_is(entry_value(e, "users"), "staff") };
	return OK;
}

static enum err read_devices(struct store *st, struct look *l, int64_t school)
{
	struct q_app_lent_row *lent;
	size_t n;
	l->devices = arena_array(l->a, struct device, DEVICES_MAX);
	TRY(each(st, l, school, "device", take_device, NULL));
	if (l->n_devices)
		qsort(l->devices, l->n_devices, sizeof *l->devices, by_id);
	TRY(q_app_lent(st->db, l->a, &(struct q_app_lent_args){ .school = school }, &lent, &n));
	for (size_t i = 0; i < n; i++) {
		struct device *d = device_of(l, lent[i].device);
		if (d)
			d->lent = true;
	}
	return OK;
}

static enum app_standing of_service(const struct entry *e, const struct service_now *s)
{
	if (str_is(e->state, "wanted"))
		return APP_ASKED;
	if (s->light == LIGHT_GREY || str_is(e->state, "not-used") || str_is(e->state, "retired"))
		return APP_NOT_HERE;
	return str_is(e->state, "assessed") && s->light != LIGHT_CLOSED ? APP_APPROVED : APP_WAITS;
}

static struct known *more(struct look *l, size_t *room)
{
	if (l->n_known == *room) {
		struct known *v = arena_array(l->a, struct known, 2 * *room + 64);
		if (l->n_known)
			memcpy(v, l->known, l->n_known * sizeof *v);
		l->known = v;
		*room = 2 * *room + 64;
	}
	return &l->known[l->n_known++];
}

static enum err take_service(struct store *st, struct look *l, const struct entry *e, void *to)
{
	struct service_now now;
	int64_t *at = ((void **)to)[1];
	if (str_is(e->state, "mistake"))
		return OK;
	TRY(service_now(st, l->a, at[0], e, at[1], &now));
	*more(l, ((void **)to)[0]) = (struct known){ "service", e->id, entry_value(e, "name"), entry_value(e, "hosts"), of_service(e, &now) };
	return OK;
}

static enum err take_software(struct store *st, struct look *l, const struct entry *e, void *to)
{
	struct url u;
	enum app_standing s = str_is(e->state, "approved") ? APP_APPROVED : str_is(e->state, "asked") ? APP_ASKED : APP_NOT_HERE;
	struct str host = url_read(entry_value(e, "source"), &u) == OK && !u.is_addr ? arena_str(l->a, url_host(&u)) : STR_NONE;
	*more(l, ((void **)to)[0]) = (struct known){ "software", e->id, entry_value(e, "name"), host, s };
	return OK;
}

/* ---- whether somebody has looked at it ---- */

static bool within_either(struct str host, struct str of_app, bool shared) { return host_within(of_app, host) || (!shared && host_within(host, of_app)); }

static bool of_hosts(const struct look *l, const struct known *k, const struct app *app, struct str name)
{
	struct str rest = k->hosts, host;
	while (str_next(&rest, '\n', &host)) {
		if (!host.n)
			continue;
		if (name.n && host_within(name, host))
			return true;
		for (size_t i = 0; app && i < l->apps->n_hosts; i++)
			if (&l->apps->v[l->apps->hosts[i].app] == app && within_either(host, l->apps->hosts[i].name, l->apps->hosts[i].shared))
				return true;
	}
	return false;
}

/* A download's address is often some store's: software is known by its name, a service by its addresses too. */
static bool fits(const struct look *l, const struct known *k, const struct app *app, struct str name, struct str title)
{
	return (k->name.n && str_ieq(k->name, title)) || (strcmp(k->reg, "service") == 0 && of_hosts(l, k, app, name));
}

static void stand(const struct look *l, struct app_line *x, const struct app *app, struct str name)
{
	x->standing = app ? APP_NOT_ENTERED : APP_UNKNOWN;
	for (size_t i = 0; i < l->n_known; i++) {
		const struct known *k = &l->known[i];
		if (k->standing < x->standing || !fits(l, k, app, name, x->title))
			continue;
		x->standing = k->standing;
		x->register_word = k->reg;
		x->entry = k->id;
	}
}

/* ---- a line, as this reader may see it ---- */

static struct str kinds(struct str kind)
{
	static const struct { const char *word; struct str says; } table[] = { { "computer", { "Computers", 9 } }, { "tablet", { "Tablets", 7 } }, { "phone", { "Telephones", 10 } },
		{ "console", { "Games consoles", 14 } }, { "camera", { "Cameras", 7 } }, { "video", { "Video conferences", 17 } } };
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (str_is(kind, table[i].word))
			return table[i].says;
	return STR("Other things");
}

/* What adults do is another matter than what pupils do: other people may ask. */
static bool may_name(const struct look *l, const struct device *d, struct str key)
{
	bool all = l->q->sight == SIGHT_ALL && (!d->staff || l->q->staff);
	return all || (l->q->sight >= SIGHT_DEVICES && !d->lent && !str_starts(key, STR("h:")));
}

static void place(const struct look *l, const struct q_app_seen_all_row *r, struct app_line *x)
{
	const struct device *d = r->device ? device_of(l, r->device) : NULL;
	ptrdiff_t bar = str_chr(r->place, '|');
	bool by_name = d && may_name(l, d, r->app);
	x->group = r->group_name;
	if (!r->device)
		x->where = bar > 0 ? str_upto(r->place, (size_t)bar) : STR("not kept");
	else if (by_name)
		x->where = d->label;
	else
		x->where = d ? kinds(d->kind) : STR("A device that is no longer in the register");
	x->device = by_name ? d->id : 0;
}

static void name_it(const struct look *l, const struct q_app_seen_all_row *r, struct app_line *x)
{
	struct str rest = str_from(r->app, 2);
	const struct app *app = str_starts(r->app, STR("a:")) ? apps_find(l->apps, rest) : NULL;
	bool is_name = str_starts(r->app, STR("h:"));
	x->key = r->app;
	x->title = app ? app->title : rest;
	x->kind = app ? str_z(app_kind_title(app->kind)) : STR_NONE;
	for (size_t i = 0; app && !x->host.n && i < l->apps->n_hosts; i++)
		if (&l->apps->v[l->apps->hosts[i].app] == app && !l->apps->hosts[i].shared)
			x->host = l->apps->hosts[i].name;
	if (is_name && host_is_normal(rest))
		x->host = rest;
	stand(l, x, app, is_name ? rest : STR_NONE);
}

static enum app_sure sure_of(int64_t ways)
{
	if (ways & APP_SAID)
		return APP_CERTAIN;
	return !(ways & APP_OWN) ? APP_PERHAPS : ways & (APP_HOSTS | APP_PAGES) ? APP_CERTAIN : APP_LIKELY;
}

static struct app_line line(const struct look *l, const struct q_app_seen_all_row *r)
{
	struct app_line x = { .first_utc = r->first_utc, .seen_utc = r->seen_utc, .times = r->times, .sure = sure_of(r->ways), .limited = !(r->ways & (APP_PAGES | APP_SAID)),
		.refused = r->ways & APP_REFUSED, .passed = r->ways & APP_PASSED };
	name_it(l, r, &x);
	place(l, r, &x);
	return x;
}

static int by_same(const void *p, const void *q)
{
	const struct app_line *a = p, *b = q;
	int way = str_cmp(a->key, b->key);
	way = way ? way : str_cmp(a->where, b->where);
	return way ? way : str_cmp(a->group, b->group);
}

static int by_need(const void *p, const void *q)
{
	const struct app_line *a = p, *b = q;
	if (a->standing != b->standing)
		return a->standing < b->standing ? -1 : 1;
	return a->seen_utc != b->seen_utc ? (a->seen_utc > b->seen_utc ? -1 : 1) : by_same(p, q);
}

static void join(struct app_line *to, const struct app_line *x)
{
	to->first_utc = x->first_utc < to->first_utc ? x->first_utc : to->first_utc;
	to->seen_utc = x->seen_utc > to->seen_utc ? x->seen_utc : to->seen_utc;
	to->times += x->times;
	to->sure = x->sure > to->sure ? x->sure : to->sure;
	to->limited &= x->limited;
	to->refused |= x->refused;
	to->passed |= x->passed;
}

/* What cannot be told apart any more is one line. */
static size_t joined(struct app_line *v, size_t n)
{
	size_t m = 0;
	if (n)
		qsort(v, n, sizeof *v, by_same);
	for (size_t i = 0; i < n; i++)
		if (m && by_same(&v[m - 1], &v[i]) == 0 && v[m - 1].device == v[i].device)
			join(&v[m - 1], &v[i]);
		else
			v[m++] = v[i];
	return m;
}

static struct str lower(struct arena *a, struct str s)
{
	char *low = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		low[i] = ascii_lower(s.p[i]);
	return (struct str){ low, s.n };
}

static bool has_word(struct arena *a, struct str s, struct str word) { return str_find(lower(a, s), word) >= 0; }

static bool wanted(const struct look *l, const struct app_line *x)
{
	struct str rest = l->q->words.n ? lower(l->a, l->q->words) : STR_NONE, word;
	if ((l->q->standing >= 0 && (int)x->standing != l->q->standing) || (l->q->device && x->device != l->q->device))
		return false;
	while (str_next(&rest, ' ', &word))
		if (word.n && !has_word(l->a, x->title, word) && !has_word(l->a, x->kind, word) && !has_word(l->a, x->where, word) && !has_word(l->a, x->host, word))
			return false;
	return true;
}

enum err app_lines(struct store *st, struct arena *a, int64_t school, const struct apps *apps, const struct app_query *q, int64_t now_utc, struct app_line **out, size_t *n)
{
	struct q_app_seen_all_row *rows;
	struct look l = { .a = a, .apps = apps, .q = q };
	size_t n_rows, room = 0, m = 0;
	int64_t at[2] = { school, now_utc };
	void *to[2] = { &room, at };
	TRY(q_app_seen_all(st->db, a, &(struct q_app_seen_all_args){ .school = school, .limit = APP_CELLS_MAX }, &rows, &n_rows));
	TRY(read_devices(st, &l, school));
	TRY(each(st, &l, school, "service", take_service, to));
	TRY(each(st, &l, school, "software", take_software, to));
	struct app_line *v = arena_array(a, struct app_line, n_rows + 1);
	for (size_t i = 0; i < n_rows; i++)
		v[i] = line(&l, &rows[i]);
	*n = joined(v, n_rows);
	for (size_t i = 0; i < *n; i++)
		if (wanted(&l, &v[i]))
			v[m++] = v[i];
	*n = m;
	if (m)
		qsort(v, m, sizeof *v, by_need);
	*out = v;
	return OK;
}

enum err app_seen_has(struct store *st, int64_t school, struct str key)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_app_seen_has_row r;
	TRY(q_app_seen_has_one(st->db, &a, &(struct q_app_seen_has_args){ .school = school, .app = key }, &r));
	return r.n ? OK : ERR_ABSENT;
}
