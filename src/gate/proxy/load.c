#include "gate/proxy/load.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gate/proxy/inside.h"
#include "policy/decide/download.h"
#include "wire/shape.h"

enum { UNPACKED_MAX = 256 * 1024, NAME_MAX_BYTES = 512 };

struct load {
	struct shape shape;
	const struct downloads *kinds;
	uint32_t closed, found;         /* kinds */
	uint32_t doubt;                 /* its address is named like one of these: counts unless it turns out to be a page */
	bool page;                      /* it says that it is one */
	bool generic;                   /* its type says nothing */
	bool over;
	size_t unpacked;
	struct coding *coding;          /* owned; NULL: as it is */
};

/* Also forgets the policy's bytes at the next request, as c->d does. */
static uint32_t closed_here(struct client *c)
{
	const struct policy *p = policy_watch_policy(c->p->watch);
	if (!p || c->d.unlogged || c->d.reason == REASON_OWN_PAGE)
		return 0;
	struct facts f = judge_facts(c, c->url.path, clock_utc());
	return download_closed(p, &f);
}

bool load_watches(struct client *c)
{
	return closed_here(c) != 0;
}

/* ---- names */

static int hex_of(char ch)
{
	ch = ascii_lower(ch);
	return ascii_digit(ch) ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static struct str percent(struct str s, char room[NAME_MAX_BYTES])
{
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < NAME_MAX_BYTES; i++) {
		bool coded = s.p[i] == '%' && i + 2 < s.n && hex_of(s.p[i + 1]) >= 0 && hex_of(s.p[i + 2]) >= 0;
		room[n++] = coded ? (char)(hex_of(s.p[i + 1]) << 4 | hex_of(s.p[i + 2])) : s.p[i];
		i += coded ? 2 : 0;
	}
	return (struct str){ room, n };
}

/* The last piece of an address, without its query. */
static struct str path_name(struct str path)
{
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '?' || path.p[i] == '#' || path.p[i] == ';')
			path.n = i;
	ptrdiff_t slash = str_rchr(path, '/');
	return str_from(path, (size_t)(slash + 1));
}

/* Every name that Content-Disposition gives, also where it gives several (RFC 6266 4.3): whichever a browser takes. */
static uint32_t by_disposition(const struct load *l, struct str said)
{
	uint32_t bits = 0;
	struct str rest = said, piece;
	while (str_next(&rest, ';', &piece)) {
		char room[NAME_MAX_BYTES];
		ptrdiff_t eq = str_chr(piece, '=');
		struct str key = eq < 0 ? STR_NONE : str_trim(str_upto(piece, (size_t)eq)), value = eq < 0 ? STR_NONE : str_trim(str_from(piece, (size_t)eq + 1));
		if (!str_ieq(str_upto(key, 8), STR("filename")))
			continue;
		value = percent(value, room);
		while (value.n && (value.p[value.n - 1] == '"' || value.p[value.n - 1] == '\''))
			value.n--;
		bits |= downloads_by_name(l->kinds, value, true);
	}
	return bits;
}

static bool word_in(struct str type, const char *const *words)
{
	for (; *words; words++)
		if (str_ieq(type, str_z(*words)))
			return true;
	return false;
}

static struct str type_of(const struct http1_head *m)
{
	struct str t = http1_field(m, "content-type");
	ptrdiff_t semi = str_chr(t, ';');
	return str_trim(semi < 0 ? t : str_upto(t, (size_t)semi));
}

/* A type that says nothing. */
static bool is_generic(struct str type)
{
	static const char *const words[] = { "application/octet-stream", "binary/octet-stream", "application/binary", "application/x-download",
		"application/download", "application/force-download", "application/x-binary", "application/unknown", "multipart/byteranges", NULL };
	return !type.n || word_in(type, words);
}

static bool is_page(struct str type)
{
	static const char *const words[] = { "text/html", "application/xhtml+xml", "text/xml", "application/xml", "image/svg+xml", "application/json", NULL };
	return word_in(type, words);
}

/* A piece out of the middle does not show what it is a piece of: refused where its type says nothing either. */
static bool is_middle(const struct http1_head *m)
{
	struct str range = http1_field(m, "content-range");
	return m->status == 206 && !str_starts(range, STR("bytes 0-"));
}

/* ---- refusing */

static bool refuse(struct client *c, const struct downloads *kinds, uint32_t bits)
{
	c->d = (struct decision){ .verdict = VERDICT_BLOCK, .reason = REASON_DOWNLOAD, .category = CATEGORY_NONE, .list = LIST_NONE };
	for (size_t i = kinds->n; i-- > 0;)
		if (bits >> i & 1)
			judge_load(c, kinds->v[i].name);
	return true;
}

