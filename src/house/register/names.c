#include "house/register/names.h"

#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/people.h"

enum { NAMES_MAX = 200 };

/* ---- people ---- */

static bool kind_fits(const struct field *f, const struct person *p)
{
	if (!f->who.n)
		return true;
	if (str_is(f->who, "learner"))
		return p->kind == KIND_LEARNER;
	if (str_is(f->who, "parent"))
		return p->kind == KIND_PARENT;
	return p->kind != KIND_LEARNER && p->kind != KIND_PARENT && p->kind != KIND_VISITOR;
}

/* "Tansy Testerley (tansy.testerley)": what stands in the brackets at its end; else the whole. */
static struct str username_in(struct str s)
{
	ptrdiff_t open = str_rchr(s, '(');
	return open >= 0 && str_ends(s, STR(")")) ? str_trim((struct str){ s.p + open + 1, s.n - (size_t)open - 2 }) : s;
}

static size_t named(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str name, int64_t *id)
{
	struct person *list;
	size_t n, hits = 0;
	struct person_query q = { .words = name, .limit = NAMES_MAX };
	if (person_list(st->db, a, school, &q, &list, &n, NULL) != OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (str_ieq(list[i].name, name) && kind_fits(f, &list[i])) {
			*id = list[i].id;
			hits++;
		}
	return hits;
}

static enum err read_person(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str typed, struct diag *d, int64_t *id)
{
	struct person p;
	struct str s = str_trim(typed);
	if (person_by_username(st->db, a, school, username_in(s), &p) == OK && kind_fits(f, &p)) {
		*id = p.id;
		return OK;
	}
	size_t hits = named(st, a, school, f, s, id);
	if (hits > 1)
		return diag_fail(d, f->name, 0, "%.*s: there is more than one \"%.*s\". Write the sign-in name.", STRF(f->label), STRF(s));
	if (!hits)
		return diag_fail(d, f->name, 0, "%.*s: there is no \"%.*s\" here%s. Write the full name or the sign-in name.", STRF(f->label), STRF(s),
			str_is(f->who, "learner") ? " among the pupils" : str_is(f->who, "staff") ? " among the staff" : "");
	return OK;
}

static enum err read_persons(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str typed, struct diag *d, struct str *out)
{
	AUTO(buf_done) struct buf b = buf_init(f->max_bytes);
	enum err all = OK;
	char *copy = arena_alloc(a, typed.n + 1);
	for (size_t i = 0; i < typed.n; i++)
		copy[i] = typed.p[i] == '\n' ? ';' : typed.p[i];
	for (struct str rest = { copy, typed.n }, one; str_next(&rest, ';', &one);) {
		int64_t id = 0;
		if (!str_trim(one).n)
			continue;
		if (read_person(st, a, school, f, one, d, &id) != OK)
			all = ERR_INVALID;
		buf_fmt(&b, "%s%lld", b.n ? " " : "", (long long)id);
	}
	*out = arena_str(a, buf_str(&b));
	return all;
}

static struct str person_text(struct store *st, struct arena *a, int64_t school, int64_t id)
{
	struct person p;
	if (person_get(st->db, a, school, id, &p) != OK)
		return STR("");
	return p.username.n ? arena_fmt(a, "%.*s (%.*s)", STRF(p.name), STRF(p.username)) : p.name;
}

/* ---- entries ---- */

int64_t names_entry(struct store *st, struct arena *a, int64_t school, const struct reg *reg, int64_t number)
{
	struct q_entry_numbered_row row;
	struct q_entry_numbered_args args = { .school = school, .register_ = reg->id, .number = number };
	return q_entry_numbered_one(st->db, a, &args, &row) == OK ? row.id : 0;
}

static enum err read_entry(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str typed, struct diag *d, struct str *out)
{
	const struct reg *there = registers_find(st->registers, f->of);
	struct str s = str_starts(typed, STR("#")) ? str_from(typed, 1) : typed;
	int64_t number, id = 0;
	size_t n = 0;
	if (field_is_document(f))
		return diag_fail(d, f->name, 0, "%.*s: a document is put there on the entry's own page, as a file.", STRF(f->label));
	while (n < s.n && ascii_digit(s.p[n]))
		n++;
	if (there && n && (n == s.n || s.p[n] == ' ') && str_i64(str_upto(s, n), &number) == OK)
		id = names_entry(st, a, school, there, number);
	if (!id)
		return diag_fail(d, f->name, 0, "%.*s: there is no \"%.*s\" in the register %.*s. Write its number.", STRF(f->label), STRF(typed), STRF(f->of));
	*out = arena_fmt(a, "%lld", (long long)id);
	return OK;
}

static bool pointed(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str value, struct entry *e)
{
	struct entry_may may = { .school = school, .classes = ~1u };
	int64_t id;
	return str_i64(value, &id) == OK && entry_get(st, a, &may, id, 0, e) == OK && str_eq(e->reg, f->of);
}

struct str names_title(struct store *st, struct arena *a, int64_t school, const struct reg *reg, const struct entry *e)
{
	const struct field *f = NULL;
	for (size_t i = 0; !f && i < reg->columns.n; i++)
		f = reg_field(reg, reg->columns.v[i]);
	f = f ? f : &reg->fields[0];
	struct str value = f->personal || f->sealed ? STR_NONE : entry_value(e, f->name.p);
	if (!value.n)
		return arena_fmt(a, "No. %lld", (long long)e->number);
	return f->type == FIELD_ENTRY ? arena_fmt(a, "No. %lld", (long long)e->number) : names_show(st, a, school, f, value);
}

static struct str entry_title(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str value, bool number)
{
	struct entry e;
	const struct reg *there = registers_find(st->registers, f->of);
	if (!there || !pointed(st, a, school, f, value, &e))
		return STR("");
	if (field_is_document(f))
		return str_is(e.state, "withdrawn") ? STR("(taken away)") : entry_value(&e, "name");
	struct str title = there->class == ENTRY_GENERAL ? names_title(st, a, school, there, &e) : STR("");
	return number ? arena_fmt(a, "#%lld %.*s", (long long)e.number, STRF(title)) : title.n ? title : arena_fmt(a, "No. %lld", (long long)e.number);
}

/* ---- classes ---- */

static enum err read_class(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str typed, struct diag *d, struct str *out)
{
	struct school_class *list;
	size_t n;
	TRY(class_list(st->db, a, school, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (str_ieq(list[i].name, typed)) {
			*out = arena_fmt(a, "%lld", (long long)list[i].id);
			return OK;
		}
	return diag_fail(d, f->name, 0, "%.*s: there is no class \"%.*s\".", STRF(f->label), STRF(typed));
}

static struct str class_name(struct store *st, struct arena *a, int64_t school, struct str value)
{
	struct school_class k;
	int64_t id;
	return str_i64(value, &id) == OK && class_get(st->db, a, school, id, &k) == OK ? k.name : STR("");
}

/* ---- any field ---- */

enum err names_read(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str typed, struct diag *d, struct str *out)
{
	struct str s = str_trim(typed);
	int64_t id = 0;
	*out = STR("");
	if (!s.n)
		return OK;
	if (!str_utf8(s))
		return diag_fail(d, f->name, 0, "%.*s holds characters that cannot be kept.", STRF(f->label));
	switch (f->type) {
	case FIELD_PERSON:
		TRY(read_person(st, a, school, f, s, d, &id));
		*out = arena_fmt(a, "%lld", (long long)id);
		return OK;
	case FIELD_PERSONS: return read_persons(st, a, school, f, s, d, out);
	case FIELD_ENTRY: return read_entry(st, a, school, f, s, d, out);
	case FIELD_CLASS: return read_class(st, a, school, f, s, d, out);
	default:
		*out = field_clean(a, f, s);
		return field_check(f, *out, d);
	}
}

static struct str each_person(struct store *st, struct arena *a, int64_t school, struct str several, bool text)
{
	AUTO(buf_done) struct buf b = buf_init(200000);
	int64_t id;
	for (struct str w; str_next(&several, ' ', &w);)
		if (str_i64(w, &id) == OK) {
			struct str one = text ? person_text(st, a, school, id) : person_name(st->db, a, school, id);
			buf_fmt(&b, "%s%.*s", b.n ? (text ? "\n" : ", ") : "", STRF(one));
		}
	return arena_str(a, buf_str(&b));
}

/* As a person would type it: "Yes", "Phone; Tablet", "21 November 2026", "21/11/2026 09:05". */
static struct str plain_text(struct arena *a, const struct field *f, struct str value)
{
	int64_t at;
	if (f->type == FIELD_TIME && time_read_iso(value, &at) == OK) {
		struct civil c = time_uk(at);
		return arena_fmt(a, "%02d/%02d/%04d %02d:%02d:%02d", c.day, c.month, c.year, c.hour, c.minute, c.second);
	}
	bool worded = f->type == FIELD_DATE || f->type == FIELD_BOOL || f->type == FIELD_CHOICE || f->type == FIELD_CHOICES;
	return worded ? field_show(a, f, value) : value;
}

struct str names_text(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str value)
{
	if (!value.n)
		return STR("");
	switch (f->type) {
	case FIELD_PERSON:
	case FIELD_PERSONS: return each_person(st, a, school, value, true);
	case FIELD_ENTRY: return entry_title(st, a, school, f, value, true);
	case FIELD_CLASS: return class_name(st, a, school, value);
	default: return plain_text(a, f, value);
	}
}

struct str names_show(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str value)
{
	if (!value.n)
		return STR("");
	switch (f->type) {
	case FIELD_PERSON:
	case FIELD_PERSONS: return each_person(st, a, school, value, false);
	case FIELD_ENTRY: return entry_title(st, a, school, f, value, false);
	case FIELD_CLASS: return class_name(st, a, school, value);
	default: return field_show(a, f, value);
	}
}
