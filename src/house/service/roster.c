#include "house/service/roster.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "house/account/people.h"
#include "house/roll/table.h"
#include "house/store/words.h"

enum { PEOPLE_PAGE = 500, COLUMNS_MAX = 50 };
enum column { COL_NONE, COL_NAME, COL_EMAIL, COL_USER, COL_ROLE };

static enum column column_of(struct str heading)
{
	static const struct { const char *word; enum column is; } all[] = {
		{ "name", COL_NAME }, { "full name", COL_NAME }, { "email", COL_EMAIL }, { "e-mail", COL_EMAIL }, { "email address", COL_EMAIL }, { "username", COL_USER },
		{ "user", COL_USER }, { "login", COL_USER }, { "role", COL_ROLE }, { "type", COL_ROLE },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (str_ieq(heading, str_z(all[i].word)))
			return all[i].is;
	return COL_NONE;
}

static bool belongs(const struct person *p, int64_t now)
{
	bool kind = p->kind == KIND_STAFF || p->kind == KIND_LEARNER || p->kind == KIND_PARENT || p->kind == KIND_SUPPLY;
	return kind && (!p->left_utc || p->left_utc > now);
}

static void know(struct arena *a, struct map *m, struct str s)
{
	if (s.n)
		map_set(m, arena_str(a, words_key(a, s)), 1);
}

/* Names, sign-in names and addresses of everybody who may have an account. */
static enum err people(struct store *st, struct arena *a, int64_t school, struct map *m)
{
	struct person_query q = { .limit = PEOPLE_PAGE };
	struct person *p;
	size_t n;
	do {
		TRY(person_list(st->db, a, school, &q, &p, &n, NULL));
		for (size_t i = 0; i < n; i++)
			if (belongs(&p[i], clock_utc())) {
				know(a, m, p[i].name);
				know(a, m, p[i].username);
				know(a, m, p[i].email);
			}
		q.offset += PEOPLE_PAGE;
	} while (n == PEOPLE_PAGE);
	return OK;
}

static bool is_admin(struct str role) { return role.n >= 5 && str_ieq(str_upto(role, 5), STR("admin")); }

static bool named(const struct entry *service, struct arena *a, struct str who)
{
	return who.n && str_find(words_key(a, entry_value(service, "admins")), words_key(a, who)) >= 0;
}

static void line(struct roster *r, long row, struct str account, const char *says, bool admin)
{
	r->lines[r->n++] = (struct roster_line){ row, account, str_z(says), admin };
}

static void look(struct arena *a, const struct map *known, const struct entry *service, const enum column *cols, size_t n, const struct roll_cells *row, struct roster *out)
{
	struct str account = STR_NONE, role = STR_NONE;
	uint64_t yes;
	bool match = false, key = false;
	for (size_t i = 0; i < n; i++) {
		struct str cell = roll_cell(row, i);
		if (cols[i] == COL_ROLE)
			role = cell;
		if (!cell.n || cols[i] == COL_NONE || cols[i] == COL_ROLE)
			continue;
		account = account.n ? account : cell;
		match |= map_get(known, words_key(a, cell), &yes);
		key |= named(service, a, cell);
	}
	if (!account.n)
		return;
	out->accounts++;
	out->matched += match;
	if (!match)
		line(out, row->line, account, "matches nobody who is here as staff, learner or parent", false);
	if (is_admin(role) && !key)
		line(out, row->line, account, "administers it, and is not among its key administrators", true);
}

enum err roster_compare(struct store *st, struct arena *a, int64_t school, const struct entry *service, struct str csv, struct diag *d, struct roster *out)
{
	struct roll_table t;
	enum column cols[COLUMNS_MAX];
	size_t n = 0;
	bool any = false;
	*out = (struct roster){ 0 };
	TRY(roll_table(a, STR("rows"), csv, d, &t));
	if (t.n < 2 || t.n > ROSTER_ROWS_MAX)
		return diag_fail(d, STR("rows"), 0, "A heading and 1 to %d accounts.", ROSTER_ROWS_MAX);
	for (; n < t.rows[0].n && n < COLUMNS_MAX; n++) {
		cols[n] = column_of(t.rows[0].cells[n]);
		any |= cols[n] == COL_NAME || cols[n] == COL_EMAIL || cols[n] == COL_USER;
	}
	if (!any)
		return diag_fail(d, STR("rows"), 1, "The first row names the columns; one of them is name, email or username.");
	AUTO(map_free) struct map *known = map_new();
	TRY(people(st, a, school, known));
	out->lines = arena_array(a, struct roster_line, 2 * t.n);
	for (size_t i = 1; i < t.n; i++)
		look(a, known, service, cols, n, &t.rows[i], out);
	return OK;
}

enum err roster_keep(struct store *st, const struct act *act, const struct entry *service, const struct roster *r, struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	for (size_t i = 0; i < r->n; i++)
		if (r->lines[i].admin && b.n + r->lines[i].account.n < 3900)
			buf_fmt(&b, "%s%.*s", b.n ? "\n" : "", STRF(r->lines[i].account));
	if (str_eq(buf_str(&b), entry_value(service, "other-admins")) || (!b.n && !entry_value(service, "other-admins").n))
		return OK;
	const struct entry_field f = { STR("other-admins"), b.n ? buf_str(&b) : STR("") };
	struct entry_may may = { .school = act->school, .classes = ENTRY_BIT(service->class) };
	return entry_update(st, act, &may, service->id, service->version, &(struct entry_in){ .reg = "service", .fields = &f, .n_fields = 1 }, d);
}
