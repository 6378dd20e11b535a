/* shared.h - accounts that look as if several people used them (7.5-12): a name or
 * sign-in name that names no person ("office", "ipad 3", "Year 4"), two accounts of one
 * name and kind, and an account that works at more than two addresses just now. */
#pragma once
#include "house/account/people.h"

enum shared_why { SHARED_GENERIC = 1, SHARED_TWICE = 2, SHARED_PLACES = 4, SHARED_REFUSED = 8 };
struct shared_account { int64_t person; enum person_kind kind; struct str name, username; unsigned why; };

bool shared_generic(struct str name);          /* whether the words of it name no person */
/* Whether it is refused at signing in (5.3-14): generic, but for the program's own break-glass account and accounts for trying things out
 * ("test", "demo"), which are listed only. */
bool shared_refused(struct str username);
/* Everybody here with an account that one of these is true of; by name. */
enum err shared_list(struct db *db, struct arena *a, int64_t school, struct shared_account **out, size_t *n);
