/* attachment.h - documents kept with an entry: a case, or a line of another register.
 * Sealed with its key, screened by what is inside (screen.h), never changed.  One put
 * there by mistake is taken away with the reason: its bytes go, what it was and who took
 * it away stays.
 *
 * Who may is the caller's to check, by reading the parent as the asker first: whoever may
 * see that may see its documents.  A case that may not have any is the caller's question
 * too (record_uploads).  Entries of the register `document`, in the class of the parent. */
#pragma once
#include "house/casefile/screen.h"
#include "house/store/entry.h"

enum { ATTACHMENT_NAME_MAX = 200, ATTACHMENT_WHAT_MAX = 300, ATTACHMENT_PARTS_MAX = 400, ATTACHMENT_PART = 192 * 1024 };

struct attachment_in { struct str name, what, bytes; };
/* ERR_INVALID: refused, and the finding on "file" says why and what to do instead; *why the word of it. */
enum err attachment_add(struct store *st, const struct act *act, const struct entry *parent, const struct attachment_in *in,
                        struct diag *d, int64_t *id, enum screen_why *why);
/* What the program itself wrote (a pack, a bundle): not screened.  ending: "zip". */
enum err attachment_keep(struct store *st, const struct act *act, const struct entry *parent, const struct attachment_in *in,
                         const char *ending, struct diag *d, int64_t *id);

struct attachment {
	int64_t id, parent, size, made_utc, made_by;
	struct str name, what, kind, digest, why;      /* why: taken away */
	bool thinned, withdrawn, destroyed;
};
/* Oldest first, at most 200. */
enum err attachment_list(struct store *st, struct arena *a, int64_t school, int64_t parent, struct attachment **out, size_t *n);
enum err attachment_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct attachment *out);
/* ERR_ABSENT: taken away or destroyed; ERR_CORRUPT: not what was kept. */
enum err attachment_bytes(struct store *st, struct arena *a, int64_t school, int64_t id, struct str *out);
/* ERR_STATE: it is gone already.  Ask retention_held first: a hold beats every deletion. */
enum err attachment_withdraw(struct store *st, const struct act *act, int64_t id, struct str why, struct diag *d);
