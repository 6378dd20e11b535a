#include "house/roll/columns.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"

enum { LOOK_ROWS = 10, KNOWN_ENOUGH = 2 };        /* a title may stand above the header */

static const struct { const char *word, *title; } FIELDS[] = {
	[ROLL_NOTHING] = { "-", "Not used" },
#define FIELD_ROW_(name, word, title) [name] = { word, title },
	ROLL_FIELD_TABLE(FIELD_ROW_)
#undef FIELD_ROW_
};

static bool of_contact(enum roll_field f) { return f >= ROLL_G_NAME && f < ROLL_FIELDS; }

/* Header words, squeezed to small letters and digits.  The first of several references in a table wins. */
static const struct { const char *word; enum roll_field field; } WORDS[] = {
	{ "upn", ROLL_REF }, { "uniquepupilnumber", ROLL_REF }, { "uniquepupilnumberupn", ROLL_REF }, { "admissionnumber", ROLL_REF }, { "admissionno", ROLL_REF },
	{ "admno", ROLL_REF }, { "adno", ROLL_REF }, { "reference", ROLL_REF }, { "ref", ROLL_REF }, { "pupilid", ROLL_REF }, { "studentid", ROLL_REF },
	{ "staffid", ROLL_REF }, { "staffcode", ROLL_REF }, { "payrollnumber", ROLL_REF }, { "payrollno", ROLL_REF }, { "employeeid", ROLL_REF }, { "id", ROLL_REF },
	{ "misid", ROLL_REF }, { "externalid", ROLL_REF }, { "sourcedid", ROLL_REF }, { "personid", ROLL_REF },
	{ "name", ROLL_NAME }, { "fullname", ROLL_NAME }, { "pupilname", ROLL_NAME }, { "studentname", ROLL_NAME }, { "staffname", ROLL_NAME }, { "pupil", ROLL_NAME },
	{ "displayname", ROLL_NAME }, { "preferredname", ROLL_NAME }, { "preferredfullname", ROLL_NAME }, { "surnameforename", ROLL_NAME },
	{ "title", ROLL_TITLE }, { "salutation", ROLL_TITLE },
	{ "forename", ROLL_GIVEN }, { "firstname", ROLL_GIVEN }, { "givenname", ROLL_GIVEN }, { "legalforename", ROLL_GIVEN }, { "legalfirstname", ROLL_GIVEN }, { "given", ROLL_GIVEN },
	{ "preferredforename", ROLL_PREFERRED }, { "preferredfirstname", ROLL_PREFERRED }, { "knownas", ROLL_PREFERRED }, { "chosenname", ROLL_PREFERRED },
	{ "surname", ROLL_FAMILY }, { "lastname", ROLL_FAMILY }, { "familyname", ROLL_FAMILY }, { "legalsurname", ROLL_FAMILY }, { "legallastname", ROLL_FAMILY },
	{ "preferredsurname", ROLL_FAMILY }, { "family", ROLL_FAMILY },
	{ "dob", ROLL_BORN }, { "dateofbirth", ROLL_BORN }, { "birthdate", ROLL_BORN }, { "born", ROLL_BORN }, { "birthday", ROLL_BORN },
	{ "year", ROLL_YEAR }, { "yeargroup", ROLL_YEAR }, { "ncyear", ROLL_YEAR }, { "nationalcurriculumyear", ROLL_YEAR }, { "ncyeargroup", ROLL_YEAR }, { "yr", ROLL_YEAR },
	{ "ncyearactual", ROLL_YEAR }, { "grade", ROLL_YEAR }, { "yeartaughtin", ROLL_YEAR },
	{ "class", ROLL_CLASS }, { "classname", ROLL_CLASS }, { "reg", ROLL_CLASS }, { "reggroup", ROLL_CLASS }, { "registrationgroup", ROLL_CLASS }, { "registration", ROLL_CLASS },
	{ "form", ROLL_CLASS }, { "tutorgroup", ROLL_CLASS }, { "regform", ROLL_CLASS },
	{ "kind", ROLL_KIND }, { "type", ROLL_KIND }, { "persontype", ROLL_KIND }, { "role", ROLL_KIND },
	{ "email", ROLL_EMAIL }, { "emailaddress", ROLL_EMAIL }, { "workemail", ROLL_EMAIL }, { "mail", ROLL_EMAIL }, { "pupilemail", ROLL_EMAIL }, { "schoolemail", ROLL_EMAIL },
	{ "username", ROLL_USERNAME }, { "signinname", ROLL_USERNAME }, { "login", ROLL_USERNAME }, { "loginname", ROLL_USERNAME },
	{ "firstlanguage", ROLL_LANGUAGE }, { "language", ROLL_LANGUAGE }, { "homelanguage", ROLL_LANGUAGE },
	{ "incare", ROLL_CARE }, { "lookedafter", ROLL_CARE }, { "lac", ROLL_CARE }, { "cla", ROLL_CARE }, { "childlookedafter", ROLL_CARE }, { "inlacare", ROLL_CARE }, { "looked", ROLL_CARE },
	{ "caringauthority", ROLL_AUTHORITY }, { "careauthority", ROLL_AUTHORITY }, { "localauthority", ROLL_AUTHORITY }, { "la", ROLL_AUTHORITY }, { "responsibleauthority", ROLL_AUTHORITY },
	{ "dateofleaving", ROLL_LEAVING }, { "leavingdate", ROLL_LEAVING }, { "leavedate", ROLL_LEAVING }, { "leaves", ROLL_LEAVING }, { "enddate", ROLL_LEAVING }, { "dol", ROLL_LEAVING },
};

