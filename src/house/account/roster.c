/* Classes and families. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/store/audit.h"

enum err class_add(struct db *db, const struct act *act, struct str name, int year, struct str group, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	name = str_trim(name);
	if (name.n == 0 || name.n > PERSON_NAME_MAX || !str_utf8(name)) {
		diag_add(d, DIAG_ERROR, STR("name"), 0, "Enter the name of the class.");
		return ERR_INVALID;
	}
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	struct q_class_put_row row;
	enum err e = q_class_put_one(db, &a, &(struct q_class_put_args){ .school = act->school, .name = name, .year = year,
		.has_year = year != YEAR_NONE, .group = group.p ? group : STR("") }, &row);
	if (e == ERR_EXISTS)
		diag_add(d, DIAG_ERROR, STR("name"), 0, "There is a class of this name already.");
	TRY(e);
	TRY(audit_add(db, act, "class.added", (struct audit_about){ "class", row.id }, NULL));
	TRY(db_tx_commit(&tx));
	*id = row.id;
	return OK;
}

enum err class_get(struct db *db, struct arena *a, int64_t school, int64_t id, struct school_class *out)
{
	struct q_class_row_row r;
	TRY(q_class_row_one(db, a, &(struct q_class_row_args){ .school = school, .id = id }, &r));
	*out = (struct school_class){ .id = r.id, .name = r.name, .group = r.group_name, .year = (int)r.year };
	return OK;
}

static enum err classes(struct db *db, struct arena *a, int64_t school, int64_t staff, struct school_class **out, size_t *n)
{
	struct q_class_rows_row *rows;
	size_t found;
	TRY(q_class_rows(db, a, &(struct q_class_rows_args){ .school = school, .staff = staff, .now = clock_utc() }, &rows, &found));
	struct school_class *list = arena_array(a, struct school_class, found + 1);
	for (size_t i = 0; i < found; i++)
		list[i] = (struct school_class){ .id = rows[i].id, .name = rows[i].name, .group = rows[i].group_name,
			.year = (int)rows[i].year, .learners = rows[i].learners };
	*out = list;
	*n = found;
	return OK;
}

enum err class_list(struct db *db, struct arena *a, int64_t school, struct school_class **out, size_t *n)
{
	return classes(db, a, school, 0, out, n);
}

enum err class_of_staff(struct db *db, struct arena *a, int64_t school, int64_t person, struct school_class **out, size_t *n)
{
	return person > 0 ? classes(db, a, school, person, out, n) : ERR_ABSENT;
}

bool class_has_staff(struct db *db, int64_t school, int64_t class_id, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_member_teaches_row r;
	return q_member_teaches_one(db, &a, &(struct q_member_teaches_args){ .school = school, .class = class_id, .person = person }, &r) == OK && r.n > 0;
}

enum err class_staff_set(struct db *db, const struct act *act, int64_t class_id, int64_t person, bool on)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	struct person p;
	struct school_class c;
	TRY(class_get(db, &a, act->school, class_id, &c));
	TRY(person_get(db, &a, act->school, person, &p));
	if (p.kind == KIND_LEARNER || p.kind == KIND_PARENT)
		return ERR_FORBIDDEN;
	if (on)
		TRY(q_member_put_do(db, &(struct q_member_put_args){ .school = act->school, .class = class_id, .person = person, .teaches = 1 }, NULL));
	else
		TRY(q_member_drop_do(db, &(struct q_member_drop_args){ .school = act->school, .class = class_id, .person = person }, NULL));
	TRY(audit_add(db, act, on ? "class.staff.added" : "class.staff.ended", (struct audit_about){ "class", class_id }, NULL));
	return db_tx_commit(&tx);
}

enum err family_set(struct db *db, const struct act *act, int64_t parent, int64_t child, bool on)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	struct person p, c;
	TRY(person_get(db, &a, act->school, parent, &p));
	TRY(person_get(db, &a, act->school, child, &c));
	if (p.kind == KIND_LEARNER || c.kind != KIND_LEARNER)
		return ERR_INVALID;
	if (on)
		TRY(q_guardian_put_do(db, &(struct q_guardian_put_args){ .school = act->school, .parent = parent, .learner = child }, NULL));
	else
		TRY(q_guardian_drop_do(db, &(struct q_guardian_drop_args){ .school = act->school, .parent = parent, .learner = child }, NULL));
	TRY(audit_add(db, act, on ? "family.added" : "family.ended", (struct audit_about){ "person", child }, NULL));
	return db_tx_commit(&tx);
}

enum err family_children(struct db *db, struct arena *a, int64_t school, int64_t parent, struct person **out, size_t *n)
{
	struct q_guardian_children_row *rows;
	size_t found;
	TRY(q_guardian_children(db, a, &(struct q_guardian_children_args){ .school = school, .parent = parent }, &rows, &found));
	struct person *list = arena_array(a, struct person, found + 1);
	for (size_t i = 0; i < found; i++)
		TRY(person_get(db, a, school, rows[i].id, &list[i]));
	*out = list;
	*n = found;
	return OK;
}

enum err family_parents(struct db *db, struct arena *a, int64_t school, int64_t child, struct person **out, size_t *n)
{
	struct q_guardian_parents_row *rows;
	size_t found;
	TRY(q_guardian_parents(db, a, &(struct q_guardian_parents_args){ .school = school, .learner = child }, &rows, &found));
	struct person *list = arena_array(a, struct person, found + 1);
	for (size_t i = 0; i < found; i++)
		TRY(person_get(db, a, school, rows[i].id, &list[i]));
	*out = list;
	*n = found;
	return OK;
}
