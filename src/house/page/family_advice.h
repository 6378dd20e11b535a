/* family_advice.h - what families are shown: current messages by form, where to find
 * advice, warning signs, how to reach a child (4.1-11, 4.6-06, 5.4-02, 9.3-07, 10-04). */
#pragma once
#include "gen_ui.h"
#include "house/store/entry.h"
#include "house/web/web.h"

/* Nothing in it needs a sign-in. */
enum err page_family_advice(struct page_ctx *c, struct part_family_advice *out);
/* Whether the profile makes Cyber Choices known to everybody (10-04). */
bool page_cyber_choices(const struct page_ctx *c);

/* Of a topic, those that are out now, counted once for each form; a bit for each. */
enum { MESSAGES_MAX = 200 };
enum err page_messages_out(struct page_ctx *c, const char *topic, int64_t from_utc, struct entry_page *out);
struct str page_choice_words(struct page_ctx *c, const char *reg, const char *field, struct str value);
