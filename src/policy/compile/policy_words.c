#include "base/time.h"
#include "policy/compile/policy_src.h"
#include "wire/url.h"

static bool parts_words(char c)
{
	return ascii_space(c) || c == ',';
}

bool src_word(struct str *rest, struct str *word)
{
	while (rest->n && parts_words(rest->p[0]))
		*rest = str_from(*rest, 1);
	size_t n = 0;
	while (n < rest->n && !parts_words(rest->p[n]))
		n++;
	*word = str_upto(*rest, n);
	*rest = str_from(*rest, n);
	return n;
}

enum err src_address(struct policy_src *s, const struct conf *c, const struct conf_pair *at, struct str text,
                     struct str *host, struct str *path)
{
	struct url u;
	char norm[URL_PATH_MAX];
	size_t n = 0;
	enum err e = url_read(text, &u);
	if (e == OK && u.path.n)
		e = url_path_norm(u.path, norm, sizeof norm, &n);
	if (e != OK)
		return diag_fail(s->d, c->file, at->line, "\"%.*s\" is not an address; write a name such as www.example.test, or a name with a path.", STRF(text));
	if (!u.is_addr && host_is_suffix(url_host(&u)) && host_labels(url_host(&u)) < 2 && !str_ends(url_host(&u), STR("test")))
		return diag_fail(s->d, c->file, at->line, "\"%.*s\" would name every site that ends so; name the sites themselves.", STRF(text));
	*host = arena_str(s->a, url_host(&u));
	*path = n > 1 ? arena_str(s->a, (struct str){ norm, n }) : STR_NONE;
	return OK;
}

/* ---- spans of the week */

static int day_of(struct str s)
{
	static const char *const days[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
	for (int i = 0; i < 7; i++)
		if (str_is(s, days[i]))
			return i;
	return -1;
}

/* "mon", "mon-fri", "mon,wed", "daily" as bits. */
static enum err days_read(struct str text, unsigned *out)
{
	struct str part;
	*out = 0;
	if (str_is(text, "daily"))
		text = STR("mon-sun");
	while (str_next(&text, ',', &part)) {
		ptrdiff_t dash = str_chr(part, '-');
		int from = day_of(dash < 0 ? part : str_upto(part, (size_t)dash));
		int to = dash < 0 ? from : day_of(str_from(part, (size_t)dash + 1));
		if (from < 0 || to < 0)
			return ERR_SYNTAX;
		for (int d = from;; d = (d + 1) % 7) {
			*out |= 1u << d;
			if (d == to)
				break;
		}
	}
	return *out ? OK : ERR_SYNTAX;
}

static enum err clock_read(struct str s, unsigned *out)
{
	uint64_t h, m;
	if (s.n != 5 || s.p[2] != ':')
		return ERR_SYNTAX;
	TRY(str_u64(str_upto(s, 2), &h));
	TRY(str_u64(str_from(s, 3), &m));
	*out = (unsigned)(h * 60 + m);
	return h < 24 || (h == 24 && m == 0) ? m < 60 ? OK : ERR_SYNTAX : ERR_SYNTAX;
}

enum err src_spans(struct str text, struct week_span *out, size_t max, size_t *n)
{
	text = str_trim(text);
	ptrdiff_t gap = str_rchr(text, ' ');
	if (gap < 0 || text.n - (size_t)gap != 12)
		return ERR_SYNTAX;
	unsigned days = 0, from, to;
	TRY(days_read(str_trim(str_upto(text, (size_t)gap)), &days));
	TRY(clock_read(str_upto(str_from(text, (size_t)gap + 1), 5), &from));
	TRY(clock_read(str_from(text, (size_t)gap + 7), &to));
	if (from == to || from == 24 * 60 || text.p[gap + 6] != '-')
		return ERR_SYNTAX;
	unsigned minutes = to > from ? to - from : to + 24 * 60 - from;
	for (unsigned d = 0; d < 7; d++) {
		if (!(days >> d & 1))
			continue;
		if (*n >= max)
			return ERR_LIMIT;
		unsigned start = d * 24 * 60 + from, end = (start + minutes) % WEEK_MINUTES;
		out[(*n)++] = (struct week_span){ (uint16_t)start, (uint16_t)(end ? end : WEEK_MINUTES) };
	}
	return OK;
}

int64_t src_id(struct policy_src *s, const struct conf *c, const struct conf_block *b, const char *key)
{
	int64_t id = 0;
	if (conf_int(c, b, key, 0, 1, INT64_MAX, s->d, &id) != OK)
		return 0;                       /* the finding is in the diag */
	return id;
}

void src_set_text(struct policy_src *s, bool meta, struct str key, struct str value)
{
	struct text **v = meta ? &s->meta.v : &s->texts.v;
	size_t n = meta ? s->meta.n : s->texts.n;
	for (size_t i = 0; i < n; i++)
		if (str_eq((*v)[i].key, key)) {
			(*v)[i].value = value;
			return;
		}
	if (meta)
		*vec_push(&s->meta) = (struct text){ key, value };
	else
		*vec_push(&s->texts) = (struct text){ key, value };
}
