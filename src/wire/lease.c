#include "wire/lease.h"

#include "base/time.h"

enum column { AT_ADDRESS, AT_HARDWARE, AT_EXPIRE, AT_STATE, AT_DUID, N_AT };
enum { DUID_LLT = 1, DUID_LL = 3, IAID = 4, IA_MAX = 64, LINE_MAX_ = 4096, BLOCK_LINES = 200 };

static const char *const words[N_LEASE_KIND] = { "isc", "kea", "dnsmasq" };

const char *lease_kind_word(enum lease_kind k) { return (unsigned)k < N_LEASE_KIND ? words[k] : "?"; }

enum err lease_kind_read(struct str word, enum lease_kind *out)
{
	for (size_t i = 0; i < N_LEASE_KIND; i++)
		if (str_is(word, words[i])) {
			*out = (enum lease_kind)i;
			return OK;
		}
	return ERR_SYNTAX;
}

static int nibble(char c)
{
	c = ascii_lower(c);
	return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Pairs of hexadecimal digits with one of ":" or "-" between them, or none.  False: something else. */
static bool pairs(struct str t, uint8_t *out, size_t cap, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < t.n; i += 2) {
		if (i && (t.p[i] == ':' || t.p[i] == '-'))
			i++;
		int hi = i < t.n ? nibble(t.p[i]) : -1, lo = i + 1 < t.n ? nibble(t.p[i + 1]) : -1;
		if (hi < 0 || lo < 0 || *n == cap)
			return false;
		out[(*n)++] = (uint8_t)(hi << 4 | lo);
	}
	return *n > 0;
}

enum err mac_read(struct str text, uint8_t out[6])
{
	uint8_t m[6];
	size_t n;
	if (!pairs(text, m, sizeof m, &n) || n != 6 || m[0] & 1 || !(m[0] | m[1] | m[2] | m[3] | m[4] | m[5]))
		return ERR_SYNTAX;
	memcpy(out, m, 6);
	return OK;
}

void mac_text(const uint8_t mac[6], char out[18])
{
	for (size_t i = 0; i < 6; i++)
		(void)snprintf(out + 3 * i, 4, "%02x%s", mac[i], i < 5 ? ":" : "");
}

static enum err duid_bytes_mac(const uint8_t *b, size_t n, uint8_t out[6])
{
	char text[18];
	if (n < 4 || b[0] || b[2] || b[3] != 1)
		return ERR_SYNTAX;
	size_t at = b[1] == DUID_LLT ? 8 : b[1] == DUID_LL ? 4 : 0;
	if (!at || n != at + 6)
		return ERR_SYNTAX;
	mac_text(b + at, text);
	return mac_read(str_z(text), out);
}

static enum err duid_mac(struct str duid, uint8_t out[6])
{
	uint8_t b[20];
	size_t n;
	return pairs(duid, b, sizeof b, &n) ? duid_bytes_mac(b, n, out) : ERR_SYNTAX;
}

struct lease_reader lease_reader_of(enum lease_kind kind, struct str text) { return (struct lease_reader){ .kind = kind, .rest = text }; }

/* A whole line; what follows the last end of line is torn. */
static bool line(struct lease_reader *r, struct str *out)
{
	ptrdiff_t end = str_chr(r->rest, '\n');
	if (end < 0)
		return false;
	*out = str_upto(str_trim(str_upto(r->rest, (size_t)end)), LINE_MAX_);
	r->rest = str_from(r->rest, (size_t)end + 1);
	return true;
}

static struct str word(struct str *s)
{
	struct str w;
	*s = str_trim(*s);
	for (w = *s, w.n = 0; w.n < s->n && !ascii_space(s->p[w.n]); w.n++)
		;
	*s = str_from(*s, w.n);
	return w;
}

/* ---- dnsmasq: end, hardware address (or the number of an association), address, name, client or DUID ---- */

static bool dnsmasq(struct str l, struct lease *out)
{
	struct str end = word(&l), hardware = word(&l), address = word(&l), id;
	(void)word(&l);
	id = word(&l);
	if (str_i64(end, &out->until_utc) != OK || out->until_utc < 0 || addr_read(address, &out->addr) != OK)
		return false;
	out->until_utc = out->until_utc ? out->until_utc : INT64_MAX;
	return mac_read(hardware, out->mac) == OK || duid_mac(id, out->mac) == OK;
}

/* ---- Kea ---- */

static void kea_header(struct lease_reader *r, struct str l)
{
	static const char *const names[N_AT] = { "address", "hwaddr", "expire", "state", "duid" };
	struct str name;
	for (int i = 0; i < N_AT; i++)
		r->column[i] = -1;
	for (int at = 0; at < LEASE_COLUMNS && str_next(&l, ',', &name); at++)
		for (int i = 0; i < N_AT; i++)
			if (str_is(str_trim(name), names[i]))
				r->column[i] = at;
	r->header = true;
}

