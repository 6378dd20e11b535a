/* Reads the text of a register file. */
#include "base/mem.h"
#include "house/register/reading.h"
#include "house/register/rule.h"
#include "house/store/entry.h"

enum { REGISTERS_MAX = 500, LINES_MAX = 60, WORDS_MAX = 60, MOST_MONTHS = 1200 };

static const struct word classes[] = {
	{ "general", ENTRY_GENERAL }, { "personal", ENTRY_PERSONAL }, { "child", ENTRY_CHILD }, { "staff", ENTRY_STAFF }, { "chair", ENTRY_CHAIR },
};

static struct reg_words words_of(struct arena *a, struct str text)
{
	struct reg_words w = { .v = arena_array(a, struct str, text.n / 2 + 2) };
	for (struct str word; str_next(&text, ' ', &word);)
		if (str_trim(word).n)
			w.v[w.n++] = arena_str(a, str_trim(word));
	return w;
}

/* The next piece before a "|", trimmed. */
static struct str piece(struct str *rest)
{
	struct str one = STR("");
	return str_next(rest, '|', &one) ? str_trim(one) : STR("");
}

static enum err read_states(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct reg_words w = words_of(l->a, p->value);
	for (size_t i = 0; i < w.n; i++)
		for (size_t k = 0; k < i; k++)
			if (str_eq(w.v[i], w.v[k]))
				return diag_fail(l->d, l->file, p->line, "The state %.*s stands here twice.", STRF(w.v[i]));
	if (r->states)
		return diag_fail(l->d, l->file, p->line, "The states stand here twice: write them in one line.");
	r->states = arena_array(l->a, struct str, w.n + 2);        /* room for REG_UNDONE */
	memcpy(r->states, w.v, w.n * sizeof *w.v);
	r->n_states = w.n;
	return OK;
}

/* state = permitted | May leave the building | green */
static enum err read_state(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	static const struct word colours[] = { { "", 0 }, { "grey", 0 }, { "green", 0 }, { "teal", 0 }, { "blue", 0 }, { "purple", 0 }, { "pink", 0 }, { "red", 0 }, { "orange", 0 }, { "yellow", 0 } };
	struct str rest = p->value, word = piece(&rest), label = piece(&rest), colour = piece(&rest);
	int any;
	if (!reg_has_state(r, word) || !label.n || r->n_labels == LINES_MAX)
		return diag_fail(l->d, l->file, p->line, "A state's look is written as: state = WORD | Label | colour; the word stands in `states` above it.");
	TRY(read_word(l, p, colour, colours, ARRAY_N(colours), &any));
	r->labels[r->n_labels++] = (struct reg_state){ arena_str(l->a, word), arena_str(l->a, label), arena_str(l->a, colour) };
	return OK;
}

/* move = asked -> permitted : approve second | Permit it */
static enum err read_move(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct str rest = p->value, path = piece(&rest), label = piece(&rest), who = STR_NONE;
	ptrdiff_t colon = str_chr(path, ':'), arrow = str_find(path, STR("->"));
	struct reg_move m = { .label = arena_str(l->a, label) };
	if (arrow < 0 || colon < arrow || r->n_moves == LINES_MAX)
		return diag_fail(l->d, l->file, p->line, "A move is written as: move = FROM -> TO : add, change, approve or roles | What the button says.");
	m.from = arena_str(l->a, str_trim(str_upto(path, (size_t)arrow)));
	m.to = arena_str(l->a, str_trim(str_upto(str_from(path, (size_t)arrow + 2), (size_t)(colon - arrow - 2))));
	who = str_from(path, (size_t)colon + 1);
	if (!reg_has_state(r, m.from) || !reg_has_state(r, m.to))
		return diag_fail(l->d, l->file, p->line, "%.*s or %.*s is not one of the states above.", STRF(m.from), STRF(m.to));
	struct reg_words w = words_of(l->a, who);
	for (size_t i = 0; i < w.n; i++)
		if (str_is(w.v[i], "second"))
			m.second = true;
		else
			w.v[m.who.n++] = w.v[i];
	m.who.v = w.v;
	r->moves[r->n_moves++] = m;
	return m.who.n ? OK : diag_fail(l->d, l->file, p->line, "Say who may move it: add, change, approve, or roles by name.");
}

