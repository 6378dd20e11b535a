/* service.h - the register of services and apps, and the risk assessments that open
 * them (4.1-16, 6-02 to 6-04, 7.1-01 to -08, 7.9.2-06, 7.11-05, FIELD E8).
 *
 * A service's web names are closed by the filter until its gate `allow` (data/registers/
 * service.conf) is open: a signed assessment that is not past its review and grace, or, for
 * what was in use when the register began, a day by which it is to be assessed.  What opens
 * is what was signed: names and groups stand in the assessment as they were then.  Nothing
 * else opens a service (docs/precedence.md row 7).  The days of closing are kept in the
 * policy itself, and always fall on midnight, never in a lesson.
 *
 * A name may be taken out of the register only by whoever may agree (CAP_RISK, approve):
 * that would free it.  Rights are otherwise the page's to check; who signs as what, and that
 * they are different people, is checked here and by the gates. */
#pragma once
#include "base/buf.h"
#include "house/account/rights.h"
#include "house/condition/condition.h"

enum { SERVICE_HOSTS_MAX = 400, SERVICE_WARN_DAYS = 30, SERVICE_ASSESS_DAYS = 60, REVIEW_MONTHS_MAX = 12, SERVICE_CSV_MAX = 2000 };

/* A service as given: fields of the register by name; names of hosts are put into normal form. */
struct service_in {
	struct entry_field *fields;
	size_t n;
	bool leads;                    /* may agree: names and entries may be taken out */
};
/* `state`: "wanted", "in-use" or "not-used".  ERR_INVALID with findings (file = field). */
enum err service_add(struct store *st, const struct act *act, const char *state, const struct service_in *in, struct diag *d, int64_t *id);
enum err service_change(struct store *st, const struct act *act, const struct entry *e, const struct service_in *in, struct diag *d);
/* "retired", "mistake" (only by whoever may agree: its names are free again), "wanted" (taken up again), "not-used". */
enum err service_move(struct store *st, const struct act *act, const struct entry *e, const char *state, bool leads, struct diag *d);
enum err service_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct entry *out);

/* What the school names of this kind (the one that is used; of several the oldest); absent: nothing yet. */
enum err service_named(struct store *st, struct arena *a, int64_t school, const char *kind, struct str *out);

/* How one stands now. */
enum service_light { LIGHT_CLOSED = 1, LIGHT_GREEN, LIGHT_AMBER /* its day is near */, LIGHT_RED /* past its day, in grace */, LIGHT_GREY /* not used */ };
struct service_now {
	enum service_light light;
	int64_t day_utc, closes_utc;   /* the day of its review or assessment; when it closes by itself; 0 none */
	struct gate_answer gate;       /* what is missing */
	struct entry assessment;       /* that opens it; id 0: none */
	bool changed;                  /* the service is no longer what was assessed */
};
enum err service_now(struct store *st, struct arena *a, int64_t school, const struct entry *e, int64_t now_utc, struct service_now *out);

/* ---- assessments ---- */
/* The draft of a service, or the signed one; ERR_ABSENT. */
enum err assess_draft(struct store *st, struct arena *a, int64_t school, int64_t service, struct entry *out);
enum err assess_signed(struct store *st, struct arena *a, int64_t school, int64_t service, struct entry *out);
/* Keeps the answers as the draft, made when there is none; names and kind are taken from the service, signatures begin again. */
enum err assess_save(struct store *st, const struct act *act, const struct entry *service, const struct entry_field *f, size_t n, struct diag *d, int64_t *id);

enum assess_side { SIDE_EDUCATOR, SIDE_TECHNICIAN, SIDE_LEADER };
/* Signs the draft.  ERR_STATE with findings: answers are missing, or that side has signed; ERR_EXISTS: this person signed as another.
 * With the last signature needed the service is open: *opened. */
enum err assess_sign(struct store *st, const struct act *act, const struct entry *service, enum assess_side side, struct diag *d, bool *opened);
/* Leadership takes the signatures back: closed at once. */
enum err assess_call_back(struct store *st, const struct act *act, const struct entry *service, struct str why, struct diag *d);

/* ---- the filter ---- */
/* [service ...] blocks for the policy (policy/compile). */
enum err service_policy(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct buf *out);
/* Warns, turns red, tells leadership, closes: tasks, each once.  *closed: how many closed since it was last asked. */
enum err service_tick(struct store *st, int64_t school, int64_t now_utc, size_t *closed);
/* On first use: what the running policy lets through by name comes in as in use, to be assessed.  `snapshot`: P/policy/current.
 * Nothing when the register has entries.  *n: how many came in. */
enum err service_begin(struct store *st, int64_t school, const char *snapshot, int64_t now_utc, size_t *n);

/* ---- from a file ---- */
struct service_import { size_t added, known; };
/* CSV with a heading: name, addresses, kind, purpose, supplier, ...  Those it adds are in use, to be assessed by `day`.  All or
 * nothing; findings name the row.  dry: reads and checks only. */
enum err service_csv(struct store *st, const struct act *act, struct str csv, struct str day, bool dry, struct diag *d, struct service_import *out);

/* What is missing in the register as a whole (4.1-16, 7.1-01, 7.3.2-01, 7.3.2-07, 7.10-01, 11.4-03): sentences with links. */
enum err service_gaps(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct missing **out, size_t *n);
