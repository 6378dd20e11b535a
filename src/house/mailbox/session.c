#include "house/mailbox/session.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "house/mailbox/letter.h"

enum { ANSWER_MAX = 1 << 20, ANSWERS_MAX = 5000, WHY_ROOM = 200 };

struct imap_session {
	const struct imap_settings *s;
	CURL *c;
	curl_socket_t fd;
	unsigned tag;
	struct buf in;                       /* what came and is not taken yet */
	char why[WHY_ROOM];
};

static bool one_line(const char *z) { return z && *z && !strpbrk(z, "\r\n"); }

enum err imap_check(const struct imap_settings *s)
{
	if (!one_line(s->url) || !one_line(s->user) || !one_line(s->password) || !one_line(s->folder))
		return ERR_INVALID;
	struct str url = str_z(s->url);
	ptrdiff_t host = str_find(url, STR("://"));
	bool scheme = str_starts(url, STR("imaps://")) || str_starts(url, STR("imap://"));
	struct str rest = str_from(url, (size_t)(host < 0 ? 0 : host) + 3);
	for (size_t i = 0; i < rest.n; i++)                          /* a host and a port, nothing behind */
		if (!ascii_alpha(rest.p[i]) && !ascii_digit(rest.p[i]) && !strchr(".-:[]", rest.p[i]))
			return ERR_INVALID;
	return scheme && rest.n && strlen(s->folder) < 200 ? OK : ERR_INVALID;
}

static long seconds(const struct imap_settings *s) { return s->timeout_seconds ? s->timeout_seconds : 30L; }

static void set_up(struct imap_session *m)
{
	CURL *c = m->c;
	curl_easy_setopt(c, CURLOPT_URL, m->s->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "imap,imaps");
	curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (m->s->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, m->s->ca_file);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, seconds(m->s));
	curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds(m->s));
	curl_easy_setopt(c, CURLOPT_USERNAME, m->s->user);
	curl_easy_setopt(c, CURLOPT_PASSWORD, m->s->password);
	curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);          /* as far as signed in */
}

static void say(struct imap_session *m, CURLcode e)
{
	if (e == CURLE_LOGIN_DENIED)
		snprintf(m->why, sizeof m->why, "the mail server did not accept the mailbox's name and password");
	else if (e == CURLE_PEER_FAILED_VERIFICATION || e == CURLE_SSL_CACERT_BADFILE)
		snprintf(m->why, sizeof m->why, "the mail server's certificate is not one to trust");
	else if (e == CURLE_USE_SSL_FAILED)
		snprintf(m->why, sizeof m->why, "the mail server offers no encryption");
	else
		snprintf(m->why, sizeof m->why, "the mail server cannot be reached: %s", curl_easy_strerror(e));
}

static enum err lost(struct imap_session *m, const char *what)
{
	snprintf(m->why, sizeof m->why, "the mail server %s", what);
	return ERR_NET;
}

static enum err wait_for(struct imap_session *m, short what)
{
	struct pollfd p = { m->fd, what, 0 };
	int n = poll(&p, 1, (int)(seconds(m->s) * 1000));
	return n > 0 ? OK : lost(m, "stopped answering");
}

static enum err send_all(struct imap_session *m, struct str text)
{
	while (text.n) {
		size_t sent = 0;
		CURLcode e = curl_easy_send(m->c, text.p, text.n, &sent);
		if (e == CURLE_AGAIN)
			TRY(wait_for(m, POLLOUT));
		else if (e != CURLE_OK)
			return lost(m, "closed the connection");
		text = str_from(text, sent);
	}
	return OK;
}

static enum err receive(struct imap_session *m)
{
	char room[16384];
	size_t got = 0;
	CURLcode e = curl_easy_recv(m->c, room, sizeof room, &got);
	if (e == CURLE_AGAIN)
		return wait_for(m, POLLIN);
	if (e != CURLE_OK || !got)
		return lost(m, "closed the connection");
	buf_add(&m->in, (struct str){ room, got });
	return buf_ok(&m->in) == OK ? OK : lost(m, "sent more than was asked for");
}

