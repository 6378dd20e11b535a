#include "house/keeper/network.h"

#include "base/clock.h"
#include "event/event.h"
#include "house/account/people.h"
#include "house/account/shared.h"
#include "house/agreement/agreement_store.h"
#include "house/keeper/hardware.h"
#include "house/keeper/keeper.h"
#include "house/store/audit.h"

enum { HALF_S = NETWORK_HOURS * 1800 };

/* "tansy@school.example" and "SCHOOL\tansy" are tansy, in lower case. */
static struct str account(struct arena *a, struct str user)
{
	ptrdiff_t at = str_chr(user, '@'), slash = str_rchr(user, '\\');
	struct str name = at > 0 ? str_upto(user, (size_t)at) : user;
	name = slash >= 0 && (size_t)slash < name.n ? str_from(name, (size_t)slash + 1) : name;
	char *out = arena_alloc(a, name.n + 1);
	for (size_t i = 0; i < name.n; i++)
		out[i] = ascii_lower(name.p[i]);
	return (struct str){ out, name.n };
}

static const struct binding *bound(const struct keeper *k, const uint8_t addr[16])
{
	for (size_t i = 0; i < k->bindings.n; i++)
		if (memcmp(k->bindings.v[i].addr, addr, 16) == 0 && k->bindings.v[i].until_utc > clock_utc())
			return &k->bindings.v[i];
	return NULL;
}

static enum err leave(struct keeper *k, const struct binding *b)
{
	struct live_record r = { .kind = LIVE_UNBIND };
	struct act act = { k->school, 0, "signed off the school's wireless" };
	memcpy(r.addr, b->addr, 16);
	TRY(audit_add(k->db, &act, "address.unbound", (struct audit_about){ "person", b->person }, NULL));
	return keeper_live(k, &r);
}

static enum err come(struct keeper *k, struct arena *a, const struct person *p, const struct event *e)
{
	struct agreement_state s;
	struct act act = { k->school, 0, "signed in to the school's wireless" };
	struct live_record r = { .kind = LIVE_BIND, .how = LIVE_HOW_NETWORK, .sure = NETWORK_SURE, .person = p->id };
	r.until_utc = e->at_ms / 1000 + NETWORK_HOURS * 3600;
	if (r.until_utc <= clock_utc() || k->bindings.n >= BINDINGS_MAX)
		return OK;
	TRY(agreement_state_of(&k->store, a, p, clock_utc(), &s));
	memcpy(r.addr, e->addr, 16);
	r.class_id = p->kind == KIND_LEARNER ? p->class_id : 0;
	r.group = agreement_group(k->db, a, p);
	r.standing = agreement_let_on(&s);
	TRY(audit_add(k->db, &act, "address.bound", (struct audit_about){ "person", p->id }, NULL));
	return keeper_live(k, &r);
}

enum err keeper_network(struct keeper *k, const struct event *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	const struct binding *b = bound(k, e->addr);
	enum err known = person_by_username(k->db, &a, k->school, account(&a, e->text), &p);
	if (known == ERR_ABSENT || shared_refused(p.username) || (b && b->how != LIVE_HOW_NETWORK && !hardware_how(b->how)))
		return OK;
	TRY(known);
	if (str_is(e->reason, "stop"))
		return b && b->person == p.id ? leave(k, b) : OK;
	if ((p.left_utc && p.left_utc <= clock_utc()) || (b && b->person == p.id && b->until_utc - clock_utc() > HALF_S))
		return OK;
	return come(k, &a, &p, e);
}
