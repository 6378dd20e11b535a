/* Tasks: whose they are, what is late, their lists line by line. */
#include "house/task/task.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/access_review.h"
#include "house/account/people.h"
#include "house/page/desk.h"
#include "house/page/form.h"
#include "house/page/page_store.h"
#include "house/page/tasks.h"
#include "house/web/table.h"

enum { ITEMS_PAGE = 25, SOON_S = 7 * 86400, NOTE_MAX = 500, OUTCOME_MAX = 4000 };

bool tasks_leads(const struct page_ctx *c)
{
	return page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP) || page_has_role(c, ROLE_DSL) || page_has_role(c, ROLE_DEPUTY) ||
		page_has_role(c, ROLE_CHAIR) || page_has_role(c, ROLE_ADMIN);
}

bool tasks_works_here(const struct page_ctx *c)
{
	enum person_kind k = c->person->kind;
	return k == KIND_STAFF || k == KIND_GOVERNOR || k == KIND_VOLUNTEER || k == KIND_SUPPLY || k == KIND_CONTRACTOR;
}

static struct task_query query_of(const struct page_ctx *c, enum task_which which)
{
	return (struct task_query){ .which = which, .person = c->session->person, .roles = c->roles };
}

enum err page_tasks_waiting(struct page_ctx *c, int64_t *open, int64_t *overdue)
{
	struct store st = page_store(c);
	struct task_query q = query_of(c, TASK_OPEN), late = query_of(c, TASK_OVERDUE);
	*open = *overdue = -1;
	if (!tasks_works_here(c))
		return OK;
	TRY(task_count(&st, c->school, &q, open));
	return task_count(&st, c->school, &late, overdue);
}

/* ---- the list ---- */

static struct str state_of(const struct task *t, const char **colour)
{
	if (str_is(t->state, "done")) {
		*colour = t->late ? "orange" : "green";
		return t->late ? STR("Done late") : STR("Done");
	}
	if (str_is(t->state, "dropped")) {
		*colour = "grey";
		return STR("Not needed");
	}
	*colour = t->late ? "red" : str_is(t->state, "ready") ? "purple" : t->due_utc < clock_utc() + SOON_S ? "yellow" : "blue";
	if (t->late)
		return STR("Overdue");
	return str_is(t->state, "ready") ? STR("To sign off") : t->due_utc < clock_utc() + SOON_S ? STR("Due soon") : STR("Open");
}

static struct str whose(struct page_ctx *c, const struct task *t)
{
	enum role r;
	struct str s = t->role.n && role_read(t->role, &r) == OK ? str_z(role_title(r)) : STR("");
	if (t->for_person)
		s = person_name(c->db, c->arena, c->school, t->for_person);
	if (t->delegate)
		s = arena_fmt(c->arena, "%.*s; handed to %.*s", STRF(s), STRF(person_name(c->db, c->arena, c->school, t->delegate)));
	return s;
}

