/* visitor.h - what the pages of the visitors' desk share. */
#pragma once
#include "house/visitor/visitor.h"
#include "house/web/web.h"

/* OK for those who keep the desk; ERR_FORBIDDEN for staff who only write down a challenge. */
enum err visitor_desk(const struct page_ctx *c);
struct str visitor_seeing(struct page_ctx *c, const struct visit *v);
struct str visitor_href(struct page_ctx *c, int64_t id, const char *more);
/* Locks the desk's session to the rules of this visit, for the visitor to read and sign; no rules in force: back to the visit. */
enum err visitor_hand(struct page_ctx *c, int64_t id);
/* A field's hour on the day of that moment; empty: `otherwise`; unreadable: a finding. */
int64_t visitor_hour(struct page_ctx *c, const char *field, int64_t day_utc, int64_t otherwise);
/* The gate looks again at what this person may; if the keeper is away it does so within a minute of its return. */
void visitor_tell_gate(struct page_ctx *c, int64_t person);
