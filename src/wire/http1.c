#include "wire/http1.h"

#include <llhttp.h>

#include "base/buf.h"
#include "base/mem.h"

/* Where a name or value lies in the store: the store moves while it grows. */
struct span { uint32_t at, n; };

struct http1 {
	llhttp_t parser;
	struct buf store;                            /* target, names and values, one after the other */
	struct span target, reason, name[HTTP1_FIELDS_MAX], value[HTTP1_FIELDS_MAX];
	struct http1_field fields[HTTP1_FIELDS_MAX];
	size_t n_fields, n_trailers;                 /* trailers stand behind the fields of the head */
	struct buf tail;                             /* names and values of trailers: the head's views stay */
	struct http1_head head;
	struct str piece;                            /* body bytes found, inside the caller's input */
	enum http1_kind kind;
	enum http1_step step;                        /* what the last callback found */
	const char *why;
	char last;                                   /* last byte of the head seen so far */
	bool in_head, no_body, broken, begun;
};

static int refuse(struct http1 *h, const char *why)
{
	h->why = why;
	return HPE_USER;
}

static int keep(struct http1 *h, struct span *s, const char *p, size_t n)
{
	struct buf *to = h->in_head ? &h->store : &h->tail;
	if (!s->n)
		s->at = (uint32_t)to->n;
	buf_add(to, (struct str){ p, n });
	s->n += (uint32_t)n;
	return to->over ? refuse(h, "head too large") : 0;
}

static int on_url(llhttp_t *p, const char *at, size_t n)
{
	struct http1 *h = p->data;
	if (h->target.n + n > HTTP1_TARGET_MAX)
		return refuse(h, "target too long");
	return keep(h, &h->target, at, n);
}

static int on_status(llhttp_t *p, const char *at, size_t n)
{
	struct http1 *h = p->data;
	return keep(h, &h->reason, at, n);
}

static size_t place(const struct http1 *h)
{
	return h->n_fields + h->n_trailers;
}

static int on_field(llhttp_t *p, const char *at, size_t n)
{
	struct http1 *h = p->data;
	if (place(h) == HTTP1_FIELDS_MAX)
		return refuse(h, "too many header fields");
	return keep(h, &h->name[place(h)], at, n);
}

static int on_value(llhttp_t *p, const char *at, size_t n)
{
	struct http1 *h = p->data;
	return keep(h, &h->value[place(h)], at, n);
}

static int on_name_end(llhttp_t *p)
{
	struct http1 *h = p->data;
	return place(h) < HTTP1_FIELDS_MAX && h->name[place(h)].n ? 0 : refuse(h, "empty header name");
}

/* A trailer is said again by whoever passes it on: no line may end inside it. */
static bool one_line(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return true;
}

/* Also called for the fields of a trailer. */
static int on_value_end(llhttp_t *p)
{
	struct http1 *h = p->data;
	if (h->in_head) {
		h->n_fields++;
		return 0;
	}
	struct span v = h->value[place(h)];
	if (v.n && !one_line((struct str){ h->tail.p + v.at, v.n }))
		return refuse(h, "a control character in a trailer");
	h->n_trailers++;
	return 0;
}

static struct str view(const struct http1 *h, struct span s)
{
	return s.n ? (struct str){ h->store.p + s.at, s.n } : STR("");
}

static inline uint64_t length_bit(size_t n)
{
	return 1ull << (n < 63 ? n : 63);
}

/* Nearly all names differ in their length already. */
static inline bool same_name(struct str a, struct str b)
{
	return a.n == b.n && str_ieq(a, b);
}

/* RFC 9110 7.6.1, whatever Connection says. */
static bool one_hop(struct str name)
{
	static const struct str hop[] = { STR("connection"), STR("proxy-connection"), STR("keep-alive"), STR("te"),
		STR("transfer-encoding"), STR("upgrade"), STR("proxy-authenticate"), STR("proxy-authorization") };
	static const uint64_t lengths = 1 << 2 | 1 << 7 | 1 << 10 | 1 << 16 | 1 << 17 | 1 << 18 | 1 << 19;
	if (!(lengths & length_bit(name.n)))
		return false;
	for (size_t i = 0; i < ARRAY_N(hop); i++)
		if (same_name(name, hop[i]))
			return true;
	return false;
}

