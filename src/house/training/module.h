/* module.h - what people who work here are trained in: data/training.conf, which says its own language.
 *
 * How often: the file's `every`, the profile's parameter, or what the school chose (setting.h); never longer than
 * `longest`, whoever chose what (5.3-02, 5.3-09).  Months are calendar months.  Everything lives in the arena it was
 * loaded into. */
#pragma once
#include "base/conf.h"
#include "house/account/rights.h"
#include "house/procedure/profile.h"

enum { MODULES_MAX = 60, MODULE_ITEMS_MAX = 12, MODULE_MONTHS_MAX = 60 };

struct module_item { struct str id, label; bool required; };
struct module {
	struct str id, title, head, reads, setting, parameter, clauses;      /* head: of its column */
	struct str if_key, if_value;           /* a parameter of the profile that must say this; absent: always */
	bool staff, volunteers, governors;     /* for these kinds of people ... */
	struct str who, led;                   /* ... and for whoever holds one of these roles (words); only what one of these led counts, absent: anybody */
	int every, longest;                    /* months; 0: once, no ceiling */
	int within_days;                       /* after joining or being given the role */
	bool newcomers;                        /* asked of those who join, not of those who were here before */
	struct module_item *items;
	size_t n_items;
};
struct modules { struct module *v; size_t n; };

/* ERR_INVALID with findings. */
enum err modules_load(struct arena *a, const char *path, struct diag *d, struct modules *out);
enum err modules_read(struct arena *a, struct str file, struct str text, struct diag *d, struct modules *out);
const struct module *module_find(const struct modules *m, struct str id);      /* NULL: none */
/* The roles among words; kinds of people and what is no role are left out (a test walks the file). */
role_set module_roles(struct str words);
bool module_applies(const struct module *m, const struct profile *p);
/* UK midnight, that many calendar months on; the day is brought into its month. */
int64_t months_on(int64_t utc, int months);
/* "12 months", "24 months", "2 years", "year" -> months; ERR_SYNTAX. */
enum err months_read(struct str s, int *out);
