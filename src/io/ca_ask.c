#include "io/ca_ask.h"

#include "base/mem.h"
#include "base/rd.h"
#include "io/frame.h"

#define MAGIC "GHCA1"
enum { ASK_WAIT_MS = 10000 };

static void num(struct buf *b, uint64_t v, size_t n)
{
	while (n--)
		buf_byte(b, (char)(v >> (8 * n)));
}

void ca_question_put(const struct ca_question *q, struct buf *out)
{
	buf_z(out, MAGIC);
	buf_byte(out, (char)q->op);
	if (q->op == CA_MAKE) {
		num(out, q->years, 1);
		num(out, q->name.n, 1);
		buf_add(out, q->name);
		num(out, q->spared.n, 2);
		buf_add(out, q->spared);
	} else if (q->op == CA_LEAF) {
		num(out, q->host.n, 1);
		buf_add(out, q->host);
		buf_add(out, q->point);
	} else if (q->op == CA_DEVICE || q->op == CA_PACK) {
		struct str what = q->op == CA_DEVICE ? q->csr : q->password;
		num(out, q->device.n, 1);
		buf_add(out, q->device);
		num(out, what.n, 2);
		buf_add(out, what);
	}
}

static bool known(enum ca_op op)
{
	return op == CA_MAKE || op == CA_SHOW || op == CA_SWITCH || op == CA_RETIRE || op == CA_LEAF || op == CA_DEVICE || op == CA_PACK;
}

static bool device_fits(const struct ca_question *q)
{
	bool fits = q->device.n && q->device.n <= CA_DEVICE_NAME_MAX;
	for (size_t i = 0; fits && i < q->device.n; i++)
		fits = ascii_digit(q->device.p[i]) || q->device.p[i] == '-' || (q->device.p[i] >= 'a' && q->device.p[i] <= 'z');
	return fits && (q->op == CA_DEVICE ? q->csr.n && q->csr.n <= CA_CSR_BYTES : q->password.n >= CA_PASSWORD_MIN && q->password.n <= CA_PASSWORD_MAX);
}

enum err ca_question_read(struct str bytes, struct ca_question *out)
{
	struct rd r = rd_over(bytes);
	struct str magic = rd_bytes(&r, sizeof MAGIC - 1);
	struct ca_question q = { .op = (enum ca_op)rd_u8(&r) };
	if (r.bad || !str_is(magic, MAGIC) || !known(q.op))
		return ERR_SYNTAX;
	if (q.op == CA_MAKE) {
		q.years = rd_u8(&r);
		q.name = rd_bytes(&r, rd_u8(&r));
		q.spared = rd_bytes(&r, rd_u16(&r));
	} else if (q.op == CA_LEAF) {
		q.host = rd_bytes(&r, rd_u8(&r));
		q.point = rd_bytes(&r, CA_POINT);
	} else if (q.op == CA_DEVICE || q.op == CA_PACK) {
		q.device = rd_bytes(&r, rd_u8(&r));
		*(q.op == CA_DEVICE ? &q.csr : &q.password) = rd_bytes(&r, rd_u16(&r));
	}
	TRY(rd_end(&r));
	if ((q.op == CA_DEVICE || q.op == CA_PACK) && !device_fits(&q))
		return ERR_SYNTAX;
	if (q.op == CA_MAKE && (!q.years || q.years > CA_YEARS_MAX || !q.name.n || q.name.n > CA_NAME_MAX || !str_utf8(q.name) || q.spared.n > CA_SPARED_MAX))
		return ERR_SYNTAX;
	*out = q;
	return OK;
}

void ca_list_put(const struct ca_list *l, struct buf *out)
{
	num(out, CA_OK, 1);
	num(out, l->n, 1);
	for (size_t i = 0; i < l->n; i++) {
		num(out, l->v[i].state, 1);
		num(out, (uint64_t)l->v[i].made_utc, 8);
		num(out, (uint64_t)l->v[i].from_utc, 8);
		num(out, (uint64_t)l->v[i].until_utc, 8);
		num(out, l->v[i].der.n, 2);
		buf_add(out, l->v[i].der);
	}
}

static enum err code(struct rd *r)
{
	static const enum err said[] = { [CA_OK] = OK, [CA_NONE] = ERR_ABSENT, [CA_BUSY] = ERR_BUSY, [CA_SYNTAX] = ERR_SYNTAX,
		[CA_FAILED] = ERR_CRYPTO, [CA_STATE] = ERR_STATE, [CA_REFUSED] = ERR_FORBIDDEN };
	uint8_t c = rd_u8(r);
	return r->bad || c >= ARRAY_N(said) ? ERR_SYNTAX : said[c];
}

enum err ca_list_read(struct str answer, struct ca_list *out)
{
	struct rd r = rd_over(answer);
	struct ca_list l = { 0 };
	TRY(code(&r));
	size_t n = rd_u8(&r);
	if (n > CA_MAX)
		return ERR_SYNTAX;
	for (; l.n < n && !r.bad; l.n++) {
		struct ca_one *o = &l.v[l.n];
		uint8_t state = rd_u8(&r);
		o->state = (enum ca_state)state;
		o->made_utc = (int64_t)rd_u64(&r);
		o->from_utc = (int64_t)rd_u64(&r);
		o->until_utc = (int64_t)rd_u64(&r);
		o->der = rd_bytes(&r, rd_u16(&r));
		r.bad |= state > CA_OLD || !o->der.n || o->der.n > CA_DER_MAX;
	}
	TRY(rd_end(&r));
	*out = l;
	return OK;
}

enum err ca_leaf_read(struct str answer, int64_t *until_utc, struct str *der)
{
	struct rd r = rd_over(answer);
	TRY(code(&r));
	int64_t until = (int64_t)rd_u64(&r);
	struct str d = rd_bytes(&r, rd_u16(&r));
	TRY(rd_end(&r));
	if (!d.n || d.n > CA_DER_MAX)
		return ERR_SYNTAX;
	*until_utc = until;
	*der = d;
	return OK;
}

void ca_device_put(const struct ca_device *d, struct buf *out)
{
	num(out, CA_OK, 1);
	num(out, (uint64_t)d->until_utc, 8);
	num(out, d->der.n, 2);
	buf_add(out, d->der);
	num(out, d->pack.n, 2);
	buf_add(out, d->pack);
}

enum err ca_device_read(struct str answer, struct ca_device *out)
{
	struct rd r = rd_over(answer);
	TRY(code(&r));
	struct ca_device d = { .until_utc = (int64_t)rd_u64(&r) };
	d.der = rd_bytes(&r, rd_u16(&r));
	d.pack = rd_bytes(&r, rd_u16(&r));
	TRY(rd_end(&r));
	if (!d.der.n || d.der.n > CA_DER_MAX || d.pack.n > CA_PACK_MAX)
		return ERR_SYNTAX;
	*out = d;
	return OK;
}

static enum err asked(const char *socket_path, const struct ca_question *q, struct buf *room)
{
	AUTO(buf_wipe) struct buf question = buf_init(CA_QUESTION_MAX);
	ca_question_put(q, &question);
	TRY(buf_ok(&question));
	return frame_ask(socket_path, buf_str(&question), room, ASK_WAIT_MS);
}

enum err ca_ask_device(const char *socket_path, const struct ca_question *q, struct buf *room, struct ca_device *out)
{
	TRY(asked(socket_path, q, room));
	return ca_device_read(buf_str(room), out);
}

enum err ca_ask(const char *socket_path, const struct ca_question *q, struct buf *room, struct ca_list *out)
{
	TRY(asked(socket_path, q, room));
	return ca_list_read(buf_str(room), out);
}
