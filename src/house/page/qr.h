/* qr.h - a text as a QR code (ISO/IEC 18004, by libqrencode, correction level M), as the
 * path of an inline SVG: `<svg viewBox="0 0 SIDE SIDE"><path d="PATH"/></svg>`.  Four quiet modules on each side. */
#pragma once
#include "base/arena.h"

enum { QR_TEXT_MAX = 300, QR_QUIET = 4 };
struct qr { struct str path; int side; };
enum err qr_make(struct arena *a, struct str text, struct qr *out);      /* ERR_LIMIT: too long */
