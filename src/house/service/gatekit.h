/* gatekit.h - for tests: the gate's own decision over a small policy, from files that know nothing of the house's calendar. */
#pragma once
#include <stdint.h>

struct gatekit;
/* The small world of policy_world.h, with a school's file and what the house adds. */
struct gatekit *gatekit_new(const char *file, const char *house);
void gatekit_free(struct gatekit **g);
void gatekit_at(struct gatekit *g, int64_t utc);
/* "allow allowed", "block service-held:service-1"; good until the next question. */
const char *gatekit_ask(struct gatekit *g, const char *url, const char *who);
/* A member of staff opens this name for a class, for an hour. */
void gatekit_permit(struct gatekit *g, const char *host, int64_t class_id);
/* The snapshot's path. */
const char *gatekit_current(struct gatekit *g);
