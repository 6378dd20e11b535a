/* Reporting: for anybody, signed in or not, in under a minute. */
#include "house/page/report.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/store/words.h"

bool report_about_child(struct str word) { return str_is(word, "child"); }
bool report_about_known(struct str word) { return report_about_child(word) || str_is(word, "adult") || str_is(word, "head"); }
/* Nobody is signed in, and it is the page of worries for children: from home, from a friend's telephone. */
bool report_from_outside(const struct page_ctx *c)
{
	return !c->person && (str_is(c->req->path, "/worry") || str_is(page_query(c, "by"), "child") || str_is(page_field(c, "by"), "child"));
}

bool report_by_learner(const struct page_ctx *c) { return page_has_role(c, ROLE_LEARNER) || c->locked_learner || report_from_outside(c); }

bool report_by_staff(const struct page_ctx *c)
{
	return c->person && (c->person->kind == KIND_STAFF || c->person->kind == KIND_SUPPLY || c->person->kind == KIND_VOLUNTEER);
}

/* In a child's words and pictures also for whoever is not signed in. */
enum err worry_show(struct page_ctx *c) { return c->person && !report_by_learner(c) ? page_redirect(c, "/report") : report_worry(c); }

enum err report_show(struct page_ctx *c)
{
	struct str about = arena_str(c->arena, page_query(c, "about"));
	if (report_by_learner(c) && (!about.n || report_about_child(about)))
		return report_worry(c);
	return report_form(c, about);
}

/* ---- what was sent ---- */

