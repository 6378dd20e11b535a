#include "policy/compile/listsets_build.h"

void listsets_begin(struct listsets_build *s, size_t lists_n)
{
	*s = (struct listsets_build){ .known = map_new(), .single = mem_array(uint32_t, lists_n + 1) };
	*vec_push(&s->at) = 0;
}

void listsets_done(struct listsets_build *s)
{
	map_free(&s->known);
	mem_free(&s->single);
	vec_done(&s->at);
	vec_done(&s->members);
}

uint32_t listsets_number(struct listsets_build *s, const uint16_t *lists, size_t n)
{
	uint64_t known;
	struct str text = { (const char *)lists, 2 * n };
	if (n == 1 && s->single[lists[0]])
		return s->single[lists[0]];
	if (map_get(s->known, text, &known))
		return (uint32_t)known;
	uint32_t number = (uint32_t)s->at.n;
	if (number > LISTSETS_MAX)
		return 0;
	for (size_t i = 0; i < n; i++)
		*vec_push(&s->members) = lists[i];
	*vec_push(&s->at) = (uint32_t)s->members.n;
	map_set(s->known, text, number);
	if (n == 1)
		s->single[lists[0]] = number;
	return number;
}

static size_t members_of(const struct listsets_build *s, uint32_t number, uint16_t *out)
{
	uint32_t from = s->at.v[number - 1], n = s->at.v[number] - from;
	memcpy(out, s->members.v + from, 2 * (size_t)n);
	return n;
}

uint32_t listsets_join(struct listsets_build *s, uint32_t a, uint32_t b)
{
	uint16_t all[LISTSETS_MEMBERS], x[LISTSETS_MEMBERS], y[LISTSETS_MEMBERS];
	size_t xn = members_of(s, a, x), yn = members_of(s, b, y), k = 0;
	for (size_t i = 0, j = 0; (i < xn || j < yn) && k < LISTSETS_MEMBERS; k++) {
		bool from_x = j == yn || (i < xn && x[i] <= y[j]);
		all[k] = from_x ? x[i] : y[j];
		i += i < xn && x[i] == all[k];
		j += j < yn && y[j] == all[k];
	}
	return listsets_number(s, all, k);
}

size_t listsets_size(const struct listsets_build *s) { return 4 * s->at.n + 2 * s->members.n; }

void listsets_put(const struct listsets_build *s, struct wr *w)
{
	for (size_t i = 0; i < s->at.n; i++)
		wr_u32le(w, s->at.v[i]);
	for (size_t i = 0; i < s->members.n; i++)
		wr_u16le(w, s->members.v[i]);
}
