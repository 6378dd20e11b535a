/* The school's own words: change an agreement, compare it with what is in force, have somebody else look, put it in
 * force, retire it; days of grace; who has checked a translation. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/page/agreement_edit.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"

enum { NEW_ROWS = 3, ROWS_MAX = 60, RULE_MAX_BYTES = 600 };

static const struct { const char *name, *title; } pictures[] = {
	{ "", "No symbol" }, { "hand-up", "A raised hand" }, { "tell", "Telling a grown-up" }, { "heart", "A heart" }, { "lock", "A lock" }, { "key", "A key" },
	{ "eye", "An eye" }, { "phone", "A phone, crossed out" }, { "screen-off", "A screen that is off" }, { "friends", "Friends" }, { "strangers", "Somebody unknown" },
	{ "search", "A magnifying glass" }, { "book", "A book" }, { "letter", "A letter" }, { "shield", "A shield" },
};

bool page_agreement_data(struct page_ctx *c, struct agreement_data *out)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	*out = (struct agreement_data){ 0 };
	return c->web->library && agreement_data_load(c->arena, cli_data(), &c->web->library->profile, &d, out) == OK;
}

static bool known(struct str audience)
{
	for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++)
		if (str_is(audience, agreement_audiences[i].word))
			return true;
	return false;
}

struct agreement page_with_own_lines(struct page_ctx *c, const struct agreement *brought, const struct agreement *now)
{
	struct agreement g = *brought;
	g.rules = arena_array(c->arena, struct agreement_rule, brought->n + now->n + 1);
	for (size_t i = 0; i < brought->n; i++)
		g.rules[i] = brought->rules[i];
	for (size_t i = 0; i < now->n; i++)
		if (str_starts(now->rules[i].id, STR(AGREEMENT_OWN)))
			g.rules[g.n++] = now->rules[i];
	return g;
}

/* What the form begins with: the draft, else what is in force, else what the program brings. */
static enum err begin_with(struct page_ctx *c, struct str audience, const struct agreement_data *data, struct agreement *out)
{
	struct store st = page_store(c);
	struct agreement_active g;
	enum err e = agreement_draft(&st, c->arena, c->school, audience, &g);
	if (e == ERR_ABSENT)
		e = agreement_in_force(&st, c->arena, c->school, audience, &g);
	if (e == OK) {
		*out = g.text;
		return OK;
	}
	const struct agreement *brought = e == ERR_ABSENT ? agreement_find(&data->texts, audience, STR("en")) : NULL;
	if (!brought)
		return e;
	*out = *brought;
	return OK;
}

/* ---- the form ---- */

static struct str tag_titles(struct page_ctx *c, const struct agreement_data *data, struct str tags)
{
	AUTO(buf_done) struct buf b = buf_init(2000);
	struct agreement_rule r = { .tag = tags };
	for (size_t i = 0; i < data->n_tags; i++)
		if (agreement_has_tag(&r, data->tags[i].id))
			buf_fmt(&b, "%s%.*s", b.n ? "; " : "", STRF(data->tags[i].title));
	return b.n ? arena_str(c->arena, buf_str(&b)) : page_text(TEXT_edit_own_subject);
}

static struct part_select picture_choice(struct page_ctx *c, size_t row, struct str now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(pictures));
	for (size_t i = 0; i < ARRAY_N(pictures); i++)
		items[i] = (struct part_select_items){ str_z(pictures[i].name), str_z(pictures[i].title), str_is(now, pictures[i].name) };
	return (struct part_select){ .name = arena_fmt(c->arena, "picture-%zu", row), .label = page_text(TEXT_edit_picture), .items = items, .n_items = ARRAY_N(pictures) };
}

