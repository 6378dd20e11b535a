/* A new entry of a register, and a correction of one: the fields of its file as a form. */
#include "base/mem.h"
#include "house/account/people.h"
#include "house/page/register.h"

enum { RADIOS_MAX = 6, STAFF_MAX = 400 };

/* ---- one field ---- */

struct draw { struct page_ctx *c; const struct reg_page *p; const struct entry *e; struct view_register_form_fields *out; };

/* What was posted, else what is kept, as a person would type it. */
static struct str typed(const struct draw *w, const struct field *f)
{
	struct store st = w->p->store;
	if (w->c->req->method == METHOD_POST)
		return page_field(w->c, f->name.p);
	if (w->e)
		return names_text(&st, w->c->arena, w->c->school, f, entry_value(w->e, f->name.p));
	return page_query(w->c, f->name.p);    /* a link may fill it in: /registers/loan/new?device=12 */
}

static struct str kept(const struct draw *w, const struct field *f) { return field_clean(w->c->arena, f, typed(w, f)); }

static struct str label_of(const struct draw *w, const struct field *f)
{
	return f->required || f->type == FIELD_BOOL ? f->label : arena_fmt(w->c->arena, "%.*s (%s)", STRF(f->label), f->required_when.n ? "if it applies" : "optional");
}

static struct str hint_of(const struct draw *w, const struct field *f, const char *how)
{
	if (!how)
		return f->hint;
	return f->hint.n ? arena_fmt(w->c->arena, "%.*s %s", STRF(f->hint), how) : str_z(how);
}

static void draw_input(struct draw *w, const struct field *f)
{
	static const struct { enum field_type type; const char *how, *mode, *width; } kinds[] = {
		{ FIELD_DATE, "For example 21/11/2026.", NULL, "10" }, { FIELD_TIME, "For example 21/11/2026 09:05.", NULL, "20" }, { FIELD_INT, NULL, "numeric", "10" },
		{ FIELD_MONEY, "In pounds, for example 12.50.", "decimal", "10" }, { FIELD_URL, NULL, "url", NULL }, { FIELD_EMAIL, NULL, "email", NULL },
		{ FIELD_PERSON, "Full name or sign-in name.", NULL, NULL }, { FIELD_ENTRY, "The number of the entry.", NULL, "10" },
	};
	struct part_input in = { .name = f->name, .label = label_of(w, f), .hint = f->hint, .value = typed(w, f), .error = page_wrong_text(w->c, f->name.p) };
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		if (kinds[i].type == f->type) {
			in.hint = hint_of(w, f, kinds[i].how);
			in.mode = kinds[i].mode ? str_z(kinds[i].mode) : STR_NONE;
			in.width = kinds[i].width ? str_z(kinds[i].width) : STR_NONE;
		}
	if (f->unit.n)
		in.label = arena_fmt(w->c->arena, "%.*s, in %.*s", STRF(in.label), STRF(f->unit));
	w->out->is_input = true;
	w->out->input = in;
}

static void draw_area(struct draw *w, const struct field *f)
{
	w->out->is_area = true;
	w->out->area = (struct part_textarea){ .name = f->name, .label = label_of(w, f), .hint = hint_of(w, f, f->type == FIELD_PERSONS ? "Full names or sign-in names, one a line." : NULL),
		.value = typed(w, f), .error = page_wrong_text(w->c, f->name.p), .rows = f->type == FIELD_PERSONS ? 3 : 4 };
}

static void draw_select(struct draw *w, const struct field *f, struct part_select_items *items, size_t n)
{
	w->out->is_select = true;
	w->out->select = (struct part_select){ .name = f->name, .label = label_of(w, f), .hint = f->hint, .error = page_wrong_text(w->c, f->name.p), .items = items, .n_items = n };
}

