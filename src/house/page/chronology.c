/* One child's chronology across cases. */
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/chronology.h"
#include "house/page/casefile.h"
#include "house/page/form.h"
#include "house/web/table.h"

static int64_t day_of(struct page_ctx *c, const char *field, int64_t add)
{
	int64_t day = 0;
	struct str s = page_query(c, field);
	if (!s.n)
		return 0;
	if (time_read_date(s, &day) != OK) {
		page_wrong(c, field, "Write a day such as 14 September 2026.");
		return 0;
	}
	return day + add;
}

static struct part_input day_input(struct page_ctx *c, const char *name, enum text_key label)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .value = page_query(c, name), .error = page_wrong_text(c, name), .width = STR("10") };
}

static struct part_select themes_of(struct page_ctx *c, const struct chronology *r)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, r->n_themes + 1);
	items[0] = (struct part_select_items){ .value = STR(""), .label = page_text(TEXT_chronology_all) };
	for (size_t i = 0; i < r->n_themes; i++)
		items[i + 1] = (struct part_select_items){ .value = r->themes[i], .label = chronology_theme(c->web->library, r->themes[i], r->themes[i]),
			.checked = str_eq(r->themes[i], page_query(c, "theme")) };
	return (struct part_select){ .name = STR("theme"), .label = page_text(TEXT_chronology_theme), .items = items, .n_items = r->n_themes + 1 };
}

static struct part_select types_of(struct page_ctx *c)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, CHRON_TYPES + 1);
	items[0] = (struct part_select_items){ .value = STR(""), .label = page_text(TEXT_chronology_all) };
	for (size_t i = 0; i < CHRON_TYPES; i++)
		items[i + 1] = (struct part_select_items){ .value = str_z(chron_word((enum chron_type)i)), .label = str_z(chron_title((enum chron_type)i)),
			.checked = str_is(page_query(c, "type"), chron_word((enum chron_type)i)) };
	return (struct part_select){ .name = STR("type"), .label = page_text(TEXT_chronology_type), .items = items, .n_items = CHRON_TYPES + 1 };
}

static struct view_chronology_rows row_of(struct page_ctx *c, const struct chron_entry *e, bool print)
{
	bool later = e->recorded_utc > e->at_utc + 300;
	return (struct view_chronology_rows){ .at = page_when(c, e->at_utc), .type = str_z(chron_title(e->type)), .title = e->title,
		.line = print ? STR_NONE : e->line, .whole = print ? e->text : STR_NONE, .theme = e->theme, .reference = e->reference,
		.href = e->case_id ? arena_fmt(c->arena, "/case/%lld", (long long)e->case_id) : STR_NONE, .by = page_who(c, e->by),
		.later = later ? page_when(c, e->recorded_utc) : STR_NONE };
}

static enum err looked(struct page_ctx *c, const struct desk_view *k, const struct chronology *r, bool print)
{
	struct act act = page_act(c, "looked at a child's chronology");
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	for (size_t i = 0; i < r->n_cases; i++)
		TRY(record_looked_how(&k->desk, &act, r->cases[i], print ? LOOK_PRINT : LOOK_CHRONOLOGY));
	return db_tx_commit(&tx);
}

static struct str address(struct page_ctx *c, int64_t id, const char *more)
{
	struct str q = c->req->query_text;
	return arena_fmt(c->arena, "/people/%lld/chronology?%.*s%s%s", (long long)id, STRF(q), q.n ? "&" : "", more);
}

enum err chronology_show(struct page_ctx *c)
{
	struct desk_view k;
	struct person p;
	struct chronology r;
	struct table t = table_read(c, CHRONOLOGY_PAGE);
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(page_desk(c, &k));
	bool print = str_is(page_query(c, "print"), "yes"), newest = !str_is(page_query(c, "order"), "old");
	struct chron_query q = { .learner = id, .theme = page_query(c, "theme"), .type = page_query(c, "type"), .from_utc = day_of(c, "from", 0),
		.upto_utc = day_of(c, "upto", 86399), .newest_first = newest && !print, .offset = print ? 0 : t.offset, .limit = print ? 0 : CHRONOLOGY_PAGE };
	TRY(chronology_read(&k.desk, c->arena, &k.may, &q, &r));
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	if (p.kind != KIND_LEARNER)
		return ERR_ABSENT;
	TRY(looked(c, &k, &r, print));
	struct view_chronology_rows *rows = arena_array(c->arena, struct view_chronology_rows, r.n + 1);
	for (size_t i = 0; i < r.n; i++)
		rows[i] = row_of(c, &r.v[i], print);
	t.total = r.total;
	return page_show(c, chronology, "Chronology", .name = p.name, .person = id, .count = r.total, .cut = r.cut, .print = print, .newest = newest,
		.from = day_input(c, "from", TEXT_chronology_from), .upto = day_input(c, "upto", TEXT_chronology_upto), .themes = themes_of(c, &r), .types = types_of(c),
		.print_href = address(c, id, "print=yes"), .order_href = address(c, id, newest ? "order=old" : "order=new"), .rows = rows, .n_rows = r.n,
		.pages = table_pages(c, &t));
}
