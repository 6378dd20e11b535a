/* Sessions and events for grown-ups, and days in the year: planned by whoever trains or teaches. */
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/page/curriculum.h"
#include "house/page/desk.h"
#include "house/page/form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"

enum { TEXT_MAX = 500, EVALUATION_MAX = 4000 };

static const struct choice KINDS[] = { { "session", TEXT_occasion_kind_session }, { "national", TEXT_occasion_kind_national }, { "local", TEXT_occasion_kind_local },
	{ "school", TEXT_occasion_kind_school }, { "message", TEXT_occasion_kind_message } };

static bool plans(const struct page_ctx *c)
{
	return page_may(c, CAP_CURRICULUM, ACCESS_WRITE) || page_may(c, CAP_CURRICULUM, ACCESS_APPROVE) || page_may(c, CAP_TRAINING, ACCESS_WRITE);
}

static struct str audiences_words(struct page_ctx *c, uint32_t bits)
{
	struct str s = STR("");
	for (int a = 0; a < N_AUDIENCES; a++)
		if (bits & AUDIENCE_BIT(a))
			s = arena_fmt(c->arena, "%.*s%s%s", STRF(s), s.n ? ", " : "", audience_title((enum audience)a));
	return s;
}

static struct str kind_words(struct str kind)
{
	for (size_t i = 0; i < ARRAY_N(KINDS); i++)
		if (str_is(kind, KINDS[i].value))
			return page_text(KINDS[i].label);
	return kind;
}

enum err occasions_show(struct page_ctx *c)
{
	struct school_year y = page_school_year(c);
	struct teaching t;
	TRY(page_teaching(c, &y, &t));
	struct view_occasions v = { .year = y.year, .next = y.year + 1, .plans = plans(c), .all = (int64_t)t.n_occasions };
	struct view_occasions_rows *rows = arena_array(c->arena, struct view_occasions_rows, t.n_occasions + 1);
	for (size_t i = 0; i < t.n_occasions; i++) {
		const struct occasion *o = &t.occasions[i];
		v.featured += o->featured;
		rows[i] = (struct view_occasions_rows){ o->id, o->title, kind_words(o->kind), audiences_words(c, o->audiences), time_date_words(c->arena, o->on_utc), str_is(o->state, "held") };
	}
	v.rows = rows;
	v.n_rows = t.n_occasions;
	page_begin(c, "Sessions and events");
	view_occasions_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- the form ---- */

/* The page has two forms: a field that was not posted stands as it is kept. */
static bool posted(const struct page_ctx *c) { return form_get(&c->req->form, "title").p != NULL; }
static struct str typed(struct page_ctx *c, const char *field, struct str known) { return form_get(&c->req->form, field).p ? page_field(c, field) : known; }

static struct part_input text(struct page_ctx *c, const char *name, enum text_key label, struct str known)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .value = typed(c, name, known), .error = page_wrong_text(c, name) };
}

static struct part_select kinds(struct page_ctx *c, struct str chosen)
{
	struct part_select_items *list = arena_array(c->arena, struct part_select_items, ARRAY_N(KINDS));
	for (size_t i = 0; i < ARRAY_N(KINDS); i++)
		list[i] = (struct part_select_items){ str_z(KINDS[i].value), page_text(KINDS[i].label), str_is(chosen, KINDS[i].value) };
	return (struct part_select){ .name = STR("kind"), .label = page_text(TEXT_occasion_kind), .error = page_wrong_text(c, "kind"), .items = list, .n_items = ARRAY_N(KINDS) };
}

static struct part_checkboxes audiences(struct page_ctx *c, uint32_t bits)
{
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, N_AUDIENCES);
	for (int a = 0; a < N_AUDIENCES; a++)
		items[a] = (struct part_checkboxes_items){ .value = str_z(audience_word((enum audience)a)), .label = str_z(audience_title((enum audience)a)),
			.checked = bits & AUDIENCE_BIT(a), .id = a ? STR_NONE : STR("audiences") };
	return (struct part_checkboxes){ .name = STR("audiences"), .legend = page_text(TEXT_occasion_audiences), .error = page_wrong_text(c, "audiences"), .items = items, .n_items = N_AUDIENCES };
}

static struct part_checkboxes tags(struct page_ctx *c, struct str chosen)
{
	static const struct choice all[] = { { "expectations", TEXT_occasion_tag_expectations }, { "resilience", TEXT_occasion_tag_resilience } };
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, ARRAY_N(all));
	for (size_t i = 0; i < ARRAY_N(all); i++)
		items[i] = (struct part_checkboxes_items){ .value = str_z(all[i].value), .label = page_text(all[i].label), .checked = words_have(chosen, str_z(all[i].value)) };
	return (struct part_checkboxes){ .name = STR("tags"), .legend = page_text(TEXT_occasion_tags), .items = items, .n_items = ARRAY_N(all) };
}

static uint32_t audience_bits(struct page_ctx *c)
{
	struct str words = page_ticks(c, "audiences"), word;
	uint32_t bits = 0;
	enum audience a;
	while (str_next(&words, ' ', &word))
		if (word.n && audience_read(word, &a) == OK)
			bits |= AUDIENCE_BIT(a);
	return bits;
}

