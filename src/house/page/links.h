/* links.h - the contact directory on a page. */
#pragma once
#include "house/page/desk.h"

/* Entries for an audience (enum contact_audience).  staff: with who confirmed them and whether their links open. */
enum err page_contacts(struct page_ctx *c, unsigned audience, bool staff, struct part_contact_list *out);
