#include "policy/read/sealed.h"

#include <sodium.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rd.h"
#include "policy/read/pieces.h"
#include "policy/read/sections.h"
#include "wire/host.h"
#include "wire/url.h"

static_assert(crypto_shorthash_siphashx24_BYTES == SEALED_TAG_BYTES, "SipHash-2-4 with 128 bits out");
static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16, "and its key");

void sealed_derive(const uint8_t key[SEALED_KEY_BYTES], uint8_t out[16])
{
	static const char what[] = "gatehouse sealed lists 1";
	(void)crypto_generichash(out, 16, (const uint8_t *)what, sizeof what - 1, key, SEALED_KEY_BYTES);  /* cannot fail */
}

void sealed_tag(const uint8_t derived[16], struct str host, struct str path, uint8_t out[SEALED_TAG_BYTES])
{
	char text[HOST_MAX + URL_PATH_MAX + 2];
	size_t n = host.n < HOST_MAX ? host.n : HOST_MAX;
	memcpy(text, host.p, n);
	for (size_t i = 0; i < path.n && i < URL_PATH_MAX; i++)
		text[n++] = ascii_lower(path.p[i]);
	(void)crypto_shorthash_siphashx24(out, (const uint8_t *)text, n, derived);  /* cannot fail */
	mem_wipe(text, n);
}

void sealed_key_tag(const uint8_t derived[16], uint8_t out[SEALED_TAG_BYTES])
{
	sealed_tag(derived, STR("/key"), STR_NONE, out);     /* no host has a slash */
}

enum err sealed_check(const struct snapshot *s, struct str bytes)
{
	struct rd r = rd_over(bytes), lists = rd_over(snapshot_section(s, SECTION_LISTS));
	uint32_t format = rd_u32le(&r), n = rd_u32le(&r), lists_n = rd_u32le(&lists);
	if (bytes.n < SEALED_HEAD)
		return ERR_CORRUPT;
	if (format != SEALED_FORMAT)
		return ERR_VERSION;
	if (n > bytes.n / SEALED_TAG_BYTES || bytes.n != SEALED_HEAD + (size_t)n * (SEALED_TAG_BYTES + 2))
		return ERR_CORRUPT;
	const char *tags = bytes.p + SEALED_HEAD;
	for (size_t i = 1; i < n; i++)
		if (memcmp(tags + (i - 1) * SEALED_TAG_BYTES, tags + i * SEALED_TAG_BYTES, SEALED_TAG_BYTES) >= 0)
			return ERR_CORRUPT;
	struct rd l = rd_over(str_from(bytes, SEALED_HEAD + (size_t)n * SEALED_TAG_BYTES));
	for (size_t i = 0; i < n; i++)
		if (rd_u16le(&l) >= lists_n)
			return ERR_CORRUPT;
	return rd_end(&l) == OK ? OK : ERR_CORRUPT;
}

size_t sealed_count(const struct snapshot *s)
{
	struct rd r = rd_over(snapshot_section(s, SECTION_SEALED));
	(void)rd_u32le(&r);                     /* format */
	return rd_u32le(&r);                    /* 0 without a section */
}

enum err sealed_open(const struct snapshot *s, const uint8_t key[SEALED_KEY_BYTES], struct sealed *out)
{
	struct str bytes = snapshot_section(s, SECTION_SEALED);
	if (!bytes.p)
		return ERR_ABSENT;
	struct rd r = rd_over(bytes);
	(void)rd_u32le(&r);
	struct sealed o = { .n = rd_u32le(&r), .open = true };
	o.tags = (const uint8_t *)bytes.p + SEALED_HEAD;
	o.lists = o.tags + o.n * SEALED_TAG_BYTES;
	uint8_t tag[SEALED_TAG_BYTES];
	sealed_derive(key, o.key);
	sealed_key_tag(o.key, tag);
	if (!hash_same(tag, bytes.p + SEALED_KEY_AT, sizeof tag))
		return ERR_CRYPTO;
	*out = o;
	return OK;
}

void sealed_done(struct sealed *s)
{
	mem_wipe(s, sizeof *s);
}

static bool has_tag(const struct sealed *s, const uint8_t tag[SEALED_TAG_BYTES], struct sealed_hit *out)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = memcmp(s->tags + mid * SEALED_TAG_BYTES, tag, SEALED_TAG_BYTES);
		if (c == 0) {
			const uint8_t *l = s->lists + 2 * mid;
			*out = (struct sealed_hit){ .list = (uint16_t)(l[0] | l[1] << 8) };
			memcpy(&out->ref, tag, sizeof out->ref);
			return true;
		}
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* Every beginning of the path, from the whole of it down. */
static bool find_path(const struct sealed *s, struct str host, struct str path, struct sealed_hit *out)
{
	struct str rest = path, piece;
	uint8_t tag[SEALED_TAG_BYTES];
	for (int i = 0; i < PIECES_MAX && piece_next(&rest, &piece); i++) {
		struct str start = piece_trim(str_upto(path, path.n - rest.n));
		sealed_tag(s->key, host, start, tag);
		if (start.n > 0 && has_tag(s, tag, out))
			return true;
	}
	return false;
}

bool sealed_find(const struct sealed *s, struct str host, struct str path, struct sealed_hit *out)
{
	uint8_t tag[SEALED_TAG_BYTES];
	if (!s->open || s->n == 0)
		return false;
	for (struct str at = host; at.n > 0; at = host_parent(at)) {
		sealed_tag(s->key, at, STR_NONE, tag);
		if (has_tag(s, tag, out) || find_path(s, at, path, out))
			return true;
	}
	return false;
}
