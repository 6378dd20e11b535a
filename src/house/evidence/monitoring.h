/* monitoring.h - whether browsing may be kept against names: only when the
 * school has recorded its impact assessment, how long names are kept, and the
 * notice that everybody is told, and a leader has then switched it on (7.3.4-06,
 * 7.3.4-07).  The keeper and the policy source ask monitoring_named() and
 * nothing else. */
#pragma once
#include "house/store/entry.h"

enum { RETENTION_MAX_DAYS = 400 };

struct monitoring {
	int64_t entry, version;        /* 0: nothing recorded yet */
	int64_t assessed_utc, notice_utc, retention_days;      /* 0: not recorded */
	struct str assessed_by, notice;
	int64_t changed_utc, changed_by;
	bool on;                       /* switched on, and everything is on record */
	bool assessment, retention, notice_given;              /* each complete */
};
struct monitoring_in { struct str assessed, assessed_by, retention, notice, notice_on; };

enum err monitoring_get(struct store *st, struct arena *a, int64_t school, struct monitoring *out);
/* Keeps what is given; what is empty is taken back, and then named logging ends. */
enum err monitoring_record(struct store *st, const struct act *act, const struct monitoring_in *in, struct diag *d);
/* On: ERR_INVALID and a finding for each thing that is not on record. */
enum err monitoring_switch(struct store *st, const struct act *act, bool on, struct diag *d);
/* The one answer; false also when it cannot be read. */
bool monitoring_named(struct store *st, int64_t school);
