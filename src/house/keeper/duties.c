#include "house/keeper/duties.h"

#include "base/clock.h"
#include "base/log.h"
#include "house/account/second.h"
#include "house/keeper/keeper.h"
#include "house/task/task.h"

static enum err remind(struct keeper *k)
{
	size_t n = 0;
	return task_remind(&k->store, k->school, clock_utc(), &n);
}

static enum err lapse(struct keeper *k)
{
	size_t n = 0;
	return second_lapse(&k->store, k->school, clock_utc(), &n);
}

void keeper_duties(struct keeper *k)
{
	static const struct { enum err (*run)(struct keeper *k); const char *what; } parts[] = {
		{ remind, "reminding of tasks" }, { lapse, "changes of rights that nobody confirmed" },
	};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		enum err e = parts[i].run(k);
		if (e != OK)
			log_line(LOG_FAIL, "%s: %s", parts[i].what, err_text(e));
	}
}
