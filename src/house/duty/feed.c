#include "house/duty/feed.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/duty/turn_inner.h"
#include "house/duty/year.h"

enum { DAY = 86400, FOLD = 75, BEHIND_DAYS = 90, AHEAD_DAYS = 366, TURNS_MAX = 500 };

static struct str digest(struct arena *a, struct str token)
{
	uint8_t hash[SHA256_BYTES];
	char *hex = arena_alloc(a, 2 * SHA256_BYTES + 1);
	hash_sha256(token, hash);
	hex_put(hash, SHA256_BYTES, hex);
	return (struct str){ hex, 2 * SHA256_BYTES };
}

static enum err live(struct store *st, struct arena *a, int64_t school, const char *field, int64_t number, struct str word, struct entry_page *out)
{
	struct entry_may may = duty_may(school);
	struct entry_query q = { .reg = "calendar-link", .states = { "live" }, .where = { { field, ENTRY_IS, number, word } }, .n_where = 1, .limit = 10 };
	return entry_list(st, a, &may, &q, out);
}

enum err feed_end(struct store *st, const struct act *act, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = duty_may(act->school);
	struct entry_in in = { .reg = "calendar-link", .state = "ended" };
	struct entry_page page;
	TRY(live(st, &a, act->school, "person", person, STR_NONE, &page));
	for (size_t i = 0; i < page.n; i++)
		TRY(entry_update(st, act, &may, page.entries[i].id, page.entries[i].version, &in, NULL));
	return OK;
}

enum err feed_make(struct store *st, const struct act *act, int64_t person, char token[FEED_TOKEN_TEXT])
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t id;
	rnd_token(token, FEED_TOKEN_BYTES);
	struct entry_field f[] = { { STR("person"), arena_id(&a, person) }, { STR("digest"), digest(&a, str_z(token)) } };
	struct entry_in in = { .reg = "calendar-link", .state = "live", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(db_tx_begin(st->db, &tx));
	TRY(feed_end(st, act, person));
	TRY(entry_create(st, act, &in, NULL, &id));
	return db_tx_commit(&tx);
}

enum err feed_made(struct store *st, int64_t school, int64_t person, int64_t *made_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_page page;
	TRY(live(st, &a, school, "person", person, STR_NONE, &page));
	*made_utc = page.n ? page.entries[0].made_utc : 0;
	return OK;
}

enum err feed_person(struct store *st, int64_t school, struct str token, int64_t *person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_page page;
	if (token.n < 20 || token.n >= FEED_TOKEN_TEXT)
		return ERR_ABSENT;
	/* Found by its digest: how long the search takes says nothing about the token. */
	TRY(live(st, &a, school, "digest", 0, digest(&a, token), &page));
	if (!page.n)
		return ERR_ABSENT;
	*person = entry_i64(&page.entries[0], "person");
	return OK;
}

static enum err count(struct db *db, struct arena *a, int64_t school, struct str key, struct str bucket, int64_t most)
{
	struct q_throttle_take_row row;
	int64_t now = clock_utc();
	TRY(q_throttle_take_one(db, a, &(struct q_throttle_take_args){ .school = school, .key = key, .place = bucket, .now = now, .stale = now - FEED_WINDOW_S, .slides = false, .most = most }, &row));
	return row.n <= most ? OK : ERR_BUSY;
}

enum err feed_count(struct db *db, int64_t school, struct str peer, bool own_network)
{
	AUTO(arena_done) struct arena a = arena_init();
	return count(db, &a, school, STR("calendar"), arena_fmt(&a, "address %.*s", STRF(peer)), own_network ? FEED_OWN_NETWORK_MAX : FEED_ADDRESS_MAX);
}

enum err feed_count_of(struct db *db, int64_t school, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	return count(db, &a, school, STR("calendar"), arena_fmt(&a, "person %lld", (long long)person), FEED_TOKEN_MAX);
}

/* ---- RFC 5545 ---- */

static bool starts_character(char c) { return ((unsigned char)c & 0xc0) != 0x80; }

/* 3.1: a line has at most 75 octets without its end; what goes on begins with a space. */
static void folded(struct buf *out, struct str line)
{
	size_t room = FOLD;
	while (line.n > room) {
		size_t at = room;
		while (at > 1 && !starts_character(line.p[at]))
			at--;
		buf_add(out, str_upto(line, at));
		buf_add(out, STR("\r\n "));
		line = str_from(line, at);
		room = FOLD - 1;
	}
	buf_add(out, line);
	buf_add(out, STR("\r\n"));
}

void ical_line(struct buf *out, const char *name, struct str value, bool text)
{
	AUTO(buf_done) struct buf line = buf_init(64 * 1024);
	buf_fmt(&line, "%s:", name);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (text && (c == ',' || c == ';' || c == '\\'))         /* 3.3.11 */
			buf_byte(&line, '\\');
		if (c == '\n')
			buf_add(&line, text ? STR("\\n") : STR(" "));
		else if ((unsigned char)c >= ' ')
			buf_byte(&line, c);
	}
	folded(out, buf_str(&line));
}

struct writing { struct arena *a; struct buf *out; struct str portal, stamp; };

