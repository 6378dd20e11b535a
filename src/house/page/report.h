/* report.h - what the pages of telling share. */
#pragma once
#include "house/page/desk.h"

enum { REPORT_WHOM_MAX = 300, REPORT_NAMES_MAX = 6 };

/* What the form is about: child, adult, head; anything else is not known. */
bool report_about_child(struct str word);
bool report_about_known(struct str word);
bool report_by_learner(const struct page_ctx *c);
bool report_from_outside(const struct page_ctx *c);      /* a child who is not signed in */
/* Works here in any way: the longer form, and whom to find in person. */
bool report_by_staff(const struct page_ctx *c);

/* The form for adults and the one for children, with what was typed; about: STR_NONE asks first. */
enum err report_form(struct page_ctx *c, struct str about);
enum err report_worry(struct page_ctx *c);
/* What the child's pictures say: "Sad; at school; a child"; absent: none chosen. */
struct str report_pictures(struct page_ctx *c);
/* Where somebody is hurt and what was seen: "Left arm, back: a red mark"; absent: nothing ticked or written. */
struct str report_body(struct page_ctx *c);
struct part_checkboxes report_body_boxes(struct page_ctx *c);
struct part_checkboxes report_barred_boxes(struct page_ctx *c);
/* 11.2-11: nobody asks a child to send or copy a picture.  The question, and its answer in words; a finding where the topic
 * needs one and there is none. */
struct part_radios report_asked_radios(struct page_ctx *c);
struct str report_asked(struct page_ctx *c, struct str topic);
/* Everybody whom the form's "must not see it" means. */
void report_bar(struct page_ctx *c, struct report *r);
/* Whom to find in person about this: names of the lead and the deputies, of the headteacher, or of the chair; none for `quiet`. */
size_t report_helpers(struct page_ctx *c, struct str about, struct str out[REPORT_NAMES_MAX]);

/* The draft of whoever asks becomes what the form shows; *since: when it was kept, 0 = there is none. */
enum err report_draft_load(struct page_ctx *c, int64_t *since_utc);
/* What arrived late becomes the writer's draft, with what they had begun meanwhile. */
enum err report_draft_merge(struct page_ctx *c);
/* Sent: what was kept of it goes. */
enum err report_draft_done(struct page_ctx *c);
