#include "house/notify/post.h"

#include <curl/curl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "base/time.h"

enum { WHY_ROOM = 200 };

struct post {
	const struct smtp_settings *s;
	CURL *c;
	char said[CURL_ERROR_SIZE];          /* curl's words, for the stage that failed */
	char why[WHY_ROOM];
};

struct reading { struct str rest; };

static size_t give(char *out, size_t size, size_t n, void *ctx)
{
	struct reading *r = ctx;
	size_t take = size * n < r->rest.n ? size * n : r->rest.n;
	memcpy(out, r->rest.p, take);
	r->rest = str_from(r->rest, take);
	return take;
}

struct post *post_new(const struct smtp_settings *s)
{
	struct post *p = mem_new(struct post);
	*p = (struct post){ .s = s, .c = curl_easy_init() };
	assert(p->c);
	return p;
}

void post_free(struct post **p)
{
	if (!*p)
		return;
	curl_easy_cleanup((*p)->c);
	mem_free(p);
}

bool post_address(struct str mail)
{
	for (size_t i = 0; i < mail.n; i++)
		if ((unsigned char)mail.p[i] <= ' ' || strchr("<>\"(),:;\\", mail.p[i]) || (unsigned char)mail.p[i] >= 0x7f)
			return false;
	return mail.n > 2 && mail.n < 255 && str_chr(mail, '@') > 0 && str_chr(mail, '@') == str_rchr(mail, '@');
}

static void secure(CURL *c, const struct smtp_settings *s)
{
	bool must = smtp_demands_tls(s->url) || s->always_tls || s->ca_file;
	bool check = smtp_demands_tls(s->url) || s->ca_file;
	curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(must ? CURLUSESSL_ALL : CURLUSESSL_TRY));
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, check ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, check ? 2L : 0L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (s->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, s->ca_file);
}

static void set_up(struct post *p, struct curl_slist *to, struct reading *r, const char *from)
{
	const struct smtp_settings *s = p->s;
	CURL *c = p->c;
	curl_easy_reset(c);                      /* keeps the connection */
	p->said[0] = '\0';
	secure(c, s);
	curl_easy_setopt(c, CURLOPT_URL, s->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, s->timeout_seconds ? s->timeout_seconds : 30L);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(c, CURLOPT_READDATA, r);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, p->said);
	if (s->user)
		curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
	if (s->password)
		curl_easy_setopt(c, CURLOPT_PASSWORD, s->password);
}

/* What went wrong, and with which of the three: this letter for now, this address, the server. */
static enum post_how judge(struct post *p, CURLcode e)
{
	long code = 0;
	curl_easy_getinfo(p->c, CURLINFO_RESPONSE_CODE, &code);
	bool recipient = str_starts(str_z(p->said), STR("RCPT failed"));
	if (recipient && code >= 500) {
		snprintf(p->why, sizeof p->why, "the mail server says that there is no such address (%ld)", code);
		return POST_REFUSED;
	}
	if (code >= 400 && code < 500 && e != CURLE_LOGIN_DENIED) {
		snprintf(p->why, sizeof p->why, "the mail server asked to wait (%ld)", code);
		return recipient ? POST_LATER : POST_SERVER;
	}
	if (e == CURLE_LOGIN_DENIED)
		snprintf(p->why, sizeof p->why, "the mail server did not accept the name and password in the settings");
	else if (e == CURLE_PEER_FAILED_VERIFICATION || e == CURLE_SSL_CACERT_BADFILE)
		snprintf(p->why, sizeof p->why, "the mail server's certificate is not one to trust");
	else if (e == CURLE_USE_SSL_FAILED)
		snprintf(p->why, sizeof p->why, "the mail server offers no encryption");
	else if (code >= 500)
		snprintf(p->why, sizeof p->why, "the mail server refuses our letters (%ld)", code);
	else
		snprintf(p->why, sizeof p->why, "the mail server cannot be reached: %s", curl_easy_strerror(e));
	return POST_SERVER;
}

static void slist_done(struct curl_slist **l) { curl_slist_free_all(*l); }

enum post_how post_send(struct post *p, struct str from, struct str to, struct str letter, const char **why)
{
	AUTO(arena_done) struct arena a = arena_init();
	*why = p->why;
	if (!post_address(to)) {
		snprintf(p->why, sizeof p->why, "there is no usable mail address");
		return POST_REFUSED;
	}
	struct reading r = { letter };
	AUTO(slist_done) struct curl_slist *list = curl_slist_append(NULL, arena_fmt(&a, "<%.*s>", STRF(to)).p);
	assert(list);
	set_up(p, list, &r, arena_fmt(&a, "<%.*s>", STRF(from)).p);
	CURLcode e = curl_easy_perform(p->c);
	return e == CURLE_OK ? POST_SENT : judge(p, e);
}

void post_head(struct buf *b, const char *automatic)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil t = time_civil(clock_utc());
	char id[32];
	rnd_token(id, 16);
	buf_fmt(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\nMessage-ID: <%s@gatehouse.invalid>\r\n", days[t.weekday], t.day, months[t.month - 1],
	        t.year, t.hour, t.minute, t.second, id);
	buf_fmt(b, "Auto-Submitted: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", automatic);
}
