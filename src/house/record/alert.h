/* alert.h - pro-active monitoring: a search that suggests a risk becomes an alert for the
 * safeguarding lead and the deputies, and for nobody else (7.3.4-04, -05).  It stays open
 * until a response is recorded.  Only about pupils, or nobody known; one a child, kind
 * of phrase and day.  The phrases stand in data/phrases.conf. */
#pragma once
#include "house/record/record.h"

enum { ALERT_RESPONSE_MAX = 4000 };

struct phrase { struct str id, title; struct str *words; size_t n; };
struct phrases { struct phrase *v; size_t n; };
enum err phrases_load(struct arena *a, const char *path, struct diag *d, struct phrases *out);
/* The first whose words stand in the text, folded; NULL: none. */
const struct phrase *phrase_in(struct arena *a, const struct phrases *p, struct str text);

/* Whether this school's profile has it switched on. */
bool alert_on(const struct desk *k);
struct alert_in { int64_t subject /* 0 = not known */, happened_utc; struct str phrase, searched; };
/* Idempotent for a child, phrase and day; *raised says whether it is new.  Tells the lead and the deputies. */
enum err alert_raise(const struct desk *k, const struct act *act, const struct alert_in *in, struct diag *d, bool *raised);

struct alert_line { int64_t id, version, subject, happened_utc, answered_utc, answered_by, concern; struct str phrase, searched, response; bool open; };
/* Open ones first by age, then the newest answered.  ERR_FORBIDDEN: neither lead nor deputy. */
enum err alert_list(const struct desk *k, struct arena *a, int64_t school, int64_t person, role_set roles, struct alert_line **out, size_t *n, int64_t *open);
/* ERR_INVALID with a finding on "response" when it says nothing.  concern: a case that was opened, 0 = none. */
enum err alert_answer(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str response, int64_t concern, struct diag *d);
