/* A case grows: another child is involved, another procedure leads. */
#include "house/page/case.h"

enum err case_involve(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id, learner = 0;
	struct act act = page_act(c, "another child is involved");
	TRY(case_open_whole(c, &k, &id, &v));
	struct str name = page_need(c, "child", PERSON_NAME_MAX, "Write the name of the child.");
	if (!page_is_wrong(c))
		learner = page_learner_named(c, "child", name);
	if (page_is_wrong(c))
		return case_again(c, id);
	return case_answer(c, id, record_involve(&k.desk, &act, &k.may, id, learner, page_field(c, "part"), &c->errors), "The child is added.");
}

enum err case_procedure_change(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id;
	struct act act = page_act(c, "another procedure leads");
	TRY(case_open_whole(c, &k, &id, &v));
	return case_answer(c, id, record_change(&k.desk, &act, &k.may, id, page_field(c, "procedure"), page_field(c, "change_why"), &c->errors),
	                   "Another procedure leads from here on.");
}
