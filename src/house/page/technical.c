/* Technical help: what the safeguarding lead or a deputy asks comes first and is told at once (4.4-12). */
#include "base/clock.h"
#include "base/mem.h"
#include "house/notify/notify.h"
#include "house/page/desk.h"
#include "house/page/form.h"
#include "house/page/page_store.h"

enum { LIST_MAX = 100 };

static bool works_here(const struct page_ctx *c)
{
	return c->person && (c->person->kind == KIND_STAFF || c->person->kind == KIND_SUPPLY || c->person->kind == KIND_GOVERNOR);
}

static bool safeguards(const struct page_ctx *c) { return page_has_role(c, ROLE_DSL) || page_has_role(c, ROLE_DEPUTY) || page_has_role(c, ROLE_HEAD); }
static bool answers(const struct page_ctx *c) { return page_has_role(c, ROLE_TECHNICIAN) || page_has_role(c, ROLE_ADMIN); }

static struct entry_may may_of(const struct page_ctx *c)
{
	return (struct entry_may){ .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

static struct str took(struct page_ctx *c, const struct entry *e)
{
	int64_t minutes = (entry_i64(e, "answered") - e->made_utc + 59) / 60;
	if (!entry_i64(e, "answered"))
		return STR_NONE;
	return minutes < 120 ? arena_fmt(c->arena, "%lld minutes", (long long)minutes) : arena_fmt(c->arena, "%lld hours", (long long)(minutes / 60));
}

/* Of one priority and state, oldest first while they wait.  Who neither answers nor safeguards sees their own. */
static enum err add(struct page_ctx *c, const char *state, const char *priority, struct view_technical_rows *rows, size_t *n)
{
	struct store st = page_store(c);
	struct entry_may may = may_of(c);
	struct entry_query q = { .reg = "tech-request", .states = { state }, .limit = LIST_MAX, .where = { { "priority", ENTRY_IS, 0, str_z(priority) } }, .n_where = 1 };
	struct entry_page page;
	if (!answers(c) && !safeguards(c))
		q.where[q.n_where++] = (struct entry_where){ "asked_by", ENTRY_IS, c->person->id, STR_NONE };
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[strcmp(state, "open") == 0 ? page.n - 1 - i : i];
		rows[(*n)++] = (struct view_technical_rows){ .id = e->id, .need = entry_value(e, "need"), .details = entry_value(e, "details"),
			.first = strcmp(priority, "safeguarding") == 0, .who = page_who(c, entry_i64(e, "asked_by")), .at = page_when(c, e->made_utc),
			.open = strcmp(state, "open") == 0, .answers = answers(c) && strcmp(state, "open") == 0, .answer = entry_value(e, "answer"), .took = took(c, e) };
	}
	return OK;
}

static enum err show(struct page_ctx *c)
{
	struct view_technical_rows *rows = arena_array(c->arena, struct view_technical_rows, 4 * LIST_MAX);
	size_t n = 0;
	TRY(add(c, "open", "safeguarding", rows, &n));
	TRY(add(c, "open", "ordinary", rows, &n));
	size_t waiting = n;
	TRY(add(c, "done", "safeguarding", rows, &n));
	TRY(add(c, "done", "ordinary", rows, &n));
	return page_show(c, technical, "Technical help", .errors = page_errors(c), .lead = safeguards(c), .rows = rows, .n_rows = n, .waits = waiting > 0,
		.need = page_input(c, "need", TEXT_technical_need, page_text(TEXT_technical_need_hint)), .details = page_area(c, "details", TEXT_technical_details, 3));
}

enum err technical_show(struct page_ctx *c) { return works_here(c) ? show(c) : ERR_FORBIDDEN; }

static enum err tell(struct page_ctx *c, const struct act *act, int64_t id, bool first)
{
	static const char *const roles[] = { "technician", "admin" };
	size_t told = 0;
	for (size_t i = 0; i < ARRAY_N(roles) && !told; i++) {       /* without a technician, whoever administers */
		int64_t *people;
		size_t n;
		TRY(notify_holders(c->db, c->arena, c->school, str_z(roles[i]), &people, &n));
		for (size_t k = 0; k < n; k++)
			TRY(notify_add(c->db, act, first ? NOTICE_TECH_NOW : NOTICE_TECHNICAL, people[k], "/technical", id, 0));
		told += n;
	}
	return OK;
}

enum err technical_do(struct page_ctx *c)
{
	if (!works_here(c))
		return ERR_FORBIDDEN;
	struct store st = page_store(c);
	struct act act = page_act(c, "asked for technical help");
	struct str need = page_need(c, "need", 300, "Say what you need.");
	if (page_is_wrong(c))
		return show(c);
	struct entry_field f[] = { { STR("need"), need }, { STR("asked_by"), arena_fmt(c->arena, "%lld", (long long)c->person->id) },
		{ STR("priority"), safeguards(c) ? STR("safeguarding") : STR("ordinary") }, { STR("details"), page_field(c, "details") } };
	struct entry_in in = { .reg = "tech-request", .fields = f, .n_fields = f[3].value.n ? 4 : 3 };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t id;
	TRY(db_tx_begin(c->db, &tx));
	enum err e = entry_create(&st, &act, &in, &c->errors, &id);
	if (e == ERR_INVALID)
		return show(c);
	TRY(e);
	TRY(tell(c, &act, id, safeguards(c)));
	TRY(db_tx_commit(&tx));
	page_flash(c, FLASH_DONE, "Technical staff have been told.");
	return page_redirect(c, "/technical");
}

enum err technical_answer_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "technical help was given");
	struct entry_may may;
	struct entry e;
	int64_t id;
	if (!works_here(c) || !answers(c))
		return ERR_FORBIDDEN;
	may = may_of(c);
	TRY(page_id(c, "id", &id));
	TRY(entry_get(&st, c->arena, &may, id, 0, &e));
	if (!str_is(e.reg, "tech-request") || !str_is(e.state, "open"))
		return ERR_ABSENT;
	struct str answer = page_need(c, "answer", 4000, "Say what was done.");
	if (page_is_wrong(c))
		return show(c);
	struct entry_field f[] = { { STR("answer"), answer }, { STR("answered"), arena_fmt(c->arena, "%lld", (long long)clock_utc()) } };
	struct entry_in in = { .reg = "tech-request", .state = "done", .fields = f, .n_fields = 2 };
	TRY(entry_update(&st, &act, &may, id, e.version, &in, &c->errors));
	page_flash(c, FLASH_DONE, "It is kept.");
	return page_redirect(c, "/technical");
}
