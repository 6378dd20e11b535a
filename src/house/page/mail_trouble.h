/* mail_trouble.h - what is wrong with mail, in sentences for Today.  Addresses are counted, not
 * named: who was written to is nobody's to read there. */
#pragma once
#include "house/web/web.h"

enum err page_mail_trouble(struct page_ctx *c, struct str **lines, size_t *n);
