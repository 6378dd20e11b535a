/* page.h - fills a page of ui/block: {{name}} is escaped (text and quoted
 * attributes), {{#name}}...{{/name}} stands when the value is not empty,
 * {{^name}}...{{/name}} when it is.  A value named x_url that is no http, https or
 * local address becomes "#".  There is no way to ask for raw. */
#pragma once
#include "base/buf.h"

struct page_value { const char *name; struct str value; };

/* Names without a value are empty.  The page is a text of the program (gen_block.h): what it consists of is
 * worked out once and remembered by its address.  One thread. */
void page_fill(const char *page, const struct page_value *values, size_t n, struct buf *out);
void page_escape(struct str s, struct buf *out);
