/* adultfile.h - everything that was said about one adult who works here, in one locked file that needs no Gatehouse: for the personnel file that the
 * headteacher keeps, and for the decades (KCSIE part four: until pension age, or ten years).  `gatehouse archive` holds no allegations: whoever runs a
 * command is a technician.  This one is made by who may read them, the headteacher, or the chair about the headteacher; its passphrase is shown to
 * them once and kept nowhere (decision 0267). */
#pragma once
#include "house/casefile/bundle.h"
#include "house/record/pattern.h"

struct adult_file { struct str bytes; size_t cases; char digest[65]; };
/* person 0: what names nobody.  ERR_ABSENT: nothing that the asker may see; ERR_LIMIT: more than fits one file (print the cases by themselves);
 * ERR_INVALID: no passphrase of bundle_phrase.  Each case is marked as taken out, the digest stands in the audit. */
enum err adultfile_make(const struct desk *k, struct arena *a, const struct act *act, const struct entry_may *may, int64_t person, const char *phrase, struct adult_file *out);
