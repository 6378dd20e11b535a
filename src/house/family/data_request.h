/* data_request.h - requests for what the school keeps about somebody (UK GDPR art. 12(3), 15; D17).  About a child: from a parent, the office or the
 * child; the safeguarding lead decides.  About an adult: from that adult; the headteacher decides, and about the headteacher the chair of
 * governors.  Whoever decides looks whether somebody else would be known or hurt; nobody hands anything out before.
 *
 * Entries of register `data-request`, of the class whose readers decide (child, staff, chair): words and reasons are sealed with its keys. */
#pragma once
#include "house/family/family.h"
#include "house/store/entry.h"

enum { DATA_WORDS_MAX = 2000 };
struct data_request_in { int64_t child, asked_by; const char *how; struct str who, words; };      /* how: link account learner office adult; adult: child is who asks */
/* One month from today: the same day of the next month, or its last one. */
int64_t data_request_due(int64_t now_utc);
/* Opens it, and a task for the lead.  ERR_FORBIDDEN: an adult who does not see this child. */
enum err data_request_ask(struct store *st, const struct act *act, const struct data_request_in *in, struct diag *d, int64_t *id);

struct data_request { enum entry_class class; int64_t id, number, version, child, asked_by, received_utc, due_utc, decided_utc, decided_by, handed_utc, handed_by; struct str state, who, how, words, third, reason; };
/* What these roles meet of them: a child's everybody who may ask for the list, an adult's who decides about it.  Words and reasons only for those who may decide or
 * lead (not the office). */
bool data_request_reads(role_set roles, enum entry_class class);
/* Newest first. */
enum err data_request_list(struct store *st, struct arena *a, int64_t school, role_set roles, int64_t offset, int64_t limit, struct data_request **out, size_t *n, int64_t *total);
/* What somebody asked about themselves, newest first, at most five: dates and states alone. */
enum err data_request_own(struct store *st, struct arena *a, int64_t school, int64_t person, struct data_request **out, size_t *n);
enum err data_request_get(struct store *st, struct arena *a, int64_t school, int64_t id, role_set roles, struct data_request *out);

/* By who decides about it, and never about their own (ERR_FORBIDDEN).  decision: given part refused; third: none removed agreed, needed unless refused. */
enum err data_request_decide(struct store *st, const struct act *act, int64_t id, struct str decision, struct str third, struct str reason, struct diag *d);
/* It was handed over.  ERR_STATE: not decided, or refused, or handed over before. */
enum err data_request_hand(struct store *st, const struct act *act, int64_t id);
