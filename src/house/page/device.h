/* device.h - what the register of devices says of the device that somebody sits at (by its fixed address). */
#pragma once
#include "house/web/web.h"

/* ERR_FORBIDDEN, and kept in the audit: a pupil signs in on a device that is the staff's alone (9.5-03).  OK: any other. */
enum err device_for_staff(struct page_ctx *c, const struct person *p);
