/* tpl.h - what the functions made by tools/tplgen.py are written with: each
 * writer escapes for one place of a page.  Pages never call these by hand. */
#pragma once
#include "base/buf.h"
#include "base/mem.h"

struct tpl_env {
	struct str csrf;      /* the session's form token; never absent where a form posts */
	struct str once;      /* the number of this page's forms (once.h); absent: none */
};

void tpl_text(struct buf *o, struct str s);        /* text and quoted attributes: & < > " ' escaped, bytes that are not UTF-8 replaced */
void tpl_int(struct buf *o, int64_t n);
void tpl_url(struct buf *o, struct str s);         /* a whole address: own paths, https, http, mailto, tel; anything else becomes "#" */
void tpl_url_piece(struct buf *o, struct str s);   /* inside an address that the page began: percent-encoded */
void tpl_csrf(struct buf *o, const struct tpl_env *env);   /* the hidden fields of a form that posts */
struct str tpl_sentence(unsigned key);             /* of ui/text, by enum text_key (gen_ui.h, made) */
