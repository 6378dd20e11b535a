/* plist.h - the pieces that every Apple configuration profile is made of (Configuration Profile Reference). */
#pragma once
#include "base/buf.h"

void plist_begin(struct buf *out);                       /* up to the first payload's own dictionary */
void plist_text(struct buf *out, struct str s);          /* escaped */
void plist_string(struct buf *out, const char *key, struct str value);
/* Of a payload, or of the whole: its type, its name and a random number of its own. */
void plist_kind(struct buf *out, const char *type, struct str name, const char *id);
void plist_id(char out[37]);                              /* such a number: a UUID of version 4 (RFC 9562 5.4) */
