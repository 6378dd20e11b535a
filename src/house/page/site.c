/* The public page: what a school links from its website.  Nobody signs in, nobody is named. */
#include "house/page/site.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/document/document.h"
#include "house/page/links.h"
#include "house/page/promises.h"
#include "house/task/task.h"

enum { PARAS_MAX = 400, CHANNELS_MAX = 50 };

/* ---- texts ---- */

struct part_prose page_prose(struct page_ctx *c, struct str text)
{
	struct part_prose_paras *v = arena_array(c->arena, struct part_prose_paras, PARAS_MAX);
	size_t n = 0;
	bool open = false;             /* the last one goes on in the next line */
	for (struct str line; str_next(&text, '\n', &line) && n < PARAS_MAX - 1;) {
		line = str_trim(line);
		bool point = str_starts(line, STR("- "));
		if (!line.n)
			open = false;
		else if (open && !point)
			v[n - 1].text = arena_fmt(c->arena, "%.*s %.*s", STRF(v[n - 1].text), STRF(line));
		else
			v[n++] = (struct part_prose_paras){ point ? str_trim(str_from(line, 2)) : line, point };
		open = line.n > 0;
	}
	return (struct part_prose){ v, n };
}

static struct str label_of(struct page_ctx *c, const char *field, struct str value)
{
	const struct reg *r = registers_find(c->web->registers, STR("website-page"));
	const struct field *f = r ? reg_field(r, str_z(field)) : NULL;
	return f ? field_show(c->arena, f, value) : value;
}

struct str page_site_checked(struct page_ctx *c, const struct site_page *p)
{
	return arena_fmt(c->arena, "For: %.*s. Last checked on %.*s.", STRF(label_of(c, "audience", p->audience)), STRF(time_date_words(c->arena, p->checked_utc)));
}

struct str page_dir(struct page_ctx *c, struct str language) { return promises_words(c, language).rtl ? STR("rtl") : STR("ltr"); }
struct str page_website(const struct page_ctx *c) { return c->web->library ? profile_text(&c->web->library->profile, "website.page") : STR_NONE; }

static struct str asked_language(struct page_ctx *c)
{
	struct str code = page_query(c, "lang");
	return promises_language(c, code) ? code : STR("en");
}

static bool topic_in(const struct site_page *v, size_t n, const struct site_page *p)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].topic, p->topic))
			return true;
	return false;
}

/* Those in the language that was asked for, then those that are there in English only. */
static size_t choose(const struct site_page *all, size_t n, struct str language, struct site_page *out)
{
	size_t k = 0, first;
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].language, language))
			out[k++] = all[i];
	first = k;
	for (size_t i = 0; i < n && !str_is(language, "en"); i++)
		if (str_is(all[i].language, "en") && !topic_in(out, first, &all[i]))
			out[k++] = all[i];
	return k;
}

static struct view_site_texts text_row(struct page_ctx *c, const struct site_page *p)
{
	return (struct view_site_texts){ p->title, page_site_checked(c, p), p->language, page_dir(c, p->language), page_prose(c, p->text), p->link };
}

/* The languages in which there is a text; only English: none to choose. */
static size_t languages(struct page_ctx *c, const struct site_page *all, size_t n, struct str now, struct view_site_languages *out)
{
	static const char *const codes[] = { "en", "pl", "ro", "uk", "ur", "ar" };
	size_t k = 0;
	for (size_t i = 0; i < ARRAY_N(codes); i++) {
		bool there = i == 0;
		for (size_t t = 0; t < n; t++)
			there |= str_is(all[t].language, codes[i]);
		if (there)
			out[k++] = (struct view_site_languages){ arena_fmt(c->arena, "/online-safety?lang=%s", codes[i]), promises_words(c, str_z(codes[i])).name, str_z(codes[i]), str_is(now, codes[i]) };
	}
	return k > 1 ? k : 0;
}

/* ---- what else stands there ---- */

