/* fuzz.h - FUZZ(name, bytes) { ... } in x_fuzz.c is one target.  Built with
 * clang it is a libFuzzer program; built otherwise it runs the corpus files and
 * folders named on its command line once each (base/testing/fuzz_main.c). */
#pragma once
#include <stdio.h>
#include <stdlib.h>

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
