/* Prints of a case for a court, and whether one is genuine; worries written on paper. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/court.h"
#include "house/page/casefile.h"
#include "house/page/form.h"

static enum err show(struct page_ctx *c, const struct desk_view *k, const struct entry *e)
{
	struct court_made *list;
	size_t n;
	TRY(court_list(&k->desk, c->arena, &k->may, e->id, &list, &n));
	struct view_court_made *rows = arena_array(c->arena, struct view_court_made, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_court_made){ .when = page_when(c, list[i].at_utc), .digest = list[i].digest,
			.text = arena_fmt(c->arena, "%.*s, for %.*s", STRF(page_who(c, list[i].by)), STRF(list[i].whom)) };
	return page_show(c, court, "Print for a court", .id = e->id, .back = arena_fmt(c->arena, "/case/%lld/file", (long long)e->id), .title = entry_value(e, "title").n ? entry_value(e, "title") : STR("The case"), .errors = page_errors(c),
		.whom = page_input(c, "whom", TEXT_court_whom, STR_NONE), .made = rows, .n_made = n);
}

enum err court_show(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	int64_t id;
	struct act act = page_act(c, "the prints of a case");
	TRY(casefile_open(c, &k, &id, &e));
	TRY(record_looked(&k.desk, &act, id, false));
	return show(c, &k, &e);
}

enum err court_do(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	struct str html;
	int64_t id;
	struct act act = page_act(c, "printed a case");
	TRY(casefile_open(c, &k, &id, &e));
	enum err made = court_print(&k.desk, c->arena, &act, &k.may, id, page_field(c, "whom"), &c->errors, &html);
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, made));
		return show(c, &k, &e);
	}
	TRY(made);
	return casefile_send(c, html, "text/html; charset=utf-8", arena_fmt(c->arena, "case-%lld.html", (long long)id));
}

enum err verify_print_show(struct page_ctx *c)
{
	struct desk_view k;
	struct court_made m = { 0 };
	struct str digest = page_query(c, "digest");
	TRY(page_desk(c, &k));
	enum err e = digest.n ? court_verify(&k.desk, c->arena, &k.may, digest, &m) : ERR_ABSENT;
	if (e != OK && e != ERR_ABSENT)
		return e;
	struct part_input in = { .name = STR("digest"), .label = page_text(TEXT_court_digest), .value = digest };
	return page_show(c, verify_print, "Verify a print", .digest = in, .known = e == OK, .unknown = e != OK && digest.n, .same = m.same,
		.href = arena_fmt(c->arena, "/case/%lld", (long long)m.case_id),
		.text = e == OK ? arena_fmt(c->arena, "Printed %.*s by %.*s, for %.*s, %lld entries", STRF(page_when(c, m.at_utc)), STRF(page_who(c, m.by)), STRF(m.whom), (long long)m.entries) : STR_NONE);
}

/* ---- on paper ---- */

static enum err works_here(const struct page_ctx *c)
{
	return c->person && (c->person->kind == KIND_STAFF || c->person->kind == KIND_SUPPLY || c->person->kind == KIND_VOLUNTEER) ? OK : ERR_FORBIDDEN;
}

enum err paper_show(struct page_ctx *c)
{
	TRY(works_here(c));
	return page_show(c, paper, "When the program is down", .school = str_z(c->web->school_name));
}

static enum err enter_page(struct page_ctx *c)
{
	struct part_input day = page_input(c, "day", TEXT_paper_enter_day, STR("14 September 2026, or 14/9/2026")), at = page_input(c, "time", TEXT_paper_enter_time, STR("9:05 or 14:30"));
	day.width = STR("20");
	at.width = STR("10");
	return page_show(c, paper_enter, "Enter a sheet of paper", .errors = page_errors(c), .child = page_input(c, "child", TEXT_paper_enter_child, STR_NONE),
		.words = page_area(c, "words", TEXT_paper_enter_words, 8), .day = day, .time = at, .who = page_input(c, "who", TEXT_paper_enter_who, STR_NONE));
}

enum err paper_enter_show(struct page_ctx *c)
{
	TRY(works_here(c));
	return enter_page(c);
}

/* "9:05", "14.30", "2:30pm": minutes of the day; -1. */
static int minutes_read(struct str s)
{
	int64_t h = 0, m = 0;
	bool pm = str_ends(s, STR("pm")), am = str_ends(s, STR("am"));
	s = str_trim(pm || am ? str_upto(s, s.n - 2) : s);
	ptrdiff_t dot = str_chr(s, ':') >= 0 ? str_chr(s, ':') : str_chr(s, '.');
	if (str_i64(dot < 0 ? s : str_upto(s, (size_t)dot), &h) != OK || (dot >= 0 && str_i64(str_from(s, (size_t)dot + 1), &m) != OK))
		return -1;
	if ((pm || am) && (h < 1 || h > 12))
		return -1;
	h = pm ? h % 12 + 12 : am ? h % 12 : h;
	return h < 0 || h > 23 || m < 0 || m > 59 ? -1 : (int)(h * 60 + m);
}

static int64_t written_at(struct page_ctx *c)
{
	int64_t day = 0;
	int minutes = minutes_read(page_field(c, "time"));
	if (time_read_date(page_field(c, "day"), &day) != OK)
		page_wrong(c, "day", "Write the day on the sheet, such as 14 September 2026.");
	if (minutes < 0)
		page_wrong(c, "time", "Write the time on the sheet, such as 9:05 or 2:30pm.");
	struct civil t = time_uk(day);
	t.hour = minutes / 60;
	t.minute = minutes % 60;
	int64_t at = page_is_wrong(c) ? 0 : time_from_uk(t);
	if (at > clock_utc())
		page_wrong(c, "day", "The sheet cannot have been written later than now.");
	return at;
}

enum err paper_enter_do(struct page_ctx *c)
{
	struct desk_view k;
	struct received got;
	struct act act = page_act(c, "entered from paper");
	TRY(works_here(c));
	TRY(page_desk(c, &k));
	struct str words = page_need(c, "words", RECORD_WORDS_MAX - 400, "Type the words of the sheet."), who = page_need(c, "who", 200, "Write who wrote it.");
	struct str child = page_field(c, "child");
	int64_t at = written_at(c), learner = child.n ? page_learner_named(c, "child", child) : 0;
	if (page_is_wrong(c))
		return enter_page(c);
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = learner, .author = c->person->id, .happened_utc = at,
		.words = arena_fmt(c->arena, "%.*s\n\nEntered from paper. Written %.*s by %.*s.", STRF(words), STRF(time_words(c->arena, at)), STRF(who)) };
	TRY(record_report(&k.desk, &act, &r, &c->errors, &got));
	page_flash(c, FLASH_DONE, "It is kept: reference %s. Put the sheet into the locked file, with this reference on it.", got.reference);
	return page_redirect(c, "/paper");
}