static size_t channels(struct page_ctx *c, struct view_site_channels *out)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_page page = { 0 };
	const struct reg *r = registers_find(c->web->registers, STR("official-channel"));
	size_t n = 0;
	if (!r || !registers_only(c->web->registers, r->only_key, r->only_value) ||
	    entry_list(&st, c->arena, &may, &(struct entry_query){ .reg = "official-channel", .states = { "active" }, .limit = CHANNELS_MAX }, &page) != OK)
		return 0;
	for (size_t i = 0; i < page.n; i++)
		if (entry_value(&page.entries[i], "address").n && !entry_value(&page.entries[i], "not-linked").n)
			out[n++] = (struct view_site_channels){ entry_value(&page.entries[i], "name"), entry_value(&page.entries[i], "address") };
	return n;
}

/* The few that matter first, out of the directory, with the day on which somebody here confirmed them. */
static enum err first_help(struct page_ctx *c, struct part_contact_list *out)
{
	static const char *const ids[] = { "police-999", "childline", "ceop", "nspcc", "iwf" };
	struct part_contact_list all;
	TRY(page_contacts(c, FOR_PARENTS | FOR_LEARNERS, false, &all));
	struct part_contact_list_rows *rows = arena_array(c->arena, struct part_contact_list_rows, ARRAY_N(ids));
	*out = (struct part_contact_list){ .rows = rows };
	for (size_t k = 0; k < ARRAY_N(ids); k++) {
		const struct contact *x = contact_find(&c->web->library->contacts, str_z(ids[k]));
		for (size_t i = 0; x && i < all.n_rows; i++)
			if (str_eq(all.rows[i].name, x->title))
				rows[out->n_rows++] = all.rows[i];
	for (size_t i = 0; i < out->n_rows; i++)
		rows[i].topics = STR_NONE;       /* five entries to read when one is worried: what each is for stands in its sentence */
	}
	return OK;
}

static size_t agreements(struct page_ctx *c, struct str language, struct view_site_agreements *out)
{
	struct store st = page_store(c);
	struct agreement_active g;
	size_t n = 0;
	for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++) {
		const struct agreement_audience *x = &agreement_audiences[i];
		if ((x->child || str_is(str_z(x->word), "parent")) && agreement_in_force(&st, c->arena, c->school, str_z(x->word), &g) == OK)
			out[n++] = (struct view_site_agreements){ arena_fmt(c->arena, "/online-safety/agreement/%s?lang=%.*s", x->word, STRF(language)), str_z(x->title) };
	}
	return n;
}

static enum err policy_line(struct page_ctx *c, struct str *out)
{
	struct store st = page_store(c);
	struct document doc = { 0 };
	enum err e = document_active(&st, c->arena, c->school, &doc);
	*out = page_text(TEXT_site_policy_none);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	*out = arena_fmt(c->arena, "Version %.*s, approved %.*s.", STRF(entry_value(&doc.e, "label")), STRF(time_date_words(c->arena, doc.approved_utc)));
	return OK;
}

static struct str only_digits(struct page_ctx *c, struct str phone)
{
	char *p = arena_alloc(c->arena, phone.n + 5);
	size_t n = 4;
	memcpy(p, "tel:", 4);
	for (size_t i = 0; i < phone.n; i++)
		if (ascii_digit(phone.p[i]) || phone.p[i] == '+')
			p[n++] = phone.p[i];
	return (struct str){ p, n };
}

enum err site_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct site_page *all;
	size_t n;
	struct str lang = asked_language(c);
	if (!c->web->library || !c->web->registers)
		return ERR_UNSUPPORTED;
	const struct profile *p = &c->web->library->profile;
	TRY(site_pages(&st, c->arena, c->school, STR_NONE, &all, &n));
	struct site_page *chosen = arena_array(c->arena, struct site_page, 2 * n + 1);
	size_t k = choose(all, n, lang, chosen);
	struct view_site_texts *texts = arena_array(c->arena, struct view_site_texts, k + 1);
	for (size_t i = 0; i < k; i++)
		texts[i] = text_row(c, &chosen[i]);
	struct view_site v = { .school = str_z(c->web->school_name), .texts = texts, .n_texts = k, .address = profile_text(p, "school.address"),
		.mail = profile_text(p, "school.email"), .phone = profile_text(p, "school.telephone"), .website = page_website(c) };
	v.mailto = arena_fmt(c->arena, "mailto:%.*s", STRF(v.mail));
	v.tel = only_digits(c, v.phone);
	struct view_site_languages *langs = arena_array(c->arena, struct view_site_languages, 8);
	struct view_site_channels *links = arena_array(c->arena, struct view_site_channels, CHANNELS_MAX);
	struct view_site_agreements *signs = arena_array(c->arena, struct view_site_agreements, AGREEMENT_AUDIENCES);
	v.n_languages = languages(c, all, n, lang, langs);
	v.n_channels = channels(c, links);
	v.n_agreements = agreements(c, lang, signs);
	v.languages = langs;
	v.channels = links;
	v.agreements = signs;
	TRY(first_help(c, &v.help));
	TRY(policy_line(c, &v.policy));
	c->reply.cacheable = !c->session;
	page_begin(c, page_text(TEXT_site_title).p);
	view_site_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- what is promised, to read ---- */

