/* embed.h - films and other players inside an approved page ([player], [embed] of policy files).  Pure, as decide().
 *
 * A player's host stays closed; its page opens inside a frame of a page that the school named (or approved in any way, where the rule says
 * `on = approved`), and the player's own parts open for that player's page.  The proof is what browsers send and no page can change:
 * Sec-Fetch-Dest says that it is a frame, Referer whose frame.  Without both it stays closed.  A player lifts what a signed
 * service lifts (categories marked `service`, the wall of the groups named) and nothing else: no school's rule that closes, no service that
 * waits for its assessment, no sealed or illegal name. */
#pragma once
#include "base/buf.h"
#include "policy/decide/decide.h"

/* Of the request: Sec-Fetch-Dest, and the page that asks, in normal form; path absent: only its origin was said. */
struct embed { struct str dest, host, path; };

/* f was refused with *d: opens it when the proof is there. */
bool embed_opens(const struct policy *p, const struct facts *f, const struct embed *e, struct decision *d);
/* The page of a film at a host of films ("/watch?v=..."), when the film itself is open for who asks: the address of its player alone, without
 * what others write under it and what else there is to see. */
bool embed_sends(const struct policy *p, const struct facts *f, struct buf *location);
/* A name that was refused with *d and that a player's page or parts stand under, for a group whose HTTPS is read: where every connection is turned to
 * the proxy, the name may be answered, so that the proxy can ask for the proof. */
bool embed_named(const struct policy *p, const struct facts *f, const struct decision *d);
/* Whether this is a player's page: a refusal is shown as a frame. */
bool embed_is_player(const struct policy *p, const struct facts *f);
