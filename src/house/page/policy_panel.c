/* The document panel, and how evidence is shown. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/page/leans.h"
#include "house/page/page_store.h"
#include "house/page/policy.h"
#include "house/service/service.h"

enum { ROWS_MAX = 20 };

enum err page_evidence(struct page_ctx *c, struct store *room, struct evidence_ask *out)
{
	if (!c->web->library || !c->web->registers || !c->web->keys)
		return ERR_UNSUPPORTED;
	*room = page_store(c);
	*out = (struct evidence_ask){ .store = room, .activity = c->activity, .library = c->web->library, .school = c->school, .now_utc = clock_utc(),
		.viewer = c->person ? c->person->id : 0 };
	return OK;
}

struct part_known page_known(struct page_ctx *c, const struct evidence *e)
{
	return (struct part_known){ .measured = e->measured, .age = evidence_age(c->arena, e->at_utc, clock_utc()), .stale = e->stale };
}

struct part_tag page_status_tag(const struct evidence *e)
{
	static const struct part_tag tags[] = {
		[STATUS_NONE] = { STR("Nothing to judge yet"), STR("grey") }, [STATUS_RED] = { STR("Red"), STR("red") },
		[STATUS_AMBER] = { STR("Amber"), STR("yellow") }, [STATUS_GREEN] = { STR("Green"), STR("green") },
	};
	return tags[e->status];
}

struct str page_policy_title(const struct page_ctx *c, const struct document *doc)
{
	struct str own = doc->e.id ? entry_value(&doc->e, "title") : STR_NONE;
	struct str title = c->web->library ? profile_text(&c->web->library->profile, "policy.title") : STR_NONE;
	return own.n ? own : title.n ? title : STR("Online safety policy");
}

struct str page_review_owner(struct page_ctx *c, const struct document *doc)
{
	int64_t id = 0;
	struct person *p;
	size_t n;
	if (!doc->e.id || !doc->overdue)
		return STR_NONE;
	if (str_i64(entry_value(&doc->e, "owner"), &id) == OK && id > 0)
		return page_who(c, id);
	if (person_of_role(c->db, c->arena, c->school, ROLE_DSL, &p, &n) == OK && n)
		return p[0].name;
	return STR("the safeguarding lead, whose role nobody holds");
}

struct rows { struct part_summary_rows *v; size_t n; };

static void row(struct rows *r, enum text_key key, struct str value)
{
	assert(r->n < ROWS_MAX);
	if (value.n)
		r->v[r->n++] = (struct part_summary_rows){ .key = page_text(key), .value = value };
}

static struct str signed_by(struct page_ctx *c, const struct document *d, const char *who, const char *on, bool holds, bool names)
{
	int64_t id = 0, at = 0;
	if (!holds || time_read_iso(entry_value(&d->e, on), &at) != OK)
		return page_text(TEXT_version_unsigned);
	if (!names || str_i64(entry_value(&d->e, who), &id) != OK)
		return time_date_words(c->arena, at);
	return arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, id)), STRF(time_date_words(c->arena, at)));
}

static void version_rows(struct page_ctx *c, struct rows *r, const struct document *d, bool names)
{
	struct str on = entry_value(&d->e, "approved"), body = entry_value(&d->e, "body"), minute = entry_value(&d->e, "minute");
	row(r, TEXT_policy_version, entry_value(&d->e, "label"));
	if (d->approved)
		row(r, TEXT_policy_approved, arena_fmt(c->arena, "%.*s, %.*s%s%.*s", STRF(on), STRF(body), minute.n ? ", minute " : "", STRF(minute)));
	if (d->review_utc)
		row(r, TEXT_policy_review, time_date_words(c->arena, d->review_utc));
	row(r, TEXT_policy_governor, signed_by(c, d, "governor", "governor-on", d->by_governor, names));
	row(r, TEXT_policy_head, signed_by(c, d, "head", "head-on", d->by_head, names));
	if (names)
		row(r, TEXT_version_authors, entry_value(&d->e, "authors"));
	row(r, TEXT_version_adviser, entry_value(&d->e, "adviser"));
	row(r, TEXT_version_adviser_on, entry_value(&d->e, "adviser-on"));
	row(r, TEXT_version_adviser_permission, entry_value(&d->e, "adviser-permission"));
}

/* 7.3.2-01, 7.3.2-07, 7.10-01: what the policy names, from the register of services, then the profile; a gap says so. */
static void technology_rows(struct page_ctx *c, struct rows *r)
{
	static const struct { const char *kind, *param; enum text_key key; } all[] = {
		{ "internet", "net.provider", TEXT_service_provider }, { "filter", "filter.supplier", TEXT_service_filter }, { "platform", "platform.name", TEXT_service_platform },
	};
	struct store st = page_store(c);
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct str name;
		if (service_named(&st, c->arena, c->school, all[i].kind, &name) != OK)
			name = STR_NONE;
		if (!name.n)
			name = profile_text(&c->web->library->profile, all[i].param);
		row(r, all[i].key, name.n ? name : page_text(TEXT_service_not_stated));
		r->v[r->n - 1].gap = !name.n;
	}
}

/* 11.7-02: whether the school has adopted one; a gap says so. */
static void extremism_row(struct page_ctx *c, struct rows *r)
{
	struct linked_now *v;
	size_t n;
	if (page_linked(c, &v, &n) != OK)
		return;
	struct str word = linked_extremism(&c->web->library->profile, v, n);
	row(r, TEXT_linked_extremism, str_is(word, "adopted") ? STR("Adopted") : word.n ? STR("Not adopted") : page_text(TEXT_linked_extremism_gap));
}

struct part_summary page_document_panel(struct page_ctx *c, const struct document *doc, bool names)
{
	struct rows r = { arena_array(c->arena, struct part_summary_rows, ROWS_MAX), 0 };
	row(&r, TEXT_policy_owner, str_z(c->web->school_name));
	if (c->web->library)
		row(&r, TEXT_policy_profile, c->web->library->profile.title);
	if (c->web->library && c->web->registers && c->web->keys) {
		technology_rows(c, &r);
		extremism_row(c, &r);
	}
	if (doc->e.id)
		version_rows(c, &r, doc, names);
	return (struct part_summary){ .rows = r.v, .n_rows = r.n };
}
