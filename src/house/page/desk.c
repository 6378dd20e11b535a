#include "house/page/desk.h"
#include "house/page/mail_trouble.h"
#include "house/page/role_lines.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/custody/custody.h"
#include "house/record/alert.h"
#include "house/web/table.h"

enum err page_desk(struct page_ctx *c, struct desk_view *out)
{
	if (!c->web->library || !c->web->registers || !c->web->keys)
		return ERR_UNSUPPORTED;
	out->store = (struct store){ .db = c->db, .keys = c->web->keys, .registers = c->web->registers };
	out->desk = (struct desk){ .store = &out->store, .library = c->web->library };
	out->may = record_may(c->school, c->person ? c->person->id : 0, c->roles);
	return OK;
}

struct str page_when(struct page_ctx *c, int64_t utc)
{
	return utc ? time_words(c->arena, utc) : STR_NONE;
}

struct str page_due(struct page_ctx *c, int64_t utc)
{
	static const struct { int days; const char *word; } near[] = { { -1, "yesterday" }, { 0, "today" }, { 1, "tomorrow" } };
	int64_t today = time_uk_midnight(clock_utc()) + 43200, day = utc ? time_uk_midnight(utc) : 0;      /* from midday: a day may have 23 hours */
	for (size_t i = 0; i < ARRAY_N(near); i++)
		if (day == time_uk_midnight(today + near[i].days * 86400))
			return arena_fmt(c->arena, "%s at %.*s", near[i].word, STRF(time_clock_words(c->arena, utc)));
	return page_when(c, utc);
}

struct str page_who(struct page_ctx *c, int64_t person)
{
	return person ? person_name(c->db, c->arena, c->school, person) : STR("the program");
}

