#include "house/cli/lists_make.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/fetch/lists_fetch.h"
#include "io/file.h"
#include "policy/read/sealed.h"

/* What the options of compile said. */
struct make_asked {
	const char *category, *name, *format, *out, *data, *sealed_key, *version;
	bool quiet, without_damaged;
	int from_n;
	char **from;
};

void lists_print_diag(const struct diag *d)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct diag_item *x = &d->items[i];
		const char *level = x->level == DIAG_ERROR ? "error: " : x->level == DIAG_WARNING ? "" : "note: ";
		if (x->line > 0)
			fprintf(stderr, "%.*s:%ld: %s%.*s\n", STRF(x->file), x->line, level, STRF(x->text));
		else
			fprintf(stderr, "%.*s: %s%.*s\n", STRF(x->file), level, STRF(x->text));
	}
	size_t all = d->errors + d->warnings;
	if (all > d->n)
		fprintf(stderr, "... and more: %zu findings in all.\n", all);
}

void lists_print(const struct lists *l)
{
	uint64_t sum[5] = { 0 };
	printf("%-36s %-18s %-8s %10s %10s %10s %8s\n", "list", "category", "format", "read", "kept", "duplicate", "refused");
	for (size_t i = 0; i < lists_count(l); i++) {
		struct list_counts c = lists_counts(l, i);
		const uint64_t row[] = { c.read, c.kept, c.duplicates, c.refused, c.suffixes + c.never };
		printf("%-36.*s %-18.*s %-8s %10llu %10llu %10llu %8llu%s\n", STRF(c.list), STRF(c.category),
		       c.format ? list_format_word(c.format) : "", (unsigned long long)c.read, (unsigned long long)c.kept,
		       (unsigned long long)c.duplicates, (unsigned long long)c.refused, c.whole_refused ? "  a file refused whole" : "");
		for (size_t k = 0; k < ARRAY_N(sum); k++)
			sum[k] += row[k];
	}
	printf("%-64s %10llu %10llu %10llu %8llu\n", "all", (unsigned long long)sum[0], (unsigned long long)sum[1],
	       (unsigned long long)sum[2], (unsigned long long)sum[3]);
	printf("%llu of the refused are public suffixes or on the never-block list.\n", (unsigned long long)sum[4]);
}

static void progress(void *arg, struct str file, uint64_t lines)
{
	static int64_t last_ms;
	int64_t now = clock_mono_ms();
	(void)arg;
	if (now - last_ms < 200)
		return;
	last_ms = now;
	fprintf(stderr, "\r\033[K%.*s: %llu lines", STRF(str_from(file, file.n > 60 ? file.n - 60 : 0)), (unsigned long long)lines);
}

static void progress_end(const struct lists_opts *o)
{
	if (o->progress)
		fprintf(stderr, "\r\033[K");
}

/* A folder is walked; a single file needs its category from --category or from its name. */
static enum err read_from(struct lists *l, const struct make_asked *m, const char *from)
{
	struct stat st;
	enum list_format f = m->format ? list_format_of(str_z(m->format)) : FORMAT_DETECT;
	if (stat(from, &st) == 0 && S_ISDIR(st.st_mode) && !m->category)
		return lists_read_tree(l, from);
	struct str base = str_from(str_z(from), (size_t)(str_rchr(str_z(from), '/') + 1));
	struct str category = m->category ? str_z(m->category) : str_upto(base, (size_t)(str_chr(base, '.') < 0 ? (ptrdiff_t)base.n : str_chr(base, '.')));
	if (f == FORMAT_DETECT && !m->category && str_find(base, STR(".tsv")) >= 0) {
		f = FORMAT_TSV;
		category = STR_NONE;
	}
	return lists_read(l, m->name ? str_z(m->name) : base, category, str_z(m->version), from, f);
}

static int failed(const char *doing, enum err e)
{
	fprintf(stderr, "gatehouse lists: %s: %s\n", doing, err_text(e));
	return CLI_FAILED;
}

static int write_out(struct lists *l, const struct make_asked *m, int64_t began_ms)
{
	enum err e = lists_swap(l, m->out);
	if (e != OK)
		return failed("building, writing and testing the tables", e);
	if (!m->quiet)
		lists_print(l);
	double s = (double)(clock_mono_ms() - began_ms) / 1000;
	uint64_t n = 0;
	for (size_t i = 0; i < lists_count(l); i++)
		n += lists_counts(l, i).read;
	printf("%s/lists.snap written and tested: %llu entries in %.2f s.\n", m->out, (unsigned long long)n, s);
	return CLI_DONE;
}

