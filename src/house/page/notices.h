/* notices.h - the notices of data/notices on pages. */
#pragma once
#include "gen_ui.h"
#include "house/agreement/board.h"
#include "house/web/web.h"

/* For this school's profile; empty when the file cannot be used. */
struct board page_board(struct page_ctx *c);
/* The audience word of whoever is signed in; "visitor" for nobody. */
struct str page_audience(struct page_ctx *c);
struct part_notice_text page_notice_part(struct page_ctx *c, const struct board_notice *n);
/* What stands on the home page of whoever is signed in: monitoring (until it is acknowledged), what waits for
 * them; and what they look after (no title: nothing). */
enum err page_duties(struct page_ctx *c, struct part_duties *out, struct part_notice_text *mine);
/* Who keeps confidence, for the form of a report: no title when it is not for whoever asks (10-05, 10-06). */
struct part_notice_text page_confidence(struct page_ctx *c);
