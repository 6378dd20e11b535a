/* trial_here.h - the gate of this machine, asked as a device would ask it: by name, for pages, for https, and inside https with the school's
 * certificate as the only one that is believed, so that a page which comes counts only when the school's authority vouches for it. */
#pragma once
#include "base/buf.h"
#include "house/filter/trial.h"
#include "io/settings.h"

struct trial_here { struct settings *s; unsigned ways; struct buf pem; };
/* What devices here have: names, a proxy, and inside https when an authority is in use (asked of the signer). */
void trial_here_of(struct settings *s, struct trial_here *out);
void trial_here_done(struct trial_here *h);
/* host: a name, for pages with a port and a path if need be ("good.example:8443/words"); a name server is asked for the name alone. */
enum trial_got trial_here_ask(const struct trial_here *h, enum trial_way way, const uint8_t from[16], struct str host);
