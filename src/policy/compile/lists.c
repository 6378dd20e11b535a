#include "policy/compile/lists.h"

#include "base/clock.h"
#include "base/rnd.h"
#include "base/wr.h"
#include "policy/compile/lists_state.h"
#include "policy/read/hostset.h"

enum err lists_new(const struct lists_opts *o, struct diag *d, struct lists **out)
{
	AUTO(lists_free) struct lists *l = mem_new(struct lists);
	l->opts = *o;
	l->diag = d;
	l->words = map_new();
	l->source_of = map_new();
	l->now_utc = clock_utc();
	if (l->opts.max_bytes == 0)
		l->opts.max_bytes = LISTS_MAX_BYTES;
	rnd_bytes(l->key, sizeof l->key);
	rnd_bytes(l->hosts.key, sizeof l->hosts.key);
	if (o->sealed_key)
		sealed_derive(o->sealed_key, l->sealed_key);
	host_suffixes_load();
	TRY(list_names_load(l));
	if (o->never_block)
		TRY(list_never_load(l));
	*out = TAKE(l);
	return OK;
}

void lists_free(struct lists **lp)
{
	struct lists *l = *lp;
	if (!l)
		return;
	for (size_t i = 0; i < ARRAY_N(l->made); i++)
		bytes_done(&l->made[i]);
	map_free(&l->words);
	map_free(&l->source_of);
	vec_done(&l->categories);
	vec_done(&l->sources);
	host_table_done(&l->hosts);
	vec_done(&l->urls.items);
	vec_done(&l->addrs.items);
	vec_done(&l->sealed);
	vec_done(&l->samples);
	arena_done(&l->arena);
	mem_wipe(l->sealed_key, sizeof l->sealed_key);
	mem_free(lp);
}

size_t lists_count(const struct lists *l) { return l->sources.n; }
size_t lists_files_refused(const struct lists *l) { return l->files_refused; }
size_t lists_files_unknown(const struct lists *l) { return l->files_unknown; }

struct list_counts lists_counts(const struct lists *l, size_t i)
{
	struct list_counts c = l->sources.v[i].counts;
	if (c.kept == 0 && c.duplicates == 0)
		c.kept = l->sources.v[i].items;          /* not built yet */
	return c;
}

uint64_t lists_entries(const struct lists *l)
{
	uint64_t n = 0;
	for (size_t i = 0; i < l->sources.n; i++)
		n += lists_counts(l, i).kept;
	return n;
}

struct texts { struct buf text; size_t at; };       /* at: where the text will stand in the section */

static uint32_t put_text(struct texts *t, struct str s)
{
	uint32_t at = (uint32_t)(t->at + t->text.n);
	buf_add(&t->text, s);
	return at;
}

/* Records, then the texts they point at. */
static void join(struct bytes *out, struct wr *w, size_t records, struct texts *t)
{
	assert(wr_ok(w) == OK && wr_len(w) == records && buf_ok(&t->text) == OK);
	out->p = mem_grow(out->p, records + t->text.n + 1);
	memcpy(out->p + records, buf_str(&t->text).p, t->text.n);
	out->n = records + t->text.n;
	buf_done(&t->text);
}

static void make_categories(struct lists *l, struct bytes *out)
{
	size_t records = 4 + 16 * l->categories.n;
	struct texts t = { buf_init(1 << 20), records };
	out->p = mem_zero(1, records);
	struct wr w = wr_over(out->p, records);
	wr_u32le(&w, (uint32_t)l->categories.n);
	for (size_t i = 0; i < l->categories.n; i++) {
		struct category c = l->categories.v[i];
		c.title = str_upto(c.title, 200);
		wr_u32le(&w, put_text(&t, c.name));
		wr_u32le(&w, put_text(&t, c.title));
		wr_u16le(&w, (uint16_t)c.name.n);
		wr_u16le(&w, (uint16_t)c.title.n);
		wr_u8(&w, c.flags);
		wr_u8(&w, c.block);
		wr_u16le(&w, 0);
	}
	join(out, &w, records, &t);
}

