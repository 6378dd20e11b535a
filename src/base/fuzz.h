/* fuzz.h - FUZZ(name, bytes) { ... } in x_fuzz.c is one target.  Built with
 * clang it is a libFuzzer program; built otherwise it runs the corpus files and
 * folders named on its command line once each (base/testing/fuzz_main.c). */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ(name, bytes) \
	static void fuzz_##name(struct str bytes); \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) \
	{ \
		fuzz_##name((struct str){ (const char *)data, size }); \
		return 0; \
	} \
	static void fuzz_##name(struct str bytes)

#define FUZZ_CHECK(cond) do { if (!(cond)) { fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); abort(); } } while (0)

/* A path under which these bytes can be read until the next call: for loaders that take a file. */
static inline const char *fuzz_path(struct str bytes)
{
	static char path[64];
	static int fd = -1;
	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	FUZZ_CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, bytes.p, bytes.n, 0) == (ssize_t)bytes.n);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return path;
}
