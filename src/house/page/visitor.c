/* The desk: who is in the building, who comes, who goes. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/routes.h"
#include "house/page/visitor.h"
#include "house/procedure/library.h"
#include "house/visitor/hour.h"

enum { HOSTS_MAX = 500, DUE_MAX = 100, IN_MAX = 500 };

/* Staff may write down a challenge; the desk is for those who may all of it. */
enum err visitor_desk(const struct page_ctx *c)
{
	return page_reach(c, CAP_VISITORS, ACCESS_READ) & REACH_ALL ? OK : ERR_FORBIDDEN;
}

struct str visitor_seeing(struct page_ctx *c, const struct visit *v)
{
	return v->host ? v->host_name : STR("");
}

static const char *agreed_word(const struct visit *v) { return v->agreed == 1 ? "yes" : v->agreed == 0 ? "no" : "ask"; }

struct str visitor_href(struct page_ctx *c, int64_t id, const char *more)
{
	return arena_fmt(c->arena, "/visitors/%lld%s", (long long)id, more);
}

static enum err rows_in(struct page_ctx *c, struct view_visitors *v)
{
	struct visit *list;
	size_t n;
	TRY(visit_list(c->db, c->arena, c->school, &(struct visit_query){ .state = VISIT_IN, .limit = IN_MAX, .oldest_first = true }, &list, &n, NULL));
	struct view_visitors_here *rows = arena_array(c->arena, struct view_visitors_here, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_visitors_here){ .href = visitor_href(c, list[i].id, ""), .out = visitor_href(c, list[i].id, "/out"), .name = list[i].name,
			.kind = str_z(kind_title(list[i].kind)), .organisation = list[i].organisation, .seeing = visitor_seeing(c, &list[i]),
			.since = time_clock_words(c->arena, list[i].in_utc), .until = time_clock_words(c->arena, list[i].until_utc), .badge = list[i].badge,
			.agreed = str_z(agreed_word(&list[i])) };
	v->here = rows;
	v->n_here = n;
	return OK;
}

static enum err rows_due(struct page_ctx *c, struct view_visitors *v)
{
	struct visit *list;
	size_t n;
	TRY(visit_list(c->db, c->arena, c->school, &(struct visit_query){ .state = VISIT_BOOKED, .limit = DUE_MAX, .oldest_first = true }, &list, &n, NULL));
	struct view_visitors_due *rows = arena_array(c->arena, struct view_visitors_due, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_visitors_due){ .href = visitor_href(c, list[i].id, ""), .arrive = arena_fmt(c->arena, "/visitors/new?booked=%lld", (long long)list[i].id),
			.name = list[i].name, .organisation = list[i].organisation, .seeing = visitor_seeing(c, &list[i]), .when = time_words(c->arena, list[i].due_utc) };
	v->due = rows;
	v->n_due = n;
	return OK;
}

enum err visitors_show(struct page_ctx *c)
{
	struct view_visitors v = { 0 };
	if (visitor_desk(c) != OK)
		return page_redirect(c, "/visitors/challenge");
	TRY(rows_in(c, &v));
	TRY(rows_due(c, &v));
	page_begin(c, "Visitors");
	view_visitors_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- a new visit ---- */

static bool hosts_kind(enum person_kind k) { return k == KIND_STAFF || k == KIND_GOVERNOR; }

static enum err hosts(struct page_ctx *c, struct str chosen, struct part_select *out)
{
	struct person *p;
	size_t n, kept = 0;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, 2 * HOSTS_MAX + 1);
	items[kept++] = (struct part_select_items){ STR(""), page_text(TEXT_visitor_nobody), !chosen.n };
	static const enum person_kind kinds[] = { KIND_STAFF, KIND_GOVERNOR };
	for (size_t k = 0; k < ARRAY_N(kinds); k++) {
		TRY(person_list(c->db, c->arena, c->school, &(struct person_query){ .kind = kinds[k], .limit = HOSTS_MAX }, &p, &n, NULL));
		for (size_t i = 0; i < n && hosts_kind(p[i].kind); i++) {
			struct str id = arena_fmt(c->arena, "%lld", (long long)p[i].id);
			items[kept++] = (struct part_select_items){ id, p[i].name, str_eq(id, chosen) };
		}
	}
	*out = (struct part_select){ .name = STR("host"), .label = page_text(TEXT_visitor_seeing), .error = page_wrong_text(c, "host"), .items = items, .n_items = kept };
	return OK;
}

