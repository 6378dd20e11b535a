/* Lists, counts and clocks over all cases. */
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "house/record/inside.h"

/* The registers that this person can find anything in. */
static size_t registers_of(const struct entry_may *may, const char *out[3])
{
	uint32_t all = may->classes | may->own;
	size_t n = 0;
	if (all & ENTRY_BIT(ENTRY_CHILD))
		out[n++] = "case";
	if (all & ENTRY_BIT(ENTRY_STAFF))
		out[n++] = "allegation";
	if (all & ENTRY_BIT(ENTRY_CHAIR))
		out[n++] = "allegation-head";
	return n;
}

static const struct { const char *word, *title, *none; } lists[] = {
#define CASE_LIST_ROW_(name, word, title, none) { word, title, none },
	CASE_LIST_TABLE(CASE_LIST_ROW_)
#undef CASE_LIST_ROW_
};

const char *case_list_word(enum case_list l) { return lists[l].word; }
const char *case_list_title(enum case_list l) { return lists[l].title; }
const char *case_list_none(enum case_list l) { return lists[l].none; }

enum case_list case_list_of(struct str word)
{
	for (int l = 1; l < N_CASE_LISTS; l++)
		if (str_is(word, lists[l].word))
			return (enum case_list)l;
	return CASES_ALL;
}

static void where(struct entry_query *q, const char *key, enum entry_op op, int64_t i, struct str s)
{
	q->where[q->n_where++] = (struct entry_where){ key, op, i, s };
}

enum { GRACE_S = 1800 };

/* What stands on one list of Today. */
static void narrow(struct entry_query *q, enum case_list list, const struct entry_may *may)
{
	int64_t now = clock_utc(), night = time_uk_midnight(time_uk_midnight(now) + 36 * 3600);
	q->ascending = true;
	q->order_by = list == CASES_NEW ? "ack_due" : "due";
	if (list == CASES_NEW)
		where(q, "ack", ENTRY_IS, 0, STR_NONE);
	if (list == CASES_DUE || list == CASES_WAITING)              /* what nobody has taken on stands on one list, not on three */
		where(q, "ack", ENTRY_FROM, 1, STR_NONE);
	if (list == CASES_OVERDUE || list == CASES_DUE)
		where(q, "due", ENTRY_FROM, list == CASES_DUE ? now - GRACE_S + 1 : 1, STR_NONE);
	if (list == CASES_OVERDUE)
		where(q, "due", ENTRY_UPTO, now - GRACE_S, STR_NONE);
	if (list == CASES_DUE)
		where(q, "due", ENTRY_UPTO, night - 1, STR_NONE);
	if (list == CASES_MINE)
		where(q, "owner", ENTRY_IS, may->person, STR_NONE);
	if (list == CASES_WAITING)
		where(q, "waits", ENTRY_IS, 0, STR("yes"));
	if (list == CASES_PARENTS)
		where(q, "parents", ENTRY_IS, 0, STR("owed"));
}

static struct entry_query query_of(const char *reg, const struct entry_may *may, const struct case_query *q)
{
	struct entry_query out = { .reg = reg, .words = q->words, .about = q->about, .offset = q->offset,
		.limit = q->limit ? q->limit : 50, .enough = q->words.n ? ENTRY_ENOUGH_FOUND : ENTRY_ENOUGH };
	if (q->state)
		out.states[0] = q->state;
	if (q->mine)
		out.where[out.n_where++] = (struct entry_where){ "owner", ENTRY_IS, may->person, STR_NONE };
	if (q->list != CASES_ALL) {
		out.states[0] = "open";
		narrow(&out, q->list, may);
	}
	return out;
}

static enum err add_lines(const struct desk *k, struct arena *a, const struct entry_may *may, const struct entry_query *q,
                          struct case_page *out)
{
	struct entry_page page;
	TRY(entry_list(k->store, a, may, q, &page));
	struct case_line *lines = arena_array(a, struct case_line, out->n + page.n + 1);
	if (out->n)
		memcpy(lines, out->lines, sizeof *lines * out->n);
	for (size_t i = 0; i < page.n; i++)
		case_line_of(&page.entries[i], &lines[out->n + i]);
	out->lines = lines;
	out->n += page.n;
	out->total += page.total;
	return OK;
}

/* Open and danger first, then by the time that is nearest, then newest. */
static int by_urgency(const void *a, const void *b)
{
	const struct case_line *x = a, *y = b;
	int64_t dx = x->acknowledged ? x->due_utc : x->ack_due_utc, dy = y->acknowledged ? y->due_utc : y->ack_due_utc;
	if (str_is(x->state, "open") != str_is(y->state, "open"))
		return str_is(x->state, "open") ? -1 : 1;
	if (x->danger != y->danger)
		return x->danger ? -1 : 1;
	if ((dx != 0) != (dy != 0))
		return dx ? -1 : 1;
	if (dx != dy)
		return dx < dy ? -1 : 1;
	return (x->id < y->id) - (x->id > y->id);
}