/* Of a contact, behind its head ("contact2", "parent", "priority1contact"). */
static const struct { const char *word; enum roll_field field; } CONTACT_WORDS[] = {
	{ "", ROLL_G_NAME }, { "name", ROLL_G_NAME }, { "fullname", ROLL_G_NAME }, { "salutation", ROLL_G_TITLE }, { "title", ROLL_G_TITLE },
	{ "forename", ROLL_G_GIVEN }, { "firstname", ROLL_G_GIVEN }, { "surname", ROLL_G_FAMILY }, { "lastname", ROLL_G_FAMILY }, { "familyname", ROLL_G_FAMILY },
	{ "relationship", ROLL_G_RELATION }, { "relation", ROLL_G_RELATION }, { "relationshiptopupil", ROLL_G_RELATION }, { "relationshiptostudent", ROLL_G_RELATION },
	{ "email", ROLL_G_EMAIL }, { "emailaddress", ROLL_G_EMAIL }, { "homeemail", ROLL_G_EMAIL }, { "primaryemail", ROLL_G_EMAIL },
	{ "phone", ROLL_G_PHONE }, { "telephone", ROLL_G_PHONE }, { "mobile", ROLL_G_PHONE }, { "telephonenumber", ROLL_G_PHONE }, { "mobilenumber", ROLL_G_PHONE }, { "primarytelephone", ROLL_G_PHONE },
	{ "parentalresponsibility", ROLL_G_DUTY }, { "responsibility", ROLL_G_DUTY }, { "pr", ROLL_G_DUTY }, { "responsible", ROLL_G_DUTY }, { "hasparentalresponsibility", ROLL_G_DUTY },
	{ "courtorder", ROLL_G_BARRED }, { "barred", ROLL_G_BARRED }, { "nocontact", ROLL_G_BARRED }, { "restricted", ROLL_G_BARRED },
};
/* These stand for the first contact by themselves. */
static const struct { const char *word; enum roll_field field; } LONE_WORDS[] = {
	{ "parentalresponsibility", ROLL_G_DUTY }, { "courtorder", ROLL_G_BARRED }, { "relationship", ROLL_G_RELATION }, { "relationshiptopupil", ROLL_G_RELATION },
};
static const char *const HEADS[] = { "prioritycontact", "primarycontact", "contact", "parentcarer", "parentguardian", "parent", "guardian", "carer" };

static struct str squeezed(struct str s, char out[64])
{
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < 63; i++)
		if (ascii_alpha(s.p[i]) || ascii_digit(s.p[i]))
			out[n++] = ascii_lower(s.p[i]);
	out[n] = 0;
	return (struct str){ out, n };
}

