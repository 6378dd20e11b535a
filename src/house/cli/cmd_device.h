/* cmd_device.h - gatehouse device NUMBER: a token of its own for a school device,
 * for the proxy over TLS and as its name at the encrypted name service.  The secret is printed once; the policy keeps its
 * keyed digest only. */
#pragma once
#include "base/arena.h"
#include "base/hash.h"

/* What the device sends as user and password, and the digest that the policy holds (HMAC with keys/token.key). */
struct device_token { struct str secret; char digest[2 * HMAC_BYTES + 1]; };
struct device_token device_token_of(struct arena *a, const uint8_t key[32], int64_t device, struct str secret);

/* A new secret: lower-case letters and digits, 130 bits, so that it can stand in a host's name (wire/doh.h).  Wipe it. */
enum { DEVICE_SECRET = 26 };
void device_secret(char out[DEVICE_SECRET + 1]);

int cmd_device(int argc, char **argv);
