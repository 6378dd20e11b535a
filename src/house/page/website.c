/* The desk of the public page: its texts, what is out, a preview with what the guard finds, taking down, texts to begin with. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/page/desk.h"
#include "house/page/site.h"
#include "house/register/may.h"

enum { STARTS_MAX = 40 };

struct desk_of { struct store st; const struct reg *reg; struct reg_may may; struct entry_may view; };

static enum err open_desk(struct page_ctx *c, struct desk_of *d)
{
	*d = (struct desk_of){ page_store(c), c->web->registers ? registers_find(c->web->registers, STR("website-page")) : NULL, { 0 }, { 0 } };
	if (!d->reg || !c->web->library)
		return ERR_UNSUPPORTED;
	d->may = reg_may_of(c->web->rights, c->roles, d->reg);
	d->view = reg_entry_may(d->reg, &d->may, c->school, c->person->id);
	return d->may.see ? OK : ERR_FORBIDDEN;
}

static struct str shown(struct page_ctx *c, const struct desk_of *d, const struct entry *e, const char *field)
{
	const struct field *f = reg_field(d->reg, str_z(field));
	return f ? field_show(c->arena, f, entry_value(e, field)) : STR_NONE;
}

static bool is_out(const struct site_page *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].id == id)
			return true;
	return false;
}

static struct view_website_texts row(struct page_ctx *c, const struct desk_of *d, const struct entry *e, bool out)
{
	struct reg_state s = reg_state_of(d->reg, e->state);
	bool older = out && !str_is(e->state, "published");
	return (struct view_website_texts){ .href = arena_fmt(c->arena, "/registers/website-page/%lld", (long long)e->id), .preview = arena_fmt(c->arena, "/website/preview/%lld", (long long)e->id),
		.title = entry_value(e, "title"), .topic = shown(c, d, e, "topic"), .language = shown(c, d, e, "language"),
		.state = older ? arena_fmt(c->arena, "%.*s; the version before is out", STRF(s.label)) : s.label, .colour = s.colour, .checked = shown(c, d, e, "checked"), .out = out,
		.down = out && d->may.change ? arena_fmt(c->arena, "/website/%lld/down", (long long)e->id) : STR_NONE, .seen = e->version };
}

/* ---- texts to begin with ---- */

struct start { struct str id, title, topic, audience, text, link; };

static enum err starts_load(struct page_ctx *c, struct start *out, size_t *n)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct conf f;
	TRY(conf_load(c->arena, arena_fmt(c->arena, "%s/website/texts.conf", cli_data()).p, &d, &f));
	*n = 0;
	for (size_t i = 0; i < f.n && *n < STARTS_MAX; i++) {
		const struct conf_block *b = &f.blocks[i];
		const struct contact *x = contact_find(&c->web->library->contacts, conf_get(b, "link"));
		if (str_is(b->kind, "text"))
			out[(*n)++] = (struct start){ b->id, conf_get(b, "title"), conf_get(b, "topic"), conf_get(b, "audience"), conf_get(b, "text"),
				x ? contact_now(&c->web->library->contacts, x)->web : STR_NONE };
	}
	return OK;
}

static bool taken(const struct entry_page *page, const struct start *s)
{
	for (size_t i = 0; i < page->n; i++)
		if (!str_is(page->entries[i].state, REG_UNDONE) && str_eq(entry_value(&page->entries[i], "title"), s->title))
			return true;
	return false;
}

enum err website_start_do(struct page_ctx *c)
{
	struct desk_of d;
	struct start v[STARTS_MAX];
	struct act act = page_act(c, "a text of the program to begin with");
	size_t n;
	int64_t id;
	TRY(open_desk(c, &d));
	if (!d.may.add)
		return ERR_FORBIDDEN;
	TRY(starts_load(c, v, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(v[i].id, page_field(c, "text")))
			continue;
		struct entry_field f[] = { { STR("title"), v[i].title }, { STR("topic"), v[i].topic }, { STR("audience"), v[i].audience }, { STR("language"), STR("en") },
			{ STR("text"), v[i].text }, { STR("link"), v[i].link }, { STR("checked"), time_iso_date(c->arena, clock_utc()) } };
		struct entry_person author = { c->person->id, ENTRY_AUTHOR };
		struct entry_in in = { .reg = "website-page", .fields = f, .n_fields = v[i].link.n ? 7 : 5, .people = &author, .n_people = 1 };
		if (!v[i].link.n)
			f[5] = f[6];
		in.n_fields = v[i].link.n ? 7 : 6;
		TRY(entry_create(&d.st, &act, &in, &c->errors, &id));
		page_flash(c, FLASH_DONE, "It is a draft now. Read it, change it, then ask for approval.");
		return page_redirect(c, "/registers/website-page/%lld", (long long)id);
	}
	return ERR_ABSENT;
}

/* ---- the desk ---- */

static struct part_summary details(struct page_ctx *c)
{
	static const struct { const char *key, *label; } all[] = { { "school.address", "Address" }, { "school.telephone", "Telephone" }, { "school.email", "E-mail" } };
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, ARRAY_N(all));
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct str v = profile_text(&c->web->library->profile, all[i].key);
		rows[i] = (struct part_summary_rows){ .key = str_z(all[i].label), .value = v.n ? v : page_text(TEXT_website_detail_missing) };
	}
	return (struct part_summary){ .rows = rows, .n_rows = ARRAY_N(all) };
}

