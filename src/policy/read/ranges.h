/* ranges.h - networks of the school and the group of whoever is there. */
#pragma once
#include "base/buf.h"
#include "policy/read/policy.h"
#include "wire/addr.h"

enum { RANGES_MAX = 1024 };

struct range { struct prefix prefix; struct range_hit hit; };
struct ranges { struct range *v; size_t n; };   /* longest prefix first, so the first that fits decides */

bool ranges_find(const struct ranges *r, struct addr a, struct range_hit *out);
void ranges_sort(struct ranges *r);
enum err ranges_read(struct str bytes, struct ranges *out);
void ranges_write(const struct ranges *r, struct buf *out);
void ranges_done(struct ranges *r);
enum err ranges_check(const struct snapshot *s, struct str bytes);
