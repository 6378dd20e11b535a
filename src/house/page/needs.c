/* The needs of the school's community: how they were found, what was done (5.2-01). */
#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/desk.h"
#include "house/page/needs.h"
#include "house/page/page_store.h"

enum { NEEDS_MAX = 4000 };

static enum err newest(struct page_ctx *c, struct entry *out)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = 0, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "needs-statement", .limit = 1 };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	if (!page.n)
		return ERR_ABSENT;
	*out = page.entries[0];
	return OK;
}

enum err page_needs(struct page_ctx *c, struct str *found, struct str *done)
{
	struct entry e;
	enum err is = newest(c, &e);
	*found = is == OK ? entry_value(&e, "found") : STR_NONE;
	*done = is == OK ? entry_value(&e, "done") : STR_NONE;
	return is == ERR_ABSENT ? OK : is;
}

static bool may_write(const struct page_ctx *c) { return page_reach(c, CAP_VULNERABLE, ACCESS_WRITE) & REACH_ALL; }

static enum err show(struct page_ctx *c, struct str found, struct str done)
{
	return page_show(c, needs, "Needs of our community", .errors = page_errors(c), .may_write = may_write(c), .found_text = found, .done_text = done,
		.found = { .name = STR("found"), .label = page_text(TEXT_needs_found), .value = found, .error = page_wrong_text(c, "found"), .rows = 5 },
		.done = { .name = STR("done"), .label = page_text(TEXT_needs_done), .value = done, .error = page_wrong_text(c, "done"), .rows = 5 });
}

enum err needs_show(struct page_ctx *c)
{
	struct str found, done;
	TRY(page_needs(c, &found, &done));
	return show(c, found, done);
}

enum err needs_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "the needs of our community");
	int64_t id;
	TRY(may_write(c) ? OK : ERR_FORBIDDEN);
	struct str found = page_need(c, "found", NEEDS_MAX, "Write how the needs were found."), done = page_need(c, "done", NEEDS_MAX, "Write what was done.");
	if (page_is_wrong(c))
		return show(c, page_field(c, "found"), page_field(c, "done"));
	struct entry_field f[] = { { STR("found"), found }, { STR("done"), done } };
	struct entry_in in = { .reg = "needs-statement", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_create(&st, &act, &in, &c->errors, &id));
	page_flash(c, FLASH_DONE, "Saved. It stands in the policy.");
	return page_redirect(c, "/support/needs");
}
