/* devcert.h - devices' own certificates as the house sees them: which device has which, made by whom, until when, and
 * withdrawn why.  The signer makes them (sign/device.h); here they are entries of the register device-certificate, and
 * the policy holds a keyed digest of each fingerprint that counts.  A key never comes here but in a locked pack on its way.
 *
 * One that is withdrawn never counts again.  A device that is lost, or no longer used, loses all of its own. */
#pragma once
#include "base/buf.h"
#include "house/store/entry.h"

enum { DEVCERT_MOST = 4 /* that count at once, of one device */, DEVCERT_RENEW_DAYS = 30, DEVCERT_LIST_MAX = 50, DEVCERT_PASSWORD = 19 };

struct devcert {
	int64_t id, made_utc, made_by, until_utc, changed_utc, changed_by;
	struct str name, how, state, print, pem;
	struct str why;                /* of its last change: why it was withdrawn */
};

/* Of one device, newest first. */
enum err devcert_list(struct store *st, struct arena *a, int64_t school, int64_t device, struct devcert **out, size_t *n);
/* ERR_ABSENT: this device has no such one. */
enum err devcert_get(struct store *st, struct arena *a, int64_t school, int64_t device, int64_t id, struct devcert *out);

/* For the key of a request that the device made (DER).  socket: P/run/signer.sock.  With a finding: ERR_STATE (the device is lost or
 * not used, or has DEVCERT_MOST), ERR_SYNTAX (no request that can be used), ERR_FORBIDDEN (its key did not sign it), ERR_NET (no signer). */
enum err devcert_request(struct store *st, const struct act *act, const char *socket, int64_t device, struct str csr, struct diag *d);
/* With its key, locked with this password (devcert_password): pack is PKCS #12, for whoever asked and nobody else. */
enum err devcert_pack(struct store *st, const struct act *act, const char *socket, int64_t device, struct str password, struct buf *pack, struct diag *d);
/* "k3vq-...": 80 random bits. */
void devcert_password(char out[DEVCERT_PASSWORD + 1]);

/* act->why says why.  ERR_STATE: it does not count any more. */
enum err devcert_withdraw(struct store *st, const struct act *act, int64_t device, int64_t id, struct diag *d);
/* Those of devices that are lost or not used any more, so far as they still count: of one device, or of all (0). */
enum err devcert_gone(struct store *st, int64_t school, int64_t by, int64_t device, size_t *n);

/* Blocks for the policy; key: P/keys/token.key, 32 bytes. */
enum err devcert_policy(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], int64_t now_utc, struct buf *out);
/* For the gate at once, of those of a device that were withdrawn (newest first, at most `max`): the keyed digests. */
enum err devcert_withdrawn(struct store *st, struct arena *a, int64_t school, int64_t device, const uint8_t key[32], uint8_t (*out)[32], size_t max, size_t *n);

/* A profile for iPads, iPhones and Macs that installs the pack; its password is asked for (Apple, com.apple.security.pkcs12). */
void devcert_profile(struct buf *out, struct str pack_base64, struct str school, struct str name, const char ids[2][37]);