static int compile(struct make_asked *m, struct lists_opts *o, struct diag *d)
{
	AUTO(lists_free) struct lists *l = NULL;
	int64_t began = clock_mono_ms();
	enum err e = lists_new(o, d, &l);
	if (e != OK)
		return failed("reading the categories", e);
	for (int i = 0; i < m->from_n; i++)
		(void)read_from(l, m, m->from[i]);       /* said in the diag; what counts is decided below */
	progress_end(o);
	if (lists_files_refused(l) > 0 && !m->without_damaged) {
		fprintf(stderr, "%zu of the files were refused whole, so nothing was written and the lists in use stay as they are.\n"
		        "--without-damaged compiles the rest without them.\n", lists_files_refused(l));
		return CLI_FAILED;
	}
	if (d->errors > lists_files_refused(l))
		return CLI_FAILED;
	if (lists_entries(l) == 0) {
		fprintf(stderr, "There is not one entry to keep, so nothing was written.\n");
		return CLI_FAILED;
	}
	return write_out(l, m, began);
}

/* The key is wanted only when there is one: a school without sealed lists has none. */
static enum err load_key(const struct make_asked *m, uint8_t key[SEALED_KEY_BYTES], const uint8_t **out)
{
	char path[PATH_MAX];
	TRY(path_join(path, sizeof path, cli_prefix(), "keys/sealed.key"));
	const char *from = m->sealed_key ? m->sealed_key : path;
	if (!m->sealed_key && !file_exists(path))
		return OK;
	TRY(file_read_exact(from, key, SEALED_KEY_BYTES));
	*out = key;
	return OK;
}

static int compile_asked(struct make_asked *m)
{
	char categories[PATH_MAX], never[PATH_MAX];
	uint8_t key[SEALED_KEY_BYTES];
	struct lists_opts o = { .categories = categories, .never_block = never };
	if (path_join(categories, sizeof categories, m->data, "categories.conf") != OK ||
	    path_join(never, sizeof never, m->data, "lists/never-block.conf") != OK)
		return failed(m->data, ERR_LIMIT);
	enum err e = load_key(m, key, &o.sealed_key);
	if (e != OK)
		return failed("the key of the sealed lists", e);
	if (!m->quiet && isatty(STDERR_FILENO))
		o.progress = progress;
	AUTO(diag_done) struct diag d = diag_init(2000);
	int code = compile(m, &o, &d);
	lists_print_diag(&d);
	mem_wipe(key, sizeof key);
	return code;
}

int lists_cmd_compile(int argc, char **argv)
{
	struct make_asked m = { .data = cli_data() };
	const char *from = NULL;
	const struct cli_option options[] = {
		{ "--from", "a folder or file to read (more may follow without it)", &from, NULL },
		{ "--out", "folder for lists.snap (default: PREFIX/lists)", &m.out, NULL },
		{ "--category", "category of all that is read; default: by the names of files", &m.category, NULL },
		{ "--name", "name of the list, when it is one file", &m.name, NULL },
		{ "--version", "version of the list as its publisher says; default: its date", &m.version, NULL },
		{ "--format", "domains hosts adblock rpz dnsmasq unbound knot tsv addrs; default: found out", &m.format, NULL },
		{ "--sealed-key", "key file for sealed lists (default: PREFIX/keys/sealed.key)", &m.sealed_key, NULL },
		{ "--data", "folder with categories.conf and lists/never-block.conf", &m.data, NULL },
		{ "--without-damaged", "write the rest when a file is refused whole", NULL, &m.without_damaged },
		{ "--quiet", "no progress, no table", NULL, &m.quiet },
		{ NULL, NULL, NULL, NULL },
	};
	char out[PATH_MAX], *all[64];
	bool asked;
	if (!cli_options(argc, argv, "lists compile --from DIR|FILE [MORE...] [--out DIR]", options, &m.from_n, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if ((m.format && list_format_of(str_z(m.format)) == FORMAT_DETECT) || m.from_n > 62 || (!from && m.from_n == 0)) {
		fprintf(stderr, "gatehouse lists compile: %s\n", m.format ? "there is no such format." : "say what to read, with --from.");
		return CLI_USAGE;
	}
	m.from = all;
	for (int i = 0; i < m.from_n; i++)
		all[i + (from != NULL)] = argv[i + 1];
	all[0] = from ? (char *)(uintptr_t)from : all[0];
	m.from_n += from != NULL;
	if (!m.out && path_join(out, sizeof out, cli_prefix(), "lists") == OK)
		m.out = out;
	return compile_asked(&m);
}
