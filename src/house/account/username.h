/* username.h - names for signing in.  A learner's is made of the first name and an
 * animal ("tansy.otter"): a child of five can read it, no surname is shown, two
 * children never get the same, and no unlucky word comes about (data/words).  Other people's
 * are made of the whole name ("tansy.testerley").  A name that somebody had, also
 * one they gave up, is never given to anybody else (7.5.1-01, -05). */
#pragma once
#include "house/account/people.h"

enum err username_suggest(struct db *db, struct arena *a, int64_t school, enum person_kind kind, struct str name, struct str *out);
/* OK: nobody but `person` (0: nobody) has or had it.  ERR_EXISTS otherwise. */
enum err username_free(struct db *db, int64_t school, struct str username, int64_t person);
/* Whether no unlucky word comes about in it that the first name itself does not hold. */
bool username_lucky(struct str username, struct str first);
/* The Latin letters and digits of a name, small, without accents; pieces separated by '.'; at most `max` bytes. */
struct str username_plain(struct arena *a, struct str name, size_t max);