/* "contact2email", "priority1contactname", "parent1": its number out of it, its head off it.  False: of no contact. */
static bool contact_head(struct str *s, char room[64], int *number)
{
	char plain[64];
	size_t n = 0;
	*number = 1;
	for (size_t i = 0; i < s->n; i++)
		if (ascii_digit(s->p[i]))
			*number = s->p[i] - '0';
		else
			plain[n++] = s->p[i];
	struct str t = { plain, n };
	for (size_t i = 0; i < ARRAY_N(HEADS); i++)
		if (str_starts(t, str_z(HEADS[i]))) {
			t = str_from(t, strlen(HEADS[i]));
			memcpy(room, t.p, t.n);
			*s = (struct str){ room, t.n };
			return *number >= 1 && *number <= ROLL_CONTACTS_MAX;
		}
	return false;
}

static struct roll_column recognised(struct str cell)
{
	char room[64], other[64];
	int number;
	struct str s = squeezed(cell, room), rest = s;
	for (size_t i = 0; i < ARRAY_N(WORDS); i++)
		if (str_is(s, WORDS[i].word))
			return (struct roll_column){ WORDS[i].field, 0 };
	for (size_t i = 0; i < ARRAY_N(LONE_WORDS); i++)
		if (str_is(s, LONE_WORDS[i].word))
			return (struct roll_column){ LONE_WORDS[i].field, 1 };
	for (size_t i = 0; contact_head(&rest, other, &number) && i < ARRAY_N(CONTACT_WORDS); i++, rest = s)
		if (str_is(rest, CONTACT_WORDS[i].word))
			return (struct roll_column){ CONTACT_WORDS[i].field, number };
	return (struct roll_column){ ROLL_NOTHING, 0 };
}

static size_t header_row(const struct roll_table *t)
{
	for (size_t r = 0; r < t->n && r < LOOK_ROWS; r++) {
		size_t known = 0;
		for (size_t i = 0; i < t->rows[r].n; i++)
			known += recognised(t->rows[r].cells[i]).field != ROLL_NOTHING;
		if (known >= KNOWN_ENOUGH)
			return r;
	}
	return 0;
}

static size_t rank(struct str cell)
{
	char room[64];
	struct str s = squeezed(cell, room);
	for (size_t i = 0; i < ARRAY_N(WORDS); i++)
		if (str_is(s, WORDS[i].word))
			return i;
	return ARRAY_N(WORDS);
}

/* Of two columns for one thing the better word stays: UPN before admission number. */
static void settle_twice(struct roll_columns *c, const struct roll_cells *head, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (c->v[at].field == ROLL_NOTHING || c->v[i].field != c->v[at].field || c->v[i].contact != c->v[at].contact)
			continue;
		size_t lose = rank(head->cells[at]) < rank(head->cells[i]) ? i : at;
		c->v[lose] = (struct roll_column){ ROLL_NOTHING, 0 };
	}
}

/* Whom a table lists, by what only they have. */
static enum person_kind kind_of(const struct roll_columns *c, const struct roll_cells *head)
{
	if (roll_column_of(c, ROLL_YEAR, 0) >= 0 || roll_column_of(c, ROLL_CLASS, 0) >= 0 || roll_column_of(c, ROLL_CARE, 0) >= 0)
		return KIND_LEARNER;
	for (size_t i = 0; i < head->n; i++) {
		char room[64];
		struct str s = squeezed(head->cells[i], room);
		if (str_starts(s, STR("staff")) || str_starts(s, STR("payroll")) || str_starts(s, STR("employee")) || str_is(s, "jobtitle"))
			return KIND_STAFF;
		if (str_starts(s, STR("upn")) || str_starts(s, STR("pupil")) || str_starts(s, STR("adm")))
			return KIND_LEARNER;
	}
	return 0;
}

void roll_columns_guess(const struct roll_table *t, struct roll_columns *out)
{
	*out = (struct roll_columns){ 0 };
	if (t->n == 0)
		return;
	out->header = header_row(t);
	const struct roll_cells *head = &t->rows[out->header];
	out->n = head->n < ROLL_COLUMNS_MAX ? head->n : ROLL_COLUMNS_MAX;
	for (size_t i = 0; i < out->n; i++) {
		out->v[i] = recognised(head->cells[i]);
		settle_twice(out, head, i);
	}
	if (roll_column_of(out, ROLL_KIND, 0) < 0)
		out->kind = kind_of(out, head);
}

int roll_column_of(const struct roll_columns *c, enum roll_field field, int contact)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].field == field && c->v[i].contact == contact)
			return (int)i;
	return -1;
}

