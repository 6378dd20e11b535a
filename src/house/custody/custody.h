/* custody.h - devices that the school holds: taken, moved from hand to hand,
 * searched, put on hold, given back, handed to the police (9.3-12 to -21, 11.1-13,
 * 11.2-14, 11.4-25).  Every movement says from, to, when and which role, and none is
 * ever changed; whoever lets a device go says whether anything on it was copied.  A hold stands above every release and every deletion.  What is
 * suspected is written in a case; this register is read by the office.
 *
 * Who may call what is checked here too, by role, so that no page can forget it. */
#pragma once
#include "house/account/people.h"
#include "house/record/record.h"

enum { CUSTODY_TEXT_MAX = 200, CUSTODY_PAGE = 50 };

/*         reason            word         case topic */
#define CUSTODY_REASON_TABLE(X) \
	X(CUSTODY_RULES,     "rules",     "") \
	X(CUSTODY_BEHAVIOUR, "behaviour", "") \
	X(CUSTODY_IMAGERY,   "imagery",   "sexting") \
	X(CUSTODY_ILLEGAL,   "illegal",   "illegal")
enum custody_reason {
#define CUSTODY_ENUM_(name, word, topic) name,
	CUSTODY_REASON_TABLE(CUSTODY_ENUM_)
#undef CUSTODY_ENUM_
	N_CUSTODY_REASONS
};
enum err custody_reason_read(struct str word, enum custody_reason *out);

struct custody_in {
	struct str device, place, words;       /* words: for the case that imagery and illegal open; else unused */
	int64_t owner;                         /* the pupil; 0 not known */
	enum custody_reason reason;
	struct str edition;                    /* of the national advice; absent: not confirmed */
	struct str serial, seal;               /* what stands on it, and on the bag that it lies in; absent: not known, none */
};
/* Taken: in the office's custody from this moment.  Imagery and illegal open their case (the safeguarding lead is told at
 * once), put the device on hold; illegal opens the task of the handover to the police as well.
 * ERR_UNSUPPORTED: this school's policy has no confiscation. */
enum err custody_take(const struct desk *k, const struct act *act, role_set roles, const struct custody_in *in, struct diag *d, int64_t *id);
enum err custody_move(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str from, struct str to,
                      struct str note, struct diag *d);
/* ERR_FORBIDDEN unless the lead, a deputy or the headteacher; taking it off asks for the reason (advice of the police). */
enum err custody_hold(const struct desk *k, const struct act *act, role_set roles, int64_t id, bool on, struct str why, struct diag *d);
/* copied: "no", or "yes" with what and by whom in the note. */
struct custody_gone { struct str copied, note; };
/* Back to a parent or carer of its owner.  ERR_STATE: on hold (a finding says so).  ERR_INVALID: not a parent on file. */
enum err custody_return(const struct desk *k, const struct act *act, role_set roles, int64_t id, int64_t parent, struct custody_gone gone, struct diag *d);
/* To the police, with their reference. */
enum err custody_police(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str reference, struct custody_gone gone, struct diag *d);

/* parents: "told", "later" or "no"; parents_text: who told whom, how and when, or why not. */
struct search_in { struct str edition, policy, basis, basis_text, witness, found, deleted, parents, parents_text; };
/* By a member of the leadership team, with a second adult beside them; opens the task to sign it off.  ERR_STATE: something is
 * deleted while the device is on hold. */
enum err custody_search(const struct desk *k, const struct act *act, role_set roles, int64_t id, const struct search_in *in, struct diag *d);
struct search_line { int64_t id, version, at_utc, by, signed_by, signed_utc; struct str edition, policy, basis, witness, found, deleted, parents, parents_text, note; bool signed_off; };
/* Of one device, oldest first, for whoever may read what was found. */
enum err custody_searches(const struct desk *k, struct arena *a, int64_t school, role_set roles, int64_t id, struct search_line **out, size_t *n);
/* The headteacher signs a search off; one that the headteacher made, another leader.  Never whoever searched.  `parents`: how they were
 * told, where they were still to be told.  ERR_FORBIDDEN, ERR_STATE (signed already), findings: parents. */
enum err custody_sign(const struct desk *k, const struct act *act, role_set roles, int64_t id, int64_t search, struct str parents, struct str note, struct diag *d);

/* number: of the school's custody log, on the device's label. */
struct custody_line { int64_t id, number, version, owner, taken_utc, taken_by; struct str device, place, state, reason, edition, serial, seal; bool hold; };
struct custody_move_line { int64_t at_utc, by; struct str from, to, role, note, copied; };
enum err custody_get(const struct desk *k, struct arena *a, int64_t school, int64_t id, struct custody_line *out);
/* The same; ERR_STATE and a finding when the school does not hold it any more. */
enum err custody_held(const struct desk *k, struct arena *a, int64_t school, int64_t id, struct custody_line *out, struct diag *d);
/* state: "held", "returned", "police"; NULL all.  Newest first. */
enum err custody_list(const struct desk *k, struct arena *a, int64_t school, const char *state, int64_t offset,
                      struct custody_line **out, size_t *n, int64_t *total);
enum err custody_moves(const struct desk *k, struct arena *a, int64_t school, int64_t id, struct custody_move_line **out, size_t *n);
