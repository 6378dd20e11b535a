/* frame_rec.h - records in an append-only file, each with its own checksums, so
 * that a torn tail is told apart from an edit.  Spool segments and live.log
 * share it.  Bytes of a record, numbers little-endian:
 *
 *   u32 body bytes | u16 kind | u16 version | u32 CRC-32C of these 8 | u32 CRC-32C of these 8 and the body | body
 *
 * Sixteen zero bytes are no record: a preallocated file ends where they begin. */
#pragma once
#include "base/rd.h"
#include "base/wr.h"

enum { REC_HEAD = 16, REC_MAX = 256 * 1024 };     /* bytes; REC_MAX limits a body */

struct rec { uint16_t kind, version; struct str body; };   /* body: a view into the bytes read */

/* Appends one record; too long a body or too little room sets w->bad. */
void rec_put(struct wr *w, uint16_t kind, uint16_t version, struct str body);
/* Writes the head alone for a body that follows it in memory at once. */
void rec_head(uint8_t out[REC_HEAD], uint16_t kind, uint16_t version, struct str body);
/* Reads the record at *at and moves *at past it.  *at stays where it was unless OK:
 *   ERR_END      exactly at the end, or only zero bytes follow
 *   ERR_SYNTAX   the bytes end inside this record: a torn tail, or still being written
 *   ERR_CORRUPT  a checksum does not fit; nothing from here on can be believed */
enum err rec_next(struct str bytes, size_t *at, struct rec *out);
/* Whether a head whose checksum fits stands there: quick, for a search after damage. */
bool rec_plausible(struct str bytes, size_t at);
