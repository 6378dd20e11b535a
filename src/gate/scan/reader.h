/* reader.h - reads pages and typed texts along as they pass the proxy (gate/proxy/tap.h), against the phrases of the policy
 * (policy/scan/scan.h), and keeps what was searched.
 *
 * A page that reaches its group's limit is replaced by a block page, or ends there when some of it had gone already.  A post that
 * does so is not sent.  What was typed and reaches an alert, and every search, becomes an event: what it means is the house's affair.
 * An answer to what was typed is read as it comes (in pieces: scan/events.h; or whole, as JSON): it ends where it reaches
 * the group's limit, and one that reaches an alert becomes an event with an excerpt of what was asked and of what was answered.
 * Of all others nothing is kept.
 *
 * Texts that go over a WebSocket are read as posts are (what the client says) and as pages are (what the host says): what
 * counted in one message still counts in the next, until it was told.
 *
 * Bodies are read in every coding of wire/coding.h, also several in a row.  A page in another, or one that is not of the coding that
 * it names, is refused where pages are read: it is never shown unread.  A bomb ends.
 *
 * Help lines are not read at all. */
#pragma once
#include "gate/proxy/tap.h"

enum {
	READER_PLAIN_MAX = 16 * 1024 * 1024,         /* of one body, unpacked; the rest passes unread, and an event says so */
};

extern const struct tap_ops reader_ops;              /* its owner: NULL, or a struct note_to of a test */
