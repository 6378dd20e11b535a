/* The forms of telling: for adults, and with pictures for children. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/mailbox/config.h"
#include "house/page/form.h"
#include "house/page/links.h"
#include "house/page/notices.h"
#include "house/page/report.h"
#include "house/store/carried.h"

/* ---- what several have ---- */

static const struct { const char *role, *label; } readers[] = {
	{ "dsl", "The safeguarding lead" }, { "deputy", "The deputies" }, { "head", "The headteacher" },
};

static bool ticked(const struct page_ctx *c, const char *field, const char *value)
{
	struct str v;
	size_t at = 0;
	while (form_each(&c->req->form, field, &at, &v))
		if (str_is(v, value))
			return true;
	return false;
}

/* A child knows names, not titles: "Ms Quillfeather, who keeps children safe".  Whoever is not signed in reads what they do, and no name (decision 0265). */
static struct str reader_label(struct page_ctx *c, size_t i)
{
	static const char *const does[] = { "who keeps children safe", "who helps to keep children safe", "the headteacher" };
	static const char *const nameless[] = { "The grown-up who keeps children safe", "The grown-ups who help with that", "The headteacher" };
	struct person *p;
	size_t n = 0;
	enum role role;
	struct str names = STR("");
	if (report_by_learner(c) && !c->person)
		return str_z(nameless[i]);
	if (!report_by_learner(c) || role_read(str_z(readers[i].role), &role) != OK || person_of_role(c->db, c->arena, c->school, role, &p, &n) != OK || !n)
		return str_z(readers[i].label);
	for (size_t k = 0; k < n; k++)
		names = arena_fmt(c->arena, "%.*s%s%.*s", STRF(names), k == 0 ? "" : k + 1 < n ? ", " : " and ", STRF(p[k].name));
	return arena_fmt(c->arena, "%.*s, %s", STRF(names), does[i]);
}

struct part_checkboxes report_barred_boxes(struct page_ctx *c)
{
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, ARRAY_N(readers));
	for (size_t i = 0; i < ARRAY_N(readers); i++)
		items[i] = (struct part_checkboxes_items){ .value = str_z(readers[i].role), .label = reader_label(c, i),
			.checked = ticked(c, "barred", readers[i].role), .id = i ? STR_NONE : STR("barred") };
	return (struct part_checkboxes){ .name = STR("barred"), .legend = page_text(TEXT_report_barred),
		.hint = page_text(TEXT_report_barred_hint), .items = items, .n_items = ARRAY_N(readers) };
}

void report_bar(struct page_ctx *c, struct report *r)
{
	for (size_t i = 0; i < ARRAY_N(readers); i++) {
		enum role role;
		struct person *p;
		size_t n;
		if (!ticked(c, "barred", readers[i].role) || role_read(str_z(readers[i].role), &role) != OK ||
		    person_of_role(c->db, c->arena, c->school, role, &p, &n) != OK)
			continue;
		for (size_t k = 0; k < n && r->n_barred < RECORD_BARRED_MAX; k++)
			r->barred[r->n_barred++] = p[k].id;
	}
}

/* Everything ticked of a list, in its words: "Left arm, back". */
struct named { const char *value, *label; };

static struct str joined(struct page_ctx *c, const char *field, const struct named *all, size_t n)
{
	struct str out = STR_NONE;
	for (size_t i = 0; i < n; i++)
		if (ticked(c, field, all[i].value))
			out = arena_fmt(c->arena, "%.*s%s%s", STRF(out), out.n ? ", " : "", all[i].label);
	return out;
}

/* ---- where somebody is hurt ---- */

static const struct named places[] = {
	{ "head", "Head" }, { "face", "Face" }, { "neck", "Neck" }, { "chest", "Chest" }, { "stomach", "Stomach" }, { "back", "Back" },
	{ "left-arm", "Left arm" }, { "right-arm", "Right arm" }, { "left-hand", "Left hand" }, { "right-hand", "Right hand" },
	{ "left-leg", "Left leg" }, { "right-leg", "Right leg" }, { "left-foot", "Left foot" }, { "right-foot", "Right foot" },
	{ "private", "A private part of the body, as the child said: do not look" },
};

