/* Who there is: the office's list, by words, kind, class, year, here or left. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/page/people.h"
#include "house/page/routes.h"
#include "house/web/table.h"
#include "io/settings.h"

static struct str state_of(const struct person *p)
{
	if (p->left_utc && p->left_utc <= clock_utc())
		return STR("left");
	return p->username.n && p->has_password ? STR("open") : STR("none");
}

static struct str href_of(struct arena *a, int64_t id) { return arena_fmt(a, "/people/%lld", (long long)id); }

static enum err people_csv(struct page_ctx *c, const struct person *p, size_t n)
{
	static const char *const heads[] = { "Name", "Kind", "Sign-in name", "Roles", "Year", "Account", "Joined", "Left" };
	csv_begin(c, "people.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		csv_cell(c, p[i].name);
		csv_cell(c, str_z(kind_title(p[i].kind)));
		csv_cell(c, p[i].username);
		csv_cell(c, role_titles(c->arena, p[i].roles));
		csv_cell(c, str_z(year_title(p[i].year)));
		csv_cell(c, state_of(&p[i]));
		csv_cell(c, time_iso_date(c->arena, p[i].joined_utc));
		csv_cell(c, p[i].left_utc ? time_iso_date(c->arena, p[i].left_utc) : STR(""));
		csv_row(c);
	}
	return csv_end(c);
}

/* 2-04, 2-05: how many of each kind are here now. */
static enum err kinds_here(struct page_ctx *c, struct str *out)
{
	struct q_person_kinds_row *rows;
	size_t n;
	AUTO(buf_done) struct buf b = buf_init(600);
	TRY(q_person_kinds(c->db, c->arena, &(struct q_person_kinds_args){ .school = c->school, .now = clock_utc() }, &rows, &n));
	for (int k = KIND_LEARNER; k <= KIND_PARENT; k++)
		for (size_t i = 0; i < n; i++)
			if (str_is(rows[i].kind, kind_word((enum person_kind)k)))
				buf_fmt(&b, "%s%s: %lld", b.n ? ", " : "", kind_title((enum person_kind)k), (long long)rows[i].n);
	*out = arena_str(c->arena, buf_str(&b));
	return OK;
}

/* ---- what is asked for ---- */

struct asked { struct str kind, class, year, state; struct person_query q; };

static struct asked asked_of(struct page_ctx *c, const struct table *t)
{
	struct asked w = { .kind = page_query(c, "kind"), .class = page_query(c, "class"), .year = page_query(c, "year"), .state = page_query(c, "state"),
		.q = { .words = t->q, .offset = t->offset, .limit = t->limit } };
	int64_t year = page_query_int(c, "year", -1, YEAR_RECEPTION, YEAR_LAST);
	if (kind_read(w.kind, &w.q.kind) != OK)
		w.q.kind = 0;                    /* any */
	w.q.class_id = page_query_int(c, "class", 0, 1, INT64_MAX);
	w.q.by_year = year >= 0;
	w.q.year = (int)year;
	w.q.with_left = str_is(w.state, "all");
	w.q.only_left = str_is(w.state, "left");
	return w;
}

static struct part_select states(struct page_ctx *c, struct str state)
{
	static const struct { const char *value; enum text_key label; } all[] = {
		{ "", TEXT_people_here }, { "left", TEXT_people_left }, { "all", TEXT_people_everybody } };
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(all));
	for (size_t i = 0; i < ARRAY_N(all); i++)
		items[i] = (struct part_select_items){ str_z(all[i].value), page_text(all[i].label), str_is(state, all[i].value) };
	return (struct part_select){ .name = STR("state"), .label = page_text(TEXT_people_which), .items = items, .n_items = ARRAY_N(all) };
}

static struct str class_of(const struct person *p, const struct school_class *classes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p->kind == KIND_LEARNER && classes[i].id == p->class_id)
			return classes[i].name;
	return STR("");
}

/* ---- who writes to families without an address of the school's (9.5-01) ---- */

/* `mail_domain` of [school] in gatehouse.conf, one or more; with none, any address is taken for the school's. */
static bool school_mail(const struct page_ctx *c, struct str mail)
{
	const struct conf_block *b = c->web->settings ? conf_find(&c->web->settings->conf, "school", STR("")) : NULL;
	const struct conf_pair *p;
	struct str domain = str_from(mail, (size_t)(str_rchr(mail, '@') + 1));
	bool named = false;
	for (size_t at = 0; b && (p = conf_each(b, "mail_domain", &at));) {
		named = true;
		if (str_ieq(domain, p->value))
			return true;
	}
	return !named && mail.n > 0;
}

static enum err put_gaps(struct page_ctx *c, struct view_people *v)
{
	struct q_contacts_rows_row *rows;
	size_t n;
	TRY(q_contacts_rows(c->db, c->arena, &(struct q_contacts_rows_args){ .school = c->school, .now = clock_utc() }, &rows, &n));
	struct view_people_gaps *gaps = arena_array(c->arena, struct view_people_gaps, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!school_mail(c, rows[i].mail))
			gaps[v->n_gaps++] = (struct view_people_gaps){ href_of(c->arena, rows[i].id), rows[i].name };
	v->gaps = gaps;
	return OK;
}

enum err people_show(struct page_ctx *c)
{
	struct view_people v = { 0 };
	struct table t = table_read(c, 50);
	struct asked w = asked_of(c, &t);
	struct school_class *classes;
	struct person *p;
	size_t n, n_classes;
	TRY(person_list(c->db, c->arena, c->school, &w.q, &p, &n, &t.total));
	if (t.csv)
		return people_csv(c, p, n);
	TRY(class_list(c->db, c->arena, c->school, &classes, &n_classes));
	struct view_people_rows *rows = arena_array(c->arena, struct view_people_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_people_rows){ href_of(c->arena, p[i].id), p[i].name, str_z(kind_title(p[i].kind)), class_of(&p[i], classes, n_classes),
			p[i].username, role_titles(c->arena, p[i].roles), state_of(&p[i]) };
	TRY(kinds_here(c, &v.counts));
	TRY(put_gaps(c, &v));
	TRY(people_classes(c, w.class, page_text(TEXT_people_any), &v.class));
	v.kind_of = people_kinds(c, w.kind, page_text(TEXT_people_any));
	v.year = people_years(c, w.year, page_text(TEXT_people_any));
	v.state_of = states(c, w.state);
	v.q = t.q;
	v.may_add = page_may(c, CAP_ACCOUNTS, ACCESS_WRITE);
	v.may_outside = page_has_role(c, ROLE_ADMIN) || page_has_role(c, ROLE_TECHNICIAN);
	v.csv = table_csv_href(c);
	v.rows = rows;
	v.n_rows = n;
	v.pages = table_pages(c, &t);
	page_begin(c, "People");
	view_people_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
