#include "house/register/register.h"

#include <dirent.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/time.h"
#include "base/vec.h"
#include "house/store/entry.h"

enum { REGISTERS_MAX = 500, FIELDS_MAX = 100, TEXT_DEFAULT = 500, LONGTEXT_DEFAULT = 20000 };

struct registers {
	struct arena arena;
	VEC(struct reg) regs;          /* by id */
};

struct word { const char *word; int value; };

static const struct word types[] = {
	{ "text", FIELD_TEXT }, { "longtext", FIELD_LONGTEXT }, { "date", FIELD_DATE }, { "time", FIELD_TIME },
	{ "int", FIELD_INT }, { "choice", FIELD_CHOICE }, { "person", FIELD_PERSON }, { "bool", FIELD_BOOL },
};
static const struct word classes[] = {
	{ "general", ENTRY_GENERAL }, { "personal", ENTRY_PERSONAL }, { "child", ENTRY_CHILD }, { "staff", ENTRY_STAFF }, { "chair", ENTRY_CHAIR },
};
static const struct word yes_no[] = { { "yes", 1 }, { "no", 0 } };

struct loading { struct arena *a; struct str file; struct diag *d; };

static enum err read_word(struct loading *l, const struct conf_pair *p, const struct word *words, size_t n, int *out)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(p->value, words[i].word)) {
			*out = words[i].value;
			return OK;
		}
	return diag_fail(l->d, l->file, p->line, "\"%.*s\" is not a value of %.*s.", STRF(p->value), STRF(p->key));
}

static enum err read_yes(struct loading *l, const struct conf_pair *p, bool *out)
{
	int v = 0;
	TRY(read_word(l, p, yes_no, ARRAY_N(yes_no), &v));
	*out = v;
	return OK;
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

static enum err read_field_pair(struct loading *l, const struct conf_pair *p, struct field *f)
{
	int type = 0;
	if (str_is(p->key, "label"))
		f->label = arena_str(l->a, p->value);
	else if (str_is(p->key, "hint"))
		f->hint = arena_str(l->a, p->value);
	else if (str_is(p->key, "type")) {
		TRY(read_word(l, p, types, ARRAY_N(types), &type));
		f->type = (enum field_type)type;
	} else if (str_is(p->key, "required"))
		return read_yes(l, p, &f->required);
	else if (str_is(p->key, "index"))
		return read_yes(l, p, &f->index);
	else if (str_is(p->key, "sealed"))
		return read_yes(l, p, &f->sealed);
	else if (str_is(p->key, "words"))
		return read_yes(l, p, &f->words);
	else if (str_is(p->key, "max"))
		return read_max(l, p, f);
	else if (str_is(p->key, "choice"))
		return read_choice(l, p, f);
	else
		return diag_fail(l->d, l->file, p->line, "A field has no setting called %.*s.", STRF(p->key));
	return OK;
}

static bool name_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !ascii_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n <= 60;
}

static enum err check_field(struct loading *l, const struct conf_block *b, const struct reg *r, const struct field *f)
{
	if (!name_ok(f->name))
		return diag_fail(l->d, l->file, b->line, "A field's name is made of small letters, digits, - and _.");
	if (reg_field(r, f->name))
		return diag_fail(l->d, l->file, b->line, "The field %.*s stands here twice.", STRF(f->name));
	if (!f->label.n || !f->type)
		return diag_fail(l->d, l->file, b->line, "The field %.*s needs a label and a type.", STRF(f->name));
	if (f->sealed && f->index)
		return diag_fail(l->d, l->file, b->line, "The field %.*s is sealed and so cannot be indexed.", STRF(f->name));
	if ((f->type == FIELD_CHOICE) != (f->n_choices > 0))
		return diag_fail(l->d, l->file, b->line, "The field %.*s: choices go with the type choice.", STRF(f->name));
	return OK;
}

