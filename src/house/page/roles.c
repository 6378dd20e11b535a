/* The register of roles: who is appointed, who stands in, what is vacant, and what it was before. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/appointment.h"
#include "house/account/glass.h"
#include "house/account/second.h"
#include "house/page/desk.h"
#include "house/page/page_store.h"
#include "house/page/people.h"
#include "house/page/role_lines.h"
#include "house/page/roles.h"
#include "house/procedure/library.h"
#include "house/web/table.h"

enum { WHY_MAX = 500, HISTORY_PAGE = 50, DAY_S = 86400 };

bool page_may_appoint(const struct page_ctx *c)
{
	return page_may(c, CAP_ROLES, ACCESS_WRITE) || page_may(c, CAP_ROLES, ACCESS_APPROVE);
}

/* ---- the form of an appointment, and of cover ---- */

static struct part_select role_choice(struct page_ctx *c)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, (size_t)role_count() + 1);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), STR("Choose"), false };
	for (int r = 0; r < role_count(); r++)
		if (r != ROLE_LEARNER)
			items[n++] = (struct part_select_items){ str_z(role_word((enum role)r)), str_z(role_title((enum role)r)), str_is(page_field(c, "role"), role_word((enum role)r)) };
	return (struct part_select){ .name = STR("role"), .label = page_text(TEXT_appoint_role), .error = page_wrong_text(c, "role"), .items = items, .n_items = n };
}

/* "dsl:12": the roles that somebody holds of their own and that matter when they are away. */
static enum err cover_choice(struct page_ctx *c, int64_t person, struct part_select *out)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, 500);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), STR("Choose"), false };
	for (int r = 0; r < role_count(); r++) {
		struct person *p;
		size_t found;
		if (r == ROLE_LEARNER || r == ROLE_PARENT || r == ROLE_VISITOR || r == ROLE_STAFF || r == ROLE_TEACHER || r == ROLE_SUPPLY)
			continue;
		TRY(person_of_role(c->db, c->arena, c->school, (enum role)r, &p, &found));
		for (size_t i = 0; i < found && n < 500; i++) {
			struct str value = arena_fmt(c->arena, "%s:%lld", role_word((enum role)r), (long long)p[i].id);
			if (p[i].id != person)
				items[n++] = (struct part_select_items){ value, arena_fmt(c->arena, "%s, for %.*s", role_title((enum role)r), STRF(p[i].name)),
					str_eq(page_field(c, "cover"), value) };
		}
	}
	*out = (struct part_select){ .name = STR("cover"), .label = page_text(TEXT_appoint_cover), .hint = page_text(TEXT_appoint_cover_hint),
		.error = page_wrong_text(c, "cover"), .items = items, .n_items = n };
	return OK;
}

static struct part_input input(struct page_ctx *c, const char *name, enum text_key label, enum text_key hint, bool has_hint)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .hint = has_hint ? page_text(hint) : STR_NONE, .value = page_field(c, name),
		.error = page_wrong_text(c, name), .width = STR("20") };
}

static enum err form(struct page_ctx *c, const struct person *p, bool cover)
{
	struct view_appoint v = { .errors = page_errors(c), .id = p->id, .name = p->name, .cover = cover,
		.from = input(c, "from", TEXT_appoint_from, TEXT_appoint_from_hint, true), .until = input(c, "until", TEXT_appoint_until, TEXT_appoint_until_hint, !cover),
		.trained = input(c, "trained", TEXT_appoint_trained, TEXT_appoint_trained_hint, true), .why = input(c, "why", TEXT_appoint_why, TEXT_appoint_why_hint, true),
		.duties = { .name = STR("duties"), .label = page_text(TEXT_appoint_duties), .hint = page_text(TEXT_appoint_duties_hint), .value = page_field(c, "duties"),
			.error = page_wrong_text(c, "duties"), .rows = 4 } };
	v.role = role_choice(c);
	TRY(cover_choice(c, p->id, &v.whom));
	page_begin(c, cover ? "Arrange cover" : "Appoint to a role");
	view_appoint_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

static enum err whom(struct page_ctx *c, struct person *p)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(page_may_appoint(c) ? OK : ERR_FORBIDDEN);
	TRY(person_get(c->db, c->arena, c->school, id, p));
	/* The break-glass account has a role for an hour, by its envelopes, and no other. */
	return str_is(p->username, GLASS_USERNAME) ? ERR_FORBIDDEN : OK;
}

enum err person_role_show(struct page_ctx *c)
{
	struct person p;
	TRY(whom(c, &p));
	return form(c, &p, false);
}

