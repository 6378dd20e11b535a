#include "house/register/reindex.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

enum { BATCH = 200 };

static const char SHAPE[] = "register-shape";

static struct entry_may shape_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

/* Names of what is found by, and how: any other set of them is other work. */
static struct str shape_of(struct arena *a, const struct reg *r)
{
	AUTO(buf_done) struct buf b = buf_init(20000);
	uint8_t sum[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].index)
			buf_fmt(&b, "%.*s %d\n", STRF(r->fields[i].name), (int)r->fields[i].type);
	hash_sha256(buf_str(&b), sum);
	hex_put(sum, sizeof sum, hex);
	return arena_str(a, str_z(hex));
}

static enum err kept(struct store *st, struct arena *a, int64_t school, struct str id, struct entry *out)
{
	struct entry_may may = shape_may(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = SHAPE, .where = { { "register", ENTRY_IS, 0, id } }, .n_where = 1, .limit = 1 }, &page));
	*out = page.n ? page.entries[0] : (struct entry){ 0 };
	return OK;
}

struct work { struct store *st; struct arena *a; struct act act; const struct reg *r; struct str shape; int64_t upto, done, total; };

static enum err put(struct work *w, struct entry *e, bool making)
{
	struct entry_may may = shape_may(w->act.school);
	int64_t id;
	struct entry_field f[] = { { STR("register"), w->r->id }, { STR("shape"), w->shape }, { STR("upto"), arena_fmt(w->a, "%lld", (long long)w->upto) },
		{ STR("done"), arena_fmt(w->a, "%lld", (long long)w->done) }, { STR("total"), arena_fmt(w->a, "%lld", (long long)w->total) } };
	struct entry_in in = { .reg = SHAPE, .state = making ? "making" : "made", .fields = f, .n_fields = ARRAY_N(f) };
	if (!e->id)
		return entry_create(w->st, &w->act, &in, NULL, &id);
	return entry_update(w->st, &w->act, &may, e->id, e->version, &in, NULL);
}

static enum err count(struct work *w)
{
	struct entry_may all = { .school = w->act.school, .classes = ~1u };
	return entry_count(w->st, &all, &(struct entry_query){ .reg = w->r->id.p, .bare = true }, &w->total);
}

/* A batch at least, and as far as the time goes; where it stopped is kept. */
static enum err go_on(struct work *w, struct entry *e, int64_t until_ms, size_t *made)
{
	bool more;
	do {
		int64_t upto;
		size_t n;
		TRY(entry_index_again(w->st, w->act.school, w->r, w->upto, BATCH, &upto, &n));
		more = n > 0;
		w->upto = more ? upto : w->upto;
		w->done += (int64_t)n;
		*made += n;
	} while (more && clock_mono_ms() < until_ms);
	return put(w, e, more);
}

static enum err one(struct work *w, int64_t until_ms, size_t *made)
{
	struct entry e;
	w->shape = shape_of(w->a, w->r);
	TRY(kept(w->st, w->a, w->act.school, w->r->id, &e));
	bool same = e.id && str_eq(entry_value(&e, "shape"), w->shape);
	if (same && str_is(e.state, "made"))
		return OK;
	TRY(count(w));
	if (same) {
		w->upto = entry_i64(&e, "upto");
		w->done = entry_i64(&e, "done");
	}
	return w->total ? go_on(w, &e, until_ms, made) : put(w, &e, false);
}

enum err registers_reindex(struct store *st, int64_t school, int most_ms, size_t *done)
{
	int64_t until_ms = clock_mono_ms() + most_ms;
	const struct reg *r;
	*done = 0;
	if (!registers_find(st->registers, str_z(SHAPE)))
		return OK;
	for (size_t i = 0; (r = registers_at(st->registers, i)) != NULL; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct work w = { .st = st, .a = &a, .act = { school, 0, "its file asks for more to be found by" }, .r = r };
		if (r->page)
			TRY(one(&w, until_ms, done));
	}
	return OK;
}

enum err reindex_state_of(struct store *st, struct arena *a, int64_t school, const struct reg *r, struct reindex_state *out)
{
	struct entry e;
	*out = (struct reindex_state){ 0 };
	if (!registers_find(st->registers, str_z(SHAPE)))
		return OK;
	TRY(kept(st, a, school, r->id, &e));
	if (e.id && str_is(e.state, "making"))
		*out = (struct reindex_state){ true, entry_i64(&e, "done"), entry_i64(&e, "total") };
	return OK;
}
