/* Timetables, minute by minute against a plain reading of the calendar: nights, both changes of the clock, terms, INSET days. */
#include "policy/compile/policy_world.h"

#define TERMS "[term autumn]\nfrom = 2026-09-02\nto = 2026-10-23\nexcept = 2026-09-14\n[term late]\nfrom = 2026-11-02\nto = 2026-12-18\n" \
	"[term spring]\nfrom = 2027-01-04\nto = 2027-04-02\nexcept = 2027-01-04\n"

/* The local day and minute, by base/time. */
struct local { int64_t midnight; int weekday, minute; };   /* weekday: Monday 0 */

static struct local local_at(int64_t utc)
{
	struct civil c = time_uk(utc);
	struct local l = { .midnight = time_from_uk((struct civil){ .year = c.year, .month = c.month, .day = c.day }), .minute = c.hour * 60 + c.minute };
	l.weekday = (int)(((l.midnight + 43200) / 86400 + 3) % 7);
	return l;
}

static bool day_in_term(int64_t midnight)
{
	static const struct { struct civil from, to; } terms[] = { { { .year = 2026, .month = 9, .day = 2 }, { .year = 2026, .month = 10, .day = 24 } },
		{ { .year = 2026, .month = 11, .day = 2 }, { .year = 2026, .month = 12, .day = 19 } }, { { .year = 2027, .month = 1, .day = 5 }, { .year = 2027, .month = 4, .day = 3 } } };
	if (midnight == time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14 }))
		return false;
	for (size_t i = 0; i < ARRAY_N(terms); i++)
		if (midnight >= time_from_uk(terms[i].from) && midnight < time_from_uk(terms[i].to))
			return true;
	return false;
}

/* days: bits from Monday; a span that does not end after it begins runs into the next morning. */
struct plain { unsigned days; int from, to; bool term; };

static bool open_plainly(const struct plain *p, int64_t utc)
{
	struct local now = local_at(utc), before = local_at(now.midnight - 3600);
	bool night = p->to <= p->from;
	bool today = p->days >> now.weekday & 1 && now.minute >= p->from && (night || now.minute < p->to) && (!p->term || day_in_term(now.midnight));
	bool last = night && p->days >> before.weekday & 1 && now.minute < p->to && (!p->term || day_in_term(before.midnight));
	return today || last;
}

static struct decision at(struct world *w, int64_t utc, const char *url)
{
	w->now_utc = utc;
	return world_decide(w, url, "ks2");
}

/* Every seven minutes of these days: the answer is what the calendar says, and holds until the moment that it names. */
static void through(struct world *w, const struct plain *p, const char *url, bool except, int64_t from, int days)
{
	int64_t sure_until = 0;
	bool was = false;
	for (int64_t t = from; t < from + days * 86400; t += 7 * 60) {
		struct decision d = at(w, t, url);
		bool open = d.verdict == VERDICT_ALLOW, want = open_plainly(p, t) != except;
		if (open != want)
			fail_msg("%s at %lld: %s", url, (long long)t, open ? "open" : "closed");
		if (t < sure_until && open != was)
			fail_msg("%s changed at %lld, before %lld", url, (long long)t, (long long)sure_until);
		CHECK(d.until_utc > t);
		was = open;
		sure_until = d.until_utc;
	}
}

static int64_t day(int year, int month, int d) { return time_from_uk((struct civil){ .year = year, .month = month, .day = d }); }

/* Weeks that hold: both changes of the clock, the last day of a term, its first, INSET days on a Monday and on the first day. */
static const struct { int year, month, day, days; } weeks[] = {
	{ 2026, 9, 11, 6 }, { 2026, 10, 22, 6 }, { 2026, 10, 31, 4 }, { 2026, 12, 17, 4 }, { 2027, 1, 2, 5 }, { 2027, 3, 25, 12 },
};

TEST(times, nights_clock_changes_terms_and_inset_days_as_a_calendar_says)
{
	static const struct { const char *conf; struct plain p; } table[] = {
		{ "mon-fri 08:30-15:30", { 31, 510, 930, false } }, { "daily 22:00-06:00", { 127, 1320, 360, false } }, { "fri,sun 22:00-06:00", { 80, 1320, 360, false } },
		{ "sun 00:30-02:30", { 64, 30, 150, false } }, { "sat 23:00-01:30", { 32, 1380, 90, false } },
		{ "mon-fri 08:30-15:30\nterm = only", { 31, 510, 930, true } }, { "daily 22:00-06:00\nterm = only", { 127, 1320, 360, true } },
	};
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(table); i++) {
		struct world w;
		world_init(&w, arena_fmt(&a, TERMS "[group ks2]\nhours = %s\n", table[i].conf).p);
		w.p->calendar.from_utc = 0;
		calendar_fill(&w.p->calendar, day(2026, 9, 1));
		for (size_t k = 0; k < ARRAY_N(weeks); k++)
			through(&w, &table[i].p, "any.test", false, day(weeks[k].year, weeks[k].month, weeks[k].day), weeks[k].days);
		world_done(&w);
	}
}

TEST(times, single_services_have_hours_of_their_own_for_a_group)
{
	static const struct { const char *conf; struct plain p; bool except; } table[] = {
		{ "allow = video-sharing.listed.test\nhours = mon-fri 12:00-13:00\nterm = only", { 31, 720, 780, true }, false },
		{ "allow = video-sharing.listed.test\nhours = fri 22:00-06:00", { 16, 1320, 360, false }, false },
		{ "block = quiz.test\nhours = daily 22:00-06:00", { 127, 1320, 360, false }, true },
		{ "block = quiz.test\nexcept_hours = mon-fri 12:00-13:00\nterm = only", { 31, 720, 780, true }, false },
	};
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(table); i++) {
		struct world w;
		const char *url = str_starts(str_z(table[i].conf), STR("allow")) ? "video-sharing.listed.test/x" : "quiz.test/x";
		world_init(&w, arena_fmt(&a, TERMS "[rule 7]\nscope = group ks2\nreason = r\n%s\n", table[i].conf).p);
		calendar_fill(&w.p->calendar, day(2026, 9, 1));
		for (size_t k = 0; k < ARRAY_N(weeks); k++)
			through(&w, &table[i].p, url, table[i].except, day(weeks[k].year, weeks[k].month, weeks[k].day), weeks[k].days);
		w.now_utc = day(2026, 11, 23) + 12 * 3600 + 600;
		CHECK(world_decide(&w, "quiz.test", "staff").verdict == VERDICT_ALLOW);
		world_done(&w);
	}
}

TEST(times, what_is_written_wrongly_is_said)
{
	static const char *const bad[] = { "hours = lunchtime", "hours = mon 25:00-26:00", "hours = mon 12:00-13:00\nexcept_hours = tue 12:00-13:00", "term = maybe", "term = only" };
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct world w;
		CHECK_ERR(world_try(&w, arena_fmt(&a, "[rule 7]\nblock = quiz.test\nreason = r\n%s\n", bad[i]).p), ERR_INVALID);
		world_done(&w);
	}
	struct world w;
	CHECK_ERR(world_try(&w, "[term a]\nfrom = 2026-09-02\nto = 2026-10-23\nexcept = 2026-12-25\n"), ERR_INVALID);
	world_done(&w);
}
