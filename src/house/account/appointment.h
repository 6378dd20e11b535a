/* appointment.h - who is appointed to what, from when until when, by whom and why; who
 * stands in while somebody is away; which roles are vacant.  Nothing is ever removed.
 *
 * Cover for a role is an appointment of its own that ends by itself: whoever covers has
 * the rights and gets the notices of the role in that time.  Why somebody is away is
 * kept nowhere.  There is exactly one lead DSL (0-06); a deputy's appointment says what
 * it comprises (4.2-03); work of the DSL goes only to people trained within
 * TRAINED_S (4-02).  role_give, role_end, role_history: people.h. */
#pragma once
#include "house/account/people.h"
#include "house/procedure/profile.h"

enum { DUTIES_MAX = 1000, TRAINED_S = 2 * 366 * 86400, COVER_MAX_S = 366 * 86400 };

struct appointment_in {
	int64_t person;
	enum role role;
	int64_t from_utc, until_utc;   /* from 0 = now; until 0 = open */
	int64_t cover_of;              /* stands in for this person; 0 = own appointment */
	struct str duties;             /* what it comprises; required of some roles */
	int64_t trained_utc;           /* last training; 0 = not said */
	int64_t confirmed_by;          /* the second person; 0 = none */
};

/* Whether it may be made, collecting findings (file = the form's field): ERR_INVALID, ERR_EXISTS. */
enum err appointment_check(struct db *db, int64_t school, const struct appointment_in *in, struct diag *d);
/* Checks and makes it, with its audit record.  Rights of more than one person's making: second.h. */
enum err appointment_make(struct db *db, const struct act *act, const struct appointment_in *in, struct diag *d);
/* The row alone, for whoever checks in other ways (a new person's first role). */
enum err appointment_put(struct db *db, const struct act *act, const struct appointment_in *in);
/* When this person was last trained for a role; 0 = never.  Current: within TRAINED_S. */
enum err appointment_trained(struct db *db, int64_t school, int64_t person, int64_t *utc);
bool appointment_trained_now(struct db *db, int64_t school, int64_t person);
enum err appointment_trained_set(struct db *db, const struct act *act, int64_t person, enum role r, int64_t utc);

/* Roles that must be filled (role_facts needed) and are not; cover alone does not fill a role. */
struct vacancy { enum role role; int64_t since_utc; };      /* since 0: it was never filled */
enum err appointment_vacancies(struct db *db, struct arena *a, int64_t school, const struct profile *p, struct vacancy **out, size_t *n);
/* "Nobody has been the deputy safeguarding lead since 3 September 2026." */
struct str vacancy_words(struct arena *a, const struct vacancy *v);
bool appointment_holds_now(const struct appointment *p, int64_t now_utc);
