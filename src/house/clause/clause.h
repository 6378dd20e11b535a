/* clause.h - the ledger of obligations, data/clauses: what the policy asks,
 * section by section, who does it, which feature serves it, and which tests
 * prove it.  Read once at start; never changed while the program runs. */
#pragma once
#include "base/conf.h"

struct clause {
	struct str id, section, duty, who, kind, feature, evidence, accept;
	struct str *tests;             /* names of tests; none: nothing proves it yet */
	size_t n_tests;
	bool junior, primary;          /* the profiles whose policy holds it */
};

struct clauses { struct clause *v; size_t n; };     /* in the order of the files */

/* Every *.conf of the folder, by name.  A clause without duty, feature or schools, or an id that stands twice, is a finding. */
enum err clauses_load(struct arena *a, const char *dir, struct diag *d, struct clauses *out);
/* From one text. */
enum err clauses_read(struct arena *a, struct str file, struct str text, struct diag *d, struct clauses *out);
const struct clause *clause_find(const struct clauses *c, struct str id);       /* NULL: none */
/* Whether the policy of this profile ("junior", "primary") holds it. */
bool clause_holds(const struct clause *c, struct str profile);
