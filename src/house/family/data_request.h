/* data_request.h - requests for what the school keeps about a child: from a parent, the
 * office or the child.  They go to the safeguarding lead first, who looks whether somebody
 * else would be known or hurt, and decides; nobody hands anything out before (UK GDPR art. 12(3), 15).
 *
 * Entries of register `data-request`, class child: words and reasons are sealed. */
#pragma once
#include "house/family/family.h"
#include "house/store/entry.h"

enum { DATA_WORDS_MAX = 2000 };
struct data_request_in { int64_t child, asked_by; const char *how; struct str who, words; };      /* how: link account learner office */
/* One month from today: the same day of the next month, or its last one. */
int64_t data_request_due(int64_t now_utc);
/* Opens it, and a task for the lead.  ERR_FORBIDDEN: an adult who does not see this child. */
enum err data_request_ask(struct store *st, const struct act *act, const struct data_request_in *in, struct diag *d, int64_t *id);

struct data_request { int64_t id, number, version, child, asked_by, received_utc, due_utc, decided_utc, decided_by, handed_utc, handed_by; struct str state, who, how, words, third, reason; };
/* Newest first.  Without `reads` words and reasons are left out (the office). */
enum err data_request_list(struct store *st, struct arena *a, int64_t school, bool reads, int64_t offset, int64_t limit, struct data_request **out, size_t *n, int64_t *total);
enum err data_request_get(struct store *st, struct arena *a, int64_t school, int64_t id, bool reads, struct data_request *out);

/* By the lead or a deputy only (ERR_FORBIDDEN).  decision: given part refused; third: none removed agreed, needed unless refused. */
enum err data_request_decide(struct store *st, const struct act *act, int64_t id, struct str decision, struct str third, struct str reason, struct diag *d);
/* It was handed over.  ERR_STATE: not decided, or refused, or handed over before. */
enum err data_request_hand(struct store *st, const struct act *act, int64_t id);
