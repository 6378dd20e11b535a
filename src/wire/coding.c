#include "wire/coding.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

enum { ROOM = 16 * 1024, ZSTD_WINDOW_LOG = 23 };

struct layer {
	enum coding_kind kind;
	bool begun;                     /* z is there */
	bool whole;                     /* of gzip: a body ended; another may follow, or nothing that counts */
	bool over;                      /* what comes is passed over */
	uint8_t first[2], n_first;      /* of deflate, which shows there what it is */
	z_stream z;
	BrotliDecoderState *br;         /* owned */
	ZSTD_DStream *zstd;             /* owned */
	char room[ROOM];
};

struct coding {
	uint8_t n;
	struct layer *layers;           /* owned; the one that was put on last stands first */
	size_t burst;
	coding_fn *fn;
	void *to;
};

/* ---- names */

static bool changes_nothing(struct str name)
{
	static const char *const words[] = { "identity", "none", "binary", "8bit", "7bit", "text", "plain", "utf-8", "utf8", "iso-8859-1", "iso-8859-15",
		"windows-1252", "us-ascii", "ascii", "aws-chunked" };
	for (size_t i = 0; i < ARRAY_N(words); i++)
		if (str_ieq(name, str_z(words[i])))
			return true;
	return false;
}

static enum err kind_of(struct str name, enum coding_kind *out)
{
	static const struct { const char *name; enum coding_kind kind; } known[] = { { "gzip", CODING_GZIP }, { "x-gzip", CODING_GZIP },
		{ "deflate", CODING_DEFLATE }, { "br", CODING_BR }, { "zstd", CODING_ZSTD } };
	for (size_t i = 0; i < ARRAY_N(known); i++)
		if (str_ieq(name, str_z(known[i].name))) {
			*out = known[i].kind;
			return OK;
		}
	return ERR_UNSUPPORTED;
}

enum err codings_add(struct codings *c, struct str field)
{
	struct str one;
	while (str_next(&field, ',', &one)) {
		enum coding_kind kind;
		one = str_trim(one);
		if (!one.n || changes_nothing(one))
			continue;
		TRY(kind_of(one, &kind));
		if (c->n == CODING_LAYERS)
			return ERR_LIMIT;
		c->v[c->n++] = kind;
	}
	return OK;
}

/* ---- one layer */

