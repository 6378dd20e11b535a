/* Reads one file of a list, line by line. */
#include <sys/stat.h>

#include "base/time.h"

#include "policy/compile/list_lines.h"
#include "policy/compile/lists_state.h"

static bool is_sealed(const struct list_reading *r)
{
	return r->category != CATEGORY_NONE && (r->l->categories.v[r->category].flags & CATEGORY_SEALED);
}

/* Foreign text fit to print: no control bytes, not long; nothing at all of a sealed list. */
static void printable(const struct list_reading *r, struct str s, char out[72])
{
	size_t n = 0;
	if (is_sealed(r))
		s = STR("(sealed)");
	for (size_t i = 0; i < s.n && n < 64; i++)
		out[n++] = (uint8_t)s.p[i] < 0x20 || s.p[i] == 0x7f || (uint8_t)s.p[i] >= 0x80 ? '?' : s.p[i];
	out[n] = 0;
}

static void refuse(struct list_reading *r, size_t source, struct str text, const char *why)
{
	char shown[72];
	r->l->sources.v[source].counts.refused++;
	if (r->shown++ >= LISTS_REFUSED_SHOWN)
		return;
	printable(r, text, shown);
	diag_add(r->l->diag, DIAG_WARNING, r->file, r->line, "'%s' %s.", shown, why);
}

/* The source to count a line under that belongs to no category of its own. */
static size_t home_source(struct list_reading *r)
{
	if (r->first == SIZE_MAX)
		r->first = list_source_of(r->l, r->list, r->version, r->category == CATEGORY_NONE ? 0 : r->category);
	return r->first;
}

static void unreadable(struct list_reading *r, struct str text, const char *why)
{
	r->unreadable++;
	refuse(r, home_source(r), text, why);
}

static void put(struct list_reading *r, uint16_t category, struct str text, const struct target *t)
{
	size_t source = r->category == category ? home_source(r) : list_source_of(r->l, r->list, r->version, category);
	if (source == SIZE_MAX)
		return;                              /* more lists than a snapshot can number; lists_read says so */
	if (r->first == SIZE_MAX)
		r->first = source;
	r->l->sources.v[source].counts.read++;
	const char *why = list_add(r, source, t);
	if (why)
		refuse(r, source, text, why);
}

static void put_categories(struct list_reading *r, const struct list_entry *e, const struct target *t)
{
	struct str words = e->categories, w;
	uint16_t category;
	while (str_next(&words, ',', &w)) {
		if (lists_category(r->l, str_trim(w), &category))
			put(r, category, e->text, t);
		else
			refuse(r, home_source(r), w, "is not a category known here");
	}
}

static void read_entry(struct list_reading *r, const struct list_entry *e)
{
	struct target t __attribute__((uninitialized));
	const char *why = e->kind == ENTRY_BAD ? e->reason : e->kind == ENTRY_TARGET ? list_target(e->text, &t) : NULL;
	r->read++;
	if (e->kind == ENTRY_EXCEPTION)
		refuse(r, home_source(r), e->text, "is an exception in a block list; allow it in the school's own rules if it is needed");
	else if (why)
		unreadable(r, e->text, why);
	else if (r->category == CATEGORY_NONE)
		put_categories(r, e, &t);
	else
		put(r, r->category, e->text, &t);
}

/* A line that is a whole name in normal form says nothing else in these formats: most lines of most lists. */
static bool plain_name_line(const struct list_reading *r, struct str line)
{
	return (r->format == FORMAT_DOMAINS || r->format == FORMAT_HOSTS || r->format == FORMAT_ADDRS) && r->category != CATEGORY_NONE &&
	       host_is_normal(line);
}

static void read_name(struct list_reading *r, struct str host)
{
	size_t source = home_source(r);
	r->read++;
	if (source == SIZE_MAX)
		return;                              /* more lists than a snapshot can number; lists_read says so */
	r->l->sources.v[source].counts.read++;
	const char *why = list_add_host(r, source, host);
	if (why)
		refuse(r, source, host, why);
}

static void read_line(struct list_reading *r, struct str line)
{
	if (plain_name_line(r, line)) {
		read_name(r, line);
		return;
	}
	struct list_cursor c = { line, 0 };
	struct list_entry e;
	if (line.n > LISTS_LINE_MAX) {
		r->read++;
		unreadable(r, str_upto(line, 32), "is the beginning of a line too long to be an entry");
		return;
	}
	while (list_next(r->format, &c, &e))
		read_entry(r, &e);
}

static enum err read_lines(struct list_reading *r, struct lines *in)
{
	struct str line;
	bool cut;
	enum err e;
	if (r->format == FORMAT_DETECT) {
		TRY(lines_sample(in, &line));
		r->format = list_detect(line);
	}
	while ((e = lines_next(in, &line, &cut)) == OK) {
		r->line++;
		if (r->l->opts.progress && (r->line & 0xffff) == 0)
			r->l->opts.progress(r->l->opts.progress_arg, r->file, (uint64_t)r->line);
		read_line(r, line);
	}
	return e == ERR_END ? OK : e;
}

