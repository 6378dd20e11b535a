/* category.h - what data/categories.conf says of each category, for people: what is in it, why a school closes it, for whom by default, its
 * test set, and for each of the thirteen illegal kinds (UK Safer Internet Centre, appropriate filtering definitions) its code and the law.
 * The file itself is checked where lists are compiled (policy/compile/list_names.c): a category without rationale, content or test set is refused. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"

enum { CATEGORY_TEXTS_MAX = 300, ILLEGAL_KINDS = 13 };

struct category_text {
	struct str name, title, why, holds, block, test;
	struct str code, law;                     /* of an illegal kind; else absent */
	bool sensitive, service, illegal, allow, help, sealed;
};
struct category_texts { struct category_text *v; size_t n; };

/* file: data/categories.conf.  Texts live in the arena. */
enum err category_texts(struct arena *a, const char *file, struct category_texts *out);
const struct category_text *category_text(const struct category_texts *t, struct str name);     /* NULL: there is none */
/* "everybody", "pupils, visitors", "nobody" */
struct str category_default_words(struct arena *a, const struct category_text *t);
/* "(7.3.2-02)" and the like, which mean nothing to a parent, left out. */
struct str category_plain(struct arena *a, struct str text);
