/* task_inner.h - inside the tasks: what writing and reading share. */
#pragma once
#include "gen_queries.h"
#include "house/notify/notify.h"
#include "house/task/task.h"

/* Tasks are the school's working registers: read by number, whoever asks. */
static inline struct entry_may task_may(int64_t school, int64_t person)
{
	return (struct entry_may){ .school = school, .person = person, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}
const char *task_path(struct arena *a, int64_t id);    /* "/tasks/12" */
/* Tells those it is for; when nobody holds the role, the headteacher, else the chair, else an administrator. */
enum err task_tell(struct store *st, struct arena *a, const struct act *act, const struct task *t, enum notice what);
