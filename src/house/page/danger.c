/* A child is in danger: 999 first, what to do while waiting, and one touch that tells the safeguarding lead. */
#include "base/clock.h"
#include "house/page/form.h"
#include "house/page/report.h"

enum err danger_show(struct page_ctx *c)
{
	return page_show(c, danger, "In danger now?", .learner = report_by_learner(c), .words = page_input(c, "place", TEXT_danger_where, STR_NONE));
}

/* Recorded at once as danger; what happened is written when everybody is safe. */
enum err danger_do(struct page_ctx *c)
{
	struct desk_view v;
	struct received got;
	bool learner = report_by_learner(c);
	struct act act = { .school = c->school, .person = c->person ? c->person->id : 0, .why = "the page for danger" };
	struct report r = { .about = ABOUT_CHILD, .origin = learner ? ORIGIN_LEARNER : !c->person ? ORIGIN_PARENT : page_has_role(c, ROLE_PARENT) ? ORIGIN_PARENT : ORIGIN_STAFF,
		.subject = learner && c->person ? c->person->id : 0, .author = act.person, .words = page_text(TEXT_danger_words),
		.place = str_upto(page_field(c, "place"), 300), .danger = true, .happened_utc = clock_utc() };
	TRY(page_desk(c, &v));
	TRY(record_report(&v.desk, &act, &r, &c->errors, &got));
	if (learner)
		return page_redirect(c, "/report/received?danger=yes");
	return page_redirect(c, "/report/received?reference=%s&about=child&danger=yes", got.reference);
}
