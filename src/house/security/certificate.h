/* certificate.h - when the first certificate of a PEM file ends (RFC 5280 4.1.2.5).  Apart from the rest: OpenSSL's headers
 * have names that ours have too. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

bool certificate_end(const char *path, int64_t *utc);      /* false: there is none that can be read */
