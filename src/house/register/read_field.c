/* Reads the fields of a register file. */
#include "base/mem.h"
#include "house/register/reading.h"
#include "house/register/rule.h"
#include "house/store/entry.h"

enum { TEXT_DEFAULT = 500, LONGTEXT_DEFAULT = 20000 };

static const struct word types[] = {
	{ "text", FIELD_TEXT }, { "longtext", FIELD_LONGTEXT }, { "date", FIELD_DATE }, { "time", FIELD_TIME }, { "int", FIELD_INT },
	{ "choice", FIELD_CHOICE }, { "choices", FIELD_CHOICES }, { "person", FIELD_PERSON }, { "persons", FIELD_PERSONS }, { "bool", FIELD_BOOL },
	{ "money", FIELD_MONEY }, { "url", FIELD_URL }, { "email", FIELD_EMAIL }, { "device", FIELD_ENTRY }, { "service", FIELD_ENTRY }, { "case", FIELD_ENTRY }, { "document", FIELD_ENTRY }, { "entry", FIELD_ENTRY },
	{ "class", FIELD_CLASS },
};
static const struct word yes_no[] = { { "yes", 1 }, { "no", 0 } };
static const struct word stands[] = { { "subject", ENTRY_SUBJECT }, { "assigned", ENTRY_ASSIGNED }, { "involved", ENTRY_INVOLVED }, { "no", 0 } };
static const struct word kinds[] = { { "staff", 1 }, { "learner", 2 }, { "parent", 3 }, { "anyone", 4 } };


enum err read_word(struct loading *l, const struct conf_pair *p, struct str value, const struct word *words, size_t n, int *out)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(value, words[i].word)) {
			*out = words[i].value;
			return OK;
		}
	return diag_fail(l->d, l->file, p->line, "\"%.*s\" is not a value of %.*s.", STRF(value), STRF(p->key));
}

enum err read_yes(struct loading *l, const struct conf_pair *p, bool *out)
{
	int v = 0;
	TRY(read_word(l, p, p->value, yes_no, ARRAY_N(yes_no), &v));
	*out = v;
	return OK;
}

/* "social.official_enabled yes" */
enum err read_profile(struct loading *l, const struct conf_pair *p, struct str *key, struct str *value)
{
	struct str rest = p->value, word = STR("");
	(void)str_next(&rest, ' ', &word);
	*key = arena_str(l->a, word);
	*value = arena_str(l->a, str_trim(rest));
	return key->n && value->n ? OK : diag_fail(l->d, l->file, p->line, "Written as: profile = KEY VALUE, a parameter of the school's profile.");
}

bool register_name_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !ascii_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n <= 60;
}

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

/* stamp = issued;  stamp = issued 120 days */
static enum err read_stamp(struct loading *l, const struct conf_pair *p, struct field *f)
{
	struct str rest = p->value, state, days;
	uint64_t n;
	(void)str_next(&rest, ' ', &state);      /* the whole of it when there is no space */
	f->stamp = arena_str(l->a, state);
	if (!rest.n)
		return OK;
	(void)str_next(&rest, ' ', &days);
	if (str_u64(days, &n) != OK || n > 3660 || !str_is(str_trim(rest), "days"))
		return diag_fail(l->d, l->file, p->line, "A stamp is written as: stamp = STATE, or for a date: stamp = STATE 120 days.");
	f->stamp_days = (int)n;
	return OK;
}

static enum err read_field_pair(struct loading *l, const struct conf_pair *p, struct field *f)
{
	const struct { const char *key; struct str *to; } texts[] = { { "label", &f->label }, { "hint", &f->hint }, { "unit", &f->unit } };
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
	if (str_is(p->key, "stamp"))
		return read_stamp(l, p, f);
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

static bool chosen(const struct field *f) { return f->type == FIELD_CHOICE || f->type == FIELD_CHOICES; }
static bool several(const struct field *f) { return f->type == FIELD_CHOICES || f->type == FIELD_PERSONS || f->type == FIELD_LONGTEXT; }

static enum err check_field(struct loading *l, const struct conf_block *b, const struct reg *r, const struct field *f)
{
	if (!register_name_ok(f->name))
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
enum err read_field(struct loading *l, const struct conf_block *b, struct reg *r)
{
	for (size_t i = 0; l->extends && i < r->n_fields; i++)
		if (str_eq(r->fields[i].name, b->id))
			return extend_field(l, b, &r->fields[i]);
	struct field f = { .name = arena_str(l->a, b->id), .words = true, .stands = -1, .who = STR(""), .choices = choice_room(l, b, NULL) };
	enum err e = r->n_fields < REGISTER_FIELDS_MAX ? OK : diag_fail(l->d, l->file, b->line, "A register has at most %d fields.", REGISTER_FIELDS_MAX);
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