static struct part_radios kinds(struct page_ctx *c, bool booking)
{
	static const struct { enum person_kind kind; enum text_key label; } all[] = {
		{ KIND_VISITOR, TEXT_visitor_kind_visitor }, { KIND_SUPPLY, TEXT_visitor_kind_supply }, { KIND_CONTRACTOR, TEXT_visitor_kind_contractor },
		{ KIND_VOLUNTEER, TEXT_visitor_kind_volunteer },
	};
	struct str now = page_field(c, "kind");
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, ARRAY_N(all));
	for (size_t i = 0; i < ARRAY_N(all); i++)
		items[i] = (struct part_radios_items){ .value = str_z(kind_word(all[i].kind)), .label = page_text(all[i].label), .id = i ? STR_NONE : STR("kind"),
			.hint = all[i].kind == KIND_SUPPLY ? page_text(TEXT_visitor_kind_supply_hint) : STR_NONE,
			.checked = now.n ? str_is(now, kind_word(all[i].kind)) : i == 0 };
	return (struct part_radios){ .name = STR("kind"), .legend = page_text(TEXT_visitor_kind_legend), .error = page_wrong_text(c, "kind"), .items = items, .n_items = ARRAY_N(all) };
}

/* What the form is filled with: what was typed, else what is known of them. */
struct filled { struct str again, person, booked, organisation, host, purpose, car; };

static struct str typed(struct page_ctx *c, const char *field, struct str known)
{
	struct str s = c->req->method == METHOD_POST ? page_field(c, field) : STR_NONE;
	return s.p ? s : known;
}

static enum err fill_booked(struct page_ctx *c, struct str id_text, struct filled *f)
{
	struct visit v;
	int64_t id;
	if (str_i64(id_text, &id) != OK)
		return ERR_ABSENT;
	TRY(visit_get(c->db, c->arena, c->school, id, &v));
	if (v.state != VISIT_BOOKED)
		return ERR_STATE;
	*f = (struct filled){ .again = v.name, .booked = id_text, .organisation = v.organisation, .purpose = v.purpose, .car = v.car,
		.host = v.host ? arena_fmt(c->arena, "%lld", (long long)v.host) : STR("") };
	return OK;
}

static enum err fill_known(struct page_ctx *c, struct str id_text, struct filled *f)
{
	struct person p;
	struct visit *v;
	size_t n;
	int64_t id;
	if (str_i64(id_text, &id) != OK)
		return ERR_ABSENT;
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	if (p.kind != KIND_VISITOR && p.kind != KIND_SUPPLY && p.kind != KIND_CONTRACTOR && p.kind != KIND_VOLUNTEER)
		return ERR_ABSENT;
	TRY(visit_list(c->db, c->arena, c->school, &(struct visit_query){ .any_state = true, .person = id, .limit = 1 }, &v, &n, NULL));
	*f = (struct filled){ .again = p.name, .person = id_text };
	if (n) {
		f->organisation = v->organisation;
		f->purpose = v->purpose;
		f->car = v->car;
	}
	return OK;
}

static enum err fill(struct page_ctx *c, struct filled *f)
{
	bool posted = c->req->method == METHOD_POST;
	struct str booked = posted ? page_field(c, "booked") : page_query(c, "booked"), person = posted ? page_field(c, "person") : page_query(c, "person");
	*f = (struct filled){ 0 };
	if (booked.n)
		return fill_booked(c, booked, f);
	return person.n ? fill_known(c, person, f) : OK;
}

static enum err known_rows(struct page_ctx *c, bool booking, struct view_visitor_new *v)
{
	struct visit *list;
	size_t n;
	v->q = page_query(c, "q");
	v->asked = v->q.n > 0;
	if (!v->asked)
		return OK;
	TRY(visit_known(c->db, c->arena, c->school, v->q, &list, &n));
	struct view_visitor_new_known *rows = arena_array(c->arena, struct view_visitor_new_known, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_visitor_new_known){ .href = arena_fmt(c->arena, "/visitors/%s?person=%lld", booking ? "book" : "new", (long long)list[i].person),
			.name = list[i].name, .about = arena_fmt(c->arena, "%s%s%.*s%s%.*s", kind_title(list[i].kind), list[i].organisation.n ? ", " : "",
				STRF(list[i].organisation), list[i].due_utc ? ", last here " : "",
				STRF(list[i].due_utc ? time_date_words(c->arena, list[i].due_utc) : STR(""))) };
	v->known = rows;
	v->n_known = n;
	return OK;
}

