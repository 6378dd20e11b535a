/* ticket_ask.h - the words spoken with gatehouse-kerberos, which alone reads the key of the school's Kerberos service:
 * P/run/kerberos.sock, framed (io/frame.h), any number of questions a connection, answered in order.
 *
 *   [kerberos]
 *   realm = SCHOOL.EXAMPLE        whose tickets count; the block alone turns it on
 *   clocks = 300                  seconds by which clocks may differ, and so how long a ticket counts past its end; 1 to 300
 *
 * Pure codecs. */
#pragma once
#include "base/buf.h"
#include "io/settings.h"

enum { TICKET_TOKEN_MAX = 16 * 1024, TICKET_QUESTION_MAX = TICKET_TOKEN_MAX + 8, TICKET_LOGIN_MAX = 64, TICKET_ANSWER_MAX = 128, TICKET_REALM_MAX = 200 };

/* The first byte of an answer. */
enum ticket_code { TICKET_OK, TICKET_REFUSED /* not for us, forged, or broken */, TICKET_EXPIRED, TICKET_REPLAYED, TICKET_REALM /* of another one */,
                   TICKET_NOBODY /* a service's or computer's */, TICKET_SYNTAX, N_TICKET_CODE };
const char *ticket_code_words(enum ticket_code c);

void ticket_question_put(struct str token, struct buf *out);
enum err ticket_question_read(struct str bytes, struct str *token);      /* a view */
struct ticket_answer { enum ticket_code code; int64_t until_utc; struct str login; };      /* the last two with TICKET_OK only */
void ticket_answer_put(const struct ticket_answer *a, struct buf *out);
enum err ticket_answer_read(struct str bytes, struct ticket_answer *out);        /* a view */

struct ticket_options { const char *realm; unsigned clocks_s; };        /* realm NULL: there is no such block */
/* Findings in d; ERR_INVALID with errors. */
enum err ticket_settings(struct settings *s, struct diag *d, struct ticket_options *out);
