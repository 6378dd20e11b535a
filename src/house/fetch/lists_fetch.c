#include "house/fetch/lists_fetch.h"

#include <limits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "house/fetch/fetch.h"
#include "io/file.h"

enum { SECONDS = 600 };
#define MAX_BYTES ((uint64_t)512 << 20)

/* One [list] block and what is known from last time. */
struct item {
	struct arena *arena;
	struct diag *diag;
	const struct lists_fetch_ask *ask;
	struct str name, category, format, sha256, file;     /* file: of the configuration, for findings */
	long line;
	const char *url, *ca_file;
	int64_t min_bytes, min_entries;
	char list[PATH_MAX], fresh[PATH_MAX], state[PATH_MAX];
	struct str etag, modified;                           /* of last time */
	int64_t kept;                                        /* entries then; 0: never */
	int64_t fetched_utc;                                 /* 0: never */
};

static enum err failed(struct item *i, const char *what)
{
	diag_add(i->diag, DIAG_ERROR, i->name, 0, "%s  %s", what,
	         file_exists(i->list) ? "The list fetched before stays in use." : "There is no earlier list of this name.");
	return ERR_INVALID;
}

static bool name_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && !strchr("-_.", s.p[i]) && !ascii_alpha(s.p[i]))
			return false;
	return s.n > 0 && s.n < 64 && s.p[0] != '.';
}

static enum err paths(struct item *i)
{
	int n = snprintf(i->list, PATH_MAX, "%s/lists/src/%.*s.list", i->ask->prefix, STRF(i->name));
	if (n >= PATH_MAX - 8)
		return ERR_LIMIT;
	(void)snprintf(i->fresh, PATH_MAX, "%s/lists/src/%.*s.fresh", i->ask->prefix, STRF(i->name));
	(void)snprintf(i->state, PATH_MAX, "%s/lists/src/%.*s.state", i->ask->prefix, STRF(i->name));
	return OK;
}

/* What was noted when the list was last taken; a state that cannot be read means: fetch anew. */
static void load_state(struct item *i)
{
	struct conf c;
	struct diag ignored = diag_init(1);
	if (file_exists(i->state) && file_exists(i->list) && conf_load(i->arena, i->state, &ignored, &c) == OK && c.n > 0) {
		i->etag = conf_get(&c.blocks[0], "etag");
		i->modified = conf_get(&c.blocks[0], "modified");
		(void)str_i64(conf_get(&c.blocks[0], "kept"), &i->kept);
		(void)str_i64(conf_get(&c.blocks[0], "fetched_utc"), &i->fetched_utc);
	}
	diag_done(&ignored);
}

static enum err item_of(const struct conf *c, const struct conf_block *b, struct item *i)
{
	i->name = b->id;
	i->file = c->file;
	i->line = b->line;
	if (!name_ok(b->id))
		return diag_fail(i->diag, c->file, b->line, "A list's name is letters, digits, '-', '_' and '.', at most 63.");
	if (conf_get(b, "url").n == 0)
		return diag_fail(i->diag, c->file, b->line, "The list %.*s has no url.", STRF(b->id));
	i->url = arena_z(i->arena, conf_get(b, "url"));
	i->ca_file = conf_has(b, "ca_file") ? arena_z(i->arena, conf_get(b, "ca_file")) : NULL;
	i->category = conf_get(b, "category");
	i->format = conf_get(b, "format");
	i->sha256 = conf_get(b, "sha256");
	TRY(conf_int(c, b, "min_bytes", 1, 0, INT64_MAX, i->diag, &i->min_bytes));
	TRY(conf_int(c, b, "min_entries", 1, 0, INT64_MAX, i->diag, &i->min_entries));
	TRY(paths(i));
	load_state(i);
	return OK;
}