static void draw_choice(struct draw *w, const struct field *f)
{
	struct str now = kept(w, f);
	if (f->n_choices > RADIOS_MAX) {
		struct part_select_items *items = arena_array(w->c->arena, struct part_select_items, f->n_choices + 1);
		items[0] = (struct part_select_items){ STR(""), STR("Choose"), !now.n };
		for (size_t i = 0; i < f->n_choices; i++)
			items[i + 1] = (struct part_select_items){ f->choices[i].value, f->choices[i].label, str_eq(now, f->choices[i].value) };
		draw_select(w, f, items, f->n_choices + 1);
		return;
	}
	struct part_radios_items *items = arena_array(w->c->arena, struct part_radios_items, f->n_choices + 3);
	size_t n = 0;
	for (size_t i = 0; i < f->n_choices; i++, n++)
		items[n] = (struct part_radios_items){ .value = f->choices[i].value, .label = f->choices[i].label, .checked = str_eq(now, f->choices[i].value), .id = n ? STR_NONE : f->name };
	if (f->type == FIELD_BOOL) {
		items[n++] = (struct part_radios_items){ .value = STR("yes"), .label = STR("Yes"), .checked = str_is(now, "yes"), .id = f->name };
		items[n++] = (struct part_radios_items){ .value = STR("no"), .label = STR("No"), .checked = str_is(now, "no") };
	}
	if (!f->required && f->type == FIELD_CHOICE)
		items[n++] = (struct part_radios_items){ .value = STR(""), .label = STR("Not said"), .checked = !now.n, .id = arena_fmt(w->c->arena, "%.*s-none", STRF(f->name)) };
	w->out->is_radios = true;
	w->out->radios = (struct part_radios){ .name = f->name, .legend = label_of(w, f), .hint = f->hint, .error = page_wrong_text(w->c, f->name.p),
		.beside = f->type == FIELD_BOOL, .items = items, .n_items = n };
}

/* Every ticked value, a ";" between. */
static struct str ticked(const struct page_ctx *c, const struct field *f)
{
	AUTO(buf_done) struct buf b = buf_init(FORM_MAX_BYTES);
	size_t at = 0;
	for (struct str v; form_each(&c->req->form, f->name.p, &at, &v);)
		buf_fmt(&b, "%s%.*s", b.n ? ";" : "", STRF(v));
	return arena_str(c->arena, buf_str(&b));
}

static void draw_boxes(struct draw *w, const struct field *f)
{
	struct part_checkboxes_items *items = arena_array(w->c->arena, struct part_checkboxes_items, f->n_choices + 1);
	struct str now = field_clean(w->c->arena, f, w->c->req->method == METHOD_POST ? ticked(w->c, f) : typed(w, f));
	for (size_t i = 0; i < f->n_choices; i++) {
		bool on = false;
		for (struct str rest = now, one; str_next(&rest, ' ', &one);)
			on = on || str_eq(one, f->choices[i].value);
		items[i] = (struct part_checkboxes_items){ .value = f->choices[i].value, .label = f->choices[i].label, .checked = on, .id = i ? STR_NONE : f->name };
	}
	w->out->is_boxes = true;
	w->out->boxes = (struct part_checkboxes){ .name = f->name, .legend = label_of(w, f), .hint = f->hint, .error = page_wrong_text(w->c, f->name.p), .items = items, .n_items = f->n_choices };
}

/* Those of the school's staff, as a list to choose from. */
static enum err draw_staff(struct draw *w, const struct field *f)
{
	struct person *list;
	size_t found, n = 0;
	struct str now = typed(w, f);
	TRY(person_list(w->c->db, w->c->arena, w->c->school, &(struct person_query){ .kind = KIND_STAFF, .limit = STAFF_MAX }, &list, &found, NULL));
	struct part_select_items *items = arena_array(w->c->arena, struct part_select_items, found + 2);
	items[n++] = (struct part_select_items){ STR(""), STR("Choose"), !now.n };
	bool there = !now.n;
	for (size_t i = 0; i < found; i++) {
		struct str value = list[i].username.n ? arena_fmt(w->c->arena, "%.*s (%.*s)", STRF(list[i].name), STRF(list[i].username)) : list[i].name;
		items[n++] = (struct part_select_items){ value, list[i].name, str_eq(now, value) };
		there = there || str_eq(now, value);
	}
	if (!there)
		items[n++] = (struct part_select_items){ now, now, true };
	draw_select(w, f, items, n);
	return OK;
}

