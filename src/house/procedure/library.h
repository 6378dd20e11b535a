/* library.h - everything that data/ says about procedures, loaded once at start:
 * the profile, the contact directory, the clauses and the procedures of data/procedures/. */
#pragma once
#include "house/account/leaver.h"
#include "house/clause/clause.h"
#include "house/procedure/contacts.h"
#include "house/procedure/procedure.h"
#include "house/procedure/topics.h"

struct library {
	struct arena arena;               /* owns all below */
	struct profile profile;           /* the one in force */
	struct contacts contacts;
	struct topics topics;             /* what is reported about, in the order of the form */
	struct platforms platforms;       /* where people have accounts outside */
	struct clauses clauses;           /* of every profile; clause_holds() tells whose */
	struct procedure *procedures;
	size_t n;
	struct calendar calendar;         /* hours from the profile; term dates may be put in by the caller */
};

/* data_dir: the folder data/; profile: "junior", "primary".  Findings to d. */
enum err library_load(const char *data_dir, const char *profile, struct diag *d, struct library **out);
void library_free(struct library **l);
/* The newest version; NULL: none by that name. */
const struct procedure *library_procedure(const struct library *l, struct str id);
