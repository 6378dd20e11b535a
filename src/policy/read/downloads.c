#include "policy/read/downloads.h"

#include "policy/read/table.h"
#include "policy/read/tables.h"

enum { WORD_MAX = 100, GROUPS_MOST = GROUP_MAX };

/* Whether " word " stands in " a b c ". */
static bool has(struct str list, struct str word)
{
	char want[WORD_MAX + 2];
	if (!word.n || word.n > WORD_MAX)
		return false;
	want[0] = want[word.n + 1] = ' ';
	for (size_t i = 0; i < word.n; i++)
		want[i + 1] = ascii_lower(word.p[i]);
	return memchr(want + 1, ' ', word.n) == NULL && str_find(list, (struct str){ want, word.n + 2 }) >= 0;
}

static uint32_t filter_hash(struct str word)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (uint8_t)ascii_lower(word.p[i])) * 16777619u;
	return h ^ h >> 15;
}

static void filter_add(uint64_t filter[DOWNLOADS_FILTER], struct str list)
{
	struct str word;
	while (str_next(&list, ' ', &word)) {
		uint32_t h = filter_hash(word);
		filter[h / 64 % DOWNLOADS_FILTER] |= 1ull << h % 64;
	}
}

static bool filter_may(const uint64_t filter[DOWNLOADS_FILTER], struct str word)
{
	uint32_t h = filter_hash(word);
	return filter[h / 64 % DOWNLOADS_FILTER] >> h % 64 & 1;
}

/* Windows leaves out dots and spaces at the end of a name, and so do we. */
static struct str ending(struct str file)
{
	while (file.n && (file.p[file.n - 1] == '.' || (uint8_t)file.p[file.n - 1] <= ' '))
		file.n--;
	ptrdiff_t dot = str_rchr(file, '.');
	return dot < 0 ? STR_NONE : str_from(file, (size_t)dot + 1);
}

uint32_t downloads_by_name(const struct downloads *d, struct str file, bool attached)
{
	struct str end = ending(file);
	uint32_t bits = 0;
	if (d->filtered && !filter_may(d->endings_in, end))
		return 0;
	for (size_t i = 0; end.n && i < d->n; i++)
		bits |= (uint32_t)(has(d->v[i].names, end) || (attached && has(d->v[i].attached, end))) << i;
	return bits;
}

uint32_t downloads_by_type(const struct downloads *d, struct str type)
{
	ptrdiff_t semi = str_chr(type, ';');
	uint32_t bits = 0;
	type = str_trim(semi < 0 ? type : str_upto(type, (size_t)semi));
	if (d->filtered && !filter_may(d->types_in, type))
		return 0;
	for (size_t i = 0; type.n && i < d->n; i++)
		bits |= (uint32_t)has(d->v[i].types, type) << i;
	return bits;
}

uint32_t downloads_by_shape(const struct downloads *d, uint32_t shapes)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < d->n; i++)
		bits |= (uint32_t)((d->v[i].shapes & shapes) != 0) << i;
	return bits;
}

uint32_t downloads_approved(const struct downloads *d)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < d->n; i++)
		bits |= (uint32_t)d->v[i].approved << i;
	return bits;
}

const struct downloads *policy_downloads(const struct policy *p)
{
	return &p->downloads;
}

static void kind_read(struct rd *r, struct download_kind *k)
{
	k->name = rd_text(r);
	k->title = rd_text(r);
	k->names = rd_text(r);
	k->attached = rd_text(r);
	k->types = rd_text(r);
	k->shapes = rd_u32le(r);
	k->approved = rd_u8(r);
	r->bad |= !k->name.n;
}

static void fill_filters(struct downloads *d)
{
	for (size_t i = 0; i < d->n; i++) {
		filter_add(d->endings_in, d->v[i].names);
		filter_add(d->endings_in, d->v[i].attached);
		filter_add(d->types_in, d->v[i].types);
	}
	d->filtered = true;
}

enum err downloads_read(struct str bytes, struct downloads *out, struct groups *groups)
{
	struct rd r = rd_over(bytes);
	struct downloads d = { .n = rd_count(&r, 15, DOWNLOADS_MAX) };
	for (size_t i = 0; i < d.n; i++)
		kind_read(&r, &d.v[i]);
	size_t n = rd_count(&r, 2, GROUPS_MOST);
	for (size_t i = 0; i < n; i++) {
		uint16_t bits = rd_u16le(&r);
		if (groups && i < groups->n)
			groups->v[i].downloads = bits;
	}
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	fill_filters(&d);
	*out = d;
	return OK;
}

void downloads_write(const struct downloads *d, const struct groups *groups, struct buf *out)
{
	tab_num(out, d->n, 4);
	for (size_t i = 0; i < d->n; i++) {
		tab_text(out, d->v[i].name);
		tab_text(out, d->v[i].title);
		tab_text(out, d->v[i].names);
		tab_text(out, d->v[i].attached);
		tab_text(out, d->v[i].types);
		tab_num(out, d->v[i].shapes, 4);
		tab_num(out, d->v[i].approved, 1);
	}
	tab_num(out, groups->n, 4);
	for (size_t i = 0; i < groups->n; i++)
		tab_num(out, groups->v[i].downloads, 2);
}

enum err downloads_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct downloads d;
	return downloads_read(bytes, &d, NULL);
}