static void make_lists(struct lists *l, struct bytes *out)
{
	size_t n = l->sources.n, head = 4 + (2 * n + 3) / 4 * 4, records = head + 24 * n;
	struct texts t = { buf_init(4 << 20), records };
	out->p = mem_zero(1, records);
	struct wr w = wr_over(out->p, records);
	wr_u32le(&w, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		wr_u16le(&w, l->sources.v[i].category);
	(void)wr_room(&w, head - wr_len(&w));
	for (size_t i = 0; i < n; i++) {
		const struct list_source *s = &l->sources.v[i];
		wr_u32le(&w, put_text(&t, s->name));
		wr_u32le(&w, put_text(&t, s->version));
		wr_u16le(&w, (uint16_t)s->name.n);
		wr_u16le(&w, (uint16_t)s->version.n);
		wr_u32le(&w, (uint32_t)s->counts.kept);
		wr_u64le(&w, (uint64_t)s->read_utc);
	}
	join(out, &w, records, &t);
}

void lists_as_of(struct lists *l, int64_t utc) { l->as_of_utc = utc; }

static int by_tag(const void *a, const void *b)
{
	return memcmp(((const struct sealed_item *)a)->tag, ((const struct sealed_item *)b)->tag, SEALED_TAG_BYTES);
}

/* Sorted, each tag once (on the first list that has it). */
static size_t sort_sealed(struct lists *l)
{
	size_t n = 0;
	vec_sort(&l->sealed, by_tag);
	for (size_t i = 0; i < l->sealed.n; i++) {
		if (n > 0 && by_tag(&l->sealed.v[n - 1], &l->sealed.v[i]) == 0)
			continue;
		l->sealed.v[n++] = l->sealed.v[i];
		l->sources.v[l->sealed.v[i].list].counts.kept++;
	}
	l->sealed.n = n;
	return n;
}

/* The test name of each sealed category that a list feeds, so that the filter can be asked whether the list is applied (a name that exists nowhere). */
static void add_sealed_tests(struct lists *l)
{
	for (size_t s = 0; s < l->sources.n; s++) {
		const struct category *c = &l->categories.v[l->sources.v[s].category];
		char name[SEALED_TEST_MAX];
		if (!(c->flags & CATEGORY_SEALED) || !l->sources.v[s].items)
			continue;
		int n = snprintf(name, sizeof name, "%.*s" SEALED_TEST_ZONE, STRF(c->name));
		struct sealed_item *i = vec_push(&l->sealed);
		sealed_tag(l->sealed_key, (struct str){ name, (size_t)n }, STR_NONE, i->tag);
		i->list = (uint16_t)s;
	}
}

static void make_sealed(struct lists *l, struct bytes *out)
{
	add_sealed_tests(l);
	size_t n = sort_sealed(l), bytes = SEALED_HEAD + n * (SEALED_TAG_BYTES + 2);
	uint8_t tag[SEALED_TAG_BYTES];
	sealed_key_tag(l->sealed_key, tag);
	out->p = mem_zero(1, bytes);
	out->n = bytes;
	struct wr w = wr_over(out->p, bytes);
	wr_u32le(&w, SEALED_FORMAT);
	wr_u32le(&w, (uint32_t)n);
	wr_bytes(&w, (struct str){ (char *)tag, sizeof tag });
	(void)wr_room(&w, SEALED_HEAD - wr_len(&w));
	for (size_t i = 0; i < n; i++)
		wr_bytes(&w, (struct str){ (char *)l->sealed.v[i].tag, SEALED_TAG_BYTES });
	for (size_t i = 0; i < n; i++)
		wr_u16le(&w, l->sealed.v[i].list);
	assert(wr_ok(&w) == OK);
}

static enum err make_tables(struct lists *l)
{
	struct { struct tag_table *t; enum section id; } tables[] = {
		{ &l->urls, SECTION_URLS }, { &l->addrs, SECTION_ADDRS } };
	uint64_t *kept = mem_array(uint64_t, l->sources.n + 1);
	struct tag_counts c = { .list_kept = kept };
	enum err e = hostset_build(&l->hosts, l->sources.n, &c, &l->made[SECTION_HOSTS]);
	for (size_t i = 0; i < ARRAY_N(tables) && e == OK; i++)
		e = tagset_build(tables[i].t, l->key, l->sources.n, &c, &l->made[tables[i].id]);
	for (size_t s = 0; s < l->sources.n; s++)
		l->sources.v[s].counts.kept = kept[s];
	mem_free(&kept);
	if (e == ERR_LIMIT)
		diag_add(l->diag, DIAG_ERROR, STR_NONE, 0, "The lists overlap in more ways than a snapshot can hold; use fewer lists.");
	return e;
}

enum err lists_build(struct lists *l, struct snapshot_out *out)
{
	TRY(make_tables(l));
	make_sealed(l, &l->made[SECTION_SEALED]);
	for (size_t i = 0; i < l->sources.n; i++) {
		struct list_counts *c = &l->sources.v[i].counts;
		c->duplicates = l->sources.v[i].items - c->kept;
	}
	make_categories(l, &l->made[SECTION_CATEGORIES]);
	make_lists(l, &l->made[SECTION_LISTS]);
	for (enum section id = SECTION_CATEGORIES; id <= SECTION_SEALED; id++)
		snapshot_out_add(out, id, (struct str){ (char *)l->made[id].p, l->made[id].n });
	return OK;
}

static bool found_in(const struct hostset *h, const struct list_sample *s)
{
	struct hits hits;
	if (!hostset_find(h, s->host, &hits))
		return false;
	for (size_t i = 0; i < hits.n; i++)
		if (hits.v[i].list == s->list && hits.v[i].length == s->host.n)
			return true;
	return hits.n == HITS_MAX;
}

enum err lists_self_test(const struct lists *l, const char *path)
{
	AUTO(snapshot_free) struct snapshot *s = NULL;
	struct hostset h;
	TRY(snapshot_open(path, &s));
	hostset_open(s, &h);
	for (size_t i = 0; i < l->samples.n; i++)
		if (!found_in(&h, &l->samples.v[i]))
			return ERR_CORRUPT;
	return hostset_find(&h, STR("not-listed.gatehouse.invalid"), NULL) ? ERR_CORRUPT : OK;
}
