/* device.h - the authority for devices' own certificates, in the signer: another key than the one that speaks for
 * hosts, so that neither kind of certificate can ever stand in for the other.  Nobody but the school's own gate
 * believes it; its certificates are for clients alone, DEVICE_DAYS long.
 *
 * Made at the first start and again DEVICE_CA_EARLY_YEARS before its end; the one before is believed until its last
 * certificate has run out, its key is gone.  public_path holds both as PEM, for the gate. */
#pragma once
#include "io/ca_ask.h"

enum { DEVICE_CA_YEARS = 10, DEVICE_CA_EARLY_YEARS = 2, DEVICE_DAYS = 365 };

struct device_ca;
/* Before the sandbox.  ERR_CORRUPT when the file cannot be believed. */
enum err device_ca_open(const char *path, const char *public_path, struct device_ca **out);
void device_ca_free(struct device_ca **c);               /* wipes the key */
/* CA_DEVICE and CA_PACK. */
void device_ca_answer(struct device_ca *c, const struct ca_question *q, struct buf *out);
