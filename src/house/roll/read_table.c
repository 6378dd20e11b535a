/* A school office's table as people. */
#include "base/mem.h"
#include "house/roll/inner.h"
#include "house/roll/values.h"

struct reading {
	struct roll_making *m;
	const struct roll_columns *c;
	int at[ROLL_FIELDS][ROLL_CONTACTS_MAX + 1];        /* column of each, -1: none */
	const struct roll_cells *row;
};

/* A lone dash or a word for nothing is nothing. */
static struct str cell(const struct reading *r, enum roll_field field, int contact)
{
	int at = r->at[field][contact];
	struct str s = at < 0 ? STR_NONE : roll_cell(r->row, (size_t)at);
	return str_is(s, "-") || str_ieq(s, STR("n/a")) || str_ieq(s, STR("none")) ? STR("") : s;
}

/* "Testerley, Tansy" is Tansy Testerley. */
static struct str turned(struct arena *a, struct str s)
{
	ptrdiff_t comma = str_chr(s, ',');
	if (comma <= 0)
		return s;
	struct str family = str_trim(str_upto(s, (size_t)comma)), given = str_trim(str_from(s, (size_t)comma + 1));
	return given.n ? arena_fmt(a, "%.*s %.*s", STRF(given), STRF(family)) : family;
}

static struct str joined(struct arena *a, struct str title, struct str given, struct str family)
{
	struct str name = arena_fmt(a, "%.*s%s%.*s%s%.*s", STRF(title), title.n ? " " : "", STRF(given), given.n && family.n ? " " : "", STRF(family));
	return str_trim(name);
}

static struct str person_name_of(const struct reading *r)
{
	struct str whole = cell(r, ROLL_NAME, 0), given = cell(r, ROLL_PREFERRED, 0), family = cell(r, ROLL_FAMILY, 0);
	if (given.n == 0)
		given = cell(r, ROLL_GIVEN, 0);
	if (whole.n || (!given.n && !family.n))
		return turned(r->m->a, whole);
	return joined(r->m->a, cell(r, ROLL_TITLE, 0), given, family);
}

/* ---- each value: false after refusing the row ---- */

static bool read_kind(struct reading *r, struct roll_person *p)
{
	static const struct { const char *has; enum person_kind kind; } words[] = {
		{ "pupil", KIND_LEARNER }, { "student", KIND_LEARNER }, { "learner", KIND_LEARNER }, { "child", KIND_LEARNER }, { "staff", KIND_STAFF }, { "teach", KIND_STAFF },
		{ "employee", KIND_STAFF }, { "administrator", KIND_STAFF }, { "governor", KIND_GOVERNOR }, { "volunteer", KIND_VOLUNTEER },
	};
	p->kind = r->c->kind;
	if (r->at[ROLL_KIND][0] < 0)
		return true;
	struct str f = roll_folded(r->m->a, cell(r, ROLL_KIND, 0));
	for (size_t i = 0; i < ARRAY_N(words); i++)
		if (str_find(f, str_z(words[i].has)) >= 0) {
			p->kind = words[i].kind;
			return true;
		}
	roll_refuse(r->m, p, "\"%.*s\" is no kind of person that a roll holds. Write pupil, staff, governor or volunteer.", STRF(str_upto(f, 60)));
	return false;
}

static bool read_year(struct reading *r, struct roll_person *p)
{
	struct str s = cell(r, ROLL_YEAR, 0);
	p->year = YEAR_NONE;
	if (p->kind != KIND_LEARNER || s.n == 0)
		return true;
	if (roll_year(s, &p->year) != OK)
		roll_refuse(r->m, p, "\"%.*s\" is not a year group. Write Reception, or 1 to 6.", STRF(str_upto(s, 60)));
	else if (p->year == ROLL_YEAR_BELOW)
		roll_refuse(r->m, p, "Nursery children are not kept here; pupils are in Reception to Year 6.");
	else if (p->year == ROLL_YEAR_ABOVE)
		roll_refuse(r->m, p, "This year is after Year 6; pupils are in Reception to Year 6.");
	else
		return true;
	return false;
}

static bool read_dates(struct reading *r, struct roll_person *p)
{
	struct str born = cell(r, ROLL_BORN, 0), leaves = cell(r, ROLL_LEAVING, 0);
	if (p->kind == KIND_LEARNER && born.n && roll_date(r->m->a, born, &p->born) != OK) {
		roll_refuse(r->m, p, "\"%.*s\" is not a date of birth. Write day, month, year: 09/03/2017. If a spreadsheet shows a number, set that column to Date.", STRF(str_upto(born, 40)));
		return false;
	}
	if (leaves.n && roll_day(leaves, &p->leaves_utc) != OK) {
		roll_refuse(r->m, p, "\"%.*s\" is not a date of leaving. Write day, month, year: 18/07/2026.", STRF(str_upto(leaves, 40)));
		return false;
	}
	return true;
}

