/* What falls due is opened; what is late is told. */
#include "base/clock.h"
#include "base/cut.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/account/people.h"
#include "house/duty/turn_inner.h"
#include "house/notify/notify.h"
#include "house/register/names.h"
#include "house/task/task.h"

enum { DAY = 86400, FIRST_DAYS = 28 /* what was overdue when the duty was first taken up */, SEEN_MAX = 20000, TITLE_BYTES = 200 /* as the register keeps it */ };

struct run {
	const struct duty_desk *k;
	const struct act *act;
	struct arena *a;
	const struct duty *d;
	struct duty_text text;
	int64_t now;
	size_t opened;
};

/* ---- which there are already ---- */

struct seen { int64_t *people; size_t n; bool any; };

static enum err seen(struct run *r, struct str key, struct seen *out)
{
	struct entry_may may = duty_may(r->act->school);
	struct entry_query q = { .reg = "duty-turn", .where = { { "duty", ENTRY_IS, 0, r->d->id }, { "turn", ENTRY_IS, 0, key } }, .n_where = 2, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	*out = (struct seen){ .people = arena_array(r->a, int64_t, 1) };
	do {
		TRY(entry_list(r->k->store, r->a, &may, &q, &page));
		int64_t *more = arena_array(r->a, int64_t, out->n + page.n + 1);
		for (size_t i = 0; i < out->n; i++)
			more[i] = out->people[i];
		for (size_t i = 0; i < page.n; i++)
			more[out->n++] = entry_i64(&page.entries[i], "person");
		out->people = more;
		out->any = out->n > 0;
		q.offset += ENTRY_PAGE_MAX;
	} while (page.n == ENTRY_PAGE_MAX && out->n < SEEN_MAX);
	return OK;
}

static bool has(const struct seen *s, int64_t person)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->people[i] == person)
			return true;
	return false;
}

/* ---- opening ---- */

/* The first role of a group that somebody holds. */
static enum err held(struct run *r, struct str group, struct str *out)
{
	struct str word, rest = group, first = STR_NONE;
	int64_t *people;
	size_t n;
	while (str_next(&rest, '/', &word)) {
		if (!first.n)
			first = word;
		TRY(notify_holders(r->k->store->db, r->a, r->act->school, word, &people, &n));
		if (n) {
			*out = arena_str(r->a, word);
			return OK;
		}
	}
	*out = arena_str(r->a, first);
	return OK;
}

static enum err open_task(struct run *r, int64_t turn, struct str title, size_t part, int64_t person, int64_t due)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct str role = STR_NONE;
	int64_t id;
	if (!person)
		TRY(held(r, r->d->who[part], &role));
	struct task_in in = { .kind = "duty", .title = title, .for_person = person, .for_role = person ? NULL : role.p, .due_utc = due,
		.link = arena_fmt(r->a, "/calendar/turn/%lld", (long long)turn).p, .key = arena_fmt(r->a, "duty %lld %zu", (long long)turn, part).p };
	return task_open_once(r->k->store, r->act, &in, &d, &id, NULL);
}

static enum err open_turn(struct run *r, struct str key, struct str title, int64_t due, int64_t person)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_field f[10];
	int64_t id;
	bool by_clock = r->d->on != ON_ENTRY && r->d->on != ON_JOINING;
	if (by_clock && due < r->text.since_utc + DAY)           /* it was late before anybody was asked: time to do it */
		due = r->text.since_utc + (int64_t)FIRST_DAYS * DAY;
	size_t n = duty_put(f, 0, "duty", r->d->id);
	n = duty_put(f, n, "turn", key);
	n = duty_put(f, n, "title", title);
	n = duty_put(f, n, "person", arena_id(r->a, person));
	n = duty_put(f, n, "whose", person ? arena_fmt(r->a, "p%lld", (long long)person) : STR("role"));
	n = duty_put(f, n, "roles", person ? STR_NONE : r->d->who[0]);
	n = duty_put(f, n, "due", time_iso(r->a, due));
	n = duty_put(f, n, "wording", arena_id(r->a, r->text.number));
	struct entry_in in = { .reg = "duty-turn", .state = "open", .fields = f, .n_fields = n };
	TRY(db_tx_begin(r->k->store->db, &tx));
	TRY(entry_create(r->k->store, r->act, &in, NULL, &id));
	for (size_t i = 0; i < r->d->n_who; i++)
		TRY(open_task(r, id, title, i, person, due));
	TRY(db_tx_commit(&tx));
	r->opened++;
	return OK;
}

