/* pack_inner.h - shared by the files of the pack only. */
#pragma once
#include "house/casefile/pack.h"

/* Everything about the child that the asker may see, oldest first. */
enum err pack_gather(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t child, int64_t request, struct pack *out);
