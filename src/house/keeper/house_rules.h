/* house_rules.h - what the school decided about sites, as policy source: the
 * requests that went through assessment and consent and are live now, and the
 * terms, ranges and switches that stand in settings. */
#pragma once
#include "base/arena.h"

struct keeper;
/* Text in the policy's own form ([rule site-12] ...), in the arena. */
enum err house_rules(struct keeper *k, struct arena *a, struct str *out);
