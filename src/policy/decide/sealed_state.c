#include "policy/decide/sealed_state.h"

#include "base/mem.h"
#include "base/time.h"
#include "policy/read/tables.h"

static const struct { const char *word, *text; } causes[] = {
#define SEALED_CAUSE_ROW_(name, word, text) { word, text },
	SEALED_CAUSE_TABLE(SEALED_CAUSE_ROW_)
#undef SEALED_CAUSE_ROW_
};

const char *sealed_cause_word(enum sealed_cause c) { return causes[c].word; }
const char *sealed_cause_text(enum sealed_cause c) { return causes[c].text; }

bool sealed_cause_of(struct str word, enum sealed_cause *out)
{
	for (int c = SEALED_FINE + 1; c < SEALED_CAUSES; c++)
		if (str_is(word, causes[c].word)) {
			*out = (enum sealed_cause)c;
			return true;
		}
	return false;
}

/* ---- what the snapshot knows ---- */

static int64_t newest(const struct policy *p, uint16_t category)
{
	int64_t at = 0;
	for (uint16_t i = 0; i < p->catalog.lists_n; i++) {
		struct list l = catalog_list(&p->catalog, i);
		if (l.category == category && l.entries && l.read_utc > at)
			at = l.read_utc;
	}
	return at;
}

size_t sealed_feeds(const struct policy *p, struct sealed_feed out[SEALED_FEEDS_MAX])
{
	size_t n = 0;
	for (uint16_t i = 0; i < p->catalog.categories_n && n < SEALED_FEEDS_MAX; i++) {
		struct category c = catalog_category(&p->catalog, i);
		if (c.flags & CATEGORY_SEALED)
			out[n++] = (struct sealed_feed){ c.title, newest(p, i) };
	}
	return n;
}

/* A feed that is fresh does not hide another that has stopped. */
static void feed_of(const struct sealed_feed *x, struct sealed_facts *f)
{
	if (!x->read_utc)
		f->missing = x->title;
	else if (!f->feed_utc || x->read_utc < f->feed_utc)
		f->feed_utc = x->read_utc;
}

struct sealed_facts sealed_facts_of(const struct policy *p)
{
	struct sealed_facts f = { .entries = sealed_count(p->snapshot), .supplier = policy_text(p, "upstream-filter.supplier") };
	struct sealed_feed feeds[SEALED_FEEDS_MAX];
	size_t n = sealed_feeds(p, feeds);
	for (size_t i = 0; i < n; i++)
		feed_of(&feeds[i], &f);
	for (uint32_t g = 0; g < p->groups.n; g++)
		f.inspection |= (p->groups.v[g].flags & GROUP_INSPECT) != 0;
	if (time_read_date(policy_text(p, "upstream-filter.tested"), &f.supplier_tested_utc) != OK)
		f.supplier_tested_utc = 0;
	return f;
}

/* ---- what follows ---- */

bool sealed_upstream_holds(const struct sealed_facts *f, int64_t now_utc)
{
	return f->upstream.any && f->upstream.held_utc > f->upstream.open_utc && now_utc - f->upstream.held_utc <= SEALED_ASKED_S;
}

static bool today(int64_t utc, int64_t now_utc) { return utc && time_uk_midnight(utc) == time_uk_midnight(now_utc); }

static struct str moment(struct arena *a, int64_t utc, int64_t now_utc)
{
	struct str clock = time_clock_words(a, utc);
	return today(utc, now_utc) ? arena_fmt(a, "at %.*s today", STRF(clock)) : arena_fmt(a, "on %.*s", STRF(time_words(a, utc)));
}

static struct str age(struct arena *a, int64_t utc, int64_t now_utc)
{
	int64_t minutes = (now_utc - utc) / 60;
	if (minutes < 60)
		return STR("within the last hour");
	return minutes < 120 ? STR("an hour ago") : arena_fmt(a, "%lld hours ago", (long long)(minutes / 60));
}

static struct str whose(const struct sealed_facts *f) { return f->supplier.n ? f->supplier : STR("the supplier"); }

#define STATE(light, cause, since, ...) ((struct sealed_state){ LIGHT_##light, SEALED_##cause, (since), arena_fmt(a, __VA_ARGS__) })

