#include "house/account/phrase.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"

static const char *const THINGS[PHRASE_PICTURES] = {
	"sun", "moon", "star", "cloud", "rainbow", "tree", "flower", "leaf", "apple", "pear", "carrot", "cake", "house", "tent", "boat", "car",
	"bus", "train", "rocket", "kite", "balloon", "ball", "drum", "bell", "key", "cup", "hat", "sock", "umbrella", "book", "clock", "heart",
};
static const char *const ANIMALS[BADGE_ANIMALS] = {
	"cat", "duck", "frog", "owl", "bee", "snail", "fish", "bear", "mouse", "rabbit", "bird", "dog",
};

const char *phrase_word(int picture) { return picture >= 0 && picture < PHRASE_PICTURES ? THINGS[picture] : ""; }

int phrase_picture(struct str word)
{
	for (int i = 0; i < PHRASE_PICTURES; i++)
		if (str_ieq(word, str_z(THINGS[i])))
			return i;
	return -1;
}

static bool among(const uint8_t *picks, size_t n, int picture)
{
	for (size_t i = 0; i < n; i++)
		if (picks[i] == picture)
			return true;
	return false;
}

struct phrase phrase_new(void)
{
	struct phrase p;
	for (size_t n = 0; n < PHRASE_LEN; ) {
		uint8_t one = (uint8_t)rnd_below(PHRASE_PICTURES);
		if (!among(p.pick, n, one))
			p.pick[n++] = one;
	}
	return p;
}

enum err phrase_read(struct str typed, struct phrase *out)
{
	struct phrase p;
	size_t n = 0;
	for (size_t at = 0; at < typed.n; ) {
		size_t end = at;
		while (end < typed.n && ascii_alpha(typed.p[end]))
			end++;
		int picture = end > at ? phrase_picture((struct str){ typed.p + at, end - at }) : -1;
		if (end > at && (picture < 0 || n >= PHRASE_LEN || among(p.pick, n, picture)))
			return ERR_SYNTAX;
		if (end > at)
			p.pick[n++] = (uint8_t)picture;
		at = end > at ? end : at + 1;
	}
	if (n != PHRASE_LEN)
		return ERR_SYNTAX;
	*out = p;
	return OK;
}

struct str phrase_text(struct arena *a, const struct phrase *p)
{
	return arena_fmt(a, "%s %s %s", phrase_word(p->pick[0]), phrase_word(p->pick[1]), phrase_word(p->pick[2]));
}

bool phrase_same(const struct phrase *a, const struct phrase *b) { return hash_same(a->pick, b->pick, PHRASE_LEN); }

/* Bytes that only the key gives, told apart by `turn`. */
static void bytes_for(const uint8_t key[32], int64_t person, int64_t turn, uint8_t out[HMAC_BYTES])
{
	struct { int64_t person, turn; } in = { person, turn };
	hash_hmac(key, (struct str){ (const char *)&in, sizeof in }, out);
}

void phrase_grid(const uint8_t key[32], int64_t person, const struct phrase *p, uint8_t out[PHRASE_GRID])
{
	uint8_t random[HMAC_BYTES], order[PHRASE_PICTURES];
	size_t n = 0;
	bytes_for(key, person, 1, random);
	for (int i = 0; i < PHRASE_PICTURES; i++)
		order[i] = (uint8_t)i;
	for (size_t i = PHRASE_PICTURES - 1; i > 0; i--) {               /* the others, in an order of this person's */
		size_t j = random[i] % (i + 1);
		uint8_t was = order[i];
		order[i] = order[j];
		order[j] = was;
	}
	for (size_t i = 0; i < PHRASE_LEN; i++)
		out[n++] = p->pick[i];
	for (size_t i = 0; n < PHRASE_GRID; i++)
		if (!among(p->pick, PHRASE_LEN, order[i]))
			out[n++] = order[i];
	bytes_for(key, person, 2, random);
	for (size_t i = PHRASE_GRID - 1; i > 0; i--) {
		size_t j = random[i] % (i + 1);
		uint8_t was = out[i];
		out[i] = out[j];
		out[j] = was;
	}
}

const char *badge_word(int badge) { return badge >= 0 ? ANIMALS[badge % BADGE_ANIMALS] : ""; }
int badge_colour(int badge) { return badge >= 0 ? badge / BADGE_ANIMALS % BADGE_COLOURS + 1 : 1; }
