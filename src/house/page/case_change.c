/* A case grows: another child is involved, another procedure leads. */
#include "house/page/case.h"

/* By full name or sign-in name; two of one name are told apart by the second. */
static int64_t learner_named(struct page_ctx *c, struct str name)
{
	struct person p, *list;
	size_t n, hits = 0;
	int64_t total, id = 0;
	struct person_query q = { .words = name, .kind = KIND_LEARNER, .limit = 50 };
	if (person_by_username(c->db, c->arena, c->school, name, &p) == OK && p.kind == KIND_LEARNER)
		return p.id;
	if (person_list(c->db, c->arena, c->school, &q, &list, &n, &total) != OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (str_ieq(list[i].name, name)) {
			id = list[i].id;
			hits++;
		}
	if (hits > 1)
		page_wrong(c, "child", "There is more than one child of this name. Write the sign-in name.");
	return hits == 1 ? id : 0;
}

/* The case of the form, before anything is said about the form. */
static enum err open_whole(struct page_ctx *c, struct desk_view *k, int64_t *id)
{
	struct case_view v;
	TRY(page_id(c, "id", id));
	TRY(page_desk(c, k));
	TRY(record_view(&k->desk, c->arena, &k->may, *id, &v));
	return v.limited ? ERR_ABSENT : OK;
}

enum err case_involve(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id, learner = 0;
	struct act act = page_act(c, "another child is involved");
	TRY(open_whole(c, &k, &id));
	struct str name = page_need(c, "child", PERSON_NAME_MAX, "Write the name of the child.");
	if (!page_is_wrong(c))
		learner = learner_named(c, name);
	if (!learner && !page_is_wrong(c))
		page_wrong(c, "child", "There is no child of this name here.");
	if (page_is_wrong(c))
		return case_again(c, id);
	return case_answer(c, id, record_involve(&k.desk, &act, &k.may, id, learner, page_field(c, "part"), &c->errors), "The child is added.");
}

enum err case_procedure_change(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "another procedure leads");
	TRY(open_whole(c, &k, &id));
	return case_answer(c, id, record_change(&k.desk, &act, &k.may, id, page_field(c, "procedure"), page_field(c, "change_why"), &c->errors),
	                   "Another procedure leads from here on.");
}