static enum err form_page(struct page_ctx *c, bool booking)
{
	struct filled f;
	TRY(fill(c, &f));
	struct view_visitor_new v = { .errors = page_errors(c), .heading = page_text(booking ? TEXT_visitor_book_title : TEXT_visitor_new_title),
		.action = booking ? STR("/visitors/book") : STR("/visitors/new"), .booking = booking, .again = f.again, .person = f.person, .booked = f.booked,
		.name = typed(c, "name", page_query(c, "q")), .name_error = page_wrong_text(c, "name"), .kinds = kinds(c, booking),
		.organisation = typed(c, "organisation", f.organisation), .organisation_error = page_wrong_text(c, "organisation"),
		.purpose = typed(c, "purpose", f.purpose), .purpose_error = page_wrong_text(c, "purpose"),
		.day = page_field(c, "due"), .day_error = page_wrong_text(c, "due"), .time = page_field(c, "time"), .time_error = page_wrong_text(c, "time"),
		.car = typed(c, "car", f.car), .car_error = page_wrong_text(c, "car"), .badge = page_field(c, "badge"), .badge_error = page_wrong_text(c, "badge"),
		.until = page_field(c, "until"), .until_error = page_wrong_text(c, "until") };
	TRY(hosts(c, typed(c, "host", f.host), &v.host));
	TRY(known_rows(c, booking, &v));
	page_begin(c, v.heading.p);
	view_visitor_new_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err visitor_new_show(struct page_ctx *c)
{
	TRY(visitor_desk(c));
	return form_page(c, false);
}

enum err visitor_book_show(struct page_ctx *c)
{
	TRY(visitor_desk(c));
	return form_page(c, true);
}

int64_t visitor_hour(struct page_ctx *c, const char *field, int64_t day_utc, int64_t otherwise)
{
	struct str s = page_field(c, field);
	int minutes;
	if (!s.n)
		return otherwise;
	if (hour_read(s, &minutes) != OK) {
		page_wrong(c, field, "Enter a time like 3pm or 15:00.");
		return otherwise;
	}
	struct civil t = time_uk(day_utc);
	t.hour = minutes / 60;
	t.minute = minutes % 60;
	t.second = 0;
	return time_from_uk(t);
}

static int64_t number_of(struct page_ctx *c, const char *field)
{
	int64_t n = 0;
	return str_i64(page_field(c, field), &n) == OK ? n : 0;
}

static struct visit_in read_form(struct page_ctx *c)
{
	struct visit_in in = { .person = number_of(c, "person"), .name = page_field(c, "name"), .organisation = page_field(c, "organisation"),
		.purpose = page_field(c, "purpose"), .car = page_field(c, "car"), .badge = page_field(c, "badge"), .host = number_of(c, "host"),
		.closing_minute = visit_closing_minute(c->web->library ? profile_text(&c->web->library->profile, "day.close") : STR_NONE) };
	if (kind_read(page_field(c, "kind"), &in.kind) != OK)
		in.kind = 0;                     /* visit_arrive says so */
	return in;
}

enum err visitor_new_do(struct page_ctx *c)
{
	TRY(visitor_desk(c));
	struct visit_in in = read_form(c);
	struct act act = page_act(c, "signed in at the desk");
	int64_t id = 0;
	in.until_utc = visitor_hour(c, "until", clock_utc(), 0);
	enum err e = page_is_wrong(c) ? OK : visit_arrive(c->db, &act, number_of(c, "booked"), &in, &c->errors, &id);
	if (page_is_wrong(c))
		return form_page(c, false);
	TRY(e);
	return visitor_hand(c, id);
}

enum err visitor_book_do(struct page_ctx *c)
{
	TRY(visitor_desk(c));
	struct visit_in in = read_form(c);
	struct act act = page_act(c, "booked at the desk");
	int64_t id = 0, day = 0;
	if (time_read_date(page_field(c, "due"), &day) != OK)
		page_wrong(c, "due", "Enter a day like 21/11/2026.");
	in.due_utc = visitor_hour(c, "time", day, day + 9 * 3600);
	in.until_utc = visitor_hour(c, "until", day, 0);
	enum err e = page_is_wrong(c) ? OK : visit_book(c->db, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return form_page(c, true);
	TRY(e);
	page_flash(c, FLASH_DONE, "The visit is booked.");
	return page_redirect(c, "/visitors");
}

/* ---- going ---- */

enum err visitor_out_do(struct page_ctx *c)
{
	int64_t id;
	struct visit v;
	struct act act = page_act(c, "signed out at the desk");
	TRY(visitor_desk(c));
	TRY(page_id(c, "id", &id));
	TRY(visit_get(c->db, c->arena, c->school, id, &v));
	TRY(visit_leave(c->db, &act, id));
	visitor_tell_gate(c, v.person);
	page_flash(c, FLASH_DONE, "%.*s is signed out. Ask for the badge.", STRF(v.name));
	return page_redirect(c, "/visitors");
}

enum err visitor_cancel_do(struct page_ctx *c)
{
	int64_t id;
	struct act act = page_act(c, "cancelled at the desk");
	TRY(visitor_desk(c));
	TRY(page_id(c, "id", &id));
	TRY(visit_cancel(c->db, &act, id));
	page_flash(c, FLASH_DONE, "The visit is cancelled.");
	return page_redirect(c, "/visitors");
}
