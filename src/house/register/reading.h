/* reading.h - inside the reader of register files: what read.c (registers) and read_field.c (fields) share. */
#pragma once
#include "base/conf.h"
#include "house/register/inner.h"

enum { REGISTER_FIELDS_MAX = 100 };

struct word { const char *word; int value; };
/* One file being read; texts go into the set's arena. */
struct loading { struct arena *a; struct str file; bool own; struct diag *d; bool extends; };

/* The value of a word of a table; a finding on the pair's line otherwise. */
enum err read_word(struct loading *l, const struct conf_pair *p, struct str value, const struct word *words, size_t n, int *out);
enum err read_yes(struct loading *l, const struct conf_pair *p, bool *out);
/* "KEY VALUE", a parameter of the school's profile. */
enum err read_profile(struct loading *l, const struct conf_pair *p, struct str *key, struct str *value);
/* Small letters, digits, - and _; at most 60. */
bool register_name_ok(struct str s);
/* One [field ...] into the register that it belongs to. */
enum err read_field(struct loading *l, const struct conf_block *b, struct reg *r);
