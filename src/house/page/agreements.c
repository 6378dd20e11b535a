/* Keeping agreements: what is in force for whom, a new version, who has not signed. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/procedure/library.h"
#include "house/page/routes.h"
#include "house/web/table.h"

/* What the program brings, for this school's profile; false when it cannot be used. */
static bool written(struct page_ctx *c, struct agreement_data *out)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	*out = (struct agreement_data){ 0 };
	return c->web->library && agreement_data_load(c->arena, cli_data(), &c->web->library->profile, &d, out) == OK;
}

static enum err in_force(struct page_ctx *c, struct view_agreements *v)
{
	struct store st = page_store(c);
	struct view_agreements_active *rows = arena_array(c->arena, struct view_agreements_active, (size_t)AGREEMENT_AUDIENCES);
	struct str *missing = arena_array(c->arena, struct str, (size_t)AGREEMENT_AUDIENCES);
	for (size_t i = 0; i < (size_t)AGREEMENT_AUDIENCES; i++) {
		struct agreement_active g;
		enum err e = agreement_in_force(&st, c->arena, c->school, str_z(agreement_audiences[i].word), &g);
		if (e == ERR_ABSENT)
			missing[v->n_missing++] = str_z(agreement_audiences[i].word);
		else if (e != OK)
			return e;
		else
			rows[v->n_active++] = (struct view_agreements_active){ g.text.audience, g.text.title, g.text.version, time_date_words(c->arena, g.active_utc) };
	}
	v->active = rows;
	v->missing = missing;
	return OK;
}

/* Texts of the file that are not the ones in force. */
static enum err ready(struct page_ctx *c, struct view_agreements *v)
{
	struct store st = page_store(c);
	struct agreement_data data;
	v->file_bad = !written(c, &data);
	const struct agreement_set set = data.texts;
	struct view_agreements_ready *rows = arena_array(c->arena, struct view_agreements_ready, set.n + 1);
	for (size_t i = 0; i < set.n; i++) {
		struct agreement_active g;
		enum err e = agreement_in_force(&st, c->arena, c->school, set.v[i].audience, &g);
		if (e != OK && e != ERR_ABSENT)
			return e;
		if (e == ERR_ABSENT || memcmp(g.text.digest, set.v[i].digest, SHA256_BYTES) != 0)
			rows[v->n_ready++] = (struct view_agreements_ready){ set.v[i].audience, set.v[i].title, set.v[i].version };
	}
	v->ready = rows;
	return OK;
}

static enum err versions(struct page_ctx *c, struct table *t, struct view_agreements *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "agreement", .order_by = "activated", .offset = t->offset, .limit = 50 };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	t->total = page.total;
	struct view_agreements_versions *rows = arena_array(c->arena, struct view_agreements_versions, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		int64_t version = 0, since = 0;
		bool active = str_is(e->state, "active");
		(void)str_i64(entry_value(e, "version"), &version);       /* the register checked both */
		(void)time_read_iso(entry_value(e, "activated"), &since);
		rows[i] = (struct view_agreements_versions){ entry_value(e, "audience"), entry_value(e, "title"), version,
			page_text(active ? TEXT_agreements_in_force : TEXT_agreements_retired), active ? STR("green") : STR("grey"), time_date_words(c->arena, since) };
	}
	v->versions = rows;
	v->n_versions = page.n;
	return OK;
}

enum err agreements_show(struct page_ctx *c)
{
	struct table t = table_read(c, 50);
	struct view_agreements v = { .may_put = page_may(c, CAP_POLICY_TEXT, ACCESS_WRITE) };
	TRY(in_force(c, &v));
	if (v.may_put)
		TRY(ready(c, &v));
	TRY(versions(c, &t, &v));
	v.pages = table_pages(c, &t);
	page_begin(c, "Agreements");
	view_agreements_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err agreements_do(struct page_ctx *c)
{
	struct agreement_data data;
	struct store st = page_store(c);
	struct act act = page_act(c, "put an agreement in force");
	if (!written(c, &data))
		return ERR_STATE;
	const struct agreement_set set = data.texts;
	for (size_t i = 0; i < set.n; i++) {
		if (!str_eq(set.v[i].audience, page_field(c, "audience")))
			continue;
		enum err e = agreement_activate_shipped(&st, c->arena, &act, &data, &set.v[i], &c->errors);
		if (e != ERR_EXISTS)
			TRY(e);
		page_flash(c, FLASH_DONE, "%.*s is in force for %.*s.", STRF(set.v[i].title), STRF(set.v[i].audience));
		return page_redirect(c, "/agreements");
	}
	return ERR_ABSENT;
}

/* To read, and to print as a poster for the wall. */
enum err agreement_text_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct agreement_active g;
	TRY(agreement_in_force(&st, c->arena, c->school, page_param(c, "audience"), &g));
	struct part_promises promises = promises_part(c, &g.text, NULL, 0, 0);
	promises.child = g.text.aloud;
	promises.read = STR_NONE;
	return page_show(c, agreement_text, "Agreement", .title = g.text.title, .notice = g.text.notice, .version = g.text.version,
		.since = time_date_words(c->arena, g.active_utc), .promises = promises);
}

/* ---- who has not signed ---- */

enum { PER_PAGE = 50, PEOPLE_STEP = 200, CSV_PAGE = 500 };

static const struct { enum standing standing; const char *words, *colour; } standings[] = {
	{ STANDING_UNSIGNED, "Not signed", "yellow" }, { STANDING_DECLINED, "Said no for now", "orange" },
	{ STANDING_GRACE, "Days of grace", "blue" }, { STANDING_UNKNOWN, "No agreement in force", "red" },
};

