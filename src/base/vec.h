/* vec.h - a growing array of one type.
 *   VEC(struct rule) rules = { 0 };
 *   *vec_push(&rules) = r;                 each item zeroed first
 *   for (size_t i = 0; i < rules.n; i++) ... rules.v[i]
 *   vec_done(&rules);
 * vec_push may move the items: keep indexes, not pointers. */
#pragma once
#include <stdlib.h>

#include "base/mem.h"

#define VEC(T) struct { T *v; size_t n, cap; }

static inline void *vec_room(void *v, size_t n, size_t *cap, size_t size)
{
	if (n == *cap) {
		*cap = *cap ? *cap * 2 : 8;
		v = mem_grow(v, *cap * size);
	}
	memset((char *)v + n * size, 0, size);
	return v;
}
#define vec_push(x) ((x)->v = vec_room((x)->v, (x)->n, &(x)->cap, sizeof *(x)->v), &(x)->v[(x)->n++])
#define vec_done(x) (free((x)->v), (x)->v = NULL, (x)->n = (x)->cap = 0)
#define vec_sort(x, cmp) ((x)->n > 1 ? qsort((x)->v, (x)->n, sizeof *(x)->v, (cmp)) : (void)0)
