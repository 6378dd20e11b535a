/* A task opened by hand: leadership for anybody who works here, everybody else for themselves. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/people.h"
#include "house/page/form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/page/tasks.h"
#include "house/task/task.h"

enum { FOR_MAX = 600, TITLE_MAX = 200, DETAILS_MAX = 4000 };

static void put(struct part_select_items *list, size_t *n, struct str value, struct str label, struct str chosen)
{
	if (*n < FOR_MAX)
		list[(*n)++] = (struct part_select_items){ value, label, str_eq(value, chosen) };
}

static enum err colleagues(struct page_ctx *c, struct str chosen, struct part_select_items *list, size_t *n)
{
	static const enum person_kind kinds[] = { KIND_STAFF, KIND_GOVERNOR };
	for (size_t k = 0; k < ARRAY_N(kinds); k++) {
		struct person *p;
		size_t found;
		TRY(person_list(c->db, c->arena, c->school, &(struct person_query){ .kind = kinds[k], .limit = FOR_MAX }, &p, &found, NULL));
		for (size_t i = 0; i < found; i++)
			if (p[i].id != c->session->person)
				put(list, n, arena_fmt(c->arena, "%lld", (long long)p[i].id), p[i].name, chosen);
	}
	return OK;
}

static bool works(const struct person *p) { return p->kind == KIND_STAFF || p->kind == KIND_GOVERNOR; }

/* Roles that somebody who works here holds now: a task for nobody would wait for ever. */
static enum err held_roles(struct page_ctx *c, struct str chosen, struct part_select_items *list, size_t *n)
{
	for (int r = 0; r < role_count(); r++) {
		struct person *p;
		size_t found, at = 0;
		TRY(person_of_role(c->db, c->arena, c->school, (enum role)r, &p, &found));
		while (at < found && !works(&p[at]))
			at++;
		if (at < found)
			put(list, n, str_z(role_word((enum role)r)), arena_fmt(c->arena, "Whoever is: %s", role_title((enum role)r)), chosen);
	}
	return OK;
}

static enum err whom(struct page_ctx *c, struct part_select *out)
{
	struct part_select_items *list = arena_array(c->arena, struct part_select_items, FOR_MAX);
	struct str chosen = page_field(c, "whom");
	size_t n = 0;
	put(list, &n, STR("me"), page_text(TEXT_tasks_new_me), chosen);
	if (tasks_leads(c)) {
		TRY(held_roles(c, chosen, list, &n));
		TRY(colleagues(c, chosen, list, &n));
	}
	*out = (struct part_select){ .name = STR("whom"), .label = page_text(TEXT_tasks_new_whom), .error = page_wrong_text(c, "whom"), .items = list, .n_items = n };
	return OK;
}

static enum err form(struct page_ctx *c)
{
	struct view_task_new v = { .errors = page_errors(c), .what = page_input(c, "what", TEXT_tasks_new_what, page_text(TEXT_tasks_new_what_hint)),
		.details = page_area(c, "details", TEXT_tasks_new_details, 4), .due = page_input(c, "due", TEXT_tasks_new_due, page_text(TEXT_tasks_new_due_hint)) };
	TRY(whom(c, &v.whom));
	page_begin(c, "A new task");
	view_task_new_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err task_new_show(struct page_ctx *c)
{
	return tasks_works_here(c) ? form(c) : ERR_FORBIDDEN;
}

/* The end of that day: a task is late only when the day is over. */
static int64_t due_of(struct page_ctx *c)
{
	struct str s = page_need(c, "due", 40, "Say by which day, for example 27 March 2026.");
	int64_t day = 0;
	if (s.n && time_read_date(s, &day) != OK)
		page_wrong(c, "due", "Write the day as 27/3/2026 or 27 March 2026.");
	else if (s.n && day + 86400 <= clock_utc())
		page_wrong(c, "due", "That day is over. Choose today or a later one.");
	return day + 86399;
}

/* Whose it is: one of the choices that were shown to this person, and nothing else. */
static enum err whose(struct page_ctx *c, struct task_in *in)
{
	struct part_select all;
	struct str word = page_field(c, "whom");
	bool offered = false;
	enum role r;
	TRY(whom(c, &all));
	for (size_t i = 0; i < all.n_items; i++)
		offered = offered || str_eq(all.items[i].value, word);
	if (!offered)
		page_wrong(c, "whom", "Choose whom the task is for.");
	else if (str_is(word, "me"))
		in->for_person = c->session->person;
	else if (role_read(word, &r) == OK)
		in->for_role = role_word(r);
	else
		TRY(str_i64(word, &in->for_person));
	return OK;
}

enum err task_new_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "task opened by hand");
	int64_t id;
	if (!tasks_works_here(c))
		return ERR_FORBIDDEN;
	struct task_in in = { .kind = "by-hand", .title = page_need(c, "what", TITLE_MAX, "Say in a few words what is to be done."),
		.details = page_field(c, "details"), .due_utc = due_of(c) };
	TRY(whose(c, &in));
	if (in.details.n > DETAILS_MAX)
		page_wrong(c, "details", "Use fewer words: at most %d letters.", DETAILS_MAX);
	enum err e = page_is_wrong(c) ? OK : task_open(&st, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return form(c);
	TRY(e);
	page_flash(c, FLASH_DONE, "The task is open, and whoever it is for has been told.");
	return page_redirect(c, "/tasks/%lld", (long long)id);
}
