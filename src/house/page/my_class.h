/* my_class.h - the class of /class/:id/...  Those who teach it come in freely; others
 * say why first, on a page of its own, and that is kept (house/account/cover.h). */
#pragma once
#include "house/account/people.h"
#include "house/web/web.h"

/* True with *out.  False: the handler returns *e - an error, or the way to the page that asks for the reason. */
bool page_class(struct page_ctx *c, struct school_class *out, enum err *e);
/* The children of a class, by name. */
enum { CLASS_CHILDREN_MAX = 200 };
enum err page_children(struct page_ctx *c, int64_t class_id, struct person **out, size_t *n);
/* "Tansy"; "Tansy T" where another child of the class is called so. */
struct str page_first_name(struct arena *a, const struct person *all, size_t n, const struct person *p);
