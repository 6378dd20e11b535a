/* Opens and checks the HOSTS section.  After the check no reader leaves it. */
#include "base/rd.h"
#include "policy/read/hostset.h"
#include "policy/read/le.h"
#include "wire/host.h"

/* format, sets, key, blocks, entries, members, lists, fence bits, specials, single; zeros to 128 */
struct head { uint32_t format, sets_n, members_n, lists_n, single; };

static struct head read_head(struct str section, struct hostset *h)
{
	struct rd r = rd_over(section);
	struct head head = { .format = rd_u32le(&r), .sets_n = rd_u32le(&r) };
	for (int i = 0; i < HOSTHASH_KEY; i++)
		h->key[i] = rd_u64le(&r);
	h->blocks_n = rd_u64le(&r);
	h->entries = rd_u64le(&r);
	head.members_n = rd_u32le(&r);
	head.lists_n = rd_u32le(&r);
	h->fence_bits = rd_u64le(&r);
	h->specials_n = rd_u32le(&r);
	head.single = rd_u32le(&r);
	h->single = head.single != 0;
	return head;
}

/* Where the parts stand, for sizes that have been checked. */
static void place(struct str section, const struct head *head, struct hostset *h)
{
	h->blocks = (const uint8_t *)section.p + HOSTSET_HEAD;
	h->fence = h->blocks + h->blocks_n * HOSTSET_BLOCK;
	h->specials = h->fence + h->fence_bits / 8;
	h->sets = listsets_over(h->specials + (size_t)h->specials_n * HOSTSET_SPECIAL, head->sets_n);
}

void hostset_open(const struct snapshot *s, struct hostset *out)
{
	struct str section = snapshot_section(s, SECTION_HOSTS);
	*out = (struct hostset){ .list_category = (const uint8_t *)snapshot_section(s, SECTION_LISTS).p + 4 };
	if (section.n < HOSTSET_HEAD)
		return;
	struct head head = read_head(section, out);          /* checked when the snapshot was opened */
	place(section, &head, out);
	out->quick_n = out->single ? 0 : HOST_MAX - 7;
}

static bool power_of_two(uint64_t n) { return n && !(n & (n - 1)); }

static enum err check_size(struct str section, const struct hostset *h, const struct head *head)
{
	if (head->format != HOSTSET_FORMAT)
		return ERR_VERSION;
	if (head->sets_n > LISTSETS_MAX || head->single > 1 || h->blocks_n == 0 || h->blocks_n > section.n / HOSTSET_BLOCK ||
	    head->members_n > section.n / 2 || h->fence_bits < HOSTSET_FENCE_MIN || h->fence_bits / 8 > section.n || !power_of_two(h->fence_bits) ||
	    h->specials_n > section.n / HOSTSET_SPECIAL || (h->specials_n && !power_of_two(h->specials_n)))
		return ERR_CORRUPT;
	size_t want = HOSTSET_HEAD + (size_t)h->blocks_n * HOSTSET_BLOCK + (size_t)h->fence_bits / 8 + (size_t)h->specials_n * HOSTSET_SPECIAL +
	              listsets_bytes(head->sets_n, head->members_n);
	return want == section.n ? OK : ERR_CORRUPT;
}

static enum err check_blocks(const struct hostset *h, uint64_t *used)
{
	uint32_t bad = 0;
	for (const uint8_t *b = h->blocks; b < h->fence; b += HOSTSET_BLOCK)
		for (size_t i = 0; i < HOSTSET_SLOTS; i++) {
			uint32_t tag = le32(b + 4 * i), set = le16(b + 4 * HOSTSET_SLOTS + 2 * i);
			*used += tag != 0;
			bad |= (uint32_t)((tag != 0) != (set != 0)) | (uint32_t)(set > h->sets.n);
		}
	return bad ? ERR_CORRUPT : OK;
}

/* Every special name is behind the fence, and nothing else is. */
static enum err check_specials(const struct hostset *h, uint64_t *used)
{
	uint64_t names = 0, bits = 0;
	for (uint32_t i = 0; i < h->specials_n; i++) {
		const uint8_t *s = h->specials + (size_t)i * HOSTSET_SPECIAL;
		uint64_t name = le64(s), at = hostset_fence_at(name, h->fence_bits);
		uint32_t set = le32(s + 8), flags = le32(s + 12);
		if (set > h->sets.n || flags > (HOSTSET_USED | HOSTSET_SPLIT) || flags == HOSTSET_SPLIT || (!flags && (name || set)))
			return ERR_CORRUPT;
		if (flags && !(h->fence[at / 8] >> at % 8 & 1))
			return ERR_CORRUPT;
		names += flags != 0;
		*used += set != 0;
	}
	for (const uint8_t *p = h->fence; p < h->specials; p++)
		bits += (uint64_t)__builtin_popcount(*p);
	return bits <= names ? OK : ERR_CORRUPT;
}

static bool zeros(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			return false;
	return true;
}

enum { HEAD_USED = 8 + 8 * HOSTHASH_KEY + 16 + 8 + 8 + 8 };

enum err hostset_check(const struct snapshot *s, struct str section)
{
	struct hostset h = { 0 };
	uint64_t used = 0;
	if (section.n < HOSTSET_HEAD)
		return ERR_CORRUPT;
	struct head head = read_head(section, &h);
	TRY(check_size(section, &h, &head));                 /* before any pointer is made of it */
	place(section, &head, &h);
	if (head.lists_n != listsets_lists(s) || !zeros(str_from(str_upto(section, HOSTSET_HEAD), HEAD_USED)))
		return ERR_CORRUPT;
	TRY(listsets_check(&h.sets, head.members_n, head.lists_n));
	TRY(check_blocks(&h, &used));
	TRY(check_specials(&h, &used));
	return used == h.entries ? OK : ERR_CORRUPT;
}
