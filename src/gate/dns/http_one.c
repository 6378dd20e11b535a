/* DNS over HTTPS by HTTP/1.1: one request after the other. */
#include "base/mem.h"
#include "gate/dns/seat.h"
#include "wire/http1.h"

struct http_one {
	struct http1 *in;                       /* owned */
	struct doh_ask ask;
	struct buf body;
	int status;                             /* what the head came to; 0: well */
	bool waits, keep;                       /* waits: the answer comes later */
};

struct http_one *http_one_new(void)
{
	struct http_one *h = mem_new(struct http_one);
	h->in = http1_new();
	h->body = buf_init(DOH_QUERY_MAX);
	http1_begin(h->in, HTTP1_REQUEST);
	return h;
}

void http_one_free(struct http_one **h)
{
	if (*h) {
		http1_free(&(*h)->in);
		buf_done(&(*h)->body);
	}
	mem_free(h);
}

const char *http_status_words(int status)
{
	static const struct { int status; const char *words; } table[] = {
		{ 200, "OK" }, { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 413, "Content Too Large" }, { 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
	};
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (table[i].status == status)
			return table[i].words;
	return "Bad Request";
}

static void respond(struct seat *c, int status, struct str body)
{
	AUTO(buf_done) struct buf head = buf_init(512);
	struct http_one *h = c->one;
	buf_fmt(&head, "HTTP/1.1 %d %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n%s%s\r\n", status, http_status_words(status), body.n,
	        status == 200 ? "Content-Type: application/dns-message\r\n" : "", h->keep ? "" : "Connection: close\r\n");
	stream_hold(c->stream, buf_str(&head));
	stream_write(c->stream, body);
	stream_flush(c->stream);
	c->leaving = !h->keep;
	h->waits = false;
	buf_clear(&h->body);
	http1_begin(h->in, HTTP1_REQUEST);
}

static void ask(struct seat *c)
{
	struct http_one *h = c->one;
	struct dns_ask parsed;
	struct str query = h->ask.post ? buf_str(&h->body) : (struct str){ (char *)h->ask.query, h->ask.query_n };
	if (!h->status && dns_ask_read(query, &parsed) != OK)
		h->status = 400;
	if (h->status) {
		respond(c, h->status, STR_NONE);
		return;
	}
	h->waits = true;
	struct str answer = seat_ask(c, h->ask.token, 0, query);
	if (answer.n)
		respond(c, 200, answer);
}

static void step(struct seat *c, struct str *in, bool *more)
{
	struct http_one *h = c->one;
	enum http1_step step;
	struct str piece;
	if (http1_next(h->in, in, &step, &piece) != OK) {
		h->keep = false;
		respond(c, 400, STR_NONE);
		return;
	}
	*more = step == HTTP1_HEAD || step == HTTP1_BODY;
	if (step == HTTP1_HEAD) {
		const struct http1_head *m = http1_head(h->in);
		h->keep = m->keep_alive;
		h->status = doh_read(m->method, m->target, http1_field(m, "content-type"), &h->ask);
		if (m->expect_continue)
			stream_write(c->stream, STR("HTTP/1.1 100 Continue\r\n\r\n"));
	} else if (step == HTTP1_BODY) {
		buf_add(&h->body, piece);
		if (h->body.over) {
			h->keep = false;
			respond(c, 413, STR_NONE);
		}
	} else if (step == HTTP1_DONE) {
		ask(c);
	}
}

void http_one_take(struct seat *c)
{
	struct http_one *h = c->one;
	struct str in = buf_str(&c->in);
	size_t was = in.n;
	bool more = false;
	while (!h->waits && !c->leaving && (in.n || more) && stream_pending(c->stream) < STREAM_HIGH)
		step(c, &in, &more);
	buf_cut(&c->in, was - in.n);
}

void http_one_reply(struct seat *c, struct str answer)
{
	respond(c, 200, answer);
	stream_want(c->stream, !c->leaving);
	if (!c->leaving && c->in.n)
		http_one_take(c);
}
