/* voices.h - what people said, as a part of the page of a policy's version and of the curriculum. */
#pragma once
#include "gen_ui.h"
#include "house/voice/voices.h"
#include "house/web/web.h"

/* action: where a comment is posted; absent: none can be written here. */
enum err page_voices(struct page_ctx *c, const struct voices_query *q, struct str action, struct part_voices *out);
/* Takes the comment of that form.  ERR_INVALID with findings. */
enum err page_voice_take(struct page_ctx *c, const char *about, int64_t version);
/* Whether a survey waits for this pupil. */
bool survey_waits(struct page_ctx *c);
/* ERR_INVALID with a finding when nobody was heard on this version (4.2-20). */
enum err page_voices_heard(struct page_ctx *c, int64_t version);
