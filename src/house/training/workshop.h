/* workshop.h - training sessions ("workshops" in C: a session is a sign-in there): planned, held with who was there, corrected; the code at the door; courses that people
 * took elsewhere; inductions.  Entries of the registers training-session, training-course, training-induction; what each
 * person has from them stands in training_done, written in the same transaction. */
#pragma once
#include "house/training/training.h"


struct workshop {
	int64_t id, version, on_utc, leader, follows;          /* follows: the session whose absent people were offered this one */
	struct str title, at, place, modules, external, covered, evaluation, state;       /* modules, covered: words; covered: MODULE.ITEM */
	bool invited;                                          /* for those invited only */
};
/* `id` 0 makes one; `people`: those invited (none: whoever the modules are for).  Findings: title on modules leader. */
enum err workshop_save(const struct training *t, const struct act *act, const struct workshop *in, const int64_t *people, size_t n, struct diag *d, int64_t *id);
enum err workshop_get(const struct training *t, int64_t id, struct workshop *out);
/* By day, newest first when they are over. */
enum err workshop_list(const struct training *t, bool over, int64_t offset, int64_t limit, struct workshop **out, size_t *n, int64_t *total);
/* Who should come. */
enum err workshop_expected(const struct training *t, const struct workshop *s, struct training_person **out, size_t *n);
/* Who was there: of a held one those who count, of a planned one those who scanned the code. */
enum err workshop_there(const struct training *t, const struct workshop *s, int64_t **out, size_t *n);
/* The items that have to be ticked, with the module they belong to. */
struct workshop_item { const struct module *module; const struct module_item *item; struct str key; bool ticked; };
enum err workshop_items(const struct training *t, const struct workshop *s, struct str covered, struct workshop_item **out, size_t *n);
/* It took place, with these people; again: a correction.  ERR_INVALID: a required item is not ticked (5.3-10, 5.3-11), it lies ahead, a module
 * must be led by somebody else.  ERR_STATE: it was cancelled. */
enum err workshop_close(const struct training *t, const struct act *act, const struct workshop *s, struct str covered, struct str evaluation,
                       const int64_t *people, size_t n, struct diag *d);
enum err workshop_cancel(const struct training *t, const struct act *act, const struct workshop *s, struct diag *d);
/* A new one of the same for those who were not there; they are told. */
enum err workshop_offer(const struct training *t, const struct act *act, const struct workshop *s, int64_t on_utc, struct str place, struct diag *d, int64_t *id);
/* The role that makes a session count as led by the safeguarding lead's team. */
bool workshop_led_by(const struct training *t, const struct workshop *s, role_set led, int64_t now_utc);

/* ---- the code at the door ---- */

enum { DOOR_TOKEN_TEXT = 64, DOOR_SLOT_S = 60, DOOR_SLOTS = 3 };
/* Good for at most DOOR_SLOTS minutes. */
void door_token(const struct training *t, int64_t session, int64_t now_utc, char out[DOOR_TOKEN_TEXT]);
/* The address of the screen at the door: shows that code to anybody, on the day of the session; no name stands there. */
void door_screen(const struct training *t, int64_t session, char out[DOOR_TOKEN_TEXT]);
enum err door_screen_read(const struct training *t, struct str token, int64_t now_utc, struct workshop *out);
/* ERR_ABSENT: nobody's; ERR_STATE: too old, or the session is not today. */
enum err door_read(const struct training *t, struct str token, int64_t now_utc, struct workshop *out);
/* act->person is here; again is OK. */
enum err door_sign(const struct training *t, const struct act *act, const struct workshop *s);

/* ---- courses elsewhere (4.3-12) ---- */

struct course { int64_t id, version, person, on_utc, judged_by, judged_utc; struct str title, provider, hours, module, learned, note, state; };
/* Findings: title provider on module. */
enum err course_add(const struct training *t, const struct act *act, const struct course *in, struct diag *d, int64_t *id);
enum err course_get(const struct training *t, int64_t id, struct course *out);
/* person 0: everybody's; state NULL: any. */
enum err course_list(const struct training *t, int64_t person, const char *state, int64_t offset, int64_t limit, struct course **out, size_t *n, int64_t *total);
/* Confirmed: it counts for its module.  ERR_FORBIDDEN: one's own.  ERR_STATE: judged already. */
enum err course_judge(const struct training *t, const struct act *act, const struct course *c, bool counts, struct str note, struct diag *d);

/* ---- inductions (5.3-01, 5.3-07) ---- */

enum induction_part { INDUCTION_OWN, INDUCTION_LEAD, INDUCTION_SAFE };
struct induction {
	int64_t id, version, person, due_utc;
	struct { int64_t by, on_utc; } part[3];                /* by 0: it waits */
	struct str state;
	bool safe;                                             /* this school has a safeguarding induction as well */
};
enum err induction_open(const struct training *t, const struct act *act, int64_t person, int64_t due_utc, int64_t *id);
enum err induction_get(const struct training *t, int64_t id, struct induction *out);
/* ERR_ABSENT: none was opened. */
enum err induction_of(const struct training *t, int64_t person, struct induction *out);
enum err induction_list(const struct training *t, bool over, int64_t offset, int64_t limit, struct induction **out, size_t *n, int64_t *total);
/* The newcomer, the one who talked them through it, the safeguarding lead or deputy.  `ticked`: words of the items; all are required. */
enum err induction_sign(const struct training *t, const struct act *act, const struct induction *i, enum induction_part part, struct str ticked, struct diag *d);
const struct module *induction_module(const struct training *t, enum induction_part part);      /* NULL: not here */
