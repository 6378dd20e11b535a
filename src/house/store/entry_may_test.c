/* Whatever way through the store is chosen, everybody finds exactly what the rules of entry.h let them find:
 * a town of random entries and people, asked by many, beside the same rules written out plainly. */
#include "house/store/entry_build.h"
#include "house/store/fixture.h"

static const char some_registers[] =
	"[register thing]\ntitle = Things\nclass = general\nstates = new used gone\n"
	"[field name]\nlabel = Name\ntype = text\nindex = yes\n"
	"[field size]\nlabel = Size\ntype = int\nindex = yes\n"
	"[field note]\nlabel = Note\ntype = text\n"
	"[register case]\ntitle = Cases\nclass = child\nstates = new used gone\n"
	"[field name]\nlabel = Name\ntype = text\nindex = yes\n"
	"[field size]\nlabel = Size\ntype = int\nindex = yes\n"
	"[field note]\nlabel = Note\ntype = longtext\nsealed = yes\n"
	"[register paper]\ntitle = Papers\nclass = personal\nstates = new used gone\n"
	"[field name]\nlabel = Name\ntype = text\nindex = yes\n"
	"[field size]\nlabel = Size\ntype = int\nindex = yes\n"
	"[field note]\nlabel = Note\ntype = text\n";

enum { PEOPLE = 7, ENTRIES = 160, STANDS = 3, WORDS = 5, ASKS = 500 };
static const char *const REGS[] = { "thing", "case", "paper" }, *const STATES[] = { "new", "used", "gone" };
static const char *const WORD[WORDS] = { "zebra", "quagga", "okapi", "tapir", "lemur" };

struct one { int64_t id; size_t reg, state; int class, parent, root, name, size; unsigned words; struct entry_person people[STANDS]; size_t n; };
struct random_town { struct registers *r; struct store st; int64_t school, person[PEOPLE]; struct one e[ENTRIES]; uint64_t state; };

static int below(struct random_town *t, int n)
{
	t->state = t->state * 6364136223846793005u + 1442695040888963407u;
	return (int)((t->state >> 33) % (uint64_t)n);
}

static enum err one_id(void *ctx, const struct db_val *cols, size_t n)
{
	*(int64_t *)ctx = cols[0].i;
	return n ? OK : ERR_DB;
}

static void add_people(struct random_town *t, struct fixture *fx)
{
	static const struct db_stmt put = { "t", "", "INSERT INTO person (school, kind, name, active_from) VALUES ($1, 'staff', $2, 0) RETURNING id", 0, false };
	for (int i = 0; i < PEOPLE; i++) {
		struct db_val v[] = { DB_I(fx->school), DB_T(STR("Tansy Testerley")) };
		CHECK_OK(db_run(fx->db, &put, v, 2, one_id, &t->person[i], NULL));
	}
}

/* Some stand under others; who stands where is chance. */
static void choose(struct random_town *t, int i)
{
	struct one *e = &t->e[i];
	*e = (struct one){ .reg = (size_t)below(t, 3), .state = (size_t)below(t, 3), .class = 1 + below(t, 5), .parent = -1, .root = -1,
		.name = below(t, 5) - 1, .size = below(t, 6) - 1, .words = (unsigned)below(t, 1 << WORDS) };
	if (i && below(t, 3) == 0) {
		e->parent = below(t, i);
		e->root = t->e[e->parent].root >= 0 ? t->e[e->parent].root : e->parent;
	}
	for (int k = below(t, STANDS + 1); k > 0; k--)
		e->people[e->n++] = (struct entry_person){ t->person[below(t, PEOPLE)], (enum entry_as)(1 + below(t, 5)) };
}

static void keep(struct random_town *t, int i)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf text = buf_init(200);
	struct one *e = &t->e[i];
	struct entry_field f[3];
	size_t n = 0;
	for (int w = 0; w < WORDS; w++)
		if (e->words & (1u << w))
			buf_fmt(&text, "%s ", WORD[w]);
	if (text.n)
		f[n++] = (struct entry_field){ STR("note"), buf_str(&text) };
	if (e->name >= 0)
		f[n++] = (struct entry_field){ STR("name"), arena_fmt(&a, "Name %c", 'a' + e->name) };
	if (e->size >= 0)
		f[n++] = (struct entry_field){ STR("size"), arena_fmt(&a, "%d", e->size) };
	struct entry_in in = { .reg = REGS[e->reg], .class = (enum entry_class)e->class, .state = STATES[e->state], .parent = e->parent < 0 ? 0 : t->e[e->parent].id,
		.fields = f, .n_fields = n, .people = e->people, .n_people = e->n };
	struct act act = { t->school, t->person[0], "test" };
	CHECK_OK(entry_create(&t->st, &act, &in, NULL, &e->id));
}