static enum err new_lists(const struct lists_fetch_ask *a, struct diag *d, struct lists **out)
{
	char categories[PATH_MAX], never[PATH_MAX];
	struct lists_opts o = { .categories = categories, .never_block = never, .sealed_key = a->sealed_key };
	TRY(path_join(categories, sizeof categories, a->data, "categories.conf"));
	TRY(path_join(never, sizeof never, a->data, "lists/never-block.conf"));
	return lists_new(&o, d, out);
}

static enum err read_item(struct lists *l, const struct item *i, const char *path)
{
	enum list_format f = list_format_of(i->format);
	return lists_read(l, i->name, i->category, STR_NONE, path, i->category.n == 0 && f == FORMAT_DETECT ? FORMAT_TSV : f);
}

/* Reads the fresh file by itself: what would it give? */
static enum err trial(struct item *i, int64_t *kept)
{
	AUTO(lists_free) struct lists *l = NULL;
	struct snapshot_out out = snapshot_out_init();
	struct diag d = diag_init(2 * LISTS_REFUSED_SHOWN);
	enum err e = new_lists(i->ask, &d, &l);
	if (e == OK)
		e = read_item(l, i, i->fresh);
	if (e == OK)
		e = lists_build(l, &out);
	*kept = e == OK ? (int64_t)lists_entries(l) : 0;
	for (size_t k = 0; k < d.n && e != OK; k++)
		if (d.items[k].level == DIAG_ERROR)
			diag_add(i->diag, DIAG_ERROR, i->name, 0, "%.*s", STRF(d.items[k].text));
	diag_done(&d);
	return e;
}

static enum err judge(struct item *i, const struct fetch_got *g, int64_t *kept)
{
	char hex[2 * SHA256_BYTES + 1], what[200];
	hex_put(g->sha256, SHA256_BYTES, hex);
	if (i->sha256.n > 0 && !str_ieq(i->sha256, str_z(hex)))
		return failed(i, "The file has another digest than the one configured.");
	if ((int64_t)g->bytes < i->min_bytes) {
		(void)snprintf(what, sizeof what, "The file has only %llu bytes.", (unsigned long long)g->bytes);
		return failed(i, what);
	}
	if (trial(i, kept) != OK)
		return failed(i, "What was fetched is not a list that can be used.");
	if (*kept >= i->min_entries && *kept >= i->kept / 2)
		return OK;
	(void)snprintf(what, sizeof what, "The list has only %lld entries; it had %lld, and at least %lld are wanted.", (long long)*kept,
	               (long long)i->kept, (long long)i->min_entries);
	return failed(i, what);
}

/* fetched_utc: when its publisher last said that this is the list; so a feed that stopped grows old, however often lists are compiled. */
static enum err note(struct item *i, struct str etag, struct str modified, int64_t kept)
{
	struct buf state = buf_init(4096);
	i->fetched_utc = clock_utc();
	buf_fmt(&state, "etag = %.*s\nmodified = %.*s\nkept = %lld\nfetched_utc = %lld\n", STRF(etag), STRF(modified), (long long)kept, (long long)i->fetched_utc);
	enum err e = buf_ok(&state);
	if (e == OK)
		e = file_replace(i->state, buf_str(&state), 0644);
	buf_done(&state);
	return e;
}

static enum err take(struct item *i, const struct fetch_got *g, int64_t kept)
{
	if (rename(i->fresh, i->list) < 0)
		return err_sys();
	return note(i, str_z(g->etag), str_z(g->modified), kept);
}

