/* Delivery of the outbox by SMTP. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/notify/post.h"
#include "house/notify/trouble.h"

enum { STALE_SECONDS = 600, REFUSED_SECONDS = 86400, LETTER_MAX = 8192, PATH_ROOM = 200 };

/* The host of smtp://[user@]host[:port]/ */
static struct str host_of(struct str url)
{
	ptrdiff_t at = str_find(url, STR("://"));
	struct str rest = at < 0 ? url : str_from(url, (size_t)at + 3);
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] == '/' || rest.p[i] == '?')
			rest = str_upto(rest, i);
	ptrdiff_t user = str_rchr(rest, '@');
	rest = str_from(rest, user < 0 ? 0 : (size_t)user + 1);
	if (str_starts(rest, STR("[")))
		return str_upto(str_from(rest, 1), (size_t)(str_chr(rest, ']') > 0 ? str_chr(rest, ']') - 1 : 0));
	ptrdiff_t port = str_chr(rest, ':');
	return port < 0 ? rest : str_upto(rest, (size_t)port);
}

/* 127.x as an address, ::1 or localhost: a name such as 127.example is not one. */
static bool is_loopback(const char *url)
{
	struct str h = host_of(str_z(url));
	if (str_is(h, "localhost") || str_is(h, "::1"))
		return true;
	for (size_t i = 0; i < h.n; i++)
		if (!ascii_digit(h.p[i]) && h.p[i] != '.')
			return false;
	return str_starts(h, STR("127."));
}

bool smtp_demands_tls(const char *url) { return !is_loopback(url); }

static bool has_break(const char *z)
{
	return z && (strchr(z, '\r') || strchr(z, '\n'));
}

enum err smtp_check(const struct smtp_settings *s)
{
	struct str url = str_z(s->url);
	if (!str_starts(url, STR("smtps://")) && !str_starts(url, STR("smtp://")))
		return ERR_INVALID;
	if (!s->from || !strchr(s->from, '@') || has_break(s->from) || has_break(s->school_name) || has_break(s->portal))
		return ERR_INVALID;
	return s->portal && (str_starts(str_z(s->portal), STR("https://")) || is_loopback(s->portal)) ? OK : ERR_INVALID;
}

/* RFC 5322.  Only sentences of the table and the portal's own address: nothing of a case can get in. */
static void write_letter(struct buf *b, const struct smtp_settings *s, struct str to, enum notice what, struct str link)
{
	post_head(b, "auto-generated");
	buf_fmt(b, "From: <%s>\r\nTo: <%.*s>\r\nSubject: Something waits for you in Gatehouse\r\n\r\n", s->from, STRF(to));
	buf_fmt(b, "%s\r\n\r\n%s%.*s\r\n\r\nFor your protection this message says no more.\r\n", notice_text(what), s->portal,
	        STRF(link));
}

/* One round of sending. */
struct round {
	struct db *db;
	int64_t school;
	const struct smtp_settings *s;
	struct post *post;
};

static enum post_how send_one(struct round *r, const struct q_outbox_due_row *row, const char **why)
{
	enum notice what;
	char path[PATH_ROOM] = "";
	struct str link = row->link;
	*why = "no link for this person";
	if (!notice_of(row->kind, &what)) {
		*why = "unknown kind";
		return POST_LATER;
	}
	if (what == NOTICE_FAMILY && post_address(row->mail)) {
		if (!r->s->family_path || r->s->family_path(r->db, r->school, row->person, path, sizeof path) != OK)
			return POST_LATER;
		link = str_z(path);
	}
	AUTO(buf_wipe) struct buf letter = buf_init(LETTER_MAX);
	write_letter(&letter, r->s, row->mail, what, link);
	mem_wipe(path, sizeof path);
	*why = "too long";
	if (buf_ok(&letter) != OK)
		return POST_LATER;
	return post_send(r->post, str_z(r->s->from), row->mail, buf_str(&letter), why);
}

/* An address that does not work is tried again each day: it may have been mended. */
static int64_t next_try(int64_t now, int64_t tries, enum post_how how)
{
	static const int minutes[] = { 1, 5, 30, 60 };
	return now + (how == POST_REFUSED ? REFUSED_SECONDS : 60 * minutes[tries < 3 ? tries : 3]);
}

static enum err keep_sent(struct round *r, const struct q_outbox_due_row *row)
{
	TRY(q_outbox_sent_do(r->db, &(struct q_outbox_sent_args){ .school = r->school, .id = row->id, .now = clock_utc() }, NULL));
	TRY(trouble_clear(r->db, r->school, TROUBLE_SEND, 0));
	return trouble_clear(r->db, r->school, TROUBLE_ADDRESS, row->person);
}

static enum err keep_unsent(struct round *r, const struct q_outbox_due_row *row, enum post_how how, const char *why)
{
	TRY(q_outbox_failed_do(r->db, &(struct q_outbox_failed_args){ .school = r->school, .id = row->id,
		.due = next_try(clock_utc(), row->tries, how), .why = str_z(why) }, NULL));
	if (how == POST_SERVER)
		return trouble_note(r->db, r->school, TROUBLE_SEND, 0, str_z(why));
	return how == POST_REFUSED ? trouble_note(r->db, r->school, TROUBLE_ADDRESS, row->person, str_z(why)) : OK;
}

static enum err keep_result(struct round *r, const struct q_outbox_due_row *row, enum post_how how, const char *why)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(r->db, &tx));
	TRY(how == POST_SENT ? keep_sent(r, row) : keep_unsent(r, row, how, why));
	return db_tx_commit(&tx);
}

/* A routine notice in the quiet hours: it waits for their end, untried. */
static enum err hold(struct round *r, const struct q_outbox_due_row *row, bool *held)
{
	enum notice what;
	int64_t until = notice_of(row->kind, &what) ? notify_quiet_until(r->s, what, clock_utc()) : 0;
	*held = until > 0;
	return until ? q_outbox_hold_do(r->db, &(struct q_outbox_hold_args){ .school = r->school, .id = row->id, .due = until }, NULL) : OK;
}

static void post_done(struct post **p) { post_free(p); }

enum err notify_send(struct db *db, int64_t school, const struct smtp_settings *s, size_t max, size_t *sent, size_t *failed)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_outbox_due_row *rows;
	size_t n;
	int64_t now = clock_utc();
	enum post_how how = POST_SENT;
	TRY(smtp_check(s));
	TRY(q_outbox_due(db, &a, &(struct q_outbox_due_args){ .school = school, .now = now, .stale = now - STALE_SECONDS,
		.limit = (int64_t)max }, &rows, &n));
	*sent = *failed = 0;
	AUTO(post_done) struct post *post = n ? post_new(s) : NULL;
	struct round r = { db, school, s, post };
	for (size_t i = 0; i < n && how != POST_SERVER; i++) {          /* what follows would meet the same trouble: it waits for the next round */
		int64_t taken = 0;
		const char *why = NULL;
		bool held = false;
		TRY(hold(&r, &rows[i], &held));
		if (held)
			continue;
		TRY(q_outbox_take_do(db, &(struct q_outbox_take_args){ .school = school, .id = rows[i].id, .now = now,
			.stale = now - STALE_SECONDS }, &taken));
		if (!taken)
			continue;         /* another sender has it */
		how = send_one(&r, &rows[i], &why);
		TRY(keep_result(&r, &rows[i], how, why));
		*(how == POST_SENT ? sent : failed) += 1;
	}
	return OK;
}
