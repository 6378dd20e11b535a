#include "house/filter/asked.h"

#include "base/clock.h"
#include "house/store/audit.h"

enum { AUDIT_LOOK = 300 };

enum err filter_asked(struct db *db, struct arena *a, const struct act *act)
{
	struct audit_record *r;
	size_t n;
	int asked = 0;
	TRY(audit_list(db, a, act->school, 0, AUDIT_LOOK, &r, &n));
	for (size_t i = 0; i < n; i++)
		asked += r[i].person == act->person && r[i].at_utc > clock_utc() - FILTER_ASKS_WITHIN_S && str_is(r[i].what, "policy.explained");
	if (asked >= FILTER_ASKS_MAX)
		return ERR_BUSY;
	return audit_add(db, act, "policy.explained", (struct audit_about){ "policy", 0 }, NULL);
}
