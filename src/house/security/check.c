#include "house/security/check.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"

enum { TEXT_MAX = 60000, MEND_DAYS = 14, COLUMNS = 5 };

static const struct { const char *word, *title; } names[N_CHECKS] = {
#define CHECK_NAME_(id, word, title) [CHECK_##id] = { word, title },
	CHECK_TABLE(CHECK_NAME_)
#undef CHECK_NAME_
};
const char *check_word(enum check_id id) { return names[id].word; }
const char *check_title(enum check_id id) { return names[id].title; }

enum err check_read(struct str word, enum check_id *out)
{
	for (int i = 0; i < N_CHECKS; i++)
		if (str_is(word, names[i].word)) {
			*out = (enum check_id)i;
			return OK;
		}
	return ERR_ABSENT;
}

void check_add(struct check_list *l, enum check_id id, enum status s, struct str says, const char *mend)
{
	assert(l->n < N_CHECKS);
	l->v[l->n++] = (struct check_item){ .id = id, .status = s, .says = says, .mend = s == STATUS_GREEN || s == STATUS_NONE ? STR_NONE : str_z(mend) };
}

struct str check_setting(const struct check_place *p, const char *key)
{
	const struct conf_block *b = conf_find(&p->settings->conf, "check", STR(""));
	return b ? conf_get(b, key) : STR_NONE;
}

/* ---- kept, one line an item: word, status, since, says, mend ---- */

static struct entry_may program(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

static void put_plain(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_byte(b, s.p[i] == '\t' || s.p[i] == '\n' ? ' ' : s.p[i]);
}

static struct str written(struct arena *a, const struct check_run *r)
{
	AUTO(buf_done) struct buf b = buf_init(TEXT_MAX);
	for (size_t i = 0; i < r->n; i++) {
		buf_fmt(&b, "%s\t%d\t%lld\t", check_word(r->v[i].id), (int)r->v[i].status, (long long)r->v[i].since_utc);
		put_plain(&b, r->v[i].says);
		buf_byte(&b, '\t');
		put_plain(&b, r->v[i].mend);
		buf_byte(&b, '\n');
	}
	return arena_str(a, buf_str(&b));
}

static bool read_line(struct str line, struct check_item *out)
{
	struct str col[COLUMNS] = { 0 };
	size_t n = 0;
	int64_t status = 0;
	*out = (struct check_item){ 0 };
	while (n < COLUMNS && str_next(&line, '\t', &col[n]))
		n++;
	if (n < COLUMNS - 1 || check_read(col[0], &out->id) != OK || str_i64(col[1], &status) != OK || str_i64(col[2], &out->since_utc) != OK)
		return false;
	out->status = (enum status)status;
	out->says = col[3];
	out->mend = n == COLUMNS ? col[4] : STR_NONE;
	return status >= STATUS_NONE && status <= STATUS_GREEN;
}

static void read_run(const struct entry *e, struct check_run *out)
{
	struct str rest = entry_value(e, "items"), line;
	*out = (struct check_run){ .id = e->id, .at_utc = e->made_utc };
	while (out->n < N_CHECKS && str_next(&rest, '\n', &line))
		out->n += read_line(line, &out->v[out->n]);
}

static const struct check_item *same(const struct check_run *r, enum check_id id)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].id == id)
			return &r->v[i];
	return NULL;
}

static void compare(struct check_run *r, const struct check_run *before)
{
	r->before_utc = before->at_utc;
	for (size_t i = 0; i < r->n; i++) {
		const struct check_item *was = same(before, r->v[i].id);
		r->v[i].was = was ? was->status : STATUS_NONE;
	}
}

/* ---- accepted risks ---- */

static enum err accepted(struct store *st, struct arena *a, int64_t school, int64_t now, struct check_run *r)
{
	struct entry_may may = program(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "security-risk", .states = { "accepted" }, .limit = ENTRY_PAGE_MAX }, &page));
	for (size_t i = 0; i < page.n; i++)
		for (size_t k = 0; k < r->n; k++) {
			int64_t until = 0;
			bool this = str_is(entry_value(&page.entries[i], "item"), check_word(r->v[k].id));
			if (this && r->v[k].status == STATUS_RED && time_read_date(entry_value(&page.entries[i], "until"), &until) == OK && until + 36 * 3600 > now)
				r->v[k].accepted_until_utc = until;
		}
	return OK;
}