/* ---- whose ---- */

static enum err of_kind(struct run *r, enum person_kind kind, struct person **out, size_t *n)
{
	struct person_query q = { .kind = kind, .limit = 2000 };
	int64_t total;
	return person_list(r->k->store->db, r->a, r->act->school, &q, out, n, &total);
}

/* Whoever does a duty that is everybody's own. */
static enum err people(struct run *r, struct person **out, size_t *n)
{
	static const enum person_kind kinds[] = { KIND_STAFF, KIND_SUPPLY, KIND_VOLUNTEER };
	enum role role;
	*n = 0;
	if (!str_is(r->d->who[0], "staff"))
		return role_read(r->d->who[0], &role) == OK ? person_of_role(r->k->store->db, r->a, r->act->school, role, out, n) : OK;
	struct person *all = arena_array(r->a, struct person, 6001), *v;
	for (size_t i = 0; i < ARRAY_N(kinds); i++) {
		size_t found;
		TRY(of_kind(r, kinds[i], &v, &found));
		for (size_t k = 0; k < found && *n < 6000; k++)
			if (!v[k].left_utc || v[k].left_utc > r->now)
				all[(*n)++] = v[k];
	}
	*out = all;
	return OK;
}

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

static enum err for_each(struct run *r, struct str key, int64_t due, int64_t joined_since)
{
	struct person *p;
	struct seen s;
	size_t n;
	TRY(people(r, &p, &n));
	TRY(seen(r, key, &s));
	for (size_t i = 0; i < n; i++) {
		int64_t join = time_uk_midnight(p[i].joined_utc + (int64_t)r->d->within_days * DAY) + (int64_t)library_calendar(r->k->library)->close_minute * 60;
		if (p[i].joined_utc >= joined_since && !has(&s, p[i].id))
			TRY(open_turn(r, key, r->d->title, r->d->on == ON_JOINING ? join : later(due, join), p[i].id));
	}
	return OK;
}

/* ---- when ---- */

/* Words that changed are asked again: their version is part of the turn. */
static struct str turn_key(struct run *r, struct str period)
{
	return r->d->ask.n && r->text.number > 1 ? arena_fmt(r->a, "%.*s v%lld", STRF(period), (long long)r->text.number) : period;
}

static enum err by_clock(struct run *r)
{
	struct duty_time t;
	struct seen s;
	bool confirmed;
	struct duty_every e = duty_every_now(r->k, r->a, r->act->school, r->d, &confirmed);
	if (!duty_time_at(r->d, e, library_calendar(r->k->library), r->a, r->now, &t) || t.opens_utc > r->now)
		return OK;
	struct str key = turn_key(r, t.key);
	if (r->d->each)
		return for_each(r, key, t.due_utc, 0);
	TRY(seen(r, key, &s));
	return s.any ? OK : open_turn(r, key, r->d->title, t.due_utc, 0);
}

/* The duty and which entry it is about: its name where the register is open to all staff, else its number. */
static struct str title_of(struct run *r, const struct reg *reg, const struct entry_may *all, const struct entry *bare)
{
	struct entry e;
	bool named = reg->class == ENTRY_GENERAL && entry_get(r->k->store, r->a, all, bare->id, 0, &e) == OK;
	struct str name = named ? names_title(r->k->store, r->a, r->act->school, reg, &e) : arena_fmt(r->a, "No. %lld", (long long)bare->number);
	struct str title = arena_fmt(r->a, "%.*s: %.*s", STRF(r->d->title), STRF(name));
	return title.n <= TITLE_BYTES ? title : arena_fmt(r->a, "%.*s\xe2\x80\xa6", STRF(str_cut(title, TITLE_BYTES - 3)));
}

/* After an entry came to a state: a case that was closed, a device that was lost. */
static enum err by_entry(struct run *r)
{
	struct entry_may all = { .school = r->act->school, .classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_PERSONAL) | ENTRY_BIT(ENTRY_CHILD) };
	struct entry_query q = { .reg = arena_z(r->a, r->d->on_register), .states = { arena_z(r->a, r->d->on_state) }, .limit = ENTRY_PAGE_MAX, .bare = true };
	struct entry_page page;
	const struct reg *reg = registers_find(r->k->store->registers, r->d->on_register);
	struct seen s;
	if (!reg)
		return OK;
	TRY(entry_list(r->k->store, r->a, &all, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		struct str key = arena_fmt(r->a, "entry %lld", (long long)page.entries[i].id);
		if (page.entries[i].changed_utc < r->text.since_utc - DAY)     /* of the day before, too: the file may come after the entry */
			continue;
		TRY(seen(r, key, &s));
		if (!s.any)
			TRY(open_turn(r, key, title_of(r, reg, &all, &page.entries[i]), page.entries[i].changed_utc + (int64_t)r->d->within_days * DAY, 0));
	}
	return OK;
}