enum err person_cover_show(struct page_ctx *c)
{
	struct person p;
	TRY(whom(c, &p));
	return form(c, &p, true);
}

/* ---- what was typed ---- */

static int64_t date(struct page_ctx *c, const char *field, int64_t plus)
{
	int64_t at = 0;
	struct str s = page_field(c, field);
	if (s.n && time_read_date(s, &at) != OK)
		page_wrong(c, field, "Enter a date like 21/11/2026.");
	return s.n && !page_is_wrong(c) ? at + plus : 0;
}

static void read_role(struct page_ctx *c, struct str word, struct appointment_in *in)
{
	if (role_read(word, &in->role) != OK)
		page_wrong(c, "role", "Choose a role.");
}

static void read_cover(struct page_ctx *c, struct appointment_in *in)
{
	struct str s = page_field(c, "cover");
	ptrdiff_t colon = str_chr(s, ':');
	if (colon < 0 || role_read(str_upto(s, (size_t)(colon < 0 ? 0 : colon)), &in->role) != OK || str_i64(str_from(s, (size_t)colon + 1), &in->cover_of) != OK)
		page_wrong(c, "cover", "Choose who is covered, and in which role.");
}

static struct appointment_in typed(struct page_ctx *c, const struct person *p, bool cover)
{
	struct appointment_in in = { .person = p->id, .duties = page_field(c, "duties") };
	if (cover)
		read_cover(c, &in);
	else
		read_role(c, page_field(c, "role"), &in);
	in.from_utc = date(c, "from", 0);
	in.until_utc = date(c, "until", DAY_S - 1);          /* the whole of that day */
	in.trained_utc = date(c, "trained", 0);
	if (in.from_utc && in.from_utc <= time_uk_midnight(clock_utc()))
		in.from_utc = 0;                             /* nothing is given for days gone by */
	return in;
}

static struct str folded(struct arena *a, struct str s)
{
	AUTO(buf_done) struct buf b = buf_init(2 * DUTIES_MAX + 10);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n')
			buf_z(&b, "\\n");
		else
			buf_byte(&b, (uint8_t)s.p[i]);
	return arena_str(a, buf_str(&b));
}

static struct str terms(struct arena *a, const struct appointment_in *in)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	buf_fmt(&b, "role = %s\n", role_word(in->role));
	if (in->from_utc)
		buf_fmt(&b, "from = %.*s\n", STRF(time_iso(a, in->from_utc)));
	if (in->until_utc)
		buf_fmt(&b, "until = %.*s\n", STRF(time_iso(a, in->until_utc)));
	if (in->cover_of)
		buf_fmt(&b, "cover = %lld\n", (long long)in->cover_of);
	if (in->trained_utc)
		buf_fmt(&b, "trained = %.*s\n", STRF(time_iso(a, in->trained_utc)));
	if (in->duties.n)
		buf_fmt(&b, "duties = %.*s\n", STRF(folded(a, in->duties)));
	return arena_str(a, buf_str(&b));
}

static struct str says(struct page_ctx *c, const struct person *p, const struct appointment_in *in)
{
	struct str until = in->until_utc ? arena_fmt(c->arena, " until %.*s", STRF(time_date_words(c->arena, in->until_utc))) : STR("");
	if (in->cover_of)
		return arena_fmt(c->arena, "%.*s stands in as %s for %.*s%.*s", STRF(p->name), role_title(in->role),
			STRF(person_name(c->db, c->arena, c->school, in->cover_of)), STRF(until));
	return arena_fmt(c->arena, "%.*s becomes %s%.*s", STRF(p->name), role_title(in->role), STRF(until));
}

/* ---- proposing ---- */

static enum err propose(struct page_ctx *c, const struct second_in *in, bool *at_once)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "proposed a change of rights");
	int64_t id;
	return second_propose(&st, &act, in, &c->errors, &id, at_once);
}

static enum err proposed(struct page_ctx *c, int64_t person, bool at_once, const char *done)
{
	if (at_once)
		page_flash(c, FLASH_DONE, "%s Nobody else could confirm it yet: it is kept as confirmed by nobody.", done);
	else
		page_flash(c, FLASH_NOTE, "It waits for a second person. They have been told, and see it under Changes of rights.");
	return page_redirect(c, "/people/%lld", (long long)person);
}

