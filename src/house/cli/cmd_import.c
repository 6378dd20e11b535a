#include "house/cli/cmd_import.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "house/roll/apply.h"
#include "house/roll/source.h"
#include "io/file.h"

static const char USAGE[] = "import FILE|FOLDER [--dry-run] [--yes] [--leavers N] [--part] [--columns TEXT] [--prefix DIR]";

enum { FILES_MAX = 64 };

struct importing {
	struct house h;
	struct arena a;
	struct diag d;
	const char *path, *columns, *leavers;
	bool dry_run, yes, part;
	struct roll_file files[FILES_MAX];
	size_t n_files;
	uint8_t digest[SHA256_BYTES];
	struct roll_source source;
	struct roll_plan plan;
	struct roll_options options;
	struct platforms platforms;
};

/* ---- reading ---- */

static enum err add_file(struct importing *in, const char *path, const char *name)
{
	if (in->n_files == FILES_MAX)
		return diag_fail(&in->d, str_z(path), 0, "There are more than %d files in this folder.", FILES_MAX);
	struct roll_file *f = &in->files[in->n_files];
	AUTO(buf_done) struct buf b = buf_init(ROLL_BYTES_MAX);
	enum err e = file_read(path, &b);
	if (e != OK)
		return diag_fail(&in->d, str_z(path), 0, "The file cannot be read: %s", e == ERR_LIMIT ? "it is larger than 32 MB." : err_text(e));
	f->bytes = arena_str(&in->a, buf_str(&b));
	f->name = arena_str(&in->a, str_z(name));
	in->n_files++;
	return OK;
}

static int by_name(const void *a, const void *b) { return str_cmp(((const struct roll_file *)a)->name, ((const struct roll_file *)b)->name); }

static enum err add_folder(struct importing *in)
{
	DIR *dir = opendir(in->path);
	enum err e = dir ? OK : diag_fail(&in->d, str_z(in->path), 0, "The folder cannot be read.");
	for (struct dirent *x; dir && e == OK && (x = readdir(dir)) != NULL;)
		if (str_ends(str_z(x->d_name), STR(".csv")))
			e = add_file(in, arena_fmt(&in->a, "%s/%s", in->path, x->d_name).p, x->d_name);
	if (dir)
		closedir(dir);
	qsort(in->files, in->n_files, sizeof *in->files, by_name);
	return e;
}

static enum err read_files(struct importing *in)
{
	struct stat st;
	struct str pieces[FILES_MAX];
	const char *slash = strrchr(in->path, '/');
	if (stat(in->path, &st) != 0)
		return diag_fail(&in->d, str_z(in->path), 0, "There is no such file.");
	TRY(S_ISDIR(st.st_mode) ? add_folder(in) : add_file(in, in->path, slash ? slash + 1 : in->path));
	for (size_t i = 0; i < in->n_files; i++)
		pieces[i] = in->files[i].bytes;
	hash_sha256v(pieces, in->n_files, in->digest);
	struct str columns = in->columns ? str_z(in->columns) : STR_NONE;
	return roll_open(in->h.db, &in->a, in->h.settings.school, in->files, in->n_files, columns, &in->d, &in->source);
}

/* ---- saying ---- */

static void say_columns(const struct importing *in)
{
	struct arena a = arena_init();
	const struct roll_columns *c = &in->source.columns;
	printf("The columns of this file are not all understood. %s\n\n", in->source.missing);
	for (size_t i = 0; i < c->n; i++) {
		struct str head = roll_cell(&in->source.table.rows[c->header], i);
		printf("  %-30.*s %.*s\n", STRF(head), STRF(roll_column_word(&a, c->v[i])));
	}
	printf("\nSay what each column holds, in order, \"-\" for what is not used, the kind of person first, for example:\n  --columns \"learner: reference family given born year class\"\n");
	arena_done(&a);
}

static void say_plan(const struct importing *in)
{
	const struct roll_plan *p = &in->plan;
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].what != ROLL_SAME)
			printf("%-8s %.*s: %.*s\n", roll_what_word(p->steps[i].what), STRF(p->steps[i].now.name), STRF(p->steps[i].text));
	printf("\n");
	for (int w = ROLL_JOINS; w < ROLL_WHATS; w++)
		printf("%7lld  %s\n", (long long)p->counts[w], roll_what_title((enum roll_what)w));
	printf("%7lld  %s\n%7zu  Refused (see above)\n", (long long)p->counts[ROLL_SAME], roll_what_title(ROLL_SAME), p->refused);
}

static void progress(void *ctx, size_t done, size_t total)
{
	(void)ctx;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%zu of %zu%s", done, total, done == total ? "\n" : "");
}

/* ---- asking ---- */