/* No line of Connection names a field of its own. */
static bool own_hops(const struct http1_head *head)
{
	for (size_t i = 0; i < head->n_fields; i++) {
		struct str rest = head->fields[i].value, one;
		if (!same_name(head->fields[i].name, STR("connection")))
			continue;
		while (str_next(&rest, ',', &one))
			if (!one_hop(str_trim(one)))
				return false;
	}
	return true;
}

static void fill_fields(struct http1 *h)
{
	for (size_t i = 0; i < h->n_fields; i++) {
		h->fields[i] = (struct http1_field){ view(h, h->name[i]), str_trim(view(h, h->value[i])) };
		h->head.lengths |= length_bit(h->fields[i].name.n);
	}
	h->head.fields = h->fields;
	h->head.n_fields = h->n_fields;
	h->head.own_hops = own_hops(&h->head);
}

static bool none_so_long(const struct http1_head *head, struct str name)
{
	return head->lengths && !(head->lengths & length_bit(name.n));
}

static size_t count(const struct http1_head *head, const char *name)
{
	struct str want = str_z(name);
	size_t n = 0;
	for (size_t i = 0; !none_so_long(head, want) && i < head->n_fields; i++)
		n += same_name(head->fields[i].name, want);
	return n;
}

static enum http1_form form_of(const struct http1_head *head)
{
	if (str_is(head->method, "CONNECT"))
		return HTTP1_AUTHORITY;
	if (str_starts(head->target, STR("/")))
		return HTTP1_ORIGIN;
	return str_is(head->target, "*") ? HTTP1_ASTERISK : HTTP1_ABSOLUTE;
}

/* The authority of an absolute target, without a default port. */
static struct str authority(struct str target)
{
	ptrdiff_t at = str_find(target, STR("://"));
	struct str rest = at < 0 ? STR_NONE : str_from(target, (size_t)at + 3);
	size_t n = 0;
	while (n < rest.n && !memchr("/?#", rest.p[n], 3))
		n++;
	return str_upto(rest, n);
}

static struct str without_port80(struct str a)
{
	return str_ends(a, STR(":80")) ? str_upto(a, a.n - 3) : a;
}

/* RFC 9112 3.2: exactly one Host in 1.1, at most one in 1.0; it names what the target names. */
static const char *check_host(struct http1_head *head)
{
	size_t n = count(head, "host");
	if (n > 1 || (n == 0 && head->minor == 1))
		return "not exactly one Host";
	head->host = http1_field(head, "host");
	if (head->form != HTTP1_ABSOLUTE)
		return NULL;
	struct str a = authority(head->target);
	if (!a.n || str_chr(a, '@') >= 0)
		return "target without a plain authority";
	if (n && !str_ieq(without_port80(a), without_port80(head->host)))
		return "Host contradicts the target";
	return NULL;
}

static bool method_served(struct str m)
{
	static const struct str served[] = { STR("GET"), STR("HEAD"), STR("POST"), STR("PUT"), STR("DELETE"), STR("OPTIONS"), STR("PATCH"), STR("CONNECT"),
		STR("PROPFIND"), STR("PROPPATCH"), STR("MKCOL"), STR("COPY"), STR("MOVE"), STR("LOCK"), STR("UNLOCK"), STR("REPORT"), STR("SEARCH") };
	for (size_t i = 0; i < ARRAY_N(served); i++)
		if (str_eq(m, served[i]))
			return true;
	return false;
}

static const char *check_body(const struct http1 *h)
{
	const struct http1_head *head = &h->head;
	size_t codings = count(head, "transfer-encoding");
	if (codings && (codings > 1 || !str_ieq(http1_field(head, "transfer-encoding"), STR("chunked"))))
		return "a transfer coding other than chunked";
	if (codings && head->minor == 0)
		return "a transfer coding in HTTP/1.0";
	if (codings && count(head, "content-length"))
		return "both a length and a transfer coding";
	if (count(head, "content-length") > 1)
		return "more than one length";
	if (h->parser.flags & F_CONTENT_LENGTH && h->parser.content_length > INT64_MAX)
		return "a length beyond any body";
	return NULL;
}