/* The next whole response, moved into the arena. */
static enum err next(struct imap_session *m, struct arena *a, struct imap_reply *out)
{
	size_t n = 0;
	for (;;) {
		if (imap_whole(buf_str(&m->in), ANSWER_MAX, &n) != OK)
			return lost(m, "sent more than was asked for");
		if (n)
			break;
		TRY(receive(m));
	}
	struct str whole = arena_str(a, str_upto(buf_str(&m->in), n));
	buf_cut(&m->in, n);
	enum err e = imap_read(a, whole, out);
	if (e != OK)                             /* one line that is not understood: passed over, unless it was ours to wait for */
		*out = (struct imap_reply){ .tag = STR("*") };
	return OK;
}

typedef void take_fn(void *ctx, const struct imap_reply *r);

/* A command and its answers up to the tagged one; "NO" and "BAD" are ERR_ABSENT. */
static enum err ask(struct imap_session *m, struct arena *a, struct str command, take_fn *take, void *ctx)
{
	char tag[16];
	snprintf(tag, sizeof tag, "G%u", ++m->tag);
	TRY(send_all(m, arena_fmt(a, "%s %.*s\r\n", tag, STRF(command))));
	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		struct imap_reply r;
		TRY(next(m, a, &r));
		if (str_is(r.tag, tag)) {
			if (r.kind == IMAP_OK)
				return OK;
			snprintf(m->why, sizeof m->why, "the mail server refused to open the mailbox or a letter");
			return ERR_ABSENT;
		}
		if (r.kind == IMAP_BYE)
			return lost(m, "closed the connection");
		if (take && str_is(r.tag, "*"))
			take(ctx, &r);
	}
	return lost(m, "sent more than was asked for");
}

static void take_validity(void *ctx, const struct imap_reply *r)
{
	uint64_t v;
	struct str code = r->code;
	if (r->kind == IMAP_OK && str_starts(code, STR("UIDVALIDITY ")) && str_u64(str_from(code, 12), &v) == OK && v <= UINT32_MAX)
		*(int64_t *)ctx = (int64_t)v;
}

/* As a quoted string. */
static struct str quoted(struct arena *a, const char *z)
{
	AUTO(buf_done) struct buf b = buf_init(1000);
	buf_byte(&b, '"');
	for (; *z; z++) {
		if (*z == '"' || *z == '\\')
			buf_byte(&b, '\\');
		buf_byte(&b, *z);
	}
	buf_byte(&b, '"');
	return arena_str(a, buf_str(&b));
}

static enum err sign_in(struct imap_session *m)
{
	set_up(m);
	CURLcode e = curl_easy_perform(m->c);
	if (e != CURLE_OK) {
		say(m, e);
		return ERR_NET;
	}
	e = curl_easy_getinfo(m->c, CURLINFO_ACTIVESOCKET, &m->fd);
	return e == CURLE_OK && m->fd != CURL_SOCKET_BAD ? OK : lost(m, "closed the connection");
}

static enum err open_folder(struct imap_session *m, int64_t *uidvalidity)
{
	AUTO(arena_done) struct arena a = arena_init();
	*uidvalidity = 0;
	TRY(sign_in(m));
	TRY(ask(m, &a, arena_fmt(&a, "EXAMINE %.*s", STRF(quoted(&a, m->s->folder))), take_validity, uidvalidity));
	return *uidvalidity ? OK : lost(m, "numbers its letters anew each time and cannot be used");
}

enum err imap_open(const struct imap_settings *s, struct imap_session **out, int64_t *uidvalidity, char why[200])
{
	AUTO(imap_close) struct imap_session *m = mem_new(struct imap_session);
	*m = (struct imap_session){ .s = s, .c = curl_easy_init(), .fd = CURL_SOCKET_BAD, .in = buf_init(2 * ANSWER_MAX) };
	assert(m->c);
	TRY(imap_check(s));
	enum err e = open_folder(m, uidvalidity);
	if (e != OK) {
		snprintf(why, WHY_ROOM, "%s", m->why);
		return e;
	}
	*out = TAKE(m);
	return OK;
}