static void mark(struct list_reading *r)
{
	const struct lists *l = r->l;
	const size_t now[4] = { l->hosts.items.n, l->urls.items.n, l->addrs.items.n, l->sealed.n };
	memcpy(r->mark, now, sizeof now);
	r->samples_mark = l->samples.n;
}

/* Takes back what this file added. */
static void undo_table(struct lists *l, struct tag_table *t, size_t to)
{
	for (size_t i = to; i < t->items.n; i++)
		if (!(t->items.v[i].list & TAG_MARKER))
			l->sources.v[t->items.v[i].list].items--;
	t->items.n = to;
}

static void undo_hosts(struct lists *l, size_t to)
{
	for (size_t i = to; i < l->hosts.items.n; i++)
		l->sources.v[l->hosts.items.v[i].list].items--;
	l->hosts.items.n = to;                           /* what its names have in .deeper is not used, and goes with the table */
}

static void undo(struct list_reading *r)
{
	struct lists *l = r->l;
	undo_hosts(l, r->mark[0]);
	undo_table(l, &l->urls, r->mark[1]);
	undo_table(l, &l->addrs, r->mark[2]);
	for (size_t i = r->mark[3]; i < l->sealed.n; i++)
		l->sources.v[l->sealed.v[i].list].items--;
	l->sealed.n = r->mark[3];
	l->samples.n = r->samples_mark;
	l->files_refused++;
	if (r->first != SIZE_MAX)
		l->sources.v[r->first].counts.whole_refused = true;
}

static void say_shown(struct list_reading *r)
{
	if (r->shown > LISTS_REFUSED_SHOWN)
		diag_add(r->l->diag, DIAG_NOTE, r->file, 0, "%llu more entries of this file were left out for such reasons.",
		         (unsigned long long)(r->shown - LISTS_REFUSED_SHOWN));
}

static enum err refuse_file(struct list_reading *r, const char *why, enum err e)
{
	undo(r);
	diag_add(r->l->diag, DIAG_ERROR, r->file, 0, "%s  Nothing of this file was taken.", why);
	return e;
}

/* A release of which more than half cannot be read is not a list (the reader saw every line refused in real ones). */
static enum err judge(struct list_reading *r, enum err e)
{
	char why[200];
	if (e == ERR_LIMIT)
		return refuse_file(r, "It unpacks to more than the limit.", e);
	if (e != OK)
		return refuse_file(r, e == ERR_CORRUPT ? "It does not unpack: it is damaged or cut short." : err_text(e), e);
	if (r->l->sources.n >= LISTS_MAX)
		return refuse_file(r, "There are more lists than a snapshot can hold.", ERR_LIMIT);
	if (r->unreadable * 2 <= r->read)
		return OK;
	(void)snprintf(why, sizeof why, "%llu of its %llu entries cannot be read as %s: this release looks damaged.",
	               (unsigned long long)r->unreadable, (unsigned long long)r->read, list_format_word(r->format));
	return refuse_file(r, why, ERR_INVALID);
}

static enum err read_file(struct list_reading *r, struct lines *in)
{
	mark(r);
	enum err e = judge(r, read_lines(r, in));
	say_shown(r);
	if (r->first != SIZE_MAX) {
		struct list_counts *c = &r->l->sources.v[r->first].counts;
		c->format = r->format;
		c->lines += (uint64_t)r->line;
		c->file = arena_str(&r->l->arena, r->file);
	} else if (e == OK) {
		diag_add(r->l->diag, DIAG_WARNING, r->file, 0, "There is no entry in this file.");
	}
	return e;
}

static enum err begin(struct lists *l, struct str list, struct str category, struct str version, struct str file,
                      enum list_format f, struct list_reading *r)
{
	*r = (struct list_reading){ .l = l, .file = file, .list = list, .version = version, .category = CATEGORY_NONE,
	                            .first = SIZE_MAX, .format = f };
	if (f == FORMAT_TSV && category.n == 0)
		return OK;
	if (lists_category(l, category, &r->category))
		return OK;
	diag_add(l->diag, DIAG_ERROR, file, 0, "'%.*s' is not a category; data/categories.conf has the names.", STRF(category));
	return ERR_ABSENT;
}

enum err lists_read_bytes(struct lists *l, struct str list, struct str category, struct str version, struct str file,
                          struct str bytes, enum list_format f)
{
	struct list_reading r;
	TRY(begin(l, list, category, version, file, f, &r));
	AUTO(lines_free) struct lines *in = lines_over(bytes, l->opts.max_bytes);
	return read_file(&r, in);
}

enum err lists_read(struct lists *l, struct str list, struct str category, struct str version, const char *path, enum list_format f)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct list_reading r;
	struct stat st;
	TRY(begin(l, list, category, version, str_z(path), f, &r));
	AUTO(lines_free) struct lines *in = NULL;
	enum err e = stat(path, &st) < 0 ? err_sys() : S_ISREG(st.st_mode) ? lines_open(path, l->opts.max_bytes, &in) : -EISDIR;
	if (e != OK) {
		l->files_refused++;
		diag_add(l->diag, DIAG_ERROR, r.file, 0, "It cannot be read: %s", err_text(e));
		return e;
	}
	if (version.n == 0)
		r.version = time_iso_date(&a, st.st_mtime);
	return read_file(&r, in);
}
