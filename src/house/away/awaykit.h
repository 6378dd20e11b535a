/* awaykit.h - for tests: what a policy with these blocks of the house says to a device by its token's digest, from a file that knows
 * nothing of the house's calendar: "refused" (no such device), "sign", "block", "allow". */
#pragma once
#include <stdint.h>

const char *awaykit_ask(const char *house, const uint8_t digest[32], const char *host);
