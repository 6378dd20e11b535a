/* One entry of a register: what it says, its history, its moves, taking it back. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/casefile/keeping.h"
#include "house/page/device.h"
#include "house/page/duty_desk.h"
#include "house/page/desk.h"
#include "house/page/form.h"
#include "house/page/page_store.h"
#include "house/page/register.h"
#include "house/register/rule.h"

static struct part_summary facts(struct page_ctx *c, const struct reg_page *p, const struct entry *e)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, p->reg->n_fields + 4);
	size_t n = 0;
	for (size_t i = 0; i < p->reg->n_fields; i++) {
		const struct field *f = &p->reg->fields[i];
		struct str value = entry_value(e, f->name.p);
		if (reg_shows(p, f) && value.n)
			rows[n++] = (struct part_summary_rows){ .key = f->label, .value = reg_show(c, p, f, value) };
	}
	rows[n++] = (struct part_summary_rows){ .key = STR("Entered"), .value = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, e->made_by)), STRF(page_when(c, e->made_utc))) };
	if (e->version > 1)
		rows[n++] = (struct part_summary_rows){ .key = STR("Last changed"), .value = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, e->changed_by)), STRF(page_when(c, e->changed_utc))) };
	if (p->reg->retain.n)
		rows[n++] = (struct part_summary_rows){ .key = STR("Kept for"), .value = p->reg->retain };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

/* What is personal may have stood in a former field: only for those who see what is personal. */
static struct part_summary former(struct page_ctx *c, const struct reg_page *p, const struct entry *e)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, e->n_former + 1);
	size_t n = 0;
	for (size_t i = 0; p->may.personal && i < e->n_former; i++)
		rows[n++] = (struct part_summary_rows){ .key = e->former[i].name, .value = e->former[i].value };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

/* ---- entries that it points at, duties that it opened ---- */

static void duty_links(struct page_ctx *c, const struct entry *e, struct view_register_entry_links *v, size_t *n)
{
	struct store st = page_store(c);
	struct duty_desk k = duty_desk_of(c, &st);
	struct duty_turn *t;
	size_t found;
	if (duty_turns_of(&k, c->arena, c->school, e->id, &t, &found) != OK)
		return;
	for (size_t i = 0; i < found; i++)
		v[(*n)++] = (struct view_register_entry_links){ arena_fmt(c->arena, "/calendar/turn/%lld", (long long)t[i].id), t[i].title };
}

/* Documents open from here; people, classes and cases have pages of their own, for whoever may see them. */
static struct str elsewhere(struct page_ctx *c, const struct reg_page *p, const struct entry *e, const struct field *f, struct str value)
{
	struct desk_view k;
	struct entry kase;
	int64_t id;
	if (field_is_document(f))
		return reg_show(c, p, f, value).n ? arena_fmt(c->arena, "/registers/%.*s/%lld/document/%.*s", STRF(p->reg->id), (long long)e->id, STRF(f->name)) : STR_NONE;
	if (f->type == FIELD_PERSON)
		return page_may(c, CAP_ACCOUNTS, ACCESS_READ) ? arena_fmt(c->arena, "/people/%.*s", STRF(value)) : STR_NONE;
	if (f->type != FIELD_ENTRY || !str_is(f->of, "case") || str_i64(value, &id) != OK || page_desk(c, &k) != OK)
		return STR_NONE;
	return entry_get(&k.store, c->arena, &k.may, id, 0, &kase) == OK ? arena_fmt(c->arena, "/case/%lld", (long long)id) : STR_NONE;
}

/* "Device: Tablet 7"; a label that asks has its own mark. */
static struct str link_label(struct page_ctx *c, const struct reg_page *p, const struct field *f, struct str value)
{
	return arena_fmt(c->arena, "%.*s%s %.*s", STRF(f->label), str_ends(f->label, STR("?")) ? "" : ":", STRF(reg_show(c, p, f, value)));
}

