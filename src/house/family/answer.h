/* answer.h - what each adult with parental responsibility answered, for each child
 * (5.4-09) and for themselves (4.6-02 to -05).  By their own link, signed in, on paper or by
 * telephone: all count the same.  A child's access never waits for any of it.
 *
 * A correction is a new version of the answer; nothing is removed.  Whoever declines is not punished;
 * the headteacher is told that somebody did (4.6-05). */
#pragma once
#include "house/agreement/agreement_store.h"
#include "house/family/family.h"

/*        how               word         title */
#define ANSWER_HOW_TABLE(X) \
	X(ANSWER_LINK,      "link",      "by their own link") \
	X(ANSWER_ACCOUNT,   "account",   "signed in") \
	X(ANSWER_PAPER,     "paper",     "on paper") \
	X(ANSWER_TELEPHONE, "telephone", "by telephone")
enum answer_how {
#define ANSWER_HOW_ENUM_(name, word, title) name,
	ANSWER_HOW_TABLE(ANSWER_HOW_ENUM_)
#undef ANSWER_HOW_ENUM_
	ANSWER_HOW_N
};
const char *answer_how_title(enum answer_how how);
enum err answer_how_read(struct str word, enum answer_how *out);

struct answer_in {
	int64_t adult, child;
	enum answer_how how;
	bool agreed;                   /* false: declined */
	bool talked;                   /* talked over at home; agreeing without it is ERR_INVALID (5.4-09) */
	const uint8_t *digest;         /* of the child's agreement that was shown; ERR_STALE when another is in force now */
	int64_t taken_by;              /* the office's person, for paper and telephone */
	struct str language;           /* that the text was shown in; absent: English */
	struct str told_by, note;      /* who said so; absent: the adult */
};
/* ERR_FORBIDDEN: the adult does not see this child.  Findings: "talked", "told_by", "note". */
enum err answer_give(struct store *st, const struct act *act, const struct answer_in *in, struct diag *d);

struct answer {
	int64_t id, adult, child, answered_utc, version, taken_by;      /* id 0: none yet */
	bool agreed, talked;
	bool current;                  /* for the text that is in force for the child now */
	enum answer_how how;
	struct str told_by, note;
};
enum err answer_of(struct store *st, struct arena *a, int64_t school, int64_t adult, int64_t child, struct answer *out);
/* What an adult reads: the text in force and, where there is one, the same in their language: of a translation that lacks
 * something the English stands there, and nobody may have checked it yet. */
struct family_text { struct agreement text, other; bool has_other, unchecked; uint8_t digest[SHA256_BYTES]; };
/* Of a child's agreement, or of an adult's own (any kind of person).  ERR_ABSENT: nothing is in force. */
enum err answer_text(struct store *st, struct arena *a, int64_t school, int64_t person, struct str language, struct family_text *out);

/* The adult's own agreement with the school. */
struct answer_own { int64_t adult; enum answer_how how; bool declined, talked; struct str language, told_by; const uint8_t *digest; };
enum err answer_own(struct store *st, const struct act *act, const struct answer_own *in);
