/* Devices that the school holds. */
#include "base/mem.h"
#include "house/custody/custody.h"
#include "house/family/family.h"
#include "house/page/desk.h"
#include "house/page/form.h"
#include "house/page/leans.h"
#include "house/web/table.h"

#define LEADS (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD))

static const struct { const char *word, *label, *colour; } states[] = {
	{ "held", "Held", "blue" }, { "returned", "Given back", "grey" }, { "police", "With the police", "grey" },
};

static size_t state_at(struct str word)
{
	for (size_t i = 0; i < ARRAY_N(states); i++)
		if (str_is(word, states[i].word))
			return i;
	return 0;
}

/* "12": on the device's label, and what it is looked up by. */
static struct str number_of(struct page_ctx *c, const struct custody_line *l) { return arena_fmt(c->arena, "%lld", (long long)l->number); }

static struct view_held_rows row_of(struct page_ctx *c, const struct custody_line *l)
{
	size_t s = state_at(l->state);
	return (struct view_held_rows){ .href = arena_fmt(c->arena, "/held/%lld", (long long)l->id), .number = number_of(c, l), .device = l->device,
		.owner = l->owner ? page_who(c, l->owner) : STR("not known"), .place = l->place, .when = page_when(c, l->taken_utc),
		.state = str_z(states[s].label), .colour = str_z(states[s].colour), .hold = l->hold && s == 0 };
}

