#include "house/account/cover.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"

static struct entry_may may_of(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

bool cover_holds(struct store *st, int64_t school, int64_t class_id, int64_t person)
{
	struct entry_may may = may_of(school);
	struct entry_query q = { .reg = "class-cover", .n_where = 3, .where = { { "class", ENTRY_IS, class_id, STR_NONE },
		{ "person", ENTRY_IS, person, STR_NONE }, { "until", ENTRY_FROM, clock_utc() + 1, STR_NONE } } };
	int64_t n = 0;
	return person > 0 && entry_count(st, &may, &q, &n) == OK && n > 0;
}

enum err cover_take(struct store *st, const struct act *act, int64_t class_id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t id, tomorrow = time_uk_midnight(time_uk_midnight(clock_utc()) + 26 * 3600);
	struct entry_field f[] = {
		{ STR("class"), arena_fmt(&a, "%lld", (long long)class_id) }, { STR("person"), arena_fmt(&a, "%lld", (long long)act->person) },
		{ STR("why"), why }, { STR("until"), time_iso(&a, tomorrow) },
	};
	struct entry_in in = { .reg = "class-cover", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_create(st, act, &in, d, &id);
}

enum err cover_list(struct store *st, struct arena *a, int64_t school, int64_t class_id, int64_t since_utc, struct cover **out, size_t *n)
{
	struct entry_may may = may_of(school);
	struct entry_query q = { .reg = "class-cover", .from_utc = since_utc, .n_where = 1, .where = { { "class", ENTRY_IS, class_id, STR_NONE } } };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	struct cover *list = arena_array(a, struct cover, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		list[i] = (struct cover){ .person = e->made_by, .from_utc = e->made_utc, .why = entry_value(e, "why") };
		(void)time_read_iso(entry_value(e, "until"), &list[i].until_utc);        /* the register checked it */
	}
	*out = list;
	*n = page.n;
	return OK;
}
