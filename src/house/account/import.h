/* import.h - people and classes of a school from one file (base/conf.h), for a
 * first start and for a new year.  Who is there already (by sign-in name) stays as
 * they are.
 *
 *   [class Elm]                    [person saffron.inventley]
 *   year = 4                       name = Ms Saffron Inventley
 *   group = ks2                    kind = staff
 *   teacher = saffron.inventley    role = teacher          (may repeat)
 *                                  class = Elm             (pupils)
 *                                  child = sign.in.name    (parents; may repeat)
 *                                  until = 2026-12-18      (visitors, supply, contractors)
 */
#pragma once
#include "base/conf.h"
#include "house/account/people.h"

struct people_imported { int64_t people, classes, there_already; };
/* Called for each new person, to hand out a first password; may be NULL. */
typedef enum err people_import_fn(void *ctx, struct db *db, const struct act *act, int64_t person, struct str username);
/* One transaction: all or nothing.  Findings carry their line. */
enum err people_import(struct db *db, const struct act *act, const struct conf *c, struct diag *d,
                       people_import_fn *each, void *ctx, struct people_imported *out);
