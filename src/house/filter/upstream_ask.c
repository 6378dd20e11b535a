#include "house/filter/upstream_ask.h"

#include <curl/curl.h>

#include "base/buf.h"
#include "base/mem.h"
#include "house/filter/trial_ask.h"
#include "wire/addr.h"
#include "wire/dns_msg.h"

enum { SECONDS = 10, RESOLVE_ROOM = 400 };

/* ---- names ---- */

static enum trial_got ask_name(const struct upstream_way *w, const struct upstream_name *name)
{
	enum trial_got worst = TRIAL_SILENT;
	for (size_t i = 0; i < w->n; i++) {
		uint8_t in[DNS_UDP_MAX];
		struct str answer;
		uint16_t id;
		if (trial_dns(&w->resolvers[i], NULL, name->host, in, &answer, &id) != OK)
			continue;
		enum trial_got got = upstream_answer(answer, id, name->sign);
		if (got == TRIAL_OPEN)
			return got;
		worst = got == TRIAL_REFUSED ? got : worst;
	}
	return worst;
}

/* ---- pages ---- */

static bool first_address(struct str answer, uint16_t id, struct addr *out)
{
	struct dns_msg *m = mem_new(struct dns_msg);
	bool found = false;
	if (dns_msg_read(answer, m) == OK && m->id == id && m->flags & DNS_QR)
		for (size_t i = 0; i < m->n[DNS_ANSWER] && !found; i++)
			if (m->rr[i].type == DNS_A && m->rr[i].data.n == 4) {
				*out = addr_of4((const uint8_t *)m->rr[i].data.p);
				found = true;
			}
	mem_free(&m);
	return found;
}

/* "host:port:address" for libcurl; false: no resolver knows it. */
static bool resolved(const struct upstream_way *w, const struct upstream_name *name, char out[RESOLVE_ROOM])
{
	for (size_t i = 0; i < w->n; i++) {
		uint8_t in[DNS_UDP_MAX];
		struct str answer;
		struct addr at;
		char text[ADDR_TEXT_MAX];
		uint16_t id;
		if (trial_dns(&w->resolvers[i], NULL, name->host, in, &answer, &id) != OK || !first_address(answer, id, &at))
			continue;
		(void)addr_text(at, text);
		snprintf(out, RESOLVE_ROOM, "%.*s:%u:%s", STRF(name->host), name->port, text);
		return true;
	}
	return false;
}

static size_t take(char *p, size_t size, size_t n, void *arg)
{
	struct buf *b = arg;
	size_t room = UPSTREAM_PAGE_MAX - b->n, more = size * n;
	buf_add(b, (struct str){ p, more < room ? more : room });
	return more <= room ? more : 0;          /* enough was read */
}

/* Nothing secret is sent and only the agreed sign counts, so a supplier's own certificate in between is no hindrance. */
static bool set(CURL *c, const char *url, struct curl_slist *to, struct buf *page)
{
	return curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK && curl_easy_setopt(c, CURLOPT_RESOLVE, to) == CURLE_OK && curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK && curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)SECONDS) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) == CURLE_OK && curl_easy_setopt(c, CURLOPT_WRITEDATA, page) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take) == CURLE_OK && curl_easy_setopt(c, CURLOPT_HEADERDATA, page) == CURLE_OK;
}

static enum trial_got fetched(const char *url, struct curl_slist *to, struct str sign)
{
	AUTO(buf_done) struct buf page = buf_init(UPSTREAM_PAGE_MAX);
	CURL *c = curl_easy_init();
	enum trial_got got = TRIAL_SILENT;
	long status = 0;
	if (c && set(c, url, to, &page)) {
		CURLcode e = curl_easy_perform(c);
		(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		got = e == CURLE_OK || e == CURLE_WRITE_ERROR ? upstream_page(buf_str(&page), status, sign) : TRIAL_SILENT;
	}
	curl_easy_cleanup(c);
	return got;
}

static enum trial_got ask_page(const struct upstream_way *w, const struct upstream_name *name)
{
	AUTO(arena_done) struct arena a = arena_init();
	char to[RESOLVE_ROOM];
	if (!resolved(w, name, to))
		return TRIAL_SILENT;
	struct curl_slist *list = curl_slist_append(NULL, to);
	enum trial_got got = list ? fetched(arena_z(&a, name->address), list, name->sign) : TRIAL_SILENT;
	curl_slist_free_all(list);
	return got;
}

enum trial_got upstream_ask(const struct upstream_way *w, const struct upstream_name *name)
{
	return name->page ? ask_page(w, name) : ask_name(w, name);
}
