/* Plans for one pupil: the lead's, deputies' and SENCO's page; a teacher sees what helps to teach, others nothing. */
#include "house/support/support.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/web/table.h"

enum { PLANS_PAGE = 25, DAY_S = 86400, WORDS_MAX = 12 };

/* Reads whole plans; who only teaches the child does not. */
static bool reads(const struct page_ctx *c) { return page_reach(c, CAP_VULNERABLE, ACCESS_READ) & REACH_ALL; }
static bool writes(const struct page_ctx *c) { return page_reach(c, CAP_VULNERABLE, ACCESS_WRITE) & REACH_ALL; }

static struct str name_of(struct page_ctx *c, int64_t id) { return id ? person_name(c->db, c->arena, c->school, id) : STR(""); }

static struct str titles(struct arena *a, struct str words, const struct support_word *known, size_t n)
{
	AUTO(buf_done) struct buf b = buf_init(2000);
	struct str word;
	while (str_next(&words, ' ', &word))
		for (size_t i = 0; i < n; i++)
			if (str_is(word, known[i].word))
				buf_fmt(&b, "%s%s", b.n ? "; " : "", known[i].title);
	return arena_str(a, buf_str(&b));
}

/* ---- what helps, for those who teach the child ---- */

static enum err helps(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct school_class *classes;
	size_t n_classes, n = 0;
	TRY(class_of_staff(c->db, c->arena, c->school, c->session->person, &classes, &n_classes));
	struct view_support_helps_rows *rows = arena_array(c->arena, struct view_support_helps_rows, 500);
	for (size_t i = 0; i < n_classes; i++) {
		struct person *p;
		size_t found;
		TRY(person_list(c->db, c->arena, c->school, &(struct person_query){ .kind = KIND_LEARNER, .class_id = classes[i].id, .limit = 200 }, &p, &found, NULL));
		for (size_t k = 0; k < found && n < 500; k++) {
			struct support s;
			enum err e = support_of(&st, c->arena, c->school, p[k].id, &s);
			if (e == OK && s.helps.n)
				rows[n++] = (struct view_support_helps_rows){ p[k].name, classes[i].name, s.helps };
			else if (e != OK && e != ERR_ABSENT)
				return e;
		}
	}
	return page_show(c, support_helps, "What helps in lessons", .rows = rows, .n_rows = n);
}

/* ---- the list ---- */

static struct str state_of(const struct support *s, const char **colour)
{
	bool past = str_is(s->state, "lapsed") || (str_is(s->state, "active") && s->until_utc <= clock_utc());
	*colour = str_is(s->state, "ended") ? "grey" : past ? "red" : s->from_utc > clock_utc() ? "blue" : "green";
	return str_is(s->state, "ended") ? STR("Ended") : past ? STR("Past its day: stricter until looked at") : s->from_utc > clock_utc() ? STR("Begins later") : STR("Holds");
}

enum err support_list_show(struct page_ctx *c)
{
	struct table t = table_read(c, PLANS_PAGE);
	struct store st = page_store(c);
	struct support *list;
	size_t n;
	bool ended = str_is(page_query(c, "which"), "ended");
	if (!reads(c))
		return helps(c);
	TRY(support_list(&st, c->arena, c->school, c->session->person, ended, t.offset, PLANS_PAGE, &list, &n, &t.total));
	t.limit = PLANS_PAGE;
	struct view_support_list_rows *rows = arena_array(c->arena, struct view_support_list_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		const char *colour;
		struct str state = state_of(&list[i], &colour);
		rows[i] = (struct view_support_list_rows){ list[i].id, name_of(c, list[i].child), state, str_z(colour), time_date_words(c->arena, list[i].until_utc),
			name_of(c, list[i].supported_by), list[i].provision.n > 0 };
	}
	return page_show(c, support_list, "Plans for one pupil", .may_add = writes(c), .ended = ended, .rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}

/* ---- the form ---- */

static bool has(struct str words, const char *word)
{
	struct str w;
	while (str_next(&words, ' ', &w))
		if (str_is(w, word))
			return true;
	return false;
}

static struct part_checkboxes boxes(struct page_ctx *c, const char *name, enum text_key legend, struct str chosen, const struct support_word *known, size_t n)
{
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, n);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct part_checkboxes_items){ .value = str_z(known[i].word), .label = str_z(known[i].title), .checked = has(chosen, known[i].word),
			.id = i == 0 ? str_z(name) : STR_NONE };
	return (struct part_checkboxes){ .name = str_z(name), .legend = page_text(legend), .error = page_wrong_text(c, name), .items = items, .n_items = n };
}