enum err record_cases(const struct desk *k, struct arena *a, const struct entry_may *may, const struct case_query *q,
                      struct case_page *out)
{
	const char *regs[3];
	size_t n = registers_of(may, regs);
	struct case_page page = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct entry_query one = query_of(regs[i], may, q);
		TRY(add_lines(k, a, may, &one, &page));
	}
	if (page.n)
		qsort(page.lines, page.n, sizeof *page.lines, by_urgency);
	*out = page;
	return OK;
}

/* What is counted, each with its label: the topics, or the choices of the field. */
static struct field_choice *words_of(const struct desk *k, struct arena *a, const char *field, size_t *n)
{
	const struct topics *t = &k->library->topics;
	const struct reg *reg = registers_find(k->store->registers, STR("case"));
	const struct field *f = reg ? reg_field(reg, str_z(field)) : NULL;
	*n = f ? f->n_choices : 0;
	if (!f || strcmp(field, "topic_type") != 0)
		return f ? f->choices : NULL;
	struct field_choice *v = arena_array(a, struct field_choice, t->n + 1);
	for (*n = 0; *n < t->n; (*n)++)
		v[*n] = (struct field_choice){ t->v[*n].id, t->v[*n].label };
	return v;
}

enum err record_counts(const struct desk *k, struct arena *a, int64_t school, int64_t viewer, const char *field, int64_t from_utc,
                       int64_t upto_utc, struct record_count **out, size_t *n)
{
	struct entry_may program = { .school = school, .person = viewer, .classes = ENTRY_BIT(ENTRY_CHILD) };
	size_t words;
	const struct field_choice *v = words_of(k, a, field, &words);
	if (!words)
		return ERR_ABSENT;
	struct record_count *list = arena_array(a, struct record_count, words);
	for (size_t i = 0; i < words; i++) {
		struct entry_query q = { .reg = "case", .from_utc = from_utc, .upto_utc = upto_utc,
			.where = { { field, ENTRY_IS, 0, v[i].value } }, .n_where = 1 };
		list[i].word = arena_str(a, v[i].label);
		TRY(entry_count(k->store, &program, &q, &list[i].n));
	}
	*out = list;
	*n = words;
	return OK;
}

/* ---- the clock ---- */

static const char *next_role(enum entry_class class, int64_t level)
{
	if (class == ENTRY_STAFF)
		return "head";
	if (class == ENTRY_CHAIR)
		return "chair";
	return level <= 0 ? "deputy" : "head";
}

static enum err escalate(const struct desk *k, const struct act *act, struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	char link[LINK_MAX];
	int64_t level = entry_int(e, "ack_level"), now = clock_utc();
	bool danger = str_is(entry_value(e, "danger"), "yes");
	snprintf(link, sizeof link, "/case/%lld", (long long)e->id);
	struct circle c = { .k = k, .act = act, .people = e->people, .n_people = e->n_people, .about = e->id, .link = link };
	TRY(circle_role(&c, str_z(next_role(e->class, level)), NOTICE_ESCALATED));
	if (!c.n_told && e->class == ENTRY_CHILD)
		TRY(circle_role(&c, STR("head"), NOTICE_ESCALATED));
	int64_t next = case_ack_due(k, danger, now);
	fields_int(&a, &f, "ack_level", level + 1);
	fields_int(&a, &f, "ack_due", level + 1 >= ACK_LEVEL_LAST ? calendar_days_on(library_calendar(k->library), now, 1) : next);
	TRY(case_put(k, act, e, NULL, &f));
	return case_note(k, act, e, "escalated", STR("Nobody had answered in time."), 0);
}

static enum err tick_register(const struct desk *k, const struct act *act, const char *reg, size_t *escalated)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may program = record_program(act->school);
	struct entry_query q = { .reg = reg, .states = { "open" }, .where = { { "ack", ENTRY_IS, 0, STR_NONE },
		{ "ack_due", ENTRY_FROM, 1, STR_NONE }, { "ack_due", ENTRY_UPTO, clock_utc(), STR_NONE } }, .n_where = 3,
		.limit = ENTRY_PAGE_MAX, .bare = true };
	struct entry_page page;
	TRY(entry_list(k->store, &a, &program, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		AUTO(db_tx_done) struct db_tx tx = { 0 };
		struct entry e;
		TRY(db_tx_begin(k->store->db, &tx));
		TRY(entry_get(k->store, &a, &program, page.entries[i].id, 0, &e));
		if (entry_int(&e, "ack") == 0 && entry_int(&e, "ack_due") <= clock_utc()) {
			TRY(escalate(k, act, &e));
			*escalated += 1;
		}
		TRY(db_tx_commit(&tx));
	}
	return OK;
}

enum err record_tick(const struct desk *k, int64_t school, size_t *escalated)
{
	static const char *const regs[] = { "case", "allegation", "allegation-head" };
	struct act act = { .school = school, .person = 0, .why = "not answered in time" };
	*escalated = 0;
	for (size_t i = 0; i < ARRAY_N(regs); i++)
		TRY(tick_register(k, &act, regs[i], escalated));
	return record_pages_due(k, &act);
}
