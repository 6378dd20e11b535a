/* mem.h - memory with one owner.  Allocation does not fail: it aborts, and the
 * worker is started again.  What is limited is input, where it enters. */
#pragma once
#include <stddef.h>
#include <string.h>

/* AUTO(f) T v = ...;  calls f(&v) when v goes out of scope. */
#define AUTO(f) __attribute__((cleanup(f)))
/* Moves a pointer out of its owner, leaving NULL behind. */
#define TAKE(p) __extension__({ __typeof__(p) take_ = (p); (p) = NULL; take_; })

#define mem_new(T) ((T *)mem_zero(1, sizeof(T)))
#define mem_array(T, n) ((T *)mem_zero((n), sizeof(T)))

void *mem_zero(size_t n, size_t size);          /* zeroed; never NULL */
void *mem_grow(void *p, size_t bytes);          /* realloc; never NULL */
void *mem_copy(const void *p, size_t bytes);
char *mem_strdup(const char *z);
void  mem_free(void *pp);                       /* a T **; accepts NULL in it, clears it */
void  mem_wipe(void *p, size_t bytes);          /* not optimised away */

#define ARRAY_N(a) (sizeof(a) / sizeof *(a))
