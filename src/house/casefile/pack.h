/* pack.h - the answer to "what do you keep about me?" (UK GDPR art. 15; DPA 2018 sch. 2 and 3;
 * D17).  Everything about one child, or one adult, entry by entry: each is gone through by somebody who
 * gives it, marks what is about others, or withholds it, with a reason of a list.  Only when
 * all are reviewed can the pack be made; what is marked is not in it at all.  What was given,
 * when and by whom is kept with the request.
 *
 * Marks are [[ and ]] in the words themselves: without them the words must be the original's.
 * An entry whose words changed since is to be reviewed again. */
#pragma once
#include "house/record/record.h"

enum { PACK_ITEMS_MAX = 3000, PACK_TEXT_MAX = 24000, PACK_KEY_MAX = 40, PACK_NAMES_MAX = 40 };

/*         reason          word     in the pack */
#define PACK_REASON_TABLE(X) \
	X("third", "about somebody else") \
	X("harm",  "could cause serious harm") \
	X("abuse", "child protection") \
	X("crime", "an inquiry") \
	X("law",   "legal advice") \
	X("not",   "not about this person")

struct pack_item {
	struct str key;                /* "person", "e12" */
	int64_t entry, at_utc, by;     /* entry 0: the account itself */
	int64_t document;              /* a document: given or withheld whole; 0 none */
	struct str kind, text;         /* text: as kept */
	struct str verdict, reason, marked;            /* verdict absent: not reviewed */
	int64_t reviewed_by, reviewed_utc, review, review_version;
};
struct pack { enum entry_class class; int64_t request, child;       /* child: whom it is about */
	 struct pack_item *v; size_t n, reviewed, given, part, withheld; };
/* As the asker may see it: cases that are kept from them are not in it. */
enum err pack_read(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t request, struct pack *out);
/* ERR_ABSENT: there is none of that key. */
enum err pack_item(const struct pack *p, struct str key, const struct pack_item **out);
/* The words with every name in them that is somebody else's marked: a proposal for the reviewer. */
struct str pack_propose(const struct desk *k, struct arena *a, int64_t school, int64_t child, struct str text, size_t *n_names);
/* ERR_INVALID: findings on verdict, reason, marked. */
enum err pack_review(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t request, struct str key,
                     struct str verdict, struct str reason, struct str marked, struct diag *d);
/* The words as they are given: marks become "[withheld: ...]".  Pure; ERR_SYNTAX: marks that do not pair. */
enum err pack_redact(struct arena *a, struct str marked, struct str reason, struct str *out);
/* ERR_STATE: something is not reviewed.  The pack is kept, sealed, with the request. */
enum err pack_make(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t request, struct diag *d, int64_t *document);
