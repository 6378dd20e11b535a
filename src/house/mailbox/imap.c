#include "house/mailbox/imap.h"

enum { LITERAL_DIGITS = 9 };

/* The length of a literal that begins behind a line's end: "... {123}"; -1: none. */
static int64_t literal_of(struct str line)
{
	uint64_t n;
	if (!str_ends(line, STR("}")))
		return -1;
	ptrdiff_t open = str_rchr(line, '{');
	if (open < 0)
		return -1;
	struct str digits = str_upto(str_from(line, (size_t)open + 1), line.n - (size_t)open - 2);
	if (str_ends(digits, STR("+")))
		digits.n--;
	return !digits.n || digits.n > LITERAL_DIGITS || str_u64(digits, &n) != OK ? -1 : (int64_t)n;
}

enum err imap_whole(struct str bytes, size_t max, size_t *n)
{
	size_t at = 0;
	*n = 0;
	for (;;) {
		struct str rest = str_from(bytes, at);
		ptrdiff_t end = str_find(rest, STR("\r\n"));
		if (end < 0)
			return bytes.n > max ? ERR_LIMIT : OK;
		int64_t literal = literal_of(str_upto(rest, (size_t)end));
		at += (size_t)end + 2 + (literal > 0 ? (size_t)literal : 0);
		if (at > max)
			return ERR_LIMIT;
		if (literal < 0) {
			*n = at;
			return OK;
		}
		if (at > bytes.n)
			return OK;
	}
}

struct reader {
	struct arena *a;
	struct str rest;
	size_t nodes;
};

static bool at(const struct reader *r, char c) { return r->rest.n && r->rest.p[0] == c; }
static void skip(struct reader *r, size_t n) { r->rest = str_from(r->rest, n); }

static enum err read_quoted(struct reader *r, struct str *out)
{
	char *p = arena_alloc(r->a, r->rest.n + 1);
	size_t n = 0;
	for (size_t i = 1; i < r->rest.n; i++) {
		char c = r->rest.p[i];
		if (c == '"') {
			skip(r, i + 1);
			*out = (struct str){ p, n };
			return OK;
		}
		if (c == '\r' || c == '\n')
			return ERR_SYNTAX;
		if (c == '\\' && ++i < r->rest.n)
			c = r->rest.p[i];
		p[n++] = c;
	}
	return ERR_SYNTAX;
}

static enum err read_literal(struct reader *r, struct str *out)
{
	ptrdiff_t end = str_find(r->rest, STR("\r\n"));
	int64_t n = end < 0 ? -1 : literal_of(str_upto(r->rest, (size_t)end));
	if (n < 0 || (size_t)n > r->rest.n - (size_t)end - 2)
		return ERR_SYNTAX;
	*out = str_upto(str_from(r->rest, (size_t)end + 2), (size_t)n);
	skip(r, (size_t)end + 2 + (size_t)n);
	return OK;
}

/* Up to a space or a bracket of a list; "BODY[HEADER.FIELDS (FROM TO)]<0>" is one. */
static enum err read_atom(struct reader *r, struct str *out)
{
	size_t n = 0;
	for (bool inside = false; n < r->rest.n; n++) {
		char c = r->rest.p[n];
		if (c == '\r' || c == '\n' || (!inside && (c == ' ' || c == '(' || c == ')' || c == '"')))
			break;
		inside = c == '[' || (inside && c != ']');
	}
	*out = str_upto(r->rest, n);
	skip(r, n);
	return n ? OK : ERR_SYNTAX;
}

static enum err read_values(struct reader *r, size_t depth, char end, struct imap_node **out);

static enum err read_node(struct reader *r, size_t depth, struct imap_node **out)
{
	if (depth > IMAP_DEPTH_MAX || ++r->nodes > IMAP_NODES_MAX)
		return ERR_LIMIT;
	struct imap_node *n = arena_new(r->a, struct imap_node);
	n->kind = IMAP_TEXT;
	*out = n;
	if (at(r, '(')) {
		skip(r, 1);
		n->kind = IMAP_LIST;
		return read_values(r, depth + 1, ')', &n->first);
	}
	if (at(r, '"'))
		return read_quoted(r, &n->text);
	if (at(r, '{'))
		return read_literal(r, &n->text);
	TRY(read_atom(r, &n->text));
	if (str_ieq(n->text, STR("NIL")))
		n->kind = IMAP_NIL;
	return OK;
}