/* Findings do not stop the reading: all of them are wanted. */
static enum err read_field(struct loading *l, const struct conf_block *b, struct reg *r)
{
	struct field f = { .name = arena_str(l->a, b->id), .words = true, .choices = arena_array(l->a, struct field_choice, b->n + 1) };
	enum err e = r->n_fields < FIELDS_MAX ? OK : diag_fail(l->d, l->file, b->line, "A register has at most %d fields.", FIELDS_MAX);
	for (size_t i = 0; i < b->n; i++) {
		enum err one = read_field_pair(l, &b->pairs[i], &f);
		e = e == OK ? one : e;
	}
	TRY(e);
	TRY(check_field(l, b, r, &f));
	f.words = f.words && (f.type == FIELD_TEXT || f.type == FIELD_LONGTEXT);
	if (!f.max_bytes)
		f.max_bytes = f.type == FIELD_LONGTEXT ? LONGTEXT_DEFAULT : TEXT_DEFAULT;
	r->fields[r->n_fields++] = f;
	return OK;
}

static enum err read_states(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	struct str rest = p->value, word;
	r->states = arena_array(l->a, struct str, p->value.n + 1);
	while (str_next(&rest, ' ', &word))
		if (str_trim(word).n)
			r->states[r->n_states++] = arena_str(l->a, str_trim(word));
	return OK;
}

static enum err read_reg_pair(struct loading *l, const struct conf_pair *p, struct reg *r)
{
	if (str_is(p->key, "title"))
		r->title = arena_str(l->a, p->value);
	else if (str_is(p->key, "hint"))
		r->hint = arena_str(l->a, p->value);
	else if (str_is(p->key, "class"))
		return read_word(l, p, classes, ARRAY_N(classes), &r->class);
	else if (str_is(p->key, "states"))
		return read_states(l, p, r);
	else
		return diag_fail(l->d, l->file, p->line, "A register has no setting called %.*s.", STRF(p->key));
	return OK;
}

static enum err read_reg(struct loading *l, const struct conf_block *b, struct registers *all)
{
	if (!name_ok(b->id) || registers_find(all, b->id) || all->regs.n >= REGISTERS_MAX)
		return diag_fail(l->d, l->file, b->line, "A register needs a name of its own, of small letters, digits and -.");
	struct reg *r = vec_push(&all->regs);
	*r = (struct reg){ .id = arena_str(l->a, b->id), .class = ENTRY_GENERAL, .fields = arena_array(l->a, struct field, FIELDS_MAX) };
	enum err e = OK;
	for (size_t i = 0; i < b->n; i++) {
		enum err one = read_reg_pair(l, &b->pairs[i], r);
		e = e == OK ? one : e;
	}
	return e == OK && !r->title.n ? diag_fail(l->d, l->file, b->line, "The register %.*s needs a title.", STRF(b->id)) : e;
}

static enum err read_block(struct loading *l, const struct conf_block *b, struct registers *all)
{
	if (str_is(b->kind, "register"))
		return read_reg(l, b, all);
	if (str_is(b->kind, "field") && all->regs.n)
		return read_field(l, b, &all->regs.v[all->regs.n - 1]);
	if (!b->kind.n && !b->n)
		return OK;
	return diag_fail(l->d, l->file, b->line, "Here stand [register NAME] and its [field NAME]s, nothing else.");
}

static enum err read_text(struct registers *all, struct str file, struct str text, struct diag *d)
{
	AUTO(arena_done) struct arena scratch = arena_init();
	struct conf c;
	TRY(conf_parse(&scratch, file, text, d, &c));
	struct loading l = { &all->arena, file, d };
	enum err e = OK;
	for (size_t i = 0; i < c.n; i++) {
		enum err one = read_block(&l, &c.blocks[i], all);
		e = e == OK ? one : e;
	}
	return e;
}

static int by_id(const void *a, const void *b) { return str_cmp(((const struct reg *)a)->id, ((const struct reg *)b)->id); }

enum err registers_read(struct str file, struct str text, struct diag *d, struct registers **out)
{
	AUTO(registers_free) struct registers *r = mem_new(struct registers);
	TRY(read_text(r, file, text, d));
	vec_sort(&r->regs, by_id);
	*out = TAKE(r);
	return OK;
}

