/* The office's pages of families: who stands how to each child, who is told, what each adult answered. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/family/answer.h"
#include "house/family/channels.h"
#include "house/page/families.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/table.h"

/* Whoever enrols people or looks after them; not those who keep the machines only. */
enum err families_may(const struct page_ctx *c)
{
	role_set may = ROLE_BIT(ROLE_OFFICE) | ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP);
	return c->roles & may ? OK : ERR_FORBIDDEN;
}

bool families_writes(const struct page_ctx *c) { return page_may(c, CAP_ACCOUNTS, ACCESS_WRITE); }

struct str families_answer(struct page_ctx *c, int64_t adult, int64_t child)
{
	struct store st = page_store(c);
	struct answer a;
	if (answer_of(&st, c->arena, c->school, adult, child, &a) != OK || !a.id)
		return page_text(TEXT_families_waits);
	return arena_fmt(c->arena, "%.*s %.*s, %s", STRF(page_text(a.agreed ? TEXT_families_agreed : TEXT_families_said_no)),
	                 STRF(time_date_words(c->arena, a.answered_utc)), answer_how_title(a.how));
}

static bool asked(const struct family_contact *k) { return k->responsible && k->here && !k->barred; }

static enum err adults_of(struct page_ctx *c, int64_t child, struct str *out)
{
	struct family_contact *k;
	size_t n;
	AUTO(buf_done) struct buf b = buf_init(16 * 1024);
	TRY(family_contacts(c->db, c->arena, c->school, child, &k, &n));
	for (size_t i = 0; i < n; i++) {
		struct str state = k[i].barred ? page_text(TEXT_families_barred) : asked(&k[i]) ? families_answer(c, k[i].adult, child) : STR("");
		buf_fmt(&b, "%s%.*s (%s)%s%.*s", i ? "\n" : "", STRF(k[i].name), relation_title(k[i].relation), state.n ? ": " : "", STRF(state));
	}
	*out = n ? arena_str(c->arena, buf_str(&b)) : page_text(TEXT_families_no_adults);
	return buf_ok(&b);
}

static struct str href_of(struct page_ctx *c, int64_t child) { return arena_fmt(c->arena, "/families/child/%lld", (long long)child); }

static enum err declined_rows(struct page_ctx *c, struct table *t, struct view_families *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_PERSONAL) };
	struct entry_query q = { .reg = "family-answer", .states = { "declined" }, .offset = t->offset, .limit = t->limit };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	struct view_families_rows *rows = arena_array(c->arena, struct view_families_rows, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		int64_t child = 0, adult = 0;
		TRY(str_i64(entry_value(&page.entries[i], "child"), &child));
		TRY(str_i64(entry_value(&page.entries[i], "adult"), &adult));
		rows[i] = (struct view_families_rows){ .href = href_of(c, child), .name = person_name(c->db, c->arena, c->school, child),
			.adults = arena_fmt(c->arena, "%.*s: %.*s", STRF(person_name(c->db, c->arena, c->school, adult)), STRF(families_answer(c, adult, child))) };
	}
	t->total = page.total;
	v->rows = rows;
	v->n_rows = page.n;
	return OK;
}

static enum err all_rows(struct page_ctx *c, struct table *t, struct view_families *v)
{
	struct str words = person_like(c->arena, t->q);
	struct q_family_total_row total;
	struct q_family_page_row *list;
	size_t n;
	TRY(q_family_total_one(c->db, c->arena, &(struct q_family_total_args){ .school = c->school, .words = words, .now = clock_utc() }, &total));
	TRY(q_family_page(c->db, c->arena, &(struct q_family_page_args){ .school = c->school, .words = words, .now = clock_utc(), .limit = t->limit, .offset = t->offset }, &list, &n));
	struct view_families_rows *rows = arena_array(c->arena, struct view_families_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct view_families_rows){ .href = href_of(c, list[i].id), .name = list[i].name, .class = list[i].class, .care = list[i].in_care };
		TRY(adults_of(c, list[i].id, &rows[i].adults));
	}
	t->total = total.n;
	v->rows = rows;
	v->n_rows = n;
	return OK;
}

