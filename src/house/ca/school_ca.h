/* school_ca.h - the school's certificate authority as the house sees it: certificates and what to do next.  The keys are
 * the signer's and never come here.  Every change is one audit record ("ca.made", "ca.switched", "ca.retired").
 *
 *   make    the first one signs at once; a second one waits while devices are given it (rotation with overlap)
 *   switch  the one that waits signs from now on; the old one is only kept for devices that still hold it
 *   retire  the old one, or the one that waits, or the last one: its key is destroyed */
#pragma once
#include "house/store/act.h"
#include "house/store/db.h"
#include "io/ca_ask.h"

enum { SCHOOL_CA_YEARS = 5, SCHOOL_CA_WARN_DAYS = 180, SCHOOL_CA_PRINT = 96 };

struct school_ca { struct buf room; struct ca_list list; };     /* the list's texts live in the room */
struct school_ca school_ca_init(void);
void school_ca_done(struct school_ca *s);

/* socket: P/run/signer.sock.  ERR_NET: the signer does not run. */
enum err school_ca_show(const char *socket, struct school_ca *out);
/* help_conf: data/policy/base/20-help.conf, whose hosts the certificate spares.  ERR_STATE: one waits already. */
enum err school_ca_make(struct db *db, const struct act *act, const char *socket, struct str school, unsigned years,
                        const char *help_conf, struct school_ca *out);
enum err school_ca_switch(struct db *db, const struct act *act, const char *socket, struct school_ca *out);
enum err school_ca_retire(struct db *db, const struct act *act, const char *socket, struct school_ca *out);

const char *school_ca_words(enum ca_state s);            /* "signs now", ... */
/* The one that devices need next: the one that waits, else the one in use; NULL: none. */
const struct ca_one *school_ca_newest(const struct ca_list *l);
void school_ca_pem(const struct ca_one *c, struct buf *out);
/* SHA-256 of the certificate as people compare it: "AB:CD:...". */
void school_ca_print(const struct ca_one *c, char out[SCHOOL_CA_PRINT + 1]);
