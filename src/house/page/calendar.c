/* The calendar of duties: mine, everyone's, overdue, done; one duty with its history; periods; statements. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/duty/turn.h"
#include "house/page/desk.h"
#include "house/page/duty.h"
#include "house/page/duty_desk.h"
#include "house/page/form.h"
#include "house/page/page_store.h"
#include "house/web/table.h"

enum { DAY = 86400, ROWS = 50, AHEAD_DAYS = 330 };

struct str duty_tag(const struct duty_turn *t, const struct duty *d, const char **colour)
{
	int amber = d ? d->amber_days : 7;
	bool open = str_is(t->state, "open");
	if (open) {
		*colour = t->late ? "red" : t->due_utc < clock_utc() + (int64_t)amber * DAY ? "yellow" : "blue";
		return t->late ? STR("Overdue") : t->due_utc < clock_utc() + (int64_t)amber * DAY ? STR("Due soon") : STR("Open");
	}
	*colour = str_is(t->state, "done") ? t->late ? "orange" : "green" : str_is(t->state, "declined") ? "orange" : "grey";
	if (str_is(t->state, "declined"))
		return t->late ? STR("Answered late: not so") : STR("Answered: not so");
	return str_is(t->state, "done") ? t->late ? STR("Done late") : STR("Done") : str_is(t->state, "missed") ? STR("Missed") : STR("Not needed");
}

struct str duty_whose(struct page_ctx *c, const struct duty *d, const struct duty_turn *t)
{
	if (t && t->person)
		return person_name(c->db, c->arena, c->school, t->person);
	struct str all = STR_NONE;
	for (size_t i = 0; d && i < d->n_who; i++) {
		struct str one = duty_roles_text(c->arena, d->who[i]);
		all = all.n ? arena_fmt(c->arena, "%.*s; %.*s", STRF(all), STRF(one)) : one;
	}
	return all.n ? all : t ? duty_roles_text(c->arena, t->roles) : STR_NONE;
}

/* The next time of each is enough: what comes weekly would hide the rest. */
static bool listed(const struct view_calendar_later *rows, size_t n, const struct duty *d)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].duty, d->id))
			return true;
	return false;
}

static enum err later(struct page_ctx *c, struct duty_desk *k, bool everyone, struct view_calendar *v)
{
	struct duty_ahead *list;
	size_t n;
	int64_t now = clock_utc();
	TRY(duty_ahead(k, c->arena, c->school, now, now + (int64_t)AHEAD_DAYS * DAY, &list, &n));
	struct view_calendar_later *rows = arena_array(c->arena, struct view_calendar_later, n + 1);
	for (size_t i = 0; i < n; i++) {
		if ((!everyone && !duty_is_of(list[i].duty, c->roles, duty_works_here(c))) || listed(rows, v->n_later, list[i].duty))
			continue;
		rows[v->n_later++] = (struct view_calendar_later){ .duty = list[i].duty->id, .title = list[i].duty->title, .due = time_date_words(c->arena, list[i].at.due_utc),
			.who = duty_whose(c, list[i].duty, NULL) };
		if (v->n_later == ROWS)
			break;
	}
	v->later = rows;
	return OK;
}

enum err calendar_show(struct page_ctx *c)
{
	struct table t = table_read(c, ROWS);
	struct store st = page_store(c);
	struct duty_desk k = duty_desk_of(c, &st);
	struct str which = page_query(c, "which");
	struct duty_turn *list;
	size_t n;
	if (!duty_works_here(c))
		return ERR_FORBIDDEN;
	struct view_calendar v = { .leads = duty_leads(c) };
	v.everyone = v.leads && str_is(which, "all");
	v.overdue = str_is(which, "overdue");
	v.done = str_is(which, "done");
	v.mine = !v.everyone && !v.overdue && !v.done;
	v.wrong = v.leads ? k.duties->wrong : STR_NONE;
	struct duty_query q = { .which = v.overdue ? DUTY_OVERDUE : v.done ? DUTY_ENDED : DUTY_OPEN, .person = c->session->person, .roles = c->roles,
		.works_here = true, .everyone = v.leads && !v.mine, .offset = t.offset, .limit = t.limit };
	TRY(duty_turns(&k, c->arena, c->school, &q, &list, &n, &t.total));
	struct view_calendar_rows *rows = arena_array(c->arena, struct view_calendar_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		const char *colour;
		const struct duty *d = duty_find(k.duties, list[i].duty);
		struct str state = duty_tag(&list[i], d, &colour);
		rows[i] = (struct view_calendar_rows){ .id = list[i].id, .title = list[i].title, .state = state, .colour = str_z(colour), .due = time_date_words(c->arena, list[i].due_utc),
			.who = duty_whose(c, d, &list[i]), .ended = list[i].done_utc ? time_date_words(c->arena, list[i].done_utc) : STR_NONE };
	}
	v.rows = rows;
	v.n_rows = n;
	if (v.mine || v.everyone)
		TRY(later(c, &k, v.everyone, &v));
	v.pages = table_pages(c, &t);
	page_begin(c, "Calendar");
	view_calendar_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- one duty ---- */

static bool confirms(const struct page_ctx *c, const struct duty *d)
{
	enum role r;
	return page_has_role(c, ROLE_HEAD) || (d->confirm.n && role_read(d->confirm, &r) == OK && page_has_role(c, r));
}

static const char *const PERIODS[] = { "week", "2 weeks", "4 weeks", "month", "half-term", "3 months", "term", "6 months", "year" };

static struct part_select periods(struct page_ctx *c, const struct duty *d, struct duty_every now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(PERIODS) + 1);
	struct str chosen = page_field(c, "every").n ? page_field(c, "every") : duty_every_text(c->arena, now);
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_N(PERIODS); i++)
		items[n++] = (struct part_select_items){ str_z(PERIODS[i]), str_z(PERIODS[i]), str_is(chosen, PERIODS[i]) };
	return (struct part_select){ .name = STR("every"), .label = page_text(TEXT_duty_every), .error = page_wrong_text(c, "every"), .items = items, .n_items = n };
}

