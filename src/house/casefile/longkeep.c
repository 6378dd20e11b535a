#include "house/casefile/longkeep.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/vec.h"
#include "house/casefile/retention.h"
#include "house/casefile/transfer_inner.h"
#include "house/store/audit.h"
#include "house/web/tpl.h"
#include "io/file.h"

enum { PATH_BYTES = 4096, LIST_MAX = 64 * 1024 * 1024 };
struct of_child { int64_t learner, id; };

struct keeping {
	const struct desk *k;
	const struct act *act;
	struct entry_may all;
	char root[PATH_BYTES];
	VEC(struct of_child) cases;
	struct buf manifest, index;
	struct longkeep_sum sum;
};

static void keeping_done(struct keeping *x)
{
	vec_done(&x->cases);
	buf_done(&x->manifest);
	buf_done(&x->index);
}

/* ---- which ---- */

static bool is_long(const struct retention_rule *r) { return r && (r->from == RETAIN_NEVER || r->years >= LONGKEEP_YEARS); }

static enum err add_case(struct keeping *x, const struct entry *e)
{
	struct of_child c = { transfer_int(e, "subject"), e->id };
	if (!str_is(e->reg, "case") || e->destroyed || c.learner <= 0)
		return OK;
	if (x->cases.n == LONGKEEP_CASES_MAX)
		return ERR_LIMIT;
	*vec_push(&x->cases) = c;
	return OK;
}

static enum err add_kept(struct keeping *x, struct arena *a, const struct entry *keep)
{
	struct entry e;
	enum err got = entry_get(x->k->store, a, &x->all, keep->parent, 0, &e);
	return got == OK ? add_case(x, &e) : got == ERR_ABSENT ? OK : got;
}

