#include "policy/decide/ask.h"

static bool in_time(const struct ask *a, const struct rule *r)
{
	if (r->until_utc && a->f->now_utc >= r->until_utc)
		return false;
	return !r->n_times || times_open(&a->p->calendar, r->times, r->n_times, a->f->now_utc, a->minute);
}

/* How near a rule's scope is: 0 = it is not meant; otherwise the greater the nearer. */
static unsigned nearness(const struct ask *a, const struct rule *r)
{
	int far;
	switch (r->scope) {
	case SCOPE_EVERYONE: return 1;
	case SCOPE_GROUP:
		far = groups_distance(&a->p->groups, a->group, (uint32_t)r->who);
		return far < 0 ? 0 : 2 + (unsigned)(GROUP_DEPTH_MAX - far);
	case SCOPE_CLASS:    return a->f->class_id && r->who == a->f->class_id ? 10 : 0;
	case SCOPE_PERSON:   return a->f->person && r->who == a->f->person ? 11 : 0;
	case N_RULE_SCOPE:   break;
	}
	return 0;
}

/* A rule about a part of a host: an allowance opens the name (the page cannot be
 * reached otherwise), a block leaves it open, a help page makes no help line of
 * the whole host; whichever, the answer is partial. */
static bool path_applies(struct ask *a, const struct rule *r)
{
	if (!r->path.n)
		return true;
	if (!a->named)
		return rule_path_covers(r->path, a->f->path);
	a->partial = true;
	return r->kind == RULE_ALLOW || r->kind == RULE_WALL || r->kind == RULE_TEACHING || r->kind == RULE_PRIVATE;
}

/* Nearest scope, then longest host, then longest path, then closed before open. */
static void keep_rule(struct ask *a, const struct rule *r)
{
	size_t path = r->path.n < 0xffff ? r->path.n : 0xffff;
	uint64_t rank = (uint64_t)nearness(a, r) << 32 | (uint64_t)(r->host.n & 0xff) << 24 | (uint64_t)path << 1 |
	                (r->kind == RULE_BLOCK);
	if (!a->rule || rank > a->rank) {
		a->rule = r;
		a->rank = rank;
	}
}

static void keep_first(const struct rule **at, const struct rule *r)
{
	if (!*at)
		*at = r;
}

static void keep(struct ask *a, const struct rule *r)
{
	switch (r->kind) {
	case RULE_HELP:     keep_first(&a->help, r); break;
	case RULE_OWN:      keep_first(&a->own, r); break;
	case RULE_TEACHING: keep_first(&a->teaching, r); break;
	case RULE_WALL:     keep_first(&a->wall, r); break;
	case RULE_BLOCK:
	case RULE_ALLOW:    keep_rule(a, r); break;
	case RULE_SEARCH:
		if (r->host.n == a->f->host.n)
			keep_first(&a->search, r);
		break;
	case RULE_HELD:     keep_first(&a->held, r); break;
	case RULE_SERVICE:  keep_first(&a->service, r); break;
	case RULE_IN_USE:   keep_first(&a->in_use, r); break;
	case RULE_DEVICE:   keep_first(&a->device, r); break;
	case RULE_PRIVATE:  keep_first(&a->unread, r); break;
	case RULE_SOURCE:
	case RULE_PLAYER:
	case RULE_PART:
	case RULE_WATCH:
	case RULE_EMBED:
	case RULE_EMBED_FOR:
	case RULE_EMBED_APPROVED:
	case N_RULE_KIND:   break;
	}
}

/* Whether it holds now or not: then the answer may change. */
static void note_times(struct ask *a, const struct rule *r)
{
	int64_t at = times_until(&a->p->calendar, r->times, r->n_times, a->f->now_utc, a->minute);
	if (at && nearness(a, r) && (!a->times_until || at < a->times_until))
		a->times_until = at;
}

bool ask_meant(const struct ask *a, const struct rule *r)
{
	return in_time(a, r) && nearness(a, r);
}

static void gather_rules(struct ask *a)
{
	struct rule_walk w;
	rule_walk_begin(&w, &a->p->rules, a->f->host);
	for (const struct rule *r; (r = rule_walk_next(&w));) {
		if (r->n_times)
			note_times(a, r);
		if (in_time(a, r) && nearness(a, r) && path_applies(a, r))
			keep(a, r);
	}
}

/* A name below a service is a service of its own when the register has it: what opens the one leaves the other closed. */
static void gather_service(struct ask *a)
{
	size_t held = a->held ? a->held->host.n : 0;
	if (a->service && a->service->host.n < held)
		a->service = NULL;
	if (a->in_use && a->in_use->host.n < held)
		a->in_use = NULL;
}

/* A live rule names its group, because it outlives snapshots. */
static bool live_meant(const struct ask *a, const struct rule *r)
{
	if (r->school && a->f->school && r->school != a->f->school)
		return false;
	if (r->scope != SCOPE_GROUP)
		return nearness(a, r);
	uint32_t of = groups_find(&a->p->groups, r->group);
	return of != GROUP_NONE && groups_distance(&a->p->groups, a->group, of) >= 0;
}

static void gather_live(struct ask *a)
{
	struct rule_walk w;
	rule_walk_begin(&w, live_rules(a->p->live), a->f->host);
	for (const struct rule *r; (r = rule_walk_next(&w));)
		if (in_time(a, r) && live_meant(a, r) && path_applies(a, r))
			keep_first(r->kind == RULE_BLOCK ? &a->live_block : &a->live_allow, r);
}

static void gather_session(struct ask *a)
{
	struct live_session s;
	a->session = a->f->session_open;
	if (a->p->live && live_session(a->p->live, a->f->class_id, a->f->now_utc, &s)) {
		a->session = true;
		a->session_walled = s.walled;
		a->session_until = s.until_utc;
	}
}

static void gather_hits(struct ask *a)
{
	struct addr addr;
	char last = a->f->host.p[a->f->host.n - 1];
	bool maybe = ascii_digit(last) || str_chr(a->f->host, ':') >= 0;
	if (maybe && addr_read(a->f->host, &addr) == OK)
		addrset_find(&a->p->addrs, addr, &a->hits);
	else
		hostset_find(&a->p->hosts, a->f->host, &a->hits);
	if (a->named)
		return;
	struct hits urls = { 0 };
	urlset_find(&a->p->urls, a->f->host, a->f->path, &urls);
	for (size_t i = 0; i < urls.n && a->hits.n < HITS_MAX; i++)
		a->hits.v[a->hits.n++] = urls.v[i];
}

void ask_gather(struct ask *a)
{
	a->group = groups_now(&a->p->groups, a->f->group, a->f->now_utc);
	a->g = &a->p->groups.v[a->group];
	a->network = a->f->network && a->f->network <= a->p->groups.n ? &a->p->groups.v[a->f->network - 1] : NULL;
	a->minute = calendar_minute(&a->p->calendar, a->f->now_utc);
	a->named = !a->f->path.p;
	gather_hits(a);
	gather_rules(a);
	gather_service(a);
	gather_session(a);
	if (a->p->live)
		gather_live(a);
}
