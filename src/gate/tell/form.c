#include "gate/tell/form.h"

#include <pthread.h>
#include <sodium.h>

#include "base/hash.h"
#include "base/rnd.h"

enum { REFS = 64, REF_BYTES = 18 };

static int hex(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* CRLF and CR become LF; other control bytes go. */
static void put(char *out, size_t *n, char c)
{
	if (c == '\r')
		return;
	if ((unsigned char)c < ' ' && c != '\n' && c != '\t')
		return;
	if (c == 0x7f)
		return;
	out[(*n)++] = c;
}

static enum err decode(struct arena *a, struct str s, struct str *out)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			put(p, &n, s.p[i] == '+' ? ' ' : s.p[i]);
			continue;
		}
		if (s.n - i < 3 || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0)
			return ERR_SYNTAX;
		put(p, &n, (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2])));
		i += 2;
	}
	*out = str_trim((struct str){ p, n });
	return str_utf8(*out) ? OK : ERR_SYNTAX;
}

enum err form_field(struct arena *a, struct str body, const char *name, struct str *out)
{
	struct str pair;
	*out = STR("");
	while (str_next(&body, '&', &pair)) {
		ptrdiff_t eq = str_chr(pair, '=');
		if (eq >= 0 && str_is(str_upto(pair, (size_t)eq), name))
			return decode(a, str_from(pair, (size_t)eq + 1), out);
	}
	return OK;
}

size_t form_characters(struct str utf8)
{
	size_t n = 0;
	for (size_t i = 0; i < utf8.n; i++)
		n += ((unsigned char)utf8.p[i] & 0xc0) != 0x80;
	return n;
}

static void token_at(const uint8_t key[32], struct addr to, struct str ref, int64_t slot, char out[FORM_TOKEN])
{
	uint8_t room[16 + 8 + FORM_REF], digest[16];
	memcpy(room, to.b, 16);
	memcpy(room + 16, &slot, 8);
	memcpy(room + 24, ref.p, ref.n);
	(void)crypto_generichash(digest, sizeof digest, room, 24 + ref.n, key, 32);  /* keyed BLAKE2b; cannot fail */
	hex_put(digest, sizeof digest, out);
}

void form_token(const uint8_t key[32], struct addr to, struct str ref, int64_t now_utc, char out[FORM_TOKEN])
{
	assert(form_ref_good(ref));
	token_at(key, to, ref, now_utc / FORM_TOKEN_LIFE_S, out);
}

bool form_token_fits(const uint8_t key[32], struct addr to, struct str ref, struct str token, int64_t now_utc)
{
	if (!form_ref_good(ref) || token.n != FORM_TOKEN - 1)
		return false;
	bool fits = false;
	for (int64_t back = 0; back < 2; back++) {
		char want[FORM_TOKEN];
		token_at(key, to, ref, now_utc / FORM_TOKEN_LIFE_S - back, want);
		fits = hash_same(want, token.p, FORM_TOKEN - 1) || fits;
	}
	return fits;
}

/* References for many forms, made at once: each refused page has one.  They are no secret, only never the same twice, so a
 * process that forks begins anew. */
static struct { char ref[REFS][FORM_REF]; size_t left; } refs;

static void refs_forget(void) { refs.left = 0; }
__attribute__((constructor)) static void refs_begin(void) { (void)pthread_atfork(NULL, NULL, refs_forget); }  /* only fails without memory, at start */

/* Base64url of whole groups; sodium's takes the time of a secret for it. */
static void put_base64(const uint8_t *p, size_t n, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	for (; n; n -= 3, p += 3) {
		uint32_t group = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
		for (int bits = 18; bits >= 0; bits -= 6)
			*out++ = digits[group >> bits & 63];
	}
	*out = 0;
}

void form_ref(char out[FORM_REF])
{
	static_assert(REF_BYTES % 3 == 0 && FORM_REF - 1 == REF_BYTES / 3 * 4, "a reference is whole groups of base64");
	if (!refs.left) {
		uint8_t bytes[REFS * REF_BYTES];
		rnd_bytes(bytes, sizeof bytes);
		for (; refs.left < REFS; refs.left++)
			put_base64(bytes + REF_BYTES * refs.left, REF_BYTES, refs.ref[refs.left]);
	}
	memcpy(out, refs.ref[--refs.left], FORM_REF);
}

bool form_ref_good(struct str ref)
{
	if (ref.n != FORM_REF - 1)
		return false;
	for (size_t i = 0; i < ref.n; i++)
		if (!ascii_alpha(ref.p[i]) && !ascii_digit(ref.p[i]) && ref.p[i] != '-' && ref.p[i] != '_')
			return false;
	return true;
}
