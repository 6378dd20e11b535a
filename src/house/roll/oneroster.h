/* oneroster.h - the CSV binding of OneRoster 1.1 (IMS Global, 2017) and 1.2 (1EdTech,
 * 2022): users, classes and enrollments of one school, with birth dates from
 * demographics, adults of a child from agentSourcedIds, roles of 1.2 from roles.csv.
 * Other files are not needed and not read.  A delta export changes only whom it
 * names.  Pure. */
#pragma once
#include "house/roll/roll.h"

/* Whether these files are such an export: there is a users.csv with a sourcedId. */
bool oneroster_is(const struct roll_file *files, size_t n);
enum err oneroster_read(struct arena *a, const struct roll_file *files, size_t n, struct diag *d, struct roll *out);