/* ---- what a register shows as done ---- */

static enum err shown(struct run *r, const struct duty_turn *t, bool *done)
{
	struct entry_may may = duty_may(r->act->school);
	struct entry_query q = duty_needs_query(r->a, r->d, t);
	struct entry_page page;
	q.limit = 1;
	*done = false;
	if (!registers_find(r->k->store->registers, r->d->needs))
		return OK;
	TRY(entry_list(r->k->store, r->a, &may, &q, &page));
	if (!page.n)
		return OK;
	*done = true;
	struct act act = { r->act->school, page.entries[0].changed_by, "an entry was made" };
	return duty_turn_end(r->k, r->a, &act, t, "done", arena_fmt(r->a, "%.*s, number %lld", STRF(r->d->needs), (long long)page.entries[0].number));
}

/* ---- delay ---- */

static enum err tell_one(struct run *r, const char *role, int64_t turn, size_t *told)
{
	int64_t *people;
	TRY(notify_holders(r->k->store->db, r->a, r->act->school, str_z(role), &people, told));
	for (size_t i = 0; i < *told; i++)
		TRY(notify_add(r->k->store->db, r->act, NOTICE_DUTY_LATE, people[i], "/calendar?which=overdue", turn, 0));
	return OK;
}

static enum err tell(struct run *r, const struct duty_turn *t)
{
	static const char *const otherwise[] = { "leadership", "head", "chair" };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = duty_may(r->act->school);
	struct entry_field f[] = { { STR("told"), time_iso(r->a, r->now) } };
	struct entry_in in = { .reg = "duty-turn", .fields = f, .n_fields = 1 };
	size_t told = 0;
	TRY(db_tx_begin(r->k->store->db, &tx));
	if (r->d->tell.n)
		TRY(tell_one(r, arena_z(r->a, r->d->tell), t->id, &told));
	for (size_t i = 0; i < ARRAY_N(otherwise) && !told; i++)
		TRY(tell_one(r, otherwise[i], t->id, &told));
	TRY(entry_update(r->k->store, r->act, &may, t->id, t->version, &in, NULL));
	return db_tx_commit(&tx);
}

static enum err look_at_open(struct run *r)
{
	struct entry_may may = duty_may(r->act->school);
	struct entry_query q = { .reg = "duty-turn", .states = { "open" }, .where = { { "duty", ENTRY_IS, 0, r->d->id } }, .n_where = 1, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(entry_list(r->k->store, r->a, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		struct duty_turn t = duty_turn_read(&page.entries[i]);
		bool done = false;
		if (r->d->needs.n && !r->d->ask.n && !r->d->n_fields && !r->d->n_lines)
			TRY(shown(r, &t, &done));
		if (!done && r->now >= t.due_utc + (int64_t)r->d->red_days * DAY && !entry_utc(&page.entries[i], "told"))
			TRY(tell(r, &t));
	}
	return OK;
}

static enum err one(struct run *r)
{
	TRY(duty_text(r->k, r->a, r->act, r->d, &r->text));
	enum err e = r->d->on == ON_JOINING ? for_each(r, STR("joining"), 0, r->text.since_utc - DAY) : r->d->on == ON_ENTRY ? by_entry(r) : by_clock(r);
	TRY(e);
	return look_at_open(r);
}

enum err duty_run(const struct duty_desk *k, const struct act *act, int64_t now_utc, size_t *opened)
{
	enum err first = OK;
	size_t all = 0;
	for (size_t i = 0; i < k->duties->n; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct run r = { .k = k, .act = act, .a = &a, .d = &k->duties->v[i], .now = now_utc };
		enum err e = duty_applies(r.d, &k->library->profile) ? one(&r) : OK;
		if (e != OK && first == OK)
			first = e;
		if (e != OK)
			log_line(LOG_FAIL, "the duty %.*s: %s", STRF(r.d->id), err_text(e));
		all += r.opened;
	}
	if (opened)
		*opened = all;
	return first;
}
