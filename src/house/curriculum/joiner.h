/* joiner.h - online safety when a child moves between establishments (5.1-16): whoever joins or leaves has a session of their own
 * (register transition-session), and until its day is written down a task is open.  Children who were there when the school began
 * with this are not joiners. */
#pragma once
#include "house/account/people.h"
#include "house/store/entry.h"

enum joiner_kind { JOINER_JOINS, JOINER_LEAVES };
struct joiner { bool wanted, done; int64_t on_utc, task; };       /* wanted: a session or a task belongs to them; task: its number while it is open */
enum err joiner_of(struct store *st, struct arena *a, int64_t school, int64_t child, enum joiner_kind kind, struct joiner *out);
/* Opens what is missing, ends what is done.  Call it as often as you like. */
enum err joiners_tick(struct store *st, int64_t school, int64_t now_utc);
