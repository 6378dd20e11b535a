#include "event/segment.h"

#include "base/hash.h"

static const char magic[8] = { 'G', 'H', 'S', 'P', 'O', 'O', 'L', '\n' };

/* 8 magic, 2 format, 2 header bytes, 4 zero, 8 gate, 8 sequence, 8 made, 32 worker, 32 before, 8 key id, 20 zero, 4 CRC */
void seg_header_put(uint8_t out[SEG_HEADER], const struct seg_header *h)
{
	memset(out, 0, SEG_HEADER);
	struct wr w = wr_over(out, SEG_HEADER);
	wr_bytes(&w, (struct str){ magic, sizeof magic });
	wr_u16le(&w, SEG_FORMAT);
	wr_u16le(&w, SEG_HEADER);
	wr_u32le(&w, 0);
	wr_u64le(&w, h->gate);
	wr_u64le(&w, h->sequence);
	wr_u64le(&w, (uint64_t)h->made_ms);
	wr_bytes(&w, (struct str){ h->worker, sizeof h->worker });
	wr_bytes(&w, (struct str){ (const char *)h->before, sizeof h->before });
	wr_bytes(&w, (struct str){ (const char *)h->key_id, sizeof h->key_id });
	(void)wr_room(&w, SEG_HEADER - 4 - wr_len(&w));       /* zero already */
	wr_u32le(&w, hash_crc32c(0, (struct str){ (char *)out, SEG_HEADER - 4 }));
	assert(wr_ok(&w) == OK && wr_len(&w) == SEG_HEADER);
}

enum err seg_header_get(struct str bytes, struct seg_header *out)
{
	struct seg_header h = { 0 };
	struct rd r = rd_over(bytes), tail = rd_over(str_upto(str_from(bytes, SEG_HEADER - 4), 4));
	struct str m = rd_bytes(&r, sizeof magic);
	uint16_t format = rd_u16le(&r), size = rd_u16le(&r);
	rd_u32le(&r);
	h.gate = rd_u64le(&r);
	h.sequence = rd_u64le(&r);
	h.made_ms = (int64_t)rd_u64le(&r);
	struct str worker = rd_bytes(&r, sizeof h.worker), before = rd_bytes(&r, SEG_DIGEST), key = rd_bytes(&r, 8);
	uint32_t crc = rd_u32le(&tail);
	if (bytes.n < SEG_HEADER || rd_ok(&r) != OK)
		return ERR_SYNTAX;
	if (memcmp(m.p, magic, sizeof magic) || crc != hash_crc32c(0, str_upto(bytes, SEG_HEADER - 4)))
		return ERR_CORRUPT;
	if (format != SEG_FORMAT || size != SEG_HEADER)
		return ERR_VERSION;
	memcpy(h.worker, worker.p, sizeof h.worker);
	memcpy(h.before, before.p, SEG_DIGEST);
	memcpy(h.key_id, key.p, sizeof h.key_id);
	size_t n = strnlen(h.worker, sizeof h.worker);
	if (!seg_worker_ok((struct str){ h.worker, n }) || h.gate == 0 || h.sequence == 0)
		return ERR_CORRUPT;
	*out = h;
	return OK;
}

bool seg_worker_ok(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] >= 'a' && name.p[i] <= 'z') && !ascii_digit(name.p[i]) && name.p[i] != '-')
			return false;
	return name.n > 0 && name.n <= SEG_WORKER_MAX && name.p[0] != '-';
}

void seg_name(uint64_t sequence, char out[32])
{
	snprintf(out, 32, "%010llu.seg", (unsigned long long)sequence);
}

enum err seg_name_read(struct str name, uint64_t *sequence)
{
	uint64_t v;
	char again[32];
	if (!str_ends(name, STR(".seg")) || name.n < 14)
		return ERR_SYNTAX;
	TRY(str_u64(str_upto(name, name.n - 4), &v));
	seg_name(v, again);
	if (!str_is(name, again) || v == 0)
		return ERR_SYNTAX;
	*sequence = v;
	return OK;
}
