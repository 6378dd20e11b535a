/* profile.h - the parameters of one school's policy: data/parameters.conf says
 * which exist, of what type; a profile (data/profiles/NAME.conf) gives the
 * values.  Two schools differ here and nowhere else.
 *
 * A parameter that the profile leaves out has its proposed default, if any,
 * and is then not confirmed: screens must say so. */
#pragma once
#include "base/conf.h"

enum param_type { PARAM_YES_NO, PARAM_TEXT, PARAM_CHOICE, PARAM_LIST, PARAM_PERIOD, PARAM_NUMBER, PARAM_DATE };

struct param {
	struct str key, title;
	enum param_type type;
	struct str *choices;      /* PARAM_CHOICE and PARAM_LIST: allowed words; none = free */
	size_t n_choices;
	struct str *values;       /* in force; may be empty */
	size_t n_values;
	struct str clauses;       /* ids, separated by spaces */
	bool confirmed;           /* the profile itself says it; otherwise proposed or blank */
};

struct profile {
	struct str name, title;
	struct param *params;     /* in the arena */
	size_t n;
};

/* Reads both files, checks every value against its type; findings go to d. */
enum err profile_load(struct arena *a, const char *parameters_path, const char *profile_path, struct diag *d,
                      struct profile *out);
const struct param *profile_param(const struct profile *p, struct str key);     /* NULL: no such parameter */
bool profile_yes(const struct profile *p, const char *key);                     /* absent is no */
struct str profile_text(const struct profile *p, const char *key);              /* first value; absent: STR_NONE */
bool profile_has(const struct profile *p, struct str key, struct str value);    /* among the values */
int64_t profile_number(const struct profile *p, const char *key, int64_t otherwise);
/* A time of day, "16:00", as minutes after midnight. */
int64_t profile_minute(const struct profile *p, const char *key, int64_t otherwise);