static enum err fetch_item(struct item *i, bool *unchanged)
{
	char why[FETCH_WHY] = "", what[FETCH_WHY + 32];
	struct fetch_got got;
	int64_t kept = 0;
	struct fetch_ask ask = { .url = i->url, .to = i->fresh, .ca_file = i->ca_file, .max_bytes = MAX_BYTES, .seconds = SECONDS,
	                         .etag = arena_z(i->arena, i->etag), .modified = arena_z(i->arena, i->modified) };
	if (fetch_url(&ask, &got, why) != OK) {
		(void)snprintf(what, sizeof what, "It could not be fetched: %s", why);
		return failed(i, what);
	}
	*unchanged = got.unchanged;
	if (got.unchanged)
		return note(i, i->etag, i->modified, i->kept);
	enum err e = judge(i, &got, &kept);
	if (e == OK)
		e = take(i, &got, kept);
	(void)unlink(i->fresh);                  /* gone already when it was taken */
	if (e == OK)
		diag_add(i->diag, DIAG_NOTE, i->name, 0, "Fetched: %llu bytes, %lld entries.", (unsigned long long)got.bytes, (long long)kept);
	return e;
}

enum err lists_swap(struct lists *l, const char *dir)
{
	char fresh[PATH_MAX], path[PATH_MAX];
	struct snapshot_out out = snapshot_out_init();
	TRY(path_join(path, sizeof path, dir, "lists.snap"));
	TRY(path_join(fresh, sizeof fresh, dir, "lists.fresh"));
	TRY(dir_make(dir, 0755));
	TRY(lists_build(l, &out));
	TRY(snapshot_out_file(&out, fresh, 0));
	enum err e = lists_self_test(l, fresh);
	if (e == OK && rename(fresh, path) < 0)
		e = err_sys();
	if (e != OK)
		(void)unlink(fresh);             /* what failed its test is of no use */
	return e == OK ? dir_sync(dir) : e;
}

static enum err compile_all(const struct lists_fetch_ask *a, struct item *items, size_t n, struct diag *d, struct lists_fetch_sum *sum)
{
	AUTO(lists_free) struct lists *l = NULL;
	char path[PATH_MAX];
	TRY(new_lists(a, d, &l));
	TRY(path_join(path, sizeof path, a->data, "lists/starter"));
	if (a->starter)
		TRY(lists_read_tree(l, path));
	for (size_t i = 0; i < n; i++)
		if (file_exists(items[i].list)) {
			lists_as_of(l, items[i].fetched_utc);
			TRY(read_item(l, &items[i], items[i].list));
		}
	TRY(path_join(path, sizeof path, a->prefix, "lists"));
	if (lists_entries(l) == 0)
		return diag_fail(d, str_z(path), 0, "There is no list with an entry in it; nothing was swapped.");
	TRY(lists_swap(l, path));
	sum->swapped = true;
	sum->entries = lists_entries(l);
	return OK;
}

static enum err fetch_all(const struct lists_fetch_ask *a, const struct conf *c, struct arena *arena, struct diag *d, struct lists_fetch_sum *sum)
{
	struct item *items = arena_array(arena, struct item, c->n + 1);
	for (size_t b = 0; b < c->n; b++) {
		bool unchanged = false;
		if (!str_is(c->blocks[b].kind, "list"))
			continue;
		struct item *i = &items[sum->lists++];
		*i = (struct item){ .arena = arena, .diag = d, .ask = a };
		TRY(item_of(c, &c->blocks[b], i));
		if (a->only && !str_is(i->name, a->only))
			continue;
		if (fetch_item(i, &unchanged) != OK)
			sum->failed++;
		else if (unchanged)
			sum->unchanged++;
		else
			sum->fresh++;
	}
	return compile_all(a, items, sum->lists, d, sum);
}

enum err lists_fetch(const struct lists_fetch_ask *a, struct diag *d, struct lists_fetch_sum *out)
{
	AUTO(arena_done) struct arena arena = arena_init();
	struct lists_fetch_sum sum = { 0 };
	struct conf c;
	char path[PATH_MAX];
	TRY(path_join(path, sizeof path, a->prefix, "gatehouse.conf"));
	TRY(conf_load(&arena, path, d, &c));
	TRY(path_join(path, sizeof path, a->prefix, "lists/src"));
	TRY(dir_make(path, 0755));
	enum err e = fetch_all(a, &c, &arena, d, &sum);
	*out = sum;
	return e;
}
