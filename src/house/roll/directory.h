/* directory.h - everybody in a directory, as gatehouse-outside hands them over (outside/people.h), as a roll.  Foreign bytes:
 * one JSON object,
 *   {"ok":true, "shape":hex, "groups":N, "people":[{"key":S, "name":S, "kind":"learner", "year":4, "class":S, "mail":S, "ref":S,
 *    "user":S, "gone":true, "teaches":[S], "wrong":sentence}], "unsorted":[key]}
 * or {"ok":false, "why":sentence}.  Whoever is wrong, or stands in none of the named groups, stays as they are. */
#pragma once
#include "house/roll/roll.h"

struct roll_directory { struct str shape; size_t groups, unsorted; struct roll roll; };
/* Pure; in the arena.  Findings: refused rows, and the sentence of a refusal.  ERR_NET: the directory, or the program that asks it, refused. */
enum err roll_directory_read(struct arena *a, struct str source, struct str bytes, struct diag *d, struct roll_directory *out);
/* Why the whole was not taken: the sentence among these findings that names nobody. */
struct str roll_directory_why(struct arena *a, struct str source, const struct diag *d);
