/* device.h - what the register of devices says of the device that somebody sits at (by its fixed address), and devices' own certificates. */
#pragma once
#include "house/web/web.h"

/* ERR_FORBIDDEN, and kept in the audit: a pupil signs in on a device that is the staff's alone (9.5-03).  OK: any other. */
enum err device_for_staff(struct page_ctx *c, const struct person *p);

/* Who sees which certificates a device has. */
bool device_certificates_may_see(const struct page_ctx *c);
/* A device moved to another state: one that is lost or not used any more loses its certificates, and the gate is told at once. */
void device_certificates_after(struct page_ctx *c, int64_t device);