enum err held_show(struct page_ctx *c)
{
	struct desk_view v;
	struct custody_line *list;
	struct table t = table_read(c, CUSTODY_PAGE);
	struct str state = page_query(c, "state");
	size_t n;
	TRY(page_desk(c, &v));
	const char *which = str_is(state, "all") ? NULL : str_is(state, "gone") ? "returned" : "held";
	TRY(custody_list(&v.desk, c->arena, c->school, which, t.offset, &list, &n, &t.total));
	struct view_held_rows *rows = arena_array(c->arena, struct view_held_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = row_of(c, &list[i]);
	return page_show(c, held, "Devices held", .may_take = page_may(c, CAP_CUSTODY, ACCESS_WRITE), .rows = rows, .n_rows = n,
		.pages = table_pages(c, &t));
}

/* ---- taking one ---- */

static const struct choice reasons[] = {
	{ "rules", TEXT_held_reason_rules }, { "behaviour", TEXT_held_reason_behaviour }, { "imagery", TEXT_held_reason_imagery },
	{ "illegal", TEXT_held_reason_illegal },
};

/* 2.2-11: to take a device as a sanction needs the policy that says who may.  Evidence is kept in any case. */
static enum err confiscates(struct page_ctx *c, bool *out)
{
	struct linked_now *v;
	size_t n;
	TRY(page_linked(c, &v, &n));
	const struct linked_now *x = linked_of(v, n, STR("searching"));
	*out = x && x->in_force;
	return OK;
}

/* The reasons that are there to choose: without the policy, only those for which a device is evidence. */
enum { N_SANCTIONS = 2 };

enum err held_new_show(struct page_ctx *c)
{
	bool may;
	TRY(confiscates(c, &may));
	size_t from = may ? 0 : N_SANCTIONS;
	return page_show(c, held_new, "A device was taken", .errors = page_errors(c),
		.device = page_input(c, "device", TEXT_held_device, page_text(TEXT_held_device_hint)),
		.owner = page_input(c, "owner", TEXT_held_owner_in, STR_NONE), .reason = page_radios(c, "reason", TEXT_held_reason, reasons + from, ARRAY_N(reasons) - from), .no_policy = !may,
		.place = page_input(c, "place", TEXT_held_place_in, STR_NONE), .edition = page_input(c, "edition", TEXT_held_edition, STR_NONE),
		.serial = page_input(c, "serial", TEXT_held_serial, page_text(TEXT_held_serial_hint)), .seal = page_input(c, "seal", TEXT_held_seal, page_text(TEXT_held_seal_hint)),
		.words = page_area(c, "words", TEXT_held_words, 4));
}

static enum err policy_first(struct page_ctx *c, enum custody_reason reason)
{
	bool may;
	TRY(confiscates(c, &may));
	if (!may && (reason == CUSTODY_RULES || reason == CUSTODY_BEHAVIOUR))
		page_wrong(c, "reason", "No searching, screening and confiscation policy is registered. The safeguarding lead enters it under Policies that belong together.");
	return OK;
}

enum err held_new_do(struct page_ctx *c)
{
	struct desk_view v;
	struct act act = page_act(c, "a device was taken");
	int64_t id;
	TRY(page_desk(c, &v));
	struct custody_in in = { .device = page_need(c, "device", CUSTODY_TEXT_MAX, "Say what it looks like."), .place = page_field(c, "place"),
		.words = page_field(c, "words"), .edition = page_field(c, "edition"), .serial = page_field(c, "serial"), .seal = page_field(c, "seal") };
	if (custody_reason_read(page_field(c, "reason"), &in.reason) != OK)
		page_wrong(c, "reason", "Choose why it was taken.");
	else
		TRY(policy_first(c, in.reason));
	struct str owner = page_field(c, "owner");
	if (owner.n)
		in.owner = page_learner_named(c, "owner", owner);
	if (page_is_wrong(c))
		return held_new_show(c);
	enum err e = custody_take(&v.desk, &act, c->roles, &in, &c->errors, &id);
	if (e == ERR_UNSUPPORTED)
		page_wrong(c, "reason", "This school's policy does not let devices be taken. The safeguarding lead can keep one as evidence.");
	if (page_is_wrong(c))
		return held_new_show(c);
	TRY(e);
	page_flash(c, FLASH_DONE, "It is in the office's custody.");
	return page_redirect(c, "/held/%lld", (long long)id);
}

/* ---- one device ---- */

static struct part_summary facts_of(struct page_ctx *c, const struct custody_line *l)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 8);
	size_t n = 0;
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_held_number), .value = number_of(c, l) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_held_owner), .value = l->owner ? page_who(c, l->owner) : STR("not known") };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_held_place), .value = l->place };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_held_taken), .value = arena_fmt(c->arena, "%.*s, by %.*s",
		STRF(page_when(c, l->taken_utc)), STRF(page_who(c, l->taken_by))) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_held_state), .value = str_z(states[state_at(l->state)].label) };
	if (l->serial.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_held_serial), .value = l->serial };
	if (l->seal.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_held_seal), .value = l->seal };
	if (l->edition.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_held_edition), .value = l->edition };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static enum err moves_of(struct page_ctx *c, const struct desk_view *v, int64_t id, const struct view_held_one_moves **out, size_t *n)
{
	struct custody_move_line *m;
	TRY(custody_moves(&v->desk, c->arena, c->school, id, &m, n));
	struct view_held_one_moves *rows = arena_array(c->arena, struct view_held_one_moves, *n + 1);
	for (size_t i = 0; i < *n; i++)
		rows[i] = (struct view_held_one_moves){ .at = page_when(c, m[i].at_utc), .from = m[i].from, .to = m[i].to, .note = m[i].note, .number = (int64_t)i + 1,
			.copied = str_is(m[i].copied, "no") ? page_text(TEXT_held_copied_no) : str_is(m[i].copied, "yes") ? page_text(TEXT_held_copied_yes) : STR_NONE,
			.by = arena_fmt(c->arena, "%.*s (%.*s)", STRF(page_who(c, m[i].by)), STRF(m[i].role)) };
	*out = rows;
	return OK;
}

static struct part_select parents_of(struct page_ctx *c, const struct custody_line *l, bool *none)
{
	struct family_contact *all = NULL;
	size_t n = 0, m = 0;
	if (l->owner && family_contacts(c->db, c->arena, c->school, l->owner, &all, &n) != OK)
		n = 0;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n + 1);
	for (size_t i = 0; i < n; i++)
		if (all[i].responsible && !all[i].barred && all[i].here)
			items[m++] = (struct part_select_items){ .value = arena_fmt(c->arena, "%lld", (long long)all[i].adult), .label = all[i].name };
	*none = m == 0;
	return (struct part_select){ .name = STR("parent"), .label = page_text(TEXT_held_back_to), .error = page_wrong_text(c, "parent"),
		.items = items, .n_items = m };
}

static const struct choice bases[] = { { "consent", TEXT_held_basis_consent }, { "power", TEXT_held_basis_power } };

