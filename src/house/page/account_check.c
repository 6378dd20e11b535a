/* What is wrong with accounts: children without one, names that several people seem to share, passwords of last term. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/account/rules.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "house/web/table.h"

enum { START_YEAR = 0 };                 /* Reception, where the profile does not say */

static int start_year(struct page_ctx *c)
{
	return c->web->library ? (int)profile_number(&c->web->library->profile, "account.start_year", START_YEAR) : START_YEAR;
}

static bool generic_word(struct str piece)
{
	static const char *const WORDS[] = { "admin", "administrator", "office", "reception", "class", "room", "supply", "teacher", "staff", "guest", "year",
		"visitor", "tablet", "ipad", "laptop", "computer", "library", "hall", "test", "user", "pupil", "student", "shared", "team", "cover", "ict", "it" };
	while (piece.n && ascii_digit(piece.p[piece.n - 1]))
		piece.n--;
	for (size_t i = 0; i < ARRAY_N(WORDS); i++)
		if (str_ieq(piece, str_z(WORDS[i])))
			return true;
	return piece.n == 0;
}

/* A sign-in name of which every piece stands for a room, a job or a machine: Miss Hall is a person, "hall.2" is not (7.5-12). */
static bool generic(struct str username)
{
	struct str piece;
	while (str_next(&username, '.', &piece))
		if (!generic_word(piece))
			return false;
	return true;
}

struct found { struct view_account_check_rows *rows; size_t n; };

static void put(struct page_ctx *c, struct found *f, const struct q_account_check_row *r, enum text_key what)
{
	f->rows[f->n++] = (struct view_account_check_rows){ arena_fmt(c->arena, "/people/%lld", (long long)r->id), r->name, r->sign_in,
		str_is(r->kind, "learner") ? str_z(year_title((int)r->year)) : STR(""), page_text(what) };
}

enum { FINDINGS = 4 };                   /* at most, of one person */

static void look(struct page_ctx *c, struct found *f, const struct q_account_check_row *r, int from, int64_t term)
{
	bool due = str_is(r->kind, "learner") && r->year >= from;
	if (due && r->sign_in.n == 0)
		put(c, f, r, TEXT_check_no_account);
	else if (due && !r->has_password && !r->has_card)
		put(c, f, r, TEXT_check_no_secret);
	if (r->sign_in.n && generic(r->sign_in))
		put(c, f, r, TEXT_check_generic);
	if (r->places > 1)
		put(c, f, r, TEXT_check_two_places);
	if (r->has_password && r->password_utc < term)
		put(c, f, r, TEXT_check_old);
}

enum err account_check_show(struct page_ctx *c)
{
	struct q_account_check_row *r;
	size_t n;
	int from = start_year(c);
	int64_t now = clock_utc(), term = account_term_start(c->web->account, now);
	struct table t = table_read(c, 100);
	TRY(q_account_check(c->db, c->arena, &(struct q_account_check_args){ .school = c->school, .now = now }, &r, &n));
	struct found f = { arena_array(c->arena, struct view_account_check_rows, n * FINDINGS + 1), 0 };
	for (size_t i = 0; i < n; i++)
		look(c, &f, &r[i], from, term);
	t.total = (int64_t)f.n;
	size_t first = (size_t)t.offset < f.n ? (size_t)t.offset : f.n, shown = f.n - first < (size_t)t.limit ? f.n - first : (size_t)t.limit;
	return page_show(c, account_check, "Accounts to look at", .rows = f.rows + first, .n_rows = shown, .total = (int64_t)f.n,
		.from = str_z(year_title(from)), .pages = table_pages(c, &t));
}
