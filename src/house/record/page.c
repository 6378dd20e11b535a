/* A refused page: one tap for the teacher; unanswered by the end of the day it becomes a breach. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/record/inside.h"

static struct report report_of(const struct entry *e, struct str words, int64_t author)
{
	return (struct report){ .about = ABOUT_CHILD, .origin = author ? ORIGIN_STAFF : ORIGIN_PAGE,
		.procedure = STR("filtering-breach"), .topic_type = STR("breach"), .subject = entry_int(e, "subject"),
		.author = author, .words = words.n ? words : author ? STR("A refused page was unsuitable.") : STR_NONE,
		.address = entry_value(e, "address"), .category = entry_value(e, "category"),
		.event_key = entry_value(e, "event_key"), .happened_utc = entry_int(e, "happened") };
}

static enum err at_once(const struct desk *k, const struct act *act, const struct refused_page *p, struct diag *d, int64_t *id)
{
	struct received got;
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_PAGE, .procedure = STR("filtering-breach"),
		.topic_type = STR("breach"), .subject = p->subject, .address = p->address, .category = p->category,
		.event_key = p->event_key, .happened_utc = p->happened_utc };
	TRY(record_report(k, act, &r, d, &got));
	*id = got.id;
	return OK;
}

static enum err kept_already(const struct desk *k, struct arena *a, int64_t school, struct str key, int64_t *id)
{
	struct entry_may program = record_program(school);
	struct entry_query q = { .reg = "refused-page", .where = { { "event_key", ENTRY_IS, 0, key } }, .n_where = 1, .bare = true };
	struct entry_page page = { 0 };
	*id = 0;
	if (key.n)
		TRY(entry_list(k->store, a, &program, &q, &page));
	*id = page.n ? page.entries[0].id : 0;
	return OK;
}

static enum err keep(const struct desk *k, const struct act *act, struct arena *a, const struct refused_page *p, struct diag *d,
                     int64_t *id)
{
	struct entry_person people[RECORD_BARRED_MAX + 1];
	struct fields f = { 0 };
	size_t n = 0;
	if (p->subject)
		people[n++] = (struct entry_person){ p->subject, ENTRY_SUBJECT };
	for (size_t i = 0; i < p->n_teachers && n < ARRAY_N(people); i++)
		people[n++] = (struct entry_person){ p->teachers[i], ENTRY_ASSIGNED };
	fields_text(&f, "address", p->address);
	fields_text(&f, "category", p->category);
	fields_int(a, &f, "subject", p->subject);
	fields_text(&f, "event_key", p->event_key);
	fields_int(a, &f, "happened", p->happened_utc ? p->happened_utc : clock_utc());
	fields_int(a, &f, "due", calendar_day_end(library_calendar(k->library), clock_utc()));
	struct entry_in in = { .reg = "refused-page", .state = "waiting", .fields = f.v, .n_fields = f.n, .people = people,
		.n_people = n };
	TRY(entry_create(k->store, act, &in, d, id));
	for (size_t i = 0; i < p->n_teachers; i++)
		TRY(notify_add(k->store->db, act, NOTICE_PAGE_REFUSED, p->teachers[i], "/pages", 0, 0));
	return OK;
}

enum err record_page(const struct desk *k, const struct act *act, const struct refused_page *p, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	if (!p->n_teachers)
		return at_once(k, act, p, d, id);
	TRY(db_tx_begin(k->store->db, &tx));
	int64_t found;
	TRY(kept_already(k, &a, act->school, p->event_key, &found));
	if (!found)
		TRY(keep(k, act, &a, p, d, &found));
	TRY(db_tx_commit(&tx));
	*id = found;
	return OK;
}

enum err record_pages(const struct desk *k, struct arena *a, const struct entry_may *may, struct page_line **out, size_t *n)
{
	struct entry_query q = { .reg = "refused-page", .states = { "waiting" }, .assigned = may->person, .limit = 200 };
	struct entry_page page;
	TRY(entry_list(k->store, a, may, &q, &page));
	struct page_line *list = arena_array(a, struct page_line, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = (struct page_line){ .id = page.entries[i].id, .subject = entry_int(&page.entries[i], "subject"),
			.happened_utc = entry_int(&page.entries[i], "happened"), .address = entry_value(&page.entries[i], "address"),
			.category = entry_value(&page.entries[i], "category") };
	*out = list;
	*n = page.n;
	return OK;
}

static enum err settle(const struct desk *k, const struct act *act, const struct entry *e, const char *state)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry_may program = record_program(act->school);
	struct entry_in in = { .reg = "refused-page", .state = state };
	return entry_update(k->store, act, &program, e->id, e->version, &in, &d);
}

static enum err forward(const struct desk *k, const struct act *act, const struct entry *e, struct str words, struct diag *d)
{
	struct received got;
	struct report r = report_of(e, words, act->person);
	TRY(record_report(k, act, &r, d, &got));
	return settle(k, act, e, "forwarded");
}

enum err record_tap(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, bool harmless,
                    struct str words, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(entry_get(k->store, &a, may, id, 0, &e));
	if (!str_is(e.reg, "refused-page"))
		return ERR_ABSENT;
	if (!str_is(e.state, "waiting"))
		return ERR_STATE;
	TRY(harmless ? settle(k, act, &e, "harmless") : forward(k, act, &e, words, d));
	return db_tx_commit(&tx);
}

enum err record_pages_due(const struct desk *k, const struct act *act)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may program = record_program(act->school);
	struct entry_query q = { .reg = "refused-page", .states = { "waiting" },
		.where = { { "due", ENTRY_UPTO, clock_utc(), STR_NONE } }, .n_where = 1, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(entry_list(k->store, &a, &program, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		AUTO(diag_done) struct diag d = diag_init(5);
		AUTO(db_tx_done) struct db_tx tx = { 0 };
		TRY(db_tx_begin(k->store->db, &tx));
		TRY(forward(k, act, &page.entries[i], STR_NONE, &d));
		TRY(db_tx_commit(&tx));
	}
	return OK;
}
