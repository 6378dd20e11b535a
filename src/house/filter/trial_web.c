#include "house/filter/trial_web.h"

#include <curl/curl.h>

#include "base/mem.h"

enum { SECONDS = 10, REFUSED = 403 };

/* A name that nobody has: let through, its host cannot be reached, which the gate says with another status. */
enum trial_got trial_web_answer(enum trial_way way, long status, long connect_status)
{
	if (way == WAY_HTTPS && connect_status == REFUSED)
		return TRIAL_REFUSED;
	if (way != WAY_HTTPS && status == REFUSED)
		return TRIAL_REFUSED;
	return status || connect_status ? TRIAL_OPEN : TRIAL_SILENT;
}

static size_t unread(char *p, size_t size, size_t n, void *arg)
{
	(void)p, (void)arg;
	return size * n;
}

static void text_of(const uint8_t a[16], char out[SOCK_TEXT])
{
	struct sock_addr at = sock_addr_of(a, 0);
	char whole[SOCK_TEXT];
	sock_addr_text(&at, whole);
	struct str t = str_z(whole);
	ptrdiff_t colon = str_rchr(t, ':');
	snprintf(out, SOCK_TEXT, "%.*s", (int)(colon < 0 ? (ptrdiff_t)t.n : colon), whole);
}

/* "Everywhere" is also here. */
static void proxy_of(const struct sock_addr *proxy, char out[SOCK_TEXT + 16])
{
	static const uint8_t none[16], any4[16] = { [10] = 0xff, [11] = 0xff }, loop4[16] = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 };
	uint8_t at[16];
	char text[SOCK_TEXT];
	sock_addr_bytes(proxy, at);
	bool everywhere = memcmp(at, none, 16) == 0 || memcmp(at, any4, 16) == 0;
	struct sock_addr there = sock_addr_of(everywhere ? loop4 : at, sock_addr_port(proxy));
	sock_addr_text(&there, text);
	snprintf(out, SOCK_TEXT + 16, "http://%s", text);
}

static bool believes(CURL *c, enum trial_way way, struct str ca_pem)
{
	struct curl_blob blob = { (void *)(uintptr_t)ca_pem.p, ca_pem.n, CURL_BLOB_COPY };
	bool inside = way == WAY_INSIDE;
	if (inside && (!ca_pem.n || curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &blob) != CURLE_OK || curl_easy_setopt(c, CURLOPT_CAPATH, NULL) != CURLE_OK))
		return false;
	return curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, inside ? 1L : 0L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, inside ? 2L : 0L) == CURLE_OK;
}

static enum trial_got asked(CURL *c, enum trial_way way, const char *url, const char *proxy, struct str ca_pem, const char *from)
{
	long status = 0, connect_status = 0;
	bool set = curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK && curl_easy_setopt(c, CURLOPT_PROXY, proxy) == CURLE_OK && curl_easy_setopt(c, CURLOPT_INTERFACE, from) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_NOPROXY, "") == CURLE_OK && curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)SECONDS) == CURLE_OK && curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, unread) == CURLE_OK && believes(c, way, ca_pem);
	if (!set)
		return TRIAL_SILENT;
	(void)curl_easy_perform(c);             /* what came of it stands in the two numbers */
	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(c, CURLINFO_HTTP_CONNECTCODE, &connect_status);
	return trial_web_answer(way, status, connect_status);
}

enum trial_got trial_ask_web(enum trial_way way, const struct sock_addr *proxy, struct str ca_pem, const uint8_t from[16], struct str host)
{
	char url[600], at[SOCK_TEXT + 16], here[SOCK_TEXT];
	CURL *c = curl_easy_init();
	if (!c)
		return TRIAL_SILENT;
	snprintf(url, sizeof url, "%s://%.*s%s", way == WAY_HTTP ? "http" : "https", STRF(host), str_chr(host, '/') < 0 ? "/" : "");
	proxy_of(proxy, at);
	text_of(from, here);
	enum trial_got got = asked(c, way, url, at, ca_pem, here);
	curl_easy_cleanup(c);
	return got;
}
