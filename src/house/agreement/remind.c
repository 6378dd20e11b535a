/* Reminders that keep going until somebody has signed. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/agreement/inside.h"
#include "house/agreement/roll.h"
#include "house/family/family.h"
#include "house/family/link.h"
#include "house/notify/notify.h"

static const char *const reg = "agreement-reminder";

struct round {
	struct store *st;
	struct arena *a;
	struct act act;
	int64_t now;
	const struct entry *recent;    /* of the last week */
	size_t n_recent;
};

static bool reminded(const struct round *r, int64_t person)
{
	for (size_t i = 0; i < r->n_recent; i++)
		if (entry_i64(&r->recent[i], "person") == person)
			return true;
	return false;
}

static enum err recent_read(struct round *r)
{
	struct entry_may may = agreement_may(r->act.school);
	struct entry *all = arena_array(r->a, struct entry, ROLL_MAX);
	int64_t total = 1, since = r->now - REMIND_DAYS * 86400 + 3600;      /* an hour less: the job's own hour drifts */
	size_t n = 0;
	for (int64_t at = 0; at < total && n + ENTRY_PAGE_MAX <= ROLL_MAX; at += ENTRY_PAGE_MAX) {
		struct entry_query q = { .reg = reg, .from_utc = since, .offset = at, .limit = ENTRY_PAGE_MAX };
		struct entry_page page;
		TRY(entry_list(r->st, r->a, &may, &q, &page));
		total = page.total;
		for (size_t i = 0; i < page.n; i++)
			all[n++] = page.entries[i];
	}
	r->recent = all;
	r->n_recent = n;
	return OK;
}

/* A family that was sent its link this week (by the office, by an import, because it asked) is not sent another, which would end
 * the first.  What this round itself sends does not count. */
static enum err asked_lately(struct round *r, int64_t person, bool *out)
{
	struct q_outbox_of_row *rows;
	size_t n;
	*out = false;
	TRY(q_outbox_of(r->st->db, r->a, &(struct q_outbox_of_args){ .school = r->act.school, .person = person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].kind, notice_word(NOTICE_FAMILY)) && rows[i].made_utc > r->now - REMIND_DAYS * 86400 + 3600 && rows[i].made_utc < r->now)
			*out = true;
	return OK;
}

/* A family without a password is sent a link of its own. */
static enum err send(struct round *r, int64_t person, const char *link)
{
	struct person p;
	TRY(person_get(r->st->db, r->a, r->act.school, person, &p));
	if (p.kind == KIND_PARENT && !p.has_password && p.email.n && !link_refusal(r->st->db, r->a, r->act.school, person))
		return link_invite(r->st->db, &r->act, person);
	return notify_add(r->st->db, &r->act, NOTICE_AGREEMENT, person, link, 0, 0);
}

static enum err tell(struct round *r, struct buf *told, int64_t person, const char *as, const char *link)
{
	TRY(send(r, person, link));
	buf_fmt(told, "%s%.*s (%s)", told->n ? ", " : "", STRF(person_name(r->st->db, r->a, r->act.school, person)), as);
	return OK;
}

static enum err tell_about_child(struct round *r, struct buf *told, const struct person *child)
{
	struct q_class_teachers_row *staff;
	struct family_contact *family;
	size_t n = 0, m = 0;
	const char *missing;
	if (child->class_id)
		TRY(q_class_teachers(r->st->db, r->a, &(struct q_class_teachers_args){ .school = r->act.school, .class = child->class_id, .now = r->now }, &staff, &n));
	for (size_t i = 0; i < n; i++)
		TRY(tell(r, told, staff[i].person, "teacher", "/classes"));
	TRY(family_told(r->st->db, r->a, r->act.school, child->id, &family, &m, &missing));
	for (size_t i = 0; i < m; i++) {
		bool lately;
		TRY(asked_lately(r, family[i].adult, &lately));
		if (!lately)
			TRY(tell(r, told, family[i].adult, "family", "/agreement"));
	}
	return OK;
}

/* A parent is asked only when there is a child here whom they may see, and when no link went to them this week. */
static enum err parent_waits(struct round *r, int64_t parent, bool *out)
{
	struct person *kids;
	size_t n;
	bool lately;
	TRY(family_sees(r->st->db, r->a, r->act.school, parent, &kids, &n));
	TRY(asked_lately(r, parent, &lately));
	*out = n > 0 && !lately;
	return OK;
}

static enum err write(struct round *r, const struct roll_row *row, struct str told)
{
	struct entry_field f[] = {
		agreement_field("person", arena_i64(r->a, row->p.id)), agreement_field("audience", row->audience),
		agreement_field("sent", time_iso(r->a, r->now)), agreement_field("told", told),
	};
	struct entry_person who[] = { { row->p.id, ENTRY_SUBJECT } };
	struct entry_in in = { .reg = reg, .state = "sent", .fields = f, .n_fields = agreement_filled(f, ARRAY_N(f)), .people = who, .n_people = 1 };
	int64_t id;
	return entry_create(r->st, &r->act, &in, NULL, &id);
}

static enum err remind_one(struct round *r, const struct roll_row *row, size_t *n)
{
	AUTO(buf_done) struct buf told = buf_init(8000);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	bool waits = true;
	if (row->p.kind == KIND_PARENT)
		TRY(parent_waits(r, row->p.id, &waits));
	if (!waits || row->p.kind == KIND_VISITOR || row->p.kind == KIND_CONTRACTOR || reminded(r, row->p.id))
		return OK;
	TRY(db_tx_begin(r->st->db, &tx));
	TRY(row->p.kind == KIND_LEARNER ? tell_about_child(r, &told, &row->p) : tell(r, &told, row->p.id, "themselves", "/agreement"));
	TRY(write(r, row, told.n ? buf_str(&told) : STR("nobody: no class, and no family on file that was not asked this week")));
	TRY(db_tx_commit(&tx));
	++*n;
	return OK;
}

enum err agreement_remind(struct store *st, int64_t school, int64_t now_utc, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct round r = { .st = st, .a = &a, .act = { school, 0, "reminder of an agreement" }, .now = now_utc };
	struct roll_row *rows;
	size_t m;
	*n = 0;
	TRY(recent_read(&r));
	TRY(agreement_roll(st, &a, school, now_utc, &rows, &m));
	for (size_t i = 0; i < m; i++)
		if (roll_waits(&rows[i]))
			TRY(remind_one(&r, &rows[i], n));
	return OK;
}

enum err agreement_reminders(struct store *st, struct arena *a, int64_t school, int64_t person, int64_t offset, int64_t limit,
                             struct reminder **out, size_t *n, int64_t *total)
{
	struct entry_may may = agreement_may(school);
	struct entry_query q = { .reg = reg, .offset = offset, .limit = limit, .where = { { "person", ENTRY_IS, person, STR_NONE } }, .n_where = person ? 1 : 0 };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	struct reminder *v = arena_array(a, struct reminder, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		v[i] = (struct reminder){ entry_i64(&page.entries[i], "person"), entry_utc(&page.entries[i], "sent"),
			entry_value(&page.entries[i], "audience"), entry_value(&page.entries[i], "told") };
	*out = v;
	*n = page.n;
	*total = page.total;
	return OK;
}
