#include "base/frame_rec.h"
#include "base/mem.h"
#include "policy/read/live.h"
#include "policy/read/table.h"

enum { LIVE_VERSION = 1 };      /* of every kind's body */

static const uint8_t no_mac[6];

static bool text_fits(struct str s)
{
	return s.n <= LIVE_TEXT_MAX && str_utf8(s);
}

static bool texts_fit(const struct live_record *r)
{
	if (!text_fits(r->group) || !text_fits(r->host) || !text_fits(r->path) || !text_fits(r->reason))
		return false;
	if (r->host.n > 253 || (r->path.n && r->path.p[0] != '/') || r->n_hosts > LIVE_HOST_MAX)
		return false;
	for (size_t i = 0; i < r->n_hosts; i++)
		if (!r->hosts[i].n || !text_fits(r->hosts[i]))
			return false;
	return true;
}

static bool scope_fits(const struct live_record *r)
{
	switch (r->scope) {
	case SCOPE_EVERYONE: return true;
	case SCOPE_GROUP:    return r->group.n;
	case SCOPE_CLASS:    return r->class_id > 0;
	case SCOPE_PERSON:   return r->person > 0;
	case N_RULE_SCOPE:   break;
	}
	return false;
}

static bool has_addr(const struct live_record *r)
{
	static const uint8_t none[16];
	return memcmp(r->addr, none, 16) != 0 || memcmp(r->mac, no_mac, 6) != 0;
}

static bool kind_fits(const struct live_record *r)
{
	bool ends = r->until_utc > r->at_utc;
	switch (r->kind) {
	case LIVE_GENERATION:  return true;
	case LIVE_BIND:        return ends && has_addr(r) && r->group.n;
	case LIVE_UNBIND:      return has_addr(r);
	case LIVE_ALLOW:
	case LIVE_BLOCK:       return ends && r->id && r->host.n && scope_fits(r);
	case LIVE_CANCEL:      return r->id;
	case LIVE_SESSION:     return ends && r->class_id > 0;
	case LIVE_SESSION_END: return r->class_id > 0;
	case LIVE_WITHDRAW:    return ends && has_addr(r);
	}
	return false;
}

enum err live_valid(const struct live_record *r)
{
	bool ids = r->school >= 0 && r->person >= 0 && r->class_id >= 0 && r->device >= 0 && r->at_utc >= 0 && r->until_utc >= 0;
	bool enums = (unsigned)r->standing < N_STANDING && (unsigned)r->how < N_LIVE_HOW && (unsigned)r->scope < N_RULE_SCOPE;
	return ids && enums && r->sure <= 100 && kind_fits(r) && texts_fit(r) ? OK : ERR_SYNTAX;
}

static void payload_write(const struct live_record *r, struct buf *b)
{
	const int64_t ids[] = { r->at_utc, r->until_utc, r->school, r->person, r->class_id, r->device };
	for (size_t i = 0; i < ARRAY_N(ids); i++)
		tab_num(b, (uint64_t)ids[i], 8);
	tab_num(b, r->id, 4);
	buf_add(b, (struct str){ (const char *)r->addr, 16 });
	buf_add(b, (struct str){ (const char *)r->mac, 6 });
	tab_num(b, r->standing, 1);
	tab_num(b, r->how, 1);
	tab_num(b, r->sure, 1);
	tab_num(b, r->scope, 1);
	tab_num(b, r->walled, 1);
	tab_text(b, r->group);
	tab_text(b, r->host);
	tab_text(b, r->path);
	tab_text(b, r->reason);
	tab_num(b, r->n_hosts, 1);
	for (size_t i = 0; i < r->n_hosts; i++)
		tab_text(b, r->hosts[i]);
}

enum err live_encode(const struct live_record *r, struct buf *out)
{
	TRY(live_valid(r));
	AUTO(buf_done) struct buf b = buf_init(LIVE_RECORD_MAX);
	payload_write(r, &b);
	TRY(buf_ok(&b));
	uint8_t head[REC_HEAD];
	rec_head(head, (uint16_t)r->kind, LIVE_VERSION, buf_str(&b));
	buf_add(out, (struct str){ (const char *)head, sizeof head });
	buf_add(out, buf_str(&b));
	return buf_ok(out);
}

static void rd_copy(struct rd *r, uint8_t *out, size_t n)
{
	struct str s = rd_bytes(r, n);
	if (s.n)
		memcpy(out, s.p, n);
}

/* An enumeration past its end never gets into the record. */
static enum err payload_read(const struct rec *rec, struct live_record *v)
{
	struct rd r = rd_over(rec->body);
	int64_t *const ids[] = { &v->at_utc, &v->until_utc, &v->school, &v->person, &v->class_id, &v->device };
	for (size_t i = 0; i < ARRAY_N(ids); i++)
		*ids[i] = (int64_t)rd_u64le(&r);
	v->id = rd_u32le(&r);
	rd_copy(&r, v->addr, 16);
	rd_copy(&r, v->mac, 6);
	uint8_t standing = rd_u8(&r), how = rd_u8(&r);
	v->sure = rd_u8(&r);
	uint8_t scope = rd_u8(&r), walled = rd_u8(&r);
	v->group = rd_text(&r);
	v->host = rd_text(&r);
	v->path = rd_text(&r);
	v->reason = rd_text(&r);
	v->n_hosts = rd_u8(&r);
	for (size_t i = 0; i < v->n_hosts && i < LIVE_HOST_MAX; i++)
		v->hosts[i] = rd_text(&r);
	if (standing >= N_STANDING || how >= N_LIVE_HOW || scope >= N_RULE_SCOPE || walled > 1)
		return ERR_SYNTAX;
	v->standing = (enum standing)standing;
	v->how = (enum live_how)how;
	v->scope = (enum rule_scope)scope;
	v->walled = walled;
	return rd_end(&r);
}

/* The torn tail of rec_next (ERR_SYNTAX) is ERR_END here; what is whole and not understood is ERR_SYNTAX. */
enum err live_decode(struct str bytes, struct live_record *out, size_t *used)
{
	size_t at = 0;
	struct rec rec;
	enum err e = rec_next(bytes, &at, &rec);
	if (e == ERR_SYNTAX)
		return ERR_END;
	TRY(e);
	if (rec.body.n > LIVE_RECORD_MAX || rec.version != LIVE_VERSION || !rec.kind || rec.kind > LIVE_KIND_LAST)
		return ERR_SYNTAX;
	struct live_record v = { .kind = (enum live_kind)rec.kind };
	TRY(payload_read(&rec, &v));
	TRY(live_valid(&v));
	*out = v;
	*used = at;
	return OK;
}
