/* Changes of the filter, step by step. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/filter/change.h"
#include "house/filter/rules_file.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/table.h"

enum { TEXT_MAX_BYTES = 4000 };

static const struct part_radios_items directions[] = {
	{ .value = { "allow", 5 }, .label = { "Let it through", 14 } },
	{ .value = { "block", 5 }, .label = { "Stop it", 7 } },
	{ .value = { "category", 8 }, .label = { "Change a whole category", 23 },
	  .hint = { "Write the category's name above. The technician changes the policy files once it is agreed.", 91 } },
};

static struct str what_of(struct arena *a, const struct entry *e)
{
	struct str change = entry_value(e, "change");
	const char *verb = str_is(change, "allow") ? "Let through" : str_is(change, "block") ? "Stop" : "Change the category";
	return arena_fmt(a, "%s %.*s%.*s", verb, STRF(entry_value(e, "host")), STRF(entry_value(e, "path")));
}

static struct str waits_of(struct arena *a, const struct entry *e)
{
	static const struct { uint32_t bit; const char *words; } all[] = {
		{ WAIT_TECHNICAL, "the technical assessment" }, { WAIT_EDUCATIONAL, "the educational assessment" }, { WAIT_CONSENT, "leadership to agree" },
	};
	AUTO(buf_done) struct buf b = buf_init(200);
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (change_waits(e) & all[i].bit)
			buf_fmt(&b, "%s%s", b.n ? ", " : "", all[i].words);
	return arena_str(a, buf_str(&b));
}

static struct str state_of(const struct entry *e, const char **colour)
{
	if (str_is(e->state, "live") && !change_in_force(e, clock_utc())) {
		*colour = "grey";
		return STR("Lapsed");
	}
	return filter_state(e->state, colour);
}

/* ---- the list ---- */

/* How many files of rules were changed past all of this; for those who may look at them. */
static int64_t by_hand(struct page_ctx *c, bool files)
{
	struct store st = page_store(c);
	struct rules_file *v;
	size_t n, bad = 0;
	return files && rules_files_list(&st, c->arena, c->school, &v, &n, &bad) == OK ? (int64_t)bad : 0;
}

enum err changes_show(struct page_ctx *c)
{
	struct table t = table_read(c, 50);
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct str state = page_query(c, "state");
	struct entry_query q = { .reg = "filter-change", .states = { "proposed", "assessed", "consented" }, .offset = t.offset, .limit = 50 };
	struct entry_page page;
	if (str_is(state, "live"))
		memcpy(q.states, (const char *[ENTRY_STATES_MAX]){ "live" }, sizeof q.states);
	if (str_is(state, "past"))
		memcpy(q.states, (const char *[ENTRY_STATES_MAX]){ "ended", "refused", "withdrawn" }, sizeof q.states);
	if (t.q.n)
		q.where[q.n_where++] = (struct entry_where){ "host", ENTRY_STARTS, 0, t.q };
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	t.total = page.total;
	t.limit = 50;
	struct view_changes_rows *rows = arena_array(c->arena, struct view_changes_rows, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		const char *colour;
		struct str word = state_of(e, &colour);
		rows[i] = (struct view_changes_rows){ e->id, what_of(c->arena, e), filter_group_title(entry_value(e, "group")), word, str_z(colour),
			waits_of(c->arena, e), time_date_words(c->arena, e->made_utc) };
	}
	bool files = page_may(c, CAP_SCHOOL, ACCESS_READ);
	return page_show(c, changes, "Filter changes", .files = files, .by_hand = by_hand(c, files), .may_add = page_reach(c, CAP_RULE_PROPOSE, ACCESS_WRITE) & REACH_ALL, .q = t.q, .state = state,
		.rows = rows, .n_rows = page.n, .pages = table_pages(c, &t));
}

/* ---- proposing ---- */

static int64_t request_of(struct page_ctx *c)
{
	int64_t id = 0;
	struct str s = c->req->method == METHOD_GET ? page_query(c, "request") : page_field(c, "request");
	return str_i64(s, &id) == OK && id > 0 ? id : 0;
}

static struct str filled(struct page_ctx *c, const struct entry *request, const char *field, struct str from_request)
{
	/* on the way in an address may fill the form, as a risk profile's proposal does: whoever looks at it sends it, or not */
	return c->req->method == METHOD_POST ? page_field(c, field) : request->id ? from_request : str_upto(page_query(c, field), TEXT_MAX_BYTES);
}

