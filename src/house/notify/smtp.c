/* Delivery of the outbox by SMTP. */
#include <curl/curl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/notify/notify.h"

enum { STALE_SECONDS = 600, LETTER_MAX = 8192, PATH_ROOM = 200 };

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
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil t = time_civil(clock_utc());
	char id[32];
	rnd_token(id, 16);
	buf_fmt(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[t.weekday], t.day, months[t.month - 1], t.year, t.hour,
	        t.minute, t.second);
	buf_fmt(b, "From: <%s>\r\nTo: <%.*s>\r\nMessage-ID: <%s@gatehouse.invalid>\r\n", s->from, STRF(to), id);
	buf_fmt(b, "Subject: Something waits for you in Gatehouse\r\nAuto-Submitted: auto-generated\r\n");
	buf_fmt(b, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
	buf_fmt(b, "%s\r\n\r\n%s%.*s\r\n\r\nFor your protection this message says no more.\r\n", notice_text(what), s->portal,
	        STRF(link));
}

struct reading { struct str rest; };

static size_t give(char *out, size_t size, size_t n, void *ctx)
{
	struct reading *r = ctx;
	size_t take = size * n < r->rest.n ? size * n : r->rest.n;
	memcpy(out, r->rest.p, take);
	r->rest = str_from(r->rest, take);
	return take;
}

static void set_up(CURL *c, const struct smtp_settings *s, struct curl_slist *to, struct reading *r, const char *from)
{
	curl_easy_setopt(c, CURLOPT_URL, s->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(is_loopback(s->url) && !s->always_tls ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, is_loopback(s->url) ? 0L : 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, is_loopback(s->url) ? 0L : 2L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, s->timeout_seconds ? s->timeout_seconds : 30L);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(c, CURLOPT_READDATA, r);
	if (s->user)
		curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
	if (s->password)
		curl_easy_setopt(c, CURLOPT_PASSWORD, s->password);
}

static void curl_done(CURL **c) { curl_easy_cleanup(*c); }
static void slist_done(struct curl_slist **l) { curl_slist_free_all(*l); }

static bool good_address(struct str mail)
{
	for (size_t i = 0; i < mail.n; i++)
		if ((unsigned char)mail.p[i] <= ' ' || mail.p[i] == '<' || mail.p[i] == '>' || mail.p[i] == '\x7f')
			return false;
	return mail.n > 2 && mail.n < 255 && str_chr(mail, '@') > 0;
}

/* NULL: sent.  Else a plain word for the outbox. */
static const char *send_one(struct db *db, int64_t school, struct arena *a, const struct smtp_settings *s, const struct q_outbox_due_row *row)
{
	enum notice what;
	char path[PATH_ROOM];
	struct str link = row->link;
	if (!good_address(row->mail))
		return "no mail address";
	if (!notice_of(row->kind, &what))
		return "unknown kind";
	if (what == NOTICE_FAMILY) {
		if (!s->family_path || s->family_path(db, school, row->person, path, sizeof path) != OK)
			return "no link for this person";
		link = str_z(path);
	}
	AUTO(buf_wipe) struct buf letter = buf_init(LETTER_MAX);
	write_letter(&letter, s, row->mail, what, link);
	mem_wipe(path, sizeof path);
	if (buf_ok(&letter) != OK)
		return "too long";
	struct reading r = { buf_str(&letter) };
	AUTO(slist_done) struct curl_slist *to = curl_slist_append(NULL, arena_fmt(a, "<%.*s>", STRF(row->mail)).p);
	AUTO(curl_done) CURL *c = curl_easy_init();
	if (!c || !to)
		return "no memory";
	set_up(c, s, to, &r, arena_fmt(a, "<%s>", s->from).p);
	CURLcode e = curl_easy_perform(c);
	return e == CURLE_OK ? NULL : curl_easy_strerror(e);
}

static int64_t next_try(int64_t now, int64_t tries)
{
	static const int minutes[] = { 1, 5, 30, 60 };
	return now + 60 * minutes[tries < 3 ? tries : 3];
}

static enum err keep_result(struct db *db, int64_t school, const struct q_outbox_due_row *row, const char *why)
{
	int64_t now = clock_utc();
	if (!why)
		return q_outbox_sent_do(db, &(struct q_outbox_sent_args){ .school = school, .id = row->id, .now = now }, NULL);
	return q_outbox_failed_do(db, &(struct q_outbox_failed_args){ .school = school, .id = row->id,
		.due = next_try(now, row->tries), .why = str_z(why) }, NULL);
}

enum err notify_send(struct db *db, int64_t school, const struct smtp_settings *s, size_t max, size_t *sent, size_t *failed)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_outbox_due_row *rows;
	size_t n;
	int64_t now = clock_utc();
	TRY(smtp_check(s));
	TRY(q_outbox_due(db, &a, &(struct q_outbox_due_args){ .school = school, .now = now, .stale = now - STALE_SECONDS,
		.limit = (int64_t)max }, &rows, &n));
	*sent = *failed = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t taken = 0;
		TRY(q_outbox_take_do(db, &(struct q_outbox_take_args){ .school = school, .id = rows[i].id, .now = now,
			.stale = now - STALE_SECONDS }, &taken));
		if (!taken)
			continue;         /* another sender has it */
		const char *why = send_one(db, school, &a, s, &rows[i]);
		TRY(keep_result(db, school, &rows[i], why));
		*(why ? failed : sent) += 1;
	}
	return OK;
}
