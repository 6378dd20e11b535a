/* ports.h - the ports on which a computer waits for others, as Linux lists them in /proc/net/tcp, tcp6, udp, udp6 (proc(5)).
 * What listens on this computer for itself (127.0.0.0/8, ::1) is left out. */
#pragma once
#include <stdbool.h>

#include "base/str.h"

enum { PORTS_HELD = 256 };
struct port { unsigned port; bool udp; };
struct port_set { struct port v[PORTS_HELD]; size_t n; bool seen; };         /* seen: a list was read; more than PORTS_HELD are not kept */

void ports_add(struct port_set *s, unsigned port, bool udp);
bool ports_has(const struct port_set *s, unsigned port);
/* The text of one such file; lines that are none are left out. */
void ports_read(struct str text, bool udp, struct port_set *out);
