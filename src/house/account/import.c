#include "house/account/import.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/time.h"

enum { STAY_S = 14 * 86400 };                    /* of a visitor, when the file does not say */

struct importing {
	struct db *db;
	const struct act *act;
	const struct conf *c;
	struct diag *d;
	struct arena *a;
	struct map *classes;                     /* name -> id; owned */
	people_import_fn *each;
	void *ctx;
	struct people_imported done;
};

static enum err at_line(struct importing *in, const struct conf_block *b, enum err e, const struct diag *found)
{
	if (e != OK && found->n == 0)
		return diag_fail(in->d, in->c->file, b->line, "%s", err_text(e));
	for (size_t i = 0; i < found->n; i++)
		diag_add(in->d, DIAG_ERROR, in->c->file, b->line, "%.*s: %.*s", STRF(b->id), STRF(found->items[i].text));
	return e;
}

static int year_of(struct str s)
{
	int64_t y;
	if (str_is(s, "R") || str_is(s, "0"))
		return YEAR_RECEPTION;
	return str_i64(s, &y) == OK && y >= 1 && y <= YEAR_LAST ? (int)y : YEAR_NONE;
}

static enum err existing_classes(struct importing *in)
{
	struct school_class *list;
	size_t n;
	TRY(class_list(in->db, in->a, in->act->school, &list, &n));
	for (size_t i = 0; i < n; i++)
		map_set(in->classes, list[i].name, (uint64_t)list[i].id);
	return OK;
}

static enum err one_class(struct importing *in, const struct conf_block *b)
{
	AUTO(diag_done) struct diag found = diag_init(10);
	int64_t id = 0;
	if (map_get(in->classes, b->id, NULL))
		return OK;
	TRY(at_line(in, b, class_add(in->db, in->act, b->id, year_of(conf_get(b, "year")), conf_get(b, "group"), &found, &id), &found));
	map_set(in->classes, b->id, (uint64_t)id);
	in->done.classes++;
	return OK;
}

static enum err read_one(struct importing *in, const struct conf_block *b, struct person_in *p)
{
	uint64_t class_id = 0;
	struct str class = conf_get(b, "class"), until = conf_get(b, "until");
	struct school_class found = { .year = YEAR_NONE };
	*p = (struct person_in){ .name = conf_get(b, "name"), .username = b->id, .group = conf_get(b, "group"), .email = conf_get(b, "email"), .year = year_of(conf_get(b, "year")) };
	if (kind_read(conf_get(b, "kind"), &p->kind) != OK)
		return diag_fail(in->d, in->c->file, b->line, "%.*s: say what kind of person this is.", STRF(b->id));
	if (class.n && !map_get(in->classes, class, &class_id))
		return diag_fail(in->d, in->c->file, b->line, "%.*s: there is no class %.*s.", STRF(b->id), STRF(class));
	p->class_id = (int64_t)class_id;
	if (class_id)
		TRY(class_get(in->db, in->a, in->act->school, p->class_id, &found));
	if (p->year == YEAR_NONE)
		p->year = found.year;
	if (until.n && time_read_date(until, &p->until_utc) != OK)
		return diag_fail(in->d, in->c->file, b->line, "%.*s: \"%.*s\" is not a date.", STRF(b->id), STRF(until));
	if (!until.n && (p->kind == KIND_SUPPLY || p->kind == KIND_VISITOR || p->kind == KIND_CONTRACTOR))
		p->until_utc = clock_utc() + STAY_S;
	return OK;
}

static enum err give_roles(struct importing *in, const struct conf_block *b, int64_t id, int64_t until_utc)
{
	size_t at = 0;
	const struct conf_pair *pair;
	while ((pair = conf_each(b, "role", &at)) != NULL) {
		AUTO(diag_done) struct diag found = diag_init(10);
		enum role r;
		if (role_read(pair->value, &r) != OK)
			return diag_fail(in->d, in->c->file, pair->line, "There is no role \"%.*s\".", STRF(pair->value));
		TRY(at_line(in, b, role_give(in->db, in->act, id, r, 0, until_utc, &found), &found));
	}
	return OK;
}

static enum err one_person(struct importing *in, const struct conf_block *b)
{
	AUTO(diag_done) struct diag found = diag_init(10);
	struct person there;
	struct person_in p;
	int64_t id = 0;
	enum err e = person_by_username(in->db, in->a, in->act->school, b->id, &there);
	if (e == OK) {
		in->done.there_already++;
		return OK;
	}
	if (e != ERR_ABSENT)
		return e;
	TRY(read_one(in, b, &p));
	TRY(at_line(in, b, person_add(in->db, in->act, &p, &found, &id), &found));
	TRY(give_roles(in, b, id, p.until_utc));
	in->done.people++;
	return in->each ? in->each(in->ctx, in->db, in->act, id, b->id) : OK;
}

/* Teachers of a class, children of a parent: when everybody is there. */
static enum err join(struct importing *in, const struct conf_block *b, const char *key)
{
	size_t at = 0;
	const struct conf_pair *pair;
	struct person other, self;
	uint64_t class_id = 0;
	while ((pair = conf_each(b, key, &at)) != NULL) {
		if (person_by_username(in->db, in->a, in->act->school, pair->value, &other) != OK)
			return diag_fail(in->d, in->c->file, pair->line, "There is nobody with the sign-in name %.*s.", STRF(pair->value));
		if (str_is(b->kind, "class") && map_get(in->classes, b->id, &class_id)) {
			TRY(class_staff_set(in->db, in->act, (int64_t)class_id, other.id, true));
		} else {
			TRY(person_by_username(in->db, in->a, in->act->school, b->id, &self));
			TRY(family_set(in->db, in->act, self.id, other.id, true));
		}
	}
	return OK;
}

static enum err each_block(struct importing *in, const char *kind, enum err (*one)(struct importing *, const struct conf_block *))
{
	for (size_t i = 0; i < in->c->n; i++)
		if (str_is(in->c->blocks[i].kind, kind))
			TRY(one(in, &in->c->blocks[i]));
	return OK;
}

static enum err join_teachers(struct importing *in, const struct conf_block *b) { return join(in, b, "teacher"); }
static enum err join_children(struct importing *in, const struct conf_block *b) { return join(in, b, "child"); }

enum err people_import(struct db *db, const struct act *act, const struct conf *c, struct diag *d,
                       people_import_fn *each, void *ctx, struct people_imported *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(map_free) struct map *classes = map_new();
	struct importing in = { db, act, c, d, &a, classes, each, ctx, { 0 } };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(existing_classes(&in));
	TRY(each_block(&in, "class", one_class));
	TRY(each_block(&in, "person", one_person));
	TRY(each_block(&in, "class", join_teachers));
	TRY(each_block(&in, "person", join_children));
	TRY(db_tx_commit(&tx));
	*out = in.done;
	return OK;
}
