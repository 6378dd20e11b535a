#include "wire/dns_name.h"

enum label { LABEL_END, LABEL_TEXT, LABEL_POINTER, LABEL_BAD };

static enum label label_kind(uint8_t length)
{
	if (length == 0)
		return LABEL_END;
	if (length <= DNS_LABEL_MAX)
		return LABEL_TEXT;
	return length >= 0xc0 ? LABEL_POINTER : LABEL_BAD;
}

static bool add_label(struct dns_name *out, struct str msg, size_t at, bool fold)
{
	size_t bytes = (uint8_t)msg.p[at] + 1u;
	if (msg.n - at < bytes || out->n + bytes >= DNS_NAME_MAX)     /* the root still has to fit */
		return false;
	for (size_t i = 0; i < bytes; i++) {
		char c = msg.p[at + i];
		out->b[out->n + i] = (uint8_t)(fold && i ? ascii_lower(c) : c);
	}
	out->n = (uint8_t)(out->n + bytes);
	return true;
}

/* `low` is the least place read so far: pointers must go below it. */
static enum err read_name(struct str msg, size_t *at, bool fold, struct dns_name *out)
{
	size_t p = *at, low = *at, end = 0;
	out->n = 0;
	while (p < msg.n) {
		uint8_t c = (uint8_t)msg.p[p];
		switch (label_kind(c)) {
		case LABEL_END:
			out->b[out->n++] = 0;
			*at = end ? end : p + 1;
			return OK;
		case LABEL_TEXT:
			if (!add_label(out, msg, p, fold))
				return ERR_SYNTAX;
			p += c + 1u;
			break;
		case LABEL_POINTER: {
			if (msg.n - p < 2)
				return ERR_SYNTAX;
			size_t to = (size_t)(c & 0x3f) << 8 | (uint8_t)msg.p[p + 1];
			if (to >= low)
				return ERR_SYNTAX;
			end = end ? end : p + 2;
			p = low = to;
			break;
		}
		case LABEL_BAD:
			return ERR_SYNTAX;
		}
	}
	return ERR_SYNTAX;
}

enum err dns_name_read(struct str msg, size_t *at, struct dns_name *out)
{
	return read_name(msg, at, true, out);
}

enum err dns_name_raw(struct str msg, size_t *at, struct dns_name *out)
{
	return read_name(msg, at, false, out);
}

enum err dns_name_of(struct str text, struct dns_name *out)
{
	struct dns_name n = { 0 };
	struct str rest = text, label;
	if (str_ends(rest, STR(".")))
		rest.n--;
	while (rest.n && str_next(&rest, '.', &label)) {
		if (!label.n || label.n > DNS_LABEL_MAX || n.n + label.n + 2 > DNS_NAME_MAX)
			return ERR_SYNTAX;
		n.b[n.n++] = (uint8_t)label.n;
		for (size_t i = 0; i < label.n; i++)
			n.b[n.n++] = (uint8_t)ascii_lower(label.p[i]);
	}
	n.b[n.n++] = 0;
	*out = n;
	return OK;
}

/* Letters, digits, '-' and '_' in lower case; 0 for every other byte. */
static const char host_char[256] = {
#define SAME(c) [c] = c
	SAME('-'), SAME('_'), SAME('0'), SAME('1'), SAME('2'), SAME('3'), SAME('4'), SAME('5'), SAME('6'), SAME('7'), SAME('8'),
	SAME('9'), SAME('a'), SAME('b'), SAME('c'), SAME('d'), SAME('e'), SAME('f'), SAME('g'), SAME('h'), SAME('i'), SAME('j'),
	SAME('k'), SAME('l'), SAME('m'), SAME('n'), SAME('o'), SAME('p'), SAME('q'), SAME('r'), SAME('s'), SAME('t'), SAME('u'),
	SAME('v'), SAME('w'), SAME('x'), SAME('y'), SAME('z'),
	['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i',
	['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r',
	['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
#undef SAME
};

enum err dns_name_host(const struct dns_name *n, char out[254], size_t *len)
{
	size_t o = 0;
	for (size_t p = 0; p < n->n && n->b[p]; p += n->b[p] + 1u) {
		if (o)
			out[o++] = '.';
		for (size_t i = 1; i <= n->b[p]; i++)
			if (!(out[o++] = host_char[n->b[p + i]]))
				return ERR_SYNTAX;
	}
	out[o] = 0;
	*len = o;
	return OK;
}

bool dns_name_same(const struct dns_name *a, const struct dns_name *b)
{
	return str_ieq((struct str){ (const char *)a->b, a->n }, (struct str){ (const char *)b->b, b->n });
}

bool dns_name_under(const struct dns_name *n, const struct dns_name *zone)
{
	for (size_t p = 0; p + zone->n <= n->n; p += n->b[p] + 1u)
		if (p + zone->n == n->n)
			return str_ieq((struct str){ (const char *)n->b + p, zone->n }, (struct str){ (const char *)zone->b, zone->n });
	return false;
}
