#include "gate/identity/identity.h"

#include "base/hash.h"
#include "base/mem.h"
#include "policy/read/tokens.h"

enum { NAME_MAX_ = 300, SURE_TICKET = 95 };

struct identity {
	uint8_t key[32];           /* of device tokens */
	bool has_key;
	uint64_t unknown;
	struct identity_counts counts;
};

void identity_new(struct str token_key, struct identity **out)
{
	assert(out && (token_key.n == 0 || token_key.n == 32));
	struct identity *id = mem_new(struct identity);
	id->has_key = token_key.n == 32;
	if (id->has_key)
		memcpy(id->key, token_key.p, 32);
	*out = id;
}

void identity_free(struct identity **id)
{
	if (*id)
		mem_wipe(*id, sizeof **id);
	mem_free(id);
}

/* "device:secret": the digest covers both, so that a secret fits its own device only. */
bool identity_token(const struct identity *id, const struct policy *p, struct str token, struct token_hit *out)
{
	assert(id && out);
	struct token_hit hit;
	uint8_t digest[HMAC_BYTES];
	uint64_t device;
	ptrdiff_t colon = str_chr(token, ':');
	if (!id->has_key || !p || colon <= 0 || token.n > IDENTITY_TOKEN_MAX || (size_t)colon + 1 == token.n)
		return false;
	if (str_u64(str_upto(token, (size_t)colon), &device) != OK)
		return false;
	hash_hmac(id->key, token, digest);
	if (!policy_token(p, digest, &hit) || hit.device <= 0 || (uint64_t)hit.device != device)
		return false;
	*out = hit;
	return true;
}

void identity_show(const struct identity *id, enum live_how how, struct str name, struct shown *s)
{
	assert(how == LIVE_HOW_TICKET || how == LIVE_HOW_CERT);
	if (!id->has_key || s->n == IDENTITY_SHOWN || !name.n || name.n > NAME_MAX_)
		return;
	s->v[s->n].how = how;
	token_digest(id->key, how, name, s->v[s->n++].digest);
}

/* A login is nobody's device, a certificate is some device's. */
bool identity_shown(const struct policy *p, const struct shown *s, enum live_how how, struct token_hit *out)
{
	struct token_hit hit;
	for (size_t i = 0; p && i < s->n; i++)
		if (s->v[i].how == how && policy_token(p, s->v[i].digest, &hit) && (how == LIVE_HOW_TICKET ? !hit.device && hit.person : hit.device > 0)) {
			*out = hit;
			return true;
		}
	return false;
}

/* It showed a device's certificate that counts no more: what its address says is not believed either. */
static bool withdrawn(const struct policy *p, const struct shown *s)
{
	struct token_hit hit;
	for (size_t i = 0; s && i < s->n; i++)
		if (s->v[i].how == LIVE_HOW_CERT)
			return !identity_shown(p, s, LIVE_HOW_CERT, &hit);
	return false;
}

static void take_hit(const struct policy *p, const struct token_hit *hit, enum live_how how, struct who *w)
{
	w->school = hit->school;
	w->device = hit->device ? hit->device : w->device;
	w->person = hit->person;
	w->class_id = hit->class_id;
	w->group = hit->group == GROUP_NONE ? policy_strictest(p) : hit->group;
	w->how = how;
	w->sure = !hit->person ? 0 : how == LIVE_HOW_TICKET ? SURE_TICKET : 90;
	w->standing = hit->person ? STANDING_CURRENT : STANDING_UNKNOWN;    /* policy.h: named only while their agreement counts */
}

/* Which device, and whose ticket.  True: it is a device of the school. */
static bool by_shown(const struct identity *id, const struct policy *p, struct str token, const struct shown *s, struct who *w)
{
	struct token_hit hit;
	bool device = true;
	if (token.n && identity_token(id, p, token, &hit))
		take_hit(p, &hit, LIVE_HOW_TOKEN, w);
	else if (s && identity_shown(p, s, LIVE_HOW_CERT, &hit))
		take_hit(p, &hit, LIVE_HOW_CERT, w);
	else
		device = false;
	if (s && identity_shown(p, s, LIVE_HOW_TICKET, &hit))
		take_hit(p, &hit, LIVE_HOW_TICKET, w);
	return device;
}

/* A sign-in knows the standing; with a device before it, it must be about the same one or none; with a ticket before it, it must be a
 * class that was signed in, or somebody else at the same address is meant (a server of many desktops). */
