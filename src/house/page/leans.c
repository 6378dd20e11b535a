#include "house/page/leans.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/contact/directory.h"
#include "house/linked/link_check.h"
#include "house/page/page_store.h"
#include "house/procedure/library.h"

enum { ROWS_MAX = 24, EDITIONS_MAX = 50 };

struct strip { struct part_leans_rows *v; size_t n; bool top; };

void page_about(struct page_ctx *c, const char *what, struct str id)
{
	if (c->n_leans < ARRAY_N(c->leans))
		c->leans[c->n_leans++] = id.n ? arena_fmt(c->arena, "%s %.*s", what, STRF(id)) : str_z(what);
}

enum err page_linked(struct page_ctx *c, struct linked_now **out, size_t *n)
{
	struct store st = page_store(c);
	if (!c->web->library || !c->web->registers)
		return ERR_UNSUPPORTED;
	return linked_now(&st, c->arena, c->school, &c->web->library->linked, &c->web->library->profile, c->leans_utc, out, n);
}

struct part_tag page_linked_tag(const struct linked_now *x)
{
	if (!x->in_force)
		return (struct part_tag){ page_text(TEXT_leans_missing), STR("red") };
	return x->overdue ? (struct part_tag){ page_text(TEXT_leans_overdue), STR("red") } : (struct part_tag){ STR_NONE, STR_NONE };
}

static bool twice(const struct strip *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->v[i].name, name))
			return true;
	return s->n == ROWS_MAX;
}

/* ---- policies ---- */

static void policy(struct page_ctx *c, struct strip *s, const struct linked_now *x)
{
	struct part_tag tag = page_linked_tag(x);
	struct str more = STR_NONE;
	if (x->in_force)
		more = arena_fmt(c->arena, "version %.*s%s%.*s%s", STRF(x->version), x->review_utc ? ", to be reviewed by " : "",
		                 STRF(x->review_utc ? time_date_words(c->arena, x->review_utc) : STR("")), c->leans_utc ? " (as it stood when this was opened)" : "");
	if (!twice(s, x->title))
		s->v[s->n++] = (struct part_leans_rows){ .name = x->title, .more = more, .label = tag.label, .colour = tag.colour, .steps = c->leans_utc ? x->steps : STR_NONE,
			.href = c->session ? arena_fmt(c->arena, "/our-policies/%.*s", STRF(x->def->kind)) : x->link };
}

static enum err policies(struct page_ctx *c, struct strip *s, const struct linked_place *place)
{
	struct linked_now *v;
	size_t n;
	if (!place->show.n)
		return OK;
	TRY(page_linked(c, &v, &n));
	for (size_t i = 0; i < place->show.n; i++) {
		const struct linked_now *x = linked_of(v, n, place->show.v[i]);
		if (x)
			policy(c, s, x);
	}
	return OK;
}

/* ---- guidance ---- */

static int64_t known_since(const struct entry *e)
{
	int64_t utc = 0;
	if (time_read_iso(entry_value(e, "edition-date"), &utc) != OK && time_read_iso(entry_value(e, "read-on"), &utc) != OK)
		utc = e->made_utc;
	return utc;
}

/* The edition in force at that moment: the newest that was there; when all came later, the oldest. */
static const struct entry *edition(const struct entry_page *page, int64_t at_utc)
{
	const struct entry *found = NULL;
	for (size_t i = 0; i < page->n; i++) {
		const struct entry *e = &page->entries[i];
		if (str_is(e->state, REG_UNDONE) || (!at_utc && !str_is(e->state, "current")))
			continue;
		bool was = !at_utc || known_since(e) <= at_utc, had = found && (!at_utc || known_since(found) <= at_utc);
		if (!found || (was && (!had || known_since(e) > known_since(found))) || (!was && !had && known_since(e) < known_since(found)))
			found = e;
	}
	return found;
}

static struct str source_words(struct page_ctx *c, struct str source)
{
	const struct reg *r = registers_find(c->web->registers, STR("guidance"));
	const struct field *f = r ? reg_field(r, STR("source")) : NULL;
	return f ? field_show(c->arena, f, source) : source;
}

static struct str tried_words(struct page_ctx *c, const struct link_known *k)
{
	if (!k->checked_utc)
		return STR("its link was not tried yet");
	return arena_fmt(c->arena, "the link %s on %.*s", k->opens ? "opened" : "did not open", STRF(time_date_words(c->arena, k->checked_utc)));
}

