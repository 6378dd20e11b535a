/* Who has not signed: counts, the list, as a file, on paper; reminders; paper that somebody signed. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/agreement/roll.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"
#include "house/web/table.h"

enum { PER_PAGE = 50 };

static const struct { enum standing standing; const char *word, *words, *colour; } standings[] = {
	{ STANDING_UNSIGNED, "unsigned", "Not signed", "yellow" }, { STANDING_DECLINED, "declined", "Said no for now", "orange" },
	{ STANDING_GRACE, "grace", "Days of grace", "blue" },
};

struct filter { struct str q; int64_t class_id; enum person_kind kind; struct str standing; };

static struct filter asked(struct page_ctx *c, struct str q)
{
	struct filter f = { .q = q, .class_id = page_query_int(c, "class", 0, 1, INT64_MAX), .standing = page_query(c, "standing") };
	enum person_kind kind = 0;
	if (kind_read(page_query(c, "kind"), &kind) == OK)
		f.kind = kind;
	return f;
}

static int standing_row(const struct roll_row *r)
{
	for (size_t k = 0; k < ARRAY_N(standings); k++)
		if (r->standing == standings[k].standing)
			return (int)k;
	return -1;
}

/* Part of the name, in any case of letters. */
static bool names_it(struct str name, struct str q)
{
	for (size_t at = 0; at + q.n <= name.n; at++) {
		size_t i = 0;
		while (i < q.n && ascii_lower(name.p[at + i]) == ascii_lower(q.p[i]))
			i++;
		if (i == q.n)
			return true;
	}
	return false;
}

static bool matches(const struct filter *f, const struct roll_row *r)
{
	int k = standing_row(r);
	if (k < 0 || (f->class_id && f->class_id != r->p.class_id) || (f->kind && f->kind != r->p.kind))
		return false;
	if (f->standing.n && !str_is(f->standing, standings[k].word))
		return false;
	return names_it(r->p.name, f->q);
}

/* ---- counts ---- */

static void count(struct view_unsigned_counts *row, const struct roll_row *r)
{
	row->people++;
	row->signed_now += r->standing == STANDING_CURRENT;
	row->grace += r->standing == STANDING_GRACE;
	row->declined += r->standing == STANDING_DECLINED;
	row->missing += r->standing == STANDING_UNSIGNED;
	row->percent = row->signed_now * 100 / row->people;
}

/* By kind, and learners by class. */
static void counts(struct page_ctx *c, const struct roll_row *rows, size_t n, struct view_unsigned *v)
{
	struct view_unsigned_counts *out = arena_array(c->arena, struct view_unsigned_counts, n + v->class.n_items + 1);
	for (size_t i = 1; i < v->class.n_items; i++)           /* classes first, in their order */
		out[v->n_counts++] = (struct view_unsigned_counts){ .name = v->class.items[i].label,
			.href = arena_fmt(c->arena, "/agreements/unsigned?class=%.*s", STRF(v->class.items[i].value)) };
	for (size_t i = 0; i < n; i++) {
		struct str name = rows[i].p.kind != KIND_LEARNER ? str_z(kind_title(rows[i].p.kind)) : rows[i].class_name.n ? rows[i].class_name : page_text(TEXT_agreements_no_class);
		size_t k = 0;
		while (k < v->n_counts && !str_eq(out[k].name, name))
			k++;
		if (k == v->n_counts) {
			out[v->n_counts++] = (struct view_unsigned_counts){ .name = name };
			if (rows[i].p.kind == KIND_LEARNER && rows[i].p.class_id)
				out[k].href = arena_fmt(c->arena, "/agreements/unsigned?class=%lld", (long long)rows[i].p.class_id);
			else
				out[k].href = arena_fmt(c->arena, "/agreements/unsigned?kind=%s", kind_word(rows[i].p.kind));
		}
		count(&out[k], &rows[i]);
	}
	v->counts = out;
}

/* ---- the list ---- */

static struct view_unsigned_rows row_of(struct page_ctx *c, const struct roll_row *r)
{
	int k = standing_row(r);
	bool enter = page_may(c, CAP_ACCOUNTS, ACCESS_WRITE) && r->in_force && r->p.kind != KIND_PARENT && r->p.kind != KIND_VISITOR;
	return (struct view_unsigned_rows){ r->p.name, str_z(kind_title(r->p.kind)), r->class_name,
		r->in_force ? str_z(standings[k].words) : page_text(TEXT_agreements_nothing), str_z(r->in_force ? standings[k].colour : "red"),
		enter ? arena_fmt(c->arena, "/agreements/enter/%lld", (long long)r->p.id) : STR_NONE };
}

