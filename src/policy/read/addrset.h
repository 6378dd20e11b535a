/* addrset.h - listed IP addresses and prefixes. */
#pragma once
#include "policy/read/hits.h"
#include "policy/read/snapshot.h"
#include "policy/read/tagset.h"
#include "wire/addr.h"

struct addrset { struct tagset tags; const uint8_t *list_category; };

void addrset_open(const struct snapshot *s, struct addrset *out);
bool addrset_find(const struct addrset *h, struct addr a, struct hits *out);
/* For the compiler. */
uint64_t addrset_hash(const uint64_t key[2], struct addr a, uint8_t bits);
enum err addrset_check(const struct snapshot *s, struct str bytes);