/* Entries of the other register to choose from; a number to type where there are too many, or they may not be seen. */
static enum err draw_entry(struct draw *w, const struct field *f)
{
	struct page_ctx *c = w->c;
	struct store st = w->p->store;
	struct entry_page page = { 0 };
	const struct reg *there = registers_find(c->web->registers, f->of);
	struct reg_may may = there ? reg_may_of(c->web->rights, c->roles, there) : (struct reg_may){ 0 };
	struct entry_may view = there ? reg_entry_may(there, &may, c->school, c->session->person) : (struct entry_may){ 0 };
	struct str now = typed(w, f);
	if (there && may.see)
		TRY(entry_list(&st, c->arena, &view, &(struct entry_query){ .reg = there->id.p, .limit = REGISTER_OPTIONS }, &page));
	if (!there || !may.see || page.total > REGISTER_OPTIONS) {
		draw_input(w, f);
		return OK;
	}
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, page.n + 2);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), page.n ? STR("Choose") : STR("Nothing stands in that register yet"), !now.n };
	for (size_t i = 0; i < page.n; i++) {
		struct str title = names_title(&st, c->arena, c->school, there, &page.entries[i]), value = arena_fmt(c->arena, "#%lld %.*s", (long long)page.entries[i].number, STRF(title));
		bool here = str_eq(now, value) || str_eq(now, arena_fmt(c->arena, "%lld", (long long)page.entries[i].number));
		if (!str_is(page.entries[i].state, REG_UNDONE) || here)
			items[n++] = (struct part_select_items){ value, title, here };
	}
	draw_select(w, f, items, n);
	return OK;
}

static enum err draw_class(struct draw *w, const struct field *f)
{
	struct school_class *list;
	size_t found;
	struct str now = typed(w, f);
	TRY(class_list(w->c->db, w->c->arena, w->c->school, &list, &found));
	struct part_select_items *items = arena_array(w->c->arena, struct part_select_items, found + 1);
	items[0] = (struct part_select_items){ STR(""), STR("Choose"), !now.n };
	for (size_t i = 0; i < found; i++)
		items[i + 1] = (struct part_select_items){ list[i].name, list[i].name, str_eq(now, list[i].name) };
	draw_select(w, f, items, found + 1);
	return OK;
}

static void draw_file(struct draw *w, const struct field *f)
{
	struct store st = w->p->store;
	w->out->is_file = true;
	w->out->file = (struct part_file){ .name = f->name, .label = label_of(w, f), .hint = f->hint, .error = page_wrong_text(w->c, f->name.p),
		.take = reg_file_taken(w->c, f), .now = w->e ? names_show(&st, w->c->arena, w->c->school, f, entry_value(w->e, f->name.p)) : STR_NONE };
}

static enum err draw(struct draw *w, const struct field *f)
{
	if (field_is_document(f)) {
		draw_file(w, f);
		return OK;
	}
	switch (f->type) {
	case FIELD_CHOICE:
	case FIELD_BOOL: draw_choice(w, f); return OK;
	case FIELD_CHOICES: draw_boxes(w, f); return OK;
	case FIELD_LONGTEXT:
	case FIELD_PERSONS: draw_area(w, f); return OK;
	case FIELD_ENTRY: return draw_entry(w, f);
	case FIELD_CLASS: return draw_class(w, f);
	case FIELD_PERSON:
		if (str_is(f->who, "staff"))
			return draw_staff(w, f);
		draw_input(w, f);
		return OK;
	default: draw_input(w, f); return OK;
	}
}

enum err reg_form_fields(struct page_ctx *c, const struct reg_page *p, const struct entry *e, struct view_register_form_fields **out, size_t *n)
{
	*out = arena_array(c->arena, struct view_register_form_fields, p->reg->n_fields + 1);
	*n = 0;
	for (size_t i = 0; i < p->reg->n_fields; i++)
		if (reg_asks(p, &p->reg->fields[i])) {
			struct draw w = { c, p, e, &(*out)[(*n)++] };
			TRY(draw(&w, &p->reg->fields[i]));
		}
	return OK;
}

