/* asked.h - a question to the filter ("why was this closed?") is counted and kept
 * before it is answered: protected lists must not be felt out by trying. */
#pragma once
#include "base/arena.h"
#include "house/store/act.h"
#include "house/store/db.h"

enum { FILTER_ASKS_MAX = 30, FILTER_ASKS_WITHIN_S = 600 };

/* Keeps the question, without the address: what was asked may itself be protected.
 * ERR_BUSY: this person (0: the command line) asked too often in the last minutes. */
enum err filter_asked(struct db *db, struct arena *a, const struct act *act);
