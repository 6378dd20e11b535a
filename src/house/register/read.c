/* Reads the text of a register file. */
#include "base/conf.h"
#include "base/mem.h"
#include "house/register/inner.h"
#include "house/register/rule.h"
#include "house/store/entry.h"

enum { REGISTERS_MAX = 500, FIELDS_MAX = 100, LINES_MAX = 60, WORDS_MAX = 60, TEXT_DEFAULT = 500, LONGTEXT_DEFAULT = 20000, MOST_MONTHS = 1200 };

struct word { const char *word; int value; };
static const struct word types[] = {
	{ "text", FIELD_TEXT }, { "longtext", FIELD_LONGTEXT }, { "date", FIELD_DATE }, { "time", FIELD_TIME }, { "int", FIELD_INT },
	{ "choice", FIELD_CHOICE }, { "choices", FIELD_CHOICES }, { "person", FIELD_PERSON }, { "persons", FIELD_PERSONS }, { "bool", FIELD_BOOL },
	{ "money", FIELD_MONEY }, { "url", FIELD_URL }, { "email", FIELD_EMAIL }, { "device", FIELD_ENTRY }, { "service", FIELD_ENTRY }, { "entry", FIELD_ENTRY },
	{ "class", FIELD_CLASS },
};
static const struct word classes[] = {
	{ "general", ENTRY_GENERAL }, { "personal", ENTRY_PERSONAL }, { "child", ENTRY_CHILD }, { "staff", ENTRY_STAFF }, { "chair", ENTRY_CHAIR },
};
static const struct word yes_no[] = { { "yes", 1 }, { "no", 0 } };
static const struct word stands[] = { { "subject", ENTRY_SUBJECT }, { "assigned", ENTRY_ASSIGNED }, { "involved", ENTRY_INVOLVED }, { "no", 0 } };
static const struct word kinds[] = { { "staff", 1 }, { "learner", 2 }, { "parent", 3 }, { "anyone", 4 } };

struct loading { struct arena *a; struct str file; bool own; struct diag *d; bool extends; };

static enum err read_word(struct loading *l, const struct conf_pair *p, struct str value, const struct word *words, size_t n, int *out)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(value, words[i].word)) {
			*out = words[i].value;
			return OK;
		}
	return diag_fail(l->d, l->file, p->line, "\"%.*s\" is not a value of %.*s.", STRF(value), STRF(p->key));
}

static enum err read_yes(struct loading *l, const struct conf_pair *p, bool *out)
{
	int v = 0;
	TRY(read_word(l, p, p->value, yes_no, ARRAY_N(yes_no), &v));
	*out = v;
	return OK;
}

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

/* ---- fields ---- */

static enum err read_max(struct loading *l, const struct conf_pair *p, struct field *f)
{
	uint64_t v;
	if (str_u64(p->value, &v) != OK || v < 1 || v > SEAL_TEXT_MAX)
		return diag_fail(l->d, l->file, p->line, "max is a number of bytes from 1 to %d.", SEAL_TEXT_MAX);
	f->max_bytes = v;
	return OK;
}

static enum err read_choice(struct loading *l, const struct conf_pair *p, struct field *f)
{
	ptrdiff_t bar = str_chr(p->value, '|');
	struct str value = str_trim(bar < 0 ? p->value : str_upto(p->value, (size_t)bar));
	struct str label = bar < 0 ? value : str_trim(str_from(p->value, (size_t)bar + 1));
	if (!value.n || !label.n)
		return diag_fail(l->d, l->file, p->line, "A choice is written as: value | label.");
	f->choices[f->n_choices++] = (struct field_choice){ arena_str(l->a, value), arena_str(l->a, label) };
	return OK;
}