struct part_checkboxes report_body_boxes(struct page_ctx *c)
{
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, ARRAY_N(places));
	for (size_t i = 0; i < ARRAY_N(places); i++)
		items[i] = (struct part_checkboxes_items){ .value = str_z(places[i].value), .label = str_z(places[i].label),
			.checked = ticked(c, "body", places[i].value), .id = i ? STR_NONE : STR("body") };
	return (struct part_checkboxes){ .name = STR("body"), .legend = page_text(TEXT_report_body), .hint = page_text(TEXT_report_body_hint),
		.items = items, .n_items = ARRAY_N(places) };
}

struct str report_body(struct page_ctx *c)
{
	struct str where = joined(c, "body", places, ARRAY_N(places)), seen = str_upto(page_field(c, "marks"), 500);
	return where.n && seen.n ? arena_fmt(c->arena, "%.*s: %.*s", STRF(where), STRF(seen)) : where.n ? where : seen;
}

/* ---- pictures of children ---- */

static const struct { const char *value; enum text_key label; const char *says; } asked_answers[] = {
	{ "none", TEXT_report_asked_none, "" },
	{ "nobody", TEXT_report_asked_nobody, "The reporter confirms: nobody was asked to send, share, save or copy it." },
	{ "happened", TEXT_report_asked_happened, "It happened, or may have: see what the reporter wrote." },
};

struct part_radios report_asked_radios(struct page_ctx *c)
{
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, ARRAY_N(asked_answers));
	for (size_t i = 0; i < ARRAY_N(asked_answers); i++)
		items[i] = (struct part_radios_items){ .value = str_z(asked_answers[i].value), .label = page_text(asked_answers[i].label), .id = i ? STR_NONE : STR("asked"),
			.checked = str_is(page_field(c, "asked"), asked_answers[i].value) || (i == 0 && !page_field(c, "asked").n) };
	return (struct part_radios){ .name = STR("asked"), .legend = page_text(TEXT_report_asked), .hint = page_text(TEXT_report_asked_hint),
		.error = page_wrong_text(c, "asked"), .items = items, .n_items = ARRAY_N(asked_answers) };
}

/* Whether the topic's procedure takes no files: it may be about such a picture. */
static bool about_pictures(struct page_ctx *c, struct str topic)
{
	const struct topic *t = topic_find(&c->web->library->topics, topic);
	const struct procedure *p = t ? library_procedure(c->web->library, t->procedure) : NULL;
	return p && p->no_uploads;
}

struct str report_asked(struct page_ctx *c, struct str topic)
{
	for (size_t i = 1; i < ARRAY_N(asked_answers); i++)
		if (str_is(page_field(c, "asked"), asked_answers[i].value))
			return str_z(asked_answers[i].says);
	if (!report_by_learner(c) && about_pictures(c, topic))
		page_wrong(c, "asked", "Please confirm: has anybody been asked to send, share, save or copy a picture?");
	return STR_NONE;
}

/* ---- the adults' form ---- */

static struct part_radios about_radios(struct page_ctx *c)
{
	static const struct choice all[] = {
		{ "child", TEXT_report_about_child }, { "adult", TEXT_report_about_adult }, { "head", TEXT_report_about_head },
	};
	struct part_radios r = page_radios(c, "about", TEXT_report_about, all, ARRAY_N(all));
	r.big = true;
	return r;
}

static struct part_radios risk_radios(struct page_ctx *c)
{
	static const struct choice all[] = { { "content", TEXT_report_risk_content }, { "contact", TEXT_report_risk_contact },
		{ "conduct", TEXT_report_risk_conduct }, { "commerce", TEXT_report_risk_commerce }, { "unknown", TEXT_report_risk_unknown } };
	struct part_radios r = page_radios(c, "risk", TEXT_report_risk, all, ARRAY_N(all));
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, ARRAY_N(all));
	memcpy(items, r.items, sizeof *items * ARRAY_N(all));
	if (!page_field(c, "risk").n)
		items[ARRAY_N(all) - 1].checked = true;
	r.items = items;
	return r;
}

static struct part_select topic_select(struct page_ctx *c)
{
	const struct topics *t = &c->web->library->topics;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, t->n + 1);
	size_t n = 0;
	items[n++] = (struct part_select_items){ .value = STR(""), .label = page_text(TEXT_report_topic_unknown) };
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].label.n)
			items[n++] = (struct part_select_items){ .value = t->v[i].id, .label = t->v[i].label,
				.checked = str_eq(page_field(c, "topic"), t->v[i].id) };
	return (struct part_select){ .name = STR("topic"), .label = page_text(TEXT_report_topic), .items = items, .n_items = n };
}

