#include "policy/read/ranges.h"

#include "base/mem.h"
#include "policy/read/table.h"

bool ranges_find(const struct ranges *r, struct addr a, struct range_hit *out)
{
	for (size_t i = 0; i < r->n; i++)
		if (prefix_has(r->v[i].prefix, a)) {
			*out = r->v[i].hit;
			return true;
		}
	return false;
}

static int longest_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;
	int d = (int)y->prefix.bits - (int)x->prefix.bits;
	return d ? d : memcmp(x->prefix.a.b, y->prefix.a.b, sizeof x->prefix.a.b);
}

void ranges_sort(struct ranges *r)
{
	if (r->n > 1)
		qsort(r->v, r->n, sizeof *r->v, longest_first);
}

static void range_read(struct rd *r, struct range *v)
{
	struct str a = rd_bytes(r, 16);
	if (a.n)
		memcpy(v->prefix.a.b, a.p, 16);
	v->prefix.bits = rd_u8(r);
	v->hit.group = rd_u32le(r);
	v->hit.school = (int64_t)rd_u64le(r);
	v->hit.class_id = (int64_t)rd_u64le(r);
	r->bad |= v->prefix.bits > 128;
}

enum err ranges_read(struct str bytes, struct ranges *out)
{
	struct rd r = rd_over(bytes);
	AUTO(ranges_done) struct ranges t = { 0 };
	t.n = rd_count(&r, 37, RANGES_MAX);
	t.v = mem_array(struct range, t.n + 1);
	for (size_t i = 0; i < t.n; i++) {
		range_read(&r, &t.v[i]);
		r.bad |= i && t.v[i].prefix.bits > t.v[i - 1].prefix.bits;
	}
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	*out = t;
	t = (struct ranges){ 0 };
	return OK;
}

void ranges_write(const struct ranges *r, struct buf *out)
{
	tab_num(out, r->n, 4);
	for (size_t i = 0; i < r->n; i++) {
		const struct range *v = &r->v[i];
		buf_add(out, (struct str){ (const char *)v->prefix.a.b, 16 });
		tab_num(out, v->prefix.bits, 1);
		tab_num(out, v->hit.group, 4);
		tab_num(out, (uint64_t)v->hit.school, 8);
		tab_num(out, (uint64_t)v->hit.class_id, 8);
	}
}

void ranges_done(struct ranges *r)
{
	mem_free(&r->v);
	r->n = 0;
}

enum err ranges_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct ranges r;
	TRY(ranges_read(bytes, &r));
	ranges_done(&r);
	return OK;
}