enum err check_runs(struct store *st, struct arena *a, int64_t school, struct check_run *out, size_t max, size_t *n)
{
	struct entry_may may = program(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "security-run", .limit = (int64_t)max }, &page));
	for (size_t i = 0; i < page.n; i++)
		read_run(&page.entries[i], &out[i]);
	for (size_t i = 0; i + 1 < page.n; i++)
		compare(&out[i], &out[i + 1]);
	*n = page.n;
	return OK;
}

enum err check_kept(struct store *st, struct arena *a, int64_t school, int64_t which, struct check_run *out)
{
	struct entry_may may = program(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "security-run", .limit = 2, .offset = which }, &page));
	if (!page.n)
		return ERR_ABSENT;
	struct check_run before = { 0 };
	read_run(&page.entries[0], out);
	if (page.n > 1) {
		read_run(&page.entries[1], &before);
		compare(out, &before);
	}
	return accepted(st, a, school, out->at_utc, out);
}

/* ---- a run ---- */

static int64_t tally(const struct check_run *r, enum status s)
{
	int64_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		n += r->v[i].status == s;
	return n;
}

static enum err keep(struct check_place *p, const struct act *act, struct arena *a, struct check_run *r)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry_field f[] = { { STR("items"), written(a, r) }, { STR("red"), arena_fmt(a, "%lld", (long long)tally(r, STATUS_RED)) },
		{ STR("amber"), arena_fmt(a, "%lld", (long long)tally(r, STATUS_AMBER)) }, { STR("green"), arena_fmt(a, "%lld", (long long)tally(r, STATUS_GREEN)) } };
	return entry_create(p->store, act, &(struct entry_in){ .reg = "security-run", .fields = f, .n_fields = ARRAY_N(f) }, &d, &r->id);
}

/* One for each time that it becomes red; an accepted risk has none until its day is past. */
static enum err tasks(struct check_place *p, const struct act *act, struct arena *a, const struct check_run *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct check_item *x = &r->v[i];
		AUTO(diag_done) struct diag d = diag_init(5);
		int64_t id;
		if (x->status != STATUS_RED || x->accepted_until_utc)
			continue;
		struct task_in in = { .kind = "security", .title = arena_fmt(a, "Security check: %s", check_title(x->id)), .details = arena_fmt(a, "%.*s\n%.*s", STRF(x->says), STRF(x->mend)),
			.link = "/security", .for_role = "technician", .due_utc = p->now_utc + MEND_DAYS * 86400,
			.key = arena_fmt(a, "security/%s/%lld", check_word(x->id), (long long)x->since_utc).p };
		TRY(task_open_once(p->store, act, &in, &d, &id, NULL));
	}
	return OK;
}

static void since(struct check_run *r, const struct check_run *before)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct check_item *was = same(before, r->v[i].id);
		r->v[i].since_utc = was && was->status == r->v[i].status ? was->since_utc : r->at_utc;
	}
}

enum err check_now(struct check_place *p, const struct act *act, struct arena *a, struct check_run *out)
{
	struct check_run before = { 0 };
	struct check_list l = { out->v, 0, a };
	*out = (struct check_run){ .at_utc = p->now_utc };
	TRY(check_machine(p, &l));
	TRY(check_house(p, &l));
	out->n = l.n;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(p->store->db, &tx));
	enum err e = check_kept(p->store, a, p->school, 0, &before);
	if (e != OK && e != ERR_ABSENT)
		return e;
	since(out, &before);
	compare(out, &before);
	TRY(accepted(p->store, a, p->school, p->now_utc, out));
	TRY(keep(p, act, a, out));
	TRY(tasks(p, act, a, out));
	return db_tx_commit(&tx);
}