/* Where the profile lets any teacher be told of some topic first. */
static enum err teacher_select(struct page_ctx *c, const struct desk_view *v, struct part_select *out)
{
	const struct topics *t = &c->web->library->topics;
	struct person *p;
	size_t n = 0, have;
	bool any = false;
	for (size_t i = 0; i < t->n; i++)
		any = any || record_teacher_told(&v->desk, t->v[i].procedure);
	*out = (struct part_select){ .name = STR("teacher"), .label = page_text(TEXT_report_teacher), .hint = page_text(TEXT_report_teacher_hint) };
	if (!any || !c->person)                   /* teachers' names are for those who are signed in */
		return OK;
	TRY(person_of_role(c->db, c->arena, c->school, ROLE_TEACHER, &p, &have));
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, have + 1);
	items[n++] = (struct part_select_items){ .value = STR(""), .label = page_text(TEXT_report_teacher_none) };
	for (size_t i = 0; i < have; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)p[i].id);
		items[n++] = (struct part_select_items){ .value = id, .label = p[i].name, .checked = str_eq(page_field(c, "teacher"), id) };
	}
	out->items = items;
	out->n_items = n;
	return OK;
}

static struct part_textarea area(struct page_ctx *c, const char *name, enum text_key label, enum text_key hint, int rows)
{
	struct part_textarea t = page_area(c, name, label, rows);
	t.hint = page_text(hint);
	return t;
}

static struct part_input when_input(struct page_ctx *c)
{
	struct part_input i = page_input(c, "when", TEXT_report_when, page_text(TEXT_report_when_hint));
	i.type = STR("datetime-local");
	return i;
}

/* With which the page can lock what is written on a device without a connection. */
static struct carried_ticket ticket_of(const struct page_ctx *c)
{
	struct carried_ticket t = { "", "" };
	if (c->person && !report_by_learner(c) && c->web->keys)
		carried_ticket_new(c->web->keys, c->school, c->person->id, clock_utc(), &t);
	return t;
}

enum err report_form(struct page_ctx *c, struct str about)
{
	struct desk_view v;
	struct part_contact_list help;
	struct mailbox_config mailbox;
	struct part_select teacher;
	int64_t since = 0;
	TRY(page_desk(c, &v));
	TRY(page_contacts(c, report_by_learner(c) ? FOR_LEARNERS : FOR_PARENTS, false, &help));
	TRY(mailbox_config_get(c->db, c->arena, c->school, &mailbox));
	TRY(report_draft_load(c, &since));
	struct str began = page_field(c, "about");
	if (since && about.n && !str_eq(began, about)) {      /* kept for another form: it waits there */
		struct request *blank = arena_new(c->arena, struct request);
		*blank = *c->req;
		blank->form = (struct form){ 0 };
		c->req = blank;
		since = 0;
	}
	TRY(teacher_select(c, &v, &teacher));
	bool child = report_about_child(about), known = report_about_known(about), staff = report_by_staff(c);
	struct part_notice_text confidence = page_confidence(c);
	struct carried_ticket ticket = ticket_of(c);
	return page_show(c, report, "Report a concern", .errors = page_errors(c), .help = help, .wellbeing = mailbox.address, .ticket = str_z(ticket.text), .lock_key = str_z(ticket.key), .about = about_radios(c), .adult = known && !child,
		.child = child, .staff = staff, .keeps = c->person && !report_by_learner(c), .about_word = known ? about : STR_NONE,
		.closed = !record_in_hours(&v.desk, clock_utc()), .read_when = record_read_when(&v.desk, c->arena, clock_utc()),
		.confidence = confidence, .has_confidence = confidence.title.n > 0, .topic = topic_select(c), .risk = risk_radios(c), .barred = report_barred_boxes(c),
		.asked = report_asked_radios(c), .body = report_body_boxes(c), .marks = page_input(c, "marks", TEXT_report_marks, page_text(TEXT_report_marks_hint)), .ask_name = !c->person,
		.teacher = teacher, .ask_teacher = child && teacher.n_items > 0,
		.draft_since = since && known ? page_when(c, since) : STR_NONE, .draft_at = since && !known ? began : STR_NONE,
		.words = area(c, "words", child ? TEXT_report_words : TEXT_report_words_adult, TEXT_report_words_hint, 6),
		.said = area(c, "said", TEXT_report_said, TEXT_report_said_hint, 3),
		.whom = page_input(c, "whom", child ? TEXT_report_child : TEXT_report_adult, STR_NONE),
		.place = page_input(c, "place", TEXT_report_place, STR_NONE), .when = when_input(c), .danger = page_ticked(c, "danger"),
		.more_open = page_field(c, "marks").n || form_has(&c->req->form, "body"),
		.reporter = page_input(c, "reporter", TEXT_report_reporter, page_text(TEXT_report_reporter_hint)));
}

