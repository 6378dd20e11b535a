/* The filter's rules files: what somebody changed on the disk, and leadership's word on it. */
#include "house/filter/rules_file.h"

#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/desk.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"

static enum err show(struct page_ctx *c, int64_t at)
{
	struct store st = page_store(c);
	struct rules_file *v;
	size_t n, bad;
	TRY(rules_files_list(&st, c->arena, c->school, &v, &n, &bad));
	struct view_rules_files_rows *rows = arena_array(c->arena, struct view_rules_files_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_rules_files_rows){ .id = v[i].id, .open = v[i].unapproved, .file = v[i].file, .at = page_when(c, v[i].changed_utc), .why = v[i].why,
			.diff = v[i].unapproved ? rules_file_difference(c->arena, v[i].agreed, v[i].now) : STR_NONE,
			.wrong = v[i].id == at ? page_wrong_text(c, "why") : STR_NONE, .typed = v[i].id == at ? page_field(c, "why") : STR_NONE };
	return page_show(c, rules_files, "Rules files of the filter", .errors = page_errors(c), .n = (int64_t)bad,
		.may = page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP), .rows = rows, .n_rows = n);
}

enum err rules_files_show(struct page_ctx *c) { return show(c, 0); }

enum err rules_files_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "agreed to a rules file");
	int64_t id;
	TRY(page_id(c, "id", &id));
	enum err e = rules_file_agree(&st, &act, c->roles, id, page_field(c, "why"), &c->errors);
	if (page_is_wrong(c))
		return show(c, id);
	TRY(e);
	page_flash(c, FLASH_DONE, "Agreed, with today's date and your reason.");
	return page_redirect(c, "/changes/files");
}