/* "text", "device", "entry learning-resource". */
static enum err read_type(struct loading *l, const struct conf_pair *p, struct field *f)
{
	struct str rest = p->value, word = STR("");
	int type = 0;
	(void)str_next(&rest, ' ', &word);
	TRY(read_word(l, p, word, types, ARRAY_N(types), &type));
	f->type = (enum field_type)type;
	if (type != FIELD_ENTRY)
		return rest.n ? diag_fail(l->d, l->file, p->line, "Nothing stands after the type %.*s.", STRF(word)) : OK;
	f->of = arena_str(l->a, str_is(word, "entry") ? str_trim(rest) : word);
	return f->of.n ? OK : diag_fail(l->d, l->file, p->line, "Write into which register it points: type = entry NAME.");
}

static enum err read_who(struct loading *l, const struct conf_pair *p, struct field *f)
{
	int kind = 0;
	TRY(read_word(l, p, p->value, kinds, ARRAY_N(kinds), &kind));
	f->who = str_is(p->value, "anyone") ? STR("") : arena_str(l->a, p->value);
	return OK;
}

/* "social.official_enabled yes" */
static enum err read_profile(struct loading *l, const struct conf_pair *p, struct str *key, struct str *value)
{
	struct str rest = p->value, word = STR("");
	(void)str_next(&rest, ' ', &word);
	*key = arena_str(l->a, word);
	*value = arena_str(l->a, str_trim(rest));
	return key->n && value->n ? OK : diag_fail(l->d, l->file, p->line, "Written as: profile = KEY VALUE, a parameter of the school's profile.");
}

static enum err read_field_pair(struct loading *l, const struct conf_pair *p, struct field *f)
{
	const struct { const char *key; struct str *to; } texts[] = { { "label", &f->label }, { "hint", &f->hint }, { "unit", &f->unit }, { "stamp", &f->stamp } };
	const struct { const char *key; bool *to; } flags[] = {
		{ "required", &f->required }, { "index", &f->index }, { "sealed", &f->sealed }, { "words", &f->words }, { "unique", &f->unique }, { "personal", &f->personal },
	};
	for (size_t i = 0; i < ARRAY_N(texts); i++)
		if (str_is(p->key, texts[i].key)) {
			*texts[i].to = arena_str(l->a, p->value);
			return OK;
		}
	for (size_t i = 0; i < ARRAY_N(flags); i++)
		if (str_is(p->key, flags[i].key))
			return read_yes(l, p, flags[i].to);
	if (str_is(p->key, "type"))
		return read_type(l, p, f);
	if (str_is(p->key, "required-when"))
		return conds_read(l->a, p->value, l->file, p->line, l->d, &f->required_when);
	if (str_is(p->key, "stands"))
		return read_word(l, p, p->value, stands, ARRAY_N(stands), &f->stands);
	if (str_is(p->key, "profile"))
		return read_profile(l, p, &f->only_key, &f->only_value);
	if (str_is(p->key, "who"))
		return read_who(l, p, f);
	if (str_is(p->key, "max"))
		return read_max(l, p, f);
	if (str_is(p->key, "choice"))
		return read_choice(l, p, f);
	return diag_fail(l->d, l->file, p->line, "A field has no setting called %.*s.", STRF(p->key));
}

static bool name_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !ascii_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n <= 60;
}

static bool chosen(const struct field *f) { return f->type == FIELD_CHOICE || f->type == FIELD_CHOICES; }
static bool several(const struct field *f) { return f->type == FIELD_CHOICES || f->type == FIELD_PERSONS || f->type == FIELD_LONGTEXT; }

