#include "policy/scan/letters.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "policy/scan/letters_table.h"

enum { PAIR = 0xe000, PAIRS = 26 * 26 };

struct span { uint32_t first, last; };

static bool within(const struct span *v, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n && v[i].first <= cp; i++)
		if (cp <= v[i].last)
			return true;
	return false;
}

/* Written without spaces, or a picture that is a word. */
static const struct span alone[] = {
	{ 0xe01, 0xe4e }, { 0xe81, 0xedf }, { 0x1000, 0x109f }, { 0x1780, 0x17ff }, { 0x2600, 0x27bf }, { 0x3041, 0x30ff }, { 0x3400, 0x4dbf },
	{ 0x4e00, 0x9fff }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0x1f300, 0x1f3fa }, { 0x1f400, 0x1faff }, { 0x20000, 0x3ffff },
};
static const struct span nothing[] = {
	{ 0xad, 0xad }, { 0xb4, 0xb4 }, { 0x2b9, 0x36f }, { 0x61c, 0x61c }, { 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2018, 0x2019 }, { 0x202a, 0x202e },
	{ 0x2060, 0x206f }, { 0x20d0, 0x20ff }, { 0x3099, 0x309a }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0x1f3fb, 0x1f3ff }, { 0xe0000, 0xe01ef },
};
static const struct span gap[] = {
	{ 0x80, 0xa9 }, { 0xab, 0xb1 }, { 0xb4, 0xb8 }, { 0xbb, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 }, { 0x60c, 0x60d }, { 0x61b, 0x61f }, { 0x66a, 0x66d },
	{ 0x2000, 0x206f }, { 0x20a0, 0x20cf }, { 0x2190, 0x245f }, { 0x2500, 0x2bff }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0x30fb, 0x30fb },
	{ 0xe000, 0xf8ff }, { 0xfe10, 0xfe1f }, { 0xfe30, 0xfe6f }, { 0xff01, 0xff0f }, { 0xff1a, 0xff20 }, { 0xff3b, 0xff40 }, { 0xff5b, 0xff65 },
	{ 0xfff0, 0xffff },
};

static uint16_t cell_of(uint32_t cp)
{
	for (size_t i = 0; i < ARRAY_N(letter_runs); i++)
		if (cp >= letter_runs[i].first && cp <= letter_runs[i].last)
			return letter_cells[letter_runs[i].at + cp - letter_runs[i].first];
	return 0;
}

static struct letter read_as(uint16_t to)
{
	if (to >= PAIR && to < PAIR + PAIRS)
		return (struct letter){ LETTER_PART, (uint32_t)('a' + (to - PAIR) / 26), (uint32_t)('a' + (to - PAIR) % 26) };
	return (struct letter){ LETTER_PART, to, 0 };
}

struct letter letter_of(uint32_t cp)
{
	if (within(nothing, ARRAY_N(nothing), cp))
		return (struct letter){ LETTER_NOTHING, 0, 0 };
	uint16_t to = cell_of(cp);
	if (to == 1)
		return (struct letter){ LETTER_NOTHING, 0, 0 };
	if (to)
		return read_as(to);
	if (within(alone, ARRAY_N(alone), cp))
		return (struct letter){ LETTER_ALONE, cp, 0 };
	if (within(gap, ARRAY_N(gap), cp) || cp > 0x10ffff)
		return (struct letter){ LETTER_GAP, 0, 0 };
	return (struct letter){ LETTER_PART, cp, 0 };
}
