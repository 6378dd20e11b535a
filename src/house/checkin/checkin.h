/* checkin.h - pupils' own telephones and devices: handed in and given back, day by
 * day; found where they must not be; calls home; the look before an examination
 * (9.3-03 to 9.3-09).  One entry a child and day; a wrong tap is marked as one and stays
 * readable.  Who may call what is the page's to check. */
#pragma once
#include "house/record/record.h"

/* phone.learner_rule of the profile: stored by the class, or handed in at the office on arrival. */
bool checkin_by_office(const struct library *l);
/* phone.exam_rule */
bool checkin_exams(const struct library *l);

/* Kept from now on.  ERR_EXISTS: this child's is here already today. */
enum err checkin_in(struct store *st, const struct act *act, int64_t child, int64_t class_id, struct str place, struct diag *d, int64_t *id);
/* Given back.  ERR_STATE: it is not here. */
enum err checkin_out(struct store *st, const struct act *act, int64_t id, struct diag *d);
/* A wrong tap: it was never handed in; or, of one that was given back, it is still here. */
enum err checkin_undo(struct store *st, const struct act *act, int64_t id, struct diag *d);

struct checkin { int64_t id, child, class_id, day_utc, kept_utc, back_utc, by; bool back; struct str place; };
/* Of a class (0: all) on the UK day of `day_utc`, by child; mistakes are left out. */
enum err checkin_day(struct store *st, struct arena *a, int64_t school, int64_t class_id, int64_t day_utc, struct checkin **out, size_t *n);
/* Not given back, of that day or an earlier one: oldest first. */
enum err checkin_kept(struct store *st, struct arena *a, int64_t school, struct checkin **out, size_t *n);
/* Whether this day is over for one that was kept on `day_utc`. */
bool checkin_late(const struct library *l, int64_t day_utc, int64_t now_utc);
/* After the school's hours: a task for the office when something was not fetched; once a day. */
enum err checkin_day_end(struct store *st, const struct library *l, int64_t school, int64_t now_utc);

struct breach_in { int64_t child; struct str where, what; };       /* where: lesson, school, exam */
/* In an examination: opens the case of its procedure as well (9.3-10); *opened its number, else 0. */
enum err checkin_breach(const struct desk *k, const struct act *act, const struct breach_in *in, struct diag *d, int64_t *opened);
enum err checkin_call(struct store *st, const struct act *act, int64_t child, struct str whom, struct diag *d);
/* ERR_UNSUPPORTED: the profile has no rule for examinations.  ERR_INVALID: not confirmed. */
enum err checkin_exam(const struct desk *k, const struct act *act, struct str exam, struct str room, bool confirmed, struct diag *d);

enum checkin_log { CHECKIN_BREACHES, CHECKIN_CALLS, CHECKIN_EXAMS };
struct checkin_line { int64_t child, at_utc, by; struct str what, where; };
/* The newest, at most `max`. */
enum err checkin_lines(struct store *st, struct arena *a, int64_t school, enum checkin_log which, size_t max, struct checkin_line **out, size_t *n);
