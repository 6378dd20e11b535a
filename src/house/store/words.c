#include "house/store/words.h"

#include <stdio.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "gen_queries.h"

/* Compatibility decomposition takes accents off their letters; then case is folded. */
static uint8_t *folded(struct str text, size_t *n)
{
	size_t dn;
	uint8_t *apart = u8_normalize(UNINORM_NFKD, (const uint8_t *)text.p, text.n, NULL, &dn);
	if (!apart)
		return NULL;
	uint8_t *out = u8_casefold(apart, dn, NULL, UNINORM_NFKD, NULL, n);
	free(apart);
	return out;
}

static bool of_word(ucs4_t c) { return uc_is_general_category(c, UC_LETTER) || uc_is_general_category(c, UC_NUMBER); }
static bool is_mark(ucs4_t c) { return uc_is_general_category(c, UC_MARK) || c == '\'' || c == 0x2019; }

struct cutter { struct arena *a; struct str *out; size_t n, max; char word[WORD_MAX]; size_t len; };

static void word_end(struct cutter *c)
{
	if (c->len && c->n < c->max)
		c->out[c->n++] = arena_str(c->a, (struct str){ c->word, c->len });
	c->len = 0;
}

/* Words longer than the limit are kept by their beginning. */
static void letter(struct cutter *c, const uint8_t *p, int n)
{
	if (c->len + (size_t)n <= sizeof c->word) {
		memcpy(c->word + c->len, p, (size_t)n);
		c->len += (size_t)n;
	}
}

size_t words_fold(struct arena *a, struct str text, struct str *out, size_t max)
{
	size_t n = 0;
	if (!text.n || !str_utf8(text))
		return 0;
	uint8_t *all = folded(text, &n);
	if (!all)
		return 0;
	struct cutter c = { .a = a, .out = out, .max = max };
	for (size_t at = 0; at < n;) {
		ucs4_t ch;
		int step = u8_mbtouc(&ch, all + at, n - at);
		if (of_word(ch))
			letter(&c, all + at, step);
		else if (!is_mark(ch))
			word_end(&c);
		at += (size_t)step;
	}
	word_end(&c);
	free(all);
	return c.n;
}

void words_token(const struct keys *k, int64_t school, int class, struct str word, uint8_t out[WORD_TOKEN])
{
	char room[64 + WORD_MAX];
	int n = snprintf(room, sizeof room, "word %lld %d %.*s", (long long)school, class, STRF(word));
	uint8_t mac[HMAC_BYTES];
	hash_hmac(keys_index(k), (struct str){ room, (size_t)n }, mac);
	memcpy(out, mac, WORD_TOKEN);
}

static enum err put(struct db *db, const struct keys *k, int64_t school, int class, int64_t entry, struct str word)
{
	uint8_t token[WORD_TOKEN];
	words_token(k, school, class, word, token);
	struct q_word_put_args args = { .school = school, .class = class, .token = { (const char *)token, sizeof token }, .entry = entry };
	return q_word_put_do(db, &args, NULL);
}

static void map_done(struct map **m) { map_free(m); }

enum err words_add(struct db *db, const struct keys *k, int64_t school, int class, int64_t entry, struct str text)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(map_done) struct map *seen = map_new();
	struct str *words = arena_array(&a, struct str, WORDS_TEXT_MAX);
	size_t n = words_fold(&a, text, words, WORDS_TEXT_MAX);
	for (size_t i = 0; i < n; i++) {
		if (map_get(seen, words[i], NULL))
			continue;
		map_set(seen, words[i], 1);
		TRY(put(db, k, school, class, entry, words[i]));
	}
	return OK;
}

enum { KEY_MAX = 200 };

static size_t whole_characters(const char *p, size_t n, size_t max)
{
	if (n <= max)
		return n;
	while (max && ((uint8_t)p[max] & 0xc0) == 0x80)
		max--;
	return max;
}

struct str words_key(struct arena *a, struct str value)
{
	size_t n = 0;
	struct str s = str_trim(value);
	uint8_t *p = s.n && str_utf8(s) ? u8_casefold((const uint8_t *)s.p, s.n, NULL, UNINORM_NFC, NULL, &n) : NULL;
	if (!p)
		return arena_str(a, STR(""));
	struct str out = arena_str(a, (struct str){ (const char *)p, whole_characters((const char *)p, n, KEY_MAX) });
	free(p);
	return out;
}
