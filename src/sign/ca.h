/* ca.h - the school's certificate authority in the signer: the book of at most CA_MAX of them with their keys (one file,
 * replaced as a whole), and what each question does (io/ca_ask.h).
 *
 * A gate that is broken into can ask for certificates of host names, and for nothing else: no CA, no wildcard, no
 * address, no name of one label or public suffix, nothing that the CA spares (help lines: browsers refuse it too), each for a
 * week at most, and only so often. */
#pragma once
#include "io/ca_ask.h"
#include "sign/device.h"

enum { CA_BURST = 3000, CA_REFILL_MS = 10 /* one more certificate each */ };

struct ca;
/* Absent file: no CA yet.  ERR_CORRUPT when it cannot be believed. */
enum err ca_open(const char *path, struct ca **out);
/* Who answers for devices' own certificates; borrowed.  Without: CA_NONE. */
void ca_devices(struct ca *c, struct device_ca *d);
void ca_free(struct ca **c);                             /* wipes the keys */
/* gate: only CA_LEAF is answered; otherwise all but CA_LEAF. */
void ca_answer(struct ca *c, struct str question, bool gate, struct buf *out);
