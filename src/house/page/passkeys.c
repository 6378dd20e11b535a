#include "house/page/passkeys.h"

#include "base/mem.h"

bool passkeys_ask(struct page_ctx *c, enum passkey_purpose purpose, struct passkey_ask *out)
{
	*out = (struct passkey_ask){ .db = c->db, .keys = c->web->keys, .school = c->school, .binding = str_z(c->csrf), .purpose = purpose };
	return c->web->keys && c->web->public_url && passkey_site_of(c->arena, c->web->public_url, &out->site) == OK;
}

struct str passkeys_next(struct page_ctx *c) { return c->req->method == METHOD_GET ? page_query(c, "next") : page_field(c, "next"); }

/* The ids of a person's passkeys, parted by spaces. */
static struct str known(struct page_ctx *c)
{
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	struct passkey *list;
	size_t n;
	if (passkey_list(c->db, c->arena, c->school, c->session->person, &list, &n) != OK)
		return STR("");
	for (size_t i = 0; i < n; i++) {
		buf_z(&b, i ? " " : "");
		buf_add(&b, passkey_text(c->arena, list[i].credential));
	}
	return arena_str(c->arena, buf_str(&b));
}

static struct str question(struct page_ctx *c, const struct passkey_ask *q)
{
	char text[CHALLENGE_TEXT];
	passkey_challenge(q->keys, q->purpose, q->binding, text);
	return arena_str(c->arena, str_z(text));
}

struct part_passkey passkeys_button(struct page_ctx *c, enum passkey_purpose purpose, const char *action, struct str label)
{
	struct passkey_ask q;
	struct str ids = purpose == PASSKEY_IN ? STR("") : known(c);
	bool password = purpose == PASSKEY_IN || (purpose == PASSKEY_PROVE && c->person->has_password);
	if (!passkeys_ask(c, purpose, &q) || (purpose != PASSKEY_IN && ids.n == 0))
		return (struct part_passkey){ 0 };
	return (struct part_passkey){ .action = str_z(action), .kind = STR("get"), .challenge = question(c, &q), .rp = q.site.rp_id, .known = ids,
		.verify = purpose == PASSKEY_SECOND ? STR("preferred") : STR("required"), .label = label,
		.other = password ? page_text(TEXT_passkey_or) : STR_NONE, .next = passkeys_next(c) };
}

struct part_passkey passkeys_form(struct page_ctx *c, const char *action, struct str label)
{
	struct passkey_ask q;
	char handle[HANDLE_TEXT];
	if (!passkeys_ask(c, PASSKEY_ADD, &q))
		return (struct part_passkey){ 0 };
	passkey_handle(q.keys, c->school, c->session->person, handle);
	return (struct part_passkey){ .action = str_z(action), .kind = STR("create"), .challenge = question(c, &q), .rp = q.site.rp_id, .known = known(c),
		.school = str_z(c->web->school_name), .user = arena_str(c->arena, str_z(handle)), .username = c->person->username, .label = label,
		.naming = true, .name = page_field(c, "name"), .name_error = page_wrong_text(c, "name"), .next = passkeys_next(c) };
}

struct passkey_answer passkeys_answer(struct page_ctx *c)
{
	return (struct passkey_answer){ page_field(c, "client"), page_field(c, "data"), page_field(c, "signature"), page_field(c, "credential"),
		page_field(c, "handle") };
}

enum err passkeys_check(struct page_ctx *c, enum passkey_purpose purpose, int64_t person, const char *field, int64_t *who)
{
	struct passkey_ask q;
	struct passkey_answer answer = passkeys_answer(c);
	enum webauthn_fault fault = FAULT_NONE;
	if (!passkeys_ask(c, purpose, &q))
		return ERR_UNSUPPORTED;
	enum err e = passkey_check(&q, person, &answer, who, &fault);
	if (e != ERR_FORBIDDEN)
		return e;
	page_wrong(c, field, "%s", webauthn_fault_text(fault));
	return OK;
}

enum err passkeys_add(struct page_ctx *c)
{
	struct passkey_ask q;
	struct passkey_answer answer = passkeys_answer(c);
	enum webauthn_fault fault = FAULT_NONE;
	struct str name = page_need(c, "name", PASSKEY_NAME_MAX, "Give the passkey a name.");
	if (!passkeys_ask(c, PASSKEY_ADD, &q))
		return ERR_UNSUPPORTED;
	if (page_is_wrong(c))
		return OK;
	enum err e = passkey_add(&q, c->session->person, name, &answer, &fault);
	if (e != ERR_FORBIDDEN)
		return e;
	page_wrong(c, "name", "%s", webauthn_fault_text(fault));
	return OK;
}
