/* Accounts that look as if several people used them. */
#include "base/mem.h"
#include "gen_ui.h"
#include "house/account/shared.h"
#include "house/page/routes.h"
#include "house/web/table.h"

static struct str why_words(struct arena *a, unsigned why)
{
	static const struct { unsigned why; const char *words; } table[] = {
		{ SHARED_GENERIC, "The name is no person's." }, { SHARED_TWICE, "Another account has the same name." },
		{ SHARED_REFUSED, "Nobody can sign in with it." }, { SHARED_PLACES, "It is signed in at more than two places." },
	};
	struct str all = STR("");
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (why & table[i].why)
			all = arena_fmt(a, "%.*s%s%s", STRF(all), all.n ? " " : "", table[i].words);
	return all;
}

static enum err as_csv(struct page_ctx *c, const struct view_shared_rows *rows, size_t n)
{
	csv_begin(c, "shared-accounts.csv");
	csv_cell(c, STR("Name"));
	csv_cell(c, STR("Kind"));
	csv_cell(c, STR("Sign-in name"));
	csv_cell(c, STR("Why"));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		csv_cell(c, rows[i].name);
		csv_cell(c, rows[i].kind);
		csv_cell(c, rows[i].username);
		csv_cell(c, rows[i].why);
		csv_row(c);
	}
	return csv_end(c);
}

enum err shared_show(struct page_ctx *c)
{
	struct table t = table_read(c, 0);
	struct shared_account *list;
	size_t n;
	TRY(shared_list(c->db, c->arena, c->school, &list, &n));
	struct view_shared_rows *rows = arena_array(c->arena, struct view_shared_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_shared_rows){ arena_fmt(c->arena, "/people/%lld", (long long)list[i].person), list[i].name,
			str_z(kind_title(list[i].kind)), list[i].username, why_words(c->arena, list[i].why) };
	return t.csv ? as_csv(c, rows, n) : page_show(c, shared, "Shared accounts", .rows = rows, .n_rows = n, .csv = table_csv_href(c));
}
