/* support.h - a profile of one vulnerable learner (5.2-02 to -05; field A18): what is
 * filtered for this child, which agreement fits, who is told, how they are helped, and
 * the day on which it is looked at again.
 *
 * The filter's group is "plan-NUMBER".  While the plan is active what it opens and closes
 * holds; past its day the openings end by themselves (the policy carries the day), the
 * restrictions stay, and a task opens for the lead DSL: access falls back to the stricter of
 * both, never to the looser.  Only ending the plan gives back the year group's own.
 *
 * A device is handed over to the child only after somebody recorded that they saw the filter
 * work on it for this plan as it is now; a change of the plan asks for another look.
 *
 * What the child's needs are is sealed and class `child`: callers check CAP_VULNERABLE with
 * REACH_ALL first; a teacher of the child gets `helps` alone (support_helps). */
#pragma once
#include "base/buf.h"
#include "house/account/people.h"
#include "house/store/entry.h"

/*        word             title */
#define SUPPORT_FACTOR_TABLE(X) \
	X("in-care",       "In care, or was") \
	X("send",          "Special educational needs or a disability") \
	X("mental-health", "Mental health") \
	X("eal",           "English as an additional language") \
	X("trauma",        "Trauma or loss")
/* What a plan may open or close: never a category that is closed for everybody. */
#define SUPPORT_OPEN_TABLE(X) X("translation", "Translation tools") X("video-sharing", "Video sites") X("news", "News") X("streaming", "Streaming")
#define SUPPORT_BLOCK_TABLE(X) X("video-sharing", "Video sites") X("chat", "Chat") X("forums", "Forums") X("gaming", "Games") X("news", "News") \
	X("ai", "AI tools") X("shopping", "Shopping") X("streaming", "Streaming") X("web-mail", "Web mail")
struct support_word { const char *word, *title; };
extern const struct support_word SUPPORT_FACTORS[], SUPPORT_OPEN[], SUPPORT_BLOCK[], SUPPORT_FORMS[];
extern const size_t N_SUPPORT_FACTORS, N_SUPPORT_OPEN, N_SUPPORT_BLOCK, N_SUPPORT_FORMS;

struct support_in {
	int64_t child;
	struct str form;               /* the agreement's audience: "ks1"; absent: by age */
	struct str open, block, factors;       /* words with a space between */
	bool walled;                   /* only chosen sites */
	struct str reason, helps, provision;
	int64_t supported_by, told;    /* told 0 = the lead DSL and deputies as ever */
	int64_t from_utc, until_utc;   /* from 0 = now; until: at most a year on */
};
/* ERR_INVALID with findings (file = field); ERR_EXISTS: this child has a plan. */
enum err support_open(struct store *st, const struct act *act, const struct support_in *in, struct diag *d, int64_t *id);
/* A new version; the child stays.  Also brings a lapsed plan back, with a new day. */
enum err support_change(struct store *st, const struct act *act, int64_t id, const struct support_in *in, struct diag *d);
enum err support_end(struct store *st, const struct act *act, int64_t id, struct str why, struct diag *d);

struct support {
	int64_t id, number, version, child, supported_by, told, from_utc, until_utc, revision, made_by, changed_utc;
	struct str state, base, form, open, block, factors, reason, helps, provision, ended_why;
	bool walled;
};
enum err support_get(struct store *st, struct arena *a, int64_t school, int64_t viewer, int64_t id, struct support *out);
enum err support_list(struct store *st, struct arena *a, int64_t school, int64_t viewer, bool ended, int64_t offset, int64_t limit,
                      struct support **out, size_t *n, int64_t *total);
/* The plan that holds for a child now; ERR_ABSENT.  For the program: no right is asked. */
enum err support_of(struct store *st, struct arena *a, int64_t school, int64_t child, struct support *out);

/* The filter's group of a child with a plan ("plan-7"), and the agreement's audience (absent: by age); ERR_ABSENT. */
enum err support_group(struct db *db, struct arena *a, int64_t school, int64_t child, struct str *group, struct str *form);
/* The groups of the policy for all plans that hold. */
enum err support_policy(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct buf *out);
/* Plans past their day: stricter, and a task each.  `n` = how many. */
enum err support_lapse(struct store *st, int64_t school, int64_t now_utc, size_t *n);

/* ---- devices ---- */
struct support_device {
	int64_t id, version, checked_by, checked_utc, handed_by, handed_utc, revision;
	struct str device, tried, state;
	bool fresh;                    /* seen with the plan as it is now */
};
enum err support_devices(struct store *st, struct arena *a, int64_t school, int64_t viewer, const struct support *p, struct support_device **out, size_t *n);
enum err support_device_add(struct store *st, const struct act *act, const struct support *p, struct str device, struct diag *d, int64_t *id);
/* Both were seen: a closed page was refused, and a page that should open did.  `tried`: what, in words. */
enum err support_device_check(struct store *st, const struct act *act, const struct support *p, int64_t device, bool refused_seen, bool opened_seen,
                              struct str tried, struct diag *d);
/* ERR_STATE with a finding when it was not seen working for the plan as it is now. */
enum err support_device_hand(struct store *st, const struct act *act, const struct support *p, int64_t device, struct diag *d);
enum err support_device_back(struct store *st, const struct act *act, const struct support *p, int64_t device, struct diag *d);
