#include "house/filter/sealed_watch.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/filter/upstream.h"
#include "house/notify/notify.h"
#include "house/task/task.h"

enum { SAYS_MAX = 1900, GAP_SAYS_MAX = 500, CHECK_FIELDS = 8 };

static const char CHECK[] = "sealed-check", GAP[] = "sealed-gap", PAGE[] = "/status/sealed";
static const char *const WHOM[] = { [ASKED_OWN] = "own", [ASKED_UPSTREAM] = "upstream" };

static struct entry_may watch_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

/* ---- what came of asking ---- */

static enum err newest(struct store *st, struct arena *a, int64_t school, enum sealed_whom whom, struct entry *out)
{
	struct entry_may may = watch_may(school);
	struct entry_query q = { .reg = CHECK, .where = { { "whom", ENTRY_IS, 0, str_z(WHOM[whom]) } }, .n_where = 1, .limit = 1 };
	return entry_first(st, a, &may, &q, out);
}

/* When all were last refused and one last let through is carried from day to day. */
enum err sealed_keep(struct store *st, const struct act *act, enum sealed_whom whom, const struct sealed_sum *sum, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = watch_may(act->school);
	struct entry last = { 0 };
	if (!sum->asked)
		return OK;
	enum err found = newest(st, &a, act->school, whom, &last);
	TRY(found == ERR_ABSENT ? OK : found);
	const char *state = sum->open ? "open" : sum->refused == sum->asked ? "held" : "silent";
	struct str now = time_iso(&a, now_utc), day = arena_fmt(&a, "%.*s %s", STRF(time_iso_date(&a, now_utc)), WHOM[whom]);
	struct entry_field f[CHECK_FIELDS] = { { STR("day"), day }, { STR("whom"), str_z(WHOM[whom]) }, { STR("tried"), now }, { STR("asked"), arena_fmt(&a, "%zu", sum->asked) },
		{ STR("refused"), arena_fmt(&a, "%zu", sum->refused) }, { STR("says"), sum->says.n ? str_upto(sum->says, SAYS_MAX) : STR("Each was refused.") } };
	size_t n = CHECK_FIELDS - 2;
	struct str held = str_is(str_z(state), "held") ? now : entry_value(&last, "held"), open = sum->open ? now : entry_value(&last, "open");
	if (held.n)
		f[n++] = (struct entry_field){ STR("held"), held };
	if (open.n)
		f[n++] = (struct entry_field){ STR("open"), open };
	struct entry_in in = { .reg = CHECK, .state = state, .fields = f, .n_fields = n };
	int64_t id;
	bool same = found == OK && str_eq(entry_value(&last, "day"), day);
	return same ? entry_update(st, act, &may, last.id, last.version, &in, NULL) : entry_create(st, act, &in, NULL, &id);
}

static enum err asked(struct store *st, struct arena *a, int64_t school, enum sealed_whom whom, struct sealed_asked *out)
{
	struct entry e;
	enum err found = newest(st, a, school, whom, &e);
	if (found == ERR_ABSENT)
		return OK;
	TRY(found);
	out->held_utc = entry_utc(&e, "held");
	out->open_utc = entry_utc(&e, "open");
	return OK;
}

enum err sealed_evidence(struct store *st, struct arena *a, int64_t school, struct sealed_facts *f)
{
	struct upstream_name *v;
	size_t n;
	if (!registers_find(st->registers, str_z(CHECK)))
		return OK;
	TRY(upstream_names(st, a, school, &v, &n));
	f->own.any = f->entries > 0;
	f->upstream.any = n > 0;
	f->upstream_lacks = upstream_lacks(v, n);
	TRY(asked(st, a, school, ASKED_OWN, &f->own));
	return n ? asked(st, a, school, ASKED_UPSTREAM, &f->upstream) : OK;
}

bool sealed_own_due(const struct sealed_facts *f, int64_t now_utc)
{
	return f->own.any && (f->own.open_utc > f->own.held_utc || time_uk_midnight(f->own.held_utc) != time_uk_midnight(now_utc));
}

