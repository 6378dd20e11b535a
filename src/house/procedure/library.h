/* library.h - everything that data/ says about procedures, loaded once at start:
 * the profile, the contact directory, the clauses and the procedures of data/procedures/. */
#pragma once
#include "house/account/leaver.h"
#include "house/casefile/retention.h"
#include "house/clause/clause.h"
#include "house/curriculum/curriculum.h"
#include "house/filter/apps.h"
#include "house/linked/linked.h"
#include "house/procedure/contacts.h"
#include "house/procedure/procedure.h"
#include "house/procedure/topics.h"
#include "house/training/module.h"

struct calendar_now;
struct duties;

struct library {
	struct arena arena;               /* owns all below */
	struct profile profile;           /* the one in force */
	struct contacts contacts;
	struct topics topics;             /* what is reported about, in the order of the form */
	struct linked linked;             /* policies that this one leans on, and where they are shown */
	struct curriculum curriculum;     /* what is taught */
	struct modules training;          /* what those who work here are trained in */
	struct platforms platforms;       /* where people have accounts outside */
	struct apps apps;                 /* which app a name belongs to */
	struct retention retention;       /* how long records are kept */
	struct duties *duties;            /* what must be done again (house/duty/duty.h); read again while the program runs */
	struct clauses clauses;           /* of every profile; clause_holds() tells whose */
	struct procedure *procedures;
	size_t n;
	struct calendar_now *calendar;    /* ask library_calendar(): hours from the profile, terms and days from the office */
};

/* data_dir: the folder data/; profile: "junior", "primary".  Findings to d. */
enum err library_load(const char *data_dir, const char *profile, struct diag *d, struct library **out);
void library_free(struct library **l);
/* The school's calendar as it stands: for one piece of work, ask again for the next.  Never NULL, never freed before the library. */
const struct calendar *library_calendar(const struct library *l);
/* From now on this one, copied whole, with the hours of the profile.  From any thread. */
void library_calendar_take(const struct library *l, const struct calendar *c);
/* The newest version; NULL: none by that name. */
const struct procedure *library_procedure(const struct library *l, struct str id);