static bool refused_by_head(struct client *c, struct load *l)
{
	const struct http1_head *m = http1_head(c->resp);
	struct codings packed;
	bool sealed = head_codings(m, &packed) != OK;
	struct str type = type_of(m), said = http1_field(m, "content-disposition");
	char room[NAME_MAX_BYTES] __attribute__((uninitialized));
	bool attached = str_ieq(str_upto(said, 10), STR("attachment"));
	uint32_t path = downloads_by_name(l->kinds, percent(path_name(c->url.path), room), attached);
	uint32_t bits = by_disposition(l, said) | downloads_by_type(l->kinds, type);
	l->page = is_page(type) && !attached;
	if (l->page)
		l->doubt = path & l->closed;
	else
		bits |= path;
	l->generic = type.n && is_generic(type);
	if (l->generic && (is_middle(m) || sealed))
		bits |= l->closed & downloads_approved(l->kinds);
	return bits & l->closed && refuse(c, l->kinds, bits & l->closed);
}

static void on_entry(void *owner, struct str name)
{
	struct load *l = owner;
	ptrdiff_t slash = str_rchr(name, '/');
	l->found |= downloads_by_name(l->kinds, str_from(name, (size_t)(slash + 1)), false);
}

bool load_refuses(struct client *c)
{
	const struct http1_head *m = http1_head(c->resp);
	const struct policy *p = policy_watch_policy(c->p->watch);
	load_close(c);
	if (m->status / 100 == 1 || m->status / 100 == 3 || m->status == 204 || c->no_body)
		return false;
	uint32_t closed = closed_here(c);
	if (!closed)
		return false;
	struct load *l = mem_new(struct load);
	c->load = l;
	l->kinds = policy_downloads(p);
	l->closed = closed;
	shape_begin(&l->shape, on_entry, l);
	if (refused_by_head(c, l)) {
		load_close(c);
		return true;
	}
	struct codings packed;
	if (head_codings(m, &packed) == OK && packed.n)
		l->coding = coding_new(&packed);
	if (!l->kinds->n || m->length == 0)
		load_close(c);
	return false;
}

/* ---- reading */

/* The first letter tells a page from what only claims to be one. */
static void settle_doubt(struct load *l)
{
	size_t i = 0;
	while (i < l->shape.n_first && (l->shape.first[i] <= ' ' || l->shape.first[i] >= 0x80))
		i++;
	bool shown = i < l->shape.n_first && (l->shape.first[i] == '<' || l->shape.first[i] == '{' || l->shape.first[i] == '[');
	if (!shown && l->shape.n_first)
		l->found |= l->doubt;
	l->doubt = 0;
}

static void feed_plain(struct load *l, struct str s, bool last)
{
	shape_feed(&l->shape, s, last);
	l->found |= downloads_by_shape(l->kinds, l->shape.is);
	if (l->doubt && l->shape.settled)
		settle_doubt(l);
	l->over |= l->shape.over;
}

static bool unpacked(void *to, struct str s)
{
	struct load *l = to;
	l->unpacked += s.n;
	feed_plain(l, s, l->unpacked > UNPACKED_MAX);
	return !l->over && l->unpacked <= UNPACKED_MAX;
}

static void feed_packed(struct load *l, struct str s, bool last)
{
	enum err e = coding_feed(l->coding, s, unpacked, l);
	if (last || e != OK)
		feed_plain(l, STR_NONE, true);
	if (l->generic && e == ERR_SYNTAX)              /* not what it says: it could be anything */
		l->found |= l->closed & downloads_approved(l->kinds);
	l->over |= e != OK;
}

enum tap_verdict load_feed(struct client *c, struct str piece, bool last, enum tap_verdict said)
{
	struct load *l = c->load;
	if (!l || said >= TAP_REPLACE)
		return said;
	if (l->coding)
		feed_packed(l, piece, last);
	else
		feed_plain(l, piece, last);
	if (l->found & l->closed) {
		refuse(c, l->kinds, l->found & l->closed);
		load_close(c);
		return TAP_REPLACE;
	}
	bool wait = !l->shape.settled && !last;
	if (l->over || last)
		load_close(c);
	return wait ? TAP_HOLD : said;
}

void load_again(struct client *c)
{
	uint32_t closed = c->load ? closed_here(c) : 0;
	if (!closed) {
		load_close(c);
		return;
	}
	c->load->kinds = policy_downloads(policy_watch_policy(c->p->watch));
	c->load->closed = closed;
	c->load->found = c->load->doubt = 0;    /* kinds may be others now; its head was judged when it came */
}

void load_close(struct client *c)
{
	if (c->load)
		coding_free(&c->load->coding);
	mem_free(&c->load);
}
