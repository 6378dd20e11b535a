/* calendar_now.h - the calendar in force, replaced as a whole while others read it.  What was
 * in force before stays until the end: a reader keeps what it asked for, and a school changes its
 * dates a few times a year. */
#pragma once
#include "house/procedure/calendar.h"

struct calendar_now;
struct calendar_now *calendar_now_new(const struct calendar *first);
void calendar_now_free(struct calendar_now **n);
const struct calendar *calendar_now(const struct calendar_now *n);
/* Copies it, with the hours and weekdays of the first.  One like the one in force changes nothing. */
void calendar_now_take(struct calendar_now *n, const struct calendar *c);
