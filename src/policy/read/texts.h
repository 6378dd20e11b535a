/* texts.h - short texts by key, sorted: the school's name, the gate's names,
 * the supplier in front.  Used for the TEXTS and META sections. */
#pragma once
#include "base/buf.h"
#include "base/str.h"

struct snapshot;

enum { TEXTS_MAX = 4096 };

struct text { struct str key, value; };
struct texts { struct text *v; size_t n; };

struct str texts_get(const struct texts *t, struct str key);    /* STR_NONE when absent */
void texts_sort(struct texts *t);
enum err texts_read(struct str bytes, struct texts *out);
void texts_write(const struct texts *t, struct buf *out);
void texts_done(struct texts *t);
enum err texts_check(const struct snapshot *s, struct str bytes);