static void fill_body(struct http1 *h)
{
	struct http1_head *head = &h->head;
	head->chunked = (h->parser.flags & F_CHUNKED) != 0;
	head->length = h->parser.flags & F_CONTENT_LENGTH ? (int64_t)h->parser.content_length : -1;
	head->has_body = head->chunked || head->length > 0;
	int s = head->status;
	if (h->kind == HTTP1_RESPONSE && (h->no_body || s / 100 == 1 || s == 204 || s == 304)) {
		h->parser.flags |= F_SKIPBODY;
		head->has_body = false;
	}
	head->until_close = h->kind == HTTP1_RESPONSE && llhttp_message_needs_eof(&h->parser);
	head->keep_alive = llhttp_should_keep_alive(&h->parser);
	head->expect_continue = str_ieq(http1_field(head, "expect"), STR("100-continue"));
}

static const char *check_request(struct http1 *h)
{
	h->head.method = str_z(llhttp_method_name((llhttp_method_t)h->parser.method));
	h->head.target = view(h, h->target);
	h->head.form = form_of(&h->head);
	if (!method_served(h->head.method))
		return "a method that is not served";
	return check_host(&h->head);
}

static int on_head(llhttp_t *p)
{
	struct http1 *h = p->data;
	h->in_head = false;
	h->head = (struct http1_head){ .kind = h->kind, .minor = p->http_minor, .status = p->status_code };
	if (p->http_major != 1 || p->http_minor > 1)
		return refuse(h, "a version other than 1.0 and 1.1");
	fill_fields(h);
	const char *why = h->kind == HTTP1_REQUEST ? check_request(h) : NULL;
	why = why ? why : check_body(h);
	if (why)
		return refuse(h, why);
	h->head.reason = h->kind == HTTP1_RESPONSE ? view(h, h->reason) : STR_NONE;
	fill_body(h);
	h->step = HTTP1_HEAD;
	return HPE_PAUSED;
}

static int on_body(llhttp_t *p, const char *at, size_t n)
{
	struct http1 *h = p->data;
	if (!n)
		return 0;
	h->piece = (struct str){ at, n };
	h->step = HTTP1_BODY;
	return HPE_PAUSED;
}

static void fill_trailers(struct http1 *h)
{
	for (size_t i = h->n_fields; i < place(h); i++) {
		struct span n = h->name[i], v = h->value[i];
		h->fields[i].name = (struct str){ h->tail.p + n.at, n.n };
		h->fields[i].value = v.n ? str_trim((struct str){ h->tail.p + v.at, v.n }) : STR("");
	}
}

static int on_done(llhttp_t *p)
{
	struct http1 *h = p->data;
	fill_trailers(h);
	h->step = HTTP1_DONE;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_url, .on_status = on_status, .on_header_field = on_field, .on_header_value = on_value,
	.on_header_field_complete = on_name_end, .on_header_value_complete = on_value_end,
	.on_headers_complete = on_head, .on_body = on_body, .on_message_complete = on_done,
};

struct http1 *http1_new(void)
{
	struct http1 *h = mem_new(struct http1);
	h->store = buf_init(HTTP1_HEAD_MAX);
	h->tail = buf_init(HTTP1_TRAILER_MAX);
	return h;
}

void http1_free(struct http1 **h)
{
	if (*h) {
		buf_done(&(*h)->store);
		buf_done(&(*h)->tail);
	}
	mem_free(h);
}

void http1_begin(struct http1 *h, enum http1_kind kind)
{
	assert(h);
	llhttp_init(&h->parser, kind == HTTP1_REQUEST ? HTTP_REQUEST : HTTP_RESPONSE, &settings);
	h->parser.data = h;
	buf_clear(&h->store);
	buf_clear(&h->tail);
	size_t used = place(h) < HTTP1_FIELDS_MAX ? place(h) + 1 : HTTP1_FIELDS_MAX;         /* the last one may be half read */
	memset(h->name, 0, used * sizeof *h->name);
	memset(h->value, 0, used * sizeof *h->value);
	h->target = h->reason = (struct span){ 0 };
	h->n_fields = h->n_trailers = 0;
	h->head = (struct http1_head){ .kind = kind };
	h->kind = kind;
	h->why = "";
	h->last = 0;
	h->in_head = true;
	h->no_body = h->broken = h->begun = false;
}