enum err tasks_show(struct page_ctx *c)
{
	struct table t = table_read(c, TASK_PAGE);
	struct store st = page_store(c);
	struct str which = page_query(c, "which");
	struct task *list;
	size_t n;
	bool lead = tasks_leads(c), all = lead && !str_is(which, "") && which.n;
	if (!tasks_works_here(c))
		return ERR_FORBIDDEN;
	struct task_query q = query_of(c, str_is(which, "overdue") ? TASK_OVERDUE : str_is(which, "done") ? TASK_ENDED : TASK_OPEN);
	q.everyone = all;
	q.offset = t.offset;
	q.limit = t.limit = t.csv ? ENTRY_PAGE_MAX : TASK_PAGE;
	TRY(task_list(&st, c->arena, c->school, &q, &list, &n, &t.total));
	struct view_tasks_rows *rows = arena_array(c->arena, struct view_tasks_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		const char *colour;
		struct str state = state_of(&list[i], &colour);
		rows[i] = (struct view_tasks_rows){ list[i].id, list[i].title, whose(c, &list[i]), time_date_words(c->arena, list[i].due_utc), state, str_z(colour),
			list[i].done_utc ? time_date_words(c->arena, list[i].done_utc) : STR("") };
	}
	return page_show(c, tasks, "Tasks", .leads = lead, .mine = !which.n, .everyone = str_is(which, "all"), .overdue = str_is(which, "overdue"),
		.done = str_is(which, "done"), .rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}

/* ---- one task ---- */

/* Nobody answers for their own rights; somebody else who may confirm rights does. */
static bool reviews(const struct page_ctx *c, const struct task *t)
{
	if (!str_is(t->kind, ACCESS_REVIEW))
		return false;
	for (int r = 0; r < role_count(); r++)
		if (c->roles & ROLE_BIT(r) && role_facts((enum role)r)->confirms)
			return true;
	return false;
}
static bool own_line(const struct page_ctx *c, const struct task *t, int64_t about) { return str_is(t->kind, ACCESS_REVIEW) && about == c->session->person; }


static enum err seen(struct page_ctx *c, struct store *st, struct task *t)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(tasks_works_here(c) ? OK : ERR_ABSENT);
	TRY(task_get(st, c->arena, c->school, id, t));
	return task_is_for(t, c->session->person, c->roles) || (!t->private && tasks_leads(c)) ? OK : ERR_ABSENT;
}

static struct part_summary about(struct page_ctx *c, const struct task *t)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 8);
	size_t n = 0;
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_tasks_for), .value = whose(c, t) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_tasks_due), .value = time_date_words(c->arena, t->due_utc) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_tasks_opened), .value = arena_fmt(c->arena, "%.*s, by %.*s",
		STRF(time_date_words(c->arena, t->opened_utc)), STRF(page_who(c, t->opened_by))) };
	if (t->about && task_is_for(t, c->session->person, c->roles))
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_tasks_about), .value = person_name(c->db, c->arena, c->school, t->about) };
	if (t->reminders)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_tasks_reminded), .value = arena_fmt(c->arena, "%lld %s, last on %.*s",
			(long long)t->reminders, t->reminders == 1 ? "time" : "times", STRF(time_date_words(c->arena, t->reminded_utc))) };
	if (t->done_utc)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_tasks_ended), .value = arena_fmt(c->arena, "%.*s, by %.*s",
			STRF(page_when(c, t->done_utc)), STRF(page_who(c, t->done_by))) };
	if (t->outcome.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_tasks_outcome), .value = t->outcome };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static size_t answers(struct page_ctx *c, const struct task *t, struct view_task_items_answers **out)
{
	struct view_task_items_answers *list = arena_array(c->arena, struct view_task_items_answers, 8);
	struct str word, rest = t->answers.n ? t->answers : STR("yes");
	size_t n = 0;
	while (str_next(&rest, ' ', &word))
		if (word.n && n < 8)
			list[n++] = (struct view_task_items_answers){ word, str_is(word, "yes") ? STR("Confirm") : str_upto(str_z(task_answer_title(word)), strcspn(task_answer_title(word), ":")) };
	*out = list;
	return n;
}

static enum err items(struct page_ctx *c, struct store *st, const struct task *t, bool may, struct table *table, struct view_task *v)
{
	struct task_item *list;
	struct view_task_items_answers *choices;
	size_t n, n_choices = answers(c, t, &choices);
	TRY(task_items(st, c->arena, c->school, t->id, table->offset, ITEMS_PAGE, &list, &n, &table->total, &v->left));
	struct view_task_items *rows = arena_array(c->arena, struct view_task_items, n + 1);
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct view_task_items){ .item = list[i].id, .label = list[i].label, .details = list[i].details, .answer = str_z(task_answer_title(list[i].answer)),
			.note = list[i].note, .may = may && !own_line(c, t, list[i].about), .own = may && !list[i].answer.n && own_line(c, t, list[i].about), .task = t->id, .page = table->page };
		if (list[i].answer.n)
			rows[i].by = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, list[i].by)), STRF(page_when(c, list[i].on_utc)));
		rows[i].answers = choices;
		rows[i].n_answers = n_choices;
	}
	v->items = rows;
	v->n_items = n;
	v->total = table->total;
	return OK;
}

