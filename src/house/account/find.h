/* find.h - people by a few letters: words that begin any part of a name or sign-in name, in any order,
 * accents and case folded.  Whoever mistypes (one letter wrong, missing, too many, or two changed about) is
 * understood when nothing fits exactly.  Leavers are not found.  Under 100 ms among 5,000. */
#pragma once
#include "house/account/people.h"

enum { FIND_MOST = 20, FIND_WORDS = 3, FIND_LEAST = 2 /* letters */ };

struct found { int64_t id; enum person_kind kind; int year; struct str name, class_name, username; };
/* `kind` 0: everybody.  `near`: nothing fitted exactly, these are like it.  Fewer than FIND_LEAST letters: none. */
enum err find_people(struct db *db, struct arena *a, int64_t school, struct str letters, enum person_kind kind,
                     struct found **out, size_t *n, bool *near);
/* Keeps the words of somebody's names; in the transaction that changes them.  `fresh`: nothing is kept of them yet. */
enum err find_index(struct db *db, int64_t school, int64_t person, struct str name, struct str username, bool fresh);
/* Whether `typed` begins `word` with at most one slip; both folded. */
bool find_slip(struct str typed, struct str word);