static bool kea(const struct lease_reader *r, struct str l, struct lease *out)
{
	struct str v[N_AT] = { { 0 } }, piece;
	uint64_t state = 0;
	for (int at = 0; at < LEASE_COLUMNS && str_next(&l, ',', &piece); at++)
		for (int i = 0; i < N_AT; i++)
			if (r->column[i] == at)
				v[i] = str_trim(piece);
	if (addr_read(v[AT_ADDRESS], &out->addr) != OK || str_i64(v[AT_EXPIRE], &out->until_utc) != OK || out->until_utc < 0)
		return false;
	if (v[AT_STATE].n && (str_u64(v[AT_STATE], &state) != OK || state))
		out->until_utc = 0;                              /* declined, or reclaimed */
	return mac_read(v[AT_HARDWARE], out->mac) == OK || duid_mac(v[AT_DUID], out->mac) == OK;
}

/* ---- ISC ---- */

/* "never", "epoch 1795000000", or "4 2026/11/22 10:00:00", always UTC. */
static int64_t isc_time(struct str l)
{
	int64_t t;
	char iso[24];
	struct str first = word(&l), second = word(&l), third = word(&l);
	if (str_is(first, "never"))
		return INT64_MAX;
	if (str_is(first, "epoch"))
		return str_i64(second, &t) == OK && t > 0 ? t : 0;
	if (second.n != 10 || third.n != 8)
		return 0;
	snprintf(iso, sizeof iso, "%.4s-%.2s-%.2sT%.8sZ", second.p, second.p + 5, second.p + 8, third.p);
	return time_read_iso(str_z(iso), &t) == OK ? t : 0;
}

static struct str without_end(struct str l)
{
	ptrdiff_t at = str_chr(l, ';');
	return at < 0 ? l : str_upto(l, (size_t)at);
}

static void isc_line(struct str l, struct lease *out, bool *has_mac, bool *active)
{
	struct str all = without_end(l), first = word(&all);
	if (str_is(first, "ends")) {
		out->until_utc = isc_time(all);
	} else if (str_is(first, "hardware")) {
		if (str_is(word(&all), "ethernet"))
			*has_mac = mac_read(str_trim(all), out->mac) == OK;
	} else if (str_is(first, "binding")) {
		(void)word(&all);
		*active = str_is(str_trim(all), "active");
	}
}

/* Printable as it is, the rest as three octal digits after a backslash.  False: too long, or torn. */
static bool octal_text(struct str t, uint8_t *out, size_t cap, size_t *n)
{
	for (*n = 0; t.n; (*n)++) {
		unsigned v = (uint8_t)t.p[0];
		size_t used = 1;
		if (v == '\\' && t.n > 1 && (t.p[1] == '"' || t.p[1] == '\\')) {
			v = (uint8_t)t.p[1];
			used = 2;
		} else if (v == '\\') {
			for (v = 0; used < 4 && used < t.n && t.p[used] >= '0' && t.p[used] <= '7'; used++)
				v = v << 3 | (unsigned)(t.p[used] - '0');
			if (used != 4 || v > 255)
				return false;
		}
		if (*n == cap)
			return false;
		out[*n] = (uint8_t)v;
		t = str_from(t, used);
	}
	return true;
}

/* ia-na "..." {   or   ia-na 01:00:00:00:00:03:00:01:... {   the association's number, then whose it is (RFC 8415 11). */
static void isc_owner(struct lease_reader *r, struct str head)
{
	uint8_t b[IA_MAX];
	size_t n = 0;
	(void)word(&head);
	head = str_trim(str_upto(head, head.n - 1));
	bool quoted = head.n >= 2 && head.p[0] == '"' && head.p[head.n - 1] == '"';
	bool good = quoted ? octal_text((struct str){ head.p + 1, head.n - 2 }, b, sizeof b, &n) : pairs(head, b, sizeof b, &n);
	r->owned = good && n > IAID && duid_bytes_mac(b + IAID, n - IAID, r->owner) == OK;
}

/* lease ADDRESS { ... } and, inside an association, iaaddr ADDRESS { ... }; the rest of the file stays where it is when the block has no end. */
static bool isc(struct lease_reader *r, struct str head, bool has_mac, struct lease *out)
{
	bool active = true;
	struct str l;
	(void)word(&head);
	bool good = addr_read(word(&head), &out->addr) == OK;
	for (int i = 0; i < BLOCK_LINES && line(r, &l); i++) {
		if (!str_starts(l, STR("}"))) {
			isc_line(l, out, &has_mac, &active);
			continue;
		}
		out->until_utc = active ? out->until_utc : 0;
		return good && has_mac;
	}
	return false;
}

static bool isc_block(struct lease_reader *r, struct str l, struct lease *out)
{
	if (str_starts(l, STR("}")))
		r->owned = false;
	if (!str_ends(l, STR("{")))
		return false;
	if (str_starts(l, STR("ia-")))
		isc_owner(r, l);
	if (str_starts(l, STR("iaaddr "))) {
		memcpy(out->mac, r->owner, sizeof out->mac);
		return isc(r, l, r->owned, out);
	}
	return str_starts(l, STR("lease ")) && isc(r, l, false, out);
}

static bool one(struct lease_reader *r, struct str l, struct lease *out)
{
	*out = (struct lease){ 0 };
	if (r->kind == LEASE_DNSMASQ)
		return dnsmasq(l, out);
	if (r->kind == LEASE_ISC)
		return isc_block(r, l, out);
	if (r->header)
		return kea(r, l, out);
	kea_header(r, l);
	return false;
}

bool lease_next(struct lease_reader *r, struct lease *out)
{
	struct str l;
	while (line(r, &l))
		if (l.n && one(r, l, out))
			return true;
	return false;
}