static enum err colleagues(struct page_ctx *c, const struct task *t, struct part_select *out)
{
	static const enum role roles[] = { ROLE_DEPUTY, ROLE_LEADERSHIP, ROLE_SENCO, ROLE_TECHNICIAN, ROLE_OFFICE, ROLE_BUSINESS };
	struct part_select_items *list = arena_array(c->arena, struct part_select_items, 200);
	size_t n = 0;
	list[n++] = (struct part_select_items){ STR(""), STR("Nobody: it stays here"), !t->delegate };
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		struct person *p;
		size_t found;
		TRY(person_of_role(c->db, c->arena, c->school, roles[i], &p, &found));
		for (size_t k = 0; k < found && n < 200; k++)
			if (p[k].id != c->session->person)
				list[n++] = (struct part_select_items){ arena_fmt(c->arena, "%lld", (long long)p[k].id),
					arena_fmt(c->arena, "%.*s (%s)", STRF(p[k].name), role_title(roles[i])), t->delegate == p[k].id };
	}
	*out = (struct part_select){ .name = STR("to"), .label = page_text(TEXT_tasks_hand_to), .error = page_wrong_text(c, "to"), .items = list, .n_items = n };
	return OK;
}

static enum err show(struct page_ctx *c, struct store *st, const struct task *t)
{
	struct table table = table_read(c, ITEMS_PAGE);
	const char *colour;
	bool open = str_is(t->state, "open") || str_is(t->state, "ready"), mine = task_is_for(t, c->session->person, c->roles);
	bool duty = str_is(t->kind, "duty");             /* done where its link leads: with its words, lines and parts */
	bool delegate = t->delegate && t->delegate == c->session->person;
	struct view_task v = { .errors = page_errors(c), .id = t->id, .title = t->title, .state = state_of(t, &colour), .details = t->details, .link = t->link,
		.summary = about(c, t), .may_do = open && mine && !duty && !(delegate && str_is(t->state, "ready")), .may_drop = open && mine && !delegate && !duty,
		.may_reopen = !open && !duty && (mine || tasks_leads(c)), .may_hand = open && mine && !delegate && !duty, .delegated = delegate,
		.outcome = page_area(c, "outcome", TEXT_tasks_outcome_ask, 3), .why = page_area(c, "why", TEXT_tasks_drop_why, 3), .again = page_area(c, "again", TEXT_tasks_reopen_why, 3) };
	v.colour = str_z(colour);
	TRY(items(c, st, t, open && (mine || reviews(c, t)), &table, &v));
	if (v.may_hand)
		TRY(colleagues(c, t, &v.to));
	table.limit = ITEMS_PAGE;
	v.pages = table_pages(c, &table);
	page_begin(c, arena_z(c->arena, t->title));
	view_task_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err task_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct task t;
	TRY(seen(c, &st, &t));
	return show(c, &st, &t);
}

/* The task of a post, which only those it is for may answer; `own`: not those it was handed to. */
static enum err mine(struct page_ctx *c, struct store *st, bool own, struct task *t)
{
	TRY(seen(c, st, t));
	if (!task_is_for(t, c->session->person, c->roles))
		return ERR_FORBIDDEN;
	struct task without = *t;
	without.delegate = 0;
	if (str_is(t->kind, "duty"))
		return ERR_STATE;
	return own && !task_is_for(&without, c->session->person, c->roles) ? ERR_FORBIDDEN : OK;
}

static enum err answered(struct page_ctx *c, struct store *st, const struct task *t, enum err e, const char *says)
{
	if (page_is_wrong(c))
		return show(c, st, t);
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", says);
	return page_redirect(c, "/tasks/%lld", (long long)t->id);
}

