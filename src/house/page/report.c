/* Reporting: for anybody, signed in or not, in under a minute. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/page/links.h"
#include "house/page/notices.h"
#include "house/store/words.h"

static const struct { const char *role, *label; } readers[] = {
	{ "dsl", "The safeguarding lead" }, { "deputy", "The deputies" }, { "head", "The headteacher" },
};

static bool about_child(struct str word) { return str_is(word, "child"); }
static bool about_known(struct str word) { return about_child(word) || str_is(word, "adult") || str_is(word, "head"); }
static bool is_learner(const struct page_ctx *c) { return page_has_role(c, ROLE_LEARNER); }

static struct part_radios about_radios(struct page_ctx *c)
{
	static const struct { const char *value; enum text_key label; } choices[] = {
		{ "child", TEXT_report_about_child }, { "adult", TEXT_report_about_adult }, { "head", TEXT_report_about_head },
	};
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, ARRAY_N(choices));
	for (size_t i = 0; i < ARRAY_N(choices); i++)
		items[i] = (struct part_radios_items){ .value = str_z(choices[i].value), .label = page_text(choices[i].label),
			.id = i ? STR_NONE : STR("about") };
	return (struct part_radios){ .name = STR("about"), .legend = page_text(TEXT_report_about), .big = true, .items = items,
		.n_items = ARRAY_N(choices) };
}

/* A child reads a shorter list, in a child's words. */
static struct part_radios topic_radios(struct page_ctx *c)
{
	const struct topics *t = &c->web->library->topics;
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, t->n + 1);
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++) {
		struct str label = is_learner(c) ? t->v[i].learner : t->v[i].label;
		if (!label.n)
			continue;
		items[n] = (struct part_radios_items){ .value = t->v[i].id, .label = label,
			.checked = str_eq(page_field(c, "topic"), t->v[i].id), .id = n ? STR_NONE : STR("topic") };
		n++;
	}
	return (struct part_radios){ .name = STR("topic"), .legend = page_text(TEXT_report_topic), .items = items, .n_items = n };
}

static bool ticked_reader(const struct page_ctx *c, const char *role)
{
	struct str v;
	size_t at = 0;
	while (form_each(&c->req->form, "barred", &at, &v))
		if (str_is(v, role))
			return true;
	return false;
}

static struct part_checkboxes barred_boxes(struct page_ctx *c)
{
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, ARRAY_N(readers));
	for (size_t i = 0; i < ARRAY_N(readers); i++)
		items[i] = (struct part_checkboxes_items){ .value = str_z(readers[i].role), .label = str_z(readers[i].label),
			.checked = ticked_reader(c, readers[i].role), .id = i ? STR_NONE : STR("barred") };
	return (struct part_checkboxes){ .name = STR("barred"), .legend = page_text(TEXT_report_barred),
		.hint = page_text(TEXT_report_barred_hint), .items = items, .n_items = ARRAY_N(readers) };
}

static enum err form_page(struct page_ctx *c, struct str about)
{
	struct desk_view v;
	struct part_contact_list help;
	TRY(page_desk(c, &v));
	TRY(page_contacts(c, is_learner(c) ? FOR_LEARNERS : FOR_PARENTS, false, &help));
	bool child = about_child(about), known = about_known(about);
	struct part_notice_text confidence = page_confidence(c);
	return page_show(c, report, "Report a concern", .errors = page_errors(c), .help = help, .about = about_radios(c), .adult = known && !child,
		.child = child, .about_word = known ? about : STR_NONE, .closed = !record_in_hours(&v.desk, clock_utc()),
		.confidence = confidence, .has_confidence = confidence.title.n > 0, .topic = topic_radios(c), .barred = barred_boxes(c), .ask_barred = child, .ask_name = !c->person,
		.words = { .name = STR("words"), .label = page_text(TEXT_report_words), .hint = page_text(TEXT_report_words_hint),
			.value = page_field(c, "words"), .error = page_wrong_text(c, "words"), .rows = 8 },
		.whom = { .name = STR("whom"), .label = page_text(child ? TEXT_report_child : TEXT_report_adult),
			.value = page_field(c, "whom") },
		.reporter = { .name = STR("reporter"), .label = page_text(TEXT_report_reporter), .value = page_field(c, "reporter") });
}