static void layer_begin(struct layer *l, enum coding_kind kind)
{
	l->kind = kind;
	if (kind == CODING_BR) {
		l->br = BrotliDecoderCreateInstance(NULL, NULL, NULL);
		assert(l->br);
	} else if (kind == CODING_ZSTD) {
		l->zstd = ZSTD_createDStream();
		assert(l->zstd);
		size_t bad = ZSTD_DCtx_setParameter(l->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
		assert(!ZSTD_isError(bad));
	}
}

static void layer_end(struct layer *l)
{
	if (l->begun)
		(void)inflateEnd(&l->z);                /* its memory is ours alone */
	if (l->br)
		BrotliDecoderDestroyInstance(l->br);
	if (l->zstd)
		(void)ZSTD_freeDStream(l->zstd);        /* the same */
}

static enum err pass(struct coding *c, uint8_t at, struct str s);

/* What came out of layer `at` so far. */
static enum err out_of(struct coding *c, uint8_t at, size_t n)
{
	c->burst += n;
	if (c->burst > CODING_BURST_MAX)
		return ERR_LIMIT;
	return n ? pass(c, at + 1, (struct str){ c->layers[at].room, n }) : OK;
}

/* What is wrong behind a whole body is behind what anybody shows. */
static enum err broken(struct layer *l)
{
	l->over = true;
	return l->whole ? OK : ERR_SYNTAX;
}

/* A body ended; gzip may have another behind it (RFC 1952 2.2), here or in what comes next. */
static bool again(struct layer *l)
{
	l->whole = true;
	l->over = l->kind != CODING_GZIP || (l->z.avail_in && l->z.next_in[0] != 0x1f) || inflateReset(&l->z) != Z_OK;
	return !l->over;
}

static enum err inflate_all(struct coding *c, uint8_t at, struct str s)
{
	struct layer *l = &c->layers[at];
	l->z.next_in = (Bytef *)(uintptr_t)s.p;         /* zlib only reads it */
	l->z.avail_in = (uInt)s.n;
	for (;;) {
		l->z.next_out = (Bytef *)l->room;
		l->z.avail_out = ROOM;
		int z = inflate(&l->z, Z_NO_FLUSH);
		size_t n = ROOM - l->z.avail_out;
		TRY(out_of(c, at, n));
		if (z != Z_OK && z != Z_BUF_ERROR && z != Z_STREAM_END)
			return broken(l);
		if (z == Z_STREAM_END) {
			if (!again(l) || !l->z.avail_in)
				return OK;
		} else if ((!l->z.avail_in && l->z.avail_out) || (z == Z_BUF_ERROR && !n)) {
			return OK;
		}
	}
}

/* With a head as the standard has it, or raw, as some servers send it and browsers take it. */
static bool is_zlib(const uint8_t first[2])
{
	return (first[0] & 0x0f) == Z_DEFLATED && first[0] >> 4 <= 7 && (first[0] << 8 | first[1]) % 31 == 0;
}

static enum err take_zlib(struct coding *c, uint8_t at, struct str s)
{
	struct layer *l = &c->layers[at];
	while (!l->begun && l->kind == CODING_DEFLATE && s.n && l->n_first < 2) {
		l->first[l->n_first++] = (uint8_t)s.p[0];
		s = str_from(s, 1);
	}
	if (!l->begun) {
		if (l->kind == CODING_DEFLATE && l->n_first < 2)
			return OK;
		l->begun = inflateInit2(&l->z, l->kind == CODING_GZIP ? 16 + MAX_WBITS : is_zlib(l->first) ? MAX_WBITS : -MAX_WBITS) == Z_OK;
		assert(l->begun);
		if (l->n_first)
			TRY(inflate_all(c, at, (struct str){ (const char *)l->first, 2 }));
	}
	return s.n && !l->over ? inflate_all(c, at, s) : OK;
}

static enum err take_br(struct coding *c, uint8_t at, struct str s)
{
	struct layer *l = &c->layers[at];
	const uint8_t *in = (const uint8_t *)s.p;
	size_t left = s.n;
	for (;;) {
		uint8_t *out = (uint8_t *)l->room;
		size_t room = ROOM;
		BrotliDecoderResult r = BrotliDecoderDecompressStream(l->br, &left, &in, &room, &out, NULL);
		TRY(out_of(c, at, ROOM - room));
		if (r == BROTLI_DECODER_RESULT_ERROR)
			return ERR_SYNTAX;
		l->over = r == BROTLI_DECODER_RESULT_SUCCESS;
		if (r != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT)
			return OK;
	}
}

static enum err take_zstd(struct coding *c, uint8_t at, struct str s)
{
	struct layer *l = &c->layers[at];
	ZSTD_inBuffer in = { s.p, s.n, 0 };
	for (;;) {
		ZSTD_outBuffer out = { l->room, ROOM, 0 };
		size_t r = ZSTD_decompressStream(l->zstd, &out, &in);
		TRY(out_of(c, at, out.pos));
		if (ZSTD_isError(r))
			return ERR_SYNTAX;
		if (in.pos == in.size && out.pos < ROOM)
			return OK;
	}
}

/* ---- all of them */

static enum err pass(struct coding *c, uint8_t at, struct str s)
{
	if (at == c->n)
		return c->fn(c->to, s) ? OK : ERR_END;
	struct layer *l = &c->layers[at];
	if (l->over)
		return OK;
	return l->kind == CODING_BR ? take_br(c, at, s) : l->kind == CODING_ZSTD ? take_zstd(c, at, s) : take_zlib(c, at, s);
}

struct coding *coding_new(const struct codings *said)
{
	struct coding *c = mem_new(struct coding);
	c->n = said->n;
	c->layers = c->n ? mem_array(struct layer, c->n) : NULL;
	for (uint8_t i = 0; i < c->n; i++)
		layer_begin(&c->layers[i], said->v[c->n - 1 - i]);
	return c;
}

void coding_free(struct coding **cp)
{
	struct coding *c = *cp;
	if (!c)
		return;
	for (uint8_t i = 0; i < c->n; i++)
		layer_end(&c->layers[i]);
	mem_free(&c->layers);
	mem_free(cp);
}

enum err coding_feed(struct coding *c, struct str packed, coding_fn *fn, void *to)
{
	c->burst = 0;
	c->fn = fn;
	c->to = to;
	return packed.n ? pass(c, 0, packed) : OK;
}
