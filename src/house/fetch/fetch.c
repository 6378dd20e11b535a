#include "house/fetch/fetch.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"
#include "wire/url.h"

struct download {
	const struct fetch_ask *ask;
	struct fetch_got *got;
	int fd;
	crypto_hash_sha256_state sha;
	bool too_big, disk;
};

static bool loopback(const struct url *u)
{
	if (!u->is_addr)
		return str_is(url_host(u), "localhost");
	return addr_is4(u->addr) ? u->addr.b[12] == 127 : addr_same(u->addr, (struct addr){ { [15] = 1 } });
}

enum err fetch_allowed(const char *url, char why[FETCH_WHY])
{
	struct url u;
	if (url_read(str_z(url), &u) != OK || u.scheme.n == 0) {
		(void)snprintf(why, FETCH_WHY, "this is not a web address.");
		return ERR_SYNTAX;
	}
	if (str_ieq(u.scheme, STR("https")) || loopback(&u))
		return OK;
	(void)snprintf(why, FETCH_WHY, "lists are fetched by https only; plain http could be changed on the way.");
	return ERR_FORBIDDEN;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct download *d = arg;
	struct str s = { p, size * n };
	d->got->bytes += s.n;
	d->too_big = d->got->bytes > d->ask->max_bytes;
	if (d->too_big)
		return 0;
	d->disk = fd_write_all(d->fd, s) != OK;
	(void)crypto_hash_sha256_update(&d->sha, (const uint8_t *)s.p, s.n);      /* cannot fail */
	return d->disk ? 0 : s.n;
}

static void keep_header(struct str line, const char *name, char out[FETCH_MARK])
{
	size_t n = strlen(name);
	if (line.n <= n || !str_ieq(str_upto(line, n), str_z(name)))
		return;
	struct str v = str_trim(str_from(line, n));
	if (v.n < FETCH_MARK)
		(void)snprintf(out, FETCH_MARK, "%.*s", STRF(v));
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
	struct download *d = arg;
	struct str line = { p, size * n };
	keep_header(line, "etag:", d->got->etag);
	keep_header(line, "last-modified:", d->got->modified);
	return line.n;
}

static void set_up(CURL *c, struct download *d, struct curl_slist *headers)
{
	const struct fetch_ask *a = d->ask;
	curl_easy_setopt(c, CURLOPT_URL, a->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, 4L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, a->seconds);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 20L);
	curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)a->max_bytes);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "Gatehouse");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, d);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, d);
	if (a->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, a->ca_file);
}

static void add_header(struct curl_slist **h, const char *name, const char *value)
{
	char line[FETCH_MARK + 32];
	if (!value || !*value)
		return;
	(void)snprintf(line, sizeof line, "%s: %s", name, value);
	*h = curl_slist_append(*h, line);
}

static enum err judge(CURL *c, CURLcode code, struct download *d, char why[FETCH_WHY])
{
	long status = 0;
	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (d->too_big || code == CURLE_FILESIZE_EXCEEDED) {
		(void)snprintf(why, FETCH_WHY, "the file is larger than %llu bytes.", (unsigned long long)d->ask->max_bytes);
		return ERR_LIMIT;
	}
	if (d->disk) {
		(void)snprintf(why, FETCH_WHY, "the file could not be written; is the disk full?");
		return -ENOSPC;
	}
	if (code != CURLE_OK) {
		(void)snprintf(why, FETCH_WHY, code == CURLE_PARTIAL_FILE ? "the file was cut short on the way." : "%s.", curl_easy_strerror(code));
		return code == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_NET;
	}
	d->got->unchanged = status == 304;
	if (status == 200 || status == 304)
		return OK;
	(void)snprintf(why, FETCH_WHY, "the server answered with status %ld.", status);
	return status == 404 ? ERR_ABSENT : ERR_NET;
}

static enum err run(struct download *d, char why[FETCH_WHY])
{
	struct curl_slist *headers = NULL;
	CURL *c = curl_easy_init();
	if (!c)
		return -ENOMEM;
	add_header(&headers, "If-None-Match", d->ask->etag);
	add_header(&headers, "If-Modified-Since", d->ask->modified);
	set_up(c, d, headers);
	(void)crypto_hash_sha256_init(&d->sha);                  /* cannot fail */
	enum err e = judge(c, curl_easy_perform(c), d, why);
	(void)crypto_hash_sha256_final(&d->sha, d->got->sha256);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return e;
}

enum err fetch_url(const struct fetch_ask *a, struct fetch_got *out, char why[FETCH_WHY])
{
	struct fetch_got got = { 0 };
	TRY(fetch_allowed(a->url, why));
	AUTO(fd_close) int fd = open(a->to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0) {
		enum err e = err_sys();
		(void)snprintf(why, FETCH_WHY, "%s: %s", a->to, err_text(e));
		return e;
	}
	struct download d = { .ask = a, .got = &got, .fd = fd };
	enum err e = run(&d, why);
	if (e == OK && fsync(fd) < 0)
		e = err_sys();
	if (e != OK || got.unchanged)
		(void)unlink(a->to);                             /* nothing in it is wanted */
	if (e == OK)
		*out = got;
	return e;
}