static enum err each_page(struct keeping *x, struct entry_query q, enum err (*each)(struct keeping *x, struct arena *a, const struct entry *e))
{
	struct entry_page page;
	q.limit = ENTRY_PAGE_MAX;
	do {
		AUTO(arena_done) struct arena a = arena_init();
		TRY(entry_list(x->k->store, &a, &x->all, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			TRY(each(x, &a, &page.entries[i]));
		q.offset += (int64_t)page.n;
	} while (page.n);
	return OK;
}

static enum err add_open(struct keeping *x, struct arena *a, const struct entry *e) { return add_case(x, e); }

static int by_child(const void *a, const void *b)
{
	const struct of_child *x = a, *y = b;
	if (x->learner != y->learner)
		return x->learner < y->learner ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* Closed cases have their rule written down; an open one has that of its register. */
static enum err find_cases(struct keeping *x)
{
	const struct retention *r = &x->k->library->retention;
	for (size_t i = 0; i < r->n; i++)
		if (is_long(&r->v[i]))
			TRY(each_page(x, (struct entry_query){ .reg = "case-keep", .states = { "kept" }, .where = { { "rule", ENTRY_IS, 0, r->v[i].id } }, .n_where = 1 }, add_kept));
	if (is_long(retention_for(r, STR("case"))))
		TRY(each_page(x, (struct entry_query){ .reg = "case", .states = { "open" } }, add_open));
	if (x->cases.n > 1)
		qsort(x->cases.v, x->cases.n, sizeof *x->cases.v, by_child);
	return x->cases.n ? OK : ERR_ABSENT;
}

/* ---- files ---- */

static enum err put(struct keeping *x, const char *name, struct str bytes)
{
	char path[PATH_BYTES], hex[2 * SHA256_BYTES + 1];
	uint8_t sum[SHA256_BYTES];
	TRY(path_join(path, sizeof path, x->root, name));
	TRY(file_create(path, bytes, 0400));
	hash_sha256(bytes, sum);
	hex_put(sum, sizeof sum, hex);
	buf_fmt(&x->manifest, "%s  %s\n", hex, name);
	x->sum.files++;
	return OK;
}

static enum err folder(struct keeping *x, const char *name)
{
	char path[PATH_BYTES];
	TRY(path_join(path, sizeof path, x->root, name));
	return dir_make(path, 0700);
}

static enum err put_child(struct keeping *x, struct arena *a, const char *at, struct child_file *f, const struct bundle_file *files, size_t n)
{
	AUTO(buf_done) struct buf html = buf_init(CHILDFILE_BYTES_MAX);
	struct str json;
	f->title = STR("Safeguarding file, kept for 75 years or longer");
	f->note = STR("Confidential. This page needs no program but a browser. It is part of an archive whose list of digests (manifest.sha256) shows whether it was changed.");
	TRY(childfile_json(a, f, &json));
	childfile_html(a, f, true, &html);
	TRY(buf_ok(&html));
	TRY(folder(x, at));
	if (n)
		TRY(folder(x, arena_fmt(a, "%s/documents", at).p));
	for (size_t i = 0; i < n; i++)
		TRY(put(x, arena_fmt(a, "%s/%.*s", at, STRF(files[i].name)).p, files[i].bytes));
	TRY(put(x, arena_fmt(a, "%s/data.json", at).p, json));
	return put(x, arena_fmt(a, "%s/index.html", at).p, buf_str(&html));
}

static enum err one_child(struct keeping *x, const struct of_child *c, size_t n)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t *ids = arena_array(&a, int64_t, n + 1);
	struct child_file f;
	struct bundle_file *files;
	size_t n_files;
	const char *at = arena_fmt(&a, "person-%06lld", (long long)c->learner).p;
	for (size_t i = 0; i < n; i++)
		ids[i] = c[i].id;
	TRY(transfer_file(x->k, &a, &x->all, c->learner, ids, n, &f, &files, &n_files));
	TRY(put_child(x, &a, at, &f, files, n_files));
	buf_fmt(&x->index, "<li><a href=\"%s/index.html\">", at);
	tpl_text(&x->index, f.name);
	buf_z(&x->index, "</a>, born ");
	tpl_text(&x->index, f.born.n ? f.born : STR("not known"));
	buf_fmt(&x->index, ": %zu cases</li>\n", n);
	for (size_t i = 0; i < n; i++)
		TRY(record_looked_how(x->k, x->act, ids[i], LOOK_EXPORT));
	x->sum.people++;
	x->sum.cases += (int64_t)n;
	return OK;
}

static const char readme[] =
	"Records that a school must keep for 75 years or longer.\r\n\r\n"
	"Open index.html in any browser: it lists the people; each has a folder with a page (index.html), the same for\r\n"
	"programs (data.json, plain text in UTF-8), and the documents.\r\n"
	"manifest.sha256 holds the SHA-256 of each file. To see whether anything was changed: sha256sum -c manifest.sha256\r\n"
	"The digest of that list stands in the school's own audit, with the day on which this was made.\r\n\r\n"
	"Confidential. Keep it locked away, on media that are copied anew every few years, and look at it with two people.\r\n";

static enum err write_all(struct keeping *x)
{
	AUTO(arena_done) struct arena a = arena_init();
	uint8_t sum[SHA256_BYTES];
	char path[PATH_BYTES];
	buf_z(&x->index, "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Kept for 75 years or longer</title>\n<h1>Kept for 75 years or longer</h1>\n<p>");
	tpl_text(&x->index, transfer_school(x->k, &a, x->act->school));
	buf_fmt(&x->index, ", made on %.*s. Confidential.</p>\n<ul>\n", STRF(time_date_words(&a, clock_utc())));
	for (size_t at = 0, n; at < x->cases.n; at += n) {
		for (n = 1; at + n < x->cases.n && x->cases.v[at + n].learner == x->cases.v[at].learner;)
			n++;
		TRY(one_child(x, &x->cases.v[at], n));
	}
	buf_z(&x->index, "</ul>\n</html>\n");
	TRY(buf_ok(&x->index));
	TRY(put(x, "index.html", buf_str(&x->index)));
	TRY(put(x, "README.txt", str_z(readme)));
	TRY(buf_ok(&x->manifest));
	TRY(path_join(path, sizeof path, x->root, "manifest.sha256"));
	TRY(file_create(path, buf_str(&x->manifest), 0400));
	hash_sha256(buf_str(&x->manifest), sum);
	hex_put(sum, sizeof sum, x->sum.digest);
	return audit_add(x->k->store->db, x->act, "archive.made", (struct audit_about){ "archive", x->sum.cases }, sum);
}

enum err longkeep_write(const struct desk *k, const struct act *act, const char *to, struct longkeep_sum *out)
{
	AUTO(keeping_done) struct keeping x = { .k = k, .act = act, .all = transfer_program(act->school), .manifest = buf_init(LIST_MAX), .index = buf_init(LIST_MAX) };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct stat st;
	int n = snprintf(x.root, sizeof x.root, "%s.part", to);
	if (n < 0 || (size_t)n >= sizeof x.root)
		return ERR_LIMIT;
	if (lstat(to, &st) == 0 || lstat(x.root, &st) == 0)
		return ERR_EXISTS;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(find_cases(&x));
	TRY(dir_make(x.root, 0700));
	TRY(write_all(&x));
	if (rename(x.root, to))
		return err_sys();
	*out = x.sum;
	return db_tx_commit(&tx);
}
