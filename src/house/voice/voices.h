/* voices.h - what people said about a version of the policy, or about what is taught,
 * counted by group (register contribution): 1-01, 4.2-20, 4.3-01, 4.4-01, 4.5-03,
 * 4.6-08, 5.1-17, 5.2-06, 5.2-07, 5.3-12. */
#pragma once
#include "house/store/entry.h"

/*        word         title                                            when nobody has spoken */
#define VOICE_TABLE(X) \
	X(STAFF,     "staff",     "Staff",                                      "No member of staff has been heard.") \
	X(LEARNERS,  "learners",  "Pupils",                                     "No pupil has been heard.") \
	X(PARENTS,   "parents",   "Parents and carers",                         "No parent or carer has been heard.") \
	X(TECHNICAL, "technical", "Technical staff",                            "Technical staff have given no advice.") \
	X(SENCO,     "senco",     "The SENCO",                                  "The SENCO has not been heard.") \
	X(CIC,       "cic",       "The designated teacher for children in care", "The designated teacher has not been heard, and no reason is recorded.") \
	X(GOVERNORS, "governors", "Governors",                                  "") \
	X(COMMUNITY, "community", "Others around the school",                   "")
enum voice_group {
#define VOICE_ENUM_(name, word, title, missing) VOICE_##name,
	VOICE_TABLE(VOICE_ENUM_)
#undef VOICE_ENUM_
	N_VOICES
};
const char *voice_word(enum voice_group g);
const char *voice_title(enum voice_group g);
enum err voice_read(struct str word, enum voice_group *out);

enum { VOICES_MAX = 200 };
/* A closed survey that asked this group for this version. */
struct voice_survey { int64_t id; struct str title, audience; int64_t took; bool hidden; };
struct voices {
	int64_t n[N_VOICES];           /* of each group; a reason why nothing was said does not count */
	bool reason[N_VOICES];         /* such a reason is recorded */
	int64_t total;
	struct entry *entries;         /* newest first, those that the asker may see; at most VOICES_MAX */
	size_t n_entries;
	struct voice_survey *surveys;  /* each counts once for its group */
	size_t n_surveys;
};
/* Of one version of the policy (about "policy"), or with version 0 of what is taught since a day (about "curriculum"). */
struct voices_query { const char *about; int64_t version, from_utc; };
enum err voices_of(struct store *st, struct arena *a, const struct entry_may *may, const struct voices_query *q, struct voices *out);
/* What is missing, a sentence; NULL: heard, or nobody asks for it. */
const char *voices_missing(const struct voices *v, enum voice_group g);

struct voice_in { const char *about, *how; int64_t version, consultation; enum voice_group group; struct str said; };
/* By act->person, today.  Findings on the field "said". */
enum err voice_add(struct store *st, const struct act *act, const struct voice_in *in, struct diag *d, int64_t *id);
/* What became of it; whoever said it reads that.  ERR_INVALID: no words.  ERR_STATE: it was answered already. */
enum err voice_answer(struct store *st, const struct act *act, int64_t id, bool adopted, struct str outcome, struct diag *d);
