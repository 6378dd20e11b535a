/* chronology.h - all that is on file about one child, across cases, in the order in which it
 * happened: reports, steps, notes, documents, and what came from another school (2-01;
 * part (d) "one chronology for each learner").  Made by itself; nobody writes it.  A line
 * for each entry; whoever may not see a case finds nothing of it, the child itself nothing
 * at all. */
#pragma once
#include "house/record/record.h"

enum { CHRONOLOGY_PAGE = 50, CHRONOLOGY_MAX = 5000, CHRONOLOGY_LINE = 160 };

/*         type             word        in words */
#define CHRON_TYPE_TABLE(X) \
	X(CHRON_REPORT,   "report",   "Reported") \
	X(CHRON_STEP,     "step",     "A step") \
	X(CHRON_NOTE,     "note",     "A note") \
	X(CHRON_DOCUMENT, "document", "A document") \
	X(CHRON_EARLIER,  "earlier",  "From another school")
enum chron_type {
#define CHRON_ENUM_(name, word, text) name,
	CHRON_TYPE_TABLE(CHRON_ENUM_)
#undef CHRON_ENUM_
	CHRON_TYPES
};
const char *chron_word(enum chron_type t);
const char *chron_title(enum chron_type t);

struct chron_entry {
	int64_t id, at_utc, recorded_utc, by, case_id;     /* case_id 0: from another school */
	enum chron_type type;
	struct str title, text;        /* text: whole */
	struct str line;               /* one line of it, at most CHRONOLOGY_LINE bytes */
	struct str theme, reference, theme_id;
	bool destroyed;                /* disposed of: only that it was there remains */
};
struct chron_query {
	int64_t learner;
	struct str theme, type;        /* a topic's id, a type's word; absent: all */
	int64_t from_utc, upto_utc;    /* happened; 0 = open */
	bool newest_first;
	int64_t offset, limit;         /* limit 0: all */
};
struct chronology {
	struct chron_entry *v;
	size_t n;
	int64_t total;                 /* that match */
	int64_t *cases;                /* of the entries shown, each once: whoever shows them keeps that they were looked at */
	size_t n_cases;
	struct str *themes;            /* ids of topics that occur, for the filter */
	size_t n_themes;
	bool cut;                      /* there are more than CHRONOLOGY_MAX */
};
/* ERR_ABSENT: the asker reads no children's cases whole. */
enum err chronology_read(const struct desk *k, struct arena *a, const struct entry_may *may, const struct chron_query *q, struct chronology *out);
/* A label for a topic's id; the id itself when it is not known any more. */
struct str chronology_theme(const struct library *l, struct str topic, struct str procedure);