/* Every ticked value of a field, with a space between. */
static struct str ticked(struct page_ctx *c, const char *name, const struct support_word *known, size_t n)
{
	AUTO(buf_done) struct buf b = buf_init(500);
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;
		bool on = false;
		for (struct str v; form_each(&c->req->form, name, &at, &v);)
			on = on || str_is(v, known[i].word);
		if (on)
			buf_fmt(&b, "%s%s", b.n ? " " : "", known[i].word);
	}
	return arena_str(c->arena, buf_str(&b));
}

static enum err adults(struct page_ctx *c, const char *name, enum text_key label, int64_t now, const char *none, struct part_select *out)
{
	struct person *p;
	size_t found, n = 0;
	TRY(person_list(c->db, c->arena, c->school, &(struct person_query){ .kind = KIND_STAFF, .limit = 400 }, &p, &found, NULL));
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, found + 1);
	items[n++] = (struct part_select_items){ STR(""), str_z(none), now == 0 };
	for (size_t i = 0; i < found; i++)
		items[n++] = (struct part_select_items){ arena_fmt(c->arena, "%lld", (long long)p[i].id), p[i].name, p[i].id == now };
	*out = (struct part_select){ .name = str_z(name), .label = page_text(label), .error = page_wrong_text(c, name), .items = items, .n_items = n };
	return OK;
}

static struct part_select forms(struct page_ctx *c, struct str now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, N_SUPPORT_FORMS + 1);
	items[0] = (struct part_select_items){ STR(""), STR("As by age"), !now.n };
	for (size_t i = 0; i < N_SUPPORT_FORMS; i++)
		items[i + 1] = (struct part_select_items){ str_z(SUPPORT_FORMS[i].word), str_z(SUPPORT_FORMS[i].title), str_is(now, SUPPORT_FORMS[i].word) };
	return (struct part_select){ .name = STR("form"), .label = page_text(TEXT_support_form), .error = page_wrong_text(c, "form"), .items = items, .n_items = N_SUPPORT_FORMS + 1 };
}

static struct part_textarea area(struct page_ctx *c, const char *name, enum text_key label, enum text_key hint, struct str value)
{
	return (struct part_textarea){ .name = str_z(name), .label = page_text(label), .hint = page_text(hint), .value = value, .error = page_wrong_text(c, name), .rows = 4 };
}

static enum err form(struct page_ctx *c, int64_t id, const struct support_in *in, struct str child, struct str until)
{
	struct view_support_form v = { .errors = page_errors(c), .id = id, .child_name = id ? child : STR_NONE,
		.child = { .name = STR("child"), .label = page_text(TEXT_support_child), .hint = page_text(TEXT_support_child_hint), .value = child, .error = page_wrong_text(c, "child") },
		.until = { .name = STR("until"), .label = page_text(TEXT_support_until), .hint = page_text(TEXT_support_until_hint), .value = until, .error = page_wrong_text(c, "until"), .width = STR("20") },
		.factors = boxes(c, "factors", TEXT_support_factors, in->factors, SUPPORT_FACTORS, N_SUPPORT_FACTORS),
		.open = boxes(c, "open", TEXT_support_open, in->open, SUPPORT_OPEN, N_SUPPORT_OPEN),
		.block = boxes(c, "block", TEXT_support_block, in->block, SUPPORT_BLOCK, N_SUPPORT_BLOCK), .walled = in->walled, .form = forms(c, in->form),
		.reason = area(c, "reason", TEXT_support_reason, TEXT_support_reason_hint, in->reason), .helps = area(c, "helps", TEXT_support_helps, TEXT_support_helps_hint, in->helps),
		.provision = area(c, "provision", TEXT_support_provision, TEXT_support_provision_hint, in->provision) };
	TRY(adults(c, "supported-by", TEXT_support_by, in->supported_by, "Choose", &v.supported_by));
	TRY(adults(c, "told", TEXT_support_told, in->told, "Only the safeguarding lead and deputies", &v.told));
	page_begin(c, id ? "Change a plan" : "A plan for one pupil");
	view_support_form_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

static int64_t chosen(struct page_ctx *c, const char *field)
{
	int64_t id = 0;
	return str_i64(page_field(c, field), &id) == OK && id > 0 ? id : 0;
}

/* A child by a part of the name: exactly one fits, or a finding says so. */
static enum err find_child(struct page_ctx *c, int64_t *id)
{
	struct str words = page_need(c, "child", 100, "Write the pupil's name.");
	struct person *p;
	size_t n;
	int64_t total;
	if (page_is_wrong(c))
		return OK;
	TRY(person_list(c->db, c->arena, c->school, &(struct person_query){ .words = words, .kind = KIND_LEARNER, .limit = 2 }, &p, &n, &total));
	if (n == 1)
		*id = p[0].id;
	else
		page_wrong(c, "child", n ? "More than one pupil fits: write more of the name, or the sign-in name." : "No pupil of that name was found.");
	return OK;
}

static struct support_in typed(struct page_ctx *c)
{
	struct support_in in = { .form = page_field(c, "form"), .open = ticked(c, "open", SUPPORT_OPEN, N_SUPPORT_OPEN), .block = ticked(c, "block", SUPPORT_BLOCK, N_SUPPORT_BLOCK),
		.factors = ticked(c, "factors", SUPPORT_FACTORS, N_SUPPORT_FACTORS), .walled = page_ticked(c, "walled"), .reason = page_field(c, "reason"),
		.helps = page_field(c, "helps"), .provision = page_field(c, "provision"), .supported_by = chosen(c, "supported-by"), .told = chosen(c, "told") };
	struct str until = page_field(c, "until");
	if (until.n && time_read_date(until, &in.until_utc) != OK)
		page_wrong(c, "until", "Enter a date like 21/11/2026.");
	return in;
}

enum err support_new_show(struct page_ctx *c)
{
	struct support_in none = { 0 };
	TRY(writes(c) ? OK : ERR_FORBIDDEN);
	return form(c, 0, &none, STR_NONE, STR_NONE);
}

enum err support_new_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "a plan for one pupil");
	int64_t id = 0;
	TRY(writes(c) ? OK : ERR_FORBIDDEN);
	struct support_in in = typed(c);
	TRY(find_child(c, &in.child));
	enum err e = page_is_wrong(c) ? OK : support_open(&st, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return form(c, 0, &in, page_field(c, "child"), page_field(c, "until"));
	TRY(e);
	page_flash(c, FLASH_DONE, "The plan holds. See the filter work on a device before you hand it over.");
	filter_publish(c);
	return page_redirect(c, "/support/%lld", (long long)id);
}

