/* court.h - one case printed for a court or an inspector: numbered entries, page numbers, an
 * index, and the SHA-256 of what it says at its foot.  Each print is kept with the case (who,
 * when, for whom, the digest), so that years later anybody who may see the case can ask
 * whether a print is genuine, and whether the record still says the same. */
#pragma once
#include "house/casefile/childfile.h"
#include "house/record/record.h"

/* The case as values: events recorded up to `upto_utc` (0: all), documents by name. */
enum err court_file(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, int64_t upto_utc, struct child_file *out);
/* A page of its own, kept as printed and as looked at.  ERR_INVALID: finding on "whom". */
enum err court_print(const struct desk *k, struct arena *a, const struct act *act, const struct entry_may *may, int64_t id, struct str whom, struct diag *d, struct str *out);

struct court_made { int64_t case_id, at_utc, by, entries; struct str whom, digest; bool same; };       /* same: the record says today what it said then */
enum err court_list(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct court_made **out, size_t *n);
/* ERR_ABSENT: no print of that digest, or not of a case that the asker may see. */
enum err court_verify(const struct desk *k, struct arena *a, const struct entry_may *may, struct str digest, struct court_made *out);
