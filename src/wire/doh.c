#include "wire/doh.h"

static const struct str path = { "/dns-query", 10 };

enum err doh_label(struct str label, char out[DOH_TOKEN_MAX + 1])
{
	ptrdiff_t dash = str_chr(label, '-');
	size_t secret = dash > 0 ? label.n - (size_t)dash - 1 : 0;
	if (label.n > DOH_TOKEN_MAX || dash <= 0 || dash > 18 || secret < DOH_SECRET_MIN || secret > DOH_SECRET_MAX || label.p[0] == '0')
		return ERR_SYNTAX;
	for (size_t i = 0; i < label.n; i++) {
		char c = ascii_lower(label.p[i]);
		bool good = i == (size_t)dash || ascii_digit(c) || (i > (size_t)dash && ascii_alpha(c));
		if (!good)
			return ERR_SYNTAX;
		out[i] = i == (size_t)dash ? ':' : c;
	}
	out[label.n] = 0;
	return OK;
}

enum err doh_name(struct str name, struct str zone, char out[DOH_TOKEN_MAX + 1])
{
	if (str_ieq(name, zone))
		return ERR_ABSENT;
	if (!zone.n || name.n < zone.n + 2 || name.p[name.n - zone.n - 1] != '.' || !str_ieq(str_from(name, name.n - zone.n), zone))
		return ERR_SYNTAX;
	return doh_label(str_upto(name, name.n - zone.n - 1), out);
}

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (ascii_digit(c))
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Base64 for URLs, without padding; what is left over at the end must be nothing (RFC 4648 3.5). */
static bool decode(struct str s, struct doh_ask *out)
{
	uint32_t bits = 0, have = 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = digit(s.p[i]);
		if (d < 0 || (have + 6 >= 8 && out->query_n == DOH_QUERY_MAX))
			return false;
		bits = bits << 6 | (uint32_t)d;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		out->query[out->query_n++] = (uint8_t)(bits >> have);
		bits &= (1u << have) - 1;
	}
	return have < 6 && !bits && out->query_n;
}

static int read_get(struct str query, struct doh_ask *out)
{
	struct str one;
	bool seen = false;
	while (str_next(&query, '&', &one)) {
		if (!str_starts(one, STR("dns=")))
			continue;
		if (seen || !decode(str_from(one, 4), out))
			return 400;
		seen = true;
	}
	return seen ? 0 : 400;
}

static int read_path(struct str target, struct doh_ask *out)
{
	struct str rest = str_from(target, path.n);
	if (!str_starts(target, path) || (rest.n && rest.p[0] != '/'))
		return 404;
	if (rest.n < 2)
		return 0;
	return doh_label(str_from(rest, 1), out->token) == OK ? 0 : 404;
}

int doh_read(struct str method, struct str target, struct str type, struct doh_ask *out)
{
	ptrdiff_t ask = str_chr(target, '?');
	struct str query = ask < 0 ? STR_NONE : str_from(target, (size_t)ask + 1);
	out->query_n = 0;
	out->token[0] = 0;
	out->post = str_is(method, "POST");
	if (target.n > DOH_QUERY_MAX * 2)
		return 414;
	int bad = read_path(ask < 0 ? target : str_upto(target, (size_t)ask), out);
	if (bad)
		return bad;
	if (!out->post && !str_is(method, "GET"))
		return 405;
	if (!out->post)
		return read_get(query, out);
	return str_ieq(str_trim(type), STR("application/dns-message")) ? 0 : 415;
}