static struct part_radios direction(struct page_ctx *c, bool asked)
{
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, ARRAY_N(directions));
	for (size_t i = 0; i < ARRAY_N(directions); i++) {
		items[i] = directions[i];
		items[i].checked = str_eq(c->req->method == METHOD_POST ? page_field(c, "change") : page_query(c, "change"), items[i].value) || (asked && i == 0 && c->req->method == METHOD_GET);
	}
	items[0].id = STR("change");
	return (struct part_radios){ .name = STR("change"), .legend = page_text(TEXT_changes_direction), .error = page_wrong_text(c, "change"),
		.items = items, .n_items = ARRAY_N(directions) };
}

static struct part_textarea area(struct page_ctx *c, const char *name, enum text_key label, struct str value)
{
	return (struct part_textarea){ .name = str_z(name), .label = page_text(label), .value = value, .error = page_wrong_text(c, name), .rows = 4 };
}

static enum err new_page(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct entry r = { 0 };
	int64_t id = request_of(c);
	if (id)
		TRY(entry_get(&st, c->arena, &may, id, 0, &r));
	if (id && !str_is(r.reg, "site-request"))
		return ERR_ABSENT;
	struct str site = arena_fmt(c->arena, "%.*s%.*s", STRF(entry_value(&r, "host")), STRF(entry_value(&r, "path")));
	return page_show(c, change_new, "Propose a change", .errors = page_errors(c), .request = id,
		.host = { .name = STR("host"), .label = page_text(TEXT_changes_host), .value = filled(c, &r, "host", site),
			.hint = page_text(TEXT_requests_host_hint), .error = page_wrong_text(c, "host") },
		.direction = direction(c, id != 0),
		.group = filter_groups(c, "group", TEXT_changes_for_whom, filled(c, &r, "group", entry_value(&r, "group")), true),
		.purpose = area(c, "purpose", TEXT_changes_purpose, filled(c, &r, "purpose", entry_value(&r, "why"))),
		.risk = area(c, "risk", TEXT_changes_risk, page_field(c, "risk")));
}

static bool may_propose(const struct page_ctx *c) { return page_reach(c, CAP_RULE_PROPOSE, ACCESS_WRITE) & REACH_ALL; }

enum err change_new_show(struct page_ctx *c) { return may_propose(c) ? new_page(c) : ERR_FORBIDDEN; }

/* A category's name is a word of the policy files. */
static void category_name(struct page_ctx *c, struct change_in *in)
{
	in->host = page_field(c, "host");
	bool good = in->host.n > 0 && in->host.n <= 60;
	for (size_t i = 0; i < in->host.n; i++)
		good &= (ascii_alpha(in->host.p[i]) && in->host.p[i] >= 'a') || in->host.p[i] == '-';
	if (!good)
		page_wrong(c, "host", "Write the category's name in small letters, like gaming.");
}

static bool among(const struct part_select *s, struct str v)
{
	for (size_t i = 1; i < s->n_items; i++)
		if (str_eq(s->items[i].value, v))
			return true;
	return false;
}

enum err change_new_do(struct page_ctx *c)
{
	if (!may_propose(c))
		return ERR_FORBIDDEN;
	struct change_in in = { .change = page_field(c, "change"), .group = page_field(c, "group"), .risk = page_field(c, "risk"), .request = request_of(c) };
	struct part_select groups = filter_groups(c, "group", TEXT_changes_for_whom, in.group, true);
	if (str_is(in.change, "category"))
		category_name(c, &in);
	else
		(void)filter_address(c, "host", &in.host, &in.path);      /* a finding is on the page */
	if (!str_is(in.change, "allow") && !str_is(in.change, "block") && !str_is(in.change, "category"))
		page_wrong(c, "change", "Say what should change.");
	if (!among(&groups, in.group))
		page_wrong(c, "group", "Say for whom.");
	in.purpose = page_need(c, "purpose", 2000, "Say what it is for.");
	if (in.risk.n > TEXT_MAX_BYTES)
		page_wrong(c, "risk", "This is too long: at most %d letters.", TEXT_MAX_BYTES);
	if (page_is_wrong(c))
		return new_page(c);
	struct store st = page_store(c);
	struct act act = page_act(c, "proposed a change of the filter");
	int64_t id;
	TRY(change_propose(&st, c->arena, &act, &in, &c->errors, &id));
	page_flash(c, FLASH_DONE, "Proposed. It now waits for its two assessments.");
	return page_redirect(c, "/changes/%lld", (long long)id);
}

/* ---- one change ---- */

struct one { struct store st; struct entry_may may; struct entry e; };

static enum err load(struct page_ctx *c, struct one *o)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	o->st = page_store(c);
	o->may = filter_may(c);
	TRY(entry_get(&o->st, c->arena, &o->may, id, 0, &o->e));
	return str_is(o->e.reg, "filter-change") ? OK : ERR_ABSENT;
}