static enum err csv(struct page_ctx *c, const struct filter *f, const struct roll_row *rows, size_t n)
{
	static const char *const heads[] = { "Name", "Kind", "Class", "Agreement", "Last signed or declined" };
	csv_begin(c, "not-signed.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		if (!matches(f, &rows[i]))
			continue;
		struct view_unsigned_rows r = row_of(c, &rows[i]);
		csv_cell(c, r.name);
		csv_cell(c, r.kind);
		csv_cell(c, r.class);
		csv_cell(c, r.standing);
		csv_cell(c, rows[i].last.at_utc ? time_date_words(c->arena, rows[i].last.at_utc) : STR_NONE);
		csv_row(c);
	}
	return csv_end(c);
}

static enum err class_choice(struct page_ctx *c, int64_t now, struct part_select *out)
{
	struct school_class *k;
	size_t n;
	TRY(class_list(c->db, c->arena, c->school, &k, &n));
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n + 1);
	items[0] = (struct part_select_items){ STR(""), page_text(TEXT_agreements_all), !now };
	for (size_t i = 0; i < n; i++)
		items[i + 1] = (struct part_select_items){ arena_fmt(c->arena, "%lld", (long long)k[i].id), k[i].name, k[i].id == now };
	*out = (struct part_select){ .name = STR("class"), .label = page_text(TEXT_agreements_class), .items = items, .n_items = n + 1 };
	return OK;
}

static struct part_select kind_choice(struct page_ctx *c, enum person_kind now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, KIND_PARENT + 1);
	items[0] = (struct part_select_items){ STR(""), page_text(TEXT_agreements_all), !now };
	for (int k = KIND_LEARNER; k <= KIND_PARENT; k++)
		items[k] = (struct part_select_items){ str_z(kind_word((enum person_kind)k)), str_z(kind_title((enum person_kind)k)), (int)now == k };
	return (struct part_select){ .name = STR("kind"), .label = page_text(TEXT_agreements_kind), .items = items, .n_items = KIND_PARENT + 1 };
}

static struct part_select standing_choice(struct page_ctx *c, struct str now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(standings) + 1);
	items[0] = (struct part_select_items){ STR(""), page_text(TEXT_agreements_all), !now.n };
	for (size_t i = 0; i < ARRAY_N(standings); i++)
		items[i + 1] = (struct part_select_items){ str_z(standings[i].word), str_z(standings[i].words), str_is(now, standings[i].word) };
	return (struct part_select){ .name = STR("standing"), .label = page_text(TEXT_agreements_standing), .items = items, .n_items = ARRAY_N(standings) + 1 };
}

static void fill_rows(struct page_ctx *c, const struct filter *f, const struct roll_row *all, size_t n, bool print, struct table *t, struct view_unsigned *v)
{
	struct view_unsigned_rows *rows = arena_array(c->arena, struct view_unsigned_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (!matches(f, &all[i]))
			continue;
		if (print || (t->total >= t->offset && v->n_rows < PER_PAGE))
			rows[v->n_rows++] = row_of(c, &all[i]);
		t->total++;
	}
	v->rows = rows;
}

enum err unsigned_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct table t = table_read(c, PER_PAGE);
	struct filter f = asked(c, t.q);
	struct roll_row *all;
	size_t n;
	struct view_unsigned v = { .q = t.q, .csv = table_csv_href(c), .print = str_is(page_query(c, "print"), "1"), .today = time_date_words(c->arena, clock_utc()) };
	TRY(agreement_roll(&st, c->arena, c->school, clock_utc(), &all, &n));
	if (t.csv)
		return csv(c, &f, all, n);
	TRY(class_choice(c, f.class_id, &v.class));
	v.kind = kind_choice(c, f.kind);
	v.standing = standing_choice(c, f.standing);
	fill_rows(c, &f, all, n, v.print, &t, &v);
	if (!v.print)
		v.pages = table_pages(c, &t);
	counts(c, all, n, &v);
	page_begin(c, "Who has not signed");
	view_unsigned_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- reminders ---- */

enum err reminders_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct table t = table_read(c, PER_PAGE);
	struct reminder *r;
	size_t n;
	TRY(agreement_reminders(&st, c->arena, c->school, page_query_int(c, "person", 0, 1, INT64_MAX), t.offset, PER_PAGE, &r, &n, &t.total));
	struct view_reminders_rows *rows = arena_array(c->arena, struct view_reminders_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_reminders_rows){ time_words(c->arena, r[i].at_utc), person_name(c->db, c->arena, c->school, r[i].person),
			str_z(agreement_audience_title(r[i].audience)), r[i].told };
	return page_show(c, reminders, "Reminders", .rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}

enum err reminders_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	size_t n = 0;
	TRY(agreement_remind(&st, c->school, clock_utc(), &n));
	page_flash(c, FLASH_DONE, n ? "Reminders about %zu people are on their way." : "Everybody who has not signed was reminded within the last week.", n);
	return page_redirect(c, "/agreements/reminders");
}

/* ---- paper ---- */

