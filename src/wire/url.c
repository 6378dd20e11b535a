#include "wire/url.h"

static int hex_of(char c)
{
	c = ascii_lower(c);
	return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX at p (n bytes left): its value, or -1. */
static int pct(const char *p, size_t n)
{
	if (n < 3 || p[0] != '%' || hex_of(p[1]) < 0 || hex_of(p[2]) < 0)
		return -1;
	return hex_of(p[1]) << 4 | hex_of(p[2]);
}

static bool unreserved(int c)
{
	return c > 0 && c < 128 && (ascii_alpha((char)c) || ascii_digit((char)c) || strchr("-._~", c));
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

/* A host with %XX in it is decoded before it is judged, as a browser does. */
static enum err host_part(struct str s, struct url *u)
{
	char plain[URL_PATH_MAX] __attribute__((uninitialized));
	size_t n = 0;
	if (s.n > sizeof plain)
		return ERR_LIMIT;
	for (size_t i = 0; i < s.n; i++) {
		int c = pct(s.p + i, s.n - i);
		plain[n++] = c < 0 ? s.p[i] : (char)c;
		i += c < 0 ? 0 : 2;
	}
	struct str host = { plain, n };
	if (addr_read(host, &u->addr) == OK) {
		u->is_addr = true;
		u->host_n = addr_text(u->addr, u->host);
		return OK;
	}
	return host_norm(host, u->host, &u->host_n);
}

static enum err port_part(struct str s, uint16_t *out)
{
	uint64_t port;
	if (s.n == 0)
		return OK;                       /* "host:" is allowed (RFC 3986 3.2.3) */
	if (str_u64(s, &port) != OK || port == 0 || port > 65535)
		return ERR_SYNTAX;
	*out = (uint16_t)port;
	return OK;
}

static enum err authority(struct str s, struct url *u)
{
	ptrdiff_t colon = str_rchr(s, ':'), bracket = str_rchr(s, ']');
	if (colon > bracket) {
		TRY(port_part(str_from(s, (size_t)colon + 1), &u->port));
		s = str_upto(s, (size_t)colon);
	}
	return host_part(s, u);
}

enum err url_read_authority(struct str s, struct url *out)
{
	struct url u = { 0 };
	if (s.n > URL_PATH_MAX || has_control(s))
		return ERR_SYNTAX;
	TRY(authority(s, &u));
	*out = u;
	return OK;
}

/* Takes "http:" or "https:" and the slashes off the front; other schemes are not for us. */
static enum err scheme_part(struct str *s, struct url *u)
{
	ptrdiff_t at = str_find(*s, STR("://"));
	ptrdiff_t end = -1;
	for (size_t i = 0; i < s->n && end < 0; i++)
		if (strchr("/?#\\", s->p[i]))
			end = (ptrdiff_t)i;
	if (at < 0 || (end >= 0 && end < at)) {
		if (str_starts(*s, STR("//")))
			*s = str_from(*s, 2);
		return OK;
	}
	u->scheme = str_upto(*s, (size_t)at);
	if (!str_ieq(u->scheme, STR("http")) && !str_ieq(u->scheme, STR("https")))
		return ERR_UNSUPPORTED;
	*s = str_from(*s, (size_t)at + 3);
	return OK;
}

enum err url_read(struct str s, struct url *out)
{
	struct url u = { 0 };
	s = str_trim(s);
	if (s.n > URL_MAX)
		return ERR_LIMIT;
	if (s.n == 0 || has_control(s))
		return ERR_SYNTAX;
	TRY(scheme_part(&s, &u));
	ptrdiff_t hash = str_chr(s, '#');
	if (hash >= 0)
		s = str_upto(s, (size_t)hash);
	size_t end = 0;
	while (end < s.n && s.p[end] != '/' && s.p[end] != '?' && s.p[end] != '\\')
		end++;
	struct str who = str_upto(s, end);
	ptrdiff_t user = str_rchr(who, '@');
	if (user >= 0)
		who = str_from(who, (size_t)user + 1);
	if (end < s.n)
		u.path = str_from(s, end);
	TRY(authority(who, &u));
	*out = u;
	return OK;
}

struct path_out { char *p; size_t n, max; bool over; };

static void put(struct path_out *o, char c)
{
	if (o->n == o->max)
		o->over = true;
	else
		o->p[o->n++] = c;
}

/* After a segment: drops "." and takes ".." back over the one before. */
static void settle(struct path_out *o)
{
	size_t at = o->n;
	while (at > 0 && o->p[at - 1] != '/')
		at--;
	struct str seg = { o->p + at, o->n - at };
	if (str_is(seg, ".") || str_is(seg, ".."))
		o->n = at;
	if (!str_is(seg, "..") || at <= 1)
		return;
	for (o->n = at - 1; o->n > 0 && o->p[o->n - 1] != '/';)
		o->n--;
}

static void put_byte(struct path_out *o, struct str s, size_t *i)
{
	int c = pct(s.p + *i, s.n - *i);
	if (c < 0 && s.p[*i] == '%') {       /* a bare one, so that a second pass changes nothing */
		put(o, '%');
		put(o, '2');
		put(o, '5');
	} else if (c < 0) {
		put(o, s.p[*i]);
	} else if (unreserved(c)) {
		put(o, (char)c);
		*i += 2;
	} else {
		put(o, '%');
		put(o, "0123456789ABCDEF"[c >> 4]);
		put(o, "0123456789ABCDEF"[c & 15]);
		*i += 2;
	}
}

enum err url_path_norm(struct str path, char *out, size_t max, size_t *n)
{
	struct path_out o = { out, 0, max, false };
	size_t i = 0;
	put(&o, '/');
	for (; i < path.n && path.p[i] != '?' && path.p[i] != '#' && !o.over; i++) {
		if (path.p[i] != '/' && path.p[i] != '\\') {
			put_byte(&o, path, &i);
			continue;
		}
		settle(&o);
		if (o.n > 0 && o.p[o.n - 1] != '/')
			put(&o, '/');
	}
	settle(&o);
	for (; i < path.n && path.p[i] != '#' && !o.over; i++)
		put_byte(&o, path, &i);
	if (o.over)
		return ERR_LIMIT;
	*n = o.n;
	return OK;
}
