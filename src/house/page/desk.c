#include "house/page/desk.h"
#include "house/page/mail_trouble.h"
#include "house/page/role_lines.h"

#include "base/clock.h"
#include "base/mem.h"
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
	int64_t due = l->acknowledged ? l->due_utc : l->ack_due_utc;
	return (struct part_case_row){ .href = arena_fmt(c->arena, "/case/%lld", (long long)l->id), .reference = l->reference,
		.title = l->title, .who = l->subject ? page_who(c, l->subject) : STR(""), .next = str_is(l->next, "-") ? STR("") : l->next,
		.due = page_when(c, due), .fresh = !l->acknowledged, .danger = l->danger, .overdue = l->overdue,
		.closed = str_is(l->state, "closed") };
}

struct part_case_table page_case_table(struct page_ctx *c, const char *caption, const char *none, const struct case_page *p)
{
	struct part_case_row *rows = arena_array(c->arena, struct part_case_row, p->n + 1);
	for (size_t i = 0; i < p->n; i++)
		rows[i] = row_of(c, &p->lines[i]);
	return (struct part_case_table){ .caption = str_z(caption), .none = str_z(none), .rows = rows, .n_rows = p->n };
}

enum err today_show(struct page_ctx *c)
{
	struct desk_view v;
	struct record_today t;
	struct case_page fresh, due;
	struct str *gaps, *mail;
	size_t n_gaps, n_mail;
	TRY(page_vacancies(c, &gaps, &n_gaps));
	TRY(page_mail_trouble(c, &mail, &n_mail));
	TRY(page_desk(c, &v));
	TRY(record_today(&v.desk, c->arena, &v.may, &t, &fresh, &due));
	return page_show(c, today, "Today", .gaps = gaps, .n_gaps = n_gaps, .mail = mail, .n_mail = n_mail, .n_fresh = t.unacknowledged, .n_open = t.open, .n_overdue = t.overdue,
		.n_due = t.due_today, .fresh = page_case_table(c, "Not taken on yet", "Everything has been taken on.", &fresh),
		.due = page_case_table(c, "Steps due", "No step is due.", &due), .teaches = page_has_role(c, ROLE_TEACHER));
}

enum err cases_show(struct page_ctx *c)
{
	struct desk_view v;
	struct case_page page;
	struct table t = table_read(c, 50);
	struct str state = page_query(c, "state");
	struct case_query q = { .state = str_is(state, "closed") ? "closed" : str_is(state, "all") ? NULL : "open", .words = t.q,
		.offset = t.offset, .limit = t.limit > ENTRY_PAGE_MAX ? ENTRY_PAGE_MAX : t.limit };
	TRY(page_desk(c, &v));
	TRY(record_cases(&v.desk, c->arena, &v.may, &q, &page));
	t.total = page.total;
	return page_show(c, cases, "Cases", .q = t.q, .table = page_case_table(c, "Cases", "There is nothing here.", &page),
		.pages = table_pages(c, &t));
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