static struct part_select tag_choice(struct page_ctx *c, const struct agreement_data *data, size_t row, struct str now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, data->n_tags + 1);
	items[0] = (struct part_select_items){ STR("own"), page_text(TEXT_edit_own_subject), !now.n };
	for (size_t i = 0; i < data->n_tags; i++)
		items[i + 1] = (struct part_select_items){ data->tags[i].id, data->tags[i].title, str_eq(now, data->tags[i].id) };
	return (struct part_select){ .name = arena_fmt(c->arena, "tag-%zu", row), .label = page_text(TEXT_edit_tag), .items = items, .n_items = data->n_tags + 1 };
}

static enum err form_page(struct page_ctx *c, struct str audience, const struct agreement_data *data, const struct agreement *g)
{
	struct view_agreement_edit_rules *rules = arena_array(c->arena, struct view_agreement_edit_rules, g->n + NEW_ROWS);
	size_t n = g->n + NEW_ROWS > ROWS_MAX ? g->n : g->n + NEW_ROWS;
	for (size_t i = 0; i < n; i++) {
		struct agreement_rule r = i < g->n ? g->rules[i] : (struct agreement_rule){ 0 };
		struct str name = arena_fmt(c->arena, "text-%zu", i);
		rules[i] = (struct view_agreement_edit_rules){ .row = (int64_t)i, .id = r.id, .tags = r.tag, .titles = i < g->n ? tag_titles(c, data, r.tag) : STR_NONE,
			.fresh = i >= g->n, .picture = picture_choice(c, i, r.picture), .tag = tag_choice(c, data, i, r.tag),
			.text = { .name = name, .label = i < g->n ? arena_fmt(c->arena, "Rule %zu", i + 1) : page_text(TEXT_edit_new_rule), .value = r.text, .rows = 2,
				.error = page_wrong_text(c, arena_z(c->arena, name)) } };
	}
	return page_show(c, agreement_edit, "Change an agreement", .errors = page_errors(c), .audience = audience, .for_whom = str_z(agreement_audience_title(audience)), .n = (int64_t)n,
		.title = { .name = STR("title"), .label = page_text(TEXT_edit_title_field), .value = g->title, .error = page_wrong_text(c, "title") },
		.grace = { .name = STR("grace"), .label = page_text(TEXT_agreements_grace), .hint = page_text(TEXT_edit_grace_hint), .mode = STR("numeric"), .width = STR("3"),
			.value = arena_fmt(c->arena, "%lld", (long long)g->grace_days), .error = page_wrong_text(c, "grace") },
		.notice = { .name = STR("notice"), .label = page_text(TEXT_agreement_notice), .value = g->notice, .rows = 3, .error = page_wrong_text(c, "notice") },
		.offline = { .name = STR("offline"), .label = page_text(TEXT_edit_offline), .value = g->offline, .rows = 2, .error = page_wrong_text(c, "offline") },
		.rules = rules, .n_rules = n);
}

enum err agreement_edit_show(struct page_ctx *c)
{
	struct agreement_data data;
	struct agreement g;
	struct str audience = page_param(c, "audience");
	if (!known(audience))
		return ERR_ABSENT;
	if (!page_agreement_data(c, &data))
		return ERR_STATE;
	TRY(begin_with(c, audience, &data, &g));
	return form_page(c, audience, &data, &g);
}

static struct str row_field(struct page_ctx *c, const char *name, size_t row)
{
	return page_field(c, arena_fmt(c->arena, "%s-%zu", name, row).p);
}

static bool picture_known(struct str name)
{
	for (size_t i = 0; i < ARRAY_N(pictures); i++)
		if (str_is(name, pictures[i].name))
			return true;
	return false;
}

