/* transfer.h - a child moves, and so does the file (KCSIE: within five days, apart from the
 * main file, with a receipt; D14, D15).
 *
 * Out: who left and has a case is found by the clock, whatever way they left; a task for the
 * lead with five school days; the lead chooses what goes, a bundle is made and kept sealed,
 * its passphrase goes another way; sent; the receipt is asked for until it comes.
 * In: a bundle is read dry, shown, and taken in only when the lead has opened it and said
 * whose it is.  Nothing of it is changed. */
#pragma once
#include "house/casefile/childfile.h"
#include "house/casefile/bundle.h"
#include "house/record/record.h"

enum { TRANSFER_DAYS = 5, TRANSFER_PAGE = 50, TRANSFER_TEXT_MAX = 200, TRANSFER_CASES_MAX = 100 };

struct transfer {
	int64_t id, version, learner, left_utc, due_utc, sent_utc, received_utc, document;
	struct str state, to, contact, cases, phrase, digest, how, received_by, why;
	bool overdue;
};
/* Opens one for everybody who left with a case about them; n = how many. */
enum err transfer_tick(const struct desk *k, int64_t school, size_t *n);
/* By hand: a child whose leaving is not on the roll yet. */
enum err transfer_open(const struct desk *k, const struct act *act, int64_t learner, int64_t left_utc, struct diag *d, int64_t *id);
enum err transfer_list(const struct desk *k, struct arena *a, const struct entry_may *may, bool open, int64_t offset, struct transfer **out, size_t *n, int64_t *total);
enum err transfer_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct transfer *out);

/* The file of a child as values: the cases chosen (all that the asker may see when n is 0), their documents, and what came from
 * earlier schools.  `files`: the documents' bytes, for a bundle; NULL: not wanted. */
enum err transfer_file(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t learner, const int64_t *cases, size_t n,
                       struct child_file *out, struct bundle_file **files, size_t *n_files);

struct transfer_to { struct str to, contact; const int64_t *cases; size_t n; };
/* Makes the bundle and its passphrase; again makes a new one in place of it.  ERR_STATE once it was sent. */
enum err transfer_make(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, const struct transfer_to *to, struct diag *d);
enum err transfer_bundle(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct str *out);
enum err transfer_sent(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str how, struct diag *d);
/* The receipt.  The bundle's bytes are then taken away here; the cases themselves stay as long as their rule says. */
enum err transfer_received(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str who, struct str on, struct diag *d);
/* Not needed (the child came back, moved abroad, is taught at home): with the reason. */
enum err transfer_drop(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d);

/* ---- in ---- */

struct transfer_in { int64_t id, version, learner, made_utc, made_by, entries, documents, bundle; struct str state, school, name, born, reference, digest, why; bool paper; };
/* Reads and keeps it, sealed and unread; documents are screened again.  ERR_INVALID with findings on "file", "phrase". */
enum err transfer_in_add(const struct desk *k, const struct act *act, struct str bytes, const char *phrase, struct diag *d, int64_t *id);
/* What a school with another system handed over (a PDF, a letter): screened, kept sealed and unread.  ERR_INVALID: findings on school, name, what, file.
 * It is taken in by nobody who has not opened it. */
struct transfer_paper { struct str school, name, born, what, file, bytes; };
enum err transfer_in_paper(const struct desk *k, const struct act *act, const struct transfer_paper *in, struct diag *d, int64_t *id);
enum err transfer_in_list(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t offset, struct transfer_in **out, size_t *n, int64_t *total);
enum err transfer_in_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct transfer_in *out);
/* What is in it. */
enum err transfer_in_read(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct child_file *out);
/* Our pupil of that number, or of that name and day of birth; 0: nobody, or more than one. */
int64_t transfer_in_match(const struct desk *k, int64_t school, const struct transfer_in *t);
/* Into this pupil's chronology, every entry; one transaction. */
enum err transfer_in_take(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, int64_t learner, struct diag *d);
enum err transfer_in_refuse(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d);
