/* source.h - an uploaded file, whatever it is, as a roll: bytes are told apart, read
 * as text, and understood with the columns that are remembered for their shape. */
#pragma once
#include "house/roll/roll.h"
#include "house/store/act.h"
#include "house/store/db.h"

struct roll_source {
	struct roll_table table;           /* of a table; no rows for OneRoster */
	struct roll_columns columns;       /* as given, remembered, or guessed */
	const char *missing;               /* a sentence: the columns must be asked; then `roll` is empty */
	bool guessed;                      /* nobody confirmed these columns for this shape yet */
	bool oneroster;
	struct roll roll;
};
/* `columns`: as text (columns.h), or absent: remembered ones, else a guess.  Findings: refused rows. */
enum err roll_open(struct db *db, struct arena *a, int64_t school, const struct roll_file *files, size_t n, struct str columns,
                   struct diag *d, struct roll_source *out);
/* Keeps the columns for the next file of this shape. */
enum err roll_remember(struct db *db, const struct act *act, const struct roll_source *s);