static bool asked(const char *question, char *line, size_t n)
{
	if (!isatty(STDIN_FILENO))
		return false;
	fprintf(stderr, "%s", question);
	if (!fgets(line, (int)n, stdin))
		return false;
	line[strcspn(line, "\n")] = 0;
	return true;
}

static int64_t leavers_typed(const struct importing *in)
{
	char line[40] = "";
	int64_t n = -1;
	if (in->leavers)
		(void)!str_i64(str_z(in->leavers), &n);          /* not a number: it will not fit */
	else if (in->plan.asks_again && asked("More than a tenth of the school would leave. Type how many leave, if that is right: ", line, sizeof line))
		(void)!str_i64(str_z(line), &n);
	return n;
}

static bool agreed(const struct importing *in)
{
	char line[40] = "";
	return in->yes || (asked("Apply this? Type yes: ", line, sizeof line) && str_is(str_z(line), "yes"));
}

static enum err apply(struct importing *in)
{
	char digest[65];
	struct roll_done done;
	int64_t began = clock_mono_ms();
	struct act act = { in->h.settings.school, 0, "roll import on the command line" };
	const char *slash = strrchr(in->path, '/');
	snprintf(digest, sizeof digest, "%s", in->plan.digest);
	struct roll_applying how = { .digest = digest, .typed = leavers_typed(in), .file = str_upto(str_z(slash && slash[1] ? slash + 1 : in->path), 200), .file_digest = in->digest, .progress = progress,
		.platforms = &in->platforms };
	size_t before = in->d.n;
	enum err e = roll_apply(&in->h.store, &in->a, &act, &in->source.roll, &in->options, &how, &in->d, &in->plan, &done);
	for (size_t i = before; i < in->d.n && e == ERR_INVALID; i++)
		if (str_is(in->d.items[i].file, "typed"))
			fprintf(stderr, "%.*s  (--leavers N)\n", STRF(in->d.items[i].text));
	if (e == OK)
		e = roll_remember(in->h.db, &act, &in->source);
	if (e == ERR_STALE)
		fprintf(stderr, "Somebody changed the people of the school meanwhile: nothing was applied. Look at a new dry run.\n");
	if (e == OK && done.entry == 0)
		printf("nothing was to be done\n");
	else if (e == OK)
		printf("applied in %lld.%03lld s: %lld new contacts (%lld asked to read), %lld tasks opened\n", (long long)(clock_mono_ms() - began) / 1000, (long long)(clock_mono_ms() - began) % 1000,
		       (long long)done.adults, (long long)done.invited, (long long)done.tasks);
	return e;
}

static enum err load_platforms(struct importing *in)
{
	char path[4096];
	TRY(path_join(path, sizeof path, cli_data(), "platforms.conf"));
	return platforms_load(&in->a, path, &in->d, &in->platforms);
}

static enum err run(struct importing *in)
{
	TRY(load_platforms(in));
	enum err e = read_files(in);
	if (e == OK && in->source.missing) {
		say_columns(in);
		return ERR_INVALID;
	}
	if (e == OK)
		e = roll_plan(in->h.db, &in->a, in->h.settings.school, &in->source.roll, &in->options, &in->d, &in->plan);
	house_say(&in->d);
	TRY(e);
	say_plan(in);
	if (in->dry_run)
		return OK;
	if (!agreed(in)) {
		fprintf(stderr, "Nothing was applied. Give --yes to apply it.\n");
		return ERR_STATE;
	}
	return apply(in);
}

int cmd_import(int argc, char **argv)
{
	const char *prefix = cli_prefix();
	struct importing in = { .a = arena_init(), .d = diag_init(ROLL_FINDINGS_MAX) };
	const struct cli_option options[] = {
		{ "--dry-run", "only say what would change", NULL, &in.dry_run },
		{ "--yes", "apply without asking", NULL, &in.yes },
		{ "--leavers", "how many leave, when it is more than a tenth of the school", &in.leavers, NULL },
		{ "--part", "the file is not the whole school: nobody leaves", NULL, &in.part },
		{ "--columns", "what each column holds", &in.columns, NULL },
		{ "--prefix", "where this school's files are", &prefix, NULL },
		{ NULL, NULL, NULL, NULL },
	};
	int asked = cli_words(argc, argv, USAGE, options, 1);
	if (asked >= 0)
		return asked;
	in.path = argv[1];
	in.options = (struct roll_options){ .part = in.part };
	if (!house_open(prefix, &in.h))
		return CLI_FAILED;
	enum err e = run(&in);
	if (e != OK && e != ERR_STATE && !in.source.missing)
		fprintf(stderr, "gatehouse import: nothing was applied: %s\n", err_text(e));
	house_done(&in.h);
	diag_done(&in.d);
	arena_done(&in.a);
	return e == OK ? CLI_DONE : CLI_FAILED;
}
