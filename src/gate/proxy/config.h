/* config.h - the [proxy] block of P/gatehouse.conf:
 *
 *   [proxy]
 *   http_ports = 80 8080          for whole addresses; 80 when absent
 *   connect_ports = 443           for CONNECT; 443 when absent
 *   reach = 127.0.0.0/8           inside addresses that may be reached all the same; none
 *   addresses = no                whether addresses may be asked for in place of names
 *   ech = match                   match: an encrypted hello is let through when the outer name is the name asked
 *                                 for (browsers send decoys of it in every hello); refuse: never
 *   per_client = 256              connections from one address
 *   connections = 4096            connections of a worker
 *   roots = P/more-roots.pem      certificate authorities that hosts may be vouched for by, besides the system's: of a
 *                                 supplier's filter in front that inspects too, or a laboratory's; none */
#pragma once
#include "base/arena.h"
#include "base/conf.h"
#include "gate/proxy/proxy.h"

/* Findings in d; ERR_SYNTAX when there are errors.  Fields it does not know of stay. */
enum err proxy_config(const struct conf *c, struct diag *d, struct proxy_conf *out);
/* Which networks' devices are asked for a Kerberos ticket: "client" of [kerberos], repeated; none: all. */
enum err proxy_config_tickets(const struct conf *c, struct diag *d, struct proxy_conf *out);
const char *proxy_config_roots(struct arena *a, const struct conf *c);        /* NULL: none */
