#include "gate/proxy/reach.h"

#include "base/mem.h"

/* RFC 6890 and its registry: special addresses that a proxy has no business with. */
static const struct { uint8_t b[4]; uint8_t bits; } closed4[] = {
	{ { 0 }, 8 }, { { 10 }, 8 }, { { 100, 64 }, 10 }, { { 127 }, 8 }, { { 169, 254 }, 16 }, { { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 }, { { 192, 0, 2 }, 24 }, { { 192, 88, 99 }, 24 }, { { 192, 168 }, 16 }, { { 198, 18 }, 15 },
	{ { 198, 51, 100 }, 24 }, { { 203, 0, 113 }, 24 }, { { 224 }, 4 }, { { 240 }, 4 },
};

static bool closed_4(struct addr a)
{
	for (size_t i = 0; i < ARRAY_N(closed4); i++)
		if (prefix_has((struct prefix){ addr_of4(closed4[i].b), (uint8_t)(96 + closed4[i].bits) }, a))
			return true;
	return false;
}

/* Of IPv6 only global unicast is open, less what carries an IPv4 address or documents. */
static bool closed_6(struct addr a)
{
	bool global = (a.b[0] & 0xe0) == 0x20;
	bool six_to_four = a.b[0] == 0x20 && a.b[1] == 0x02;
	bool teredo_and_others = memcmp(a.b, "\x20\x01", 2) == 0 && a.b[2] < 2;
	bool documentation = memcmp(a.b, "\x20\x01\x0d\xb8", 4) == 0;
	return !global || six_to_four || teredo_and_others || documentation;
}

bool reach_may(const struct reach *r, struct addr a)
{
	for (size_t i = 0; r && i < r->n; i++)
		if (prefix_has(r->allow[i], a))
			return true;
	return addr_is4(a) ? !closed_4(a) : !closed_6(a);
}
