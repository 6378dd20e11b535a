#include "policy/decide/sealed_state.h"

#include "base/time.h"
#include "policy/read/tables.h"

struct sealed_facts sealed_facts_of(const struct policy *p)
{
	struct sealed_facts f = { .entries = sealed_count(p->snapshot), .supplier = policy_text(p, "upstream-filter.supplier") };
	for (uint16_t i = 0; i < p->catalog.lists_n; i++) {
		struct list l = catalog_list(&p->catalog, i);
		if (catalog_category(&p->catalog, l.category).flags & CATEGORY_SEALED && l.entries && l.read_utc > f.feed_utc)
			f.feed_utc = l.read_utc;
	}
	if (time_read_date(policy_text(p, "upstream-filter.tested"), &f.supplier_tested_utc) != OK)
		f.supplier_tested_utc = 0;
	return f;
}

static struct sealed_state no_feed(struct arena *a, const struct sealed_facts *f, int64_t now_utc)
{
	if (!f->supplier.n)
		return (struct sealed_state){ LIGHT_RED, STR("No sealed list is loaded here, and no supplier's filter stands in front.") };
	if (!f->supplier_tested_utc || now_utc - f->supplier_tested_utc > SEALED_SUPPLIER_S)
		return (struct sealed_state){ LIGHT_RED, arena_fmt(a, "The filter of %.*s should apply the sealed lists; that has not been tested for three months.", STRF(f->supplier)) };
	struct str day = time_date_words(a, f->supplier_tested_utc);
	return (struct sealed_state){ LIGHT_AMBER, arena_fmt(a, "The filter of %.*s applies the sealed lists, tested on %.*s.", STRF(f->supplier), STRF(day)) };
}

struct sealed_state sealed_state(struct arena *a, const struct sealed_facts *f, int64_t now_utc)
{
	if (!f->entries)
		return no_feed(a, f, now_utc);
	struct str day = time_date_words(a, f->feed_utc);
	if (now_utc - f->feed_utc > SEALED_FRESH_S)
		return (struct sealed_state){ LIGHT_RED, arena_fmt(a, "The sealed lists are of %.*s: their feed has stopped.", STRF(day)) };
	if (time_uk_midnight(f->refused_utc) != time_uk_midnight(now_utc))
		return (struct sealed_state){ LIGHT_AMBER, STR("The sealed lists are loaded; their test names have not been refused today yet.") };
	if (!f->inspection)
		return (struct sealed_state){ LIGHT_AMBER, STR("The sealed lists are applied to names; pages inside encrypted sites cannot be compared without inspection.") };
	return (struct sealed_state){ LIGHT_GREEN, arena_fmt(a, "The sealed lists of %.*s are applied; their test names were refused today.", STRF(day)) };
}
