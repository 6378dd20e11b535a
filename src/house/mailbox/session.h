/* session.h - one conversation with an IMAP server: TLS and sign-in by libcurl,
 * the commands and the reading of answers ours.  Only what is asked for by name crosses
 * the wire: a list of what is new, the structure and head of a letter, and one part of words.
 *
 * The server's certificate is checked (the system's authorities or `ca_file`); in clear: never. */
#pragma once
#include "house/mailbox/structure.h"

struct imap_settings {
	const char *url;                 /* imaps://host[:port], imap://host[:port] (STARTTLS is demanded) */
	const char *user, *password;
	const char *folder;              /* "INBOX" */
	const char *ca_file;             /* PEM; NULL = the system's */
	long timeout_seconds;            /* for each answer; 0 = 30 */
};
/* ERR_INVALID: an address of another kind, or a line end in what is sent. */
enum err imap_check(const struct imap_settings *s);

struct imap_session;
/* Signs in and opens the folder for reading only (EXAMINE: nothing on the server is changed).  On failure `why` is a plain sentence. */
enum err imap_open(const struct imap_settings *s, struct imap_session **out, int64_t *uidvalidity, char why[200]);
void imap_close(struct imap_session **s);
/* Numbers of the letters behind `after`, ascending, at most `max` (the oldest). */
enum err imap_new(struct imap_session *s, int64_t after, int64_t *uids, size_t max, size_t *n);

struct imap_letter {
	int64_t bytes;                   /* of the whole */
	struct str head;                 /* raw, cut at LETTER_HEAD_MAX */
	struct mail_part parts[MAIL_PARTS_MAX];
	size_t n_parts;                  /* 0: the server's description could not be used */
};
/* ERR_ABSENT: it is gone. */
enum err imap_look(struct imap_session *s, struct arena *a, int64_t uid, struct imap_letter *out);
/* The first `max` bytes of a part. */
enum err imap_part(struct imap_session *s, struct arena *a, int64_t uid, const char *section, size_t max, struct str *out);
/* What went wrong last, as a plain sentence. */
const char *imap_why(const struct imap_session *s);