enum err sealed_days(struct store *st, struct arena *a, int64_t school, size_t most, struct sealed_day **out, size_t *n)
{
	struct entry_may may = watch_may(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = CHECK, .limit = (int64_t)most }, &page));
	*out = arena_array(a, struct sealed_day, page.n + 1);
	*n = page.n;
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		(*out)[i] = (struct sealed_day){ e->id, entry_utc(e, "tried"), entry_i64(e, "asked"), entry_i64(e, "refused"), str_is(entry_value(e, "whom"), "own") ? ASKED_OWN : ASKED_UPSTREAM, e->state,
			entry_value(e, "says") };
	}
	return OK;
}

/* ---- whom a gap is told ---- */

static const char *const ANSWER[] = { "technician", "dsl" }, *const TOLD[] = { "governor", "link-governor" };

static const char *task_key(struct arena *a, int64_t gap, const char *role) { return arena_fmt(a, "sealed-gap %lld %s", (long long)gap, role).p; }

/* What was never set up is red on the status page and a task of the security check; what held and does not is told at once. */
static bool told_at_once(enum sealed_cause c) { return c == SEALED_UPSTREAM || c == SEALED_SILENT || c == SEALED_STALE || c == SEALED_OPEN; }

static enum err notice(struct store *st, struct arena *a, const struct act *act, const char *role, const char *link, int64_t about)
{
	int64_t *people;
	size_t n;
	TRY(notify_holders(st->db, a, act->school, str_z(role), &people, &n));
	for (size_t i = 0; i < n; i++)
		TRY(notify_add(st->db, act, NOTICE_TECHNICAL, people[i], link, about, 0));
	return OK;
}

static enum err tell(struct store *st, struct arena *a, const struct act *act, int64_t gap, const struct sealed_state *s, int64_t now_utc)
{
	for (size_t i = 0; i < ARRAY_N(ANSWER); i++) {
		int64_t id;
		bool opened = false;
		struct task_in in = { .kind = "sealed-gap", .for_role = ANSWER[i], .due_utc = now_utc, .link = PAGE, .title = STR("The protected lists are not applied as they must be"),
			.details = str_upto(s->sentence, GAP_SAYS_MAX), .key = task_key(a, gap, ANSWER[i]) };
		TRY(task_open_once(st, act, &in, NULL, &id, &opened));
		if (opened)
			TRY(notice(st, a, act, ANSWER[i], PAGE, id));
	}
	for (size_t i = 0; i < ARRAY_N(TOLD); i++)
		TRY(notice(st, a, act, TOLD[i], "/governors", gap));
	return OK;
}

static enum err untell(struct store *st, struct arena *a, const struct act *act, int64_t gap, struct str how)
{
	for (size_t i = 0; i < ARRAY_N(ANSWER); i++) {
		struct task t;
		enum err e = task_by_key(st, a, act->school, task_key(a, gap, ANSWER[i]), &t);
		if (e == OK && (str_is(t.state, "open") || str_is(t.state, "ready")))
			e = task_done(st, act, t.id, how, NULL);
		if (e != OK && e != ERR_ABSENT)
			return e;
	}
	return OK;
}

/* ---- gaps ---- */

/* What is kept is read on another day. */
static struct str undated(struct arena *a, struct str s)
{
	ptrdiff_t at = str_find(s, STR(" today"));
	return at < 0 ? s : arena_fmt(a, "%.*s%.*s", (int)at, s.p, STRF(str_from(s, (size_t)at + strlen(" today"))));
}

static enum err begin_gap(struct store *st, struct arena *a, const struct act *act, const struct sealed_state *s, int64_t now_utc)
{
	int64_t id, begin = s->since_utc && s->since_utc < now_utc ? s->since_utc : now_utc;
	struct entry_field f[] = { { STR("begin"), time_iso(a, begin) }, { STR("cause"), str_z(sealed_cause_word(s->cause)) }, { STR("says"), str_upto(undated(a, s->sentence), GAP_SAYS_MAX) } };
	TRY(entry_create(st, act, &(struct entry_in){ .reg = GAP, .state = "open", .fields = f, .n_fields = ARRAY_N(f) }, NULL, &id));
	return told_at_once(s->cause) ? tell(st, a, act, id, s, now_utc) : OK;
}