static struct str name_in(struct page_ctx *c, const struct entry *e, const char *field)
{
	int64_t id = 0;
	struct str s = entry_value(e, field);
	return s.n && str_i64(s, &id) == OK && id ? person_name(c->db, c->arena, c->school, id) : STR_NONE;
}

static struct str moment(struct arena *a, const struct entry *e, const char *field)
{
	int64_t at;
	struct str s = entry_value(e, field);
	return s.n && time_read_iso(s, &at) == OK ? time_words(a, at) : STR_NONE;
}

static struct str signed_text(struct page_ctx *c, const struct entry *e, const char *by, struct str text)
{
	struct str name = name_in(c, e, by);
	return name.n ? arena_fmt(c->arena, "%.*s%s%.*s", STRF(name), text.n ? ": " : "", STRF(text)) : STR_NONE;
}

static struct part_summary summary(struct page_ctx *c, const struct entry *e)
{
	struct { struct str key, value; } all[] = {
		{ page_text(TEXT_changes_group), filter_group_title(entry_value(e, "group")) },
		{ page_text(TEXT_changes_purpose), entry_value(e, "purpose") },
		{ page_text(TEXT_changes_risk), entry_value(e, "risk") },
		{ page_text(TEXT_changes_technical), signed_text(c, e, "technical-by", entry_value(e, "technical")) },
		{ page_text(TEXT_changes_educational), signed_text(c, e, "educational-by", entry_value(e, "educational")) },
		{ page_text(TEXT_changes_consent), signed_text(c, e, "consent-by", moment(c->arena, e, "consent-on")) },
		{ STR("Ends"), moment(c->arena, e, "until") },
	};
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, ARRAY_N(all));
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (all[i].value.n)
			rows[n++] = (struct part_summary_rows){ .key = all[i].key, .value = all[i].value };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static enum err history(struct page_ctx *c, struct one *o, struct view_change_history **out, size_t *n)
{
	struct entry *v;
	TRY(entry_history(&o->st, c->arena, &o->may, o->e.id, &v, n));
	*out = arena_array(c->arena, struct view_change_history, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const char *colour;
		(*out)[i] = (struct view_change_history){ v[i].version, time_words(c->arena, v[i].changed_utc),
			person_name(c->db, c->arena, c->school, v[i].changed_by), filter_state(v[i].state, &colour), v[i].why };
	}
	return OK;
}

static enum err one_page(struct page_ctx *c, struct one *o)
{
	struct view_change_history *h;
	size_t n;
	const char *colour;
	const struct entry *e = &o->e;
	uint32_t may = filter_assess(c), waits = change_waits(e);
	bool live = str_is(e->state, "live"), pending = waits && !live;
	struct str state = state_of(e, &colour), waiting = waits_of(c->arena, e);
	TRY(history(c, o, &h, &n));
	return page_show(c, change, "Filter change", .id = e->id, .number = e->number, .what = what_of(c->arena, e), .state = state,
		.colour = str_z(colour), .waits = waiting.n ? arena_fmt(c->arena, "Waits for %.*s", STRF(waiting)) : STR_NONE, .errors = page_errors(c),
		.weakens = pending && change_weakens(e), .summary = summary(c, e), .history = h, .n_history = n,
		.technical = area(c, "technical", TEXT_changes_assess_technical, page_field(c, "technical")),
		.educational = area(c, "educational", TEXT_changes_assess_educational, page_field(c, "educational")),
		.may_technical = may & ASSESS_TECHNICAL && waits & WAIT_TECHNICAL, .may_educational = may & ASSESS_EDUCATIONAL && waits & WAIT_EDUCATIONAL,
		.may_consent = may & ASSESS_CONSENT && waits == WAIT_CONSENT, .may_stop = may && pending && !change_weakens(e),
		.may_refuse = may && pending, .may_withdraw = pending && e->made_by == c->person->id,
		.may_end = live && (change_weakens(e) ? may != 0 : (may & ASSESS_CONSENT) != 0),
		.why = { .name = STR("why"), .label = page_text(TEXT_changes_why), .value = page_field(c, "why"), .error = page_wrong_text(c, "why") });
}

enum err change_show(struct page_ctx *c)
{
	struct one o;
	TRY(load(c, &o));
	return one_page(c, &o);
}

/* What a step answered, on the page: it did not fit, or this person has had a part already. */
static enum err answer(struct page_ctx *c, struct one *o, enum err e, const char *done)
{
	if (e == ERR_EXISTS)
		page_wrong(c, "", "%.*s You have had a part in this change already.", STRF(page_text(TEXT_changes_needs_other)));
	else if (e == ERR_STATE || e == ERR_STALE)
		page_wrong(c, "", "The change has moved on since you opened the page. Please look again.");
	if (page_is_wrong(c))
		return one_page(c, o);
	TRY(e);
	if (done)
		page_flash(c, FLASH_DONE, "%s", done);
	return page_redirect(c, "/changes/%lld", (long long)o->e.id);
}

