#include "house/curriculum/curriculum.h"

#include "base/mem.h"

static const struct { const char *word, *title; } subjects[] = {
#define SUBJECT_ROW_(name, word, title) { word, title },
	SUBJECT_TABLE(SUBJECT_ROW_)
#undef SUBJECT_ROW_
}, audiences[] = {
#define AUDIENCE_ROW_(name, word, title) { word, title },
	AUDIENCE_TABLE(AUDIENCE_ROW_)
#undef AUDIENCE_ROW_
};

const char *subject_word(enum subject s) { return subjects[s].word; }
const char *subject_title(enum subject s) { return subjects[s].title; }
const char *audience_word(enum audience a) { return audiences[a].word; }
const char *audience_title(enum audience a) { return audiences[a].title; }

enum err subject_read(struct str word, enum subject *out)
{
	for (size_t i = 0; i < N_SUBJECTS; i++)
		if (str_is(word, subjects[i].word)) {
			*out = (enum subject)i;
			return OK;
		}
	return ERR_ABSENT;
}

enum err audience_read(struct str word, enum audience *out)
{
	for (size_t i = 0; i < N_AUDIENCES; i++)
		if (str_is(word, audiences[i].word)) {
			*out = (enum audience)i;
			return OK;
		}
	return ERR_ABSENT;
}

bool words_have(struct str words, struct str word)
{
	struct str one;
	while (str_next(&words, ' ', &one))
		if (one.n && str_eq(one, word))
			return true;
	return false;
}

struct loading { struct arena *a; const struct conf *c; struct diag *d; struct curriculum *to; };

#define SAY(l, line, ...) diag_add((l)->d, DIAG_ERROR, (l)->c->file, (line), __VA_ARGS__)

static void read_strand(struct loading *l, const struct conf_block *b)
{
	if (l->to->n_strands == CURRICULUM_STRANDS_MAX) {
		SAY(l, b->line, "The strand %.*s is one too many.", STRF(b->id));
		return;
	}
	struct strand *s = &l->to->strands[l->to->n_strands++];
	*s = (struct strand){ .id = b->id, .title = conf_get(b, "title") };
	if (!s->id.n || !s->title.n)
		SAY(l, b->line, "A strand has a short name and a title: [strand privacy] and title = ...");
	for (int y = 0; y < CURRICULUM_YEARS; y++) {
		char key[] = "year-0";
		key[5] = (char)('0' + y);
		s->year[y] = conf_get(b, key);
		if (!s->year[y].n)
			SAY(l, b->line, "The strand %.*s does not say what children of each year can do: year-0 to year-6.", STRF(b->id));
	}
}

static bool bit_of(const char *key, struct str word, unsigned *bit)
{
	enum subject s;
	enum audience a;
	bool good = false;
	if (strcmp(key, "years") == 0) {
		*bit = (unsigned)(word.p[0] - '0');
		return word.n == 1 && ascii_digit(word.p[0]) && *bit < CURRICULUM_YEARS;
	}
	if (strcmp(key, "subjects") == 0) {
		good = subject_read(word, &s) == OK;
		*bit = good ? (unsigned)s : 0;
	} else {
		good = audience_read(word, &a) == OK;
		*bit = good ? (unsigned)a : 0;
	}
	return good;
}

/* The bits of the words of one key. */
static uint32_t bits_of(struct loading *l, const struct conf_block *b, const char *key)
{
	struct str rest = conf_get(b, key), word;
	uint32_t bits = 0;
	unsigned bit;
	while (str_next(&rest, ' ', &word))
		if (word.n && bit_of(key, word, &bit))
			bits |= 1u << bit;
		else if (word.n)
			SAY(l, b->line, "\"%.*s\" does not fit %s: years are 0 to 6, subjects pshe rse computing other, audiences learners staff parents governors community.",
			    STRF(word), key);
	return bits;
}

static size_t strand_of(struct loading *l, const struct conf_block *b)
{
	struct str id = conf_get(b, "strand");
	for (size_t i = 0; i < l->to->n_strands; i++)
		if (str_eq(l->to->strands[i].id, id))
			return i;
	SAY(l, b->line, "There is no strand called %.*s above this outcome.", STRF(id));
	return 0;
}

static void read_outcome(struct loading *l, const struct conf_block *b)
{
	if (l->to->n_outcomes == CURRICULUM_OUTCOMES_MAX || outcome_find(l->to, b->id)) {
		SAY(l, b->line, "The outcome %.*s stands twice, or is one too many.", STRF(b->id));
		return;
	}
	struct outcome *o = &l->to->outcomes[l->to->n_outcomes];
	*o = (struct outcome){ .id = b->id, .title = conf_get(b, "title"), .clauses = conf_get(b, "clauses"), .tags = conf_get(b, "tags"),
		.strand = strand_of(l, b), .years = bits_of(l, b, "years"), .subjects = bits_of(l, b, "subjects"),
		.audiences = bits_of(l, b, "audiences") | AUDIENCE_BIT(AUDIENCE_LEARNERS) };
	(void)conf_bool(l->c, b, "report", false, l->d, &o->report);      /* a finding says what is wrong */
	if (!o->id.n || str_chr(o->id, ' ') >= 0 || !o->title.n || !o->years || !o->subjects)
		SAY(l, b->line, "An outcome has a short name, a title, years and subjects: %.*s", STRF(b->id));
	l->to->n_outcomes++;
}

enum err curriculum_load(struct arena *a, const char *path, struct diag *d, struct curriculum *out)
{
	static const char *const strand_keys[] = { "title", "year-0", "year-1", "year-2", "year-3", "year-4", "year-5", "year-6", NULL };
	static const char *const outcome_keys[] = { "title", "strand", "years", "subjects", "audiences", "tags", "clauses", "report", NULL };
	struct conf c;
	struct curriculum all = { .strands = arena_array(a, struct strand, CURRICULUM_STRANDS_MAX), .outcomes = arena_array(a, struct outcome, CURRICULUM_OUTCOMES_MAX) };
	size_t before = d->errors;
	struct loading l = { a, &c, d, &all };
	TRY(conf_load(a, path, d, &c));
	TRY(conf_only(&c, "strand", strand_keys, d));
	TRY(conf_only(&c, "outcome", outcome_keys, d));
	for (size_t i = 0; i < c.n; i++) {
		if (str_is(c.blocks[i].kind, "strand"))
			read_strand(&l, &c.blocks[i]);
		else if (str_is(c.blocks[i].kind, "outcome"))
			read_outcome(&l, &c.blocks[i]);
		else if (c.blocks[i].kind.n || c.blocks[i].n)
			SAY(&l, c.blocks[i].line, "Here stand strands and outcomes, nothing else: %.*s", STRF(c.blocks[i].kind));
	}
	if (d->errors > before)
		return ERR_SYNTAX;
	*out = all;
	return OK;
}

const struct outcome *outcome_find(const struct curriculum *c, struct str id)
{
	for (size_t i = 0; i < c->n_outcomes; i++)
		if (str_eq(c->outcomes[i].id, id))
			return &c->outcomes[i];
	return NULL;
}
