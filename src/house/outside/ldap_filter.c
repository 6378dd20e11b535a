#include "house/outside/ldap_filter.h"

struct str ldap_filter_escape(struct arena *a, struct str value)
{
	static const char digits[] = "0123456789abcdef";
	char *p = arena_alloc(a, value.n * 3 + 1);
	size_t n = 0;
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		if (c >= ' ' && c < 0x7f && !strchr("()*\\", c)) {
			p[n++] = (char)c;
			continue;
		}
		p[n++] = '\\';
		p[n++] = digits[c >> 4];
		p[n++] = digits[c & 15];
	}
	return (struct str){ p, n };
}
