#include "house/account/access_review.h"

#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/appointment.h"

static const struct { int month, day; const char *name; } TERMS[] = { { 1, 1, "spring" }, { 4, 15, "summer" }, { 9, 1, "autumn" } };

struct str access_review_key(struct arena *a, const struct calendar *c, int64_t utc)
{
	if (c && c->n_terms) {
		struct season_span s = calendar_season(c, utc);
		return utc < calendar_first_open(c, s.from_utc) ? STR("") : arena_fmt(a, ACCESS_REVIEW "-%d-%s", s.year, season_word(s.season));
	}
	struct civil now = time_uk(utc);
	size_t term = 0;
	for (size_t i = 0; i < ARRAY_N(TERMS); i++)
		if (now.month > TERMS[i].month || (now.month == TERMS[i].month && now.day >= TERMS[i].day))
			term = i;
	int64_t day = time_from_uk((struct civil){ .year = now.year, .month = TERMS[term].month, .day = TERMS[term].day, .hour = 12 });
	for (int i = 0; i < 30 && c && !calendar_is_school_day(c, day); i++)
		day += 86400;
	if (utc < time_uk_midnight(day))
		return STR("");
	return arena_fmt(a, ACCESS_REVIEW "-%d-%s", now.year, TERMS[term].name);
}

/* ---- the list ---- */

struct lines { struct task_item_in *v; size_t n; };

static void line(struct lines *l, struct str label, struct str details, int64_t about, struct str key)
{
	if (l->n < TASK_ITEMS_MAX)
		l->v[l->n++] = (struct task_item_in){ .label = str_upto(label, 300), .details = str_upto(details, 500), .about = about, .key = key };
}