static struct view_register_entry_links *links(struct page_ctx *c, const struct reg_page *p, const struct entry *e, size_t *n)
{
	struct view_register_entry_links *v = arena_array(c->arena, struct view_register_entry_links, p->reg->n_fields + 12);
	*n = 0;
	for (size_t i = 0; i < p->reg->n_fields; i++) {
		const struct field *f = &p->reg->fields[i];
		struct str value = entry_value(e, f->name.p);
		struct str open = value.n && reg_shows(p, f) ? elsewhere(c, p, e, f, value) : STR_NONE;
		if (open.n) {
			v[(*n)++] = (struct view_register_entry_links){ open, link_label(c, p, f, value) };
			continue;
		}
		const struct reg *there = f->type == FIELD_ENTRY && value.n && reg_shows(p, f) ? registers_find(c->web->registers, f->of) : NULL;
		if (!there || !there->page || !reg_may_of(c->web->rights, c->roles, there).see)
			continue;
		v[(*n)++] = (struct view_register_entry_links){ arena_fmt(c->arena, "/registers/%.*s/%.*s", STRF(there->id), STRF(value)),
			link_label(c, p, f, value) };
	}
	duty_links(c, e, v, n);
	if (str_is(p->reg->id, "device") && device_certificates_may_see(c))
		v[(*n)++] = (struct view_register_entry_links){ arena_fmt(c->arena, "/device-certificates/%lld", (long long)e->id), page_text(TEXT_devcert_title) };
	return v;
}

/* What it suggests by its file: links for whoever is shown what they rest on; whoever follows one still decides. */
static const struct view_register_entry_suggests *suggests(struct page_ctx *c, const struct reg_page *p, const struct entry *e, size_t *n)
{
	struct view_register_entry_suggests *v = arena_array(c->arena, struct view_register_entry_suggests, p->reg->n_suggests + 1);
	struct str *values = arena_array(c->arena, struct str, p->reg->n_fields + 1);
	struct rule_view view = { .reg = p->reg, .values = values, .state = e->state, .now_utc = clock_utc() };
	*n = 0;
	for (size_t i = 0; i < p->reg->n_fields; i++)
		values[i] = reg_shows(p, &p->reg->fields[i]) ? entry_value(e, p->reg->fields[i].name.p) : STR_NONE;
	for (size_t i = 0; i < p->reg->n_suggests; i++) {
		const struct reg_suggest *s = &p->reg->suggests[i];
		bool yes = false;
		if (conds_hold(&s->when, &view, &yes) == OK && yes)
			v[(*n)++] = (struct view_register_entry_suggests){ s->href, s->says };
	}
	return v;
}

/* ---- history ---- */

static struct str value_in(const struct entry *e, struct str name) { return e ? entry_value(e, name.p) : STR_NONE; }

static struct view_register_entry_history_changes *changes(struct page_ctx *c, const struct reg_page *p, const struct entry *was, const struct entry *is, size_t *n)
{
	struct view_register_entry_history_changes *v = arena_array(c->arena, struct view_register_entry_history_changes, p->reg->n_fields + 2);
	*n = 0;
	if (was && !str_eq(was->state, is->state))
		v[(*n)++] = (struct view_register_entry_history_changes){ page_text(TEXT_register_state), reg_state_of(p->reg, was->state).label, reg_state_of(p->reg, is->state).label };
	for (size_t i = 0; was && i < p->reg->n_fields; i++) {
		const struct field *f = &p->reg->fields[i];
		struct str before = value_in(was, f->name), after = value_in(is, f->name);
		if (!reg_shows(p, f) || str_eq(before, after))
			continue;
		struct str now = reg_show(c, p, f, after);
		v[(*n)++] = (struct view_register_entry_history_changes){ f->label, reg_show(c, p, f, before), now.n ? now : STR("(empty)") };
	}
	return v;
}

/* Newest first. */
static enum err history(struct page_ctx *c, const struct reg_page *p, int64_t id, struct view_register_entry_history **out, size_t *n)
{
	struct entry *all;
	struct store st = p->store;
	TRY(entry_history(&st, c->arena, &p->view, id, &all, n));
	*out = arena_array(c->arena, struct view_register_entry_history, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const struct entry *e = &all[i];
		struct view_register_entry_history *h = &(*out)[*n - 1 - i];
		*h = (struct view_register_entry_history){ .why = i ? e->why : STR_NONE, .title = arena_fmt(c->arena, "%s %.*s, %.*s", i ? "Changed" : "Entered",
			STRF(page_when(c, e->changed_utc)), STRF(page_who(c, e->changed_by))) };
		h->changes = changes(c, p, i ? &all[i - 1] : NULL, e, &h->n_changes);
	}
	return OK;
}

