#include "house/mailbox/letter.h"

#include "base/buf.h"
#include "base/mem.h"
#include "house/mailbox/text.h"

bool letter_address(struct str mail)
{
	for (size_t i = 0; i < mail.n; i++)
		if ((unsigned char)mail.p[i] <= ' ' || (unsigned char)mail.p[i] >= 0x7f || strchr("<>\"(),:;\\[]", mail.p[i]))
			return false;
	ptrdiff_t at = str_chr(mail, '@');
	return mail.n < 255 && at > 0 && (size_t)at + 1 < mail.n && at == str_rchr(mail, '@');
}

static bool next_line(struct str *rest, struct str *line)
{
	if (!str_next(rest, '\n', line))
		return false;
	if (str_ends(*line, STR("\r")))
		line->n--;
	return true;
}

bool letter_block(struct arena *a, struct str *rest, struct str *block)
{
	AUTO(buf_done) struct buf b = buf_init(LETTER_HEAD_MAX);
	struct str line;
	bool any = false;
	while (next_line(rest, &line)) {
		if (!line.n && any)
			break;
		if (!line.n)
			continue;
		bool folded = line.p[0] == ' ' || line.p[0] == '\t';
		if (any && !folded)
			buf_byte(&b, '\n');
		buf_add(&b, line);
		any = true;
	}
	*block = arena_str(a, buf_str(&b));
	return any;
}

bool letter_field(struct str *block, struct str *name, struct str *value)
{
	for (struct str line; str_next(block, '\n', &line);) {
		ptrdiff_t colon = str_chr(line, ':');
		*name = str_trim(str_upto(line, colon < 0 ? 0 : (size_t)colon));
		if (colon <= 0 || str_chr(*name, ' ') >= 0)
			continue;
		*value = str_trim(str_from(line, (size_t)colon + 1));
		return true;
	}
	return false;
}

/* ---- encoded words: =?charset?B?...?= ---- */

struct word { struct str charset, text; char encoding; size_t n; };

static bool encoded(struct str s, struct word *w)
{
	if (!str_starts(s, STR("=?")))
		return false;
	struct str rest = str_from(s, 2);
	ptrdiff_t q1 = str_chr(rest, '?');
	if (q1 <= 0 || (size_t)q1 + 3 >= rest.n || rest.p[q1 + 2] != '?')
		return false;
	w->charset = str_upto(rest, (size_t)q1);
	w->encoding = ascii_lower(rest.p[q1 + 1]);
	struct str text = str_from(rest, (size_t)q1 + 3);
	ptrdiff_t end = str_find(text, STR("?="));
	if (end < 0 || (w->encoding != 'b' && w->encoding != 'q') || str_chr(str_upto(text, (size_t)end), ' ') >= 0)
		return false;
	w->text = str_upto(text, (size_t)end);
	w->n = (size_t)q1 + 5 + (size_t)end + 2;
	ptrdiff_t star = str_chr(w->charset, '*');          /* RFC 2231 5: a language may follow */
	w->charset = str_upto(w->charset, star < 0 ? w->charset.n : (size_t)star);
	return true;
}

static void add_word(struct arena *a, struct buf *b, const struct word *w)
{
	struct str bytes = w->encoding == 'b' ? text_base64(a, w->text) : text_quoted(a, w->text, true);
	buf_add(b, text_utf8(a, bytes, w->charset));
}

/* One line, good text, not long. */
static struct str one_line(struct arena *a, struct str s)
{
	struct str clean = text_clean(a, s, LETTER_WORDS_MAX);
	char *p = arena_alloc(a, clean.n + 1);
	for (size_t i = 0; i < clean.n; i++)
		p[i] = clean.p[i] == '\n' || clean.p[i] == '\t' ? ' ' : clean.p[i];
	return str_trim((struct str){ p, clean.n });
}