/* rule = when CONDITIONS : CONDITIONS | What to tell whoever meets it. */
static enum err read_rule(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct str rest = p->value, path = piece(&rest), says = str_trim(rest);
	ptrdiff_t colon = str_chr(path, ':');
	struct reg_rule *rule = &r->rules[r->n_rules];
	if (r->n_rules == LINES_MAX || !says.n || (colon < 0) == str_starts(path, STR("when ")))
		return diag_fail(l->d, l->file, p->line, "A rule is written as: rule = when CONDITIONS : CONDITIONS | A sentence; or without \"when ... :\".");
	if (colon > 0)
		TRY(conds_read(l->a, str_from(str_upto(path, (size_t)colon), 5), l->file, p->line, l->d, &rule->when));
	TRY(conds_read(l->a, colon > 0 ? str_from(path, (size_t)colon + 1) : path, l->file, p->line, l->d, &rule->must));
	rule->says = arena_str(l->a, says);
	r->n_rules++;
	return OK;
}

/* auto = unprotected -> protected : lock is yes, filter-seen is filled */
static enum err read_auto(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	ptrdiff_t colon = str_chr(p->value, ':'), arrow = str_find(p->value, STR("->"));
	struct reg_auto *m = &r->autos[r->n_autos];
	if (arrow < 0 || colon < arrow || r->n_autos == LINES_MAX)
		return diag_fail(l->d, l->file, p->line, "What moves by itself is written as: auto = FROM -> TO : CONDITIONS.");
	m->from = arena_str(l->a, str_trim(str_upto(p->value, (size_t)arrow)));
	m->to = arena_str(l->a, str_trim(str_upto(str_from(p->value, (size_t)arrow + 2), (size_t)(colon - arrow - 2))));
	if (!reg_has_state(r, m->from) || !reg_has_state(r, m->to))
		return diag_fail(l->d, l->file, p->line, "%.*s or %.*s is not one of the states above.", STRF(m->from), STRF(m->to));
	r->n_autos++;
	return conds_read(l->a, str_from(p->value, (size_t)colon + 1), l->file, p->line, l->d, &m->when);
}

/* suggest = CONDITIONS | /address of a page here | What it leads to */
static enum err read_suggest(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct str rest = p->value, when = piece(&rest), href = piece(&rest), says = str_trim(rest);
	struct reg_suggest *s = &r->suggests[r->n_suggests];
	if (r->n_suggests == LINES_MAX || !says.n || !str_starts(href, STR("/")) || str_starts(href, STR("//")))
		return diag_fail(l->d, l->file, p->line, "What an entry suggests is written as: suggest = CONDITIONS | /page/of/this/program | A sentence.");
	TRY(conds_read(l->a, when, l->file, p->line, l->d, &s->when));
	s->href = arena_str(l->a, href);
	s->says = arena_str(l->a, says);
	r->n_suggests++;
	return OK;
}

/* due = review 0 days | Its review is past | dpo        with a role, that role has a task for each
 * due = asked at once in waiting | It waits for its holder | @person         who stands in that field has it */
static enum err read_due(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct str rest = p->value, what = piece(&rest), says = piece(&rest), role = piece(&rest);
	struct reg_words w = words_of(l->a, what);
	uint64_t days = 0;
	bool at_once = w.n >= 3 && str_is(w.v[1], "at") && str_is(w.v[2], "once"), of_state = w.n == 5 && str_is(w.v[3], "in");
	if ((w.n != 3 && !of_state) || !says.n || (!at_once && (!str_is(w.v[2], "days") || str_u64(w.v[1], &days) != OK || days > 3660)))
		return diag_fail(l->d, l->file, p->line, "What is due is written as: due = DATE-FIELD 30 days | What to say; 0 days when the field is the day itself; \"in STATE\" after it.");
	if (r->due.field.n)
		return diag_fail(l->d, l->file, p->line, "This register has a line of what is due already (%.*s), and there can be one: put the other into a duty.", STRF(r->due.field));
	r->due = (struct reg_due){ w.v[0], arena_str(l->a, says), role.n ? arena_str(l->a, role) : STR_NONE,
		of_state ? w.v[4] : STR_NONE, at_once ? -1 : (int)days };
	return OK;
}