static enum err check_field(struct loading *l, const struct conf_block *b, const struct reg *r, const struct field *f)
{
	if (!name_ok(f->name))
		return diag_fail(l->d, l->file, b->line, "A field's name is made of small letters, digits, - and _.");
	if (reg_field(r, f->name))
		return diag_fail(l->d, l->file, b->line, "The field %.*s stands here twice.", STRF(f->name));
	static const char *const ours[] = { "token", "why", "seen", "to", "q", "page", "csv", "state", "sort", "down", "due" };
	for (size_t i = 0; r->page && i < ARRAY_N(ours); i++)
		if (str_is(f->name, ours[i]))
			return diag_fail(l->d, l->file, b->line, "A field cannot be called %.*s: the page uses that name itself.", STRF(f->name));
	if (!f->label.n || !f->type)
		return diag_fail(l->d, l->file, b->line, "The field %.*s needs a label and a type.", STRF(f->name));
	if (f->sealed && f->index)
		return diag_fail(l->d, l->file, b->line, "The field %.*s is sealed and so cannot be indexed.", STRF(f->name));
	bool stampable = f->type == FIELD_PERSON || f->type == FIELD_DATE || f->type == FIELD_TIME;
	if (f->stamp.n && (!stampable || !reg_has_state(r, f->stamp) || f->required))
		return diag_fail(l->d, l->file, b->line, "The field %.*s: stamp = STATE goes with a person, date or time that is not required, and the state stands in `states`.", STRF(f->name));
	if (f->unique && several(f))
		return diag_fail(l->d, l->file, b->line, "The field %.*s holds long text or several things and so cannot be unique.", STRF(f->name));
	if (chosen(f) != (f->n_choices > 0))
		return diag_fail(l->d, l->file, b->line, "The field %.*s: choices go with the type choice.", STRF(f->name));
	return OK;
}

/* Choices are of a field that is read once, so their room is what the block needs and what was there. */
static struct field_choice *choice_room(struct loading *l, const struct conf_block *b, const struct field *before)
{
	size_t had = before ? before->n_choices : 0;
	struct field_choice *room = arena_array(l->a, struct field_choice, had + b->n + 1);
	if (had)
		memcpy(room, before->choices, had * sizeof *room);
	return room;
}

/* A school's file may add choices to a shipped field and make it required; it never changes what is there. */
static enum err extend_field(struct loading *l, const struct conf_block *b, struct field *f)
{
	enum err e = OK;
	f->choices = choice_room(l, b, f);
	for (size_t i = 0; i < b->n; i++) {
		const struct conf_pair *p = &b->pairs[i];
		bool may = str_is(p->key, "choice") || (str_is(p->key, "required") && str_is(p->value, "yes"));
		enum err one = may ? read_field_pair(l, p, f) : diag_fail(l->d, l->file, p->line, "The field %.*s is there already: a file that extends may add choices to it, or make it required.", STRF(f->name));
		e = e == OK ? one : e;
	}
	return e == OK && f->n_choices && !chosen(f) ? diag_fail(l->d, l->file, b->line, "The field %.*s has no choices.", STRF(f->name)) : e;
}

static int stands_of(const struct reg *r, const struct field *f)
{
	if (f->type != FIELD_PERSON && f->type != FIELD_PERSONS)
		return 0;
	return f->stands < 0 ? (r->page ? ENTRY_INVOLVED : 0) : f->stands;
}

static void finish_field(const struct reg *r, struct field *f)
{
	f->words = f->words && (f->type == FIELD_TEXT || f->type == FIELD_LONGTEXT || f->type == FIELD_URL || f->type == FIELD_EMAIL);
	f->stands = stands_of(r, f);
	f->index = f->index || (f->unique && !f->sealed);
	if (r->page && !f->sealed && (!several(f) || f->type == FIELD_CHOICES))
		f->index = true;               /* every list can be ordered and narrowed by it */
	if (!f->max_bytes)
		f->max_bytes = f->type == FIELD_LONGTEXT || f->type == FIELD_PERSONS ? LONGTEXT_DEFAULT : TEXT_DEFAULT;
}

/* Findings do not stop the reading: all of them are wanted. */
static enum err read_field(struct loading *l, const struct conf_block *b, struct reg *r)
{
	for (size_t i = 0; l->extends && i < r->n_fields; i++)
		if (str_eq(r->fields[i].name, b->id))
			return extend_field(l, b, &r->fields[i]);
	struct field f = { .name = arena_str(l->a, b->id), .words = true, .stands = -1, .who = STR(""), .choices = choice_room(l, b, NULL) };
	enum err e = r->n_fields < FIELDS_MAX ? OK : diag_fail(l->d, l->file, b->line, "A register has at most %d fields.", FIELDS_MAX);
	for (size_t i = 0; i < b->n; i++) {
		enum err one = read_field_pair(l, &b->pairs[i], &f);
		e = e == OK ? one : e;
	}
	TRY(e);
	TRY(check_field(l, b, r, &f));
	finish_field(r, &f);
	r->fields[r->n_fields++] = f;
	return OK;
}

