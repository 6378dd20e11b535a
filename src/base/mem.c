#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

static void *checked(void *p)
{
	if (!p) {
		fputs("<2>out of memory\n", stderr);
		abort();
	}
	return p;
}

void *mem_zero(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *mem_grow(void *p, size_t bytes)
{
	return checked(realloc(p, bytes ? bytes : 1));
}

void *mem_copy(const void *p, size_t bytes)
{
	void *q = mem_zero(1, bytes);
	if (bytes)
		memcpy(q, p, bytes);
	return q;
}

char *mem_strdup(const char *z)
{
	return mem_copy(z, strlen(z) + 1);
}

void mem_free(void *pp)
{
	void *p;
	memcpy(&p, pp, sizeof p);
	free(p);
	p = NULL;
	memcpy(pp, &p, sizeof p);
}

void mem_wipe(void *p, size_t bytes)
{
	if (bytes)
		explicit_bzero(p, bytes);
}