/* The rule of one row; an empty text takes the rule away.  Existing rules keep what they are about. */
static bool row_read(struct page_ctx *c, const struct agreement *was, size_t row, struct agreement_rule *out)
{
	const char *field = arena_fmt(c->arena, "text-%zu", row).p;
	struct str text = page_field(c, field), picture = row_field(c, "picture", row), tag = row_field(c, "tag", row);
	const struct agreement_rule *old = agreement_rule_find(was, row_field(c, "id", row));
	if (!text.n)
		return false;
	if (text.n > RULE_MAX_BYTES)
		page_wrong(c, field, "This is too long: at most %d letters.", RULE_MAX_BYTES);
	*out = (struct agreement_rule){ .text = text, .picture = picture_known(picture) ? picture : STR_NONE,
		.tag = old && row_field(c, "id", row).n ? old->tag : tag.n ? tag : STR("own"),
		.id = old && row_field(c, "id", row).n ? old->id : arena_fmt(c->arena, AGREEMENT_OWN "%lld-%zu", (long long)clock_utc(), row) };
	return true;
}

static void words_read(struct page_ctx *c, struct agreement *g)
{
	struct agreement was = *g;
	int64_t grace = 0;
	g->title = page_need(c, "title", 200, "Give it a title.");
	g->notice = page_need(c, "notice", 2000, "Say what the school can see.");
	g->offline = page_need(c, "offline", 2000, "Say what somebody who declines is offered.");
	if (str_i64(page_field(c, "grace"), &grace) != OK || grace < 0 || grace > 366)
		page_wrong(c, "grace", "Write a number of days from 0 to 366.");
	g->grace_days = grace;
	g->rules = arena_array(c->arena, struct agreement_rule, ROWS_MAX);
	g->n = 0;
	for (size_t row = 0; row < ROWS_MAX; row++)
		if (row_read(c, &was, row, &g->rules[g->n]))
			g->n++;
	if (!g->n)
		page_wrong(c, "text-0", "An agreement needs at least one rule.");
}

enum err agreement_edit_do(struct page_ctx *c)
{
	struct agreement_data data;
	struct agreement g;
	struct store st = page_store(c);
	struct act act = page_act(c, "changed the words of an agreement");
	struct str audience = page_param(c, "audience");
	int64_t entry;
	if (!known(audience))
		return ERR_ABSENT;
	if (!page_agreement_data(c, &data))
		return ERR_STATE;
	TRY(begin_with(c, audience, &data, &g));
	words_read(c, &g);
	if (page_is_wrong(c))
		return form_page(c, audience, &data, &g);
	g.mandatory = agreement_mandatory(c->arena, data.tags, data.n_tags, &c->web->library->profile, audience);
	TRY(agreement_draft_put(&st, c->arena, &act, &g, &c->errors, &entry));
	page_flash(c, FLASH_DONE, "The draft is kept. Look at it below; somebody else puts it in force.");
	return page_redirect(c, "/agreements/version/%lld", (long long)entry);
}

/* ---- one version ---- */

static bool keeps(const struct page_ctx *c) { return page_may(c, CAP_POLICY_TEXT, ACCESS_WRITE) || page_may(c, CAP_POLICY_TEXT, ACCESS_APPROVE); }

static void differ(struct view_agreement_version_changes *out, size_t *n, enum text_key what, struct str before, struct str after)
{
	if (!str_eq(before, after))
		out[(*n)++] = (struct view_agreement_version_changes){ page_text(!before.n ? TEXT_edit_added : !after.n ? TEXT_edit_removed : what), before, after };
}

/* What is different from `before`. */
static void compare(struct page_ctx *c, const struct agreement *before, const struct agreement *g, struct view_agreement_version *v)
{
	struct view_agreement_version_changes *out = arena_array(c->arena, struct view_agreement_version_changes, before->n + g->n + 4);
	size_t n = 0;
	differ(out, &n, TEXT_edit_changed, before->title, g->title);
	differ(out, &n, TEXT_edit_changed, before->notice, g->notice);
	differ(out, &n, TEXT_edit_changed, before->offline, g->offline);
	for (size_t i = 0; i < g->n; i++) {
		const struct agreement_rule *was = agreement_rule_find(before, g->rules[i].id);
		differ(out, &n, TEXT_edit_changed, was ? was->text : STR_NONE, g->rules[i].text);
	}
	for (size_t i = 0; i < before->n; i++)
		if (!agreement_rule_find(g, before->rules[i].id))
			differ(out, &n, TEXT_edit_changed, before->rules[i].text, STR_NONE);
	v->changes = out;
	v->n_changes = n;
}