/* map = class x term;  map = teacher(teacher) x term;  map = year x tags */
static enum err read_map(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct reg_words w = words_of(l->a, p->value);
	if ((w.n != 1 && w.n != 3) || (w.n == 3 && !str_is(w.v[1], "x")))
		return diag_fail(l->d, l->file, p->line, "A map is written as: map = FIELD x FIELD, or FIELD x term; of people: map = FIELD(ROLE) x term.");
	ptrdiff_t open = str_chr(w.v[0], '(');
	if (open > 0 && str_ends(w.v[0], STR(")"))) {
		r->map_role = arena_str(l->a, (struct str){ w.v[0].p + open + 1, w.v[0].n - (size_t)open - 2 });
		w.v[0] = arena_str(l->a, str_upto(w.v[0], (size_t)open));
	}
	r->map.v = w.v;
	r->map.n = w.n == 3 ? 2 : 1;
	if (w.n == 3)
		w.v[1] = w.v[2];
	return OK;
}

/* "7 years after leaving": a number, a unit, and after what; or "as long as ..." in words, which is kept. */
static enum err read_retain(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	static const struct word units[] = { { "months", 1 }, { "month", 1 }, { "years", 12 }, { "year", 12 } };
	struct reg_words w = words_of(l->a, p->value);
	uint64_t n;
	int unit = 0;
	r->retain = arena_str(l->a, p->value);
	if (w.n < 4 || str_u64(w.v[0], &n) != OK || !str_is(w.v[2], "after"))
		return OK;                     /* words only: nothing is erased by it */
	TRY(read_word(l, p, w.v[1], units, ARRAY_N(units), &unit));
	if (n < 1 || n * (uint64_t)unit > MOST_MONTHS)
		return diag_fail(l->d, l->file, p->line, "Kept for 1 month to 100 years.");
	r->retain_months = (int)n * unit;
	r->retain_after = w.v[3];
	return OK;
}

static enum err read_reg_pair(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	const struct { const char *key; struct str *to; } texts[] = {
		{ "title", &r->title }, { "hint", &r->hint }, { "one", &r->one }, { "group", &r->group }, { "rights", &r->rights },
	};
	const struct { const char *key; struct reg_words *to; } lists[] = {
		{ "see", &r->see }, { "see-own", &r->see_own }, { "add", &r->add }, { "change", &r->change }, { "approve", &r->approve },
		{ "see-personal", &r->see_personal }, { "dispose", &r->dispose }, { "columns", &r->columns }, { "key", &r->key }, { "serves", &r->serves }, { "frozen", &r->frozen },
	};
	const struct { const char *key; enum err (*read)(struct loading *l, const struct conf_pair *p, struct reg *r); } lines[] = {
		{ "states", read_states }, { "state", read_state }, { "move", read_move }, { "rule", read_rule }, { "auto", read_auto }, { "due", read_due }, { "map", read_map }, { "retain", read_retain }, { "suggest", read_suggest },
	};
	for (size_t i = 0; i < ARRAY_N(texts); i++)
		if (str_is(p->key, texts[i].key)) {
			*texts[i].to = arena_str(l->a, p->value);
			return OK;
		}
	for (size_t i = 0; i < ARRAY_N(lists); i++)
		if (str_is(p->key, lists[i].key)) {
			*lists[i].to = words_of(l->a, p->value);
			return OK;
		}
	for (size_t i = 0; i < ARRAY_N(lines); i++)
		if (str_is(p->key, lines[i].key))
			return lines[i].read(l, p, r);
	if (str_is(p->key, "class"))
		return read_word(l, p, p->value, classes, ARRAY_N(classes), &r->class);
	if (str_is(p->key, "profile"))
		return read_profile(l, p, &r->only_key, &r->only_value);
	if (str_is(p->key, "page"))
		return read_yes(l, p, &r->page);
	return diag_fail(l->d, l->file, p->line, "A register has no setting called %.*s.", STRF(p->key));
}

/* A file that extends adds fields, and rules, which can only ask for more. */
static enum err extend_reg(struct loading *l, const struct conf_block *b, struct reg *r)
{
	enum err e = OK;
	for (size_t i = 0; i < b->n; i++) {
		const struct conf_pair *p = &b->pairs[i];
		enum err one = OK;
		if (str_is(p->key, "rule"))
			one = read_rule(l, p, r);
		else if (!str_is(p->key, "extends"))
			one = diag_fail(l->d, l->file, p->line, "A file that extends a register adds fields and rules; it does not set %.*s.", STRF(p->key));
		e = e == OK ? one : e;
	}
	return e;
}

