#include "policy/scan/charset.h"
#include "policy/scan/html.h"

#include "base/mem.h"

/* The names that stand in running text (WHATWG HTML 13.5); the rest part words, which is what they look like. */
static const struct { const char *name; uint16_t cp; } names[] = {
	{ "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "nbsp", 0xa0 }, { "shy", 0xad }, { "zwj", 0x200d }, { "zwnj", 0x200c },
	{ "ZeroWidthSpace", 0x200b }, { "NoBreak", 0x2060 }, { "ensp", 0x2002 }, { "emsp", 0x2003 }, { "thinsp", 0x2009 }, { "lrm", 0x200e }, { "rlm", 0x200f },
	{ "ndash", 0x2013 }, { "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 }, { "ldquo", 0x201c }, { "rdquo", 0x201d }, { "hellip", 0x2026 },
	{ "hyphen", 0x2010 }, { "excl", '!' }, { "dollar", '$' }, { "commat", '@' }, { "ast", '*' }, { "plus", '+' }, { "num", '#' }, { "period", '.' }, { "comma", ',' },
	{ "Agrave", 0xc0 }, { "Aacute", 0xc1 }, { "Acirc", 0xc2 }, { "Atilde", 0xc3 }, { "Auml", 0xc4 }, { "Aring", 0xc5 }, { "AElig", 0xc6 }, { "Ccedil", 0xc7 },
	{ "Egrave", 0xc8 }, { "Eacute", 0xc9 }, { "Ecirc", 0xca }, { "Euml", 0xcb }, { "Igrave", 0xcc }, { "Iacute", 0xcd }, { "Icirc", 0xce }, { "Iuml", 0xcf },
	{ "ETH", 0xd0 }, { "Ntilde", 0xd1 }, { "Ograve", 0xd2 }, { "Oacute", 0xd3 }, { "Ocirc", 0xd4 }, { "Otilde", 0xd5 }, { "Ouml", 0xd6 }, { "Oslash", 0xd8 },
	{ "Ugrave", 0xd9 }, { "Uacute", 0xda }, { "Ucirc", 0xdb }, { "Uuml", 0xdc }, { "Yacute", 0xdd }, { "THORN", 0xde }, { "szlig", 0xdf },
	{ "agrave", 0xe0 }, { "aacute", 0xe1 }, { "acirc", 0xe2 }, { "atilde", 0xe3 }, { "auml", 0xe4 }, { "aring", 0xe5 }, { "aelig", 0xe6 }, { "ccedil", 0xe7 },
	{ "egrave", 0xe8 }, { "eacute", 0xe9 }, { "ecirc", 0xea }, { "euml", 0xeb }, { "igrave", 0xec }, { "iacute", 0xed }, { "icirc", 0xee }, { "iuml", 0xef },
	{ "eth", 0xf0 }, { "ntilde", 0xf1 }, { "ograve", 0xf2 }, { "oacute", 0xf3 }, { "ocirc", 0xf4 }, { "otilde", 0xf5 }, { "ouml", 0xf6 }, { "oslash", 0xf8 },
	{ "ugrave", 0xf9 }, { "uacute", 0xfa }, { "ucirc", 0xfb }, { "uuml", 0xfc }, { "yacute", 0xfd }, { "thorn", 0xfe }, { "yuml", 0xff },
	{ "OElig", 0x152 }, { "oelig", 0x153 }, { "Scaron", 0x160 }, { "scaron", 0x161 }, { "Wcirc", 0x174 }, { "wcirc", 0x175 }, { "Ycirc", 0x176 }, { "ycirc", 0x177 },
	{ "Zcaron", 0x17d }, { "zcaron", 0x17e }, { "lstrok", 0x142 }, { "Lstrok", 0x141 }, { "ccaron", 0x10d }, { "eogon", 0x119 }, { "aogon", 0x105 },
};

static uint32_t numeric(struct str s, unsigned base)
{
	uint32_t cp = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = ascii_lower(s.p[i]);
		unsigned v = ascii_digit(c) ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 99;
		if (v >= base || cp > 0x10ffff)
			return 0;
		cp = cp * base + v;
	}
	return cp >= 0x80 && cp < 0xa0 ? charset_1252((uint8_t)cp) : cp <= 0x10ffff ? cp : 0;
}

uint32_t html_entity(struct str s)
{
	if (s.n >= 3 && s.p[0] == '#' && ascii_lower(s.p[1]) == 'x')
		return numeric(str_from(s, 2), 16);
	if (s.n >= 2 && s.p[0] == '#')
		return numeric(str_from(s, 1), 10);
	for (size_t i = 0; i < ARRAY_N(names); i++)
		if (str_is(s, names[i].name))
			return names[i].cp;
	return 0;
}
