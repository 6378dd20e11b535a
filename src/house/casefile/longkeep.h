/* longkeep.h - the records that must be read in 75 years, in a form that needs no Gatehouse: a folder a child, each with a page that any browser shows,
 * the same as JSON, and the documents; one list of SHA-256 over all of it (sha256sum -c), whose own digest stands in the audit.  Cases whose rule of
 * retention is that long, or for good (data/retention.conf; IICSA; D16). */
#pragma once
#include "house/record/record.h"

enum { LONGKEEP_YEARS = 75, LONGKEEP_CASES_MAX = 100000 };

struct longkeep_sum { int64_t people, cases, files; char digest[65]; };
/* Into a folder that is not there yet (ERR_EXISTS); what failed half-way is left under FOLDER.part.  ERR_ABSENT: there is no such case. */
enum err longkeep_write(const struct desk *k, const struct act *act, const char *folder, struct longkeep_sum *out);
