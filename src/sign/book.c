#include "sign/book.h"

#include "base/hash.h"
#include "io/file.h"

void book_begin(struct buf *b)
{
	static const char none[SHA256_BYTES];
	buf_add(b, (struct str){ none, sizeof none });
}

void book_num(struct buf *b, uint64_t v, size_t bytes)
{
	while (bytes--)
		buf_byte(b, (char)(v >> (8 * bytes)));
}

void book_piece(struct buf *b, struct str s)
{
	book_num(b, s.n, 2);
	buf_add(b, s);
}

enum err book_write(const char *path, struct buf *b)
{
	uint8_t digest[SHA256_BYTES];
	TRY(buf_ok(b));
	hash_sha256(str_from(buf_str(b), SHA256_BYTES), digest);
	memcpy(b->p, digest, sizeof digest);
	return file_replace(path, buf_str(b), 0600);
}

enum err book_read(const char *path, struct buf *b, struct rd *r)
{
	uint8_t digest[SHA256_BYTES];
	TRY(file_read(path, b));
	struct str body = str_from(buf_str(b), SHA256_BYTES);
	hash_sha256(body, digest);
	if (b->n < SHA256_BYTES || !hash_same(digest, b->p, SHA256_BYTES))
		return ERR_CORRUPT;
	*r = rd_over(body);
	return OK;
}

void book_take(struct rd *r, struct buf *out)
{
	buf_add(out, rd_bytes(r, rd_u16(r)));
	r->bad |= out->over;
}
