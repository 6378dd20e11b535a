#include "policy/decide/download.h"

#include "policy/decide/ask.h"

static bool is_source(const struct policy *p, const struct facts *f, uint32_t group)
{
	struct rule_walk w;
	struct ask a = { .p = p, .f = f, .group = group, .minute = calendar_minute(&p->calendar, f->now_utc) };
	rule_walk_begin(&w, &p->rules, f->host);
	for (const struct rule *r; (r = rule_walk_next(&w));)
		if (r->kind == RULE_SOURCE && ask_meant(&a, r) && (!r->path.n || rule_path_covers(r->path, f->path)))
			return true;
	return false;
}

uint32_t download_closed(const struct policy *p, const struct facts *f)
{
	if (!p || !p->downloads.n)
		return 0;
	uint32_t group = groups_now(&p->groups, f->group, f->now_utc), closed = p->groups.v[group].downloads;
	uint32_t approved = closed & downloads_approved(&p->downloads);
	return approved && is_source(p, f, group) ? closed & ~approved : closed;
}
