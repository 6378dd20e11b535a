/* A backup's bytes; its digest is made to fit, so that the reader of its blocks sees every change. */
#include "base/fuzz.h"
#include "base/hash.h"
#include "base/mem.h"
#include "house/archive/archive.h"

FUZZ(archive, bytes)
{
	struct archive_sum sum;
	uint8_t *p = mem_array(uint8_t, bytes.n + SHA256_BYTES);
	memcpy(p, bytes.p, bytes.n);
	hash_sha256(bytes, p + bytes.n);
	if (archive_check_bytes((struct str){ (char *)p, bytes.n + SHA256_BYTES }, &sum) == OK)
		FUZZ_CHECK(sum.rows >= 0 && sum.tables >= 0 && sum.bytes == (int64_t)bytes.n + SHA256_BYTES);
	mem_free(&p);
}