static struct random_town random_town(struct fixture *fx)
{
	struct random_town t = { .school = fx->school, .state = 20261122 };
	AUTO(diag_done) struct diag d = diag_init(10);
	CHECK_OK(registers_read(STR("test.conf"), str_z(some_registers), &d, &t.r));
	t.st = (struct store){ fx->db, fx->keys, t.r };
	add_people(&t, fx);
	return t;
}

/* ---- the rules, written out ---- */

static bool stands_here(const struct one *e, int64_t person, unsigned as)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->people[i].person == person && as & (1u << e->people[i].as))
			return true;
	return false;
}

static bool stands(const struct random_town *t, const struct one *e, int64_t person, unsigned as)
{
	return stands_here(e, person, as) || (e->root >= 0 && stands_here(&t->e[e->root], person, as));
}

static bool may_see(const struct random_town *t, const struct one *e, const struct entry_may *m)
{
	uint32_t bit = ENTRY_BIT(e->class);
	bool shut = stands(t, e, m->person, 1u << ENTRY_SUBJECT | 1u << ENTRY_BARRED);
	bool theirs = stands(t, e, m->person, 1u << ENTRY_AUTHOR | 1u << ENTRY_ASSIGNED);
	if (!shut && (m->classes & bit || (m->own & bit && theirs)))
		return true;
	return m->subject_reads & bit && stands(t, e, m->person, 1u << ENTRY_SUBJECT) && !stands(t, e, m->person, 1u << ENTRY_BARRED);
}

struct asking { struct entry_query q; int reg, parent, name, size; enum entry_op size_op; unsigned words, states; };

static bool fits(const struct random_town *t, const struct one *e, const struct asking *k)
{
	const struct entry_query *q = &k->q;
	if ((k->reg >= 0 && e->reg != (size_t)k->reg) || (k->states && !(k->states & (1u << e->state))))
		return false;
	if (k->parent >= 0 && e->parent != k->parent)
		return false;
	if ((k->name >= 0 && e->name != k->name) || (k->words & ~e->words))
		return false;
	if (k->size >= 0 && (e->size < 0 || (k->size_op == ENTRY_IS ? e->size != k->size : k->size_op == ENTRY_FROM ? e->size < k->size : e->size > k->size)))
		return false;
	return (!q->about || stands_here(e, q->about, 1u << ENTRY_SUBJECT | 1u << ENTRY_INVOLVED)) &&
		(!q->author || stands_here(e, q->author, 1u << ENTRY_AUTHOR)) && (!q->assigned || stands_here(e, q->assigned, 1u << ENTRY_ASSIGNED)) && t->st.db != NULL;
}

static const struct asking *sorting;             /* for qsort */

static int value(const struct one *e) { return !sorting->q.order_by ? -1 : str_is(str_z(sorting->q.order_by), "name") ? e->name : e->size; }

static int in_order(const void *a, const void *b)
{
	const struct one *x = *(const struct one *const *)a, *y = *(const struct one *const *)b;
	int vx = value(x), vy = value(y), way = sorting->q.ascending ? 1 : -1;
	if ((vx < 0) != (vy < 0))
		return vx < 0 ? 1 : -1;
	if (vx != vy)
		return vx < vy ? -way : way;
	return x->id < y->id ? -way : way;
}

/* ---- asking ---- */

static struct entry_may random_asker(struct random_town *t)
{
	int who = below(t, PEOPLE + 1);
	uint32_t of[3];
	for (int i = 0; i < 3; i++)
		of[i] = (uint32_t)below(t, 64) & (below(t, 3) ? ~0u : 0);
	return (struct entry_may){ .school = t->school, .person = who < PEOPLE ? t->person[who] : 0, .classes = of[0], .own = of[1], .subject_reads = of[2] };
}

static void ask_states(struct random_town *t, struct asking *k)
{
	size_t n = 0;
	if (below(t, 3))
		return;
	k->states = (unsigned)below(t, 8);
	for (int i = 0; i < 3; i++)
		if (k->states & (1u << i))
			k->q.states[n++] = STATES[i];
}

static void ask_fields(struct random_town *t, struct asking *k, struct arena *a)
{
	k->name = below(t, 4) ? -1 : below(t, 4);
	k->size = below(t, 3) ? -1 : below(t, 5);
	k->size_op = (enum entry_op)(1 + below(t, 3));
	if (k->name >= 0)
		k->q.where[k->q.n_where++] = (struct entry_where){ "name", ENTRY_IS, 0, arena_fmt(a, "name %c", 'A' + k->name) };
	if (k->size >= 0)
		k->q.where[k->q.n_where++] = (struct entry_where){ "size", k->size_op, k->size, STR_NONE };
}