/* Values up to `end`, which is taken; '\r' ends a response. */
static enum err read_values(struct reader *r, size_t depth, char end, struct imap_node **out)
{
	struct imap_node **into = out;
	*out = NULL;
	for (;;) {
		while (at(r, ' '))
			skip(r, 1);
		if (at(r, end)) {
			skip(r, 1);
			return OK;
		}
		if (!r->rest.n || at(r, ')') || at(r, '\r'))
			return ERR_SYNTAX;
		TRY(read_node(r, depth, into));
		into = &(*into)->next;
	}
}

static struct str word(struct reader *r)
{
	size_t n = 0;
	while (n < r->rest.n && r->rest.p[n] != ' ' && r->rest.p[n] != '\r')
		n++;
	struct str w = str_upto(r->rest, n);
	skip(r, n + (n < r->rest.n && r->rest.p[n] == ' '));
	return w;
}

static enum imap_kind kind_of(struct str w)
{
	static const struct { const char *word; enum imap_kind kind; } all[] = { { "OK", IMAP_OK }, { "NO", IMAP_NO }, { "BAD", IMAP_BAD }, { "BYE", IMAP_BYE },
		{ "SEARCH", IMAP_SEARCH }, { "FETCH", IMAP_FETCH } };
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (str_ieq(w, str_z(all[i].word)))
			return all[i].kind;
	return IMAP_OTHER;
}

static void read_status(struct reader *r, struct imap_reply *out)
{
	struct str line = str_upto(r->rest, r->rest.n >= 2 ? r->rest.n - 2 : 0);
	ptrdiff_t end = str_starts(line, STR("[")) ? str_chr(line, ']') : -1;
	if (end > 0)
		out->code = str_upto(str_from(line, 1), (size_t)end - 1);
	out->text = str_trim(str_from(line, end > 0 ? (size_t)end + 1 : 0));
}

enum err imap_read(struct arena *a, struct str response, struct imap_reply *out)
{
	struct reader r = { .a = a, .rest = response };
	uint64_t number;
	*out = (struct imap_reply){ 0 };
	if (!str_ends(response, STR("\r\n")))
		return ERR_SYNTAX;
	out->tag = word(&r);
	if (str_is(out->tag, "+")) {
		out->kind = IMAP_GO_ON;
		return OK;
	}
	struct str w = word(&r);
	if (str_u64(w, &number) == OK)
		w = word(&r);
	out->kind = kind_of(w);
	if (out->kind >= IMAP_OK && out->kind <= IMAP_BYE)
		read_status(&r, out);
	if (out->kind == IMAP_SEARCH)
		return read_values(&r, 0, '\r', &out->values);
	if (out->kind != IMAP_FETCH)
		return OK;
	struct imap_node *list;
	TRY(read_node(&r, 0, &list));
	out->values = list->first;
	return list->kind == IMAP_LIST ? OK : ERR_SYNTAX;
}

const struct imap_node *imap_item(const struct imap_reply *r, const char *name)
{
	struct str want = str_z(name);
	for (const struct imap_node *n = r->values; n && n->next; n = n->next->next) {
		struct str got = str_ends(want, STR("[")) ? str_upto(n->text, want.n) : n->text;
		if (n->kind == IMAP_TEXT && str_ieq(got, want))
			return n->next;
	}
	return NULL;
}

enum err imap_number(const struct imap_node *n, int64_t *out)
{
	uint64_t v;
	if (!n || n->kind != IMAP_TEXT || str_u64(n->text, &v) != OK || v > UINT32_MAX)
		return ERR_SYNTAX;
	*out = (int64_t)v;
	return OK;
}
