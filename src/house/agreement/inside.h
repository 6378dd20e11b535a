/* inside.h - what the files of this folder share. */
#pragma once
#include "base/hash.h"
#include "base/time.h"
#include "house/store/entry.h"

/* The program reads the registers whole; pages narrow what they show by their own rights. */
static inline struct entry_may agreement_may(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_PERSONAL), .subject_reads = ENTRY_BIT(ENTRY_PERSONAL) };
}

static inline struct str agreement_hex(struct arena *a, const uint8_t digest[SHA256_BYTES])
{
	char *p = arena_alloc(a, 2 * SHA256_BYTES + 1);
	hex_put(digest, SHA256_BYTES, p);
	return (struct str){ p, 2 * SHA256_BYTES };
}

static inline struct entry_field agreement_field(const char *name, struct str value)
{
	return (struct entry_field){ str_z(name), value };
}

/* Fields without a value are not written; returns how many are kept. */
static inline size_t agreement_filled(struct entry_field *f, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (f[i].value.n)
			f[kept++] = f[i];
	return kept;
}