static void ask_words(struct random_town *t, struct asking *k, struct arena *a)
{
	k->words = below(t, 3) ? 0 : (unsigned)below(t, 1 << WORDS) & (unsigned)below(t, 1 << WORDS);
	for (int w = 0; w < WORDS; w++)
		if (k->words & (1u << w))
			k->q.words = arena_fmt(a, "%.*s %s", STRF(k->q.words), WORD[w]);
}

static struct asking random_asking(struct random_town *t, struct arena *a)
{
	struct asking k = { .reg = below(t, 4) - 1, .parent = below(t, 6) ? -1 : below(t, ENTRIES) };
	k.q.reg = k.reg >= 0 ? REGS[k.reg] : NULL;
	k.q.parent = k.parent >= 0 ? t->e[k.parent].id : 0;
	ask_states(t, &k);
	ask_fields(t, &k, a);
	ask_words(t, &k, a);
	int64_t who = t->person[below(t, PEOPLE)];
	int how = below(t, 12);
	k.q.about = how == 0 ? who : 0;
	k.q.author = how == 1 ? who : 0;
	k.q.assigned = how == 2 ? who : 0;
	k.q.order_by = below(t, 2) ? NULL : below(t, 2) ? "name" : "size";
	k.q.ascending = below(t, 2);
	k.q.offset = below(t, 3) ? 0 : below(t, 60);
	k.q.limit = 1 + below(t, 80);
	return k;
}

static void same(struct random_town *t, const struct entry_may *may, const struct asking *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	const struct one *want[ENTRIES];
	size_t n = 0;
	struct entry_page page;
	for (size_t i = 0; i < ENTRIES; i++)
		if (may_see(t, &t->e[i], may) && fits(t, &t->e[i], k))
			want[n++] = &t->e[i];
	sorting = k;
	if (n)
		qsort(want, n, sizeof *want, in_order);
	enum err e = entry_list(&t->st, &a, may, &k->q, &page);
	if (e != OK)
		fprintf(stderr, "%s\n", db_says(t->st.db));
	CHECK_OK(e);
	CHECK_INT(page.total, k->q.enough && (int64_t)n > k->q.enough ? k->q.enough : (int64_t)n);
	size_t first = (size_t)k->q.offset < n ? (size_t)k->q.offset : n, here = n - first < (size_t)k->q.limit ? n - first : (size_t)k->q.limit;
	CHECK_INT(page.n, here);
	for (size_t i = 0; i < here; i++)
		CHECK_INT(page.entries[i].id, want[first + i]->id);
}

static void counted_by_state(struct random_town *t, const struct entry_may *may, const struct asking *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_tally *v;
	size_t n;
	int64_t want[3] = { 0 }, got[3] = { 0 };
	for (size_t i = 0; i < ENTRIES; i++)
		if (may_see(t, &t->e[i], may) && fits(t, &t->e[i], k))
			want[t->e[i].state]++;
	CHECK_OK(entry_tally_states(&t->st, &a, may, &k->q, &v, &n));
	for (size_t i = 0; i < n; i++)
		for (size_t s = 0; s < 3; s++)
			if (str_is(v[i].word, STATES[s]))
				got[s] = v[i].n;
	CHECK(memcmp(want, got, sizeof want) == 0);
}

/* By its number an entry is there exactly for those who find it. */
static void one_by_one(struct random_town *t, const struct entry_may *may)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	for (size_t i = 0; i < ENTRIES; i += 7)
		CHECK_INT(entry_get(&t->st, &a, may, t->e[i].id, 0, &e), may_see(t, &t->e[i], may) ? OK : ERR_ABSENT);
}

TEST(entry, whoever_asks_whatever_way_finds_what_the_rules_say_and_no_more)
{
	ON_EACH_ENGINE(fx) {
		struct random_town t = random_town(&fx);
		CHECK_OK(db_begin(fx.db));
		for (int i = 0; i < ENTRIES; i++) {
			choose(&t, i);
			keep(&t, i);
		}
		CHECK_OK(db_commit(fx.db));
		for (int i = 0; i < ASKS; i++) {
			AUTO(arena_done) struct arena a = arena_init();
			static const int64_t ways[] = { -1, 0, 12 };
			plan_small(ways[i % 3]);
			struct entry_may may = random_asker(&t);
			struct asking k = random_asking(&t, &a);
			k.q.enough = below(&t, 3) ? 0 : 5;
			same(&t, &may, &k);
			counted_by_state(&t, &may, &k);
			if (i % 10 == 0)
				one_by_one(&t, &may);
		}
		plan_small(-1);
		registers_free(&t.r);
	}
}