static enum err fresh_reg(struct loading *l, const struct conf_block *b, struct reg_set *all, struct reg **out)
{
	if (!register_name_ok(b->id) || reg_set_find(all, b->id) || all->v.n >= REGISTERS_MAX)
		return diag_fail(l->d, l->file, b->line, "A register needs a name of its own, of small letters, digits and - (or extends = yes, to add to the one that is there).");
	*out = vec_push(&all->v);
	**out = (struct reg){ .id = arena_str(l->a, b->id), .class = ENTRY_GENERAL, .fields = arena_array(l->a, struct field, REGISTER_FIELDS_MAX), .own = l->own,
		.labels = arena_array(l->a, struct reg_state, LINES_MAX), .moves = arena_array(l->a, struct reg_move, LINES_MAX),
		.rules = arena_array(l->a, struct reg_rule, LINES_MAX), .autos = arena_array(l->a, struct reg_auto, LINES_MAX), .suggests = arena_array(l->a, struct reg_suggest, LINES_MAX), .file = arena_str(l->a, l->file) };
	return OK;
}

static enum err read_reg(struct loading *l, const struct conf_block *b, struct reg_set *all, size_t *at)
{
	struct reg *r = reg_set_find(all, b->id);
	l->extends = str_is(conf_get(b, "extends"), "yes");
	*at = r ? (size_t)(r - all->v.v) : all->v.n;
	if (l->extends)
		return r ? extend_reg(l, b, r) : diag_fail(l->d, l->file, b->line, "There is no register %.*s to extend.", STRF(b->id));
	TRY(fresh_reg(l, b, all, &r));
	enum err e = OK;
	for (size_t i = 0; i < b->n; i++) {
		enum err one = read_reg_pair(l, &b->pairs[i], r);
		e = e == OK ? one : e;
	}
	return e == OK && !r->title.n ? diag_fail(l->d, l->file, b->line, "The register %.*s needs a title.", STRF(b->id)) : e;
}

/* A file that extends adds needs to a gate that is there: it can only ask for more. */
static enum err more_needs(struct loading *l, const struct gate_def *more, struct gate_def *g)
{
	struct need *all = arena_array(l->a, struct need, g->n_needs + more->n_needs + 1);
	memcpy(all, g->needs, g->n_needs * sizeof *all);
	memcpy(all + g->n_needs, more->needs, more->n_needs * sizeof *all);
	g->needs = all;
	g->n_needs += more->n_needs;
	return OK;
}

static enum err read_gate(struct loading *l, const struct conf_block *b, struct reg *r)
{
	struct gate_def g;
	TRY(gate_read(l->a, l->file, b, l->d, &g));
	for (size_t i = 0; i < r->n_gates; i++)
		if (str_eq(r->gates[i].name, b->id))
			return l->extends && !g.n_at && !g.only_key.n && !g.only_field.n ? more_needs(l, &g, &r->gates[i]) :
			       diag_fail(l->d, l->file, b->line, "The gate %.*s is there already: a file that extends may add needs to it.", STRF(b->id));
	if (!r->gates)
		r->gates = arena_array(l->a, struct gate_def, GATES_MAX);
	if (r->n_gates == GATES_MAX)
		return diag_fail(l->d, l->file, b->line, "A register has at most %d gates.", GATES_MAX);
	r->gates[r->n_gates++] = g;
	return OK;
}

static enum err read_block(struct loading *l, const struct conf_block *b, struct reg_set *all, size_t *at)
{
	if (str_is(b->kind, "register"))
		return read_reg(l, b, all, at);
	if (str_is(b->kind, "field") && *at < all->v.n)
		return read_field(l, b, &all->v.v[*at]);
	if (str_is(b->kind, "gate") && *at < all->v.n)
		return read_gate(l, b, &all->v.v[*at]);
	if (!b->kind.n && !b->n)
		return OK;
	return diag_fail(l->d, l->file, b->line, "Here stand [register NAME], its [field NAME]s and its [gate NAME]s, nothing else.");
}

enum err reg_set_add(struct reg_set *s, struct str file, struct str text, bool own, struct diag *d)
{
	AUTO(arena_done) struct arena scratch = arena_init();
	struct conf c;
	TRY(conf_parse(&scratch, file, text, d, &c));
	struct loading l = { .a = &s->arena, .file = file, .own = own, .d = d };
	enum err e = OK;
	size_t at = SIZE_MAX;
	for (size_t i = 0; i < c.n; i++) {
		enum err one = read_block(&l, &c.blocks[i], s, &at);
		e = e == OK ? one : e;
	}
	return e;
}
