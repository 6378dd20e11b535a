/* roll.h - what the pages of the roll share. */
#pragma once
#include "house/roll/plan.h"
#include "house/roll/source.h"
#include "house/roll/upload.h"
#include "house/web/web.h"

struct roll_page {
	struct roll_upload upload;
	struct roll_source source;
	struct roll_plan plan;
	struct str shape;              /* of a directory: its settings */
	struct diag found;             /* refused rows, notes */
	enum err e;                    /* of the whole file */
};
/* The upload of the address, read.  ERR_ABSENT: none of this person's. */
enum err roll_page_open(struct page_ctx *c, struct roll_page *p);
void roll_page_done(struct roll_page *p);
/* The page of what would change, or of the columns when they are not known. */
enum err roll_plan_page(struct page_ctx *c);
