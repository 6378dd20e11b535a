/* Access reviews: how each term's went, without names. */
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/access_review.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/table.h"

enum { REVIEWS_PAGE = 20 };

static enum err rows_of(struct page_ctx *c, struct store *st, enum task_which which, int64_t offset, struct view_review_rows *rows, size_t *n, int64_t *total)
{
	struct task *list;
	size_t found;
	struct task_query q = { .which = which, .person = c->session->person, .roles = c->roles, .everyone = true, .kind = ACCESS_REVIEW, .limit = REVIEWS_PAGE, .offset = offset };
	TRY(task_list(st, c->arena, c->school, &q, &list, &found, total));
	for (size_t i = 0; i < found; i++) {
		struct access_review_sum s;
		TRY(access_review_count(st, c->arena, c->school, list[i].id, &s));
		rows[(*n)++] = (struct view_review_rows){ .opened = time_date_words(c->arena, list[i].opened_utc), .due = time_date_words(c->arena, list[i].due_utc),
			.keep = s.keep, .change = s.change, .end = s.end, .left = s.left, .late = list[i].late, .done = list[i].done_utc > 0,
			.signed_off = list[i].done_utc ? time_date_words(c->arena, list[i].done_utc) : STR("") };
	}
	return OK;
}

enum err review_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct table t = table_read(c, REVIEWS_PAGE);
	struct view_review_rows *rows = arena_array(c->arena, struct view_review_rows, 2 * REVIEWS_PAGE + 1);
	size_t n = 0;
	int64_t waiting;
	if (t.page == 1)
		TRY(rows_of(c, &st, TASK_OPEN, 0, rows, &n, &waiting));
	TRY(rows_of(c, &st, TASK_ENDED, t.offset, rows, &n, &t.total));
	t.limit = REVIEWS_PAGE;
	return page_show(c, review, "Access reviews", .rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}
