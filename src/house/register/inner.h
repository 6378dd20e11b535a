/* inner.h - inside the definitions: a set of registers in the making (read.c), and the files that it is made of (register.c). */
#pragma once
#include "base/vec.h"
#include "house/register/register.h"

struct reg_set {
	struct arena arena;
	VEC(struct reg) v;             /* by id once it is whole */
};
void reg_set_free(struct reg_set **s);
/* Adds what one text says.  Findings carry file and line; after one, the set is not to be used. */
enum err reg_set_add(struct reg_set *s, struct str file, struct str text, bool own, struct diag *d);
/* What can be said only of the whole: columns, keys, pointers; then sorts it. */
enum err reg_set_whole(struct reg_set *s, struct diag *d);
struct reg *reg_set_find(const struct reg_set *s, struct str id);
