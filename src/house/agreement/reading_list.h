/* reading_list.h - what has to be read by staff: the policy in force and required
 * reading with a short quiz (data/reading), when it is due, and who has not done it
 * (4.3-02, KCSIE part one).
 *
 * A receipt is for a digest.  A reading marked yearly is due again from 1 September; everything is due on joining and
 * whenever the words change. */
#pragma once
#include "house/agreement/board.h"
#include "house/document/document.h"

enum { READING_QUESTIONS = 20, READING_CHOICES = 6 };

struct question { struct str id, text, why, choices[READING_CHOICES]; size_t n; int64_t right; };     /* right: counts from 1 */
struct reading_text {
	struct str id, title, edition, address, audiences, lead;
	bool yearly;
	struct str *points;
	size_t n_points;
	struct question *questions;
	size_t n_questions;
	uint8_t digest[SHA256_BYTES];          /* of edition, points and questions */
};
/* data/reading/NAME.conf */
enum err reading_text_load(struct arena *a, const char *data_dir, const char *name, struct diag *d, struct reading_text *out);
/* 1 September before that moment, UK midnight: where a school year begins. */
int64_t reading_year_start(int64_t now_utc);

/* The policy in force, as what was read: its digest.  ERR_ABSENT: none is in force. */
enum err reading_policy(struct store *st, struct arena *a, int64_t school, struct document *doc, uint8_t digest[SHA256_BYTES]);