/* The version to compare with: what is in force for a draft, else the one before. */
static enum err before_of(struct page_ctx *c, const struct agreement_active *g, struct agreement_active *out)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "agreement", .states = { "active", "retired" }, .order_by = "version", .limit = 1, .n_where = 2,
		.where = { { "audience", ENTRY_IS, 0, g->text.audience }, { "version", ENTRY_UPTO, g->text.version - 1, STR_NONE } } };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	return page.n ? agreement_version(&st, c->arena, c->school, page.entries[0].id, out) : ERR_ABSENT;
}

static enum err translations(struct page_ctx *c, const struct agreement_active *g, struct view_agreement_version *v)
{
	struct store st = page_store(c);
	struct agreement_translation *t;
	size_t n;
	TRY(agreement_translations(&st, c->arena, c->school, g->entry, &t, &n));
	struct view_agreement_version_languages *rows = arena_array(c->arena, struct view_agreement_version_languages, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_agreement_version_languages){ .id = t[i].entry, .name = promises_words(c, t[i].text.language).english, .code = t[i].text.language,
			.confirmed = t[i].confirmed, .checked_by = t[i].checked_by };
	v->languages = rows;
	v->n_languages = n;
	return OK;
}

static struct str missing_titles(struct page_ctx *c, const struct agreement *g)
{
	struct agreement_data data;
	struct agreement rest = *g;
	struct str tag = agreement_missing(&rest);
	if (!tag.n || !page_agreement_data(c, &data))
		return tag;
	return tag_titles(c, &data, tag);
}

enum err agreement_version_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct agreement_active g, before = { 0 };
	struct agreement_translation other = { 0 };
	int64_t id, language = page_query_int(c, "language", 0, 1, INT64_MAX);
	if (!page_may(c, CAP_ACCOUNTS, ACCESS_READ) && !keeps(c))
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	TRY(agreement_version(&st, c->arena, c->school, id, &g));
	if (language)
		TRY(agreement_translation_get(&st, c->arena, c->school, language, &other));
	bool draft = str_is(g.state, "draft");
	struct view_agreement_version v = { .errors = page_errors(c), .id = g.entry, .seen = g.seen, .title = g.text.title, .notice = g.text.notice, .offline = g.text.offline, .version = g.text.version,
		.audience = g.text.audience, .for_whom = str_z(agreement_audience_title(g.text.audience)), .state = g.state, .draft = draft, .active = str_is(g.state, "active"),
		.since = time_words(c->arena, g.active_utc), .by = person_name(c->db, c->arena, c->school, g.by), .second = g.second ? person_name(c->db, c->arena, c->school, g.second) : STR_NONE,
		.missing = draft ? missing_titles(c, &g.text) : STR_NONE, .may_keep = keeps(c), .may_edit = page_may(c, CAP_POLICY_TEXT, ACCESS_WRITE), .own = draft && g.by == c->person->id,
		.grace = { .name = STR("days"), .label = page_text(TEXT_agreements_grace), .hint = page_text(TEXT_edit_grace_hint), .width = STR("3"), .mode = STR("numeric"),
			.value = arena_fmt(c->arena, "%lld", (long long)g.text.grace_days), .error = page_wrong_text(c, "days") },
		.why = { .name = STR("why"), .label = page_text(TEXT_edit_why), .error = page_wrong_text(c, "why"), .value = page_field(c, "why") },
		.promises = promises_part(c, &g.text, &other, 0, 0) };
	v.promises.read = STR_NONE;
	v.promises.child = g.text.aloud;
	enum err e = before_of(c, &g, &before);
	if (e == OK)
		compare(c, &before.text, &g.text, &v);
	else if (e != ERR_ABSENT)
		return e;
	v.has_before = e == OK;
	v.before_id = before.entry;
	if (v.active)
		TRY(translations(c, &g, &v));
	page_begin(c, "A version of an agreement");
	view_agreement_version_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