/* ---- one plan ---- */

static enum err plan(struct page_ctx *c, struct store *st, bool write, struct support *s)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(reads(c) ? OK : ERR_ABSENT);
	TRY(!write || writes(c) ? OK : ERR_FORBIDDEN);
	return support_get(st, c->arena, c->school, c->session->person, id, s);
}

struct rows { struct part_summary_rows *v; size_t n; };
static void row(struct rows *r, enum text_key key, struct str value)
{
	r->v[r->n++] = (struct part_summary_rows){ .key = page_text(key), .value = value.n ? value : STR("Nothing recorded") };
}

static struct part_summary summary(struct page_ctx *c, const struct support *s)
{
	struct rows r = { arena_array(c->arena, struct part_summary_rows, 16), 0 };
	row(&r, TEXT_support_factors, titles(c->arena, s->factors, SUPPORT_FACTORS, N_SUPPORT_FACTORS));
	row(&r, TEXT_support_reason, s->reason);
	row(&r, TEXT_support_block, s->walled ? STR("Everything but chosen sites") : titles(c->arena, s->block, SUPPORT_BLOCK, N_SUPPORT_BLOCK));
	row(&r, TEXT_support_open, titles(c->arena, s->open, SUPPORT_OPEN, N_SUPPORT_OPEN));
	row(&r, TEXT_support_form, s->form.n ? titles(c->arena, s->form, SUPPORT_FORMS, N_SUPPORT_FORMS) : STR("As by age"));
	row(&r, TEXT_support_by, name_of(c, s->supported_by));
	row(&r, TEXT_support_told, s->told ? name_of(c, s->told) : STR("The safeguarding lead and deputies"));
	row(&r, TEXT_support_helps, s->helps);
	row(&r, TEXT_support_provision, s->provision);
	row(&r, TEXT_support_until, time_date_words(c->arena, s->until_utc));
	row(&r, TEXT_support_changed, arena_fmt(c->arena, "%.*s", STRF(page_when(c, s->changed_utc))));
	if (s->ended_why.n)
		row(&r, TEXT_support_ended_why, s->ended_why);
	return (struct part_summary){ .rows = r.v, .n_rows = r.n };
}