static const struct choice told[] = { { "told", TEXT_held_parents_told }, { "later", TEXT_held_parents_later }, { "no", TEXT_held_parents_no } };
static const struct choice copied[] = { { "no", TEXT_held_copied_no }, { "yes", TEXT_held_copied_yes } };

static struct str told_of(const struct search_line *s)
{
	for (size_t i = 0; i < ARRAY_N(told); i++)
		if (str_is(s->parents, told[i].value))
			return page_text(told[i].label);
	return STR_NONE;
}

static struct str signed_of(struct page_ctx *c, const struct search_line *s)
{
	if (!s->signed_off)
		return STR_NONE;
	return arena_fmt(c->arena, "%.*s, %.*s%s%.*s", STRF(page_who(c, s->signed_by)), STRF(page_when(c, s->signed_utc)), s->note.n ? ": " : "", STRF(s->note));
}

static enum err searches_of(struct page_ctx *c, const struct desk_view *v, int64_t id, const struct view_held_one_searches **out, size_t *n)
{
	struct search_line *s;
	TRY(custody_searches(&v->desk, c->arena, c->school, c->roles, id, &s, n));
	struct view_held_one_searches *rows = arena_array(c->arena, struct view_held_one_searches, *n + 1);
	for (size_t i = 0; i < *n; i++)
		rows[i] = (struct view_held_one_searches){ .when = page_when(c, s[i].at_utc), .by = page_who(c, s[i].by), .witness = s[i].witness, .basis = s[i].basis,
			.found = s[i].found, .deleted = s[i].deleted, .told = told_of(&s[i]), .told_text = s[i].parents_text, .sign = signed_of(c, &s[i]),
			.may_sign = !s[i].signed_off && page_may(c, CAP_DEVICE_SEARCH, ACCESS_WRITE) && s[i].by != c->person->id, .waits = !s[i].signed_off,
			.later = str_is(s[i].parents, "later"), .action = arena_fmt(c->arena, "/held/%lld/search/%lld/sign", (long long)id, (long long)s[i].id),
			.key = arena_fmt(c->arena, "%lld", (long long)s[i].id) };
	*out = rows;
	return OK;
}

static enum err show_one(struct page_ctx *c, int64_t id)
{
	struct desk_view v;
	struct custody_line l;
	const struct view_held_one_moves *moves;
	const struct view_held_one_searches *searches_v;
	size_t n, n_searches;
	bool none;
	TRY(page_desk(c, &v));
	TRY(custody_get(&v.desk, c->arena, c->school, id, &l));
	TRY(moves_of(c, &v, id, &moves, &n));
	TRY(searches_of(c, &v, id, &searches_v, &n_searches));
	struct part_select parents = parents_of(c, &l, &none);
	bool leads = (c->roles & LEADS) != 0, searches = profile_has(&c->web->library->profile, STR("phone.search"), STR("leadership-with-consent"));
	return page_show(c, held_one, "A held device", .id = id, .title = l.device, .errors = page_errors(c), .facts = facts_of(c, &l),
		.held = str_is(l.state, "held"), .hold = l.hold && str_is(l.state, "held"), .moves = moves, .n_moves = n, .searches = searches_v, .n_searches = n_searches, .sign_error = page_wrong_text(c, "parents_now"),
		.told = page_radios(c, "parents", TEXT_held_parents, told, ARRAY_N(told)), .told_text = page_input(c, "parents_text", TEXT_held_parents_text, STR_NONE),
		.copied = page_radios(c, "copied", TEXT_held_copied, copied, ARRAY_N(copied)),
		.from = page_input(c, "from", TEXT_held_from, STR_NONE), .to = page_input(c, "to", TEXT_held_to, STR_NONE),
		.note = page_input(c, "note", TEXT_held_note, STR_NONE), .leads = leads, .why = page_input(c, "why", TEXT_held_hold_why, STR_NONE),
		.may_return = !l.hold && (leads || page_has_role(c, ROLE_OFFICE)), .parents = parents, .no_parent = none,
		.reference = page_input(c, "reference", TEXT_held_police_ref, STR_NONE),
		.may_search = searches && page_may(c, CAP_DEVICE_SEARCH, ACCESS_WRITE), .edition = page_input(c, "edition", TEXT_held_edition, STR_NONE),
		.policy = page_input(c, "policy", TEXT_held_policy, STR_NONE), .basis = page_radios(c, "basis", TEXT_held_basis, bases, ARRAY_N(bases)),
		.basis_text = page_input(c, "basis_text", TEXT_held_basis_text, STR_NONE), .witness = page_input(c, "witness", TEXT_held_witness, STR_NONE),
		.found = page_area(c, "found", TEXT_held_found, 4), .deleted = page_area(c, "deleted", TEXT_held_deleted, 4));
}

