/* house_rules.h - what the school decided about sites, as policy source: the
 * requests that went through assessment and consent and are live now, and the
 * terms, ranges and switches that stand in settings. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

struct keeper;
/* The part of it that says which devices have a name of their own. */
enum err house_known(struct keeper *k, struct arena *a, struct buf *b);
/* Text in the policy's own form ([rule site-12] ...), in the arena. */
enum err house_rules(struct keeper *k, struct arena *a, struct str *out);