static enum err activate(struct page_ctx *c, struct store *st, int64_t id)
{
	struct act act = page_act(c, "second look at an agreement");
	int64_t seen = 0;
	TRY(str_i64(page_field(c, "seen"), &seen));
	enum err e = agreement_draft_activate(st, c->arena, &act, id, seen, &c->errors);
	if (e == ERR_FORBIDDEN)
		page_wrong(c, "seen", "Whoever wrote the draft does not also look at it. Ask somebody else who keeps the policy.");
	else if (e == ERR_STALE)
		page_wrong(c, "seen", "The draft was changed after you opened this page. Please read it again.");
	else if (e == ERR_EXISTS)
		page_wrong(c, "seen", "These very words are in force already.");
	else if (e != ERR_INVALID)
		TRY(e);
	if (!page_is_wrong(c))
		page_flash(c, FLASH_DONE, "It is in force. Who signed the one before is asked again and keeps access for the days of grace.");
	return OK;
}

static enum err retire(struct page_ctx *c, struct store *st, int64_t id)
{
	struct act act = page_act(c, "retired an agreement");
	struct str why = page_need(c, "why", 400, "Say why it is retired.");
	if (page_is_wrong(c))
		return OK;
	TRY(agreement_retire(st, c->arena, &act, id, why));
	page_flash(c, FLASH_DONE, "It is retired. Nobody it was for can be let on until another one is in force.");
	return OK;
}

static enum err grace(struct page_ctx *c, struct store *st, int64_t id)
{
	struct agreement_active g;
	struct act act = page_act(c, "days of grace");
	int64_t days = -1;
	TRY(agreement_version(st, c->arena, c->school, id, &g));
	if (str_i64(page_field(c, "days"), &days) != OK || days < 0 || days > 366)
		page_wrong(c, "days", "Write a number of days from 0 to 366.");
	else
		TRY(agreement_grace_set(st, c->arena, &act, g.text.audience, days));
	if (!page_is_wrong(c))
		page_flash(c, FLASH_DONE, "Kept: %lld days of grace.", (long long)days);
	return OK;
}

enum err agreement_version_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct str what = page_field(c, "do");
	struct act act = page_act(c, "dropped a draft");
	int64_t id;
	bool may_write = page_may(c, CAP_POLICY_TEXT, ACCESS_WRITE);
	if (!keeps(c) || (!may_write && !str_is(what, "activate")))
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	if (str_is(what, "activate"))
		TRY(activate(c, &st, id));
	else if (str_is(what, "retire"))
		TRY(retire(c, &st, id));
	else if (str_is(what, "grace"))
		TRY(grace(c, &st, id));
	else if (str_is(what, "drop"))
		TRY(agreement_draft_drop(&st, c->arena, &act, id));
	else
		return ERR_INVALID;
	if (page_is_wrong(c))
		return agreement_version_show(c);
	return str_is(what, "grace") || str_is(what, "activate") ? page_redirect(c, "/agreements/version/%lld", (long long)id) : page_redirect(c, "/agreements");
}

enum err agreement_translation_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "a translation of an agreement");
	struct str what = page_field(c, "do"), by = page_field(c, "checked_by");
	int64_t id;
	TRY(page_id(c, "id", &id));
	if (str_is(what, "withdraw")) {
		TRY(agreement_translation_withdraw(&st, c->arena, &act, id));
		page_flash(c, FLASH_DONE, "It is no longer shown.");
	} else if (!by.n || by.n > 300)
		page_flash(c, FLASH_WARNING, "Say who has checked it, and how they know the language. Nothing was changed.");
	else {
		TRY(agreement_translation_confirm(&st, c->arena, &act, id, by));
		page_flash(c, FLASH_DONE, "Kept: this translation has been checked.");
	}
	return page_redirect(c, "%.*s", STRF(page_next(c, page_field(c, "next"), "/agreements")));
}
