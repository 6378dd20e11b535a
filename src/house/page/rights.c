/* Changes of rights that wait for a second person, and what became of them. */
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/people.h"
#include "house/account/second.h"
#include "house/page/desk.h"
#include "house/page/page_store.h"
#include "house/page/roles.h"
#include "house/web/table.h"

enum { RIGHTS_PAGE = 25, NOTE_MAX = 500 };

bool page_sees_rights(const struct page_ctx *c)
{
	for (int r = 0; r < role_count(); r++)
		if (c->roles & ROLE_BIT(r) && role_facts((enum role)r)->confirms)
			return true;
	return page_may_appoint(c);
}

static struct str state_of(const struct second *s, const char **colour)
{
	static const struct { const char *state, *says, *colour; } all[] = {
		{ "waiting", "Waits for a second person", "yellow" }, { "confirmed", "Confirmed", "green" }, { "refused", "Refused", "red" },
		{ "withdrawn", "Withdrawn", "grey" }, { "expired", "Lapsed: nobody answered", "grey" },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (str_is(s->state, all[i].state)) {
			*colour = all[i].colour;
			return str_z(all[i].says);
		}
	*colour = "grey";
	return s->state;
}

enum err rights_show(struct page_ctx *c)
{
	struct table t = table_read(c, RIGHTS_PAGE);
	struct store st = page_store(c);
	struct second *list;
	size_t n;
	bool past = str_is(page_query(c, "which"), "past");
	TRY(page_sees_rights(c) ? OK : ERR_FORBIDDEN);
	TRY(second_list(&st, c->arena, c->school, !past, t.offset, RIGHTS_PAGE, &list, &n, &t.total));
	t.limit = RIGHTS_PAGE;
	struct view_rights_rows *rows = arena_array(c->arena, struct view_rights_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		const char *colour;
		struct str state = state_of(&list[i], &colour);
		rows[i] = (struct view_rights_rows){ list[i].id, list[i].title, state, str_z(colour), page_who(c, list[i].by), time_date_words(c->arena, list[i].opened_utc),
			list[i].decided_by ? page_who(c, list[i].decided_by) : STR("") };
	}
	return page_show(c, rights, "Changes of rights", .past = past, .rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}

static enum err read(struct page_ctx *c, struct store *st, struct second *s)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(second_get(st, c->arena, c->school, id, s));
	return page_sees_rights(c) || s->by == c->session->person ? OK : ERR_ABSENT;
}

static struct part_summary about(struct page_ctx *c, const struct second *s)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 10);
	size_t n = 0;
	struct str duties = second_term(s, "duties"), trained = second_term(s, "trained");
	int64_t at;
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_rights_by), .value = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, s->by)), STRF(page_when(c, s->opened_utc))) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_rights_why), .value = s->why };
	if (duties.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_appoint_duties), .value = duties };
	if (trained.n && time_read_iso(trained, &at) == OK)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_appoint_trained), .value = time_date_words(c->arena, at) };
	if (str_is(s->state, "waiting"))
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_rights_until), .value = time_date_words(c->arena, s->until_utc) };
	if (s->decided_utc)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_rights_decided), .value = arena_fmt(c->arena, "%.*s, %.*s",
			STRF(s->decided_by ? page_who(c, s->decided_by) : STR("Nobody")), STRF(page_when(c, s->decided_utc))) };
	if (s->note.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_rights_note), .value = s->note };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static enum err show(struct page_ctx *c, const struct second *s)
{
	const char *colour;
	struct str state = state_of(s, &colour);
	bool waits = str_is(s->state, "waiting");
	return page_show(c, right, "A change of rights", .errors = page_errors(c), .id = s->id, .title = s->title, .state = state, .colour = str_z(colour),
		.summary = about(c, s), .may_decide = waits && second_may(s, c->session->person, c->roles), .may_withdraw = waits && s->by == c->session->person,
		.must_be_other = waits && !second_may(s, c->session->person, c->roles),
		.note = { .name = STR("note"), .label = page_text(TEXT_rights_note_ask), .value = page_field(c, "note"), .error = page_wrong_text(c, "note"), .rows = 3 });
}

enum err right_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct second s;
	TRY(read(c, &st, &s));
	return show(c, &s);
}

static enum err decided(struct page_ctx *c, const struct second *s, enum err e, const char *says)
{
	if (page_is_wrong(c))
		return show(c, s);
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", says);
	return page_redirect(c, "/rights");
}

enum err right_confirm(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "confirmed a change of rights");
	struct second s;
	TRY(read(c, &st, &s));
	return decided(c, &s, second_confirm(&st, &act, c->roles, s.id, str_upto(page_field(c, "note"), NOTE_MAX), &c->errors), "Confirmed. It has taken effect.");
}

enum err right_refuse(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "refused a change of rights");
	struct second s;
	TRY(read(c, &st, &s));
	struct str note = page_need(c, "note", NOTE_MAX, "Say why not: whoever proposed it reads this.");
	enum err e = page_is_wrong(c) ? OK : second_refuse(&st, &act, c->roles, s.id, note, &c->errors);
	return decided(c, &s, e, "Refused. Nothing has changed.");
}

enum err right_withdraw(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "withdrew a change of rights");
	struct second s;
	TRY(read(c, &st, &s));
	return decided(c, &s, second_withdraw(&st, &act, s.id), "Withdrawn. Nothing has changed.");
}