static struct str clock_text(struct page_ctx *c, const struct duty *d, struct duty_every e)
{
	switch (d->on) {
	case ON_SAFER_INTERNET_DAY: return STR("On Safer Internet Day");
	case ON_FIRST_INSET: return STR("On the first INSET day of the school year");
	case ON_JOINING: return arena_fmt(c->arena, "Within %d days of joining", d->within_days);
	case ON_ENTRY: return arena_fmt(c->arena, "Within %d days, each time", d->within_days);
	default: return arena_fmt(c->arena, "Every %.*s", STRF(duty_every_text(c->arena, e)));
	}
}

static enum err history(struct page_ctx *c, struct duty_desk *k, const struct duty *d, struct view_duty *v)
{
	struct duty_turn *list;
	size_t n, m = 0;
	struct duty_query q = { .which = DUTY_ENDED, .person = c->session->person, .roles = c->roles, .works_here = true, .everyone = duty_leads(c),
		.duty = arena_z(c->arena, d->id), .limit = 200 };
	struct view_duty_rows *rows = arena_array(c->arena, struct view_duty_rows, 401);
	for (int round = 0; round < 2; round++) {
		q.which = round ? DUTY_ENDED : DUTY_OPEN;
		TRY(duty_turns(k, c->arena, c->school, &q, &list, &n, NULL));
		for (size_t i = 0; i < n && m < 400; i++) {
			const char *colour;
			struct str state = duty_tag(&list[i], d, &colour);
			rows[m++] = (struct view_duty_rows){ .id = list[i].id, .due = time_date_words(c->arena, list[i].due_utc), .state = state, .colour = str_z(colour), .who = duty_whose(c, d, &list[i]),
				.ended = list[i].done_utc ? time_date_words(c->arena, list[i].done_utc) : STR_NONE };
		}
	}
	v->rows = rows;
	v->n_rows = m;
	return OK;
}

static enum err duty_page(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct duty_desk k = duty_desk_of(c, &st);
	const struct duty *d = duty_find(k.duties, page_param(c, "id"));
	struct duty_setting s;
	bool confirmed;
	if (!duty_works_here(c))
		return ERR_FORBIDDEN;
	if (!d || !duty_applies(d, &c->web->library->profile))
		return ERR_ABSENT;
	TRY(duty_setting(&k, c->arena, c->school, d, &s));
	struct duty_every e = duty_every_now(&k, c->arena, c->school, d, &confirmed);
	struct view_duty v = { .errors = page_errors(c), .id = d->id, .title = d->title, .hint = d->hint, .ask = d->ask, .when = clock_text(c, d, e), .who = duty_whose(c, d, NULL),
		.proposed = d->on == ON_PERIOD && !confirmed, .clauses = d->clauses, .may = d->on == ON_PERIOD && (d->open_period || d->longest.unit) && confirms(c, d),
		.every = periods(c, d, e), .why = page_input(c, "why", TEXT_duty_why, STR_NONE) };
	if (s.every.unit)
		v.by = arena_fmt(c->arena, "Confirmed by %.*s on %.*s%s%.*s", STRF(person_name(c->db, c->arena, c->school, s.by)), STRF(time_date_words(c->arena, s.at_utc)), s.why.n ? ": " : ".", STRF(s.why));
	TRY(history(c, &k, d, &v));
	page_begin(c, arena_z(c->arena, d->title));
	view_duty_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err duty_show(struct page_ctx *c) { return duty_page(c); }

enum err duty_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct duty_desk k = duty_desk_of(c, &st);
	struct act act = page_act(c, "confirmed how often a duty is done");
	const struct duty *d = duty_find(k.duties, page_param(c, "id"));
	if (!duty_works_here(c))
		return ERR_FORBIDDEN;
	if (!d || !duty_applies(d, &c->web->library->profile))
		return ERR_ABSENT;
	if (!confirms(c, d) || !(d->open_period || d->longest.unit))
		return ERR_FORBIDDEN;
	enum err e = duty_set(&k, &act, d, page_field(c, "every"), str_upto(page_field(c, "why"), 300), &c->errors);
	if (page_is_wrong(c))
		return duty_page(c);
	TRY(e);
	page_flash(c, FLASH_DONE, "Confirmed: every %.*s. It counts from the next time on.", STRF(page_field(c, "every")));
	return page_redirect(c, "/calendar/duty/%.*s", STRF(d->id));
}

