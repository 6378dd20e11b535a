/* house_texts.h - short texts of the policy that come from what the school has
 * recorded: whether browsing may be kept against names, the school's name, the
 * portal's address, when reports are read; and when pupils' own devices have no network. */
#pragma once
#include "base/buf.h"
#include "house/procedure/calendar.h"

struct house_texts {
	bool named;                    /* monitoring_named() */
	struct str school_name, portal_url;
	const struct calendar *calendar;       /* NULL: hours are not told; its terms are given as [term ...], its hours close [group own-devices] */
};
/* Adds [text ...], [term ...] and [group ...] blocks in the policy's own form. */
void house_texts(struct buf *out, const struct house_texts *in);