/* What a person holds who has left: these come first. */
static enum err leavers(struct store *st, struct arena *a, int64_t school, int64_t now, struct lines *l)
{
	struct q_leavers_open_row *rows;
	size_t n;
	TRY(q_leavers_open(st->db, a, &(struct q_leavers_open_args){ .school = school, .now = now }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		line(l, arena_fmt(a, "%.*s has left and still has: %.*s", STRF(rows[i].name), STRF(rows[i].what)),
		     arena_fmt(a, "Left on %.*s.", STRF(time_date_words(a, rows[i].left_utc))), rows[i].person, arena_fmt(a, "leaver %lld", (long long)rows[i].person));
	return OK;
}

/* Everybody's first role says nothing; what goes further is looked at. */
static bool everyday(enum role r)
{
	return r == ROLE_LEARNER || r == ROLE_PARENT || r == ROLE_VISITOR || r == ROLE_STAFF || r == ROLE_TEACHER || r == ROLE_SUPPLY;
}

static enum err roles(struct store *st, struct arena *a, int64_t school, int64_t now, struct lines *l)
{
	struct appointment *list;
	size_t n;
	TRY(role_history(st->db, a, school, 0, &list, &n));
	for (int high = 1; high >= 0; high--)
		for (size_t i = 0; i < n; i++) {
			const struct appointment *p = &list[i];
			const struct role_facts *f = role_facts(p->role);
			if (f->second_factor != (high == 1) || everyday(p->role) || !appointment_holds_now(p, now))
				continue;
			struct str second = p->confirmed_by ? arena_fmt(a, ", confirmed by %.*s", STRF(person_name(st->db, a, school, p->confirmed_by))) : STR("");
			line(l, arena_fmt(a, "%.*s: %s%s", STRF(p->name), f->title, p->cover_of ? " (cover)" : ""),
			     arena_fmt(a, "Since %.*s, given by %.*s%.*s.%s", STRF(time_date_words(a, p->from_utc)), STRF(person_name(st->db, a, school, p->given_by)), STRF(second),
			               f->second_factor ? " Reads safeguarding text or changes rules." : ""),
			     p->person, arena_fmt(a, "role %lld %s", (long long)p->person, role_word(p->role)));
		}
	return OK;
}

/* Anything else that was given and has not ended: guest access, platforms, keys. */
static bool is_role_or_account(struct str what)
{
	if (str_is(what, "account") || str_ends(what, STR(" (cover)")))
		return true;
	for (int r = 0; r < role_count(); r++)
		if (str_is(what, role_title((enum role)r)))
			return true;
	return false;
}

static enum err grants(struct store *st, struct arena *a, int64_t school, int64_t now, struct lines *l)
{
	struct grant *list;
	size_t n;
	TRY(grant_list(st->db, a, school, 0, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (!is_role_or_account(list[i].what) && (!list[i].until_utc || list[i].until_utc > now))
			line(l, arena_fmt(a, "%.*s: %.*s", STRF(list[i].name), STRF(list[i].what)), arena_fmt(a, "Since %.*s.", STRF(time_date_words(a, list[i].from_utc))),
			     list[i].person, arena_fmt(a, "grant %lld", (long long)list[i].id));
	return OK;
}

/* Who administers a service without being named as its key administrator, as its own list said at the last look (7.9.2-07). */
static enum err service_admins(struct store *st, struct arena *a, int64_t school, struct lines *l)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "service", .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		struct str rest = entry_value(&page.entries[i], "other-admins"), name = entry_value(&page.entries[i], "name"), who;
		while (str_next(&rest, '\n', &who))
			if (who.n)
				line(l, arena_fmt(a, "%.*s administers %.*s and is not named as its key administrator", STRF(who), STRF(name)),
				     arena_fmt(a, "Named are: %.*s", STRF(entry_value(&page.entries[i], "admins"))), 0, arena_fmt(a, "service %lld", (long long)page.entries[i].id));
	}
	return OK;
}

enum err access_review_open(struct store *st, const struct act *act, const struct calendar *c, int64_t now_utc, bool *opened)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct str key = access_review_key(&a, c, now_utc);
	struct task there;
	int64_t id;
	*opened = false;
	if (!key.n || task_by_key(st, &a, act->school, key.p, &there) == OK)
		return OK;
	struct lines l = { arena_array(&a, struct task_item_in, TASK_ITEMS_MAX), 0 };
	TRY(leavers(st, &a, act->school, now_utc, &l));
	TRY(service_admins(st, &a, act->school, &l));
	TRY(roles(st, &a, act->school, now_utc, &l));
	TRY(grants(st, &a, act->school, now_utc, &l));
	struct task_in in = { .kind = ACCESS_REVIEW, .title = STR("Who can open what: the review of this term"), .for_role = "dsl", .due_utc = now_utc + ACCESS_REVIEW_DUE_S,
		.details = STR("Look at each line: does this person still need it? What ends goes to a second person where rights are high. Nobody answers for themselves: the headteacher, a deputy or the chair of governors does."),
		.key = key.p, .answers = "keep change end", .items = l.v, .n_items = l.n };
	return task_open_once(st, act, &in, &d, &id, opened);
}

/* ---- what follows ---- */

static enum err end_role(struct store *st, struct arena *a, const struct act *act, const struct task_item *i, struct str rest, struct diag *d, size_t *proposed)
{
	struct str id;
	enum role r;
	int64_t made;
	bool at_once;
	(void)str_next(&rest, ' ', &id);               /* the person: in `about` too */
	if (role_read(rest, &r) != OK)
		return OK;
	struct second_in in = { SECOND_ROLE_END, i->about, arena_fmt(a, "%.*s is no longer %s", STRF(person_name(st->db, a, act->school, i->about)), role_title(r)),
		arena_fmt(a, "role = %s\n", role_word(r)), i->note.n ? i->note : STR("Ended by the access review.") };
	enum err e;
	if (role_facts(r)->second_factor && i->about != act->person)
		e = second_propose(st, act, &in, d, &made, &at_once);
	else
		e = role_end(st->db, act, i->about, r, 0);
	*proposed += e == OK && role_facts(r)->second_factor;
	return e == ERR_EXISTS || e == ERR_ABSENT || e == ERR_INVALID ? OK : e;       /* ended meanwhile, or waits already */
}

static enum err end_one(struct store *st, struct arena *a, const struct act *act, const struct task_item *i, struct diag *d, size_t *proposed)
{
	struct str kind, rest = i->key;
	int64_t id;
	if (!str_next(&rest, ' ', &kind))
		return OK;
	if (str_is(kind, "role"))
		return end_role(st, a, act, i, rest, d, proposed);
	if (str_is(kind, "leaver"))
		return person_leave(st->db, act, i->about, 0);
	if (str_is(kind, "grant") && str_i64(rest, &id) == OK)
		return grant_end(st->db, act, i->about, id);
	return OK;
}

enum err access_review_act(struct store *st, const struct act *act, int64_t task, struct diag *d, size_t *proposed)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct task_item *items;
	size_t n;
	int64_t total = 1;
	*proposed = 0;
	for (int64_t from = 0; from < total; from += ENTRY_PAGE_MAX) {
		TRY(task_items(st, &a, act->school, task, from, ENTRY_PAGE_MAX, &items, &n, &total, NULL));
		for (size_t i = 0; i < n; i++)
			if (str_is(items[i].answer, "end"))
				TRY(end_one(st, &a, act, &items[i], d, proposed));
	}
	return OK;
}

enum err access_review_count(struct store *st, struct arena *a, int64_t school, int64_t task, struct access_review_sum *out)
{
	struct task_item *items;
	size_t n;
	int64_t total = 1;
	*out = (struct access_review_sum){ 0 };
	for (int64_t from = 0; from < total; from += ENTRY_PAGE_MAX) {
		TRY(task_items(st, a, school, task, from, ENTRY_PAGE_MAX, &items, &n, &total, NULL));
		for (size_t i = 0; i < n; i++) {
			out->keep += str_is(items[i].answer, "keep");
			out->change += str_is(items[i].answer, "change");
			out->end += str_is(items[i].answer, "end");
			out->left += !items[i].answer.n;
		}
	}
	return OK;
}
