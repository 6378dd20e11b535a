/* intake.h - the wellbeing mailbox becomes concerns (7.8-10): each letter once, in
 * one transaction with the cursor, the people told and the automatic answer queued.
 *
 * A letter is known by a digest of what it is (Message-ID, sender, date, subject, words), so that a
 * server that numbers its letters anew, or a keeper killed in the middle, doubles nothing; a
 * second letter under a borrowed Message-ID is a letter of its own.  The sender is what the
 * letter says: it is written on the case, with whose address it is, and proves nothing. */
#pragma once
#include "house/mailbox/config.h"
#include "house/mailbox/session.h"
#include "house/mailbox/text.h"
#include "house/record/record.h"

enum { INTAKE_WORDS_MAX = 8000, INTAKE_PART_MAX = 65536, INTAKE_ROUND = 50, INTAKE_ANSWERS_HOUR = 60 };

struct intake_sum { size_t concerns, bounces, automatic, known; };
/* One round: everything new, at most INTAKE_ROUND letters.  Without a server: OK, nothing.  A server that cannot be used is
 * kept as trouble (notify/trouble.h) and is OK too: the next round tries again. */
enum err intake_run(const struct desk *k, int64_t school, const char *ca_file, struct intake_sum *out);

/* ---- its pieces, for tests ---- */
struct intake_letter {
	struct str head, words;          /* raw head; words as text, absent: none */
	struct str report;               /* of a bounce: message/delivery-status; absent: none */
	size_t parts_left;               /* parts that were not fetched */
	bool cut;                        /* the words are longer than was fetched */
};
/* Keeps one letter and moves the cursor, or neither. */
enum err intake_keep(const struct desk *k, int64_t school, int64_t uidvalidity, int64_t uid, const struct intake_letter *l, struct intake_sum *sum);
