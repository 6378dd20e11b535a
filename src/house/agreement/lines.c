#include "house/agreement/lines.h"

#include "base/mem.h"
#include "base/vec.h"

/* A tab or newline of somebody's text becomes a space. */
static void cell(struct buf *b, struct str s, char end)
{
	for (size_t i = 0; i < s.n; i++)
		buf_byte(b, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
	buf_byte(b, end);
}

struct str agreement_lines(struct arena *a, const struct agreement *g)
{
	AUTO(buf_done) struct buf b = buf_init(256 * 1024);
	for (size_t i = 0; i < g->n; i++) {
		cell(&b, g->rules[i].id, '\t');
		cell(&b, g->rules[i].tag, '\t');
		cell(&b, g->rules[i].picture, '\t');
		cell(&b, g->rules[i].text, '\n');
	}
	return arena_str(a, buf_str(&b));
}

static size_t tabs(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\t';
	return n;
}

void agreement_lines_read(struct arena *a, struct str text, struct agreement *g)
{
	VEC(struct agreement_rule) rules = { 0 };
	struct str line;
	while (str_next(&text, '\n', &line)) {
		struct agreement_rule r = { 0 };
		bool with_id = tabs(line) >= 3;
		if (!line.n || (with_id && !str_next(&line, '\t', &r.id)) || !str_next(&line, '\t', &r.tag) || !str_next(&line, '\t', &r.picture))
			continue;
		r.text = line;
		*vec_push(&rules) = r;
	}
	g->n = rules.n;
	g->rules = arena_array(a, struct agreement_rule, rules.n + 1);
	if (rules.n)
		memcpy(g->rules, rules.v, rules.n * sizeof *g->rules);
	vec_done(&rules);
}
