#include "wire/tls_hello.h"

#include "base/rd.h"
#include "base/wr.h"

enum { RECORD_HANDSHAKE = 22, RECORD_MAX = 16 * 1024, CLIENT_HELLO = 1 };
enum { EXT_SERVER_NAME = 0, EXT_ALPN = 16, EXT_VERSIONS = 43, EXT_ECH = 0xfe0d };

/* The part of one record's fragment that has arrived.  ERR_END: not even its header. */
static enum err record(struct rd *r, struct str *piece, bool *whole)
{
	if ((rd_left(r) >= 1 && r->p[0] != RECORD_HANDSHAKE) || (rd_left(r) >= 2 && r->p[1] != 3))
		return ERR_SYNTAX;
	if (rd_left(r) < 5)
		return ERR_END;
	(void)rd_bytes(r, 3);                           /* type and version, seen above */
	size_t n = rd_u16(r);
	if (n == 0 || n > RECORD_MAX)
		return ERR_SYNTAX;
	*whole = n <= rd_left(r);
	*piece = rd_bytes(r, *whole ? n : rd_left(r));
	return OK;
}

/* Joins the fragments of the first handshake message; ERR_END until it is whole. */
static enum err join(struct str seen, struct wr *out, struct str *message)
{
	struct rd r = rd_over(seen);
	size_t want = 4;
	bool whole = true;
	while (wr_len(out) < want) {
		if (!whole)
			return ERR_END;
		struct str piece;
		TRY(record(&r, &piece, &whole));
		wr_bytes(out, str_upto(piece, (size_t)(out->end - out->p)));
		if (wr_len(out) >= 1 && out->start[0] != CLIENT_HELLO)
			return ERR_SYNTAX;
		if (wr_len(out) >= 4)
			want = 4 + ((size_t)out->start[1] << 16 | (size_t)out->start[2] << 8 | out->start[3]);
		if (want > TLS_HELLO_MAX)
			return ERR_LIMIT;
	}
	*message = (struct str){ (const char *)out->start + 4, want - 4 };
	return OK;
}

static bool name_byte(char c)
{
	return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '.' || c == '_';
}

/* RFC 6066 3: a list of one host name. */
static enum err read_name(struct str ext, struct tls_hello *out)
{
	struct rd r = rd_over(ext);
	struct rd list = rd_over(rd_bytes(&r, rd_u16(&r)));
	uint8_t type = rd_u8(&list);
	struct str name = rd_bytes(&list, rd_u16(&list));
	if (rd_end(&r) != OK || rd_end(&list) != OK || type != 0 || name.n == 0 || name.n > TLS_NAME_MAX)
		return ERR_SYNTAX;
	for (size_t i = 0; i < name.n; i++) {
		if (!name_byte(name.p[i]))
			return ERR_SYNTAX;
		out->name[i] = ascii_lower(name.p[i]);
	}
	out->name[name.n] = 0;
	out->name_n = name.n;
	return OK;
}

static enum err read_alpn(struct str ext, struct tls_hello *out)
{
	struct rd r = rd_over(ext);
	struct rd list = rd_over(rd_bytes(&r, rd_u16(&r)));
	while (!list.bad && rd_left(&list)) {
		struct str one = rd_bytes(&list, rd_u8(&list));
		out->alpn_h2 = out->alpn_h2 || str_is(one, "h2");
		out->alpn_h1 = out->alpn_h1 || str_is(one, "http/1.1");
	}
	TRY(rd_end(&r));
	return rd_end(&list);
}

static enum err read_versions(struct str ext, struct tls_hello *out)
{
	struct rd r = rd_over(ext);
	struct rd list = rd_over(rd_bytes(&r, rd_u8(&r)));
	while (!list.bad && rd_left(&list))
		out->tls13 = rd_u16(&list) == 0x0304 || out->tls13;
	TRY(rd_end(&r));
	return rd_end(&list);
}

static enum err read_extension(uint16_t type, struct str ext, unsigned *seen, struct tls_hello *out)
{
	static const struct {
		uint16_t type;
		enum err (*read)(struct str ext, struct tls_hello *out);
	} known[] = { { EXT_SERVER_NAME, read_name }, { EXT_ALPN, read_alpn }, { EXT_VERSIONS, read_versions } };
	out->ech = out->ech || type == EXT_ECH;
	for (unsigned i = 0; i < 3; i++) {
		if (known[i].type != type)
			continue;
		if (*seen & 1u << i)                    /* RFC 8446 4.2: at most one of a type */
			return ERR_SYNTAX;
		*seen |= 1u << i;
		return known[i].read(ext, out);
	}
	return OK;
}

static enum err read_extensions(struct str all, struct tls_hello *out)
{
	struct rd r = rd_over(all);
	unsigned seen = 0;
	while (rd_left(&r)) {
		uint16_t type = rd_u16(&r);
		struct str ext = rd_bytes(&r, rd_u16(&r));
		TRY(rd_ok(&r));
		TRY(read_extension(type, ext, &seen, out));
	}
	return OK;
}

/* RFC 8446 4.1.2; hellos of TLS 1.2 have the same shape, and may end before the extensions. */
static enum err read_message(struct str message, struct tls_hello *out)
{
	struct rd r = rd_over(message);
	uint8_t major = (uint8_t)(rd_u16(&r) >> 8);
	(void)rd_bytes(&r, 32);                         /* random */
	size_t session = rd_u8(&r);
	(void)rd_bytes(&r, session);
	size_t suites = rd_u16(&r);
	(void)rd_bytes(&r, suites);
	size_t compressions = rd_u8(&r);
	(void)rd_bytes(&r, compressions);
	if (r.bad || major != 3 || session > 32 || suites < 2 || suites % 2 || !compressions)
		return ERR_SYNTAX;
	if (!rd_left(&r))
		return OK;
	struct str all = rd_bytes(&r, rd_u16(&r));
	TRY(rd_end(&r));
	return read_extensions(all, out);
}

enum err tls_hello_read(struct str seen, struct tls_hello *out)
{
	assert(out);
	uint8_t room[TLS_HELLO_MAX];
	struct wr w = wr_over(room, sizeof room);
	struct str message;
	TRY(join(seen, &w, &message));
	struct tls_hello h = { 0 };
	TRY(read_message(message, &h));
	*out = h;
	return OK;
}
