#include "sign/ca.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/file.h"
#include "sign/book.h"
#include "sign/mint.h"
#include "wire/host.h"

enum { BOOK_MAX = CA_MAX * (CA_DER_MAX + MINT_KEY_MAX + CA_SPARED_MAX + 64) + SHA256_BYTES };

struct page { enum ca_state state; int64_t made_utc, from_utc, until_utc; struct buf der, key, spared; };

struct ca {
	char path[1024];
	struct page page[CA_MAX];               /* the first n: OLD, USED, NEXT in that order, as far as there are */
	size_t n;
	struct mint_key *used;                  /* of the page in use */
	struct device_ca *devices;              /* not owned; NULL: none */
	int64_t tokens_ms, seen_ms;             /* rate: time saved up */
};

static void page_init(struct page *p)
{
	*p = (struct page){ .der = buf_init(CA_DER_MAX), .key = buf_init(MINT_KEY_MAX), .spared = buf_init(CA_SPARED_MAX) };
}

static void page_done(struct page *p)
{
	buf_done(&p->der);
	buf_wipe(&p->key);
	buf_done(&p->spared);
}

static struct page *page_at(struct ca *c, enum ca_state s)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->page[i].state == s)
			return &c->page[i];
	return NULL;
}

static enum err open_used(struct ca *c)
{
	mint_free(&c->used);
	struct page *p = page_at(c, CA_USED);
	return p ? mint_open(buf_str(&p->der), buf_str(&p->key), &c->used) : OK;
}

/* ---- the file: pages, one after another ---- */

static enum err pages_write(const struct ca *c)
{
	AUTO(buf_wipe) struct buf b = buf_init(BOOK_MAX);
	book_begin(&b);
	for (size_t i = 0; i < c->n; i++) {
		const struct page *p = &c->page[i];
		book_num(&b, p->state, 1);
		book_num(&b, (uint64_t)p->made_utc, 8);
		book_num(&b, (uint64_t)p->from_utc, 8);
		book_num(&b, (uint64_t)p->until_utc, 8);
		book_piece(&b, buf_str(&p->der));
		book_piece(&b, buf_str(&p->key));
		book_piece(&b, buf_str(&p->spared));
	}
	return book_write(c->path, &b);
}

static void page_read(struct rd *r, struct page *p)
{
	uint8_t state = rd_u8(r);
	page_init(p);
	p->state = (enum ca_state)state;
	p->made_utc = (int64_t)rd_u64(r);
	p->from_utc = (int64_t)rd_u64(r);
	p->until_utc = (int64_t)rd_u64(r);
	book_take(r, &p->der);
	book_take(r, &p->key);
	book_take(r, &p->spared);
	r->bad |= state > CA_OLD;
}

static enum err pages_read(struct ca *c)
{
	AUTO(buf_wipe) struct buf b = buf_init(BOOK_MAX);
	struct rd r;
	if (!file_exists(c->path))
		return OK;
	TRY(book_read(c->path, &b, &r));
	while (rd_left(&r) && !r.bad && c->n < CA_MAX)
		page_read(&r, &c->page[c->n++]);
	return rd_end(&r) == OK ? open_used(c) : ERR_CORRUPT;
}

enum err ca_open(const char *path, struct ca **out)
{
	AUTO(ca_free) struct ca *c = mem_new(struct ca);
	if ((size_t)snprintf(c->path, sizeof c->path, "%s", path) >= sizeof c->path)
		return ERR_LIMIT;
	TRY(pages_read(c));
	c->seen_ms = clock_mono_ms();
	c->tokens_ms = (int64_t)CA_BURST * CA_REFILL_MS;
	*out = TAKE(c);
	return OK;
}

void ca_devices(struct ca *c, struct device_ca *d) { c->devices = d; }

void ca_free(struct ca **cp)
{
	struct ca *c = *cp;
	if (!c)
		return;
	mint_free(&c->used);
	for (size_t i = 0; i < c->n; i++)
		page_done(&c->page[i]);
	mem_free(cp);
}

/* ---- what the house may ask */

/* Normal names parted by single spaces: they end in the certificate. */
static bool spared_fits(struct str spared)
{
	struct str name;
	while (str_next(&spared, ' ', &name))
		if (!host_is_normal(name))
			return false;
	return true;
}

static bool name_fits(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return false;
	return name.n > 0;
}

/* The first is used at once; another waits until it is switched to. */
static enum ca_code make(struct ca *c, const struct ca_question *q)
{
	if (!name_fits(q->name) || !spared_fits(q->spared))
		return CA_SYNTAX;
	if (c->n == CA_MAX || page_at(c, CA_NEXT))
		return CA_STATE;
	struct page *p = &c->page[c->n];
	page_init(p);
	p->state = page_at(c, CA_USED) ? CA_NEXT : CA_USED;
	p->made_utc = clock_utc();
	p->from_utc = p->state == CA_USED ? p->made_utc : 0;
	buf_add(&p->spared, q->spared);
	enum err e = mint_ca(q->name, STR("filter"), q->spared, q->years, p->made_utc, &p->der, &p->key, &p->until_utc);
	c->n++;
	if (e == OK && (e = open_used(c)) == OK)
		e = pages_write(c);
	if (e == OK)
		return CA_OK;
	page_done(&c->page[--c->n]);
	return open_used(c) == OK ? CA_FAILED : CA_STATE;
}