static struct person_query asked(struct page_ctx *c, struct str q)
{
	struct person_query p = { .words = q, .limit = PEOPLE_STEP, .class_id = page_query_int(c, "class", 0, 1, INT64_MAX) };
	enum person_kind kind = 0;
	if (kind_read(page_query(c, "kind"), &kind) == OK)
		p.kind = kind;
	return p;
}

static struct str class_name(struct page_ctx *c, const struct person *p)
{
	struct school_class k;
	return p->class_id && class_get(c->db, c->arena, c->school, p->class_id, &k) == OK ? k.name : STR_NONE;
}

/* From the person at *at on, until `max` rows are found; *at is then where to go on, -1 at the end. */
static enum err gather(struct page_ctx *c, struct person_query q, size_t max, int64_t *at, struct view_unsigned_rows *rows, size_t *n)
{
	struct store st = page_store(c);
	int64_t total = INT64_MAX;
	for (*n = 0; *at < total; ) {
		struct person *p;
		size_t m;
		q.offset = *at;
		TRY(person_list(c->db, c->arena, c->school, &q, &p, &m, &total));
		for (size_t i = 0; i < m; i++) {
			struct agreement_state s;
			if (*n == max)
				return OK;
			TRY(agreement_state_of(&st, c->arena, &p[i], clock_utc(), &s));
			for (size_t k = 0; k < ARRAY_N(standings); k++)
				if (s.standing == standings[k].standing)
					rows[(*n)++] = (struct view_unsigned_rows){ p[i].name, str_z(kind_title(p[i].kind)), class_name(c, &p[i]),
						str_z(standings[k].words), str_z(standings[k].colour) };
			++*at;
		}
		if (!m)
			break;
	}
	*at = -1;
	return OK;
}

static enum err unsigned_csv(struct page_ctx *c, const struct person_query *q)
{
	struct view_unsigned_rows *rows = arena_array(c->arena, struct view_unsigned_rows, CSV_PAGE);
	csv_begin(c, "not-signed.csv");
	static const char *const heads[] = { "Name", "Kind", "Class", "Agreement" };
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (int64_t at = 0; at >= 0; ) {
		size_t n;
		TRY(gather(c, *q, CSV_PAGE, &at, rows, &n));
		for (size_t i = 0; i < n; i++) {
			csv_cell(c, rows[i].name);
			csv_cell(c, rows[i].kind);
			csv_cell(c, rows[i].class);
			csv_cell(c, rows[i].standing);
			csv_row(c);
		}
	}
	return csv_end(c);
}

static enum err class_choice(struct page_ctx *c, int64_t now, struct part_select *out)
{
	struct school_class *k;
	size_t n;
	TRY(class_list(c->db, c->arena, c->school, &k, &n));
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n + 1);
	items[0] = (struct part_select_items){ STR(""), page_text(TEXT_agreements_all), !now };
	for (size_t i = 0; i < n; i++)
		items[i + 1] = (struct part_select_items){ arena_fmt(c->arena, "%lld", (long long)k[i].id), k[i].name, k[i].id == now };
	*out = (struct part_select){ .name = STR("class"), .label = page_text(TEXT_agreements_class), .items = items, .n_items = n + 1 };
	return OK;
}

static struct part_select kind_choice(struct page_ctx *c, enum person_kind now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, KIND_PARENT + 1);
	items[0] = (struct part_select_items){ STR(""), page_text(TEXT_agreements_all), !now };
	for (int k = KIND_LEARNER; k <= KIND_PARENT; k++)
		items[k] = (struct part_select_items){ str_z(kind_word((enum person_kind)k)), str_z(kind_title((enum person_kind)k)), (int)now == k };
	return (struct part_select){ .name = STR("kind"), .label = page_text(TEXT_agreements_kind), .items = items, .n_items = KIND_PARENT + 1 };
}

static struct str more_href(struct page_ctx *c, const struct person_query *q, int64_t at)
{
	AUTO(buf_done) struct buf b = buf_init(FORM_MAX_BYTES);
	if (q->words.n)
		form_add(&b, STR("q"), q->words);
	if (q->class_id)
		form_add(&b, STR("class"), arena_fmt(c->arena, "%lld", (long long)q->class_id));
	if (q->kind)
		form_add(&b, STR("kind"), str_z(kind_word(q->kind)));
	if (at)
		form_add(&b, STR("from"), arena_fmt(c->arena, "%lld", (long long)at));
	return arena_fmt(c->arena, "/agreements/unsigned?%.*s", STRF(buf_str(&b)));
}

enum err unsigned_show(struct page_ctx *c)
{
	struct table t = table_read(c, PER_PAGE);
	struct person_query q = asked(c, t.q);
	struct view_unsigned_rows *rows = arena_array(c->arena, struct view_unsigned_rows, PER_PAGE);
	struct part_select classes;
	int64_t from = page_query_int(c, "from", 0, 1, 10000000), at = from;
	size_t n;
	if (t.csv)
		return unsigned_csv(c, &q);
	TRY(class_choice(c, q.class_id, &classes));
	TRY(gather(c, q, PER_PAGE, &at, rows, &n));
	return page_show(c, unsigned, "Who has not signed", .q = t.q, .class = classes, .kind = kind_choice(c, q.kind), .csv = table_csv_href(c),
		.rows = rows, .n_rows = n, .prev = from ? more_href(c, &q, 0) : STR_NONE, .next = at > 0 ? more_href(c, &q, at) : STR_NONE);
}
