/* tick.h - what the clock does to registers: an entry whose date has passed moves by itself (auto = ... : until is past), and what is due
 * opens a task for the role that its file names.  Call it as often as you like; each is done once. */
#pragma once
#include "house/store/entry.h"

enum { REGISTERS_TICK_MAX = 200 };             /* entries of a register in one go */
enum err registers_tick(struct store *st, int64_t school, int64_t now_utc, size_t *n);