enum err reg_form_read(struct page_ctx *c, const struct reg_page *p, struct entry_field **out, size_t *n)
{
	struct store st = p->store;
	*out = arena_array(c->arena, struct entry_field, p->reg->n_fields + 1);
	*n = 0;
	for (size_t i = 0; i < p->reg->n_fields; i++) {
		const struct field *f = &p->reg->fields[i];
		if (!reg_asks(p, f))
			continue;
		if (field_is_document(f)) {
			*n += reg_file_read(c, f, &(*out)[*n]);
			continue;
		}
		struct str value = f->type == FIELD_CHOICES ? ticked(c, f) : page_field(c, f->name.p);
		struct entry_field *one = &(*out)[(*n)++];
		one->name = f->name;
		if (names_read(&st, c->arena, c->school, f, value, &c->errors, &one->value) != OK)
			one->value = STR("");          /* the finding stands in c->errors */
	}
	return OK;
}

/* ---- new ---- */

/* `twin`: the entry that has what may stand in one only; 0: none. */
static enum err show_new(struct page_ctx *c, const struct reg_page *p, int64_t twin)
{
	struct view_register_form_fields *fields;
	size_t n;
	TRY(reg_form_fields(c, p, NULL, &fields, &n));
	struct str title = arena_fmt(c->arena, "Add %.*s", STRF(reg_one(p->reg)));
	return page_show(c, register_form, title.p, .errors = page_errors(c), .title = title, .lead = p->reg->hint, .fields = fields, .n_fields = n, .upload = reg_has_files(p->reg),
		.twin = twin ? arena_fmt(c->arena, "/registers/%.*s/%lld", STRF(p->reg->id), (long long)twin) : STR_NONE,
		.action = arena_fmt(c->arena, "/registers/%.*s/new", STRF(p->reg->id)), .back = arena_fmt(c->arena, "/registers/%.*s", STRF(p->reg->id)),
		.go = page_text(TEXT_register_save));
}

enum err register_new_show(struct page_ctx *c)
{
	struct reg_page p;
	TRY(reg_page_open(c, &p));
	return p.may.add ? show_new(c, &p, 0) : ERR_FORBIDDEN;
}

/* The entry that stands in the way, for whoever may see it: a policy that is "not entered yet" is filled in, not entered twice. */
static int64_t twin_of(struct page_ctx *c, const struct reg_page *p, const struct entry_in *in)
{
	struct store st = p->store;
	struct entry e;
	int64_t id;
	if (entry_keyed(&st, c->arena, c->school, p->reg, in->fields, in->n_fields, &id) != OK || entry_get(&st, c->arena, &p->view, id, 0, &e) != OK)
		return 0;
	return id;
}

enum err register_new_do(struct page_ctx *c)
{
	struct reg_page p;
	struct entry_in in = { 0 };
	struct entry_field *fields;
	struct act act = page_act(c, "added");
	int64_t id;
	TRY(reg_page_open(c, &p));
	if (!p.may.add)
		return ERR_FORBIDDEN;
	TRY(reg_form_read(c, &p, &fields, &in.n_fields));
	if (page_is_wrong(c))
		return show_new(c, &p, 0);
	struct entry_person author = { c->session->person, ENTRY_AUTHOR };
	in.reg = p.reg->id.p;
	in.fields = fields;
	in.people = &author;
	in.n_people = 1;
	enum err e = reg_create(c, &p, &act, &in, &id);
	if (page_is_wrong(c))
		return show_new(c, &p, e == ERR_EXISTS ? twin_of(c, &p, &in) : 0);
	TRY(e);
	page_flash(c, FLASH_DONE, "It stands in the register.");
	return page_redirect(c, "/registers/%s/%lld", p.reg->id.p, (long long)id);
}

/* ---- a correction ---- */

struct other { struct entry mine, theirs; bool any; };

