#include "house/family/family.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/family/link.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"

static const struct { const char *word, *title; bool responsible; } RELATIONS[RELATION_N] = {
#define RELATION_ROW_(name, word, title, responsible) [name] = { word, title, responsible },
	RELATION_TABLE(RELATION_ROW_)
#undef RELATION_ROW_
};

const char *relation_word(enum relation r) { return RELATIONS[r].word; }
const char *relation_title(enum relation r) { return RELATIONS[r].title; }
bool relation_responsible(enum relation r) { return RELATIONS[r].responsible; }

enum err relation_read(struct str word, enum relation *out)
{
	for (int r = 0; r < RELATION_N; r++)
		if (str_is(word, RELATIONS[r].word)) {
			*out = (enum relation)r;
			return OK;
		}
	*out = RELATION_PARENT;
	return word.n ? ERR_ABSENT : OK;
}

/* ---- reading ---- */

struct row { struct family_contact contact; bool child_here, in_care; };

static struct row row_of(const struct q_contact_rows_row *r)
{
	struct row x = { .child_here = r->child_here, .in_care = r->in_care };
	x.contact = (struct family_contact){ .adult = r->adult, .child = r->child, .name = r->name, .organisation = r->organisation, .email = r->mail,
		.phone = r->phone, .postal = r->postal, .language = r->language, .responsible = r->responsible, .barred = r->barred,
		.interpreter = r->interpreter, .paper = r->post, .here = r->here, .barred_utc = r->barred_utc, .barred_by = r->barred_by };
	if (relation_read(r->relation, &x.contact.relation) != OK)
		x.contact.relation = RELATION_OTHER;     /* a word of a newer program */
	return x;
}

static enum err rows_of(struct db *db, struct arena *a, int64_t school, int64_t adult, int64_t child, struct row **out, size_t *n)
{
	struct q_contact_rows_row *rows;
	size_t found;
	if (adult <= 0 && child <= 0)
		return ERR_ABSENT;
	TRY(q_contact_rows(db, a, &(struct q_contact_rows_args){ .school = school, .learner = child, .adult = adult, .now = clock_utc() }, &rows, &found));
	struct row *list = arena_array(a, struct row, found + 1);
	for (size_t i = 0; i < found; i++)
		list[i] = row_of(&rows[i]);
	*out = list;
	*n = found;
	return OK;
}

/* The one rule.  A local authority shares responsibility for as long as the child is in its care (Children Act 1989 s.33). */
static bool responsible_now(const struct row *r)
{
	bool stands = r->contact.relation == RELATION_AUTHORITY ? r->in_care : r->contact.responsible;
	return stands && r->contact.here && !r->contact.barred && r->child_here;
}

bool family_may_tell(struct db *db, int64_t school, int64_t adult, int64_t child)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct row *r;
	size_t n;
	if (adult <= 0 || child <= 0 || rows_of(db, &a, school, adult, child, &r, &n) != OK || n != 1)
		return false;
	return r->contact.here && !r->contact.barred;
}

bool family_sees_child(struct db *db, int64_t school, int64_t adult, int64_t child)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct row *r;
	size_t n;
	if (adult <= 0 || child <= 0 || rows_of(db, &a, school, adult, child, &r, &n) != OK || n != 1)
		return false;
	return responsible_now(r);
}

static const char *missing_of(const struct row *r, size_t n, bool in_care)
{
	size_t told = 0, authorities = 0;
	for (size_t i = 0; i < n; i++) {
		told += responsible_now(&r[i]);
		authorities += responsible_now(&r[i]) && r[i].contact.relation == RELATION_AUTHORITY;
	}
	if (in_care && !authorities)
		return "This child is in care, but no local authority is on file. Add it, so that it is told too.";
	return told ? NULL : "No adult with parental responsibility can be told. Ask the safeguarding lead whom to tell.";
}

enum err family_in_care(struct db *db, int64_t school, int64_t child, bool *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_contact_details_row r;
	TRY(q_contact_details_one(db, &a, &(struct q_contact_details_args){ .school = school, .id = child }, &r));
	*out = r.in_care;
	return OK;
}

enum err family_told(struct db *db, struct arena *a, int64_t school, int64_t child, struct family_contact **out, size_t *n, const char **missing)
{
	struct row *r;
	size_t found, kept = 0;
	bool in_care;
	TRY(family_in_care(db, school, child, &in_care));
	TRY(rows_of(db, a, school, 0, child, &r, &found));
	struct family_contact *list = arena_array(a, struct family_contact, found + 1);
	for (size_t i = 0; i < found; i++)
		if (responsible_now(&r[i]))
			list[kept++] = r[i].contact;
	*missing = missing_of(r, found, in_care);
	*out = list;
	*n = kept;
	return OK;
}

