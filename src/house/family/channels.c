#include "house/family/channels.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/store/audit.h"

enum err family_channels(struct db *db, struct arena *a, const struct library *l, int64_t school, struct str **out, size_t *n)
{
	struct q_family_setting_row r;
	struct str *list = arena_array(a, struct str, CHANNELS_MAX + 1), line;
	size_t found = 0;
	*out = list;
	*n = 0;
	if (!l || !profile_yes(&l->profile, "social.official_enabled"))
		return OK;
	enum err e = q_family_setting_one(db, a, &(struct q_family_setting_args){ .school = school, .name = STR("family.channels") }, &r);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	while (found < CHANNELS_MAX && str_next(&r.value, '\n', &line))
		if (str_trim(line).n)
			list[found++] = str_trim(line);
	*n = found;
	return OK;
}

enum err family_channels_set(struct db *db, const struct act *act, struct str lines, struct diag *d)
{
	struct str rest = lines, line;
	size_t n = 0, before = d->errors;
	while (str_next(&rest, '\n', &line)) {
		n += str_trim(line).n > 0;
		if (line.n > CHANNEL_MAX || !str_utf8(line))
			diag_add(d, DIAG_ERROR, STR("channels"), 0, "Write one channel on a line, at most %d letters each.", CHANNEL_MAX);
	}
	if (n > CHANNELS_MAX)
		diag_add(d, DIAG_ERROR, STR("channels"), 0, "Name at most %d channels.", CHANNELS_MAX);
	if (d->errors > before)
		return ERR_INVALID;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_family_setting_put_do(db, &(struct q_family_setting_put_args){ .school = act->school, .name = STR("family.channels"),
		.value = lines.p ? lines : STR(""), .by = act->person, .now = clock_utc() }, NULL));
	TRY(audit_add(db, act, "family.channels", (struct audit_about){ "setting", 0 }, NULL));
	return db_tx_commit(&tx);
}
