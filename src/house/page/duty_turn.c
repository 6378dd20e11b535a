/* One time that a duty fell due: to do it, and what was answered. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/desk.h"
#include "house/page/duty.h"
#include "house/page/duty_desk.h"
#include "house/page/form.h"
#include "house/page/page_store.h"

struct duty_desk duty_desk_of(const struct page_ctx *c, struct store *st)
{
	struct duties *d = c->web->library->duties;
	duties_refresh(d, NULL);
	return (struct duty_desk){ st, c->web->library, duties_now(d) };
}

struct turn_view {
	struct store st;
	struct duty_desk k;
	struct duty_turn t;
	const struct duty *d;          /* NULL: its file is gone */
	struct duty_part parts[DUTY_WHO_MAX];
	size_t n;
	int mine;                      /* -1: nothing to do here for whoever asks */
};

/* Whoever it is for, and whoever leads; others find nothing. */
static enum err open_turn(struct page_ctx *c, struct turn_view *v)
{
	int64_t id;
	struct act act = page_act(c, "a duty");
	TRY(page_id(c, "id", &id));
	if (!duty_works_here(c))
		return ERR_ABSENT;
	v->st = page_store(c);
	v->k = duty_desk_of(c, &v->st);
	v->mine = -1;
	TRY(duty_turn_get(&v->k, c->arena, c->school, id, &v->t));
	v->d = duty_find(v->k.duties, v->t.duty);
	bool own = v->t.person ? v->t.person == c->session->person : v->d && duty_is_of(v->d, c->roles, true);
	if (!own && !duty_leads(c))
		return ERR_ABSENT;
	if (!v->d)
		return OK;
	TRY(duty_turn_parts(&v->k, c->arena, &act, v->d, &v->t, v->parts, &v->n));
	v->mine = duty_part_of(v->parts, v->n, &v->t, c->session->person, c->roles, true);
	return OK;
}

static struct part_summary facts(struct page_ctx *c, const struct turn_view *v)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 8);
	size_t n = 0;
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_duty_due), .value = page_when(c, v->t.due_utc) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_duty_who), .value = duty_whose(c, v->d, &v->t) };
	if (v->t.done_utc)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_duty_ended), .value = arena_fmt(c->arena, "%.*s, by %.*s", STRF(page_when(c, v->t.done_utc)), STRF(page_who(c, v->t.done_by))) };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static void answers(struct page_ctx *c, const struct turn_view *t, struct view_duty_turn *v)
{
	struct view_duty_turn_parts *rows = arena_array(c->arena, struct view_duty_turn_parts, t->n + 1);
	for (size_t i = 0; i < t->n; i++) {
		const struct duty_statement *s = &t->parts[i].by;
		rows[i] = (struct view_duty_turn_parts){ .roles = t->t.person ? duty_whose(c, t->d, &t->t) : duty_roles_text(c->arena, t->parts[i].roles), .done = s->id != 0 };
		if (!s->id)
			continue;
		rows[i].by = arena_fmt(c->arena, "%.*s, %.*s", STRF(person_name(c->db, c->arena, c->school, s->person)), STRF(page_when(c, s->at_utc)));
		rows[i].no = str_is(s->answer, "no");
		rows[i].late = s->late;
		rows[i].wording = s->wording;
		rows[i].version = s->number;
		rows[i].lines = s->lines;
		rows[i].fields = s->fields;
		rows[i].note = s->note;
	}
	v->parts = rows;
	v->n_parts = t->t.person && t->n && !rows[0].done ? 0 : t->n;      /* whoever reads it is the one who is waited for */
}

static void lines(struct page_ctx *c, const struct duty_lines *l, struct view_duty_turn *v)
{
	struct view_duty_turn_lines *rows = arena_array(c->arena, struct view_duty_turn_lines, l->n + 1);
	for (size_t i = 0; i < l->n; i++) {
		const char *name = arena_fmt(c->arena, "line-%.*s", STRF(l->v[i].id)).p, *note = arena_fmt(c->arena, "note-%.*s", STRF(l->v[i].id)).p;
		struct str chosen = page_field(c, name);
		rows[i] = (struct view_duty_turn_lines){ .name = str_z(name), .note_name = str_z(note), .text = l->v[i].text, .shows = l->shows[i], .error = page_wrong_text(c, name),
			.yes = str_is(chosen, "yes"), .no = str_is(chosen, "no"), .na = str_is(chosen, "na"), .note = page_field(c, note) };
	}
	v->lines = rows;
	v->n_lines = l->n;
}