int64_t page_learner_named(struct page_ctx *c, const char *field, struct str name)
{
	struct person p, *list;
	size_t n, hits = 0;
	int64_t total, id = 0;
	struct person_query q = { .words = name, .kind = KIND_LEARNER, .limit = 50 };
	if (person_by_username(c->db, c->arena, c->school, name, &p) == OK && p.kind == KIND_LEARNER)
		return p.id;
	if (person_list(c->db, c->arena, c->school, &q, &list, &n, &total) != OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (str_ieq(list[i].name, name)) {
			id = list[i].id;
			hits++;
		}
	if (hits > 1)
		page_wrong(c, field, "There is more than one child of this name. Write the sign-in name.");
	if (!hits)
		page_wrong(c, field, "There is no child of this name here.");
	return hits == 1 ? id : 0;
}

static struct part_case_row row_of(struct page_ctx *c, const struct case_line *l)
{
	bool step_first = l->acknowledged || (l->due_utc && l->due_utc < l->ack_due_utc);      /* what is overdue must not read "due tomorrow" */
	int64_t due = step_first ? l->due_utc : l->ack_due_utc;
	return (struct part_case_row){ .href = arena_fmt(c->arena, "/case/%lld", (long long)l->id), .reference = l->reference,
		.title = l->title, .who = l->subject ? page_who(c, l->subject) : STR(""), .next = str_is(l->next, "-") ? STR("") : l->next,
		.due = page_due(c, due), .fresh = !l->acknowledged, .danger = l->danger, .overdue = l->overdue,
		.closed = str_is(l->state, "closed") };
}

struct part_case_table page_case_table(struct page_ctx *c, const char *caption, const char *none, const struct case_page *p)
{
	struct part_case_row *rows = arena_array(c->arena, struct part_case_row, p->n + 1);
	for (size_t i = 0; i < p->n; i++)
		rows[i] = row_of(c, &p->lines[i]);
	return (struct part_case_table){ .caption = str_z(caption), .none = str_z(none), .rows = rows, .n_rows = p->n };
}

enum { TODAY_ROWS = 5, HELD_ROWS = 5, TODAY_SEEN = 64 };

struct seen { int64_t id[TODAY_SEEN]; size_t n; };

/* Leaves out what a list above shows already: on a telephone each row is half a screen. */
static void only_new(struct seen *s, struct case_page *page)
{
	size_t n = 0;
	for (size_t i = 0; i < page->n; i++) {
		bool had = false;
		for (size_t k = 0; k < s->n; k++)
			had |= s->id[k] == page->lines[i].id;
		if (had)
			continue;
		if (s->n < TODAY_SEEN)
			s->id[s->n++] = page->lines[i].id;
		page->lines[n++] = page->lines[i];
	}
	page->n = n;
}

/* One list of Today, the first few; its count leads to all of it. */
static enum err today_list(struct page_ctx *c, const struct desk_view *v, enum case_list list, struct seen *seen, struct view_today_lists *out)
{
	struct case_query q = { .list = list, .limit = TODAY_ROWS };
	struct case_page page;
	TRY(record_cases(&v->desk, c->arena, &v->may, &q, &page));
	if (page.n > TODAY_ROWS)
		page.n = TODAY_ROWS;
	bool more = page.total > (int64_t)page.n;
	only_new(seen, &page);
	*out = (struct view_today_lists){ .n = page.total, .word = str_z(case_list_word(list)), .title = str_z(case_list_title(list)),
		.more = more,
		.none = page.total ? page_text(list == CASES_MINE ? TEXT_today_mine_above : TEXT_today_all_above) : str_z(case_list_none(list)), .late = list == CASES_OVERDUE && page.total > 0,
		.table = page_case_table(c, case_list_title(list), "", &page), .some = page.n > 0 };
	return OK;
}

/* Devices in the school's hands, for those who may see that register. */
static enum err today_held(struct page_ctx *c, struct view_today *t)
{
	struct desk_view v;
	struct custody_line *lines;
	size_t n;
	TRY(page_desk(c, &v));
	t->may_held = page_may(c, CAP_CUSTODY, ACCESS_READ);
	if (!t->may_held)
		return OK;
	TRY(custody_list(&v.desk, c->arena, c->school, "held", 0, &lines, &n, &t->held_total));
	struct view_today_held *rows = arena_array(c->arena, struct view_today_held, HELD_ROWS);
	for (size_t i = 0; i < n && i < HELD_ROWS; i++)
		rows[t->n_held++] = (struct view_today_held){ .href = arena_fmt(c->arena, "/held/%lld", (long long)lines[i].id), .device = lines[i].device,
			.place = lines[i].place, .since = page_when(c, lines[i].taken_utc), .hold = lines[i].hold };
	t->held = rows;
	return OK;
}

/* 0 for whoever must not know of any. */
static enum err today_alerts(struct page_ctx *c, const struct desk_view *v, int64_t *open)
{
	struct alert_line *lines;
	size_t n;
	enum err e = alert_list(&v->desk, c->arena, c->school, c->person->id, c->roles, &lines, &n, open);
	if (e == ERR_FORBIDDEN)
		*open = 0;
	return e == ERR_FORBIDDEN ? OK : e;
}

enum err today_show(struct page_ctx *c)
{
	static const enum case_list order[] = { CASES_NEW, CASES_OVERDUE, CASES_DUE, CASES_MINE, CASES_WAITING, CASES_PARENTS };
	struct desk_view v;
	struct view_today t = { .teaches = page_has_role(c, ROLE_TEACHER) };
	struct str *gaps, *mail;
	struct seen seen = { .n = 0 };
	struct view_today_lists *lists = arena_array(c->arena, struct view_today_lists, ARRAY_N(order));
	TRY(page_vacancies(c, &gaps, &t.n_gaps));
	TRY(page_mail_trouble(c, &mail, &t.n_mail));
	TRY(page_desk(c, &v));
	for (size_t i = 0; i < ARRAY_N(order); i++)
		TRY(today_list(c, &v, order[i], &seen, &lists[i]));
	TRY(today_held(c, &t));
	TRY(today_alerts(c, &v, &t.alerts));
	t.gaps = gaps;
	t.mail = mail;
	t.lists = lists;
	t.n_lists = ARRAY_N(order);
	page_begin(c, "Today");
	view_today_put(&c->reply.body, &c->env, &t);
	return page_end(c);
}

enum err cases_show(struct page_ctx *c)
{
	struct desk_view v;
	struct case_page page;
	struct table t = table_read(c, 50);
	struct str state = page_query(c, "state");
	int64_t about = page_query_int(c, "about", 0, 1, INT64_MAX);
	struct case_query q = { .list = case_list_of(page_query(c, "list")), .state = str_is(state, "closed") ? "closed" : str_is(state, "all") || about ? NULL : "open", .words = t.q, .about = about,
		.offset = t.offset, .limit = t.limit > ENTRY_PAGE_MAX ? ENTRY_PAGE_MAX : t.limit };
	TRY(page_desk(c, &v));
	TRY(record_cases(&v.desk, c->arena, &v.may, &q, &page));
	t.total = page.total;
	return page_show(c, cases, "Cases", .q = t.q, .heading = about ? arena_fmt(c->arena, "Cases about %.*s", STRF(page_who(c, about))) : str_z(case_list_title(q.list)), .list = str_z(case_list_word(q.list)), .n = page.total,
		.table = page_case_table(c, case_list_title(q.list), case_list_none(q.list), &page), .pages = table_pages(c, &t));
}

/* ---- a teacher's refused pages ---- */

enum err pages_show(struct page_ctx *c)
{
	struct desk_view v;
	struct page_line *lines;
	size_t n;
	TRY(page_desk(c, &v));
	TRY(record_pages(&v.desk, c->arena, &v.may, &lines, &n));
	struct view_pages_rows *rows = arena_array(c->arena, struct view_pages_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_pages_rows){ .id = lines[i].id, .who = lines[i].subject ? page_who(c, lines[i].subject) : STR("Somebody"),
			.address = lines[i].address, .category = lines[i].category, .at = page_when(c, lines[i].happened_utc) };
	return page_show(c, pages, "Refused pages", .rows = rows, .n_rows = n);
}

enum err pages_do(struct page_ctx *c)
{
	struct desk_view v;
	struct act act = page_act(c, "one tap");
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(page_desk(c, &v));
	bool harmless = str_is(page_field(c, "tap"), "harmless");
	if (!harmless && !str_is(page_field(c, "tap"), "unsuitable"))
		return ERR_INVALID;
	TRY(record_tap(&v.desk, &act, &v.may, id, harmless, STR_NONE, &c->errors));
	page_flash(c, FLASH_DONE, "Thank you.");
	return page_redirect(c, "/pages");
}
