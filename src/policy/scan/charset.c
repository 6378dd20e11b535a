#include "policy/scan/charset.h"

#include "base/mem.h"
#include "policy/scan/charset_table.h"

enum { LABEL_MAX = 32 };

/* Other names of the same set (WHATWG Encoding 4.2), as far as pages use them. */
static const struct { const char *label, *name; } labels[] = {
	{ "latin1", "windows-1252" }, { "iso-8859-1", "windows-1252" }, { "iso8859-1", "windows-1252" }, { "us-ascii", "windows-1252" }, { "ascii", "windows-1252" },
	{ "cp1252", "windows-1252" }, { "x-cp1252", "windows-1252" }, { "latin2", "iso-8859-2" }, { "latin9", "iso-8859-15" }, { "iso-8859-9", "windows-1254" },
	{ "latin5", "windows-1254" }, { "iso-8859-11", "windows-874" }, { "tis-620", "windows-874" }, { "cp1250", "windows-1250" }, { "cp1251", "windows-1251" },
	{ "iso-8859-8-i", "iso-8859-8" }, { "cp866", "ibm866" }, { "koi8", "koi8-r" }, { "mac", "macintosh" },
};

static const uint16_t *table_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_N(charsets); i++)
		if (!strcmp(charsets[i].name, name))
			return charsets[i].to;
	return NULL;
}

struct charset charset_of(struct str label)
{
	char low[LABEL_MAX + 1] = "";
	label = str_trim(label);
	while (label.n && (label.p[0] == '"' || label.p[0] == '\''))
		label = str_from(label, 1);
	size_t n = 0;
	for (; n < label.n && n < LABEL_MAX && label.p[n] != '"' && label.p[n] != '\'' && label.p[n] != ';' && !ascii_space(label.p[n]); n++)
		low[n] = ascii_lower(label.p[n]);
	if (!strcmp(low, "utf-16") || !strcmp(low, "utf-16le") || !strcmp(low, "unicode") || !strcmp(low, "ucs-2"))
		return (struct charset){ NULL, 1 };
	if (!strcmp(low, "utf-16be"))
		return (struct charset){ NULL, 2 };
	const char *name = low;
	for (size_t i = 0; i < ARRAY_N(labels); i++)
		if (!strcmp(labels[i].label, low))
			name = labels[i].name;
	return (struct charset){ table_of(name), 0 };
}

bool charset_in(struct str type, struct charset *out)
{
	for (size_t i = 0; i + 8 < type.n; i++)
		if (str_ieq((struct str){ type.p + i, 8 }, STR("charset="))) {
			*out = charset_of(str_from(type, i + 8));
			return true;
		}
	return false;
}

uint32_t charset_1252(uint8_t byte)
{
	static const uint16_t *table;
	if (!table)
		table = table_of("windows-1252");
	return byte < 0x80 ? byte : table[byte - 0x80];
}
