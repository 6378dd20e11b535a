#include "house/page/service_form.h"

#include "base/mem.h"
#include "house/account/people.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/procedure/library.h"

enum { STAFF_MAX = 400 };
static const char *const groups[] = { "early-years", "ks1", "ks2", "staff", "governors", "guests" };

static const struct field *field_of(struct page_ctx *c, const char *reg, const char *name)
{
	const struct reg *r = registers_find(c->web->registers, str_z(reg));
	return r ? reg_field(r, str_z(name)) : NULL;
}

static struct str value_of(struct page_ctx *c, const char *name, const struct entry *now)
{
	return c->req->method == METHOD_POST ? page_field(c, name) : entry_value(now, name);
}

/* The business manager shares the responsibility only where the profile says so (7.11-03, 7.11-04). */
static bool offered(struct page_ctx *c, const char *name, struct str choice)
{
	const struct profile *p = c->web->library ? &c->web->library->profile : NULL;
	return strcmp(name, "accountable") != 0 || !p || profile_has(p, STR("roles.children_data_accountable"), choice);
}

static struct part_select select_of(struct page_ctx *c, const struct field *f, const char *name, struct str now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, f->n_choices + 1);
	items[0] = (struct part_select_items){ STR(""), STR("Choose"), !now.n };
	size_t n = 1;
	for (size_t i = 0; i < f->n_choices; i++)
		if (offered(c, name, f->choices[i].value))
			items[n++] = (struct part_select_items){ f->choices[i].value, f->choices[i].label, str_eq(now, f->choices[i].value) };
	return (struct part_select){ .name = str_z(name), .label = f->label, .hint = f->hint, .error = page_wrong_text(c, name), .items = items, .n_items = n };
}

static struct part_select staff_of(struct page_ctx *c, const struct field *f, const char *name, struct str now)
{
	struct person *p;
	size_t n = 0;
	struct person_query q = { .kind = KIND_STAFF, .limit = STAFF_MAX };
	if (person_list(c->db, c->arena, c->school, &q, &p, &n, NULL) != OK)
		n = 0;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n + 1);
	items[0] = (struct part_select_items){ STR(""), STR("Nobody yet"), !now.n };
	for (size_t i = 0; i < n; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)p[i].id);
		items[i + 1] = (struct part_select_items){ id, p[i].name, str_eq(now, id) };
	}
	return (struct part_select){ .name = str_z(name), .label = f->label, .hint = f->hint, .error = page_wrong_text(c, name), .items = items, .n_items = n + 1 };
}

static struct part_select yes_no(struct page_ctx *c, const struct field *f, const char *name, struct str now)
{
	static const struct part_select_items all[] = { { { "", 0 }, { "Choose", 6 }, false }, { { "yes", 3 }, { "Yes", 3 }, false }, { { "no", 2 }, { "No", 2 }, false } };
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(all));
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		items[i] = all[i];
		items[i].checked = str_eq(now, all[i].value);
	}
	return (struct part_select){ .name = str_z(name), .label = f->label, .hint = f->hint, .error = page_wrong_text(c, name), .items = items, .n_items = ARRAY_N(all) };
}

static bool is_pupil(const char *name) { return strcmp(name, "learner") == 0; }

static struct str pupil_name(struct page_ctx *c, struct str id)
{
	int64_t person = 0;
	return c->req->method == METHOD_GET && str_i64(id, &person) == OK && person ? person_name(c->db, c->arena, c->school, person) : id;
}

static struct view_service_form_inputs one(struct page_ctx *c, const char *reg, const char *name, const struct entry *now)
{
	struct view_service_form_inputs in = { 0 };
	const struct field *f = field_of(c, reg, name);
	struct str v = value_of(c, name, now);
	if (!f)
		return in;
	if (f->type == FIELD_LONGTEXT) {
		in.is_area = true;
		in.area = (struct part_textarea){ .name = str_z(name), .label = f->label, .hint = f->hint, .value = v, .error = page_wrong_text(c, name), .rows = 3 };
	} else if (f->type == FIELD_CHOICE || f->type == FIELD_BOOL || (f->type == FIELD_PERSON && !is_pupil(name))) {
		in.is_pick = true;
		in.pick = f->type == FIELD_CHOICE ? select_of(c, f, name, v) : f->type == FIELD_BOOL ? yes_no(c, f, name, v) : staff_of(c, f, name, v);
	} else {
		in.is_line = true;
		in.line = (struct part_input){ .name = str_z(name), .label = f->label, .value = is_pupil(name) ? pupil_name(c, v) : v, .error = page_wrong_text(c, name),
			.hint = f->hint.n ? f->hint : f->type == FIELD_DATE ? STR("A day like 12 March 2027.") : is_pupil(name) ? STR("The pupil's full name or sign-in name. Leave it empty for whole groups.") : STR_NONE };
	}
	return in;
}

struct view_service_form_inputs *service_inputs(struct page_ctx *c, const char *reg, const char *const *names, size_t n, const struct entry *now)
{
	struct view_service_form_inputs *in = arena_array(c->arena, struct view_service_form_inputs, n + 1);
	for (size_t i = 0; i < n; i++)
		in[i] = one(c, reg, names[i], now);
	return in;
}

void service_typed(struct page_ctx *c, const char *reg, const char *const *names, size_t n, struct entry_field *out)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct entry_field){ str_z(names[i]), page_field(c, names[i]) };
		if (!out[i].value.p)
			out[i].value = STR("");
		if (is_pupil(names[i]) && out[i].value.n)
			out[i].value = arena_fmt(c->arena, "%lld", (long long)page_learner_named(c, names[i], out[i].value));
	}
}

/* ---- groups ---- */

static bool has(struct str list, const char *word)
{
	struct str w;
	while (str_next(&list, ' ', &w))
		if (str_is(w, word))
			return true;
	return false;
}

struct str service_groups_text(struct page_ctx *c, struct str list)
{
	AUTO(buf_done) struct buf b = buf_init(400);
	for (size_t i = 0; i < ARRAY_N(groups); i++)
		if (has(list, groups[i]))
			buf_fmt(&b, "%s%.*s", b.n ? ", " : "", STRF(filter_group_title(str_z(groups[i]))));
	return arena_str(c->arena, buf_str(&b));
}

struct str service_groups_typed(struct page_ctx *c)
{
	AUTO(buf_done) struct buf b = buf_init(400);
	struct str v;
	for (size_t g = 0; g < ARRAY_N(groups); g++)
		for (size_t at = 0; form_each(&c->req->form, "groups", &at, &v);)
			if (str_is(v, groups[g]))
				buf_fmt(&b, "%s%s", b.n ? " " : "", groups[g]);
	return arena_str(c->arena, buf_str(&b));
}

struct part_checkboxes service_groups(struct page_ctx *c, struct str now)
{
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, ARRAY_N(groups));
	struct str ticked = c->req->method == METHOD_POST ? service_groups_typed(c) : now;
	for (size_t i = 0; i < ARRAY_N(groups); i++)
		items[i] = (struct part_checkboxes_items){ .value = str_z(groups[i]), .label = filter_group_title(str_z(groups[i])), .checked = has(ticked, groups[i]),
			.id = i ? STR_NONE : STR("groups") };
	return (struct part_checkboxes){ .name = STR("groups"), .legend = page_text(TEXT_service_groups), .hint = page_text(TEXT_service_groups_hint),
		.error = page_wrong_text(c, "groups"), .items = items, .n_items = ARRAY_N(groups) };
}