/* The end of an access review has its effect with the sign-off: both or neither. */
static enum err done(struct page_ctx *c, struct store *st, const struct act *act, const struct task *t, struct str outcome)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	size_t proposed = 0;
	TRY(db_tx_begin(c->db, &tx));
	TRY(task_done(st, act, t->id, outcome, &c->errors));
	if (str_is(t->kind, "case-change")) {
		struct desk_view k;
		TRY(page_desk(c, &k));
		TRY(record_task_ended(&k.desk, act, t->key, t->title, outcome));
	}
	if (str_is(t->kind, ACCESS_REVIEW))
		TRY(access_review_act(st, act, t->id, &c->errors, &proposed));
	return db_tx_commit(&tx);
}

enum err task_done_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "task done");
	struct task t;
	TRY(mine(c, &st, false, &t));
	struct str outcome = str_is(t.state, "ready") ? page_field(c, "outcome") : page_need(c, "outcome", OUTCOME_MAX, "Say what was done.");
	enum err e = page_is_wrong(c) ? OK : done(c, &st, &act, &t, outcome);
	return answered(c, &st, &t, e, t.delegate == c->session->person ? "Done. It goes back to be signed off." : "The task is done.");
}

enum err task_drop_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "task not needed");
	struct task t;
	TRY(mine(c, &st, true, &t));
	struct str why = page_need(c, "why", OUTCOME_MAX, "Say why it is not needed any more.");
	enum err e = page_is_wrong(c) ? OK : task_drop(&st, &act, t.id, why, &c->errors);
	return answered(c, &st, &t, e, "The task is kept as not needed.");
}

enum err task_reopen_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "task opened again");
	struct task t;
	TRY(seen(c, &st, &t));
	struct str why = page_need(c, "again", OUTCOME_MAX, "Say why it is opened again.");
	enum err e = page_is_wrong(c) ? OK : task_reopen(&st, &act, t.id, why, clock_utc() + TASK_REMIND_S, &c->errors);
	return answered(c, &st, &t, e, "The task is open again, due in a week.");
}

enum err task_delegate_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "task handed over");
	struct task t;
	int64_t to = 0;
	TRY(mine(c, &st, true, &t));
	if (page_field(c, "to").n)
		TRY(str_i64(page_field(c, "to"), &to));
	enum err e = task_delegate(&st, &act, t.id, to, &c->errors);
	return answered(c, &st, &t, e, to ? "Handed over. It stays on your list until you sign it off." : "It is yours alone again.");
}

static enum err not_own(struct page_ctx *c, struct store *st, const struct task *t, int64_t item)
{
	struct task_item *list;
	size_t n;
	int64_t total = 1;
	for (int64_t from = 0; str_is(t->kind, ACCESS_REVIEW) && from < total; from += ENTRY_PAGE_MAX) {
		TRY(task_items(st, c->arena, c->school, t->id, from, ENTRY_PAGE_MAX, &list, &n, &total, NULL));
		for (size_t i = 0; i < n; i++)
			if (list[i].id == item && own_line(c, t, list[i].about))
				return ERR_FORBIDDEN;
	}
	return OK;
}

enum err task_item_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "line of a task answered");
	struct task t;
	int64_t item, at = 1;
	TRY(seen(c, &st, &t));
	TRY(task_is_for(&t, c->session->person, c->roles) || reviews(c, &t) ? OK : ERR_FORBIDDEN);
	TRY(str_i64(page_field(c, "item"), &item));
	TRY(not_own(c, &st, &t, item));
	struct str answer = page_field(c, "answer"), note = page_field(c, "note");
	if (note.n > NOTE_MAX)
		page_wrong(c, "note", "Write at most %d letters.", NOTE_MAX);
	if (!note.n && (str_is(answer, "no") || str_is(answer, "change") || str_is(answer, "end")))
		page_wrong(c, "note", "Write a note: what is to change, or why it ends.");
	enum err e = page_is_wrong(c) ? OK : task_answer(&st, &act, t.id, item, answer, note, &c->errors);
	if (page_is_wrong(c))
		return show(c, &st, &t);
	TRY(e);
	if (str_i64(page_field(c, "page"), &at) != OK)
		at = 1;
	return page_redirect(c, "/tasks/%lld?page=%lld#item-%lld", (long long)t.id, (long long)at, (long long)item);
}