enum err held_one_show(struct page_ctx *c)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return show_one(c, id);
}

/* Back to the device with a word, or the form again with what is wrong. */
static enum err answer(struct page_ctx *c, int64_t id, enum err e, const char *done)
{
	if ((e == ERR_INVALID || e == ERR_STATE) && page_is_wrong(c))
		return show_one(c, id);
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", done);
	return page_redirect(c, "/held/%lld", (long long)id);
}

static enum err begin(struct page_ctx *c, struct desk_view *v, int64_t *id)
{
	TRY(page_id(c, "id", id));
	return page_desk(c, v);
}

enum err held_move_do(struct page_ctx *c)
{
	struct desk_view v;
	int64_t id;
	struct act act = page_act(c, "a held device moved");
	TRY(begin(c, &v, &id));
	return answer(c, id, custody_move(&v.desk, &act, c->roles, id, page_field(c, "from"), page_field(c, "to"), page_field(c, "note"),
	                                  &c->errors), "The movement is recorded.");
}

enum err held_hold_do(struct page_ctx *c)
{
	struct desk_view v;
	int64_t id;
	struct act act = page_act(c, "hold of a device");
	bool on = str_is(page_field(c, "on"), "yes");
	TRY(begin(c, &v, &id));
	return answer(c, id, custody_hold(&v.desk, &act, c->roles, id, on, page_field(c, "why"), &c->errors),
	              on ? "It is on hold." : "The hold is lifted.");
}

static struct custody_gone gone_of(const struct page_ctx *c) { return (struct custody_gone){ page_field(c, "copied"), page_field(c, "note") }; }

enum err held_return_do(struct page_ctx *c)
{
	struct desk_view v;
	int64_t id, parent = 0;
	struct act act = page_act(c, "given back to a parent");
	TRY(begin(c, &v, &id));
	(void)str_i64(page_field(c, "parent"), &parent);         /* not a number: nobody, which is refused with a sentence */
	return answer(c, id, custody_return(&v.desk, &act, c->roles, id, parent, gone_of(c), &c->errors), "It was given back.");
}

enum err held_police_do(struct page_ctx *c)
{
	struct desk_view v;
	int64_t id;
	struct act act = page_act(c, "handed to the police");
	TRY(begin(c, &v, &id));
	return answer(c, id, custody_police(&v.desk, &act, c->roles, id, page_field(c, "reference"), gone_of(c), &c->errors), "It is with the police.");
}

enum err held_search_do(struct page_ctx *c)
{
	struct desk_view v;
	int64_t id;
	struct act act = page_act(c, "searched by leadership");
	TRY(begin(c, &v, &id));
	struct search_in in = { .parents = page_field(c, "parents"), .parents_text = page_field(c, "parents_text"), .edition = page_field(c, "edition"), .policy = page_field(c, "policy"), .basis = page_field(c, "basis"),
		.basis_text = page_field(c, "basis_text"), .witness = page_field(c, "witness"), .found = page_field(c, "found"),
		.deleted = page_field(c, "deleted") };
	return answer(c, id, custody_search(&v.desk, &act, c->roles, id, &in, &c->errors), "The search is recorded.");
}

enum err held_sign_do(struct page_ctx *c)
{
	struct desk_view v;
	int64_t id, search;
	struct act act = page_act(c, "a search signed off");
	TRY(begin(c, &v, &id));
	TRY(page_id(c, "search", &search));
	return answer(c, id, custody_sign(&v.desk, &act, c->roles, id, search, page_field(c, "parents_now"), page_field(c, "signed_note"), &c->errors),
	              "The search is signed off.");
}