static enum err entered_person(struct page_ctx *c, struct person *out)
{
	int64_t id;
	TRY(page_id(c, "person", &id));
	TRY(person_get(c->db, c->arena, c->school, id, out));
	bool here = !out->left_utc || out->left_utc > clock_utc();
	return here && out->kind != KIND_PARENT && out->kind != KIND_VISITOR ? OK : ERR_ABSENT;      /* families and visits have pages of their own */
}

static struct part_radios radios(struct page_ctx *c, const char *name, enum text_key legend, const struct part_radios_items *items, size_t n)
{
	struct part_radios_items *copy = arena_array(c->arena, struct part_radios_items, n);
	for (size_t i = 0; i < n; i++) {
		copy[i] = items[i];
		copy[i].checked = str_eq(page_field(c, name), items[i].value);
	}
	copy[0].id = str_z(name);
	return (struct part_radios){ .name = str_z(name), .legend = page_text(legend), .error = page_wrong_text(c, name), .items = copy, .n_items = n };
}

static const struct part_radios_items hows[] = {
	{ .value = { "paper", 5 }, .label = { "On paper", 8 } }, { .value = { "telephone", 9 }, .label = { "By telephone", 12 } } };
static const struct part_radios_items answers[] = {
	{ .value = { "sign", 4 }, .label = { "Agreed", 6 } }, { .value = { "decline", 7 }, .label = { "Would rather not", 16 } } };

static enum err enter_page(struct page_ctx *c, const struct person *p)
{
	struct store st = page_store(c);
	struct agreement_active g;
	TRY(agreement_in_force(&st, c->arena, c->school, agreement_audience_of(c->db, c->arena, p), &g));
	return page_show(c, agreement_enter, "Enter a signature", .errors = page_errors(c), .id = p->id, .name = p->name, .title = g.text.title, .version = g.text.version,
		.since = time_date_words(c->arena, g.active_utc), .digest = promises_hex(c, g.text.digest),
		.how = radios(c, "how", TEXT_agreements_how, hows, ARRAY_N(hows)), .answer = radios(c, "answer", TEXT_agreements_answer, answers, ARRAY_N(answers)),
		.day = { .name = STR("day"), .label = page_text(TEXT_agreements_day), .hint = page_text(TEXT_agreements_day_hint), .value = page_field(c, "day"),
			.error = page_wrong_text(c, "day"), .width = STR("10") },
		.note = { .name = STR("note"), .label = page_text(TEXT_agreements_note), .hint = page_text(TEXT_agreements_note_hint), .value = page_field(c, "note"), .error = page_wrong_text(c, "note") });
}

enum err agreement_enter_show(struct page_ctx *c)
{
	struct person p;
	TRY(entered_person(c, &p));
	return enter_page(c, &p);
}

static void read_entered(struct page_ctx *c, struct sign_in *in)
{
	struct str how = page_field(c, "how"), answer = page_field(c, "answer");
	if (!str_is(how, "paper") && !str_is(how, "telephone"))
		page_wrong(c, "how", "Say how it was signed.");
	if (!str_is(answer, "sign") && !str_is(answer, "decline"))
		page_wrong(c, "answer", "Say what the answer was.");
	if (time_read_date(page_field(c, "day"), &in->signed_utc) != OK)
		page_wrong(c, "day", "Write the day of the signature like 21/11/2026.");
	else if (in->signed_utc > clock_utc())
		page_wrong(c, "day", "That day has not come yet.");
	in->note = page_field(c, "note");
	if (in->note.n > 400)
		page_wrong(c, "note", "This is too long: at most 400 letters.");
	in->how = str_is(how, "telephone") ? SIGN_TELEPHONE : SIGN_PAPER;
	in->declined = str_is(answer, "decline");
}

enum err agreement_enter_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct person p;
	uint8_t digest[SHA256_BYTES];
	TRY(entered_person(c, &p));
	TRY(hex_get(page_field(c, "digest"), digest, sizeof digest));
	struct sign_in in = { .person = p.id, .digest = digest };
	struct act act = page_act(c, "entered a signature");
	read_entered(c, &in);
	enum err e = page_is_wrong(c) ? OK : agreement_sign(&st, c->arena, &act, &in);
	if (e == ERR_STATE)
		page_wrong(c, "day", "That paper is older than the agreement in force. Please ask for the new one to be signed.");
	else if (e == ERR_STALE)
		page_wrong(c, "answer", "The agreement has changed since you opened this page. Please compare the paper with the new one.");
	else
		TRY(e);
	if (page_is_wrong(c))
		return enter_page(c, &p);
	page_flash(c, FLASH_DONE, "Kept for %.*s.%s", STRF(p.name), promises_tell_gate(c, &p.id, 1) == OK ? "" : " It may take a minute until the internet knows.");
	return page_redirect(c, "/agreements/unsigned");
}