struct str letter_words(struct arena *a, struct str value)
{
	AUTO(buf_done) struct buf b = buf_init(LETTER_HEAD_MAX * 4);
	size_t blank = 0;                        /* spaces held back: between two encoded words they do not count */
	bool was_word = false;
	for (size_t i = 0; i < value.n;) {
		struct word w;
		if (encoded(str_from(value, i), &w)) {
			buf_add(&b, was_word ? STR("") : str_upto(str_from(value, i - blank), blank));
			add_word(a, &b, &w);
			i += w.n;
			blank = 0;
			was_word = true;
			continue;
		}
		if (value.p[i] == ' ' || value.p[i] == '\t') {
			blank++;
		} else {
			buf_add(&b, str_upto(str_from(value, i - blank), blank + 1));
			blank = 0;
			was_word = false;
		}
		i++;
	}
	return one_line(a, text_utf8(a, buf_str(&b), STR("utf-8")));
}

/* ---- From: name <address> ---- */

/* The address: what stands in the last <>, else the whole when it looks like one. */
static void from_of(struct arena *a, struct str value, struct letter_head *h)
{
	ptrdiff_t open = str_rchr(value, '<');
	struct str inside = open < 0 ? value : str_from(value, (size_t)open + 1), name = open < 0 ? STR("") : str_trim(str_upto(value, (size_t)open));
	ptrdiff_t close = str_chr(inside, '>');
	if (open >= 0 && close >= 0)
		inside = str_upto(inside, (size_t)close);
	inside = str_trim(inside);
	if (letter_address(inside))
		h->from_mail = inside;
	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = str_upto(str_from(name, 1), name.n - 2);
	h->from_name = letter_words(a, name);
}

/* RFC 3834 2; RFC 2919; and what is customary. */
static bool tells_of_program(struct str name, struct str value)
{
	if (str_ieq(name, STR("Auto-Submitted")))
		return !str_ieq(str_upto(value, 2), STR("no"));
	if (str_ieq(name, STR("Precedence")))
		return str_ieq(value, STR("bulk")) || str_ieq(value, STR("list")) || str_ieq(value, STR("junk")) || str_ieq(value, STR("auto_reply"));
	return str_ieq(str_upto(name, 5), STR("List-")) || str_ieq(name, STR("X-Auto-Response-Suppress")) || str_ieq(name, STR("X-Autoreply")) ||
	       str_ieq(name, STR("X-Autorespond")) || str_ieq(name, STR("Feedback-ID"));
}

/* Addresses behind which no person sits. */
static bool of_program(struct str mail)
{
	static const char *const names[] = { "mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces" };
	ptrdiff_t at = str_chr(mail, '@');
	struct str name = str_upto(mail, at < 0 ? 0 : (size_t)at);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_ieq(name, str_z(names[i])))
			return true;
	return str_ieq(str_upto(name, 6), STR("owner-")) || (name.n > 8 && str_ieq(str_from(name, name.n - 8), STR("-request")));
}

static struct str message_id(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] <= ' ' || (unsigned char)value.p[i] >= 0x7f)
			return STR_NONE;
	return value.n > 2 && value.n <= 250 && value.p[0] == '<' && value.p[value.n - 1] == '>' ? value : STR_NONE;
}

void letter_head_read(struct arena *a, struct str bytes, struct letter_head *out)
{
	struct str block, name, value;
	*out = (struct letter_head){ 0 };
	if (!letter_block(a, &bytes, &block))
		return;
	while (letter_field(&block, &name, &value)) {
		out->automatic = out->automatic || tells_of_program(name, value);
		if (str_ieq(name, STR("From")) && !out->from_mail.n)
			from_of(a, value, out);
		if (str_ieq(name, STR("Subject")))
			out->subject = letter_words(a, value);
		if (str_ieq(name, STR("Message-ID")))
			out->message_id = message_id(value);
		if (str_ieq(name, STR("Date")))
			out->date = letter_words(a, value);
		if (str_ieq(name, STR("Return-Path")))
			out->returned = str_is(value, "<>");
	}
	out->automatic = out->automatic || out->returned || of_program(out->from_mail);
}
