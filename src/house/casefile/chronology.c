#include "house/casefile/chronology.h"

#include <stdlib.h>

#include "base/cut.h"
#include "base/mem.h"

static const struct { const char *word, *title; } types[] = {
#define CHRON_ROW_(name, word, text) [name] = { word, text },
	CHRON_TYPE_TABLE(CHRON_ROW_)
#undef CHRON_ROW_
};

const char *chron_word(enum chron_type t) { return types[t].word; }
const char *chron_title(enum chron_type t) { return types[t].title; }

static int64_t int_of(const struct entry *e, const char *field)
{
	int64_t v;
	return str_i64(entry_value(e, field), &v) == OK ? v : 0;
}

struct reading {
	const struct desk *k;
	struct arena *a;
	const struct entry_may *may;
	const struct chron_query *q;
	struct entry *v;               /* all entries about the child */
	size_t n;
	bool cut;
};

/* ---- gathering ---- */

static enum err gather(struct reading *r)
{
	struct entry_query q = { .about = r->q->learner, .limit = ENTRY_PAGE_MAX };
	r->v = arena_array(r->a, struct entry, CHRONOLOGY_MAX + ENTRY_PAGE_MAX);
	for (;;) {
		struct entry_page page;
		TRY(entry_list(r->k->store, r->a, r->may, &q, &page));
		memcpy(r->v + r->n, page.entries, page.n * sizeof *page.entries);
		r->n += page.n;
		q.offset += (int64_t)page.n;
		r->cut = r->n >= CHRONOLOGY_MAX && q.offset < page.total;
		if (!page.n || q.offset >= page.total || r->cut)
			return OK;
	}
}

static const struct entry *case_of(const struct reading *r, const struct entry *e)
{
	if (str_is(e->reg, "case"))
		return e;
	for (size_t i = 0; e->parent && i < r->n; i++)
		if (r->v[i].id == e->parent)
			return &r->v[i];
	return NULL;
}

/* ---- one line of it ---- */

struct str chronology_theme(const struct library *l, struct str topic, struct str procedure)
{
	const struct topic *t = topic_find(&l->topics, topic);
	const struct procedure *p = library_procedure(l, procedure);
	return t ? t->label : p ? p->title : topic.n ? topic : procedure;
}

static struct str one_line(struct arena *a, struct str text)
{
	size_t n = str_cut(text, CHRONOLOGY_LINE).n;
	char *p = arena_alloc(a, n + 4);
	for (size_t i = 0; i < n; i++)
		p[i] = ascii_space(text.p[i]) ? ' ' : text.p[i];
	memcpy(p + n, "...", 3);
	return (struct str){ p, n < text.n ? n + 3 : n };
}

static struct str step_title(const struct library *l, struct str kind, struct str step)
{
	const struct procedure *p = library_procedure(l, kind);
	const struct proc_step *s = p ? procedure_step(p, step) : NULL;
	for (size_t i = 0; !s && i < l->n; i++)          /* of a procedure that led before */
		s = procedure_step(&l->procedures[i], step);
	return s ? s->title : step;
}

static struct str note_title(const struct store *st, struct str kind)
{
	const struct reg *r = registers_find(st->registers, STR("case-note"));
	const struct field *f = r ? reg_field(r, STR("kind")) : NULL;
	for (size_t i = 0; f && i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, kind))
			return f->choices[i].label;
	return kind;
}

static struct str or_else(struct str a, struct str b) { return a.n ? a : b; }

/* false: not for the chronology. */
static bool fill(const struct reading *r, const struct entry *e, const struct entry *top, struct chron_entry *c)
{
	const struct library *l = r->k->library;
	if (str_is(e->reg, "case")) {
		c->type = CHRON_REPORT;
		c->title = or_else(entry_value(e, "title"), STR("Reported"));
		c->text = entry_value(e, "words");
	} else if (str_is(e->reg, "case-step")) {
		c->type = CHRON_STEP;
		c->title = step_title(l, top ? entry_value(top, "kind") : STR_NONE, entry_value(e, "step"));
		c->text = or_else(entry_value(e, "details"), entry_value(e, "reason"));
	} else if (str_is(e->reg, "case-note")) {
		c->type = CHRON_NOTE;
		c->title = note_title(r->k->store, entry_value(e, "kind"));
		c->text = entry_value(e, "text");
	} else if (str_is(e->reg, "document")) {
		c->type = CHRON_DOCUMENT;
		c->title = STR("Document");
		c->text = entry_value(e, "what");
	} else if (str_is(e->reg, "earlier")) {
		c->type = CHRON_EARLIER;
		c->title = or_else(entry_value(e, "title"), STR("From another school"));
		c->text = entry_value(e, "text");
	} else
		return false;
	return true;
}

