/* signs.h - where posters and signs hang, and when somebody last looked (5.1-11,
 * 9.4-02).  What hangs is named by the audience of an agreement ("ks2") or the id of a
 * notice of data/notices ("devices-visitor").  Entries of the register `sign-place`. */
#pragma once
#include "house/store/entry.h"

struct sign_place {
	int64_t id, seen, checked_utc, checker;     /* checked_utc 0: nobody looked yet */
	struct str place, what, version, found, note;
	bool internet;
};
enum err signs_list(struct store *st, struct arena *a, int64_t school, struct sign_place **out, size_t *n);
/* ERR_INVALID with findings: no place. */
enum err signs_add(struct store *st, struct arena *a, const struct act *act, struct str place, struct str what, bool internet, struct diag *d, int64_t *id);
/* found: right, replaced, missing.  version: what is current now; kept when it hangs there or was put up. */
enum err signs_check(struct store *st, struct arena *a, const struct act *act, int64_t id, const char *found, struct str version, struct str note);
/* It hangs there no longer, on purpose. */
enum err signs_down(struct store *st, struct arena *a, const struct act *act, int64_t id);
/* What is wrong with it, a sentence; NULL: nothing.  current absent: nothing of that kind is in force. */
const char *signs_gap(const struct sign_place *s, struct str current, int64_t term_start_utc);
