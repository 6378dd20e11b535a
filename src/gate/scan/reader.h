/* reader.h - reads pages and typed texts along as they pass the proxy (gate/proxy/tap.h), against the phrases of the policy
 * (policy/scan/scan.h), and keeps what was searched.
 *
 * A page that reaches its group's limit is replaced by a block page, or ends there when some of it had gone already.  A post that
 * does so is not sent.  What was typed and reaches an alert, and every search, becomes an event: what it means is the house's affair.
 * An answer that comes in pieces to what was typed (scan/events.h) is read as it comes, whoever sends it: it ends where it reaches
 * the group's limit, and one that reaches an alert becomes an event with an excerpt of what was asked and of what was answered.
 * Of all others nothing is kept.
 * Help lines are not read at all. */
#pragma once
#include "gate/proxy/tap.h"

enum {
	READER_INFLATED_MAX = 16 * 1024 * 1024,      /* of one body; the rest passes unread */
	READER_BURST_MAX = 2 * 1024 * 1024,          /* out of one piece: more is a bomb, and ends the body */
};

extern const struct tap_ops reader_ops;              /* its owner: NULL, or a struct note_to of a test */