static struct str date(struct arena *a, int64_t utc)
{
	struct civil t = time_uk(utc);
	return arena_fmt(a, "%04d%02d%02d", t.year, t.month, t.day);
}

/* A whole day or several; `to`: the first day after. */
static void event(struct writing *w, struct str uid, struct str summary, int64_t from, int64_t to, struct str path)
{
	ical_line(w->out, "BEGIN", STR("VEVENT"), false);
	ical_line(w->out, "UID", arena_fmt(w->a, "%.*s@gatehouse", STRF(uid)), false);
	ical_line(w->out, "DTSTAMP", w->stamp, false);
	ical_line(w->out, "DTSTART;VALUE=DATE", date(w->a, from), false);
	ical_line(w->out, "DTEND;VALUE=DATE", date(w->a, to), false);
	ical_line(w->out, "SUMMARY", summary, true);
	ical_line(w->out, "TRANSP", STR("TRANSPARENT"), false);
	if (w->portal.n && path.n)
		ical_line(w->out, "URL", arena_fmt(w->a, "%.*s%.*s", STRF(w->portal), STRF(path)), false);
	ical_line(w->out, "END", STR("VEVENT"), false);
}

static void one_day(struct writing *w, struct str uid, struct str summary, int64_t due, struct str path)
{
	int64_t day = time_uk_midnight(due);
	event(w, uid, summary, day + DAY / 2, day + DAY + DAY / 2, path);
}

static enum err opened(struct writing *w, const struct duty_desk *k, int64_t school, int64_t person, role_set roles, int64_t now)
{
	struct duty_turn *v;
	size_t n;
	for (int which = DUTY_OPEN; which <= DUTY_ENDED; which += 2) {
		struct duty_query q = { .which = (enum duty_which)which, .person = person, .roles = roles, .works_here = true, .limit = TURNS_MAX };
		TRY(duty_turns(k, w->a, school, &q, &v, &n, NULL));
		for (size_t i = 0; i < n; i++) {
			const char *mark = which == DUTY_ENDED ? v[i].late ? "Done late: " : "Done: " : v[i].late ? "Overdue: " : "";
			if (v[i].due_utc > now - (int64_t)BEHIND_DAYS * DAY || which == DUTY_OPEN)
				one_day(w, arena_fmt(w->a, "turn-%lld", (long long)v[i].id), arena_fmt(w->a, "%s%.*s", mark, STRF(v[i].title)), v[i].due_utc,
				        arena_fmt(w->a, "/calendar/turn/%lld", (long long)v[i].id));
		}
	}
	return OK;
}

static enum err coming(struct writing *w, const struct duty_desk *k, int64_t school, role_set roles, int64_t now)
{
	struct duty_ahead *v;
	size_t n;
	TRY(duty_ahead(k, w->a, school, now, now + (int64_t)AHEAD_DAYS * DAY, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (duty_is_of(v[i].duty, roles, true))
			one_day(w, arena_fmt(w->a, "%.*s-%.*s", STRF(v[i].duty->id), STRF(v[i].at.key)), v[i].duty->title, v[i].at.due_utc,
			        arena_fmt(w->a, "/calendar/duty/%.*s", STRF(v[i].duty->id)));
	return OK;
}

static enum err year(struct writing *w, const struct duty_desk *k, int64_t school, int64_t now)
{
	struct year_day *v;
	size_t n;
	TRY(year_list(k->store, w->a, school, now - (int64_t)BEHIND_DAYS * DAY, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (!str_is(v[i].kind, "term"))
			event(w, arena_fmt(w->a, "day-%lld", (long long)v[i].id), v[i].name, v[i].from_utc + DAY / 2, v[i].to_utc + DAY / 2, STR("/calendar/year"));
		else
			one_day(w, arena_fmt(w->a, "term-%lld", (long long)v[i].id), arena_fmt(w->a, "%.*s begins", STRF(v[i].name)), v[i].from_utc + DAY / 2, STR("/calendar/year"));
	return OK;
}

enum err feed_write(const struct duty_desk *k, int64_t school, int64_t person, role_set roles, struct str portal, int64_t now_utc, struct buf *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct civil t = time_civil(now_utc);
	struct writing w = { &a, out, portal, arena_fmt(&a, "%04d%02d%02dT%02d%02d%02dZ", t.year, t.month, t.day, t.hour, t.minute, t.second) };
	ical_line(out, "BEGIN", STR("VCALENDAR"), false);
	ical_line(out, "VERSION", STR("2.0"), false);
	ical_line(out, "PRODID", STR("-//Gatehouse//Duties//EN"), false);
	ical_line(out, "X-WR-CALNAME", STR("School duties"), true);
	ical_line(out, "REFRESH-INTERVAL;VALUE=DURATION", STR("PT6H"), false);         /* RFC 7986 5.7 */
	TRY(year(&w, k, school, now_utc));
	TRY(opened(&w, k, school, person, roles, now_utc));
	TRY(coming(&w, k, school, roles, now_utc));
	ical_line(out, "END", STR("VCALENDAR"), false);
	return buf_ok(out);
}