static enum err guidance(struct page_ctx *c, struct strip *s, struct str source)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "guidance", .where = { { "source", ENTRY_IS, 0, source } }, .n_where = 1, .limit = EDITIONS_MAX };
	struct entry_page page;
	struct link_known k = { 0 };
	struct str name = source_words(c, source);
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	const struct entry *e = edition(&page, c->leans_utc);
	if (twice(s, name))
		return OK;
	struct part_leans_rows row = { .name = name, .href = e ? entry_value(e, "link") : STR_NONE };
	if (!row.href.n && e && c->session)
		row.href = arena_fmt(c->arena, "/registers/guidance/%lld", (long long)e->id);
	if (e && entry_value(e, "link").n)
		TRY(link_known_of(&st, c->arena, c->school, entry_value(e, "link"), &k));
	bool away = e && str_is(source, "local-imagery") && !link_local(&c->web->library->contacts, entry_value(e, "link"));
	row.label = !e ? page_text(TEXT_leans_missing) : away ? page_text(TEXT_leans_elsewhere) : k.checked_utc && !k.opens ? page_text(TEXT_leans_broken) : STR_NONE;
	row.colour = row.label.n ? STR("red") : STR_NONE;
	if (e)
		row.more = arena_fmt(c->arena, "edition %.*s%s; %.*s", STRF(entry_value(e, "edition")), c->leans_utc ? ", in force when this was opened" : "",
		                     STRF(entry_value(e, "link").n ? tried_words(c, &k) : STR("no address is entered")));
	s->v[s->n++] = row;
	return OK;
}

/* ---- outside bodies ---- */

static enum err contact(struct page_ctx *c, struct strip *s, struct str id)
{
	struct store st = page_store(c);
	struct contact_known k;
	const struct contact *x = contact_find(&c->web->library->contacts, id);
	if (!x || twice(s, x->title))
		return OK;
	x = contact_now(&c->web->library->contacts, x);
	TRY(contact_known_of(&st, c->arena, c->school, x->id, &k));
	bool broken = k.checked_utc && !k.opens;
	s->v[s->n++] = (struct part_leans_rows){ .name = x->title, .href = x->web, .label = broken ? page_text(TEXT_leans_broken) : STR_NONE,
		.colour = broken ? STR("red") : STR_NONE,
		.more = tried_words(c, &(struct link_known){ .checked_utc = k.checked_utc, .opens = k.opens }) };
	return OK;
}

/* A document that the profile names; it stands with the first policy of the place. */
static void document(struct page_ctx *c, struct strip *s, const struct linked_place *x)
{
	struct str name = x->param.n ? profile_text(&c->web->library->profile, arena_z(c->arena, x->param)) : STR_NONE;
	if (name.n && !twice(s, name))
		s->v[s->n++] = (struct part_leans_rows){ .name = name, .more = page_text(TEXT_leans_more),
			.href = x->show.n && c->session ? arena_fmt(c->arena, "/our-policies/%.*s", STRF(x->show.v[0])) : STR_NONE };
}

/* ---- the strip ---- */

static enum err place(struct page_ctx *c, struct strip *s, const struct linked_place *x)
{
	TRY(policies(c, s, x));
	for (size_t i = 0; i < x->guidance.n; i++)
		TRY(guidance(c, s, x->guidance.v[i]));
	for (size_t i = 0; i < x->contacts.n; i++)
		TRY(contact(c, s, x->contacts.v[i]));
	document(c, s, x);
	s->top |= x->top;
	return OK;
}

static bool here(const struct page_ctx *c, const struct linked_place *x)
{
	const struct profile *p = &c->web->library->profile;
	bool at = linked_at(x, p, c->req->path);
	for (size_t i = 0; i < c->n_leans; i++)
		at |= linked_at(x, p, c->leans[i]);
	return at;
}

static enum err strip(struct page_ctx *c, bool inside, struct strip *s)
{
	const struct linked *l = &c->web->library->linked;
	s->v = arena_array(c->arena, struct part_leans_rows, ROWS_MAX);
	for (size_t i = 0; i < l->n_places; i++)
		if ((inside || l->places[i].open) && here(c, &l->places[i]))
			TRY(place(c, s, &l->places[i]));
	return OK;
}

void page_leans(struct page_ctx *c, struct part_layout *l)
{
	struct strip s = { 0 };
	if (l->learner || !c->web->library || !c->web->registers || !c->web->keys || !c->db || c->reply.status >= 400)
		return;
	bool inside = c->session && c->person && !c->session->half && !c->session->locked;
	enum err e = strip(c, inside, &s);
	if (e != OK) {
		log_line(LOG_FAIL, "what a page goes by could not be read: %s", err_text(e));      /* the page itself stands */
		return;
	}
	l->leans = (struct part_leans){ .rows = s.v, .n_rows = s.n };
	l->leans_top = s.top;
}