static enum err elsewhere(struct page_ctx *c, const struct desk_of *d, struct view_website *v)
{
	struct site_tried t;
	struct store st = d->st;
	v->site = page_website(c);
	v->no_site = !v->site.n;
	TRY(site_tried_last(&st, c->arena, c->school, &t));
	bool known = t.known && str_eq(t.address, v->site), fine = known && t.opens && t.ceop;
	v->tried = known ? (struct part_tag){ fine ? STR("Fine") : STR("To mend"), fine ? STR("green") : STR("red") } : (struct part_tag){ STR("Not tried"), STR("grey") };
	v->found = known ? arena_fmt(c->arena, "%.*s %.*s", STRF(page_when(c, t.at_utc)), STRF(t.found)) : page_text(TEXT_website_elsewhere_never);
	return OK;
}

static enum err lists(struct page_ctx *c, const struct desk_of *d, struct view_website *v)
{
	struct store st = d->st;
	struct entry_page page;
	struct site_page *out;
	struct start starts[STARTS_MAX];
	size_t n, n_starts;
	TRY(entry_list(&st, c->arena, &d->view, &(struct entry_query){ .reg = "website-page", .limit = SITE_PAGES_MAX }, &page));
	TRY(site_pages(&st, c->arena, c->school, STR_NONE, &out, &n));
	TRY(starts_load(c, starts, &n_starts));
	struct view_website_texts *rows = arena_array(c->arena, struct view_website_texts, page.n + 1);
	struct view_website_starts *begin = arena_array(c->arena, struct view_website_starts, n_starts + 1);
	for (size_t i = 0; i < page.n; i++)
		if (!str_is(page.entries[i].state, REG_UNDONE))
			rows[v->n_texts++] = row(c, d, &page.entries[i], is_out(out, n, page.entries[i].id));
	for (size_t i = 0; i < n_starts; i++)
		if (!taken(&page, &starts[i]))
			begin[v->n_starts++] = (struct view_website_starts){ starts[i].id, starts[i].title };
	v->texts = rows;
	v->starts = begin;
	return OK;
}

enum err website_show(struct page_ctx *c)
{
	struct desk_of d;
	TRY(open_desk(c, &d));
	struct view_website v = { .may_add = d.may.add, .details = details(c),
		.address = arena_fmt(c->arena, "%s/online-safety", c->web->public_url ? c->web->public_url : "") };
	TRY(lists(c, &d, &v));
	TRY(elsewhere(c, &d, &v));
	page_begin(c, "Public page");
	view_website_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- one text ---- */

static enum err one(struct page_ctx *c, struct desk_of *d, struct entry *e)
{
	int64_t id;
	TRY(open_desk(c, d));
	TRY(page_id(c, "id", &id));
	TRY(entry_get(&d->st, c->arena, &d->view, id, 0, e));
	return str_is(e->reg, "website-page") ? OK : ERR_ABSENT;
}

/* What the guard says of each field, one finding a line. */
static enum err findings(struct page_ctx *c, struct desk_of *d, const struct entry *e, struct str *v, size_t *n)
{
	static const char *const fields[] = { "title", "text", "link" };
	struct guard *g;
	*n = 0;
	TRY(site_guard(&d->st, c->arena, c->school, clock_utc(), &g));
	for (size_t i = 0; i < ARRAY_N(fields); i++) {
		AUTO(buf_done) struct buf b = buf_init(4000);
		TRY(site_say(g, c->arena, reg_field(d->reg, str_z(fields[i]))->label, entry_value(e, fields[i]), &b));
		if (b.n)
			v[(*n)++] = arena_str(c->arena, buf_str(&b));
	}
	return OK;
}

enum err website_preview_show(struct page_ctx *c)
{
	struct desk_of d;
	struct entry e;
	struct str said[4];
	size_t n;
	TRY(one(c, &d, &e));
	TRY(findings(c, &d, &e, said, &n));
	struct site_page p = { .language = entry_value(&e, "language"), .audience = entry_value(&e, "audience"), .text = entry_value(&e, "text") };
	(void)time_read_date(entry_value(&e, "checked"), &p.checked_utc);      /* required of every entry, and checked when it was written */
	return page_show(c, website_preview, "Preview", .id = e.id, .fit = n == 0, .findings = said, .n_findings = n, .title = entry_value(&e, "title"), .lang = p.language,
		.dir = page_dir(c, p.language), .words = page_prose(c, p.text), .link = entry_value(&e, "link"), .checked = page_site_checked(c, &p));
}

/* One press, no question: it can be put out again as easily as it was. */
enum err website_down_do(struct page_ctx *c)
{
	struct desk_of d;
	struct entry e;
	struct act act = page_act(c, "taken down from the public page");
	int64_t seen;
	TRY(one(c, &d, &e));
	if (!d.may.change)
		return ERR_FORBIDDEN;
	if (str_i64(page_field(c, "seen"), &seen) != OK)
		return ERR_INVALID;
	enum err down = entry_update(&d.st, &act, &d.view, e.id, seen, &(struct entry_in){ .state = "down" }, &c->errors);
	if (down == ERR_STALE)
		page_flash(c, FLASH_WARNING, "Somebody else changed this meanwhile. Look again.");
	else
		TRY(down);
	if (down == OK)
		page_flash(c, FLASH_DONE, "It is off the public page.");
	return page_redirect(c, "/website");
}