enum err report_show(struct page_ctx *c)
{
	struct str about = page_query(c, "about");
	return form_page(c, arena_str(c->arena, about));
}

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

static void bar_readers(struct page_ctx *c, struct report *r)
{
	for (size_t i = 0; i < ARRAY_N(readers); i++) {
		enum role role;
		struct person *p;
		size_t n;
		if (!ticked_reader(c, readers[i].role) || role_read(str_z(readers[i].role), &role) != OK ||
		    person_of_role(c->db, c->arena, c->school, role, &p, &n) != OK)
			continue;
		for (size_t k = 0; k < n && r->n_barred < RECORD_BARRED_MAX; k++)
			r->barred[r->n_barred++] = p[k].id;
	}
}

/* The name as typed stays in the words: nothing that somebody wrote is lost. */
static struct str words_of(struct page_ctx *c, struct str whom, bool child)
{
	struct str words = page_field(c, "words");
	if (!whom.n || !words.n)
		return words;
	return arena_fmt(c->arena, "%.*s\n\n%s: %.*s", STRF(words), child ? "About" : "The adult", STRF(whom));
}

static struct report report_of(struct page_ctx *c, struct str about)
{
	bool child = about_child(about);
	struct str whom = page_field(c, "whom"), topic = page_field(c, "topic");
	struct report r = { .about = child ? ABOUT_CHILD : str_is(about, "head") ? ABOUT_HEAD : ABOUT_ADULT,
		.origin = !c->person ? ORIGIN_PARENT : is_learner(c) ? ORIGIN_LEARNER : page_has_role(c, ROLE_PARENT) ? ORIGIN_PARENT : ORIGIN_STAFF,
		.author = c->person ? c->person->id : 0, .words = words_of(c, whom, child), .reporter = str_upto(page_field(c, "reporter"), 300),
		.topic_type = child && topic_find(&c->web->library->topics, topic) ? topic : STR_NONE, .danger = page_ticked(c, "danger"), .happened_utc = clock_utc() };
	r.subject = person_named(c, whom, child);
	if (!r.subject && r.about == ABOUT_ADULT && names_head(c, whom))
		r.about = ABOUT_HEAD;
	if (!r.subject && child && is_learner(c))
		r.subject = c->person->id;
	if (child)
		bar_readers(c, &r);
	return r;
}

enum err report_do(struct page_ctx *c)
{
	struct desk_view v;
	struct received got;
	struct str about = page_field(c, "about");
	struct act act = { .school = c->school, .person = c->person ? c->person->id : 0, .why = "a report" };
	TRY(page_desk(c, &v));
	if (!about_known(about))
		return form_page(c, STR_NONE);
	struct report r = report_of(c, about);
	enum err e = record_report(&v.desk, &act, &r, &c->errors, &got);
	if (e == ERR_INVALID)
		return form_page(c, about);
	TRY(e);
	return is_learner(c) ? page_redirect(c, "/report/received") : page_redirect(c, "/report/received?reference=%s", got.reference);
}

/* Says only what everybody may see: nothing of a report, and a reference that its reporter has already. */
enum err report_received(struct page_ctx *c)
{
	struct desk_view v;
	struct str reference = page_query(c, "reference");
	TRY(page_desk(c, &v));
	bool shaped = reference.n == 9 && reference.p[4] == '-' && !is_learner(c);
	return page_show(c, received, "We have got it", .hours = record_in_hours(&v.desk, clock_utc()),
		.reference = shaped ? reference : STR_NONE);
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