static bool fits(const struct chron_query *q, const struct chron_entry *c)
{
	if (q->theme.n && !str_eq(q->theme, c->theme_id))
		return false;
	if (q->type.n && !str_is(q->type, types[c->type].word))
		return false;
	return (!q->from_utc || c->at_utc >= q->from_utc) && (!q->upto_utc || c->at_utc <= q->upto_utc);
}

static bool entry_to(const struct reading *r, const struct entry *e, struct chron_entry *c)
{
	const struct entry *top = case_of(r, e);
	bool earlier = str_is(e->reg, "earlier");
	*c = (struct chron_entry){ .id = e->id, .recorded_utc = e->made_utc, .by = e->made_by, .destroyed = e->destroyed,
		.at_utc = int_of(e, "happened") ? int_of(e, "happened") : e->made_utc };
	if ((!top && !earlier) || !fill(r, e, top, c))
		return false;
	if (top && str_is(top->reg, "case")) {
		c->case_id = top->id;
		c->reference = entry_value(top, "reference");
		c->theme_id = or_else(entry_value(top, "topic_type"), entry_value(top, "kind"));
		c->theme = chronology_theme(r->k->library, entry_value(top, "topic_type"), entry_value(top, "kind"));
	} else if (!earlier && !(str_is(top->reg, "transfer-in") && c->type == CHRON_DOCUMENT && !str_is(entry_value(e, "kind"), "json")))
		return false;                            /* under something that is no case */
	if (c->destroyed)
		c->text = STR("Disposed of. Only that it was here remains.");
	return true;
}

/* ---- in order ---- */

static int by_time(const void *a, const void *b)
{
	const struct chron_entry *x = a, *y = b;
	if (x->at_utc != y->at_utc)
		return x->at_utc < y->at_utc ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static int by_time_down(const void *a, const void *b) { return by_time(b, a); }

static void add_once(int64_t *list, size_t *n, int64_t id)
{
	for (size_t i = 0; i < *n; i++)
		if (list[i] == id)
			return;
	list[(*n)++] = id;
}

static void add_theme(struct chronology *c, struct str theme)
{
	for (size_t i = 0; i < c->n_themes; i++)
		if (str_eq(c->themes[i], theme))
			return;
	if (theme.n && c->n_themes < 40)
		c->themes[c->n_themes++] = theme;
}

static void take_page(struct reading *r, struct chronology *c)
{
	size_t from = r->q->offset < c->total ? (size_t)r->q->offset : (size_t)c->total;
	size_t n = (size_t)c->total - from;
	if (r->q->limit && n > (size_t)r->q->limit)
		n = (size_t)r->q->limit;
	c->v += from;
	c->n = n;
	c->cases = arena_array(r->a, int64_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		c->v[i].line = one_line(r->a, c->v[i].text);
		if (c->v[i].case_id)
			add_once(c->cases, &c->n_cases, c->v[i].case_id);
	}
}

enum err chronology_read(const struct desk *k, struct arena *a, const struct entry_may *may, const struct chron_query *q, struct chronology *out)
{
	struct entry_may children = { .school = may->school, .person = may->person, .classes = may->classes & ENTRY_BIT(ENTRY_CHILD) };
	struct reading r = { .k = k, .a = a, .may = &children, .q = q };
	struct chronology c = { 0 };
	if (!children.classes || q->learner <= 0)
		return ERR_ABSENT;
	TRY(gather(&r));
	c.v = arena_array(a, struct chron_entry, r.n + 1);
	c.themes = arena_array(a, struct str, 40);
	for (size_t i = 0; i < r.n; i++) {
		struct chron_entry *e = &c.v[c.total];
		if (!entry_to(&r, &r.v[i], e))
			continue;
		add_theme(&c, e->theme_id);
		c.total += fits(q, e);
	}
	qsort(c.v, (size_t)c.total, sizeof *c.v, q->newest_first ? by_time_down : by_time);
	c.cut = r.cut;
	take_page(&r, &c);
	*out = c;
	return OK;
}