/* ---- registers ---- */

static enum err read_states(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct reg_words w = words_of(l->a, p->value);
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

/* due = review 0 days | Its review is past | dpo        with a role, that role has a task for each */
static enum err read_due(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct str rest = p->value, what = piece(&rest), says = piece(&rest), role = piece(&rest);
	struct reg_words w = words_of(l->a, what);
	uint64_t days = 0;
	if (w.n != 3 || !says.n || !str_is(w.v[2], "days") || str_u64(w.v[1], &days) != OK || days > 3660)
		return diag_fail(l->d, l->file, p->line, "What is due is written as: due = DATE-FIELD 30 days | What to say; 0 days when the field is the day itself.");
	r->due = (struct reg_due){ w.v[0], arena_str(l->a, says), role.n ? arena_str(l->a, role) : STR_NONE, (int)days };
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
		{ "see-personal", &r->see_personal }, { "columns", &r->columns }, { "key", &r->key }, { "serves", &r->serves }, { "frozen", &r->frozen },
	};
	const struct { const char *key; enum err (*read)(struct loading *l, const struct conf_pair *p, struct reg *r); } lines[] = {
		{ "states", read_states }, { "state", read_state }, { "move", read_move }, { "rule", read_rule }, { "auto", read_auto }, { "due", read_due }, { "map", read_map }, { "retain", read_retain },
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
	if (!name_ok(b->id) || reg_set_find(all, b->id) || all->v.n >= REGISTERS_MAX)
		return diag_fail(l->d, l->file, b->line, "A register needs a name of its own, of small letters, digits and - (or extends = yes, to add to the one that is there).");
	*out = vec_push(&all->v);
	**out = (struct reg){ .id = arena_str(l->a, b->id), .class = ENTRY_GENERAL, .fields = arena_array(l->a, struct field, FIELDS_MAX), .own = l->own,
		.labels = arena_array(l->a, struct reg_state, LINES_MAX), .moves = arena_array(l->a, struct reg_move, LINES_MAX),
		.rules = arena_array(l->a, struct reg_rule, LINES_MAX), .autos = arena_array(l->a, struct reg_auto, LINES_MAX), .file = arena_str(l->a, l->file) };
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

/* ---- the whole ---- */

static enum err names_known(const struct reg *r, const char *key, const struct reg_words *w, const char *also, struct diag *d)
{
	enum err e = OK;
	for (size_t i = 0; i < w->n; i++)
		if (!reg_field(r, w->v[i]) && !(also && str_find(str_z(also), w->v[i]) >= 0))
			e = diag_fail(d, r->file, 0, "%.*s: %s names %.*s, which is not a field of it.", STRF(r->id), key, STRF(w->v[i]));
	return e;
}

/* "device.encrypted": the field, and what it points at. */
static bool cond_known(const struct reg_set *s, const struct reg *r, struct str name)
{
	ptrdiff_t dot = str_chr(name, '.');
	const struct field *f = reg_field(r, dot < 0 ? name : str_upto(name, (size_t)dot));
	if (dot < 0)
		return f || str_is(name, "state");
	const struct reg *there = f && f->type == FIELD_ENTRY ? reg_set_find(s, f->of) : NULL;
	return there && (str_is(str_from(name, (size_t)dot + 1), "state") || reg_field(there, str_from(name, (size_t)dot + 1)));
}

/* "in REGISTER STATE". */
static bool in_known(const struct reg_set *s, const struct cond *c)
{
	if (c->op != COND_ASK || c->values.n < 2)
		return true;
	const struct reg *there = reg_set_find(s, c->values.v[1]);
	return there && (c->values.n < 3 || reg_has_state(there, c->values.v[2]));
}

static enum err conds_known(const struct reg_set *s, const struct reg *r, const struct conds *c, struct diag *d)
{
	enum err e = OK;
	for (size_t i = 0; i < c->n; i++) {
		if (!cond_known(s, r, c->v[i].field))
			e = diag_fail(d, r->file, 0, "%.*s: a condition names %.*s, which is not a field of it.", STRF(r->id), STRF(c->v[i].field));
		if (!in_known(s, &c->v[i]))
			e = diag_fail(d, r->file, 0, "%.*s: a condition asks the register %.*s, or a state of it, that is not there.", STRF(r->id), STRF(c->v[i].values.v[1]));
	}
	return e;
}

static enum err pages_known(struct reg_set *s, struct reg *r, struct diag *d)
{
	enum err e = OK;
	bool rights = r->rights.n || (r->see.n && r->add.n && r->change.n);
	if (!rights)
		e = diag_fail(d, r->file, 0, "%.*s has pages and so says who: rights = CAPABILITY, or see, add and change.", STRF(r->id));
	if (!r->n_fields)
		e = diag_fail(d, r->file, 0, "%.*s has no fields.", STRF(r->id));
	if (reg_has_state(r, STR(REG_UNDONE)))
		return e;
	if (!r->states)
		r->states = arena_array(&s->arena, struct str, 2);
	if (!r->n_states)
		r->states[r->n_states++] = STR("current");
	r->states[r->n_states++] = STR(REG_UNDONE);
	return e;
}

static enum err whole_reg(struct reg_set *s, struct reg *r, struct diag *d)
{
	enum err e = r->page ? pages_known(s, r, d) : OK;
	if (names_known(r, "columns", &r->columns, "number state changed", d) != OK || names_known(r, "key", &r->key, NULL, d) != OK ||
	    names_known(r, "map", &r->map, "term", d) != OK)
		e = ERR_SYNTAX;
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		if (f->type == FIELD_ENTRY && !reg_set_find(s, f->of))
			e = diag_fail(d, r->file, 0, "%.*s: the field %.*s points into the register %.*s, which is not there.", STRF(r->id), STRF(f->name), STRF(f->of));
		if (conds_known(s, r, &f->required_when, d) != OK)
			e = ERR_SYNTAX;
	}
	for (size_t i = 0; i < r->n_autos; i++)
		if (conds_known(s, r, &r->autos[i].when, d) != OK)
			e = ERR_SYNTAX;
	const struct field *due = r->due.field.n ? reg_field(r, r->due.field) : NULL;
	if (r->due.field.n && !(due && due->type == FIELD_DATE && due->index))
		e = diag_fail(d, r->file, 0, "%.*s: what is due names %.*s, which is not a date of it that is indexed.", STRF(r->id), STRF(r->due.field));
	for (size_t i = 0; i < r->n_rules; i++)
		if (conds_known(s, r, &r->rules[i].when, d) != OK || conds_known(s, r, &r->rules[i].must, d) != OK)
			e = ERR_SYNTAX;
	return e;
}

static int by_id(const void *a, const void *b) { return str_cmp(((const struct reg *)a)->id, ((const struct reg *)b)->id); }

enum err reg_set_whole(struct reg_set *s, struct diag *d)
{
	enum err e = OK;
	for (size_t i = 0; i < s->v.n; i++)
		if (whole_reg(s, &s->v.v[i], d) != OK)
			e = ERR_SYNTAX;
	vec_sort(&s->v, by_id);
	return e;
}

struct reg *reg_set_find(const struct reg_set *s, struct str id)
{
	for (size_t i = 0; i < s->v.n; i++)
		if (str_eq(s->v.v[i].id, id))
			return &s->v.v[i];
	return NULL;
}

void reg_set_free(struct reg_set **s)
{
	if (!*s)
		return;
	arena_done(&(*s)->arena);
	vec_done(&(*s)->v);
	mem_free(s);
}