static enum err appoint(struct page_ctx *c, bool cover)
{
	struct person p;
	bool at_once = true;
	TRY(whom(c, &p));
	if (p.id == c->session->person)
		return ERR_FORBIDDEN;            /* nobody gives themselves more than they have */
	struct appointment_in in = typed(c, &p, cover);
	bool two = !page_is_wrong(c) && role_facts(in.role)->second_factor;
	struct str why = two ? page_need(c, "why", WHY_MAX, "Say why.") : page_field(c, "why");
	struct act act = page_act(c, why.n ? arena_z(c->arena, str_upto(why, WHY_MAX)) : "role register");
	enum err e = OK;
	if (two && page_is_wrong(c))
		(void)appointment_check(c->db, c->school, &in, &c->errors);      /* everything that is wrong is told at once */
	if (!page_is_wrong(c) && two)
		e = propose(c, &(struct second_in){ SECOND_ROLE_GIVE, p.id, says(c, &p, &in), terms(c->arena, &in), why }, &at_once);
	else if (!page_is_wrong(c))
		e = appointment_make(c->db, &act, &in, &c->errors);
	if (page_is_wrong(c))
		return form(c, &p, cover);
	TRY(e);
	if (two)
		return proposed(c, p.id, at_once, "Done.");
	page_flash(c, FLASH_DONE, cover ? "Cover is arranged." : "The role is given.");
	return page_redirect(c, "/people/%lld", (long long)p.id);
}

enum err person_role_do(struct page_ctx *c) { return appoint(c, false); }
enum err person_cover_do(struct page_ctx *c) { return appoint(c, true); }

enum err person_role_end(struct page_ctx *c)
{
	struct person p;
	enum role r;
	bool at_once = true;
	struct str why = page_field(c, "why");
	TRY(whom(c, &p));
	TRY(role_read(page_field(c, "role"), &r));
	if (p.id == c->session->person && r == ROLE_ADMIN)
		return ERR_STATE;                /* nobody locks themselves out */
	struct act act = page_act(c, why.n ? arena_z(c->arena, str_upto(why, WHY_MAX)) : "role register");
	if (!role_facts(r)->second_factor || p.id == c->session->person) {           /* one may always give up one's own */
		TRY(role_end(c->db, &act, p.id, r, 0));
		page_flash(c, FLASH_DONE, "The role is ended.");
		return page_redirect(c, "/people/%lld", (long long)p.id);
	}
	struct second_in in = { SECOND_ROLE_END, p.id, arena_fmt(c->arena, "%.*s is no longer %s", STRF(p.name), role_title(r)),
		arena_fmt(c->arena, "role = %s\n", role_word(r)), why.n ? str_upto(why, WHY_MAX) : STR("The appointment ends.") };
	enum err e = propose(c, &in, &at_once);
	if (page_is_wrong(c)) {
		page_flash(c, FLASH_WARNING, "%.*s", STRF(c->errors.items[0].text));
		return page_redirect(c, "/people/%lld", (long long)p.id);
	}
	TRY(e);
	return proposed(c, p.id, at_once, "The role is ended.");
}

enum err person_trained_do(struct page_ctx *c)
{
	struct person p;
	enum role r;
	int64_t at;
	struct act act = page_act(c, "training recorded");
	TRY(whom(c, &p));
	TRY(role_read(page_field(c, "role"), &r));
	if (time_read_date(page_field(c, "trained"), &at) != OK || at > clock_utc()) {
		page_flash(c, FLASH_WARNING, "Enter the day of the training, like 21/11/2026, today or earlier. Nothing was changed.");
		return page_redirect(c, "/people/%lld", (long long)p.id);
	}
	TRY(appointment_trained_set(c->db, &act, p.id, r, at));
	page_flash(c, FLASH_DONE, "The training is recorded.");
	return page_redirect(c, "/people/%lld", (long long)p.id);
}

/* A telephone was lost: whoever makes a new password must not clear the second step as well, so two do it. */
enum err person_factor_do(struct page_ctx *c)
{
	int64_t id;
	struct person p;
	bool at_once = true;
	TRY(page_id(c, "id", &id));
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	if (id == c->session->person || !page_has_role(c, ROLE_ADMIN))
		return ERR_FORBIDDEN;
	TRY(people_other_half(c, id, "password.set"));
	TRY(people_other_half(c, id, "sign-in.code-made"));
	TRY(people_other_half(c, id, "sign-in.outside-linked"));
	struct second_in in = { SECOND_FACTOR_CLEAR, id, arena_fmt(c->arena, "%.*s sets up the second step at sign-in again", STRF(p.name)), STR("again = yes\n"),
		STR("The second step was lost.") };
	enum err e = propose(c, &in, &at_once);
	if (page_is_wrong(c)) {
		page_flash(c, FLASH_WARNING, "%.*s", STRF(c->errors.items[0].text));
		return page_redirect(c, "/people/%lld", (long long)id);
	}
	TRY(e);
	return proposed(c, id, at_once, "The second step is cleared. It is set up again at the next sign-in.");
}

