#include "policy/scan/events.h"

#include "base/mem.h"

enum { LINE_BEGIN, LINE_SPACE, LINE_FIRST, LINE_JSON, LINE_RAW, LINE_SKIP };

/* Names under which assistants send what they say; and those that never hold it, asked while none of the first was met. */
static const char *const says[] = { "content", "text", "delta", "response", "completion", "token", "output_text", "answer", "message", "parts", "v", "value",
	"generated_text", "reply", "chunk", "output", "data", "result", "thinking", "reasoning_content", "partial_json" };
static const char *const never[] = { "model", "object", "role", "type", "finish_reason", "stop_reason", "created", "created_at", "name", "status", "event", "index",
	"system_fingerprint", "service_tier", "signature", "obfuscation", "o", "p", "c", "op", "path", "timestamp" };

static bool among(struct str key, const char *const v[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(key, v[i]))
			return true;
	return false;
}

/* A string outside an object stands for itself. */
static bool key_joins(struct events *e)
{
	struct str key = { e->key, e->n_key };
	if (e->n_key > EVENTS_KEY)
		return !e->knew;
	bool known = !e->n_key || among(key, says, ARRAY_N(says));
	e->knew |= known;
	bool number = key.n >= 2 && str_ieq(str_from(key, key.n - 2), STR("id"));
	return known || (!e->knew && !number && !among(key, never, ARRAY_N(never)));
}

/* ---- a value, and what stands around it */

struct tee { struct events *e; const struct events_to *to; };

static void on_said(void *to, struct str utf8)
{
	struct tee *t = to;
	bool end = str_is(utf8, "\n");                  /* of a value: no end of what is said */
	if (t->e->joins && (!end || t->e->talk))
		t->to->run(t->to->to, end ? STR(" ") : utf8);
	if (t->to->each.kept)
		t->to->each.kept(t->to->each.to, utf8);
}

static size_t value_run(const struct events *e, struct str s)
{
	size_t n = 0;
	if (e->json.state != JSON_STRING)               /* an escape: a byte at a time */
		return 1;
	while (n < s.n && s.p[n] != '"' && s.p[n] != '\\' && s.p[n] != '\n' && s.p[n] != '\r')
		n++;
	return n < s.n && (s.p[n] == '"' || s.p[n] == '\\') ? n + 1 : n;
}

static size_t value_feed(struct events *e, const struct events_to *to, struct str s)
{
	struct tee t = { e, to };
	struct typed_to each = { to->each.words, on_said, &t };
	size_t n = value_run(e, s);
	json_feed(&e->json, &each, str_upto(s, n));
	e->in_value = e->json.state != JSON_OUT;
	return n;
}

static void key_byte(struct events *e, char c)
{
	if (!e->escaped && c == '"') {
		e->in_key = false;
		return;
	}
	e->escaped = !e->escaped && c == '\\';
	if (e->n_key < EVENTS_KEY)
		e->key[e->n_key] = c;
	e->n_key = e->n_key <= EVENTS_KEY ? (uint8_t)(e->n_key + 1) : e->n_key;
}

static void string_begins(struct events *e, const struct events_to *to)
{
	struct tee t = { e, to };
	struct typed_to each = { to->each.words, on_said, &t };
	if (e->key_next || e->named) {
		e->named = false;
		e->in_key = true;
		e->escaped = false;
		e->n_key = 0;
		return;
	}
	e->in_value = true;
	e->joins = key_joins(e);
	json_feed(&e->json, &each, STR("\""));
}

static bool in_object(const struct events *e) { return e->depth && e->depth <= 64 && e->objects >> (e->depth - 1) & 1; }

static void bracket(struct events *e, bool object)
{
	if (e->depth < 64)
		e->objects = (e->objects & ~(UINT64_C(1) << e->depth)) | (uint64_t)object << e->depth;
	e->depth = e->depth < 255 ? (uint8_t)(e->depth + 1) : e->depth;
	e->key_next = object && in_object(e);
}

