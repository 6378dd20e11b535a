#include "house/page/qr.h"

#include <qrencode.h>

#include "base/buf.h"
#include "base/mem.h"

static void qr_done(QRcode **q) { QRcode_free(*q); }

/* Each row's dark runs as one-high boxes. */
static void put_rows(struct buf *b, const QRcode *q)
{
	for (int y = 0; y < q->width; y++)
		for (int x = 0, run; x < q->width; x += run) {
			bool dark = q->data[y * q->width + x] & 1;
			for (run = 1; x + run < q->width && (q->data[y * q->width + x + run] & 1) == dark; run++)
				;
			if (dark)
				buf_fmt(b, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, run, run);
		}
}

enum err qr_make(struct arena *a, struct str text, struct qr *out)
{
	if (text.n == 0 || text.n > QR_TEXT_MAX)
		return ERR_LIMIT;
	AUTO(qr_done) QRcode *q = QRcode_encodeString8bit(arena_z(a, text), 0, QR_ECLEVEL_M);
	if (!q)
		return ERR_LIMIT;
	AUTO(buf_done) struct buf b = buf_init(256 * 1024);
	put_rows(&b, q);
	TRY(buf_ok(&b));
	*out = (struct qr){ arena_str(a, buf_str(&b)), q->width + 2 * QR_QUIET };
	return OK;
}
