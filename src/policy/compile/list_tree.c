/* Finds the lists in a folder and what category each belongs to, by its name. */
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

#include "policy/compile/lists_state.h"

enum { DEPTH_MAX = 8 };

static const char *const packs[] = { ".zst", ".gz", NULL };
static const char *const endings[] = { ".txt", ".list", ".conf", ".lst", ".hosts", ".domains", ".domain", ".adblock", ".rpz", ".dnsmasq",
                                       ".unbound", ".wildcard", ".iplist", ".squid-acl", ".knot-daf", ".acl", ".tsv", ".ip", NULL };
/* What stands beside lists and is none. */
static const char *const others[] = { "usage", "expressions", "very_restrictive_expression", "global_usage", "README", "LICENSE", "LICENCE", NULL };
static const char *const not_lists[] = { ".md", ".csv", ".json", ".html", ".pdf", ".sh", ".py", NULL };

static struct str without(struct str s, const char *const *tails)
{
	for (size_t i = 0; tails[i]; i++)
		if (s.n > strlen(tails[i]) && str_ends(s, str_z(tails[i])))
			return str_upto(s, s.n - strlen(tails[i]));
	return s;
}

static bool one_of(struct str s, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (str_is(s, words[i]))
			return true;
	return false;
}

/* "urls-2021-09-18" -> "urls"; also a month alone. */
static struct str without_date(struct str s, struct str *date)
{
	*date = STR_NONE;
	for (size_t n = 11; n >= 8; n -= 3) {
		if (s.n <= n || s.p[s.n - n] != '-' || !ascii_digit(s.p[s.n - n + 1]))
			continue;
		bool fits = true;
		for (size_t i = s.n - n + 1, k = 0; i < s.n; i++, k++)
			fits &= k == 4 || k == 7 ? s.p[i] == '-' : ascii_digit(s.p[i]);
		if (!fits)
			continue;
		*date = str_from(s, s.n - n + 1);
		return str_upto(s, s.n - n);
	}
	return s;
}

static bool plain_name(struct str stem)
{
	static const char *const names[] = { "domains", "urls", "domain", "hosts", "list", "blacklist", NULL };
	return one_of(stem, names);
}

/* The whole word, or any part of it between - _ . : "gambling-only" is gambling.  The longest run wins. */
static bool category_of(const struct lists *l, struct str stem, uint16_t *out)
{
	for (size_t n = stem.n; n > 1; n--)
		for (size_t at = 0; at + n <= stem.n; at++) {
			bool left = at == 0 || strchr("-_.", stem.p[at - 1]), right = at + n == stem.n || strchr("-_.", stem.p[at + n]);
			if (left && right && lists_category(l, (struct str){ stem.p + at, n }, out))
				return true;
		}
	return false;
}

struct found { const char *path; struct str root, stem, folder, date; enum list_format format; };

/* root/folder/stem as a name for the list; UT1's "adult/domains" is "adult". */
static struct str name_of(struct lists *l, const struct found *f)
{
	struct str base = str_from(f->root, (size_t)(str_rchr(f->root, '/') + 1));
	if (plain_name(f->stem))
		return arena_fmt(&l->arena, "%.*s/%.*s", STRF(base), STRF(f->folder));
	if (str_eq(f->folder, base))
		return arena_fmt(&l->arena, "%.*s/%.*s", STRF(base), STRF(f->stem));
	return arena_fmt(&l->arena, "%.*s/%.*s/%.*s", STRF(base), STRF(f->folder), STRF(f->stem));
}

static enum err read_found(struct lists *l, const struct found *f)
{
	uint16_t category = CATEGORY_NONE;
	bool known = (!plain_name(f->stem) && category_of(l, f->stem, &category)) || category_of(l, f->folder, &category);
	if (!known && f->format != FORMAT_TSV) {
		l->files_unknown++;
		diag_add(l->diag, DIAG_WARNING, str_z(f->path), 0,
		         "No category fits this file's name; it was left out.  Add an alias to data/categories.conf or give --category.");
		return OK;
	}
	struct str word = f->format == FORMAT_TSV ? STR_NONE : l->categories.v[category].name;
	return lists_read(l, name_of(l, f), word, f->date, f->path, f->format);
}

static enum err read_one(struct lists *l, struct str root, struct str folder, const char *path, struct str name)
{
	struct found f = { .path = path, .root = root, .folder = folder };
	struct str plain = without(name, packs);
	if (one_of(plain, others) || !str_eq(without(plain, not_lists), plain))
		return OK;
	f.format = str_ends(plain, STR(".tsv")) ? FORMAT_TSV : FORMAT_DETECT;
	struct str stem = without_date(without(plain, endings), &f.date);
	f.stem = without(stem, endings);
	return read_found(l, &f);
}

/* A file that is refused does not stop the others: the caller sees it in the diag. */
static enum err walk(struct lists *l, struct str root, struct str folder, const char *dir, int depth)
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);
	if (n < 0)
		return err_sys();
	enum err e = depth > DEPTH_MAX ? ERR_LIMIT : OK;
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];
		struct stat st;
		struct str name = str_z(names[i]->d_name);
		if (name.p[0] == '.' || e != OK || snprintf(path, sizeof path, "%s/%s", dir, name.p) >= PATH_MAX || stat(path, &st) < 0)
			;
		else if (S_ISDIR(st.st_mode))
			e = walk(l, root, name, path, depth + 1);
		else if (S_ISREG(st.st_mode))
			(void)read_one(l, root, folder, path, name);     /* said in the diag */
		free(names[i]);
	}
	free(names);
	return e;
}

enum err lists_read_tree(struct lists *l, const char *dir)
{
	struct str root = str_z(dir);
	while (root.n > 1 && root.p[root.n - 1] == '/')
		root.n--;
	struct str base = str_from(root, (size_t)(str_rchr(root, '/') + 1));
	enum err e = walk(l, root, base, dir, 0);
	if (e != OK)
		diag_add(l->diag, DIAG_ERROR, root, 0, "This folder cannot be read: %s", err_text(e));
	return e;
}
