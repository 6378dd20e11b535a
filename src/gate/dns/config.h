/* config.h - the options of a DNS worker out of the settings: the addresses of
 * [gate], and what only the DNS knows, in a block of its own:
 *
 *   [dns]
 *   client = 10.0.0.0/8          who may ask; repeated.  None: private networks and this machine
 *   local_domain = school.lan    its addresses may be private; repeated
 *   private_answers = no         yes: private addresses are believed about any name (no rebinding protection)
 *   letter_case = yes            questions go out in random letter case (0x20)
 *   questions_per_second = 5000  for one network; 0: no limit
 *   burst = 20000
 *   tunnel_names = 100           fresh names that look like a tunnel's, at once for one asker and domain; 0: no limit
 */
#pragma once
#include "gate/dns/server.h"
#include "io/settings.h"

/* Texts are views of the settings, which must outlive *out.  Findings in d; ERR_INVALID when there are errors. */
enum err dns_config(const struct settings *s, struct diag *d, struct dns_server_options *out);
