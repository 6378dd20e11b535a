/* What is read from a folder by name: notices, and the words of languages.  The folder holds links to the bytes. */
#include <sys/stat.h>

#include "base/fuzz.h"
#include "house/agreement/board.h"

static char dir[64], file[2][128];

static void take_away(void)
{
	char sub[128];
	for (int i = 0; i < 2; i++) {
		(void)unlink(file[i]);                   /* what cannot be removed stays */
		(void)snprintf(sub, sizeof sub, "%s/%s", dir, i ? "agreements" : "notices");
		(void)rmdir(sub);
	}
	(void)rmdir(dir);
}

static void make_folder(const char *bytes_at)
{
	static const char *const names[2][2] = { { "notices", "notices.conf" }, { "agreements", "languages.conf" } };
	(void)snprintf(dir, sizeof dir, "/tmp/gatehouse-fuzz.XXXXXX");
	FUZZ_CHECK(mkdtemp(dir) && atexit(take_away) == 0);
	for (int i = 0; i < 2; i++) {
		(void)snprintf(file[i], sizeof file[i], "%s/%s", dir, names[i][0]);
		FUZZ_CHECK(mkdir(file[i], 0700) == 0);
		(void)snprintf(file[i], sizeof file[i], "%s/%s/%s", dir, names[i][0], names[i][1]);
		FUZZ_CHECK(symlink(bytes_at, file[i]) == 0);
	}
}

FUZZ(board, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct board b;
	struct agreement_words *w;
	size_t n;
	const char *at = fuzz_path(bytes);
	if (!dir[0])
		make_folder(at);
	if (board_load(&a, dir, NULL, &d, &b) == OK)
		for (size_t i = 0; i < b.n; i++)
			FUZZ_CHECK(board_find(&b, b.v[i].id) && strlen(b.v[i].version) == BOARD_VERSION - 1);
	if (agreement_languages(&a, dir, &d, &w, &n) == OK && n)
		FUZZ_CHECK(agreement_words_of(w, n, w[n - 1].code));
	diag_done(&d);
	arena_done(&a);
}
