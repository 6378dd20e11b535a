/* What was said about adults who work here, by person; and a new low-level concern. */
#include "base/mem.h"
#include "house/page/case.h"
#include "house/page/form.h"
#include "house/record/pattern.h"

enum { WORDS_MAX = 4000 };

static struct str said_line(struct page_ctx *c, const struct adult_said *s)
{
	return arena_fmt(c->arena, "%.*s: %.*s (%s, %.*s)", STRF(time_date_words(c->arena, s->at_utc)), STRF(s->title),
	                 s->low_level ? "low-level" : "allegation", STRF(s->state));
}

static struct view_adult_concerns_people person_row(struct page_ctx *c, const struct adult_pattern *p)
{
	struct view_adult_concerns_people_said *said = arena_array(c->arena, struct view_adult_concerns_people_said, p->n + 1);
	for (size_t i = 0; i < p->n; i++)
		said[i] = (struct view_adult_concerns_people_said){ .href = arena_fmt(c->arena, "/case/%lld", (long long)p->v[i].id), .text = said_line(c, &p->v[i]) };
	return (struct view_adult_concerns_people){ .name = p->person ? page_who(c, p->person) : page_text(TEXT_adults_unnamed), .n = (int64_t)p->n,
		.low = (int64_t)p->n_low, .copy = arena_fmt(c->arena, "/adult-concerns/%lld/copy", (long long)p->person), .ask = p->ask, .said = said, .n_said = p->n };
}

static const struct contact *lado(struct page_ctx *c)
{
	const struct contact *x = contact_find(&c->web->library->contacts, STR("lado-form"));
	return x ? contact_now(&c->web->library->contacts, x) : NULL;
}

enum err adult_concerns_show(struct page_ctx *c)
{
	struct desk_view k;
	struct adult_pattern *list;
	size_t n;
	TRY(page_desk(c, &k));
	TRY(record_patterns(&k.desk, c->arena, &k.may, &list, &n));
	struct view_adult_concerns_people *rows = arena_array(c->arena, struct view_adult_concerns_people, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = person_row(c, &list[i]);
	const struct contact *x = lado(c);
	return page_show(c, adult_concerns, "Adults: concerns", .errors = page_errors(c), .people = rows, .n_people = n,
		.whom = page_input(c, "whom", TEXT_adults_whom, page_text(TEXT_adults_whom_hint)), .words = page_field(c, "words"),
		.words_error = page_wrong_text(c, "words"), .lado = x ? x->title : STR_NONE, .lado_web = x ? x->web : STR_NONE);
}

/* Somebody who works here, by full name; 0 and a finding when there is none, or more than one. */
static enum err adult_named(struct page_ctx *c, struct str name, int64_t *out)
{
	struct person_query q = { .words = name, .limit = 50 };
	struct person *p;
	size_t n, found = 0;
	int64_t total;
	TRY(person_list(c->db, c->arena, c->school, &q, &p, &n, &total));
	for (size_t i = 0; i < n; i++)
		if (p[i].kind != KIND_LEARNER && p[i].kind != KIND_PARENT && str_ieq(p[i].name, name)) {
			*out = p[i].id;
			found++;
		}
	if (found != 1)
		page_wrong(c, "whom", found ? "There is more than one person of this name. Use the form of a report, and name them by what they do."
		                            : "Nobody of this name works here. Write it as it stands in the role register.");
	return OK;
}

enum err adult_concerns_do(struct page_ctx *c)
{
	struct desk_view k;
	struct received got;
	int64_t subject = 0;
	struct act act = page_act(c, "a low-level concern");
	TRY(page_desk(c, &k));
	struct str name = page_need(c, "whom", PERSON_NAME_MAX, "Write the name of the adult.");
	struct str words = page_need(c, "words", WORDS_MAX, "Say what was seen or said, when, and in which context.");
	if (!page_is_wrong(c))
		TRY(adult_named(c, name, &subject));
	if (page_is_wrong(c))
		return adult_concerns_show(c);
	struct report r = { .about = ABOUT_ADULT, .origin = ORIGIN_STAFF, .procedure = STR("low-level"), .subject = subject,
		.author = c->person->id, .words = words };
	TRY(record_report(&k.desk, &act, &r, &c->errors, &got));
	page_flash(c, FLASH_DONE, "It is kept, apart from everything about children. The first question is whether it meets the threshold of harm.");
	return page_redirect(c, "/adult-concerns");
}
