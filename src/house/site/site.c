#include "house/site/site.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/cli/cli.h"
#include "house/procedure/library.h"

enum { SAID_MAX = 5, FOUND_MAX = 40 };

static struct entry_may program(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_PERSONAL) };
}

/* ---- what is known ---- */

struct texts { struct arena *a; struct guard_texts *to; size_t room; };

static void add(struct texts *t, struct str s)
{
	s = str_trim(s);
	if (!s.n)
		return;
	if (t->to->n == t->room) {
		struct str *more = arena_array(t->a, struct str, t->room * 2 + 64);
		if (t->to->n)
			memcpy(more, t->to->v, t->to->n * sizeof *more);
		t->to->v = more;
		t->room = t->room * 2 + 64;
	}
	t->to->v[t->to->n++] = s;
}

static enum err people(struct store *st, struct texts *t, int64_t school)
{
	struct q_site_people_row *rows;
	size_t n;
	TRY(q_site_people(st->db, t->a, &(struct q_site_people_args){ .school = school }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		add(t, rows[i].name);
	return OK;
}

/* These fields of every entry of a register that is not taken back. */
static enum err of_register(struct store *st, struct texts *t, int64_t school, const char *reg, const char *const *fields)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = reg, .limit = ENTRY_PAGE_MAX };
	struct entry_page page = { .total = 1 };
	if (!registers_find(st->registers, str_z(reg)))
		return OK;
	for (; q.offset < page.total; q.offset += q.limit) {
		TRY(entry_list(st, t->a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			for (size_t f = 0; fields[f] && !str_is(page.entries[i].state, REG_UNDONE); f++)
				add(t, entry_value(&page.entries[i], fields[f]));
	}
	return OK;
}

static enum err exceptions(struct store *st, struct texts *t, int64_t school, int64_t now)
{
	struct entry_may may = program(school);
	struct entry_page page;
	if (!registers_find(st->registers, STR("website-exception")))
		return OK;
	TRY(entry_list(st, t->a, &may, &(struct entry_query){ .reg = "website-exception", .states = { "listed" }, .limit = ENTRY_PAGE_MAX }, &page));
	for (size_t i = 0; i < page.n; i++) {
		int64_t until = 0;
		struct str day = entry_value(&page.entries[i], "until");
		if (!day.n || (time_read_date(day, &until) == OK && until + 36 * 3600 > now))
			add(t, entry_value(&page.entries[i], "words"));
	}
	return OK;
}

static const char *const own_details[] = { "school.address", "school.telephone", "school.email" };

static void details(struct store *st, struct texts *t)
{
	const struct profile *p = registers_profile(st->registers);
	for (size_t i = 0; p && i < ARRAY_N(own_details); i++)
		add(t, profile_text(p, own_details[i]));
}

/* What everybody may ring or write to, of the contact directory. */
static enum err help_lines(struct texts *t)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct contacts all;
	TRY(contacts_load(t->a, arena_fmt(t->a, "%s/contacts.conf", cli_data()).p, &d, &all));
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].audience & (FOR_PARENTS | FOR_LEARNERS)) {
			add(t, all.v[i].phone);
			add(t, all.v[i].mail);
		}
	return OK;
}

enum err site_guard(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct guard **out)
{
	static const char *const room[] = { "link", "number", NULL }, *const equipment[] = { "number", "identity", NULL };
	struct guard_known k = { 0 };
	struct texts names = { a, &k.names, 0 }, conference = { a, &k.conference, 0 }, allowed = { a, &k.allowed, 0 };
	TRY(people(st, &names, school));
	TRY(of_register(st, &conference, school, "video-session", room));
	TRY(of_register(st, &conference, school, "video-equipment", equipment));
	TRY(exceptions(st, &allowed, school, now_utc));
	TRY(help_lines(&allowed));
	details(st, &allowed);
	*out = guard_new(a, &k);
	return OK;
}

enum err site_say(const struct guard *g, struct arena *a, struct str label, struct str text, struct buf *out)
{
	struct guard_finding f[FOUND_MAX];
	size_t n = 0;
	TRY(guard_scan(g, a, text, f, ARRAY_N(f), &n));
	for (size_t i = 0; i < n && i < SAID_MAX; i++)
		buf_fmt(out, "%s%.*s, line %ld: \"%.*s\" is %s. %s", out->n ? " " : "", STRF(label), f[i].line, STRF(str_upto(f[i].words, 80)), guard_is(f[i].what), guard_mend(f[i].what));
	if (n > SAID_MAX)
		buf_fmt(out, " And %zu more.", n - SAID_MAX);
	return OK;
}

/* ---- what is out ---- */

static int64_t day_of(struct str s)
{
	int64_t at = 0;
	return s.n && (time_read_date(s, &at) == OK || time_read_iso(s, &at) == OK) ? at : 0;
}

/* The newest version that was published, unless it was taken down since. */
static enum err out_of(struct store *st, struct arena *a, const struct entry_may *may, const struct entry *e, struct site_page *p, bool *is)
{
	struct entry *all = NULL;
	const struct entry *v = NULL;
	size_t n = 0;
	if (str_is(e->state, "published"))
		v = e;
	else if (e->version > 1)
		TRY(entry_history(st, a, may, e->id, &all, &n));
	for (size_t i = 0; i < n; i++)
		v = str_is(all[i].state, "published") ? &all[i] : str_is(all[i].state, "down") || str_is(all[i].state, REG_UNDONE) ? NULL : v;
	*is = v != NULL;
	if (v)
		*p = (struct site_page){ e->id, entry_value(v, "title"), entry_value(v, "topic"), entry_value(v, "audience"), entry_value(v, "language"), entry_value(v, "text"),
			entry_value(v, "link"), v->changed_utc, day_of(entry_value(v, "checked")) };
	return OK;
}

static size_t order_of(const struct reg *r, const struct site_page *p)
{
	const struct field *f = r ? reg_field(r, STR("topic")) : NULL;
	for (size_t i = 0; f && i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, p->topic))
			return i;
	return 1000;
}

static int by_topic(const void *a, const void *b)
{
	const struct site_page *x = a, *y = b;
	return x->order < y->order ? -1 : x->order > y->order ? 1 : str_cmp(x->title, y->title);
}

enum err site_pages(struct store *st, struct arena *a, int64_t school, struct str language, struct site_page **out, size_t *n)
{
	struct entry_may may = program(school);
	struct entry_page page;
	*n = 0;
	*out = arena_array(a, struct site_page, SITE_PAGES_MAX + 1);
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "website-page", .limit = ENTRY_PAGE_MAX }, &page));
	for (size_t i = 0; i < page.n && *n < SITE_PAGES_MAX; i++) {
		struct site_page p;
		bool is = false;
		if (str_is(page.entries[i].state, "down") || str_is(page.entries[i].state, REG_UNDONE))
			continue;
		TRY(out_of(st, a, &may, &page.entries[i], &p, &is));
		if (!is || (language.n && !str_eq(language, p.language)))
			continue;
		p.order = order_of(registers_find(st->registers, STR("website-page")), &p);
		(*out)[(*n)++] = p;
	}
	if (*n > 1)
		qsort(*out, *n, sizeof **out, by_topic);
	return OK;
}
