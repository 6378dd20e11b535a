/* messages.h - the short message at the start of a session (data/messages.conf): one each time for a pupil
 * (5.1-07), from time to time for staff (5.3-15); what was shown is kept. */
#pragma once
#include "house/web/web.h"

/* What whoever asks sees now; absent: nothing.  The same one for the rest of that session. */
enum err page_message(struct page_ctx *c, struct str *out);
