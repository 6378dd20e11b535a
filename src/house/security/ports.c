#include "house/security/ports.h"

#include "base/mem.h"

enum { LISTEN = 0x0a, UDP_UNCONNECTED = 0x07 };

void ports_add(struct port_set *s, unsigned port, bool udp)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].port == port && s->v[i].udp == udp)
			return;
	if (s->n < PORTS_HELD)
		s->v[s->n++] = (struct port){ port, udp };
}

bool ports_has(const struct port_set *s, unsigned port)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].port == port)
			return true;
	return false;
}

static bool hex(struct str s, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = ascii_lower(s.p[i]);
		int v = ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
		if (v < 0)
			return false;
		*out = *out << 4 | (unsigned)v;
	}
	return s.n > 0 && s.n <= 8;
}

/* Each word of an address is written as the processor has it: 127.0.0.1 is 0100007F, ::1 ends in 01000000; 127/8 inside ::ffff:0:0/96 ends so too. */
static bool own(struct str a)
{
	if (a.n == 8)
		return str_ends(a, STR("7F"));
	bool mapped = a.n == 32 && str_starts(a, STR("0000000000000000FFFF0000"));
	return str_is(a, "00000000000000000000000001000000") || (mapped && str_ends(a, STR("7F")));
}

static struct str word(struct str *rest)
{
	struct str w = STR_NONE;
	while (rest->n && str_next(rest, ' ', &w) && !w.n)
		;
	return w;
}

static bool line_port(struct str line, bool udp, unsigned *port)
{
	unsigned state;
	(void)word(&line);                                   /* its number */
	struct str local = word(&line);
	(void)word(&line);                                   /* the other side */
	struct str st = word(&line);
	ptrdiff_t colon = str_rchr(local, ':');
	if (colon < 8 || !hex(st, &state) || state != (udp ? UDP_UNCONNECTED : LISTEN) || own(str_upto(local, (size_t)colon)))
		return false;
	return hex(str_from(local, (size_t)colon + 1), port) && *port > 0 && *port < 65536;
}

void ports_read(struct str text, bool udp, struct port_set *out)
{
	struct str line;
	unsigned port;
	out->seen = true;
	(void)str_next(&text, '\n', &line);                  /* the heads of the columns */
	while (str_next(&text, '\n', &line))
		if (line_port(line, udp, &port) && (!udp || port < 32768))       /* above: what this computer itself asks from */
			ports_add(out, port, udp);
}
