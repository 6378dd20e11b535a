/* Apps that were seen, by device: what nobody knows stands first, with the way to ask what it is. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/filter/app_seen.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/policy_here.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "house/task/task.h"
#include "house/web/table.h"

enum { PAGE = 50, ANSWER_DAYS = 14, TITLE_MAX = 100, KEY_HEX = 16 };

static const struct { enum text_key label; const char *colour; } standings[N_APP_STANDING] = {
	[APP_UNKNOWN] = { TEXT_apps_unknown, "red" }, [APP_NOT_ENTERED] = { TEXT_apps_not_entered, "orange" }, [APP_ASKED] = { TEXT_apps_asked, "blue" },
	[APP_NOT_HERE] = { TEXT_apps_not_here, "grey" }, [APP_WAITS] = { TEXT_apps_waits, "yellow" }, [APP_APPROVED] = { TEXT_apps_approved, "green" } };
static const enum text_key sures[] = { [APP_PERHAPS] = TEXT_apps_perhaps, [APP_LIKELY] = TEXT_apps_likely, [APP_CERTAIN] = TEXT_apps_certain };

static bool may_ask(const struct page_ctx *c)
{
	static const enum role who[] = { ROLE_TECHNICIAN, ROLE_ADMIN, ROLE_DSL, ROLE_DEPUTY, ROLE_HEAD, ROLE_LEADERSHIP };
	for (size_t i = 0; i < ARRAY_N(who); i++)
		if (page_has_role(c, who[i]))
			return true;
	return false;
}

static const struct apps *apps_of(const struct page_ctx *c) { return c->web->library ? &c->web->library->apps : NULL; }

/* What a device did is what its user did, where it has one. */
static struct app_query asked(struct page_ctx *c, struct str words)
{
	uint32_t reach = page_reach(c, CAP_ACTIVITY_NAMED, ACCESS_READ);
	struct app_query q = { .sight = reach & (REACH_ALL | REACH_NOT_SUBJECT) ? SIGHT_ALL : reach ? SIGHT_DEVICES : SIGHT_KINDS, .staff = page_may(c, CAP_ACTIVITY_STAFF, ACCESS_READ),
		.words = words, .standing = -1, .device = page_query_int(c, "device", 0, 0, INT64_MAX) };
	for (int s = 0; s < N_APP_STANDING; s++)
		if (str_is(page_query(c, "state"), app_standing_word((enum app_standing)s)))
			q.standing = s;
	return q;
}

static struct part_select states(struct page_ctx *c, const struct app_query *q)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, N_APP_STANDING + 1);
	items[0] = (struct part_select_items){ STR(""), page_text(TEXT_apps_all), q->standing < 0 };
	for (int s = 0; s < N_APP_STANDING; s++)
		items[s + 1] = (struct part_select_items){ str_z(app_standing_word((enum app_standing)s)), page_text(standings[s].label), q->standing == s };
	return (struct part_select){ .name = STR("state"), .label = page_text(TEXT_apps_state), .items = items, .n_items = N_APP_STANDING + 1 };
}

static struct str surely(struct page_ctx *c, const struct app_line *x)
{
	struct str sure = page_text(sures[x->sure]);
	return x->limited ? arena_fmt(c->arena, "%.*s, " LIMITED_VIEW, STRF(sure)) : sure;
}

static struct str passed(const struct app_line *x) { return page_text(!x->refused ? TEXT_apps_open : x->passed ? TEXT_apps_both : TEXT_apps_closed); }

static struct str query_text(struct arena *a, struct str s)
{
	AUTO(buf_done) struct buf b = buf_init(4 * APP_KEY_MAX);
	for (size_t i = 0; i < s.n; i++)
		buf_fmt(&b, ascii_alpha(s.p[i]) || ascii_digit(s.p[i]) || s.p[i] == '.' || s.p[i] == '-' ? "%c" : "%%%02X", (uint8_t)s.p[i]);
	return arena_str(a, buf_str(&b));
}

static struct str register_href(struct page_ctx *c, const struct app_line *x)
{
	if (!x->register_word)
		return STR_NONE;
	bool service = strcmp(x->register_word, "service") == 0;
	return service ? page_may(c, CAP_RISK, ACCESS_READ) ? arena_fmt(c->arena, "/services/%lld", (long long)x->entry) : STR_NONE : arena_fmt(c->arena, "/registers/software");
}

