/* board.h - what the school tells everybody besides the agreements (data/notices):
 * device rules, responsibilities, expectations, confidence, monitoring, the notice for
 * tests; and who has read it.
 *
 * A notice has a digest; a receipt is for that digest, so new words ask everybody
 * again.  Receipts are entries of the register `receipt`; the policy itself and
 * other readings use them too (house/agreement/reading_list.h). */
#pragma once
#include "base/hash.h"
#include "house/account/people.h"
#include "house/agreement/agreement.h"
#include "house/store/entry.h"

enum { BOARD_MAX = 100, BOARD_VERSION = 9 };

struct board_notice {
	struct str id, title, kind, lead;     /* kind: monitoring devices expectations responsibilities confidentiality exam hate complaints whistleblowing */
	struct str audiences, roles;          /* words, separated by spaces; roles absent: whoever is of the audience */
	bool receipt;                         /* people press that they have read it */
	struct str *lines;
	size_t n;
	uint8_t digest[SHA256_BYTES];
	char version[BOARD_VERSION];          /* the first letters of the digest, to be printed on paper */
};
struct board { struct board_notice *v; size_t n; };

/* data/notices/notices.conf for one profile: notices and lines whose condition does not hold are left out. */
enum err board_load(struct arena *a, const char *data_dir, const struct profile *p, struct diag *d, struct board *out);
const struct board_notice *board_find(const struct board *b, struct str id);
/* Whether it is for somebody of that audience who holds these roles. */
bool board_for(const struct board_notice *n, struct str audience, role_set roles);
/* The first of a kind for somebody; NULL: none. */
const struct board_notice *board_of(const struct board *b, const char *kind, struct str audience, role_set roles);

/* ---- who has read what ---- */

struct receipt { int64_t at_utc; struct str what, label, score; int64_t entry; };     /* at_utc 0: none */
/* act->person has read it; once for each digest: again is OK and writes nothing.  label: which version, in words. */
enum err receipt_put(struct store *st, struct arena *a, const struct act *act, const char *what, const uint8_t digest[SHA256_BYTES],
                     struct str label, struct str score);
/* The newest one of a person for this digest. */
enum err receipt_of(struct store *st, struct arena *a, int64_t school, int64_t person, const char *what, const uint8_t digest[SHA256_BYTES], struct receipt *out);
/* The people who have one for this digest, since from_utc (0: ever), in no order. */
struct receipt_who { int64_t person, at_utc; };
enum err receipt_people(struct store *st, struct arena *a, int64_t school, const char *what, const uint8_t digest[SHA256_BYTES], int64_t from_utc,
                        struct receipt_who **out, size_t *n);
const struct receipt_who *receipt_find(const struct receipt_who *w, size_t n, int64_t person);
