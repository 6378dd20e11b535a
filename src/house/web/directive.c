#include "house/web/directive.h"

#include <jansson.h>

#include "base/mem.h"
#include "house/web/directive_inner.h"
#include "io/frame.h"

enum { WAIT_MS = 3000 };

static void json_done(json_t **j) { json_decref(*j); }

enum err directive_answer(struct str bytes)
{
	AUTO(json_done) json_t *j = json_loadb(bytes.p ? bytes.p : "", bytes.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(j))
		return ERR_SYNTAX;
	return json_is_true(json_object_get(j, "ok")) ? OK : ERR_STATE;
}

static enum err ask(const struct page_ctx *c, json_t *j, struct buf *answer)
{
	if (!c->web->directive_sock)
		return ERR_NET;
	char *text = json_dumps(j, JSON_COMPACT);
	AUTO(buf_done) struct buf own = buf_init(64 * 1024);
	struct buf *into = answer ? answer : &own;
	enum err e = text ? frame_ask(c->web->directive_sock, str_z(text), into, WAIT_MS) : ERR_LIMIT;
	free(text);
	TRY(e);
	return directive_answer(buf_str(into));
}

/* "directive", "school", "by" in front of what is given. */
static json_t *head(const struct page_ctx *c, const char *name)
{
	return json_pack("{s:s, s:I, s:I}", "directive", name, "school", (json_int_t)c->school,
	                 "by", (json_int_t)(c->session ? c->session->person : 0));
}

enum err directive_bind(const struct page_ctx *c, const struct directive_bind *b)
{
	char addr[ADDR_TEXT_MAX];
	addr_text(b->addr, addr);
	AUTO(json_done) json_t *j = head(c, "bind");
	AUTO(json_done) json_t *more = json_pack("{s:s, s:I, s:I, s:s, s:s, s:I}", "addr", addr, "person", (json_int_t)b->person,
		"class", (json_int_t)b->class_id, "group", b->group, "standing", b->standing, "until", (json_int_t)b->until_utc);
	if (!j || !more || json_object_update(j, more) != 0)
		return ERR_SYNTAX;
	return ask(c, j, NULL);
}

enum err directive_unbind(const struct page_ctx *c, struct addr addr)
{
	char text[ADDR_TEXT_MAX];
	addr_text(addr, text);
	AUTO(json_done) json_t *j = head(c, "unbind");
	if (!j || json_object_set_new(j, "addr", json_string(text)) != 0)
		return ERR_SYNTAX;
	return ask(c, j, NULL);
}

enum err directive_ask(const struct page_ctx *c, const char *name, const char *json_members, struct buf *answer)
{
	AUTO(json_done) json_t *j = head(c, name);
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	buf_fmt(&b, "{%s}", json_members);
	AUTO(json_done) json_t *more = json_loadb(b.p ? b.p : "", b.n, JSON_REJECT_DUPLICATES, NULL);
	if (!j || !json_is_object(more) || json_object_update_missing(j, more) != 0)
		return ERR_SYNTAX;
	return ask(c, j, answer);
}