static bool read_care(struct reading *r, struct roll_person *p)
{
	p->care = -1;
	if (r->at[ROLL_CARE][0] < 0 || roll_yes(cell(r, ROLL_CARE, 0), 0, &p->care) == OK)
		return true;
	roll_refuse(r->m, p, "\"%.*s\" does not say whether the child is in care. Write yes or no.", STRF(str_upto(cell(r, ROLL_CARE, 0), 40)));
	return false;
}

/* One contact of the row; true when there is one, or the row was refused (*bad). */
static bool read_contact(struct reading *r, const struct roll_person *p, int i, struct roll_contact *out, bool *bad)
{
	struct arena *a = r->m->a;
	struct roll_contact g = { .email = cell(r, ROLL_G_EMAIL, i), .phone = cell(r, ROLL_G_PHONE, i), .relation = roll_relation(cell(r, ROLL_G_RELATION, i)), .responsible = -1,
		.says_email = r->at[ROLL_G_EMAIL][i] >= 0, .says_phone = r->at[ROLL_G_PHONE][i] >= 0 };
	int barred = 0;
	g.name = turned(a, cell(r, ROLL_G_NAME, i));
	if (g.name.n == 0)
		g.name = joined(a, cell(r, ROLL_G_TITLE, i), cell(r, ROLL_G_GIVEN, i), cell(r, ROLL_G_FAMILY, i));
	if (g.name.n == 0)
		return false;
	*bad = true;
	if (g.name.n > PERSON_NAME_MAX || roll_formula(g.name) || roll_formula(g.email))
		roll_refuse(r->m, p, "The name or the mail of contact %d cannot be taken: at most 100 letters, and no = + - or @ in front.", i);
	else if (roll_yes(cell(r, ROLL_G_DUTY, i), -1, &g.responsible) != OK)
		roll_refuse(r->m, p, "\"%.*s\" does not say whether contact %d has parental responsibility. Write yes or no.", STRF(str_upto(cell(r, ROLL_G_DUTY, i), 40)), i);
	else if (roll_yes(cell(r, ROLL_G_BARRED, i), 0, &barred) != OK)
		roll_refuse(r->m, p, "\"%.*s\" does not say whether a court order keeps contact %d from being told. Write yes or no.", STRF(str_upto(cell(r, ROLL_G_BARRED, i), 40)), i);
	else
		*bad = false;
	g.barred = barred;
	*out = g;
	return true;
}

static bool read_contacts(struct reading *r, struct roll_person *p)
{
	struct roll_contact found[ROLL_CONTACTS_MAX];
	bool bad = false;
	for (int i = 1; i <= ROLL_CONTACTS_MAX && p->kind == KIND_LEARNER; i++)
		if (read_contact(r, p, i, &found[p->n_contacts], &bad)) {
			if (bad)
				return false;
			p->n_contacts++;
		}
	p->contacts = arena_array(r->m->a, struct roll_contact, p->n_contacts + 1);
	if (p->n_contacts)
		memcpy(p->contacts, found, p->n_contacts * sizeof *found);
	return true;
}

static void one_row(struct reading *r, struct str file)
{
	struct roll_person p = { .file = file, .line = r->row->line, .ref = cell(r, ROLL_REF, 0), .class = cell(r, ROLL_CLASS, 0), .email = cell(r, ROLL_EMAIL, 0),
		.username = cell(r, ROLL_USERNAME, 0), .language = cell(r, ROLL_LANGUAGE, 0), .authority = cell(r, ROLL_AUTHORITY, 0) };
	p.name = person_name_of(r);
	if (read_kind(r, &p) && read_year(r, &p) && read_dates(r, &p) && read_care(r, &p) && read_contacts(r, &p))
		roll_take(r->m, &p);
}

static void columns_of(struct reading *r)
{
	for (int f = 0; f < ROLL_FIELDS; f++)
		for (int i = 0; i <= ROLL_CONTACTS_MAX; i++)
			r->at[f][i] = f == ROLL_NOTHING ? -1 : roll_column_of(r->c, (enum roll_field)f, i);
}

static void says_of(const struct roll_columns *c, struct roll *out)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].field != ROLL_NOTHING && !c->v[i].contact)
			out->says |= 1u << c->v[i].field;
		out->says_contacts |= c->v[i].contact > 0;
	}
}

enum err roll_read_table(struct arena *a, const struct roll_table *t, const struct roll_columns *c, struct diag *d, struct roll *out)
{
	AUTO(roll_making_done) struct roll_making m = { .a = a, .d = d, .out = out, .refs = map_new() };
	struct reading r = { .m = &m, .c = c };
	*out = (struct roll){ .form = "a table" };
	if (t->n <= c->header + 1)
		return diag_fail(d, t->file, 0, "There is nobody in this file: it has a header and no rows under it.");
	columns_of(&r);
	says_of(c, out);
	for (size_t i = c->header + 1; i < t->n; i++) {
		r.row = &t->rows[i];
		one_row(&r, t->file);
	}
	roll_made(&m);
	return OK;
}