static bool by_binding(const struct policy *p, struct addr from, int64_t now_utc, struct who *w)
{
	struct live_binding b;
	const struct live *l = policy_live(p);
	if (!l || !live_who(l, from.b, NULL, now_utc, &b))
		return false;
	if (w->device && b.device && b.device != w->device)
		return false;
	if (w->how == LIVE_HOW_TICKET && b.how != LIVE_HOW_CLASS)
		return false;
	uint32_t group = policy_group(p, b.group);
	w->school = b.school;
	w->person = b.person;
	w->class_id = b.class_id;
	w->device = b.device ? b.device : w->device;
	w->group = group == GROUP_NONE ? policy_strictest(p) : group;
	w->standing = b.standing;
	w->how = b.how;
	w->sure = b.sure;
	w->until_utc = b.until_utc;
	return true;
}

static bool by_range(const struct policy *p, struct addr from, struct who *w)
{
	struct range_hit hit;
	if (!policy_range(p, from.b, &hit) || hit.group == GROUP_NONE)
		return false;
	w->school = hit.school;
	w->class_id = hit.class_id;
	w->group = hit.group;
	w->how = LIVE_HOW_RANGE;
	w->sure = 0;
	return true;
}

/* The filter's own test stands in the network that it asks as (live.h): bound there by the keeper alone, from addresses that no device can have. */
static struct addr standing_at(const struct policy *p, struct addr from, int64_t now_utc)
{
	static const uint8_t none[16];
	struct live_binding b;
	const struct live *l = policy_live(p);
	if (live_is_tester(from.b) && l && live_who(l, from.b, NULL, now_utc, &b) && memcmp(b.as, none, 16))
		memcpy(from.b, b.as, 16);
	return from;
}

/* A pupil's own telephone is on the network for such things, also when the pupil has signed in on it (9.3-08); one
 * of the school's devices that shows its token is nobody's own. */
static void network_of(const struct policy *p, struct addr from, bool token, struct who *w)
{
	struct range_hit hit;
	if (!token && policy_range(p, from.b, &hit) && hit.group != GROUP_NONE)
		w->network = hit.group + 1;
}

static void count(struct identity *id, const struct who *w)
{
	id->counts.asked++;
	id->counts.unknown += w->how == LIVE_HOW_NONE;
	id->counts.unnamed += w->how != LIVE_HOW_NONE && !w->person;
}

struct identity_counts identity_counts(const struct identity *id) { return id->counts; }

void identity_who(struct identity *id, const struct policy *p, struct addr from, struct str device_token,
                  int64_t now_utc, struct who *out)
{
	identity_who_shown(id, p, from, device_token, NULL, now_utc, out);
}

void identity_who_shown(struct identity *id, const struct policy *p, struct addr from, struct str device_token,
                        const struct shown *shown, int64_t now_utc, struct who *out)
{
	assert(id && out);
	*out = (struct who){ .group = GROUP_NONE, .standing = STANDING_UNKNOWN, .how = LIVE_HOW_NONE };
	if (!p)
		return;
	out->group = policy_strictest(p);
	bool token = by_shown(id, p, device_token, shown, out);
	bool known = token || out->how == LIVE_HOW_TICKET;
	if (!known && withdrawn(p, shown))
		id->unknown++;
	else if (!by_binding(p, from, now_utc, out) && !known && !by_range(p, from, out))
		id->unknown++;
	count(id, out);
	network_of(p, standing_at(p, from, now_utc), token, out);
	struct live_session session;
	const struct live *l = policy_live(p);
	out->session_open = l && out->class_id && live_session(l, out->class_id, now_utc, &session);
	out->named = str_is(policy_text(p, "log.named"), "yes");
}

uint64_t identity_unknown_taken(struct identity *id)
{
	uint64_t n = id->unknown;
	id->unknown = 0;
	return n;
}

struct facts identity_facts(const struct who *who, int64_t now_utc)
{
	return (struct facts){ .school = who->school, .person = who->person, .class_id = who->class_id,
		.device = who->device, .group = who->group, .network = who->network, .standing = who->standing,
		.session_open = who->session_open, .now_utc = now_utc };
}

enum known_how identity_known(enum live_how how)
{
	static const enum known_how known[N_LIVE_HOW] = {
		[LIVE_HOW_RANGE] = KNOWN_ADDRESS_RANGE, [LIVE_HOW_PORTAL] = KNOWN_PORTAL, [LIVE_HOW_TOKEN] = KNOWN_DEVICE_TOKEN,
		[LIVE_HOW_CLASS] = KNOWN_CLASS_SESSION, [LIVE_HOW_VISIT] = KNOWN_ADULT, [LIVE_HOW_NETWORK] = KNOWN_NETWORK,
		[LIVE_HOW_TICKET] = KNOWN_TICKET, [LIVE_HOW_CERT] = KNOWN_CERTIFICATE, [LIVE_HOW_LEASE] = KNOWN_LEASE, [LIVE_HOW_NEIGHBOUR] = KNOWN_NEIGHBOUR,
	};
	return (unsigned)how < N_LIVE_HOW ? known[how] : KNOWN_NONE;
}