/* ---- moves ---- */

/* Nothing that it says changes in this state: the form that would be refused is not offered. */
static bool frozen(const struct reg *r, struct str state)
{
	for (size_t i = 0; i < r->frozen.n; i++)
		if (str_eq(r->frozen.v[i], state))
			return true;
	return false;
}

/* "Headteacher, Leadership team": whoever may make this move. */
static struct str movers(struct page_ctx *c, const struct reg_page *p, const struct reg_move *m, const struct entry *e)
{
	role_set all = 0;
	for (int r = 0; r < role_count(); r++)
		if (reg_may_move(c->web->rights, ROLE_BIT(r), p->reg, m, e, 0))
			all |= ROLE_BIT(r);
	return role_titles(c->arena, all);
}

/* Why this person may not; absent: they may. */
static struct str blocked(struct page_ctx *c, const struct reg_page *p, const struct reg_move *m, const struct entry *e, bool may)
{
	if (!may)
		return arena_fmt(c->arena, "this is for one of these: %.*s.", STRF(movers(c, p, m, e)));
	bool same = e->made_by == c->session->person || e->changed_by == c->session->person;
	return m->second && same ? STR("a second person does this, who neither made the entry nor changed it last.") : STR_NONE;
}

static struct view_register_entry_moves *moves(struct page_ctx *c, const struct reg_page *p, const struct entry *e, size_t *n, bool *can)
{
	struct view_register_entry_moves *v = arena_array(c->arena, struct view_register_entry_moves, p->reg->n_moves + 1);
	*n = 0;
	for (size_t i = 0; i < p->reg->n_moves; i++) {
		const struct reg_move *m = &p->reg->moves[i];
		bool may = reg_may_move(c->web->rights, c->roles, p->reg, m, e, c->session->person);
		if (!str_eq(m->from, e->state) || (!may && !(m->second && p->may.change)))      /* whoever wrote it reads for whom it waits */
			continue;
		struct str label = m->label.n ? m->label : reg_state_of(p->reg, m->to).label, no = blocked(c, p, m, e, may);
		v[(*n)++] = (struct view_register_entry_moves){ m->to, label, no };
		*can = *can || !no.n;
	}
	return v;
}

/* Room for it is in the rows (facts). */
static void on_hold(struct page_ctx *c, struct part_summary *s, const struct entry_hold *h)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, s->n_rows + 1);
	memcpy(rows, s->rows, s->n_rows * sizeof *rows);
	rows[s->n_rows++] = (struct part_summary_rows){ .key = page_text(TEXT_keeping_held), .value = arena_fmt(c->arena, "%.*s (%.*s, %.*s)", STRF(h->why),
		STRF(page_who(c, h->by)), STRF(page_when(c, h->since_utc))) };
	s->rows = rows;
}