static struct view_apps_rows row(struct page_ctx *c, const struct app_line *x)
{
	bool open = x->standing == APP_UNKNOWN || x->standing == APP_NOT_ENTERED;
	struct view_apps_rows r = { .key = x->key, .title = x->title, .kind = x->kind, .where = x->where, .group = x->group.n ? filter_group_title(x->group) : STR(""), .sure = surely(c, x),
		.passed = passed(x), .seen = page_when(c, x->seen_utc), .first = page_when(c, x->first_utc), .state = { page_text(standings[x->standing].label), str_z(standings[x->standing].colour) },
		.ask = open && may_ask(c), .href = register_href(c, x) };
	if (x->device)
		r.device = arena_fmt(c->arena, "/status/apps?device=%lld", (long long)x->device);
	if (open && page_may(c, CAP_RISK, ACCESS_WRITE))
		r.enter = arena_fmt(c->arena, "/services/new?name=%.*s&hosts=%.*s", STRF(query_text(c->arena, x->title)), STRF(query_text(c->arena, x->host)));
	return r;
}

static enum err as_csv(struct page_ctx *c, const struct app_line *v, size_t n)
{
	static const char *const heads[] = { "App or name", "Kind", "Where", "Group", "How surely", "Open or closed", "First seen", "Last seen", "Times", "In the registers" };
	csv_begin(c, "apps.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		struct view_apps_rows r = row(c, &v[i]);
		const struct str cells[] = { r.title, r.kind, r.where, r.group, r.sure, r.passed, r.first, r.seen };
		for (size_t k = 0; k < ARRAY_N(cells); k++)
			csv_cell(c, cells[k]);
		csv_int(c, v[i].times);
		csv_cell(c, r.state.label);
		csv_row(c);
	}
	return csv_end(c);
}

static int64_t unknown(const struct app_line *v, size_t n)
{
	int64_t found = 0;
	for (size_t i = 0; i < n; i++)
		found += v[i].standing == APP_UNKNOWN;
	return found;
}

enum err apps_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct table t = table_read(c, PAGE);
	struct app_query q = asked(c, t.q);
	struct app_line *v;
	size_t n;
	TRY(app_lines(&st, c->arena, c->school, apps_of(c), &q, clock_utc(), &v, &n));
	if (t.csv)
		return as_csv(c, v, n);
	t.total = (int64_t)n;
	size_t from = (size_t)t.offset < n ? (size_t)t.offset : n, m = n - from < (size_t)t.limit ? n - from : (size_t)t.limit;
	struct view_apps_rows *rows = arena_array(c->arena, struct view_apps_rows, m + 1);
	for (size_t i = 0; i < m; i++)
		rows[i] = row(c, &v[from + i]);
	return page_show(c, apps, "Apps that were seen", .unknown = unknown(v, n), .some = q.sight != SIGHT_ALL, .narrowed = t.q.n || q.standing >= 0 || q.device, .off = !page_named(c),
		.q = t.q, .states = states(c, &q), .csv = table_csv_href(c), .rows = rows, .n_rows = m, .pages = table_pages(c, &t));
}

/* ---- "what is this?" ---- */

/* What this person was shown. */
static enum err shown(struct page_ctx *c, struct str key, struct app_line *out)
{
	struct store st = page_store(c);
	struct app_query q = asked(c, STR_NONE);
	struct app_line *v;
	size_t n;
	TRY(app_lines(&st, c->arena, c->school, apps_of(c), &q, clock_utc(), &v, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].key, key)) {
			*out = v[i];
			return OK;
		}
	return ERR_ABSENT;
}

static const char *task_key(struct page_ctx *c, struct str key)
{
	uint8_t digest[SHA256_BYTES];
	char hex[2 * KEY_HEX + 1];
	hash_sha256(key, digest);
	for (size_t i = 0; i < KEY_HEX; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return arena_fmt(c->arena, "app-what %s", hex).p;
}

enum err apps_ask_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "asked what an app is");
	struct app_line x;
	int64_t id;
	bool opened;
	if (!may_ask(c))
		return ERR_FORBIDDEN;
	TRY(shown(c, page_field(c, "app"), &x));
	struct str name = str_upto(x.title, TITLE_MAX);
	struct task_in in = { .kind = "app-what", .for_role = "technician", .due_utc = clock_utc() + ANSWER_DAYS * 86400, .key = task_key(c, x.key),
		.link = arena_fmt(c->arena, "/status/apps?q=%.*s", STRF(query_text(c->arena, name))).p, .title = arena_fmt(c->arena, "What is this? %.*s", STRF(name)),
		.details = STR("It was seen on the school's devices or networks, and stands in no register. Find out what it is and who uses it. Enter it as a service, or as software, or close it by a change of the filter. Then say here what came of it.") };
	TRY(task_open_once(&st, &act, &in, &c->errors, &id, &opened));
	page_flash(c, opened ? FLASH_DONE : FLASH_NOTE, opened ? "Technical staff are asked what it is. The answer will stand with the task." : "Somebody has asked about it already: the task says what came of it.");
	return page_redirect(c, "/tasks/%lld", (long long)id);
}