static struct str mended(enum sealed_cause c)
{
	static const char *const words[SEALED_CAUSES] = { [SEALED_UPSTREAM] = "The supplier's filter refused its test names again.", [SEALED_SILENT] = "The supplier's filter could be asked, and refused its test names.",
		[SEALED_NONE] = "A list was loaded, or a supplier's filter stood in front.", [SEALED_UNTESTED] = "The supplier's filter was tested.", [SEALED_STALE] = "The feed was read again.",
		[SEALED_OPEN] = "The filter refused the test names again.", [SEALED_MISSING] = "The list was loaded, or a supplier's filter was shown to apply it." };
	return str_z(words[c]);
}

/* The moment that mended it, where that is known. */
static int64_t end_of(enum sealed_cause was, bool follows, const struct sealed_facts *f, int64_t now_utc)
{
	if (follows)
		return now_utc;
	return was == SEALED_STALE ? f->feed_utc : was == SEALED_OPEN ? f->own.held_utc : was == SEALED_UPSTREAM || was == SEALED_SILENT ? f->upstream.held_utc : now_utc;
}

static enum err end_gap(struct store *st, struct arena *a, const struct act *act, const struct entry *e, const struct sealed_state *s, const struct sealed_facts *f, int64_t now_utc)
{
	struct entry_may may = watch_may(act->school);
	enum sealed_cause was = SEALED_NONE;
	(void)sealed_cause_of(entry_value(e, "cause"), &was);
	bool follows = s->cause != SEALED_FINE;
	int64_t end = end_of(was, follows, f, now_utc);
	struct str how = follows ? arena_fmt(a, "Another followed: %s", sealed_cause_text(s->cause)) : mended(was);
	struct entry_field v[] = { { STR("end"), time_iso(a, end > entry_utc(e, "begin") && end < now_utc ? end : now_utc) }, { STR("ended"), how } };
	TRY(entry_update(st, act, &may, e->id, e->version, &(struct entry_in){ .reg = GAP, .state = "ended", .fields = v, .n_fields = ARRAY_N(v) }, NULL));
	return untell(st, a, act, e->id, how);
}

enum err sealed_look(struct store *st, const struct act *act, const struct sealed_facts *f, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = watch_may(act->school);
	struct sealed_state s = sealed_state(&a, f, now_utc);
	struct entry e;
	TRY(db_tx_begin(st->db, &tx));
	enum err found = entry_first(st, &a, &may, &(struct entry_query){ .reg = GAP, .states = { "open" }, .limit = 1 }, &e);
	TRY(found == ERR_ABSENT ? OK : found);
	if (found == OK && str_is(entry_value(&e, "cause"), sealed_cause_word(s.cause)))
		return OK;
	if (found == OK)
		TRY(end_gap(st, &a, act, &e, &s, f, now_utc));
	if (s.cause != SEALED_FINE)
		TRY(begin_gap(st, &a, act, &s, now_utc));
	return db_tx_commit(&tx);
}

enum err sealed_gaps(struct store *st, struct arena *a, int64_t school, int64_t since_utc, struct sealed_gap **out, size_t *n)
{
	struct entry_may may = watch_may(school);
	struct entry_page page = { 0 };
	if (registers_find(st->registers, str_z(GAP)))
		TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = GAP, .states = { "open", "ended" }, .limit = SEALED_GAPS_SHOWN }, &page));
	*out = arena_array(a, struct sealed_gap, page.n + 1);
	*n = 0;
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		struct sealed_gap g = { .id = e->id, .begin_utc = entry_utc(e, "begin"), .end_utc = entry_utc(e, "end"), .cause = SEALED_NONE, .ended = entry_value(e, "ended"), .says = entry_value(e, "says") };
		(void)sealed_cause_of(entry_value(e, "cause"), &g.cause);
		if (!g.end_utc || g.end_utc >= since_utc)
			(*out)[(*n)++] = g;
	}
	return OK;
}

struct str sealed_gap_words(struct arena *a, const struct sealed_gap *g)
{
	struct str begin = time_words(a, g->begin_utc);
	if (!g->end_utc)
		return arena_fmt(a, "Since %.*s, and not ended: %s", STRF(begin), sealed_cause_text(g->cause));
	struct str end = time_words(a, g->end_utc);
	return arena_fmt(a, "From %.*s to %.*s: %s %.*s", STRF(begin), STRF(end), sealed_cause_text(g->cause), STRF(g->ended));
}