void imap_close(struct imap_session **s)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct imap_session *m = *s;
	if (!m)
		return;
	if (m->fd != CURL_SOCKET_BAD && !*m->why)
		(void)ask(m, &a, STR("LOGOUT"), NULL, NULL);            /* politeness: it ends either way */
	curl_easy_cleanup(m->c);
	buf_wipe(&m->in);
	mem_free(s);
}

const char *imap_why(const struct imap_session *s) { return s->why; }

struct found { int64_t after, *uids; size_t max, n; };

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Keeps the smallest `max`: whole sets are sorted and cut, servers may answer in any order. */
static void take_found(void *ctx, const struct imap_reply *r)
{
	struct found *f = ctx;
	if (r->kind != IMAP_SEARCH)
		return;
	for (const struct imap_node *v = r->values; v; v = v->next) {
		int64_t uid;
		if (imap_number(v, &uid) != OK || uid <= f->after)              /* "5:*" gives the last one even when it is 4 */
			continue;
		if (f->n < f->max) {
			f->uids[f->n++] = uid;
			qsort(f->uids, f->n, sizeof uid, by_number);
		} else if (f->n && uid < f->uids[f->n - 1]) {
			f->uids[f->n - 1] = uid;
			qsort(f->uids, f->n, sizeof uid, by_number);
		}
	}
}

enum err imap_new(struct imap_session *s, int64_t after, int64_t *uids, size_t max, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct found f = { after, uids, max, 0 };
	TRY(ask(s, &a, arena_fmt(&a, "UID SEARCH UID %lld:*", (long long)after + 1), take_found, &f));
	*n = f.n;
	return OK;
}

struct looked { struct arena *a; int64_t uid; struct imap_letter *out; bool found; };

static void take_look(void *ctx, const struct imap_reply *r)
{
	struct looked *l = ctx;
	int64_t uid;
	if (r->kind != IMAP_FETCH || imap_number(imap_item(r, "UID"), &uid) != OK || uid != l->uid)
		return;
	const struct imap_node *head = imap_item(r, "BODY[");
	l->found = true;
	l->out->head = head && head->kind == IMAP_TEXT ? head->text : STR("");
	if (imap_number(imap_item(r, "RFC822.SIZE"), &l->out->bytes) != OK)
		l->out->bytes = 0;
	if (mail_structure(imap_item(r, "BODYSTRUCTURE"), l->out->parts, &l->out->n_parts) != OK)
		l->out->n_parts = 0;
}

enum err imap_look(struct imap_session *s, struct arena *a, int64_t uid, struct imap_letter *out)
{
	struct looked l = { a, uid, out, false };
	*out = (struct imap_letter){ 0 };
	TRY(ask(s, a, arena_fmt(a, "UID FETCH %lld (UID RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER]<0.%d>)", (long long)uid, (int)LETTER_HEAD_MAX), take_look, &l));
	if (!l.found)                            /* a description that cannot be read hides no letter */
		TRY(ask(s, a, arena_fmt(a, "UID FETCH %lld (UID BODY.PEEK[HEADER]<0.%d>)", (long long)uid, (int)LETTER_HEAD_MAX), take_look, &l));
	return l.found ? OK : ERR_ABSENT;
}

static void take_part(void *ctx, const struct imap_reply *r)
{
	struct looked *l = ctx;
	int64_t uid;
	const struct imap_node *body = imap_item(r, "BODY[");
	if (r->kind != IMAP_FETCH || imap_number(imap_item(r, "UID"), &uid) != OK || uid != l->uid || !body || body->kind == IMAP_LIST)
		return;
	l->out->head = body->kind == IMAP_NIL ? STR("") : body->text;
	l->found = true;
}

enum err imap_part(struct imap_session *s, struct arena *a, int64_t uid, const char *section, size_t max, struct str *out)
{
	struct imap_letter got = { 0 };
	struct looked l = { a, uid, &got, false };
	TRY(ask(s, a, arena_fmt(a, "UID FETCH %lld (UID BODY.PEEK[%s]<0.%zu>)", (long long)uid, section, max), take_part, &l));
	*out = got.head;
	return l.found ? OK : ERR_ABSENT;
}