enum err family_sees(struct db *db, struct arena *a, int64_t school, int64_t adult, struct person **out, size_t *n)
{
	struct row *r;
	size_t found, kept = 0;
	TRY(rows_of(db, a, school, adult, 0, &r, &found));
	struct person *list = arena_array(a, struct person, found + 1);
	for (size_t i = 0; i < found; i++)
		if (responsible_now(&r[i]))
			TRY(person_get(db, a, school, r[i].contact.child, &list[kept++]));
	*out = list;
	*n = kept;
	return OK;
}

static enum err contacts(struct db *db, struct arena *a, int64_t school, int64_t adult, int64_t child, struct family_contact **out, size_t *n)
{
	struct row *r;
	TRY(rows_of(db, a, school, adult, child, &r, n));
	struct family_contact *list = arena_array(a, struct family_contact, *n + 1);
	for (size_t i = 0; i < *n; i++)
		list[i] = r[i].contact;
	*out = list;
	return OK;
}

enum err family_contacts(struct db *db, struct arena *a, int64_t school, int64_t child, struct family_contact **out, size_t *n)
{
	return child > 0 ? contacts(db, a, school, 0, child, out, n) : ERR_ABSENT;
}

enum err family_of_adult(struct db *db, struct arena *a, int64_t school, int64_t adult, struct family_contact **out, size_t *n)
{
	return adult > 0 ? contacts(db, a, school, adult, 0, out, n) : ERR_ABSENT;
}

enum err family_details(struct db *db, struct arena *a, int64_t school, int64_t person, struct contact_details *out)
{
	struct q_contact_details_row r;
	TRY(q_contact_details_one(db, a, &(struct q_contact_details_args){ .school = school, .id = person }, &r));
	*out = (struct contact_details){ .phone = r.phone, .postal = r.postal, .organisation = r.organisation, .language = r.language, .interpreter = r.interpreter };
	return OK;
}

/* ---- writing ---- */

static enum err child_and_adult(struct db *db, struct arena *a, int64_t school, int64_t adult, int64_t child, struct diag *d)
{
	struct person p, c;
	if (adult == child || person_get(db, a, school, adult, &p) != OK || p.kind == KIND_LEARNER)
		return diag_fail(d, STR("adult"), 0, "Choose an adult.");
	if (person_get(db, a, school, child, &c) != OK || c.kind != KIND_LEARNER)
		return diag_fail(d, STR("child"), 0, "Choose a child.");
	return OK;
}

enum err family_put(struct db *db, const struct act *act, const struct contact_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct family_contact *have;
	size_t n;
	TRY(db_tx_begin(db, &tx));
	if (child_and_adult(db, &a, act->school, in->adult, in->child, d) != OK)
		return ERR_INVALID;
	TRY(family_contacts(db, &a, act->school, in->child, &have, &n));
	if (n >= FAMILY_MAX) {
		diag_add(d, DIAG_ERROR, STR("adult"), 0, "There are %d adults on this child's file already.", FAMILY_MAX);
		return ERR_LIMIT;
	}
	TRY(q_contact_put_do(db, &(struct q_contact_put_args){ .school = act->school, .adult = in->adult, .child = in->child,
		.relation = str_z(relation_word(in->relation)), .responsible = in->responsible, .post = in->paper }, NULL));
	if (!in->responsible)
		TRY(link_end_all(db, act->school, in->adult, "the school's file changed"));
	TRY(audit_add(db, act, "family.contact", (struct audit_about){ "person", in->child }, NULL));
	return db_tx_commit(&tx);
}

enum err family_drop(struct db *db, const struct act *act, int64_t adult, int64_t child)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct family_contact *c;
	size_t n;
	TRY(db_tx_begin(db, &tx));
	TRY(contacts(db, &a, act->school, adult, child, &c, &n));
	if (n != 1)
		return ERR_ABSENT;
	if (c->barred)
		return ERR_STATE;
	TRY(q_guardian_drop_do(db, &(struct q_guardian_drop_args){ .school = act->school, .parent = adult, .learner = child }, NULL));
	TRY(link_end_all(db, act->school, adult, "the school's file changed"));
	TRY(audit_add(db, act, "family.ended", (struct audit_about){ "person", child }, NULL));
	return db_tx_commit(&tx);
}

static bool line_good(struct str s, size_t max, const char *more)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' && !strchr(more, s.p[i]))
			return false;
	return s.n <= max && str_utf8(s);
}

/* RFC 5646 in its shape: letters and digits in groups of up to eight, the first of letters. */
static bool language_good(struct str s)
{
	size_t group = 0, groups = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '-') {
			if (group == 0)
				return false;
			groups++;
			group = 0;
		} else if ((!ascii_alpha(s.p[i]) && (groups == 0 || !ascii_digit(s.p[i]))) || ++group > 8)
			return false;
	}
	return s.n == 0 || (s.n <= FAMILY_LANGUAGE_MAX && s.n >= 2 && group > 0);
}

