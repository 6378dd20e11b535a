/* answer.h - "we have got it": the automatic answer to a letter (RFC 3834).  It
 * goes to people only, once a day to each, without an envelope's sender, and says
 * nothing of what was written. */
#pragma once
#include "house/mailbox/letter.h"
#include "house/notify/notify.h"
#include "house/record/record.h"

/* Queues one when there should be: not to programs, lists, ourselves, or somebody answered within a day. */
enum err answer_queue(const struct desk *k, int64_t school, const struct letter_head *h, struct str own_address);
/* Sends what is due.  Addresses are wiped when their answer has gone or been given up. */
enum err answer_send(const struct desk *k, int64_t school, const struct smtp_settings *s, struct str own_address, size_t max);
/* The words, for a moment in or out of school hours. */
struct str answer_words(struct arena *a, const struct library *l, int64_t now_utc, const char *portal);