static enum err devices(struct page_ctx *c, struct store *st, const struct support *s, struct view_support *v)
{
	struct support_device *list;
	size_t n;
	TRY(support_devices(st, c->arena, c->school, c->session->person, s, &list, &n));
	struct view_support_devices *rows = arena_array(c->arena, struct view_support_devices, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct support_device *x = &list[i];
		bool handed = str_is(x->state, "handed"), back = str_is(x->state, "returned"), open = !str_is(s->state, "ended") && v->may_write;
		rows[i] = (struct view_support_devices){ .device = x->id, .plan = s->id, .name = x->device, .tried = x->tried, .may_check = open && !back && str_is(s->state, "active") && !x->fresh,
			.may_hand = open && x->fresh && str_is(x->state, "checked"), .may_back = v->may_write && handed, .must_check = !back && !x->fresh };
		if (x->checked_utc)
			rows[i].checked = arena_fmt(c->arena, "%.*s, %.*s", STRF(name_of(c, x->checked_by)), STRF(page_when(c, x->checked_utc)));
		if (x->handed_utc)
			rows[i].handed = arena_fmt(c->arena, "%.*s, %.*s", STRF(name_of(c, x->handed_by)), STRF(page_when(c, x->handed_utc)));
		rows[i].state = back ? STR("Returned") : handed ? (x->fresh ? STR("Handed over") : STR("Handed over: look again, the plan changed")) :
			x->fresh ? STR("Seen working") : STR("Not handed over: the filter was not seen working yet");
		rows[i].colour = back ? STR("grey") : x->fresh ? STR("green") : STR("red");
	}
	v->devices = rows;
	v->n_devices = n;
	return OK;
}

static enum err show(struct page_ctx *c, struct store *st, const struct support *s)
{
	const char *colour;
	struct str state = state_of(s, &colour);
	struct view_support v = { .errors = page_errors(c), .id = s->id, .name = name_of(c, s->child), .state = state, .colour = str_z(colour), .summary = summary(c, s),
		.may_write = writes(c), .open = !str_is(s->state, "ended"), .gap = !s->provision.n && !str_is(s->state, "ended"),
		.device = { .name = STR("device"), .label = page_text(TEXT_support_device), .hint = page_text(TEXT_support_device_hint), .value = page_field(c, "device"), .error = page_wrong_text(c, "device"), .width = STR("20") },
		.why = { .name = STR("ended-why"), .label = page_text(TEXT_support_ended_why), .value = page_field(c, "ended-why"), .error = page_wrong_text(c, "ended-why"), .rows = 3 } };
	TRY(devices(c, st, s, &v));
	page_begin(c, "A plan for one pupil");
	view_support_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err support_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct support s;
	TRY(plan(c, &st, false, &s));
	return show(c, &st, &s);
}

enum err support_edit_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct support s;
	TRY(plan(c, &st, true, &s));
	struct support_in in = { s.child, s.form, s.open, s.block, s.factors, s.walled, s.reason, s.helps, s.provision, s.supported_by, s.told, 0, s.until_utc };
	return form(c, s.id, &in, name_of(c, s.child), time_iso_date(c->arena, s.until_utc));
}

enum err support_edit_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "a plan was changed");
	struct support s;
	TRY(plan(c, &st, true, &s));
	struct support_in in = typed(c);
	enum err e = page_is_wrong(c) ? OK : support_change(&st, &act, s.id, &in, &c->errors);
	if (page_is_wrong(c))
		return form(c, s.id, &in, name_of(c, s.child), page_field(c, "until"));
	TRY(e);
	page_flash(c, FLASH_DONE, "The plan is changed.");
	filter_publish(c);
	return page_redirect(c, "/support/%lld", (long long)s.id);
}

static enum err after(struct page_ctx *c, struct store *st, const struct support *s, enum err e, const char *says)
{
	if (page_is_wrong(c))
		return show(c, st, s);
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", says);
	return page_redirect(c, "/support/%lld", (long long)s->id);
}

enum err support_end_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "a plan was ended");
	struct support s;
	TRY(plan(c, &st, true, &s));
	enum err e = support_end(&st, &act, s.id, page_field(c, "ended-why"), &c->errors);
	if (!page_is_wrong(c) && e == OK)
		filter_publish(c);
	return after(c, &st, &s, e, "The plan is ended. What holds by age holds again.");
}

enum err support_device_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "a device of a pupil with a plan");
	struct support s;
	int64_t id = chosen(c, "id");
	struct str what = page_field(c, "what");
	TRY(plan(c, &st, true, &s));
	if (str_is(what, "check"))
		return after(c, &st, &s, support_device_check(&st, &act, &s, id, page_ticked(c, "refused"), page_ticked(c, "opened"), page_field(c, "tried"), &c->errors), "Recorded. It may be handed over now.");
	if (str_is(what, "hand"))
		return after(c, &st, &s, support_device_hand(&st, &act, &s, id, &c->errors), "Handed over.");
	if (str_is(what, "back"))
		return after(c, &st, &s, support_device_back(&st, &act, &s, id, &c->errors), "It is back.");
	struct str device = page_need(c, "device", 100, "Write which device it is.");
	return after(c, &st, &s, page_is_wrong(c) ? OK : support_device_add(&st, &act, &s, device, &c->errors, &id), "The device waits to be seen working.");
}
