/* load.h - what comes down is watched for kinds of files that its group may not download (policy/read/downloads.h): by the name it is to be saved
 * under, its media type, the name in its address, and its own bytes, the names inside archives included.  At every answer that the gate
 * can read: plain HTTP, and HTTPS of groups whose traffic is inspected.
 *
 * A file that is refused at its beginning becomes a page that says why; one that shows itself later (an entry deep in an
 * archive) breaks off. */
#pragma once
#include "gate/proxy/tap.h"

struct client;
struct load;

/* Before a request is sent: whether only codings that can be looked into may be asked for. */
bool load_watches(struct client *c);
/* At the head of a response.  True: refused, c->d and the event say so; the caller shows the page. */
bool load_refuses(struct client *c);
/* The next piece of the body, with what the others who read along said of it: the same, TAP_HOLD while the beginning does not tell yet,
 * TAP_REPLACE when it is refused. */
enum tap_verdict load_feed(struct client *c, struct str piece, bool last, enum tap_verdict said);
/* The policy changed: what is under way is read on by the new one; nothing of the old one is kept. */
void load_again(struct client *c);
void load_close(struct client *c);