static bool public_audience(struct str word)
{
	for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++)
		if (str_is(word, agreement_audiences[i].word))
			return agreement_audiences[i].child || str_is(word, "parent");
	return false;
}

static size_t agreement_languages_of(struct page_ctx *c, const struct agreement_active *g, struct str now, struct view_site_agreement_languages *out)
{
	struct store st = page_store(c);
	struct agreement_translation *t = NULL;
	size_t n = 0, k = 0;
	if (agreement_translations(&st, c->arena, c->school, g->entry, &t, &n) != OK)
		return 0;
	out[k++] = (struct view_site_agreement_languages){ STR("?lang=en"), STR("English"), STR("en"), str_is(now, "en") };
	for (size_t i = 0; i < n && k < 12; i++)
		out[k++] = (struct view_site_agreement_languages){ STR_NONE, promises_words(c, t[i].text.language).name, t[i].text.language, str_eq(now, t[i].text.language) };
	for (size_t i = 0; i < k; i++)
		out[i].href = arena_fmt(c->arena, "/online-safety/agreement/%.*s?lang=%.*s", STRF(g->text.audience), STRF(out[i].code));
	return k > 1 ? k : 0;
}

enum err site_agreement_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct agreement_shown s;
	struct str who = page_param(c, "audience"), lang = asked_language(c);
	if (!public_audience(who) || !c->web->registers)
		return ERR_ABSENT;
	enum err e = agreement_show_of(&st, c->arena, c->school, who, lang, &s);
	if (e == ERR_ABSENT)
		return page_show(c, site_agreement, "What we all promise", .title = str_z(agreement_audience_title(who)), .none = true);
	TRY(e);
	struct view_site_agreement_languages *langs = arena_array(c->arena, struct view_site_agreement_languages, 14);
	size_t n = agreement_languages_of(c, &s.in_force, s.other.entry ? lang : STR("en"), langs);
	struct part_promises promises = promises_part(c, &s.in_force.text, &s.other, 0, 0);
	promises.child = s.in_force.text.aloud;
	promises.read = STR_NONE;
	c->reply.cacheable = !c->session;
	return page_show(c, site_agreement, "What we all promise", .title = s.in_force.text.title, .promises = promises, .notice = s.in_force.text.notice, .languages = langs,
		.n_languages = n, .other = s.other.entry > 0);
}

/* ---- the policy ---- */

static enum err say_held(struct page_ctx *c, const struct document *doc, struct str found)
{
	struct store st = page_store(c);
	struct act act = { c->school, 0, "the public page" };
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id;
	struct task_in in = { .kind = "website", .title = STR("The policy names somebody: its text is not on the public page yet"), .details = str_upto(found, 1500), .link = "/website", .for_role = "dsl",
		.due_utc = clock_utc() + 14 * 86400, .key = arena_fmt(c->arena, "policy-public/%lld", (long long)doc->e.id).p };
	return task_open_once(&st, &act, &in, &d, &id, NULL);
}

enum err page_policy_text(struct page_ctx *c, const struct document *doc, struct part_prose *out, bool *held)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	struct store st = page_store(c);
	struct guard *g;
	struct str text = doc->e.id ? entry_value(&doc->e, "text") : STR_NONE;
	*out = (struct part_prose){ 0 };
	*held = false;
	if (!text.n)
		return OK;
	TRY(site_guard(&st, c->arena, c->school, clock_utc(), &g));
	TRY(site_say(g, c->arena, STR("The policy"), text, &b));
	*held = b.n > 0;
	if (*held)
		return say_held(c, doc, buf_str(&b));
	*out = page_prose(c, text);
	return OK;
}