static enum err show(struct page_ctx *c, const struct reg_page *p, const struct entry *e)
{
	struct reg_state s = reg_state_of(p->reg, e->state);
	struct view_register_entry v = { .errors = page_errors(c), .reg = p->reg->id, .id = e->id, .version = e->version, .number = e->number, .state = s.label, .colour = s.colour,
		.kept_in = p->reg->title, .title = reg_title_of(c, p, e), .undone = str_is(e->state, REG_UNDONE), .due = reg_is_due(p->reg, e) ? p->reg->due.says : STR_NONE, .may_change = p->may.change,
		.frozen = frozen(p->reg, e->state),
		.facts = facts(c, p, e), .former = former(c, p, e),
		.why = { .name = STR("why"), .label = page_text(TEXT_register_why), .hint = page_text(TEXT_register_why_hint), .value = page_field(c, "why"),
			.error = page_wrong_text(c, "why"), .rows = 2 } };
	struct view_register_entry_history *past;
	struct store st = p->store;
	struct entry_hold hold;
	TRY(keeping_hold_of(&st, c->arena, c->school, e->id, &hold));
	v.holds = p->may.change && p->reg->retain_months;
	v.held = hold.on;
	v.hold_why = page_input(c, "hold_why", hold.on ? TEXT_keeping_hold_off_why : TEXT_keeping_hold_why, STR_NONE);
	if (hold.on)
		on_hold(c, &v.facts, &hold);
	v.has_former = v.former.n_rows > 0;
	v.links = links(c, p, e, &v.n_links);
	v.suggests = str_is(e->state, REG_UNDONE) || str_is(e->state, REG_ERASED) ? NULL : suggests(c, p, e, &v.n_suggests);
	v.moves = moves(c, p, e, &v.n_moves, &v.can_move);
	TRY(history(c, p, e->id, &past, &v.n_history));
	v.history = past;
	page_begin(c, arena_z(c->arena, v.title));
	view_register_entry_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err reg_entry_again(struct page_ctx *c, const struct reg_page *p, const struct entry *e) { return show(c, p, e); }

enum err register_entry_show(struct page_ctx *c)
{
	struct reg_page p;
	struct entry e;
	TRY(reg_page_open(c, &p));
	TRY(reg_page_entry(c, &p, &e));
	return show(c, &p, &e);
}

/* ---- moving, taking back ---- */

static enum err put(struct page_ctx *c, const struct reg_page *p, const struct entry *e, const char *state, struct str why, const char *done)
{
	struct act act = page_act(c, arena_z(c->arena, why));
	struct store st = p->store;
	int64_t seen;
	if (str_i64(page_field(c, "seen"), &seen) != OK)
		return ERR_INVALID;
	if (page_is_wrong(c))
		return show(c, p, e);
	enum err moved = entry_update(&st, &act, &p->view, e->id, seen, &(struct entry_in){ .state = state }, &c->errors);
	if (page_is_wrong(c))
		return show(c, p, e);
	if (moved == ERR_STALE) {
		page_wrong(c, "why", "Somebody else changed this meanwhile. Look at it as it is now, then press again.");
		return show(c, p, e);
	}
	TRY(moved);
	page_flash(c, FLASH_DONE, "%s", done);
	if (str_is(p->reg->id, "device"))
		device_certificates_after(c, e->id);
	return page_redirect(c, "/registers/%s/%lld", p->reg->id.p, (long long)e->id);
}

static const struct reg_move *move_to(const struct reg *r, struct str from, struct str to)
{
	for (size_t i = 0; i < r->n_moves; i++)
		if (str_eq(r->moves[i].from, from) && str_eq(r->moves[i].to, to))
			return &r->moves[i];
	return NULL;
}

enum err register_move_do(struct page_ctx *c)
{
	struct reg_page p;
	struct entry e;
	TRY(reg_page_open(c, &p));
	TRY(reg_page_entry(c, &p, &e));
	const struct reg_move *m = move_to(p.reg, e.state, page_field(c, "to"));
	if (!m)
		return ERR_STATE;
	if (!reg_may_move(c->web->rights, c->roles, p.reg, m, &e, c->session->person) || blocked(c, &p, m, &e, true).n)
		return ERR_FORBIDDEN;
	/* Who confirms something of their own says it by the button itself. */
	bool own = m->who.n == 1 && str_starts(m->who.v[0], STR("@")) && !page_field(c, "why").n;
	struct str why = own ? m->label : page_need(c, "why", 500, "Say in a few words why: it stands in the history.");
	return put(c, &p, &e, m->to.p, why, arena_fmt(c->arena, "It is now: %.*s.", STRF(reg_state_of(p.reg, m->to).label)).p);
}

/* The stage that it had before it was taken back. */
static enum err state_before(struct page_ctx *c, const struct reg_page *p, const struct entry *e, const char **out)
{
	struct entry *all;
	size_t n;
	struct store st = p->store;
	TRY(entry_history(&st, c->arena, &p->view, e->id, &all, &n));
	*out = p->reg->states[0].p;
	for (size_t i = 0; i < n; i++)
		if (!str_is(all[i].state, REG_UNDONE))
			*out = arena_z(c->arena, all[i].state);
	return OK;
}

enum err register_undo_do(struct page_ctx *c)
{
	struct reg_page p;
	struct entry e;
	const char *back = REG_UNDONE;
	TRY(reg_page_open(c, &p));
	if (!p.may.change)
		return ERR_FORBIDDEN;
	TRY(reg_page_entry(c, &p, &e));
	bool undone = str_is(e.state, REG_UNDONE);
	if (undone)
		TRY(state_before(c, &p, &e, &back));
	struct str why = page_need(c, "why", 500, "Say in a few words why: it stands in the history.");
	return put(c, &p, &e, back, why, undone ? "It is back in the register." : "It counts no more. Its history stays.");
}