static enum err details_check(const struct contact_details *in, struct diag *d)
{
	size_t before = d->errors;
	for (size_t i = 0; i < in->phone.n; i++)
		if (!ascii_digit(in->phone.p[i]) && !strchr(" +()-", in->phone.p[i])) {
			diag_add(d, DIAG_ERROR, STR("phone"), 0, "Enter a telephone number like 01632 960 001.");
			break;
		}
	if (in->phone.n > FAMILY_PHONE_MAX)
		diag_add(d, DIAG_ERROR, STR("phone"), 0, "A telephone number has at most %d characters.", FAMILY_PHONE_MAX);
	if (!line_good(in->postal, FAMILY_POSTAL_MAX, "\n"))
		diag_add(d, DIAG_ERROR, STR("postal"), 0, "An address has at most %d letters.", FAMILY_POSTAL_MAX);
	if (!line_good(in->organisation, PERSON_NAME_MAX, ""))
		diag_add(d, DIAG_ERROR, STR("organisation"), 0, "The name of an organisation has at most %d letters.", PERSON_NAME_MAX);
	if (!language_good(in->language))
		diag_add(d, DIAG_ERROR, STR("language"), 0, "Choose a language from the list, or enter its short code, like pl or ur.");
	return d->errors > before ? ERR_INVALID : OK;
}

static struct str texted(struct str s) { return s.p ? s : STR(""); }

enum err family_details_set(struct db *db, const struct act *act, int64_t person, const struct contact_details *in, struct diag *d)
{
	TRY(details_check(in, d));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t changed = 0;
	TRY(db_tx_begin(db, &tx));
	TRY(q_contact_details_set_do(db, &(struct q_contact_details_set_args){ .school = act->school, .id = person, .phone = texted(in->phone),
		.postal = texted(in->postal), .organisation = texted(in->organisation), .language = texted(in->language),
		.interpreter = in->interpreter }, &changed));
	if (!changed)
		return ERR_ABSENT;
	TRY(audit_add(db, act, "person.details", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

enum err family_in_care_set(struct db *db, const struct act *act, int64_t child, bool on)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t changed = 0;
	TRY(db_tx_begin(db, &tx));
	TRY(q_care_set_do(db, &(struct q_care_set_args){ .school = act->school, .id = child, .on = on }, &changed));
	if (!changed)
		return ERR_ABSENT;
	TRY(audit_add(db, act, on ? "family.in-care" : "family.not-in-care", (struct audit_about){ "person", child }, NULL));
	return db_tx_commit(&tx);
}

/* ---- who must not be told ---- */

static enum err reason_keep(struct store *st, struct arena *a, const struct act *act, int64_t adult, int64_t child, bool on, struct str why, struct diag *d)
{
	struct entry_field f[] = {
		{ STR("adult"), arena_fmt(a, "%lld", (long long)adult) }, { STR("child"), arena_fmt(a, "%lld", (long long)child) }, { STR("why"), why },
	};
	struct entry_person who[] = { { adult, ENTRY_BARRED }, { child, ENTRY_INVOLVED } };
	struct entry_in in = { .reg = "contact-bar", .state = on ? "barred" : "lifted", .fields = f, .n_fields = ARRAY_N(f), .people = who, .n_people = 2 };
	int64_t id;
	return entry_create(st, act, &in, d, &id);
}

static enum err lead_only(struct db *db, const struct act *act)
{
	role_set roles = 0;
	if (act->person <= 0)
		return ERR_FORBIDDEN;
	TRY(role_held(db, act->school, act->person, clock_utc(), &roles));
	return roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY)) ? OK : ERR_FORBIDDEN;
}

enum err family_bar(struct store *st, const struct act *act, int64_t adult, int64_t child, bool on, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t changed = 0;
	TRY(db_tx_begin(st->db, &tx));
	TRY(lead_only(st->db, act));
	why = str_trim(why);
	if (!why.n || !line_good(why, FAMILY_WHY_MAX, "\n\t")) {
		diag_add(d, DIAG_ERROR, STR("why"), 0, "Say why, and what it rests on (an order, its date), in at most %d letters.", FAMILY_WHY_MAX);
		return ERR_INVALID;
	}
	TRY(q_contact_bar_do(st->db, &(struct q_contact_bar_args){ .school = act->school, .adult = adult, .child = child, .barred = on,
		.at = on ? clock_utc() : 0, .by = on ? act->person : 0 }, &changed));
	if (!changed)
		return ERR_ABSENT;
	TRY(reason_keep(st, &a, act, adult, child, on, why, d));
	TRY(link_end_all(st->db, act->school, adult, "the school's file changed"));
	TRY(q_notices_drop_do(st->db, &(struct q_notices_drop_args){ .school = act->school, .person = adult, .kind = str_z(notice_word(NOTICE_FAMILY)) }, NULL));
	TRY(audit_add(st->db, act, on ? "family.barred" : "family.bar-lifted", (struct audit_about){ "person", child }, NULL));
	return db_tx_commit(&tx);
}
