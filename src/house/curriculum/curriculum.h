/* curriculum.h - what is taught about being online: strands, what children of each year can do,
 * and outcomes, from data/curriculum.conf (4.1-09, 5.1-01, DfE "Teaching online safety in schools").
 * Everything lives in the arena that it was loaded into. */
#pragma once
#include "base/conf.h"

enum { CURRICULUM_YEARS = 7, CURRICULUM_OUTCOMES_MAX = 200, CURRICULUM_STRANDS_MAX = 16 };      /* years: Reception is 0 */

struct strand { struct str id, title, year[CURRICULUM_YEARS]; };

/* Where it is taught. */
#define SUBJECT_TABLE(X) \
	X(SUBJECT_PSHE,      "pshe",      "PSHE") \
	X(SUBJECT_RSE,       "rse",       "Relationships education") \
	X(SUBJECT_COMPUTING, "computing", "Computing") \
	X(SUBJECT_OTHER,     "other",     "Another lesson")
enum subject {
#define SUBJECT_ENUM_(name, word, title) name,
	SUBJECT_TABLE(SUBJECT_ENUM_)
#undef SUBJECT_ENUM_
	N_SUBJECTS
};
const char *subject_word(enum subject s);
const char *subject_title(enum subject s);
enum err subject_read(struct str word, enum subject *out);      /* ERR_ABSENT: none of them */

/* Who hears of it. */
#define AUDIENCE_TABLE(X) \
	X(AUDIENCE_LEARNERS,  "learners",  "Children") \
	X(AUDIENCE_STAFF,     "staff",     "Staff") \
	X(AUDIENCE_PARENTS,   "parents",   "Parents and carers") \
	X(AUDIENCE_GOVERNORS, "governors", "Governors") \
	X(AUDIENCE_COMMUNITY, "community", "Everybody around the school")
enum audience {
#define AUDIENCE_ENUM_(name, word, title) name,
	AUDIENCE_TABLE(AUDIENCE_ENUM_)
#undef AUDIENCE_ENUM_
	N_AUDIENCES
};
const char *audience_word(enum audience a);
const char *audience_title(enum audience a);
enum err audience_read(struct str word, enum audience *out);

#define AUDIENCE_BIT(a) (1u << (a))
#define SUBJECT_BIT(s) (1u << (s))
#define YEAR_BIT(y) (1u << (y))

struct outcome {
	struct str id, title, clauses, tags;       /* tags: words */
	size_t strand;                 /* of the curriculum */
	uint32_t years, subjects, audiences;       /* bits */
	bool report;
};

struct curriculum {
	struct strand *strands;
	size_t n_strands;
	struct outcome *outcomes;      /* in the order of the file */
	size_t n_outcomes;
};

/* ERR_SYNTAX with findings: nothing is taken. */
enum err curriculum_load(struct arena *a, const char *path, struct diag *d, struct curriculum *out);
const struct outcome *outcome_find(const struct curriculum *c, struct str id);      /* NULL: none */
bool words_have(struct str words, struct str word);            /* among words parted by spaces */
static inline bool outcome_has(const struct outcome *o, const char *tag) { return words_have(o->tags, str_z(tag)); }