static enum err load_file(struct registers *r, const char *dir, const char *name, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf text = buf_init(CONF_MAX_BYTES);
	const char *path = arena_fmt(&a, "%s/%s", dir, name).p;
	FILE *f = fopen(path, "re");
	if (!f)
		return err_sys();
	char room[8192];
	for (size_t n; (n = fread(room, 1, sizeof room, f)) > 0;)
		buf_add(&text, (struct str){ room, n });
	bool bad = ferror(f);
	fclose(f);
	TRY(bad ? (enum err)-EIO : buf_ok(&text));
	return read_text(r, str_z(path), buf_str(&text), d);
}

static int is_conf(const struct dirent *e) { return e->d_name[0] != '.' && str_ends(str_z(e->d_name), STR(".conf")); }

enum err registers_load(const char *dir, struct diag *d, struct registers **out)
{
	AUTO(registers_free) struct registers *r = mem_new(struct registers);
	struct dirent **names;
	int n = scandir(dir, &names, is_conf, alphasort);
	if (n < 0)
		return err_sys();
	enum err e = OK;
	for (int i = 0; i < n; i++) {
		enum err one = load_file(r, dir, names[i]->d_name, d);
		e = e == OK ? one : e;
		free(names[i]);
	}
	free(names);
	TRY(e);
	vec_sort(&r->regs, by_id);
	*out = TAKE(r);
	return OK;
}

void registers_free(struct registers **r)
{
	if (!*r)
		return;
	arena_done(&(*r)->arena);
	vec_done(&(*r)->regs);
	mem_free(r);
}

const struct reg *registers_find(const struct registers *r, struct str id)
{
	for (size_t i = 0; i < r->regs.n; i++)
		if (str_eq(r->regs.v[i].id, id))
			return &r->regs.v[i];
	return NULL;
}

size_t registers_count(const struct registers *r) { return r->regs.n; }
const struct reg *registers_at(const struct registers *r, size_t i) { return &r->regs.v[i]; }

const struct field *reg_field(const struct reg *r, struct str name)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (str_eq(r->fields[i].name, name))
			return &r->fields[i];
	return NULL;
}

/* ---- values */

bool field_is_number(const struct field *f) { return f->type != FIELD_TEXT && f->type != FIELD_LONGTEXT && f->type != FIELD_CHOICE; }

enum err field_number(const struct field *f, struct str value, int64_t *out)
{
	switch (f->type) {
	case FIELD_DATE: return time_read_date(value, out);
	case FIELD_TIME: return time_read_iso(value, out);
	case FIELD_BOOL:
		*out = str_is(value, "yes");
		return *out || str_is(value, "no") ? OK : ERR_SYNTAX;
	case FIELD_PERSON: {
		TRY(str_i64(value, out));
		return *out > 0 ? OK : ERR_SYNTAX;
	}
	default: return str_i64(value, out);
	}
}

static const char *how_written(const struct field *f)
{
	switch (f->type) {
	case FIELD_DATE: return "a date, such as 21 November 2026";
	case FIELD_TIME: return "a day and time, such as 2026-11-21T09:05";
	case FIELD_BOOL: return "yes or no";
	case FIELD_PERSON: return "somebody of the school";
	default: return "a whole number";
	}
}

static bool is_choice(const struct field *f, struct str value)
{
	for (size_t i = 0; i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, value))
			return true;
	return false;
}

enum err field_check(const struct field *f, struct str value, struct diag *d)
{
	int64_t n;
	if (value.n > f->max_bytes)
		return diag_fail(d, f->name, 0, "%.*s must be %zu characters or fewer.", STRF(f->label), f->max_bytes);
	if (!str_utf8(value))
		return diag_fail(d, f->name, 0, "%.*s holds characters that cannot be kept.", STRF(f->label));
	if (f->type == FIELD_CHOICE && !is_choice(f, value))
		return diag_fail(d, f->name, 0, "%.*s: choose one of the answers.", STRF(f->label));
	if (field_is_number(f) && field_number(f, value, &n) != OK)
		return diag_fail(d, f->name, 0, "%.*s must be %s.", STRF(f->label), how_written(f));
	return OK;
}
