#include "policy/read/engines.h"

#include "policy/read/table.h"
#include "policy/read/tables.h"

enum err engines_read(struct str bytes, struct engines *out)
{
	struct rd r = rd_over(bytes);
	struct engines e = { .n = rd_count(&r, 6, TOOLS_MAX) };
	for (size_t i = 0; i < e.n; i++) {
		e.v[i].queries = rd_text(&r);
		e.v[i].strict = rd_text(&r);
		e.v[i].moderate = rd_text(&r);
	}
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	*out = e;
	return OK;
}

void engines_write(const struct engines *e, struct buf *out)
{
	tab_num(out, e->n, 4);
	for (size_t i = 0; i < e->n; i++) {
		tab_text(out, e->v[i].queries);
		tab_text(out, e->v[i].strict);
		tab_text(out, e->v[i].moderate);
	}
}

enum err engines_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct engines e;
	return engines_read(bytes, &e);
}

uint8_t policy_tool_of(const struct policy *p, struct str host)
{
	struct rule_walk w;
	const struct rule *r;
	rule_walk_begin(&w, &p->rules, host);
	while ((r = rule_walk_next(&w)))
		if (r->kind == RULE_SEARCH && str_eq(r->host, host) && (uint64_t)r->who < p->tools.n)
			return (uint8_t)r->who;
	return TOOL_NONE;
}

const struct engine *policy_engine(const struct policy *p, uint8_t tool)
{
	return tool < p->engines.n ? &p->engines.v[tool] : NULL;
}

struct str policy_tool_name(const struct policy *p, uint8_t tool)
{
	return tool < p->tools.n ? p->tools.v[tool].name : STR_NONE;
}

/* ---- the term */

static int hex_of(char c)
{
	c = ascii_lower(c);
	return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put(char *out, size_t *n, char c)
{
	bool space = (uint8_t)c <= ' ' || c == 127;
	if (space && (!*n || out[*n - 1] == ' '))
		return;
	if (*n < TERM_MAX)
		out[(*n)++] = space ? ' ' : c;
}

/* What is no UTF-8 when all is decoded loses its bytes above 0x7f rather than the whole term. */
static struct str readable(char *out, size_t n)
{
	while (n && !str_utf8((struct str){ out, n }) && ((uint8_t)out[n - 1] & 0xc0) == 0x80)
		n--;                            /* cut inside a character */
	if (n && !str_utf8((struct str){ out, n }) && (uint8_t)out[n - 1] >= 0xc0)
		n--;
	for (size_t i = 0; i < n && !str_utf8((struct str){ out, n }); i++)
		if ((uint8_t)out[i] >= 0x80)
			out[i] = '?';
	return str_trim((struct str){ out, n });
}

static struct str decode(struct str v, char out[TERM_MAX + 1])
{
	size_t n = 0;
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i] == '+' ? ' ' : v.p[i];
		if (c == '%' && i + 2 < v.n && hex_of(v.p[i + 1]) >= 0 && hex_of(v.p[i + 2]) >= 0) {
			c = (char)(hex_of(v.p[i + 1]) << 4 | hex_of(v.p[i + 2]));
			i += 2;
		}
		put(out, &n, c);
	}
	return readable(out, n);
}

/* The first value of a parameter of "?a=b&c=d". */
static bool parameter(struct str query, struct str name, struct str *value)
{
	struct str piece;
	while (str_next(&query, '&', &piece)) {
		ptrdiff_t eq = str_chr(piece, '=');
		if (eq > 0 && str_ieq(str_upto(piece, (size_t)eq), name)) {
			*value = str_from(piece, (size_t)eq + 1);
			return true;
		}
	}
	return false;
}

static void path_split(struct str path, struct str *page, struct str *query)
{
	ptrdiff_t q = str_chr(path, '?');
	*page = q < 0 ? path : str_upto(path, (size_t)q);
	*query = q < 0 ? STR_NONE : str_from(path, (size_t)q + 1);
	ptrdiff_t hash = str_chr(*query, '#');
	if (hash >= 0)
		*query = str_upto(*query, (size_t)hash);
}

bool policy_search_term(const struct policy *p, struct str host, struct str path, char out[TERM_MAX + 1], struct str *term)
{
	const struct engine *e = policy_engine(p, policy_tool_of(p, host));
	struct str page, query, lines = e ? e->queries : STR_NONE, line, value;
	path_split(path, &page, &query);
	while (str_next(&lines, '\n', &line)) {
		ptrdiff_t gap = str_rchr(line, ' ');
		struct str want = str_trim(str_upto(line, gap < 0 ? 0 : (size_t)gap)), name = str_from(line, (size_t)(gap + 1));
		bool here = str_is(want, "*") || str_eq(page, want);
		if (!here || !parameter(query, name, &value))
			continue;
		*term = decode(value, out);
		if (term->n)
			return true;
	}
	return false;
}

/* ---- the safe mode in an address */

static bool named_in(struct str params, struct str piece)
{
	struct str one, value;
	ptrdiff_t eq = str_chr(piece, '=');
	struct str name = eq < 0 ? piece : str_upto(piece, (size_t)eq);
	while (str_next(&params, '&', &one)) {
		eq = str_chr(one, '=');
		value = eq < 0 ? one : str_upto(one, (size_t)eq);
		if (str_ieq(value, name))
			return true;
	}
	return false;
}

static bool has_all(struct str query, struct str params)
{
	struct str one, value;
	while (str_next(&params, '&', &one)) {
		ptrdiff_t eq = str_chr(one, '=');
		if (eq < 0 || !parameter(query, str_upto(one, (size_t)eq), &value) || !str_eq(value, str_from(one, (size_t)eq + 1)))
			return false;
	}
	return true;
}

static bool once(struct str query, struct str params)
{
	struct str piece;
	size_t met = 0, want = 0;
	for (struct str rest = query; str_next(&rest, '&', &piece);)
		met += named_in(params, piece);
	for (struct str rest = params; str_next(&rest, '&', &piece);)
		want++;
	return met == want;
}

bool policy_search_safe(const struct policy *p, uint32_t group, struct str host, struct str path, struct buf *out)
{
	const struct engine *e = policy_engine(p, policy_tool_of(p, host));
	struct str page, query, piece;
	enum safe_level level = group < p->groups.n ? p->groups.v[group].safe : SAFE_STRICT;
	if (!e || level == SAFE_OFF)
		return false;
	struct str params = level == SAFE_MODERATE && e->moderate.n ? e->moderate : e->strict;
	path_split(path, &page, &query);
	if (!params.n || !query.n || (has_all(query, params) && once(query, params)))
		return false;
	buf_add(out, page);
	buf_byte(out, '?');
	while (str_next(&query, '&', &piece))
		if (piece.n && !named_in(params, piece)) {
			buf_add(out, piece);
			buf_byte(out, '&');
		}
	buf_add(out, params);
	return buf_ok(out) == OK;
}
