/* rnd.h - random bytes from the kernel, and names made of them. */
#pragma once
#include "base/str.h"

void rnd_bytes(void *out, size_t n);
uint64_t rnd_u64(void);
uint32_t rnd_below(uint32_t limit);                /* uniform in [0, limit); limit > 0 */
/* n random bytes as URL-safe text without padding; out has room for 4n/3+3. */
void rnd_token(char *out, size_t n);