/* ---- the register ---- */

static bool everyday(enum role r) { return r == ROLE_LEARNER || r == ROLE_PARENT || r == ROLE_VISITOR || r == ROLE_STAFF || r == ROLE_TEACHER; }

static struct str until_of(struct page_ctx *c, const struct appointment *p)
{
	return p->until_utc ? time_date_words(c->arena, p->until_utc) : STR("");
}

enum err roles_show(struct page_ctx *c)
{
	struct appointment *list;
	size_t n;
	struct view_roles v = { .may_see_changes = page_sees_rights(c), .may_history = page_may_appoint(c) || page_may(c, CAP_GOVERNOR, ACCESS_READ) };
	struct str *gaps;
	TRY(page_vacancies(c, &gaps, &v.n_gaps));
	v.gaps = gaps;
	TRY(role_history(c->db, c->arena, c->school, 0, &list, &n));
	struct view_roles_rows *rows = arena_array(c->arena, struct view_roles_rows, n + 1);
	for (int r = 0; r < role_count(); r++)
		for (size_t i = 0; i < n && !everyday((enum role)r); i++)
			if (list[i].role == (enum role)r && (!list[i].until_utc || list[i].until_utc > clock_utc()))
				rows[v.n_rows++] = (struct view_roles_rows){ .role = str_z(role_title((enum role)r)), .name = list[i].name,
					.cover = list[i].cover_of > 0, .later = list[i].from_utc > clock_utc(), .accountable = str_z(role_facts((enum role)r)->accountable),
					.since = time_date_words(c->arena, list[i].from_utc), .until = until_of(c, &list[i]) };
	v.rows = rows;
	page_begin(c, "Role register");
	view_roles_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- what it was before ---- */

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

static bool fits(struct arena *a, const struct appointment *p, struct str words)
{
	return !words.n || str_find(lower(a, p->name), lower(a, words)) >= 0 || str_find(lower(a, str_z(role_title(p->role))), lower(a, words)) >= 0;
}

static enum err history_csv(struct page_ctx *c, const struct appointment *p, size_t n)
{
	static const char *const heads[] = { "Role", "Name", "From", "Until", "Cover for", "Given by", "Confirmed by", "Reason", "Comprises", "Ended by", "Reason of the end" };
	csv_begin(c, "appointments.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		const struct str cells[] = { str_z(role_title(p[i].role)), p[i].name, time_iso_date(c->arena, p[i].from_utc),
			p[i].until_utc ? time_iso_date(c->arena, p[i].until_utc) : STR(""), p[i].cover_of ? page_who(c, p[i].cover_of) : STR(""), page_who(c, p[i].given_by),
			p[i].confirmed_by ? page_who(c, p[i].confirmed_by) : STR(""), p[i].why, p[i].duties, p[i].ended_by ? page_who(c, p[i].ended_by) : STR(""), p[i].ended_why };
		for (size_t k = 0; k < ARRAY_N(cells); k++)
			csv_cell(c, cells[k]);
		csv_row(c);
	}
	return csv_end(c);
}

enum err roles_history_show(struct page_ctx *c)
{
	struct table t = table_read(c, HISTORY_PAGE);
	struct appointment *all;
	size_t n, kept = 0;
	TRY(role_history(c->db, c->arena, c->school, 0, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].role != ROLE_LEARNER && all[i].role != ROLE_PARENT && all[i].role != ROLE_VISITOR && fits(c->arena, &all[i], t.q))
			all[kept++] = all[i];
	if (t.csv)
		return history_csv(c, all, kept);
	t.total = (int64_t)kept;
	struct view_roles_history_rows *rows = arena_array(c->arena, struct view_roles_history_rows, HISTORY_PAGE + 1);
	size_t shown = 0;
	for (size_t i = (size_t)t.offset; i < kept && shown < HISTORY_PAGE; i++)
		rows[shown++] = (struct view_roles_history_rows){ str_z(role_title(all[i].role)), all[i].name, time_date_words(c->arena, all[i].from_utc), until_of(c, &all[i]),
			page_who(c, all[i].given_by), all[i].confirmed_by ? page_who(c, all[i].confirmed_by) : STR(""), all[i].why, all[i].cover_of > 0 };
	return page_show(c, roles_history, "Appointments, present and past", .q = t.q, .csv = table_csv_href(c), .rows = rows, .n_rows = shown, .pages = table_pages(c, &t));
}
