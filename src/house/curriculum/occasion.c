/* Sessions and events for grown-ups, and days in the year. */
#include "base/buf.h"
#include "base/mem.h"
#include "house/curriculum/inside.h"

static uint32_t audiences_of(struct str words)
{
	struct str word;
	uint32_t bits = 0;
	enum audience a;
	while (str_next(&words, ' ', &word))
		if (word.n && audience_read(word, &a) == OK)
			bits |= AUDIENCE_BIT(a);
	return bits;
}

static struct str audience_words(struct arena *a, uint32_t bits)
{
	AUTO(buf_done) struct buf b = buf_init(200);
	for (int i = 0; i < N_AUDIENCES; i++)
		if (bits & AUDIENCE_BIT(i))
			buf_fmt(&b, "%s%s", b.n ? " " : "", audience_word((enum audience)i));
	return arena_str(a, buf_str(&b));
}

static struct occasion occasion_of(const struct entry *e)
{
	return (struct occasion){ .id = e->id, .version = e->version, .title = entry_value(e, "title"), .kind = entry_value(e, "kind"), .state = e->state,
		.outcomes = entry_value(e, "outcomes"), .tags = entry_value(e, "tags"), .visitor = entry_value(e, "visitor"),
		.content_checked = entry_value(e, "content-checked"), .evaluation = entry_value(e, "evaluation"), .on_utc = curriculum_day(e, "on"),
		.leader = curriculum_number(e, "leader", 0), .content_by = curriculum_number(e, "content-by", 0),
		.attended = curriculum_number(e, "attended", -1), .audiences = audiences_of(entry_value(e, "audiences")),
		.featured = str_is(entry_value(e, "featured"), "yes") };
}

static enum err check_occasion(const struct curriculum *c, const struct occasion *in, struct diag *d)
{
	size_t before = d->errors;
	if (!str_trim(in->title).n)
		diag_add(d, DIAG_ERROR, STR("title"), 0, "Say in a few words what it is.");
	if (!in->kind.n)
		diag_add(d, DIAG_ERROR, STR("kind"), 0, "Choose what kind it is.");
	if (!in->audiences)
		diag_add(d, DIAG_ERROR, STR("audiences"), 0, "Say for whom it is.");
	if (!curriculum_knows(c, in->outcomes))
		diag_add(d, DIAG_ERROR, STR("outcomes"), 0, "Choose from the list.");
	if (!in->on_utc)
		diag_add(d, DIAG_ERROR, STR("on"), 0, "Say on which day.");
	if (in->visitor.n && (!in->content_by || !in->content_checked.n))
		diag_add(d, DIAG_ERROR, STR("content-checked"), 0, "Before somebody from outside is booked, a member of staff looks at what they will show and say: write who, what and when.");
	return d->errors > before ? ERR_INVALID : OK;
}

static enum err change(struct store *st, const struct act *act, int64_t id, struct entry_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = curriculum_may(act->school);
	struct occasion was;
	TRY(occasion_get(st, &a, act->school, id, &was));
	in->reg = "education-event";
	return entry_update(st, act, &may, id, was.version, in, d);
}

enum err occasion_save(struct store *st, const struct act *act, const struct curriculum *c, const struct occasion *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	TRY(check_occasion(c, in, d));
	const struct entry_field f[] = { { STR("title"), in->title }, { STR("kind"), in->kind }, { STR("audiences"), audience_words(&a, in->audiences) },
		{ STR("outcomes"), curriculum_text(in->outcomes) }, { STR("tags"), curriculum_text(in->tags) }, { STR("on"), curriculum_date(&a, in->on_utc) },
		{ STR("leader"), arena_id(&a, in->leader) }, { STR("visitor"), curriculum_text(in->visitor) }, { STR("content-by"), arena_id(&a, in->content_by) },
		{ STR("content-checked"), curriculum_text(in->content_checked) }, { STR("featured"), in->featured ? STR("yes") : STR("no") } };
	struct entry_in e = { .reg = "education-event", .fields = f, .n_fields = ARRAY_N(f) };
	*id = in->id;
	return in->id ? change(st, act, in->id, &e, d) : entry_create(st, act, &e, d, id);
}

enum err occasion_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct occasion *out)
{
	struct entry_may may = curriculum_may(school);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "education-event"))
		return ERR_ABSENT;
	*out = occasion_of(&e);
	return OK;
}

enum err occasion_held(struct store *st, const struct act *act, int64_t id, int64_t attended, struct str evaluation, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct occasion was;
	TRY(occasion_get(st, &a, act->school, id, &was));
	if (str_is(was.state, "cancelled"))
		return ERR_STATE;
	if (was.visitor.n && !str_trim(evaluation).n) {
		diag_add(d, DIAG_ERROR, STR("evaluation"), 0, "Somebody from outside took part: write how it was and whether to ask them again.");
		return ERR_INVALID;
	}
	const struct entry_field f[] = { { STR("attended"), attended >= 0 ? arena_fmt(&a, "%lld", (long long)attended) : STR("") },
		{ STR("evaluation"), curriculum_text(evaluation) } };
	struct entry_in in = { .state = "held", .fields = f, .n_fields = ARRAY_N(f) };
	return change(st, act, id, &in, d);
}

enum err occasion_cancel(struct store *st, const struct act *act, int64_t id, struct diag *d)
{
	struct entry_in in = { .state = "cancelled" };
	return change(st, act, id, &in, d);
}

enum err occasion_list(struct store *st, struct arena *a, int64_t school, int64_t from, int64_t to, struct occasion **out, size_t *n)
{
	struct entry *e;
	size_t found;
	struct entry_query q = { .reg = "education-event", .states = { "planned", "held" }, .order_by = "on", .ascending = true,
		.where = { { "on", ENTRY_FROM, from, STR_NONE }, { "on", ENTRY_UPTO, to - 1, STR_NONE } }, .n_where = 2 };
	TRY(curriculum_entries(st, a, school, q, &e, &found));
	*out = arena_array(a, struct occasion, found + 1);
	for (size_t i = 0; i < found; i++)
		(*out)[i] = occasion_of(&e[i]);
	*n = found;
	return OK;
}