static void fields(struct page_ctx *c, const struct duty *d, struct view_duty_turn *v)
{
	struct part_textarea *rows = arena_array(c->arena, struct part_textarea, d->n_fields + 1);
	for (size_t i = 0; i < d->n_fields; i++) {
		const char *name = arena_fmt(c->arena, "field-%.*s", STRF(d->fields[i].id)).p;
		rows[i] = (struct part_textarea){ .name = str_z(name), .label = d->fields[i].label, .value = page_field(c, name), .error = page_wrong_text(c, name), .rows = 3 };
	}
	v->fields = rows;
	v->n_fields = d->n_fields;
}

static enum err show(struct page_ctx *c, struct turn_view *t)
{
	const char *colour;
	struct duty_lines l = { 0 };
	bool confirmed = true;
	struct view_duty_turn v = { .errors = page_errors(c), .id = t->t.id, .title = t->t.title, .state = duty_tag(&t->t, t->d, &colour), .summary = facts(c, t), .may = t->mine >= 0 };
	v.colour = str_z(colour);
	if (t->d) {
		(void)duty_every_now(&t->k, c->arena, c->school, t->d, &confirmed);
		v.proposed = t->d->on == ON_PERIOD && !confirmed;
		v.duty = t->d->id;
		v.hint = t->d->hint;
		v.page = t->d->page;
		if (t->d->on == ON_ENTRY && str_starts(t->t.key, STR("entry ")) && !str_is(t->d->on_register, "case"))
			v.page = arena_fmt(c->arena, "/registers/%.*s/%.*s", STRF(t->d->on_register), STRF(str_from(t->t.key, 6)));      /* what it is about */
		v.ask = t->d->ask;
		v.statement = t->d->yes_no;
		v.yes = str_is(page_field(c, "answer"), "yes");
		v.no = str_is(page_field(c, "answer"), "no");
		v.answer_wrong = page_wrong_text(c, "answer");
		v.needs_wrong = page_wrong_text(c, "needs");
		v.note = page_area(c, "note", TEXT_duty_note_no, 3);
		v.note.hint = page_text(TEXT_duty_note_no_hint);
		answers(c, t, &v);
		fields(c, t->d, &v);
	}
	if (v.may) {
		TRY(duty_lines(&t->k, c->arena, c->school, t->d, c->session->person, &l));
		lines(c, &l, &v);
	}
	page_begin(c, arena_z(c->arena, t->t.title));
	view_duty_turn_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err duty_turn_show(struct page_ctx *c)
{
	struct turn_view t = { 0 };
	TRY(open_turn(c, &t));
	return show(c, &t);
}

enum err duty_turn_do(struct page_ctx *c)
{
	struct turn_view t = { 0 };
	struct duty_lines l;
	struct act act = page_act(c, "did a duty");
	int64_t statement;
	TRY(open_turn(c, &t));
	if (t.mine < 0)
		return str_is(t.t.state, "open") ? ERR_FORBIDDEN : show(c, &t);        /* somebody was quicker: it shows who */
	TRY(duty_lines(&t.k, c->arena, c->school, t.d, c->session->person, &l));
	struct str *answers = arena_array(c->arena, struct str, l.n + 1), *notes = arena_array(c->arena, struct str, l.n + 1);
	struct str *written = arena_array(c->arena, struct str, t.d->n_fields + 1);
	for (size_t i = 0; i < l.n; i++) {
		answers[i] = page_field(c, arena_fmt(c->arena, "line-%.*s", STRF(l.v[i].id)).p);
		notes[i] = str_upto(page_field(c, arena_fmt(c->arena, "note-%.*s", STRF(l.v[i].id)).p), 300);
	}
	for (size_t i = 0; i < t.d->n_fields; i++)
		written[i] = page_field(c, arena_fmt(c->arena, "field-%.*s", STRF(t.d->fields[i].id)).p);
	struct duty_answer in = { page_field(c, "answer"), page_field(c, "note"), answers, notes, written };
	enum err e = duty_sign(&t.k, &act, c->roles, true, t.d, t.t.id, &l, &in, &c->errors, &statement);
	if (page_is_wrong(c))
		return show(c, &t);
	TRY(e);
	page_flash(c, FLASH_DONE, str_is(in.answer, "no") ? "Kept. Leadership is asked to look at it." : "Kept, with today's date and the words as they stand.");
	return page_redirect(c, "/calendar/turn/%lld", (long long)t.t.id);
}