/* NEXT signs from now on; USED becomes OLD. */
static enum ca_code switch_over(struct ca *c)
{
	struct page *next = page_at(c, CA_NEXT), *used = page_at(c, CA_USED);
	if (!next || page_at(c, CA_OLD))
		return CA_STATE;
	int64_t from = next->from_utc;
	next->state = CA_USED;
	next->from_utc = clock_utc();
	if (used)
		used->state = CA_OLD;
	if (pages_write(c) == OK && open_used(c) == OK)
		return CA_OK;
	next->state = CA_NEXT;
	next->from_utc = from;
	if (used)
		used->state = CA_USED;
	return CA_FAILED;
}

/* The old one goes; without an old one the one that waits; then the one in use: nothing is inspected from then on. */
static enum ca_code retire(struct ca *c)
{
	struct page *p = page_at(c, CA_OLD);
	p = p ? p : page_at(c, CA_NEXT);
	p = p ? p : page_at(c, CA_USED);
	if (!p)
		return CA_STATE;
	size_t at = (size_t)(p - c->page);
	struct page gone = *p;
	memmove(p, p + 1, (c->n - at - 1) * sizeof *p);
	c->n--;
	if (pages_write(c) != OK) {
		memmove(&c->page[at + 1], &c->page[at], (c->n - at) * sizeof *p);
		c->page[at] = gone;
		c->n++;
		return CA_FAILED;
	}
	page_done(&gone);
	return open_used(c) == OK ? CA_OK : CA_FAILED;
}

static void list(struct ca *c, struct buf *out)
{
	struct ca_list l = { .n = c->n };
	for (size_t i = 0; i < c->n; i++)
		l.v[i] = (struct ca_one){ c->page[i].state, c->page[i].made_utc, c->page[i].from_utc, c->page[i].until_utc, buf_str(&c->page[i].der) };
	ca_list_put(&l, out);
}

/* ---- what the gate may ask */

static bool too_often(struct ca *c)
{
	int64_t now = clock_mono_ms(), most = (int64_t)CA_BURST * CA_REFILL_MS;
	c->tokens_ms += now - c->seen_ms;
	c->seen_ms = now;
	c->tokens_ms = c->tokens_ms > most ? most : c->tokens_ms;
	if (c->tokens_ms < CA_REFILL_MS)
		return true;
	c->tokens_ms -= CA_REFILL_MS;
	return false;
}

static bool spared_by(const struct page *p, struct str host)
{
	struct str rest = buf_str(&p->spared), name;
	while (str_next(&rest, ' ', &name))
		if (host_within(host, name))
			return true;
	return false;
}

static enum ca_code may_leaf(struct ca *c, const struct ca_question *q)
{
	const struct page *p = page_at(c, CA_USED);
	if (!host_is_normal(q->host) || host_is_suffix(q->host) || q->point.p[0] != 4)
		return CA_SYNTAX;
	if (!p || !c->used)
		return CA_NONE;
	if (clock_utc() >= p->until_utc || spared_by(p, q->host))
		return CA_REFUSED;
	return too_often(c) ? CA_BUSY : CA_OK;
}

static void leaf(struct ca *c, const struct ca_question *q, struct buf *out)
{
	AUTO(buf_done) struct buf der = buf_init(CA_DER_MAX);
	int64_t until = 0;
	enum ca_code code = may_leaf(c, q);
	if (code == CA_OK && mint_leaf(c->used, q->host, q->point, clock_utc(), &der, &until) != OK)
		code = CA_FAILED;
	buf_byte(out, (char)code);
	if (code != CA_OK)
		return;
	book_num(out, (uint64_t)until, 8);
	book_piece(out, buf_str(&der));
}

void ca_answer(struct ca *c, struct str question, bool gate, struct buf *out)
{
	struct ca_question q;
	if (ca_question_read(question, &q) != OK || gate != (q.op == CA_LEAF)) {
		buf_byte(out, CA_SYNTAX);
		return;
	}
	if (q.op == CA_DEVICE || q.op == CA_PACK) {
		if (c->devices)
			device_ca_answer(c->devices, &q, out);
		else
			buf_byte(out, CA_NONE);
		return;
	}
	if (gate) {
		leaf(c, &q, out);
		return;
	}
	enum ca_code code = q.op == CA_MAKE ? make(c, &q) : q.op == CA_SWITCH ? switch_over(c) : q.op == CA_RETIRE ? retire(c) : CA_OK;
	if (code == CA_OK)
		list(c, out);
	else
		buf_byte(out, (char)code);
}