static enum err form(struct page_ctx *c, const struct occasion *o)
{
	struct view_occasion v = { .errors = page_errors(c), .id = o->id, .action = o->id ? arena_fmt(c->arena, "/occasions/%lld", (long long)o->id) : STR("/occasions/new"), .may = plans(c), .heading = o->id ? o->title : page_text(TEXT_occasion_new),
		.held = str_is(o->state, "held"), .cancelled = str_is(o->state, "cancelled"), .title = text(c, "title", TEXT_occasion_what, o->title),
		.on = text(c, "on", TEXT_occasion_day, o->on_utc ? time_date_words(c->arena, o->on_utc) : STR("")), .kind = kinds(c, typed(c, "kind", o->kind)),
		.audiences = audiences(c, posted(c) ? audience_bits(c) : o->audiences), .outcomes = page_outcomes(c, 0, posted(c) ? page_ticks(c, "outcomes") : o->outcomes, TEXT_occasion_about),
		.tags = tags(c, posted(c) ? page_ticks(c, "tags") : o->tags), .visitor = text(c, "visitor", TEXT_occasion_visitor, o->visitor),
		.content_checked = text(c, "content-checked", TEXT_occasion_content_checked, o->content_checked),
		.featured = posted(c) ? page_ticked(c, "featured") : o->featured,
		.attended = text(c, "attended", TEXT_occasion_attended, o->attended > 0 ? arena_fmt(c->arena, "%lld", (long long)o->attended) : STR("")),
		.evaluation = { .name = STR("evaluation"), .label = page_text(TEXT_occasion_evaluation), .rows = 3, .value = typed(c, "evaluation", o->evaluation), .error = page_wrong_text(c, "evaluation") } };
	v.visitor.hint = page_text(TEXT_occasion_visitor_hint);
	v.on.width = STR("20");
	v.attended.width = STR("5");
	TRY(page_staff(c, "leader", TEXT_occasion_leader, o->leader, &v.leader));
	TRY(page_staff(c, "content-by", TEXT_occasion_content_by, o->content_by, &v.content_by));
	page_begin(c, arena_z(c->arena, v.heading));
	view_occasion_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err occasion_new_show(struct page_ctx *c)
{
	return plans(c) ? form(c, &(struct occasion){ .kind = STR("session"), .leader = c->session->person, .attended = -1 }) : ERR_FORBIDDEN;
}

static enum err staff_of(struct page_ctx *c, const char *field, int64_t *out)
{
	struct person p;
	*out = 0;
	if (!page_field(c, field).n)
		return OK;
	TRY(str_i64(page_field(c, field), out));
	TRY(person_get(c->db, c->arena, c->school, *out, &p));
	return p.kind == KIND_STAFF ? OK : ERR_ABSENT;
}

static enum err read_form(struct page_ctx *c, struct occasion *o)
{
	o->title = page_field(c, "title");
	o->kind = page_field(c, "kind");
	o->audiences = audience_bits(c);
	o->outcomes = page_ticks(c, "outcomes");
	o->tags = page_ticks(c, "tags");
	o->visitor = page_field(c, "visitor");
	o->content_checked = page_field(c, "content-checked");
	o->featured = page_ticked(c, "featured");
	o->on_utc = page_field(c, "on").n ? page_day(c, "on", "") : 0;
	TRY(staff_of(c, "leader", &o->leader));
	return staff_of(c, "content-by", &o->content_by);
}

static enum err save(struct page_ctx *c, struct occasion *o, const char *why)
{
	struct store st = page_store(c);
	struct act act = page_act(c, why);
	int64_t id = 0;
	if (!plans(c))
		return ERR_FORBIDDEN;
	TRY(read_form(c, o));
	enum err e = page_is_wrong(c) ? OK : occasion_save(&st, &act, page_curriculum(c), o, &c->errors, &id);
	if (page_is_wrong(c))
		return form(c, o);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved. The year's plan counts it.");
	return page_redirect(c, "/occasions/%lld", (long long)id);
}

enum err occasion_new_do(struct page_ctx *c)
{
	struct occasion o = { 0 };
	return save(c, &o, "session or event planned");
}

static enum err occasion_at(struct page_ctx *c, struct occasion *o)
{
	struct store st = page_store(c);
	int64_t id;
	TRY(page_reads_curriculum(c));
	TRY(page_id(c, "id", &id));
	return occasion_get(&st, c->arena, c->school, id, o);
}

enum err occasion_show(struct page_ctx *c)
{
	struct occasion o;
	TRY(occasion_at(c, &o));
	return form(c, &o);
}

enum err occasion_edit_do(struct page_ctx *c)
{
	struct occasion o;
	TRY(occasion_at(c, &o));
	return save(c, &o, "session or event changed");
}

enum err occasion_held_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "session or event held");
	struct occasion o;
	int64_t attended = -1;
	if (!plans(c))
		return ERR_FORBIDDEN;
	TRY(occasion_at(c, &o));
	if (page_field(c, "attended").n && (str_i64(page_field(c, "attended"), &attended) != OK || attended < 0 || attended > 100000))
		page_wrong(c, "attended", "Write a number, such as 24, or leave it empty.");
	if (page_field(c, "evaluation").n > EVALUATION_MAX)
		page_wrong(c, "evaluation", "Use fewer words: at most %d letters.", EVALUATION_MAX);
	enum err e = page_is_wrong(c) ? OK : occasion_held(&st, &act, o.id, attended, page_field(c, "evaluation"), &c->errors);
	if (page_is_wrong(c))
		return form(c, &o);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved as held.");
	return page_redirect(c, "/occasions/%lld", (long long)o.id);
}

enum err occasion_cancel_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "session or event does not take place");
	struct occasion o;
	if (!plans(c))
		return ERR_FORBIDDEN;
	TRY(occasion_at(c, &o));
	TRY(occasion_cancel(&st, &act, o.id, &c->errors));
	page_flash(c, FLASH_DONE, "It is kept as not taking place.");
	return page_redirect(c, "/occasions");
}