static void structure(struct events *e, const struct events_to *to, char c)
{
	if (c == '"')
		string_begins(e, to);
	else if (c == '{' || c == '[')
		bracket(e, c == '{');
	else if (c == '}' || c == ']')
		e->depth = e->depth ? (uint8_t)(e->depth - 1) : 0;
	if (c == ',' || c == ':' || c == '}' || c == ']')
		e->key_next = c == ',' && in_object(e);
}

static size_t json_bytes(struct events *e, const struct events_to *to, struct str s)
{
	if (e->in_value)
		return value_feed(e, to, s);
	if (e->in_key)
		key_byte(e, s.p[0]);
	else
		structure(e, to, s.p[0]);
	return 1;
}

/* ---- lines */

static void raw(const struct events_to *to, struct str s)
{
	typed_say(&to->each, s);
	if (s.n)
		to->run(to->to, s);
}

static bool digits_alone(const struct events *e)
{
	bool digits = e->n_field;
	for (uint8_t i = 0; i < e->n_field; i++)
		digits &= ascii_digit(e->field[i]);
	return digits;
}

static void line_ends(struct events *e, const struct events_to *to)
{
	if (e->line == LINE_BEGIN && !(e->talk && digits_alone(e)))          /* a sign of life says nothing */
		raw(to, (struct str){ e->field, e->n_field });
	if (e->line == LINE_RAW || e->line == LINE_BEGIN)
		typed_say(&to->each, STR(" "));
	if (e->line == LINE_JSON)
		typed_stop(&to->each);
	*e = (struct events){ .knew = e->knew, .talk = e->talk };
}

/* The value's first byte says what it is. */
static size_t first(struct events *e, char c)
{
	e->line = c == '{' || c == '[' || c == '"' ? LINE_JSON : LINE_RAW;
	return 0;                                       /* it is read again as what it is */
}

/* No field: letters are text, no JSON begins with them. */
static void no_field(struct events *e, const struct events_to *to, char c)
{
	bool digits = (c == '[' || c == '{') && digits_alone(e);
	if (!e->n_field || digits) {
		(void)first(e, c);
		e->named = digits && c == '[';
		return;
	}
	e->line = LINE_RAW;
	raw(to, (struct str){ e->field, e->n_field });
}

/* "data: ..." and "0:..." hold a value; "event:", "id:", "retry:" and ":" do not; what has no name before it is a value itself. */
static size_t begins(struct events *e, const struct events_to *to, struct str s)
{
	char c = s.p[0];
	struct str field = { e->field, e->n_field };
	bool letter = ascii_alpha(c) || ascii_digit(c) || c == '_';
	if (c == ':') {
		bool skips = !field.n || str_is(field, "event") || str_is(field, "id") || str_is(field, "retry");
		e->line = skips ? LINE_SKIP : LINE_SPACE;
		return 1;
	}
	if (!e->n_field && (c == 0x1e || c == ' ' || c == '\t'))
		return 1;
	if (letter && e->n_field < EVENTS_FIELD) {
		e->field[e->n_field++] = c;
		return 1;
	}
	no_field(e, to, c);
	return 0;
}

static size_t raw_bytes(const struct events_to *to, struct str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] != '\n' && s.p[n] != '\r')
		n++;
	raw(to, str_upto(s, n));
	return n;
}

static size_t step(struct events *e, const struct events_to *to, struct str s)
{
	if (s.p[0] == '\n' || s.p[0] == '\r') {
		line_ends(e, to);
		return 1;
	}
	switch (e->line) {
	case LINE_BEGIN: return begins(e, to, s);
	case LINE_SPACE: e->line = LINE_FIRST; return s.p[0] == ' ';
	case LINE_FIRST: return first(e, s.p[0]);
	case LINE_JSON:  return json_bytes(e, to, s);
	case LINE_RAW:   return raw_bytes(to, s);
	default:         return 1;
	}
}

void events_feed(struct events *e, const struct events_to *to, struct str s)
{
	while (s.n)
		s = str_from(s, step(e, to, s));
}

bool events_look(const uint8_t *f, size_t n)
{
	bool name = n >= 3 && (ascii_digit((char)f[0]) || (f[0] >= 'a' && f[0] <= 'g'));
	return name && f[1] == ':' && (f[2] == '"' || f[2] == '{' || f[2] == '[');
}