/* Exactly one person of that name and kind: their id.  Nobody learns from the page whether there was one. */
static int64_t person_named(struct page_ctx *c, struct str name, bool learner)
{
	struct person *p;
	size_t n, hits = 0;
	int64_t total, id = 0;
	struct person_query q = { .words = name, .kind = learner ? KIND_LEARNER : 0, .limit = 20 };
	if (name.n < 3 || name.n > PERSON_NAME_MAX || person_list(c->db, c->arena, c->school, &q, &p, &n, &total) != OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (str_ieq(p[i].name, name) && (p[i].kind == KIND_LEARNER) == learner) {
			id = p[i].id;
			hits++;
		}
	return hits == 1 ? id : 0;
}

enum { WORDS_OF_NAME = 40 };

/* "Mrs Thistledown", "the head": enough to keep it from the headteacher, whatever was ticked. */
static bool names_head(struct page_ctx *c, struct str whom)
{
	struct str said[WORDS_OF_NAME], name[WORDS_OF_NAME];
	size_t n = words_fold(c->arena, whom, said, WORDS_OF_NAME), heads = 0;
	struct person *p = NULL;
	if (n && person_of_role(c->db, c->arena, c->school, ROLE_HEAD, &p, &heads) != OK)
		return true;                     /* unknown: the chair, who may hand it on */
	for (size_t i = 0; i < n; i++) {
		if (str_is(said[i], "head") || str_is(said[i], "headteacher"))
			return true;
		for (size_t h = 0; h < heads; h++) {
			size_t m = words_fold(c->arena, p[h].name, name, WORDS_OF_NAME);
			if (m && str_eq(said[i], name[m - 1]))
				return true;
		}
	}
	return false;
}

static enum record_origin origin_of(struct page_ctx *c)
{
	struct person p;
	if (c->person)
		return report_by_learner(c) ? ORIGIN_LEARNER : page_has_role(c, ROLE_PARENT) ? ORIGIN_PARENT : ORIGIN_STAFF;
	if (report_from_outside(c))
		return ORIGIN_LEARNER;
	if (!c->locked_person || person_get(c->db, c->arena, c->school, c->locked_person, &p) != OK)
		return ORIGIN_PARENT;
	return p.kind == KIND_LEARNER ? ORIGIN_LEARNER : p.kind == KIND_PARENT ? ORIGIN_PARENT : ORIGIN_STAFF;
}

/* A screen that had locked itself while somebody wrote: nothing is lost, and nobody is taken for its writer. */
static struct str reporter_of(struct page_ctx *c)
{
	struct str typed = str_upto(page_field(c, "reporter"), 200);
	if (c->late.n)
		return arena_fmt(c->arena, "%.*s%s%.*s", STRF(typed), typed.n ? " " : "", STRF(c->late));
	if (!c->locked_person)
		return typed;
	return arena_fmt(c->arena, "%.*s%sSent from a screen on which %.*s was signed in, and which had locked itself.", STRF(typed), typed.n ? " " : "",
	                 STRF(str_upto(person_name(c->db, c->arena, c->school, c->locked_person), 40)));
}

/* Empty is now; what lies ahead, or cannot be read, is a finding. */
static int64_t happened_of(struct page_ctx *c)
{
	struct str typed = page_field(c, "when");
	int64_t at = clock_utc();
	if (typed.n && (time_read_iso(typed, &at) != OK || at < 0))
		page_wrong(c, "when", "Write the day and the time like 21/11/2026 10:30, or leave it empty for just now.");
	else if (at > clock_utc() + 120)
		page_wrong(c, "when", "This time has not come yet.");
	return at;
}

static struct str risk_of(struct page_ctx *c)
{
	static const char *const areas[] = { "content", "contact", "conduct", "commerce" };
	for (size_t i = 0; i < ARRAY_N(areas); i++)
		if (str_is(page_field(c, "risk"), areas[i]))
			return str_z(areas[i]);
	return STR_NONE;
}

/* The teacher whom the reporter chose; 0: none, or somebody who teaches nobody. */
static int64_t teacher_of(struct page_ctx *c)
{
	int64_t id = 0;
	role_set roles = 0;
	if (!c->person || str_i64(page_field(c, "teacher"), &id) != OK || id <= 0 || role_held(c->db, c->school, id, clock_utc(), &roles) != OK)
		return 0;
	return roles & ROLE_BIT(ROLE_TEACHER) ? id : 0;
}

static struct report report_of(struct page_ctx *c, struct str about)
{
	bool child = report_about_child(about);
	struct str whom = str_upto(page_field(c, "whom"), REPORT_WHOM_MAX), topic = page_field(c, "topic");
	struct report r = { .about = child ? ABOUT_CHILD : str_is(about, "head") ? ABOUT_HEAD : ABOUT_ADULT, .origin = origin_of(c),
		.author = c->person ? c->person->id : 0, .words = page_field(c, "words"), .said = page_field(c, "said"), .whom = whom,
		.place = str_upto(page_field(c, "place"), 300), .reporter = reporter_of(c), .risk_area = risk_of(c),
		.topic_type = child && topic_find(&c->web->library->topics, topic) ? topic : STR_NONE, .danger = page_ticked(c, "danger"),
		.happened_utc = happened_of(c), .teacher = child ? teacher_of(c) : 0 };
	r.body = child ? report_body(c) : STR_NONE;
	r.pictures = child ? report_pictures(c) : STR_NONE;
	r.subject = person_named(c, whom, child);
	if (!r.subject && r.about == ABOUT_ADULT && names_head(c, whom))
		r.about = ABOUT_HEAD;
	if (!r.subject && child && c->person && report_by_learner(c))
		r.subject = c->person->id;
	if (child) {
		r.asked = report_asked(c, r.topic_type);
		report_bar(c, &r);
	}
	return r;
}

static enum err form_again(struct page_ctx *c, struct str about)
{
	return report_by_learner(c) && report_about_child(about) ? report_worry(c) : report_form(c, about);
}

enum err report_do(struct page_ctx *c)
{
	struct desk_view v;
	struct received got;
	struct str about = page_field(c, "about");
	struct act act = { .school = c->school, .person = c->person ? c->person->id : 0, .why = "a report" };
	TRY(page_desk(c, &v));
	if (!report_about_known(about))
		return report_form(c, STR_NONE);
	struct report r = report_of(c, about);
	enum err e = page_is_wrong(c) ? ERR_INVALID : record_report(&v.desk, &act, &r, &c->errors, &got);
	if (e == ERR_INVALID)
		return form_again(c, about);
	TRY(e);
	TRY(report_draft_done(c));
	struct str shown = r.n_barred ? STR("quiet") : r.about == ABOUT_HEAD ? STR("head") : about;
	if (report_by_learner(c))
		return page_redirect(c, "/report/received%s", report_from_outside(c) ? "?by=child" : "");
	return page_redirect(c, "/report/received?reference=%s&about=%.*s%s", got.reference, STRF(shown), r.danger ? "&danger=yes" : "");
}

/* ---- afterwards ---- */

size_t report_helpers(struct page_ctx *c, struct str about, struct str out[REPORT_NAMES_MAX])
{
	static const enum role child[] = { ROLE_DSL, ROLE_DEPUTY }, adult[] = { ROLE_HEAD }, head[] = { ROLE_CHAIR };
	const enum role *roles = report_about_child(about) ? child : str_is(about, "adult") ? adult : str_is(about, "head") ? head : NULL;
	size_t n_roles = roles == child ? ARRAY_N(child) : roles ? 1 : 0, n = 0;
	for (size_t i = 0; i < n_roles; i++) {
		struct person *p;
		size_t have;
		if (person_of_role(c->db, c->arena, c->school, roles[i], &p, &have) != OK)
			continue;
		for (size_t k = 0; k < have && n < REPORT_NAMES_MAX; k++)
			if (!c->person || p[k].id != c->person->id)
				out[n++] = arena_fmt(c->arena, "%.*s, %s", STRF(p[k].name), role_title(roles[i]));
	}
	return n;
}

/* Says only what everybody may see: nothing of a report, and a reference that its reporter has already. */
enum err report_received(struct page_ctx *c)
{
	struct desk_view v;
	struct str reference = page_query(c, "reference"), *names = arena_array(c->arena, struct str, REPORT_NAMES_MAX);
	TRY(page_desk(c, &v));
	bool shaped = reference.n == 9 && reference.p[4] == '-' && !report_by_learner(c);
	size_t n = report_by_staff(c) ? report_helpers(c, page_query(c, "about"), names) : 0;
	return page_show(c, received, "We have got it", .hours = record_in_hours(&v.desk, clock_utc()), .when = record_read_when(&v.desk, c->arena, clock_utc()),
		.reference = shaped ? reference : STR_NONE, .learner = report_by_learner(c), .outside = report_from_outside(c), .danger = str_is(page_query(c, "danger"), "yes"), .names = names, .n_names = n, .mine = report_by_staff(c));
}

enum err report_status_show(struct page_ctx *c) { return page_show(c, report_status, "How does it stand?", .reference = STR_NONE); }

enum err report_status_do(struct page_ctx *c)
{
	struct desk_view v;
	struct str says = STR_NONE, reference = page_field(c, "reference");
	TRY(page_desk(c, &v));
	enum err e = record_status(&v.desk, c->school, reference, &says);
	if (e != OK && e != ERR_ABSENT)
		return e;
	return page_show(c, report_status, "How does it stand?", .reference = reference, .says = says, .wrong = e == ERR_ABSENT);
}

/* A learner's list would show to whoever looks over a shoulder that something was told. */
enum err report_mine_show(struct page_ctx *c)
{
	struct desk_view v;
	struct own_report *own;
	size_t n;
	if (!report_by_staff(c))
		return ERR_ABSENT;
	TRY(page_desk(c, &v));
	TRY(record_own(&v.desk, c->arena, c->school, c->person->id, &own, &n));
	struct view_report_mine_rows *rows = arena_array(c->arena, struct view_report_mine_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_report_mine_rows){ own[i].reference, page_when(c, own[i].made_utc), own[i].says };
	struct str *names = arena_array(c->arena, struct str, REPORT_NAMES_MAX);
	return page_show(c, report_mine, "What you have told", .rows = rows, .n_rows = n, .names = names,
		.n_names = report_helpers(c, STR("child"), names));
}
