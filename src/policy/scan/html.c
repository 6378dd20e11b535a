#include "policy/scan/html.h"

#include "base/mem.h"

static bool among(const char *name, const char *const list[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}

/* Stand inside words: the text goes on across them. */
static bool inside_words(const char *tag)
{
	static const char *const v[] = { "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
		"mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr" };
	return among(tag, v, ARRAY_N(v));
}

/* Part what is said: no phrase reaches across. */
static bool parts_phrases(const char *tag)
{
	static const char *const v[] = { "td", "th", "tr", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "title", "option", "button", "textarea", "hr",
		"article", "section", "nav", "aside", "header", "footer", "table", "form", "body", "head", "html", "caption", "legend", "summary" };
	return among(tag, v, ARRAY_N(v));
}

static bool is_raw(const char *tag)
{
	static const char *const v[] = { "script", "style", "title", "textarea", "noembed", "noframes" };
	return among(tag, v, ARRAY_N(v));
}

void html_begin(struct html *h, struct words *w)
{
	*h = (struct html){ .words = w };
}

static bool name_char(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == ':'; }

static void push(char *b, uint8_t *n, char c)
{
	if (*n < HTML_NAME)
		b[(*n)++] = ascii_lower(c);
	b[*n] = 0;
}

/* ---- entities */

static void say(struct html *h, struct str s)
{
	while (s.n) {
		s = words_feed(h->words, s, false);
		s = str_from(s, 1);
	}
}

static void entity_done(struct html *h)
{
	struct str name = { h->entity, h->n_entity };
	uint32_t cp = html_entity(name);
	h->state = h->back;
	h->n_entity = 0;
	if (cp) {
		words_char(h->words, cp);
		return;
	}
	words_gap(h->words);
	say(h, name);
}

/* True when c was taken. */
static bool entity_char(struct html *h, char c)
{
	bool part = ascii_alpha(c) || ascii_digit(c) || (c == '#' && !h->n_entity);
	if (part && h->n_entity < HTML_ENTITY) {
		h->entity[h->n_entity++] = c;
		return true;
	}
	entity_done(h);
	return c == ';';
}

static void entity_begin(struct html *h)
{
	h->back = h->state;
	h->state = HTML_ENTITY_;
	h->n_entity = 0;
}

/* A kept value is read as text, with its entities. */
static void say_kept(struct html *h)
{
	struct str s = { h->kept, h->n_kept };
	words_stop(h->words);
	while (s.n) {
		s = words_feed(h->words, s, true);
		if (!s.n)
			break;
		char c = s.p[0];
		s = str_from(s, 1);
		ptrdiff_t end = c == '&' ? str_chr(str_upto(s, HTML_ENTITY), ';') : -1;
		uint32_t cp = end > 0 ? html_entity(str_upto(s, (size_t)end)) : 0;
		if (cp)
			words_char(h->words, cp);
		else
			words_gap(h->words);
		if (cp)
			s = str_from(s, (size_t)end + 1);
	}
	words_stop(h->words);
}

/* ---- tags */

static void attr_begin(struct html *h, char c)
{
	h->n_attr = 0;
	h->state = HTML_ATTR;
	push(h->attr, &h->n_attr, c);
}

static void tag_begin(struct html *h, bool closing)
{
	h->n_tag = 0;
	h->tag[0] = 0;
	h->closing = closing;
	h->described = h->typed_secret = h->has_kept = false;
	h->n_kept = 0;
	h->state = closing ? HTML_CLOSE : HTML_NAME_;
}

static bool kept_is_seen(const struct html *h)
{
	if (!h->has_kept || h->closing)
		return false;
	return !strcmp(h->tag, "meta") ? h->described : !strcmp(h->tag, "input") && !h->typed_secret;
}

static void tag_end(struct html *h)
{
	h->state = HTML_TEXT;
	if (parts_phrases(h->tag))
		words_stop(h->words);
	else if (!inside_words(h->tag))
		words_gap(h->words);
	if (kept_is_seen(h))
		say_kept(h);
	if (!h->closing && is_raw(h->tag)) {
		memcpy(h->raw, h->tag, sizeof h->raw);
		h->n_raw = h->n_tag;
		h->text_raw = !strcmp(h->tag, "title") || !strcmp(h->tag, "textarea");
		h->state = HTML_RAW;
	}
}

/* Which attributes are text that is seen, and which are kept until the whole tag is known. */
static void value_begin(struct html *h, enum html_state how)
{
	static const char *const seen[] = { "alt", "title", "placeholder", "aria-label", "summary" };
	h->state = how;
	h->n_value = 0;
	h->said = !h->closing && among(h->attr, seen, ARRAY_N(seen));
	h->keep = !h->closing && ((!strcmp(h->tag, "meta") && !strcmp(h->attr, "content")) || (!strcmp(h->tag, "input") && !strcmp(h->attr, "value")));
	if (h->said)
		words_stop(h->words);
}

static bool value_has(const struct html *h, const char *word)
{
	return str_find((struct str){ h->value, h->n_value }, str_z(word)) >= 0;
}

static void meta_value(struct html *h)
{
	struct str v = { h->value, h->n_value };
	if (!strcmp(h->attr, "charset"))
		h->words->set = h->words->set.wide ? h->words->set : charset_of(v);
	if (!strcmp(h->attr, "name") || !strcmp(h->attr, "property"))
		h->described |= value_has(h, "description") || value_has(h, "keywords") || value_has(h, "title");
	if (!strcmp(h->attr, "content") && value_has(h, "charset=")) {
		struct charset set;
		if (charset_in(v, &set) && !h->words->set.wide)
			h->words->set = set;
	}
}

static void value_end(struct html *h)
{
	h->state = HTML_BEFORE_ATTR;
	if (h->said)
		words_stop(h->words);
	if (h->keep) {
		memcpy(h->kept, h->value, h->n_value);
		h->n_kept = h->n_value;
		h->has_kept = true;
	}
	if (!strcmp(h->tag, "meta"))
		meta_value(h);
	if (!strcmp(h->tag, "input") && !strcmp(h->attr, "type"))
		h->typed_secret = value_has(h, "hidden") || value_has(h, "password");
	h->said = h->keep = false;
}

static void value_bytes(struct html *h, struct str s)
{
	size_t n = s.n < HTML_VALUE - h->n_value ? s.n : HTML_VALUE - h->n_value;
	bool wanted = h->keep || h->tag[0] == 'm' || h->tag[0] == 'i';
	if (wanted && n) {
		for (size_t i = 0; i < n; i++)
			h->value[h->n_value + i] = h->keep ? s.p[i] : ascii_lower(s.p[i]);
		h->n_value += n;
	}
	while (h->said && s.n) {
		s = words_feed(h->words, s, true);
		if (s.n && s.p[0] == '&') {
			entity_begin(h);
			return;
		}
		if (s.n)
			words_gap(h->words);
		s = str_from(s, 1);
	}
}

/* ---- one byte in each state outside of text; true when it was used up */

static bool step_open(struct html *h, char c)
{
	if (c == '/')
		tag_begin(h, true);
	else if (c == '!')
		h->state = HTML_BANG;
	else if (c == '?')
		h->state = HTML_DECL;
	else if (ascii_alpha(c))
		tag_begin(h, false);
	else
		h->state = HTML_TEXT;
	h->dashes = 0;
	if (h->state == HTML_TEXT)
		words_gap(h->words);
	return h->state != HTML_TEXT && h->state != HTML_NAME_;
}

static bool step_name(struct html *h, char c)
{
	if (name_char(c)) {
		push(h->tag, &h->n_tag, c);
		return true;
	}
	h->state = HTML_BEFORE_ATTR;
	return false;
}

static bool step_before_attr(struct html *h, char c)
{
	if (c == '>')
		tag_end(h);
	else if (!ascii_space(c) && c != '/')
		attr_begin(h, c);
	return true;
}

static bool step_attr(struct html *h, char c)
{
	if (c == '=')
		h->state = HTML_BEFORE_VALUE;
	else if (ascii_space(c))
		h->state = HTML_AFTER_ATTR;
	else if (c == '>' || c == '/')
		h->state = HTML_BEFORE_ATTR;
	else
		push(h->attr, &h->n_attr, c);
	return c != '>';
}

static bool step_after_attr(struct html *h, char c)
{
	if (c == '=')
		h->state = HTML_BEFORE_VALUE;
	else if (!ascii_space(c))
		h->state = HTML_BEFORE_ATTR;
	return c == '=' || ascii_space(c);
}

static bool step_before_value(struct html *h, char c)
{
	if (ascii_space(c))
		return true;
	if (c == '>') {
		h->state = HTML_BEFORE_ATTR;
		return false;
	}
	value_begin(h, c == '"' ? HTML_VALUE_D : c == '\'' ? HTML_VALUE_S : HTML_VALUE_U);
	return c == '"' || c == '\'';
}

static bool step_bang(struct html *h, char c)
{
	if (c == '-' && ++h->dashes == 2) {
		h->state = HTML_COMMENT;
		h->dashes = 2;                  /* "<!-->" is whole */
	} else if (c != '-') {
		h->state = HTML_DECL;
		return false;
	}
	return true;
}

static bool step_comment(struct html *h, char c)
{
	if (c == '-')
		h->dashes = (uint8_t)(h->dashes + (h->dashes < 2));
	else if (c == '>' && h->dashes == 2)
		h->state = HTML_TEXT;
	else
		h->dashes = 0;
	return true;
}

static bool step_decl(struct html *h, char c)
{
	if (c == '>')
		h->state = HTML_TEXT;
	return true;
}

/* "</title" and then a byte that ends the name; anything else was text of the raw element. */
static bool step_raw_end(struct html *h, char c)
{
	static const char slash = '/';
	char want = h->at_raw ? h->raw[h->at_raw - 1] : slash;
	if (h->at_raw <= h->n_raw && ascii_lower(c) == want) {
		h->at_raw++;
		return true;
	}
	if (h->at_raw == h->n_raw + 1 && !name_char(c)) {
		tag_begin(h, true);
		memcpy(h->tag, h->raw, sizeof h->tag);
		h->state = HTML_BEFORE_ATTR;
		return false;
	}
	h->state = HTML_RAW;
	if (h->text_raw) {
		words_gap(h->words);
		say(h, (struct str){ h->raw, h->at_raw ? h->at_raw - 1u : 0 });
	}
	return false;
}

static bool (*const steps[])(struct html *, char) = {
	[HTML_OPEN] = step_open, [HTML_NAME_] = step_name, [HTML_CLOSE] = step_name, [HTML_BEFORE_ATTR] = step_before_attr, [HTML_ATTR] = step_attr,
	[HTML_AFTER_ATTR] = step_after_attr, [HTML_BEFORE_VALUE] = step_before_value, [HTML_BANG] = step_bang, [HTML_COMMENT] = step_comment,
	[HTML_DECL] = step_decl, [HTML_RAW_END] = step_raw_end, [HTML_ENTITY_] = entity_char,
};

/* ---- runs of bytes */

static struct str feed_text(struct html *h, struct str s)
{
	s = words_feed(h->words, s, true);
	if (!s.n)
		return s;
	if (s.p[0] == '&')
		entity_begin(h);
	else
		h->state = HTML_OPEN;
	return str_from(s, 1);
}

static struct str feed_raw(struct html *h, struct str s)
{
	if (h->text_raw) {
		s = words_feed(h->words, s, true);
	} else {
		const char *at = s.n ? memchr(s.p, '<', s.n) : NULL;
		s = str_from(s, at ? (size_t)(at - s.p) : s.n);
	}
	if (!s.n)
		return s;
	if (s.p[0] == '&') {
		entity_begin(h);
	} else {
		h->state = HTML_RAW_END;
		h->at_raw = 0;
	}
	return str_from(s, 1);
}

static size_t value_run(const struct html *h, struct str s)
{
	size_t n = 0;
	if (h->state == HTML_VALUE_U) {
		while (n < s.n && !ascii_space(s.p[n]) && s.p[n] != '>')
			n++;
		return n;
	}
	const char *at = memchr(s.p, h->state == HTML_VALUE_D ? '"' : '\'', s.n);
	return at ? (size_t)(at - s.p) : s.n;
}

/* An entity in a value that is said stops the run at its ampersand; the rest of the run comes again. */
static struct str feed_value(struct html *h, struct str s)
{
	size_t n = value_run(h, s);
	const char *amp = h->said && n ? memchr(s.p, '&', n) : NULL;
	if (amp)
		n = (size_t)(amp - s.p) + 1;
	bool ended = n < s.n && !amp, quoted = h->state != HTML_VALUE_U;
	value_bytes(h, str_upto(s, n));
	s = str_from(s, n);
	if (!ended)
		return s;
	value_end(h);
	return quoted ? str_from(s, 1) : s;
}

void html_feed(struct html *h, struct str s)
{
	while (s.n) {
		switch (h->state) {
		case HTML_TEXT: s = feed_text(h, s); break;
		case HTML_RAW: s = feed_raw(h, s); break;
		case HTML_VALUE_D: case HTML_VALUE_S: case HTML_VALUE_U: s = feed_value(h, s); break;
		default:
			if (steps[h->state](h, s.p[0]))
				s = str_from(s, 1);
		}
	}
}

void html_end(struct html *h)
{
	if (h->state == HTML_ENTITY_)
		entity_done(h);
	words_stop(h->words);
}
