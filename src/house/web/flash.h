/* flash.h - one message for each session, shown once by its next page. */
#pragma once
#include "house/web/web.h"

enum { FLASH_MAX = 400 };              /* bytes, with the NUL; longer is cut */

void flash_put(struct flash_store *f, int64_t session, enum flash_kind kind, const char *text);
bool flash_take(struct flash_store *f, int64_t session, struct arena *a, enum flash_kind *kind, struct str *text);
/* The session has another id now. */
void flash_move(struct flash_store *f, int64_t from, int64_t to);
