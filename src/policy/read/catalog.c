#include "policy/read/catalog.h"

#include "base/rd.h"

enum { COUNT = 4, CATEGORY_BYTES = 16, LIST_BYTES = 24 };

static struct rd record(struct str section, size_t at)
{
	return rd_over(str_from(section, at));
}

static size_t lists_at(size_t n) { return COUNT + (2 * n + 3) / 4 * 4; }      /* past the categories */

static uint32_t count_of(struct str section)
{
	struct rd r = rd_over(section);
	return rd_u32le(&r);
}

void catalog_open(const struct snapshot *s, struct catalog *out)
{
	*out = (struct catalog){ snapshot_section(s, SECTION_CATEGORIES), snapshot_section(s, SECTION_LISTS), 0, 0 };
	out->categories_n = (uint16_t)count_of(out->categories);
	out->lists_n = (uint16_t)count_of(out->lists);
}

static struct str text_at(struct str section, uint32_t at, uint16_t n)
{
	return str_upto(str_from(section, at), n);
}

struct category catalog_category(const struct catalog *c, uint16_t i)
{
	struct rd r = record(c->categories, COUNT + (size_t)i * CATEGORY_BYTES);
	uint32_t name = rd_u32le(&r), title = rd_u32le(&r);
	uint16_t name_n = rd_u16le(&r), title_n = rd_u16le(&r);
	uint8_t flags = rd_u8(&r), block = rd_u8(&r);
	return (struct category){ text_at(c->categories, name, name_n), text_at(c->categories, title, title_n), flags, block };
}

struct list catalog_list(const struct catalog *c, uint16_t i)
{
	struct rd kind = record(c->lists, COUNT + 2 * (size_t)i);
	struct rd r = record(c->lists, lists_at(c->lists_n) + (size_t)i * LIST_BYTES);
	uint32_t name = rd_u32le(&r), version = rd_u32le(&r);
	uint16_t name_n = rd_u16le(&r), version_n = rd_u16le(&r);
	uint32_t entries = rd_u32le(&r);
	int64_t when = (int64_t)rd_u64le(&r);
	return (struct list){ text_at(c->lists, name, name_n), text_at(c->lists, version, version_n), rd_u16le(&kind), entries, when };
}

uint16_t catalog_find(const struct catalog *c, struct str category)
{
	for (uint16_t i = 0; i < c->categories_n; i++)
		if (str_eq(catalog_category(c, i).name, category))
			return i;
	return CATEGORY_NONE;
}

static bool within(struct str section, uint64_t at, uint64_t n)
{
	return at <= section.n && n <= section.n - at;
}

enum err catalog_categories_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	size_t n = count_of(bytes);
	if (n >= CATEGORY_NONE || bytes.n < COUNT + n * CATEGORY_BYTES)
		return ERR_CORRUPT;
	for (size_t i = 0; i < n; i++) {
		struct rd r = record(bytes, COUNT + i * CATEGORY_BYTES);
		uint32_t name = rd_u32le(&r), title = rd_u32le(&r);
		uint16_t name_n = rd_u16le(&r), title_n = rd_u16le(&r);
		if (name_n == 0 || !within(bytes, name, name_n) || !within(bytes, title, title_n))
			return ERR_CORRUPT;
	}
	return OK;
}

enum err catalog_lists_check(const struct snapshot *s, struct str bytes)
{
	size_t n = count_of(bytes), categories = count_of(snapshot_section(s, SECTION_CATEGORIES));
	if (n >= LIST_NONE || bytes.n < lists_at(n) + n * LIST_BYTES)
		return ERR_CORRUPT;
	for (size_t i = 0; i < n; i++) {
		struct rd kind = record(bytes, COUNT + 2 * i), r = record(bytes, lists_at(n) + i * LIST_BYTES);
		uint32_t name = rd_u32le(&r), version = rd_u32le(&r);
		uint16_t name_n = rd_u16le(&r), version_n = rd_u16le(&r);
		if (rd_u16le(&kind) >= categories || name_n == 0 || !within(bytes, name, name_n) || !within(bytes, version, version_n))
			return ERR_CORRUPT;
	}
	return OK;
}
