/* alert.h - pro-active monitoring: a search, a typed text or a page that suggests a risk becomes an alert for the
 * safeguarding lead and the deputies, and for nobody else (7.3.4-04, -05).  It stays open
 * until a response is recorded.  Only about pupils, or nobody known; one a child, topic
 * and day.  What suggests a risk is told at the gate by the phrases of data/phrases. */
#pragma once
#include "house/record/record.h"

enum { ALERT_RESPONSE_MAX = 4000, ALERT_AROUND_S = 60, ALERT_RATE_DAYS = 90 };

/* A topic's title in data/phrases/10-topics.conf; the topic itself where it is not there (a school's own). */
struct str alert_title(struct arena *a, const char *data, struct str topic);

/* Whether this school's profile has it switched on. */
bool alert_on(const struct desk *k);
struct alert_in {
	int64_t subject /* 0 = not known */, happened_utc;
	struct str phrase /* the topic */, searched /* or typed: its words */;
	struct str outcome, counted, host, group;       /* what became of it; which phrases counted; where; the group */
	struct str list;                /* the phrases that decided, with their version (event/event.h); absent: an older gate */
	bool typed, page;               /* page: its words closed it, and `searched` is its address */
};
/* Idempotent for a child, phrase and day; *raised says whether it is new.  Tells the lead and the deputies. */
enum err alert_raise(const struct desk *k, const struct act *act, const struct alert_in *in, struct diag *d, bool *raised);

struct alert_line {
	int64_t id, version, subject, happened_utc, answered_utc, answered_by, concern;
	struct str phrase, searched, response, outcome, counted, host, group, list;
	bool open, typed, page, false_alarm;
};
/* Open ones first by age, then the newest answered.  ERR_FORBIDDEN: neither lead nor deputy. */
enum err alert_list(const struct desk *k, struct arena *a, int64_t school, int64_t person, role_set roles, struct alert_line **out, size_t *n, int64_t *open);
/* ERR_INVALID with a finding on "response" when it says nothing.  concern: a case that was opened, 0 = none. */
enum err alert_answer(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str response, int64_t concern, bool false_alarm, struct diag *d);
/* Of the alerts answered in the last ALERT_RATE_DAYS: how many, and how many were false alarms.  Counts only: for reports. */
enum err alert_rate(const struct desk *k, int64_t school, int64_t now_utc, int64_t *answered, int64_t *false_alarms);
