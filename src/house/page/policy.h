/* policy.h - what the pages of the policy, its evidence and the state of the program share. */
#pragma once
#include "gen_ui.h"
#include "house/document/document.h"
#include "house/evidence/evidence.h"
#include "house/page/desk.h"

/* The asking of evidence for this page; its store is the caller's room. */
enum err page_evidence(struct page_ctx *c, struct store *room, struct evidence_ask *out);
struct part_known page_known(struct page_ctx *c, const struct evidence *e);
struct part_tag page_status_tag(const struct evidence *e);
/* Title, owner, version, approval, review, signatures.  names: people are named (those who are signed in).
 * `doc` is empty when no version is in force. */
struct part_summary page_document_panel(struct page_ctx *c, const struct document *doc, bool names);
struct str page_policy_title(const struct page_ctx *c, const struct document *doc);
/* Who looks after the review, when it is overdue; else absent. */
struct str page_review_owner(struct page_ctx *c, const struct document *doc);
