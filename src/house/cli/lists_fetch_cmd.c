#include "house/cli/lists_fetch_cmd.h"

#include <limits.h>
#include <stdio.h>

#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/cli/lists_make.h"
#include "house/fetch/lists_fetch.h"
#include "io/file.h"
#include "policy/read/sealed.h"

static int fetch(struct lists_fetch_ask *a)
{
	AUTO(diag_done) struct diag d = diag_init(500);
	struct lists_fetch_sum sum = { 0 };
	enum err e = lists_fetch(a, &d, &sum);
	lists_print_diag(&d);
	printf("%zu lists: %zu fetched anew, %zu unchanged, %zu failed.\n", sum.lists, sum.fresh, sum.unchanged, sum.failed);
	if (e != OK || !sum.swapped) {
		fprintf(stderr, "gatehouse lists fetch: %s  The compiled lists in use stay as they are.\n", err_text(e));
		return CLI_FAILED;
	}
	printf("lists.snap compiled, tested and swapped: %llu entries.\n", (unsigned long long)sum.entries);
	return sum.failed ? CLI_FAILED : CLI_DONE;
}

int lists_cmd_fetch(int argc, char **argv)
{
	struct lists_fetch_ask a = { .prefix = cli_prefix(), .data = cli_data(), .starter = true };
	bool without_starter = false, asked;
	const struct cli_option options[] = {
		{ "--prefix", "where gatehouse.conf and lists/ stand", &a.prefix, NULL },
		{ "--data", "folder with categories.conf and lists/", &a.data, NULL },
		{ "--only", "fetch this list alone (all are compiled)", &a.only, NULL },
		{ "--without-starter", "leave the starter list out", NULL, &without_starter },
		{ NULL, NULL, NULL, NULL },
	};
	char path[PATH_MAX];
	uint8_t key[SEALED_KEY_BYTES];
	int rest;
	if (!cli_options(argc, argv, "lists fetch [--prefix DIR]", options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	a.starter = !without_starter;
	if (path_join(path, sizeof path, a.prefix, "keys/sealed.key") == OK && file_exists(path)) {
		if (file_read_exact(path, key, sizeof key) != OK) {
			fprintf(stderr, "gatehouse lists fetch: %s is not a key of 32 bytes.\n", path);
			return CLI_FAILED;
		}
		a.sealed_key = key;
	}
	int code = fetch(&a);
	mem_wipe(key, sizeof key);
	return code;
}