static void compare(struct page_ctx *c, const struct reg_page *p, const struct other *o, struct view_register_form *v)
{
	struct view_register_form_others *rows = arena_array(c->arena, struct view_register_form_others, p->reg->n_fields + 1);
	for (size_t i = 0; i < p->reg->n_fields; i++) {
		const struct field *f = &p->reg->fields[i];
		struct str was = entry_value(&o->mine, f->name.p), is = entry_value(&o->theirs, f->name.p);
		if (!reg_shows(p, f) || str_eq(was, is))
			continue;
		struct str yours = f->type == FIELD_CHOICES ? ticked(c, f) : page_field(c, f->name.p);
		rows[v->n_others++] = (struct view_register_form_others){ f->label, reg_show(c, p, f, is), field_show(c->arena, f, field_clean(c->arena, f, yours)) };
	}
	v->others = rows;
	v->other_by = arena_fmt(c->arena, "%.*s", STRF(person_name(c->db, c->arena, c->school, o->theirs.changed_by)));
}

static enum err show_edit(struct page_ctx *c, const struct reg_page *p, const struct entry *e, const struct other *o)
{
	struct view_register_form_fields *fields;
	size_t n;
	TRY(reg_form_fields(c, p, e, &fields, &n));
	struct str title = arena_fmt(c->arena, "Change: %.*s", STRF(reg_title_of(c, p, e)));
	struct view_register_form v = { .errors = page_errors(c), .title = title, .id = e->id, .seen = e->version, .fields = fields, .n_fields = n, .upload = reg_has_files(p->reg),
		.action = arena_fmt(c->arena, "/registers/%.*s/%lld/edit", STRF(p->reg->id), (long long)e->id),
		.back = arena_fmt(c->arena, "/registers/%.*s/%lld", STRF(p->reg->id), (long long)e->id), .go = page_text(TEXT_register_save),
		.why = { .name = STR("why"), .label = page_text(TEXT_register_why_change), .hint = page_text(TEXT_register_why_hint), .value = page_field(c, "why"),
			.error = page_wrong_text(c, "why"), .rows = 2 } };
	if (o && o->any)
		compare(c, p, o, &v);
	page_begin(c, title.p);
	view_register_form_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

static enum err open_to_change(struct page_ctx *c, struct reg_page *p, struct entry *e)
{
	TRY(reg_page_open(c, p));
	if (!p->may.change)
		return ERR_FORBIDDEN;
	TRY(reg_page_entry(c, p, e));
	return str_is(e->state, REG_UNDONE) ? ERR_STATE : OK;
}

enum err register_edit_show(struct page_ctx *c)
{
	struct reg_page p;
	struct entry e;
	TRY(open_to_change(c, &p, &e));
	return show_edit(c, &p, &e, NULL);
}

/* Somebody else saved meanwhile: what they wrote is shown beside what is typed here. */
static enum err show_stale(struct page_ctx *c, const struct reg_page *p, const struct entry *now, int64_t seen)
{
	struct other o = { .theirs = *now, .any = true };
	struct store st = p->store;
	TRY(entry_get(&st, c->arena, &p->view, now->id, seen, &o.mine));
	page_wrong(c, "seen", "Somebody else changed this while you were writing. Look at what they wrote, then save again.");
	return show_edit(c, p, now, &o);
}

enum err register_edit_do(struct page_ctx *c)
{
	struct reg_page p;
	struct entry e;
	struct entry_field *fields;
	struct entry_in in = { 0 };
	int64_t seen;
	TRY(open_to_change(c, &p, &e));
	if (str_i64(page_field(c, "seen"), &seen) != OK || seen < 1 || seen > e.version)
		return ERR_INVALID;
	struct str why = page_need(c, "why", 500, "Say in a few words why: it stands in the history.");
	TRY(reg_form_read(c, &p, &fields, &in.n_fields));
	if (seen != e.version)
		return show_stale(c, &p, &e, seen);
	if (page_is_wrong(c))
		return show_edit(c, &p, &e, NULL);
	struct act act = page_act(c, arena_z(c->arena, why));
	in.fields = fields;
	enum err done = reg_update(c, &p, &act, &e, &in);
	if (done == ERR_STALE) {
		TRY(reg_page_entry(c, &p, &e));
		return show_stale(c, &p, &e, seen);
	}
	if (page_is_wrong(c))
		return show_edit(c, &p, &e, NULL);
	TRY(done);
	page_flash(c, FLASH_DONE, "Changed. What it said before stays in its history.");
	return page_redirect(c, "/registers/%s/%lld", p.reg->id.p, (long long)e.id);
}
