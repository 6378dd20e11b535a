/* meters.h - what the gate's workers count of themselves (io/meter.h), for people and
 * for a monitoring program.  Numbers only: no name, address or person is in them. */
#pragma once
#include "base/buf.h"
#include "io/meter.h"

enum { METERS_MAX = 160 };      /* workers that are looked at */

struct meters_look { struct meter_read worker[METERS_MAX]; size_t n; int64_t at_ms; };
enum err meters_look(const char *dir, int64_t now_ms, struct meters_look *out);

/* A picture for a terminal: sums with rates since `before` (NULL: none yet), a line a worker, and what is wrong in plain words. */
void meters_top(const struct meters_look *now, const struct meters_look *before, struct buf *out);

/* The text format of Prometheus, version 0.0.4. */
void meters_prometheus(const struct meters_look *now, struct buf *out);