void http1_no_body(struct http1 *h)
{
	assert(h && h->kind == HTTP1_RESPONSE);
	h->no_body = true;
}

/* What llhttp lets pass in a head: folded lines, and in requests a bare LF. */
static const char *check_lines(struct http1 *h, struct str used)
{
	for (size_t i = 0; i < used.n; i++) {
		char before = i ? used.p[i - 1] : h->last;
		if (before == '\n' && (used.p[i] == ' ' || used.p[i] == '\t'))
			return "a folded header line";
		const char *lf = before == '\n' ? used.p + i : memchr(used.p + i, '\n', used.n - i);
		if (!lf)
			break;
		i = (size_t)(lf - used.p);
		before = i ? used.p[i - 1] : h->last;
		if (*lf == '\n' && before != '\r' && h->kind == HTTP1_REQUEST)
			return "a line that ends without CR";
	}
	h->last = used.n ? used.p[used.n - 1] : h->last;
	return NULL;
}

static enum err broken(struct http1 *h, const char *why)
{
	h->broken = true;
	if (why && *why)
		h->why = why;
	return h->store.over || h->tail.over ? ERR_LIMIT : ERR_SYNTAX;
}

enum err http1_next(struct http1 *h, struct str *in, enum http1_step *step, struct str *piece)
{
	assert(h && in && step && piece);
	if (h->broken)
		return ERR_SYNTAX;
	bool in_head = h->in_head;
	h->begun = h->begun || in->n > 0;
	h->step = HTTP1_MORE;
	h->piece = STR_NONE;
	llhttp_errno_t e = llhttp_execute(&h->parser, in->p, in->n);
	if (e != HPE_OK && e != HPE_PAUSED && e != HPE_PAUSED_UPGRADE)
		return broken(h, *h->why ? NULL : llhttp_get_error_reason(&h->parser));
	const char *at = e == HPE_OK ? in->p + in->n : llhttp_get_error_pos(&h->parser);
	if (e == HPE_PAUSED)
		llhttp_resume(&h->parser);
	size_t used = (size_t)(at - in->p);
	const char *why = in_head ? check_lines(h, str_upto(*in, used)) : NULL;
	if (why)
		return broken(h, why);
	*in = str_from(*in, used);
	*step = e == HPE_PAUSED_UPGRADE ? HTTP1_DONE : h->step;
	*piece = h->piece;
	return OK;
}

enum err http1_eof(struct http1 *h)
{
	assert(h);
	if (h->broken)
		return ERR_SYNTAX;
	if (!h->begun)
		return OK;
	llhttp_errno_t e = llhttp_finish(&h->parser);
	return e == HPE_OK || e == HPE_PAUSED ? OK : broken(h, "ended in the middle");
}

const struct http1_head *http1_head(const struct http1 *h)
{
	return &h->head;
}

size_t http1_trailers(const struct http1 *h, const struct http1_field **out)
{
	*out = h->fields + h->n_fields;
	return h->n_trailers;
}

const char *http1_why(const struct http1 *h)
{
	return h->why ? h->why : "";
}

struct str http1_named(const struct http1_head *head, struct str name)
{
	if (none_so_long(head, name))
		return STR_NONE;
	for (size_t i = 0; i < head->n_fields; i++)
		if (same_name(head->fields[i].name, name))
			return head->fields[i].value;
	return STR_NONE;
}

bool http1_token(const struct http1_head *head, const char *name, const char *token)
{
	struct str want = str_z(name), word = str_z(token);
	for (size_t i = 0; !none_so_long(head, want) && i < head->n_fields; i++) {
		struct str rest = head->fields[i].value, one;
		if (!same_name(head->fields[i].name, want))
			continue;
		while (str_next(&rest, ',', &one))
			if (str_ieq(str_trim(one), word))
				return true;
	}
	return false;
}

bool http1_hop(const struct http1_head *head, struct str name)
{
	if (one_hop(name))
		return true;
	for (size_t i = 0; !head->own_hops && i < head->n_fields; i++) {
		struct str rest = head->fields[i].value, one;
		if (!same_name(head->fields[i].name, STR("connection")))
			continue;
		while (str_next(&rest, ',', &one))
			if (same_name(str_trim(one), name))
				return true;
	}
	return false;
}
