#include <limits.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/cli/lists_make.h"
#include "io/file.h"
#include "policy/read/addrset.h"
#include "policy/read/hostset.h"
#include "policy/read/urlset.h"
#include "wire/url.h"

static int failed(const char *doing, enum err e)
{
	fprintf(stderr, "gatehouse lists: %s: %s\n", doing, err_text(e));
	return CLI_FAILED;
}

/* The file named, or PREFIX/lists/lists.snap. */
static enum err open_lists(const char *named, char path[PATH_MAX], struct snapshot **out)
{
	if (named)
		(void)snprintf(path, PATH_MAX, "%s", named);
	else
		TRY(path_join(path, PATH_MAX, cli_prefix(), "lists/lists.snap"));
	return snapshot_open(path, out);
}

static void show_lists(const struct snapshot *s)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct catalog c;
	catalog_open(s, &c);
	printf("%-36s %-18s %10s  %-12s %s\n", "list", "category", "entries", "version", "compiled");
	for (uint16_t i = 0; i < c.lists_n; i++) {
		struct list l = catalog_list(&c, i);
		struct category k = catalog_category(&c, l.category);
		printf("%-36.*s %-18.*s %10u  %-12.*s %.*s\n", STRF(l.name), STRF(k.name), l.entries, STRF(l.version),
		       STRF(time_iso(&a, l.read_utc)));
	}
}

int lists_cmd_show(int argc, char **argv)
{
	static const struct cli_option options[] = { { NULL, NULL, NULL, NULL } };
	AUTO(snapshot_free) struct snapshot *s = NULL;
	char path[PATH_MAX] = "";
	int rest;
	bool asked;
	if (!cli_options(argc, argv, "lists show [FILE.snap]", options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	enum err e = open_lists(rest > 0 ? argv[1] : NULL, path, &s);
	if (e != OK)
		return failed(path, e);
	struct hostset h;
	hostset_open(s, &h);
	printf("%s: generation %llu, %zu bytes, %llu names\n", path, (unsigned long long)snapshot_generation(s), snapshot_bytes(s),
	       (unsigned long long)hostset_count(&h));
	for (uint32_t id = 1; id <= SECTION_MAX; id++)
		if (snapshot_has(s, (enum section)id))
			printf("  section %-12s %12zu bytes\n", snapshot_section_name(id), snapshot_section(s, (enum section)id).n);
	show_lists(s);
	return CLI_DONE;
}

static void print_hits(const struct snapshot *s, const char *what, const struct hits *h)
{
	struct catalog c;
	catalog_open(s, &c);
	for (size_t i = 0; i < h->n; i++) {
		struct list l = catalog_list(&c, h->v[i].list);
		printf("%-8s %-18.*s %.*s, version %.*s (%u %s)\n", what, STRF(catalog_category(&c, l.category).name), STRF(l.name),
		       STRF(l.version), h->v[i].length, str_is(str_z(what), "address") ? "bits" : "bytes matched");
	}
}

static size_t find(const struct snapshot *s, const struct url *u)
{
	struct hits h = { 0 }, p = { 0 }, a = { 0 };
	struct hostset hosts;
	struct urlset urls;
	struct addrset addrs;
	char path[URL_PATH_MAX];
	size_t n;
	hostset_open(s, &hosts);
	urlset_open(s, &urls);
	addrset_open(s, &addrs);
	if (u->is_addr)
		(void)addrset_find(&addrs, u->addr, &a);         /* the hits say it */
	else
		(void)hostset_find(&hosts, url_host(u), &h);
	if (url_path_norm(u->path, path, sizeof path, &n) == OK)
		(void)urlset_find(&urls, url_host(u), (struct str){ path, n }, &p);
	print_hits(s, "host", &h);
	print_hits(s, "page", &p);
	print_hits(s, "address", &a);
	return (size_t)h.n + p.n + a.n;
}

int lists_cmd_find(int argc, char **argv)
{
	const char *file = NULL;
	const struct cli_option options[] = { { "--in", "snapshot to look in (default: PREFIX/lists/lists.snap)", &file, NULL }, { NULL, NULL, NULL, NULL } };
	AUTO(snapshot_free) struct snapshot *s = NULL;
	char path[PATH_MAX] = "";
	struct url u;
	int rest;
	bool asked;
	if (!cli_options(argc, argv, "lists find HOST|ADDRESS|URL [--in FILE.snap]", options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if (rest != 1 || url_read(str_z(argv[1]), &u) != OK) {
		fprintf(stderr, "gatehouse lists find: say one host, address or web address.\n");
		return CLI_USAGE;
	}
	enum err e = open_lists(file, path, &s);
	if (e != OK)
		return failed(path, e);
	if (find(s, &u) == 0)
		printf("%s is on no list.  (Protected lists are not searched here.)\n", u.host);
	return CLI_DONE;
}