const char *roll_columns_missing(const struct roll_columns *c)
{
	bool whole = roll_column_of(c, ROLL_NAME, 0) >= 0;
	bool given = roll_column_of(c, ROLL_GIVEN, 0) >= 0 || roll_column_of(c, ROLL_PREFERRED, 0) >= 0;
	if (!whole && !(given && roll_column_of(c, ROLL_FAMILY, 0) >= 0))
		return "Say which columns hold the name: one with the whole name, or one with the first and one with the last name.";
	if (!c->kind && roll_column_of(c, ROLL_KIND, 0) < 0)
		return "Say whom this file lists: pupils or staff.";
	if (c->kind == KIND_LEARNER && roll_column_of(c, ROLL_YEAR, 0) < 0 && roll_column_of(c, ROLL_CLASS, 0) < 0 && roll_column_of(c, ROLL_BORN, 0) < 0)
		return "Say which column holds the year group, or the class, or the date of birth.";
	return NULL;
}

/* ---- as text ---- */

struct str roll_column_word(struct arena *a, struct roll_column c)
{
	return c.contact ? arena_fmt(a, "contact%d-%s", c.contact, FIELDS[c.field].word) : str_z(FIELDS[c.field].word);
}

struct str roll_column_title(struct arena *a, struct roll_column c)
{
	return c.contact ? arena_fmt(a, "Contact %d: %s", c.contact, FIELDS[c.field].title) : str_z(FIELDS[c.field].title);
}

enum err roll_column_read(struct str word, struct roll_column *out)
{
	int contact = 0;
	if (str_starts(word, STR("contact")) && word.n > 9 && word.p[8] == '-') {
		contact = word.p[7] - '0';
		word = str_from(word, 9);
		if (contact < 1 || contact > ROLL_CONTACTS_MAX)
			return ERR_SYNTAX;
	}
	for (size_t i = 0; i < ARRAY_N(FIELDS); i++)
		if (of_contact((enum roll_field)i) == (contact > 0) && str_is(word, FIELDS[i].word)) {
			*out = (struct roll_column){ (enum roll_field)i, contact };
			return OK;
		}
	return ERR_SYNTAX;
}

struct str roll_columns_text(struct arena *a, const struct roll_columns *c)
{
	AUTO(buf_done) struct buf b = buf_init(ROLL_COLUMNS_TEXT + 100);
	AUTO(arena_done) struct arena words = arena_init();
	buf_fmt(&b, "%s:", c->kind ? kind_word(c->kind) : "column");
	for (size_t i = 0; i < c->n; i++)
		buf_fmt(&b, " %.*s", STRF(roll_column_word(&words, c->v[i])));
	return arena_str(a, buf_str(&b));
}

enum err roll_columns_read(struct str text, struct roll_columns *out)
{
	ptrdiff_t colon = str_chr(text, ':');
	struct roll_columns c = { .header = out->header };
	if (colon < 0 || (!str_is(str_upto(text, (size_t)colon), "column") && kind_read(str_upto(text, (size_t)colon), &c.kind) != OK))
		return ERR_SYNTAX;
	struct str rest = str_from(text, (size_t)colon + 1), word;
	while (str_next(&rest, ' ', &word)) {
		if (word.n == 0)
			continue;
		if (c.n == ROLL_COLUMNS_MAX)
			return ERR_LIMIT;
		TRY(roll_column_read(word, &c.v[c.n]));
		if (c.v[c.n].field != ROLL_NOTHING && roll_column_of(&c, c.v[c.n].field, c.v[c.n].contact) >= 0)
			return ERR_EXISTS;
		c.n++;
	}
	*out = c;
	return OK;
}

void roll_shape(const struct roll_table *t, size_t header, char out[ROLL_SHAPE_TEXT])
{
	AUTO(buf_done) struct buf b = buf_init(ROLL_COLUMNS_MAX * 70);
	uint8_t digest[SHA256_BYTES];
	for (size_t i = 0; header < t->n && i < t->rows[header].n; i++) {
		char room[64];
		buf_add(&b, squeezed(t->rows[header].cells[i], room));
		buf_byte(&b, '\n');
	}
	hash_sha256(buf_str(&b), digest);
	hex_put(digest, 8, out);
}
