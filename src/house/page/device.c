#include "house/page/device.h"

#include "house/account/people.h"
#include "house/page/page_store.h"
#include "house/store/audit.h"

static enum err device_here(struct page_ctx *c, struct entry_page *out)
{
	char address[ADDR_TEXT_MAX];
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "device", .states = { "protected", "unprotected" }, .limit = 1, .n_where = 2,
		.where = { { "address", ENTRY_IS, 0, { address, addr_text(c->req->peer, address) } }, { "users", ENTRY_IS, 0, STR("staff") } } };
	return entry_list(&st, c->arena, &may, &q, out);
}

enum err device_for_staff(struct page_ctx *c, const struct person *p)
{
	static const struct addr unknown;
	struct entry_page page;
	if (addr_same(c->req->peer, unknown) || !c->web->registers || !registers_find(c->web->registers, STR("device")))
		return OK;
	TRY(device_here(c, &page));
	if (!page.n)
		return OK;
	struct act act = { c->school, p->id, "a pupil tried to sign in on a device that is for staff" };
	TRY(audit_add(c->db, &act, "device.refused", (struct audit_about){ "entry", page.entries[0].id }, NULL));
	return ERR_FORBIDDEN;
}