enum err families_show(struct page_ctx *c)
{
	TRY(families_may(c));
	struct table t = table_read(c, 25);
	struct view_families v = { .q = t.q, .declined = str_is(page_query(c, "show"), "declined") };
	TRY(v.declined ? declined_rows(c, &t, &v) : all_rows(c, &t, &v));
	v.pages = table_pages(c, &t);
	page_begin(c, "Families");
	view_families_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- one child ---- */

enum err families_child(struct page_ctx *c, struct person *out)
{
	int64_t id;
	TRY(families_may(c));
	TRY(page_id(c, "id", &id));
	TRY(person_get(c->db, c->arena, c->school, id, out));
	return out->kind == KIND_LEARNER ? OK : ERR_ABSENT;
}

static enum err contact_rows(struct page_ctx *c, int64_t child, struct view_family_file *v)
{
	struct family_contact *k, *told;
	size_t n, n_told;
	const char *missing;
	TRY(family_contacts(c->db, c->arena, c->school, child, &k, &n));
	TRY(family_told(c->db, c->arena, c->school, child, &told, &n_told, &missing));
	struct view_family_file_rows *rows = arena_array(c->arena, struct view_family_file_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool is_told = false;
		for (size_t j = 0; j < n_told; j++)
			is_told = is_told || told[j].adult == k[i].adult;
		rows[i] = (struct view_family_file_rows){ .href = arena_fmt(c->arena, "/families/child/%lld/adult/%lld", (long long)child, (long long)k[i].adult),
			.name = k[i].organisation.n ? arena_fmt(c->arena, "%.*s, %.*s", STRF(k[i].name), STRF(k[i].organisation)) : k[i].name,
			.relation = str_z(relation_title(k[i].relation)), .told = is_told, .barred = k[i].barred,
			.answer = is_told ? families_answer(c, k[i].adult, child) : STR("") };
	}
	v->rows = rows;
	v->n_rows = n;
	v->missing = str_z(missing);
	return OK;
}

static enum err found_rows(struct page_ctx *c, int64_t child, struct view_family_file *v)
{
	struct person *p;
	size_t n, kept = 0;
	v->q = page_query(c, "q");
	v->asked = v->q.n > 0;
	if (!v->asked)
		return OK;
	TRY(person_list(c->db, c->arena, c->school, &(struct person_query){ .words = v->q, .limit = 50 }, &p, &n, NULL));
	struct view_family_file_found *rows = arena_array(c->arena, struct view_family_file_found, n + 1);
	for (size_t i = 0; i < n; i++)
		if (p[i].kind != KIND_LEARNER)
			rows[kept++] = (struct view_family_file_found){ arena_fmt(c->arena, "/families/child/%lld/adult/%lld", (long long)child, (long long)p[i].id),
				arena_fmt(c->arena, "%.*s (%s)", STRF(p[i].name), kind_title(p[i].kind)) };
	v->found = rows;
	v->n_found = kept;
	return OK;
}

enum err family_file_show(struct page_ctx *c)
{
	struct person child;
	TRY(families_child(c, &child));
	struct view_family_file v = { .id = child.id, .name = child.name, .may_write = families_writes(c) };
	TRY(family_in_care(c->db, c->school, child.id, &v.in_care));
	TRY(contact_rows(c, child.id, &v));
	TRY(found_rows(c, child.id, &v));
	page_begin(c, "Family");
	view_family_file_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err family_care_do(struct page_ctx *c)
{
	struct person child;
	struct act act = page_act(c, "family file");
	TRY(families_child(c, &child));
	TRY(family_in_care_set(c->db, &act, child.id, str_is(page_field(c, "on"), "yes")));
	page_flash(c, FLASH_DONE, "Kept.");
	return page_redirect(c, "/families/child/%lld", (long long)child.id);
}

/* ---- channels ---- */

static enum err may_channels(const struct page_ctx *c)
{
	return page_reach(c, CAP_CHANNELS, ACCESS_WRITE) & REACH_ALL || page_reach(c, CAP_CHANNELS, ACCESS_APPROVE) & REACH_ALL ? OK : ERR_FORBIDDEN;
}

static enum err channels_page(struct page_ctx *c, struct str now)
{
	return page_show(c, family_channels, "The school's own channels", .errors = page_errors(c), .channels = now, .channels_error = page_wrong_text(c, "channels"));
}

enum err family_channels_show(struct page_ctx *c)
{
	struct q_family_setting_row r = { .value = STR("") };
	TRY(may_channels(c));
	enum err e = q_family_setting_one(c->db, c->arena, &(struct q_family_setting_args){ .school = c->school, .name = STR("family.channels") }, &r);
	if (e != OK && e != ERR_ABSENT)
		return e;
	return channels_page(c, r.value);
}

enum err family_channels_do(struct page_ctx *c)
{
	struct act act = page_act(c, "named the school's channels");
	TRY(may_channels(c));
	enum err e = family_channels_set(c->db, &act, page_field(c, "channels"), &c->errors);
	if (page_is_wrong(c))
		return channels_page(c, page_field(c, "channels"));
	TRY(e);
	page_flash(c, FLASH_DONE, "Kept.");
	return page_redirect(c, "/families/channels");
}