enum err change_assess_do(struct page_ctx *c)
{
	struct one o;
	bool technical = str_is(page_field(c, "side"), "technical");
	TRY(load(c, &o));
	if (!(filter_assess(c) & (technical ? ASSESS_TECHNICAL : ASSESS_EDUCATIONAL)))
		return ERR_FORBIDDEN;
	struct str found = page_need(c, technical ? "technical" : "educational", TEXT_MAX_BYTES, "Say what you found.");
	if (page_is_wrong(c))
		return one_page(c, &o);
	struct act act = page_act(c, technical ? "technical assessment" : "educational assessment");
	return answer(c, &o, change_assess(&o.st, c->arena, &act, &o.may, &o.e, technical ? SIDE_TECHNICAL : SIDE_EDUCATIONAL, found, &c->errors),
	              "The assessment is saved.");
}

/* The request that led here is answered with it. */
static enum err answer_request(struct page_ctx *c, struct one *o, const char *state, struct str words)
{
	struct entry r;
	int64_t id = 0;
	if (str_i64(entry_value(&o->e, "request"), &id) != OK || !id)
		return OK;
	TRY(entry_get(&o->st, c->arena, &o->may, id, 0, &r));
	if (!str_is(r.state, "asked"))
		return OK;
	struct act act = page_act(c, "answered by a filter change");
	struct entry_field f[] = { { STR("answer"), words } };
	struct entry_in in = { .reg = "site-request", .state = state, .fields = f, .n_fields = 1 };
	return entry_update(&o->st, &act, &o->may, r.id, r.version, &in, &c->errors);
}

enum err change_consent_do(struct page_ctx *c)
{
	struct one o;
	TRY(load(c, &o));
	if (!(filter_assess(c) & ASSESS_CONSENT))
		return ERR_FORBIDDEN;
	struct act act = page_act(c, "leadership agreed");
	enum err e = change_consent(&o.st, c->arena, &act, &o.may, &o.e, &c->errors);
	if (e == OK) {
		struct str group = filter_group_title(entry_value(&o.e, "group"));
		bool opens = str_is(entry_value(&o.e, "change"), "allow");
		TRY(answer_request(c, &o, opens ? "granted" : "refused", arena_fmt(c->arena, "%s: %.*s", opens ? "Let through" : "Stopped", STRF(group))));
		filter_publish(c);
	}
	return answer(c, &o, e, NULL);
}

enum err change_stop_do(struct page_ctx *c)
{
	struct one o;
	TRY(load(c, &o));
	if (!filter_assess(c))
		return ERR_FORBIDDEN;
	struct act act = page_act(c, "stopped at once");
	enum err e = change_stop_now(&o.st, c->arena, &act, &o.may, &o.e, &c->errors);
	if (e == OK)
		filter_publish(c);
	return answer(c, &o, e, NULL);
}

enum err change_withdraw_do(struct page_ctx *c)
{
	struct one o;
	TRY(load(c, &o));
	struct act act = page_act(c, "withdrawn by the proposer");
	return answer(c, &o, change_close(&o.st, c->arena, &act, &o.may, &o.e, CLOSE_WITHDRAWN, &c->errors), "The proposal is withdrawn.");
}

static enum err close_with_reason(struct page_ctx *c, enum change_close how)
{
	struct one o;
	TRY(load(c, &o));
	bool block = !change_weakens(&o.e);
	uint32_t need = how == CLOSE_ENDED && block ? ASSESS_CONSENT : ~0u;       /* to end a stop lets more through: leadership's */
	if (!(filter_assess(c) & need))
		return ERR_FORBIDDEN;
	struct str why = page_need(c, "why", 400, "Say why.");
	if (page_is_wrong(c))
		return one_page(c, &o);
	struct act act = page_act(c, arena_z(c->arena, why));
	enum err e = change_close(&o.st, c->arena, &act, &o.may, &o.e, how, &c->errors);
	if (e == OK && how == CLOSE_REFUSED)
		TRY(answer_request(c, &o, "refused", why));
	if (e == OK && how == CLOSE_ENDED)
		filter_publish(c);
	return answer(c, &o, e, how == CLOSE_REFUSED ? "The change is refused." : NULL);
}

enum err change_refuse_do(struct page_ctx *c) { return close_with_reason(c, CLOSE_REFUSED); }
enum err change_end_do(struct page_ctx *c) { return close_with_reason(c, CLOSE_ENDED); }
