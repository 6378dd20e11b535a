/* structure.h - the parts of a letter as the IMAP server describes them
 * (BODYSTRUCTURE, RFC 9051 7.5.2).  From it one part of words is chosen; whatever
 * else the letter carries is counted and never fetched. */
#pragma once
#include "house/mailbox/imap.h"

enum { MAIL_PARTS_MAX = 100, MAIL_SECTION_MAX = 48 };

struct mail_part {
	char section[MAIL_SECTION_MAX];      /* "1", "2.1": its number for BODY[...] */
	struct str type, subtype, charset, encoding;
	int64_t octets;
	bool attached;                       /* says that it is an attachment, or has a file name */
};
/* The leaves, in order.  More than MAIL_PARTS_MAX, or deeper than the section can say: ERR_LIMIT. */
enum err mail_structure(const struct imap_node *n, struct mail_part parts[MAIL_PARTS_MAX], size_t *n_parts);
/* The words: the first plain text that is no attachment, else the first HTML likewise; NULL: there are none. */
const struct mail_part *mail_words_part(const struct mail_part *parts, size_t n);
/* What a mail server says of a letter that it gives back (message/delivery-status); NULL: this is none. */
const struct mail_part *mail_bounce_part(const struct mail_part *parts, size_t n);