/* Its agreed test names are asked each hour. */
static struct sealed_state asked_upstream(struct arena *a, const struct sealed_facts *f, int64_t now_utc)
{
	struct str who = whose(f);
	int64_t held = f->upstream.held_utc;
	if (!held)
		return STATE(RED, SILENT, 0, "The filter of %.*s should apply the protected lists; its test names were asked for and nothing has shown that yet.", STRF(who));
	struct str at = moment(a, held, now_utc);
	if (now_utc - held > SEALED_SILENT_S)
		return STATE(RED, SILENT, held, "The filter of %.*s could not be asked any more; it was seen to apply the protected lists last %.*s.", STRF(who), STRF(at));
	if (!sealed_upstream_holds(f, now_utc))
		return STATE(AMBER, FINE, 0, "The filter of %.*s gave no answer lately; it was seen to apply the protected lists last %.*s.", STRF(who), STRF(at));
	if (f->upstream_lacks.n)
		return STATE(AMBER, FINE, 0, "The filter of %.*s refused its test names %.*s; no test name was agreed for %.*s.", STRF(who), STRF(at), STRF(f->upstream_lacks));
	return STATE(GREEN, FINE, 0, "The filter of %.*s applies the protected lists: it refused its test names %.*s.", STRF(who), STRF(at));
}

static struct sealed_state no_feed(struct arena *a, const struct sealed_facts *f, int64_t now_utc)
{
	if (f->upstream.any)
		return asked_upstream(a, f, now_utc);
	if (!f->supplier.n)
		return STATE(RED, NONE, 0, "No protected list is loaded here, and no supplier's filter stands in front.");
	int64_t tested = f->supplier_tested_utc;
	if (!tested || now_utc - tested > SEALED_SUPPLIER_S)
		return STATE(RED, UNTESTED, tested ? tested + SEALED_SUPPLIER_S : 0, "The filter of %.*s should apply the protected lists; that has not been tested for three months.", STRF(f->supplier));
	struct str day = time_date_words(a, tested);
	return STATE(AMBER, FINE, 0, "The filter of %.*s applies the protected lists, tested by hand on %.*s. With its test names, Gatehouse asks each hour.", STRF(f->supplier), STRF(day));
}

/* The supplier is trusted a while longer than it is shown green. */
static bool vouched(const struct sealed_facts *f, int64_t now_utc)
{
	if (f->upstream.any)
		return f->upstream.held_utc && now_utc - f->upstream.held_utc <= SEALED_SILENT_S;
	return f->supplier.n && f->supplier_tested_utc && now_utc - f->supplier_tested_utc <= SEALED_SUPPLIER_S;
}

static struct sealed_state own_feed(struct arena *a, const struct sealed_facts *f, int64_t now_utc)
{
	struct str old = age(a, f->feed_utc, now_utc);
	if (!today(f->own.held_utc, now_utc))
		return STATE(AMBER, FINE, 0, "The protected lists are loaded, read %.*s; their test names have not been refused today yet.", STRF(old));
	if (f->missing.n && !sealed_upstream_holds(f, now_utc))
		return STATE(AMBER, FINE, 0, "One list is applied here, read %.*s; the filter of %.*s should apply the other (%.*s), which no test of this hour shows.", STRF(old), STRF(whose(f)), STRF(f->missing));
	if (!f->inspection)
		return STATE(AMBER, FINE, 0, "The protected lists, read %.*s, are applied to names; pages inside encrypted sites cannot be compared without inspection.", STRF(old));
	struct str at = time_clock_words(a, f->own.held_utc);
	return STATE(GREEN, FINE, 0, "The protected lists, read %.*s, are applied; their test names were refused at %.*s today.", STRF(old), STRF(at));
}

struct sealed_state sealed_state(struct arena *a, const struct sealed_facts *f, int64_t now_utc)
{
	if (f->upstream.any && f->upstream.open_utc > f->upstream.held_utc) {
		struct str who = whose(f), at = moment(a, f->upstream.open_utc, now_utc);
		return STATE(RED, UPSTREAM, f->upstream.open_utc, "The filter of %.*s let a test name of the protected lists through %.*s. Speak to them now.", STRF(who), STRF(at));
	}
	if (!f->entries)
		return no_feed(a, f, now_utc);
	if (now_utc - f->feed_utc > SEALED_FRESH_S) {
		struct str day = time_words(a, f->feed_utc);
		return STATE(RED, STALE, f->feed_utc + SEALED_FRESH_S, "The protected lists are of %.*s: their feed has stopped.", STRF(day));
	}
	if (f->own.open_utc > f->own.held_utc) {
		struct str at = moment(a, f->own.open_utc, now_utc);
		return STATE(RED, OPEN, f->own.open_utc, "A test name of a protected list was not refused %.*s: see the filter's own test.", STRF(at));
	}
	if (f->missing.n && !vouched(f, now_utc))
		return STATE(RED, MISSING, 0, "Nothing of this list is loaded here: %.*s. And no supplier's filter is shown to apply it.", STRF(f->missing));
	return own_feed(a, f, now_utc);
}
