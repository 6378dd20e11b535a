/* visitor.h - who comes into the building: visits with a beginning and an end
 * (clauses 9.4-01, 7.2-04).  A visitor is a person of kind visitor, supply, contractor or
 * volunteer whose every access ends by itself with the visit.  Times are UTC seconds. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"
#include "house/account/people.h"
#include "house/store/entry.h"

enum { VISIT_TEXT_MAX = 120, VISIT_CODE_TEXT = 10, VISIT_DEVICES_MAX = 3 };
enum visit_state { VISIT_BOOKED, VISIT_IN, VISIT_OUT, VISIT_CANCELLED, VISIT_N };
const char *visit_state_word(enum visit_state s);
enum { VISIT_CLOSING_M = 18 * 60, VISIT_AFTER_M = 60 };
/* Minutes after midnight, UK time, when a visit ends that named no hour: VISIT_AFTER_M after the school day as the profile
 * writes it ("16:00"); VISIT_CLOSING_M when it says nothing that can be read. */
int visit_closing_minute(struct str day_close);
/* Of that day; the day's end for whoever comes after it.  minute 0: VISIT_CLOSING_M. */
int64_t visit_closing(int64_t now_utc, int minute);

struct visit {
	int64_t id, person, host;      /* host: whom they see; 0 not one person */
	struct str name, organisation, host_name, purpose, car, badge, note;
	enum person_kind kind;
	enum visit_state state;
	int64_t due_utc, until_utc, in_utc, out_utc, in_by, out_by;
	int agreed;                    /* 1 signed the rules, 0 declined, -1 not asked yet */
	bool network;
};
struct visit_in {
	int64_t person;                /* who was here before; 0: a new person of this name and kind */
	enum person_kind kind;         /* visitor, supply, contractor, volunteer */
	struct str name, organisation, purpose, car, badge;
	int64_t host, due_utc;         /* due: booked for; 0 = now */
	int64_t until_utc;             /* 0 = closing time of that day; supply ends the same day */
	int closing_minute;            /* visit_closing_minute(); 0 = VISIT_CLOSING_M */
};
/* Booked for later.  Findings carry the field's name. */
enum err visit_book(struct db *db, const struct act *act, const struct visit_in *in, struct diag *d, int64_t *id);
/* Comes in now (a booked one: `booked`, else 0).  The person's access runs until the visit ends. */
enum err visit_arrive(struct db *db, const struct act *act, int64_t booked, const struct visit_in *in, struct diag *d, int64_t *id);
enum err visit_leave(struct db *db, const struct act *act, int64_t id);
enum err visit_cancel(struct db *db, const struct act *act, int64_t id);
enum err visit_get(struct db *db, struct arena *a, int64_t school, int64_t id, struct visit *out);
struct visit_query { struct str words; enum visit_state state; bool any_state, oldest_first; int64_t from_utc, upto_utc, person, offset, limit; };
enum err visit_list(struct db *db, struct arena *a, int64_t school, const struct visit_query *q, struct visit **out, size_t *n, int64_t *total);
/* People of those kinds by a few letters of their name, newest visit first; those who left too. */
enum err visit_known(struct db *db, struct arena *a, int64_t school, struct str letters, struct visit **out, size_t *n);
/* The program signs out whoever's time is over. */
enum err visit_sweep(struct db *db, int64_t school, size_t *n);

/* The rules were shown on the tablet and signed or declined (audience visitor or supply; the signature ends with the visit). */
enum err visit_sign(struct store *st, struct arena *a, const struct act *act, int64_t id, bool declined, const uint8_t *digest);
/* The classes that a supply teacher takes today; those of before are taken back.  ERR_STATE: not supply, or not in. */
enum err visit_classes(struct db *db, const struct act *act, int64_t id, const int64_t *classes, size_t n);
/* A phrase to sign in with once: the program asks for an own password at once, so that nobody else knows it.  Supply only, while in. */
enum err visit_phrase(struct db *db, struct arena *a, const struct act *act, int64_t id, struct str *phrase);

/* A code for the guest network, printed once; only after signing (ERR_STATE before). */
enum err visit_code(struct db *db, const struct act *act, int64_t id, char code[VISIT_CODE_TEXT]);
/* Whom a code belongs to and until when; counts the device.  ERR_SIGNIN: none, over, or used by VISIT_DEVICES_MAX devices. */
enum err visit_code_use(struct db *db, int64_t school, struct str code, int64_t *person, int64_t *until_utc);
