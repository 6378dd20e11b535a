/* Puts entries into the tables, after asking whether a list may say so. */
#include "policy/compile/lists_state.h"
#include "policy/read/addrset.h"
#include "policy/read/pieces.h"
#include "policy/read/suffix.h"
#include "policy/read/urlset.h"

static const char why_suffix[] = "is a public suffix: it would block every site below it";
static const char why_never[] = "is on the never-block list, or a site on that list stands below it";
static const char why_wide[] = "is so wide a range of addresses that it would block much of the internet";
static const char why_local[] = "is an address of a school's own network or of no site at all";

static bool blocks(const struct lists *l, size_t source)
{
	return !(l->categories.v[l->sources.v[source].category].flags & (CATEGORY_ALLOW | CATEGORY_HELP));
}

/* exactly: the entry is this whole name, so the names that stand below a protected one count as well.  A name of one
 * label is never reached here exactly (it is a suffix), and protects what stands below it where a list of never-block says so. */
static bool never(const struct lists *l, struct str host, bool exactly)
{
	const uint64_t *key = l->hosts.key;
	struct hostwalk w = hostwalk_of(host);
	size_t last = hostwalk_longer(&w, host.n), at = last ? hostwalk_longer(&w, last) : 0;
	uint64_t hash = hosthash(key, host, at);
	if (l->never.labels && (list_never_kind(l, hosthash(key, host, last)) & NEVER_BELOW))
		return true;
	for (;;) {
		uint8_t kind = list_never_kind(l, hash);
		if ((kind & NEVER_BELOW) || (kind && exactly && at == 0))
			return true;
		if (at == 0)
			return false;
		size_t before = at;
		at = hostwalk_longer(&w, before);
		hash = hosthash_longer(key, hash, host, at, before);
	}
}

static const char *add_sealed(struct list_reading *r, size_t source, struct str host, struct str path)
{
	if (!r->l->opts.sealed_key)
		return "belongs to a sealed list, and there is no key to seal it with";
	struct sealed_item *i = vec_push(&r->l->sealed);
	sealed_tag(r->l->sealed_key, host, piece_trim(path), i->tag);
	i->list = (uint16_t)source;
	r->l->sources.v[source].items++;
	return NULL;
}

static bool sealed(const struct lists *l, size_t source)
{
	return l->categories.v[l->sources.v[source].category].flags & CATEGORY_SEALED;
}

static void keep_sample(struct lists *l, struct str host, size_t source)
{
	if (l->hosts.items.n % SAMPLE_EVERY != 1 || l->samples.n >= SAMPLES_MAX)
		return;
	*vec_push(&l->samples) = (struct list_sample){ arena_str(&l->arena, host), (uint16_t)source };
}

const char *list_add_host(struct list_reading *r, size_t source, struct str host)
{
	struct lists *l = r->l;
	struct list_source *src = &l->sources.v[source];
	if (sealed(l, source))
		return add_sealed(r, source, host, STR_NONE);
	if (blocks(l, source)) {
		if (host_is_suffix(host)) {
			src->counts.suffixes++;
			return why_suffix;
		}
		if (never(l, host, true)) {
			src->counts.never++;
			return why_never;
		}
	}
	host_add(&l->hosts, host, (uint32_t)source);
	src->items++;
	keep_sample(l, host, source);
	return NULL;
}

static const char *add_url(struct list_reading *r, size_t source, struct str host, struct str path)
{
	struct lists *l = r->l;
	char norm[URL_PATH_MAX];
	size_t n;
	if (url_path_norm(path, norm, sizeof norm, &n) != OK)
		return "is longer than a web address can be";
	struct str rest = piece_trim((struct str){ norm, n }), piece;
	if (rest.n == 0)
		return list_add_host(r, source, host);
	if (sealed(l, source))
		return add_sealed(r, source, host, rest);
	struct suffixes s __attribute__((uninitialized));
	suffix_walk(l->key, host, SUFFIX_MAX, &s);
	if (blocks(l, source) && never(l, host, false)) {
		l->sources.v[source].counts.never++;
		return why_never;
	}
	uint64_t chain = s.chain[s.n - 1], marker = urlset_marker(l->key, chain);
	int pieces = 0;
	for (; piece_next(&rest, &piece); pieces++)
		chain = urlset_chain(l->key, chain, piece);
	if (pieces > PIECES_MAX)
		return "has a deeper path than is looked at";
	tag_add(&l->urls, marker, (uint32_t)source | TAG_MARKER, s.n);
	tag_add(&l->urls, tagset_end(l->key, chain), (uint32_t)source, s.n);
	l->sources.v[source].items++;
	return NULL;
}

static bool local_addr(struct addr a)
{
	const uint8_t *b = a.b + 12;
	if (!addr_is4(a))
		return a.b[0] == 0 || (a.b[0] & 0xfe) == 0xfc || a.b[0] == 0xff || (a.b[0] == 0xfe && (a.b[1] & 0x80));
	return b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224 || (b[0] == 172 && (b[1] & 0xf0) == 16) ||
	       (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254) || (b[0] == 100 && (b[1] & 0xc0) == 64);
}

static const char *add_addr(struct list_reading *r, size_t source, struct prefix p)
{
	struct lists *l = r->l;
	char text[PREFIX_TEXT_MAX];
	if (sealed(l, source)) {
		struct str t = { text, prefix_text(p, text) };
		return p.bits == 128 ? add_sealed(r, source, t, STR_NONE) : "is a range, and sealed lists hold single addresses";
	}
	if (blocks(l, source) && p.bits < (addr_is4(p.a) ? 96 + 8 : 16))
		return why_wide;
	if (blocks(l, source) && local_addr(p.a))
		return why_local;
	tag_add(&l->addrs, addrset_hash(l->key, p.a, p.bits), (uint32_t)source, p.bits);
	l->sources.v[source].items++;
	return NULL;
}

const char *list_add(struct list_reading *r, size_t source, const struct target *t)
{
	struct str host = { t->host, t->host_n };
	switch (t->kind) {
	case TARGET_ADDR:
		return add_addr(r, source, t->prefix);
	case TARGET_URL:
		return add_url(r, source, host, t->path);
	case TARGET_HOST:
		break;
	}
	return list_add_host(r, source, host);
}
