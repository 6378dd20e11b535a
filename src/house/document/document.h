/* document.h - the versions of the policy document: written, assessed,
 * approved, signed, in force, due for review (0-01 to 0-15, 3-01).
 *
 * Approval, impact assessment and both signatures carry the digest of the text
 * they were given for.  Editing changes the digest, and they count no longer:
 * they are asked for again.  One version is in force; it is never edited, a
 * new version follows it.  Every write is one transaction and says who. */
#pragma once
#include "house/procedure/profile.h"
#include "house/store/entry.h"

enum { DOCUMENT_MONTHS_MAX = 12 /* 3-01 */, DOCUMENT_DIGEST_TEXT = 65 };

struct document {
	struct entry e;                /* as kept, with every field */
	char digest[DOCUMENT_DIGEST_TEXT];
	bool approved, assessed, by_governor, by_head;     /* for this very text */
	bool was_signed;               /* somebody signed an earlier wording */
	bool overdue;
	int64_t approved_utc, review_utc;                  /* 0: not approved */
};

/* What an author fills in. */
struct document_in { struct str title, label, authors, adviser, adviser_on, adviser_permission, months, text; int64_t owner; };
/* Refused (ERR_INVALID, findings name the field): no author, a review interval above 12 months, a label that is taken. */
enum err document_create(struct store *st, const struct act *act, const struct document_in *in, struct diag *d, int64_t *id);
/* ERR_STATE: only a draft is edited. */
enum err document_edit(struct store *st, const struct act *act, int64_t id, int64_t seen, const struct document_in *in, struct diag *d);

struct document_approval { struct str on /* a day, or a month alone */, body, minute; };
/* With policy.minute_required a minute is needed (0-10); with policy.impact_assessment the assessment first (0-13). */
enum err document_approve(struct store *st, const struct profile *p, const struct act *act, int64_t id,
                          const struct document_approval *in, struct diag *d);
enum document_sign { DOCUMENT_GOVERNOR, DOCUMENT_HEAD, DOCUMENT_IMPACT };
/* By act->person, for the text of that digest: ERR_STALE when it is another one now. */
enum err document_sign(struct store *st, const struct act *act, int64_t id, enum document_sign as, struct str digest);
/* Puts it in force and retires the one before.  ERR_INVALID: no approval date (0-03). */
enum err document_activate(struct store *st, const struct act *act, int64_t id, struct diag *d);

enum err document_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct document *out);
/* The one in force; ERR_ABSENT: none. */
enum err document_active(struct store *st, struct arena *a, int64_t school, struct document *out);
/* Newest first, at most 100. */
enum err document_list(struct store *st, struct arena *a, int64_t school, struct document **out, size_t *n);
/* "2026-09-14", "14 September 2026", and a month alone: "2026-09", "09/2026", "September 2026" (its first day). */
enum err document_day(struct str s, int64_t *out_utc);
