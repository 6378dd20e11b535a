/* columns.h - which column of a school office's table holds what.  Header words are
 * recognised by a table of the words that offices use; what is not recognised is
 * asked once and remembered for that shape of header.  Pure.
 *
 * As text, to be remembered and for `gatehouse import --columns`:
 *   learner: reference family given born year class - contact1-name contact1-email
 * one word a column, "-" for one that is not used; the kind of person first. */
#pragma once
#include "house/account/people.h"
#include "house/roll/table.h"

/* Columns of a person.    word         what the office is asked */
#define ROLL_FIELD_TABLE(X) \
	X(ROLL_REF,        "reference",  "Reference: UPN, admission or staff number") \
	X(ROLL_NAME,       "name",       "Whole name") \
	X(ROLL_TITLE,      "title",      "Title (Mr, Ms)") \
	X(ROLL_GIVEN,      "given",      "First name") \
	X(ROLL_PREFERRED,  "preferred",  "First name that is used") \
	X(ROLL_FAMILY,     "family",     "Last name") \
	X(ROLL_BORN,       "born",       "Date of birth") \
	X(ROLL_YEAR,       "year",       "Year group") \
	X(ROLL_CLASS,      "class",      "Class") \
	X(ROLL_KIND,       "kind",       "Kind of person (pupil, staff)") \
	X(ROLL_EMAIL,      "email",      "Email") \
	X(ROLL_USERNAME,   "username",   "Sign-in name") \
	X(ROLL_LANGUAGE,   "language",   "First language") \
	X(ROLL_CARE,       "care",       "In care (yes or no)") \
	X(ROLL_AUTHORITY,  "authority",  "Local authority that cares") \
	X(ROLL_LEAVING,    "leaves",     "Date of leaving") \
	X(ROLL_G_NAME,     "name",       "Name") \
	X(ROLL_G_TITLE,    "title",      "Title") \
	X(ROLL_G_GIVEN,    "given",      "First name") \
	X(ROLL_G_FAMILY,   "family",     "Last name") \
	X(ROLL_G_RELATION, "relation",   "Relationship") \
	X(ROLL_G_EMAIL,    "email",      "Email") \
	X(ROLL_G_PHONE,    "phone",      "Telephone") \
	X(ROLL_G_DUTY,     "responsible","Parental responsibility (yes or no)") \
	X(ROLL_G_BARRED,   "barred",     "Must not be told: court order (yes or no)")
enum roll_field {
	ROLL_NOTHING = 0,
#define ROLL_FIELD_ENUM_(name, word, title) name,
	ROLL_FIELD_TABLE(ROLL_FIELD_ENUM_)
#undef ROLL_FIELD_ENUM_
	ROLL_FIELDS
};
enum { ROLL_CONTACTS_MAX = 6, ROLL_WORD_MAX = 24, ROLL_COLUMNS_TEXT = ROLL_COLUMNS_MAX * ROLL_WORD_MAX };

struct roll_column { enum roll_field field; int contact; };     /* contact: 1 to 6 for the ROLL_G_ ones, else 0 */
struct roll_columns {
	enum person_kind kind;         /* of everybody, where no column says it; 0: not known yet */
	size_t n, header;              /* header: which row holds the header words */
	struct roll_column v[ROLL_COLUMNS_MAX];
};

/* What the header words say. */
void roll_columns_guess(const struct roll_table *t, struct roll_columns *out);
/* A sentence about what is missing before anything can be read; NULL: complete. */
const char *roll_columns_missing(const struct roll_columns *c);
/* -1 when no column holds it. */
int roll_column_of(const struct roll_columns *c, enum roll_field field, int contact);
/* "reference", "contact2-email", "-" */
struct str roll_column_word(struct arena *a, struct roll_column c);
struct str roll_column_title(struct arena *a, struct roll_column c);
enum err roll_column_read(struct str word, struct roll_column *out);
struct str roll_columns_text(struct arena *a, const struct roll_columns *c);
/* ERR_SYNTAX; a column named twice is ERR_EXISTS.  `header` is not touched. */
enum err roll_columns_read(struct str text, struct roll_columns *out);
/* Names the shape of a header: 16 hex digits of the folded header words. */
enum { ROLL_SHAPE_TEXT = 17 };
void roll_shape(const struct roll_table *t, size_t header, char out[ROLL_SHAPE_TEXT]);
