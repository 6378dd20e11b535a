/* The risk assessment of a service; and what a school already uses, from a file. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/page_store.h"
#include "house/page/filter_form.h"
#include "house/page/routes.h"
#include "house/page/service_form.h"
#include "house/roll/text.h"
#include "house/service/service.h"

static const char *const questions[] = { "learner", "benefit", "content", "contact", "conduct", "commerce", "data", "accounts" };
static const struct { const char *kind, *fields[6]; } more[] = {
	{ "ai", { "ai-age", "ai-data", "ai-output", "ai-work", "ai-filter" } }, { "search", { "search-need" } }, { "videoconference", { "video" } }, { "filter", { "local-needs" } },
};
static const char *const last[] = { "likelihood", "impact", "review" };
enum { ASKED_MAX = 20 };

/* The questions of this kind of service, in the order of the page. */
static size_t asked(const struct entry *service, const char *out[ASKED_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_N(questions); i++)
		out[n++] = questions[i];
	for (size_t i = 0; i < ARRAY_N(more); i++)
		for (size_t k = 0; k < ARRAY_N(more[i].fields) && more[i].fields[k] && str_is(entry_value(service, "kind"), more[i].kind); k++)
			out[n++] = more[i].fields[k];
	for (size_t i = 0; i < ARRAY_N(last); i++)
		out[n++] = last[i];
	return n;
}

struct work { struct store st; struct entry service, now; const char *names[ASKED_MAX]; size_t n; };

/* What is being written, else what was signed, else what the wish said. */
static enum err load(struct page_ctx *c, struct work *w)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	w->st = page_store(c);
	TRY(service_get(&w->st, c->arena, c->school, id, &w->service));
	enum err e = assess_draft(&w->st, c->arena, c->school, id, &w->now);
	if (e == ERR_ABSENT)
		e = assess_signed(&w->st, c->arena, c->school, id, &w->now);
	if (e == ERR_ABSENT)
		w->now = (struct entry){ .fields = w->service.fields, .n_fields = w->service.n_fields };
	else
		TRY(e);
	w->n = asked(&w->service, w->names);
	return OK;
}

static enum err page(struct page_ctx *c, struct work *w)
{
	return page_show(c, service_form, "Risk assessment", .title = arena_fmt(c->arena, "Risk assessment: %.*s", STRF(entry_value(&w->service, "name"))),
		.lead = page_text(TEXT_service_assess_lead), .errors = page_errors(c), .action = arena_fmt(c->arena, "/services/%lld/assess", (long long)w->service.id),
		.back = arena_fmt(c->arena, "/services/%lld", (long long)w->service.id), .has_groups = true, .groups = service_groups(c, entry_value(&w->now, "groups")),
		.inputs = service_inputs(c, "assessment", w->names, w->n, &w->now), .n_inputs = w->n, .button = page_text(TEXT_service_save));
}

enum err service_assess_show(struct page_ctx *c)
{
	struct work w;
	TRY(load(c, &w));
	return page(c, &w);
}

enum err service_assess_do(struct page_ctx *c)
{
	struct work w;
	struct act act = page_act(c, "risk assessment written");
	struct entry_field f[ASKED_MAX + 1];
	int64_t id;
	TRY(load(c, &w));
	service_typed(c, "assessment", w.names, w.n, f);
	f[w.n] = (struct entry_field){ STR("groups"), service_groups_typed(c) };
	if (!f[w.n].value.n && !page_field(c, "learner").n)
		page_wrong(c, "groups", "Say who is to use it.");
	enum err e = page_is_wrong(c) ? ERR_INVALID : assess_save(&w.st, &act, &w.service, f, w.n + 1, &c->errors, &id);
	if (e != OK && page_is_wrong(c))
		return page(c, &w);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved. Signatures begin again with it.");
	return page_redirect(c, "/services/%lld", (long long)w.service.id);
}

/* ---- from a file ---- */

static bool imports(const struct page_ctx *c) { return page_reach(c, CAP_RISK, ACCESS_WRITE) & (REACH_ALL | REACH_TECHNICAL | REACH_OTHER); }

static enum err import_page(struct page_ctx *c)
{
	struct str day = c->req->method == METHOD_POST ? page_field(c, "day") : time_date_words(c->arena, clock_utc() + SERVICE_ASSESS_DAYS * 86400);
	return page_show(c, service_import, "Services from a file", .errors = page_errors(c), .error = page_wrong_text(c, "file"),
		.rows = { .name = STR("rows"), .label = page_text(TEXT_service_rows), .hint = page_text(TEXT_service_rows_hint), .value = page_field(c, "rows"), .error = page_wrong_text(c, "rows"), .rows = 8 },
		.day = { .name = STR("day"), .label = page_text(TEXT_service_import_day), .value = day, .error = page_wrong_text(c, "day"), .width = STR("20") });
}

enum err service_import_show(struct page_ctx *c) { return imports(c) ? import_page(c) : ERR_FORBIDDEN; }

enum err service_import_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "services from a file");
	struct service_import got = { 0 };
	struct str text = page_field(c, "rows");
	enum roll_encoding how;
	int64_t day;
	if (!imports(c))
		return ERR_FORBIDDEN;
	if (c->req->n_files && c->req->files[0].bytes.n && roll_text(c->arena, STR("file"), c->req->files[0].bytes, &c->errors, &text, &how) != OK && !page_is_wrong(c))
		page_wrong(c, "file", "The file cannot be read.");
	if (!text.n && !page_is_wrong(c))
		page_wrong(c, "file", "Choose a file, or paste the rows.");
	if (time_read_date(page_field(c, "day"), &day) != OK || day < clock_utc() - 86400)
		page_wrong(c, "day", "Write a day that lies ahead, like 12 March 2027.");
	enum err e = page_is_wrong(c) ? ERR_INVALID : service_csv(&st, &act, text, page_field(c, "day"), false, &c->errors, &got);
	if (e != OK && page_is_wrong(c))
		return import_page(c);
	TRY(e);
	filter_publish(c);
	page_flash(c, FLASH_DONE, "%zu came in as in use, to be assessed. %zu were there already.", got.added, got.known);
	return page_redirect(c, "/services");
}
