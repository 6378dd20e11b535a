/* cbor.h - the part of CBOR (RFC 8949) that authenticators write: CTAP2's canonical
 * form, read strictly.  Definite lengths, shortest numbers, no tags, no floats.  Pure:
 * over a cursor whose first error sticks (base/rd.h). */
#pragma once
#include "base/rd.h"

enum { CBOR_DEPTH = 4, CBOR_ITEMS_MAX = 64 };      /* nesting; items of one map or array */
enum cbor_kind { CBOR_UINT = 0, CBOR_NINT = 1, CBOR_BYTES = 2, CBOR_TEXT = 3, CBOR_ARRAY = 4, CBOR_MAP = 5, CBOR_TAG = 6, CBOR_SIMPLE = 7 };

/* What comes next, without reading it; CBOR_TAG when nothing that can be read. */
enum cbor_kind cbor_next(const struct rd *r);
int64_t cbor_int(struct rd *r);                    /* CBOR_UINT or CBOR_NINT, within int64 */
struct str cbor_bytes(struct rd *r);               /* a view */
struct str cbor_text(struct rd *r);                /* a view; UTF-8 */
size_t cbor_map(struct rd *r);                     /* how many pairs follow */
void cbor_skip(struct rd *r);                      /* one whole item, whatever it is */
