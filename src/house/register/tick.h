/* tick.h - what the clock does to registers: an entry whose date has passed moves by itself (auto = ... : until is past), and what is due
 * opens a task for the role that its file names, which closes by itself once the entry is mended.  Call it as often as you like; each is done once. */
#pragma once
#include "house/store/entry.h"

enum { REGISTERS_TICK_MAX = 200 };             /* entries of a register in one go */
enum err registers_tick(struct store *st, int64_t school, int64_t now_utc, size_t *n);
/* Whether the entry's date is past by as many days as its file allows (`due`). */
bool register_due(const struct reg *r, const struct entry *e, int64_t now_utc);
