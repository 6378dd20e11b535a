#include "house/condition/need.h"

#include "base/mem.h"

static const struct { const char *word; size_t least, most; } tests[N_NEED] = {
#define NEED_WORD_(name, word, least, most) [NEED_##name] = { word, least, most },
	NEED_TABLE(NEED_WORD_)
#undef NEED_WORD_
};

struct reading { struct arena *a; struct str file; long line; struct diag *d; };

static enum err wrong(struct reading *r, const char *says) { return diag_fail(r->d, r->file, r->line, "%s", says); }

static size_t words(struct arena *a, struct str text, struct str *out, size_t max)
{
	struct str word;
	size_t n = 0;
	while (str_next(&text, ' ', &word))
		if (word.n && n < max)
			out[n++] = arena_str(a, word);
		else if (word.n)
			return max + 1;
	return n;
}

static enum err find_test(struct reading *r, struct str word, enum need_test *out)
{
	for (int i = 0; i < N_NEED; i++)
		if (str_is(word, tests[i].word)) {
			*out = (enum need_test)i;
			return OK;
		}
	return diag_fail(r->d, r->file, r->line, "A need begins with one of: filled yes is differ before ahead open domain e164 role kind some each current "
	                 "linked consent among through record found public; \"%.*s\" is none.", STRF(word));
}

/* "if FIELD is VALUE:" or "if FIELD is not VALUE:" in front. */
static enum err read_if(struct reading *r, struct str *text, struct need *out)
{
	struct str w[5];
	if (!str_starts(*text, STR("if ")))
		return OK;
	ptrdiff_t colon = str_chr(*text, ':');
	size_t n = colon < 0 ? 0 : words(r->a, str_upto(*text, (size_t)colon), w, ARRAY_N(w));
	bool no = n == 5 && str_is(w[3], "not");
	if (n < 4 || n > 5 || !str_is(w[2], "is") || (n == 5) != no)
		return wrong(r, "A condition is written: need = if FIELD is VALUE: TEST ... | SENTENCE.");
	out->if_field = w[1];
	out->if_value = w[n - 1];
	out->if_not = no;
	*text = str_trim(str_from(*text, (size_t)colon + 1));
	return OK;
}

static enum err read_test(struct reading *r, struct str text, struct need *out)
{
	struct str w[NEED_ARGS_MAX + 1];
	size_t n = words(r->a, text, w, ARRAY_N(w));
	if (!n || n > ARRAY_N(w))
		return wrong(r, "A need is a test with its fields, then \" | \" and the sentence for whoever is refused.");
	TRY(find_test(r, w[0], &out->test));
	out->n = n - 1;
	memcpy(out->arg, w + 1, out->n * sizeof *w);
	if (out->n < tests[out->test].least || out->n > tests[out->test].most)
		return diag_fail(r->d, r->file, r->line, "\"%s\" has the wrong number of words after it.", tests[out->test].word);
	return out->test == NEED_EACH ? find_test(r, out->arg[1], &out->inner) : OK;
}

static enum err read_need(struct reading *r, struct str value, struct need *out)
{
	struct str text, says, rest = value;
	*out = (struct need){ 0 };
	if (!str_next(&rest, '|', &text) || !str_next(&rest, '|', &says) || !str_trim(says).n)
		return wrong(r, "A need ends with \" | \" and the sentence for whoever is refused.");
	out->says = arena_str(r->a, str_trim(says));
	out->link = arena_str(r->a, str_trim(rest));
	text = str_trim(text);
	TRY(read_if(r, &text, out));
	return read_test(r, text, out);
}

static enum err read_only(struct reading *r, struct str value, struct gate_def *out)
{
	struct str w[3];
	if (words(r->a, value, w, 3) != 3 || !(str_is(w[0], "profile") || str_is(w[0], "field")))
		return wrong(r, "only = profile KEY VALUE, or only = field NAME VALUE.");
	*(str_is(w[0], "profile") ? &out->only_key : &out->only_field) = w[1];
	out->only_value = w[2];
	return OK;
}

static enum err read_pair(struct reading *r, const struct conf_pair *p, struct gate_def *out)
{
	r->line = p->line;
	if (str_is(p->key, "at")) {
		out->n_at = words(r->a, p->value, out->at, GATE_STATES_MAX);
		return out->n_at <= GATE_STATES_MAX ? OK : wrong(r, "A gate stands before 8 states at most.");
	}
	if (str_is(p->key, "only"))
		return read_only(r, p->value, out);
	if (!str_is(p->key, "need"))
		return wrong(r, "A gate has the settings at, only and need.");
	if (out->n_needs == GATE_NEEDS_MAX)
		return wrong(r, "A gate has 60 needs at most.");
	TRY(read_need(r, p->value, &out->needs[out->n_needs]));
	out->n_needs++;
	return OK;
}

enum err gate_read(struct arena *a, struct str file, const struct conf_block *b, struct diag *d, struct gate_def *out)
{
	struct reading r = { a, file, b->line, d };
	enum err e = OK;
	*out = (struct gate_def){ .name = arena_str(a, b->id), .needs = arena_array(a, struct need, b->n + 1) };
	for (size_t i = 0; i < b->n; i++) {
		enum err one = read_pair(&r, &b->pairs[i], out);
		e = e == OK ? one : e;
	}
	TRY(e);
	return out->n_needs ? OK : diag_fail(d, file, b->line, "The gate %.*s needs nothing: it would always be open.", STRF(b->id));
}
