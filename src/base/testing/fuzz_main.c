/* Runs each corpus file once, for builds without libFuzzer. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fuzz.h"
#include "base/mem.h"

static size_t ran;

static int run_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type != FTW_F)
		return 0;
	FILE *f = fopen(path, "rb");
	if (!f)
		return 1;
	size_t n = (size_t)st->st_size;
	uint8_t *bytes = malloc(n ? n : 1);      /* exact size, so that a read past the end shows */
	n = fread(bytes, 1, n, f);
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, n);
	free(bytes);
	ran++;
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (nftw(argv[i], run_file, 16, FTW_PHYS)) {
			perror(argv[i]);
			return 1;
		}
	printf("corpus: %zu inputs, no finding\n", ran);
	return ran == 0;
}