/* ---- the children's form ---- */

/* value, words, picture in ui/static */
static const struct named feelings[] = { { "sad", "Sad" }, { "scared", "Scared" }, { "angry", "Angry" }, { "hurt", "Hurt" }, { "muddled", "Mixed up" } };
static const struct named wheres[] = { { "home", "At home" }, { "school", "At school" }, { "outside", "Outside" }, { "screen", "On a screen" },
	{ "elsewhere", "Somewhere else" } };
static const struct named whos[] = { { "child", "A child" }, { "grown-up", "A grown-up" }, { "online", "Somebody online" }, { "unsaid", "I do not want to say" } };

struct str report_pictures(struct page_ctx *c)
{
	struct str all[] = { joined(c, "feel", feelings, ARRAY_N(feelings)), joined(c, "place-is", wheres, ARRAY_N(wheres)), joined(c, "who-is", whos, ARRAY_N(whos)) };
	struct str out = STR_NONE;
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (all[i].n)
			out = arena_fmt(c->arena, "%.*s%s%.*s", STRF(out), out.n ? "; " : "", STRF(all[i]));
	return out;
}

static struct part_pictures pictures(struct page_ctx *c, const char *name, enum text_key legend, const struct named *all, size_t n)
{
	struct part_pictures_items *items = arena_array(c->arena, struct part_pictures_items, n);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct part_pictures_items){ .value = str_z(all[i].value), .label = str_z(all[i].label), .checked = ticked(c, name, all[i].value) };
	return (struct part_pictures){ .name = str_z(name), .legend = page_text(legend), .items = items, .n_items = n };
}

/* A child reads a shorter list, in a child's words. */
static struct part_radios topic_radios(struct page_ctx *c)
{
	const struct topics *t = &c->web->library->topics;
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, t->n + 1);
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].learner.n) {
			items[n] = (struct part_radios_items){ .value = t->v[i].id, .label = t->v[i].learner,
				.checked = str_eq(page_field(c, "topic"), t->v[i].id), .id = n ? STR_NONE : STR("topic") };
			n++;
		}
	return (struct part_radios){ .name = STR("topic"), .legend = page_text(TEXT_worry_topic), .items = items, .n_items = n };
}

/* The youngest have pictures and few words; a list to read comes from year 3 on. */
static bool is_young(const struct page_ctx *c) { return c->person && c->person->year != YEAR_NONE && c->person->year <= 2; }

enum err report_worry(struct page_ctx *c)
{
	struct desk_view v;
	struct part_contact_list help;
	TRY(page_desk(c, &v));
	TRY(page_contacts(c, FOR_LEARNERS, false, &help));
	help.child = true;
	struct part_notice_text confidence = page_confidence(c);
	struct part_textarea words = area(c, "words", TEXT_worry_words, TEXT_worry_words_hint, 5);
	struct part_checkboxes barred = report_barred_boxes(c);
	barred.legend = page_text(TEXT_worry_barred);
	barred.hint = page_text(TEXT_worry_barred_hint);
	return page_show(c, worry, "Tell a grown-up", .errors = page_errors(c), .help = help, .young = is_young(c),
		.open = record_in_hours(&v.desk, clock_utc()), .read_when = record_read_when(&v.desk, c->arena, clock_utc()),
		.feel = pictures(c, "feel", TEXT_worry_feel, feelings, ARRAY_N(feelings)), .where = pictures(c, "place-is", TEXT_worry_where, wheres, ARRAY_N(wheres)),
		.who = pictures(c, "who-is", TEXT_worry_who, whos, ARRAY_N(whos)), .topic = topic_radios(c), .outside = report_from_outside(c),
		.name = page_input(c, "reporter", TEXT_worry_name, page_text(TEXT_worry_name_hint)), .words = words, .barred = barred,
		.confidence = confidence, .has_confidence = confidence.title.n > 0);
}
