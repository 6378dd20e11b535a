#include "event/record.h"

#include "base/cut.h"

enum field_type { TYPE_I64, TYPE_U64, TYPE_U8, TYPE_HOW, TYPE_ADDR, TYPE_STR };
enum longer { LONGER_REFUSE, LONGER_CUT };

struct field {
	uint8_t id;
	enum field_type type;
	size_t at;                /* offset in struct event */
	size_t limit;             /* bytes */
	enum longer longer;
};

static const struct field fields[] = {
#define ROW_(id, NAME, name, type, limit, longer) { id, TYPE_##type, offsetof(struct event, name), limit, LONGER_##longer },
	EVENT_FIELD_TABLE(ROW_)
#undef ROW_
};

enum { N_FIELDS = sizeof fields / sizeof *fields };

/* A field as bytes: 8 at most for numbers, or a view. */
static struct str value_of(const struct event *e, const struct field *f, uint8_t room[8])
{
	const char *p = (const char *)e + f->at;
	uint64_t v = 0;
	size_t n = 8;
	switch (f->type) {
	case TYPE_STR:
		return *(const struct str *)(const void *)p;
	case TYPE_ADDR: {
		static const uint8_t none[16];
		return memcmp(p, none, 16) ? (struct str){ p, 16 } : STR_NONE;
	}
	case TYPE_I64:
	case TYPE_U64:
		memcpy(&v, p, 8);
		break;
	case TYPE_U8:
		v = *(const uint8_t *)p;
		n = 1;
		break;
	case TYPE_HOW:
		v = (uint64_t)*(const enum known_how *)(const void *)p;
		n = 1;
		break;
	}
	struct wr w = wr_over(room, 8);
	wr_le(&w, v, n);
	return v ? (struct str){ (char *)room, n } : STR_NONE;
}

static enum err put_field(struct wr *w, const struct event *e, const struct field *f)
{
	uint8_t room[8];
	struct str v = value_of(e, f, room);
	if (v.n > f->limit && f->longer == LONGER_REFUSE)
		return ERR_LIMIT;
	v = str_cut(v, f->limit);
	if (v.n == 0)
		return OK;
	wr_u8(w, f->id);
	wr_u16le(w, (uint16_t)v.n);
	wr_bytes(w, v);
	return OK;
}

enum err event_put(struct wr *w, const struct event *e)
{
	if (e->text.n && !str_utf8(e->text))
		return ERR_INVALID;
	if (e->extra.n && !str_utf8(e->extra))
		return ERR_INVALID;
	struct wr body = *w;
	uint8_t *head = wr_room(&body, REC_HEAD);
	body.start = body.p;
	wr_u64le(&body, (uint64_t)e->at_ms);
	wr_u64le(&body, (uint64_t)e->school);
	uint32_t carried = event_fields(e->kind);
	for (size_t i = 0; i < N_FIELDS; i++)
		if (carried & 1u << fields[i].id)
			TRY(put_field(&body, e, &fields[i]));
	if (body.bad) {
		w->bad = true;
		return ERR_LIMIT;
	}
	rec_head(head, (uint16_t)e->kind, EVENT_VERSION, (struct str){ (char *)body.start, wr_len(&body) });
	w->p = body.p;
	return OK;
}

static const struct field *by_id(uint8_t id)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (fields[i].id == id)
			return &fields[i];
	return NULL;
}

/* Bytes of a number field, exactly. */
static size_t width(enum field_type t)
{
	return t == TYPE_ADDR ? 16 : t == TYPE_U8 || t == TYPE_HOW ? 1 : 8;
}

static enum err set_field(struct event *e, const struct field *f, struct str v)
{
	char *p = (char *)e + f->at;
	if (v.n == 0 || v.n > f->limit || (f->type != TYPE_STR && v.n != width(f->type)))
		return ERR_SYNTAX;
	struct rd r = rd_over(v);
	uint64_t number = f->type == TYPE_STR || f->type == TYPE_ADDR ? 0 : rd_le(&r, v.n);
	switch (f->type) {
	case TYPE_STR:  memcpy(p, &v, sizeof v); break;
	case TYPE_ADDR: memcpy(p, v.p, 16); break;
	case TYPE_I64:
	case TYPE_U64:  memcpy(p, &number, 8); break;
	case TYPE_U8:   *(uint8_t *)p = (uint8_t)number; break;
	case TYPE_HOW:  *(enum known_how *)(void *)p = (enum known_how)number; break;
	}
	return OK;
}

enum err event_get(const struct rec *r, struct event *out)
{
	struct rd in = rd_over(r->body);
	struct event e = { .kind = (enum event_kind)r->kind };
	uint32_t carried = event_fields(e.kind);
	e.at_ms = (int64_t)rd_u64le(&in);
	e.school = (int64_t)rd_u64le(&in);
	for (int last = 0; !in.bad && rd_left(&in);) {
		uint8_t id = rd_u8(&in);
		struct str v = rd_bytes(&in, rd_u16le(&in));
		const struct field *f = by_id(id);
		if (in.bad || id <= last)
			return ERR_SYNTAX;
		last = id;
		if (f && carried & 1u << id)
			TRY(set_field(&e, f, v));
	}
	TRY(rd_end(&in));
	if (!str_utf8(e.text.n ? e.text : STR("")) || !str_utf8(e.extra.n ? e.extra : STR("")))
		return ERR_SYNTAX;
	*out = e;
	return OK;
}

bool event_same(const struct event *a, const struct event *b)
{
	if (a->kind != b->kind || a->at_ms != b->at_ms || a->school != b->school)
		return false;
	uint32_t carried = event_fields(a->kind);
	for (size_t i = 0; i < N_FIELDS; i++) {
		uint8_t ra[8], rb[8];
		if (carried & 1u << fields[i].id &&
		    !str_eq(value_of(a, &fields[i], ra), value_of(b, &fields[i], rb)))
			return false;
	}
	return true;
}
