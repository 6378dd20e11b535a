#include "house/casefile/link.h"

#include "base/mem.h"

static struct entry_may program(int64_t school) { return (struct entry_may){ .school = school, .classes = ~0u & ~1u }; }

static int64_t int_of(const struct entry *e, const char *field)
{
	int64_t v;
	return str_i64(entry_value(e, field), &v) == OK ? v : 0;
}

/* ---- reading ---- */

static enum err of_side(const struct desk *k, struct arena *a, int64_t school, const char *side, int64_t id, struct entry_page *out)
{
	struct entry_may all = program(school);
	struct entry_query q = { .reg = "case-link", .states = { "linked" }, .where = { { side, ENTRY_IS, id, STR_NONE } }, .n_where = 1, .limit = LINKS_MAX };
	return entry_list(k->store, a, &all, &q, out);
}

static enum err one(const struct desk *k, struct arena *a, const struct entry_may *may, const struct entry *e, int64_t other, struct case_tie *out)
{
	struct entry there;
	TRY(record_file(k, a, may, other, &there));
	*out = (struct case_tie){ .id = e->id, .version = e->version, .made_utc = e->made_utc, .made_by = e->made_by, .reason = entry_value(e, "reason"),
		.other = { .id = there.id, .reg = there.reg, .state = there.state, .title = entry_value(&there, "title"), .reference = entry_value(&there, "reference"),
		.subject = int_of(&there, "subject"), .opened_utc = there.made_utc } };
	return OK;
}

enum err tie_list(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_tie **out, size_t *n)
{
	static const char *const sides[] = { "a", "b" };
	struct entry here;
	struct case_tie *list = arena_array(a, struct case_tie, 2 * LINKS_MAX + 1);
	size_t count = 0;
	TRY(record_file(k, a, may, id, &here));
	for (size_t s = 0; s < 2; s++) {
		struct entry_page page;
		TRY(of_side(k, a, may->school, sides[s], id, &page));
		for (size_t i = 0; i < page.n; i++) {
			enum err e = one(k, a, may, &page.entries[i], int_of(&page.entries[i], sides[1 - s]), &list[count]);
			if (e != OK && e != ERR_ABSENT)
				return e;
			count += e == OK;
		}
	}
	*out = list;
	*n = count;
	return OK;
}

/* ---- writing ---- */

static enum err by_reference(const struct desk *k, struct arena *a, const struct entry_may *may, struct str reference, struct entry *out)
{
	static const char *const regs[] = { "case", "allegation", "allegation-head" };
	for (size_t i = 0; i < ARRAY_N(regs); i++) {
		struct entry_page page;
		struct entry_query q = { .reg = regs[i], .where = { { "reference", ENTRY_IS, 0, reference } }, .n_where = 1, .limit = 1, .bare = true };
		TRY(entry_list(k->store, a, may, &q, &page));
		if (page.n)
			return record_file(k, a, may, page.entries[0].id, out);
	}
	return ERR_ABSENT;
}

static enum err find(const struct desk *k, struct arena *a, const struct entry_may *may, struct str other, struct entry *out)
{
	int64_t id;
	other = str_trim(other);
	ptrdiff_t slash = str_rchr(other, '/');
	struct str number = slash >= 0 ? str_from(other, (size_t)slash + 1) : other;
	if (str_i64(number, &id) == OK && id > 0 && record_file(k, a, may, id, out) == OK)
		return OK;
	return other.n ? by_reference(k, a, may, other, out) : ERR_ABSENT;
}

static bool linked(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, int64_t other)
{
	struct case_tie *list;
	size_t n;
	if (tie_list(k, a, may, id, &list, &n) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (list[i].other.id == other)
			return true;
	return false;
}

enum err tie_add(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str other, struct str reason, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry here, there = { 0 };
	int64_t made;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(record_file(k, &a, may, id, &here));
	if (!str_trim(reason).n || reason.n > LINK_REASON_MAX)
		diag_add(d, DIAG_ERROR, STR("reason"), 0, "Say in a sentence why they belong together.");
	enum err found = find(k, &a, may, other, &there);
	if (found != OK || there.id == id)
		diag_add(d, DIAG_ERROR, STR("other"), 0, "There is no other case of this reference or number that you may see.");
	else if (linked(k, &a, may, id, there.id))
		diag_add(d, DIAG_ERROR, STR("other"), 0, "These two are linked already.");
	if (d->errors)
		return ERR_INVALID;
	const struct entry *strict = there.class > here.class ? &there : &here;
	struct entry_field f[] = { { STR("a"), arena_fmt(&a, "%lld", (long long)id) }, { STR("b"), arena_fmt(&a, "%lld", (long long)there.id) }, { STR("reason"), reason } };
	struct entry_in in = { .reg = "case-link", .class = strict->class, .state = "linked", .parent = strict->id, .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_create(k->store, act, &in, d, &made));
	return db_tx_commit(&tx);
}

enum err tie_end(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, int64_t tie, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may all = program(act->school);
	struct case_tie *list;
	size_t n;
	TRY(tie_list(k, &a, may, id, &list, &n));
	for (size_t i = 0; i < n; i++) {
		if (list[i].id != tie)
			continue;
		if (!str_trim(why).n) {
			diag_add(d, DIAG_ERROR, STR("ended_why"), 0, "Say why they do not belong together any more.");
			return ERR_INVALID;
		}
		struct entry_field f[] = { { STR("ended_why"), str_upto(why, LINK_REASON_MAX) } };
		struct entry_in in = { .reg = "case-link", .state = "ended", .fields = f, .n_fields = 1 };
		return entry_update(k->store, act, &all, tie, list[i].version, &in, d);
	}
	return ERR_ABSENT;
}

/* ---- people ---- */

static enum err others_of(const struct desk *k, const struct entry_may *may, int64_t person, int64_t *out)
{
	*out = 0;
	return entry_count(k->store, may, &(struct entry_query){ .reg = "case", .about = person }, out);
}

enum err tie_people(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct tie_person **out, size_t *n)
{
	struct entry e;
	TRY(record_file(k, a, may, id, &e));
	struct tie_person *list = arena_array(a, struct tie_person, e.n_people + 1);
	size_t count = 0;
	for (size_t i = 0; i < e.n_people && count < LINK_PEOPLE_MAX; i++) {
		if (e.people[i].as != ENTRY_SUBJECT && e.people[i].as != ENTRY_INVOLVED)
			continue;
		list[count] = (struct tie_person){ .person = e.people[i].person, .as = e.people[i].as };
		TRY(others_of(k, may, list[count].person, &list[count].others));
		list[count].others -= str_is(e.reg, "case") && list[count].others > 0;
		count++;
	}
	*out = list;
	*n = count;
	return OK;
}
