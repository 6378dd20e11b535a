/* casefile.h - what the pages of a case's file share. */
#pragma once
#include "house/casefile/attachment.h"
#include "house/page/desk.h"

/* The case of the address, seen whole; a look that is refused is kept.  The look itself is the caller's to keep. */
enum err casefile_open(struct page_ctx *c, struct desk_view *k, int64_t *id, struct entry *e);
/* Who leads: holds, rules, disposal, transfer. */
bool casefile_leads(const struct page_ctx *c);
/* The bytes as a file to save: never shown by a browser (nosniff stands on every reply). */
enum err casefile_send(struct page_ctx *c, struct str bytes, const char *media, struct str name);
/* Findings that a module left on fields become the form's: the page is shown again.  Other errors stay. */
enum err casefile_again(struct page_ctx *c, enum err e);
