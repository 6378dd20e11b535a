#include "house/security/run.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/security/files.h"

static enum err look_at_files(struct check_place *p, const struct act *act, struct arena *a, struct diag *d)
{
	struct str folders = check_setting(p, "folders"), rest = folders, one;
	struct files_sum *sum = arena_new(a, struct files_sum);
	int64_t id;
	if (!str_trim(folders).n)
		return OK;
	while (str_next(&rest, ' ', &one)) {
		enum err e = one.n ? files_look(arena_z(a, one), a, sum) : OK;
		if (e != OK)
			diag_add(d, DIAG_WARNING, STR("gatehouse.conf"), 0, "[check] folders: %.*s cannot be looked through: %s", STRF(one), err_text(e));
	}
	return files_report(p->store, act, str_upto(folders, 300), sum, &id);
}

enum err security_run(const struct security_ask *ask, const struct act *act, struct arena *a, struct diag *d, struct check_run *out)
{
	AUTO(rights_free) struct rights *rights = NULL;
	struct account_rules rules;
	TRY(rights_load(arena_fmt(a, "%s/roles.conf", ask->data_dir).p, d, &rights));
	TRY(account_rules_load(ask->settings, &ask->library->profile, d, &rules));
	struct check_place p = { .settings = ask->settings, .rules = &rules, .rights = rights, .library = ask->library, .store = ask->store, .activity = ask->activity, .root = "",
		.school = act->school, .now_utc = clock_utc(), .walk = ask->walk };
	TRY(look_at_files(&p, act, a, d));
	return check_now(&p, act, a, out);
}
