/* away.h - the school's filter on the school's devices at home (2-07).  A device of
 * the register has a name of its own at the school's encrypted name service; set
 * to it, it asks the school for every address, wherever it is (docs/ways-in.md).
 *
 * The name's secret part is made here, kept sealed, and shown to whoever sets the
 * device up; the policy holds a keyed digest.  One name a device: making another
 * ends the one before.  At home it has the internet while it is lent to somebody
 * (register device-loan) whose agreement is in force; else it may only ask. */
#pragma once
#include "base/buf.h"
#include "house/store/entry.h"

enum { AWAY_DEVICES_MAX = 500, AWAY_LABEL = 80 };

struct away {
	int64_t device, number;        /* its entry; its number in the register, by which the gate knows it */
	struct str label, kind, group; /* of the register; group: whose rules it has */
	struct str state;              /* "protected", "unprotected", "lost", "retired" */
	int64_t named_utc;             /* since when it has its name; 0 = it has none */
	int64_t person;                /* to whom it is lent now; 0 nobody */
	bool off_site;                 /* as the loan says */
	int64_t seen_utc, refused_utc; /* the filter last handled its traffic; last refused something; 0 never (house/filter/device_seen.h) */
};
/* Devices in use and lost ones, by label; retired ones only while they still have a name. */
enum err away_list(struct store *st, struct arena *a, int64_t school, struct away **out, size_t *n);
/* ERR_ABSENT: no such device. */
enum err away_get(struct store *st, struct arena *a, int64_t school, int64_t device, struct away *out);
/* A new name; the old one ends.  ERR_STATE with a finding: a device that is retired or lost. */
enum err away_make(struct store *st, const struct act *act, int64_t device, struct diag *d);
/* ERR_ABSENT: it has none. */
enum err away_end(struct store *st, const struct act *act, int64_t device, struct diag *d);
/* "17-k3vq...", the label before the service's name.  A secret.  ERR_ABSENT: it has none. */
enum err away_label(struct store *st, struct arena *a, int64_t school, int64_t device, struct str *out);

/* To whom it is lent, while their agreement is in force: only then does the policy name them (policy/read/policy.h).  0: nobody. */
enum err away_holder(struct store *st, struct arena *a, int64_t school, const struct away *x, int64_t now_utc, int64_t *person);
/* [device ...] blocks for the policy; key: P/keys/token.key, 32 bytes. */
enum err away_policy(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], int64_t now_utc, struct buf *out);

/* A profile for iPads, iPhones and Macs that sets the name service and does not let it be switched off (Apple, com.apple.dnsSettings.managed).
 * zone: "dns.school.example"; ids: two random names of it. */
void away_profile(struct buf *out, struct str label, struct str zone, struct str school, struct str device, const char ids[2][37]);
