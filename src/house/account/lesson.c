#include "house/account/lesson.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "wire/addr.h"

enum { LESSONS_MAX = 200 };

static struct str text(const struct entry *e, const char *field)
{
	struct str s = entry_value(e, field);
	return s.p ? s : STR("");
}

static struct lesson of_entry(const struct entry *e)
{
	return (struct lesson){ .id = e->id, .version = e->version, .class_id = entry_i64(e, "class"), .teacher = entry_i64(e, "teacher"),
		.opened_utc = entry_utc(e, "opened"), .until_utc = entry_utc(e, "until"), .alone = str_is(text(e, "second"), "end"),
		.hosts = text(e, "hosts"), .outcome = text(e, "outcome") };
}

static enum err open_ones(struct store *st, struct arena *a, int64_t school, int64_t class_id, struct lesson **out, size_t *n)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "class-session", .states = { "open" }, .limit = LESSONS_MAX, .order_by = "opened" };
	struct entry_page page;
	if (class_id)
		q.where[q.n_where++] = (struct entry_where){ "class", ENTRY_IS, class_id, STR_NONE };
	TRY(entry_list(st, a, &may, &q, &page));
	struct lesson *list = arena_array(a, struct lesson, page.n + 1);
	size_t kept = 0;
	for (size_t i = 0; i < page.n; i++) {
		struct lesson one = of_entry(&page.entries[i]);
		bool again = false;
		for (size_t k = 0; k < kept; k++)
			again |= list[k].class_id == one.class_id;
		if (one.until_utc > clock_utc() && !again)
			list[kept++] = one;
	}
	*out = list;
	*n = kept;
	return OK;
}

enum err lesson_of(struct store *st, struct arena *a, int64_t school, int64_t class_id, struct lesson *out)
{
	struct lesson *list;
	size_t n;
	TRY(open_ones(st, a, school, class_id, &list, &n));
	if (n == 0)
		return ERR_ABSENT;
	*out = list[0];
	return OK;
}

enum err lesson_all(struct store *st, struct arena *a, int64_t school, struct lesson **out, size_t *n)
{
	return open_ones(st, a, school, 0, out, n);
}

bool lesson_here(struct db *db, int64_t school, int64_t class_id, const struct addr *peer)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_class_ranges_row *rows;
	size_t n;
	if (q_class_ranges(db, &a, &(struct q_class_ranges_args){ .school = school, .class = class_id }, &rows, &n) != OK)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct prefix p;
		if (prefix_read(rows[i].prefix, true, &p) == OK && prefix_has(p, *peer))
			return true;
	}
	return n == 0;
}