enum err duty_periods_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct duty_desk k = duty_desk_of(c, &st);
	if (!duty_works_here(c))
		return ERR_FORBIDDEN;
	struct view_duty_periods_rows *rows = arena_array(c->arena, struct view_duty_periods_rows, k.duties->n + 1);
	size_t n = 0;
	for (size_t i = 0; i < k.duties->n; i++) {
		const struct duty *d = &k.duties->v[i];
		bool confirmed;
		if (!d->open_period || !duty_applies(d, &c->web->library->profile))
			continue;
		struct duty_every e = duty_every_now(&k, c->arena, c->school, d, &confirmed);
		rows[n++] = (struct view_duty_periods_rows){ .duty = d->id, .title = d->title, .when = clock_text(c, d, e), .proposed = !confirmed,
			.who = d->confirm.n ? duty_roles_text(c->arena, d->confirm) : STR("Headteacher") };
	}
	return page_show(c, duty_periods, "How often", .rows = rows, .n_rows = n);
}

/* ---- statements ---- */

static struct str answer_words(struct str answer) { return str_is(answer, "no") ? STR("Not so") : str_is(answer, "yes") ? STR("Yes") : STR("Done"); }

static enum err statements_csv(struct page_ctx *c, const struct duty_statement *s, size_t n)
{
	static const char *const heads[] = { "When", "Who", "Duty", "Answer", "Late", "Version", "Words", "Lines", "Written", "Note" };
	csv_begin(c, "statements.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		struct str cells[] = { page_when(c, s[i].at_utc), page_who(c, s[i].person), duty_statement_title(c, &s[i]), answer_words(s[i].answer), s[i].late ? STR("late") : STR(""),
			arena_fmt(c->arena, "%lld", (long long)s[i].number), s[i].wording, s[i].lines, s[i].fields, s[i].note };
		for (size_t k = 0; k < ARRAY_N(cells); k++)
			csv_cell(c, cells[k]);
		csv_row(c);
	}
	return csv_end(c);
}

struct str duty_statement_title(struct page_ctx *c, const struct duty_statement *s)
{
	struct store st = page_store(c);
	struct duty_desk k = duty_desk_of(c, &st);
	struct duty_turn t;
	return duty_turn_get(&k, c->arena, c->school, s->turn, &t) == OK ? t.title : STR("A duty");
}

/* Everybody's for whoever leads, one's own for everybody else. */
enum err statements_show(struct page_ctx *c)
{
	struct table t = table_read(c, ROWS);
	struct store st = page_store(c);
	struct duty_desk k = duty_desk_of(c, &st);
	struct duty_statement *s;
	size_t n;
	struct str duty = page_query(c, "duty");
	if (!duty_works_here(c))
		return ERR_FORBIDDEN;
	TRY(duty_statements(&k, c->arena, c->school, duty.n ? arena_z(c->arena, duty) : NULL, duty_leads(c) ? 0 : c->session->person, t.offset, t.csv ? ENTRY_PAGE_MAX : ROWS, &s, &n, &t.total));
	if (t.csv)
		return statements_csv(c, s, n);
	struct view_statements_rows *rows = arena_array(c->arena, struct view_statements_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_statements_rows){ .turn = s[i].turn, .when = time_date_words(c->arena, s[i].at_utc), .who = person_name(c->db, c->arena, c->school, s[i].person),
			.title = duty_statement_title(c, &s[i]), .answer = answer_words(s[i].answer), .colour = str_is(s[i].answer, "no") ? STR("orange") : STR("green"), .late = s[i].late };
	return page_show(c, statements, "Statements", .rows = rows, .n_rows = n, .pages = table_pages(c, &t), .csv = table_csv_href(c));
}
